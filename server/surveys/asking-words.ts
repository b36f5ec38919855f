import { asc, eq, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, eventSessions, events, suggestions, venues } from '#db/courses.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { commitments, contacts, experimentDraws, followUps, responses } from '#db/surveys.ts'
import { assignments } from '#db/trainers.ts'
import type { AskedAbout, Asking } from '#emails/follow-up-words.ts'
import { addDays, daysBetween, formatDate, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { makeToken } from '#server/keys.ts'
import { firstName } from '#server/people/first-name.ts'
import { prepared } from '#server/prepared.ts'
import { isAskingTime, nextAskingDay } from './asking-time.ts'
import { type AskingFacts, askingInstant, dueDates, firstAskableDay, stillBeingAskedUntil } from './due-dates.ts'
import { armDrawn } from './experiments.ts'
import { asked, counts, overAfter } from './follow-up.ts'
import type { ContactStep } from './input.ts'
import { factsOf, holdsKnown, postponedTo } from './plan.ts'
import { currentInstrument, optionsFor, question } from './questions.ts'

/** Days to answer in, from the first asking message. */
const DAYS_TO_ANSWER = 21
/** Nobody is given less than a week, however late a reminder could go. */
const FEWEST_DAYS = 7
/** Only a norm that many keep is told. */
const FEWEST_ANSWERED = 10

export type AskingMessage = {
  words: Asking
  step: ContactStep
  to: { name: string; address: string }
  fromName: string
}

const firstCommitment = sql`(select min(${commitments.position}) from ${commitments} where ${commitments.bookingId} = ${bookings.id})`

const rowsOf = prepared((db) =>
  db
    .select({
      bookingId: bookings.id,
      eventId: events.id,
      personId: people.id,
      courseId: courses.id,
      audience: courses.audience,
      course: courses.title,
      lastOn: events.lastOn,
      name: people.name,
      email: people.email,
      step: contacts.step,
      targetOn: followUps.targetOn,
      firstAskedOn: followUps.firstAskedOn,
      lastAskedOn: followUps.lastAskedOn,
      isOpen: sql<number>`${followUps.closedAt} is null`,
      isOvertaken: sql<number>`exists (select 1 from follow_ups lf where lf.person_id = ${followUps.personId} and lf.booking_id <> ${followUps.bookingId} and lf.first_asked_on > ${followUps.firstAskedOn})`,
      isAnswered: sql<number>`ifnull(${counts}, 0)`,
      isDoubted: sql<number>`${responses.doubtedBecause} is not null`,
      attends: asked.attends,
      isVoided: asked.isVoided,
      isReachable: asked.isReachable,
      isOptedOut: asked.isOptedOut,
      sectorId: bookings.sectorId,
      agencyId: bookings.agencyId,
      parentId: agencies.parentId,
      education: sectors.education,
      awayUntil: people.awayUntil,
      commitment: commitments.kind,
      suggestion: suggestions.text,
      trainer: sql<
        string | null
      >`(select tp.name from ${assignments} inner join people tp on tp.id = ${assignments.trainerId} where ${assignments.eventId} = ${events.id} order by ${assignments.as} = 'lead' desc, ${assignments.id} limit 1)`,
      venue: sql<
        string | null
      >`(select case when ${eventSessions.online} then 'online' else ${venues.name} end from ${eventSessions} left join ${venues} on ${venues.id} = ${eventSessions.venueId} where ${eventSessions.eventId} = ${events.id} order by ${eventSessions.position} limit 1)`,
    })
    .from(contacts)
    .innerJoin(followUps, eq(followUps.bookingId, contacts.bookingId))
    .innerJoin(bookings, eq(bookings.id, contacts.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .leftJoin(responses, sql`${responses.bookingId} = ${bookings.id} and ${responses.stage} = 'follow-up'`)
    .leftJoin(
      commitments,
      sql`${commitments.bookingId} = ${bookings.id} and ${commitments.position} = ${firstCommitment}`,
    )
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .where(eq(contacts.messageId, sql.placeholder('messageId')))
    .orderBy(asc(events.lastOn), asc(bookings.id))
    .prepare(),
)

type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['all']>>[number]

/**
 * What an asking message says now, asked again at sending: about each follow-up it asks for that is still owed; or why it is no
 * longer needed; or when it may leave, where a mail server that was down has carried it past its hours or into a hold. Own words
 * never stand in it. `wasThisYou` leads to the answer that came as a machine's would, which a reminder asks about.
 */
export async function askingFacts(
  ctx: Context,
  messageId: number,
): Promise<AskingMessage | { cancelled: string } | { later: number }> {
  const rows = await rowsOf(ctx.db).all({ messageId })
  const today = londonDate(ctx.now)
  const owed = rows.filter((row) => notOwed(row, today) === null)
  const [first] = owed
  if (!first?.email) return { cancelled: (rows[0] && notOwed(rows[0], today)) ?? 'The follow-up is no longer owed' }
  const later = await heldUntil(ctx, owed)
  if (later !== null) return { later }

  const about: AskedAbout[] = []
  for (const row of owed) about.push(await aboutOf(ctx, row))
  const deadline = deadlineOn(first.firstAskedOn ?? today, today)
  const { partnership, origin } = ctx.config
  const trainer = first.trainer ? firstName(first.trainer) : partnership.coordinator
  return {
    to: { name: first.name, address: first.email },
    // Mail services take a comma in a sender's name for a forgery.
    fromName: `${trainer} at ${partnership.name}`,
    step: first.step,
    words: {
      firstName: firstName(first.name),
      about,
      deadline: formatDate(deadline).replace(/ \d{4}$/, ''),
      remaining: spanWords(daysBetween(today, deadline)),
      phone: partnership.phone,
      optOutHref: `${origin}/opt-out/${await makeToken(ctx.secrets, 'opt-out', first.bookingId)}`,
      othersAnswered: first.step === 'reminder-1' && owed.length === 1 ? await othersAnswered(ctx, first) : null,
      arm: await armOf(ctx, first),
    },
  }
}

const anyDrawn = prepared((db) =>
  db.select({ id: experimentDraws.experimentId }).from(experimentDraws).limit(1).prepare(),
)

async function armOf(ctx: Context, { step, bookingId }: Row): Promise<Asking['arm']> {
  const what = step === 'invitation' ? 'subject' : step === 'reminder-1' ? 'reminder-1' : null
  // Most installations never try two wordings.
  if (what === null || !(await anyDrawn(ctx.db).all()).length) return 'a'
  return armDrawn(ctx, what, bookingId)
}

function notOwed(row: Row, today: On): string | null {
  if (row.isAnswered) return 'They have answered'
  if (row.isOptedOut) return 'They asked us to stop'
  if (!row.isReachable || row.email === null) return 'There is no address that takes mail'
  if (row.isVoided) return 'The event was cancelled'
  if (!row.attends) return 'The register says they did not come'
  if (!row.isOpen) return 'The follow-up is closed'
  if (row.isOvertaken) return 'They are being asked about something later'
  const isOver =
    row.lastAskedOn === null
      ? today > overAfter(row.targetOn, row.education)
      : today > stillBeingAskedUntil(row.lastAskedOn)
  return isOver ? 'The time to ask was over' : null
}

/** The instant at which it may leave, in ms UTC, when it may not now. */
async function heldUntil(ctx: Context, owed: Row[]): Promise<number | null> {
  const today = londonDate(ctx.now)
  const holds = await holdsKnown(ctx.db, today)
  const put = await postponedTo(
    ctx.db,
    owed.map(({ bookingId }) => bookingId),
  )
  const from = isAskingTime(ctx.now) ? today : nextAskingDay(ctx.now)
  let on = from
  for (const row of owed) {
    const next = askableFrom(row.step, from, factsOf({ ...row, postponedTo: put.get(row.bookingId) ?? null }, holds))
    if (next > on) on = next
  }
  return on === today && isAskingTime(ctx.now) ? null : askingInstant(on)
}

/** An invitation waits for a day that fits, unless this is its own; a reminder for any that nothing holds. */
function askableFrom(step: ContactStep, from: On, facts: AskingFacts): On {
  if (step !== 'invitation') return firstAskableDay(from, facts)
  if (dueDates(facts).send === from) return from
  return dueDates({ ...facts, notBefore: { on: from, why: '' } }, addDays(from, 60)).send
}

async function aboutOf(ctx: Context, row: Row): Promise<AskedAbout> {
  const [answer, instrument] = await Promise.all([
    makeToken(ctx.secrets, 'answer', row.bookingId),
    currentInstrument(ctx, 'follow-up', row.courseId),
  ])
  const { origin, partnership } = ctx.config
  return {
    course: row.course,
    date: formatDate(row.lastOn),
    venue: row.venue ?? 'venue as booked',
    trainer: row.trainer ? firstName(row.trainer) : partnership.coordinator,
    monthName: monthName(row.lastOn),
    suggestion: row.commitment === 'suggestion' ? row.suggestion : null,
    ownWords: row.commitment === 'own-words',
    choices: optionsFor(instrument, question(instrument, 'practice'), row.audience).map(({ value, text }) => ({
      text,
      href: `${origin}/answer/${answer}/${value}`,
    })),
    wasThisYou: row.isDoubted ? `${origin}/answer/${answer}/check` : null,
  }
}

const answeredOf = prepared((db) =>
  db
    .select({
      answered: sql<number>`sum(ifnull(${counts}, 0))`,
      of: sql<number>`count(*)`,
    })
    .from(bookings)
    .leftJoin(responses, sql`${responses.bookingId} = ${bookings.id} and ${responses.stage} = 'follow-up'`)
    .where(
      sql`${bookings.eventId} = ${sql.placeholder('eventId')} and ${bookings.state} = 'confirmed' and ${asked.attends}`,
    )
    .prepare(),
)

/** How many of those who came have answered, once enough have that it is worth saying. It says nothing of what. */
async function othersAnswered(ctx: Context, { eventId }: Row): Promise<Asking['othersAnswered']> {
  const [row] = await answeredOf(ctx.db).all({ eventId })
  return row && row.answered >= FEWEST_ANSWERED ? { answered: row.answered, of: row.of } : null
}

/** Three weeks from the first asking message; never less than a week from today. */
export function deadlineOn(firstAskedOn: On, today: On): On {
  const on = addDays(firstAskedOn, DAYS_TO_ANSWER)
  const earliest = addDays(today, FEWEST_DAYS)
  if (on < earliest) return earliest
  return on
}

export const monthName = (on: On): string => formatDate(on).split(' ').at(-2) ?? ''

/** "two weeks", "ten days": rounded down, so that nobody is told of more time than there is. */
export function spanWords(days: number): string {
  const weeks = Math.floor(days / 7)
  return weeks >= 2 ? `${['two', 'three', 'four'][weeks - 2] ?? weeks} weeks` : days > 7 ? `${days} days` : 'one week'
}

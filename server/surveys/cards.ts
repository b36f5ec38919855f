/* Two of the chores of asking that ask nothing: the commitment card on the next working day, and the nudge four weeks on.
 * What is owed is derived; the message that was queued is the record of it.
 */
import { and, asc, desc, eq, gte, inArray, lte, notExists, type SQL, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events, suggestions } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { commitments } from '#db/surveys.ts'
import { assignments } from '#db/trainers.ts'
import type { Reading } from '#db/transact.ts'
import type { commitmentCard } from '#emails/commitment-card.ts'
import { checkEntry } from '#emails/invitation.ts'
import type { nudge } from '#emails/nudge.ts'
import {
  addDays,
  addWorkingDays,
  formatDate,
  isWorkingDay,
  londonDate,
  londonInstant,
  type On,
} from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { makeToken } from '#server/keys.ts'
import type { MessageKind } from '#server/outbox/input.ts'
import { queue } from '#server/outbox/queue.ts'
import { firstName } from '#server/people/first-name.ts'
import { isAskingTime, nextAskingDay } from './asking-time.ts'
import { monthName } from './asking-words.ts'
import { askingInstant, dueDates } from './due-dates.ts'
import { asked, isAskedFor } from './follow-up.ts'
import { factsOf, holdsKnown, postponedTo } from './plan.ts'

const BATCH = 200
const WEEKS_FOUR = 28
/** A card that could not go for so long, or a nudge, is no longer worth sending. */
const CARD_STALE = 10
const NUDGE_STALE = 14
/** What others chose is told from so many people who chose. */
const FEWEST_WHO_CHOSE = 10
const MOST_CHOICES = 3

interface Owed {
  bookingId: number
  personId: number
}

/**
 * Owes a batch of attenders their commitment card:
 * - it is between 10:00 and 16:00 in London on a working day, the next after the last event session or, when the machine was
 *   stopped or the register late, within ten days
 * - the attendance stands, the course earns a follow-up, the event was not voided
 * - they can be reached and have not opted out
 * - no card was owed before
 */
export const cardDue: Chore = (ctx) => owe(ctx, 'commitment-card', (db, today) => cardsOn(db, today))

/**
 * Owes a batch of attenders the nudge that asks nothing:
 * - it is between 10:00 and 16:00 in London on a working day, four weeks or more after the last event session, six at most
 * - nothing holds asking for them that day: a pause is for all that we send by ourselves
 * - as the card otherwise
 */
export const nudgeDue: Chore = (ctx) => owe(ctx, 'nudge', (db, today) => nudgesOn(db, today))

export const nextCard: NextDue = (ctx) => nextOf(ctx, cardsOn)
export const nextNudge: NextDue = (ctx) => nextOf(ctx, nudgesOn)

async function nextOf(ctx: Context, find: (db: Reading, on: On) => Promise<Owed[]>): Promise<number | null> {
  const on = nextAskingDay(ctx.now)
  return (await find(ctx.db, on)).length ? askingInstant(on) : null
}

async function owe(
  ctx: Context,
  kind: MessageKind,
  find: (db: Reading, today: On) => Promise<Owed[]>,
): Promise<boolean> {
  if (!isAskingTime(ctx.now)) return false
  const today = londonDate(ctx.now)
  if (!(await find(ctx.db, today)).length) return false
  return transact(ctx, async (ctx) => {
    const due = (await find(ctx.db, today)).slice(0, BATCH)
    for (const { bookingId, personId } of due)
      await queue(ctx, { kind, about: `booking:${bookingId}`, occurrence: '1', toPersonId: personId })
    return due.length > 0
  })
}

async function cardsOn(db: Reading, today: On): Promise<Owed[]> {
  if (!isWorkingDay(today)) return []
  const rows = await ended(db, 'commitment-card', addDays(today, -CARD_STALE), addWorkingDays(today, -1))
  return rows.filter(({ lastOn }) => addWorkingDays(lastOn, 1) <= today)
}

async function nudgesOn(db: Reading, today: On): Promise<Owed[]> {
  if (!isWorkingDay(today)) return []
  const rows = await ended(db, 'nudge', addDays(today, -WEEKS_FOUR - NUDGE_STALE), addDays(today, -WEEKS_FOUR))
  if (!rows.length) return []
  const holds = await holdsKnown(db, today)
  return rows.filter((row) =>
    factsOf({ ...row, postponedTo: null }, holds).pauses.every(({ from, to }) => today < from || today > to),
  )
}

/** Attenders whose event ended between these days and who are owed no such message yet. */
const ended = (db: Reading, kind: MessageKind, from: On, to: On) =>
  db
    .select({
      bookingId: bookings.id,
      eventId: bookings.eventId,
      personId: bookings.personId,
      sectorId: bookings.sectorId,
      agencyId: bookings.agencyId,
      parentId: agencies.parentId,
      education: sectors.education,
      awayUntil: people.awayUntil,
      lastOn: events.lastOn,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(bookings, and(eq(bookings.eventId, events.id), eq(bookings.state, 'confirmed')))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .where(
      and(
        gte(events.lastOn, from),
        lte(events.lastOn, to),
        notExists(
          db
            .select({ one: sql`1` })
            .from(messages)
            .where(and(eq(messages.kind, kind), sql`${messages.about} = 'booking:' || ${bookings.id}`)),
        ),
        ...stillWanted,
        isAskedFor,
      ),
    )
    .orderBy(asc(bookings.id))

const stillWanted: SQL[] = [sql`not ${asked.isVoided}`, asked.isReachable, sql`not ${asked.isOptedOut}`, asked.attends]

// What they say, asked again at sending

type CardFacts = { props: Parameters<typeof commitmentCard>[0]; calendar: string }

/** What the commitment card says now, and its calendar entry, which holds no link of theirs; null when it is no longer owed. */
export async function cardFacts(ctx: Context, bookingId: number): Promise<CardFacts | null> {
  const row = await planOfOne(ctx, bookingId)
  if (!row) return null
  const holds = await holdsKnown(ctx.db, londonDate(ctx.now))
  const put = await postponedTo(ctx.db, [bookingId])
  const { send } = dueDates(factsOf({ ...row, postponedTo: put.get(bookingId) ?? null }, holds))
  const { partnership } = ctx.config
  return {
    props: {
      firstName: firstName(row.name),
      course: row.course,
      date: formatDate(row.lastOn),
      suggestion: row.suggestion,
      ownWords: row.ownWords,
      alsoOwn: Boolean(row.alsoOwn),
      askOn: formatDate(send),
      phone: partnership.phone,
      fromTrainer: row.trainer,
    },
    calendar: checkEntry({
      uid: `check-${bookingId}@${new URL(ctx.config.origin).hostname}`,
      organiser: { name: partnership.name, address: partnership.email },
      label: row.suggestion ?? row.course,
      startsAt: londonInstant(send, '09:45'),
      stampedAt: ctx.now,
    }),
  }
}

/** What the nudge says now; null when it is no longer owed. */
export async function nudgeFacts(ctx: Context, bookingId: number): Promise<Parameters<typeof nudge>[0] | null> {
  const row = await planOfOne(ctx, bookingId)
  if (!row) return null
  return {
    firstName: firstName(row.name),
    course: row.course,
    date: formatDate(row.lastOn),
    monthName: monthName(row.lastOn),
    suggestion: row.suggestion,
    ownWords: row.ownWords,
    others: await chosenBy(ctx, row.eventId),
    resource: row.resource,
    fromTrainer: row.trainer,
    phone: ctx.config.partnership.phone,
    optOutHref: `${ctx.config.origin}/opt-out/${await makeToken(ctx.secrets, 'opt-out', bookingId)}`,
  }
}

async function planOfOne(ctx: Context, bookingId: number) {
  const [row] = await ctx.db
    .select({
      eventId: events.id,
      personId: people.id,
      name: people.name,
      course: courses.title,
      resource: courses.resource,
      lastOn: events.lastOn,
      sectorId: bookings.sectorId,
      agencyId: bookings.agencyId,
      parentId: agencies.parentId,
      education: sectors.education,
      awayUntil: people.awayUntil,
      commitment: commitments.kind,
      alsoOwn: sql<number>`exists (select 1 from commitments ow where ow.booking_id = ${bookings.id} and ow.kind = 'own-words')`,
      suggestion: suggestions.text,
      trainer: sql<
        string | null
      >`(select tp.name from ${assignments} inner join people tp on tp.id = ${assignments.trainerId} where ${assignments.eventId} = ${events.id} order by ${assignments.as} = 'lead' desc, ${assignments.id} limit 1)`,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .leftJoin(
      commitments,
      sql`${commitments.bookingId} = ${bookings.id} and ${commitments.position} = (select min(k.position) from commitments k where k.booking_id = ${bookings.id})`,
    )
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .where(and(eq(bookings.id, bookingId), ...stillWanted))
  if (!row) return null
  return {
    ...row,
    suggestion: row.commitment === 'suggestion' ? row.suggestion : null,
    ownWords: row.commitment === 'own-words',
    trainer: row.trainer ? firstName(row.trainer) : ctx.config.partnership.coordinator,
  }
}

/** The ready-made commitments most chosen on the day, once ten people or more chose any. */
async function chosenBy(ctx: Context | Writing, eventId: number): Promise<{ text: string; count: number }[] | null> {
  const rows = await ctx.db
    .select({
      text: suggestions.text,
      count: sql<number>`count(*)`,
      whoChose: sql<number>`(select count(distinct wk.booking_id) from commitments wk inner join bookings wb on wb.id = wk.booking_id where wb.event_id = ${eventId} and wk.kind = 'suggestion' and exists (select 1 from attendances where attendances.booking_id = wb.id))`,
    })
    .from(commitments)
    .innerJoin(bookings, eq(bookings.id, commitments.bookingId))
    .innerJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .where(and(eq(bookings.eventId, eventId), inArray(commitments.kind, ['suggestion']), asked.attends))
    .groupBy(suggestions.id)
    .orderBy(desc(sql`count(*)`), asc(suggestions.position))
    .limit(MOST_CHOICES)
  const [first] = rows
  return first && first.whoChose >= FEWEST_WHO_CHOSE ? rows.map(({ text, count }) => ({ text, count })) : null
}

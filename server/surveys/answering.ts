/* One of the two sides of the follow-up: answering (asking.ts is the other). Where one follow-up stands, and its verbs.
 * Answering the follow-up: one press is a core answer, the rest is optional and saved as it is given. The doubt rule
 * (product.md 4.6): an answer within 60 seconds of the hand-over of an asking message, or one beside a different one within a
 * minute, neither counts nor stops the reminder until one press confirms it. What a coordinator types in is never doubted.
 */
import { eq, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, eventSessions, events, suggestions, venues } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { people, sectors } from '#db/people.ts'
import { answers, commitments, contacts, followUps, options, questions, responses } from '#db/surveys.ts'
import { assignments } from '#db/trainers.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addMonths, londonDate, type On } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { firstName } from '#server/people/first-name.ts'
import { prepared } from '#server/prepared.ts'
import { addedFaults, saveAddedWords } from './added-answers.ts'
import { faultsOf, type Given, outcomesFor, saveAnswers, stagesBehindFollowUp } from './answers.ts'
import { giveCallConsent } from './call-consent.ts'
import { stillBeingAskedUntil } from './due-dates.ts'
import { asked, isAskedFor, overAfter } from './follow-up.ts'
import { type Channel, mostCharacters, type PracticeAnswer, practiceAnswers, typedInChannels } from './input.ts'
import { mustNotBeTooSoon } from './pressed-too-soon.ts'
import { type AskedInstrument, currentInstrument, instrument, optionBy, question } from './questions.ts'
import { giveQuoteConsent, type QuoteConsent, writeText } from './texts.ts'

const MINUTE = 60_000
/** Days after the end of being asked in which the link still works. */
const DAYS_OPEN_AFTER = 14

export type Standing = 'open' | 'over' | 'not-asked' | 'did-not-come' | 'voided'

export type FollowUpState = NonNullable<Awaited<ReturnType<typeof followUpState>>>

const stateOf = (db: Reading) =>
  db
    .select({
      bookingId: bookings.id,
      eventId: bookings.eventId,
      courseId: events.courseId,
      course: courses.title,
      audience: courses.audience,
      earns: courses.earns,
      lastOn: events.lastOn,
      isEducation: sectors.education,
      isVoided: asked.isVoided,
      attends: asked.attends,
      isAskedFor,
      isErased: sql<number>`${people.erasedAt} is not null`,
      targetOn: followUps.targetOn,
      openedAt: followUps.openedAt,
      closedBecause: followUps.closedBecause,
      lastAskedOn: followUps.lastAskedOn,
      responseId: responses.id,
      instrumentId: responses.instrumentId,
      coreAt: responses.coreAt,
      fullAt: responses.fullAt,
      finishedAt: responses.finishedAt,
      doubtedBecause: responses.doubtedBecause,
      confirmedAt: responses.confirmedAt,
      channel: responses.channel,
      commitment: commitments.kind,
      hasOwnWords: sql<number>`exists (select 1 from commitments ow where ow.booking_id = ${bookings.id} and ow.kind = 'own-words')`,
      suggestion: suggestions.text,
      practice: sql<PracticeAnswer | null>`(select ${options.key} from ${answers} inner join ${options} on ${options.id} = ${answers.optionId} inner join ${questions} on ${questions.id} = ${answers.questionId} where ${answers.responseId} = ${responses.id} and ${questions.key} = 'practice')`,
      // Some filters press while the mail server is still taking the message: to them it is handed over from now on.
      handedOverAt: sql<
        number | null
      >`(select max(case ${messages.state} when 'transmitting' then ${sql.raw(String(Number.MAX_SAFE_INTEGER))} else ${messages.sentAt} end) from ${contacts} inner join ${messages} on ${messages.id} = ${contacts.messageId} where ${contacts.bookingId} = ${bookings.id})`,
      wave: sql<number>`(select count(*) from ${contacts} left join ${messages} on ${messages.id} = ${contacts.messageId} where ${contacts.bookingId} = ${bookings.id} and (${messages.id} is null or ${messages.state} in ('sent', 'uncertain')))`,
      trainer: sql<
        string | null
      >`(select tp.name from ${assignments} inner join people tp on tp.id = ${assignments.trainerId} where ${assignments.eventId} = ${events.id} order by ${assignments.as} = 'lead' desc, ${assignments.id} limit 1)`,
      venue: sql<
        string | null
      >`(select case when ${eventSessions.online} then 'online' else ${venues.name} end from ${eventSessions} left join ${venues} on ${venues.id} = ${eventSessions.venueId} where ${eventSessions.eventId} = ${events.id} order by ${eventSessions.position} limit 1)`,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, sql`${responses.bookingId} = ${bookings.id} and ${responses.stage} = 'follow-up'`)
    .leftJoin(
      commitments,
      sql`${commitments.bookingId} = ${bookings.id} and ${commitments.position} = (select min(k.position) from commitments k where k.booking_id = ${bookings.id})`,
    )
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))

const preparedState = prepared((db) =>
  stateOf(db)
    .where(eq(bookings.id, sql.placeholder('id')))
    .prepare(),
)

/** Where one booking's follow-up stands; null when there is no such booking or its person was erased. */
export async function followUpState(ctx: Context, bookingId: number) {
  const [row] = await preparedState(ctx.db).all({ id: bookingId })
  return row ? shaped(row, ctx.now) : null
}

/** As `followUpState`, inside a transaction. @throws Missing */
export async function stateWithin(ctx: Writing, bookingId: number) {
  const [row] = await stateOf(ctx.db).where(eq(bookings.id, bookingId))
  const state = row ? shaped(row, ctx.now) : null
  if (!state) throw new Missing()
  return state
}

type Row = Awaited<ReturnType<ReturnType<typeof preparedState>['all']>>[number]

function shaped(row: Row, now: number) {
  if (row.isErased) return null
  const { trainer } = row
  const openUntil = openUntilOf(row)
  return {
    ...row,
    trainer: trainer === null ? null : firstName(trainer),
    /** The last day on which the link works, once it is known. */
    openUntil,
    standing: standingOf(row, openUntil, londonDate(now)),
    isDoubted: row.coreAt !== null && row.doubtedBecause !== null && row.confirmedAt === null,
    isAnswered: row.coreAt !== null && (row.doubtedBecause === null || row.confirmedAt !== null),
  }
}

/**
 * A fortnight after the last day of being asked. Whom no e-mail reached, or who has no mailbox, has the whole time to ask and a
 * fortnight: they may answer by telephone, on paper or with the code on a card. Null while an invitation is on its way.
 */
function openUntilOf({ openedAt, closedBecause, lastAskedOn, targetOn, lastOn, isEducation }: Row): On | null {
  const asked = lastAskedOn === null ? null : addDays(stillBeingAskedUntil(lastAskedOn), DAYS_OPEN_AFTER)
  const isUnreached = openedAt === null || closedBecause === 'bounced' || (asked === null && closedBecause !== null)
  if (!isUnreached) return asked
  const unasked = addDays(overAfter(targetOn ?? addMonths(lastOn, 3), isEducation), DAYS_OPEN_AFTER)
  return asked !== null && asked > unasked ? asked : unasked
}

function standingOf(row: Row, openUntil: On | null, today: On): Standing {
  if (row.isVoided) return 'voided'
  if (!row.attends) return 'did-not-come'
  if (row.closedBecause === 'rule') return 'not-asked'
  if (row.openedAt === null && (!row.isAskedFor || addMonths(row.lastOn, 3) > today)) return 'not-asked'
  return openUntil !== null && openUntil < today ? 'over' : 'open'
}

const isPractice = (key: string): key is PracticeAnswer => (practiceAnswers as readonly string[]).includes(key)

/**
 * Writes the answer to question one: a core answer, unless it is doubted. Giving the same answer again changes nothing, but
 * confirms a doubted one once the minute is over.
 * @throws Invalid at `practice`; Missing; Refused `too-soon` in place of one that counts, `follow-up-over`, `follow-up-not-asked`, `did-not-come`, `event-voided`
 */
export function respond(
  ctx: Context,
  { bookingId, practice, channel = 'e-mail' }: { bookingId: number; practice: string; channel?: Channel },
): Promise<{ isDoubted: boolean }> {
  if (!isPractice(practice)) throw new Invalid([{ path: 'practice', message: 'Choose where it has got to' }])
  return transact(ctx, async (ctx) => {
    const state = await stateWithin(ctx, bookingId)
    mustBeOpen(state)
    const isSame = state.practice === practice
    // A person typed it in: no machine answers by telephone or on paper.
    const isTypedIn = (typedInChannels as readonly Channel[]).includes(channel)
    const tooSoon = !isTypedIn && isTooSoon(ctx.now, state.handedOverAt)
    const beside = !isTypedIn && isBeside(ctx.now, state.coreAt)
    if (isSame && (!state.isDoubted || tooSoon || beside)) return { isDoubted: state.isDoubted }
    // What counts already is not given up for what may be a machine's.
    if (state.isAnswered) await mustNotBeTooSoon(ctx, bookingId)
    // A doubted answer that is typed in again counts as given that way: the one before may have been a machine's.
    if (isSame && !isTypedIn) {
      await confirmed(ctx, state)
      return { isDoubted: false }
    }
    // Another answer in place of a doubted one: neither is known to be theirs.
    const isAnother = state.practice !== null && (beside || (tooSoon && state.isDoubted))
    const doubt = isAnother ? 'two-answers' : tooSoon ? 'within-60-seconds' : null
    const asked =
      state.instrumentId === null
        ? await currentInstrument(ctx, 'follow-up', state.courseId)
        : await instrument(ctx, state.instrumentId)
    const option = optionBy(question(asked, 'practice'), practice)
    if (!option) throw new Invalid([{ path: 'practice', message: 'Choose where it has got to' }])
    const facts = {
      coreAt: ctx.now,
      doubtedBecause: doubt,
      confirmedAt: null,
      late: londonDate(ctx.now) > overAfter(state.targetOn ?? addMonths(state.lastOn, 3), state.isEducation),
    }
    const [response] = await ctx.db
      .insert(responses)
      .values({
        bookingId,
        eventId: state.eventId,
        stage: 'follow-up',
        instrumentId: asked.id,
        channel,
        wave: state.wave,
        startedAt: ctx.now,
        ...facts,
      })
      .onConflictDoUpdate({
        target: [responses.bookingId, responses.stage],
        // The wave is that of the first answer that counted.
        set: state.isAnswered ? facts : { ...facts, wave: state.wave, channel },
      })
      .returning({ id: responses.id })
    if (!response) throw new Error('The answer was not written')
    await saveAnswers(ctx, { id: response.id, eventId: state.eventId }, asked, { chosen: { practice: [practice] } })
    await settle(ctx, state, doubt === null)
    await record(
      ctx,
      doubt === null ? 'follow-up.answered' : 'follow-up.doubted',
      `booking:${bookingId}`,
      doubt ?? (isTypedIn ? channel : undefined),
    )
    return { isDoubted: doubt !== null }
  })
}

/**
 * "Yes, this was me": a doubted answer counts from here on. Within a minute of the hand-over it changes nothing, since what
 * presses every button then would press this one too.
 */
export function confirm(ctx: Context, bookingId: number): Promise<{ isDoubted: boolean }> {
  return transact(ctx, async (ctx) => {
    const state = await stateWithin(ctx, bookingId)
    mustBeOpen(state)
    if (!state.isDoubted) return { isDoubted: false }
    if (isTooSoon(ctx.now, state.handedOverAt) || isBeside(ctx.now, state.coreAt)) return { isDoubted: true }
    await confirmed(ctx, state)
    return { isDoubted: false }
  })
}

async function confirmed(ctx: Writing, state: FollowUpState): Promise<void> {
  await ctx.db
    .update(responses)
    .set({ confirmedAt: ctx.now })
    .where(eq(responses.id, state.responseId ?? 0))
  await settle(ctx, state, true)
  await record(ctx, 'follow-up.confirmed', `booking:${state.bookingId}`)
}

/** An answer that counts ends the series; one that does not lets it go on. */
async function settle(ctx: Writing, { bookingId, closedBecause }: FollowUpState, counts: boolean): Promise<void> {
  if (counts && closedBecause !== 'answered')
    await ctx.db
      .update(followUps)
      .set({ closedAt: ctx.now, closedBecause: 'answered' })
      .where(eq(followUps.bookingId, bookingId))
  if (!counts && closedBecause === 'answered')
    await ctx.db
      .update(followUps)
      .set({ closedAt: null, closedBecause: null })
      .where(eq(followUps.bookingId, bookingId))
}

/** Whether a press now could not be told from a machine's: within a minute of a hand-over, or of the answer before. */
export const mayBeAMachine = (now: number, { handedOverAt, coreAt }: Pick<FollowUpState, 'handedOverAt' | 'coreAt'>) =>
  isTooSoon(now, handedOverAt) || isBeside(now, coreAt)

const isTooSoon = (now: number, handedOverAt: number | null) => handedOverAt !== null && now < handedOverAt + MINUTE
const isBeside = (now: number, answeredAt: number | null) => answeredAt !== null && now - answeredAt < MINUTE

export interface More extends Given {
  /** Free text by question; empty words take it back. */
  example?: string
  quote?: QuoteConsent
  /** We may ring them about it. */
  call?: boolean
  /** Words to questions that were added for the course, by their keys. */
  added?: Record<string, string>
}

/**
 * Saves some of the optional rest, as it is given.
 * @throws Invalid with every fault; Refused `no-core-answer` before question one is answered, `too-soon`; as `respond`
 */
export function tellMore(ctx: Context, bookingId: number, more: More): Promise<void> {
  return transact(ctx, async (ctx) => {
    const state = await stateWithin(ctx, bookingId)
    mustBeOpen(state)
    if (state.responseId === null || state.instrumentId === null)
      throw new Refused('no-core-answer', 'Answer the first question before the rest')
    await mustNotBeTooSoon(ctx, bookingId)
    const asked = await instrument(ctx, state.instrumentId)
    const issues = [
      ...faultsOf(asked, await outcomesFor(ctx, state, stagesBehindFollowUp), more),
      ...textFaults('example', more.example),
      ...addedFaults(asked, more.added ?? {}),
    ]
    if (issues.length) throw new Invalid(issues)
    await saveAnswers(ctx, { id: state.responseId, eventId: state.eventId }, asked, more)
    if (more.example !== undefined) await tie(ctx, state, asked, 'example', more.example)
    if (more.added) await saveAddedWords(ctx, { ...state, id: state.responseId }, asked, more.added)
    if (more.quote !== undefined) await giveQuoteConsent(ctx, bookingId, more.quote)
    if (more.call !== undefined) await giveCallConsent(ctx, bookingId, more.call)
    if (more.outcomes?.outcomes) {
      const isFull = Object.keys(more.outcomes.outcomes).length > 0
      await ctx.db
        .update(responses)
        .set({ fullAt: isFull ? (state.fullAt ?? ctx.now) : null })
        .where(eq(responses.id, state.responseId))
    }
  })
}

async function tie(ctx: Writing, state: FollowUpState, asked: AskedInstrument, key: 'example', words: string) {
  if (state.responseId === null) return
  const textId = await writeText(ctx, { bookingId: state.bookingId, kind: key, words })
  if (textId === null) return
  const row = { responseId: state.responseId, eventId: state.eventId, questionId: question(asked, key).id, textId }
  await ctx.db.insert(answers).values(row).onConflictDoNothing()
}

export function textFaults(path: 'example' | 'suggestion' | 'own-words', words: string | undefined) {
  const most = mostCharacters[path === 'own-words' ? 'commitment' : path]
  return words !== undefined && [...words.trim()].length > most
    ? [{ path, message: `Write ${most} characters or fewer; this is ${[...words.trim()].length}` }]
    : []
}

/** "I’m finished." */
export function finish(ctx: Context, bookingId: number): Promise<void> {
  return transact(ctx, async (ctx) => {
    const state = await stateWithin(ctx, bookingId)
    mustBeOpen(state)
    if (state.responseId === null || state.finishedAt !== null) return
    await mustNotBeTooSoon(ctx, bookingId)
    await ctx.db.update(responses).set({ finishedAt: ctx.now }).where(eq(responses.id, state.responseId))
  })
}

function mustBeOpen({ standing, isAnswered }: FollowUpState): void {
  if (standing === 'over')
    throw new Refused(
      'follow-up-over',
      isAnswered ? 'The time to change your answer is over' : 'The time to answer is over',
    )
  if (standing === 'not-asked') throw new Refused('follow-up-not-asked', 'There is nothing to answer about this yet')
  if (standing === 'did-not-come') throw new Refused('did-not-come', 'The register says that you did not come')
  if (standing === 'voided') throw new Refused('event-voided', 'This event was cancelled')
}

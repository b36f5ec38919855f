/* One of the two halves of the phone round: whom to ring, and what became of it (call-order.ts says in which order).
 * The sheet is derived from the facts each time. A call uses one of a person’s two tries and one of the week’s calls, whatever
 * came of it; both limits stand in SQL, so that two callers at once pass neither.
 */
import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events, programmes, suggestions } from '#db/courses.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { calls, commitments, contacts, followUps, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import {
  addDays,
  addMonths,
  formatClock,
  formatDate,
  formatDateShort,
  londonClock,
  londonDate,
  londonInstant,
  type On,
  weekday,
} from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { setSetting, settingsOf } from '#server/settings.ts'
import { ordered } from './call-order.ts'
import { reminderOn, stillBeingAskedUntil } from './due-dates.ts'
import { asked, counts, isAskedFor, overAfter, overSince, targetReached } from './follow-up.ts'
import type { CallInput, CallOutcome } from './input.ts'
import { closeAsLeft } from './leaving.ts'
import { optOut } from './opting-out.ts'
import { factsOf, holdsKnown, postponedTo } from './plan.ts'
import { ownText } from './texts.ts'
import { typeIn } from './typed-in.ts'

export const TRIES = 2
/** Beyond any week’s ceiling. */
const LISTED = 200

export type DueCall = Awaited<ReturnType<typeof dueCalls>>[number]

/**
 * Whom to ring today, in no order:
 * - asked by e-mail and silent, from the day after the last asking e-mail (the third reminder, or the day it was due) until 30
 *   days after it; or not to be asked by e-mail (no mailbox, or the address refuses mail for good), with a telephone number, from
 *   three months after the day until the time to ask is over
 * - no answer that counts; attendance standing, event not voided; not opted out, not erased, not left out, not gone
 * - not away, paused, put off by hand or on school holiday
 * - rung once at most so far
 * `bookingIds`: of these alone. `besidesPause`: as if asking were not paused for everyone.
 */
export async function dueCalls(
  db: Reading,
  today: On,
  { bookingIds, besidesPause = false }: { bookingIds?: readonly number[]; besidesPause?: boolean } = {},
) {
  const tries = sql<number>`(select count(*) from ${calls} where ${calls.bookingId} = ${bookings.id})`
  const isAsked = and(
    isNull(followUps.closedAt),
    // Fourteen working days are never fewer than fourteen days.
    or(lte(followUps.firstAskedOn, addDays(today, -14)), sql`${hasLastReminder}`),
    gte(followUps.lastAskedOn, addDays(today, -30)),
    asked.isReachable,
  )
  const isUnreached = and(
    isNotNull(people.phone),
    sql`trim(${people.phone}) <> ''`,
    or(eq(followUps.closedBecause, 'bounced'), and(isNull(followUps.bookingId), sql`not ${asked.isReachable}`)),
    lte(events.lastOn, targetReached(today)),
    gt(events.lastOn, overSince(today, true)),
  )
  const rows = await db
    .select({
      bookingId: bookings.id,
      eventId: bookings.eventId,
      personId: bookings.personId,
      agencyId: bookings.agencyId,
      parentId: agencies.parentId,
      sectorId: bookings.sectorId,
      courseId: events.courseId,
      programmeId: events.programmeId,
      name: people.name,
      phone: sql<string | null>`nullif(trim(${people.phone}), '')`,
      agency: agencies.name,
      sector: sectors.name,
      course: courses.title,
      programme: programmes.name,
      lastOn: events.lastOn,
      education: sectors.education,
      awayUntil: people.awayUntil,
      closedBecause: followUps.closedBecause,
      firstAskedOn: followUps.firstAskedOn,
      lastAskedOn: followUps.lastAskedOn,
      hasLastReminder,
      tries,
      commitment: commitments.kind,
      suggestion: suggestions.text,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .leftJoin(
      commitments,
      sql`${commitments.bookingId} = ${bookings.id} and ${commitments.position} = (select min(k.position) from commitments k where k.booking_id = ${bookings.id})`,
    )
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .where(
      and(
        bookingIds ? inArray(bookings.id, [...bookingIds]) : undefined,
        eq(bookings.state, 'confirmed'),
        // A rough fence for the two below, so that old events are not looked at one by one.
        gt(events.lastOn, addMonths(today, -9)),
        or(isAsked, isUnreached),
        isNull(people.erasedAt),
        sql`not ifnull(${counts}, 0)`,
        isAskedFor,
        sql`not ${asked.isVoided}`,
        sql`not ${asked.isOptedOut}`,
        asked.attends,
        sql`${tries} < ${TRIES}`,
      ),
    )
    .orderBy(asc(bookings.id))
  if (!rows.length) return []
  const known = await holdsKnown(db, today)
  const holds = besidesPause ? { ...known, pauses: known.pauses.filter(({ scope }) => scope !== 'everyone') } : known
  const put = await postponedTo(
    db,
    rows.map(({ bookingId }) => bookingId),
  )
  return rows.flatMap((row) => {
    const facts = factsOf({ ...row, postponedTo: put.get(row.bookingId) ?? null }, holds)
    const isHeld =
      (row.awayUntil !== null && row.awayUntil >= today) ||
      (facts.postponedTo != null && facts.postponedTo > today) ||
      facts.pauses.some(({ from, to }) => from <= today && today <= to) ||
      (row.education && facts.termDates.some(({ closedFrom, closedTo }) => closedFrom <= today && today <= closedTo))
    if (isHeld) return []
    const isUnreached = row.closedBecause === 'bounced' || row.firstAskedOn === null
    const until =
      isUnreached || row.lastAskedOn === null
        ? overAfter(addMonths(row.lastOn, 3), row.education)
        : stillBeingAskedUntil(row.lastAskedOn)
    if (until < today) return []
    const isOver =
      isUnreached ||
      row.hasLastReminder ||
      (row.firstAskedOn !== null && reminderOn(row.firstAskedOn, 3, facts) < today)
    return isOver ? [{ ...row, isUnreached, until }] : []
  })
}

/** The third reminder was handed over: `last_asked_on` follows it then. */
const hasLastReminder = sql<number>`exists (select 1 from ${contacts} where ${contacts.bookingId} = ${bookings.id} and ${contacts.step} = 'reminder-3' and ${contacts.on} <= ${followUps.lastAskedOn})`

// The sheet

export interface CallEntry {
  bookingId: number
  name: string
  /** Null: ring their school, service or organisation. */
  phone: string | null
  agency: string
  course: string
  date: string
  planned: string | null
  wroteOwn: boolean
  /** The try that comes next: 1 or 2. */
  number: number
  /** What became of the first try, in a sentence; empty before it. */
  before: string
  /** What this call would change, in a sentence. */
  why: string
  /** "Thursday 14 January 2027" */
  until: string
}

export interface PhoneRound {
  entries: CallEntry[]
  /** Everyone due, also beyond those listed. */
  total: number
  /** Of these, those who were not tried today. */
  toCall: number
  /** Bookings about which someone was rung today, whatever came of it. */
  calledToday: number[]
  /** "Friday 4 September 2026" while asking is paused for everyone, with how many would be due; nobody is rung then. */
  paused: { until: string; wouldBeDue: number } | null
  ceiling: number
  made: number
  left: number
  /** "Monday 4 to Sunday 10 January 2027" */
  week: string
}

/** The sheet, ordered by what a call would change; whoever was tried today comes last. */
export async function phoneRound(ctx: Context): Promise<PhoneRound> {
  const today = londonDate(ctx.now)
  const [due, { ceiling, made, monday }, called, pausedUntil] = await Promise.all([
    dueCalls(ctx.db, today),
    weekOf(ctx),
    calledOn(ctx.db, today),
    pausedForEveryoneUntil(ctx.db, today),
  ])
  const all = await ordered(ctx.db, due, today)
  const before = await callsOf(
    ctx.db,
    due.filter(({ tries }) => tries > 0).map(({ bookingId }) => bookingId),
  )
  const triedToday = (bookingId: number) => called.includes(bookingId)
  const entries = [...all].sort((a, b) => Number(triedToday(a.bookingId)) - Number(triedToday(b.bookingId)))
  return {
    entries: entries.slice(0, LISTED).map((one) => {
      const call = before.get(one.bookingId)
      return {
        bookingId: one.bookingId,
        name: one.name,
        phone: one.phone,
        agency: one.agency,
        course: one.course,
        date: formatDate(one.lastOn),
        planned: one.suggestion,
        wroteOwn: one.commitment === 'own-words',
        number: one.tries + 1,
        before: call ? `${callWords[call.outcome]} ${momentOf(call.at)}` : '',
        why: one.why,
        until: formatDate(one.until),
      }
    }),
    total: entries.length,
    toCall: entries.filter(({ bookingId }) => !triedToday(bookingId)).length,
    calledToday: called,
    paused:
      pausedUntil === null
        ? null
        : {
            until: formatDate(pausedUntil),
            wouldBeDue: (await dueCalls(ctx.db, today, { besidesPause: true })).length,
          },
    ceiling,
    made,
    left: Math.max(0, ceiling - made),
    week: `${formatDateShort(monday)} to ${formatDateShort(addDays(monday, 6))}`,
  }
}

/** What there is to ring today, in numbers: people not tried yet, and calls left of the week. */
export async function ringingToday(ctx: Context): Promise<{ people: number; left: number }> {
  const today = londonDate(ctx.now)
  const { ceiling, made } = await weekOf(ctx)
  const left = Math.max(0, ceiling - made)
  if (left === 0) return { people: 0, left }
  const [due, called] = await Promise.all([dueCalls(ctx.db, today), calledOn(ctx.db, today)])
  const people = new Set(due.filter(({ bookingId }) => !called.includes(bookingId)).map(({ personId }) => personId))
  return { people: people.size, left }
}

async function calledOn(db: Reading, day: On): Promise<number[]> {
  const rows = await db
    .selectDistinct({ bookingId: calls.bookingId })
    .from(calls)
    .where(and(gte(calls.at, londonInstant(day, '00:00')), lt(calls.at, londonInstant(addDays(day, 1), '00:00'))))
  return rows.map(({ bookingId }) => bookingId)
}

async function pausedForEveryoneUntil(db: Reading, today: On): Promise<On | null> {
  const { pauses } = await holdsKnown(db, today)
  return (
    pauses
      .filter(({ scope, fromOn, toOn }) => scope === 'everyone' && fromOn <= today && today <= toOn)
      .map(({ toOn }) => toOn)
      .sort()
      .at(-1) ?? null
  )
}

const callWords: Record<CallOutcome, string> = {
  answered: 'Answered',
  'no-answer': 'No answer',
  'call-back': 'Asked to be rung back',
  'would-rather-not': 'Would rather not',
  'wrong-number': 'Wrong number: ring their school, service or organisation. Tried',
  left: 'Has left',
}

const momentOf = (at: number) => `on ${formatDate(londonDate(at))} at ${formatClock(londonClock(at))}`

async function callsOf(db: Reading, bookingIds: readonly number[]): Promise<Map<number, Call>> {
  if (!bookingIds.length) return new Map<number, Call>()
  const rows = await db
    .select({
      bookingId: calls.bookingId,
      number: calls.number,
      outcome: calls.outcome,
      at: calls.at,
      by: people.name,
    })
    .from(calls)
    .leftJoin(people, eq(people.id, calls.by))
    .where(inArray(calls.bookingId, [...bookingIds]))
    .orderBy(asc(calls.number))
  return new Map(rows.map((row) => [row.bookingId, row]))
}

interface Call {
  bookingId: number
  number: number
  outcome: CallOutcome
  at: number
  by: string | null
}

/** The calls of this week, Monday to Sunday. */
async function weekOf(ctx: Pick<Context, 'db' | 'now'>) {
  const today = londonDate(ctx.now)
  const monday = addDays(today, 1 - weekday(today))
  const from = londonInstant(monday, '00:00')
  const to = londonInstant(addDays(monday, 7), '00:00')
  const { 'calls-a-week': ceiling } = await settingsOf(ctx, 'calls-a-week')
  const [row] = await ctx.db
    .select({ n: sql<number>`count(*)` })
    .from(calls)
    .where(and(gte(calls.at, from), sql`${calls.at} < ${to}`))
  return { monday, from, to, ceiling: Number(ceiling), made: Number(row?.n ?? 0) }
}

/** How many calls a week may have; what was made this week stays counted. */
export function setCeiling(ctx: Context, callsAWeek: number): Promise<{ ceiling: number }> {
  return transact(ctx, async (ctx) => {
    await setSetting(ctx, 'calls-a-week', String(callsAWeek))
    return { ceiling: callsAWeek }
  })
}

// A call

/**
 * Writes what became of a call and what follows from it, in one transaction: an answer is typed in, “would rather not” stops us
 * asking about this course, “has left” ends the follow-up.
 * @throws Missing; Refused `already-called` when someone else rang them meanwhile, `not-on-the-sheet`, `calls-used-up`,
 * `answer-stands`; Invalid at `practice`
 */
export function recordCall(
  ctx: Context,
  { bookingId, number, outcome, practice, outcomes }: { bookingId: number } & CallInput,
): Promise<{ left: number }> {
  if (outcome === 'answered' && practice === undefined)
    throw new Invalid([{ path: 'practice', message: 'Choose where it has got to' }])
  return transact(ctx, async (ctx) => {
    await mustBeDue(ctx, bookingId, number)
    const week = await weekOf(ctx)
    const by = ctx.actor.kind === 'person' ? ctx.actor.personId : null
    // Both limits in the statement that writes, for a caller on another connection is not in this queue.
    const made = await ctx.db.all(sql`
      insert into calls (booking_id, number, outcome, at, by)
      select ${bookingId}, ${number}, ${outcome}, ${ctx.now}, ${by}
      where (select count(*) from calls where at >= ${week.from} and at < ${week.to}) < ${week.ceiling}
      on conflict do nothing returning id`)
    if (!made.length) {
      await mustNotBeCalled(ctx, bookingId, number)
      throw new Refused(
        'calls-used-up',
        week.ceiling === 0
          ? 'No calls are planned this week: the number is set to 0'
          : `The ${week.ceiling} calls of this week are used up. Raise the number, or go on next Monday`,
      )
    }
    await record(ctx, 'call.made', `booking:${bookingId}`, outcome)
    if (outcome === 'answered' && practice !== undefined)
      await typeIn(ctx, { bookingId, channel: 'phone', practice, instead: null, ...(outcomes ? { outcomes } : {}) })
    if (outcome === 'would-rather-not') await optOut(ctx, { bookingId, scope: 'course' })
    if (outcome === 'left') await closeAsLeft(ctx, bookingId)
    return { left: Math.max(0, week.ceiling - week.made - 1) }
  })
}

async function mustBeDue(ctx: Writing, bookingId: number, number: number): Promise<void> {
  await mustNotBeCalled(ctx, bookingId, number)
  const [due] = await dueCalls(ctx.db, londonDate(ctx.now), { bookingIds: [bookingId] })
  if (due && due.tries + 1 === number) return
  const [known] = await ctx.db.select({ id: bookings.id }).from(bookings).where(eq(bookings.id, bookingId))
  if (!known) throw new Missing()
  const [answer] = await ctx.db
    .select({ id: responses.id })
    .from(responses)
    .where(and(eq(responses.bookingId, bookingId), eq(responses.stage, 'follow-up'), counts))
  if (answer) throw new Refused('answer-stands', 'They have answered meanwhile: there is nothing to ask')
  throw new Refused('not-on-the-sheet', 'They are not on the sheet any more')
}

async function mustNotBeCalled(ctx: Writing, bookingId: number, number: number): Promise<void> {
  const [last] = await ctx.db
    .select({ number: calls.number, outcome: calls.outcome, at: calls.at, by: people.name })
    .from(calls)
    .leftJoin(people, eq(people.id, calls.by))
    .where(and(eq(calls.bookingId, bookingId), gte(calls.number, number)))
    .orderBy(desc(calls.number))
    .limit(1)
  if (last)
    throw new Refused(
      'already-called',
      `${last.by ?? 'Someone'} rang them ${momentOf(last.at)}: ${callWords[last.outcome].split(':')[0]?.toLowerCase()}`,
    )
}

/**
 * What someone on the sheet wrote they would do differently, to be read to them; that it was looked at is in the history.
 * @throws Missing, Refused `not-on-the-sheet`
 */
export function showOwnWords(ctx: Context, bookingId: number): Promise<{ words: string }> {
  return transact(ctx, async (ctx) => {
    const [known] = await ctx.db.select({ id: bookings.id }).from(bookings).where(eq(bookings.id, bookingId))
    if (!known) throw new Missing()
    const [due] = await dueCalls(ctx.db, londonDate(ctx.now), { bookingIds: [bookingId] })
    if (!due) throw new Refused('not-on-the-sheet', 'They are not on the sheet any more')
    const words = await ownText(ctx, bookingId, 'commitment')
    await record(ctx, 'text.shown-for-call', `booking:${bookingId}`)
    return { words }
  })
}

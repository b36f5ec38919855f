/* One of the two halves of the end of the day: its facts and its verbs (end-page.ts shows them). */
import { and, asc, eq, gte, inArray, isNull, lt, lte, sql } from 'drizzle-orm'
import * as v from 'valibot'
import { bookings } from '#db/bookings.ts'
import { certificates } from '#db/certificates.ts'
import { courses, eventCancellations, eventSessions, events, suggestions } from '#db/courses.ts'
import { people, traffic } from '#db/people.ts'
import { answers, commitments, printedNames, responses, skips } from '#db/surveys.ts'
import { dayCodeWorkingDays } from '#server/bookings/input.ts'
import { addDays, addWorkingDays, formatInstant, londonDate, londonInstant, type On } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, type Issue, Missing, Refused, TooMany } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { countTraffic, HOUR, secondsLeft, trafficKey } from '#server/limits.ts'
import { firstName } from '#server/people/first-name.ts'
import { fullName } from '#server/people/input.ts'
import { addedFaults, saveAddedWords } from './added-answers.ts'
import { textFaults } from './answering.ts'
import { faultsOf, type Given, outcomesFor, saveAnswers } from './answers.ts'
import { beforeMinutes, beforeOpensClock } from './input.ts'
import { instrumentFor, question } from './questions.ts'
import { writeText } from './texts.ts'

/** Wrong codes in an hour: from one address (a whole room may share it), and for one event from anywhere. */
const WRONG_FROM_ADDRESS = 60
const WRONG_FOR_EVENT = 300

export interface DayEvent {
  eventId: number
  course: string
  lastOn: On
  /** `before` while the code opens the questions before the day; `early` with the words when the end of the day opens. */
  window: 'before' | 'early' | 'open' | 'over' | 'cancelled'
  opens: string
  /** The first event session has. */
  hasBegun: boolean
}

export interface DayForms extends DayEvent {
  bookingId: number
  personId: number
  courseId: number
  audience: 'children' | 'adults' | 'both'
  firstName: string
  isSkipped: boolean
  /** The certificate is out: its name is printed. */
  isCertified: boolean
  responseId: number | null
  /** The version they answered, which they change their answers in. */
  instrumentId: number | null
}

/**
 * On the first morning the questions before the day, until five minutes after it began; from the beginning of the last event session the
 * end of the day, until two working days after it. Where both could be, who has told us about before goes on to the end.
 */
function windowOf(
  row: { startsAt: number; lastOn: On; starts: string | null; cancelledAt: number | null; saidBefore?: number },
  now: number,
) {
  const opensAt = londonInstant(row.lastOn, row.starts ?? '00:00')
  const beforeFrom = londonInstant(londonDate(row.startsAt), beforeOpensClock)
  const beforeUntil = row.saidBefore ? row.startsAt : row.startsAt + beforeMinutes * 60_000
  const window: DayEvent['window'] =
    row.cancelledAt !== null
      ? 'cancelled'
      : now >= beforeFrom && now < beforeUntil
        ? 'before'
        : now < opensAt
          ? 'early'
          : londonDate(now) > addWorkingDays(row.lastOn, dayCodeWorkingDays)
            ? 'over'
            : 'open'
  return { window, opens: formatInstant(opensAt), hasBegun: now >= row.startsAt }
}

const lastStarts = sql<
  string | null
>`(select min(${eventSessions.starts}) from ${eventSessions} where ${eventSessions.eventId} = ${events.id} and ${eventSessions.on} = ${events.lastOn})`

/** An event whose room's address was opened. @throws Missing */
export async function dayEvent(ctx: Context, eventId: number): Promise<DayEvent> {
  const [row] = await ctx.db
    .select({
      eventId: events.id,
      course: courses.title,
      startsAt: events.startsAt,
      lastOn: events.lastOn,
      starts: lastStarts,
      cancelledAt: eventCancellations.at,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
    .where(and(eq(events.id, eventId), lte(events.publishedAt, ctx.now)))
  if (!row) throw new Missing()
  const { startsAt: _, starts: __, cancelledAt: ___, ...shown } = row
  return { ...shown, ...windowOf(row, ctx.now) }
}

/** As on the badge: case, spaces and the letters that look like digits do not matter. */
export const plainDayCode = (typed: string): string =>
  typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')

/**
 * The forms behind a day code: of this event only. Wrong codes are counted, and past the limit a right one fails too.
 * @throws Missing for a wrong code, TooMany
 */
export async function dayForms(ctx: Context, eventId: number, typed: string): Promise<DayForms> {
  await mustBeWithin(ctx, eventId)
  const [row] = await ctx.db
    .select({
      eventId: events.id,
      course: courses.title,
      courseId: courses.id,
      audience: courses.audience,
      startsAt: events.startsAt,
      lastOn: events.lastOn,
      starts: lastStarts,
      cancelledAt: eventCancellations.at,
      saidBefore: sql<number>`exists (select 1 from responses said where said.booking_id = ${bookings.id} and said.stage = 'before')`,
      bookingId: bookings.id,
      personId: bookings.personId,
      name: people.name,
      isCertified: sql<number>`exists (select 1 from ${certificates} where ${certificates.bookingId} = ${bookings.id} and ${certificates.withdrawnAt} is null)`,
      skippedAt: skips.at,
      responseId: responses.id,
      instrumentId: responses.instrumentId,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, and(eq(people.id, bookings.personId), isNull(people.erasedAt)))
    .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
    .leftJoin(skips, eq(skips.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'end')))
    .where(
      and(eq(bookings.eventId, eventId), eq(bookings.dayCode, plainDayCode(typed)), eq(bookings.state, 'confirmed')),
    )
  if (!row) {
    await countTraffic(ctx, addressKey(ctx), HOUR, WRONG_FROM_ADDRESS)
    await countTraffic(ctx, eventKey(eventId), HOUR, WRONG_FOR_EVENT)
    throw new Missing()
  }
  const { startsAt: _, starts: __, cancelledAt: ___, saidBefore: ____, name, skippedAt, isCertified, ...shown } = row
  return {
    ...shown,
    ...windowOf(row, ctx.now),
    firstName: firstName(name),
    isSkipped: skippedAt !== null,
    isCertified: Boolean(isCertified),
  }
}

const addressKey = (ctx: Context) => `day-codes ${ctx.address}`
const eventKey = (eventId: number) => `day-codes event:${eventId}`

async function mustBeWithin(ctx: Context, eventId: number): Promise<void> {
  const from = await trafficKey(ctx, addressKey(ctx), HOUR)
  const of = await trafficKey(ctx, eventKey(eventId), HOUR)
  const rows = await ctx.db
    .select({ key: traffic.key, n: traffic.n })
    .from(traffic)
    .where(and(inArray(traffic.key, [from.key, of.key]), eq(traffic.window, from.window)))
  const isOver = rows.some(({ key, n }) => n >= (key === from.key ? WRONG_FROM_ADDRESS : WRONG_FOR_EVENT))
  if (isOver)
    throw new TooMany(secondsLeft(ctx.now, HOUR), 'Too many wrong codes were tried. Wait a little, or ask the trainer.')
}

/** The event that a code typed without its event belongs to, among those whose questions are open, before or at the end; null when none or several. */
export async function eventByCode(ctx: Context, typed: string): Promise<number | null> {
  await mustBeWithin(ctx, 0)
  const today = londonDate(ctx.now)
  const rows = await ctx.db
    .select({
      eventId: events.id,
      startsAt: events.startsAt,
      lastOn: events.lastOn,
      starts: lastStarts,
      cancelledAt: eventCancellations.at,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
    .where(
      and(
        eq(bookings.dayCode, plainDayCode(typed)),
        eq(bookings.state, 'confirmed'),
        lt(events.startsAt, londonInstant(addDays(today, 1), '00:00')),
        gte(events.lastOn, addDays(today, -14)),
      ),
    )
  const open = rows.filter((row) => ['before', 'open'].includes(windowOf(row, ctx.now).window))
  if (open.length === 1) return open[0]?.eventId ?? null
  await countTraffic(ctx, addressKey(ctx), HOUR, WRONG_FROM_ADDRESS)
  return null
}

export const suggestionsOf = (ctx: Pick<Context, 'db'>, courseId: number) =>
  ctx.db
    .select({ id: suggestions.id, text: suggestions.text })
    .from(suggestions)
    .where(and(eq(suggestions.courseId, courseId), isNull(suggestions.retiredAt)))
    .orderBy(asc(suggestions.position))

export interface EndGiven extends Given {
  /** Ids of suggestions, `nothing` or `not-sure`. */
  commitments: string[]
  ownWords: string
  suggestion: string
  /** Words to questions that were added for the course, by their keys. */
  added?: Record<string, string>
  /** Their name as it should be printed, or empty to leave it. */
  name: string
}

/** Saves the end of the day, in place of what was saved before. @throws Invalid with every fault, Refused when not open */
export function answerEnd(ctx: Context, forms: DayForms, given: EndGiven): Promise<void> {
  mustBeOpen(forms)
  return transact(ctx, async (ctx) => {
    const asked = await instrumentFor(ctx, 'end', forms.courseId, await begunWith(ctx, forms.bookingId))
    const offered = await suggestionsOf(ctx, forms.courseId)
    const issues = [
      ...faultsOf(asked, await outcomesFor(ctx, forms, ['end']), given),
      ...addedFaults(asked, given.added ?? {}),
      ...commitmentFaults(
        given,
        offered.map(({ id }) => String(id)),
      ),
      ...textFaults('own-words', given.ownWords),
      ...textFaults('suggestion', given.suggestion),
      ...nameFaults(given.name),
    ]
    if (issues.length) throw new Invalid(issues)
    const facts = { coreAt: ctx.now, finishedAt: ctx.now }
    const [response] = await ctx.db
      .insert(responses)
      .values({
        bookingId: forms.bookingId,
        eventId: forms.eventId,
        stage: 'end',
        instrumentId: asked.id,
        channel: 'day-code',
        startedAt: ctx.now,
        ...facts,
      })
      .onConflictDoUpdate({ target: [responses.bookingId, responses.stage], set: facts })
      .returning({ id: responses.id })
    if (!response) throw new Error('The answers were not written')
    await saveAnswers(ctx, { id: response.id, eventId: forms.eventId }, asked, given)
    await saveAddedWords(ctx, { ...forms, id: response.id }, asked, given.added ?? {})
    const textId = await writeText(ctx, { bookingId: forms.bookingId, kind: 'suggestion', words: given.suggestion })
    if (textId !== null)
      await ctx.db
        .insert(answers)
        .values({
          responseId: response.id,
          eventId: forms.eventId,
          questionId: question(asked, 'suggestion').id,
          textId,
        })
        .onConflictDoNothing()
    await commit(ctx, forms.bookingId, given)
    const name = given.name.trim()
    if (name)
      await ctx.db
        .insert(printedNames)
        .values({ bookingId: forms.bookingId, name, at: ctx.now })
        .onConflictDoUpdate({ target: printedNames.bookingId, set: { name, at: ctx.now } })
    await record(ctx, 'end.answered', `booking:${forms.bookingId}`)
  })
}

async function begunWith(ctx: Writing, bookingId: number): Promise<number | null> {
  const [row] = await ctx.db
    .select({ instrumentId: responses.instrumentId })
    .from(responses)
    .where(and(eq(responses.bookingId, bookingId), eq(responses.stage, 'end')))
  return row?.instrumentId ?? null
}

async function commit(ctx: Writing, bookingId: number, { commitments: chosen, ownWords }: EndGiven): Promise<void> {
  // First, since a commitment may refer to the text that is taken back.
  await ctx.db.delete(commitments).where(eq(commitments.bookingId, bookingId))
  const textId = await writeText(ctx, { bookingId, kind: 'commitment', words: ownWords })
  const made: Pick<typeof commitments.$inferInsert, 'kind' | 'suggestionId' | 'textId'>[] = chosen.map((one) =>
    one === 'nothing' || one === 'not-sure' ? { kind: one } : { kind: 'suggestion', suggestionId: Number(one) },
  )
  if (textId !== null) made.push({ kind: 'own-words', textId })
  if (made.length)
    await ctx.db
      .insert(commitments)
      .values(made.map((one, index) => ({ bookingId, position: index + 1, madeAt: ctx.now, ...one })))
}

function commitmentFaults({ commitments: chosen, ownWords }: EndGiven, offered: string[]): Issue[] {
  const path = 'commitment'
  const isPlain = (one: string) => one === 'nothing' || one === 'not-sure'
  const plain = chosen.filter(isPlain)
  const ready = chosen.filter((one) => !isPlain(one))
  const count = ready.length + (ownWords.trim() ? 1 : 0)
  if (ready.some((one) => !offered.includes(one))) return [{ path, message: 'Choose from the lines shown' }]
  if (count + plain.length === 0)
    return [{ path, message: 'Choose what you will do differently, or “I am not sure yet”' }]
  if (count > 2) return [{ path, message: 'Choose one or two, counting your own words' }]
  if (plain.length > 1 || (plain.length && count))
    return [{ path, message: 'Choose either what you will do, or the line that says nothing or not sure' }]
  return []
}

function nameFaults(name: string): Issue[] {
  if (!name.trim()) return []
  const result = v.safeParse(fullName, name)
  return result.success ? [] : [{ path: 'name', message: result.issues[0].message }]
}

/** "Skip: just my certificate." Pressing twice changes nothing. */
export function skip(ctx: Context, forms: DayForms): Promise<void> {
  mustBeOpen(forms)
  return transact(ctx, async (ctx) => {
    const made = await ctx.db
      .insert(skips)
      .values({ bookingId: forms.bookingId, at: ctx.now })
      .onConflictDoNothing()
      .returning({ bookingId: skips.bookingId })
    if (made.length) await record(ctx, 'end.skipped', `booking:${forms.bookingId}`)
  })
}

function mustBeOpen({ window }: DayForms): void {
  if (window !== 'open') throw new Refused(`day-${window}`, 'These questions are not open')
}

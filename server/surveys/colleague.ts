/*
 * The colleague's view: after their answer a delegate may name one colleague, who is asked one question once. The answer joins
 * the course's tally of the year; in the same transaction name and address are destroyed, and nothing joins the two.
 */
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events, suggestions } from '#db/courses.ts'
import { history } from '#db/history.ts'
import { messages } from '#db/outbox.ts'
import { agencies, people, traffic } from '#db/people.ts'
import { colleagueRequests, commitments } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import type { colleagueView } from '#emails/colleague-view.ts'
import { cleanName, type Mailbox } from '#emails/message.ts'
import type { Chore } from '#server/chores.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { makeToken } from '#server/keys.ts'
import { DAY, tally, trafficKey } from '#server/limits.ts'
import { queue } from '#server/outbox/queue.ts'
import { firstName } from '#server/people/first-name.ts'
import { followUpState, stateWithin } from './answering.ts'
import { monthName } from './asking-words.ts'
import { countAnswer } from './colleague-tally.ts'
import { asked } from './follow-up.ts'
import type { ColleagueAnswer, ColleagueInput } from './input.ts'
import { mustNotBeTooSoon } from './pressed-too-soon.ts'

const BATCH = 50
const MINUTE = 60_000
/** Days after the naming in which the colleague may answer. */
const DAYS_OPEN = 60
/** So many requests to one address in so many days, whoever names it (trust.md S21). */
const MOST_TO_ONE_ADDRESS = 3
const DAYS_OF_CAP = 30

/** How a request ended without an answer, as the history says it. */
const endedUnanswered = ['colleague.taken-back', 'colleague.ended'] as const

const isMessage = sql`${messages.kind} = 'colleague-view' and ${messages.about} = 'booking:' || ${colleagueRequests.bookingId}`

/**
 * Names the colleague of one booking and owes them the question. Naming again changes nothing: one request a booking, whatever
 * became of it, so that nobody can have us write to one stranger after another.
 * @throws Missing; Invalid at `email` for their own address; Refused `no-answer-yet`, `too-soon`, `asked-often-enough`
 */
export function nameColleague(ctx: Context, bookingId: number, { name, email }: ColleagueInput): Promise<void> {
  return transact(ctx, async (ctx) => {
    const state = await stateWithin(ctx, bookingId)
    if (!state.isAnswered || state.standing !== 'open')
      throw new Refused('no-answer-yet', 'We ask a colleague only once your own answer is in')
    await mustNotBeTooSoon(ctx, bookingId)
    const [before] = await ctx.db
      .select({ at: colleagueRequests.namedAt })
      .from(colleagueRequests)
      .where(eq(colleagueRequests.bookingId, bookingId))
    if (before) return
    const [person] = await ctx.db
      .select({ email: people.email })
      .from(people)
      .innerJoin(bookings, eq(bookings.personId, people.id))
      .where(eq(bookings.id, bookingId))
    if (person?.email && plain(person.email) === plain(email))
      throw new Invalid([{ path: 'email', message: 'This is your own address. Enter that of a colleague or manager' }])
    await countRequestTo(ctx, email)
    await ctx.db.insert(colleagueRequests).values({ bookingId, name, email, namedAt: ctx.now })
    // The address stands in the request alone: messages are kept for good, and it must not be.
    await queue(ctx, { kind: 'colleague-view', about: `booking:${bookingId}`, occurrence: '1' })
    await record(ctx, 'colleague.named', `booking:${bookingId}`)
  })
}

/** One mailbox, however it is written: `name+word@` reaches the same one. */
const plain = (email: string): string => email.toLowerCase().replace(/\+[^@]*(?=@)/, '')

/** Counted as keyed hashes by the day, since the address is gone once a request has ended. */
async function countRequestTo(ctx: Writing, email: string): Promise<void> {
  const about = `colleague ${plain(email)}`
  const { key, window } = await trafficKey(ctx, about, DAY)
  const [counted] = await ctx.db
    .select({ n: sql<number>`ifnull(sum(${traffic.n}), 0)` })
    .from(traffic)
    .where(and(eq(traffic.key, key), gt(traffic.window, window - DAYS_OF_CAP * DAY)))
  if (Number(counted?.n ?? 0) >= MOST_TO_ONE_ADDRESS || !(await tally(ctx, about, DAY, MOST_TO_ONE_ADDRESS)))
    throw new Refused(
      'asked-often-enough',
      'We have written to this person often enough this month. Name somebody else, or leave it',
    )
}

/** Takes the request back; nothing when the colleague has answered or it has ended. @throws Refused `too-soon` */
export function takeColleagueBack(ctx: Context, bookingId: number): Promise<void> {
  return transact(ctx, async (ctx) => {
    await mustNotBeTooSoon(ctx, bookingId)
    if (await end(ctx, bookingId)) await record(ctx, 'colleague.taken-back', `booking:${bookingId}`)
  })
}

/** Whether a colleague was named for this booking, and who while they may still be taken back; null when nobody was. */
export async function colleagueNamed(
  ctx: Pick<Context, 'db'>,
  bookingId: number,
): Promise<{ isOpen: boolean; name: string } | null> {
  const [row] = await ctx.db
    .select({ name: colleagueRequests.name, endedAt: colleagueRequests.endedAt })
    .from(colleagueRequests)
    .where(eq(colleagueRequests.bookingId, bookingId))
  return row ? { isOpen: row.endedAt === null, name: cleanName(row.name ?? '') } : null
}

/** Ends a request that is open, and destroys name and address; the write that only one of two presses can make. */
async function end(ctx: Writing, bookingId: number): Promise<boolean> {
  const ended = await ctx.db
    .update(colleagueRequests)
    .set({ name: null, email: null, endedAt: ctx.now })
    .where(and(eq(colleagueRequests.bookingId, bookingId), isNull(colleagueRequests.endedAt)))
    .returning({ bookingId: colleagueRequests.bookingId })
  return ended.length > 0
}

// The colleague's side

export type ColleagueQuestion = NonNullable<Awaited<ReturnType<typeof colleagueQuestion>>>

/** The question to a colleague, and whether it can be answered; null when nobody was named for this booking. */
export async function colleagueQuestion(ctx: Pick<Context, 'db' | 'now'>, bookingId: number) {
  const [row] = await ctx.db
    .select({
      courseId: courses.id,
      programmeId: events.programmeId,
      course: courses.title,
      audience: courses.audience,
      lastOn: events.lastOn,
      delegate: people.name,
      agency: agencies.name,
      suggestion: suggestions.text,
      namedAt: colleagueRequests.namedAt,
      endedAt: colleagueRequests.endedAt,
      isStanding: sql<number>`(${people.erasedAt} is null and ${asked.attends} and not ${asked.isVoided})`,
      messageState: messages.state,
      sentAt: messages.sentAt,
      isUnanswered: sql<number>`exists (select 1 from ${history} where ${history.about} = 'booking:' || ${colleagueRequests.bookingId} and ${history.what} in (${endedUnanswered[0]}, ${endedUnanswered[1]}))`,
    })
    .from(colleagueRequests)
    .innerJoin(bookings, eq(bookings.id, colleagueRequests.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .leftJoin(messages, isMessage)
    .leftJoin(
      commitments,
      sql`${commitments.bookingId} = ${bookings.id} and ${commitments.position} = (select min(k.position) from commitments k where k.booking_id = ${bookings.id})`,
    )
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .where(eq(colleagueRequests.bookingId, bookingId))
  if (!row) return null
  const isOpen = row.endedAt === null && ctx.now < row.namedAt + DAYS_OPEN * DAY && Boolean(row.isStanding)
  const standing: 'open' | 'answered' | 'closed' = isOpen
    ? 'open'
    : row.endedAt !== null && !row.isUnanswered
      ? 'answered'
      : 'closed'
  return {
    courseId: row.courseId,
    programmeId: row.programmeId,
    course: row.course,
    audience: row.audience,
    lastOn: row.lastOn,
    month: monthName(row.lastOn),
    firstName: cleanName(firstName(row.delegate)),
    /** For the letter alone: who named them agreed to be named to them. */
    fullName: cleanName(row.delegate),
    agency: cleanName(row.agency),
    suggestion: row.suggestion,
    standing,
    // Whoever presses before it was taken, or within a minute of that, is a machine that opens mail first.
    isTooSoon: row.messageState !== 'uncertain' && (row.sentAt === null || ctx.now < row.sentAt + MINUTE),
  }
}

/** Adds one answer to the course's tally of the year, and in the same transaction destroys who gave it. Counts once. */
export function answerAsColleague(
  ctx: Context,
  bookingId: number,
  answer: ColleagueAnswer,
): Promise<'counted' | 'too-soon' | 'answered' | 'closed'> {
  return transact(ctx, async (ctx) => {
    const asking = await colleagueQuestion(ctx, bookingId)
    if (!asking) return 'closed'
    if (asking.standing !== 'open') return asking.standing
    if (asking.isTooSoon) return 'too-soon'
    if (!(await end(ctx, bookingId))) return 'answered'
    const { courseId, programmeId } = asking
    await countAnswer(ctx, { courseId, programmeId }, answer)
    await record(ctx, 'colleague.answered', `course:${courseId}`)
    return 'counted'
  })
}

/**
 * What the message says now, or why it must not go:
 * - the request stands, and so do the attendance and the answer it came after
 * - the address is not that of someone here who wants no questions, or whose mailbox refuses mail
 */
export async function colleagueFacts(
  ctx: Context,
  bookingId: number,
): Promise<{ to: Mailbox; props: Parameters<typeof colleagueView>[0] } | { cancelled: string }> {
  const [row] = await ctx.db
    .select({
      name: colleagueRequests.name,
      email: colleagueRequests.email,
      // Written out: with one table in the statement, columns are printed without its name.
      wantsNone: sql<number>`exists (select 1 from people cp where cp.email = colleague_requests.email and (
        exists (select 1 from opt_outs where opt_outs.person_id = cp.id and opt_outs.scope = 'all' and opt_outs.undone_at is null)
        or exists (select 1 from bounces where bounces.person_id = cp.id and bounces.hard = 1 and bounces.settled_at is null and bounces.email = cp.email)))`,
    })
    .from(colleagueRequests)
    .where(and(eq(colleagueRequests.bookingId, bookingId), isNull(colleagueRequests.endedAt)))
  const asking = await colleagueQuestion(ctx, bookingId)
  if (!row?.email || asking?.standing !== 'open') return { cancelled: 'The request was taken back' }
  const state = await followUpState(ctx, bookingId)
  if (!state?.isAnswered) return { cancelled: 'The answer it came after no longer counts' }
  if (row.wantsNone) return { cancelled: 'They want no questions from us, or cannot be reached' }
  const { name, email } = row
  return {
    to: { name: cleanName(name ?? ''), address: email },
    props: {
      colleagueName: firstName(name ?? ''),
      delegateName: asking.fullName,
      delegateAgency: asking.agency,
      suggestion: asking.suggestion,
      course: asking.course,
      monthName: asking.month,
      href: `${ctx.config.origin}/colleague/${await makeToken(ctx.secrets, 'colleague', bookingId)}`,
      phone: ctx.config.partnership.phone,
    },
  }
}

/**
 * Ends a batch of requests and destroys their names and addresses:
 * - 60 days are over since the naming
 * - or the message could not be delivered, or was not to be sent any more
 * - or who named them was erased, or did not come after all, or the event was voided
 */
export const endColleagueRequests: Chore = async (ctx) => {
  const because = sql<'time-over' | 'not-delivered' | 'attendance-gone' | null>`case
    when ${colleagueRequests.namedAt} <= ${ctx.now - DAYS_OPEN * DAY} then 'time-over'
    when exists (select 1 from ${messages} where ${isMessage} and ${messages.state} in ('dead', 'cancelled')) then 'not-delivered'
    when ${people.erasedAt} is not null or not ${asked.attends} or ${asked.isVoided} then 'attendance-gone' end`
  const find = (db: Reading) =>
    db
      .select({ bookingId: colleagueRequests.bookingId, because })
      .from(colleagueRequests)
      .innerJoin(bookings, eq(bookings.id, colleagueRequests.bookingId))
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(people, eq(people.id, bookings.personId))
      .where(and(isNull(colleagueRequests.endedAt), sql`${because} is not null`))
      .limit(BATCH)
  if (!(await find(ctx.db)).length) return false
  return transact(ctx, async (ctx) => {
    const rows = await find(ctx.db)
    for (const { bookingId, because } of rows)
      if (await end(ctx, bookingId)) await record(ctx, 'colleague.ended', `booking:${bookingId}`, because ?? undefined)
    return rows.length > 0
  })
}

import { type AnyColumn, and, count, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { among } from '#db/columns.ts'
import { courses, eventSessions, events, learningOutcomes } from '#db/courses.ts'
import { answers, followUps, instruments, options, questions, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { countedMarks } from '#server/attendance/input.ts'
import type { On } from '#server/calendar.ts'
import { counts, type DispositionCounts, dispositionCounts } from '#server/surveys/follow-up.ts'
import {
  type Anchor,
  anchors,
  type Disposition,
  dispositions,
  type PracticeAnswer,
  type Stage,
} from '#server/surveys/input.ts'
import { type Room, type SegmentKey, segmentKeys } from './shared/pictures.ts'

/*
 * What the impact pages count, one grouped statement a question. An answer counts when it is a core answer that is not doubted, or was
 * confirmed, of someone whose attendance stands.
 */

export interface CameAndAnswered {
  attended: number
  answered: number
}

/** Attendances at each of these events, and how many of them answered. */
export async function cameAndAnswered(db: Reading, eventIds: readonly number[]): Promise<Map<number, CameAndAnswered>> {
  const rows = await db
    .select({
      eventId: events.id,
      attended: sql<number>`(select count(*) from ${bookings} where ${bookings.eventId} = ${events.id} and ${bookings.state} = 'confirmed' and ${marksSuffice(bookings.id)})`,
      answered: sql<number>`(select count(*) from ${responses} where ${responses.eventId} = ${events.id} and ${responses.stage} = 'follow-up' and ${counts} and ${hasAttended})`,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(inArray(events.id, [...eventIds]))
  return new Map(
    rows.map(({ eventId, attended, answered }) => [
      eventId,
      { attended: Number(attended), answered: Number(answered) },
    ]),
  )
}

/** Where everyone who came to these events stands, and how those who answered did, from one moment. */
export async function roomAt(db: Reading, eventIds: readonly number[], today: On): Promise<Room> {
  for (let tries = 0; ; tries++) {
    const [byEvent, segments] = await Promise.all([
      dispositionCounts(db, { eventIds }, today),
      practiceAt(db, eventIds),
    ])
    const { answered, ...unheard } = sumOf([...byEvent.values()])
    const heard = peopleIn(segments)
    const room = { came: heard + peopleIn(unheard), answered: heard, segments, unheard }
    // An answer may arrive between the two reads: figures that contradict each other are read again, never printed.
    if (heard === answered || tries === 3) return room
  }
}

function sumOf(counted: readonly DispositionCounts[]): DispositionCounts {
  const of = (word: Disposition) => counted.reduce((sum, one) => sum + one[word], 0)
  return Object.fromEntries(dispositions.map((word) => [word, of(word)])) as DispositionCounts
}

export const peopleIn = (counted: Record<string, number>): number =>
  Object.values(counted).reduce((sum, n) => sum + n, 0)

/** How many hold a place at each of these events, or held it on the day. */
export async function bookedAt(db: Reading, eventIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await db
    .select({ eventId: bookings.eventId, n: count() })
    .from(bookings)
    .where(and(inArray(bookings.eventId, [...eventIds]), eq(bookings.state, 'confirmed')))
    .groupBy(bookings.eventId)
  return new Map(rows.map(({ eventId, n }) => [eventId, Number(n)]))
}

/** How question one was answered by everyone at these events whose answer counts. */
async function practiceAt(db: Reading, eventIds: readonly number[]): Promise<Room['segments']> {
  const rows = await db
    .select({ key: options.key, n: sql<number>`sum(tally.n)` })
    .from(
      db
        .select({ optionId: answers.optionId, n: sql<number>`count(*)`.as('n') })
        .from(answers)
        .innerJoin(responses, eq(responses.id, answers.responseId))
        .innerJoin(events, eq(events.id, answers.eventId))
        .innerJoin(courses, eq(courses.id, events.courseId))
        .where(
          and(
            inArray(answers.eventId, [...eventIds]),
            inArray(answers.questionId, questionsCalled(db, 'follow-up', 'practice')),
            counts,
            hasAttended,
          ),
        )
        .groupBy(answers.optionId)
        .as('tally'),
    )
    .innerJoin(options, sql`${options.id} = tally.option_id`)
    .groupBy(options.key)
  const segments = Object.fromEntries(segmentKeys.map((key) => [key, 0])) as Room['segments']
  for (const { key, n } of rows) segments[segmentOf[key as PracticeAnswer]] += Number(n)
  return segments
}

const segmentOf: Record<PracticeAnswer, SegmentKey> = {
  already: 'already',
  routine: 'routine',
  once: 'once',
  started: 'started',
  'not-yet': 'not-yet',
  'no-chance': 'no-chance',
  'did-not-fit': 'not-yet',
  left: 'left',
}

export interface Depth {
  /** Core and at least one learning outcome now. */
  full: number
  /** A learning outcome given before and in the follow-up. */
  matched: number
  /** Came after the time for answers was over. */
  late: number
  /** The versions of the questions that were answered, oldest first. */
  versions: number[]
}

/** How far the answers at these events go. */
export async function depthAt(db: Reading, eventIds: readonly number[]): Promise<Depth> {
  const before = alias(responses, 'before')
  const then = alias(answers, 'then')
  const nowToo = alias(answers, 'now_too')
  const matched = sql<number>`exists (
    select 1 from ${responses} as ${before}
    join ${answers} as ${then} on ${then.responseId} = ${before.id} and ${then.questionId} in ${questionsCalled(db, 'before', 'outcomes')}
    join ${answers} as ${nowToo} on ${nowToo.responseId} = ${responses.id} and ${nowToo.learningOutcomeId} = ${then.learningOutcomeId}
      and ${nowToo.questionId} in ${questionsCalled(db, 'follow-up', 'outcomes')}
    where ${before.bookingId} = ${responses.bookingId} and ${before.stage} = 'before' and ifnull(${before.coreAt}, ${before.startedAt}) < ${events.startsAt})`
  const rows = await db
    .select({
      version: instruments.version,
      full: sql<number>`count(${responses.fullAt})`,
      late: sql<number>`sum(${responses.late})`,
      matched: sql<number>`sum(${matched})`,
    })
    .from(responses)
    .innerJoin(events, eq(events.id, responses.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(instruments, eq(instruments.id, responses.instrumentId))
    .where(and(inArray(responses.eventId, [...eventIds]), eq(responses.stage, 'follow-up'), counts, hasAttended))
    .groupBy(instruments.version)
    .orderBy(instruments.version)
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + Number(of(row)), 0)
  return {
    full: sum(({ full }) => full),
    matched: sum(({ matched }) => matched),
    late: sum(({ late }) => late),
    versions: rows.map(({ version }) => version),
  }
}

/** Of those matched on one learning outcome at one event, how many stood where before and stand where now (0 lowest, 3 highest). */
export interface Move {
  eventId: number
  learningOutcomeId: number
  before: number
  now: number
  n: number
}

/** Everyone matched at these events; `position` 1 for the first learning outcome of each course alone. */
export async function movesAt(db: Reading, eventIds: readonly number[], position?: 1): Promise<Move[]> {
  const before = alias(responses, 'before')
  const then = alias(answers, 'then')
  const optionThen = alias(options, 'option_then')
  const rows = await db
    .select({
      eventId: answers.eventId,
      learningOutcomeId: sql<number>`${answers.learningOutcomeId}`,
      before: optionThen.key,
      now: options.key,
      n: count(),
    })
    .from(answers)
    .innerJoin(responses, eq(responses.id, answers.responseId))
    .innerJoin(before, and(eq(before.bookingId, responses.bookingId), eq(before.stage, 'before')))
    .innerJoin(
      then,
      and(
        eq(then.responseId, before.id),
        inArray(then.questionId, questionsCalled(db, 'before', 'outcomes')),
        eq(then.learningOutcomeId, answers.learningOutcomeId),
      ),
    )
    .innerJoin(events, eq(events.id, responses.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(options, eq(options.id, answers.optionId))
    .innerJoin(optionThen, eq(optionThen.id, then.optionId))
    .where(
      and(
        inArray(answers.eventId, [...eventIds]),
        inArray(answers.questionId, questionsCalled(db, 'follow-up', 'outcomes')),
        position === undefined
          ? undefined
          : inArray(
              answers.learningOutcomeId,
              db
                .select({ id: learningOutcomes.id })
                .from(learningOutcomes)
                .where(eq(learningOutcomes.position, position)),
            ),
        counts,
        sql`ifnull(${before.coreAt}, ${before.startedAt}) < ${events.startsAt}`,
        hasAttended,
      ),
    )
    .groupBy(answers.eventId, answers.learningOutcomeId, optionThen.key, options.key)
  return rows.map((row) => ({ ...row, n: Number(row.n), before: levelOf(row.before), now: levelOf(row.now) }))
}

const levelOf = (key: string) => anchors.indexOf(key as Anchor)

export interface AskedBetween {
  firstOn: On | null
  lastOn: On | null
  /** The latest first asking of someone whose series is still open. */
  openSince: On | null
  /** The latest asking of someone whose series is still open. */
  openAskedOn: On | null
}

/** Between which days the people of these events were asked. */
export async function askedBetween(db: Reading, eventIds: readonly number[]): Promise<AskedBetween> {
  const isOpen = isNull(followUps.closedAt)
  const [row] = await db
    .select({
      firstOn: sql<On | null>`min(${followUps.firstAskedOn})`,
      lastOn: sql<On | null>`max(${followUps.lastAskedOn})`,
      openSince: sql<On | null>`max(case when ${isOpen} then ${followUps.firstAskedOn} end)`,
      openAskedOn: sql<On | null>`max(case when ${isOpen} then ${followUps.lastAskedOn} end)`,
    })
    .from(followUps)
    .where(inArray(followUps.eventId, [...eventIds]))
  return row ?? { firstOn: null, lastOn: null, openSince: null, openAskedOn: null }
}

/**
 * The rule of the view `attendances` on marks, in a statement that holds `events` and `courses`: the same, but for each event and not for each row
 * (three times as fast over 100,000; a test holds the two together).
 */
function marksSuffice(bookingId: AnyColumn): SQL {
  return sql`(
    select count(*) from ${marks} where ${marks.bookingId} = ${bookingId} and ${marks.replacedAt} is null and ${among(marks.mark, countedMarks)}
  ) >= case ${courses.attendanceRule} when 'any' then 1 else (
    select count(*) from ${eventSessions} where ${eventSessions.eventId} = ${events.id}
  ) end`
}

/** Whether the attendance stands of whoever gave a response. */
const hasAttended = sql`(${marksSuffice(responses.bookingId)} and (select ${bookings.state} from ${bookings} where ${bookings.id} = ${responses.bookingId}) = 'confirmed')`

/** The ids of a question in every published version. */
function questionsCalled(db: Reading, stage: Stage, key: string) {
  return db
    .select({ id: questions.id })
    .from(questions)
    .innerJoin(instruments, eq(instruments.id, questions.instrumentId))
    .where(and(eq(instruments.stage, stage), eq(questions.key, key)))
}

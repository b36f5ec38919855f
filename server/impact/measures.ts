import { and, count, eq, exists, gte, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { among } from '#db/columns.ts'
import { experiments, followUps, instruments, options, questions, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { countedMarks } from '#server/attendance/input.ts'
import { addDays, londonInstant, type On } from '#server/calendar.ts'
import { asked, counts } from '#server/surveys/follow-up.ts'
import { type Anchor, anchors, type ExperimentKind, type Stage } from '#server/surveys/input.ts'

/*
 * What the impact pages count, one grouped statement a question. An answer counts when it is a core answer that is not doubted, or was
 * confirmed, of someone whose attendance stands.
 */

/** How many hold a place at each of these events, or held it on the day. */
export async function bookedByEvent(db: Reading, eventIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await db
    .select({ eventId: bookings.eventId, n: count() })
    .from(bookings)
    .where(and(inArray(bookings.eventId, [...eventIds]), eq(bookings.state, 'confirmed')))
    .groupBy(bookings.eventId)
  return new Map(rows.map(({ eventId, n }) => [eventId, Number(n)]))
}

export async function bookedAt(db: Reading, eventIds: readonly number[]): Promise<number> {
  return [...(await bookedByEvent(db, eventIds)).values()].reduce((sum, n) => sum + n, 0)
}

/** The versions of the general questions that people of these events were asked and began to answer, oldest first; a course's own counts as the one it copied. */
export async function versionsAt(db: Reading, eventIds: readonly number[]): Promise<number[]> {
  const version = sql<number>`case when ${instruments.courseId} is null then ${instruments.version} else (select max(g.version) from instruments g where g.stage = 'follow-up' and g.course_id is null and g.published_at <= "instruments"."published_at") end`
  const rows = await db
    .selectDistinct({ version: version.mapWith(Number) })
    .from(instruments)
    .where(
      and(
        eq(instruments.stage, 'follow-up'),
        exists(
          db
            .select({ one: sql`1` })
            .from(responses)
            .where(
              and(
                inArray(responses.eventId, [...eventIds]),
                eq(responses.stage, 'follow-up'),
                eq(responses.instrumentId, instruments.id),
              ),
            ),
        ),
      ),
    )
    .orderBy(sql`1`)
  return rows.map(({ version }) => version)
}

/** How many of the answers that count were given by telephone. */
export async function byTelephoneAt(db: Reading, eventIds: readonly number[]): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(responses)
    .innerJoin(bookings, eq(bookings.id, responses.bookingId))
    .where(
      and(
        inArray(responses.eventId, [...eventIds]),
        eq(responses.stage, 'follow-up'),
        eq(responses.channel, 'phone'),
        counts,
        asked.attends,
      ),
    )
  return Number(row?.n ?? 0)
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
  const isOutcome =
    position === undefined
      ? sql`is_now.learning_outcome_id is not null`
      : sql`is_now.learning_outcome_id in (select id from learning_outcomes where position = ${position})`
  // Counted by the ids of the options first, so that their words are looked up once for each count and not for each person.
  const tally = sql`
    with held as materialized (
      select events.id, events.starts_at,
        case courses.attendance_rule when 'any' then 1
          else (select count(*) from event_sessions where event_sessions.event_id = events.id) end as needed
      from events join courses on courses.id = events.course_id
      where events.id in (select value from json_each(${JSON.stringify(eventIds)}))
    )
    select held.id as event_id, is_now.learning_outcome_id as outcome_id, was.option_id as was_id, is_now.option_id as now_id, count(*) as n
    from held
    cross join answers as is_now on is_now.event_id = held.id
      and is_now.question_id in ${questionsCalled(db, 'follow-up', 'outcomes')} and ${isOutcome}
    cross join responses on responses.id = is_now.response_id and ${counts}
    cross join responses as before on before.booking_id = responses.booking_id and before.stage = 'before'
      and ifnull(before.core_at, before.started_at) < held.starts_at
    cross join answers as was on was.response_id = before.id
      and was.question_id in ${questionsCalled(db, 'before', 'outcomes')} and was.learning_outcome_id = is_now.learning_outcome_id
      and was.learning_outcome_id is not null
    cross join bookings on bookings.id = responses.booking_id and bookings.state = 'confirmed'
    where (
      select count(*) from marks
      where marks.booking_id = bookings.id and marks.replaced_at is null and ${among(marks.mark, countedMarks)}
    ) >= held.needed
    group by 1, 2, 3, 4`
  const before = alias(options, 'before_option')
  const rows = await db
    .select({
      eventId: sql<number>`tally.event_id`.mapWith(Number),
      learningOutcomeId: sql<number>`tally.outcome_id`.mapWith(Number),
      before: before.key,
      now: options.key,
      n: sql<number>`sum(tally.n)`.mapWith(Number),
    })
    .from(sql`(${tally}) as tally`)
    .innerJoin(options, sql`${options.id} = tally.now_id`)
    .innerJoin(before, sql`${before.id} = tally.was_id`)
    .groupBy(sql`1, 2, 3, 4`)
  return rows.map((row) => ({ ...row, before: levelOf(row.before), now: levelOf(row.now) }))
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

export interface TriedWordings {
  /** Tried on people of these events. */
  drawn: ExperimentKind[]
  /** Tried meanwhile and ended early, when who got which wording was thrown away: perhaps on people of these events. */
  thrownAway: ExperimentKind[]
}

/** What experiments tried on the asking messages of these events: where they did, the wording was not the same for all. */
export async function triedAt(
  db: Reading,
  eventIds: readonly number[],
  { firstOn, lastOn }: AskedBetween,
): Promise<TriedWordings> {
  if (firstOn === null) return { drawn: [], thrownAway: [] }
  // Of two follow-ups that share a message one is drawn, for both.
  const isDrawnHere = sql<number>`exists (
    select 1 from experiment_draws d inner join contacts own on own.booking_id = d.booking_id
      and own.step = case experiments.what when 'subject' then 'invitation' else 'reminder-1' end
    inner join contacts other on other.booking_id = own.booking_id or other.message_id = own.message_id
    inner join bookings b on b.id = other.booking_id
    where d.experiment_id = experiments.id and b.event_id in (select value from json_each(${JSON.stringify(eventIds)})))`
  const rows = await db
    .select({
      what: experiments.what,
      isDrawn: isDrawnHere,
      isThrownAway: sql<number>`(${isNotNull(experiments.endedAt)} and ${gte(experiments.endedAt, londonInstant(firstOn, '00:00'))}
        and ${lt(experiments.startedAt, londonInstant(addDays(lastOn ?? firstOn, 1), '00:00'))}
        and not exists (select 1 from experiment_draws a where a.experiment_id = experiments.id))`,
    })
    .from(experiments)
    .orderBy(experiments.what)
  const kinds = (those: typeof rows) => [...new Set(those.map(({ what }) => what))]
  const drawn = kinds(rows.filter(({ isDrawn }) => Number(isDrawn)))
  return {
    drawn,
    thrownAway: kinds(rows.filter(({ what, isThrownAway }) => Number(isThrownAway) && !drawn.includes(what))),
  }
}

/** The ids of a question in every published version. */
export function questionsCalled(db: Reading, stage: Stage, key: string) {
  return db
    .select({ id: questions.id })
    .from(questions)
    .innerJoin(instruments, eq(instruments.id, questions.instrumentId))
    .where(and(eq(instruments.stage, stage), eq(questions.key, key)))
}

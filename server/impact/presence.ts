import { type SQL, sql } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { among } from '#db/columns.ts'
import type { Reading } from '#db/transact.ts'
import { countedMarks } from '#server/attendance/input.ts'
import type { EventKind } from '#server/courses/input.ts'

/** What became of a place that was held to the end: came, or why not. */
export const presences = ['came', 'part', 'excused', 'absent', 'not-marked'] as const
export type Presence = (typeof presences)[number]

/** Somebody of the agency came to an event of the course that was of this kind. */
export interface CourseAgency {
  courseId: number
  kind: EventKind
  agencyId: number
}

export interface Presences {
  /** Of the group's events. */
  places: Record<Presence, number>
  /** Came on a place that was booked only once the event had begun. */
  unscheduled: number
  /** Different people who came once, twice, and three times or more. */
  times: { once: number; twice: number; more: number }
  /** Of all the events: which agency, as on the day, came to which course. */
  agencies: CourseAgency[]
}

/** Everyone with a place at these events, in one pass; `group` are those whose places and people are counted. */
export async function presencesAt(
  db: Reading,
  eventIds: readonly number[],
  group: readonly number[],
): Promise<Presences> {
  const rows = await db
    .select({
      what: sql<'place' | 'unscheduled' | 'times' | 'agency'>`what`,
      word: sql<string | null>`word`,
      a: sql<number>`ifnull(a, 0)`.mapWith(Number),
      b: sql<number>`ifnull(b, 0)`.mapWith(Number),
    })
    .from(sql`(${statement(eventIds, group)}) as counted`)
  const of = (what: string) => rows.filter((row) => row.what === what)
  const times = (n: number) => of('times').find(({ a }) => a === n)?.b ?? 0
  const place = (word: Presence) => of('place').find((row) => row.word === word)?.a ?? 0
  return {
    places: Object.fromEntries(presences.map((word) => [word, place(word)])) as Record<Presence, number>,
    unscheduled: of('unscheduled')[0]?.a ?? 0,
    times: { once: times(1), twice: times(2), more: times(3) },
    agencies: of('agency').map(({ word, a, b }) => ({ courseId: a, kind: word as EventKind, agencyId: b })),
  }
}

function statement(eventIds: readonly number[], group: readonly number[]): SQL {
  const current = sql`marks where marks.booking_id = stood.booking_id and marks.replaced_at is null`
  const whyNot = sql`case
    when stood.marked is null then 'not-marked'
    when exists (select 1 from ${current} and (${among(marks.mark, [...countedMarks, 'left-early'])})) then 'part'
    when exists (select 1 from ${current} and ${marks.mark} = 'excused') then 'excused'
    else 'absent' end`
  return sql`
    with held as materialized (
      select events.id, events.course_id, events.kind, events.starts_at, events.id in ${listed(group)} as own,
        case courses.attendance_rule when 'any' then 1
          else (select count(*) from event_sessions where event_sessions.event_id = events.id) end as needed
      from events join courses on courses.id = events.course_id
      where events.id in ${listed(eventIds)}
    ), stood as materialized (
      select held.own, held.course_id, held.kind, held.needed, bookings.id as booking_id, bookings.person_id, bookings.agency_id,
        bookings.at >= held.starts_at and bookings.source <> 'import' as is_unscheduled,
        (select sum(${among(marks.mark, countedMarks)}) from marks
          where marks.booking_id = bookings.id and marks.replaced_at is null) as marked
      from held cross join bookings on bookings.event_id = held.id and bookings.state = 'confirmed'
    ), came as materialized (
      select own, course_id, kind, person_id, agency_id, is_unscheduled from stood where marked >= needed
    )
    select 'place' as what, 'came' as word, count(*) as a, null as b from came where own
    union all select 'place', word, count(*), null from (
      select ${whyNot} as word from stood where stood.own and ifnull(stood.marked, -1) < stood.needed
    ) group by word
    union all select 'unscheduled', null, sum(is_unscheduled), null from came where own
    union all select 'times', null, times, count(*) from (
      select min(count(*), 3) as times from came where own group by person_id
    ) group by times
    union all select distinct 'agency', kind, course_id, agency_id from came`
}

const listed = (ids: readonly number[]): SQL => sql`(select value from json_each(${JSON.stringify(ids)}))`

import { type SQL, sql } from 'drizzle-orm'
import type { Reading } from '#db/transact.ts'
import type { Mark } from '#server/attendance/input.ts'
import type { On } from '#server/calendar.ts'
import type { RoleGroup } from '#server/people/input.ts'
import { counts, dispositionSql, isSettledSql } from '#server/surveys/follow-up.ts'
import { questionsAsked } from './answers.ts'
import { askedDaysSql, questionsCalled, versionsSql } from './measures.ts'
import type { UnheardKey } from './shared/pictures.ts'

/** The facts of one event. */
export interface EventFacts {
  eventId: number
  /** Event sessions to have been at, by the course's rule. */
  needed: number
  /** No reason of the silent can change without a write; told only for a snapshot. */
  settled: boolean
  places: readonly [
    booking: number,
    person: number,
    agency: number,
    sector: number,
    role: RoleGroup,
    unscheduled: number,
  ][]
  /** Of each event session. */
  marks: readonly [booking: number, mark: Mark][]
  /** Of the answers that count. */
  told: readonly Told[]
  /** Of before the day and its end. */
  earlier: readonly [response: number, booking: number][]
  /** Null where it was not read. */
  unheard: readonly Unheard[] | null
  commitments: readonly [booking: number, position: number, which: string][]
  given: readonly Chosen[]
  /** Versions of the general questions that people began to answer. */
  versions: readonly number[]
  /** Null where it was not read. */
  asked: readonly [firstOn: On | null, lastOn: On | null, openSince: On | null, openAskedOn: On | null] | null
}
export type Told = [
  response: number,
  booking: number,
  at: number,
  wave: number,
  full: number,
  late: number | null,
  phone: number | null,
]
/** Why an answer does not count. */
export type Unheard = [booking: number, why: UnheardKey, lastAskedOn: On | null]
/** Who chose an option. */
export type Chosen = [option: number, outcome: number | null, responses: number[]]

/** What is read of an event: its snapshot, with the reasons of the silent where they may change by themselves, or else its facts. */
export type EventRead =
  | { eventId: number; packed: Uint8Array; unheard: readonly Unheard[] | null }
  | (EventFacts & { packed: null })

/** What is read: the whole; question one alone, for years set beside; or the whole to make a snapshot of, whatever snapshots there are. */
export type Extent = 'whole' | 'brief' | 'anew'

/**
 * What was booked, marked and told at these events. One statement, so that the figures of a page are of one moment and agree; one row an
 * event, its lists each one pass through an index, since they are a hundred thousand on the largest page.
 * @param shape of the snapshots that can be read
 */
export async function eventFacts(
  db: Reading,
  eventIds: readonly number[],
  today: On,
  shape: string,
  extent: Extent,
): Promise<EventRead[]> {
  const rows = await db
    .select({
      eventId: sql<number>`event_id`.mapWith(Number),
      packed: sql<Uint8Array | ArrayBuffer | null>`packed`,
      unheard: sql<string | null>`unheard`,
      facts: sql<string | null>`facts`,
    })
    .from(sql`(${statement(db, eventIds, today, shape, extent)}) as facts`)
  return rows.map(({ eventId, packed, facts, ...row }) => {
    const unheard = row.unheard === null ? null : (JSON.parse(row.unheard) as Unheard[])
    return packed === null
      ? { eventId, packed, unheard, ...listsOf(facts ?? '') }
      : { eventId, packed: ArrayBuffer.isView(packed) ? packed : new Uint8Array(packed), unheard }
  })
}

/** The lists stand in one column: each column of each row is paid for. */
function listsOf(facts: string): Omit<EventFacts, 'eventId' | 'unheard'> {
  const [needed, settled, places, marks, told, earlier, commitments, given, versions, asked] = JSON.parse(facts)
  return { needed, settled: settled === 1, places, marks, told, earlier, commitments, given, versions, asked }
}

function statement(db: Reading, eventIds: readonly number[], today: On, shape: string, extent: Extent): SQL {
  const isBrief = extent === 'brief'
  const own = sql`bookings.event_id = held.id and bookings.state = 'confirmed'`
  const silent = sql`bookings
    join people on people.id = bookings.person_id
    join sectors on sectors.id = bookings.sector_id
    join events on events.id = bookings.event_id
    join courses on courses.id = events.course_id
    left join follow_ups on follow_ups.booking_id = bookings.id
    left join responses on responses.booking_id = bookings.id and responses.stage = 'follow-up'
    where ${own} and not ifnull(${counts}, 0)`
  const unheard = sql`(select json_group_array(json_array(bookings.id, ${dispositionSql(today)}, ifnull(follow_ups.last_asked_on, follow_ups.first_asked_on))) from ${silent})`
  const earlier = sql`(
    select json_group_array(json_array(responses.id, responses.booking_id)) from responses
    where responses.event_id = held.id and (responses.stage = 'end'
      or responses.stage = 'before' and ifnull(responses.core_at, responses.started_at) < held.starts_at))`
  // As the covering index holds them: what was answered, and in which responses.
  const given = sql`(
    select group_concat(one) from (
      select '[' || option_id || ',' || ifnull(learning_outcome_id, 'null') || ',[' || group_concat(response_id) || ']]' as one
      from answers where event_id = held.id and question_id in (select id from asked) and option_id is not null
      group by question_id, learning_outcome_id, option_id))`
  const isAnew = extent === 'anew'
  const kept = isAnew
    ? sql`(select null as packed, 0 as settled, '' as made_on) as kept on false`
    : sql`event_snapshots as kept on kept.event_id = held.id and kept.shape = ${shape}`
  const isSettled = isAnew ? sql`(not exists (select 1 from ${silent} and not ${isSettledSql(today)}))` : sql`0`
  return sql`
    with held as materialized (
      select events.id, events.starts_at,
        case courses.attendance_rule when 'any' then 1
          else (select count(*) from event_sessions where event_sessions.event_id = events.id) end as needed
      from events join courses on courses.id = events.course_id
      where events.id in (select value from json_each(${JSON.stringify(eventIds)}))
    ), asked as materialized ${isBrief ? questionsCalled(db, 'follow-up', 'practice') : questionsAsked(db)}
    select held.id as event_id, kept.packed,
      ${isBrief ? sql`null` : sql`case when kept.packed is null or not (kept.settled and kept.made_on <= ${today}) then ${unheard} end`} as unheard,
      case when kept.packed is null then '[' || held.needed || ',' || ${isSettled}
        || ',' || (select json_group_array(json_array(bookings.id, bookings.person_id, bookings.agency_id, bookings.sector_id, bookings.role_group,
            bookings.at >= held.starts_at and bookings.source <> 'import'))
          from bookings where ${own})
        || ',' || (select json_group_array(json_array(marks.booking_id, marks.mark))
          from event_sessions join marks on marks.event_session_id = event_sessions.id and marks.replaced_at is null
          where event_sessions.event_id = held.id)
        || ',' || (select json_group_array(json_array(responses.id, responses.booking_id, ifnull(responses.confirmed_at, responses.core_at),
            responses.wave, responses.full_at is not null, responses.late, responses.channel = 'phone'))
          from responses where responses.event_id = held.id and responses.stage = 'follow-up' and ${counts})
        || ',' || ${isBrief ? sql`'[]'` : earlier}
        || ',' || (select json_group_array(json_array(commitments.booking_id, commitments.position,
            case commitments.kind when 'suggestion' then 'suggestion:' || commitments.suggestion_id else commitments.kind end))
          from bookings join commitments on commitments.booking_id = bookings.id where ${own})
        || ',[' || ifnull(${given}, '') || '],' || ${versionsSql} || ',' || ${isBrief ? sql`'null'` : askedDaysSql} || ']' end as facts
    from held left join ${kept}`
}

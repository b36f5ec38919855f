import { type SQL, sql } from 'drizzle-orm'
import type { Reading } from '#db/transact.ts'
import type { On } from '#server/calendar.ts'
import { counts, dispositionSql, isSettledSql } from '#server/surveys/follow-up.ts'
import { questionsAsked } from './answers.ts'
import { askedDaysSql, questionsCalled, versionsSql } from './measures.ts'

/** The facts of one event, each column a list as JSON. */
export interface EventFacts {
  eventId: number
  /** Event sessions to have been at, by the course's rule. */
  needed: number
  /** [booking, person, agency, sector, role, booked once it had begun] */
  places: string
  /** [booking, mark] of each event session */
  marks: string
  /** [response, booking, at, wave, full, late, by phone], of the answers that count */
  told: string
  /** [response, booking] of before the day and its end */
  earlier: string | null
  /** [booking, disposition, last asked on] of those whose answer does not count */
  unheard: string | null
  /** [booking, position, which] */
  commitments: string
  /** [option, learning outcome, [response]] */
  given: string | null
  /** Versions of the general questions that people began to answer. */
  versions: string | null
  /** [first asked, last asked, and of those whose series is open: latest first asking, latest asking], as days. */
  asked: string | null
}

/** What is read of an event: its snapshot, with the reasons of the silent where they may change by themselves, or else its facts. */
export type EventRead =
  | { eventId: number; packed: Uint8Array; unheard: string | null }
  | (EventFacts & { packed: null; settled: number })

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
  const text = (name: string) => sql<string>`${sql.raw(name)}`
  const rows = await db
    .select({
      eventId: sql<number>`event_id`.mapWith(Number),
      needed: sql<number>`needed`.mapWith(Number),
      packed: sql<Uint8Array | ArrayBuffer | null>`packed`,
      settled: sql<number>`settled`.mapWith(Number),
      places: text('places'),
      marks: text('marks'),
      told: text('told'),
      earlier: text('earlier'),
      unheard: text('unheard'),
      commitments: text('commitments'),
      given: text('given'),
      versions: text('versions'),
      asked: text('asked'),
    })
    .from(sql`(${statement(db, eventIds, today, shape, extent)}) as facts`)
  return rows.map(({ packed, ...facts }) =>
    packed === null
      ? { ...facts, packed }
      : {
          eventId: facts.eventId,
          packed: ArrayBuffer.isView(packed) ? packed : new Uint8Array(packed),
          unheard: facts.unheard,
        },
  )
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
    select '[' || group_concat(one) || ']' from (
      select '[' || option_id || ',' || ifnull(learning_outcome_id, 'null') || ',[' || group_concat(response_id) || ']]' as one
      from answers where event_id = held.id and question_id in (select id from asked) and option_id is not null
      group by question_id, learning_outcome_id, option_id))`
  // A snapshot has all but the reasons that change by themselves.
  const lacking = (list: SQL) => (extent === 'anew' ? list : sql`case when kept.packed is null then ${list} end`)
  const unlessBrief = (list: SQL) => (isBrief ? sql`null` : list)
  const kept =
    extent === 'anew'
      ? sql`(select null as event_id, null as packed, 0 as settled) as kept on false`
      : sql`event_snapshots as kept on kept.event_id = held.id and kept.shape = ${shape}`
  const isSettled =
    extent === 'anew' ? sql`not exists (select 1 from ${silent} and not ${isSettledSql(today)})` : sql`kept.settled`
  return sql`
    with held as materialized (
      select events.id, events.starts_at,
        case courses.attendance_rule when 'any' then 1
          else (select count(*) from event_sessions where event_sessions.event_id = events.id) end as needed
      from events join courses on courses.id = events.course_id
      where events.id in (select value from json_each(${JSON.stringify(eventIds)}))
    ), asked as materialized ${isBrief ? questionsCalled(db, 'follow-up', 'practice') : questionsAsked(db)}
    select held.id as event_id, held.needed, kept.packed, ${isSettled} as settled,
      ${lacking(sql`(select json_group_array(json_array(bookings.id, bookings.person_id, bookings.agency_id, bookings.sector_id, bookings.role_group,
          bookings.at >= held.starts_at and bookings.source <> 'import'))
        from bookings where ${own})`)} as places,
      ${lacking(sql`(select json_group_array(json_array(marks.booking_id, marks.mark))
        from event_sessions join marks on marks.event_session_id = event_sessions.id and marks.replaced_at is null
        where event_sessions.event_id = held.id)`)} as marks,
      ${lacking(sql`(select json_group_array(json_array(responses.id, responses.booking_id, ifnull(responses.confirmed_at, responses.core_at),
          responses.wave, responses.full_at is not null, responses.late, responses.channel = 'phone'))
        from responses where responses.event_id = held.id and responses.stage = 'follow-up' and ${counts})`)} as told,
      ${unlessBrief(lacking(earlier))} as earlier,
      ${unlessBrief(extent === 'anew' ? unheard : sql`case when kept.packed is null or not kept.settled then ${unheard} end`)} as unheard,
      ${lacking(sql`(select json_group_array(json_array(commitments.booking_id, commitments.position,
          case commitments.kind when 'suggestion' then 'suggestion:' || commitments.suggestion_id else commitments.kind end))
        from bookings join commitments on commitments.booking_id = bookings.id where ${own})`)} as commitments,
      ${lacking(given)} as given,
      ${lacking(versionsSql)} as versions,
      ${unlessBrief(lacking(askedDaysSql))} as asked
    from held left join ${kept}`
}

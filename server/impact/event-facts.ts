import { type SQL, sql } from 'drizzle-orm'
import type { Reading } from '#db/transact.ts'
import type { On } from '#server/calendar.ts'
import { counts, dispositionSql } from '#server/surveys/follow-up.ts'
import { questionsAsked } from './answers.ts'
import { questionsCalled } from './measures.ts'

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
  /** [booking, disposition] of those whose answer does not count */
  unheard: string | null
  /** [booking, position, which] */
  commitments: string
  /** [option, learning outcome, [response]] */
  given: string | null
}
/**
 * What was booked, marked and told at these events. One statement, so that the figures of a page are of one moment and agree; one row an
 * event, its lists each one pass through an index, since they are a hundred thousand on the largest page.
 */
export async function eventFacts(
  db: Reading,
  eventIds: readonly number[],
  today: On,
  isBrief: boolean,
): Promise<EventFacts[]> {
  const text = (name: string) => sql<string>`${sql.raw(name)}`
  return db
    .select({
      eventId: sql<number>`event_id`.mapWith(Number),
      needed: sql<number>`needed`.mapWith(Number),
      places: text('places'),
      marks: text('marks'),
      told: text('told'),
      earlier: text('earlier'),
      unheard: text('unheard'),
      commitments: text('commitments'),
      given: text('given'),
    })
    .from(sql`(${statement(db, eventIds, today, isBrief)}) as facts`)
}

function statement(db: Reading, eventIds: readonly number[], today: On, isBrief: boolean): SQL {
  const own = sql`bookings.event_id = held.id and bookings.state = 'confirmed'`
  const unheard = sql`(
    select json_group_array(json_array(bookings.id, ${dispositionSql(today)}))
    from bookings
    join people on people.id = bookings.person_id
    join sectors on sectors.id = bookings.sector_id
    join events on events.id = bookings.event_id
    join courses on courses.id = events.course_id
    left join follow_ups on follow_ups.booking_id = bookings.id
    left join responses on responses.booking_id = bookings.id and responses.stage = 'follow-up'
    where ${own} and not ifnull(${counts}, 0))`
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
  return sql`
    with held as materialized (
      select events.id, events.starts_at,
        case courses.attendance_rule when 'any' then 1
          else (select count(*) from event_sessions where event_sessions.event_id = events.id) end as needed
      from events join courses on courses.id = events.course_id
      where events.id in (select value from json_each(${JSON.stringify(eventIds)}))
    ), asked as materialized ${isBrief ? questionsCalled(db, 'follow-up', 'practice') : questionsAsked(db)}
    select held.id as event_id, held.needed,
      (select json_group_array(json_array(bookings.id, bookings.person_id, bookings.agency_id, bookings.sector_id, bookings.role_group,
          bookings.at >= held.starts_at and bookings.source <> 'import'))
        from bookings where ${own}) as places,
      (select json_group_array(json_array(marks.booking_id, marks.mark))
        from event_sessions join marks on marks.event_session_id = event_sessions.id and marks.replaced_at is null
        where event_sessions.event_id = held.id) as marks,
      (select json_group_array(json_array(responses.id, responses.booking_id, ifnull(responses.confirmed_at, responses.core_at),
          responses.wave, responses.full_at is not null, responses.late, responses.channel = 'phone'))
        from responses where responses.event_id = held.id and responses.stage = 'follow-up' and ${counts}) as told,
      ${isBrief ? sql`null` : earlier} as earlier,
      ${isBrief ? sql`null` : unheard} as unheard,
      (select json_group_array(json_array(commitments.booking_id, commitments.position,
          case commitments.kind when 'suggestion' then 'suggestion:' || commitments.suggestion_id else commitments.kind end))
        from bookings join commitments on commitments.booking_id = bookings.id where ${own}) as commitments,
      ${given} as given
    from held`
}

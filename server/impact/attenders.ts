import { type SQL, sql } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { among } from '#db/columns.ts'
import type { Reading } from '#db/transact.ts'
import { countedMarks } from '#server/attendance/input.ts'
import type { On } from '#server/calendar.ts'
import { counts, dispositionSql } from '#server/surveys/follow-up.ts'
import type { PracticeAnswer } from '#server/surveys/input.ts'
import { questionsCalled } from './measures.ts'
import { type Room, type SegmentKey, segmentKeys, type UnheardKey, unheardKeys } from './shared/pictures.ts'

/** Programme figures of one event: how many held a place, came, answered; `notMarked` are those no register says anything of. */
export interface EventCounts {
  booked: number
  attended: number
  answered: number
  notMarked: number
}

/** What a statement says of the people of one group. */
export interface GroupCounts {
  /** Everyone who came, each in exactly one place. */
  room: Room
  /** Of those who answered: core and at least one learning outcome now. */
  full: number
  /** A learning outcome given before and in the follow-up. */
  matched: number
  /** Came after the time for answers was over. */
  late: number
  /** Different people who came. */
  people: number
  /** Attendances by agency and sector of the day, as ids. */
  agencies: Map<number, number>
  sectors: Map<number, number>
}

export interface Attenders {
  events: Map<number, EventCounts>
  group: GroupCounts
}

/**
 * Everyone with a place at these events, counted event by event, and those of the group's events by how they answered. One statement,
 * so that the figures of a page are of one moment and agree; one pass over the bookings, since it is a hundred thousand on the largest page.
 */
export async function attendersAt(
  db: Reading,
  eventIds: readonly number[],
  group: readonly number[],
  today: On,
): Promise<Attenders> {
  const rows = await db
    .select({
      what: sql<What>`what`,
      key: sql<number>`k`,
      word: sql<string | null>`word`,
      a: n`a`,
      b: n`b`,
      c: n`c`,
      d: n`d`,
    })
    .from(sql`(${statement(db, eventIds, group, today)}) as counted`)
  const of = (what: What) => rows.filter((row) => row.what === what)
  const [one] = of('group')
  const came = new Map(of('came').map((row) => [row.key, row]))
  return {
    events: new Map(
      of('stood').map(({ key, a, b }) => {
        const event = came.get(key)
        return [key, { booked: a, notMarked: b, attended: event?.a ?? 0, answered: event?.b ?? 0 }]
      }),
    ),
    group: {
      room: roomOf(of('answered'), of('unheard')),
      full: one?.a ?? 0,
      matched: one?.b ?? 0,
      late: one?.c ?? 0,
      people: one?.d ?? 0,
      agencies: new Map(of('agency').map(({ key, a }) => [key, a])),
      sectors: new Map(of('sector').map(({ key, a }) => [key, a])),
    },
  }
}

type What = 'stood' | 'came' | 'answered' | 'unheard' | 'group' | 'agency' | 'sector'

const n = (column: TemplateStringsArray) => sql.raw(`ifnull(${column[0]}, 0)`).mapWith(Number)

/** The one pass: who stood in the book (`stood`), and of them who came (`came`); then each count from these two. */
function statement(db: Reading, eventIds: readonly number[], group: readonly number[], today: On): SQL {
  const current = sql`marks where marks.booking_id = bookings.id and marks.replaced_at is null`
  const practice = sql`(
    select answers.option_id from answers
    where answers.response_id = responses.id and answers.question_id in ${questionsCalled(db, 'follow-up', 'practice')}
      and answers.learning_outcome_id is null and answers.option_id is not null)`
  const isMatched = sql`exists (
    select 1 from responses as before
    join answers as was on was.response_id = before.id and was.question_id in ${questionsCalled(db, 'before', 'outcomes')}
      and was.learning_outcome_id is not null
    join answers as is_now on is_now.response_id = responses.id and is_now.learning_outcome_id = was.learning_outcome_id
      and is_now.question_id in ${questionsCalled(db, 'follow-up', 'outcomes')}
    where before.booking_id = stood.booking_id and before.stage = 'before'
      and ifnull(before.core_at, before.started_at) < stood.starts_at)`
  // Looked up only for those who did not answer.
  const unheard = sql`(
    select ${dispositionSql(today)} from people
    join bookings on bookings.id = stood.booking_id
    join sectors on sectors.id = bookings.sector_id
    join events on events.id = bookings.event_id
    join courses on courses.id = events.course_id
    left join follow_ups on follow_ups.booking_id = bookings.id
    where people.id = stood.person_id)`
  return sql`
    with held as materialized (
      select events.id, events.starts_at, events.id in ${listed(group)} as own,
        case courses.attendance_rule when 'any' then 1
          else (select count(*) from event_sessions where event_sessions.event_id = events.id) end as needed
      from events join courses on courses.id = events.course_id
      where events.id in ${listed(eventIds)}
    ), stood as materialized (
      select held.id as event_id, held.own, held.starts_at, held.needed, bookings.id as booking_id,
        bookings.person_id, bookings.agency_id, bookings.sector_id,
        (select sum(${among(marks.mark, countedMarks)}) from ${current}) as marked
      from held cross join bookings on bookings.event_id = held.id and bookings.state = 'confirmed'
    ), came as materialized (
      select stood.event_id, stood.own, stood.person_id, stood.agency_id, stood.sector_id, ${counts} as answered,
        case when stood.own and ${counts} then responses.full_at is not null end as is_full,
        case when stood.own and ${counts} then responses.late end as late,
        case when stood.own and ${counts} and responses.full_at is not null then ${isMatched} end as matched,
        case when stood.own and ${counts} then ${practice} end as option_id,
        case when stood.own and not ifnull(${counts}, 0) then ${unheard} end as disposition
      from stood
      left join responses on responses.booking_id = stood.booking_id and responses.stage = 'follow-up'
      where stood.marked >= stood.needed
    )
    select 'stood' as what, event_id as k, null as word, count(*) as a, sum(marked is null) as b, null as c, null as d
      from stood group by event_id
    union all select 'came', event_id, null, count(*), sum(ifnull(answered, 0)), null, null from came group by event_id
    union all select 'answered', null, options.key, sum(tally.n), null, null, null
      from (select option_id, count(*) as n from came where option_id is not null group by option_id) as tally
      join options on options.id = tally.option_id group by options.key
    union all select 'unheard', null, disposition, count(*), null, null, null
      from came where disposition is not null group by disposition
    union all select 'group', null, null, sum(is_full), sum(matched), sum(late), count(distinct person_id) from came where own
    union all select 'agency', agency_id, null, count(*), null, null, null from came where own group by agency_id
    union all select 'sector', sector_id, null, count(*), null, null, null from came where own group by sector_id`
}

const listed = (ids: readonly number[]): SQL => sql`(select value from json_each(${JSON.stringify(ids)}))`

function roomOf(answered: readonly Word[], unheard: readonly Word[]): Room {
  const segments = Object.fromEntries(segmentKeys.map((key) => [key, 0])) as Room['segments']
  for (const { word, a } of answered) segments[segmentOf[word as PracticeAnswer]] += a
  const others = Object.fromEntries(unheardKeys.map((key) => [key, 0])) as Room['unheard']
  for (const { word, a } of unheard) others[word as UnheardKey] += a
  const told = peopleIn(segments)
  return { came: told + peopleIn(others), answered: told, segments, unheard: others }
}

type Word = { word: string | null; a: number }

const peopleIn = (counted: Record<string, number>): number => Object.values(counted).reduce((sum, one) => sum + one, 0)

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

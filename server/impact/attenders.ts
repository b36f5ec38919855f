import { type SQL, sql } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { among } from '#db/columns.ts'
import { options } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { countedMarks } from '#server/attendance/input.ts'
import type { On } from '#server/calendar.ts'
import type { RoleGroup } from '#server/people/input.ts'
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

/** What is said of the people of one group. */
export interface GroupCounts {
  /** Everyone who came, each in exactly one place. */
  room: Room
  /** Of those who answered: core and at least one learning outcome now. */
  full: number
  /** A learning outcome given before and in the follow-up. */
  matched: number
  /** Came after the time for answers was over. */
  late: number
  phone: number
  /** Answered since an issued report counted their event: in the room still as they were then. */
  since: number
  /** Different people who came. */
  people: number
  /** Attendances by agency and sector of the day, as ids. */
  agencies: Map<number, number>
  sectors: Map<number, number>
}

/** One person at one event: what the figures are added up from. Never leaves the server. */
export interface Attender {
  bookingId: number
  personId: number
  eventId: number
  /** As on the day; `topId` is its parent where it has one. */
  agencyId: number
  topId: number
  sectorId: number
  role: RoleGroup
  /** The answer to question one that counts; null for none. */
  practice: PracticeAnswer | null
  /** Why not, where there is none. */
  unheard: UnheardKey | null
  /** Asking messages before the answer. */
  wave: number
  full: boolean
  matched: boolean
  late: boolean
  /** Answered, but since an issued report counted the event: not counted until the next does. */
  since: boolean
  /** Answered by telephone. */
  phone: boolean
  /** The first commitment: "suggestion:12", "own-words", "nothing", "not-sure"; null for none. */
  commitment: string | null
}

export interface Attenders {
  events: Map<number, EventCounts>
  /** By event, in the order of booking. */
  came: Map<number, Attender[]>
}

/** After which instant an answer of an event is not counted yet: when the last report that counts the event was issued. */
export type CutOffs = ReadonlyMap<number, number>

type Packed = [
  booking: number,
  person: number,
  agency: number,
  sector: number,
  role: RoleGroup,
  at: number | null,
  option: number | null,
  wave: number | null,
  full: number | null,
  late: number | null,
  matched: number | null,
  phone: number | null,
  disposition: UnheardKey | null,
  commitment: string | null,
]

/**
 * Everyone who came to these events, person by person. One statement, so that the figures of a page are of one moment and agree; one pass
 * over the bookings, and one row an event, since they are a hundred thousand on the largest page. `isBrief` leaves out why someone did not
 * answer and who is matched, for the years set beside.
 */
export async function attendersAt(
  db: Reading,
  eventIds: readonly number[],
  today: On,
  { cutOffs = new Map(), isBrief = false }: { cutOffs?: CutOffs; isBrief?: boolean } = {},
): Promise<Attenders> {
  const [rows, words, tops] = await Promise.all([
    db
      .select({
        eventId: sql<number>`event_id`.mapWith(Number),
        booked: sql<number>`booked`.mapWith(Number),
        notMarked: sql<number>`not_marked`.mapWith(Number),
        people: sql<string>`people`,
      })
      .from(sql`(${statement(db, eventIds, today, isBrief)}) as counted`),
    practiceWords(db),
    topAgencies(db),
  ])
  const events = new Map<number, EventCounts>()
  const came = new Map<number, Attender[]>()
  for (const { eventId, booked, notMarked, people } of rows) {
    const cutOff = cutOffs.get(eventId) ?? Number.POSITIVE_INFINITY
    const own = (JSON.parse(people) as Packed[]).map((one) => attenderOf(eventId, one, { words, tops, cutOff }))
    came.set(eventId, own)
    const answered = own.filter(({ practice }) => practice !== null).length
    events.set(eventId, { booked, notMarked, attended: own.length, answered })
  }
  return { events, came }
}

function attenderOf(
  eventId: number,
  [
    bookingId,
    personId,
    agencyId,
    sectorId,
    role,
    at,
    option,
    wave,
    full,
    late,
    matched,
    phone,
    unheard,
    commitment,
  ]: Packed,
  known: { words: ReadonlyMap<number, PracticeAnswer>; tops: ReadonlyMap<number, number>; cutOff: number },
): Attender {
  const since = at !== null && at > known.cutOff
  const practice = option === null || since ? null : (known.words.get(option) ?? null)
  return {
    bookingId,
    personId,
    eventId,
    agencyId,
    topId: known.tops.get(agencyId) ?? agencyId,
    sectorId,
    role,
    practice,
    unheard: practice === null ? (unheard ?? 'no-reply') : null,
    wave: wave ?? 0,
    full: !since && Boolean(full),
    matched: !since && Boolean(matched),
    late: !since && Boolean(late),
    since,
    phone: !since && Boolean(phone),
    commitment,
  }
}

async function practiceWords(db: Reading): Promise<Map<number, PracticeAnswer>> {
  const rows = await db
    .select({ id: options.id, key: options.key })
    .from(options)
    .where(sql`${options.questionId} in ${questionsCalled(db, 'follow-up', 'practice')}`)
  return new Map(rows.map(({ id, key }) => [id, key as PracticeAnswer]))
}

/** Every agency with the one it counts under. */
async function topAgencies(db: Reading): Promise<Map<number, number>> {
  const rows = await db.select({ id: sql<number>`id`, top: sql<number>`ifnull(parent_id, id)` }).from(sql`agencies`)
  return new Map(rows.map(({ id, top }) => [Number(id), Number(top)]))
}

/** The one pass: who stood in the book (`stood`), and of them who came; then a row for each event. */
function statement(db: Reading, eventIds: readonly number[], today: On, isBrief: boolean): SQL {
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
  const commitment = sql`(
    select case kind when 'suggestion' then 'suggestion:' || suggestion_id else kind end from commitments
    where commitments.booking_id = stood.booking_id order by position limit 1)`
  return sql`
    with held as materialized (
      select events.id, events.starts_at,
        case courses.attendance_rule when 'any' then 1
          else (select count(*) from event_sessions where event_sessions.event_id = events.id) end as needed
      from events join courses on courses.id = events.course_id
      where events.id in (select value from json_each(${JSON.stringify(eventIds)}))
    ), stood as materialized (
      select held.id as event_id, held.starts_at, held.needed, bookings.id as booking_id,
        bookings.person_id, bookings.agency_id, bookings.sector_id, bookings.role_group,
        (select sum(${among(marks.mark, countedMarks)}) from ${current}) as marked
      from held cross join bookings on bookings.event_id = held.id and bookings.state = 'confirmed'
    ), came as materialized (
      select stood.event_id, json_group_array(json_array(
        stood.booking_id, stood.person_id, stood.agency_id, stood.sector_id, stood.role_group,
        case when ${counts} then ifnull(responses.confirmed_at, responses.core_at) end,
        case when ${counts} then ${practice} end,
        case when ${counts} then responses.wave end,
        case when ${counts} then responses.full_at is not null end,
        case when ${counts} then responses.late end,
        ${isBrief ? sql`null` : sql`case when ${counts} and responses.full_at is not null then ${isMatched} end`},
        case when ${counts} then responses.channel = 'phone' end,
        ${isBrief ? sql`null` : sql`case when not ifnull(${counts}, 0) then ${unheard} end`},
        ${commitment}
      )) as people
      from stood
      left join responses on responses.booking_id = stood.booking_id and responses.stage = 'follow-up'
      where stood.marked >= stood.needed
      group by stood.event_id
    )
    select held.id as event_id, count(stood.booking_id) as booked, ifnull(sum(stood.booking_id is not null and stood.marked is null), 0) as not_marked,
      ifnull((select people from came where came.event_id = held.id), '[]') as people
    from held left join stood on stood.event_id = held.id
    group by held.id`
}

/** What is said of these people, each counted once. */
export function countsOf(those: readonly Attender[]): GroupCounts {
  const segments = Object.fromEntries(segmentKeys.map((key) => [key, 0])) as Room['segments']
  const unheard = Object.fromEntries(unheardKeys.map((key) => [key, 0])) as Room['unheard']
  const agencies = new Map<number, number>()
  const sectors = new Map<number, number>()
  const people = new Set<number>()
  const sum = { answered: 0, full: 0, matched: 0, late: 0, phone: 0, since: 0 }
  for (const one of those) {
    if (one.practice) segments[segmentOf[one.practice]] += 1
    else unheard[one.unheard ?? 'no-reply'] += 1
    sum.answered += one.practice ? 1 : 0
    sum.full += one.full ? 1 : 0
    sum.matched += one.matched ? 1 : 0
    sum.late += one.late ? 1 : 0
    sum.phone += one.phone ? 1 : 0
    sum.since += one.since ? 1 : 0
    people.add(one.personId)
    agencies.set(one.agencyId, (agencies.get(one.agencyId) ?? 0) + 1)
    sectors.set(one.sectorId, (sectors.get(one.sectorId) ?? 0) + 1)
  }
  const { answered, ...rest } = sum
  return { room: { came: those.length, answered, segments, unheard }, ...rest, people: people.size, agencies, sectors }
}

export const segmentOf: Record<PracticeAnswer, SegmentKey> = {
  already: 'already',
  routine: 'routine',
  once: 'once',
  started: 'started',
  'not-yet': 'not-yet',
  'no-chance': 'no-chance',
  'did-not-fit': 'not-yet',
  left: 'left',
}

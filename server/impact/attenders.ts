import { sql } from 'drizzle-orm'
import type { Reading } from '#db/transact.ts'
import type { On } from '#server/calendar.ts'
import type { RoleGroup } from '#server/people/input.ts'
import type { PracticeAnswer } from '#server/surveys/input.ts'
import {
  type Answers,
  type Asked,
  answerAt,
  answersIn,
  askedOf,
  type EventAnswers,
  matchedIn,
  outcomesOf,
} from './answers.ts'
import { type EventFacts, eventFacts } from './event-facts.ts'
import { marksBy, type Presence, presenceOf, presences } from './presence.ts'
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
  /** Their place among those who came to the event, from 0. */
  seat: number
  /** Booked only once the event had begun. */
  isUnscheduled: boolean
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
  /** By event, what became of its places. */
  places: Map<number, Record<Presence, number>>
  answers: Answers
}

/** After which instant an answer of an event is not counted yet: when the last report that counts the event was issued. */
export type CutOffs = ReadonlyMap<number, number>

type Place = [booking: number, person: number, agency: number, sector: number, role: RoleGroup, unscheduled: number]
type Told = [
  response: number,
  booking: number,
  at: number,
  wave: number,
  full: number,
  late: number | null,
  phone: number | null,
]

/**
 * Everyone who came to these events, person by person, with what they answered. `isBrief` leaves out why someone did not answer and all
 * answers but the one to question one, for the years set beside.
 */
export async function attendersAt(
  db: Reading,
  eventIds: readonly number[],
  today: On,
  { cutOffs = new Map(), isBrief = false }: { cutOffs?: CutOffs; isBrief?: boolean } = {},
): Promise<Attenders> {
  const [rows, asked, outcomes, tops] = await Promise.all([
    eventFacts(db, eventIds, today, isBrief),
    askedOf(db),
    outcomesOf(db),
    topAgencies(db),
  ])
  const attenders: Attenders = {
    events: new Map(),
    came: new Map(),
    places: new Map(),
    answers: { events: new Map(), keys: asked.keys, outcomes },
  }
  const known = { asked, tops }
  for (const row of rows)
    unpack(attenders, row, { ...known, cutOff: cutOffs.get(row.eventId) ?? Number.POSITIVE_INFINITY })
  return attenders
}

function unpack(
  into: Attenders,
  { eventId, needed, ...lists }: EventFacts,
  { asked, tops, cutOff }: { asked: Asked; tops: ReadonlyMap<number, number>; cutOff: number },
): void {
  const marked = marksBy(lists.marks)
  const booked = JSON.parse(lists.places) as Place[]
  const places = Object.fromEntries(presences.map((presence) => [presence, 0])) as Record<Presence, number>
  const seats = new Map<number, number>()
  const came: Attender[] = []
  for (const [bookingId, personId, agencyId, sectorId, role, isUnscheduled] of booked) {
    const presence = presenceOf(marked.get(bookingId), needed)
    places[presence] += 1
    if (presence !== 'came') continue
    const seat = came.push({
      bookingId,
      personId,
      eventId,
      seat: came.length,
      agencyId,
      topId: tops.get(agencyId) ?? agencyId,
      sectorId,
      role,
      isUnscheduled: isUnscheduled === 1,
      practice: null,
      unheard: 'no-reply',
      wave: 0,
      full: false,
      matched: false,
      late: false,
      since: false,
      phone: false,
      commitment: null,
    })
    seats.set(bookingId, seat - 1)
  }
  const told = JSON.parse(lists.told) as Told[]
  const seatOf = new Map<number, number>()
  for (const [response, booking] of [...told, ...(JSON.parse(lists.earlier ?? '[]') as [number, number][])]) {
    const seat = seats.get(booking)
    if (seat !== undefined) seatOf.set(response, seat)
  }
  const answers = answersIn(lists.given, asked, seatOf, came.length)
  const practiceOf = answerAt(answers, asked.keys, 'follow-up/practice')
  const isMatched = matchedIn(answers)
  for (const [response, , at, wave, full, late, phone] of told) {
    const one = came[seatOf.get(response) ?? -1]
    if (!one) continue
    one.wave = wave
    if (at > cutOff) {
      one.since = true
      continue
    }
    one.practice = (practiceOf(one.seat) as PracticeAnswer | undefined) ?? null
    one.full = full === 1
    one.matched = one.full && isMatched(one.seat)
    one.late = late === 1
    one.phone = phone === 1
    if (one.practice !== null) one.unheard = null
  }
  for (const [booking, unheard] of JSON.parse(lists.unheard ?? '[]') as [number, UnheardKey][]) {
    const one = came[seats.get(booking) ?? -1]
    if (one) one.unheard = unheard
  }
  const first = new Map<number, number>()
  for (const [booking, position, which] of JSON.parse(lists.commitments) as [number, number, string][]) {
    const one = came[seats.get(booking) ?? -1]
    if (!one || position >= (first.get(booking) ?? Number.POSITIVE_INFINITY)) continue
    first.set(booking, position)
    one.commitment = which
  }
  const answered = came.reduce((sum, { practice }) => sum + (practice === null ? 0 : 1), 0)
  into.came.set(eventId, came)
  into.places.set(eventId, places)
  into.events.set(eventId, {
    booked: booked.length,
    notMarked: places['not-marked'],
    attended: came.length,
    answered,
  })
  ;(into.answers.events as Map<number, EventAnswers>).set(eventId, answers)
}

/** Every agency with the one it counts under. */
async function topAgencies(db: Reading): Promise<Map<number, number>> {
  const rows = await db.select({ id: sql<number>`id`, top: sql<number>`ifnull(parent_id, id)` }).from(sql`agencies`)
  return new Map(rows.map(({ id, top }) => [Number(id), Number(top)]))
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

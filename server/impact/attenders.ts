import { sql } from 'drizzle-orm'
import type { Reading } from '#db/transact.ts'
import type { On } from '#server/calendar.ts'
import type { RoleGroup } from '#server/people/input.ts'
import { type PracticeAnswer, practiceAnswers } from '#server/surveys/input.ts'
import { type Answers, type Asked, askedOf, type EventAnswers, outcomesOf } from './answers.ts'
import { answeredIn } from './cells.ts'
import { columnsOf, countedUntil, type EventColumns, is, onDay, withReasons } from './event-columns.ts'
import { type EventRead, eventFacts } from './event-facts.ts'
import type { AskedBetween } from './measures.ts'
import { type Presence, presences } from './presence.ts'
import { type Room, type SegmentKey, segmentKeys, type UnheardKey, unheardKeys } from './shared/pictures.ts'
import { shapeOf, unpack } from './snapshot.ts'

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
  readonly bookingId: number
  readonly personId: number
  readonly eventId: number
  /** Their place among those who came to the event, from 0. */
  readonly seat: number
  /** Booked only once the event had begun. */
  readonly isUnscheduled: boolean
  /** As on the day; `topId` is its parent where it has one. */
  readonly agencyId: number
  readonly topId: number
  readonly sectorId: number
  readonly role: RoleGroup
  /** The answer to question one that counts; null for none. */
  readonly practice: PracticeAnswer | null
  /** Why not, where there is none. */
  readonly unheard: UnheardKey | null
  /** Asking messages before the answer. */
  readonly wave: number
  readonly full: boolean
  readonly matched: boolean
  readonly late: boolean
  /** Answered, but since an issued report counted the event: not counted until the next does. */
  readonly since: boolean
  /** Answered by telephone. */
  readonly phone: boolean
  /** The first commitment: "suggestion:12", "own-words", "nothing", "not-sure"; null for none. */
  readonly commitment: string | null
}

export interface Attenders {
  events: Map<number, EventCounts>
  /** By event, in the order of booking. */
  came: Map<number, Attender[]>
  /** By event, what became of its places. */
  places: Map<number, Record<Presence, number>>
  /** By event, the versions of the general questions that people began to answer. */
  versions: Map<number, number[]>
  /** By event, between which days people were asked; empty for the years set beside. */
  asked: Map<number, AskedBetween>
  answers: Answers
}

/** After which instant an answer of an event is not counted yet: when the last report that counts the event was issued. */
export type CutOffs = ReadonlyMap<number, number>

/**
 * Everyone who came to these events, person by person, with what they answered. `isBrief` leaves out why someone did not answer and all
 * answers but the one to question one, for the years set beside; where there is a snapshot it may have them all the same.
 */
export async function attendersAt(
  db: Reading,
  eventIds: readonly number[],
  today: On,
  { cutOffs = new Map(), isBrief = false }: { cutOffs?: CutOffs; isBrief?: boolean } = {},
): Promise<Attenders> {
  if (!eventIds.length) return nobody(new Map(), [])
  const asked = await askedOf(db)
  const [rows, outcomes, tops] = await Promise.all([
    eventFacts(db, eventIds, today, shapeOf(asked), isBrief ? 'brief' : 'whole'),
    outcomesOf(db),
    topAgencies(db),
  ])
  const attenders = nobody(asked.keys, outcomes)
  for (const row of rows) {
    const { eventId } = row
    const columns = countedUntil(read(row, asked, today), cutOffs.get(eventId) ?? Number.POSITIVE_INFINITY)
    const { practice } = columns.answers
    const booked = columns.places.reduce((sum, n) => sum + n, 0)
    const places = Object.fromEntries(presences.map((presence, i) => [presence, columns.places[i] ?? 0]))
    const event = { ...columns, ...columns.answers, eventId, top: columns.agency.map((id) => tops.get(id) ?? id) }
    const came: Attender[] = []
    for (let seat = 0; seat < practice.length; seat++) came.push(new Seated(event, seat))
    attenders.came.set(eventId, came)
    attenders.places.set(eventId, places as Record<Presence, number>)
    attenders.events.set(eventId, {
      booked,
      notMarked: places['not-marked'] ?? 0,
      attended: practice.length,
      answered: answeredIn(practice),
    })
    attenders.versions.set(eventId, [...columns.versions])
    if (columns.asked) attenders.asked.set(eventId, columns.asked)
    attenders.answers.events.set(eventId, columns.answers)
  }
  return attenders
}

const nobody = (keys: Answers['keys'], outcomes: Answers['outcomes']) => ({
  ...{ events: new Map(), came: new Map(), places: new Map(), versions: new Map(), asked: new Map() },
  answers: { events: new Map<number, EventAnswers>(), keys, outcomes },
})

function read(row: EventRead, asked: Asked, today: On): EventColumns {
  if (row.packed === null) return columnsOf(row, asked)
  const columns = unpack(row.packed)
  return row.unheard === null ? onDay(columns, today) : withReasons(columns, row.unheard)
}

/** The columns of one event with those of its answers, and the agency that each one's agency counts under. */
interface EventPeople extends EventColumns, EventAnswers {
  eventId: number
  top: Uint32Array
}

/** One person as the columns have them: there are a hundred thousand, most of whom are asked for little. */
class Seated implements Attender {
  readonly #of: EventPeople
  readonly seat: number

  constructor(of: EventPeople, seat: number) {
    this.#of = of
    this.seat = seat
  }

  get bookingId() {
    return this.#of.booking[this.seat]!
  }
  get personId() {
    return this.#of.person[this.seat]!
  }
  get eventId() {
    return this.#of.eventId
  }
  get isUnscheduled() {
    return this.#is(is.unscheduled)
  }
  get agencyId() {
    return this.#of.agency[this.seat]!
  }
  get topId() {
    return this.#of.top[this.seat]!
  }
  get sectorId() {
    return this.#of.sector[this.seat]!
  }
  get role() {
    return this.#of.roles[this.#of.role[this.seat]!]!
  }
  get practice() {
    const answer = this.#of.practice[this.seat]!
    return answer === 0 ? null : practiceAnswers[answer - 1]!
  }
  get unheard() {
    return this.#of.practice[this.seat] === 0 ? unheardKeys[this.#of.unheard[this.seat]!]! : null
  }
  get wave() {
    return this.#of.wave[this.seat]!
  }
  get full() {
    return this.#is(is.full)
  }
  get matched() {
    return this.#is(is.matched)
  }
  get late() {
    return this.#is(is.late)
  }
  get since() {
    return this.#is(is.since)
  }
  get phone() {
    return this.#is(is.phone)
  }
  get commitment() {
    const made = this.#of.commitment[this.seat]!
    return made === 0 ? null : this.#of.commitments[made - 1]!
  }

  #is(bit: number): boolean {
    return (this.#of.marks[this.seat]! & bit) !== 0
  }
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

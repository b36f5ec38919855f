import type { On } from '#server/calendar.ts'
import type { RoleGroup } from '#server/people/input.ts'
import { stillAskedSince } from '#server/surveys/follow-up.ts'
import { type PracticeAnswer, practiceAnswers } from '#server/surveys/input.ts'
import { type Asked, answersIn, bitsAs, type EventAnswers, matchedIn, withoutFollowUp } from './answers.ts'
import type { EventFacts, Unheard } from './event-facts.ts'
import type { AskedBetween } from './measures.ts'
import { marksBy, presenceOf, presences } from './presence.ts'
import { unheardKeys } from './shared/pictures.ts'

/*
 * The people of one event as columns of numbers by seat, their place among those who came in the order of booking. A programme's are a
 * hundred thousand, and are read again and again.
 */

export interface EventColumns {
  /** How many places became what, in the order of `presences`. */
  places: readonly number[]
  /** Versions of the general questions that people were asked and began to answer. */
  versions: readonly number[]
  /** Null where only question one was read. */
  asked: AskedBetween | null
  booking: Uint32Array
  person: Uint32Array
  /** As on the day. */
  agency: Uint32Array
  sector: Uint32Array
  /** The place in `roles`. */
  role: Uint8Array
  roles: readonly RoleGroup[]
  /** Asking messages before the answer. */
  wave: Uint8Array
  /** What else is so, as bits of `is`. */
  marks: Uint8Array
  /** When the follow-up was answered so that it counts, in ms UTC; 0 where it was not. */
  at: Float64Array
  /** Of those who did not answer: why not, as the place in `unheardKeys`. */
  unheard: Uint8Array
  /** Of those who are still being asked or gave no reply: when they were last asked, 8 September 2026 as 20260908; 0 for others. */
  lastAsked: Uint32Array
  answers: EventAnswers
}

/** Bits of `marks`: booked only once the event had begun; answered fully, matched, late, by telephone; answered since an issued report. */
export const is = { unscheduled: 1, full: 2, matched: 4, late: 8, phone: 16, since: 32 } as const

export function columnsOf(facts: EventFacts, asked: Asked): EventColumns {
  const marked = marksBy(facts.marks)
  const places = presences.map(() => 0)
  const came: EventFacts['places'][number][] = []
  const seats = new Map<number, number>()
  for (const place of facts.places) {
    const presence = presenceOf(marked.get(place[0]), facts.needed)
    places[presences.indexOf(presence)]! += 1
    if (presence === 'came') seats.set(place[0], came.push(place) - 1)
  }
  const seatOf = new Map<number, number>()
  for (const [response, booking] of [...facts.told, ...facts.earlier]) {
    const seat = seats.get(booking)
    if (seat !== undefined) seatOf.set(response, seat)
  }
  const roles = [...new Set(came.map(([, , , , role]) => role))]
  const columns: EventColumns = {
    places,
    versions: facts.versions,
    asked: askedDays(facts.asked),
    booking: Uint32Array.from(came, ([booking]) => booking),
    person: Uint32Array.from(came, ([, person]) => person),
    agency: Uint32Array.from(came, ([, , agency]) => agency),
    sector: Uint32Array.from(came, ([, , , sector]) => sector),
    role: Uint8Array.from(came, ([, , , , role]) => roles.indexOf(role)),
    roles,
    wave: new Uint8Array(came.length),
    marks: Uint8Array.from(came, ([, , , , , unscheduled]) => (unscheduled === 1 ? is.unscheduled : 0)),
    at: new Float64Array(came.length),
    unheard: new Uint8Array(came.length),
    lastAsked: new Uint32Array(came.length),
    answers: answered(facts, asked, seats, seatOf, came.length),
  }
  const isMatched = matchedIn(columns.answers)
  for (const [response, , at, wave, full, late, phone] of facts.told) {
    const seat = seatOf.get(response)
    if (seat === undefined) continue
    columns.at[seat] = at
    columns.wave[seat] = wave
    columns.marks[seat]! |=
      (full === 1 ? is.full | (isMatched(seat) ? is.matched : 0) : 0) |
      (late === 1 ? is.late : 0) |
      (phone === 1 ? is.phone : 0)
  }
  return facts.unheard === null ? columns : withReasons(columns, facts.unheard)
}

function answered(
  facts: EventFacts,
  asked: Asked,
  seats: ReadonlyMap<number, number>,
  seatOf: ReadonlyMap<number, number>,
  size: number,
): EventAnswers {
  const given = answersIn(facts.given, asked, seatOf, size)
  const practice = new Uint8Array(size)
  const answerOf = bitsAs(asked.keys.get('follow-up/practice') ?? [], (key) =>
    practiceAnswers.indexOf(key as PracticeAnswer),
  )
  for (const [seat, bits] of given.chosen.get('follow-up/practice')?.entries() ?? [])
    practice[seat] = answerOf(bits) + 1
  const commitment = new Uint32Array(size)
  const commitments: string[] = []
  const first = new Map<number, number>()
  for (const [booking, position, which] of facts.commitments) {
    const seat = seats.get(booking)
    if (seat === undefined || position >= (first.get(booking) ?? Number.POSITIVE_INFINITY)) continue
    first.set(booking, position)
    if (!commitments.includes(which)) commitments.push(which)
    commitment[seat] = commitments.indexOf(which) + 1
  }
  const answers = { practice, commitment, commitments, ...given }
  return withoutFollowUp(answers, (seat) => practice[seat] === 0)
}

function askedDays(days: EventFacts['asked']): AskedBetween | null {
  if (days === null) return null
  const [firstOn, lastOn, openSince, openAskedOn] = days
  return { firstOn, lastOn, openSince, openAskedOn }
}

/** The same with why those who did not answer did not. */
export function withReasons(columns: EventColumns, unheard: readonly Unheard[]): EventColumns {
  const seats = new Map<number, number>()
  for (const [seat, booking] of columns.booking.entries()) seats.set(booking, seat)
  const reasons = new Uint8Array(columns.booking.length)
  const lastAsked = new Uint32Array(columns.booking.length)
  for (const [booking, why, on] of unheard) {
    const seat = seats.get(booking)
    if (seat === undefined) continue
    reasons[seat] = unheardKeys.indexOf(why)
    if (on !== null && (reasons[seat] === stillAsked || reasons[seat] === noReply)) lastAsked[seat] = dayNumber(on)
  }
  return { ...columns, unheard: reasons, lastAsked }
}

const stillAsked = unheardKeys.indexOf('still-being-asked')
const noReply = unheardKeys.indexOf('no-reply')
const dayNumber = (on: On) => Number(on.replaceAll('-', ''))

/** The same on a later day: who was still being asked then may have given no reply since. */
export function onDay(columns: EventColumns, today: On): EventColumns {
  const since = dayNumber(stillAskedSince(today))
  const { lastAsked, unheard } = columns
  const whyNow = (seat: number) => (lastAsked[seat]! >= since ? stillAsked : noReply)
  if (lastAsked.every((on, seat) => on === 0 || unheard[seat] === whyNow(seat))) return columns
  return { ...columns, unheard: unheard.map((why, seat) => (lastAsked[seat] === 0 ? why : whyNow(seat))) }
}

/** The same without the answers that came after an instant, whose people are marked. */
export function countedUntil(columns: EventColumns, cutOff: number): EventColumns {
  if (!columns.at.some((at) => at > cutOff)) return columns
  const isSince = (seat: number) => columns.at[seat]! > cutOff
  return {
    ...columns,
    marks: columns.marks.map((marks, seat) => (isSince(seat) ? (marks & is.unscheduled) | is.since : marks)),
    answers: withoutFollowUp(columns.answers, isSince),
  }
}

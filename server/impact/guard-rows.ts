import { type Answers, of } from './answers.ts'
import type { Attender } from './attenders.ts'
import type { Measure } from './cells.ts'
import type { IssuedRow } from './issued.ts'
import { courseGroup, eventGroup, eventsOfCourse, isTaught, type ProgrammeEvent, programmeGroup } from './programme.ts'
import type { Thresholds } from './shared/disclosure.ts'
import type { Family } from './shared/shown.ts'

/* The rows that pages could show of somebody: those of where and when they came, and those of who they are. */

export const themeGroup = (themeId: number) => `theme:${themeId}`
export const sectorGroup = (sectorId: number) => `sector:${sectorId}`
export const agencyGroup = (agencyId: number) => `agency:${agencyId}`
/** A part of a group: of those who answered after so many messages, of an agency, with a commitment, with an outcome's wording. */
export const partOf = (group: string, part: string) => `${group}/${part}`

/** Waves that are told apart: before any reminder, after one, after more. */
export const waveOf = ({ wave }: Attender): number => Math.min(3, Math.max(1, wave))

export interface Guarded {
  held: readonly ProgrammeEvent[]
  came: ReadonlyMap<number, readonly Attender[]>
  answers: Answers
  /** The themes of each course. */
  themes: ReadonlyMap<number, readonly number[]>
  /** What every report issued so far shows of these events. */
  issued: readonly IssuedRow[]
  thresholds: Thresholds
}

/** How far down a programme is offered. */
export type Detail = 'all' | 'parts' | 'rooms'

/** The group that a wording's row belongs to. */
export const baseRow = (row: string) => row.split('/')[0] ?? row

/** Where each event stands: in the programme's total, on its course's page, under which themes. */
export interface Place {
  event: ProgrammeEvent
  counted: boolean
  onCourse: boolean
  themes: readonly number[]
  month: string
  /** The rows that everyone who came stands in: of a measure that a whole programme shows, and of one that only courses do. */
  rows: { whole: readonly Row[]; ofCourses: readonly Row[] }
}

export function placesOf({ held, themes }: Guarded): Map<number, Place> {
  const onCourse = new Set(
    [...new Set(held.map(({ courseId }) => courseId))].flatMap((id) =>
      eventsOfCourse(held, id).map((event) => event.id),
    ),
  )
  return new Map(
    held.map((event) => {
      const counted = isTaught(event)
      const place = {
        event,
        counted,
        onCourse: onCourse.has(event.id),
        themes: counted ? (themes.get(event.courseId) ?? []) : [],
        month: event.lastOn.slice(0, 7),
      }
      return [event.id, { ...place, rows: { whole: made(place, true, null), ofCourses: made(place, false, null) } }]
    }),
  )
}

/** Whether nothing of the measure stands in a whole programme: only a course and its events show it. */
export const isOfCourses = (measure: Measure): boolean =>
  measure === 'befores' || measure === 'fade' || (measure.startsWith('moves:') && measure !== 'moves:first')

/** The rooms that someone stands in, as [family, row]; `wording` only where a measure has several. */
export function roomsOf(place: Place, measure: Measure, wording: number | null): readonly Row[] {
  if (wording !== null) return made(place, !isOfCourses(measure), wording)
  return isOfCourses(measure) ? place.rows.ofCourses : place.rows.whole
}

function made(
  { event, counted, onCourse, themes }: Omit<Place, 'rows'>,
  isWhole: boolean,
  wording: number | null,
): readonly Row[] {
  const worded = (row: string) => (wording === null ? row : partOf(row, `outcome:${wording}`))
  const rows: Row[] = []
  if (counted && isWhole) rows.push(['programme', programmeGroup])
  if (onCourse) rows.push(['courses', worded(courseGroup(event.courseId))])
  rows.push(['events', worded(eventGroup(event.id))])
  if (counted && isWhole) for (const theme of themes) rows.push(['themes', themeGroup(theme)])
  return rows
}

/** One way to tell people apart by who they are: which row someone stands in, as a number made without words, and the words. */
export interface Split {
  /** Null for none. */
  key(alike: Alike): number | null
  row(alike: Alike): Row
  /** Only who answered stands in one. */
  isOfAnswers?: true
}

const inTotal: readonly Split[] = [
  {
    key: ({ place, one }) => (place.counted ? one.sectorId : null),
    row: ({ one }) => ['sectors', sectorGroup(one.sectorId)],
  },
  {
    key: ({ place, one }) => (place.counted ? one.topId : null),
    row: ({ one }) => ['agencies', agencyGroup(one.topId)],
  },
]
const ofWaves: Split = {
  isOfAnswers: true,
  key: ({ place, one }) => (place.counted ? waveOf(one) : null),
  row: ({ one }) => [partOf(programmeGroup, 'wave'), partOf(programmeGroup, `wave:${waveOf(one)}`)],
}
const onCourse = (
  kind: 'agency' | 'wave' | 'commitment',
  part: (alike: Alike) => number | null,
  name: (one: Attender) => string,
): Split => ({
  key: (alike) => {
    const own = alike.place.onCourse ? part(alike) : null
    return own === null ? null : alike.place.event.courseId * 2 ** 32 + own
  },
  row: ({ place, one }) => {
    const course = courseGroup(place.event.courseId)
    return [partOf(course, kind), partOf(course, name(one))]
  },
})
const ofCourses: readonly Split[] = [
  onCourse(
    'agency',
    ({ one }) => one.topId,
    ({ topId }) => agencyGroup(topId),
  ),
  {
    ...onCourse(
      'wave',
      ({ one }) => waveOf(one),
      (one) => `wave:${waveOf(one)}`,
    ),
    isOfAnswers: true,
  },
  onCourse(
    'commitment',
    ({ commitment }) => commitment || null,
    ({ commitment }) => commitment ?? '',
  ),
]

/** How people are told apart by who they are. */
export function splitsOf(measure: Measure, detail: Detail): readonly Split[] {
  if (detail === 'rooms' || isOfCourses(measure)) return []
  if (measure !== 'practice') return inTotal
  return detail === 'parts' ? [...inTotal, ofWaves] : [...inTotal, ofWaves, ...ofCourses]
}

export type Row = readonly [family: string, row: string]

/** Agencies are let in one by one beneath their sectors: merged across sectors, hardly any would be left. */
export const howOf = (family: string): Family['how'] =>
  ['programme', 'courses', 'events', 'themes', 'agencies'].includes(family) ? 'tree-level' : 'merged'

/** The order in which families are offered: what matters most first. */
export function rank(family: string): number {
  const order = ['programme', 'courses', 'events', 'themes', 'sectors', 'agencies']
  const place = order.indexOf(family)
  if (place >= 0) return place
  if (family.endsWith('/agency')) return 6
  return family.endsWith('/wave') ? (family.startsWith(programmeGroup) ? 7 : 8) : 9
}

/** People alike in who they are, and in how the events they came to count. */
export interface Alike {
  place: Place
  /** An example of them. */
  one: Attender
  /** A number for their first commitment; 0 for none. */
  commitment: number
  /** How many came. */
  came: number
}

/** Where people stand: at which event, and among whom, by number. */
export interface Stands {
  /** The events that people came to. */
  events: readonly { eventId: number; place: Place; people: readonly Attender[]; whole: Int32Array; part: Int32Array }[]
  /** Told apart by all that rows are made of, and by sector and agency alone; each event's `whole` and `part` say of each person which. */
  whole: readonly Alike[]
  part: readonly Alike[]
}

export function standsOf({ came, answers }: Guarded, places: ReadonlyMap<number, Place>): Stands {
  const whole: Alike[] = []
  const part: Alike[] = []
  const commitments = new Map<string, number>()
  const agencies = new Map<number, number>()
  /** By how an event counts, then by who somebody is: an event of a course stands in the same rows as others of it that count the same. */
  const zones = new Map<number, Map<number, number>>()
  const parts = new Map<number, number>()
  const events: Stands['events'][number][] = []
  for (const [eventId, people] of came) {
    const place = places.get(eventId)
    if (!place) continue
    const own = { whole: new Int32Array(people.length), part: new Int32Array(people.length) }
    const { commitment: made, commitments: words } = answers.events.get(eventId)!
    const numbers = words.map((which) => 1 + numberIn(commitments, which))
    const zone = of(
      zones,
      place.event.courseId * 4 + (place.counted ? 2 : 0) + (place.onCourse ? 1 : 0),
      () => new Map<number, number>(),
    )
    for (let seat = 0; seat < people.length; seat++) {
      const one = people[seat]!
      // An agency may have changed its sector within the year.
      const agency = numberIn(agencies, one.topId * 2 ** 20 + one.sectorId)
      const commitment = made[seat] === 0 ? 0 : numbers[made[seat]! - 1]!
      const who = commitment * 2 ** 20 + agency * 4 + waveOf(one)
      own.whole[seat] = alikeIn(whole, zone, who, place, one, commitment)
      own.part[seat] = alikeIn(part, parts, agency * 2 + (place.counted ? 1 : 0), place, one, 0)
    }
    events.push({ eventId, place, people, ...own })
  }
  return { events, whole, part }
}

/** The number of those alike; the first of them is the example. */
function alikeIn(
  list: Alike[],
  known: Map<number, number>,
  key: number,
  place: Place,
  one: Attender,
  commitment: number,
): number {
  let number = known.get(key)
  if (number === undefined) known.set(key, (number = list.push({ place, one, commitment, came: 0 }) - 1))
  list[number]!.came += 1
  return number
}

function numberIn<K>(known: Map<K, number>, key: K): number {
  let number = known.get(key)
  if (number === undefined) known.set(key, (number = known.size))
  return number
}

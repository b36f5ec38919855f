import type { Answers } from './answers.ts'
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
      return [
        event.id,
        {
          event,
          counted,
          onCourse: onCourse.has(event.id),
          themes: counted ? (themes.get(event.courseId) ?? []) : [],
          month: event.lastOn.slice(0, 7),
        },
      ]
    }),
  )
}

/** Whether nothing of the measure stands in a whole programme: only a course and its events show it. */
export const isOfCourses = (measure: Measure): boolean =>
  measure === 'befores' || measure === 'fade' || (measure.startsWith('moves:') && measure !== 'moves:first')

/** The rooms that someone stands in, as [family, row]; `wording` only where a measure has several. */
export function roomsOf({ event, counted, onCourse, themes }: Place, measure: Measure, wording: number | null): Row[] {
  const worded = (row: string) => (wording === null ? row : partOf(row, `outcome:${wording}`))
  const rows: Row[] = []
  if (counted && !isOfCourses(measure)) rows.push(['programme', programmeGroup])
  if (onCourse) rows.push(['courses', worded(courseGroup(event.courseId))])
  rows.push(['events', worded(eventGroup(event.id))])
  if (counted && !isOfCourses(measure)) for (const theme of themes) rows.push(['themes', themeGroup(theme)])
  return rows
}

/** The rows of who someone is. */
export function whoOf({ event, counted, onCourse }: Place, one: Attender, measure: Measure, detail: Detail): Row[] {
  const rows: Row[] = []
  if (detail === 'rooms' || isOfCourses(measure)) return rows
  if (counted) rows.push(['sectors', sectorGroup(one.sectorId)], ['agencies', agencyGroup(one.topId)])
  if (measure !== 'practice') return rows
  if (counted) rows.push([partOf(programmeGroup, 'wave'), partOf(programmeGroup, `wave:${waveOf(one)}`)])
  if (detail === 'parts' || !onCourse) return rows
  const course = courseGroup(event.courseId)
  rows.push([partOf(course, 'agency'), partOf(course, agencyGroup(one.topId))])
  rows.push([partOf(course, 'wave'), partOf(course, `wave:${waveOf(one)}`)])
  if (one.commitment) rows.push([partOf(course, 'commitment'), partOf(course, one.commitment)])
  return rows
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

export function standsOf({ came }: Guarded, places: ReadonlyMap<number, Place>): Stands {
  const whole: Alike[] = []
  const part: Alike[] = []
  const numbered = (list: Alike[]) => {
    const known = new Map<number, number>()
    return (key: number, place: Place, one: Attender) => {
      let number = known.get(key)
      if (number === undefined) known.set(key, (number = list.push({ place, one, came: 0 }) - 1))
      list[number]!.came += 1
      return number
    }
  }
  const wholeOf = numbered(whole)
  const partOf = numbered(part)
  const commitments = new Map<string | null, number>()
  const agencies = new Map<number, number>()
  const zones = new Map<number, number>()
  const events: Stands['events'][number][] = []
  for (const [eventId, people] of came) {
    const place = places.get(eventId)
    if (!place) continue
    const own = { whole: new Int32Array(people.length), part: new Int32Array(people.length) }
    // Who somebody is stands in the same rows at every event of a course that counts the same.
    const zone = numberIn(zones, place.event.courseId * 4 + (place.counted ? 2 : 0) + (place.onCourse ? 1 : 0))
    for (const [seat, one] of people.entries()) {
      // An agency may have changed its sector within the year.
      const agency = numberIn(agencies, one.topId * 1_000 + one.sectorId)
      const who = (agency * 4 + waveOf(one)) * 10_000 + numberIn(commitments, one.commitment)
      own.whole[seat] = wholeOf(zone * 2 ** 32 + who, place, one)
      own.part[seat] = partOf(agency * 2 + (place.counted ? 1 : 0), place, one)
    }
    events.push({ eventId, place, people, ...own })
  }
  return { events, whole, part }
}

function numberIn<K>(known: Map<K, number>, key: K): number {
  let number = known.get(key)
  if (number === undefined) known.set(key, (number = known.size))
  return number
}

import type { Measure } from './cells.ts'
import { type Answered, answered, type Numbers, type Room, type Who } from './guard-answered.ts'
import {
  type Alike,
  baseRow,
  type Detail,
  type Guarded,
  howOf,
  isOfCourses,
  type Place,
  type Row,
  rank,
  roomsOf,
  type Stands,
  splitsOf,
} from './guard-rows.ts'
import { programmeGroup } from './programme.ts'
import type { Crossed, Numbered, Side } from './shared/certificate.ts'
import type { Thresholds } from './shared/disclosure.ts'
import type { AnswerCell, Family } from './shared/shown.ts'

/*
 * Everything that the pages of a programme could show of one measure, or of several that share their answers: rows made of whole rooms, or of
 * whole whos (guard-answered.ts).
 */

export interface OfferedRow {
  id: string
  /** Rooms or whos. */
  members: readonly number[]
  attended: number
}

/** Rows of one measure, whose id tells the family from the same of another. */
export interface OfferedFamily {
  id: string
  measure: Measure
  /** The measure's place among those offered together. */
  at: number
  family: string
  side: Side
  how: Family['how']
  rows: readonly OfferedRow[]
}

export interface Offered extends Omit<Answered, 'rooms' | 'whos'> {
  /** The measures are of several moments, of which who answered anew changes only what they say now. */
  hasMoments: boolean
  families: readonly OfferedFamily[]
}

/** Everything that the pages could show of these measures. */
export function offered(
  of: Guarded,
  stands: Stands,
  joint: readonly Measure[],
  detail: Detail,
  months: ReadonlyMap<Measure, (place: Place) => string | null> = new Map(),
): Offered {
  const isWhole = joint.includes('practice')
  const alikes = detail === 'rooms' || joint.every(isOfCourses) ? null : isWhole ? 'whole' : 'part'
  const { rooms, whos, ...told } = answered(of, stands, joint, alikes)
  const { crossed } = told
  return {
    ...told,
    hasMoments: joint.length > 1 || joint.some((measure) => measure.startsWith('moves:')),
    families: joint.flatMap((measure, at) => {
      const rows: Rows = new Map()
      const asked = { rows, measure, bit: 1 << at }
      offerRooms(asked, stands, { ...crossed.rooms, all: rooms.all }, months.get(measure))
      if (alikes) offerWho(asked, stands[alikes], whos, detail)
      return familiesOf(measure, at, rows, crossed, of.thresholds)
    }),
  }
}

/** The same as rows of cells, for the search. */
export function asCells({ crossed, chose, same, hasMoments, already, families }: Offered): {
  cells: AnswerCell[]
  already: number[][]
  families: Family[]
} {
  const cells: { answered: number; options: number[]; people?: string }[] = []
  const cellsOf: Record<Side, number[][]> = {
    rooms: Array.from({ length: crossed.rooms.count }, () => []),
    who: Array.from({ length: crossed.who.count }, () => []),
  }
  const measures = families.length ? 1 + Math.max(...families.map(({ at }) => at)) : 0
  const known = new Map<number, number>()
  for (const [person, room] of crossed.rooms.of.entries()) {
    const who = crossed.who.of[person]!
    const people = same.get(person)
    const key = room * crossed.who.count + who
    let cell = people === undefined ? known.get(key) : undefined
    if (cell === undefined) {
      cell = cells.push({ answered: 0, options: [], ...(people === undefined ? {} : { people }) }) - 1
      if (people === undefined) known.set(key, cell)
      cellsOf.rooms[room]!.push(cell)
      cellsOf.who[who]!.push(cell)
    }
    const { options } = cells[cell]!
    cells[cell]!.answered += 1
    for (let at = 0; at < measures; at++)
      for (const option of chose(person, at)) {
        while (options.length <= option) options.push(0)
        options[option]! += 1
      }
  }
  const optionsOf: number[][] = []
  for (let at = 0; at < measures; at++)
    optionsOf.push([...new Set(Array.from(crossed.rooms.of, (_, person) => chose(person, at)).flat())])
  const within = (side: Side, members: readonly number[]) => members.flatMap((member) => cellsOf[side][member]!)
  // Who answers anew changes what they say now, and not what they had said before: set against an earlier report they would count as changed
  // where they are not. So what is said of several moments is shown of nobody with them in it.
  const isOffered = ({ cells: own }: { cells: readonly number[] }) =>
    !hasMoments || !own.some((cell) => cells[cell]!.people !== undefined)
  return {
    cells,
    already: already.map(({ side, members }) => within(side, members)),
    families: families.map(({ id, at, side, how, rows }) => ({
      id,
      how,
      options: optionsOf[at]!,
      rows: rows.map(({ id, members, attended }) => ({ id, cells: within(side, members), attended })).filter(isOffered),
    })),
  }
}

/** Rows of one measure by family. */
type Rows = Map<string, { side: Side; rows: Map<string, RowMade> }>
interface RowMade {
  members: number[]
  attended: number
}

function rowAt(rows: Rows, [family, row]: Row, side: Side): RowMade {
  let own = rows.get(family)
  if (!own) rows.set(family, (own = { side, rows: new Map() }))
  let made = own.rows.get(row)
  if (!made) own.rows.set(row, (made = { members: [], attended: 0 }))
  return made
}

/** One measure: what is offered of it, and by which bit of their pattern those are known who answered it. */
interface OfMeasure {
  rows: Rows
  measure: Measure
  bit: number
}

/** Whoever came stands in the rows of the place; who gave an answer to a wording, in those of the wording instead of those without. */
function offerRooms(
  { rows, measure, bit }: OfMeasure,
  { events }: Stands,
  rooms: Numbered & Pick<Numbers<Room>, 'all'>,
  monthOf: ((place: Place) => string | null) | undefined,
): void {
  const made = (place: Place, wording: number | null): RowMade[] => {
    const month = monthOf?.(place)
    const own: Row[] = [...roomsOf(place, measure, wording), ...(month ? [['periods', month] as const] : [])]
    return own.map((row) => rowAt(rows, row, 'rooms'))
  }
  const placed = events.map(({ place, people }) => {
    const own = made(place, null)
    for (const row of own) row.attended += people.length
    return own
  })
  const worded = new Map<string, RowMade[]>()
  for (const [number, room] of rooms.all.entries()) {
    if (!room || (room.pattern & bit) === 0) continue
    const plain = placed[room.place]!
    if (measure !== 'moves:first') {
      for (const row of plain) row.members.push(number)
      continue
    }
    const key = `${room.place} ${room.wording}`
    let own = worded.get(key)
    if (!own) worded.set(key, (own = made(events[room.place]!.place, room.wording)))
    for (const row of own) {
      row.members.push(number)
      if (!plain.includes(row)) row.attended += rooms.people[number]!
    }
    for (const row of plain) if (!own.includes(row)) row.attended -= rooms.people[number]!
  }
}

function offerWho(
  { rows, measure, bit }: OfMeasure,
  alikes: readonly Alike[],
  whos: Numbers<Who>,
  detail: Detail,
): void {
  // The whos of each who alike, one after another: most have one.
  const first = new Int32Array(alikes.length).fill(-1)
  const next = new Int32Array(whos.all.length).fill(-1)
  for (let number = next.length - 1; number >= 0; number--) {
    const own = whos.all[number]
    if (!own || (own.pattern & bit) === 0) continue
    next[number] = first[own.who]!
    first[own.who] = number
  }
  for (const split of splitsOf(measure, detail)) {
    const known = new Map<number, RowMade>()
    for (const [who, alike] of alikes.entries()) {
      const key = split.key(alike)
      if (key === null || (split.isOfAnswers && first[who] === -1)) continue
      let made = known.get(key)
      if (!made) known.set(key, (made = rowAt(rows, split.row(alike), 'who')))
      made.attended += alike.came
      for (let number = first[who]!; number !== -1; number = next[number]!) made.members.push(number)
    }
  }
}

function familiesOf(
  measure: Measure,
  at: number,
  rows: Rows,
  crossed: Crossed,
  thresholds: Thresholds,
): OfferedFamily[] {
  settleAttended(rows, measure)
  leaveOutSmall(rows, crossed, thresholds)
  return [...rows]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([family, { side, rows }]) => ({
      id: `${measure} ${family}`,
      measure,
      at,
      family,
      side,
      how: howOf(family),
      rows: [...rows].map(([id, { members, attended }]) => ({ id, members, attended })),
    }))
}

/** Courses that few answered are not split: their rows would be merged into the total again, and each search for that costs time. */
function leaveOutSmall(families: Rows, { rooms }: Crossed, { percentages }: Thresholds): void {
  for (const [family, { rows }] of families) {
    const [group = '', part] = family.split('/')
    if (part === undefined || group === programmeGroup) continue
    const own = families.get('courses')?.rows.get(group)
    const answered = (own?.members ?? []).reduce((sum, room) => sum + rooms.people[room]!, 0)
    if (answered < percentages * (part === 'agency' ? 1 : 2)) families.delete(family)
    else if (rows.size < 2) families.delete(family)
  }
}

/** Everyone who came was asked, so a wave and a wording have behind them the people of their whole group. */
function settleAttended(families: Rows, measure: Measure): void {
  const whole = (id: string, family: string) => families.get(family)?.rows.get(id)?.attended ?? 0
  for (const [family, { rows }] of families)
    if (family.endsWith('/wave'))
      for (const [row, own] of rows) {
        const base = baseRow(row)
        own.attended = whole(base, base === programmeGroup ? 'programme' : 'courses')
      }
  if (measure !== 'moves:first') return
  for (const [family, { rows }] of families)
    for (const [row, own] of rows) if (row.includes('/outcome:')) own.attended += whole(baseRow(row), family)
  // Those who gave no such answer stand in a row without a wording, which shows nothing itself.
  for (const family of ['courses', 'events']) {
    const rows = families.get(family)?.rows
    for (const row of [...(rows?.keys() ?? [])]) if (!row.includes('/outcome:')) rows?.delete(row)
  }
}

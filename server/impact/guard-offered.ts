import type { Attender } from './attenders.ts'
import { firstMatched, firstOutcomes, jointOf, type Measure, type Reader, readerOf } from './cells.ts'
import {
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
  whoOf,
} from './guard-rows.ts'
import { programmeGroup } from './programme.ts'
import type { Thresholds } from './shared/disclosure.ts'
import type { AnswerCell, Family, Offer } from './shared/shown.ts'

/* Everything that the pages of a programme could show of one measure, or of several that share their answers, as rows of cells: one pass over everybody. */

/** Rows of one measure by family, in the order in which they are offered. */
type Rows = Map<string, Map<string, { cells: number[]; attended: number }>>

/** A family of one measure, whose id tells it from the same of another. */
export interface MeasureFamily extends Family {
  measure: Measure
  family: string
}

/** People alike in where they stand and which measures they answered. */
interface Kind {
  count: number
  /** Rows in which they are counted as having come, and those in which their answers stand. */
  came: readonly (readonly OfferedRow[])[]
  answered: readonly (readonly OfferedRow[])[]
  /** The cell of those whom no report has counted. */
  cell: number
}

interface OfferedRow {
  cells: number[]
  attended: number
}

export interface Offered {
  cells: readonly AnswerCell[]
  already: readonly { cells: readonly number[]; row: string }[]
  families: readonly MeasureFamily[]
}

/** Everything that the pages could show of these measures, as rows of cells. */
export function offered(
  of: Guarded,
  stands: Stands,
  joint: readonly Measure[],
  detail: Detail,
  months: ReadonlyMap<Measure, (place: Place) => string | null> = new Map(),
): Offered {
  const reads = joint.map((measure) => readerOf(of.answers, measure))
  const issued = issuedColumns(of, joint, reads)
  const options = joint.map(() => new Map<string, number[]>())
  let optionCount = 0
  const cells: { answered: number; options: number[]; people?: string }[] = []
  const cellAt = new Map<string, number>()
  const families: Rows[] = joint.map(() => new Map())
  const already = issued.rows.map(({ row }) => ({ cells: [] as number[], row }))
  const firsts = firstOutcomes(of.answers)
  const isWorded = joint.includes('moves:first')
  const wordings = new Map<number | null, number>([[null, 0]])
  const hasParts = detail !== 'rooms' && !joint.every(isOfCourses)
  const isFine = joint.includes('practice')
  // Who answers anew changes what they say now, and not what they had said before: set against an earlier report they would count as changed
  // where they are not. So what is said of several moments is shown of nobody with them in it.
  const hasMoments = joint.length > 1 || joint.some((measure) => measure.startsWith('moves:'))

  const rowAt = (at: number, [family, row]: Row): OfferedRow => {
    let rows = families[at]!.get(family)
    if (!rows) families[at]!.set(family, (rows = new Map()))
    let own = rows.get(row)
    if (!own) rows.set(row, (own = { cells: [], attended: 0 }))
    return own
  }
  const rowsMade = joint.map(() => ({
    rooms: new Map<number, OfferedRow[]>(),
    given: new Map<number, OfferedRow[]>(),
    silent: new Map<number, OfferedRow[]>(),
  }))
  const madeIn = (known: Map<number, OfferedRow[]>, key: number, at: number, rows: () => readonly Row[]) => {
    let own = known.get(key)
    if (!own) known.set(key, (own = rows().map((row) => rowAt(at, row))))
    return own
  }
  const kindOf = (at: number, who: number, one: Attender, pattern: number, wording: number | null): Kind => {
    const place = stands.places[at]!
    const came: OfferedRow[][] = []
    const answered: OfferedRow[][] = []
    for (let m = 0; m < joint.length; m++) {
      const measure = joint[m]!
      const isGiven = (pattern & (1 << m)) !== 0
      const own = isGiven && measure === 'moves:first' ? wording : null
      const rooms = madeIn(rowsMade[m]!.rooms, at * 1_000 + wordings.get(own)!, m, () => {
        const month = months.get(measure)?.(place)
        return [...roomsOf(place, measure, own), ...(month ? [['periods', month] as const] : [])]
      })
      // Who somebody is stands in the same rows at every event of a course that counts the same.
      const zone = place.event.courseId * 4 + (place.counted ? 2 : 0) + (place.onCourse ? 1 : 0)
      const parts = madeIn(rowsMade[m]![isGiven ? 'given' : 'silent'], zone * stands.whos.length + who, m, () =>
        hasParts ? whoOf(place, one, measure, detail).filter(([family]) => isGiven || !family.endsWith('/wave')) : [],
      )
      came.push(rooms, parts)
      if (isGiven) answered.push(rooms, parts)
    }
    return { count: 0, came, answered, cell: -1 }
  }
  const makeCell = (rows: Kind['answered'], reports: readonly number[], people?: string): number => {
    const index = cells.push({ answered: 0, options: [], ...(people === undefined ? {} : { people }) }) - 1
    for (const some of rows) for (const row of some) row.cells.push(index)
    for (const report of reports) already[report]!.cells.push(index)
    return index
  }
  const cellOf = (key: string, ...how: Parameters<typeof makeCell>) => {
    let index = cellAt.get(key)
    if (index === undefined) cellAt.set(key, (index = makeCell(...how)))
    return index
  }
  const given: (string | null)[] = joint.map(() => null)
  for (const [eventId, people] of of.came) {
    const stand = stands.of.get(eventId)
    if (!stand) continue
    // Nobody of another event is of the same kind.
    const kinds = new Map<number, Kind>()
    for (const [i, one] of people.entries()) {
      let pattern = 0
      for (let at = 0; at < joint.length; at++) {
        given[at] = reads[at]!(one)
        if (given[at] !== null) pattern |= 1 << at
      }
      const wording = isWorded && given[0] !== null ? (firstMatched(of.answers, one, firsts) ?? null) : null
      if (!wordings.has(wording)) wordings.set(wording, wordings.size)
      const who = hasParts ? (isFine ? stand.whos[i]! : stand.parts[i]!) : 0
      const key = (who * (1 << joint.length) + pattern) * 1_000 + wordings.get(wording)!
      let kind = kinds.get(key)
      if (!kind) kinds.set(key, (kind = kindOf(stand.place, who, one, pattern, wording)))
      kind.count += 1
      if (pattern === 0) continue
      const columns = issued.columns.get(one.bookingId)
      let index = kind.cell
      if (columns) {
        const reports = columns.get(0) ?? []
        // Whose answer a report has otherwise is one person still, whichever of the two is looked at.
        const same = columns.size > (columns.has(0) ? 1 : 0) ? `${one.bookingId}` : undefined
        index = cellOf(`${eventId} ${key} ${reports.join()} ${same ?? ''}`, kind.answered, reports, same)
        columns.delete(0)
      } else if (index < 0) kind.cell = index = makeCell(kind.answered, [])
      const cell = cells[index]!
      cell.answered += 1
      for (let at = 0; at < joint.length; at++) {
        const answer = given[at]
        if (answer === null || answer === undefined) continue
        let indexes = options[at]!.get(answer)
        if (!indexes) {
          indexes = answer.split('+').map((option) => optionAt(at, option))
          options[at]!.set(answer, indexes)
        }
        for (const option of indexes) {
          while (cell.options.length <= option) cell.options.push(0)
          cell.options[option]! += 1
        }
      }
    }
    for (const { count, came } of kinds.values()) for (const some of came) for (const row of some) row.attended += count
  }
  // What a report counted and is so no more, whether changed, erased or of another programme: seen, and in no row of now.
  for (const [booking, columns] of issued.columns)
    for (const [version, reports] of columns) {
      const isOne = columns.size > 1 || issued.answered.has(booking)
      const key = `gone ${reports.join()} ${isOne ? `${booking} ${version}` : ''}`
      cells[cellOf(key, [], reports, isOne ? `${booking}` : undefined)]!.answered += 1
    }
  return { cells, already, families: joint.flatMap((measure, at) => familiesOf(measure, families[at]!)) }

  function optionAt(at: number, option: string): number {
    const key = `one ${option}`
    const known = options[at]!.get(key)
    if (known) return known[0]!
    options[at]!.set(key, [optionCount])
    return optionCount++
  }

  function familiesOf(measure: Measure, rows: Rows): MeasureFamily[] {
    settleAttended(rows, measure)
    leaveOutSmall(rows, cells, of.thresholds)
    return [...rows]
      .toSorted(([a], [b]) => rank(a) - rank(b))
      .map(([family, offers]) => ({
        id: `${measure} ${family}`,
        measure,
        family,
        rows: [...offers]
          .filter(([, offer]) => !hasMoments || !offer.cells.some((cell) => cells[cell]?.people !== undefined))
          .map(([row, { cells, attended }]): Offer => ({ id: row, cells, attended })),
        how: howOf(family),
        options: [...new Set([...options[joint.indexOf(measure)]!.values()].flat())],
      }))
  }
}

/** Courses that few answered are not split: their rows would be merged into the total again, and each search for that costs time. */
function leaveOutSmall(families: Rows, cells: readonly AnswerCell[], { percentages }: Thresholds): void {
  for (const [family, rows] of families) {
    const [group = '', part] = family.split('/')
    if (part === undefined || group === programmeGroup) continue
    const own = families.get('courses')?.get(group)
    const answered = (own?.cells ?? []).reduce((sum, cell) => sum + (cells[cell]?.answered ?? 0), 0)
    if (answered < percentages * (part === 'agency' ? 1 : 2)) families.delete(family)
    else if (rows.size < 2) families.delete(family)
  }
}

/** Everyone who came was asked, so a wave and a wording have behind them the people of their whole group. */
function settleAttended(families: Rows, measure: Measure): void {
  const whole = (id: string, family: string) => families.get(family)?.get(id)?.attended ?? 0
  for (const [family, rows] of families)
    for (const [row, own] of rows) {
      const base = baseRow(row)
      if (family.endsWith('/wave')) own.attended = whole(base, base === programmeGroup ? 'programme' : 'courses')
      else if (measure === 'moves:first' && row.includes('/outcome:')) own.attended += whole(base, family)
    }
  // Those who gave no such answer stand in a row without a wording, which shows nothing itself.
  if (measure !== 'moves:first') return
  for (const family of ['courses', 'events']) {
    const rows = families.get(family)
    for (const row of [...(rows?.keys() ?? [])]) if (!row.includes('/outcome:')) rows?.delete(row)
  }
}

/**
 * What issued reports show of these measures. By booking, and by each answer it was counted with (0 the one that counts now, or the only
 * one), the numbers of the report rows it stands in.
 */
function issuedColumns(
  { issued, came }: Pick<Guarded, 'issued' | 'came'>,
  joint: readonly Measure[],
  reads: readonly Reader[],
) {
  const rows = issued.filter(({ measure }) => jointOf(measure) === jointOf(joint[0]!))
  const columns = new Map<number, Map<number, number[]>>()
  /** Bookings that have an answer now. */
  const answered = new Set<number>()
  if (!rows.length) return { rows, columns, answered }
  const versions = new Map<string, string[]>()
  for (const people of came.values())
    for (const one of people)
      for (const [at, measure] of joint.entries()) {
        const answer = reads[at]!(one)
        if (answer === null) continue
        versions.set(`${measure} ${one.bookingId}`, [answer])
        answered.add(one.bookingId)
      }
  for (const [i, { measure, units }] of rows.entries())
    for (const unit of units) {
      const end = unit.indexOf(':')
      const booking = Number(unit.slice(0, end))
      const key = `${measure} ${booking}`
      const known = versions.get(key) ?? []
      versions.set(key, known)
      let version = known.indexOf(unit.slice(end + 1))
      if (version < 0) version = known.push(unit.slice(end + 1)) - 1
      const own = columns.get(booking) ?? new Map<number, number[]>()
      columns.set(booking, own)
      const reports = own.get(version) ?? []
      own.set(version, reports)
      if (reports.at(-1) !== i) reports.push(i)
    }
  return { rows, columns, answered }
}

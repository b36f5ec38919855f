import type { Attender } from './attenders.ts'
import { type Answers, firstMatched, firstOutcomes, type Measure, type Reader, readerOf } from './cells.ts'
import type { IssuedRow } from './issued.ts'
import { courseGroup, eventGroup, eventsOfCourse, isTaught, type ProgrammeEvent, programmeGroup } from './programme.ts'
import type { Thresholds } from './shared/disclosure.ts'
import { type AnswerCell, type Family, type Offer, type ShownRow, shownFamilies } from './shared/shown.ts'

/*
 * Which groups show how they answered which measure. Every row that any page of a programme could show is offered at once, in the order in
 * which they matter, so that no two pages set beside each other tell more than each alone, whichever is read first.
 */

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

export interface Guard {
  /** Whether this row may show how it answered. */
  shows(measure: Measure, row: string): boolean
  /** The rows of one split that are shown, some of several that were too small. */
  rows(measure: Measure, split: Split): readonly ShownRow[]
  /** The months that a free period of these events may be made of; none when only the whole programme may be shown. */
  periods(measure: Measure): readonly (readonly string[])[]
}

/** 'sectors' and 'agencies' of the programme; of a course 'course:5/agency', 'course:5/wave', 'course:5/commitment'. */
export type Split = 'sectors' | 'agencies' | `${string}/${'agency' | 'wave' | 'commitment'}`

/** Rows of one measure, in the order in which they are offered. */
type Rows = Map<string, Map<string, { cells: number[]; attended: number }>>

export function guardOf(of: Guarded): Guard {
  const places = placesOf(of)
  const known = new Map<string, Map<string, ShownRow[]>>()
  const months = new Map<string, readonly (readonly string[])[]>()
  const shown = (measure: Measure): Map<string, ShownRow[]> => {
    const before = known.get(measure)
    if (before) return before
    const { cells, already, families } = offered(of, places, measure)
    const after = remembered({ cells, already, families, thresholds: of.thresholds })
    const agencies = after.get('agencies')
    if (agencies)
      after.set(
        'agencies',
        agencies.filter((row) => !isAllTheSame(row, cells)),
      )
    known.set(measure, after)
    return after
  }
  const singles = new Map<string, Set<string>>()
  const singlesOf = (measure: Measure): Set<string> => {
    let own = singles.get(measure)
    if (!own) {
      own = new Set(
        [...shown(measure).values()].flatMap((rows) =>
          rows.filter(({ ids }) => ids.length === 1).map(({ ids }) => ids[0]!),
        ),
      )
      singles.set(measure, own)
    }
    return own
  }
  return {
    shows: (measure, row) =>
      singlesOf(measure).has(row) && (measure === 'practice' || singlesOf('practice').has(baseRow(row))),
    rows: (measure, split) => shown(measure).get(split) ?? [],
    periods(measure) {
      let own = months.get(measure)
      if (!own) {
        own = periodsOf(of, places, measure, measure === 'practice' ? undefined : this.periods('practice'))
        months.set(measure, own)
      }
      return own
    },
  }
}

/** A part of a room in which everyone answered the same tells what each of them answered. */
function isAllTheSame({ cells: own }: ShownRow, cells: readonly AnswerCell[]): boolean {
  const given = new Set(
    own.flatMap((cell) => (cells[cell]?.options ?? []).flatMap((n, option) => (n > 0 ? option : []))),
  )
  return given.size < 2
}

/** What was told lately of the same cells and rows: they change only when an answer comes, and the search takes longer than all the rest. */
const lately = new Map<string, Map<string, ShownRow[]>>()
const REMEMBERED = 200
const LONGEST = 500_000

function remembered(offer: {
  cells: readonly AnswerCell[]
  already: readonly (readonly number[])[]
  families: readonly Family[]
  thresholds: Thresholds
}): Map<string, ShownRow[]> {
  const key = JSON.stringify(offer)
  const before = lately.get(key)
  if (before) return before
  const after = shownFamilies(offer.cells, offer.already, offer.families, offer.thresholds)
  if (key.length > LONGEST) return after
  lately.set(key, after)
  const [oldest] = lately.keys()
  if (lately.size > REMEMBERED && oldest !== undefined) lately.delete(oldest)
  return after
}

/** The group that a wording's row belongs to. */
const baseRow = (row: string) => row.split('/')[0] ?? row

/** Where each event stands: in the programme's total, on its course's page, under which themes. */
interface Place {
  event: ProgrammeEvent
  counted: boolean
  onCourse: boolean
  themes: readonly number[]
  month: string
}

function placesOf({ held, themes }: Guarded): Map<number, Place> {
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

/**
 * How far down a programme is offered. The search for what gives a few people away grows with every row that cuts across others; a programme
 * of very many answers shows its events, courses and themes, and leaves out what cuts across them, rather than let its readers wait.
 */
type Detail = 'all' | 'parts' | 'rooms'
const ALL_UNTIL = 2_000
const PARTS_UNTIL = 5_000

function detailOf({ came }: Guarded, measure: Measure): Detail {
  let answered = 0
  for (const people of came.values()) for (const { practice } of people) answered += practice === null ? 0 : 1
  if (answered <= ALL_UNTIL) return 'all'
  return measure === 'practice' && answered <= PARTS_UNTIL ? 'parts' : 'rooms'
}

/** The rows that someone stands in, as [family, row]; `wording` only where a measure has several. */
function rowsOf(
  place: Place,
  one: Attender,
  measure: Measure,
  wording: number | null,
  detail: Detail,
): [family: string, row: string][] {
  const { event, counted, onCourse, themes } = place
  const course = courseGroup(event.courseId)
  const worded = (row: string) => (wording === null ? row : partOf(row, `outcome:${wording}`))
  const rows: [string, string][] = []
  if (counted) rows.push(['programme', programmeGroup])
  if (onCourse) rows.push(['courses', worded(course)])
  rows.push(['events', worded(eventGroup(event.id))])
  if (measure.startsWith('moves:') && measure !== 'moves:first')
    return rows.filter(([family]) => family !== 'programme')
  if (counted) {
    for (const theme of themes) rows.push(['themes', themeGroup(theme)])
    if (detail !== 'rooms') rows.push(['sectors', sectorGroup(one.sectorId)], ['agencies', agencyGroup(one.topId)])
  }
  if (measure !== 'practice' || detail === 'rooms') return rows
  if (counted) rows.push([partOf(programmeGroup, 'wave'), partOf(programmeGroup, `wave:${waveOf(one)}`)])
  if (detail === 'parts') return rows
  if (onCourse) rows.push([partOf(course, 'agency'), partOf(course, agencyGroup(one.topId))])
  if (onCourse) {
    rows.push([partOf(course, 'wave'), partOf(course, `wave:${waveOf(one)}`)])
    if (one.commitment) rows.push([partOf(course, 'commitment'), partOf(course, one.commitment)])
  }
  return rows
}

/** Agencies are let in one by one beneath their sectors: merged across sectors, hardly any would be left. */
const howOf = (family: string): Family['how'] =>
  ['programme', 'courses', 'events', 'themes', 'agencies'].includes(family) ? 'tree-level' : 'merged'

/** The order in which families are offered: what matters most first. */
function rank(family: string): number {
  const order = ['programme', 'courses', 'events', 'themes', 'sectors', 'agencies']
  const place = order.indexOf(family)
  if (place >= 0) return place
  if (family.endsWith('/agency')) return 6
  return family.endsWith('/wave') ? (family.startsWith(programmeGroup) ? 7 : 8) : 9
}

function offered(
  of: Guarded,
  places: ReadonlyMap<number, Place>,
  measure: Measure,
  month?: (place: Place) => string | null,
) {
  const read = readerOf(of.answers, measure)
  const detail = detailOf(of, measure)
  const units = unitsIssued(of.issued, measure)
  const options = new Map<string, number>()
  const cells: { answered: number; options: number[]; people?: string }[] = []
  const cellAt = new Map<string, number>()
  const families: Rows = new Map()
  const already = units.rows.map(() => [] as number[])
  const firsts = firstOutcomes(of.answers)
  const wordingOf = (one: Attender) =>
    measure === 'moves:first' ? (firstMatched(of.answers, one, firsts) ?? null) : null
  const seen = new Set<string>()
  const came = new Set<number>()

  const rowAt = (family: string, row: string) => {
    let rows = families.get(family)
    if (!rows) families.set(family, (rows = new Map()))
    let own = rows.get(row)
    if (!own) rows.set(row, (own = { cells: [], attended: 0 }))
    return own
  }
  const addTo = (index: number, answer: string) => {
    const cell = cells[index]!
    cell.answered += 1
    for (const key of answer.split('+')) {
      let option = options.get(key)
      if (option === undefined) options.set(key, (option = options.size))
      while (cell.options.length <= option) cell.options.push(0)
      cell.options[option]! += 1
    }
  }
  for (const [eventId, people] of of.came) {
    const place = places.get(eventId)
    if (!place) continue
    const inMonth = month?.(place)
    for (const one of people) {
      const answer = read(one)
      const wording = answer === null ? null : wordingOf(one)
      const rows = rowsOf(place, one, measure, wording, detail)
      if (inMonth) rows.push(['periods', inMonth])
      if (answer === null) {
        for (const [family, row] of rows) if (!family.endsWith('/wave')) rowAt(family, row).attended += 1
        continue
      }
      const unit = `${one.bookingId}:${answer}`
      const reports = units.of.get(unit) ?? ''
      if (reports) seen.add(unit)
      if (units.rows.length) came.add(one.bookingId)
      // Whose answer a report has otherwise is one person still, whichever of the two is looked at.
      const isChanged = units.units.get(one.bookingId)?.some((other) => other !== unit) ?? false
      const people = isChanged ? `${one.bookingId}` : undefined
      const key = `${rows.map(([, row]) => row).join(' ')} ${reports} ${people ?? ''}`
      let index = cellAt.get(key)
      if (index === undefined) {
        index = cells.push({ answered: 0, options: [], ...(people ? { people } : {}) }) - 1
        cellAt.set(key, index)
        for (const [family, row] of rows) rowAt(family, row).cells.push(index)
        for (const report of reports.split(',').filter(Boolean)) already[Number(report)]!.push(index)
      }
      addTo(index, answer)
      for (const [family, row] of rows) rowAt(family, row).attended += 1
    }
  }
  // What a report counted and is so no more, whether changed, erased or of another programme: seen, and in no row of now.
  for (const [unit, reports] of units.of) {
    if (seen.has(unit)) continue
    const people = unit.slice(0, unit.indexOf(':'))
    const isChanged = came.has(Number(people)) || (units.units.get(Number(people))?.length ?? 0) > 1
    const key = `gone ${reports} ${isChanged ? unit : ''}`
    let index = cellAt.get(key)
    if (index === undefined) {
      index = cells.push({ answered: 0, options: [], ...(isChanged ? { people } : {}) }) - 1
      cellAt.set(key, index)
      for (const report of reports.split(',')) already[Number(report)]!.push(index)
    }
    addTo(index, unit.slice(unit.indexOf(':') + 1))
  }
  for (const cell of cells) while (cell.options.length < options.size) cell.options.push(0)
  settleAttended(families, measure)
  leaveOutSmall(families, cells, of.thresholds)
  const list = [...families]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(
      ([id, rows]): Family => ({
        id,
        rows: [...rows].map(([row, { cells, attended }]): Offer => ({ id: row, cells, attended })),
        how: howOf(id),
      }),
    )
  return { cells, already, families: list }
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

/** By unit the report rows it stands in, as a list of their numbers, every number once; and the units of each booking. */
function unitsIssued(issued: readonly IssuedRow[], measure: Measure) {
  const rows = issued.filter((row) => row.measure === measure)
  const of = new Map<string, string>()
  const units = new Map<number, string[]>()
  for (const [i, row] of rows.entries())
    for (const unit of row.units) {
      const before = of.get(unit)
      if (before === undefined) {
        const booking = Number(unit.slice(0, unit.indexOf(':')))
        units.set(booking, [...(units.get(booking) ?? []), unit])
      }
      of.set(unit, before === undefined ? `${i}` : `${before},${i}`)
    }
  return { rows, of, units }
}

// Free periods

/**
 * Runs of months, each with enough people, that may all be shown together: the finest that pass, tried from months upwards. What is said of
 * any period made of them then adds up rows that are shown anyway.
 */
function periodsOf(
  of: Guarded,
  places: ReadonlyMap<number, Place>,
  measure: Measure,
  given?: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  let runs = given ?? enoughIn(of, places, measure)
  while (runs.length > 0) {
    const runOf = new Map(runs.flatMap((run) => run.map((month) => [month, `period:${run[0]}`] as const)))
    const { cells, already, families } = offered(of, places, measure, ({ counted, month }) =>
      counted ? (runOf.get(month) ?? null) : null,
    )
    const last = families
      .filter(({ id }) => id === 'periods')
      .map((family) => ({ ...family, how: 'all-or-none' as const }))
    const others = families.filter(({ id }) => id !== 'periods')
    const shown = shownFamilies(cells, already, [...others, ...last], of.thresholds).get('periods') ?? []
    if (shown.length === runs.length) return runs
    if (given || runs.length === 1) return []
    runs = pairs(runs)
  }
  return []
}

const pairs = (runs: readonly (readonly string[])[]): string[][] =>
  runs.reduce<string[][]>((joined, run, i) => {
    if (i % 2 === 0 && i < runs.length - 1) joined.push([...run])
    else joined.at(-1)?.push(...run)
    return joined
  }, [])

function enoughIn(of: Guarded, places: ReadonlyMap<number, Place>, measure: Measure): string[][] {
  const read: Reader = readerOf(of.answers, measure)
  const months = new Map<string, { attended: number; answered: number }>()
  for (const [eventId, people] of of.came) {
    const place = places.get(eventId)
    if (!place?.counted) continue
    const own = months.get(place.month) ?? { attended: 0, answered: 0 }
    own.attended += people.length
    own.answered += people.filter((one) => read(one) !== null).length
    months.set(place.month, own)
  }
  const runs: { months: string[]; attended: number; answered: number }[] = []
  const isEnough = (run: { attended: number; answered: number }) =>
    run.attended >= of.thresholds.attended && run.answered >= of.thresholds.answered
  for (const [month, { attended, answered }] of [...months].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const last = runs.at(-1)
    if (last && !isEnough(last)) {
      last.months.push(month)
      last.attended += attended
      last.answered += answered
    } else runs.push({ months: [month], attended, answered })
  }
  const last = runs.at(-1)
  if (last && !isEnough(last)) {
    runs.pop()
    runs.at(-1)?.months.push(...last.months)
  }
  return runs.map((run) => run.months)
}

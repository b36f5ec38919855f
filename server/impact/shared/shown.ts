import { defaultThresholds, mayShow, type Thresholds } from './disclosure.ts'
import { Span } from './span.ts'

/*
 * Which rows the pages of a programme show, for one question at a time: families of rows are offered in the order of their
 * importance, and a row is let in only while everything let in so far, reports issued before among it, gives nobody away (`Span`).
 */

/** People whom no grouping tells apart: how many of them answered, and how their answers fall (option index -> count). */
export interface AnswerCell {
  answered: number
  options: readonly number[]
  /**
   * Cells with the same word are the same people with other answers, such as before and after somebody changed theirs between two reports:
   * they count once. Without it, every cell is other people.
   */
  people?: string
}

/**
 * One row that would be shown: the cells in it, and how many attended (answerers or not). Where attended has no meaning
 * (by wave: who attended and never answered stands in none), give the number who attended in the whole room.
 */
export interface Offer {
  id: string
  cells: readonly number[]
  attended: number
}

/**
 * Rows offered together.
 * - `tree-level`: each is a room of its own (programme, courses, events); one that gives people away is left out.
 * - `merged`: parts of one room that share nobody (agencies, waves, commitments); the smallest are put together until all may be
 *   shown, and when only one is left nothing is: it would be the total.
 * - `all-or-none`: shown as they are, or not at all.
 * A row of the last two in which everyone answered the same is not shown, unless it is the family's only one: then it is the whole room.
 */
export interface Family {
  id: string
  rows: readonly Offer[]
  how: 'tree-level' | 'merged' | 'all-or-none'
  /** Which options are answers to the family's question, where cells hold those of several; all without it. */
  options?: readonly number[]
}

export interface ToldRow {
  /** The offers merged into it. */
  ids: string[]
  attended: number
  answered: number
}

export interface ShownRow extends ToldRow {
  cells: number[]
}

/** How far the search may go before a row is left out as too hard to tell. It never makes an unsafe row shown. */
const patience = 3000

/**
 * The rows shown of each family, in the order offered (a merged row stands where its first offer stood).
 * A row that adds nothing to what is shown (the last part of a total) is always shown.
 * @param already rows shown before (issued reports), as lists of cells. When these give people away by themselves, nothing that adds to them is shown.
 */
export function shownFamilies(
  cells: readonly AnswerCell[],
  already: readonly (readonly number[])[],
  families: readonly Family[],
  thresholds: Thresholds = defaultThresholds,
): Map<string, ShownRow[]> {
  const guard = guardOf(cells, already, thresholds)
  return new Map(families.map((family) => [family.id, inOrder(family, shownOf(family, guard))]))
}

interface Guard {
  cells: readonly AnswerCell[]
  thresholds: Thresholds
  span: Span
  /** What was shown before gives people away already. */
  isBroken: boolean
}

function guardOf(cells: readonly AnswerCell[], already: readonly (readonly number[])[], thresholds: Thresholds): Guard {
  const numbers = new Map<string, number>()
  const people = cells.map(({ people }, cell) => {
    const word = people === undefined ? `cell ${cell}` : `people ${people}`
    if (!numbers.has(word)) numbers.set(word, numbers.size)
    return numbers.get(word)!
  })
  const weights = cells.map(({ answered }) => answered)
  const guard = { cells, thresholds, span: new Span(weights, thresholds.answered - 1, people), isBroken: false }
  for (const row of already) if (guard.span.add([...new Set(row)]) === 'gives away') guard.isBroken = true
  return guard
}

function shownOf(family: Family, guard: Guard): ShownRow[] {
  const rows = family.rows
    .filter(({ attended }) => attended > 0)
    .map(({ id, cells, attended }) => rowOf([id], cells, attended, guard))
  if (family.how === 'tree-level') return rooms(rows, guard)
  if (family.how === 'merged') return merged(rows, guard, family)
  const isRoom = rows.length === 1
  const areLarge = rows.every(
    (row) => mayShow(row, guard.thresholds) && (isRoom || !isAllTheSame(row, guard.cells, family)),
  )
  return areLarge && letInTogether(rows, guard) ? rows : []
}

function rooms(rows: readonly ShownRow[], guard: Guard): ShownRow[] {
  const large = rows.filter((row) => mayShow(row, guard.thresholds)).sort((a, b) => smallestFirst(b, a))
  return letInTogether(large, guard) ? large : large.filter((row) => letIn(row, guard.span, guard))
}

function merged(rows: readonly ShownRow[], guard: Guard, family: Family): ShownRow[] {
  let left = [...rows].sort(smallestFirst)
  while (left.length > 1) {
    const below = left.filter((row) => !mayShow(row, guard.thresholds) || isAllTheSame(row, guard.cells, family))
    if (!below.length && letInTogether(left, guard)) return left
    const first = below[0] ?? left[0]!
    const second = below[1] ?? left.find((row) => row !== first)!
    const both = rowOf(
      [...first.ids, ...second.ids],
      [...first.cells, ...second.cells],
      first.attended + second.attended,
      guard,
    )
    left = [...left.filter((row) => row !== first && row !== second), both].sort(smallestFirst)
  }
  return []
}

/** All of them, or none. */
function letInTogether(rows: readonly ShownRow[], guard: Guard): boolean {
  let tried = guard.span.copy()
  const told = guard.isBroken ? null : tried.addTogether(rows.map(({ cells }) => cells))
  if (told === null) {
    tried = guard.span.copy()
    if (!rows.every((row) => letIn(row, tried, guard))) return false
  } else if (!told) return false
  guard.span = tried
  return true
}

function letIn({ cells }: ShownRow, span: Span, { isBroken }: Guard): boolean {
  // What is broken already is not made worse: a copy tells whether the row would add to it.
  const told = (isBroken ? span.copy() : span).add(cells, patience)
  return told === 'adds nothing' || (told === 'safe' && !isBroken)
}

function rowOf(ids: string[], cells: readonly number[], attended: number, { cells: all }: Guard): ShownRow {
  const own = [...new Set(cells)]
  return { ids, cells: own, attended, answered: own.reduce((sum, cell) => sum + all[cell]!.answered, 0) }
}

/** A part of a room in which everyone answered the same tells what each of them answered. */
export function isAllTheSame(
  { cells: own }: Pick<ShownRow, 'cells'>,
  cells: readonly AnswerCell[],
  { options }: Pick<Family, 'options'>,
): boolean {
  let first: number | null = null
  for (const cell of own) {
    const given = cells[cell]!.options
    for (const option of options ?? given.keys()) {
      if (!given[option] || option === first) continue
      if (first !== null) return false
      first = option
    }
  }
  return true
}

function smallestFirst(a: ShownRow, b: ShownRow): number {
  return a.answered - b.answered || a.attended - b.attended || (a.ids[0]! < b.ids[0]! ? -1 : 1)
}

function inOrder(family: Family, rows: readonly ShownRow[]): ShownRow[] {
  const places = new Map(family.rows.map(({ id }, at) => [id, at]))
  const placed = rows.map((row) => ({ ...row, ids: [...row.ids].sort((a, b) => places.get(a)! - places.get(b)!) }))
  return placed.sort((a, b) => places.get(a.ids[0]!)! - places.get(b.ids[0]!)!)
}

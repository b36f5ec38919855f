import { Certificate } from './shared/certificate.ts'
import { mayShow, type Thresholds } from './shared/disclosure.ts'
import { type AnswerCell, type Family, isAllTheSame, type ShownRow } from './shared/shown.ts'

/*
 * What a programme of very many answers shows: rows are let in only where the certificate proves them safe, which takes time as the answers
 * do, and not by the search, which grows far faster. It may hide a row that the search would show, and shows none that the search would not.
 */

interface Offered {
  cells: readonly AnswerCell[]
  already: readonly { cells: readonly number[]; row: string }[]
  families: readonly (Family & { family: string })[]
}

/** Whether a family is of rooms, by when, where and about what; all others are of who people are. */
const isOfRooms = (family: string) => ['programme', 'courses', 'events', 'themes', 'periods'].includes(family)

/** The same of a row that a report has shown. */
const isRoom = (row: string) => /^(programme|(course|event|theme):\d+)(\/outcome:\d+)?$/.test(row)

/** By family as `shownFamilies`; null when the certificate cannot speak: somebody answered anew since a report, or reports are not certain. */
export function shownForCertain({ cells, already, families }: Offered, thresholds: Thresholds) {
  if (cells.some(({ people }) => people !== undefined)) return null
  const certificate = new Certificate(
    cells.map(({ answered }) => answered),
    thresholds.answered,
  )
  for (const side of ['rooms', 'who'] as const) {
    const rows = already.filter(({ row }) => isRoom(row) === (side === 'rooms'))
    if (
      rows.length &&
      !certificate.letIn(
        rows.map(({ cells }) => cells),
        side,
      )
    )
      return null
  }
  const shown = new Map<string, ShownRow[]>()
  const splits: (typeof families)[number][] = []
  for (const family of families) {
    if (/^course:.*\//.test(family.family)) splits.push(family)
    else shown.set(family.id, letIn(family, { cells, certificate, thresholds }))
  }
  // Of the courses' own splits all of a kind are asked for at once: each asking looks at everybody.
  for (const kind of ['agency', 'wave', 'commitment']) {
    const own = splits
      .filter(({ family }) => family.endsWith(`/${kind}`))
      .map((family) => ({ id: family.id, rows: enough(family, cells, thresholds) }))
    const isShown = certificate.letIn(
      own.flatMap(({ rows }) => rows.map(({ cells }) => cells)),
      'who',
    )
    for (const { id, rows } of own) shown.set(id, isShown ? rows : [])
  }
  return shown
}

interface Asked {
  cells: readonly AnswerCell[]
  certificate: Certificate
  thresholds: Thresholds
}

/** How often smaller parts are put together before a family is left out. */
const TRIES = 6

function letIn(family: Family & { family: string }, { cells, certificate, thresholds }: Asked): ShownRow[] {
  const side = isOfRooms(family.family) ? 'rooms' : 'who'
  const areLetIn = (rows: readonly ShownRow[]) =>
    certificate.letIn(
      rows.map(({ cells }) => cells),
      side,
    )
  if (family.how === 'merged') {
    let rows = enough(family, cells, thresholds)
    for (let tries = 0; tries < TRIES && rows.length > 1; tries++) {
      if (areLetIn(rows)) return rows
      rows = enough(
        { ...family, rows: rows.map((row) => ({ ...row, id: row.ids.join('\n') })) },
        cells,
        thresholds,
        rows.length - 1,
      ).map((row) => ({ ...row, ids: row.ids.flatMap((id) => id.split('\n')) }))
    }
    return []
  }
  const all = family.rows.filter(({ attended }) => attended > 0).map((row) => rowOf(row, cells))
  const large = all.filter((row) => mayShow(row, thresholds)).sort((a, b) => smallestFirst(b, a))
  if (family.how === 'all-or-none') {
    const isTold =
      large.length === all.length && (all.length === 1 || all.every((row) => !isAllTheSame(row, cells, family)))
    return isTold && areLetIn(all) ? all : []
  }
  const rows = areLetIn(large) ? large : someOf(large, areLetIn)
  const places = new Map(family.rows.map(({ id }, at) => [id, at]))
  return [...rows].sort((a, b) => places.get(a.ids[0]!)! - places.get(b.ids[0]!)!)
}

/** Those that may be let in, asked for by halves: the largest first, so that few are asked for one by one. */
function someOf(
  rows: readonly ShownRow[],
  areLetIn: (rows: readonly ShownRow[]) => boolean,
  tries = { left: 200 },
): ShownRow[] {
  if (rows.length < 2) return []
  const half = Math.ceil(rows.length / 2)
  return [rows.slice(0, half), rows.slice(half)].flatMap((part) => {
    if (--tries.left < 0) return []
    return areLetIn(part) ? part : someOf(part, areLetIn, tries)
  })
}

const rowOf = ({ id, cells: own, attended }: Family['rows'][number], cells: readonly AnswerCell[]): ShownRow => ({
  ids: [id],
  cells: [...own],
  attended,
  answered: own.reduce((sum, cell) => sum + cells[cell]!.answered, 0),
})

/** The smallest put together until each has enough, and there are `most` at the most; none when only one would be left. */
function enough(family: Family, cells: readonly AnswerCell[], thresholds: Thresholds, most = Number.POSITIVE_INFINITY) {
  let rows = family.rows
    .filter(({ attended }) => attended > 0)
    .map((row) => rowOf(row, cells))
    .sort(smallestFirst)
  while (rows.length > 1) {
    const few = rows.find((row) => !mayShow(row, thresholds) || isAllTheSame(row, cells, family))
    if (!few && rows.length <= most) return rows
    const first = few ?? rows[0]!
    const second = rows.find((row) => row !== first)!
    const both: ShownRow = {
      ids: [...first.ids, ...second.ids],
      cells: [...first.cells, ...second.cells],
      attended: first.attended + second.attended,
      answered: first.answered + second.answered,
    }
    rows = [...rows.filter((row) => row !== first && row !== second), both].sort(smallestFirst)
  }
  return []
}

function smallestFirst(a: ShownRow, b: ShownRow): number {
  return a.answered - b.answered || a.attended - b.attended || (a.ids[0]! < b.ids[0]! ? -1 : 1)
}

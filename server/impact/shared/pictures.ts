/**
 * The shapes of the impact pages, one of four pure files (statistics, disclosure, pictures, sentences): figures in, finished shapes and tables out,
 * so that the page, the printed document and the e-mail only paint. Three parts in order: the room, its bar and table; the matrix; counting.
 */

import { defaultThresholds, percentages, type Thresholds } from './disclosure.ts'
import { widthOf } from './drawing/letters.ts'
import { wholePercent } from './statistics.ts'

/** How the answers of those who answered fall, in the order of the bar. `not-yet` holds "not yet" and "did not fit my role or team". */
export const segmentKeys = ['routine', 'once', 'started', 'not-yet', 'no-chance', 'left', 'already'] as const
export type SegmentKey = (typeof segmentKeys)[number]

export const segmentLabels: Record<SegmentKey, string> = {
  routine: 'Now part of how they work',
  once: 'Done at least once',
  started: 'Started',
  'not-yet': 'Not yet, or did not fit',
  'no-chance': 'No chance has come up',
  left: 'Left or away',
  already: 'Already worked this way',
}

/** The dispositions of everyone who came and did not answer. The last two make a page provisional. */
export const unheardKeys = [
  'no-reply',
  'could-not-be-asked',
  'not-asked-by-rule',
  'still-being-asked',
  'not-yet-due',
] as const
export type UnheardKey = (typeof unheardKeys)[number]

export const unheardLabels: Record<UnheardKey, string> = {
  'no-reply': 'No reply',
  'could-not-be-asked': 'Could not be asked',
  'not-asked-by-rule': 'Not asked by rule',
  'still-being-asked': 'Still being asked',
  'not-yet-due': 'Not yet due',
}

/**
 * Everyone who came, each in exactly one place. Made only for a group that `disclosure.ts` lets show: what is drawn or said from it is not checked again.
 */
export type Room = {
  came: number
  answered: number
  segments: Record<SegmentKey, number>
  unheard: Record<UnheardKey, number>
}

/**
 * The people of a room who did not answer, whatever the disposition.
 * @throws RangeError when the room does not add up: figures that contradict each other are never printed.
 */
export function unheardOf(room: Room): number {
  const answered = peopleIn(segmentKeys.map((key) => room.segments[key]))
  const unheard = peopleIn(unheardKeys.map((key) => room.unheard[key]))
  if (answered !== room.answered || answered + unheard !== room.came)
    throw new RangeError(
      `The room does not add up: ${room.came} came, ${answered} of ${room.answered} answered, ${unheard} did not`,
    )
  return unheard
}

/** Part of how I work, or done at least once, since the day. Started and already are not. */
export function inPracticeOf(room: Room): number {
  return room.segments.routine + room.segments.once
}

/** Whether anyone is still being asked or not yet due. */
export function isProvisional(room: Room): boolean {
  return room.unheard['still-being-asked'] + room.unheard['not-yet-due'] > 0
}

const ink = '#12243a'
const white = '#ffffff'

/** What those who did not answer are called in the key. */
export const silentLabel = 'Has not answered'

/** What every painter of the bar needs besides its pieces; the dividing line keeps neighbours apart in greyscale. */
export const barLook = {
  outline: ink,
  divider: ink,
  dividerWidth: 1,
  edge: '#0f7a78',
  edgeWidth: 5,
  hatchGround: white,
  hatchLine: '#51627a',
  hatchGap: 8,
  hatchAngle: 45,
}

const segmentPaint: Record<SegmentKey, { fill: string; ink: string; edged: boolean }> = {
  routine: { fill: '#003f44', ink: white, edged: false },
  once: { fill: '#0f7a78', ink: white, edged: false },
  started: { fill: '#7cc4bf', ink, edged: false },
  'not-yet': { fill: '#efc98f', ink, edged: false },
  'no-chance': { fill: '#c3cad4', ink, edged: false },
  left: { fill: '#8f9bab', ink, edged: false },
  already: { fill: white, ink, edged: true },
}

/** The key under the bar: always all seven, so that two bars are read with one key, and each with its count. */
export const barLegend = segmentKeys.map((key) => ({ key, label: segmentLabels[key], ...segmentPaint[key] }))

export type BarPiece = {
  key: SegmentKey | 'unheard'
  label: string
  count: number
  x: number
  width: number
  fill: string
  ink: string
  hatched: boolean
  edged: boolean
  /** How wide its own edge is, within it; 0 without one. */
  edge: number
  /** How wide the line is that parts it from the piece before, in the middle of where they meet; 0 for the first. */
  line: number
  /** Where its count begins within it; null where it is too narrow for its count, which then stands in the key alone. */
  inset: number | null
}

/** The hatched end: its words go inside when `fits`, else below the bar. */
export type Hatch = { x: number; width: number; count: number; words: string; fits: boolean }

export type Bar = { width: number; height: number; pieces: BarPiece[]; hatch: Hatch | null }

/** A bold count, and what stands around it, in units of the drawing. */
const countSize = 17
const margin = 8
const plateMargin = 6

/**
 * The whole-room bar. The width of a piece is exactly its share of everyone who came, however narrow it gets: a count that its piece has no room for
 * stands in the key, which has every count. A piece of less than one unit is seen as its line. Nobody's piece is left out, nobody counted 0 has one.
 * @throws RangeError when the room does not add up.
 */
export function wholeRoomBar(room: Room, width = 1000): Bar {
  const unheard = unheardOf(room)
  const bare = segmentKeys
    .filter((key) => room.segments[key] > 0)
    .map((key) => ({
      key: key as BarPiece['key'],
      label: segmentLabels[key],
      count: room.segments[key],
      hatched: false,
      ...segmentPaint[key],
    }))
  const words = hatchWords(room)
  if (unheard > 0)
    bare.push({
      key: 'unheard',
      label: words,
      count: unheard,
      fill: barLook.hatchGround,
      ink,
      hatched: true,
      edged: false,
    })
  const widths = bare.map(({ count }) => (count * width) / room.came)
  let before = 0
  const pieces = bare.map((piece, i) => {
    const x = rounded((before * width) / room.came)
    before += piece.count
    // Both ends are rounded to the hundredth, so that neighbours meet.
    const wide = rounded(rounded((before * width) / room.came) - x)
    const edge = piece.edged ? rounded(Math.min(barLook.edgeWidth, wide / 4)) : 0
    return {
      ...piece,
      x,
      width: wide,
      edge,
      line: i === 0 ? 0 : lineBetween(widths[i - 1]!, widths[i]!),
      inset: insetOf(wide, widthOf(figure(piece.count), countSize, true), edge, piece.hatched),
    }
  })
  const last = pieces.at(-1)
  const hatch = last?.hatched
    ? {
        x: last.x,
        width: last.width,
        count: unheard,
        words,
        fits: last.width >= widthOf(words, countSize, true) + 2 * (margin + plateMargin),
      }
    : null
  return { width, height: 74, pieces, hatch }
}

/** Where a count that is `counted` wide begins within its piece, or null where it does not fit. */
export function insetOf(width: number, counted: number, edge: number, isHatched: boolean): number | null {
  const least = isHatched ? plateMargin + 2 : edge + 4
  if (counted + 2 * least > width) return null
  const roomy = isHatched ? margin + plateMargin : margin
  return edge === 0 && counted + 2 * roomy <= width ? roomy : least
}

/** Thinner beside a narrow piece, so that it does not cover it; whole beside one that is seen as its line. */
function lineBetween(before: number, after: number): number {
  const narrowest = Math.min(before, after)
  if (narrowest < 1) return barLook.dividerWidth
  return rounded(Math.min(barLook.dividerWidth, Math.max(0.5, narrowest / 4)))
}

/** In words, what became of those in the hatch: "38 did not reply or could not be asked". */
function hatchWords(room: Room): string {
  const count = unheardOf(room)
  const one = count === 1
  const said: Record<UnheardKey, string> = {
    'no-reply': 'did not reply',
    'could-not-be-asked': 'could not be asked',
    'not-asked-by-rule': one ? 'was not asked by rule' : 'were not asked by rule',
    'still-being-asked': one ? 'is still being asked' : 'are still being asked',
    'not-yet-due': one ? 'is not yet due' : 'are not yet due',
  }
  const kinds = unheardKeys.filter((key) => room.unheard[key] > 0)
  const what = kinds.length <= 2 ? kinds.map((key) => said[key]).join(' or ') : 'have not answered'
  return `${figure(count)} ${what}`
}

/** Label, people, and per cent of everyone who came (null where percentages may not be shown). */
export type TableRow = readonly [label: string, count: number, percent: number | null]

/**
 * The bar as a table: each answer, then each disposition of those who did not answer, 0 where there is nobody. Rounded, so the per cents may not make 100.
 * @throws RangeError when the room does not add up.
 */
export function wholeRoomTable(room: Room, thresholds: Thresholds = defaultThresholds): TableRow[] {
  unheardOf(room)
  const percent = (count: number) =>
    percentages(room.answered, thresholds) && room.came > 0 ? wholePercent(count, room.came) : null
  const row = (label: string, count: number): TableRow => [label, count, percent(count)]
  return [
    ...segmentKeys.map((key) => row(segmentLabels[key], room.segments[key])),
    ...unheardKeys.map((key) => row(unheardLabels[key], room.unheard[key])),
  ]
}

/** The four anchors of a learning outcome, lowest first. */
export const levelLabels = ['Not yet', 'Some', 'Good', 'Strong'] as const

/**
 * One learning outcome of those who gave it both times: `counts[before][now]`, lowest level first. `unmatched` are answers without a partner.
 * Made only when `mayShow` holds for the matched as `answered`.
 */
export type Matrix = { counts: readonly (readonly number[])[]; unmatched: number }

export type Moves = { matched: number; up: number; same: number; down: number }

/**
 * How many moved up, stayed and moved down.
 * @throws RangeError unless the counts are four by four, whole and not negative.
 */
export function movesOf(matrix: Matrix): Moves {
  const moves = { matched: 0, up: 0, same: 0, down: 0 }
  for (const { before, now, count } of placesOf(matrix)) {
    moves.matched += count
    moves[directionOf(before, now)] += count
  }
  return moves
}

export type Direction = 'up' | 'same' | 'down'

export type MatrixCell = {
  before: number
  now: number
  x: number
  y: number
  w: number
  h: number
  count: number
  direction: Direction
  fill: string
  ink: string
}

export type MatrixLabel = { label: string; x: number; y: number; anchor: 'end' | 'middle' }

export type MatrixPicture = {
  width: number
  height: number
  line: string
  cells: MatrixCell[]
  rows: MatrixLabel[]
  columns: MatrixLabel[]
}

const matrixSize = { left: 100, top: 36, w: 90, h: 44 }

const tints: Record<Direction, readonly string[]> = {
  up: ['#daeeeb', '#c0e1dd', '#8fcac4', '#5fb0aa'],
  down: ['#faecd8', '#f7dec1', '#f3d4a8', '#efc98f'],
  same: ['#edf1f5'],
}

/**
 * The matrix as cells: above the diagonal moved up, below it moved down, deeper where more people moved (against the largest move in this matrix).
 * Place tells the direction and the printed count the size, so nothing is lost in greyscale; cells of nobody stay white.
 * @throws RangeError unless the counts are four by four, whole and not negative.
 */
export function matrixPicture(matrix: Matrix): MatrixPicture {
  const { left, top, w, h } = matrixSize
  const places = placesOf(matrix)
  const largest = Math.max(1, ...places.filter(({ before, now }) => before !== now).map(({ count }) => count))
  const cells = places.map(({ before, now, count }) => {
    const direction = directionOf(before, now)
    return {
      before,
      now,
      x: left + now * w,
      y: top + before * h,
      w,
      h,
      count,
      direction,
      fill: count === 0 ? white : tintOf(direction, count / largest),
      ink,
    }
  })
  return {
    width: left + levelLabels.length * w,
    height: top + levelLabels.length * h,
    line: '#d5dce4',
    cells,
    rows: levelLabels.map((label, i) => ({ label, x: left - 10, y: top + (i + 0.5) * h, anchor: 'end' })),
    columns: levelLabels.map((label, i) => ({ label, x: left + (i + 0.5) * w, y: top / 2, anchor: 'middle' })),
  }
}

function tintOf(direction: Direction, size: number): string {
  const steps = tints[direction]
  return steps[Math.min(steps.length, Math.ceil(size * steps.length)) - 1]!
}

/** Rows are levels before the day, columns levels three months on; the last row and column are totals. */
export type MatrixTable = { head: string[]; rows: { label: string; counts: number[]; total: number }[]; foot: number[] }

/**
 * The matrix as a table with its totals.
 * @throws RangeError unless the counts are four by four, whole and not negative.
 */
export function matrixTable(matrix: Matrix): MatrixTable {
  const { matched } = movesOf(matrix)
  const rows = levelLabels.map((label, before) => {
    const counts = [...matrix.counts[before]!]
    return { label, counts, total: sumOf(counts) }
  })
  return {
    head: ['Before the day', ...levelLabels, 'All'],
    rows,
    foot: [...levelLabels.map((_, now) => sumOf(rows.map((row) => row.counts[now]!))), matched],
  }
}

function placesOf(matrix: Matrix): { before: number; now: number; count: number }[] {
  const size = levelLabels.length
  if (matrix.counts.length !== size || matrix.counts.some((row) => row.length !== size))
    throw new RangeError(`A matrix has ${size} levels before and ${size} now`)
  const places = matrix.counts.flatMap((row, before) => row.map((count, now) => ({ before, now, count })))
  peopleIn([...places.map(({ count }) => count), matrix.unmatched])
  return places
}

function directionOf(before: number, now: number): Direction {
  if (now === before) return 'same'
  return now > before ? 'up' : 'down'
}

function peopleIn(counts: readonly number[]): number {
  for (const count of counts)
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is not a count of people`)
  return sumOf(counts)
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0)
}

const thousands = new Intl.NumberFormat('en-GB')

/** A count as it is printed: 1,326. */
export function figure(count: number): string {
  return thousands.format(count)
}

function rounded(n: number): number {
  return Math.round(n * 100) / 100
}

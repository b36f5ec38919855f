import { mustBePart, type Range } from '#server/surveys/shared/proportions.ts'

export { differenceInterval, type Range, wilson } from '#server/surveys/shared/proportions.ts'

/** Of the standard normal: 95 %, two-sided, as for `wilson`. */
const z = 1.959964

/**
 * The share of the room that said or could have said yes, assuming nothing about the silent: lowest if none of them would, highest if all would.
 * Answers shares from 0 to 1 of everyone who came; its width is the share of the room not heard from.
 * @throws RangeError unless yes and silent are whole, not negative and together at most came.
 * Source: Manski 1989, Journal of Human Resources 24:343–360 (worst-case bounds for a proportion with missing answers).
 */
export function bounds(yes: number, silent: number, came: number): Range {
  mustBePart(yes, came)
  mustBePart(silent, came - yes)
  if (came === 0) return { low: 0, high: 1 }
  return { low: yes / came, high: (yes + silent) / came }
}

export type BreakEven =
  | { kind: 'everyone-answered'; atLeastHalf: boolean }
  | { kind: 'half-without-them' }
  | { kind: 'never-half' }
  /** Fewer than half is possible only if at least `unchanged` of the silent have not put it into practice. */
  | { kind: 'depends'; unchanged: number }

/**
 * How many of the silent must not have put it into practice for fewer than half of everyone who came to be in practice.
 * @throws RangeError unless yes and silent are whole, not negative and together at most came.
 * Source: the bounds above, solved for yes + x < came / 2 in whole people.
 */
export function breakEven(yes: number, silent: number, came: number): BreakEven {
  mustBePart(yes, came)
  mustBePart(silent, came - yes)
  if (silent === 0) return { kind: 'everyone-answered', atLeastHalf: 2 * yes >= came }
  if (2 * yes >= came) return { kind: 'half-without-them' }
  if (2 * (yes + silent) < came) return { kind: 'never-half' }
  const mostBelowHalf = Math.ceil(came / 2) - 1
  return { kind: 'depends', unchanged: silent - (mostBelowHalf - yes) }
}

/**
 * The exact two-sided p, from 0 to 1, that as uneven a split of movers would come about if up and down were equally likely.
 * Those who stayed are left out, as the test has it. Nobody moved: 1.
 * @throws RangeError unless both are whole and not negative.
 * Source: Dixon & Mood 1946, JASA 41:557–566 (the sign test).
 */
export function signTest(up: number, down: number): number {
  const n = up + down
  mustBePart(up, n)
  mustBePart(down, n)
  const fewer = Math.min(up, down)
  if (2 * fewer + 1 >= n) return 1
  let log = -n * Math.LN2
  for (let i = 1; i <= fewer; i++) log += Math.log((n - fewer + i) / i)
  let term = 1
  let tail = 1
  for (let k = fewer; k > 0; k--) {
    term *= k / (n - k + 1)
    tail += term
  }
  return Math.min(1, 2 * Math.exp(log) * tail)
}

/**
 * A count as a whole per cent (0 to 100) of another, halves up, in whole-number arithmetic so that 26 of 80 is 33 everywhere.
 * @throws RangeError unless 0 ≤ count ≤ of, both whole, and of is above 0.
 */
export function wholePercent(count: number, of: number): number {
  mustBePart(count, of)
  if (of === 0) throw new RangeError('There is no per cent of nobody')
  return Math.floor((200 * count + of) / (2 * of))
}

/**
 * The 95 % score interval of the share of everyone who came, from 0 to 1, where the room is finite: all of it heard from leaves the share alone.
 * It holds only if the silent are like those who answered and may be narrower than what is not known, so it belongs in the drill-down, never in a headline.
 * @throws RangeError unless 0 ≤ yes ≤ answered ≤ came, all whole.
 * Source: O'Neill 2021, "Mathematical properties and finite-population correction for the Wilson score interval" (of the whole population).
 */
export function wilsonOfRoom(yes: number, answered: number, came: number): Range {
  mustBePart(yes, answered)
  mustBePart(answered, came)
  if (answered === 0) return { low: 0, high: 1 }
  if (answered === came) return { low: yes / came, high: yes / came }
  const n = (answered * (came - 1)) / (came - answered)
  const share = yes / answered
  const middle = 2 * n * share + z * z
  const reach = z * Math.sqrt(z * z + 4 * n * share * (1 - share))
  const scale = 2 * (n + z * z)
  return { low: yes === 0 ? 0 : (middle - reach) / scale, high: yes === answered ? 1 : (middle + reach) / scale }
}

/**
 * The chance, from 0 to 1, that a chi-square of df degrees of freedom is at least as large as this one. No degree of freedom: 1.
 * @throws RangeError unless the chi-square is a number not below 0 and df a whole number not below 0.
 * Source: Abramowitz & Stegun 1964, 26.4.19 with 6.5.29 (series) and 6.5.31 (continued fraction of the incomplete gamma function).
 */
export function chiSquareTail(chiSquare: number, df: number): number {
  if (!Number.isSafeInteger(df) || df < 0 || !(chiSquare >= 0))
    throw new RangeError(`No chi-square: ${chiSquare} with ${df} degrees of freedom`)
  const [a, x] = [df / 2, chiSquare / 2]
  if (x === 0 || df === 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  const front = Math.exp(a * Math.log(x) - x - logGamma(df))
  return Math.min(1, x < a + 1 ? 1 - front * lowerSeries(a, x) : front * upperFraction(a, x))
}

/** Of half of df, exactly: downwards to Γ(½) = √π or Γ(1) = 1. */
function logGamma(df: number): number {
  let log = df % 2 === 0 ? 0 : Math.log(Math.PI) / 2
  for (let k = df - 2; k > 0; k -= 2) log += Math.log(k / 2)
  return log
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a
  let total = term
  for (let n = 1; term > total * Number.EPSILON; n++) {
    term *= x / (a + n)
    total += term
  }
  return total
}

/** By Lentz's method, whose steps stay away from 0 for x ≥ a + 1. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = Number.POSITIVE_INFINITY
  let d = 1 / b
  let value = d
  for (let n = 1, step = 0; Math.abs(step - 1) > Number.EPSILON && n < 10_000; n++) {
    const an = n * (a - n)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    step = c * d
    value *= step
  }
  return value
}

export type MarginalHomogeneity = { chiSquare: number; df: number; p: number }

/**
 * Whether people stand differently in the columns (now) than in the rows (before): a square table of counts of pairs. Asked from 50 pairs on.
 * Categories that are empty or only agree are left out, with their degree of freedom; nobody moved: chi-square 0, df 0, p 1.
 * @throws RangeError unless the table is square and of counts.
 * Sources: Stuart 1955, Biometrika 42:412–416; Maxwell 1970, British Journal of Psychiatry 116:651–655; on categories left out: Uebersax,
 * "McNemar tests of marginal homogeneity" (the less conservative degrees of freedom).
 */
export function stuartMaxwell(table: readonly (readonly number[])[]): MarginalHomogeneity {
  const size = table.length
  if (table.some((row) => row.length !== size)) throw new RangeError('The table is not square')
  for (const count of table.flat()) mustBePart(count, Number.MAX_SAFE_INTEGER)
  const moved = (i: number, j: number) => (i === j ? 0 : table[i]![j]! + table[j]![i]!)
  const d = table.map((row, i) => sum(row.map((count, j) => count - table[j]![i]!)))
  const s = table.map((row, i) => row.map((_, j) => (i === j ? sum(row.map((_, k) => moved(i, k))) : -moved(i, j))))
  // Elimination without pivots is stable here, and a pivot of 0 is a category that the ones before it determine: no degree of freedom.
  const least = s.map((row, i) => row[i]! * 1e-9)
  let [chiSquare, df] = [0, 0]
  for (let i = 0; i < size; i++) {
    const pivot = s[i]![i]!
    if (pivot <= least[i]!) continue
    chiSquare += d[i]! ** 2 / pivot
    df++
    for (let j = i + 1; j < size; j++) {
      const times = s[j]![i]! / pivot
      d[j]! -= times * d[i]!
      for (let k = i; k < size; k++) s[j]![k]! -= times * s[i]![k]!
    }
  }
  return { chiSquare, df, p: chiSquareTail(chiSquare, df) }
}

/** Below this many pairs Stuart–Maxwell is not asked. */
export const fewestForStuartMaxwell = 50

/** One cell of a frame that is known of everyone who came (a sector by a level before the day): those who came, answered, and said yes. */
export type FrameCell = { attended: number; answered: number; yes: number }

/** `share`, `plain` and `covered` from 0 to 1; `largestWeight` is for how many average answers the heaviest answer stands. */
export type PostStratified = Record<'share' | 'plain' | 'largestWeight' | 'covered' | 'answered' | 'cells', number>

/**
 * The share of yes when each cell's answers stand for everyone who came in it, beside the plain one of the same answers. A cell is used
 * from five answers; the others are one cell together, used from five answers as well; `covered` is the share of the room in used cells.
 * Null when fewer than two cells can be used: there is nothing to weigh.
 * @throws RangeError unless yes ≤ answered ≤ attended in each cell, all whole.
 * Source: Holt & Smith 1979, Journal of the Royal Statistical Society A 142:33–46 (post stratification).
 */
export function postStratified(cells: readonly FrameCell[]): PostStratified | null {
  for (const { attended, answered, yes } of cells) {
    mustBePart(answered, attended)
    mustBePart(yes, answered)
  }
  const isLarge = ({ answered }: FrameCell) => answered >= fewestInCell
  const used = [...cells.filter(isLarge), together(cells.filter((cell) => !isLarge(cell)))].filter(isLarge)
  if (used.length < 2) return null
  const { attended, answered, yes } = together(used)
  const weights = used.map((cell) => (cell.attended * answered) / (attended * cell.answered))
  return {
    share: sum(used.map((cell) => (cell.attended / attended) * (cell.yes / cell.answered))),
    plain: yes / answered,
    largestWeight: Math.max(...weights),
    covered: attended / together(cells).attended,
    answered,
    cells: used.length,
  }
}

/** Fewer answers than this cannot stand for their cell. */
const fewestInCell = 5

function together(cells: readonly FrameCell[]): FrameCell {
  const sumOf = (count: keyof FrameCell) => sum(cells.map((cell) => cell[count]))
  return { attended: sumOf('attended'), answered: sumOf('answered'), yes: sumOf('yes') }
}

/** How many people gave these three levels, each 0 to 3, lowest first: before the day, looking back at its end, and now. */
export type ThreeRatings = { before: number; lookingBack: number; now: number; n: number }

/**
 * Counts of people who gave all three. The shifts, below 0 when they fell, are of people good or strong: from before to now, from looking
 * back to now, and what the second has over the first.
 */
export type TwoBefores = Record<
  'people' | 'goodBefore' | 'goodLookingBack' | 'goodNow' | 'lower' | 'same' | 'higher',
  number
> & { trueShift: number; backShift: number; responseShift: number }

/**
 * The morning as people rated it then (true before) and as they rated it looking back, each set against now: how many were good or strong
 * at each, and how many rated the morning lower looking back than they had, the same, or higher.
 * @throws RangeError unless levels are 0, 1, 2 or 3 and n a count.
 * Source: Howard & Dailey 1979, Journal of Applied Psychology 64:144–150 (response shift of self-reports). No test: the arrows share people and the later point.
 */
export function twoBefores(ratings: readonly ThreeRatings[]): TwoBefores {
  for (const { before, lookingBack, now, n } of ratings) {
    for (const level of [before, lookingBack, now]) mustBePart(level, 3)
    mustBePart(n, Number.MAX_SAFE_INTEGER)
  }
  const countIf = (is: (rating: ThreeRatings) => boolean) => sum(ratings.filter(is).map(({ n }) => n))
  const goodBefore = countIf(({ before }) => before >= good)
  const goodLookingBack = countIf(({ lookingBack }) => lookingBack >= good)
  const goodNow = countIf(({ now }) => now >= good)
  return {
    people: countIf(() => true),
    goodBefore,
    goodLookingBack,
    goodNow,
    lower: countIf(({ before, lookingBack }) => lookingBack < before),
    same: countIf(({ before, lookingBack }) => lookingBack === before),
    higher: countIf(({ before, lookingBack }) => lookingBack > before),
    trueShift: goodNow - goodBefore,
    backShift: goodNow - goodLookingBack,
    responseShift: goodBefore - goodLookingBack,
  }
}

/** The lowest level at which people do it on their own. */
const good = 2

/** A group of the frame: how many of it came, how many of those answered. */
/** `isTogether`: several too small to stand alone, which are everyone's remainder and no group. */
export type FrameRow = { label: string; attended: number; answered: number; isTogether?: boolean }

/** `points` is its whole per cent of those who answered less its whole per cent of those who came: below 0, it answered less. */
export type Gap = FrameRow & { ofAttended: number; ofAnswered: number; points: number }

/**
 * Where those who answered are least like those who came: of the groups that at least ten came from, the one whose share differs most, in
 * percentage points; of equal ones the larger. The rows together are everyone. Null when nobody answered or no group is large enough.
 * @throws RangeError unless answered ≤ attended in each row, all whole.
 */
export function largestGap(rows: readonly FrameRow[]): Gap | null {
  for (const { attended, answered } of rows) mustBePart(answered, attended)
  const came = sum(rows.map(({ attended }) => attended))
  const told = sum(rows.map(({ answered }) => answered))
  if (told === 0) return null
  // In whole numbers, so that equal gaps are equal.
  const apart = ({ attended, answered }: FrameRow) => Math.abs(answered * came - attended * told)
  const [row] = rows
    .filter(({ attended, isTogether }) => !isTogether && attended >= fewestInGroup)
    .toSorted((a, b) => apart(b) - apart(a) || b.attended - a.attended)
  if (!row) return null
  const [ofAttended, ofAnswered] = [wholePercent(row.attended, came), wholePercent(row.answered, told)]
  return { ...row, ofAttended, ofAnswered, points: ofAnswered - ofAttended }
}

/** How many groups the largest gap is looked for among. */
export const groupsBeside = (rows: readonly FrameRow[]): number =>
  rows.filter(({ attended, isTogether }) => !isTogether && attended >= fewestInGroup).length

/** A group of fewer is not set beside the others. */
const fewestInGroup = 10

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

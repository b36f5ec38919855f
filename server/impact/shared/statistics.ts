import { mustBePart, type Range } from '#server/surveys/shared/proportions.ts'

export { type Range, wilson } from '#server/surveys/shared/proportions.ts'

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
  /** Fewer than half is possible only if at least `unchanged` of the silent changed nothing. */
  | { kind: 'depends'; unchanged: number }

/**
 * How many of the silent must have changed nothing for fewer than half of everyone who came to be in practice.
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

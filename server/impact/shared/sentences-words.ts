/** How counts are put in the words of every sentence: grammatical for none, one, both and all; a percentage only where it may stand. */

import { defaultThresholds, percentages, type Thresholds } from './disclosure.ts'
import { figure } from './pictures.ts'
import { signTest, wholePercent } from './statistics.ts'

/** "none has", "1 has", "26 have", "both have", "all 42 have". */
export function some(count: number, of: number, singular: string, plural: string): string {
  if (count === 0) return `none ${singular}`
  if (count === 1) return `1 ${singular}`
  if (count < of) return `${figure(count)} ${plural}`
  return count === 2 ? `both ${plural}` : `all ${figure(count)} ${plural}`
}

export function none(count: number): string {
  return count === 0 ? 'none' : figure(count)
}

export function nobody(count: number): string {
  return count === 0 ? 'nobody' : figure(count)
}

/** "1 person", "2 people". */
export function people(count: number): string {
  return count === 1 ? '1 person' : `${figure(count)} people`
}

/** Never 0% of somebody, nor 100% of fewer than all. */
export function percent(count: number, of: number): string {
  const whole = wholePercent(count, of)
  if (whole === 0 && count > 0) return 'less than 1%'
  if (whole === 100 && count < of) return 'more than 99%'
  return `${whole}%`
}

/** " (68%)" after a count, where a percentage may stand: by the number of answers, which is `of` unless `of` is everyone who came. */
export function share(
  count: number,
  of: number,
  thresholds: Thresholds = defaultThresholds,
  answers: number = of,
): string {
  return count > 0 && percentages(answers, thresholds) ? ` (${percent(count, of)})` : ''
}

/** "26 (68%)", "none". */
export function counted(count: number, of: number, thresholds?: Thresholds, answers?: number): string {
  return `${none(count)}${share(count, of, thresholds, answers)}`
}

/**
 * "Of the 38 who had a chance, 26 (68%) have put it into practice", "Both people who had …", "The one person who had a chance has not …".
 * Of nobody there is nothing to say: the caller does.
 */
export function ofThose(
  count: number,
  of: number,
  who: string,
  done: string,
  thresholds?: Thresholds,
  answers?: number,
): string {
  if (of === 1) return `The one person ${who} has ${count === 0 ? 'not ' : ''}${done}`
  if (count === of) return `${capital(everyone(of))} ${who} have ${done}`
  return `Of the ${figure(of)} ${who}, ${counted(count, of, thresholds, answers)} ${count < 2 ? 'has' : 'have'} ${done}`
}

/** "14 (47%) of the 30 who told us", "all 30 who told us", "the one person who told us", "nobody". */
export function partOf(count: number, of: number, who: string, thresholds?: Thresholds): string {
  if (count === of) return `${everyone(of)} ${who}`
  if (count === 0 && of < 3) return of === 1 ? 'nobody' : `neither of the 2 ${who}`
  return `${counted(count, of, thresholds)} of the ${figure(of)} ${who}`
}

/** "the one person", "both people", "all 12": before "who …". */
export function everyone(of: number): string {
  if (of === 1) return 'the one person'
  return of === 2 ? 'both people' : `all ${figure(of)}`
}

export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function uncapital(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1)
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

export function quoted(labels: readonly string[]): string {
  return listed(labels.map((label) => `“${label}”`))
}

/** The rows of which most people said it: more than one when they are level, none when nobody said any. */
export function mostOf<Row>(rows: readonly Row[], countOf: (row: Row) => number): Row[] {
  const most = Math.max(0, ...rows.map(countOf))
  return most === 0 ? [] : rows.filter((row) => countOf(row) === most)
}

/** Below this many matched answers no test is done. */
export const fewestForTest = 10

/** A verdict needs a p below this. */
const unlikelyBelow = 0.05

/** What the exact sign test says of those who moved, in words without a p; nothing when enough were asked and nobody moved. */
export function verdictOf(
  matched: number,
  up: number,
  down: number,
  words: { moreUp: string; moreDown: string } = {
    moreUp: 'more moved up than down',
    moreDown: 'more moved down than up',
  },
): string {
  if (matched >= fewestForTest && up + down === 0) return ''
  if (matched < fewestForTest || signTest(up, down) >= unlikelyBelow) return 'too few to tell'
  return `${up > down ? words.moreUp : words.moreDown}; unlikely to be chance`
}

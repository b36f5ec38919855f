/** Programme figures in words: they stand for a group of any size. */

import { mustBePart } from '#server/surveys/shared/proportions.ts'
import { percentages } from './disclosure.ts'
import { moneyWords } from './money.ts'
import { figure } from './pictures.ts'
import { listed, percent } from './sentences-words.ts'

/** "Reached 55 of the 60 expected (92%)." `expected` are those on the imported list; `reached` those of them that sent anyone. */
export function coverageSentence({ reached, expected }: { reached: number; expected: number }): string {
  mustBePart(reached, expected)
  if (expected === 0) return 'Nobody was expected.'
  if (expected === 1) return reached === 1 ? 'Reached the one expected.' : 'The one expected was not reached.'
  if (reached === expected)
    return expected === 2 ? 'Reached both expected.' : `Reached all ${figure(expected)} expected.`
  const share = reached > 0 && percentages(expected) ? ` (${percent(reached, expected)})` : ''
  return `Reached ${reached === 0 ? 'none' : figure(reached)} of the ${figure(expected)} expected${share}.`
}

/** Months from when a theme was last taught to a sector to a day that the caller names; null for never. */
export type GapRow = { label: string; months: number | null }

/** "Domestic abuse was last taught to health 14 months before; never to police and probation." The longest ago leads, level ones together; sectors in the words of a sentence. */
export function gapSentence(theme: string, rows: readonly GapRow[]): string {
  const never = rows.filter(({ months }) => months === null).map(({ label }) => label)
  const taught = rows.filter((row): row is { label: string; months: number } => row.months !== null)
  if (rows.length === 0) return `${theme}: no sector to set it beside.`
  if (taught.length === 0) return `${theme} was never taught to ${listed(never)}.`
  const longest = Math.max(...taught.map(({ months }) => months))
  const whom = listed(taught.filter(({ months }) => months === longest).map(({ label }) => label))
  const rest = never.length === 0 ? '' : `; never to ${listed(never)}`
  return `${theme} was last taught to ${whom} ${earlier(longest)}${rest}.`
}

/** "£28 for each place offered, £41.18 for each person who came." Costs in pence. */
export function costsSentence({ pence, places, came }: { pence: number; places: number; came: number }): string {
  for (const count of [pence, places, came]) mustBePart(count, Number.MAX_SAFE_INTEGER)
  if (pence === 0) return 'No cost has been entered.'
  const place = places === 0 ? 'No place was offered' : `${pounds(pence, places)} for each place offered`
  return `${place}, ${came === 0 ? 'and nobody came' : `${pounds(pence, came)} for each person who came`}.`
}

function earlier(months: number): string {
  if (months === 0) return 'within the month before'
  return months === 1 ? '1 month before' : `${figure(months)} months before`
}

/** Halves up. */
const pounds = (pence: number, by: number): string => moneyWords(Math.floor((2 * pence + by) / (2 * by)))

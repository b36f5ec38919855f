/** Tests and intervals in words, for the drill-down alone: the only sentences that name a p. */

import { defaultThresholds, percentages, type Thresholds } from './disclosure.ts'
import { figure } from './pictures.ts'
import { fewestForStuartMaxwell, type Range, stuartMaxwell, wilsonOfRoom } from './statistics.ts'

/** The Wilson interval of the whole room where it is finite; null below ten answers. Whole per cents. */
export function roomIntervalWords(
  { inPractice, answered, came }: { inPractice: number; answered: number; came: number },
  thresholds: Thresholds = defaultThresholds,
): string | null {
  if (!percentages(answered, thresholds)) return null
  const { low, high } = wilsonOfRoom(inPractice, answered, came)
  if (answered === came) return 'Everyone who came answered, so no interval is needed for the room.'
  return `As a share of the ${figure(came)} who came (Wilson with finite population correction): ${Math.round(low * 100)}% to ${Math.round(high * 100)}%. It holds only if those we have not heard from are like those who answered, and can be narrower than what is not known.`
}

/** The Stuart–Maxwell test of a matrix (rows before, columns now); null below 50 pairs or when nobody moved. */
export function marginsWords(counts: readonly (readonly number[])[]): string | null {
  const pairs = counts.flat().reduce((sum, count) => sum + count, 0)
  const { chiSquare, df, p } = stuartMaxwell(counts)
  if (pairs < fewestForStuartMaxwell || df === 0) return null
  return `Stuart–Maxwell test that as many stand at each level now as before, ${figure(pairs)} pairs: chi-square ${chiSquare.toFixed(2)}, ${df} ${df === 1 ? 'degree' : 'degrees'} of freedom, p ${p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`}.`
}

/** The interval of a difference of two shares (−1 to 1), in percentage points; whether it leaves out nought is never rounded away. */
export function differenceWords(one: string, other: string, { low, high }: Range): string {
  return `The share of ${one} less that of ${other}: 95% interval ${points(low)} to ${points(high)} percentage points (Newcombe). It holds only if in both years those we have not heard from are like those who answered.`
}

function points(difference: number): string {
  const whole = Math.round(Math.abs(difference) * 100)
  if (difference === 0) return '0'
  if (whole === 0) return difference > 0 ? 'just above 0' : 'just below 0'
  return `${difference > 0 ? '+' : '−'}${whole}`
}

/** The difference that an experiment is made to find, in points of the share that answers. */
export const POINTS_TO_FIND = 8
/** How often such a difference would be found, if it is there. */
export const POWER = 0.8

/** Of the standard normal: 5 %, two-sided; and of the two powers that are used or published. */
const zAlpha = 1.959964
const zOfPower = { 0.8: 0.841621, 0.9: 1.281552 } as const

/**
 * How many people each of two wordings needs, for a two-sided test at 5 % to find that one is answered by the share `p1` and the
 * other by `p2` (shares from 0 to 1), with this power. Rounded up to whole people; no continuity correction.
 * @throws RangeError unless both are shares, and differ.
 * Source: Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, 3rd edition, section 4.2 (before the continuity
 * correction); the same as power.prop.test in R, whose documentation gives 76.7 for 0.50 and 0.75 at power 0.90.
 */
export function neededInEach(p1: number, p2: number, power: keyof typeof zOfPower = POWER): number {
  if (!(p1 >= 0 && p1 <= 1 && p2 >= 0 && p2 <= 1) || p1 === p2)
    throw new RangeError(`${p1} and ${p2} are not two different shares`)
  const middle = (p1 + p2) / 2
  const spread = zAlpha * Math.sqrt(2 * middle * (1 - middle))
  const apart = zOfPower[power] * Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
  return Math.ceil((spread + apart) ** 2 / (p1 - p2) ** 2)
}

/**
 * The people each wording needs to find `POINTS_TO_FIND` points more than the present share; fewer, where there is no room for more.
 * @param share from 0 to 1
 */
export function neededToFind(share: number): number {
  const step = POINTS_TO_FIND / 100
  return neededInEach(share, share + step <= 1 ? share + step : share - step)
}

/**
 * In which month from now, 1 for the one that begins today, so many people will have been asked.
 * @param coming how many are planned in each of the next months, in order
 * @param monthly how many in each month after those
 * @returns null when that is never
 */
export function monthsUntil(people: number, coming: readonly number[], monthly: number): number | null {
  let left = people
  for (const [n, planned] of coming.entries()) {
    left -= planned
    if (left <= 0) return n + 1
  }
  return monthly > 0 ? coming.length + Math.ceil(left / monthly) : null
}

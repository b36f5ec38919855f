/** A share between 0 and 1, from its lowest to its highest possible or plausible value. */
export type Range = { low: number; high: number }

/** Of the standard normal: 95 %, two-sided. */
const z = 1.959964

/**
 * The 95 % score interval of a proportion, without continuity correction. Answers shares from 0 to 1; nothing asked (n = 0) leaves 0 to 1.
 * It holds only if those who did not answer are like those who did, so it belongs in the drill-down, never in a headline.
 * @throws RangeError unless 0 ≤ successes ≤ n, both whole.
 * Source: Wilson 1927, JASA 22:209–212; worked examples in Newcombe 1998, Statistics in Medicine 17:857–872, table I, method 3;
 * named as the preferred method in OHID's public health technical guidance on proportions.
 */
export function wilson(successes: number, n: number): Range {
  mustBePart(successes, n)
  if (n === 0) return { low: 0, high: 1 }
  const middle = 2 * successes + z * z
  const reach = z * Math.sqrt(z * z + (4 * successes * (n - successes)) / n)
  const scale = 2 * (n + z * z)
  return {
    low: successes === 0 ? 0 : (middle - reach) / scale,
    high: successes === n ? 1 : (middle + reach) / scale,
  }
}

export interface Share {
  successes: number
  n: number
}

/**
 * The 95 % hybrid score interval of the difference `one − other` of two independent proportions, without continuity correction.
 * Answers differences of shares, from −1 to 1.
 * @throws RangeError unless both are counts of people, and of somebody.
 * Source: Newcombe 1998, Statistics in Medicine 17:873–890, method 10; worked examples in its table II.
 */
export function differenceInterval(one: Share, other: Share): Range {
  const [p, q] = [shareOf(one), shareOf(other)]
  const [wp, wq] = [wilson(one.successes, one.n), wilson(other.successes, other.n)]
  return {
    low: p - q - Math.hypot(p - wp.low, wq.high - q),
    high: p - q + Math.hypot(wp.high - p, q - wq.low),
  }
}

function shareOf({ successes, n }: Share): number {
  if (n === 0) throw new RangeError('There is no share of nobody')
  return successes / n
}

export function mustBePart(part: number, whole: number): void {
  if (!Number.isSafeInteger(part) || !Number.isSafeInteger(whole) || part < 0 || part > whole)
    throw new RangeError(`${part} of ${whole} is not a count of people`)
}

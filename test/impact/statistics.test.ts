import { describe, expect, it } from 'vitest'
import { bounds, breakEven, signTest, wholePercent, wilson } from '#server/impact/shared/statistics.ts'

/** Row n of Pascal's triangle, exactly. */
function binomials(n: number): bigint[] {
  let row = [1n]
  for (let i = 0; i < n; i++) row = [1n, ...row.slice(1).map((value, j) => value + row[j]!), 1n]
  return row
}

/** A ratio of big integers as a number, to 15 digits. */
function ratio(part: bigint, whole: bigint): number {
  return Number((part * 10n ** 18n) / whole) / 1e18
}

describe('the Wilson interval', () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('agrees with Newcombe 1998, table I, for %i of %i', (successes, n, low, high) => {
    const range = wilson(successes, n)
    expect(range.low).toBeCloseTo(low, 4)
    expect(range.high).toBeCloseTo(high, 4)
  })

  it('gives 53 to 85 % for 20 of 28', () => {
    const { low, high } = wilson(20, 28)
    expect(low).toBeCloseTo(0.5294, 4)
    expect(high).toBeCloseTo(0.8475, 4)
  })

  it('ends where the observed share is exactly 1.959964 standard errors away', () => {
    for (let n = 1; n <= 60; n++)
      for (let successes = 0; successes <= n; successes++) {
        const { low, high } = wilson(successes, n)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        for (const end of [low, high]) {
          if (end === 0 || end === 1) continue
          const away = Math.abs(successes / n - end) / Math.sqrt((end * (1 - end)) / n)
          expect(away).toBeCloseTo(1.959964, 8)
        }
      }
  })

  it('holds the true share about 95 times in 100, counted out exactly for 20 answers', () => {
    const ways = binomials(20)
    let covered = 0n
    let all = 0n
    for (let share = 1n; share < 200n; share++) {
      for (let successes = 0; successes <= 20; successes++) {
        const chance = ways[successes]! * share ** BigInt(successes) * (200n - share) ** BigInt(20 - successes)
        all += chance
        const { low, high } = wilson(successes, 20)
        if (low <= Number(share) / 200 && Number(share) / 200 <= high) covered += chance
      }
    }
    expect(ratio(covered, all)).toBeGreaterThan(0.945)
    expect(ratio(covered, all)).toBeLessThan(0.96)
  })

  it('says nothing about nobody, touches 0 and 1 exactly, and mirrors', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
    expect(wilson(0, 7).low).toBe(0)
    expect(wilson(7, 7).high).toBe(1)
    expect(wilson(3, 11).low).toBeCloseTo(1 - wilson(8, 11).high, 12)
  })

  it.each([
    [-1, 5],
    [6, 5],
    [1.5, 5],
    [1, Number.NaN],
  ])('refuses %d of %d', (successes, n) => {
    expect(() => wilson(successes, n)).toThrow(RangeError)
  })
})

describe('the assumption-free bounds', () => {
  it('run from "nobody else" to "everybody else"', () => {
    expect(bounds(26, 38, 80)).toEqual({ low: 26 / 80, high: 64 / 80 })
    expect(bounds(5, 0, 10)).toEqual({ low: 0.5, high: 0.5 })
    expect(bounds(0, 0, 0)).toEqual({ low: 0, high: 1 })
  })

  it('are as wide as the share not heard from', () => {
    for (const [yes, silent, came] of [
      [26, 38, 80],
      [0, 12, 12],
      [7, 3, 20],
    ] as const) {
      const { low, high } = bounds(yes, silent, came)
      expect(high - low).toBeCloseTo(silent / came, 12)
    }
  })

  it('refuse more yeses and silent people than came', () => {
    expect(() => bounds(5, 6, 10)).toThrow(RangeError)
    expect(() => bounds(-1, 6, 10)).toThrow(RangeError)
  })
})

describe('the break-even', () => {
  it('needs 25 of the 38 at the conference', () => {
    expect(breakEven(26, 38, 80)).toEqual({ kind: 'depends', unchanged: 25 })
  })

  it('agrees with trying every number of the silent, for every room up to 24', () => {
    for (let came = 1; came <= 24; came++)
      for (let yes = 0; yes <= came; yes++)
        for (let silent = 0; silent <= came - yes; silent++) {
          const even = breakEven(yes, silent, came)
          const unchanged = Array.from({ length: silent + 1 }, (_, i) => i).filter(
            (idle) => yes + (silent - idle) < came / 2,
          )
          if (silent === 0) expect(even).toEqual({ kind: 'everyone-answered', atLeastHalf: yes >= came / 2 })
          else if (unchanged.length === 0) expect(even).toEqual({ kind: 'half-without-them' })
          else if (unchanged[0] === 0) expect(even).toEqual({ kind: 'never-half' })
          else expect(even).toEqual({ kind: 'depends', unchanged: unchanged[0] })
        }
  })
})

describe('the sign test', () => {
  it.each([
    [8, 0, 0.0078],
    [9, 3, 0.146],
    [15, 3, 0.0075],
    [0, 0, 1],
    [4, 4, 1],
    [1, 0, 1],
  ])('gives %i up and %i down p = %d', (up, down, p) => {
    expect(signTest(up, down)).toBeCloseTo(p, 4)
    expect(signTest(down, up)).toBe(signTest(up, down))
  })

  it('agrees with exact sums of binomials up to 60 movers', () => {
    for (let n = 1; n <= 60; n++) {
      const ways = binomials(n)
      for (let up = 0; up <= n; up++) {
        const tail = ways.slice(0, Math.min(up, n - up) + 1).reduce((sum, value) => sum + value, 0n)
        expect(signTest(up, n - up)).toBeCloseTo(Math.min(1, 2 * ratio(tail, 2n ** BigInt(n))), 12)
      }
    }
  })

  it('stays a probability for thousands of movers', () => {
    expect(signTest(50_400, 49_600)).toBeGreaterThan(0.011)
    expect(signTest(50_400, 49_600)).toBeLessThan(0.012)
    expect(signTest(5000, 0)).toBeGreaterThanOrEqual(0)
    expect(signTest(5000, 0)).toBeLessThan(1e-300)
  })

  it('refuses what is no count', () => {
    expect(() => signTest(-1, 3)).toThrow(RangeError)
    expect(() => signTest(1.5, 3)).toThrow(RangeError)
  })
})

describe('a whole per cent', () => {
  it('rounds halves up', () => {
    expect(wholePercent(26, 80)).toBe(33)
    expect(wholePercent(42, 80)).toBe(53)
    expect(wholePercent(1, 3)).toBe(33)
    expect(wholePercent(0, 7)).toBe(0)
    expect(wholePercent(7, 7)).toBe(100)
  })

  it('has no answer for nobody', () => {
    expect(() => wholePercent(0, 0)).toThrow(RangeError)
  })
})

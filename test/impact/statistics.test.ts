// Each statistic against its published example, against a count of every case, and against what must hold of any room.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bounds,
  breakEven,
  chiSquareTail,
  type FrameCell,
  largestGap,
  postStratified,
  signTest,
  stuartMaxwell,
  twoBefores,
  wholePercent,
  wilson,
  wilsonOfRoom,
} from '#server/impact/shared/statistics.ts'

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31
const count = Number(process.env.HISTORIES ?? 3000)

/** A failing run prints its seed. */
function always<T>(drawn: fc.Arbitrary<T>, rule: (value: T) => void): void {
  fc.assert(
    fc.property(drawn, (value) => void rule(value)),
    { seed, numRuns: count, interruptAfterTimeLimit: 50_000 },
  )
}

/** A room of up to 400: how many came, answered and said yes. */
const rooms = fc
  .tuple(fc.nat(400), fc.nat(400), fc.nat(400))
  .map((sizes) => sizes.toSorted((a, b) => a - b) as [number, number, number])
  .map(([yes, answered, came]) => ({ yes, answered, came }))

/** Every way in which so many people could have said yes (1) or no (0). */
function everyAnswer(people: number): number[][] {
  return Array.from({ length: 2 ** people }, (_, bits) => Array.from({ length: people }, (_, i) => (bits >> i) & 1))
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

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

describe('the Wilson interval of any group', () => {
  it('lies within 0 and 1, around the share', () => {
    always(rooms, ({ yes, answered }) => {
      const { low, high } = wilson(yes, answered)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      if (answered === 0) return
      expect(low).toBeLessThanOrEqual(yes / answered)
      expect(high).toBeGreaterThanOrEqual(yes / answered)
      expect(high - low).toBeGreaterThan(0)
    })
  })
})

describe('the Wilson interval of a finite room', () => {
  it('gives 81 to 89 % for 30 of the 35 who answered of 40, narrower than the 75 to 88 % that is not known', () => {
    const { low, high } = wilsonOfRoom(30, 35, 40)
    expect(low).toBeCloseTo(0.8107, 4)
    expect(high).toBeCloseTo(0.8937, 4)
    const known = bounds(30, 5, 40)
    expect(high - low).toBeLessThan(known.high - known.low)
  })

  it('ends where the share is 1.959964 standard errors of a sample without replacement away', () => {
    for (let came = 2; came <= 24; came++)
      for (let answered = 1; answered < came; answered++)
        for (let yes = 0; yes <= answered; yes++) {
          const { low, high } = wilsonOfRoom(yes, answered, came)
          for (const end of [low, high]) {
            if (end === 0 || end === 1) continue
            const error = Math.sqrt(((end * (1 - end)) / answered) * ((came - answered) / (came - 1)))
            expect(Math.abs(yes / answered - end) / error).toBeCloseTo(1.959964, 8)
          }
        }
  })

  it('holds the share of the room about 95 times in 100, counted out over every way 20 of 40 could answer', () => {
    const [inRoom, ways] = [binomials(20), binomials(40)]
    let covered = 0
    for (let truth = 0; truth <= 40; truth++)
      for (let yes = Math.max(0, truth - 20); yes <= Math.min(20, truth); yes++) {
        // Of those in practice some `yes` answered, the rest are silent.
        const chance = ratio(inRoom[yes]! * inRoom[truth - yes]!, ways[truth]!)
        const { low, high } = wilsonOfRoom(yes, 20, 40)
        if (low <= truth / 40 && truth / 40 <= high) covered += chance
      }
    expect(covered / 41).toBeGreaterThan(0.94)
    expect(covered / 41).toBeLessThan(0.985)
  })

  it('stays inside the plain interval and around the share, is the share itself for a full response, and wider the more are silent', () => {
    always(rooms, ({ yes, answered, came }) => {
      const [room, plain, larger] = [
        wilsonOfRoom(yes, answered, came),
        wilson(yes, answered),
        wilsonOfRoom(yes, answered, came + 1),
      ]
      for (const [inner, outer] of [
        [room, plain],
        [room, larger],
      ] as const) {
        expect(inner.low).toBeGreaterThanOrEqual(outer.low - 1e-12)
        expect(inner.high).toBeLessThanOrEqual(outer.high + 1e-12)
      }
      if (answered === 0) return
      expect(room.low).toBeLessThanOrEqual(yes / answered + 1e-12)
      expect(room.high).toBeGreaterThanOrEqual(yes / answered - 1e-12)
      if (answered === came) expect(room).toEqual({ low: yes / came, high: yes / came })
      else expect(room.high).toBeGreaterThan(room.low)
    })
  })

  it('is inside the bounds for a full response: both are the share', () => {
    always(rooms, ({ yes, answered }) => {
      expect(wilsonOfRoom(yes, answered, answered)).toEqual(bounds(yes, 0, answered))
    })
  })

  it('comes to the plain interval in an endless room', () => {
    const [room, plain] = [wilsonOfRoom(20, 28, 1e12), wilson(20, 28)]
    expect(room.low).toBeCloseTo(plain.low, 9)
    expect(room.high).toBeCloseTo(plain.high, 9)
  })

  it.each([
    [3, 2, 5],
    [1, 6, 5],
    [1, 2.5, 5],
    [-1, 2, 5],
  ])('refuses %d of %d of %d', (yes, answered, came) => {
    expect(() => wilsonOfRoom(yes, answered, came)).toThrow(RangeError)
  })
})

describe('the assumption-free bounds', () => {
  it('are the least and the most of every way in which the silent could have answered', () => {
    for (let silent = 0; silent <= 8; silent++) {
      const all = everyAnswer(silent).map(total)
      for (let came = Math.max(1, silent); came <= 12; came++)
        for (let yes = 0; yes <= came - silent; yes++) {
          const shares = all.map((more) => (yes + more) / came)
          expect(bounds(yes, silent, came)).toEqual({ low: Math.min(...shares), high: Math.max(...shares) })
        }
    }
  })

  it('hold the truth whatever the silent did, and are as wide as the response is short of 1', () => {
    always(fc.tuple(rooms, fc.nat(1000)), ([{ yes, answered, came }, drawn]) => {
      if (came === 0) return
      const silent = came - answered
      const { low, high } = bounds(yes, silent, came)
      const truth = (yes + (drawn % (silent + 1))) / came
      expect(truth).toBeGreaterThanOrEqual(low)
      expect(truth).toBeLessThanOrEqual(high)
      expect(high - low).toBeCloseTo(1 - answered / came, 12)
    })
  })

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

  it('agrees with every order in which up to 14 people could move', () => {
    for (let n = 1; n <= 14; n++) {
      const ups = everyAnswer(n).map(total)
      for (let up = 0; up <= n; up++) {
        const asUneven = ups.filter((other) => Math.abs(2 * other - n) >= Math.abs(2 * up - n))
        expect(signTest(up, n - up)).toBeCloseTo(asUneven.length / ups.length, 12)
      }
    }
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

describe('the tail of the chi-square', () => {
  it.each([
    [3.841, 1, 0.05],
    [5.991, 2, 0.05],
    [7.815, 3, 0.05],
    [18.307, 10, 0.05],
    [6.635, 1, 0.01],
    [50.892, 30, 0.01],
    [0.352, 3, 0.95],
    [124.342, 100, 0.05],
  ])('is at %d with %i degrees of freedom what the printed tables have: %d', (chiSquare, df, p) => {
    expect(chiSquareTail(chiSquare, df)).toBeCloseTo(p, 4)
  })

  it('is for an even number of degrees of freedom a sum of Poisson terms', () => {
    for (let half = 1; half <= 40; half++)
      for (const x of [0.01, 0.5, 1, 2.5, 7, 20, 45, 90]) {
        let [term, sum] = [Math.exp(-x), Math.exp(-x)]
        for (let k = 1; k < half; k++) {
          term *= x / k
          sum += term
        }
        expect(Math.abs(chiSquareTail(2 * x, 2 * half) - sum)).toBeLessThan(1e-12)
      }
  })

  it('is for an odd number the area under its curve', () => {
    for (const df of [3, 5, 9])
      for (const from of [0.3, 2, 6, 15]) {
        const norm =
          2 ** (df / 2) * [0, 1, 3 / 4, 15 / 8, 105 / 16][(df - 1) / 2]! * (df === 3 ? 0.5 : 1) * Math.sqrt(Math.PI)
        const curve = (x: number) => (x ** (df / 2 - 1) * Math.exp(-x / 2)) / norm
        expect(chiSquareTail(from, df)).toBeCloseTo(area(curve, from, 200), 9)
      }
  })

  it('begins at 1, only falls, and ends at 0', () => {
    expect(chiSquareTail(0, 4)).toBe(1)
    expect(chiSquareTail(0, 0)).toBe(1)
    expect(chiSquareTail(Number.POSITIVE_INFINITY, 4)).toBe(0)
    always(fc.tuple(fc.integer({ min: 1, max: 80 }), fc.double({ min: 0, max: 300, noNaN: true })), ([df, x]) => {
      const [here, further] = [chiSquareTail(x, df), chiSquareTail(x + 0.5, df)]
      expect(here).toBeLessThanOrEqual(1)
      expect(further).toBeGreaterThan(0)
      expect(further).toBeLessThan(here + 1e-12)
    })
  })

  it.each([
    [-1, 2],
    [Number.NaN, 2],
    [1, 1.5],
    [1, -1],
  ])('refuses %d with %d degrees of freedom', (chiSquare, df) => {
    expect(() => chiSquareTail(chiSquare, df)).toThrow(RangeError)
  })
})

/** Simpson's rule. */
function area(curve: (x: number) => number, from: number, to: number, steps = 20_000): number {
  const width = (to - from) / steps
  const weights = Array.from({ length: steps + 1 }, (_, i) => (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2))
  return (total(weights.map((weight, i) => weight * curve(from + i * width))) * width) / 3
}

describe('the Stuart–Maxwell test', () => {
  const transposed = (table: number[][]) => table.map((row, i) => row.map((_, j) => table[j]![i]!))
  const tables = fc.integer({ min: 2, max: 5 }).chain((size) =>
    fc.array(fc.array(fc.oneof(fc.constant(0), fc.nat(60)), { minLength: size, maxLength: size }), {
      minLength: size,
      maxLength: size,
    }),
  )

  it.each([
    [
      'Uebersax, three levels',
      [
        [20, 10, 5],
        [3, 30, 15],
        [0, 5, 40],
      ],
      13.76,
      2,
      0.001,
    ],
    [
      'Stuart 1955, the vision of 7477 women',
      [
        [1520, 266, 124, 66],
        [234, 1512, 432, 78],
        [117, 362, 1772, 205],
        [36, 82, 179, 492],
      ],
      11.96,
      3,
      0.0075,
    ],
    [
      'Fleiss, Levin & Paik 2003, table 13.6',
      [
        [35, 5, 0],
        [15, 20, 5],
        [10, 5, 5],
      ],
      14,
      2,
      0.0009,
    ],
    [
      'the R package coin, drug and placebo',
      [
        [14, 7, 9],
        [5, 26, 19],
        [1, 7, 12],
      ],
      12.14,
      2,
      0.0023,
    ],
    [
      'Uebersax, two levels: McNemar',
      [
        [40, 10],
        [20, 50],
      ],
      3.33,
      1,
      0.068,
    ],
    [
      'Uebersax, one category that only agrees',
      [
        [30, 0, 0],
        [0, 10, 2],
        [0, 4, 8],
      ],
      0.667,
      1,
      0.414,
    ],
  ])('gives the published figure of %s', (_, table, chiSquare, df, p) => {
    const test = stuartMaxwell(table)
    const places = String(chiSquare).split('.')[1]?.length ?? 2
    expect(test.chiSquare.toFixed(places)).toBe(chiSquare.toFixed(places))
    expect(test.df).toBe(df)
    expect(Math.abs(test.p - p)).toBeLessThan(0.0005)
  })

  it('is McNemar for two categories', () => {
    for (let up = 0; up <= 20; up++)
      for (let down = up === 0 ? 1 : 0; down <= 20; down++)
        expect(
          stuartMaxwell([
            [3, up],
            [down, 7],
          ]).chiSquare,
        ).toBeCloseTo((up - down) ** 2 / (up + down), 10)
  })

  it('is for three levels the closed form of Fleiss and Everitt 1971', () => {
    const cells = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 9, maxLength: 9 })
    always(cells, (drawn) => {
      const table = [drawn.slice(0, 3), drawn.slice(3, 6), drawn.slice(6)]
      const [d1, d2, d3] = table.map((row, i) => total(row) - total(table.map((other) => other[i]!))) as [
        number,
        number,
        number,
      ]
      const mean = (i: number, j: number) => (table[i]![j]! + table[j]![i]!) / 2
      const [n12, n13, n23] = [mean(0, 1), mean(0, 2), mean(1, 2)]
      const closed = (n23 * d1 ** 2 + n13 * d2 ** 2 + n12 * d3 ** 2) / (2 * (n12 * n23 + n12 * n13 + n13 * n23))
      expect(stuartMaxwell(table).chiSquare).toBeCloseTo(closed, 8)
      expect(stuartMaxwell(table).df).toBe(2)
    })
  })

  it('averages to its degrees of freedom over every way in which the movers could have moved', () => {
    const movers = [
      [0, 1],
      [0, 1],
      [0, 2],
      [1, 2],
      [1, 2],
      [1, 3],
      [2, 3],
      [0, 3],
      [4, 5],
      [4, 5],
    ] as const
    for (let n = 1; n <= movers.length; n++) {
      const all = everyAnswer(n).map((ways) => {
        const table = Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => 0))
        ways.forEach((turned, i) => {
          const [from, to] = movers[i]!
          table[turned ? to : from]![turned ? from : to]! += 1
        })
        return stuartMaxwell(table)
      })
      expect(new Set(all.map(({ df }) => df)).size).toBe(1)
      expect(total(all.map(({ chiSquare }) => chiSquare)) / all.length).toBeCloseTo(all[0]!.df, 9)
    }
  })

  it('does not change when before and now are exchanged, the categories are written in another order, or more people stay', () => {
    always(tables, (table) => {
      const test = stuartMaxwell(table)
      const mixed = table.map((_, i) => (i + 1) % table.length).reverse()
      for (const other of [
        transposed(table),
        mixed.map((i) => mixed.map((j) => table[i]![j]!)),
        table.map((row, i) => row.map((n, j) => (i === j ? n + 17 : n))),
        [...table.map((row) => [...row, 0]), [...table.map(() => 0), 9]],
      ]) {
        const again = stuartMaxwell(other)
        expect(again.df).toBe(test.df)
        expect(Math.abs(again.chiSquare - test.chiSquare)).toBeLessThan(1e-7 * (1 + test.chiSquare))
      }
    })
  })

  it('grows with the people, lies between 0 and 1, and has at most one degree of freedom fewer than categories', () => {
    always(tables, (table) => {
      const { chiSquare, df, p } = stuartMaxwell(table)
      expect(df).toBeLessThan(table.length)
      expect(chiSquare).toBeGreaterThanOrEqual(0)
      expect(p).toBeGreaterThanOrEqual(0)
      expect(p).toBeLessThanOrEqual(1)
      expect(df === 0).toBe(table.every((row, i) => row.every((n, j) => i === j || n === 0)))
      const tenfold = stuartMaxwell(table.map((row) => row.map((n) => n * 10)))
      expect(Math.abs(tenfold.chiSquare - 10 * chiSquare)).toBeLessThan(1e-7 * (1 + chiSquare))
    })
  })

  it('says nothing when nobody moved, and finds nothing in a table as often one way as the other', () => {
    expect(
      stuartMaxwell([
        [5, 0],
        [0, 9],
      ]),
    ).toEqual({ chiSquare: 0, df: 0, p: 1 })
    expect(stuartMaxwell([])).toEqual({ chiSquare: 0, df: 0, p: 1 })
    const { chiSquare, df, p } = stuartMaxwell([
      [1, 4, 7],
      [4, 2, 5],
      [7, 5, 3],
    ])
    expect(chiSquare).toBe(0)
    expect(df).toBe(2)
    expect(p).toBe(1)
  })

  it('refuses a table that is not square or not of counts', () => {
    expect(() => stuartMaxwell([[1, 2]])).toThrow(RangeError)
    expect(() =>
      stuartMaxwell([
        [1, 2],
        [3, -1],
      ]),
    ).toThrow(RangeError)
    expect(() =>
      stuartMaxwell([
        [1, 2],
        [0.5, 1],
      ]),
    ).toThrow(RangeError)
  })
})

describe('the share weighted to those who came', () => {
  const cells = fc.array(
    fc
      .tuple(fc.nat(60), fc.nat(60), fc.nat(60))
      .map((sizes) => sizes.toSorted((a, b) => a - b) as [number, number, number])
      .map(([yes, answered, attended]): FrameCell => ({ attended, answered, yes })),
    { maxLength: 8 },
  )

  it('lets 10 answers stand for 60 and 20 for 20', () => {
    expect(
      postStratified([
        { attended: 60, answered: 10, yes: 9 },
        { attended: 20, answered: 20, yes: 6 },
      ]),
    ).toEqual({ share: 0.75, plain: 0.5, largestWeight: 2.25, covered: 1, answered: 30, cells: 2 })
  })

  it('puts cells of fewer than five answers together, and leaves them out while they are too few together', () => {
    const large = [
      { attended: 20, answered: 10, yes: 5 },
      { attended: 20, answered: 5, yes: 5 },
    ]
    const small = { attended: 10, answered: 4, yes: 0 }
    expect(postStratified([...large, small])).toMatchObject({ share: 0.75, covered: 0.8, answered: 15, cells: 2 })
    expect(postStratified([...large, small, small])).toMatchObject({ share: 0.5, covered: 1, answered: 23, cells: 3 })
  })

  it('equals the share among the room in which each silent person answers as their cell did', () => {
    always(cells, (drawn) => {
      const weighted = postStratified(drawn)
      const small = drawn.filter(({ answered }) => answered < 5)
      const merged = [
        ...drawn.filter(({ answered }) => answered >= 5),
        {
          attended: total(small.map((cell) => cell.attended)),
          answered: total(small.map((cell) => cell.answered)),
          yes: total(small.map((cell) => cell.yes)),
        },
      ].filter(({ answered }) => answered >= 5)
      if (merged.length < 2) return expect(weighted).toBeNull()
      // One person after the other, each with the weight of their cell.
      const people = merged.flatMap(({ attended, answered, yes }) =>
        Array.from({ length: answered }, (_, i) => ({ says: i < yes ? 1 : 0, weight: attended / answered })),
      )
      const weights = total(people.map(({ weight }) => weight))
      const mean = weights / people.length
      expect(weighted!.share).toBeCloseTo(total(people.map(({ says, weight }) => says * weight)) / weights, 10)
      expect(weighted!.plain).toBeCloseTo(total(people.map(({ says }) => says)) / people.length, 10)
      expect(weighted!.largestWeight).toBeCloseTo(Math.max(...people.map(({ weight }) => weight)) / mean, 10)
      expect(weighted!.covered).toBeCloseTo(weights / total(drawn.map(({ attended }) => attended)), 10)
      expect(weighted!.largestWeight).toBeGreaterThanOrEqual(1 - 1e-12)
    })
  })

  it('is the plain share when everyone answered', () => {
    always(cells, (drawn) => {
      const full = drawn.map((cell) => ({ ...cell, attended: cell.answered }))
      const weighted = postStratified(full)
      if (!weighted) return
      expect(weighted.share).toBeCloseTo(weighted.plain, 12)
      expect(weighted.largestWeight).toBeCloseTo(1, 12)
    })
  })

  it('has nothing to weigh with fewer than two cells, and refuses what does not add up', () => {
    expect(postStratified([])).toBeNull()
    expect(postStratified([{ attended: 40, answered: 20, yes: 9 }])).toBeNull()
    expect(
      postStratified([
        { attended: 40, answered: 20, yes: 9 },
        { attended: 9, answered: 4, yes: 1 },
      ]),
    ).toBeNull()
    expect(() => postStratified([{ attended: 4, answered: 5, yes: 1 }])).toThrow(RangeError)
    expect(() => postStratified([{ attended: 9, answered: 5, yes: 6 }])).toThrow(RangeError)
  })
})

describe('the two befores', () => {
  const levels = fc.nat(3)
  const people = fc.array(fc.record({ before: levels, lookingBack: levels, now: levels }), { maxLength: 60 })

  it('counts 12 good before, 8 looking back and 20 now', () => {
    expect(
      twoBefores([
        { before: 2, lookingBack: 1, now: 3, n: 6 },
        { before: 2, lookingBack: 2, now: 2, n: 6 },
        { before: 0, lookingBack: 0, now: 1, n: 8 },
        { before: 1, lookingBack: 2, now: 3, n: 2 },
        { before: 1, lookingBack: 1, now: 2, n: 6 },
      ]),
    ).toEqual({
      people: 28,
      goodBefore: 12,
      goodLookingBack: 8,
      goodNow: 20,
      lower: 6,
      same: 20,
      higher: 2,
      trueShift: 8,
      backShift: 12,
      responseShift: 4,
    })
  })

  it('agrees with asking one person after the other, however they are put together', () => {
    always(people, (asked) => {
      const tally = { people: 0, goodBefore: 0, goodLookingBack: 0, goodNow: 0, lower: 0, same: 0, higher: 0 }
      for (const { before, lookingBack, now } of asked) {
        tally.people++
        if (['good', 'strong'].includes(words[before]!)) tally.goodBefore++
        if (['good', 'strong'].includes(words[lookingBack]!)) tally.goodLookingBack++
        if (['good', 'strong'].includes(words[now]!)) tally.goodNow++
        tally[lookingBack === before ? 'same' : lookingBack > before ? 'higher' : 'lower']++
      }
      const one = twoBefores(asked.map((person) => ({ ...person, n: 1 })))
      expect(one).toMatchObject(tally)
      expect(one.backShift - one.trueShift).toBe(one.responseShift)
      expect(Math.abs(one.responseShift)).toBeLessThanOrEqual(one.lower + one.higher)
      const grouped = Object.values(Object.groupBy(asked, (person) => Object.values(person).join()))
      expect(twoBefores(grouped.map((same) => ({ ...same![0]!, n: same!.length })))).toEqual(one)
    })
  })
  const words = ['not-yet', 'some', 'good', 'strong']

  it('refuses a level that is none and half a person', () => {
    expect(() => twoBefores([{ before: 4, lookingBack: 0, now: 0, n: 1 }])).toThrow(RangeError)
    expect(() => twoBefores([{ before: 0, lookingBack: 0.5, now: 0, n: 1 }])).toThrow(RangeError)
    expect(() => twoBefores([{ before: 0, lookingBack: 0, now: 0, n: 0.5 }])).toThrow(RangeError)
  })
})

describe('the largest gap between who came and who answered', () => {
  const rows = fc.array(
    fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]) => ({ attended: Math.max(a, b), answered: Math.min(a, b) })),
    { maxLength: 8 },
  )

  it('names the group, both shares and the points between them', () => {
    expect(
      largestGap([
        { label: 'Schools', attended: 40, answered: 10 },
        { label: 'Health', attended: 30, answered: 20 },
        { label: 'Police', attended: 10, answered: 10 },
      ]),
    ).toEqual({ label: 'Schools', attended: 40, answered: 10, ofAttended: 50, ofAnswered: 25, points: -25 })
  })

  it('leaves groups of fewer than ten out, though they count among everyone', () => {
    const small = { label: 'Police', attended: 9, answered: 9 }
    expect(largestGap([small])).toBeNull()
    expect(largestGap([small, { label: 'Health', attended: 11, answered: 1 }])).toMatchObject({
      label: 'Health',
      ofAttended: 55,
      ofAnswered: 10,
    })
  })

  it('has none when nobody answered, and takes the larger of equal gaps', () => {
    expect(largestGap([{ label: 'Health', attended: 40, answered: 0 }])).toBeNull()
    expect(
      largestGap([
        { label: 'Health', attended: 10, answered: 0 },
        { label: 'Schools', attended: 30, answered: 20 },
      ])?.label,
    ).toBe('Schools')
  })

  it('is no smaller than the gap of any other group of ten', () => {
    always(rows, (drawn) => {
      const gap = largestGap(drawn.map((row, i) => ({ ...row, label: String(i) })))
      const [came, told] = [total(drawn.map((row) => row.attended)), total(drawn.map((row) => row.answered))]
      const gaps = drawn
        .filter(({ attended }) => attended >= 10)
        .map(({ attended, answered }) => Math.abs(answered / told - attended / came))
      if (told === 0 || gaps.length === 0) return expect(gap).toBeNull()
      expect(Math.abs(gap!.answered / told - gap!.attended / came)).toBeCloseTo(Math.max(...gaps), 12)
      expect(gap!.points).toBe(gap!.ofAnswered - gap!.ofAttended)
      expect(Math.abs(gap!.points - 100 * (gap!.answered / told - gap!.attended / came))).toBeLessThanOrEqual(1)
    })
  })

  it('refuses more answers than people', () => {
    expect(() => largestGap([{ label: 'Health', attended: 3, answered: 4 }])).toThrow(RangeError)
  })
})

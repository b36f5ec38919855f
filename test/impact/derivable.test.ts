import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DerivableGroup, smallestDerivable } from '#server/impact/shared/derivable.ts'
import { rankOf } from '#test/simulate/attacker.ts'

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31
const count = Number(process.env.HISTORIES ?? 4000)

const alone = (n: number) => Array.from({ length: n }, () => 1)
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)
const group = (id: string, cells: number[]): DerivableGroup => ({ id, cells })

/** The fewest people some combination rests on, by asking for every few of them: does leaving their cells out lose rank? */
function byEverySubset(
  groups: readonly DerivableGroup[],
  weights: readonly number[],
  budget: number,
  people: number[],
) {
  const everyone = [...new Set(people)].filter((one) => weights[people.indexOf(one)]! > 0)
  const weightOf = new Map(everyone.map((one) => [one, weights[people.indexOf(one)]!]))
  const matrix = (without: ReadonlySet<number>) =>
    groups.map(({ cells }) =>
      people.flatMap((one, cell) => (weights[cell]! > 0 && !without.has(one) ? [cells.includes(cell) ? 1n : 0n] : [])),
    )
  const whole = rankOf(matrix(new Set()))
  let least: number | null = null
  const choose = (from: number, chosen: number[], sum: number) => {
    if (chosen.length && (least === null || sum < least) && rankOf(matrix(new Set(chosen))) < whole) least = sum
    for (let i = from; i < everyone.length; i++) {
      const more = sum + weightOf.get(everyone[i]!)!
      if (more <= budget && (least === null || more < least)) choose(i + 1, [...chosen, everyone[i]!], more)
    }
  }
  choose(0, [], 0)
  return least
}

/** What a told combination comes to, cell by cell. */
function sumOf(
  groups: readonly DerivableGroup[],
  cells: number,
  combination: readonly { id: string; times: number }[],
) {
  const sum = Array.from({ length: cells }, () => 0)
  for (const { id, times } of combination)
    for (const cell of groups.find((g) => g.id === id)!.cells) sum[cell]! += times
  return sum
}

describe('smallestDerivable', () => {
  it('finds the remainder of a total less all but one', () => {
    const groups = [group('total', upTo(13)), group('a', upTo(5)), group('b', [5, 6, 7, 8, 9])]
    expect(smallestDerivable(groups, alone(13), 4)).toEqual({
      people: 3,
      cells: [10, 11, 12],
      combination: [
        { id: 'total', times: 1 },
        { id: 'a', times: -1 },
        { id: 'b', times: -1 },
      ].map((one) => expect.objectContaining({ id: one.id, times: expect.any(Number) })),
    })
    expect(smallestDerivable(groups.slice(0, 2), alone(13), 4)).toBeNull()
  })

  it('finds a report and a later one with one answer more, and lets a later one with five more be', () => {
    expect(smallestDerivable([group('first', upTo(20)), group('later', upTo(21))], alone(21), 4)?.people).toBe(1)
    expect(smallestDerivable([group('first', upTo(20)), group('later', upTo(25))], alone(25), 4)).toBeNull()
  })

  it('lets two partitions that cross be, though every crossing is small: neither margin tells a crossing', () => {
    // Five by five, two people in each crossing; rows and columns are shown.
    const cell = (row: number, column: number) => row * 5 + column
    const rows = upTo(5).map((r) =>
      group(
        `row ${r}`,
        upTo(5).map((c) => cell(r, c)),
      ),
    )
    const columns = upTo(5).map((c) =>
      group(
        `column ${c}`,
        upTo(5).map((r) => cell(r, c)),
      ),
    )
    const weights = upTo(25).map(() => 2)
    expect(smallestDerivable([...rows, ...columns], weights, 4)).toBeNull()
    // With one crossing shown as well, the four others of its row still hold eight.
    expect(
      smallestDerivable([...rows, ...columns, group('crossing', [cell(0, 0), cell(0, 1), cell(0, 2)])], weights, 4)
        ?.people,
    ).toBe(4)
  })

  it('finds two partitions that cross when one side nearly follows the other', () => {
    const groups = [
      group('autumn', upTo(10)),
      group('spring', [10, 11, 12, 13, 14, 15]),
      group('course', [...upTo(10), 10, 11]),
    ]
    expect(smallestDerivable(groups, alone(16), 4)?.cells).toEqual([10, 11])
  })

  it('finds a combination of three, none of them inside another', () => {
    // ab + ac - bc is twice a, which is two people.
    const groups = [group('ab', [0, 1]), group('bc', [1, 2]), group('ac', [0, 2])]
    const found = smallestDerivable(groups, [2, 10, 10], 4)
    expect(found?.people).toBe(2)
    expect(found?.combination.map(({ times }) => Math.abs(times))).toEqual([1, 1, 1])
  })

  it('counts people who changed their answers once, not as two answers', () => {
    // Thirty people; four of them answer anew between two reports, so the difference rests on four, in eight answers.
    const first = upTo(30)
    const later = [...upTo(26), 30, 31, 32, 33]
    const people = [...upTo(30), 26, 27, 28, 29]
    const groups = [group('first', first), group('later', later)]
    expect(smallestDerivable(groups, alone(34), 4, people)?.people).toBe(4)
    expect(smallestDerivable(groups, alone(34), 4)).toBeNull()
  })

  it('agrees with asking for every subset, on small families at random', () => {
    const families = fc
      .record({
        cells: fc.integer({ min: 1, max: 11 }),
        groups: fc.array(fc.integer({ min: 1, max: 2 ** 11 - 1 }), { minLength: 1, maxLength: 9 }),
        weights: fc.array(fc.constantFrom(0, 1, 1, 1, 1, 2, 3, 5, 9), { minLength: 11, maxLength: 11 }),
        budget: fc.integer({ min: 1, max: 5 }),
        twins: fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 3 }),
        isNested: fc.boolean(),
      })
      .map(({ cells, groups, weights, budget, twins, isNested }) => {
        const people = upTo(cells)
        for (const one of twins) if (one + 1 < cells) people[one + 1] = people[one]!
        const same: number[] = upTo(cells).map((cell) => weights[people[cell]!]!)
        const masks = isNested ? groups.flatMap((mask, i) => [mask, mask & (groups[i + 1] ?? 0)]) : groups
        return {
          budget,
          people,
          weights: same,
          groups: masks.map((mask, i) =>
            group(
              `g${i}`,
              upTo(cells).filter((cell) => mask & (1 << cell)),
            ),
          ),
        }
      })
    let found = 0
    fc.assert(
      fc.property(families, ({ groups, weights, budget, people }) => {
        const told = smallestDerivable(groups, weights, budget, people)
        expect(told?.people ?? null).toBe(byEverySubset(groups, weights, budget, people))
        if (!told) return
        found++
        const sum = sumOf(groups, weights.length, told.combination)
        const touched = [...sum.keys()].filter((cell) => sum[cell] !== 0 && weights[cell]! > 0)
        expect(touched).toEqual(told.cells)
        const whom = new Map(touched.map((cell) => [people[cell], weights[cell]!] as const))
        expect([...whom.values()].reduce((a, b) => a + b, 0)).toBe(told.people)
      }),
      { seed, numRuns: count },
    )
    expect(found).toBeGreaterThan(count / 10)
    expect(found).toBeLessThan((count * 19) / 20)
  })

  it('agrees with asking for every subset where people are many and groups overlap, so that safe families come as well', () => {
    const families = fc.record({
      seeds: fc.array(fc.array(fc.integer({ min: 0, max: 21 }), { minLength: 6, maxLength: 16 }), {
        minLength: 2,
        maxLength: 6,
      }),
    })
    let safe = 0
    fc.assert(
      fc.property(families, ({ seeds }) => {
        const groups = seeds.map((cells, i) => group(`g${i}`, [...new Set(cells)]))
        const told = smallestDerivable(groups, alone(22), 4)
        expect(told?.people ?? null).toBe(byEverySubset(groups, alone(22), 4, upTo(22)))
        if (!told) safe++
      }),
      { seed, numRuns: Math.ceil(count / 80) },
    )
    expect(safe).toBeGreaterThan(0)
  })

  it('copes with twenty thousand events over a hundred thousand people, with their courses and the total', () => {
    const events = upTo(20_000).map((e) =>
      group(
        `event ${e}`,
        upTo(5).map((i) => e * 5 + i),
      ),
    )
    const courses = upTo(400).map((c) =>
      group(
        `course ${c}`,
        upTo(250).map((i) => c * 250 + i),
      ),
    )
    const groups = [...events, ...courses, group('total', upTo(100_000))]
    expect(smallestDerivable(groups, alone(100_000), 4)).toBeNull()
    const later = group('later', upTo(99_998))
    expect(smallestDerivable([...groups, later], alone(100_000), 4)?.people).toBe(2)
  }, 30_000)
})

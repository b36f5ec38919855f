import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Branch,
  defaultThresholds,
  mayShow,
  percentages,
  shownGroups,
  type Thresholds,
} from '#server/impact/shared/disclosure.ts'

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31
const count = Number(process.env.HISTORIES ?? 3000)

function branch(id: string, attended: number, answered: number, children: Branch[] = []): Branch {
  return { id, attended, answered, children }
}

function everyBranch(tree: Branch): Branch[] {
  return [tree, ...(tree.children ?? []).flatMap(everyBranch)]
}

function inside(tree: Branch): Branch[] {
  return (tree.children ?? []).flatMap(everyBranch)
}

/** What each group would be shown by its own size alone: the rule that leaks. */
function naivelyShown(tree: Branch, thresholds: Thresholds): Set<string> {
  return new Set(
    everyBranch(tree)
      .filter((group) => mayShow(group, thresholds))
      .map(({ id }) => id),
  )
}

/** Every number of answerers left when a shown group loses any set of shown groups inside it that do not overlap. */
function subtractions(tree: Branch, shown: ReadonlySet<string>): number[] {
  const partsOf = (group: Branch): Set<number> => {
    let sums = new Set([0])
    for (const child of group.children ?? []) {
      const choices = partsOf(child)
      if (shown.has(child.id)) choices.add(child.answered)
      sums = new Set([...sums].flatMap((sum) => [...choices].map((choice) => sum + choice)))
    }
    return sums
  }
  return everyBranch(tree)
    .filter(({ id }) => shown.has(id))
    .flatMap((group) => [...partsOf(group)].map((taken) => group.answered - taken))
}

type Atom = { under: Set<string>; answered: number }

/** The smallest pieces that the tree is made of: what each group holds beyond its branches, with the groups it counts in. */
function atomsOf(tree: Branch, above: readonly string[] = []): Atom[] {
  const under = [...above, tree.id]
  const children = tree.children ?? []
  const own = tree.answered - children.reduce((sum, child) => sum + child.answered, 0)
  const atoms = children.flatMap((child) => atomsOf(child, under))
  return own > 0 ? [{ under: new Set(under), answered: own }, ...atoms] : atoms
}

const prime = 1_000_003

function inverse(n: number): number {
  let [result, base, power] = [1, n, prime - 2]
  for (; power > 0; power = Math.floor(power / 2)) {
    if (power % 2 === 1) result = (result * base) % prime
    base = (base * base) % prime
  }
  return result
}

/** Adds a row to an echelon form unless the rows already there make it up; answers whether it was new. */
function independent(echelon: number[][], row: readonly number[]): boolean {
  let left = [...row]
  for (const pivot of echelon) {
    const at = pivot.findIndex((value) => value !== 0)
    const factor = left[at]!
    left = left.map((value, i) => (value - factor * pivot[i]! + factor * prime) % prime)
  }
  left = left.map((value) => ((value % prime) + prime) % prime)
  const at = left.findIndex((value) => value !== 0)
  if (at === -1) return false
  const scale = inverse(left[at]!)
  echelon.push(left.map((value) => (value * scale) % prime))
  return true
}

/** Groups of atoms with 1 to 4 answerers whose distribution some linear combination of the shown ones gives. */
function linearLeaks(tree: Branch, shown: ReadonlySet<string>, thresholds: Thresholds): Atom[][] {
  const atoms = atomsOf(tree)
  const known: number[][] = []
  for (const { id } of everyBranch(tree))
    if (shown.has(id))
      independent(
        known,
        atoms.map(({ under }) => (under.has(id) ? 1 : 0)),
      )
  const leaks: Atom[][] = []
  const search = (from: number, chosen: number[], answered: number) => {
    if (
      chosen.length > 0 &&
      !independent(
        [...known],
        atoms.map((_, i) => (chosen.includes(i) ? 1 : 0)),
      )
    )
      leaks.push(chosen.map((i) => atoms[i]!))
    for (let i = from; i < atoms.length; i++) {
      const sum = answered + atoms[i]!.answered
      if (sum < thresholds.answered) search(i + 1, [...chosen, i], sum)
    }
  }
  search(0, [], 0)
  return leaks
}

const sizes = fc.record({ answered: fc.integer({ min: 0, max: 12 }), silent: fc.integer({ min: 0, max: 12 }) })
const few = fc.record({ answered: fc.integer({ min: 0, max: 3 }), silent: fc.integer({ min: 0, max: 3 }) })

/** Trees of up to 4 courses of up to 4 events, some with people whom no branch holds. */
const trees = fc
  .record({
    rest: fc.option(few, { nil: { answered: 0, silent: 0 }, freq: 3 }),
    courses: fc.array(
      fc.record({
        rest: fc.option(few, { nil: { answered: 0, silent: 0 }, freq: 3 }),
        events: fc.array(sizes, { maxLength: 4 }),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ rest, courses }): Branch => {
    const sum = (id: string, own: { answered: number; silent: number }, children: Branch[]) =>
      branch(
        id,
        children.reduce((n, child) => n + child.attended, own.answered + own.silent),
        children.reduce((n, child) => n + child.answered, own.answered),
        children,
      )
    return sum(
      'programme',
      rest,
      courses.map((course, i) =>
        sum(
          `course ${i}`,
          course.rest,
          course.events.map((event, j) => branch(`event ${i}.${j}`, event.answered + event.silent, event.answered)),
        ),
      ),
    )
  })

const settings = fc.oneof(
  { weight: 3, arbitrary: fc.constant(defaultThresholds) },
  {
    weight: 1,
    arbitrary: fc.record({
      attended: fc.integer({ min: 0, max: 12 }),
      answered: fc.integer({ min: 2, max: 7 }),
      percentages: fc.constant(10),
    }),
  },
)

function holds(name: string, property: (tree: Branch, thresholds: Thresholds) => void): void {
  console.info(`${name}: seed ${seed}, ${count} trees`)
  fc.assert(fc.property(trees, settings, property), { seed, numRuns: count, interruptAfterTimeLimit: 50_000 })
}

describe('a group alone', () => {
  it('shows its answers from ten who came and five who answered', () => {
    expect(mayShow({ attended: 10, answered: 5 })).toBe(true)
    expect(mayShow({ attended: 9, answered: 9 })).toBe(false)
    expect(mayShow({ attended: 80, answered: 4 })).toBe(false)
  })

  it('shows percentages from ten answers', () => {
    expect(percentages(10)).toBe(true)
    expect(percentages(9)).toBe(false)
  })

  it('follows the settings', () => {
    expect(mayShow({ attended: 8, answered: 4 }, { attended: 8, answered: 4, percentages: 10 })).toBe(true)
    expect(percentages(10, { attended: 10, answered: 5, percentages: 12 })).toBe(false)
  })
})

describe('groups shown together', () => {
  it('shows every level when no group is small', () => {
    const tree = branch('year', 60, 30, [
      branch('a', 30, 15, [branch('a1', 15, 8), branch('a2', 15, 7)]),
      branch('b', 30, 15, [branch('b1', 15, 5), branch('b2', 15, 10)]),
    ])
    expect(shownGroups(tree)).toEqual(new Set(['year', 'a', 'a1', 'a2', 'b', 'b1', 'b2']))
  })

  it('hides the next smallest beside a lone small one, which would be the difference', () => {
    const course = branch('course', 50, 24, [branch('one', 20, 12), branch('two', 15, 9), branch('three', 15, 3)])
    expect(shownGroups(course)).toEqual(new Set(['course', 'one']))
  })

  it('hides nothing more when the small ones together are enough', () => {
    const course = branch('course', 50, 26, [branch('one', 20, 20), branch('two', 15, 3), branch('three', 15, 3)])
    expect(shownGroups(course)).toEqual(new Set(['course', 'one']))
    const answers = branch('course', 50, 20, [branch('one', 20, 20), branch('two', 30, 0)])
    expect(shownGroups(answers)).toEqual(new Set(['course', 'one']))
  })

  it('hides the events of a course hidden for another’s sake', () => {
    const year = branch('year', 70, 33, [
      branch('a', 40, 20, [branch('a1', 40, 20)]),
      branch('b', 20, 10, [branch('b1', 10, 5), branch('b2', 10, 5)]),
      branch('c', 10, 3, [branch('c1', 10, 3)]),
    ])
    expect(shownGroups(year)).toEqual(new Set(['year', 'a', 'a1']))
  })

  it('counts people who stand in no branch among the hidden', () => {
    const course = branch('course', 40, 20, [branch('one', 20, 11), branch('two', 15, 6)])
    expect(shownGroups(course)).toEqual(new Set(['course', 'one']))
  })

  it('shows nothing under a programme that may not be shown', () => {
    expect(shownGroups(branch('year', 9, 9, [branch('a', 9, 9)]))).toEqual(new Set())
  })

  it('breaks ties the same way whatever the order of the branches', () => {
    const children = [branch('b', 12, 6), branch('a', 12, 6), branch('c', 12, 2)]
    expect(shownGroups(branch('x', 36, 14, children))).toEqual(new Set(['x', 'a']))
    expect(shownGroups(branch('x', 36, 14, [...children].reverse()))).toEqual(new Set(['x', 'a']))
  })

  it('refuses a tree for which the proof would not hold', () => {
    expect(() => shownGroups(branch('x', 10, 11))).toThrow(RangeError)
    expect(() => shownGroups(branch('x', 10, -1))).toThrow(RangeError)
    expect(() => shownGroups(branch('x', 20, 10, [branch('x', 10, 5)]))).toThrow(RangeError)
    expect(() => shownGroups(branch('x', 20, 10, [branch('a', 12, 6), branch('b', 12, 2)]))).toThrow(RangeError)
    expect(() => shownGroups(branch('x', 20, 10, [branch('a', 10, 6), branch('b', 10, 5)]))).toThrow(RangeError)
  })
})

describe('the differencing attack', () => {
  const lone = branch('year', 90, 44, [
    branch('a', 50, 24, [branch('a1', 20, 12), branch('a2', 15, 9), branch('a3', 15, 3)]),
    branch('b', 40, 20),
  ])

  it('finds the three people whom size alone would have given away', () => {
    const naive = naivelyShown(lone, defaultThresholds)
    expect(subtractions(lone, naive)).toContain(3)
    expect(linearLeaks(lone, naive, defaultThresholds).map((leak) => leak.map(({ answered }) => answered))).toEqual([
      [3],
    ])
    expect(linearLeaks(lone, shownGroups(lone), defaultThresholds)).toEqual([])
  })

  it('finds nobody by taking any shown groups from any shown group', () => {
    holds('subtraction', (tree, thresholds) => {
      const left = subtractions(tree, shownGroups(tree, thresholds))
      expect(left.filter((answered) => answered !== 0 && answered < thresholds.answered)).toEqual([])
    })
  })

  it('finds nobody by any linear combination of everything shown', () => {
    holds('linear combination', (tree, thresholds) => {
      expect(linearLeaks(tree, shownGroups(tree, thresholds), thresholds)).toEqual([])
    })
  })

  it('is kept off at no more than one further group in each place, and only where it would have worked', () => {
    holds('cost', (tree, thresholds) => {
      const shown = shownGroups(tree, thresholds)
      for (const parent of everyBranch(tree).filter(({ id }) => shown.has(id))) {
        const large = (parent.children ?? []).filter((child) => mayShow(child, thresholds))
        const given = large.filter(({ id }) => !shown.has(id))
        const rest = parent.answered - large.reduce((sum, child) => sum + child.answered, 0)
        const isNeeded = rest > 0 && rest < thresholds.answered && large.length > 0
        expect(given.length).toBe(isNeeded ? 1 : 0)
        for (const child of given) expect(inside(child).some(({ id }) => shown.has(id))).toBe(false)
      }
    })
  })

  it('would often work on these trees if size alone decided', () => {
    let leaking = 0
    for (const tree of fc.sample(trees, { seed, numRuns: 300 }))
      if (linearLeaks(tree, naivelyShown(tree, defaultThresholds), defaultThresholds).length > 0) leaking++
    expect(leaking).toBeGreaterThan(60)
  })
})

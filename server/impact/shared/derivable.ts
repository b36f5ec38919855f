import { blocksOf, primes, Span } from './span.ts'

/*
 * What can be worked out from the groups that are shown, by adding and subtracting them: an exact decision (see span.ts for the theorem).
 * Here the groups are made small first: people whom no group tells apart become one class, what needs no search is peeled off, and what
 * is tied by no shared person is decided apart.
 */

export interface DerivableGroup {
  id: string
  /** Indexes of cells, each at most once. */
  cells: readonly number[]
}

export interface GivenAway {
  /** How many people the combination rests on. */
  people: number
  /** The cells it touches. */
  cells: number[]
  /** Whole numbers: how many times each group is added (or, below nought, taken away). */
  combination: { id: string; times: number }[]
}

/**
 * The fewest people, if `budget` or fewer, that any combination of the groups rests on, or null when there are none.
 * @param weights people in each cell; a cell of nobody is left out
 * @param people cells with the same number here are the same people (their answer before, and after they changed it), who count once;
 * without it every cell is other people. Cells of the same people have the same weight.
 */
export function smallestDerivable(
  groups: readonly DerivableGroup[],
  weights: readonly number[],
  budget: number,
  people?: readonly number[],
): GivenAway | null {
  const classes = classesOf(groups, weights, people)
  let found: GivenAway | null = null
  for (let least = budget; least > 0; ) {
    const next = derivableWithin(groups, classes, least)
    if (!next) break
    found = next
    least = next.people - 1
  }
  return found
}

/** How many kinds of people there are whom no group tells apart, of those who stand in any. */
export function classCount(groups: readonly DerivableGroup[], weights: readonly number[], people?: readonly number[]) {
  return classesOf(groups, weights, people).length
}

/** People whom no group tells apart. `columns` are the different answers of theirs: the groups that hold each. */
interface Class {
  weight: number
  columns: { cells: number[]; groups: number[] }[]
}

function classesOf(groups: readonly DerivableGroup[], weights: readonly number[], people?: readonly number[]): Class[] {
  const held: number[][] = weights.map(() => [])
  groups.forEach(({ cells }, g) => {
    for (const cell of cells) held[cell]!.push(g)
  })
  const classes = new Map<string, Class>()
  for (const block of blocksOf(weights, people)) {
    const inSome = block.filter((cell) => held[cell]!.length > 0)
    if (!inSome.length) continue
    const key = inSome.map((cell) => held[cell]!.join(',')).join(';')
    const known = classes.get(key)
    const weight = Math.max(...inSome.map((cell) => weights[cell]!))
    if (known) {
      known.weight += weight
      inSome.forEach((cell, k) => {
        known.columns[k]!.cells.push(cell)
      })
    } else classes.set(key, { weight, columns: inSome.map((cell) => ({ cells: [cell], groups: held[cell]! })) })
  }
  return [...classes.values()]
}

function derivableWithin(
  groups: readonly DerivableGroup[],
  classes: readonly Class[],
  budget: number,
): GivenAway | null {
  const columns = classes.flatMap(({ weight, columns }, block) =>
    columns.map((column) => ({ ...column, weight, block, isAlone: columns.length === 1 })),
  )
  const peeled = peel(groups.length, columns, budget)
  for (const component of componentsOf(groups.length, columns, peeled)) {
    const times = combinationWithin(component.rows, component.columns, columns, peeled.held, budget)
    if (!times) continue
    for (const { group, column } of peeled.cancelling.reverse()) {
      let sum = 0
      for (const other of columns[column]!.groups) if (other !== group) sum += times.get(other) ?? 0
      if (sum !== 0) times.set(group, -sum)
    }
    return toldExactly(groups, columns, times)
  }
  return null
}

interface Column {
  cells: number[]
  groups: number[]
  weight: number
  block: number
  isAlone: boolean
}

interface Peeled {
  isGone: Uint8Array
  isGoneColumn: Uint8Array
  held: Set<number>[]
  cancelling: { group: number; column: number }[]
}

/**
 * What needs no search, however many groups there are. A group alone in holding too many people to be few takes part in no
 * combination of few people; a group that holds nothing but one such class can always cancel it, so that neither matters to the rest.
 */
function peel(groupCount: number, columns: readonly Column[], budget: number): Peeled {
  const held: Set<number>[] = Array.from({ length: groupCount }, () => new Set())
  const left: Set<number>[] = columns.map(({ groups }) => new Set(groups))
  columns.forEach(({ groups }, c) => {
    for (const g of groups) held[g]!.add(c)
  })
  const isGone = new Uint8Array(groupCount)
  const isGoneColumn = new Uint8Array(columns.length)
  const cancelling: Peeled['cancelling'] = []
  const isHeavy = (c: number) => columns[c]!.isAlone && columns[c]!.weight > budget
  const asked = Array.from({ length: groupCount }, (_, g) => g)
  const isItsAlone = (c: number) => !isGoneColumn[c] && left[c]!.size === 1 && isHeavy(c)
  /** Those that take part in nothing, and whoever follows from it. */
  const drop = (first: number) => {
    const going = [first]
    for (let g = going.pop(); g !== undefined; g = going.pop()) {
      if (isGone[g]) continue
      isGone[g] = 1
      for (const c of held[g]!) {
        left[c]!.delete(g)
        if (isItsAlone(c)) going.push(...left[c]!)
      }
    }
  }
  columns.forEach((_, c) => {
    if (isItsAlone(c)) drop([...left[c]!][0]!)
  })
  for (let g = asked.pop(); g !== undefined; g = asked.pop()) {
    if (isGone[g] || held[g]!.size !== 1) continue
    const c = [...held[g]!][0]!
    if (!isHeavy(c)) continue
    isGone[g] = 1
    isGoneColumn[c] = 1
    cancelling.push({ group: g, column: c })
    for (const other of left[c]!) {
      if (other === g || isGone[other]) continue
      held[other]!.delete(c)
      asked.push(other)
    }
  }
  return { isGone, isGoneColumn, held, cancelling }
}

/** Groups tied to each other by people they share (a person's two answers tie as well): nothing is worked out across. */
function componentsOf(groupCount: number, columns: readonly Column[], peeled: Peeled) {
  const parent = Array.from({ length: groupCount }, (_, g) => g)
  const rootOf = (g: number) => {
    while (parent[g] !== g) g = parent[g] = parent[parent[g]!]!
    return g
  }
  const firstOfBlock = new Map<number, number>()
  columns.forEach(({ groups, block }, c) => {
    if (peeled.isGoneColumn[c]) return
    for (const g of groups) {
      if (peeled.isGone[g]) continue
      const first = firstOfBlock.get(block)
      if (first === undefined) firstOfBlock.set(block, g)
      else parent[rootOf(g)] = rootOf(first)
    }
  })
  const components = new Map<number, { rows: number[]; columns: number[] }>()
  for (let g = 0; g < groupCount; g++) {
    if (peeled.isGone[g]) continue
    const root = rootOf(g)
    const component = components.get(root)
    if (component) component.rows.push(g)
    else components.set(root, { rows: [g], columns: [] })
  }
  columns.forEach(({ groups }, c) => {
    if (peeled.isGoneColumn[c]) return
    const first = groups.find((g) => !peeled.isGone[g])
    if (first !== undefined) components.get(rootOf(first))!.columns.push(c)
  })
  return components.values()
}

/** How many times each group of one component is taken in a combination of few people, or null. */
function combinationWithin(
  rows: readonly number[],
  inside: readonly number[],
  columns: readonly Column[],
  held: readonly Set<number>[],
  budget: number,
): Map<number, number> | null {
  const cellOf = new Map(inside.map((c, cell) => [c, cell]))
  const weights = inside.map((c) => columns[c]!.weight)
  const blocks = inside.map((c) => columns[c]!.block)
  const shortestFirst = [...rows].sort((a, b) => held[a]!.size - held[b]!.size || a - b)
  const cellsOf = shortestFirst.map((g) => [...held[g]!].map((c) => cellOf.get(c)!))
  for (const prime of primes) {
    const whole = new Span(weights, budget, blocks, prime)
    const isExact = cellsOf.every((cells) => whole.addUnasked(cells))
    const told = isExact ? whole.decideAll() : 'undecided'
    if (told === 'safe') return null
    const given = told === 'gives away' ? whole.lastGivenAway() : null
    if (given) return new Map(given.map(({ asked, times }) => [shortestFirst[asked]!, times]))
    const span = new Span(weights, budget, blocks, prime)
    let isMisled = false
    for (const cells of cellsOf) {
      if (span.add(cells) !== 'gives away') continue
      const told = span.lastGivenAway()
      if (told) {
        return new Map(told.map(({ asked, times }) => [shortestFirst[asked]!, times]))
      }
      isMisled = true
      break
    }
    if (!isMisled) return null
  }
  throw new RangeError('No prime tells whether these groups give people away')
}

/** The combination in whole numbers over the cells: the last word, whatever the search believed. */
function toldExactly(
  groups: readonly DerivableGroup[],
  columns: readonly Column[],
  times: Map<number, number>,
): GivenAway {
  const blocks = new Map<number, number>()
  const cells: number[] = []
  for (const column of columns) {
    let sum = 0
    for (const g of column.groups) sum += times.get(g) ?? 0
    if (sum === 0) continue
    blocks.set(column.block, column.weight)
    cells.push(...column.cells)
  }
  const people = [...blocks.values()].reduce((sum, weight) => sum + weight, 0)
  if (people === 0) throw new RangeError('A combination that gives nobody away was told as one that does')
  return {
    people,
    cells: cells.sort((a, b) => a - b),
    combination: [...times]
      .filter(([, n]) => n !== 0)
      .sort(([a], [b]) => a - b)
      .map(([g, n]) => ({ id: groups[g]!.id, times: n })),
  }
}

/** Attacks on partnerships at random, as many from each seed as it is told; a process of its own when `attack.ts` forks it. */
import fc from 'fast-check'
import { mayShow } from '#server/impact/shared/disclosure.ts'
import { shownFamilies } from '#server/impact/shared/shown.ts'
import { byEverySet, byPencil } from './attacker.ts'
import { type Plan, plans, publish, type Show } from './partnership.ts'

export interface Attacks {
  partnerships: number
  rows: number
  /** Partnerships in which more than one row was shown: there is something to subtract. */
  several: number
  /** Partnerships where every set of up to four people was tried. */
  whole: number
  /** What was given away and the smallest partnership that does, or null. */
  broken: string | null
}

/** So many sets of people are tried in one partnership. */
const mostSets = 150_000

export function attack(plan: Plan, show: Show) {
  const rows = publish(plan, show)
  const win = rows.length ? (byPencil(rows) ?? byEverySet(rows, mostSets)) : null
  return { rows: rows.length, win: win ?? null, isWhole: win === null }
}

/** What showing by size alone would be: the guard switched off. */
export const bySizeAlone: Show = (cells, _already, families) =>
  new Map(
    families.map(({ id, rows }) => [
      id,
      rows
        .map((row) => ({
          ids: [row.id],
          cells: [...row.cells],
          attended: row.attended,
          answered: row.cells.reduce((sum, cell) => sum + cells[cell]!.answered, 0),
        }))
        .filter((row) => mayShow(row)),
    ]),
  )

export function attackMany(seed: number, count: number): Attacks {
  const told = { partnerships: 0, rows: 0, several: 0, whole: 0 }
  const result = fc.check(
    fc.property(plans, (plan) => {
      const { rows, win, isWhole } = attack(plan, shownFamilies)
      told.partnerships++
      told.rows += rows
      if (rows > 1) told.several++
      if (isWhole) told.whole++
      if (win) throw new Error(`Given away: ${win.people}, by ${win.how}`)
    }),
    { seed, numRuns: count },
  )
  const broken = result.failed ? `${result.errorInstance}\n${JSON.stringify(result.counterexample, null, 1)}` : null
  return { ...told, broken }
}

if (process.send && process.argv[1] === import.meta.filename) {
  process.on('message', ({ seed, count }: { seed: number; count: number }) => {
    process.send?.(attackMany(seed, count))
  })
  process.on('disconnect', () => process.exit(0))
}

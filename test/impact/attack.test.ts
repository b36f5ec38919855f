import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attack, attackMany, bySizeAlone } from '#test/simulate/attack-hundred.ts'
import { byEverySet, byPencil } from '#test/simulate/attacker.ts'
import { plans } from '#test/simulate/partnership.ts'

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31
const count = Number(process.env.HISTORIES ?? 300)

describe('an attacker who adds and subtracts what is published', () => {
  it(`learns of no group of one to four answerers, over random partnerships and their reports (seed ${seed})`, () => {
    const told = attackMany(seed, count)
    expect(told.broken).toBeNull()
    expect(told.several).toBeGreaterThan(count / 2)
    expect(told.whole).toBeGreaterThan(count / 2)
  })

  it('wins against showing by size alone, so that it is an attacker at all', () => {
    const tried = fc.sample(plans, { seed, numRuns: 60 })
    const won = tried.filter((plan) => attack(plan, bySizeAlone).win !== null)
    expect(won.length).toBeGreaterThan(tried.length / 2)
  })

  it('finds what takes more than three rows only by trying every set', () => {
    const units = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}:0`)
    const row = (from: number, to: number) => ({
      where: 'page',
      row: `${from}`,
      units: units(from, to),
      counts: [to - from],
    })
    const rows = [row(0, 34), row(0, 8), row(8, 16), row(16, 24), row(24, 32)]
    expect(byPencil(rows)).toBeNull()
    expect(byEverySet(rows, 1000)?.people).toBe(2)
    expect(byEverySet(rows.slice(0, 4), 1000)).toBeNull()
  })
})

/** A process of its own that lives random histories, as many from each seed as it is told. */
import fc from 'fast-check'
import { histories, live } from './history.ts'

export interface Hundred {
  asked: number
  days: number
  /** The rule that was broken and the smallest history that breaks it, or null. */
  broken: string | null
}

process.on('message', async ({ seed, count }: { seed: number; count: number }) => {
  let asked = 0
  let days = 0
  const result = await fc.check(
    fc.asyncProperty(histories, async (history) => {
      const told = await live(history)
      asked += told.asked
      days += told.days
      if (told.broken.length) throw new Error(told.broken.map(({ rule, about }) => `${rule}: ${about}`).join('\n'))
    }),
    { seed, numRuns: count },
  )
  const broken = result.failed ? `${result.errorInstance}\n${JSON.stringify(result.counterexample, null, 1)}` : null
  process.send?.({ asked, days, broken } satisfies Hundred)
})
process.on('disconnect', () => process.exit(0))

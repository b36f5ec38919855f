/** Any history of asking keeps the rules (test/simulate/rules.ts). HISTORIES=n raises the count; SEED=n repeats a run. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { histories, live } from '#test/simulate/history.ts'

const count = Number(process.env.HISTORIES ?? 500)
const seed = Number(process.env.SEED ?? 20_261_121)

describe('any history of asking', () => {
  it('holds the next follow-up while the last message of a series waits for a mail server', async () => {
    const { broken } = await live({
      season: 0,
      events: [
        { day: 0, earns: 'full' },
        { day: 0, earns: 'full' },
        { day: 2, earns: 'one-question' },
      ],
      people: [
        { agency: 'council', comes: 15 },
        { agency: 'council', comes: 1 },
      ],
      steps: [
        { day: 13, what: 'postpone', who: 8, n: 3 },
        { day: 20, what: 'defer', who: 8, n: 0 },
      ],
    })
    expect(broken).toEqual([])
  })

  it('makes nobody wait past their own time for another follow-up that is paused', async () => {
    const { broken } = await live({
      season: 0,
      events: [
        { day: 0, earns: 'full' },
        { day: 0, earns: 'full' },
      ],
      people: [{ agency: 'council', comes: 3 }],
      steps: [
        { day: 0, what: 'sleep', who: 0, n: 9 },
        { day: 10, what: 'pause', who: 0, n: 23 },
      ],
    })
    expect(broken).toEqual([])
  })

  it('keeps every rule, whoever answers, leaves, pauses, crashes or sleeps', async () => {
    let lived = 0
    let asked = 0
    let days = 0
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const told = await live(history, { isByHttp: lived++ % 50 === 0 })
        asked += told.asked
        days += told.days
        expect(told.broken).toEqual([])
      }),
      { seed, numRuns: count, endOnFailure: process.env.SHRINK === undefined },
    )
    console.log(`histories of asking: SEED=${seed}, ${count} histories, ${days} days, ${asked} asking messages`)
    expect(asked).toBeGreaterThan(count)
  }, 600_000)
})

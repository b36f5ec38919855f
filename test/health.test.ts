import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '#server/app.ts'
import { transact } from '#server/context.ts'
import { queue } from '#server/outbox/queue.ts'
import { makeWorld, type TestWorld } from './world.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld({ mode: 'live' })
})
afterEach(() => w.close())

const health = async () => {
  const { status, json } = await w.visitor.get('/healthz')
  return { status, ...json }
}
const stale = { status: 503, ok: false, reason: 'The chores have not run for ten minutes' }

describe('/healthz', () => {
  it('of a live installation says that it is well, and nothing else', async () => {
    await w.chores()
    expect(await health()).toEqual({ status: 200, ok: true })
  })

  it('is 503 with the reason once the chores have not run for ten minutes, and well again when they have', async () => {
    await w.chores()
    w.later('PT10M')
    expect(await health()).toEqual({ status: 200, ok: true })
    w.later('PT1S')
    expect(await health()).toEqual(stale)
    await w.chores()
    expect(await health()).toEqual({ status: 200, ok: true })
  })

  it('gives a new installation ten minutes to run them for the first time', async () => {
    expect(await health()).toEqual({ status: 200, ok: true })
    w.later('PT10M1S')
    expect(await health()).toEqual(stale)
  })

  it('is 503 when the database does not answer, and says no more than that', async () => {
    const fails = () => {
      throw new Error('disk I/O error')
    }
    const read = new Proxy(w.store.read, { get: () => fails })
    const answer = await createApp({ ...w.world, store: { ...w.store, read } }).request(`${w.config.origin}/healthz`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({ ok: false, reason: 'The database does not answer' })
  })

  it('of the example tells its mode, its version and how old the oldest message owed is', async () => {
    const example = await makeWorld()
    await transact(example.ctx(), (ctx) =>
      queue(ctx, { kind: 'booking-confirmation', about: 'booking:1', occurrence: '1', toPersonId: example.stage.bea }),
    )
    example.later('PT5M')
    expect((await example.visitor.get('/healthz')).json).toEqual({
      ok: true,
      mode: 'example',
      version: 'test',
      oldestDueMessageMs: 300_000,
      lastChoreRunAt: null,
    })
    await example.close()
  })
})

/** The chore that keeps a snapshot of every event that reports read. */
import { inArray } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { eventSnapshots } from '#db/impact.ts'
import { eventCancellations } from '#db/schema.ts'
import { runChores } from '#server/chores.ts'
import { snapshotsOf, unpack } from '#server/impact/snapshot.ts'
import { keepSnapshots } from '#server/impact/snapshots.ts'
import type { TestWorld } from '#test/world.ts'
import { type Attender, attend } from './attenders.ts'
import { openWorlds } from './open-worlds.ts'

const world = openWorlds()

const answered: Attender = { practice: 'once', before: [0, 1], now: [2, 3] }
const keep = (w: TestWorld) => keepSnapshots(w.ctx())
const keptOf = async (w: TestWorld): Promise<number[]> =>
  (await w.store.read.select({ id: eventSnapshots.eventId }).from(eventSnapshots)).map(({ id }) => id)
const drop = (w: TestWorld, ...eventIds: number[]) =>
  w.store.write((db) => db.delete(eventSnapshots).where(inArray(eventSnapshots.eventId, eventIds)))

describe('the chore', () => {
  it('packs every event that is over and not cancelled, and then finds nothing', async () => {
    const w = await world()
    const held = await w.stage.event({ on: ['2026-01-20'] })
    const nobody = await w.stage.event({ on: ['2026-01-27'] })
    const cancelled = await w.stage.event({ on: ['2026-01-21'] })
    const draft = await w.stage.event({ on: ['2026-01-28'] })
    await w.stage.event({ on: ['2026-09-14'] })
    await w.stage.event({ on: ['2026-11-02'] })
    await attend(w, held, [{ ...answered }])
    await w.client.execute(`update events set published_at = null where id = ${draft}`)
    await w.store.write((db) => db.insert(eventCancellations).values({ eventId: cancelled, at: 0, reason: 'Ill' }))
    expect(await keep(w)).toBe(true)
    expect(await keptOf(w)).toEqual([held, nobody])
    expect(await keep(w)).toBe(false)
    w.later('PT2H')
    expect(await keep(w)).toBe(false)
  })

  it('packs an event again once an hour, not with every answer', async () => {
    const w = await world()
    const id = await w.stage.event({ on: ['2026-01-20'] })
    await keep(w)
    await attend(w, id, [{ ...answered }])
    expect(await keptOf(w)).toEqual([])
    w.later('PT59M')
    expect(await keep(w)).toBe(false)
    w.later('PT1M')
    expect(await keep(w)).toBe(true)
    expect(await keptOf(w)).toEqual([id])
  })

  it('goes on at once when there was more than one call packs', async () => {
    const w = await world()
    for (let n = 0; n < 35; n++) await w.stage.event({ on: ['2026-01-20'] })
    expect(await keep(w)).toBe(true)
    expect(await keptOf(w)).toHaveLength(30)
    expect(await keep(w)).toBe(true)
    expect(await keptOf(w)).toHaveLength(35)
    expect(await keep(w)).toBe(false)
  })

  it('is done by two runners at once, each event once', async () => {
    const w = await world()
    const ids: number[] = []
    for (let n = 0; n < 12; n++) ids.push(await w.stage.event({ on: ['2026-01-20'] }))
    await w.client.executeMultiple(
      'create table packed (event_id integer); create trigger packed_once after insert on event_snapshots begin insert into packed values (new.event_id); end; create trigger packed_twice after update on event_snapshots begin insert into packed values (new.event_id); end',
    )
    await Promise.all([keep(w), keep(w)])
    const { rows } = await w.client.execute('select event_id from packed order by 1')
    expect(rows.map((row) => Number(row.event_id))).toEqual(ids)
  })

  it('packs what was packed in another form', async () => {
    const w = await world()
    const id = await w.stage.event({ on: ['2026-01-20'] })
    await keep(w)
    const [made] = await w.store.read.select().from(eventSnapshots)
    await w.store.write((db) => db.update(eventSnapshots).set({ shape: 'an earlier one' }))
    w.later('PT1H')
    expect(await keep(w)).toBe(true)
    expect(await w.store.read.select().from(eventSnapshots)).toEqual([made])
    expect(made!.eventId).toBe(id)
  })

  it('packs again after a week, and not sooner, while why people are silent may still change by itself', async () => {
    const w = await world()
    const id = await w.stage.event({ on: ['2026-06-12'] })
    await attend(w, id, [{ asked: null }])
    const kept = () =>
      w.store.read.select({ on: eventSnapshots.madeOn, settled: eventSnapshots.settled }).from(eventSnapshots)
    await keep(w)
    expect(await kept()).toEqual([{ on: '2026-09-14', settled: false }])
    w.later('P6D')
    expect(await keep(w)).toBe(false)
    w.later('P1D')
    expect(await keep(w)).toBe(true)
    expect(await keep(w)).toBe(false)
    expect(await kept()).toEqual([{ on: '2026-09-21', settled: false }])
    w.later('P3M')
    expect(await keep(w)).toBe(true)
    expect(await kept()).toEqual([{ on: '2026-12-21', settled: true }])
    w.later('P1Y')
    expect(await keep(w)).toBe(false)
  })

  it('packs again what was made on a later day, before the clock was put right', async () => {
    const w = await world()
    await w.stage.event({ on: ['2026-01-20'] })
    await keep(w)
    const [made] = await w.store.read.select().from(eventSnapshots)
    await w.store.write((db) => db.update(eventSnapshots).set({ madeOn: '2031-01-01', settled: true }))
    w.later('PT1H')
    expect(await keep(w)).toBe(true)
    expect(await w.store.read.select().from(eventSnapshots)).toEqual([made])
  })

  it('is read wherever its bytes stand', async () => {
    const w = await world()
    const id = await w.stage.event({ on: ['2026-01-20'] })
    const [{ packed } = { packed: new Uint8Array() }] = await snapshotsOf(w.store.read, [id], '2026-09-14')
    const elsewhere = Buffer.from(new ArrayBuffer(packed.length + 4), 4)
    elsewhere.set(packed)
    expect(unpack(elsewhere)).toEqual(unpack(packed))
  })

  it('waits while any other chore has something to do, and while the example’s clock is moved', async () => {
    const w = await world()
    const id = await w.stage.event({ on: ['2026-01-20'] })
    await runChores(w.world, { isPressed: true })
    expect(await keptOf(w)).toEqual([])
    await drop(w, id)
    await w.chores()
    expect(await keptOf(w)).toEqual([id])
  })
})

/** Writing to a real file: alone, all or nothing, and patient with whoever else holds it (house.md section 3; trust.md R22–R24). */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@libsql/client'
import { and, asc, count, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import {
  agencies,
  bookingSteps,
  bookings,
  eventSessions,
  events,
  heartbeats,
  messages,
  people,
  roles,
  sectors,
} from '#db/schema.ts'
import { isBusy, isUnwritable, type Reading, type Store, StoreBusy } from '#db/transact.ts'
import { transact } from '#server/context.ts'
import { makeWorld, type Someone, type TestWorld } from './world.ts'

type Opened = Awaited<ReturnType<typeof openFile>>

const folder = mkdtempSync(join(tmpdir(), 'afterwards-transact-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const opened: { close(): Promise<void> | void }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

let files = 0
/** An empty migrated file; each call with the same path is another process's way in. */
async function open(path = join(folder, `${++files}.db`), options: Parameters<typeof openFile>[1] = {}) {
  const store = await openFile(path, { thread: false, ...options })
  opened.push(store)
  await migrate(store.client, 0)
  return { store, path }
}

/** A connection of somebody else's. */
function stranger(path: string): Client {
  const client = createClient({ url: `file:${path}`, timeout: 0, concurrency: 1 })
  opened.push(client)
  return client
}

async function world(options: Parameters<typeof makeWorld>[0] = {}): Promise<TestWorld> {
  const made = await makeWorld(options)
  opened.push(made)
  return made
}

const beat = (store: Store, name: string) =>
  store.write((db) => db.insert(heartbeats).values({ name, at: 1 }).returning({ name: heartbeats.name }))

const names = async (reader: Client): Promise<string[]> =>
  (await reader.execute('select name from heartbeats order by name')).rows.map((row) => String(row.name))

/** Holds the write lock for `ms`, `times` over, letting go in between; ends with the last hold. */
async function hog(client: Client, times: number, ms: number): Promise<void> {
  const pause = (length: number) => new Promise((resolve) => setTimeout(resolve, length))
  for (let n = 0; n < times; ) {
    try {
      const lock = await client.transaction('write')
      await pause(ms)
      await lock.rollback()
      n++
    } catch (error) {
      if (!isBusy(error)) throw error
      await client.reconnect()
    }
    await pause(15)
  }
}

describe('two stores on one file', () => {
  it('write 500 times each at once, without one fault, and every row is there', async () => {
    const { store: first, path } = await open()
    const { store: second } = await open(path)
    const writes = [first, second].flatMap((store, s) =>
      Array.from({ length: 500 }, (_, n) => beat(store, `store ${s} beat ${n}`)),
    )
    const done = await Promise.allSettled(writes)
    expect(done.filter(({ status }) => status === 'rejected')).toEqual([])
    const there = await names(stranger(path))
    expect(there).toHaveLength(1000)
    expect(new Set(there).size).toBe(1000)
  })

  it('count up one number from both sides and lose no step', async () => {
    const { store: first, path } = await open()
    const { store: second } = await open(path)
    await beat(first, 'counter')
    const step = (store: Store) =>
      store.write(async (db) => {
        const [row] = await db.select({ at: heartbeats.at }).from(heartbeats)
        await db.update(heartbeats).set({ at: row!.at + 1 })
      })
    await Promise.all(Array.from({ length: 200 }, (_, n) => step(n % 2 ? first : second)))
    expect(await first.read.select({ at: heartbeats.at }).from(heartbeats)).toEqual([{ at: 201 }])
  })
})

describe('while another connection holds the lock', () => {
  it('60 ms at a time, again and again, every write waits and is done', async () => {
    const { store, path } = await open()
    const holding = hog(stranger(path), 12, 60)
    const done = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => beat(store, `beat ${n}`)))
    await holding
    expect(done.filter(({ status }) => status === 'rejected')).toEqual([])
    expect(await names(stranger(path))).toHaveLength(60)
  })

  it('the process does other things meanwhile: it reads, and its timers run', async () => {
    const { store, path } = await open()
    const other = stranger(path)
    const lock = await other.transaction('write')
    const write = beat(store, 'late')
    for (let n = 0; n < 5; n++) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      expect(await store.read.select({ n: count() }).from(heartbeats)).toEqual([{ n: 0 }])
    }
    await lock.rollback()
    await write
    expect(await names(other)).toEqual(['late'])
  })

  it('for too long, the write gives up with StoreBusy, those behind it soon after, and nothing of them is written later', async () => {
    const { store, path } = await open(undefined, { patience: 100 })
    const other = stranger(path)
    const lock = await other.transaction('write')
    const done = await Promise.allSettled(['one', 'two', 'three'].map((name) => beat(store, name)))
    expect(done.map((one) => one.status === 'rejected' && one.reason instanceof StoreBusy)).toEqual([true, true, true])
    await lock.rollback()
    expect(await names(other)).toEqual([])
    await beat(store, 'four')
    expect(await names(other)).toEqual(['four'])
  })

  it('a plain connection is poisoned afterwards: it reports success and commits nothing (libsql-client-ts #352)', async () => {
    const { path } = await open()
    const plain = stranger(path)
    const other = stranger(path)
    const lock = await other.transaction('write')
    await expect(plain.transaction('write')).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
    await lock.rollback()
    await plain.execute("insert into heartbeats values ('lost', 1)")
    expect(await names(stranger(path)), 'when this fails, the reconnecting in open-node.ts may go').toEqual([])
  })

  it('ours is renewed instead: what it says it wrote is there for everyone', async () => {
    const { store, path } = await open()
    const other = stranger(path)
    for (const name of ['first', 'second', 'third']) {
      const lock = await other.transaction('write')
      const write = beat(store, name)
      await new Promise((resolve) => setTimeout(resolve, 20))
      await lock.rollback()
      await write
    }
    expect(await names(stranger(path))).toEqual(['first', 'second', 'third'])
  })
})

describe('the writer', () => {
  const settings = async (store: Opened) => {
    const of = async (pragma: string) => Object.values((await store.client.execute(`PRAGMA ${pragma}`)).rows[0]!)[0]
    return {
      journal: await of('journal_mode'),
      foreignKeys: await of('foreign_keys'),
      synchronous: await of('synchronous'),
      secureDelete: await of('secure_delete'),
    }
  }
  const durable = { journal: 'wal', foreignKeys: 1, synchronous: 2, secureDelete: 1 }

  it('keeps a log, holds foreign keys, is on the disk before it answers, and wipes what it deletes', async () => {
    const { store } = await open()
    expect(await settings(store)).toEqual(durable)
  })

  it('does so again after it was renewed', async () => {
    const { store, path } = await open()
    const lock = await stranger(path).transaction('write')
    const write = beat(store, 'beat')
    await new Promise((resolve) => setTimeout(resolve, 20))
    await lock.rollback()
    await write
    expect(await settings(store)).toEqual(durable)
    await expect(
      store.write((db) => db.insert(roles).values({ personId: 99, role: 'delegate', givenAt: 0 })),
    ).rejects.toThrow()
  })

  it('leaves nothing of what was erased in the file or its log, even if a reader was in the way', async () => {
    const { store, path } = await open()
    const canary = 'CANARY-of-someone-erased'
    await beat(store, canary)
    const reader = await stranger(path).transaction('deferred')
    await reader.execute('select * from heartbeats')
    await store.write((db) => db.delete(heartbeats))
    const forgotten = store.forget!()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await reader.rollback()
    await forgotten
    for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes(canary), file).toBe(false)
  })

  it('waits its turn: writes of one process never overlap', async () => {
    const { store } = await open()
    let running = 0
    let most = 0
    const one = () =>
      store.write(async (db) => {
        most = Math.max(most, ++running)
        await db.select().from(heartbeats)
        await new Promise((resolve) => setImmediate(resolve))
        running--
      })
    await Promise.all(Array.from({ length: 20 }, one))
    expect(most).toBe(1)
  })
})

describe('transact', () => {
  it('writes all or, when the work throws, nothing, and gives that very fault', async () => {
    const { store, ctx } = await world()
    const fault = new Error('Not today')
    await expect(
      transact(ctx(), async (ctx) => {
        await ctx.db.insert(heartbeats).values({ name: 'half', at: 1 })
        throw fault
      }),
    ).rejects.toBe(fault)
    expect(await store.read.select().from(heartbeats)).toEqual([])
    expect(await transact(ctx(), async () => 'answer')).toBe('answer')
  })

  it('nested joins: it sees what the outer wrote, and falls with it', async () => {
    const { store, ctx } = await world()
    const outer = transact(ctx(), async (ctx) => {
      await ctx.db.insert(heartbeats).values({ name: 'outer', at: 1 })
      await transact(ctx, async (ctx) => {
        expect(await ctx.db.select({ name: heartbeats.name }).from(heartbeats)).toEqual([{ name: 'outer' }])
        await ctx.db.insert(heartbeats).values({ name: 'inner', at: 1 })
      })
      throw new Error('Late')
    })
    await expect(outer).rejects.toThrow('Late')
    expect(await store.read.select().from(heartbeats)).toEqual([])
  })

  it('given the outer context by mistake says so instead of waiting for itself for ever', async () => {
    const { store, ctx } = await world()
    const outer = ctx()
    await expect(transact(outer, () => transact(outer, async () => undefined))).rejects.toThrow(/write inside a write/)
    await beat(store, 'still going')
  })

  it('lets a caught constraint stand alone: the rest of the work is written', async () => {
    const { store, ctx } = await world()
    await transact(ctx(), async (ctx) => {
      await ctx.db.insert(heartbeats).values({ name: 'one', at: 1 })
      await expect(ctx.db.insert(heartbeats).values({ name: 'one', at: 2 })).rejects.toThrow()
      await ctx.db.insert(heartbeats).values({ name: 'two', at: 1 })
    })
    expect(await store.read.select({ name: heartbeats.name }).from(heartbeats)).toHaveLength(2)
  })

  it('tries nothing again for a fault that only quotes the words of a busy one', async () => {
    const { store } = await open()
    const words = 'status 429, database is locked'
    await beat(store, words)
    let tries = 0
    await expect(
      store.write((db) => {
        tries++
        return db.insert(heartbeats).values({ name: words, at: 429 })
      }),
    ).rejects.toMatchObject({ cause: { code: expect.stringMatching(/^SQLITE_CONSTRAINT/) } })
    expect(tries).toBe(1)
  })
})

describe('a context that reads', () => {
  it('cannot write: not by its type, and not when forced', async () => {
    const { store, ctx } = await world({ thread: true })
    for (const db of [ctx().db, store.read, store.long]) {
      const row = { name: 'forced', at: 1 }
      // @ts-expect-error A reading context has no insert
      const insert = async () => db.insert(heartbeats).values(row)
      await expect(insert()).rejects.toThrow()
      // @ts-expect-error … no update
      await expect((async () => db.update(heartbeats).set({ at: 2 }))()).rejects.toThrow()
      // @ts-expect-error … no delete
      await expect((async () => db.delete(heartbeats))()).rejects.toThrow()
      // @ts-expect-error … and no raw statements
      await expect((async () => db.run(sql`delete from people`))()).rejects.toThrow()
    }
    expect(await store.read.select().from(heartbeats)).toEqual([])
    expect(await store.read.$count(people)).toBeGreaterThan(0)
  })
})

describe('a full disk', () => {
  it('is StoreBusy, with the disk as its cause, and nothing half written', async () => {
    const { store, path } = await open()
    await limitPages(store.client, 2)
    const write = store.write(async (db) => {
      await db.insert(heartbeats).values({ name: 'half', at: 1 })
      for (let n = 0; n < 100; n++) await db.insert(heartbeats).values({ name: `${n} ${'x'.repeat(2000)}`, at: 1 })
    })
    const fault = await write.then(
      () => null,
      (error: unknown) => error,
    )
    expect(fault).toBeInstanceOf(StoreBusy)
    expect(isUnwritable((fault as StoreBusy).cause)).toBe(true)
    expect(await names(stranger(path))).toEqual([])
    await limitPages(store.client, 10_000)
    await beat(store, 'room again')
    expect(await names(stranger(path))).toEqual(['room again'])
  })

  it('ends the write, even for work that caught the fault and went on', async () => {
    const { store, path } = await open()
    await limitPages(store.client, 2)
    const write = store.write(async (db) => {
      await db.insert(heartbeats).values({ name: 'before', at: 1 })
      for (let n = 0; n < 100; n++)
        await db
          .insert(heartbeats)
          .values({ name: `${n} ${'x'.repeat(2000)}`, at: 1 })
          .catch(() => undefined)
      await db.insert(heartbeats).values({ name: 'after', at: 1 })
    })
    await expect(write).rejects.toThrow()
    expect(await names(stranger(path)), 'nothing ran outside the transaction').toEqual([])
    await limitPages(store.client, 10_000)
    await beat(store, 'room again')
    expect(await names(stranger(path))).toEqual(['room again'])
  })

  it('answers 503 to those who book, keeps whole what it kept, and takes the rest once there is room', async () => {
    const { app, store, client, stage, as, visitor } = await world()
    expect(app).toBeDefined()
    const event = await stage.event({ capacity: 200 })
    const everyone: Someone[] = []
    for (let n = 0; n < 60; n++) everyone.push(await as(await stage.person(`Person ${n}`)))
    await limitPages(client, 3)
    const book = (one: (typeof everyone)[number]) => one.post('/api/bookings', { eventId: event, termsAccepted: true })
    const answers = []
    for (const one of everyone) answers.push(await book(one))
    const refused = answers.filter(({ status }) => status === 503)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 503]))
    expect(refused[0]!.json).toMatchObject({ status: 503, code: 'busy' })
    expect(refused[0]!.text).not.toMatch(/sqlite|disk|page|insert/i)

    const kept = answers.length - refused.length
    expect(await whole(store)).toEqual({ bookings: kept, steps: kept, messages: kept })
    expect((await visitor.get(`/api/events/${event}`)).status, 'reading goes on').toBe(200)
    expect((await client.execute('PRAGMA integrity_check')).rows[0]?.[0]).toBe('ok')

    await limitPages(client, 10_000)
    for (const [n, one] of everyone.entries())
      if (answers[n]!.status === 503) expect((await book(one)).status).toBe(201)
    expect(await whole(store)).toEqual({ bookings: 60, steps: 60, messages: 60 })
  })

  async function limitPages(client: Client, more: number): Promise<void> {
    const { rows } = await client.execute('PRAGMA page_count')
    await client.execute(`PRAGMA max_page_count = ${Number(rows[0]!.page_count) + more}`)
  }

  async function whole(store: Store) {
    return {
      bookings: await store.read.$count(bookings),
      steps: await store.read.$count(bookingSteps),
      messages: await store.read.$count(messages),
    }
  }
})

describe('the long reader in its thread', () => {
  const questions: Record<string, (db: Reading) => PromiseLike<unknown>> = {
    'whole rows': (db) => db.select().from(people).orderBy(asc(people.id)),
    'chosen columns': (db) => db.select({ who: people.name, where: people.agencyId }).from(people).orderBy(people.id),
    'joined tables': (db) =>
      db.select().from(people).innerJoin(agencies, eq(agencies.id, people.agencyId)).orderBy(people.id),
    'joined columns of one name': (db) =>
      db
        .select({ person: people.name, agency: agencies.name, sector: sectors.name })
        .from(people)
        .innerJoin(agencies, eq(agencies.id, people.agencyId))
        .innerJoin(sectors, eq(sectors.id, agencies.sectorId))
        .orderBy(people.id),
    'what is not there': (db) =>
      db
        .select({ person: people.name, booking: bookings.id })
        .from(people)
        .leftJoin(bookings, eq(bookings.personId, people.id))
        .orderBy(people.id),
    'groups and sums': (db) =>
      db
        .select({ agency: people.agencyId, n: count(), most: sql<number>`max(${people.id})` })
        .from(people)
        .groupBy(people.agencyId)
        .orderBy(desc(count()), people.agencyId),
    'yes and no': (db) => db.select({ education: sectors.education }).from(sectors).orderBy(sectors.id),
    'nothing at all': (db) => db.select().from(bookings).where(gt(bookings.id, 1_000_000)),
    'with a common table': (db) => {
      const own = db.$with('own').as(db.select({ id: agencies.id, name: agencies.name }).from(agencies))
      return db.with(own).select().from(own).orderBy(own.id)
    },
    'different rows': (db) => db.selectDistinct({ on: eventSessions.on }).from(eventSessions),
    counted: (db) => db.$count(people, isNull(people.erasedAt)),
    'with parameters': (db) =>
      db
        .select({ id: events.id, plus: sql<number>`${events.capacity} + ${5}` })
        .from(events)
        .where(and(gt(events.capacity, 3), eq(events.kind, 'course'))),
    'one row': (db) => db.select({ name: people.name }).from(people).orderBy(people.id).get(),
    'no row': (db) => db.select().from(bookings).where(eq(bookings.id, -1)).get(),
  }

  it('answers as the reader does, to every kind of question', async () => {
    const { store, stage } = await world({ thread: true })
    await stage.event()
    for (const [name, ask] of Object.entries(questions))
      expect(await ask(store.long), name).toEqual(await ask(store.read))
  })

  it('answers many at once, each its own', async () => {
    const { store } = await world({ thread: true })
    const asked = Array.from({ length: 100 }, (_, n) =>
      store.long
        .select({ n: sql<number>`${n}` })
        .from(sectors)
        .limit(1),
    )
    expect((await Promise.all(asked)).map(([row]) => row?.n)).toEqual(asked.map((_, n) => n))
  })

  it('goes on after a question that cannot be answered', async () => {
    const { store } = await world({ thread: true })
    const wrong = () => store.long.select({ x: sql`no_such_column` }).from(people)
    await expect(wrong()).rejects.toThrow()
    const [good, bad, again] = await Promise.allSettled([store.long.$count(people), wrong(), store.long.$count(people)])
    expect([good.status, bad.status, again.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('sees what was committed, and leaves nobody waiting when the store is closed', async () => {
    const { store } = await open(undefined, { thread: true })
    await beat(store, 'seen')
    expect(await store.long.select({ name: heartbeats.name }).from(heartbeats)).toEqual([{ name: 'seen' }])
    const asked = store.long.$count(people).then(
      () => 'answered',
      () => 'refused',
    )
    await store.close()
    expect(['answered', 'refused']).toContain(await asked)
    await expect(store.long.select().from(people)).rejects.toThrow()
  })
})

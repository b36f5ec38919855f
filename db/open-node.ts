import { AsyncLocalStorage } from 'node:async_hooks'
import { Worker } from 'node:worker_threads'
import type { Client } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import { drizzle as drizzleProxy } from 'drizzle-orm/sqlite-proxy'
import { openFileClient } from './file-client.ts'
import * as schema from './schema.ts'
import {
  busyLimit,
  busyWaits,
  isBusy,
  isUnwritable,
  type Reading,
  type Store,
  StoreBusy,
  unmasked,
} from './transact.ts'

const pragmas = {
  writer: ['journal_mode=WAL', 'foreign_keys=ON', 'synchronous=FULL', 'secure_delete=ON'],
  // The example may lose its last seconds with the power; moving its clock makes thousands of small commits.
  'writer of the example': ['journal_mode=WAL', 'foreign_keys=ON', 'synchronous=OFF', 'secure_delete=ON'],
  reader: ['query_only=1'],
}

async function connect(path: string, kind: keyof typeof pragmas): Promise<Client> {
  const client = openFileClient(path)
  await setPragmas(client, kind)
  return client
}

async function setPragmas(client: Client, kind: keyof typeof pragmas): Promise<void> {
  for (const pragma of pragmas[kind]) await client.execute(`PRAGMA ${pragma}`)
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Opens a database file for one Node process: one writer behind a queue, one reader, one long reader in a thread.
 * @param durable each commit is on the disk before it is answered; only the example does without
 * @param patience how long to go on trying while another process holds the file, in ms
 */
export async function openFile(
  path: string,
  { thread = true, durable = true, patience = busyLimit } = {},
): Promise<Store & { client: Client }> {
  const kind = durable ? 'writer' : 'writer of the example'
  const writer = await connect(path, kind)
  const reader = await connect(path, 'reader')
  const db = drizzle(writer, { schema })
  const read = drizzle(reader, { schema }) as Reading
  const long = thread ? openLongReader(path) : undefined

  /** Whether the code that runs stands inside a write of this store that has not ended. */
  const inside = new AsyncLocalStorage<{ isOpen: boolean }>()
  let tail: Promise<unknown> = Promise.resolve()
  let isPoisoned = false
  let blockedSince: number | undefined

  /** Tries until no other process holds the file, for as long as `patience` since the file was last free. */
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        if (isPoisoned) {
          await writer.reconnect()
          await setPragmas(writer, kind)
          isPoisoned = false
        }
        const done = await work()
        blockedSince = undefined
        return done
      } catch (error) {
        if (isUnwritable(error)) throw new StoreBusy('The database cannot be written', { cause: error })
        if (!isBusy(error)) throw error
        // After one SQLITE_BUSY a connection reports success and commits nothing (libsql-client-ts #352).
        isPoisoned = true
        blockedSince ??= performance.now()
        if (performance.now() - blockedSince > patience) throw new StoreBusy('The database is busy', { cause: error })
        await wait((busyWaits[Math.min(tries, busyWaits.length - 1)] ?? 200) * (0.5 + (tries % 3) / 2))
      }
    }
  }

  /** One after the other: two transactions at once on one client fail, and freeze the process meanwhile. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = tail.then(() => patiently(work))
    tail = run.catch(() => undefined)
    return run
  }

  return {
    client: writer,
    read,
    long: long?.read ?? read,
    async write(work) {
      if (inside.getStore()?.isOpen)
        throw new Error('A write inside a write would wait for itself: use the ctx that transact hands in')
      const mark = { isOpen: true }
      return inTurn(() => unmasked((body) => db.transaction((tx) => inside.run(mark, () => body(tx))), work)).finally(
        () => {
          mark.isOpen = false
        },
      )
    },
    async forget() {
      await inTurn(async () => {
        const { rows } = await writer.execute('PRAGMA wal_checkpoint(TRUNCATE)')
        if (rows[0]?.busy) throw Object.assign(new Error('A reader still needs the log'), { code: 'SQLITE_BUSY' })
      })
    },
    async close() {
      await tail
      await long?.close()
      reader.close()
      // So that the file alone is the whole database. Where another process still reads, its log stays: nothing is lost.
      await writer.execute('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined)
      writer.close()
    },
  }
}

/** A store for a thread that only reads: one connection for all of its statements, which refuses to write. */
export async function openReader(path: string): Promise<Store> {
  const client = await connect(path, 'reader')
  const read = drizzle(client, { schema }) as Reading
  return {
    read,
    long: read,
    write: () => Promise.reject(new Error('This connection only reads')),
    close: async () => client.close(),
  }
}

/** A reader in a thread with a connection of its own: the same query builder, its statements sent across. */
function openLongReader(path: string): { read: Reading; close(): Promise<void> } {
  let worker: Worker | undefined
  let next = 0
  let isClosed = false
  const waiting = new Map<number, { resolve(rows: unknown[][]): void; reject(error: Error): void }>()

  const start = () => {
    const thread = new Worker(new URL('./long-reads.ts', import.meta.url), { workerData: { path } })
    thread.unref()
    thread.on('message', ({ id, rows, error }: { id: number; rows?: unknown[][]; error?: string }) => {
      const asker = waiting.get(id)
      waiting.delete(id)
      if (rows) asker?.resolve(rows)
      else asker?.reject(new Error(error))
      if (waiting.size === 0) thread.unref()
    })
    thread.on('error', (error) => {
      if (worker === thread) worker = undefined
      giveUp(error)
    })
    return thread
  }
  const giveUp = (error: Error) => {
    for (const asker of waiting.values()) asker.reject(error)
    waiting.clear()
  }

  const read = drizzleProxy(
    async (sql, params, method) => {
      if (isClosed) throw new Error('The database is closed')
      worker ??= start()
      const id = ++next
      const rows = await new Promise<unknown[][]>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        worker?.ref()
        worker?.postMessage({ id, sql, params })
      })
      return { rows: method === 'get' ? ((rows[0] ?? undefined) as unknown as unknown[]) : rows }
    },
    { schema },
  )
  return {
    // The two drivers differ only in what a write returns, and nothing writes here.
    read: read as unknown as Reading,
    async close() {
      isClosed = true
      await worker?.terminate()
      giveUp(new Error('The database is closed'))
    },
  }
}

/**
 * Records the statements that the app runs for one request, and runs them again with other ids in place of the recorded ones: the bare
 * work that a row is compared with keeps up by itself when a query changes.
 */
import type { Client, InStatement, InValue, ResultSet, Row, Transaction } from '@libsql/client'
import type { Store } from '#db/transact.ts'

type Reader = 'reader' | 'long reader'
interface Statement {
  sql: string
  args: InValue[]
  rows: Row[]
}
interface Step {
  on: Reader | 'writer'
  statements: Statement[]
}
export type Recording = Step[]

type LongClient = (sql: string, params: InValue[], method: string) => Promise<{ rows: unknown[] }>
/** What drizzle keeps of its drivers. */
interface Opened {
  reader: Client
  writer: Client
  long: { client: LongClient }
}

export type OpenedStore = Store & { client: Client }

function openedOf(store: OpenedStore): Opened {
  const { $client } = store.read as unknown as { $client: Client }
  const { session } = store.long as unknown as { session: { client: LongClient } }
  return { reader: $client, writer: store.client, long: session }
}

/** Listens to the store's three connections until told to stop. Requests must come one after the other meanwhile. */
export function record(store: OpenedStore): () => Recording {
  const { reader, writer, long } = openedOf(store)
  const steps: Recording = []
  const note = (on: Reader, sql: string, args: InValue[]): Statement => {
    const statement: Statement = { sql, args, rows: [] }
    const last = steps.at(-1)
    if (last?.on === on) last.statements.push(statement)
    else steps.push({ on, statements: [statement] })
    return statement
  }

  const execute = reader.execute as (given: InStatement) => Promise<ResultSet>
  reader.execute = async (given: InStatement) => {
    const { sql, args } = plain(given)
    const statement = note('reader', sql, args)
    const result = await execute.call(reader, given)
    statement.rows = result.rows
    return result
  }
  const transaction = writer.transaction
  writer.transaction = async (...mode: []) => {
    const opened: Transaction = await transaction.apply(writer, mode)
    const step: Step = { on: 'writer', statements: [] }
    steps.push(step)
    const run = opened.execute
    opened.execute = async (given: InStatement) => {
      const result = await run.call(opened, given)
      step.statements.push({ ...plain(given), rows: result.rows })
      return result
    }
    return opened
  }
  const ask = long.client
  // Without a thread the long reader is the reader.
  if (store.long !== store.read)
    long.client = (sql, params, method) => {
      note('long reader', sql, params)
      return ask(sql, params, method)
    }
  return () => {
    reader.execute = execute
    writer.transaction = transaction
    long.client = ask
    return steps
  }
}

function plain(given: InStatement): { sql: string; args: InValue[] } {
  if (typeof given === 'string') return { sql: given, args: [] }
  return { sql: given.sql, args: [...((given.args ?? []) as InValue[])] }
}

/** One transaction at a time, as in the store. */
function queueOf(writer: Client) {
  let tail: Promise<unknown> = Promise.resolve()
  return <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => {
    const run = tail.then(async () => {
      const transaction = await writer.transaction('write')
      try {
        const result = await work(transaction)
        await transaction.commit()
        return result
      } finally {
        transaction.close()
      }
    })
    tail = run.catch(() => undefined)
    return run
  }
}

export type Swaps = Map<number, number>
/** Runs the statements again; `swaps` says which recorded ids stand for which now, and learns those of new rows. */
export type Again = (swaps: Swaps, steps?: readonly number[]) => Promise<void>

/** The store's connections, for running recordings without drizzle, one queue for all of them. */
export function bareWork(store: OpenedStore): (recording: Recording, given: readonly number[]) => Again {
  const { reader, writer, long } = openedOf(store)
  const write = queueOf(writer)
  return (recording, given) => {
    const known = new Set(given)
    const steps = recording.map(({ on, statements }) => ({
      on,
      statements: statements.map((one) => prepared(one, known)),
    }))
    return async (swaps, which) => {
      for (const [n, { on, statements }] of steps.entries()) {
        if (which && !which.includes(n)) continue
        if (on === 'writer')
          await write(async (transaction) => {
            for (const one of statements)
              one.learn(swaps, await transaction.execute({ sql: one.sql, args: one.args(swaps) }))
          })
        else
          for (const one of statements)
            if (on === 'reader') one.learn(swaps, await reader.execute({ sql: one.sql, args: one.args(swaps) }))
            else await long.client(one.sql, one.args(swaps), 'all')
      }
    }
  }
}

/** Writes again what was written, in the same transactions: on a copy of the file it was recorded on, where the same ids come out. */
export async function replayWrites(store: OpenedStore, recording: Recording): Promise<void> {
  const write = queueOf(store.client)
  for (const { on, statements } of recording)
    if (on === 'writer')
      await write(async (transaction) => {
        for (const { sql, args } of statements) if (!/^select/i.test(sql)) await transaction.execute({ sql, args })
      })
}

const isOurs = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1_000_000 && Number(value) < 1e9
const dayCodes = { next: 0 }
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** A day code that nobody has: the app draws one by chance. */
function freshDayCode(): string {
  let code = ''
  for (let n = dayCodes.next++, place = 0; place < 5; place++, n = Math.floor(n / 32))
    code = crockford.charAt(n % 32) + code
  return `Z${code}`
}

/** Finds the places that differ from one run to the next once, so that running it again costs nothing but the statement. */
function prepared({ sql, args, rows }: Statement, known: Set<number>) {
  const places: { at: number; of: (swaps: Swaps) => InValue }[] = []
  const booking = /^insert into "bookings"/.test(sql)
  for (const [at, value] of args.entries()) {
    if (isOurs(value) && known.has(value)) places.push({ at, of: (swaps) => swaps.get(value) ?? value })
    else if (typeof value === 'string') {
      const inside = [...known].filter((id) => value.includes(String(id)))
      if (inside.length)
        places.push({
          at,
          of: (swaps) => inside.reduce((text, id) => text.replaceAll(String(id), String(swaps.get(id) ?? id)), value),
        })
      else if (booking && /^[0-9A-HJKMNP-TV-Z]{6}$/.test(value)) places.push({ at, of: freshDayCode })
    }
  }
  const learnt: { id: number; row: number; cell: number }[] = []
  for (const [row, cells] of rows.entries())
    for (let cell = 0; cell < cells.length; cell++) {
      const value = cells[cell]
      if (!isOurs(value) || known.has(value)) continue
      known.add(value)
      learnt.push({ id: value, row, cell })
    }
  return {
    sql,
    args(swaps: Swaps): InValue[] {
      if (!places.length) return args
      const now = [...args]
      for (const { at, of } of places) now[at] = of(swaps)
      return now
    },
    learn(swaps: Swaps, result: ResultSet): void {
      for (const { id, row, cell } of learnt) {
        const value = result.rows[row]?.[cell]
        if (isOurs(value)) swaps.set(id, value)
      }
    },
  }
}

import type { LibSQLDatabase } from 'drizzle-orm/libsql'
import type * as schema from './schema.ts'

type Full = LibSQLDatabase<typeof schema>

/** What may be done with the facts outside a transaction: read them. No raw statements: a thread answers those otherwise. */
export type Reading = Pick<Full, 'select' | 'selectDistinct' | 'with' | '$with' | '$count'>

/** What may be done inside one. */
export type Writing = Reading & Pick<Full, 'insert' | 'update' | 'delete' | 'run' | 'all' | 'get' | 'values'>

/** One open database: a reader, a long reader for reports, and the only way to write. */
export interface Store {
  readonly read: Reading
  /** For reports and exports: on Node a thread of its own, so that a big grouping does not hold the server up. */
  readonly long: Reading
  /** Runs the work in one transaction, alone; throws `StoreBusy` when another process holds the file too long. */
  write<T>(work: (db: Writing) => Promise<T>): Promise<T>
  /** Ends an erasure: empties the write-ahead log, which still holds what was destroyed. Only where there is a file. */
  forget?(): Promise<void>
  close(): Promise<void>
}

/** The database stayed locked by another process, or refused the write (disk full, read-only). Nothing was written. */
export class StoreBusy extends Error {
  override name = 'StoreBusy'
}

const writing = Symbol('writing')

/** The part of a context that `transact` needs. */
export interface CanWrite {
  readonly db: Reading
  readonly store: Store
  readonly [writing]?: true
}

export type InTransaction<C extends CanWrite> = Omit<C, 'db'> & { readonly db: Writing }

/**
 * Runs `work` in one transaction and hands it a context that shadows the outer one on purpose.
 * A nested call joins the transaction it stands in.
 */
export function transact<C extends CanWrite, T>(ctx: C, work: (ctx: InTransaction<C>) => Promise<T>): Promise<T> {
  if (ctx[writing]) return work(ctx as unknown as InTransaction<C>)
  return ctx.store.write((db) => work({ ...ctx, db, [writing]: true } as unknown as InTransaction<C>))
}

/** Waits between tries on a lock that another process or the remote server holds, in milliseconds. */
export const busyWaits = [5, 10, 20, 40, 80, 120, 160, 200]
export const busyLimit = 5_000

/** The fault and what caused it. Drizzle's own wrapper is passed over: its message holds the values that were written. */
function* causesOf(error: unknown): Generator<{ code: string; message: string }> {
  for (let fault = error; fault instanceof Error; fault = fault.cause)
    if (!('query' in fault && 'params' in fault))
      yield { code: String((fault as { code?: unknown }).code ?? ''), message: fault.message }
}

/** True for the faults after which the same transaction may simply be tried again. */
export function isBusy(error: unknown): boolean {
  for (const { code, message } of causesOf(error)) {
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code === 'TRANSACTION_ACTIVE') return true
    if (/status 429|Too many concurrent|database is locked|cannot commit transaction/i.test(message)) return true
  }
  return false
}

/** True when the disk is full or the file cannot be written: the write did not happen. */
export function isUnwritable(error: unknown): boolean {
  for (const { code } of causesOf(error)) if (/^SQLITE_(FULL|READONLY|IOERR|CANTOPEN)/.test(code)) return true
  return false
}

/**
 * Runs one transaction and gives the fault of the work itself. When SQLite has rolled back of its own accord (disk
 * full), rolling back once more fails too, and that second fault would hide the first.
 */
export async function unmasked<T>(
  transaction: (work: (tx: unknown) => Promise<T>) => Promise<T>,
  work: (db: Writing) => Promise<T>,
): Promise<T> {
  let fault: { error: unknown } | undefined
  try {
    return await transaction(async (tx) => {
      try {
        return await work(tx as Writing)
      } catch (error) {
        fault = { error }
        throw error
      }
    })
  } catch (error) {
    throw fault ? fault.error : error
  }
}

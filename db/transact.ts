import type { LibSQLDatabase } from 'drizzle-orm/libsql'
import type * as schema from './schema.ts'

type Full = LibSQLDatabase<typeof schema>

/** What may be done with the facts outside a transaction: read them. */
export type Reading = Pick<Full, 'select' | 'selectDistinct' | 'with' | '$with' | '$count' | 'all' | 'get' | 'values'>

/** What may be done inside one. */
export type Writing = Reading & Pick<Full, 'insert' | 'update' | 'delete' | 'run'>

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

/** True for the faults after which the same transaction may simply be tried again. */
export function isBusy(error: unknown): boolean {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const code = String((fault as { code?: unknown }).code ?? '')
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code === 'TRANSACTION_ACTIVE') return true
    if (/\b429\b|Too many concurrent|database is locked|cannot commit transaction/i.test(fault.message)) return true
  }
  return false
}

/** True for a constraint that says "only one" or "no such row". */
export function isConstraint(error: unknown, name?: string): boolean {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const text = `${String((fault as { code?: unknown }).code ?? '')} ${fault.message}`
    if (/SQLITE_CONSTRAINT/.test(text)) return name === undefined || text.includes(name)
  }
  return false
}

/** True when the disk is full or the file cannot be written: the write did not happen. */
export function isUnwritable(error: unknown): boolean {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const code = String((fault as { code?: unknown }).code ?? '')
    if (/^SQLITE_(FULL|READONLY|IOERR|CANTOPEN)/.test(code)) return true
  }
  return false
}

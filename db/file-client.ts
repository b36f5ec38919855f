/**
 * A client for one connection to a database file, with the face of @libsql/client. That one prepares every statement anew, which
 * took most of the time of a read (measured by npm run bench: three to eight times as long), and left a statement's memory to the
 * garbage collector: 44 kB for each reading of a survey page, more than half a gigabyte after some minutes. Here a statement is
 * prepared once and kept.
 */
import type { Client, InArgs, InStatement, InValue, ResultSet, Row, Transaction } from '@libsql/client'
import Database from 'libsql'

/** Statements kept for each connection; the one that was used longest ago goes first. Lists of differing length make new ones. */
const mostKept = 300

interface Kept {
  isReader: boolean
  columns: string[]
  columnTypes: string[]
  named(cells: unknown[]): Row
  all(args: InValue[]): unknown[][]
  run(args: InValue[]): { changes: number; lastInsertRowid: number | bigint }
}

export function openFileClient(path: string): Client {
  return new FileClient(path)
}

/** One transaction at a time: its owner alone may use the connection meanwhile. */
class FileClient implements Client {
  readonly protocol = 'file'
  closed = false
  readonly #path: string
  #database: Database.Database
  #kept = new Map<string, Kept>()
  #open: FileTransaction | undefined

  constructor(path: string) {
    this.#path = path
    this.#database = this.#connection()
  }

  // A lock held by another process is waited for by the store, without blocking this one.
  #connection = () => new Database(this.#path, { timeout: 0 } as Database.Options)

  async execute(statement: InStatement | string, args?: InArgs): Promise<ResultSet> {
    if (this.#open) throw coded('TRANSACTION_ACTIVE', 'An open transaction holds the connection')
    return this.run(statement, args)
  }

  async transaction(): Promise<Transaction> {
    if (this.#open) throw coded('TRANSACTION_ACTIVE', 'An open transaction holds the connection')
    this.run('BEGIN IMMEDIATE')
    this.#open = new FileTransaction(this, () => {
      this.#open = undefined
    })
    return this.#open
  }

  /** Runs a statement at once, whoever holds the connection. */
  run(statement: InStatement | string, more?: InArgs): ResultSet {
    if (this.closed) throw coded('CLIENT_CLOSED', 'The client is closed')
    const sql = typeof statement === 'string' ? statement : statement.sql
    const args = ((typeof statement === 'string' ? more : statement.args) ?? []) as InValue[]
    try {
      const kept = this.#prepared(sql)
      if (!kept.isReader) {
        const { changes, lastInsertRowid } = kept.run(args)
        return resultOf(kept, [], changes, BigInt(lastInsertRowid))
      }
      return resultOf(kept, kept.all(args).map(kept.named), 0, undefined)
    } catch (error) {
      this.#kept.delete(sql)
      throw error
    }
  }

  get isInTransaction(): boolean {
    return this.#database.open && this.#database.inTransaction
  }

  #prepared(sql: string): Kept {
    const known = this.#kept.get(sql)
    if (known) {
      this.#kept.delete(sql)
      this.#kept.set(sql, known)
      return known
    }
    const made = prepare(this.#database, sql)
    // Anything else may change what the kept ones mean.
    if (!/^\s*(select|with|insert|update|delete|begin|commit|rollback|savepoint|release)\b/i.test(sql))
      this.#kept.clear()
    else {
      this.#kept.set(sql, made)
      if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value ?? '')
    }
    return made
  }

  async reconnect(): Promise<void> {
    this.close()
    this.#database = this.#connection()
    this.closed = false
  }

  close(): void {
    this.closed = true
    this.#open = undefined
    this.#kept.clear()
    if (this.#database.open) this.#database.close()
  }

  async executeMultiple(sql: string): Promise<void> {
    if (this.#open) throw coded('TRANSACTION_ACTIVE', 'An open transaction holds the connection')
    this.#kept.clear()
    this.#database.exec(sql)
  }

  batch = notHere
  migrate = notHere
  sync = notHere
}

class FileTransaction implements Transaction {
  closed = false
  readonly #client: FileClient
  readonly #released: () => void

  constructor(client: FileClient, released: () => void) {
    this.#client = client
    this.#released = released
  }

  async execute(statement: InStatement | string, args?: InArgs): Promise<ResultSet> {
    this.#mustBeOpen()
    return this.#client.run(statement, args)
  }

  async commit(): Promise<void> {
    this.#mustBeOpen()
    try {
      this.#client.run('COMMIT')
    } finally {
      this.close()
    }
  }

  async rollback(): Promise<void> {
    this.close()
  }

  /** When the disk is full SQLite ends it of its own accord: what follows must not be written outside it. */
  #mustBeOpen(): void {
    if (this.closed || !this.#client.isInTransaction) throw coded('TRANSACTION_CLOSED', 'The transaction is closed')
  }

  /** Ends it, undoing what was not committed. */
  close(): void {
    if (this.closed) return
    this.closed = true
    this.#released()
    if (!this.#client.closed && this.#client.isInTransaction) this.#client.run('ROLLBACK')
  }

  batch = notHere
  executeMultiple = notHere
}

function prepare(database: Database.Database, sql: string): Kept {
  const statement = database.prepare(sql)
  const isReader = statement.reader
  if (isReader) statement.raw(true)
  const described = isReader ? statement.columns() : []
  const columns = described.map(({ name }) => name)
  return {
    isReader,
    columns,
    columnTypes: described.map(({ type }) => type ?? ''),
    named: namer(columns),
    all: (args) => statement.all(args) as unknown[][],
    run: (args) => statement.run(args),
  }
}

/** Makes rows whose columns are their own by name, and found by number; of two columns of one name the first has it. */
function namer(columns: string[]): (cells: unknown[]) => Row {
  const names = columns.map((name, at) => (columns.indexOf(name) === at ? name : undefined))
  class Named {
    readonly #cells: unknown[];
    [column: string]: unknown
    static {
      Object.defineProperty(Named.prototype, 'length', { value: columns.length })
      for (const at of columns.keys())
        Object.defineProperty(Named.prototype, at, {
          get(this: Named) {
            return this.#cells[at]
          },
        })
    }
    constructor(cells: unknown[]) {
      this.#cells = cells
      for (let at = 0; at < names.length; at++) {
        const name = names[at]
        if (name !== undefined) this[name] = cells[at]
      }
    }
  }
  return (cells) => new Named(cells) as unknown as Row
}

function resultOf(kept: Kept, rows: Row[], rowsAffected: number, lastInsertRowid: bigint | undefined): ResultSet {
  const { columns, columnTypes } = kept
  return { columns, columnTypes, rows, rowsAffected, lastInsertRowid, toJSON: () => ({ columns, rows, rowsAffected }) }
}

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code })

async function notHere(): Promise<never> {
  throw new Error('Not part of this client: run one statement, or a transaction')
}

import { type AnyColumn, type SQL, sql } from 'drizzle-orm'
import { check, customType, integer, text } from 'drizzle-orm/sqlite-core'

export const id = () => integer('id').primaryKey({ autoIncrement: true })

/** An instant: integer milliseconds UTC. */
export const at = (name: string) => integer(name)

/** A plain date: YYYY-MM-DD. */
export const on = (name: string) => text(name)

/** Money in pence. */
export const pence = (name: string) => integer(name)

/** Bytes, the same on both runtimes. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array | ArrayBuffer }>({
  dataType: () => 'blob',
  fromDriver: (held) => new Uint8Array(held),
})

/** One word of a closed list; pair it with `closed` so that the database refuses any other. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(name: string, words: Words) =>
  text(name, { enum: words as unknown as [Words[number], ...Words[number][]] })

/** The check that holds a column to its closed list. */
export const closed = (name: string, column: AnyColumn, words: readonly string[]) =>
  check(name, sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`)

export const among = (column: AnyColumn, words: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`

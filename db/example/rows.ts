import { getTableColumns, type InferInsertModel, sql } from 'drizzle-orm'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Writing } from '../transact.ts'

const rowsAtOnce = 2000

/**
 * Inserts many rows of one table, each chunk as one JSON parameter: twenty thousand rows take a fifth of a second, by the
 * query builder five. Every row must give the same columns; `undefined` is null.
 */
export async function insertMany<T extends SQLiteTable>(
  db: Writing,
  table: T,
  rows: readonly InferInsertModel<T>[],
): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = getTableColumns(table)
  const given = Object.keys(first).filter((key) => columns[key])
  const names = sql.raw(given.map((key) => `"${columns[key]!.name}"`).join(', '))
  const values = sql.raw(given.map((_, i) => `value ->> ${i}`).join(', '))
  const into = sql.raw(`"${getTableConfig(table).name}"`)
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const json = JSON.stringify(
      rows.slice(from, from + rowsAtOnce).map((row) =>
        given.map((key) => {
          const value = (row as Record<string, unknown>)[key] ?? null
          return typeof value === 'boolean' ? Number(value) : value
        }),
      ),
    )
    await db.run(sql`insert into ${into} (${names}) select ${values} from json_each(${json})`)
  }
}

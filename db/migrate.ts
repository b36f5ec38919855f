import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Client } from '@libsql/client'

export interface Migration {
  name: string
  sql: string
  hash: string
}

/** The database was made by a newer Afterwards, or its past was altered: it must not be touched. */
export class CannotMigrate extends Error {}

/** Every migration that ships, in order. */
export function shippedMigrations(folder = new URL('./migrations/', import.meta.url)): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const sql = readFileSync(new URL(file, folder), 'utf8')
      return { name: file.replace(/\.sql$/, ''), sql, hash: createHash('sha256').update(sql).digest('hex') }
    })
}

/** The migrations a database still lacks. Reads only. */
export async function missingMigrations(client: Client, shipped = shippedMigrations()): Promise<Migration[]> {
  const made = await client.execute("select 1 from sqlite_schema where type = 'table' and name = 'migrations'")
  const applied = made.rows.length
    ? (await client.execute('select name, hash from migrations order by name')).rows.map((row) => ({
        name: String(row.name),
        hash: String(row.hash),
      }))
    : []
  const newest = shipped.at(-1)?.name ?? ''
  for (const { name, hash } of applied) {
    const known = shipped.find((migration) => migration.name === name)
    if (!known && name > newest)
      throw new CannotMigrate(
        `The database was made by a newer version of Afterwards (it holds the change "${name}"). Start that version, or restore a backup made by this one. Nothing was changed.`,
      )
    if (!known || known.hash !== hash)
      throw new CannotMigrate(
        `The database holds the change "${name}" in a form this version does not know. Restore a backup. Nothing was changed.`,
      )
  }
  return shipped.filter((migration) => !applied.some(({ name }) => name === migration.name))
}

/** Applies what is missing in one transaction under the write lock, so that two starters cannot both do it. */
export async function migrate(client: Client, now: number, shipped = shippedMigrations()): Promise<string[]> {
  const lock = await client.transaction('write')
  try {
    await lock.execute(
      'create table if not exists migrations (name text primary key not null, hash text not null, at integer not null)',
    )
    const applied = new Set((await lock.execute('select name from migrations')).rows.map((row) => String(row.name)))
    const missing = shipped.filter((migration) => !applied.has(migration.name))
    for (const { name, sql, hash } of missing) {
      for (const statement of sql.split('--> statement-breakpoint')) if (statement.trim()) await lock.execute(statement)
      await lock.execute({ sql: 'insert into migrations values (?, ?, ?)', args: [name, hash, now] })
    }
    await lock.commit()
    return missing.map(({ name }) => name)
  } catch (error) {
    await lock.rollback().catch(() => undefined)
    throw error
  } finally {
    lock.close()
  }
}

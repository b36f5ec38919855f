import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { type Client, createClient } from '@libsql/client'
import { busyWaits, isBusy } from './transact.ts'

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

type Applied = Pick<Migration, 'name' | 'hash'>

/**
 * What a database with these migrations still lacks.
 * @throws CannotMigrate when it holds one that is not shipped, or in another form
 */
export function lacking(applied: readonly Applied[], shipped: readonly Migration[]): Migration[] {
  const newest = shipped.at(-1)?.name ?? ''
  for (const { name, hash } of applied) {
    const known = shipped.find((migration) => migration.name === name)
    if (!known && name > newest)
      throw new CannotMigrate(
        `The database was made by a newer version of Afterwards (it holds the change "${name}"). Start that version, or restore a backup made by this one. Nothing was changed.`,
      )
    if (known?.hash !== hash)
      throw new CannotMigrate(
        `The database holds the change "${name}" in a form this version does not know. Start the version that made it, or restore a backup. Nothing was changed.`,
      )
  }
  return shipped.filter((migration) => !applied.some(({ name }) => name === migration.name))
}

/**
 * Applies what is missing in one transaction under the write lock, so that two starters cannot both do it and a failing
 * one changes nothing.
 * @returns the names of those applied
 * @throws CannotMigrate when the database is newer or altered, or a change does not fit it
 */
export async function migrate(client: Client, now: number, shipped = shippedMigrations()): Promise<string[]> {
  // A change that rebuilds a table drops the old one, which foreign keys would forbid; inside a transaction they cannot
  // be switched. They are checked before it ends.
  await client.execute('PRAGMA foreign_keys=OFF')
  try {
    const lock = await client.transaction('write')
    try {
      await lock.execute(
        'create table if not exists migrations (name text primary key not null, hash text not null, at integer not null)',
      )
      const { rows } = await lock.execute('select name, hash from migrations order by name')
      const missing = lacking(
        rows.map((row) => ({ name: String(row.name), hash: String(row.hash) })),
        shipped,
      )
      for (const { name, sql, hash } of missing) {
        for (const statement of sql.split('--> statement-breakpoint'))
          if (statement.trim()) await lock.execute(statement)
        await lock.execute({ sql: 'insert into migrations values (?, ?, ?)', args: [name, hash, now] })
      }
      if (missing.length) {
        const broken = await lock.execute('select "table" from pragma_foreign_key_check limit 1')
        if (broken.rows[0])
          throw new CannotMigrate(`The change would leave rows of ${broken.rows[0].table} without what they refer to.`)
      }
      await lock.commit()
      return missing.map(({ name }) => name)
    } finally {
      lock.close()
    }
  } finally {
    await client.execute('PRAGMA foreign_keys=ON').catch(() => undefined)
  }
}

/** As `migrate`, for a file, on a connection of its own; waits while another starter holds it. */
export async function migrateFile(path: string, now: number, shipped = shippedMigrations()): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    // A new one for each try: after one SQLITE_BUSY a connection commits nothing more (libsql-client-ts #352).
    const client = createClient({ url: `file:${path}`, timeout: 0, concurrency: 1 })
    try {
      return await migrate(client, now, shipped)
    } catch (error) {
      if (!isBusy(error) || tries === mostTries) throw error
      await new Promise((resolve) => setTimeout(resolve, busyWaits[Math.min(tries, busyWaits.length - 1)]))
    } finally {
      client.close()
    }
  }
}

/** About a minute: a change of a big table takes that long. */
const mostTries = 300

import { createClient } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import { CannotMigrate, migrate } from '#db/migrate.ts'
import * as schema from '#db/schema.ts'
import type { Config } from '#server/config.ts'
import { publishInstruments } from '#server/surveys/instruments.ts'
import { Refusal } from './refusal.ts'

/** Brings the remote database of a Worker up to date, and makes it a live installation when it is new. */
export async function prepareRemote(config: Config, now: number): Promise<string> {
  if (!config.libsql)
    throw new Refusal('Set LIBSQL_URL (and LIBSQL_TOKEN) to the remote database, then run this again.')
  const client = createClient({
    url: config.libsql.url,
    ...(config.libsql.token ? { authToken: config.libsql.token } : {}),
  })
  const applied = await migrate(client, now).catch((error: unknown) => {
    throw error instanceof CannotMigrate ? new Refusal(error.message) : error
  })
  const db = drizzle(client, { schema })
  await db.insert(schema.installation).values({ id: 1, mode: 'live', madeAt: now }).onConflictDoNothing()
  const [row] = await db.select({ mode: schema.installation.mode }).from(schema.installation)
  if (row?.mode !== 'live') throw new Refusal('The database at LIBSQL_URL is not a live installation.')
  await db.transaction((tx) => publishInstruments(tx, now))
  client.close()
  return applied.length ? `Applied ${applied.join(', ')}.` : 'The database is up to date.'
}

import { createClient } from '@libsql/client/web'
import { drizzle } from 'drizzle-orm/libsql/web'
import * as schema from './schema.ts'
import {
  busyLimit,
  busyWaits,
  isBusy,
  type Reading,
  type Store,
  StoreBusy,
  unmasked,
  type Writing,
} from './transact.ts'

/**
 * Opens a remote libSQL database for one request. Never share it between requests: in workerd about twenty at once on
 * one client hang (house.md section 3).
 */
export function openRemote(settings: { url: string; token?: string | undefined }): Store {
  const client = createClient({ url: settings.url, ...(settings.token ? { authToken: settings.token } : {}) })
  const db = drizzle(client, { schema })
  const read = db as Reading
  return {
    read,
    long: read,
    async write<T>(work: (db: Writing) => Promise<T>): Promise<T> {
      const started = Date.now()
      for (let tries = 0; ; tries++) {
        try {
          return await unmasked((body) => db.transaction(body), work)
        } catch (error) {
          if (!isBusy(error)) throw error
          if (Date.now() - started > busyLimit) throw new StoreBusy('The database is busy', { cause: error })
          const pause = (busyWaits[Math.min(tries, busyWaits.length - 1)] ?? 200) * (0.5 + Math.random())
          await new Promise((resolve) => setTimeout(resolve, pause))
        }
      }
    },
    async close() {
      client.close()
    },
  }
}

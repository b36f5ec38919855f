import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/** What a file is, read without touching it. */
export type Inspection =
  | { found: 'nothing' }
  | { found: 'damaged'; why: string }
  | { found: 'database'; mode: string; migrations: { name: string; hash: string }[] }

/**
 * Looks at a database file before anything opens it for writing. A file left clean is read as immutable, so that not
 * even a lock file appears beside one we then refuse.
 * @param thorough also checks that every index agrees with its table, which takes several times as long
 */
export function inspectFile(path: string, { thorough = false } = {}): Inspection {
  if (!existsSync(path)) return { found: 'nothing' }
  const url = pathToFileURL(path)
  if (!existsSync(`${path}-wal`)) url.searchParams.set('immutable', '1')
  let file: DatabaseSync | undefined
  try {
    file = new DatabaseSync(url, { readOnly: true })
    const check = file.prepare(thorough ? 'PRAGMA integrity_check(1)' : 'PRAGMA quick_check(1)').get() ?? {}
    const [said] = Object.values(check)
    if (said !== 'ok') return { found: 'damaged', why: String(said) }
    if (!file.prepare("select 1 from sqlite_schema where name = 'installation'").get())
      return { found: 'damaged', why: 'it is not a database of Afterwards' }
    const row = file.prepare('select mode from installation').get() as { mode?: string } | undefined
    if (!row?.mode) return { found: 'damaged', why: 'it does not say what it is' }
    const migrations = file.prepare('select name, hash from migrations order by name').all() as {
      name: string
      hash: string
    }[]
    return { found: 'database', mode: row.mode, migrations }
  } catch (error) {
    return { found: 'damaged', why: error instanceof Error ? error.message : String(error) }
  } finally {
    file?.close()
  }
}

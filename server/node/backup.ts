import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createClient } from '@libsql/client'
import { inspectFile } from '#db/inspect-node.ts'
import type { Config } from '#server/config.ts'
import { fileOf } from './installation.ts'
import { Refusal } from './refusal.ts'

/**
 * Copies the database into a new file with `VACUUM INTO`, in a thread of its own, and checks the copy. The server may
 * go on writing meanwhile.
 * @throws Refusal in plain words
 */
export async function backup(config: Config, to: string | undefined): Promise<string> {
  if (!to) throw new Refusal('Say where to: npm run backup -- FILE')
  const from = fileOf(config)
  if (!existsSync(from)) throw new Refusal(`There is no database at ${from}.`)
  if (existsSync(to))
    throw new Refusal(`${to} is there already. A backup never overwrites a file; choose another name.`)
  mkdirSync(dirname(resolve(to)), { recursive: true })
  const draft = `${to}.part`
  rmSync(draft, { force: true })
  await new Promise<void>((done, fail) => {
    const thread = new Worker(new URL('./backup-thread.ts', import.meta.url), { workerData: { from, to: draft } })
    thread.once('error', fail)
    thread.once('exit', (code) => (code === 0 ? done() : fail(new Error(`The copy stopped with code ${code}`))))
  })
  const copy = inspectFile(draft)
  if (copy.found !== 'database') {
    rmSync(draft, { force: true })
    throw new Refusal(
      `The copy did not pass its check${copy.found === 'damaged' ? `: ${copy.why}` : ''}. No backup was made.`,
    )
  }
  renameSync(draft, to)
  return `Backed up ${from} to ${to}; the copy passed its integrity check.`
}

/**
 * Puts a backup into an empty folder. It starts with mail on hold, so that nothing sent since the backup goes out again.
 * @throws Refusal in plain words
 */
export async function restore(config: Config, from: string | undefined, now: number): Promise<string> {
  if (!from) throw new Refusal('Say which backup: npm run restore -- FILE')
  const found = inspectFile(from)
  if (found.found === 'nothing') throw new Refusal(`There is no file ${from}.`)
  if (found.found === 'damaged') throw new Refusal(`${from} is not a backup that can be used: ${found.why}.`)
  if (found.mode !== config.mode)
    throw new Refusal(`${from} belongs to ${found.mode} mode. Set MODE=${found.mode} to restore it.`)
  const to = fileOf(config)
  if (readdirSync(config.dataDir).some((name) => name.endsWith('.db')))
    throw new Refusal(
      `${config.dataDir} is not empty. Set DATA_DIR to an empty folder; a restore never overwrites a database.`,
    )
  const draft = `${to}.new`
  for (const rest of ['', '-wal', '-shm']) rmSync(draft + rest, { force: true })
  const source = createClient({ url: `file:${from}`, concurrency: 1 })
  await source.execute({ sql: 'VACUUM INTO ?', args: [draft] })
  source.close()
  const copy = createClient({ url: `file:${draft}`, concurrency: 1 })
  await copy.execute({ sql: 'update installation set mail_held_at = ?', args: [now] })
  copy.close()
  for (const rest of ['-wal', '-shm']) rmSync(draft + rest, { force: true })
  renameSync(draft, to)
  return `Restored into ${to}. Mail is on hold: look at the messages page, then release it there.`
}

import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Client, createClient } from '@libsql/client'
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
  makeFolder(dirname(resolve(to)))
  const draft = `${to}.part`
  rmSync(draft, { force: true })
  try {
    await copyInThread(from, draft)
    const copy = inspectFile(draft, { thorough: true })
    if (copy.found !== 'database')
      throw new Error(`the copy did not pass its check${copy.found === 'damaged' ? `: ${copy.why}` : ''}`)
    // It holds what people told us: nobody else on this machine need read it.
    chmodSync(draft, 0o600)
    renameSync(draft, to)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new Refusal(`No backup was made: ${error instanceof Error ? error.message : String(error)}.`)
  }
  return `Backed up ${from} to ${to}; the copy passed its integrity check.`
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new Refusal(`The folder ${path} cannot be made: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

const copyInThread = (from: string, to: string) =>
  new Promise<void>((done, fail) => {
    const thread = new Worker(new URL('./backup-thread.ts', import.meta.url), { workerData: { from, to } })
    thread.once('error', fail)
    thread.once('exit', (code) => (code === 0 ? done() : fail(new Error(`the copying stopped with code ${code}`))))
  })

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
  // Also a log without its database: SQLite would play it into the one that is put there.
  if (readdirSync(config.dataDir).some((name) => /\.db(-wal|-shm|-journal)?$/.test(name)))
    throw new Refusal(
      `${config.dataDir} is not empty. Set DATA_DIR to an empty folder; a restore never overwrites a database.`,
    )
  const draft = `${to}.new`
  for (const rest of ['', '-wal', '-shm']) rmSync(draft + rest, { force: true })
  try {
    await within(from, (source) => source.execute({ sql: 'VACUUM INTO ?', args: [draft] }))
    await within(draft, (copy) => copy.execute({ sql: 'update installation set mail_held_at = ?', args: [now] }))
    for (const rest of ['-wal', '-shm']) rmSync(draft + rest, { force: true })
    renameSync(draft, to)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new Refusal(`Nothing was restored: ${error instanceof Error ? error.message : String(error)}.`)
  }
  return `Restored into ${to}. Mail is on hold: look at the messages page, then release it there.`
}

async function within(path: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = createClient({ url: `file:${path}`, concurrency: 1 })
  try {
    await work(client)
  } finally {
    client.close()
  }
}

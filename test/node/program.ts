/** The program as an operator runs it: a process of its own, with settings, a folder, and an end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { shippedMigrations } from '#db/migrate.ts'

const entry = new URL('../../server/node.ts', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'afterwards-program-'))
const running = new Set<ChildProcess>()

/** Ends what a failing test left running. */
export async function endAll(): Promise<void> {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

export const newFolder = (): string => mkdtempSync(join(folder, 'data-'))
export const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
/** Every file of a folder with the hash of what is in it. */
export const filesOf = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path)
      .sort()
      .map((name) => [name, hashOf(join(path, name))]),
  )

export const origin = 'https://training.council.test'

/** All that live mode needs; its mail goes to `smtpPort` on this machine. */
export const liveSettings = (dataDir: string, smtpPort = 2525): Record<string, string> => ({
  MODE: 'live',
  DATA_DIR: dataDir,
  PORT: '0',
  PUBLIC_ORIGIN: origin,
  SECRET: 'kQ2v9zLx7Rf4Wm8Tn3Yb6Hc1Jd5Gs0PaUeXi',
  SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
  COVER: 'Ada Lane <ada@council.test>, 01632 960 001, Mon-Fri; Mo Reid <mo@council.test>, 01632 960 002, Tue Thu',
  BUSINESS_MANAGER: 'Bo Nash <bo@council.test>',
})
export const exampleSettings = (dataDir: string): Record<string, string> => ({ DATA_DIR: dataDir, PORT: '0' })

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface Program {
  child: ChildProcess
  /** All it has said so far. */
  out(): string
  ended: Promise<Ended>
  /** Resolves when it has said this; rejects when it ends without. */
  says(words: RegExp): Promise<RegExpExecArray>
}

export function run(env: Record<string, string>, ...words: string[]): Program {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...words], {
    env: { PATH: process.env.PATH ?? '', TZ: 'America/New_York', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let out = ''
  let err = ''
  const watchers = new Set<() => void>()
  const heard = () => {
    for (const look of watchers) look()
  }
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    out += part
    heard()
  })
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    err += part
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      running.delete(child)
      resolve({ code, out, err })
    })
  })
  return {
    child,
    out: () => out,
    ended,
    says: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = words.exec(out)
          if (!found) return
          watchers.delete(look)
          resolve(found)
        }
        watchers.add(look)
        look()
        ended.then(({ code }) => reject(new Error(`It ended with ${code} and never said ${words}.\n${out}\n${err}`)))
      }),
  }
}

export interface Started extends Program {
  /** Where it listens, without a slash at the end. */
  at: string
  port: number
  /** Asks it to stop, and waits until it has. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

export async function started(env: Record<string, string>): Promise<Started> {
  const program = run(env)
  const [, host, port] = await program.says(/listens on (\S+), port (\d+)/)
  return {
    ...program,
    at: `http://${host}:${port}`,
    port: Number(port),
    stop(signal = 'SIGTERM') {
      program.child.kill(signal)
      return program.ended
    },
  }
}

/** Sends JSON as one of our own pages would. */
export const post = (address: string, body: unknown): Promise<Response> =>
  fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(body),
  })

/** Looks into a file, and lets go of it. */
export function within<T>(path: string, look: (file: DatabaseSync) => T): T {
  const file = new DatabaseSync(path, { timeout: 5_000 })
  try {
    return look(file)
  } finally {
    file.close()
  }
}

/** A database of this mode, as a stopped program leaves it. */
export function makeDatabase(path: string, mode: 'live' | 'example'): void {
  within(path, (file) => {
    file.exec('PRAGMA journal_mode=WAL')
    file.exec('create table migrations (name text primary key not null, hash text not null, at integer not null)')
    for (const { name, sql, hash } of shippedMigrations()) {
      file.exec(sql)
      file.prepare('insert into migrations values (?, ?, 7)').run(name, hash)
    }
    file
      .prepare('insert into installation (id, mode, made_at, clock_at, secret) values (1, ?, 7, ?, ?)')
      .run(mode, mode === 'live' ? null : 7, mode === 'live' ? null : 'made for the example, thirty-two or more')
  })
}

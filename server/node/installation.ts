import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { count, desc, eq, sql } from 'drizzle-orm'
import { fillExample } from '#db/example/fill.ts'
import { inspectFile } from '#db/inspect-node.ts'
import { CannotMigrate, lacking, migrate, migrateFile, shippedMigrations } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import { installation, keptEmails } from '#db/schema.ts'
import type { Store } from '#db/transact.ts'
import { byKeeping } from '#emails/by-keeping.ts'
import type { Email, Transport } from '#emails/message.ts'
import { londonInstant } from '#server/calendar.ts'
import { certificateCode } from '#server/certificates/code.ts'
import type { Config } from '#server/config.ts'
import { Missing } from '#server/errors.ts'
import { base64url } from '#server/keys.ts'
import { publishInstruments } from '#server/surveys/instruments.ts'
import { issueFirstReport } from './example-report.ts'
import { Refusal } from './refusal.ts'

/** Proof that an example database was opened: without it the example's doors do not mount. */
export type ExampleToken = { readonly example: true }

export interface Clock {
  now(): number
  /** Example only: moves it forward. */
  set(ms: number): void
  /** True while the example's clock is being moved: the beat of chores waits. */
  isMoving(): boolean
  moving(flag: boolean): void
  /** Example only: remembers where it stands. */
  keep(): Promise<void>
}

export interface Installation {
  store: Store
  secrets: string[]
  clock: Clock
  token?: ExampleToken
  /** Example only: its one transport. */
  keeping?: Transport
}

interface Means {
  now: () => number
  random: (bytes: number) => Uint8Array
  say: (words: string) => void
  progress: (share: number, words: string) => void
}

/** The example's clock starts here, whatever the real date. */
export const exampleStart = londonInstant('2026-09-14', '09:00')

export const fileOf = (config: Config): string => join(config.dataDir, `${config.mode}.db`)

/**
 * Opens the one database this mode may open, making it when there is none.
 * @throws Refusal when the file is damaged, newer, or of the other mode
 */
export async function openInstallation(config: Config, means: Means): Promise<Installation> {
  const path = fileOf(config)
  const other = join(config.dataDir, config.mode === 'live' ? 'example.db' : 'live.db')
  if (existsSync(other))
    throw new Refusal(
      config.mode === 'live'
        ? `The folder ${config.dataDir} holds an example partnership (example.db). A live installation needs a folder of its own: set DATA_DIR to an empty one.`
        : `The folder ${config.dataDir} holds a live installation (live.db). Start it with MODE=live, or set DATA_DIR to an empty folder for the example.`,
    )
  const found = inspectFile(path)
  if (found.found === 'damaged')
    throw new Refusal(
      `The database ${path} cannot be used: ${found.why}. It was left as it is. Move it away and restore a backup into an empty folder: npm run restore -- FILE`,
    )
  if (found.found === 'database' && found.mode !== config.mode)
    throw new Refusal(
      `The database ${path} belongs to ${found.mode} mode and is not opened in ${config.mode} mode. It was left as it is. ${found.mode === 'live' ? 'Start it with MODE=live and the name live.db.' : 'Set DATA_DIR to an empty folder.'}`,
    )
  if (found.found === 'nothing' && existsSync(`${path}-wal`))
    throw new Refusal(
      `There is a log ${path}-wal but no database ${path}. They belong together: put the database back beside its log, or move the log to where the database is now. Nothing was changed.`,
    )
  if (found.found === 'nothing') await make(config, path, means)
  else await bringUpToDate(config, path, found.migrations, means)
  const store = await openFile(path, { durable: config.mode === 'live' })
  await store.write((db) => publishInstruments(db, means.now()))
  // Keeps the statistics that choose between indexes up to date; a few milliseconds.
  await store.client.execute('PRAGMA optimize')
  return config.mode === 'live'
    ? { store, secrets: config.secrets, clock: realClock(means.now) }
    : await openExample(config, store)
}

/** Applies the changes that the database lacks, keeping a copy of it from before. */
async function bringUpToDate(config: Config, path: string, applied: { name: string; hash: string }[], means: Means) {
  try {
    const [first] = lacking(applied, shippedMigrations())
    if (!first) return
    const copy = join(config.dataDir, `${config.mode}-before-${first.name}-${means.now()}.db`)
    await copyInto(path, copy)
    means.say(`A copy of the database from before the change was kept as ${copy}`)
    await migrateFile(path, means.now()).catch((error: unknown) => {
      if (error instanceof CannotMigrate) throw error
      throw new Refusal(
        `${path} could not be changed for this version: ${messageOf(error)} It is as it was; start the version from before.`,
      )
    })
  } catch (error) {
    if (error instanceof CannotMigrate) throw new Refusal(`${path}: ${error.message}`)
    throw error
  }
}

const messageOf = (error: unknown): string => `${error instanceof Error ? error.message : String(error)}.`

async function copyInto(path: string, copy: string): Promise<void> {
  const client = createClient({ url: `file:${path}`, timeout: 5_000, concurrency: 1 })
  try {
    await client.execute({ sql: 'VACUUM INTO ?', args: [copy] })
  } catch (error) {
    rmSync(copy, { force: true })
    throw new Refusal(
      `${path} needs a change, but no copy of it could be kept: ${messageOf(error)} Make room and start again. Nothing was changed.`,
    )
  } finally {
    client.close()
  }
}

/** Makes the database beside its place and moves it there when it is whole: a stop half-way leaves nothing behind. */
async function make(config: Config, path: string, means: Means): Promise<void> {
  const draft = `${path}.new`
  const whole = `${path}.whole`
  for (const rest of [draft, `${draft}-wal`, `${draft}-shm`, whole]) rmSync(rest, { force: true })
  const store = await openFile(draft, { thread: false, durable: config.mode === 'live' })
  await migrate(store.client, means.now())
  const secret = base64url(means.random(36))
  await store.write((db) =>
    db.insert(installation).values({
      id: 1,
      mode: config.mode,
      madeAt: means.now(),
      clockAt: config.mode === 'example' ? exampleStart : null,
      secret: config.mode === 'example' ? secret : null,
    }),
  )
  if (config.mode === 'example') {
    means.progress(0, 'Inventing the example partnership')
    await fillExample(store, {
      clockAt: exampleStart,
      certificateCode: (id) => certificateCode([secret], id),
      progress: means.progress,
    })
  }
  await store.client.execute('ANALYZE')
  if (config.mode === 'example') await issueFirstReport({ config, secret, random: means.random }, store)
  await store.close()
  // Copied and not moved: SQLite knows files by their inode, and a connection that libsql has not yet let go of would
  // share the draft's lock file with the new ones, unseen by every other process.
  copyFileSync(draft, whole)
  for (const rest of [draft, `${draft}-wal`, `${draft}-shm`]) rmSync(rest, { force: true })
  renameSync(whole, path)
}

const realClock = (now: () => number): Clock => ({
  now,
  set() {
    throw new Error('A live clock is not moved')
  },
  isMoving: () => false,
  moving() {},
  async keep() {},
})

async function openExample(config: Config, store: Store): Promise<Installation> {
  const [row] = await store.read.select().from(installation)
  let base = row?.clockAt ?? exampleStart
  let since = performance.now()
  let isMoving = false
  const clock: Clock = {
    now: () => (isMoving ? base : Math.round(base + performance.now() - since)),
    set(ms) {
      base = ms
      since = performance.now()
    },
    isMoving: () => isMoving,
    moving(flag) {
      base = clock.now()
      since = performance.now()
      isMoving = flag
    },
    async keep() {
      await store.write((db) => db.update(installation).set({ clockAt: clock.now() }))
    },
  }
  return {
    store,
    secrets: [...config.secrets, row?.secret ?? ''].filter(Boolean),
    clock,
    token: { example: true },
    keeping: byKeeping((email) => keep(store, clock, email)),
  }
}

async function keep(store: Store, clock: Clock, email: Email): Promise<void> {
  const base64 = (content: string | Uint8Array) =>
    Buffer.from(typeof content === 'string' ? new TextEncoder().encode(content) : content).toString('base64')
  const attachments = (email.attachments ?? []).map(({ filename, type, content }) => ({
    filename,
    type,
    content: base64(content),
  }))
  if (email.calendar)
    attachments.push({
      filename: 'invitation.ics',
      type: `text/calendar; method=${email.calendar.method}; charset=utf-8`,
      content: base64(email.calendar.content),
    })
  await store.write((db) =>
    db.insert(keptEmails).values({
      messageId: Number(/^message-(\d+)-/.exec(email.id)?.[1]) || null,
      toAddress: email.to.address,
      toName: email.to.name ?? '',
      subject: email.subject,
      html: email.html,
      text: email.text,
      headers: JSON.stringify({
        From: `${email.from.name} <${email.from.address}>`,
        To: email.to.name ? `${email.to.name} <${email.to.address}>` : email.to.address,
        'Reply-To': email.replyTo,
        Subject: email.subject,
        ...email.headers,
      }),
      attachments: JSON.stringify(attachments),
      sentAt: clock.now(),
    }),
  )
}

export interface KeptMail {
  letters: ReturnType<typeof letterOf>[]
  /** How many there are in all. */
  found: number
}

const lettersAPage = 40

/** The kept e-mails newest first: a page of those whose address or subject has these words, or without a page the newest 500. */
export async function keptMail(
  store: Store,
  { find = '', page }: { find?: string | undefined; page?: number | undefined },
): Promise<KeptMail> {
  const isFound = sql`instr(lower(${keptEmails.toAddress} || ' ' || ${keptEmails.subject}), ${find.trim().toLowerCase()}) > 0`
  const [all] = await store.read.select({ n: count() }).from(keptEmails).where(isFound)
  const rows = await store.read
    .select()
    .from(keptEmails)
    .where(isFound)
    .orderBy(desc(keptEmails.id))
    .limit(page === undefined ? 500 : lettersAPage)
    .offset(page === undefined ? 0 : (page - 1) * lettersAPage)
  return { letters: rows.map(letterOf), found: all?.n ?? 0 }
}

/** @throws Missing when there is none */
export async function keptLetter(store: Store, id: number) {
  const [row] = await store.read.select().from(keptEmails).where(eq(keptEmails.id, id))
  if (!row) throw new Missing()
  return letterOf(row)
}

const letterOf = (row: typeof keptEmails.$inferSelect) => ({
  id: row.id,
  to: row.toAddress,
  toName: row.toName,
  subject: row.subject,
  sentAt: row.sentAt,
  html: row.html,
  text: row.text,
  headers: JSON.parse(row.headers) as Record<string, string>,
  attachments: JSON.parse(row.attachments) as { filename: string; type: string; content: string }[],
})

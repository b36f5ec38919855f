/** A backup is whole, whatever is being written; a restore sends nothing until someone says so (trust.md R28, R29). */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFile } from '#db/open-node.ts'
import { heartbeats } from '#db/schema.ts'
import { type SmtpServer, startSmtpServer } from '#test/chaos/smtp-server.ts'
import {
  endAll,
  exampleSettings,
  filesOf,
  hashOf,
  liveSettings,
  makeDatabase,
  newFolder,
  origin,
  post,
  run,
  started,
  within,
} from './program.ts'

afterAll(endAll)

/** What a command says when it refuses; nothing in the folder may have changed. */
async function refused(env: Record<string, string>, ...words: string[]): Promise<string> {
  const before = filesOf(env.DATA_DIR ?? '')
  const { code, out, err } = await run(env, ...words).ended
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err, 'words, not a stack').not.toMatch(/\n {4}at |node:internal/)
  expect(filesOf(env.DATA_DIR ?? '')).toEqual(before)
  return err
}

const names = (path: string): string[] =>
  within(path, (file) =>
    file
      .prepare('select name from heartbeats order by name')
      .all()
      .map((row) => String(row.name)),
  )

describe('a backup', () => {
  it('taken while the database is being written is whole, and a moment of it', async () => {
    const dataDir = newFolder()
    const path = join(dataDir, 'live.db')
    makeDatabase(path, 'live')
    const to = join(newFolder(), 'kept', 'monday.db')
    const store = await openFile(path, { thread: false })
    const backup = run(liveSettings(dataDir), 'backup', to)
    let isDone = false
    backup.ended.then(() => {
      isDone = true
    })
    let written = 0
    // Each write is two rows: a moment in between would show an odd number.
    for (; !isDone; written++)
      await store.write(async (db) => {
        const name = String(written).padStart(7, '0')
        await db.insert(heartbeats).values({ name: `${name} first ${'x'.repeat(500)}`, at: written })
        await new Promise((resolve) => setImmediate(resolve))
        await db.insert(heartbeats).values({ name: `${name} second`, at: written })
      })
    await store.close()

    const { code, out } = await backup.ended
    expect({ code, out }).toEqual({
      code: 0,
      out: `Backed up ${path} to ${to}; the copy passed its integrity check.\n`,
    })
    expect(existsSync(`${to}.part`)).toBe(false)
    expect(statSync(to).mode & 0o077, 'nobody else may read it').toBe(0)
    const checked = within(to, (file) => file.prepare('PRAGMA integrity_check').all())
    expect(checked).toEqual([{ integrity_check: 'ok' }])
    const kept = names(to)
    expect(written).toBeGreaterThan(20)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length % 2, 'no half of a write').toBe(0)
    expect(names(path).slice(0, kept.length), 'all that was there at that moment').toEqual(kept)
  })

  it('never overwrites, says where there is nothing to back up, and wants to be told where to', async () => {
    const dataDir = newFolder()
    makeDatabase(join(dataDir, 'live.db'), 'live')
    const to = join(newFolder(), 'kept.db')
    writeFileSync(to, 'something dear')
    expect(await refused(liveSettings(dataDir), 'backup', to)).toMatch(/is there already. A backup never overwrites/)
    expect(readFileSync(to, 'utf8')).toBe('something dear')
    expect(await refused(liveSettings(dataDir), 'backup')).toMatch(/Say where to: npm run backup -- FILE/)
    expect(await refused(liveSettings(newFolder()), 'backup', join(newFolder(), 'x.db'))).toMatch(
      /There is no database/,
    )
  })

  it('of a damaged database is not made', async () => {
    const dataDir = newFolder()
    const path = join(dataDir, 'live.db')
    makeDatabase(path, 'live')
    writeFileSync(path, readFileSync(path).fill(0xff, 4096 * 2, 4096 * 40))
    const to = join(newFolder(), 'kept.db')
    const { code, err } = await run(liveSettings(dataDir), 'backup', to).ended
    expect(code).toBe(1)
    expect(err).toMatch(/^No backup was made: /)
    expect([existsSync(to), existsSync(`${to}.part`)]).toEqual([false, false])
  })
})

describe('a restore', () => {
  let smtp: SmtpServer
  let backup: string
  const secret = liveSettings('').SECRET

  beforeAll(async () => {
    smtp = await startSmtpServer()
    const dataDir = newFolder()
    const program = await started(liveSettings(dataDir, smtp.port))
    await post(`${program.at}/api/sign-in/codes`, { email: 'bea@council.test' })
    await smtp.untilAccepted(1)
    await program.stop()
    // As it stood the moment before the code was sent.
    const path = join(dataDir, 'live.db')
    within(path, (file) => {
      file.exec(
        "update messages set state = 'queued', not_before = 0, sent_at = null, lease_until = null, attempts = 0",
      )
      file.exec(
        `insert into sectors (id, name) values (1, 'Councils');
         insert into agencies (id, name, sector_id) values (1, 'Council children’s services', 1);
         insert into people (id, email, name, agency_id, role_group, workforce, made_at)
           values (1, 'mo@council.test', 'Mo Reid', 1, 'management', 'both', 1);
         insert into roles (person_id, role, given_at) values (1, 'administrator', 1)`,
      )
    })
    backup = join(newFolder(), 'backup.db')
    expect((await run(liveSettings(dataDir), 'backup', backup).ended).code).toBe(0)
  })
  afterAll(() => smtp?.close())

  it('into an empty folder starts with the mail on hold; what was owed goes out only once it is released', async () => {
    const dataDir = newFolder()
    const settings = liveSettings(dataDir, smtp.port)
    const before = hashOf(backup)
    const { code, out } = await run(settings, 'restore', backup).ended
    expect(code).toBe(0)
    expect(out).toMatch(/Restored into .*live\.db\. Mail is on hold: look at the messages page, then release it there/)
    expect(hashOf(backup), 'the backup is only read').toBe(before)
    expect(Object.keys(filesOf(dataDir))).toEqual(['live.db'])

    const program = await started(settings)
    const path = join(dataDir, 'live.db')
    const cookie = signIn(path)
    const look = async () =>
      (await (await fetch(`${program.at}/api/messages`, { headers: { cookie } })).json()) as {
        held: boolean
        transport: string
        counts: { state: string; n: number }[]
      }
    const beats = () => within(path, (file) => Number(file.prepare('select max(at) as at from heartbeats').get()?.at))
    const first = beats()
    await post(`${program.at}/api/sign-in/codes`, { email: 'olu@council.test' })
    while (beats() <= first) await new Promise((resolve) => setImmediate(resolve))
    const held = await look()
    expect(held).toMatchObject({ held: true, transport: expect.stringMatching(/^Mail is on hold since/) })
    expect(held.counts.find(({ state }) => state === 'queued')?.n, 'the old one and the new one').toBe(2)
    expect(smtp.accepted, 'nothing was sent since the backup').toHaveLength(1)

    const released = await fetch(`${program.at}/api/mail-hold/release`, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: '{}',
    })
    expect(released.status).toBe(201)
    await smtp.untilAccepted(3)
    expect(await look()).toMatchObject({ held: false })
    expect((await program.stop()).code).toBe(0)
    expect(smtp.accepted.flatMap(({ to }) => to).sort()).toEqual([
      'bea@council.test',
      'bea@council.test',
      'olu@council.test',
    ])
  })

  it('stays on hold over a stop and a start', async () => {
    const dataDir = newFolder()
    const settings = liveSettings(dataDir, smtp.port)
    await run(settings, 'restore', backup).ended
    for (let n = 0; n < 2; n++) await (await started(settings)).stop()
    const [row] = within(join(dataDir, 'live.db'), (file) =>
      file
        .prepare('select mail_held_at as at, (select count(*) from messages where state = ?) as n from installation')
        .all('queued'),
    )
    expect(row).toEqual({ at: expect.any(Number), n: 1 })
  })

  it('never overwrites: the folder must hold no database, and no log of one', async () => {
    for (const name of ['live.db', 'example.db', 'other.db', 'live.db-wal']) {
      const dataDir = newFolder()
      writeFileSync(join(dataDir, name), 'something dear')
      expect(await refused(liveSettings(dataDir), 'restore', backup)).toMatch(/is not empty. Set DATA_DIR/)
    }
  })

  it('takes no damaged file, no other file, no file of the other mode, and no name at all', async () => {
    const damaged = join(newFolder(), 'damaged.db')
    writeFileSync(damaged, readFileSync(backup).fill(0xff, 4096 * 2, 4096 * 40))
    const example = join(newFolder(), 'example-backup.db')
    makeDatabase(example, 'example')
    const cases: [string[], RegExp][] = [
      [[damaged], /is not a backup that can be used: /],
      [[new URL('../../package.json', import.meta.url).pathname], /is not a backup that can be used: /],
      [[example], /belongs to example mode. Set MODE=example to restore it/],
      [[join(newFolder(), 'nowhere.db')], /There is no file/],
      [[], /Say which backup: npm run restore -- FILE/],
    ]
    for (const [words, fault] of cases)
      expect(await refused(liveSettings(newFolder()), 'restore', ...words)).toMatch(fault)
    expect(await refused(exampleSettings(newFolder()), 'restore', backup)).toMatch(
      /belongs to live mode. Set MODE=live/,
    )
  })

  it('is not undone by a log left behind: a start refuses a log without its database', async () => {
    const dataDir = newFolder()
    writeFileSync(join(dataDir, 'live.db-wal'), 'the log of a database that was moved away')
    expect(await refused(liveSettings(dataDir))).toMatch(/There is a log .*live\.db-wal but no database/)
  })

  /** Mo, signed in with the second factor. */
  function signIn(path: string): string {
    const token = createHash('sha256').update(String(secret)).digest('hex')
    const hash = createHash('sha256').update(token).digest('hex')
    const file = new DatabaseSync(path, { timeout: 5_000 })
    const now = Date.now()
    file
      .prepare(
        "insert into sign_ins (token_hash, email, person_id, role, second_factor_at, started_at, seen_at) values (?, 'mo@council.test', 1, 'administrator', ?, ?, ?)",
      )
      .run(hash, now, now, now)
    file.close()
    return `__Host-sid=${token}`
  }
})

/** Migrations go forward only, each whole or not at all, once, with a copy kept from before (trust.md R27). */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@libsql/client'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { CannotMigrate, type Migration, migrate, migrateFile, shippedMigrations } from '#db/migrate.ts'
import { readConfig } from '#server/config.ts'
import { openInstallation } from '#server/node/installation.ts'
import { Refusal } from '#server/node/refusal.ts'
import { seededRandom, start } from './world.ts'

const folder = mkdtempSync(join(tmpdir(), 'afterwards-migrate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const clients: Client[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

let files = 0
const newPath = () => join(folder, `${++files}.db`)
function connect(path: string): Client {
  const client = createClient({ url: `file:${path}`, timeout: 0, concurrency: 1 })
  clients.push(client)
  return client
}

const shipped = shippedMigrations()
const change = (name: string, sql: string): Migration => ({
  name,
  sql,
  hash: createHash('sha256').update(sql).digest('hex'),
})
const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const applied = async (client: Client) =>
  (await client.execute('select name from migrations order by name')).rows.map((row) => String(row.name))
const schemaOf = async (client: Client) =>
  (await client.execute('select type, name, sql from sqlite_schema order by type, name')).rows.map((row) => ({
    ...row,
  }))

describe('migrations', () => {
  it('ship in order, each named once', () => {
    const names = shipped.map(({ name }) => name)
    expect(names.length).toBeGreaterThan(1)
    expect(names).toEqual([...new Set(names)].sort())
  })

  it('make a whole database from nothing, and do nothing the second time', async () => {
    const client = connect(newPath())
    expect(await migrate(client, 7)).toEqual(shipped.map(({ name }) => name))
    expect(await migrate(client, 8)).toEqual([])
    expect((await client.execute('select distinct at from migrations')).rows.map((row) => row.at)).toEqual([7])
    expect((await client.execute('PRAGMA integrity_check')).rows[0]).toEqual({ integrity_check: 'ok' })
    expect((await client.execute('PRAGMA foreign_key_check')).rows).toEqual([])
  })

  it('are applied once by several starters at once', async () => {
    const path = newPath()
    const done = await Promise.all(Array.from({ length: 4 }, () => migrateFile(path, 7)))
    expect(done.flat()).toEqual(shipped.map(({ name }) => name))
    expect(await applied(connect(path))).toEqual(shipped.map(({ name }) => name))
  })

  it('wait for whoever holds the file', async () => {
    const path = newPath()
    const other = connect(path)
    const lock = await other.transaction('write')
    const migrating = migrateFile(path, 7)
    await new Promise((resolve) => setTimeout(resolve, 30))
    await lock.rollback()
    expect(await migrating).toHaveLength(shipped.length)
  })

  it('that fail half-way leave the old schema, usable', async () => {
    const client = connect(newPath())
    await migrate(client, 7)
    const before = await schemaOf(client)
    const next = change(
      '9000_half',
      "create table half (x text);--> statement-breakpoint\ninsert into half values ('a');--> statement-breakpoint\nalter table nowhere add column y text",
    )
    await expect(migrate(client, 8, [...shipped, next])).rejects.toThrow(/nowhere/)
    expect(await schemaOf(client)).toEqual(before)
    expect(await applied(client)).not.toContain('9000_half')
    await client.execute("insert into heartbeats values ('still usable', 1)")
    expect((await connectAgain(client)).rows).toHaveLength(1)

    async function connectAgain(client: Client) {
      return client.execute('select name from heartbeats')
    }
  })

  it('may rebuild a table that others refer to', async () => {
    const client = connect(newPath())
    await migrate(client, 7)
    await client.execute("insert into sectors (id, name) values (1, 'Health')")
    await client.execute("insert into agencies (id, name, sector_id) values (1, 'Riverside', 1)")
    const rebuild = change(
      '9000_rebuild',
      `create table __new_sectors (id integer primary key autoincrement not null, name text not null unique, education integer not null default 0, since text);--> statement-breakpoint
       insert into __new_sectors (id, name, education) select id, name, education from sectors;--> statement-breakpoint
       drop table sectors;--> statement-breakpoint
       alter table __new_sectors rename to sectors`,
    )
    expect(await migrate(client, 8, [...shipped, rebuild])).toEqual(['9000_rebuild'])
    expect((await client.execute('select count(*) as n from agencies')).rows[0]?.n).toBe(1)
    await expect(client.execute("insert into agencies (name, sector_id) values ('Nowhere', 99)")).rejects.toThrow(
      /FOREIGN KEY/,
    )
  })

  it('that would leave rows without what they refer to are refused whole', async () => {
    const client = connect(newPath())
    await migrate(client, 7)
    await client.execute("insert into sectors (id, name) values (1, 'Health')")
    await client.execute("insert into agencies (id, name, sector_id) values (1, 'Riverside', 1)")
    const loss = change('9000_loss', 'delete from sectors')
    await expect(migrate(client, 8, [...shipped, loss])).rejects.toThrow(CannotMigrate)
    expect((await client.execute('select count(*) as n from sectors')).rows[0]?.n).toBe(1)
  })

  it('of a newer version are refused in words, and nothing is changed', async () => {
    const path = newPath()
    const client = connect(path)
    await migrate(client, 7, [...shipped, change('9000_newer', 'create table newer (x text)')])
    const before = await schemaOf(client)
    await expect(migrate(client, 8)).rejects.toThrow(/made by a newer version.*"9000_newer".*Nothing was changed/)
    expect(await schemaOf(client)).toEqual(before)
  })

  it('whose past was altered are refused in words', async () => {
    const client = connect(newPath())
    const [first, ...rest] = shipped
    await migrate(client, 7, [{ ...first!, hash: 'another' }, ...rest])
    await expect(migrate(client, 8)).rejects.toThrow(/in a form this version does not know/)
  })

  it('with one missing from the middle are refused, too: it is not ours', async () => {
    const client = connect(newPath())
    await migrate(client, 7, [shipped[0]!, change('0000_zz-other', 'create table other (x text)'), ...shipped.slice(1)])
    await expect(migrate(client, 8)).rejects.toThrow(/in a form this version does not know/)
  })
})

describe('the change that counts what is shown of colleagues’ answers', () => {
  const told = (course: number, counts: readonly number[]) => ({
    key: `course:${course}`,
    figures: [
      { key: 'flow', table: null },
      { key: 'colleagues', table: { rows: counts.map((n) => ['Words', n, '%']) } },
    ],
  })

  /** What is shown once the change was made of a database in which these have answered, in the order of the answers. */
  async function shownOf({
    tallies,
    bodies = [],
    threshold,
  }: {
    tallies: Record<number, number[]>
    bodies?: unknown[]
    threshold?: string
  }): Promise<Record<string, number[]>> {
    const client = connect(newPath())
    const i = shipped.findIndex(({ name }) => name === '0004_colleagues-in-fives')
    await migrate(client, 7, shipped.slice(0, i))
    await client.execute('PRAGMA foreign_keys=OFF')
    await client.execute(
      "insert into programmes (id, name, kind, starts_on, ends_on) values (1, '2025-26', 'year', '2025-04-01', '2026-03-31')",
    )
    if (threshold)
      await client.execute({ sql: "insert into settings values ('shown-from-answered', ?, 7)", args: [threshold] })
    for (const [course, counts] of Object.entries(tallies)) {
      await client.execute({
        sql: `insert into courses (id, code, title, aims, level, audience, key_behaviour, minutes, participatory_minutes, attendance_rule, earns, why)
          values (?, ?, 'Neglect', '', '2', 'both', '', 60, 30, 'all', 'full', '')`,
        args: [Number(course), `C${course}`],
      })
      for (const [j, answer] of ['more-than-once', 'once', 'not-yet', 'could-not-see'].entries())
        if (counts[j])
          await client.execute({
            sql: 'insert into colleague_tallies (course_id, programme_id, answer, n) values (?, 1, ?, ?)',
            args: [Number(course), answer, counts[j]],
          })
    }
    for (const [number, body] of bodies.entries())
      await client.execute({
        sql: `insert into reports (scope, programme_id, from_on, until_on, title, state, made_at, agreed_on, number, issued_at, body, hash, proof)
          values ('programme', 1, '2025-04-01', '2026-03-31', 'A year', 'issued', 7, '2026-09-01', ?, 7, ?, '', '')`,
        args: [number + 1, typeof body === 'string' ? body : JSON.stringify(body)],
      })
    expect(await migrate(client, 8)).toEqual(shipped.slice(i).map(({ name }) => name))
    expect((await client.execute('PRAGMA integrity_check')).rows[0]).toEqual({ integrity_check: 'ok' })
    await expect(client.execute('update colleague_tallies set shown = n + 1')).rejects.toThrow(/CHECK/)
    const shown: Record<string, number[]> = {}
    for (const row of (await client.execute('select course_id, shown from colleague_tallies order by rowid')).rows)
      (shown[String(row.course_id)] ??= []).push(Number(row.shown))
    return shown
  }

  it('starts from everything, where as many have answered as may be shown', async () => {
    expect(await shownOf({ tallies: { 1: [3, 1, 0, 1], 2: [2, 2, 0, 0] } })).toEqual({ 1: [3, 1, 1], 2: [0, 0] })
    expect(await shownOf({ tallies: { 1: [3, 1, 0, 1], 2: [2, 2, 1, 1] }, threshold: '6' })).toEqual({
      1: [0, 0, 0],
      2: [2, 2, 1, 1],
    })
  })

  it('starts from what the last report shows, while fewer have answered since', async () => {
    const bodies = [
      { pages: [told(1, [5, 0, 0, 0]), told(3, [5, 0, 0, 0])] },
      {
        pages: [
          told(1, [6, 4, 0, 0]),
          told(2, [5, 0, 0, 0]),
          { key: 'course:3', figures: [{ key: 'colleagues', table: null }] },
        ],
      },
    ]
    expect(
      await shownOf({ tallies: { 1: [6, 5, 3, 0], 2: [5, 3, 2, 0], 3: [6, 1, 0, 0], 4: [0, 9, 0, 0] }, bodies }),
    ).toEqual({
      1: [6, 4, 0],
      2: [5, 3, 2],
      3: [5, 0],
      4: [9],
    })
  })

  it('leaves a report that cannot be read aside', async () => {
    const bodies = ['{}', 'not JSON', { pages: [told(1, [])] }, { pages: [{ key: 'course:1', figures: null }] }]
    expect(await shownOf({ tallies: { 1: [3, 3, 0, 0] }, bodies })).toEqual({ 1: [3, 3] })
  })
})

describe('the history', () => {
  it('refuses to be changed or removed, row by row or at once', async () => {
    const client = connect(newPath())
    await migrate(client, 7)
    await client.execute(
      "insert into history (at, actor, what, about) values (1, 'person:1', 'booking.confirmed', 'booking:1')",
    )
    await expect(client.execute("update history set actor = 'person:2'")).rejects.toThrow(/never changed/)
    await expect(client.execute('update history set id = 7 where id = 1')).rejects.toThrow(/never changed/)
    await expect(client.execute('delete from history where id = 1')).rejects.toThrow(/never removed/)
    await expect(client.execute('delete from history')).rejects.toThrow(/never removed/)
    await expect(
      client.execute("insert or replace into history (id, at, actor, what, about) values (1, 1, 'x', 'x', 'x')"),
    ).rejects.toThrow(/never/)
    const { rows } = await client.execute('select actor from history')
    expect(rows.map((row) => row.actor)).toEqual(['person:1'])
  })
})

describe('opening an installation that lacks a change', () => {
  const settings = (dataDir: string) =>
    readConfig(
      {
        MODE: 'live',
        DATA_DIR: dataDir,
        PUBLIC_ORIGIN: 'https://training.test',
        SECRET: 'kQ2v9zLx7Rf4Wm8Tn3Yb6Hc1Jd5Gs0PaUeXi',
        SMTP_URL: 'smtp://127.0.0.1:2525',
        COVER: 'Ada Lane <ada@council.test>, 01632 960 001, Mon-Fri; Mo Reid <mo@council.test>, 01632 960 002, Tue Thu',
        BUSINESS_MANAGER: 'Bo Nash <bo@council.test>',
      },
      () => '',
      'test',
    )
  const said: string[] = []
  const open = async (dataDir: string) => {
    said.length = 0
    const installation = await openInstallation(settings(dataDir), {
      now: () => start,
      random: seededRandom(),
      say: (words) => said.push(words),
      progress: () => undefined,
    })
    await installation.store.close()
  }

  /** A live database as an earlier version left it: without the guard of the history. */
  async function earlier(): Promise<{ dataDir: string; path: string }> {
    const dataDir = mkdtempSync(join(folder, 'live-'))
    const path = join(dataDir, 'live.db')
    const client = connect(path)
    await migrate(client, 7, shipped.slice(0, 1))
    await client.execute("insert into installation (id, mode, made_at) values (1, 'live', 7)")
    await client.execute("insert into sectors (id, name) values (1, 'Health')")
    client.close()
    clients.length = 0
    return { dataDir, path }
  }

  it('keeps a copy from before, says where, and then applies it', async () => {
    const { dataDir, path } = await earlier()
    await open(dataDir)
    const copies = readdirSync(dataDir).filter((name) => name.includes('-before-'))
    expect(copies).toEqual([`live-before-${shipped[1]!.name}-${start}.db`])
    expect(said.join()).toContain(copies[0])
    const copy = connect(join(dataDir, copies[0]!))
    expect(await applied(copy)).toEqual([shipped[0]!.name])
    expect((await copy.execute('select name from sectors')).rows.map((row) => row.name)).toEqual(['Health'])
    const now = connect(path)
    expect(await applied(now)).toEqual(shipped.map(({ name }) => name))
    expect((await now.execute('select name from sectors')).rows.map((row) => row.name)).toEqual(['Health'])
  })

  it('keeps no copy where nothing is lacking', async () => {
    const { dataDir } = await earlier()
    await open(dataDir)
    await open(dataDir)
    expect(readdirSync(dataDir).filter((name) => name.includes('-before-'))).toHaveLength(1)
  })

  it('changes nothing where the copy cannot be kept', async () => {
    const { dataDir, path } = await earlier()
    const client = connect(join(dataDir, `live-before-${shipped[1]!.name}-${start}.db`))
    await client.execute('create table something (x text)')
    const before = hashOf(path)
    await expect(open(dataDir)).rejects.toThrow(Refusal)
    expect(hashOf(path)).toBe(before)
  })

  it('refuses a newer one before anything is written to it', async () => {
    const { dataDir, path } = await earlier()
    const client = connect(path)
    await migrate(client, 7, [...shipped, change('9000_newer', 'create table newer (x text)')])
    client.close()
    const before = hashOf(path)
    await expect(open(dataDir)).rejects.toThrow(/newer version/)
    expect(hashOf(path)).toBe(before)
    expect(readdirSync(dataDir)).toEqual(['live.db'])
  })
})

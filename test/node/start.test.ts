/** Starting and stopping, as an operator sees it: real processes, real files (trust.md R23, R27, R31; product.md section 5). */
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
  type Started,
  started,
  within,
} from './program.ts'

afterAll(endAll)

/** Runs it where it must refuse: it ends with 1, says why in words, and touches no file. */
async function refused(env: Record<string, string>, ...words: string[]): Promise<string> {
  const before = filesOf(env.DATA_DIR ?? '')
  const { code, out, err } = await run(env, ...words).ended
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err, 'words, not a stack').not.toMatch(/\n {4}at |node:internal/)
  expect(filesOf(env.DATA_DIR ?? ''), 'no file was touched or made').toEqual(before)
  return err
}

describe('a live installation', () => {
  let smtp: SmtpServer
  let program: Started
  let dataDir: string

  beforeAll(async () => {
    smtp = await startSmtpServer({ keepsText: true })
    dataDir = newFolder()
    writeFileSync(join(dataDir, 'live.db.new'), 'what an earlier start left half-made')
    program = await started(liveSettings(dataDir, smtp.port))
  })
  afterAll(async () => {
    await program?.stop()
    await smtp?.close()
  })

  it('is made whole in an empty folder, with nothing half-made beside it', () => {
    expect(Object.keys(filesOf(dataDir)).filter((name) => !/-(wal|shm)$/.test(name))).toEqual(['live.db'])
  })

  it('says where it is reached and where it listens', () => {
    expect(program.out()).toContain(`Afterwards is ready at ${origin} and listens on 127.0.0.1, port ${program.port}`)
  })

  it('answers /healthz with nothing but that it is well', async () => {
    const answer = await fetch(`${program.at}/healthz`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ ok: true })
  })

  it('has none of the doors of the example', async () => {
    for (const [method, path] of [
      ['GET', '/example/cast'],
      ['GET', '/example/mail'],
      ['GET', '/example/mail/1'],
      ['GET', '/example/mail/1/html'],
      ['GET', '/example'],
      ['POST', '/example/sign-in'],
      ['POST', '/example/clock'],
    ] as const) {
      const answer = await fetch(`${program.at}${path}`, { method, headers: { origin } })
      expect({ path, status: answer.status, type: answer.headers.get('content-type') }).toEqual({
        path,
        status: 404,
        type: 'application/problem+json; charset=utf-8',
      })
      expect(await answer.json()).toMatchObject({ code: 'missing' })
    }
  })

  it('keeps the description of its API to signed-in staff', async () => {
    expect((await fetch(`${program.at}/api/openapi.json`)).status).toBe(401)
  })

  it('takes nothing but JSON on its API', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await fetch(`${program.at}/api/sign-in/codes`, {
        method: 'POST',
        headers: { origin, 'content-type': type },
        body: '{"email":"bea@council.test"}',
      })
      expect(answer.status, type).toBe(415)
      expect(await answer.json()).toMatchObject({ status: 415, code: 'wrong-content-type' })
    }
  })

  it.each(['/api/sign-in/codes', '/day', '/answer/x.y', '/api/no-such-thing', '/opt-out/x/one-click'])(
    'refuses a gigabyte sent to %s with 413 at once, and goes on',
    async (path) => {
      const { status, sent } = await sendGigabyte(program.port, path)
      expect(status).toBe(413)
      expect(sent, 'bytes taken before it answered').toBeLessThan(32 * 1024 * 1024)
      expect((await fetch(`${program.at}/healthz`)).status).toBe(200)
    },
  )

  it('sends a sign-in code by the mail server that was set', async () => {
    const asked = await post(`${program.at}/api/sign-in/codes`, { email: 'bea@council.test' })
    expect(asked.status).toBe(202)
    await smtp.untilAccepted(1)
    expect(smtp.accepted[0]?.to).toEqual(['bea@council.test'])
  })

  it('writes one JSON line a request, with the pattern of its route and nothing that was secret in it', async () => {
    await fetch(`${program.at}/answer/SECRET-TOKEN?x=CANARY`)
    const line = await program.says(/\{[^\n]*"GET","route":"\/answer\/:token"[^\n]*\}/)
    expect(JSON.parse(line[0])).toEqual({
      at: expect.any(String),
      requestId: expect.any(String),
      method: 'GET',
      route: '/answer/:token',
      status: 404,
      ms: expect.any(Number),
    })
    expect(program.out()).not.toMatch(/CANARY|SECRET-TOKEN|bea@council/)
  })

  it('refuses a second one on the same port, says so, and is itself undisturbed', async () => {
    const other = newFolder()
    const { code, err } = await run({ ...liveSettings(other), PORT: String(program.port) }).ended
    expect(code).toBe(1)
    expect(err).toBe(`Port ${program.port} is in use on 127.0.0.1. Stop what uses it, or set PORT to another number.\n`)
    expect((await fetch(`${program.at}/healthz`)).status).toBe(200)
  })

  it('prints an invitation for staff, good for the address people see', async () => {
    const { code, out } = await run(liveSettings(dataDir), 'invite', 'coordinator', 'Ada@council.test').ended
    expect(code).toBe(0)
    const [, token] = /^https:\/\/training\.council\.test\/enrol\/([\w-]{22})$/m.exec(out) ?? []
    expect(out).toContain('as ada@council.test')
    const answer = await fetch(`${program.at}/api/enrolments/${token}`)
    expect(await answer.json()).toMatchObject({ role: 'coordinator', email: 'ada@council.test' })
  })

  it('says what is wrong with an invitation', async () => {
    for (const [words, fault] of [
      [['invite', 'king', 'ada@council.test'], /"king" is not a role of staff/],
      [['invite', 'coordinator', 'ada'], /"ada" is not an email address/],
      [['invite'], /is not a role of staff/],
    ] as const) {
      const { code, out, err } = await run(liveSettings(dataDir), ...words).ended
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(fault)
    }
  })

  it('stops when asked, with 0, its log emptied into the file', async () => {
    const { code, err } = await program.stop()
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const log = filesOf(dataDir)['live.db-wal']
    expect([undefined, hashOf('/dev/null')]).toContain(log)
  })

  it('starts again on the same file, and stops when interrupted', async () => {
    program = await started(liveSettings(dataDir, smtp.port))
    expect((await fetch(`${program.at}/healthz`)).status).toBe(200)
    expect(within(join(dataDir, 'live.db'), (file) => file.prepare('select id from messages').all())).toHaveLength(1)
    expect((await program.stop('SIGINT')).code).toBe(0)
  })
})

describe('a start that cannot be', () => {
  it('lists every setting that is missing', async () => {
    const err = await refused({ MODE: 'live', DATA_DIR: newFolder() })
    for (const name of ['PUBLIC_ORIGIN', 'SECRET', 'SMTP_URL', 'COVER', 'BUSINESS_MANAGER'])
      expect(err).toMatch(new RegExp(`^ {2}- ${name} is missing: `, 'm'))
  })

  it('names a command that is none, before anything is made', async () => {
    const err = await refused(liveSettings(newFolder()), 'strat')
    expect(err).toMatch(/"strat" is not a command. There are: invite, backup, restore, migrate/)
  })

  it('says that the folder cannot be made', async () => {
    const blocked = join(newFolder(), 'file')
    writeFileSync(blocked, '')
    const { code, err } = await run(liveSettings(join(blocked, 'data'))).ended
    expect(code).toBe(1)
    expect(err).toMatch(/^The folder .* cannot be made: .* Set DATA_DIR/)
  })

  it('says that this machine has no such address', async () => {
    const { code, err } = await run({ ...liveSettings(newFolder()), HOST: '192.0.2.7' }).ended
    expect(code).toBe(1)
    expect(err).toMatch(/This machine has no address 192\.0\.2\.7/)
  })

  const damages: [string, (path: string) => void][] = [
    ['is garbage', (path) => writeFileSync(path, 'garbage '.repeat(4096))],
    ['is empty', (path) => truncateSync(path, 0)],
    ['was cut in half', (path) => truncateSync(path, readFileSync(path).length / 2)],
    ['was cut within its first page', (path) => truncateSync(path, 60)],
    ['has pages of garbage', (path) => writeFileSync(path, readFileSync(path).fill(0xff, 4096 * 2, 4096 * 40))],
    ['is of another program', (path) => replaceByAnother(path)],
  ]
  it.each(damages)('leaves a database alone that %s, and says what to do', async (_, damage) => {
    const dataDir = newFolder()
    const path = join(dataDir, 'live.db')
    makeDatabase(path, 'live')
    damage(path)
    const err = await refused(liveSettings(dataDir))
    expect(err).toMatch(/cannot be used: .+\. It was left as it is\. Move it away and restore a backup/)
  })

  function replaceByAnother(path: string): void {
    // A whole and sound database that knows nothing of us: no table at all.
    const header = readFileSync(path).subarray(0, 100)
    header[18] = 1
    header[19] = 1
    header.writeUInt32BE(1, 28)
    header.writeUInt32BE(0, 32)
    header.writeUInt32BE(0, 36)
    const page = Buffer.alloc(4096)
    header.copy(page)
    page[100] = 0x0d
    page.writeUInt16BE(4096, 105)
    writeFileSync(path, page)
  }

  it('leaves a database of a newer version alone', async () => {
    const dataDir = newFolder()
    const path = join(dataDir, 'live.db')
    makeDatabase(path, 'live')
    within(path, (file) => file.exec("insert into migrations values ('9000_newer', 'x', 1)"))
    const err = await refused(liveSettings(dataDir))
    expect(err).toMatch(/made by a newer version of Afterwards .* Start that version, or restore a backup/)
  })

  it.each<[string, 'live' | 'example', string, (dataDir: string) => Record<string, string>, RegExp]>([
    ['an example under the name live.db', 'example', 'live.db', liveSettings, /belongs to example mode/],
    ['a live one under the name example.db', 'live', 'example.db', exampleSettings, /belongs to live mode/],
    ['a folder with live.db, MODE unset', 'live', 'live.db', exampleSettings, /holds a live installation/],
    ['a folder with live.db that is an example', 'example', 'live.db', exampleSettings, /holds a live installation/],
    ['a folder with example.db, in live mode', 'example', 'example.db', liveSettings, /holds an example partnership/],
  ])('opens no other mode’s file: %s', async (_, mode, name, settings, words) => {
    const dataDir = newFolder()
    makeDatabase(join(dataDir, name), mode)
    expect(await refused(settings(dataDir))).toMatch(words)
  })

  it('makes no example beside a live file that is damaged', async () => {
    const dataDir = newFolder()
    writeFileSync(join(dataDir, 'live.db'), 'garbage')
    expect(await refused(exampleSettings(dataDir))).toMatch(/holds a live installation/)
  })

  it('gives no invitation in the example, and makes nothing for it', async () => {
    expect(await refused(exampleSettings(newFolder()), 'invite', 'coordinator', 'ada@council.test')).toMatch(
      /Invitations are for live mode/,
    )
  })
})

describe('a stop while mail is being sent', () => {
  it('finishes the message in hand, gives back the rest, and leaves nothing uncertain', async () => {
    let letGo = () => {}
    const told = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const smtp = await startSmtpServer({
      fault: (phase) => (phase === 'after-dot' ? { kind: 'delay', until: () => told } : undefined),
    })
    const dataDir = newFolder()
    const program = await started(liveSettings(dataDir, smtp.port))
    const people = Array.from({ length: 8 }, (_, n) => `person${n}@council.test`)
    for (const email of people) expect((await post(`${program.at}/api/sign-in/codes`, { email })).status).toBe(202)
    await smtp.untilReached('after-dot', 1)
    const ending = program.stop()
    await smtp.untilReached('after-dot', Math.min(smtp.connections, 2))
    letGo()
    const asked = performance.now()
    const { code, err } = await ending
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(performance.now() - asked, 'trust.md R31').toBeLessThan(25_000)

    const states = within(join(dataDir, 'live.db'), (file) =>
      file
        .prepare('select state, count(*) as n from messages group by state order by state')
        .all()
        .map((row) => [String(row.state), Number(row.n)] as const),
    )
    expect(states.map(([state]) => state).filter((state) => state !== 'queued')).toEqual(['sent'])
    expect(states.reduce((sum, [, n]) => sum + n, 0)).toBe(people.length)
    expect(Object.fromEntries(states).sent).toBe(smtp.accepted.length)

    const again = await started(liveSettings(dataDir, smtp.port))
    await smtp.untilAccepted(people.length)
    await again.stop()
    expect(smtp.twice()).toEqual([])
    expect(smtp.accepted.flatMap(({ to }) => to).sort()).toEqual(people)
    await smtp.close()
  })
})

describe('the example', () => {
  let program: Started
  let dataDir: string
  beforeAll(async () => {
    dataDir = newFolder()
    writeFileSync(join(dataDir, 'example.db.new'), 'what an earlier start left half-made')
    appendFileSync(join(dataDir, 'example.db.new-wal'), 'and its log')
    program = await started(exampleSettings(dataDir))
  }, 240_000)
  afterAll(async () => {
    await program?.stop()
  })

  it('starts with no setting but a port, on the loopback address, and says how it gets on', () => {
    expect(program.out()).toMatch(/100% .*\n/)
    expect(program.at).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(Object.keys(filesOf(dataDir)).filter((name) => !/-(wal|shm)$/.test(name))).toEqual(['example.db'])
  })

  it('tells of itself on /healthz', async () => {
    const answer = await fetch(`${program.at}/healthz`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ ok: true, mode: 'example', version: expect.any(String) })
  })

  it('lets anyone sign in as one of its cast', async () => {
    const answer = await fetch(`${program.at}/example/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"as":"coordinator"}',
    })
    expect(answer.status).toBe(201)
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const me = await fetch(`${program.at}/api/me`, { headers: { cookie } })
    expect(await me.json()).toMatchObject({ signedIn: true, role: 'coordinator', mode: 'example' })
  })

  it('opens as it was after a stop, its clock standing where it stood', async () => {
    const clock = async () => ((await (await fetch(`${program.at}/api/me`)).json()) as { now: number }).now
    const before = await clock()
    expect((await program.stop()).code).toBe(0)
    program = await started(exampleSettings(dataDir))
    const after = await clock()
    expect(after).toBeGreaterThanOrEqual(before)
    expect(after - before, 'time asleep does not count').toBeLessThan(60_000)
  })
})

/** Streams up to a gigabyte in chunks without saying how much it will be; stops when it is answered. */
function sendGigabyte(port: number, path: string): Promise<{ status: number; sent: number }> {
  return new Promise((resolve, reject) => {
    const chunk = Buffer.alloc(64 * 1024, 'x')
    const framed = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')])
    const socket = net.connect(port, '127.0.0.1')
    let sent = 0
    let answer = ''
    const settle = () => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]
      if (!status) return
      resolve({ status: Number(status), sent })
      socket.destroy()
    }
    const more = () => {
      while (!socket.destroyed && sent < 1024 ** 3) {
        sent += chunk.length
        if (!socket.write(framed)) return socket.once('drain', more)
      }
    }
    socket.on('connect', () => {
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: training.council.test\r\nOrigin: ${origin}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      )
      more()
    })
    socket.on('data', (part) => {
      answer += part.toString('latin1')
      settle()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      settle()
      reject(new Error(`Closed without an answer after ${sent} bytes: ${answer.slice(0, 200)}`))
    })
  })
}

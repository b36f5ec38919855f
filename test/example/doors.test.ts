import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, count, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bookings, contacts, events, followUps, keptEmails, marks, messages, people, responses } from '#db/schema.ts'
import { createApp } from '#server/app.ts'
import { isWorkingDay, londonClock, londonDate, weekday } from '#server/calendar.ts'
import { readConfig } from '#server/config.ts'
import type { Env } from '#server/context.ts'
import { exampleDoors } from '#server/example.ts'
import { engineFromPackage, fontsFromPackage } from '#server/node/files.ts'
import { exampleStart, type Installation, openInstallation } from '#server/node/installation.ts'
import type { World } from '#server/world.ts'
import { seededRandom } from '#test/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'afterwards-example-'))
const config = readConfig({ DATA_DIR: folder }, () => '', 'test')
const random = seededRandom(7)
const faults: unknown[] = []
let installation: Installation
let world: World
let app: Hono<Env>
const progress: number[] = []

async function open(): Promise<void> {
  installation = await openInstallation(config, {
    now: () => 1_790_000_000_000,
    random,
    say: () => undefined,
    progress: (share) => progress.push(share),
  })
  world = {
    store: installation.store,
    config,
    clock: installation.clock.now,
    random,
    secrets: installation.secrets,
    transport: installation.keeping!,
    fonts: fontsFromPackage,
    engine: engineFromPackage,
    asset: async () => null,
    log: (line) => line.level === 'error' && faults.push(line),
    wake: () => undefined,
  }
  app = createApp(
    world,
    exampleDoors(installation.token!, world, installation.clock, async () => undefined),
  )
}

beforeAll(open, 120_000)
afterAll(async () => {
  await installation?.store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(method: string, path: string, body?: unknown, cookie = '') {
  const answer = await app.request(`http://127.0.0.1:8787${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie ? { cookie, origin: 'http://127.0.0.1:8787' } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    json: text ? JSON.parse(text) : null,
    cookie: answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; '),
  }
}
const forward = (advance: unknown) => ask('POST', '/example/clock', { advance })
const signInAs = (as: string) => ask('POST', '/example/sign-in', { as })

describe('the example’s doors', () => {
  it('are filled with progress shown, and start on Monday 14 September 2026 at 9:00am', async () => {
    expect(progress.at(-1)).toBe(1)
    expect(progress.length).toBeGreaterThan(5)
    expect(installation.clock.now() - exampleStart).toBeLessThan(60_000)
    expect((await ask('GET', '/healthz')).json).toMatchObject({ ok: true, mode: 'example', version: 'test' })
  })

  it('sign in as each of the cast with one press', async () => {
    for (const as of ['coordinator', 'delegate', 'trainer', 'sub-group', 'agency-lead', 'administrator']) {
      const { status, json, cookie } = await signInAs(as)
      expect({ status, role: json.role }).toEqual({ status: 201, role: as })
      expect((await ask('GET', '/api/me', undefined, cookie)).json).toMatchObject({
        signedIn: true,
        role: as,
        person: { name: json.name },
      })
    }
    expect((await signInAs('trustee')).status).toBe(422)
    expect((await ask('POST', '/example/sign-in', { as: 'delegate', extra: 1 })).status).toBe(422)
  })

  it('refuse to move the clock backwards, nowhere, too far, or by what is no duration', async () => {
    for (const advance of ['-P1D', 'P0D', 'P2Y', 'P13M', 'tomorrow', '', 12, null]) {
      const answer = await forward(advance)
      expect({ advance, status: answer.status }).toEqual({ advance, status: 422 })
    }
  })

  it('move three months: the invented people book, come and answer, and the follow-up’s rules hold on the way', async () => {
    const { json: reader, cookie } = await signInAs('delegate')
    const [event] = await world.store.read
      .select({ id: events.id, lastOn: events.lastOn })
      .from(events)
      .where(
        and(
          gt(events.startsAt, installation.clock.now() + 8 * 86_400_000),
          sql`${events.kind} = 'course' and (select count(*) from bookings where event_id = ${events.id} and state = 'confirmed') < ${events.capacity} - 2`,
        ),
      )
      .orderBy(events.startsAt)
      .limit(1)
    const booked = await ask('POST', '/api/bookings', { eventId: event!.id, termsAccepted: true }, cookie)
    expect(booked.status).toBe(201)

    const before = installation.clock.now()
    const answer = await forward('P3M')
    expect(answer.status).toBe(201)
    expect(londonDate(installation.clock.now())).toBe('2026-12-14')
    expect(faults).toEqual([])

    const [did] = await world.store.read
      .select({
        booked: sql<number>`(select count(*) from ${bookings} where ${bookings.at} > ${before})`,
        marked: sql<number>`(select count(*) from ${marks} where ${marks.at} > ${before})`,
        answered: sql<number>`(select count(*) from ${responses} where ${responses.stage} = 'follow-up' and ${responses.coreAt} > ${before})`,
        doubted: sql<number>`(select count(*) from ${responses} where ${responses.coreAt} > ${before} and ${responses.doubtedBecause} is not null)`,
        unsent: sql<number>`(select count(*) from ${messages} where ${messages.state} not in ('sent', 'cancelled') and ${messages.notBefore} < ${installation.clock.now()})`,
      })
      .from(sql`(select 1)`)
    expect(did!.booked).toBeGreaterThan(100)
    expect(did!.marked).toBeGreaterThan(150)
    expect(did!.answered).toBeGreaterThan(20)
    expect({ doubted: did!.doubted, unsent: did!.unsent }).toEqual({ doubted: 0, unsent: 0 })

    // The reader’s own place is left to the reader: nobody pressed anything for them.
    expect(await world.store.read.select().from(marks).where(eq(marks.bookingId, booked.json.id))).toEqual([])
    expect(reader.name).toBeTruthy()

    const asked = await world.store.read
      .select({ on: contacts.on, at: messages.sentAt, personId: followUps.personId, step: contacts.step })
      .from(contacts)
      .innerJoin(followUps, eq(followUps.bookingId, contacts.bookingId))
      .innerJoin(messages, eq(messages.id, contacts.messageId))
      .where(gt(messages.queuedAt, before))
    expect(asked.length).toBeGreaterThan(100)
    for (const { at, step } of asked) {
      const on = londonDate(at!)
      expect(isWorkingDay(on), `${step} on ${on}`).toBe(true)
      expect(londonClock(at!)).toBe('10:00')
      if (step === 'invitation') expect([2, 3, 4]).toContain(weekday(on))
    }
    const invitations = Map.groupBy(
      asked.filter(({ step }) => step === 'invitation'),
      ({ personId }) => personId,
    )
    for (const [, theirs] of invitations) {
      const days = theirs.map(({ on }) => Date.parse(on) / 86_400_000).sort((a, b) => a - b)
      for (let n = 1; n < days.length; n++) expect(days[n]! - days[n - 1]!).toBeGreaterThanOrEqual(28)
    }
  }, 180_000)

  it('keep every e-mail, with its parts, and show it in a frame of its own', async () => {
    const mail = (await ask('GET', '/example/mail')).json
    expect(mail.length).toBeGreaterThan(100)
    for (const key of ['id', 'to', 'subject', 'sentAt', 'html', 'text', 'headers', 'attachments'])
      expect(mail[0]).toHaveProperty(key)
    const confirmation = mail.find(({ attachments }: { attachments: unknown[] }) => attachments.length > 0)
    expect(confirmation.attachments[0].type).toContain('text/calendar')
    expect(Buffer.from(confirmation.attachments[0].content, 'base64').toString()).toContain('BEGIN:VCALENDAR')
    const frame = await app.request(`http://127.0.0.1:8787/example/mail/${mail[0].id}/html`)
    expect(frame.headers.get('content-security-policy')).toContain('sandbox')
    expect((await ask('GET', '/example/mail/999999/html')).status).toBe(404)
    expect((await ask('GET', `/example/mail/${mail[0].id}`)).json).toEqual(mail[0])
    expect((await ask('GET', '/example/mail/999999')).status).toBe(404)
  })

  it('give the kept mail a page at a time, all of it, by address or subject, and say how much there is', async () => {
    const [kept] = await world.store.read.select({ n: count() }).from(keptEmails)
    const total = kept!.n
    const paged = async (query: string) => {
      const answer = await app.request(`http://127.0.0.1:8787/example/mail?${query}`)
      return { letters: await answer.json(), found: Number(answer.headers.get('x-total-count')) }
    }
    const ids: number[] = []
    for (let page = 1; page <= Math.ceil(total / 40); page++) {
      const { letters, found } = await paged(`page=${page}`)
      expect(found).toBe(total)
      ids.push(...letters.map(({ id }: { id: number }) => id))
    }
    expect(new Set(ids).size).toBe(total)
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    expect((await paged(`page=${Math.ceil(total / 40) + 1}`)).letters).toEqual([])
    const [newest] = (await paged('page=1')).letters
    const theirs = await paged(`page=1&find=${encodeURIComponent(newest.to.toUpperCase())}`)
    expect(theirs.letters.map(({ to }: { to: string }) => to)).toContain(newest.to)
    expect(new Set(theirs.letters.map(({ to }: { to: string }) => to)).size).toBe(1)
    expect(theirs.found).toBeLessThan(total)
    expect((await paged(`page=1&find=${encodeURIComponent('%')}`)).found).toBe(0)
    for (const page of ['0', '-1', 'x', '1.5'])
      expect((await ask('GET', `/example/mail?page=${page}`)).status).toBe(422)
  })

  it('leave everyone signed in, and remember the clock over a restart', async () => {
    const { cookie } = await signInAs('coordinator')
    await forward('P1D')
    expect((await ask('GET', '/api/me', undefined, cookie)).json.role).toBe('coordinator')
    const at = installation.clock.now()
    await installation.clock.keep()
    await installation.store.close()
    await open()
    expect(installation.clock.now() - at).toBeLessThan(60_000)
    expect(installation.clock.now()).toBeGreaterThanOrEqual(at)
  }, 60_000)

  it('address nobody outside .example', async () => {
    const rows = await world.store.read
      .select({ email: people.email })
      .from(people)
      .where(sql`${people.email} is not null`)
    expect(rows.length).toBeGreaterThanOrEqual(600)
    expect(rows.filter(({ email }) => !email?.endsWith('.example'))).toEqual([])
    expect(
      await world.store.read
        .select()
        .from(messages)
        .where(inArray(messages.state, ['uncertain'])),
    ).toEqual([])
  })
})

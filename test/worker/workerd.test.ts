import { createClient } from '@libsql/client'
import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/libsql'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRemote } from '#db/open-worker.ts'
import * as schema from '#db/schema.ts'
import { addMonths, londonInstant, programmeYear, yearBounds } from '#server/calendar.ts'
import { readConfig } from '#server/config.ts'
import { transact } from '#server/context.ts'
import { prepareRemote } from '#server/node/remote.ts'
import { queue } from '#server/outbox/queue.ts'
import { plainWorld } from '#test/chaos/sending.ts'
import { type SmtpServer, startSmtpServer } from '#test/chaos/smtp-server.ts'
import { startSqld, startWorker } from './workerd.ts'

/** A Tuesday, half past ten: asking messages may leave. */
const clock = londonInstant('2026-12-15', '10:30')
const cover = 'Ada Lane <ada@council.test>, 01632 960 001, Mon-Fri; Mo Reid <mo@council.test>, 01632 960 002, Tue Thu'
const secret = 'kQ2v9zLx7Rf4Wm8Tn3Yb6Hc1Jd5Gs0PaUeXi'

let sqld: Awaited<ReturnType<typeof startSqld>>
let smtp: SmtpServer
let worker: Awaited<ReturnType<typeof startWorker>>
let client: ReturnType<typeof createClient>
let db: ReturnType<typeof drizzle<typeof schema>>
const ids = { agency: 0, sector: 0, course: 0, programme: 0 }

const settings = (port: number, smtpPort: number, url: string) => ({
  PUBLIC_ORIGIN: `http://127.0.0.1:${port}`,
  SECRET: secret,
  SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
  COVER: cover,
  BUSINESS_MANAGER: 'Bo Nash <bo@council.test>',
  LIBSQL_URL: url,
  CLOCK: String(clock),
})

beforeAll(async () => {
  sqld = await startSqld()
  smtp = await startSmtpServer({ keepsText: true })
  const config = readConfig({ MODE: 'live', ...settings(8787, smtp.port, sqld.url) }, () => '', 'test')
  await prepareRemote(config, clock)
  client = createClient({ url: sqld.url })
  db = drizzle(client, { schema })
  const one = <T>(rows: T[]) => rows[0] as T
  ids.sector = one(await db.insert(schema.sectors).values({ name: 'Councils' }).returning()).id
  ids.agency = one(
    await db.insert(schema.agencies).values({ name: 'Council children’s services', sectorId: ids.sector }).returning(),
  ).id
  const { from, to } = yearBounds('2026-27')
  ids.programme = one(
    await db
      .insert(schema.programmes)
      .values({ name: '2026-27', kind: 'year', startsOn: from, endsOn: to })
      .returning(),
  ).id
  ids.course = one(
    await db
      .insert(schema.courses)
      .values({
        code: 'NEG1',
        title: 'Recognising neglect',
        aims: 'See it early.',
        level: 'Group B',
        audience: 'children',
        keyBehaviour: 'Use the toolkit',
        minutes: 360,
        participatoryMinutes: 300,
        attendanceRule: 'all',
        earns: 'full',
        why: 'Needs analysis',
      })
      .returning(),
  ).id
  await db
    .insert(schema.learningOutcomes)
    .values({ courseId: ids.course, position: 1, text: 'I can recognise neglect' })
  worker = await startWorker((port) => settings(port, smtp.port, sqld.url))
}, 120_000)

afterAll(async () => {
  await worker?.stop()
  await smtp?.close()
  client?.close()
  await sqld?.stop()
})

async function anEvent(on: string, capacity = 20): Promise<number> {
  expect(programmeYear(on)).toBe('2026-27')
  const startsAt = londonInstant(on, '09:30')
  const [event] = await db
    .insert(schema.events)
    .values({
      courseId: ids.course,
      kind: 'course',
      programmeId: ids.programme,
      deliveredBy: 'pool',
      capacity,
      minimum: 1,
      bookableBy: 'everyone',
      startsAt,
      endsAt: londonInstant(on, '16:30'),
      lastOn: on,
      publishedAt: startsAt - 9e9,
      bookingOpensAt: startsAt - 9e9,
      bookingClosesAt: startsAt,
    })
    .returning()
  await db.insert(schema.eventSessions).values({ eventId: event!.id, position: 1, on, starts: '09:30', ends: '16:30' })
  return event!.id
}

/** People who came to an event, as the rooms would have left them. */
async function came(eventId: number, howMany: number): Promise<number[]> {
  const people = await db
    .insert(schema.people)
    .values(
      Array.from({ length: howMany }, (_, n) => ({
        email: `came-${eventId}-${n}@council.test`,
        name: `Came ${eventId} ${n}`,
        agencyId: ids.agency,
        roleGroup: 'social-work' as const,
        workforce: 'children' as const,
        madeAt: clock,
      })),
    )
    .returning({ id: schema.people.id })
  const made = await db
    .insert(schema.bookings)
    .values(
      people.map(({ id }) => ({
        eventId,
        personId: id,
        agencyId: ids.agency,
        sectorId: ids.sector,
        roleGroup: 'social-work' as const,
        workforce: 'children' as const,
        chargeTier: 'partner' as const,
        source: 'self' as const,
        dayCode: `D${id}`,
        termsVersion: '2026-04',
        at: clock - 9e9,
        state: 'confirmed' as const,
      })),
    )
    .returning({ id: schema.bookings.id })
  const [part] = await db.select().from(schema.eventSessions).where(eq(schema.eventSessions.eventId, eventId))
  await db
    .insert(schema.marks)
    .values(
      made.map(({ id }) => ({ eventSessionId: part!.id, bookingId: id, mark: 'present' as const, at: clock - 8e9 })),
    )
  // Their certificates were awarded at the time.
  await db.insert(schema.certificates).values(
    made.map(({ id }) => ({
      bookingId: id,
      number: `AF-${id}`,
      codeHash: `hash ${id}`,
      awardedAt: clock - 7e9,
      because: 'two-working-days' as const,
      snapshot: '{}',
    })),
  )
  return made.map(({ id }) => id)
}

async function newest(to: string, subject: RegExp): Promise<{ text: string; html: string }> {
  for (let tries = 0; tries < 100; tries++) {
    for (const { raw, to: addresses } of smtp.accepted.toReversed()) {
      if (!addresses.includes(to)) continue
      const email = await PostalMime.parse(raw)
      if (subject.test(email.subject ?? '')) return { text: email.text ?? '', html: email.html ?? '' }
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No mail to ${to} like ${subject}: ${smtp.accepted.length} came\n${worker.output()}`)
}

const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .filter((cookie) => !cookie?.endsWith('='))
    .join('; ')

const post = (path: string, body: unknown, cookie = '') =>
  fetch(`${worker.origin}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', origin: worker.origin, ...(cookie ? { cookie } : {}) },
    body: JSON.stringify(body),
  })

describe('the app in workerd, over sqld', () => {
  it('signs someone in with the code that arrived, and books', async () => {
    const eventId = await anEvent('2027-01-19')
    const asked = await post('/api/sign-in/codes', { email: 'bea@council.test' })
    expect(asked.status, await asked.clone().text()).toBeLessThan(300)
    const code = /\b(\d{6})\b/.exec((await newest('bea@council.test', /code/)).text)?.[1]
    const signedIn = await post('/api/sign-in', { code }, cookieOf(asked))
    expect(signedIn.status, await signedIn.clone().text()).toBeLessThan(300)
    const booked = await post(
      '/api/bookings',
      {
        eventId,
        termsAccepted: true,
        you: { name: 'Bea Fern', agencyId: ids.agency, roleGroup: 'social-work', workforce: 'children' },
      },
      cookieOf(signedIn),
    )
    expect(booked.status, await booked.clone().text()).toBe(201)
    const confirmation = await newest('bea@council.test', /Recognising neglect/)
    expect(confirmation.text).toContain('Recognising neglect')
  })

  it('invites by scheduled() someone who came three months back, who answers', async () => {
    const on = addMonths('2026-12-15', -3)
    const [booking] = await came(await anEvent(on), 1)
    const [person] = await db
      .select({ email: schema.people.email })
      .from(schema.people)
      .innerJoin(schema.bookings, eq(schema.bookings.personId, schema.people.id))
      .where(eq(schema.bookings.id, booking!))
    expect((await worker.scheduled()).status).toBe(200)
    const invitation = await newest(person!.email!, /./)
    const href = new RegExp(`${worker.origin}/answer/[\\w.-]+/once`).exec(invitation.html)?.[0]
    expect(href).toBeDefined()
    const page = await fetch(href!)
    const html = await page.text()
    expect(page.status).toBe(200)
    const fields = new URLSearchParams(
      [...html.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [
        name!,
        value!,
      ]),
    )
    fields.set('practice', 'once')
    const answered = await fetch(href!.replace(/\/once$/, ''), {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: fields,
    })
    expect(answered.status, await answered.text()).toBeLessThan(400)
    const [response] = await db.select().from(schema.responses).where(eq(schema.responses.bookingId, booking!))
    expect(response?.coreAt).toBe(clock)
  })

  it('has no door of the example', async () => {
    expect((await post('/example/sign-in', { as: 'coordinator' })).status).toBe(404)
    expect((await fetch(`${worker.origin}/example/mail`)).status).toBe(404)
  })

  it('confirms exactly 50 of 200 bookings for 50 places made at once', async () => {
    const eventId = await anEvent('2027-02-09', 50)
    const store = openRemote({ url: sqld.url })
    const people = await db
      .insert(schema.people)
      .values(
        Array.from({ length: 200 }, (_, n) => ({
          email: `many${n}@council.test`,
          name: `Many ${n}`,
          agencyId: ids.agency,
          roleGroup: 'social-work' as const,
          workforce: 'children' as const,
          madeAt: clock,
        })),
      )
      .returning({ id: schema.people.id })
    const { takePlace } = await import('#server/bookings/booking.ts')
    const world = plainWorld(
      store,
      { deliver: async () => ({ outcome: 'sent', reply: '' }), close: async () => {} },
      () => clock,
    )
    let chance = 1
    const outcomes = await Promise.all(
      people.map(async ({ id }) => {
        const ctx = {
          ...world.context(),
          random: (n: number) =>
            Uint8Array.from({ length: n }, () => (chance = (chance * 1103515245 + 12345) >>> 0) >>> 24),
        }
        try {
          await transact(ctx, (ctx) => takePlace(ctx, { eventId, personId: id, source: 'self', by: id }))
          return 'confirmed'
        } catch (error) {
          return (error as { code?: string }).code ?? String(error)
        }
      }),
    )
    await store.close()
    expect(outcomes.filter((one) => one === 'confirmed').length).toBe(50)
    expect(outcomes.filter((one) => one === 'event-full').length).toBe(150)
    const [row] = await db
      .select({ n: sql<number>`count(*)` })
      .from(schema.bookings)
      .where(and(eq(schema.bookings.eventId, eventId), eq(schema.bookings.state, 'confirmed')))
    expect(row?.n).toBe(50)
    await db.update(schema.messages).set({ state: 'cancelled' }).where(eq(schema.messages.kind, 'booking-confirmation'))
  }, 120_000)

  it('sends exactly 1,000 invitations for 1,000 due follow-ups with two scheduled() at once', async () => {
    await came(await anEvent(addMonths('2026-12-15', -3), 1000), 1000)
    const before = smtp.accepted.length
    for (let round = 0; round < 12; round++) {
      await Promise.all([worker.scheduled(), worker.scheduled()])
      const [open] = await db
        .select({ n: sql<number>`count(*)` })
        .from(schema.messages)
        .where(sql`${schema.messages.state} not in ('sent', 'cancelled')`)
      if (open?.n === 0 && smtp.accepted.length - before >= 1000) break
    }
    const invitations = smtp.accepted.slice(before)
    expect(invitations.length).toBe(1000)
    expect(new Set(invitations.map(({ to }) => to[0])).size).toBe(1000)
    const [rows] = await db.select({ n: sql<number>`count(distinct booking_id)` }).from(schema.contacts)
    expect(rows?.n).toBe(1001)
  }, 300_000)

  it('owes a message once when it is queued from two requests at once', async () => {
    const stores = [openRemote({ url: sqld.url }), openRemote({ url: sqld.url })]
    const made = await Promise.all(
      stores.map((store) =>
        transact(
          plainWorld(
            store,
            { deliver: async () => ({ outcome: 'sent', reply: '' }), close: async () => {} },
            () => clock,
          ).context(),
          (ctx) =>
            queue(ctx, {
              kind: 'certificate-ready',
              about: 'booking:999999',
              occurrence: '1',
              toAddress: 'x@council.test',
              notBefore: clock + 9e9,
            }),
        ),
      ),
    )
    await Promise.all(stores.map((store) => store.close()))
    expect(made.filter((id) => id !== null).length).toBe(1)
  })
})

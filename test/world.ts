/** A world of its own for each test: a fresh database file, the app, the kept mail, a clock that only moves when told. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@libsql/client'
import { eq } from 'drizzle-orm'
import type { Hono } from 'hono'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import {
  agencies,
  courses,
  eventSessions,
  events,
  installation,
  learningOutcomes,
  people,
  programmes,
  roles,
  sectors,
  signIns,
  suggestions,
} from '#db/schema.ts'
import type { Store } from '#db/transact.ts'
import { byKeeping } from '#emails/by-keeping.ts'
import type { Email, Transport } from '#emails/message.ts'
import { createApp } from '#server/app.ts'
import { addDays, advance, londonInstant, programmeYear, yearBounds } from '#server/calendar.ts'
import { runChores } from '#server/chores.ts'
import { type Config, readConfig } from '#server/config.ts'
import type { Actor, Context, Env } from '#server/context.ts'
import { hex, sha256 } from '#server/keys.ts'
import { engineFromPackage, fontsFromPackage } from '#server/node/files.ts'
import type { Mode, Role } from '#server/people/input.ts'
import { publishInstruments } from '#server/surveys/instruments.ts'
import { choreContext, type World } from '#server/world.ts'

/** Monday 14 September 2026, 9:00am. */
export const start = londonInstant('2026-09-14', '09:00')

const folder = mkdtempSync(join(tmpdir(), 'afterwards-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
let made = 0
let base: Promise<string> | undefined

/** One migrated file a test process; every world copies it. */
function baseFile(): Promise<string> {
  base ??= (async () => {
    const path = join(folder, 'base.db')
    const store = await openFile(path, { thread: false })
    await migrate(store.client, 0)
    await store.client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    await store.close()
    return path
  })()
  return base
}

/** A random source that repeats: the same test makes the same codes. */
export function seededRandom(seed = 1): (bytes: number) => Uint8Array {
  let state = seed >>> 0
  return (bytes) =>
    Uint8Array.from({ length: bytes }, () => {
      state = (state + 0x6d2b79f5) >>> 0
      let t = state
      t = Math.imul(t ^ (t >>> 15), t | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return ((t ^ (t >>> 14)) >>> 0) & 255
    })
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the route answered
  json: any
}

export interface Someone {
  personId: number | null
  cookie: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  delete(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Sends a form as a browser without script would. */
  form(path: string, fields: Record<string, string | string[]>, headers?: Record<string, string>): Promise<Answer>
}

export interface TestWorld {
  app: Hono<Env>
  world: World
  store: Store
  client: Client
  path: string
  config: Config
  kept: Email[]
  logs: Record<string, unknown>[]
  now(): number
  setClock(ms: number): void
  /** Moves the clock on by an ISO duration, without running anything. */
  later(duration: string): void
  chores(): Promise<number>
  /** A context for calling verbs. */
  ctx(actor?: Actor): Context
  visitor: Someone
  /** Signed in as this person, acting under this role. */
  as(personId: number, role?: Role): Promise<Someone>
  /** Signed in by code, but not a person here yet. */
  asNew(email: string): Promise<Someone>
  stage: Stage
  close(): Promise<void>
}

/**
 * The stage every test finds: three agencies (Council children's services, Northfield Primary School under Education,
 * Riverside NHS Trust), a cast (Ada co-ordinates, Tess trains, Bea and Olu book, Mo administers, Sue sits in the
 * sub-group, Lena leads the school) and one course; events are made with `stage.event(…)`.
 */
export interface Stage {
  sectors: { councils: number; education: number; health: number }
  agencies: { council: number; school: number; trust: number }
  ada: number
  tess: number
  bea: number
  olu: number
  mo: number
  sue: number
  lena: number
  course: number
  person(name: string, details?: { email?: string | null; agencyId?: number }): Promise<number>
  /** A published event of the stage's course, open for booking. Without dates: one session in three weeks. */
  event(
    details?: Partial<{
      on: string[]
      capacity: number
      courseId: number
      kind: 'course' | 'learning-event' | 'conference' | 'forum'
      online: boolean
    }>,
  ): Promise<number>
}

export async function makeWorld(
  options: {
    mode?: Mode
    transport?: Transport
    env?: Record<string, string>
    thread?: boolean
    durable?: boolean
  } = {},
): Promise<TestWorld> {
  const number = ++made
  const dir = join(folder, `world-${number}`)
  mkdirSync(dir)
  const path = join(dir, 'test.db')
  copyFileSync(await baseFile(), path)
  const opened = await openFile(path, { thread: options.thread ?? false, durable: options.durable ?? true })
  const mode = options.mode ?? 'example'
  const config = readConfig(
    {
      MODE: mode,
      PUBLIC_ORIGIN: mode === 'live' ? 'https://training.test' : 'http://127.0.0.1:8787',
      ...(mode === 'live'
        ? {
            SECRET: 'kQ2v9zLx7Rf4Wm8Tn3Yb6Hc1Jd5Gs0PaUeXi',
            SMTP_URL: 'smtp://127.0.0.1:2525',
            COVER:
              'Ada Lane <ada@council.test>, 01632 960 001, Mon-Fri; Mo Reid <mo@council.test>, 01632 960 002, Tue Thu',
            BUSINESS_MANAGER: 'Bo Nash <bo@council.test>',
          }
        : {}),
      ...options.env,
    },
    () => '',
    'test',
  )
  let clock = start
  const kept: Email[] = []
  const logs: Record<string, unknown>[] = []
  const random = seededRandom(number)
  const world: World = {
    store: opened,
    config,
    clock: () => clock,
    random,
    secrets: config.secrets.length ? config.secrets : ['test secret of thirty-two characters or more'],
    transport: options.transport ?? byKeeping(async (email) => void kept.push(email)),
    fonts: fontsFromPackage,
    engine: engineFromPackage,
    asset: async () => null,
    log: (line) => logs.push(line),
    wake: () => undefined,
  }
  await opened.write(async (db) => {
    await db.insert(installation).values({ id: 1, mode, madeAt: start, clockAt: mode === 'example' ? start : null })
    await publishInstruments(db, start)
  })
  const app = createApp(world)
  const stage = await setStage(opened)

  const someone = (personId: number | null, cookie: string): Someone => {
    const ask = async (method: string, path: string, init: RequestInit, headers: Record<string, string> = {}) => {
      const answer = await app.request(`${config.origin}${path}`, {
        method,
        redirect: 'manual',
        ...init,
        headers: {
          origin: config.origin,
          ...(cookie ? { cookie } : {}),
          ...(init.headers as Record<string, string>),
          ...headers,
        },
      })
      const text = await answer.text()
      const json = /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined
      return { status: answer.status, headers: answer.headers, text, json }
    }
    const json = (body: unknown): RequestInit =>
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return {
      personId,
      cookie,
      get: (path, headers) => ask('GET', path, {}, headers),
      post: (path, body = {}, headers) => ask('POST', path, json(body), headers),
      put: (path, body = {}, headers) => ask('PUT', path, json(body), headers),
      delete: (path, body, headers) => ask('DELETE', path, json(body), headers),
      form(path, fields, headers) {
        const body = new URLSearchParams()
        for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one)
        return ask(
          'POST',
          path,
          { body: body.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
          headers,
        )
      },
    }
  }

  const signIn = async (email: string, personId: number | null, role: Role) => {
    const token = hex(random(16))
    await opened.write((db) =>
      db
        .insert(signIns)
        .values({ tokenHash: '', email, personId, role, startedAt: clock, seenAt: clock, secondFactorAt: clock })
        .returning({ id: signIns.id })
        .then(async ([row]) => {
          await db
            .update(signIns)
            .set({ tokenHash: await sha256(token) })
            .where(eq(signIns.id, row!.id))
        }),
    )
    return someone(personId, `${config.origin.startsWith('https') ? '__Host-sid' : 'sid'}=${token}`)
  }

  return {
    app,
    world,
    store: opened,
    client: opened.client,
    path,
    config,
    kept,
    logs,
    now: () => clock,
    setClock: (ms) => {
      clock = ms
    },
    later: (duration) => {
      clock = advance(clock, duration)
    },
    chores: () => runChores(world),
    ctx: (actor) => choreContext(world, actor),
    visitor: someone(null, ''),
    async as(personId, role = 'delegate') {
      const [person] = await opened.read.select({ email: people.email }).from(people).where(eq(people.id, personId))
      return signIn(person?.email ?? '', personId, role)
    },
    asNew: (email) => signIn(email, null, 'delegate'),
    stage,
    async close() {
      await opened.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function setStage(store: Store): Promise<Stage> {
  const insertOne = <T>(work: (db: Parameters<Parameters<Store['write']>[0]>[0]) => Promise<T[]>) =>
    store.write(async (db) => (await work(db))[0]!)
  let people_ = 0
  const stage = await store.write(async (db) => {
    const sector = async (name: string, education = false) =>
      (await db.insert(sectors).values({ name, education }).returning({ id: sectors.id }))[0]!.id
    const councils = await sector('Councils')
    const education = await sector('Education', true)
    const health = await sector('Health')
    const agency = async (name: string, sectorId: number, parentId: number | null = null) =>
      (await db.insert(agencies).values({ name, sectorId, parentId }).returning({ id: agencies.id }))[0]!.id
    const council = await agency('Council children’s services', councils)
    const schools = await agency('Education', education)
    const school = await agency('Northfield Primary School', education, schools)
    const trust = await agency('Riverside NHS Trust', health)
    const person = async (name: string, agencyId: number, role?: Role) => {
      const [row] = await db
        .insert(people)
        .values({
          email: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@council.test`,
          name,
          agencyId,
          roleGroup: 'social-work',
          workforce: 'children',
          madeAt: start,
        })
        .returning({ id: people.id })
      for (const one of new Set<Role>(['delegate', ...(role ? [role] : [])]))
        await db.insert(roles).values({
          personId: row!.id,
          role: one,
          agencyId: one === 'agency-lead' ? agencyId : null,
          givenAt: start,
        })
      return row!.id
    }
    for (const year of ['2024-25', '2025-26', '2026-27', '2027-28']) {
      const { from, to } = yearBounds(year)
      await db.insert(programmes).values({ name: year, kind: 'year', startsOn: from, endsOn: to })
    }
    const [course] = await db
      .insert(courses)
      .values({
        code: 'NEG1',
        title: 'Recognising neglect',
        aims: 'See it early and act together.',
        level: 'Group B',
        audience: 'children',
        keyBehaviour: 'Use the neglect toolkit with a family',
        minutes: 360,
        participatoryMinutes: 300,
        attendanceRule: 'all',
        earns: 'full',
        why: 'Needs analysis, March 2026',
      })
      .returning({ id: courses.id })
    await db.insert(learningOutcomes).values([
      { courseId: course!.id, position: 1, text: 'I can recognise the signs of neglect' },
      { courseId: course!.id, position: 2, text: 'I can use the neglect toolkit' },
    ])
    await db.insert(suggestions).values([
      { courseId: course!.id, position: 1, text: 'Use the neglect toolkit with one family' },
      { courseId: course!.id, position: 2, text: 'Raise neglect in my next supervision' },
      { courseId: course!.id, position: 3, text: 'Record the child’s own words' },
      { courseId: course!.id, position: 4, text: 'Share the toolkit with my team' },
    ])
    return {
      sectors: { councils, education, health },
      agencies: { council, school, trust },
      ada: await person('Ada Lane', council, 'coordinator'),
      tess: await person('Tess Moor', trust, 'trainer'),
      bea: await person('Bea Fern', council),
      olu: await person('Olu Marsh', school),
      mo: await person('Mo Reid', council, 'administrator'),
      sue: await person('Sue Hale', trust, 'sub-group'),
      lena: await person('Lena Cole', school, 'agency-lead'),
      course: course!.id,
    }
  })
  return {
    ...stage,
    async person(name, details = {}) {
      const email = details.email === undefined ? `person${++people_}@council.test` : details.email
      const row = await insertOne((db) =>
        db
          .insert(people)
          .values({
            email,
            name,
            agencyId: details.agencyId ?? stage.agencies.council,
            roleGroup: 'social-work',
            workforce: 'children',
            madeAt: start,
          })
          .returning({ id: people.id }),
      )
      await store.write((db) => db.insert(roles).values({ personId: row.id, role: 'delegate', givenAt: start }))
      return row.id
    },
    async event(details = {}) {
      const on = details.on ?? [addDays('2026-09-14', 21)]
      const last = on.at(-1)!
      return store.write(async (db) => {
        const [programme] = await db
          .select({ id: programmes.id })
          .from(programmes)
          .where(eq(programmes.name, programmeYear(last)))
        const startsAt = londonInstant(on[0]!, '09:30')
        const [event] = await db
          .insert(events)
          .values({
            courseId: details.courseId ?? stage.course,
            kind: details.kind ?? 'course',
            programmeId: programme!.id,
            deliveredBy: 'pool',
            capacity: details.capacity ?? 20,
            minimum: 5,
            bookableBy: 'everyone',
            startsAt,
            endsAt: londonInstant(last, '16:30'),
            lastOn: last,
            publishedAt: startsAt - 100 * 86_400_000,
            bookingOpensAt: startsAt - 100 * 86_400_000,
            bookingClosesAt: startsAt,
          })
          .returning({ id: events.id })
        await db.insert(eventSessions).values(
          on.map((date, n) => ({
            eventId: event!.id,
            position: n + 1,
            on: date,
            starts: '09:30',
            ends: '16:30',
            online: details.online ?? false,
            link: details.online ? 'https://video.test/room' : null,
          })),
        )
        return event!.id
      })
    },
  }
}

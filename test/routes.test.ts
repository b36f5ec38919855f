/**
 * The rules that hold for every route, asked of the route table itself, so that a new route cannot escape them: it must
 * say who may use it (S13), be described, change nothing on a GET (S6), and say the same of what is another’s and of
 * what is not there (S14). A route whose address has a parameter is added to `parameters` or `objects` below.
 */
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '#server/app.ts'
import type { Env } from '#server/context.ts'
import { exampleDoors } from '#server/example.ts'
import { sha256 } from '#server/keys.ts'
import { type Role, roles } from '#server/people/input.ts'
import { saidBy } from '#server/routing.ts'
import { practiceAnswers } from '#server/surveys/input.ts'
import { type FullWorld, fullWorld } from './full-world.ts'
import { makeWorld, type Someone } from './world.ts'

type Full = FullWorld['full']

/** What to put into the address of each GET, so that it finds something; several where it answers in several ways. */
const parameters: Record<string, (full: Full) => Record<string, string | number>[]> = {
  '/api/enrolments/:token': ({ enrolment }) => [{ token: enrolment }],
  '/api/events/:id': ({ past, today, future, draft }) =>
    [past, today, future, draft].map(({ event }) => ({ id: event })),
  '/api/events/:id/booking': ({ past, future }) => [past, future].map(({ event }) => ({ id: event })),
  '/api/bookings/:id': ({ past, future }) => [past, future].map(({ booking }) => ({ id: booking })),
  '/api/bookings/:id/calendar': ({ past, future }) => [past, future].map(({ booking }) => ({ id: booking })),
  '/api/bookings/:id/before': ({ past, future }) => [past, future].map(({ booking }) => ({ id: booking })),
  '/api/events/:id/register': ({ past, tess }) => [past, tess].map(({ event }) => ({ id: event })),
  '/api/courses/:code': () => [{ code: 'NEG1' }, { code: 'NONE' }],
  '/api/courses/:code/questions': () => [{ code: 'NEG1' }, { code: 'NONE' }],
  '/api/courses/:code/questions/before/shown': () => [{ code: 'NEG1' }],
  '/api/courses/:code/questions/:stage/preview': () =>
    ['before', 'end', 'follow-up', 'colleague'].map((stage) => ({ code: 'NEG1', stage })),
  '/api/impact/programmes/:name': () => [{ name: '2026-27' }],
  '/api/impact/programmes/:name/courses/:code': () => [{ name: '2026-27', code: 'NEG1' }],
  '/api/impact/programmes/:name/costs': () => [{ name: '2024-25' }, { name: 'none' }],
  '/api/impact/programmes/:name/other-training': () => [{ name: '2024-25' }, { name: 'none' }],
  '/api/impact/programmes/:name/themes/:id': () => [{ name: '2026-27', id: 1 }],
  '/api/impact/programmes/:name/sectors/:id': () => [1, 2, 3].map((id) => ({ name: '2026-27', id })),
  '/api/impact/programmes/:name/agencies/:id': () => [1, 2, 3].map((id) => ({ name: '2026-27', id })),
  '/api/impact/events/:id': ({ past, tess }) => [past, tess].map(({ event }) => ({ id: event })),
  '/answer/:token': ({ answer }) => Object.values(answer).map((token) => ({ token })),
  '/answer/:token/:step': ({ answer }) =>
    [...practiceAnswers, 'now', 'different', 'example', 'helped', 'change', 'check', 'done', 'nothing-of-ours'].flatMap(
      (step) => Object.values(answer).map((token) => ({ token, step })),
    ),
  '/a/:code': ({ answerCode }) => [{ code: answerCode }, { code: '0000-0000-0000-0000' }],
  '/api/bookings/:id/answer': ({ past, future }) => [past, future].map(({ booking }) => ({ id: booking })),
  '/api/events/:id/answer-cards': ({ past, future }) => [past, future].map(({ event }) => ({ id: event })),
  '/answer/:token/supervision': ({ answer }) => Object.values(answer).map((token) => ({ token })),
  '/answer/:token/account': ({ answer }) => Object.values(answer).map((token) => ({ token })),
  '/answer/:token/account.pdf': ({ answer }) => Object.values(answer).map((token) => ({ token })),
  '/answer/:token/account.txt': ({ answer }) => Object.values(answer).map((token) => ({ token })),
  '/colleague/:token': ({ colleague }) => [{ token: colleague }, { token: 'none' }],
  '/api/recommendations/:id': ({ recommendation }) => [{ id: recommendation }],
  '/agency-return/:token': ({ agencyReturn }) => [{ token: agencyReturn }, { token: 'none' }],
  '/agency-return/:token/done': ({ agencyReturn }) => [{ token: agencyReturn }],
  '/api/reports/:id': ({ report }) => [{ id: report.draft }, { id: report.issued }],
  '/api/reports/:id/document.docx': ({ report }) => [{ id: report.issued }],
  '/api/reports/:id/document.csv': ({ report }) => [{ id: report.draft }, { id: report.issued }],
  '/api/reports/:id/document.json': ({ report }) => [{ id: report.draft }, { id: report.issued }],
  '/api/reports/:id/proof.txt': ({ report }) => [{ id: report.draft }, { id: report.issued }],
  '/summary/:token': ({ summary }) => [{ token: summary }, { token: 'none' }],
  '/results/:token': ({ results }) => [{ token: results }, { token: 'none' }],
  '/opt-out/:token': ({ optOut }) => [{ token: optOut }],
  '/day/:eventId': ({ today, past, future }) => [today, past, future].map(({ event }) => ({ eventId: event })),
  '/day/:eventId/:code': ({ today }) => [
    { eventId: today.event, code: today.code },
    { eventId: today.event, code: 'ZZZZZZ' },
  ],
  '/day/:eventId/:code/done': ({ today }) => [{ eventId: today.event, code: today.code }],
  '/day/:eventId/:code/before': ({ today, future }) =>
    [today, future].map(({ event, code }) => ({ eventId: event, code })),
  '/day/:eventId/:code/before/done': ({ today, future }) =>
    [today, future].map(({ event, code }) => ({ eventId: event, code })),
  '/before/:token': ({ future }) => [{ token: future.before }, { token: 'none' }],
  '/before/:token/done': ({ future }) => [{ token: future.before }],
  '/certificates/:token': ({ past }) => [{ token: past.certificate }],
  '/certificates/:token/document.pdf': ({ past }) => [{ token: past.certificate }],
  '/check/:code': ({ past }) => [{ code: past.certificateCode }, { code: '0000-0000-0000-0000' }],
  '/example/mail/:id': ({ keptEmail }) => [{ id: keptEmail }],
  '/example/mail/:id/html': ({ keptEmail }) => [{ id: keptEmail }],
}

/** What to ask of a GET besides its plain address. */
const searches: Record<string, string[]> = {
  '/api/events': ['?q=neglect', '?page=2'],
  '/api/courses/:code/questions/:stage/preview': ['?page=now', '?page=course', '?page=done', '?draft=W10', '?draft=no'],
  '/api/reports/:id/document.docx': ['?page=programme', '?page=none'],
  '/api/single-agency-returns': ['?programme=2025-26', '?programme=none'],
  '/api/messages': ['?state=attention', '?state=sent', '?page=2'],
  '/api/registers': ['?page=2'],
  '/api/coding': ['?programme=2025-26', '?programme=none'],
  '/api/quotes': ['?programme=2026-27', '?programme=none'],
  '/api/accounts': ['?programme=2026-27', '?programme=none'],
  '/api/asking': ['?month=2026-09', '?month=2026-12', '?month=2026-12&event=1'],
  '/api/responses': ['?by=agency', '?by=wave', '?by=channel', '?programme=2025-26'],
  '/api/answers-to-type-in': ['?words=bea'],
  '/check': ['?code=no-code', '?code=7K3M-Q9XT-2VWB-5HDN'],
  '/*': ['some/page', 'assets/no-such-file.js'],
}

const readersOfReports: Role[] = ['sub-group', 'coordinator', 'administrator']

/**
 * Each route that is about one thing with an id: one that belongs to Bea or to nobody yet, what to send, and the roles
 * under which everything of the kind may be seen.
 */
const objects: Record<string, { another: (full: Full) => number; body?: (full: Full) => unknown; seenBy?: Role[] }> = {
  'GET /api/events/:id': { another: ({ draft }) => draft.event },
  'GET /api/events/:id/booking': { another: ({ draft }) => draft.event },
  'GET /api/bookings/:id': { another: ({ future }) => future.booking, seenBy: ['coordinator'] },
  'GET /api/bookings/:id/calendar': { another: ({ future }) => future.booking, seenBy: ['coordinator'] },
  'POST /api/bookings/:id/cancellation': { another: ({ future }) => future.booking, body: () => ({}) },
  'GET /api/bookings/:id/before': { another: ({ future }) => future.booking },
  'PUT /api/bookings/:id/before': { another: ({ future }) => future.booking, body: () => ({}) },
  'POST /api/bookings/:id/postponement': {
    another: ({ past }) => past.booking,
    body: () => ({ to: '2026-09-16', because: 'other' }),
    seenBy: ['coordinator'],
  },
  'POST /api/bookings/:id/departure': {
    another: ({ past }) => past.booking,
    body: () => ({}),
    seenBy: ['coordinator'],
  },
  'DELETE /api/bookings/:id/departure': { another: ({ past }) => past.booking, seenBy: ['coordinator'] },
  'POST /api/bookings/:id/successor': {
    another: ({ past }) => past.booking,
    body: () => ({ name: 'Nia Ford', email: 'nia@council.test' }),
    seenBy: ['coordinator'],
  },
  'GET /api/events/:id/register': { another: ({ past }) => past.event, seenBy: ['coordinator'] },
  'POST /api/event-sessions/:id/marks': {
    another: ({ past }) => past.session,
    body: ({ past }) => ({ marks: [{ bookingId: past.booking, mark: 'absent' }] }),
    seenBy: ['coordinator'],
  },
  'GET /api/impact/events/:id': {
    another: ({ past }) => past.event,
    seenBy: ['sub-group', 'coordinator', 'administrator'],
  },
  ...Object.fromEntries(
    ['themes', 'sectors', 'agencies'].map((level) => [
      `GET /api/impact/programmes/:name/${level}/:id`,
      { another: () => 1, seenBy: ['sub-group', 'coordinator', 'administrator'] satisfies Role[] },
    ]),
  ),
  'DELETE /api/impact/costs/:id': { another: ({ cost }) => cost, seenBy: ['coordinator', 'administrator'] },
  'DELETE /api/impact/other-training/:id': {
    another: ({ otherTraining }) => otherTraining,
    seenBy: ['coordinator', 'administrator'],
  },
  'GET /api/bookings/:id/answer': { another: ({ past }) => past.booking, seenBy: ['coordinator'] },
  'POST /api/bookings/:id/answer': {
    another: ({ past }) => past.booking,
    body: () => ({ channel: 'paper', practice: 'once' }),
    seenBy: ['coordinator'],
  },
  'POST /api/phone-round/:id/calls': {
    another: ({ future }) => future.booking,
    body: () => ({ number: 1, outcome: 'no-answer' }),
    seenBy: ['coordinator'],
  },
  'POST /api/phone-round/:id/own-words': {
    another: ({ future }) => future.booking,
    body: () => ({}),
    seenBy: ['coordinator'],
  },
  'GET /api/events/:id/answer-cards': { another: ({ past }) => past.event, seenBy: ['coordinator'] },
  'POST /api/pauses/:id/lifting': { another: ({ hold }) => hold.pause, body: () => ({}), seenBy: ['coordinator'] },
  'PUT /api/term-dates/:id': {
    another: ({ hold }) => hold.term,
    body: () => ({ name: 'Summer', from: '2026-07-22', to: '2026-09-02' }),
    seenBy: ['coordinator'],
  },
  'DELETE /api/term-dates/:id': { another: ({ hold }) => hold.term, seenBy: ['coordinator'] },
  'PUT /api/people/:id/address': {
    another: ({ person }) => person,
    // The one she has: another would end her sign-in.
    body: () => ({ email: 'bea.fern@council.test' }),
    seenBy: ['coordinator'],
  },
  'PUT /api/people/:id/away-until': {
    another: ({ person }) => person,
    body: () => ({ until: null }),
    seenBy: ['coordinator'],
  },
  'POST /api/texts/:id/clearance': { another: ({ text }) => text, body: () => ({}), seenBy: ['coordinator'] },
  'POST /api/texts/:id/redaction': {
    another: ({ text }) => text,
    body: () => ({ text: '[removed]' }),
    seenBy: ['coordinator'],
  },
  'POST /api/texts/:id/writer-opening': {
    another: ({ text }) => text,
    body: () => ({ reason: 'put-right' }),
    seenBy: ['coordinator'],
  },
  'POST /api/texts/:id/settlement': {
    another: ({ text }) => text,
    body: () => ({ passedTo: 'police', passedBy: 'Ada Lane', on: '2026-09-14', clock: '10:00' }),
    seenBy: ['coordinator'],
  },
  'GET /api/reports/:id': { another: ({ report }) => report.draft, seenBy: readersOfReports },
  'DELETE /api/reports/:id': { another: ({ report }) => report.draft, seenBy: ['coordinator'] },
  'PUT /api/reports/:id/asks': {
    another: ({ report }) => report.draft,
    body: () => ({ asks: [] }),
    seenBy: ['coordinator'],
  },
  // A day before the draft was started: refused, and it stays a draft.
  'POST /api/reports/:id/agreement': {
    another: ({ report }) => report.draft,
    body: () => ({ on: '2026-01-05', present: [{ agencyId: 1, people: 2 }] }),
    seenBy: ['coordinator'],
  },
  'DELETE /api/reports/:id/agreement': { another: ({ report }) => report.draft, seenBy: ['coordinator'] },
  'POST /api/reports/:id/issue': {
    another: ({ report }) => report.draft,
    body: () => ({ seen: 'a'.repeat(64) }),
    seenBy: ['coordinator'],
  },
  'POST /api/reports/:id/notes': {
    another: ({ report }) => report.draft,
    body: () => ({ page: 'programme', figure: 'flow', kind: 'comment', text: 'Seen' }),
    seenBy: readersOfReports,
  },
  'POST /api/report-notes/:id/removal': { another: ({ report }) => report.note, body: () => ({}) },
  'GET /api/reports/:id/document.docx': { another: ({ report }) => report.issued, seenBy: readersOfReports },
  'GET /api/reports/:id/document.csv': { another: ({ report }) => report.draft, seenBy: readersOfReports },
  'GET /api/reports/:id/document.json': { another: ({ report }) => report.issued, seenBy: readersOfReports },
  'GET /api/reports/:id/proof.txt': { another: ({ report }) => report.issued, seenBy: readersOfReports },
  'PUT /api/actions/:id': {
    another: ({ action }) => action.open,
    body: () => ({ ...anAction, barrier: 'time' }),
    seenBy: ['coordinator', 'administrator'],
  },
  'DELETE /api/actions/:id': { another: ({ action }) => action.takenBack, seenBy: ['coordinator', 'administrator'] },
  'POST /api/actions/:id/escalation': {
    another: ({ action }) => action.open,
    body: () => ({ to: 'The executive' }),
    seenBy: ['coordinator', 'administrator'],
  },
  'POST /api/actions/:id/completion': {
    another: ({ action }) => action.open,
    body: () => ({ did: 'Time was set aside' }),
    seenBy: ['coordinator', 'administrator'],
  },
  'DELETE /api/actions/:id/completion': {
    another: ({ action }) => action.open,
    seenBy: ['coordinator', 'administrator'],
  },
  'GET /api/recommendations/:id': {
    another: ({ recommendation }) => recommendation,
    seenBy: ['sub-group', 'coordinator', 'administrator'],
  },
  'PUT /api/recommendations/:id': {
    another: ({ recommendation }) => recommendation,
    body: () => ({
      source: 'review',
      reference: 'R1, 2',
      text: 'Use the toolkit',
      madeOn: '2026-01-05',
      courseIds: [],
      remains: '',
      metOn: null,
    }),
    seenBy: ['coordinator'],
  },
  'DELETE /api/other-evidence/:id': { another: ({ otherEvidence }) => otherEvidence, seenBy: ['coordinator'] },
  'PUT /api/texts/:id/codes': {
    another: ({ text }) => text,
    body: () => ({ version: 1, codes: [] }),
    seenBy: ['coordinator'],
  },
  'PUT /api/quotes/:id': {
    another: ({ text }) => text,
    body: () => ({ codeId: 1, nonSuccess: false }),
    seenBy: ['coordinator'],
  },
  'DELETE /api/quotes/:id': { another: ({ text }) => text, seenBy: ['coordinator'] },
  'POST /api/accounts/:id/outcome': {
    another: ({ past }) => past.booking,
    body: () => ({ outcome: 'verified', tries: 0 }),
    seenBy: ['coordinator'],
  },
  'POST /api/accounts/:id/own-words': {
    another: ({ past }) => past.booking,
    body: () => ({}),
    seenBy: ['coordinator'],
  },
  'PUT /api/agencies/:id/agreement': {
    another: ({ agreement }) => agreement,
    body: () => ({ agreedOn: '2026-09-02', chaserId: null }),
    seenBy: ['coordinator'],
  },
  'DELETE /api/agencies/:id/agreement': { another: ({ agreement }) => agreement, seenBy: ['coordinator'] },
  'POST /api/experiments/:id/end': {
    another: ({ experiment }) => experiment,
    body: () => ({}),
    seenBy: ['coordinator'],
  },
  'POST /api/messages/:id/sending-again': {
    another: ({ message }) => message.dead,
    body: () => ({}),
    seenBy: ['coordinator', 'administrator'],
  },
  'POST /api/messages/:id/cancellation': {
    another: ({ message }) => message.queued,
    body: () => ({}),
    seenBy: ['coordinator', 'administrator'],
  },
}

const anAction = {
  source: 'barrier',
  said: 'No time to write it down',
  text: 'Time in supervision',
  owner: 'partnership',
  agencyId: null,
  courseId: null,
  who: 'The business manager',
  dueOn: '2026-10-01',
}

const missing = 999_999_999

/** Routes that change something and read no body. */
const bodiless: string[] = []

interface Route {
  method: string
  path: string
  /** The handlers of this route alone, in order. */
  handlers: object[]
}

/** Every route but the middleware and the two that answer 404 for a whole prefix. */
function routesOf(app: Hono<Env>): Route[] {
  const routes = new Map<string, Route>()
  for (const { method, path, handler } of app.routes) {
    if (method === 'ALL') continue
    const key = `${method} ${path}`
    const route = routes.get(key) ?? { method, path, handlers: [] }
    route.handlers.push(handler)
    routes.set(key, route)
  }
  return [...routes.values()]
}

const named = ({ method, path }: Route) => `${method} ${path}`

interface Asker {
  name: string
  role: Role | 'visitor' | 'newcomer'
  cookie: string
}

let w: FullWorld
let app: Hono<Env>
let routes: Route[]
let askers: Asker[]
let woken = 0

beforeAll(async () => {
  w = await fullWorld()
  w.world.wake = () => {
    woken++
  }
  w.world.asset = async (path) =>
    path === '/index.html' ? new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }) : null
  const clock = {
    now: w.now,
    set: () => undefined,
    isMoving: () => false,
    moving: () => undefined,
    keep: async () => undefined,
  }
  app = createApp(
    w.world,
    exampleDoors({ example: true }, w.world, clock, async () => undefined),
  )
  routes = routesOf(app)
  askers = [
    { name: 'a visitor', role: 'visitor', cookie: '' },
    { name: 'someone new', role: 'newcomer', cookie: (await w.asNew('new@somewhere.test')).cookie },
  ]
  for (const role of roles)
    askers.push({ name: `the ${role}`, role, cookie: (await w.as(w.actors[role], role)).cookie })
  askers.push({ name: 'Bea, whose things they are', role: 'delegate', cookie: (await w.as(w.stage.bea)).cookie })
})
afterAll(() => w?.close())

async function ask({ cookie }: Asker, method: string, path: string, body?: unknown) {
  const answer = await app.request(`${w.config.origin}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      origin: w.config.origin,
      ...(cookie ? { cookie } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
}

/** The addresses at which a GET is asked. */
function addressesOf(path: string): string[] {
  if (path === '/*') return ['/', ...(searches[path] ?? []).map((rest) => `/${rest}`)]
  const given = path.includes(':') ? parameters[path]?.(w.full) : [{}]
  if (!given) throw new Error(`Say in "parameters" what to put into ${path}`)
  return given.flatMap((values: Record<string, string | number>) => {
    const address = path.replace(/:(\w+)(\{[^}]*\})?/g, (_, name: string) => {
      const value = values[name]
      if (value === undefined) throw new Error(`Say in "parameters" what to put into ${path} for "${name}"`)
      return String(value)
    })
    return [address, ...(searches[path] ?? []).map((search) => address + search)]
  })
}

/** Notes of traffic are no facts: counters, when a sign-in was last seen, and who looked at needs (house.md section 2). */
const notFacts: Record<string, string | null> = {
  traffic: null,
  heartbeats: null,
  sign_ins: 'id, token_hash, email, person_id, role, second_factor_at, started_at, ended_at',
}

async function facts(): Promise<Map<string, string>> {
  const { rows } = await w.client.execute(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
  )
  const found = new Map<string, string>()
  for (const name of rows.map((row) => String(row.name))) {
    const columns = notFacts[name] === undefined ? '*' : notFacts[name]
    if (columns === null) continue
    const where = name === 'history' ? " where what <> 'needs.viewed'" : ''
    found.set(name, JSON.stringify((await w.client.execute(`select ${columns} from "${name}"${where}`)).rows))
  }
  return found
}

describe('every route', () => {
  it('is found, so that the rules below cannot pass on nothing', () => {
    expect(routes.length).toBeGreaterThan(50)
  })

  it('says who may use it, once, before anything else', () => {
    const wrong = routes.filter(({ handlers }) => {
      const said = handlers.map((handler) => saidBy(handler)?.allow)
      return said.filter(Boolean).length !== 1 || !said[0]
    })
    expect(wrong.map(named)).toEqual([])
  })

  it('that changes something and takes JSON says what it takes, with no field it does not know', () => {
    const wrong = routes.filter(({ method, path, handlers }) => {
      if (!/^(POST|PUT|PATCH)$/.test(method) || !/^\/(api|example)\//.test(path)) return false
      const takes = handlers.flatMap((handler) => saidBy(handler)?.takes ?? []).find(({ where }) => where === 'json')
      return takes === undefined ? !bodiless.includes(`${method} ${path}`) : takes.schema.type !== 'strict_object'
    })
    expect(wrong.map(named)).toEqual([])
  })

  it('of the API is described in openapi.json, for whom and with what it takes', async () => {
    const coordinator = askers.find(({ role }) => role === 'coordinator')!
    const { status, text } = await ask(coordinator, 'GET', '/api/openapi.json')
    expect(status).toBe(200)
    const { paths } = JSON.parse(text) as {
      paths: Record<
        string,
        Record<string, { description?: string; requestBody?: unknown; parameters: { name: string }[] }>
      >
    }
    const api = routes.filter(({ path }) => path.startsWith('/api/'))
    for (const route of api) {
      const described = paths[route.path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')]?.[route.method.toLowerCase()]
      expect(described?.description, named(route)).toMatch(/^For: \w/)
      const takes = route.handlers.flatMap((handler) => saidBy(handler)?.takes?.where ?? [])
      expect(described?.requestBody !== undefined, named(route)).toBe(takes.includes('json'))
      for (const [, name] of route.path.matchAll(/:(\w+)/g))
        expect(
          described?.parameters.map(({ name }) => name),
          named(route),
        ).toContain(name)
    }
    const there = new Set(api.map((route) => `${route.method} ${route.path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`))
    const all = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(all.filter((one) => !there.has(one))).toEqual([])
  })

  it('with roles answers 401 to a visitor and 403 to every other role, whatever the id', async () => {
    for (const route of routes) {
      const who = saidBy(route.handlers[0]!)?.allow
      if (!Array.isArray(who) && who !== 'signed-in') continue
      const address = route.path.replace(/:(\w+)(\{[^}]*\})?/g, '1')
      for (const asker of askers) {
        const acting = asker.role === 'newcomer' ? 'delegate' : asker.role
        if (acting !== 'visitor' && (who === 'signed-in' || who.includes(acting))) continue
        const { status } = await ask(asker, route.method, address, route.method === 'GET' ? undefined : {})
        expect({ route: named(route), asker: asker.name, status }).toEqual({
          route: named(route),
          asker: asker.name,
          status: acting === 'visitor' ? 401 : 403,
        })
      }
    }
  })
})

describe('the description of the API', () => {
  it('is for signed-in staff alone in live mode', async () => {
    const live = await makeWorld({ mode: 'live' })
    const { ada, bea, mo, sue, tess } = live.stage
    const ask = async (one: Someone) => (await one.get('/api/openapi.json')).status
    expect(await ask(live.visitor)).toBe(401)
    expect(await ask(await live.as(bea))).toBe(401)
    expect(await ask(await live.as(tess, 'trainer'))).toBe(401)
    expect(await ask(await live.as(ada, 'coordinator'))).toBe(200)
    expect(await ask(await live.as(mo, 'administrator'))).toBe(200)
    expect(await ask(await live.as(sue, 'sub-group'))).toBe(200)
    await live.close()
  })
})

describe('a GET or HEAD', () => {
  it('is asked in a world with a row in every table', async () => {
    const tables = [...(await facts())]
    expect(tables.filter(([, rows]) => rows === '[]').map(([name]) => name)).toEqual([])
  })

  it('as anyone, at every address, changes no fact, sends nothing and wakes nothing', async () => {
    // Long enough that the sign-ins are noted as seen, and still good.
    w.later('PT10M')
    while (await w.chores());
    const before = await facts()
    const hash = await sha256(JSON.stringify([...before]))
    const mailBefore = w.kept.length
    woken = 0
    const good = new Map<string, boolean>()
    for (const { method, path } of routes) {
      if (method !== 'GET') continue
      for (const address of addressesOf(path))
        for (const asker of askers)
          for (const verb of ['GET', 'HEAD']) {
            const { status, text } = await ask(asker, verb, address)
            expect(status, `${verb} ${address} as ${asker.name}: ${text.slice(0, 300)}`).toBeLessThan(500)
            if (status < 400) good.set(path, true)
            const after = await facts()
            if ((await sha256(JSON.stringify([...after]))) === hash) continue
            const changed = [...after].filter(([name, rows]) => before.get(name) !== rows).map(([name]) => name)
            expect.fail(`${verb} ${address} as ${asker.name} changed ${changed.join(', ')}`)
          }
    }
    expect({ mail: w.kept.length - mailBefore, woken }).toEqual({ mail: 0, woken: 0 })
    const never = routes.filter(({ method, path }) => method === 'GET' && !good.get(path)).map(named)
    expect(never, 'answered well to someone, or this proves nothing').toEqual([])
  }, 240_000)
})

describe('a route about one thing', () => {
  it('is known below', () => {
    const unknown = routes
      .filter(({ path }) => /^\/api\/.*:id\b/.test(path))
      .map(named)
      .filter((name) => !objects[name])
    expect(unknown, 'say in "objects" whose thing to ask for, and who may see everyone’s').toEqual([])
    const gone = Object.keys(objects).filter((name) => !routes.some((route) => named(route) === name))
    expect(gone).toEqual([])
  })

  it('says of another’s the same as of what is not there, to everyone who may not see it', async () => {
    for (const [name, { another, body, seenBy = [] }] of Object.entries(objects)) {
      const [method = '', path = ''] = name.replace(':name', '2026-27').split(' ')
      const at = (id: number) => path.replace(':id', String(id))
      const sent = body?.(w.full)
      for (const asker of askers) {
        if (asker.name.startsWith('Bea')) continue
        const its = await ask(asker, method, at(another(w.full)), sent)
        const none = await ask(asker, method, at(missing), sent)
        const where = `${name} as ${asker.name}`
        if ((seenBy as string[]).includes(asker.role)) {
          expect(its.status, `${where} is there`).not.toBe(404)
          expect(none.status, `${where} is not there`).toBe(404)
          continue
        }
        expect(withoutReference(its), where).toEqual(withoutReference(none))
        expect([401, 403, 404], where).toContain(its.status)
        const strange = await ask(asker, method, path.replace(':id', '0x1'), sent)
        expect(withoutReference(strange), `${where}, with a strange id`).toEqual(withoutReference(none))
      }
    }
  })

  it('lets those see it whose it is', async () => {
    const bea = askers.find(({ name }) => name.startsWith('Bea'))!
    for (const address of [
      `/api/bookings/${w.full.future.booking}`,
      `/api/bookings/${w.full.future.booking}/calendar`,
      `/api/bookings/${w.full.future.booking}/before`,
    ])
      expect((await ask(bea, 'GET', address)).status, address).toBe(200)
    const tess = askers.find(({ role }) => role === 'trainer')!
    expect((await ask(tess, 'GET', `/api/events/${w.full.tess.event}/register`)).status).toBe(200)
  })

  const withoutReference = (answer: { status: number; type: string | null; text: string }) => ({
    ...answer,
    text: answer.text.replace(/,"reference":"[^"]*"/, ''),
  })
})

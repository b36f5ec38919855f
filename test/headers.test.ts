/** Every answer carries the same guard, whatever it says (trust.md S24–S27), and none is open to other sites. */
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Reading, Store } from '#db/transact.ts'
import { createApp } from '#server/app.ts'
import type { Env } from '#server/context.ts'
import { assetsFrom } from '#server/node/files.ts'
import { type FullWorld, fullWorld } from './full-world.ts'

let w: FullWorld
let app: Hono<Env>
let cookie: string

beforeAll(async () => {
  w = await fullWorld({ mode: 'live' })
  w.world.asset = async (path) => {
    if (path === '/assets/fault.js') throw new Error('A disk that fails')
    if (path === '/index.html')
      return new Response('<!doctype html>', {
        headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
      })
    if (path === '/assets/main-1a2b.js')
      return new Response('1', {
        headers: {
          'content-type': 'text/javascript; charset=utf-8',
          'cache-control': 'public, max-age=31536000, immutable',
        },
      })
    return null
  }
  app = createApp(w.world)
  cookie = (await w.as(w.stage.ada, 'coordinator')).cookie
})
afterAll(() => w?.close())

const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  app.request(`${w.config.origin}${path}`, {
    method,
    redirect: 'manual',
    headers: { origin: w.config.origin, ...headers },
    ...(body === undefined ? {} : { body }),
  })

/** What is wrong with the headers of an answer. */
function faultsOf({ headers }: Response, isAsset = false): string[] {
  const faults: string[] = []
  const must = (name: string, isGood: (value: string) => boolean) => {
    const value = headers.get(name)
    if (value === null || !isGood(value)) faults.push(`${name}: ${value}`)
  }
  must(
    'strict-transport-security',
    (value) => /^max-age=(\d+); includeSubDomains$/.test(value) && Number.parseInt(value.slice(8), 10) >= 31_536_000,
  )
  must('x-content-type-options', (value) => value === 'nosniff')
  must('referrer-policy', (value) => ['strict-origin', 'no-referrer'].includes(value))
  must('cross-origin-opener-policy', (value) => value === 'same-origin')
  must('permissions-policy', (value) => /camera=\(\).*geolocation=\(\).*microphone=\(\)/.test(value))
  must('content-security-policy', (value) => {
    const policy = Object.fromEntries(
      value.split(';').map(
        (part) =>
          part
            .trim()
            .split(/\s+(.*)/s)
            .slice(0, 2) as [string, string],
      ),
    )
    return (
      policy['default-src'] === "'none'" &&
      policy['base-uri'] === "'none'" &&
      policy['object-src'] === "'none'" &&
      policy['frame-ancestors'] === "'none'" &&
      !/unsafe-|\*|https?:/.test(value)
    )
  })
  must('cache-control', (value) => (isAsset ? /immutable/.test(value) : /no-store|no-cache/.test(value)))
  const type = headers.get('content-type')
  if (type && /^text\/|svg/.test(type) && !/charset=utf-8/i.test(type)) faults.push(`content-type: ${type}`)
  for (const [name] of headers)
    if (/^access-control-|^server$|^x-powered-by$/.test(name)) faults.push(`${name} is said`)
  return faults
}

const allRoutes = () => [
  ...new Map(
    app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => [`${method} ${path}`, { method, path }]),
  ).values(),
]

describe('the headers of every answer', () => {
  it('are whole on every route, asked by a visitor, by staff, and by another site', async () => {
    const { past, today, answer, optOut, enrolment } = w.full
    const values: Record<string, string> = {
      id: '1',
      name: '2026-27',
      eventId: String(today.event),
      step: 'now',
      '/answer/:token': answer.open,
      '/opt-out/:token': optOut,
      '/certificates/:token': past.certificate,
      '/api/enrolments/:token': enrolment,
      '/check/:code': past.certificateCode,
      '/day/:eventId/:code': today.code,
    }
    const seen = new Set<number>()
    for (const { method, path } of allRoutes()) {
      const address = path
        .replace('*', '')
        .replace(
          /:(\w+)/g,
          (whole, name: string, at: number) => values[path.slice(0, at + whole.length)] ?? values[name] ?? 'x',
        )
      for (const headers of [
        {},
        { cookie },
        { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      ]) {
        const got = await ask(method, address, headers)
        seen.add(got.status)
        expect(faultsOf(got), `${method} ${address} answered ${got.status}`).toEqual([])
        if (got.status >= 400 && address.startsWith('/api/'))
          expect(got.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      }
    }
    expect([...seen].sort()).toEqual(expect.arrayContaining([200, 401, 403, 422]))
  })

  it.each<[number, string, string, Record<string, string>, string | undefined]>([
    [404, 'GET', '/api/no-such-thing', {}, undefined],
    [404, 'GET', '/example/cast', {}, undefined],
    [404, 'GET', '/no-such-file.js', {}, undefined],
    [404, 'DELETE', '/no/such/page', {}, undefined],
    [413, 'POST', '/api/sign-in/codes', { 'content-type': 'application/json' }, 'x'.repeat(70_000)],
    [415, 'POST', '/api/sign-in/codes', { 'content-type': 'text/plain', 'content-length': '2' }, '{}'],
    [400, 'POST', '/api/sign-in/codes', { 'content-type': 'application/json' }, '{'],
    [422, 'POST', '/api/sign-in/codes', { 'content-type': 'application/json' }, '{}'],
    [403, 'POST', '/api/sign-in/codes', { origin: 'https://evil.example' }, undefined],
    [500, 'GET', '/assets/fault.js', {}, undefined],
  ])('are whole on a %i', async (status, method, path, headers, body) => {
    const got = await ask(method, path, headers, body)
    expect(got.status).toBe(status)
    expect(faultsOf(got, path.startsWith('/assets/')).filter((fault) => !fault.startsWith('cache-control'))).toEqual([])
    const problem = (await got.json()) as Record<string, unknown>
    expect(problem).toMatchObject({ type: 'about:blank', status, title: expect.any(String), code: expect.any(String) })
  })

  it('are whole on the files of the front end and on its page', async () => {
    expect(faultsOf(await ask('GET', '/'))).toEqual([])
    expect(faultsOf(await ask('GET', '/bookings'))).toEqual([])
    expect(faultsOf(await ask('GET', '/assets/main-1a2b.js'), true)).toEqual([])
  })

  it('are whole when the database itself fails, which shows a reference and nothing else', async () => {
    const fails = new Proxy({} as Reading, {
      get: () => () => {
        throw new Error('SQLITE_CORRUPT at /var/lib/afterwards/live.db')
      },
    })
    const store: Store = { ...w.store, read: fails, long: fails }
    const broken = createApp({ ...w.world, store })
    for (const path of ['/api/me', '/api/events', `/answer/${w.full.answer.open}`]) {
      const got = await broken.request(`${w.config.origin}${path}`, { headers: { cookie } })
      expect(got.status, path).toBe(500)
      expect(faultsOf(got), path).toEqual([])
      const text = await got.text()
      expect(text, path).not.toMatch(/SQLITE|live\.db|stack|node:/)
      expect(JSON.parse(text)).toMatchObject({
        status: 500,
        code: 'fault',
        reference: expect.stringMatching(/^[\w-]{12}$/),
      })
    }
  })

  it('tell no other site that it may ask: a preflight is given nothing', async () => {
    for (const path of ['/api/me', '/api/bookings', '/', '/day']) {
      const got = await ask('OPTIONS', path, {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      })
      expect(got.status, path).toBe(404)
      expect(faultsOf(got), path).toEqual([])
    }
  })

  it('leave out strict transport where there is none: on plain http', async () => {
    const plain = createApp({ ...w.world, config: { ...w.config, origin: 'http://127.0.0.1:8787' } })
    const got = await plain.request('http://127.0.0.1:8787/api/me')
    expect(got.headers.get('strict-transport-security')).toBeNull()
    expect(got.headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('the files of the front end', () => {
  it('are served from their folder and from nowhere else', async () => {
    const asset = assetsFrom(new URL('./pictures-of-nothing', import.meta.url).pathname)
    for (const path of [
      '/../package.json',
      '/../../etc/passwd',
      '/%2e%2e/package.json',
      '//etc/passwd',
      '/..\\package.json',
    ])
      expect(await asset(path), path).toBeNull()
    const own = assetsFrom(new URL('.', import.meta.url).pathname)
    expect(await own('/../server/app.ts')).toBeNull()
    expect(await own('/world.ts'), 'only the kinds of file that a front end has').toBeNull()
  })
})

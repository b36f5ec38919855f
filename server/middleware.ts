import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { matchedRoutes, routePath } from 'hono/route'
import { actorOf } from '#server/people/sign-in.ts'
import type { Context, Env } from './context.ts'
import { NotAllowed } from './errors.ts'
import { base64url, mac } from './keys.ts'
import { stylesHash } from './pages/styles.ts'
import type { World } from './world.ts'

type Middleware = (world: World) => MiddlewareHandler<Env>

/**
 * The client's address, for limits. X-Forwarded-For is believed only for the configured number of proxies, counted from
 * the right; on Workers, Cloudflare's own header (trust.md S20).
 */
export function clientAddress(c: HonoContext, trustProxy: number): string {
  const fromNode = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming?.socket
    ?.remoteAddress
  if (trustProxy === 0) return fromNode ?? c.req.header('cf-connecting-ip') ?? ''
  const hops = (c.req.header('x-forwarded-for') ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean)
  return hops.at(-trustProxy) ?? fromNode ?? ''
}

/** Makes the request's context: who, when and where, decided once. */
export const contextFor: Middleware = (world) => async (c, next) => {
  const base: Context = {
    db: world.store.read,
    store: world.store,
    now: world.clock(),
    actor: { kind: 'visitor' },
    config: world.config,
    requestId: base64url(world.random(9)),
    random: world.random,
    secrets: world.secrets,
    ...(world.aside && { aside: world.aside }),
    address: clientAddress(c, world.config.trustProxy),
  }
  c.set('ctx', base)
  // Only these read who is signed in: a page by token reads no cookie, and the front end opens without a database.
  const cookie = /^\/(api|example)\//.test(c.req.path) ? c.req.header('cookie') : undefined
  if (cookie) c.set('ctx', { ...base, actor: await actorOf(base, cookie) })
  await next()
}

/** One JSON line a request: the route's pattern, never its query, token or body. */
export const logged: Middleware = (world) => async (c, next) => {
  const started = world.clock()
  await next()
  world.log({
    requestId: c.get('ctx')?.requestId,
    method: c.req.method,
    route: patternOf(c),
    status: c.res.status,
    ms: world.clock() - started,
  })
}

/** The pattern of the route that answered, as `/api/events/:id`; of what is nobody else's, the front end's `/*`. */
function patternOf(c: HonoContext): string {
  const path = routePath(c)
  // Stopped by a middleware, the request never came to its route: it is the first that is not everyone's.
  return path === '/*' ? (matchedRoutes(c).find(({ path }) => path !== '/*')?.path ?? path) : path
}

/** The SHA-256 of the one stylesheet that emailed pages carry inline. */
export const pageStyles = { hash: stylesHash }

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export const securityHeaders: Middleware = (world) => async (c, next) => {
  await next()
  const { headers } = c.res
  const set = (name: string, value: string) => {
    if (!headers.has(name)) c.header(name, value)
  }
  set(
    'Content-Security-Policy',
    `default-src 'none'; script-src 'self'; style-src 'self'${pageStyles.hash ? ` '${pageStyles.hash}'` : ''}; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'`,
  )
  if (world.config.origin.startsWith('https:')) set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
  set('X-Content-Type-Options', 'nosniff')
  set('Referrer-Policy', 'strict-origin')
  set('Cross-Origin-Opener-Policy', 'same-origin')
  set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()')
  if (!/^\/assets\//.test(c.req.path)) set('Cache-Control', 'no-store')
  if (unsafe.has(c.req.method) && c.res.status < 400) world.wake()
}

/** Paths whose POST comes without our origin: token or key instead, no cookie read (house.md section 3; trust.md S5, E10). */
export const withoutOrigin = [/^\/opt-out\/[\w.-]+\/one-click$/, /^\/bounces(\/[\w-]+)?$/, /^\/example\//]
/** Pages reached from an e-mail: a POST to them is protected by the token in the path. */
export const byToken = [/^\/(answer|opt-out|before|day|cannot-come)\//]

/**
 * Our own check of where an unsafe request comes from, whatever its content type: hono's csrf() lets cross-site JSON
 * through and blocks one-click unsubscribe (trust.md S5). JSON routes take nothing but JSON.
 */
export const sameOrigin: Middleware = (world) => async (c, next) => {
  const { path, method } = c.req
  if (!unsafe.has(method)) return next()
  if (!withoutOrigin.some((pattern) => pattern.test(path)) && !byToken.some((pattern) => pattern.test(path))) {
    const site = c.req.header('sec-fetch-site')
    const origin = c.req.header('origin')
    if (site !== undefined ? site !== 'same-origin' : !ownOrigin(world, origin))
      throw new NotAllowed('This request did not come from our own pages')
  }
  if (path.startsWith('/api/') || path.startsWith('/example/')) {
    const type = c.req.header('content-type')
    if (!/^application\/json(;|$)/i.test(type ?? '') && hasBody(c)) throw new HTTPException(415)
  }
  return next()
}

function ownOrigin(world: World, origin: string | undefined): boolean {
  if (origin === undefined) return false
  if (origin === world.config.origin) return true
  // The example answers on the loopback address under either of its names.
  if (world.config.mode !== 'example') return false
  const port = new URL(world.config.origin).port
  return [`http://localhost:${port}`, `http://127.0.0.1:${port}`].includes(origin)
}

const hasBody = (c: HonoContext): boolean =>
  c.req.header('transfer-encoding') !== undefined || Number(c.req.header('content-length') ?? 0) > 0

/** A keyed hash of something that must not be stored plain, such as a client's address. */
export async function hashed(ctx: Pick<Context, 'secrets'>, text: string): Promise<string> {
  return base64url((await mac(ctx.secrets, 'traffic', text)).subarray(0, 12))
}

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { attendanceRoutes } from './attendance/routes.ts'
import { bookingsRoutes } from './bookings/routes.ts'
import { accountPages } from './certificates/account-routes.ts'
import { certificatePages, certificatesRoutes } from './certificates/routes.ts'
import type { Env } from './context.ts'
import { coursesRoutes } from './courses/routes.ts'
import { deskRoutes } from './desk/routes.ts'
import { Missing, TooMany } from './errors.ts'
import { faultWords } from './faults.ts'
import { healthRoutes } from './health.ts'
import { evidenceRoutes, returnPages } from './impact/evidence-routes.ts'
import { programmeRoutes } from './impact/programme-routes.ts'
import { reportFiles, reportRoutes } from './impact/report-routes.ts'
import { summaryPages } from './impact/report-summary.ts'
import { resultsPages } from './impact/results-page.ts'
import { impactRoutes } from './impact/routes.ts'
import { voiceRoutes } from './impact/voice-routes.ts'
import { contextFor, logged, sameOrigin, securityHeaders } from './middleware.ts'
import { describe } from './openapi.ts'
import { outboxRoutes } from './outbox/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { toProblem } from './problem.ts'
import { allow } from './routing.ts'
import { agreementRoutes } from './surveys/agreement-routes.ts'
import { askingRoutes } from './surveys/asking-routes.ts'
import { beforePages } from './surveys/before-routes.ts'
import { colleaguePages } from './surveys/colleague-routes.ts'
import { surveysPages } from './surveys/page.ts'
import { surveysRoutes } from './surveys/routes.ts'
import type { World } from './world.ts'

/** The contents page: middleware in reading order, then one line per room. No environment, no I/O. */
export function createApp(world: World, example?: (app: Hono<Env>) => void): Hono<Env> {
  const app = new Hono<Env>()
  app.use(securityHeaders(world))
  app.use(logged(world))
  app.use(contextFor(world))
  app.use(bodyLimit({ maxSize: 64 * 1024, onError: () => Promise.reject(new HTTPException(413)) }))
  app.use(sameOrigin(world))

  example?.(app)
  app.route('/', healthRoutes)
  app.route('/', peopleRoutes)
  app.route('/', coursesRoutes)
  app.route('/', bookingsRoutes)
  app.route('/', attendanceRoutes)
  app.route('/', impactRoutes)
  app.route('/', programmeRoutes)
  app.route('/', voiceRoutes)
  app.route('/', resultsPages)
  app.route('/', reportRoutes)
  app.route('/', reportFiles(world))
  app.route('/', summaryPages)
  app.route('/', evidenceRoutes)
  app.route('/', returnPages)
  app.route('/', surveysRoutes)
  app.route('/', askingRoutes)
  app.route('/', agreementRoutes)
  app.route('/', accountPages(world))
  app.route('/', colleaguePages)
  app.route('/', beforePages)
  app.route('/', surveysPages)
  app.route('/', certificatesRoutes)
  app.route('/', certificatePages(world))
  app.route('/', outboxRoutes)
  app.route('/', deskRoutes)
  describe(app)

  app.all('/api/*', () => {
    throw new Missing()
  })
  app.all('/example/*', () => {
    throw new Missing()
  })
  // Every other address is the front end's: its files, and its one page for the rest.
  app.get('*', allow('anyone'), async (c) => {
    const path = c.req.path
    const file = path === '/' ? null : await world.asset(path)
    if (file) return file
    if (/\.\w{1,5}$/.test(path)) throw new Missing()
    const page = await world.asset('/index.html')
    if (!page) throw new Missing()
    return page
  })

  app.notFound(() => {
    throw new Missing()
  })
  app.onError((error, c) => {
    const problem = toProblem(error, c.get('ctx')?.requestId ?? '')
    if (problem.status >= 500)
      world.log({
        level: 'error',
        requestId: c.get('ctx')?.requestId,
        error: faultWords(error),
      })
    if (error instanceof TooMany) c.header('Retry-After', String(error.seconds))
    return c.body(JSON.stringify(problem), problem.status, {
      'Content-Type': 'application/problem+json; charset=utf-8',
    })
  })
  return app
}

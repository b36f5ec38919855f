import { Hono } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idOf, valid } from '#server/routing.ts'
import { marksInput, registersSearch } from './input.ts'
import { mark } from './marking.ts'
import { registerPage } from './register.ts'
import { registers } from './registers.ts'

export const attendanceRoutes = new Hono<Env>()
  .get('/api/registers', allow('coordinator', 'trainer'), valid('query', registersSearch), async (c) =>
    c.json(await registers(ctxOf(c), c.req.valid('query'))),
  )
  .get('/api/events/:id/register', allow('coordinator', 'trainer'), async (c) =>
    c.json(await registerPage(ctxOf(c), idOf(c))),
  )
  .post('/api/event-sessions/:id/marks', allow('coordinator', 'trainer'), valid('json', marksInput), async (c) =>
    c.json(await mark(ctxOf(c), { eventSessionId: idOf(c), ...c.req.valid('json') }), 201),
  )

export type AttendanceApi = typeof attendanceRoutes
export type { Marked } from './marking.ts'
export type { RegisterPage } from './register.ts'
export type { RegisterLine, RegisterList } from './registers.ts'

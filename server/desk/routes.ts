import { Hono } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow } from '#server/routing.ts'
import { today } from './today.ts'

export const deskRoutes = new Hono<Env>().get('/api/today', allow('coordinator'), async (c) =>
  c.json(await today(ctxOf(c))),
)
export type DeskApi = typeof deskRoutes
export type { Today } from './today.ts'

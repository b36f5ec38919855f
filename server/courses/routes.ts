import { Hono } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idOf, valid } from '#server/routing.ts'
import { catalogue } from './catalogue.ts'
import { eventPage } from './event-page.ts'
import { catalogueSearch } from './input.ts'

export const coursesRoutes = new Hono<Env>()
  .get('/api/events', allow('anyone'), valid('query', catalogueSearch), async (c) =>
    c.json(await catalogue(ctxOf(c), c.req.valid('query'))),
  )
  .get('/api/events/:id', allow('anyone'), async (c) => c.json(await eventPage(ctxOf(c), idOf(c))))

export type CoursesApi = typeof coursesRoutes
export type { Catalogue, CatalogueEntry } from './catalogue.ts'
export type { EventPage } from './event-page.ts'

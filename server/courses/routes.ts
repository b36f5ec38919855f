import { Hono } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idOf, valid } from '#server/routing.ts'
import { catalogue } from './catalogue.ts'
import { eventPage } from './event-page.ts'
import { catalogueSearch, courseParam, upkeepInput, yearlyInput } from './input.ts'
import { askYearlyFrom, courseList, courseUpkeep, keepUp } from './upkeep.ts'

export const coursesRoutes = new Hono<Env>()
  .get('/api/events', allow('anyone'), valid('query', catalogueSearch), async (c) =>
    c.json(await catalogue(ctxOf(c), c.req.valid('query'))),
  )
  .get('/api/events/:id', allow('anyone'), async (c) => c.json(await eventPage(ctxOf(c), idOf(c))))
  .get('/api/courses', allow('coordinator'), async (c) => c.json(await courseList(ctxOf(c))))
  .get('/api/courses/:code', allow('coordinator'), valid('param', courseParam), async (c) =>
    c.json(await courseUpkeep(ctxOf(c), c.req.valid('param').code)),
  )
  .put('/api/courses/:code', allow('coordinator'), valid('param', courseParam), valid('json', upkeepInput), async (c) =>
    c.json(await keepUp(ctxOf(c), c.req.valid('param').code, c.req.valid('json'))),
  )
  .put('/api/yearly-asked-from', allow('coordinator'), valid('json', yearlyInput), async (c) =>
    c.json(await askYearlyFrom(ctxOf(c), c.req.valid('json').from)),
  )

export type CoursesApi = typeof coursesRoutes
export type { Catalogue, CatalogueEntry } from './catalogue.ts'
export type { EventPage } from './event-page.ts'
export type { CourseEntry, CourseUpkeep } from './upkeep.ts'

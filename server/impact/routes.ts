import { Hono } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idOf } from '#server/routing.ts'
import { courseImpact, eventImpact } from './course-impact.ts'
import { programmeFigures, programmeList } from './programme-figures.ts'

export type { CourseImpact, EventImpact } from './course-impact.ts'
export type { GroupPage } from './group-page.ts'
export type { ProgrammeFigures, ProgrammeListed } from './programme-figures.ts'

export const impactRoutes = new Hono<Env>()
  .get('/api/impact/programmes', allow('sub-group', 'coordinator', 'administrator'), async (c) =>
    c.json(await programmeList(ctxOf(c))),
  )
  .get('/api/impact/programmes/:name', allow('sub-group', 'coordinator', 'administrator'), async (c) =>
    c.json(await programmeFigures(ctxOf(c), c.req.param('name'))),
  )
  .get('/api/impact/programmes/:name/courses/:code', allow('sub-group', 'coordinator', 'administrator'), async (c) =>
    c.json(await courseImpact(ctxOf(c), { programme: c.req.param('name'), code: c.req.param('code') })),
  )
  .get('/api/impact/events/:id', allow('sub-group', 'coordinator', 'administrator', 'trainer'), async (c) =>
    c.json(await eventImpact(ctxOf(c), idOf(c))),
  )

export type ImpactApi = typeof impactRoutes

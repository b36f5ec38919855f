/* One of the lists of this room's routes for the app (routes.ts is the first): money and training that no booking tells of. */
import { Hono } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idParam, valid } from '#server/routing.ts'
import { addCost, costLines, takeBackCost } from './cost-figures.ts'
import { costInput, otherTrainingInput, programmeParam } from './input.ts'
import { addOtherTraining, otherTrainingPage, takeBackOtherTraining } from './other-training.ts'

export const programmeRoutes = new Hono<Env>()
  .get(
    '/api/impact/programmes/:name/costs',
    allow('coordinator', 'administrator'),
    valid('param', programmeParam),
    async (c) => c.json(await costLines(ctxOf(c), c.req.valid('param').name)),
  )
  .post(
    '/api/impact/programmes/:name/costs',
    allow('coordinator', 'administrator'),
    valid('param', programmeParam),
    valid('json', costInput),
    async (c) => c.json(await addCost(ctxOf(c), { ...c.req.valid('param'), ...c.req.valid('json') }), 201),
  )
  .delete('/api/impact/costs/:id', allow('coordinator', 'administrator'), valid('param', idParam), async (c) =>
    c.json(await takeBackCost(ctxOf(c), c.req.valid('param').id)),
  )
  .get(
    '/api/impact/programmes/:name/other-training',
    allow('coordinator', 'administrator'),
    valid('param', programmeParam),
    async (c) => c.json(await otherTrainingPage(ctxOf(c), c.req.valid('param').name)),
  )
  .post(
    '/api/impact/programmes/:name/other-training',
    allow('coordinator', 'administrator'),
    valid('param', programmeParam),
    valid('json', otherTrainingInput),
    async (c) => c.json(await addOtherTraining(ctxOf(c), { ...c.req.valid('param'), ...c.req.valid('json') }), 201),
  )
  .delete('/api/impact/other-training/:id', allow('coordinator', 'administrator'), valid('param', idParam), async (c) =>
    c.json(await takeBackOtherTraining(ctxOf(c), c.req.valid('param').id)),
  )

export type ProgrammeApi = typeof programmeRoutes

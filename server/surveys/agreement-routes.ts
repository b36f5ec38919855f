/* One of the lists of this room's routes for the app (routes.ts, asking-routes.ts): agreements of agencies, who has answered, experiments. */
import { Hono } from 'hono'
import * as v from 'valibot'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idParam, valid } from '#server/routing.ts'
import { agencyCounts } from './agency-counts.ts'
import { agreementsPage, endAgreement, recordAgreement, setRequirement } from './agreements.ts'
import { endExperiment, experimentsPage, startExperiment } from './experiments.ts'
import { agencyCountsSearch, agreementInput, experimentInput, requirementInput } from './input.ts'

export const agreementRoutes = new Hono<Env>()
  .get('/api/agreements', allow('coordinator'), async (c) => c.json(await agreementsPage(ctxOf(c))))
  .put('/api/requirement', allow('coordinator'), valid('json', requirementInput), async (c) =>
    c.json(await setRequirement(ctxOf(c), c.req.valid('json').on)),
  )
  .put(
    '/api/agencies/:id/agreement',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', agreementInput),
    async (c) => c.json(await recordAgreement(ctxOf(c), c.req.valid('param').id, c.req.valid('json'))),
  )
  .delete('/api/agencies/:id/agreement', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await endAgreement(ctxOf(c), c.req.valid('param').id)),
  )
  .get('/api/agency-counts', allow('agency-lead'), valid('query', agencyCountsSearch), async (c) =>
    c.json(await agencyCounts(ctxOf(c), c.req.valid('query'))),
  )
  .get('/api/experiments', allow('coordinator'), async (c) => c.json(await experimentsPage(ctxOf(c))))
  .post('/api/experiments', allow('coordinator'), valid('json', experimentInput), async (c) =>
    c.json(await startExperiment(ctxOf(c), c.req.valid('json')), 201),
  )
  .post(
    '/api/experiments/:id/end',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', v.strictObject({})),
    async (c) => c.json(await endExperiment(ctxOf(c), c.req.valid('param').id), 201),
  )

export type AgreementApi = typeof agreementRoutes

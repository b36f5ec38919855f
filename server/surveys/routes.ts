import { Hono } from 'hono'
import * as v from 'valibot'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idParam, valid } from '#server/routing.ts'
import { answerBefore, beforeQuestions } from './before.ts'
import { beforeInput, redactionInput } from './input.ts'
import { clearText, heldTexts, redactText } from './texts.ts'

export const surveysRoutes = new Hono<Env>()
  .get('/api/bookings/:id/before', allow('signed-in'), valid('param', idParam), async (c) =>
    c.json(await beforeQuestions(ctxOf(c), c.req.valid('param').id)),
  )
  .put('/api/bookings/:id/before', allow('signed-in'), valid('param', idParam), valid('json', beforeInput), async (c) =>
    c.json(await answerBefore(ctxOf(c), c.req.valid('param').id, c.req.valid('json'))),
  )
  .get('/api/texts', allow('coordinator'), async (c) => c.json(await heldTexts(ctxOf(c))))
  .post(
    '/api/texts/:id/clearance',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', v.strictObject({})),
    async (c) => c.json(await clearText(ctxOf(c), c.req.valid('param').id), 201),
  )
  .post(
    '/api/texts/:id/redaction',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', redactionInput),
    async (c) => c.json(await redactText(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )

export type SurveysApi = typeof surveysRoutes
export type { BeforeQuestions } from './before.ts'
export type { HeldText } from './texts.ts'

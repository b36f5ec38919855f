import { Hono } from 'hono'
import * as v from 'valibot'
import type { Env } from '#server/context.ts'
import { allow, ctxOf, idOf, valid } from '#server/routing.ts'
import { cancelMessage, listMessages, messageSearch, releaseMail, sendAgain } from './overview.ts'

const nothing = v.strictObject({})

export const outboxRoutes = new Hono<Env>()
  .get('/api/messages', allow('coordinator', 'administrator'), valid('query', messageSearch), async (c) =>
    c.json(await listMessages(ctxOf(c), c.req.valid('query'))),
  )
  .post('/api/messages/:id/sending-again', allow('coordinator', 'administrator'), valid('json', nothing), async (c) =>
    c.json(await sendAgain(ctxOf(c), idOf(c)), 201),
  )
  .post('/api/messages/:id/cancellation', allow('coordinator', 'administrator'), valid('json', nothing), async (c) =>
    c.json(await cancelMessage(ctxOf(c), idOf(c)), 201),
  )
  .post('/api/mail-hold/release', allow('administrator'), valid('json', nothing), async (c) =>
    c.json(await releaseMail(ctxOf(c)), 201),
  )
export type OutboxApi = typeof outboxRoutes
export type MessagesPage = Awaited<ReturnType<typeof listMessages>>

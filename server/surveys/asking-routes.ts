/* One of the two lists of this room's routes for the app (routes.ts is the other): asking, holds, response, who cannot be reached. */
import { Hono, type Context as HonoContext } from 'hono'
import { HTTPException } from 'hono/http-exception'
import * as v from 'valibot'
import { ctxOf, type Env } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { setAwayUntil } from '#server/people/away.ts'
import { signedIn } from '#server/people/sign-in.ts'
import { allow, idParam, valid } from '#server/routing.ts'
import { askingCalendar } from './asking-calendar.ts'
import { holds, liftPause, pause } from './holds.ts'
import {
  addressInput,
  askingSearch,
  awayInput,
  pauseInput,
  postponementInput,
  responseSearch,
  successorInput,
  termDatesInput,
} from './input.ts'
import { postpone } from './postponing.ts'
import { enterSuccessor, markLeft, putAddressRight, undoLeft } from './putting-right.ts'
import { outOfReach } from './reachability.ts'
import { responsePage } from './response-figures.ts'
import { isBounceKey, noteReturned } from './returned-mail.ts'
import { addTermDates, changeTermDates, removeTermDates } from './term-dates.ts'

const nothing = v.strictObject({})

export const askingRoutes = new Hono<Env>()
  .get('/api/asking', allow('coordinator'), valid('query', askingSearch), async (c) =>
    c.json(await askingCalendar(ctxOf(c), c.req.valid('query'))),
  )
  .get('/api/responses', allow('coordinator'), valid('query', responseSearch), async (c) =>
    c.json(await responsePage(ctxOf(c), c.req.valid('query'))),
  )
  .get('/api/reachability', allow('coordinator'), async (c) => c.json(await outOfReach(ctxOf(c))))
  .get('/api/holds', allow('coordinator'), async (c) => c.json(await holds(ctxOf(c))))
  .post('/api/pauses', allow('coordinator'), valid('json', pauseInput), async (c) =>
    c.json(await pause(ctxOf(c), c.req.valid('json')), 201),
  )
  .post('/api/pauses/:id/lifting', allow('coordinator'), valid('param', idParam), valid('json', nothing), async (c) =>
    c.json(await liftPause(ctxOf(c), c.req.valid('param').id), 201),
  )
  .post('/api/term-dates', allow('coordinator'), valid('json', termDatesInput), async (c) =>
    c.json(await addTermDates(ctxOf(c), c.req.valid('json')), 201),
  )
  .put('/api/term-dates/:id', allow('coordinator'), valid('param', idParam), valid('json', termDatesInput), async (c) =>
    c.json(await changeTermDates(ctxOf(c), c.req.valid('param').id, c.req.valid('json'))),
  )
  .delete('/api/term-dates/:id', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await removeTermDates(ctxOf(c), c.req.valid('param').id)),
  )
  .post(
    '/api/bookings/:id/postponement',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', postponementInput),
    async (c) => c.json(await postpone(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .post(
    '/api/bookings/:id/departure',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', nothing),
    async (c) => c.json(await markLeft(ctxOf(c), c.req.valid('param').id), 201),
  )
  .delete('/api/bookings/:id/departure', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await undoLeft(ctxOf(c), c.req.valid('param').id)),
  )
  .post(
    '/api/bookings/:id/successor',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', successorInput),
    async (c) => c.json(await enterSuccessor(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .put(
    '/api/people/:id/address',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', addressInput),
    async (c) => c.json(await putAddressRight(ctxOf(c), c.req.valid('param').id, c.req.valid('json').email)),
  )
  .put(
    '/api/people/:id/away-until',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', awayInput),
    async (c) => c.json(await setAwayUntil(ctxOf(c), c.req.valid('param').id, c.req.valid('json').until)),
  )
  .put('/api/me/away-until', allow('signed-in'), valid('json', awayInput), async (c) =>
    c.json(await setAwayUntil(ctxOf(c), signedIn(ctxOf(c)).personId ?? 0, c.req.valid('json').until)),
  )
  .post('/bounces', allow('link'), (c) => takeReturned(c))
  .post('/bounces/:key', allow('link'), (c) => takeReturned(c))

export type AskingApi = typeof askingRoutes

/** The key in the address, or in `Authorization: Bearer …`. Without the right one there is nothing here. */
async function takeReturned(c: HonoContext<Env>): Promise<Response> {
  const given = c.req.param('key') ?? /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
  if (!(await isBounceKey(ctxOf(c), given))) throw new Missing()
  if (!/^(message\/rfc822|text\/plain)\s*(;|$)/i.test(c.req.header('content-type') ?? '')) throw new HTTPException(415)
  await noteReturned({ ...ctxOf(c), actor: { kind: 'chore' } }, await c.req.text())
  return c.body(null, 202)
}

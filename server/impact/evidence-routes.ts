/* One of the lists of this room's routes (routes.ts): what is set beside the answers, and the page behind an agency's link. */
import { Hono, type Context as HonoContext } from 'hono'
import { type Context, ctxOf, type Env } from '#server/context.ts'
import { Invalid, Refused } from '#server/errors.ts'
import { readDatedToken } from '#server/keys.ts'
import { sentForm } from '#server/pages/form.ts'
import { isOurNonce } from '#server/pages/nonce.ts'
import { show } from '#server/pages/page.ts'
import { allow, idParam, valid } from '#server/routing.ts'
import {
  actionsPage,
  changeAction,
  completeAction,
  escalateAction,
  makeAction,
  reopenAction,
  takeActionBack,
} from './actions.ts'
import { type ReturnState, returnKey, returnState, tellReturn } from './agency-return.ts'
import {
  actionDoneInput,
  actionEscalationInput,
  actionInput,
  otherEvidenceInput,
  recommendationInput,
  returnReminderInput,
  returnsAskInput,
  returnsSearch,
} from './input.ts'
import { evidencePage, setEvidence, takeEvidenceBack } from './other-evidence.ts'
import { keepRecommendation, makeRecommendation, recommendationChain, recommendationList } from './recommendations.ts'
import {
  returnAskedAnewPage,
  returnClosedPage,
  returnDonePage,
  returnIn,
  returnNonceAbout,
  returnPage,
} from './return-page.ts'
import { askForReturns, remindOfReturn, returnsPage } from './single-agency-returns.ts'

const readers = ['sub-group', 'coordinator', 'administrator'] as const
const keepers = ['coordinator', 'administrator'] as const

export const evidenceRoutes = new Hono<Env>()
  .get('/api/actions', allow(...readers), async (c) => c.json(await actionsPage(ctxOf(c))))
  .post('/api/actions', allow(...readers), valid('json', actionInput), async (c) =>
    c.json(await makeAction(ctxOf(c), c.req.valid('json')), 201),
  )
  .put('/api/actions/:id', allow(...keepers), valid('param', idParam), valid('json', actionInput), async (c) =>
    c.json(await changeAction(ctxOf(c), c.req.valid('param').id, c.req.valid('json'))),
  )
  .delete('/api/actions/:id', allow(...keepers), valid('param', idParam), async (c) =>
    c.json(await takeActionBack(ctxOf(c), c.req.valid('param').id)),
  )
  .post(
    '/api/actions/:id/completion',
    allow(...keepers),
    valid('param', idParam),
    valid('json', actionDoneInput),
    async (c) => c.json(await completeAction(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .delete('/api/actions/:id/completion', allow(...keepers), valid('param', idParam), async (c) =>
    c.json(await reopenAction(ctxOf(c), c.req.valid('param').id)),
  )
  .post(
    '/api/actions/:id/escalation',
    allow(...keepers),
    valid('param', idParam),
    valid('json', actionEscalationInput),
    async (c) => c.json(await escalateAction(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .get('/api/recommendations', allow(...readers), async (c) => c.json(await recommendationList(ctxOf(c))))
  .get('/api/recommendations/:id', allow(...readers), valid('param', idParam), async (c) =>
    c.json(await recommendationChain(ctxOf(c), c.req.valid('param').id)),
  )
  .post('/api/recommendations', allow('coordinator'), valid('json', recommendationInput), async (c) =>
    c.json(await makeRecommendation(ctxOf(c), c.req.valid('json')), 201),
  )
  .put(
    '/api/recommendations/:id',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', recommendationInput),
    async (c) => c.json(await keepRecommendation(ctxOf(c), c.req.valid('param').id, c.req.valid('json'))),
  )
  .get('/api/other-evidence', allow('coordinator'), async (c) => c.json(await evidencePage(ctxOf(c))))
  .post('/api/other-evidence', allow('coordinator'), valid('json', otherEvidenceInput), async (c) =>
    c.json(await setEvidence(ctxOf(c), c.req.valid('json')), 201),
  )
  .delete('/api/other-evidence/:id', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await takeEvidenceBack(ctxOf(c), c.req.valid('param').id)),
  )
  .get('/api/single-agency-returns', allow('coordinator'), valid('query', returnsSearch), async (c) =>
    c.json(await returnsPage(ctxOf(c), c.req.valid('query').programme)),
  )
  .post('/api/single-agency-returns', allow('coordinator'), valid('json', returnsAskInput), async (c) =>
    c.json(await askForReturns(ctxOf(c), c.req.valid('json')), 201),
  )
  .post('/api/single-agency-returns/reminder', allow('coordinator'), valid('json', returnReminderInput), async (c) =>
    c.json(await remindOfReturn(ctxOf(c), c.req.valid('json')), 201),
  )

export type EvidenceApi = typeof evidenceRoutes

type C = HonoContext<Env>

/** The page behind an agency's link. */
export const returnPages = new Hono<Env>()
  .get('/agency-return/:token', allow('link'), (c) =>
    withReturn(c, async (ctx, token, state) => show(c, await returnPage(ctx, token, state))),
  )
  .get('/agency-return/:token/done', allow('link'), (c) =>
    withReturn(c, async (_ctx, token, state) =>
      state.told ? show(c, returnDonePage(token, state)) : c.redirect(`/agency-return/${token}`, 303),
    ),
  )
  .post('/agency-return/:token', allow('link'), (c) =>
    withReturn(c, async (ctx, token, state) => {
      const sent = await sentForm(c)
      if (!(await isOurNonce(ctx, returnNonceAbout(state), sent.one('nonce'))))
        return show(c, await returnPage(ctx, token, state, { sent, issues: [openTooLong] }))
      try {
        await tellReturn(ctx, state, returnIn(sent, state))
      } catch (error) {
        if (error instanceof Invalid)
          return show(c, await returnPage(ctx, token, state, { sent, issues: error.issues }))
        if (error instanceof Refused)
          return show(c, error.code === 'asked-anew' ? returnAskedAnewPage(ctx) : returnClosedPage(ctx, state), 410)
        throw error
      }
      return c.redirect(`/agency-return/${token}/done`, 303)
    }),
  )

const openTooLong = { path: 'staff', message: 'This page had been open too long. Press once more' }

/** Only for a return that can be filled in; the rest is said here. */
async function withReturn(
  c: C,
  work: (ctx: Context, token: string, state: ReturnState) => Promise<Response>,
): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const link = await readDatedToken(ctxOf(c).secrets, 'single-agency-return', token)
  // Whoever holds the link acts as nobody else, whatever cookie their browser sends; it is of no booking.
  const ctx: Context = { ...ctxOf(c), actor: { kind: 'link', bookingId: 0 } }
  const state = link && (await returnState(ctx, returnKey(link.id)))
  if (!state) return show(c, returnClosedPage(ctx, null), 404)
  if (link.at !== state.askedAt) return show(c, returnAskedAnewPage(ctx), 410)
  if (!state.isOpen) return show(c, returnClosedPage(ctx, state), 410)
  return work(ctx, token, state)
}

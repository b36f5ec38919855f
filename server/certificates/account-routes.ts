import { Hono, type Context as HonoContext } from 'hono'
import { type Context, ctxOf, type Env } from '#server/context.ts'
import { Refused } from '#server/errors.ts'
import { sentForm } from '#server/pages/form.ts'
import { isOurNonce } from '#server/pages/nonce.ts'
import { show } from '#server/pages/page.ts'
import { allow } from '#server/routing.ts'
import { readAnswerLink } from '#server/surveys/answer-link.ts'
import { closedPage } from '#server/surveys/answer-page.ts'
import { certificateNonceAbout } from '#server/surveys/given-back.ts'
import type { World } from '#server/world.ts'
import { type AskedAccount, accountOf } from './account.ts'
import { accountPdf } from './account-document.ts'
import { accountPage, noAccountPage } from './account-page.ts'
import { hideFollowUp, showFollowUp } from './follow-up-line.ts'
import { type Account, accountText } from './shared/reflective-account.ts'

type Given = AskedAccount & { account: Account }

/** What answering gives back, behind the same link as the answer; mounted before the steps of answering, which take any word. */
export function accountPages(world: Pick<World, 'fonts'>) {
  return new Hono<Env>()
    .get('/answer/:token/account', allow('link'), (c) =>
      withAccount(c, async (ctx, token, { state, account }) => show(c, await accountPage(ctx, token, state, account))),
    )
    .get('/answer/:token/account.pdf', allow('link'), (c) =>
      withAccount(c, async (ctx, _token, { account, answeredAt }) => {
        const { partnership, mode } = ctx.config
        const bytes = await accountPdf(account, {
          partnership: partnership.name,
          isExample: mode === 'example',
          fonts: await world.fonts(),
          madeAt: answeredAt,
        })
        return c.body(bytes as Uint8Array<ArrayBuffer>, 200, fileHeaders('application/pdf', 'pdf'))
      }),
    )
    .get('/answer/:token/account.txt', allow('link'), (c) =>
      withAccount(c, async (ctx, _token, { account }) =>
        c.body(
          accountText(account, ctx.config.partnership.name, ctx.config.mode === 'example'),
          200,
          fileHeaders('text/plain; charset=utf-8', 'txt'),
        ),
      ),
    )
    .post('/answer/:token/certificate', allow('link'), (c) =>
      withAccount(c, async (ctx, token, { state, account }) => {
        const form = await sentForm(c)
        const again = async (message: string) =>
          show(c, await accountPage(ctx, token, state, account, [{ path: 'certificate', message }]))
        if (!(await isOurNonce(ctx, certificateNonceAbout(state.bookingId), form.one('nonce'))))
          return again('This page had been open too long. Press once more')
        try {
          if (form.one('show') === 'on') await showFollowUp(ctx, state.bookingId)
          if (form.one('show') === 'off') await hideFollowUp(ctx, state.bookingId)
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          return again(error.message)
        }
        // The page of thanks is closed with the time to answer; the account is not.
        return c.redirect(`/answer/${token}/${state.standing === 'open' ? 'done' : 'account'}#certificate`, 303)
      }),
    )
}

async function withAccount(
  c: HonoContext<Env>,
  work: (ctx: Context, token: string, given: Given) => Promise<Response>,
): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const bookingId = (await readAnswerLink(ctxOf(c).secrets, token))?.bookingId ?? null
  // Whoever holds the link acts as nobody else, whatever cookie their browser sends.
  const ctx: Context = { ...ctxOf(c), actor: { kind: 'link', bookingId: bookingId ?? 0 } }
  const asked = bookingId === null ? null : await accountOf(ctx, bookingId)
  if (!asked) return show(c, closedPage(ctx, null), 404)
  const { account } = asked
  if (!account) return show(c, noAccountPage(ctx, token, asked.state), 404)
  return work(ctx, token, { ...asked, account })
}

const fileHeaders = (type: string, ending: string) => ({
  'Content-Type': type,
  'Content-Disposition': `attachment; filename="reflective-account.${ending}"`,
  'Cache-Control': 'no-store',
  'X-Robots-Tag': 'noindex',
})

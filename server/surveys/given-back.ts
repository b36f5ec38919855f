import { and, eq, isNull } from 'drizzle-orm'
import { html } from 'hono/html'
import { certificates } from '#db/certificates.ts'
import type { Context } from '#server/context.ts'
import { mintNonce } from '#server/pages/nonce.ts'
import type { Markup } from '#server/pages/page.ts'
import type { FollowUpState } from './answering.ts'

export const certificateNonceAbout = (bookingId: number) => `certificate-wish:${bookingId}`

/** What whoever answered gets for it: their account, and a line on the certificate if they want one. */
export async function givenBack(ctx: Context, token: string, state: FollowUpState): Promise<Markup> {
  return html`<h2>For you to keep</h2><p><a href="/answer/${token}/account">Your reflective account</a>: one page made from your own answers, for your professional record.</p>${await certificateWish(ctx, token, state)}`
}

/** Off until pressed, and off again with one press. Nothing while no certificate stands. */
export async function certificateWish(ctx: Context, token: string, state: FollowUpState): Promise<Markup | ''> {
  const { bookingId } = state
  const [standing] = await ctx.db
    .select({ showsFollowUpAt: certificates.showsFollowUpAt })
    .from(certificates)
    .where(and(eq(certificates.bookingId, bookingId), isNull(certificates.withdrawnAt)))
  if (!standing || !state.isAnswered) return ''
  const isShown = standing.showsFollowUpAt !== null
  return html`<form class="n" method="post" action="/answer/${token}/certificate"><input type="hidden" name="nonce" value="${await mintNonce(ctx, certificateNonceAbout(bookingId))}"><p id="certificate"${isShown ? html` role="status"` : ''}>${
    isShown
      ? html`<strong>Your certificate shows that you answered.</strong> Copies that you save while it does will differ from the check page once you take it off.`
      : 'Your certificate can show the line “Practice follow-up answered”, with the month and never the answer. Unless you press this, nothing on it or on its check page tells whether you answered.'
  }</p><button class="s" name="show" value="${isShown ? 'off' : 'on'}">${isShown ? 'Take it off my certificate' : 'Add this to my certificate'}</button></form>`
}

import { html } from 'hono/html'
import { formatDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import { words } from '#server/pages/fields.ts'
import type { Markup, Page } from '#server/pages/page.ts'
import type { FollowUpState } from '#server/surveys/answering.ts'
import { certificateWish } from '#server/surveys/given-back.ts'
import { type Account, type AccountPart, accountExampleNotice, accountFoot } from './shared/reflective-account.ts'

/** The account to read, print or save; it holds no name, as every page behind this link. */
export async function accountPage(
  ctx: Context,
  token: string,
  state: FollowUpState,
  account: Account,
  issues: Issue[] = [],
): Promise<Page> {
  const isExample = ctx.config.mode === 'example'
  const mayAdd = state.standing === 'open' && state.earns === 'full'
  return {
    title: account.title,
    about: `${state.course}, ${formatDate(state.lastOn)}`,
    issues,
    main: html`<h1>${account.title}</h1><p class="n">For your own record. Save it as: <a href="/answer/${token}/account.pdf">PDF</a> or <a href="/answer/${token}/account.txt">Text</a></p>${isExample ? html`<p class="u"><strong>${accountExampleNotice}</strong></p>` : ''}${account.parts.map(part)}<p class="small">${accountFoot}</p><p class="small n">We made this page just now, from your answers alone, and keep no copy. Nobody else is sent it. It carries no name: add yours where your record asks for it.${mayAdd ? html` The more you answered, the more it says: <a href="/answer/${token}/done">add to your answers</a>.` : ''}</p>${await certificateWish(ctx, token, state)}`,
  }
}

function part({ heading, paragraphs, isToWrite }: AccountPart): Markup {
  // The heading is the box’s label; there is no form around it.
  if (isToWrite)
    return html`<h2>${heading}</h2>${words({ name: 'next', label: 'In my own words', hint: 'Yours to fill in before you print this page. What you type is not sent to us and not kept.', rows: 4, maxlength: 1000 })}`
  return html`${heading ? html`<h2>${heading}</h2>` : ''}${paragraphs.map((one) => ('own' in one ? html`<blockquote>${one.own}</blockquote>` : html`<p>${one.said.join(' ')}</p>`))}`
}

/** Why there is no account at this address yet, or any more. */
export function noAccountPage(ctx: Context, token: string, state: FollowUpState): Page {
  const { phone } = ctx.config.partnership
  const about = `${state.course}, ${formatDate(state.lastOn)}`
  const page = (title: string, said: Markup): Page => ({
    title,
    about,
    main: html`<h1>${title}</h1><p>${said}</p><p>Ring ${phone} if you think this is wrong.</p>`,
  })
  if (state.standing === 'voided' || state.standing === 'did-not-come')
    return page(
      'There is no account of this',
      state.standing === 'voided'
        ? html`This event was cancelled.`
        : html`The register does not show you as there, so there is nothing to give an account of.`,
    )
  if (state.isDoubted)
    return page(
      'There is no account of this yet',
      html`It is made from your answer, and we are not sure yet that the answer is yours. <a href="/answer/${token}/check">Tell us whether it was you</a>.`,
    )
  return page(
    'There is no account of this yet',
    state.standing === 'open'
      ? html`It is made from your own answers. <a href="/answer/${token}">Answer the one question first</a>.`
      : html`It is made from your own answers, and we have none.`,
  )
}

import { html } from 'hono/html'
import { formatMonth } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import { radios, words } from '#server/pages/fields.ts'
import { mintNonce } from '#server/pages/nonce.ts'
import type { Markup, Page } from '#server/pages/page.ts'
import type { FollowUpState } from './answering.ts'
import { type ColleagueQuestion, colleagueNamed } from './colleague.ts'
import { type AskedInstrument, optionsFor, question } from './questions.ts'
import { seenWithoutCommitment } from './shared/instruments.ts'

/*
 * Both sides of the colleague's view: what stands on the page of thanks of whoever answered, which shows them the name they typed, and
 * the page of whom they named, which holds no more of a name than the first.
 */

export const offerNonceAbout = (bookingId: number) => `colleague-offer:${bookingId}`
export const colleagueNonceAbout = (bookingId: number) => `colleague:${bookingId}`

/** What was typed and refused. */
export interface NamedColleague {
  name: string
  email: string
  issues: Issue[]
}

/** "May we ask one colleague?", on the page of thanks; once somebody was named, how to take it back. */
export async function colleagueOffer(
  ctx: Context,
  token: string,
  { bookingId, isAnswered }: FollowUpState,
  sent?: NamedColleague,
): Promise<Markup | ''> {
  if (!isAnswered) return ''
  const named = await colleagueNamed(ctx, bookingId)
  if (named && !named.isOpen)
    return html`<h2 id="colleague">Your colleague</h2><p>You named a colleague. That is closed, and we have kept neither their name nor their address.</p>`
  const nonce = html`<input type="hidden" name="nonce" value="${await mintNonce(ctx, offerNonceAbout(bookingId))}">`
  if (named)
    return html`<h2 id="colleague">Your colleague</h2><p role="status"><strong>We ask ${named.name || 'the colleague you named'} our one question, once.</strong> You can take it back until they have answered. Taking it back is for good: you cannot name anyone else after it.</p><form method="post" action="/answer/${token}/colleague">${nonce}<button class="s" name="take-back" value="on">Take it back</button></form>`
  return html`<details id="colleague"${sent ? ' open' : ''}><summary><h2>May we ask one colleague, or your manager, one question?</h2></summary><p>We would write to them once and ask whether they have seen it happen. They see your name, your agency, the course and what you planned, if you picked it from our list; never your own words, and never what you answered. Their answer is stored with no name, neither theirs nor yours.</p><form method="post" action="/answer/${token}/colleague">${nonce}${words({ name: 'name', label: 'Their name', value: sent?.name ?? '', maxlength: 200, issues: sent?.issues ?? [] })}${words({ name: 'email', label: 'Their work email', hint: 'You can name one person. We use the address for this alone, and delete it once they have answered, after 60 days at the latest.', value: sent?.email ?? '', maxlength: 254, issues: sent?.issues ?? [] })}<button class="s">Ask them</button></form></details>`
}

const about = ({ course, lastOn }: ColleagueQuestion) => `${course}, ${formatMonth(lastOn)}`

/** The one question. */
export async function colleaguePage(
  ctx: Context,
  token: string,
  bookingId: number,
  asking: ColleagueQuestion,
  asked: AskedInstrument,
  { chosen = '', issues = [], isTooSoon = false }: { chosen?: string; issues?: Issue[]; isTooSoon?: boolean } = {},
): Promise<Page> {
  const one = question(asked, 'seen')
  const { firstName, month, course, suggestion } = asking
  const legend = suggestion ? one.text : seenWithoutCommitment
  const who = firstName || 'Your colleague'
  const heading = suggestion
    ? `After ${course} in ${month}, ${who} planned to:`
    : `${who} came to ${course} in ${month}`
  return {
    title: legend,
    about: about(asking),
    issues,
    main: html`${isTooSoon ? html`<p role="status"><strong>Please press again in a minute.</strong> This came within a minute of our email leaving. Mail filters press buttons as fast as that, so it is not counted yet.</p>` : ''}<h1>${heading}</h1>${suggestion ? html`<blockquote>${suggestion}</blockquote>` : ''}<form method="post" action="/colleague/${token}"><input type="hidden" name="nonce" value="${await mintNonce(ctx, colleagueNonceAbout(bookingId))}">${radios(
      { name: 'seen', legend, options: optionsFor(asked, one, asking.audience), chosen: [chosen], issues },
    )}<button>Send my answer</button></form><p class="small">Your answer joins a count of what colleagues have seen, over a year of this course, and is stored with no name: neither yours nor ${firstName ? `${firstName}’s` : 'theirs'}. Nobody is told what you said, and it is shown only together with at least four others.</p><p class="small">We show you nothing that ${firstName || 'your colleague'} answered, and we write only once.</p>`,
  }
}

/** After the press, and after any other. */
export function colleagueDonePage(asking: ColleagueQuestion, isFirst: boolean): Page {
  const title = isFirst ? 'Thank you: your answer is in' : 'Thank you, your answer is in already'
  return {
    title,
    about: about(asking),
    main: html`<h1>${title}</h1><p>It is stored with no name, and your name and address are deleted here. That also means it cannot be changed. You can close this page.</p>`,
  }
}

/** A link that can no longer be used, or never could. */
export function colleagueClosedPage({ config }: Pick<Context, 'config'>, asking: ColleagueQuestion | null): Page {
  const title = asking ? 'This question is closed' : 'This link does not work'
  return {
    title,
    ...(asking && { about: about(asking) }),
    main: html`<h1>${title}</h1><p>${
      asking
        ? 'It was taken back, or its time is over. There is nothing to answer, and we have kept neither your name nor your address.'
        : 'It may have been cut short on its way. Open the email again and press the button there, or copy the whole address.'
    }</p><p>If you think this is wrong, ring ${config.partnership.phone}.</p>`,
  }
}

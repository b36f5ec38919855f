import { html } from 'hono/html'
import { formatDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import { radios } from '#server/pages/fields.ts'
import { mintNonce } from '#server/pages/nonce.ts'
import type { Markup, Page } from '#server/pages/page.ts'
import { nonceAbout } from './answer-page.ts'
import type { FollowUpState } from './answering.ts'
import { monthName } from './asking-words.ts'
import { type AskedInstrument, optionsFor, question } from './questions.ts'
import { practiceWithoutCommitment } from './shared/instruments.ts'

/*
 * Supervision mode: one page to open or print and talk through with a manager, with question one at its end. It holds no answer
 * given before and no own words, since somebody else is looking on.
 */

/** What to talk about, in about five minutes: what was planned, once, what stands in the way, what next. */
const prompts = [
  ['What you planned, and why that', 'What made you pick it on the day? Does it still matter in your work now?'],
  ['One time', 'When did you do it, or nearly do it? What happened then? No names are needed.'],
  ['Help and hindrance', 'What helped, what got in the way, and which of it could your manager take away?'],
  ['What next', 'What is the next step, when is the first chance for it, and when will you both look at it again?'],
] as const

/** The prompt sheet, with nothing chosen unless it was just sent. */
export async function supervisionPage(
  ctx: Context,
  token: string,
  state: FollowUpState,
  asked: AskedInstrument,
  { chosen = '', issues = [] }: { chosen?: string; issues?: Issue[] } = {},
): Promise<Page> {
  const one = question(asked, 'practice')
  const isOwn = state.commitment === 'own-words'
  const legend = state.suggestion || isOwn ? one.text : practiceWithoutCommitment
  return {
    title: 'Five minutes in supervision',
    about: `${state.course}, ${formatDate(state.lastOn)}`,
    issues,
    main: html`<p class="n"><a href="/answer/${token}">Back to the question</a></p><h1>Five minutes in supervision</h1><p>Open or print this page and go through it with your manager, supervisor or mentor. It is about ${state.course}, ${formatDate(state.lastOn)}.</p>${planned(state, isOwn)}<ol>${prompts.map(([what, ask]) => html`<li><strong>${what}.</strong> ${ask}</li>`)}</ol><h2>Where to note it</h2><p>In your supervision record, one line is enough: the date, what you talked about, the next step.</p><h2>When you have talked</h2><p class="h">On paper: tick one, and press the same answer with your link afterwards.</p><form method="post" action="/answer/${token}/supervision"><input type="hidden" name="nonce" value="${await mintNonce(ctx, nonceAbout(state.bookingId))}">${radios(
      { name: 'practice', legend, options: optionsFor(asked, one, state.audience), chosen: [chosen], issues },
    )}<button>We did this in supervision</button></form><p class="small">Your manager sees this page while you talk, and nothing else: not what you answered before, not what you write afterwards. The answer you press goes to the partnership’s training team alone, marked as given in supervision. “Not yet” changes nothing about your certificate.</p>`,
  }
}

/** After the press: nothing to read over a shoulder, neither this answer nor one before. */
export function supervisionNotedPage(token: string, state: FollowUpState): Page {
  const title = 'Noted: you did this in supervision'
  return {
    title,
    about: `${state.course}, ${formatDate(state.lastOn)}`,
    main: html`<h1>${title}</h1><p>Thank you: your answer is in, and we will not ask you about this again. You can close this page.</p><p>When you are by yourself, the same link has <a href="/answer/${token}/done">your answer, and what you can add or keep</a>.</p>`,
  }
}

function planned({ suggestion, lastOn, course }: FollowUpState, isOwn: boolean): Markup {
  const month = monthName(lastOn)
  if (suggestion) return html`<p>In ${month} you planned to:</p><blockquote>${suggestion}</blockquote>`
  if (isOwn) return html`<p>In ${month} you wrote down, in your own words, what you would do differently.</p>`
  return html`<p>In ${month} you came to ${course}.</p>`
}

import { html } from 'hono/html'
import type { Context } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import { checkboxes, type Option, radios } from '#server/pages/fields.ts'
import { mintNonce } from '#server/pages/nonce.ts'
import type { Page } from '#server/pages/page.ts'
import { addedFields, addedIn, addedWords } from './added-answers.ts'
import { answersOf, outcomesFor } from './answers.ts'
import type { BeforeBooking, BeforeGiven } from './before.ts'
import { instrumentFor, optionsFor, question } from './questions.ts'
import { wroteUrgently } from './texts.ts'
import { hints, urgentFirst } from './urgent-lines.ts'

/* The questions before the day for whoever comes by the joining instructions or by their day code: one plain page, which shows the first name and the course. */

export const beforeNonceAbout = (bookingId: number) => `before:${bookingId}`

export const beforeAsked = (ctx: Context, { courseId, instrumentId }: BeforeBooking) =>
  instrumentFor(ctx, 'before', courseId, instrumentId)

/** The questions, with what was said before, or with what was just sent and not kept. */
export async function beforePage(
  ctx: Context,
  action: string,
  booking: BeforeBooking,
  sent?: { given: BeforeGiven; issues: Issue[] },
): Promise<Page> {
  const { bookingId, firstName, course, responseId } = booking
  const asked = await beforeAsked(ctx, booking)
  const outcomes = await outcomesFor(ctx, booking, ['before'])
  const stood = responseId === null ? { chosen: {}, outcomes: {} } : await answersOf(ctx, responseId, asked)
  const chosen: Record<string, readonly string[]> = sent?.given.chosen ?? stood.chosen
  const anchored: Record<number, string> = sent?.given.outcomes ?? stood.outcomes.outcomes ?? {}
  const words = sent?.given.words ?? (responseId === null ? {} : await addedWords(ctx, bookingId, asked))
  const options = (key: string): Option[] => optionsFor(asked, question(asked, key), booking.audience)
  const need = question(asked, 'need')
  // What is wrong with the whole form is shown at its first question.
  const first = outcomes[0] ? `outcomes-${outcomes[0].id}` : 'chance'
  const issues = (sent?.issues ?? []).map((issue) => (issue.path === 'save' ? { ...issue, path: first } : issue))
  return {
    title: 'Before the day',
    about: course,
    issues,
    scripts: addedIn(asked).some(({ kind }) => kind === 'text') ? [hints] : [],
    main: html`<h1>${firstName ? `${firstName}, where are you today?` : 'Where are you today?'}</h1><p>Two minutes, before you come. Leave out whatever you like; only the training team sees your answers. They help us to see later what the course changes.</p><form method="post" action="${action}"><input type="hidden" name="nonce" value="${await mintNonce(ctx, beforeNonceAbout(bookingId))}">${
      outcomes.length
        ? html`<h2>${question(asked, 'outcomes').text}</h2>${outcomes.map(({ id, text }) => radios({ name: `outcomes-${id}`, legend: text, options: options('outcomes'), chosen: [anchored[id] ?? ''], issues }))}`
        : ''
    }${radios({
      name: 'chance',
      legend: question(asked, 'chance').text,
      hint: `“This” is: ${booking.keyBehaviour}`,
      options: options('chance'),
      chosen: chosen.chance ?? [],
      isBold: true,
      issues,
    })}${checkboxes({
      name: 'need',
      legend: need.text,
      hint: need.most < need.options.length ? `Choose up to ${need.most}.` : 'Choose all that apply.',
      options: options('need'),
      chosen: chosen.need ?? [],
      isBold: true,
      issues,
    })}${addedFields(ctx, asked, { chosen, words }, issues)}<button>Save my answers</button></form>`,
  }
}

/** After saving; with the way back while it can still be changed. */
export async function beforeDonePage(ctx: Context, booking: BeforeBooking, backTo: string | null): Promise<Page> {
  const { bookingId, firstName, course } = booking
  return {
    title: 'Thank you',
    about: course,
    main: html`${(await wroteUrgently(ctx, bookingId)) ? urgentFirst(ctx.config) : ''}<h1>${firstName ? `Thank you, ${firstName}` : 'Thank you'}</h1><p>Your answers are saved. They help us to see later what the course changes.</p>${backTo ? html`<p><a href="${backTo}">Change my answers</a> until the day begins.</p>` : ''}`,
  }
}

/** Why the questions are not asked: too late, or nothing to come to. */
export function beforeClosedPage(ctx: Context, booking: BeforeBooking, onwards?: string): Page {
  const { phone } = ctx.config.partnership
  const [title, words] = booking.isStanding
    ? [
        'The day has begun',
        `${booking.isAnswered ? 'What you told us before stands, and can no longer be changed.' : 'So these questions are closed: what you say now could not be used.'} Nothing is lost: your place, your certificate and the questions at the end of the day are as they were.`,
      ]
    : ['There is nothing to fill in', 'This place was cancelled, or the event was.']
  return {
    title,
    about: booking.course,
    main: html`<h1>${title}</h1><p>${words}</p>${onwards ? html`<p><a href="${onwards}">Go on</a></p>` : ''}<p>Anything else? Ring ${phone}.</p>`,
  }
}

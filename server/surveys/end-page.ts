import { html } from 'hono/html'
import { formatDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import { checkboxes, type Option, radios, words } from '#server/pages/fields.ts'
import { mintNonce } from '#server/pages/nonce.ts'
import type { Markup, Page } from '#server/pages/page.ts'
import { type AddedGiven, addedFields, addedWords } from './added-answers.ts'
import { answersOf, outcomesFor } from './answers.ts'
import { type DayEvent, type DayForms, type EndGiven, suggestionsOf } from './end-of-day.ts'
import { mostCharacters } from './input.ts'
import { type AskedInstrument, instrumentFor, optionsFor, question } from './questions.ts'
import { noCommitmentWords } from './shared/instruments.ts'
import { ownText, wroteUrgently } from './texts.ts'
import { hints, leaveOut, urgentFirst, urgentLines } from './urgent-lines.ts'

/* The pages behind a day code: the first name is all they show of a person. */

export const dayNonceAbout = (bookingId: number) => `day:${bookingId}`

const about = ({ course, lastOn }: DayEvent) => `${course}, ${formatDate(lastOn)}`

/** Asks for the code; without an event, for the event's as well. */
export function codePage(ctx: Context, event: DayEvent | null, typed = '', issues: Issue[] = []): Page {
  const { phone } = ctx.config.partnership
  return {
    title: 'Your day code',
    ...(event ? { about: about(event) } : {}),
    issues,
    main: html`<h1>Your day code</h1><form method="post" action="/day${event ? `/${event.eventId}` : ''}">${words({
      name: 'code',
      label: 'Day code',
      hint: 'Six characters, on your badge, the sign-in sheet or your joining instructions',
      value: typed,
      maxlength: 12,
      isCode: true,
      issues,
    })}<button>Go on</button></form><p>No code to hand? Ask the trainer, or ring ${phone}.</p>`,
  }
}

/** Why the forms are not open. */
export function dayClosedPage(ctx: Context, event: DayEvent): Page {
  const { phone } = ctx.config.partnership
  const [title, words] = {
    early: ['Not open yet', `The questions for the end of the day open on ${event.opens}.`],
    over: [
      'These questions are closed',
      'They were open until two working days after the event. Your certificate does not wait for them.',
    ],
    cancelled: ['This event was cancelled', 'There is nothing to fill in for it.'],
    before: ['', ''],
    open: ['', ''],
  }[event.window] as [string, string]
  return {
    title,
    about: about(event),
    main: html`<h1>${title}</h1><p>${words}</p><p>Anything else? Ring ${phone}.</p>`,
  }
}

/** The end of the day, on one page; with what was just sent where something was wrong, or with questions not published yet. */
export async function endPage(
  ctx: Context,
  code: string,
  forms: DayForms,
  sent?: { given: EndGiven; issues: Issue[] },
  draft?: AskedInstrument,
): Promise<Page> {
  const asked = draft ?? (await instrumentFor(ctx, 'end', forms.courseId, forms.instrumentId))
  const outcomes = await outcomesFor(ctx, forms, ['end'])
  const stood = forms.responseId === null ? { chosen: {}, outcomes: {} } : await answersOf(ctx, forms.responseId, asked)
  const chosen: Record<string, readonly string[]> = sent?.given.chosen ?? stood.chosen
  const anchored: Record<string, Record<number, string>> = sent?.given.outcomes ?? stood.outcomes
  const issues = sent?.issues ?? []
  const added: AddedGiven = {
    chosen,
    words: sent?.given.added ?? (forms.responseId === null ? {} : await addedWords(ctx, forms.bookingId, asked)),
  }
  const options = (key: string): Option[] => optionsFor(asked, question(asked, key), forms.audience)
  const byOutcome = (key: string): Markup =>
    outcomes.length
      ? html`<h2>${question(asked, key).text}</h2>${outcomes.map(({ id, text }) => radios({ name: `${key}-${id}`, legend: text, options: options(key), chosen: [anchored[key]?.[id] ?? ''], issues }))}`
      : html``
  const one = (key: string) =>
    radios({
      name: key,
      legend: question(asked, key).text,
      options: options(key),
      chosen: chosen[key] ?? [],
      isBold: true,
      issues,
    })
  const ready = await suggestionsOf(ctx, forms.courseId)
  return {
    title: 'The end of the day',
    about: about(forms),
    issues,
    scripts: [hints],
    main: html`<h1>${forms.firstName}, two minutes before you go</h1><p>Every question may be left out but what you will do differently: we ask you about that in three months. Only the training team sees your answers.</p><form method="post" action="/day/${forms.eventId}/${code}"><input type="hidden" name="nonce" value="${await mintNonce(ctx, dayNonceAbout(forms.bookingId))}">${byOutcome('outcomes')}${byOutcome('then')}${one('ready')}${checkboxes(
      {
        name: 'commitment',
        legend: 'What will you do differently?',
        hint: 'Choose one or two, or write your own below.',
        options: [
          ...ready.map(({ id, text }) => ({ value: id, text })),
          { value: 'nothing', text: noCommitmentWords.nothing },
          { value: 'not-sure', text: noCommitmentWords['not-sure'] },
        ],
        chosen: sent?.given.commitments ?? [],
        isBold: true,
        issues,
      },
    )}${urgentLines(ctx.config)}${words({
      name: 'own-words',
      label: 'In your own words',
      hint: `${leaveOut} Up to ${mostCharacters.commitment} characters. It never stands in an email.`,
      value:
        sent?.given.ownWords ?? (forms.responseId === null ? '' : await ownText(ctx, forms.bookingId, 'commitment')),
      maxlength: mostCharacters.commitment,
      describedBy: 'urgent',
      issues,
    })}${one('first-chance')}${checkboxes({ name: 'obstacle', legend: question(asked, 'obstacle').text, hint: `Choose up to ${question(asked, 'obstacle').most}.`, options: options('obstacle'), chosen: chosen.obstacle ?? [], isBold: true, issues })}<span id="added"></span>${addedFields(ctx, asked, added, issues, 'urgent-added')}${words(
      {
        name: 'suggestion',
        label: question(asked, 'suggestion').text,
        hint: `Up to ${mostCharacters.suggestion} characters, without names.`,
        value:
          sent?.given.suggestion ??
          (forms.responseId === null ? '' : await ownText(ctx, forms.bookingId, 'suggestion')),
        rows: 4,
        maxlength: mostCharacters.suggestion,
        describedBy: 'urgent',
        issues,
      },
    )}${
      forms.isCertified
        ? html`<p>Your certificate is out. If the name on it is wrong, ring ${ctx.config.partnership.phone}.</p>`
        : words({
            name: 'name',
            label: 'Your name as it will be printed',
            hint: 'On your certificate. Leave this empty if the name you booked with is right.',
            value: sent?.given.name ?? '',
            maxlength: 200,
            issues,
          })
    }<button>Save my answers</button><button class="s" name="skip" value="yes">Skip: just my certificate</button></form>`,
  }
}

export async function endDonePage(ctx: Context, code: string, forms: DayForms): Promise<Page> {
  const isAnswered = forms.responseId !== null
  return {
    title: isAnswered ? 'Thank you' : 'Skipped',
    about: about(forms),
    main: html`${(await wroteUrgently(ctx, forms.bookingId)) ? urgentFirst(ctx.config) : ''}<h1>${isAnswered ? `Thank you, ${forms.firstName}` : `Skipped, ${forms.firstName}`}</h1><p>Your certificate comes by email after the day, when the register says that you were there.</p><p><a href="/day/${forms.eventId}/${code}">${isAnswered ? 'Change my answers' : 'Answer after all'}</a></p>${isAnswered ? html`<p>In three months we ask you one question: what became of it.</p>` : ''}`,
  }
}

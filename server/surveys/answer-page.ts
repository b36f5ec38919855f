/* One of the files of pages behind an answer’s link (supervision-page.ts is another): question one, the rest, thanks, and closed. */
import { html } from 'hono/html'
import { whoSees } from '#emails/follow-up-words.ts'
import { addMonths, formatDate, formatMonth, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import { checkboxes, radios, words } from '#server/pages/fields.ts'
import { mintNonce } from '#server/pages/nonce.ts'
import type { Markup, Page } from '#server/pages/page.ts'
import { addedFields, addedIn, addedWords } from './added-answers.ts'
import { type FollowUpState, mayBeAMachine } from './answering.ts'
import { answersOf, outcomesFor, stagesBehindFollowUp } from './answers.ts'
import { monthName } from './asking-words.ts'
import { mayRing } from './call-consent.ts'
import { colleagueOffer, type NamedColleague } from './colleague-page.ts'
import { givenBack } from './given-back.ts'
import { mostCharacters } from './input.ts'
import { type AskedInstrument, optionsFor, question } from './questions.ts'
import { practiceWithoutCommitment, quoteConsent } from './shared/instruments.ts'
import { ownText, quoteConsentOf, wroteUrgently } from './texts.ts'
import { hints, leaveOut, urgentFirst, urgentLines } from './urgent-lines.ts'

/*
 * The pages behind "/answer/…": one page for question one, then four short ones that may all be skipped, and one more where the course has questions of its own. None of them holds a
 * name, an address or an agency; own words are shown only after a press.
 */

/** The optional pages, in order. */
export interface Section {
  path: string
  heading: string
  asks: readonly string[]
}

export const sections: readonly Section[] = [
  { path: 'now', heading: 'Where are you now?', asks: ['chance', 'outcomes'] },
  { path: 'difference', heading: 'What has been different since?', asks: ['difference'] },
  { path: 'help', heading: 'What helped, and what got in the way?', asks: ['helped', 'in-the-way', 'anyway'] },
  { path: 'example', heading: 'Tell us about one time', asks: ['where-seen', 'example'] },
]

/** The optional pages of this version, in order: with the course's own questions last, where there are any. */
export function sectionsOf(asked: AskedInstrument): readonly Section[] {
  const asks = addedIn(asked).map(({ key }) => key)
  return asks.length ? [...sections, { path: 'course', heading: 'A few questions about this course', asks }] : sections
}

export const nonceAbout = (bookingId: number) => `answer:${bookingId}`

const about = ({ course, lastOn }: FollowUpState) => `${course}, ${formatDate(lastOn)}`

const smallPrint = ({ course, lastOn, venue, trainer }: FollowUpState): Markup =>
  html`<p class="small">${whoSees}</p><p class="small">About ${course}, ${formatDate(lastOn)}${venue ? `, ${venue}` : ''}${trainer ? `, with ${trainer}` : ''}.</p>`

const nonceField = async (ctx: Context, { bookingId }: FollowUpState) =>
  html`<input type="hidden" name="nonce" value="${await mintNonce(ctx, nonceAbout(bookingId))}">`

/** Question one, with an answer chosen or not. */
export async function questionPage(
  ctx: Context,
  token: string,
  state: FollowUpState,
  asked: AskedInstrument,
  {
    chosen = '',
    isLinked = false,
    issues = [],
    ownWords,
  }: { chosen?: string; isLinked?: boolean; issues?: Issue[]; ownWords?: string },
): Promise<Page> {
  const one = question(asked, 'practice')
  const options = optionsFor(asked, one, state.audience)
  // Pressed in the e-mail: on a phone the answer and its button stand on the first screen.
  const pressed = isLinked ? options.find(({ value }) => value === chosen) : undefined
  const month = monthName(state.lastOn)
  const isOwn = state.commitment === 'own-words'
  const nonce = await nonceField(ctx, state)
  const send = state.isAnswered ? 'Change my answer' : 'Send my answer'
  const heading = state.suggestion
    ? `In ${month} you planned to:`
    : isOwn
      ? `In ${month} you wrote down what you would do differently`
      : `In ${month} you came to ${state.course}`
  return {
    title: state.suggestion || isOwn ? one.text : practiceWithoutCommitment,
    about: about(state),
    issues,
    main: html`<h1>${heading}</h1>${state.suggestion ? html`<blockquote>${state.suggestion}</blockquote>` : ''}${ownWords ? html`<blockquote>${ownWords}</blockquote>` : ''}${
      pressed
        ? html`<form method="post" action="/answer/${token}">${nonce}<input type="hidden" name="practice" value="${pressed.value}"><p>You chose: <strong>${pressed.text}</strong></p><button>${send}</button></form>`
        : ''
    }${
      state.hasOwnWords && !ownWords
        ? html`<form method="post" action="/answer/${token}/show">${nonce}<input type="hidden" name="practice" value="${chosen}">${isOwn ? '' : html`<p>You also wrote one in your own words.</p>`}<button class="l">Show what I wrote</button></form>`
        : ''
    }${pressed ? html`<h2>Or choose another</h2>` : ''}<form method="post" action="/answer/${token}">${nonce}${radios({
      name: 'practice',
      legend: state.suggestion || isOwn ? one.text : practiceWithoutCommitment,
      options,
      chosen: [chosen],
      issues,
    })}<button${pressed ? html` class="s"` : ''}>${pressed ? 'Send another answer' : send}</button></form><p class="small">That is all we need.${state.earns === 'full' ? ' Then you can add more if you like: two minutes, and every question can be left out.' : ''}</p><p class="small"><a href="/answer/${token}/supervision">Talk it through with your manager instead</a></p>${smallPrint(state)}`,
  }
}

/** "Was this you?", for an answer that came as a machine's would. */
export async function checkPage(
  ctx: Context,
  token: string,
  state: FollowUpState,
  asked: AskedInstrument,
  isTooSoon = false,
): Promise<Page> {
  const options = optionsFor(asked, question(asked, 'practice'), state.audience)
  const chosen = options.find(({ value }) => value === state.practice)
  const isSeveral = state.doubtedBecause === 'two-answers'
  const wait = isTooSoon
    ? 'Please wait a minute, then press again.'
    : mayBeAMachine(ctx.now, state)
      ? 'The button works a minute after the press before, or after our email left.'
      : ''
  const nonce = await nonceField(ctx, state)
  return {
    title: 'Was this you?',
    about: about(state),
    main: html`<h1>Was this you?</h1>${wait ? html`<p role="status"><strong>${wait}</strong></p>` : ''}<p>${
      isSeveral
        ? 'We got different answers within a minute. Mail filters press every link like that. Press the one that is yours.'
        : 'This answer came within a minute of our email leaving. Mail filters press links as fast as that, so we want to be sure.'
    }</p>${
      isSeveral
        ? html`<form method="post" action="/answer/${token}">${nonce}${options.map(({ value, text }) => html`<button class="s" name="practice" value="${value}">${text}</button>`)}</form>`
        : html`<blockquote>${chosen?.text ?? ''}</blockquote><form method="post" action="/answer/${token}/confirm">${nonce}<button>Yes, this was me</button></form><p><a href="/answer/${token}/change">Choose another answer</a></p>`
    }<p class="small">Until then it does not count, and we may ask once more.</p>${smallPrint(state)}`,
  }
}

/** One page of the optional rest, with what stands or what was just sent. */
export async function sectionPage(
  ctx: Context,
  token: string,
  state: FollowUpState,
  asked: AskedInstrument,
  section: Section,
  sent?: {
    chosen: Record<string, readonly string[]>
    outcomes: Record<number, string>
    example: string
    quote: string
    call: boolean
    added: Record<string, string>
    issues: Issue[]
  },
): Promise<Page> {
  const sections = sectionsOf(asked)
  const stood = await answersOf(ctx, state.responseId ?? 0, asked)
  const issues = sent?.issues ?? []
  const number = sections.findIndex(({ path }) => path === section.path) + 1
  const parts: Markup[] = []
  if (section.path === 'course') {
    const words = sent?.added ?? (await addedWords(ctx, state.bookingId, asked))
    parts.push(...addedFields(ctx, asked, { chosen: sent?.chosen ?? stood.chosen, words }, issues))
  }
  for (const key of section.path === 'course' ? [] : section.asks) {
    const one = question(asked, key)
    if (key === 'outcomes') {
      const anchored = sent?.outcomes ?? stood.outcomes.outcomes ?? {}
      const outcomes = await outcomesFor(ctx, state, stagesBehindFollowUp)
      if (outcomes.length) parts.push(html`<h2>${one.text}</h2>`)
      for (const outcome of outcomes)
        parts.push(
          radios({
            name: `outcomes-${outcome.id}`,
            legend: outcome.text,
            options: optionsFor(asked, one, state.audience),
            chosen: [anchored[outcome.id] ?? ''],
            issues,
          }),
        )
    } else if (key === 'example') {
      parts.push(
        urgentLines(ctx.config),
        words({
          name: key,
          label: one.text,
          hint: `${leaveOut} Up to ${mostCharacters.example} characters.`,
          value: sent?.example ?? (await ownText(ctx, state.bookingId, 'example')),
          rows: 5,
          maxlength: mostCharacters.example,
          describedBy: 'urgent',
          issues,
        }),
        radios({
          name: 'quote',
          legend: quoteConsent.text,
          hint: 'Only after we have taken out anything that could tell anyone who you or they are. You can change this with the same link.',
          options: quoteConsent.options.map(({ key, text }) => ({ value: key, text })),
          chosen: [sent?.quote ?? (await quoteConsentOf(ctx, state.bookingId))],
          isBold: true,
          issues,
        }),
        checkboxes({
          name: 'call',
          legend: 'May we ring you?',
          hint: 'A few people are drawn and asked for the story behind their answer. We never say who was.',
          options: [{ value: 'yes', text: quoteConsent.call }],
          chosen: (sent?.call ?? (await mayRing(ctx, state.bookingId))) ? ['yes'] : [],
          isBold: true,
          issues,
        }),
      )
    } else {
      const field = {
        name: key,
        legend: one.text,
        options: optionsFor(asked, one, state.audience),
        chosen: sent?.chosen[key] ?? stood.chosen[key] ?? [],
        isBold: true,
        issues,
      }
      const isSeveral = key === 'difference' || key === 'helped' || key === 'in-the-way' || key === 'where-seen'
      parts.push(
        isSeveral
          ? checkboxes({
              ...field,
              hint: one.most < one.options.length ? `Choose up to ${one.most}.` : 'Choose all that apply.',
            })
          : radios(field),
      )
    }
  }
  const hasBox = section.asks.some((key) => key === 'example' || asked.questions.get(key)?.kind === 'text')
  return {
    title: section.heading,
    about: about(state),
    issues,
    scripts: ['/answers.js', ...(hasBox ? [hints] : [])],
    main: html`<p><a href="/answer/${token}/${sections[number - 2]?.path ?? 'done'}">Back</a></p><h1>${section.heading}</h1><p class="h">${number === 1 ? html`<strong>Thank you: your answer is in.</strong> You may stop here. ` : ''}Page ${number} of ${sections.length}; leave out whatever you like.</p><form method="post" action="/answer/${token}/${section.path}" data-saves>${await nonceField(ctx, state)}${parts}<button name="next" value="on">${number < sections.length ? 'Save and go on' : 'Save and finish'}</button>${number < sections.length ? html`<button class="s" name="next" value="finish">Save and finish</button>` : ''}</form>`,
  }
}

/** What is in, what happens next, and how to change it. */
export async function donePage(
  ctx: Context,
  token: string,
  state: FollowUpState,
  asked: AskedInstrument,
  colleague?: NamedColleague,
): Promise<Page> {
  const chosen = optionsFor(asked, question(asked, 'practice'), state.audience).find(
    ({ value }) => value === state.practice,
  )
  const given = await answersOf(ctx, state.responseId ?? 0, asked)
  const written: Record<string, string> = {
    ...(await addedWords(ctx, state.bookingId, asked)),
    example: await ownText(ctx, state.bookingId, 'example'),
  }
  const isGiven = (section: Section) =>
    section.asks.some(
      (key) => given.chosen[key] !== undefined || given.outcomes[key] !== undefined || Boolean(written[key]),
    )
  const changeUntil = state.openUntil !== null && state.openUntil >= londonDate(ctx.now) ? state.openUntil : null
  return {
    title: 'Thank you: your answer is in',
    about: about(state),
    ...(colleague && { issues: colleague.issues }),
    main: html`${(await wroteUrgently(ctx, state.bookingId)) ? urgentFirst(ctx.config) : ''}<h1>Thank you: your answer is in</h1><blockquote>${chosen?.text ?? ''}</blockquote><p><a href="/answer/${token}/change">Change this answer</a></p>${
      state.earns === 'full'
        ? html`<h2>Add more, if you like</h2><ul>${sectionsOf(asked).map((section) => html`<li><a href="/answer/${token}/${section.path}">${section.heading}</a> ${isGiven(section) ? '(saved)' : '(not answered)'}</li>`)}</ul>`
        : ''
    }${await givenBack(ctx, token, state)}${await colleagueOffer(ctx, token, state, colleague)}<h2>What happens next</h2><p>We will not ask you about this again. Your answer joins those of the others who came to ${state.course} in ${formatMonth(state.lastOn)}; the partnership reads the totals and decides what to teach, and what to put right.</p>${changeUntil ? html`<p>You can change your answer with the same link until ${formatDate(changeUntil)}.</p>` : ''}${smallPrint(state)}`,
  }
}

/** "May we quote you?" and "May we ring you?" can be taken back with the same link, also when the time to answer is over. */
export async function withdrawals(ctx: Context, token: string, state: FollowUpState): Promise<Markup | ''> {
  const nonce = await nonceField(ctx, state)
  const quote =
    (await quoteConsentOf(ctx, state.bookingId)) === 'no-quote'
      ? ''
      : html`<form method="post" action="/answer/${token}/no-quote">${nonce}<p>You said that we may quote what you wrote. You can change your mind.</p><button class="s">Do not quote what I wrote</button></form>`
  const call = (await mayRing(ctx, state.bookingId))
    ? html`<form method="post" action="/answer/${token}/no-call">${nonce}<p>You said that we may ring you. You can change your mind.</p><button class="s">Do not ring me</button></form>`
    : ''
  return quote === '' && call === '' ? '' : html`${quote}${call}`
}

export const withdrawnPage = (state: FollowUpState, what: 'quote' | 'call'): Page => {
  const title = what === 'quote' ? 'We will not quote what you wrote' : 'We will not ring you about it'
  return {
    title,
    about: about(state),
    main: html`<h1>${title}</h1><p>Your answer itself still counts. You do not need to do anything else.</p>`,
  }
}

/** A link that cannot be used: which it is, why, and the next step. */
export function closedPage(ctx: Context, state: FollowUpState | null, token = '', more: Markup | '' = ''): Page {
  const { phone, email } = ctx.config.partnership
  const tell = html`<p>If you would like to tell us all the same, or think this is wrong, ring ${phone} or <a href="mailto:${email}">write to us</a>.</p>`
  if (!state)
    return {
      title: 'This link does not work',
      main: html`<h1>This link does not work</h1><p>It may have been cut short on its way. Open the email again and press the button there, or copy the whole address.</p>${tell}`,
    }
  const { standing, openUntil, isAnswered, course, lastOn } = state
  const kept =
    standing === 'over' && isAnswered && token
      ? html`<p>What you answered is still yours: <a href="/answer/${token}/account">your reflective account</a>.</p>`
      : ''
  const page = (title: string, words: string): Page => ({
    title,
    about: about(state),
    main: html`<h1>${title}</h1><p>${words}</p>${kept}${more}${tell}`,
  })
  if (standing === 'over')
    return page(
      isAnswered ? 'Your answer is in and can no longer be changed' : 'The time to answer is over',
      `This link worked until ${openUntil ? formatDate(openUntil) : 'the end of our questions'}. ${isAnswered ? 'Thank you: nothing more is needed.' : 'You do not need to do anything.'}`,
    )
  if (standing === 'did-not-come')
    return page(
      'We have you down as not having come',
      `The register of ${course} on ${formatDate(lastOn)} does not show you as there, so there is nothing to answer.`,
    )
  if (standing === 'voided') return page('This event was cancelled', 'There is nothing to answer about it.')
  return page(
    'There is nothing to answer yet',
    state.openedAt === null && state.isAskedFor
      ? `We ask three months after ${course}. You will get an email when it is time; the code on a card works from ${formatDate(addMonths(lastOn, 3))}.`
      : `We ask three months after ${course}. You will get an email when it is time.`,
  )
}

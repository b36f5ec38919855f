/* One of the two lists of routes of this room: pages (routes.ts is the other, for the app). Answer, opt-out, day.
 * Pages reached from an e-mail, by a day code or by the code on a card: plain forms, no script, no cookie. A GET writes nothing; every POST that
 * writes an answer carries the nonce of the page it was pressed on.
 */
import { Hono, type Context as HonoContext } from 'hono'
import { html } from 'hono/html'
import { type Context, ctxOf, type Env } from '#server/context.ts'
import { Invalid, type Issue, Missing, Refused, TooMany } from '#server/errors.ts'
import { readToken } from '#server/keys.ts'
import { type SentForm, sentForm } from '#server/pages/form.ts'
import { isOurNonce } from '#server/pages/nonce.ts'
import { show } from '#server/pages/page.ts'
import { allow, idOf } from '#server/routing.ts'
import { addedGiven } from './added-answers.ts'
import { readAnswerLink } from './answer-link.ts'
import {
  checkPage,
  closedPage,
  donePage,
  nonceAbout,
  questionPage,
  type Section,
  sectionPage,
  sectionsOf,
  withdrawals,
  withdrawnPage,
} from './answer-page.ts'
import { confirm, type FollowUpState, finish, followUpState, respond, tellMore } from './answering.ts'
import { beforeByDayCode } from './before-routes.ts'
import { withdrawCallConsent } from './call-consent.ts'
import {
  answerEnd,
  type DayForms,
  dayEvent,
  dayForms,
  type EndGiven,
  eventByCode,
  plainDayCode,
  skip,
} from './end-of-day.ts'
import { codePage, dayClosedPage, dayNonceAbout, endDonePage, endPage } from './end-page.ts'
import { optOutScopes, practiceAnswers } from './input.ts'
import { optOutPage } from './opt-out-page.ts'
import { optOut, optOutState, undoOptOut } from './opting-out.ts'
import { type AskedInstrument, instrumentFor } from './questions.ts'
import { answerPathOf, bookingOfCode, shortAddressPage } from './short-address.ts'
import { supervisionNotedPage, supervisionPage } from './supervision-page.ts'
import { ownText, type QuoteConsent, withdrawQuoteConsent } from './texts.ts'
import { tooSoonPage } from './too-soon-page.ts'

type C = HonoContext<Env>

/** Whoever holds the link acts as nobody else, whatever cookie their browser sends. */
const asLink = (ctx: Context, bookingId: number): Context => ({ ...ctx, actor: { kind: 'link', bookingId } })

const instrumentOf = (ctx: Context, { instrumentId, courseId }: FollowUpState) =>
  instrumentFor(ctx, 'follow-up', courseId, instrumentId)

async function withAnswer(
  c: C,
  work: (ctx: Context, token: string, state: FollowUpState) => Promise<Response>,
): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const bookingId = (await readAnswerLink(c.get('ctx').secrets, token))?.bookingId ?? null
  const ctx = asLink(ctxOf(c), bookingId ?? 0)
  const state = bookingId === null ? null : await followUpState(ctx, bookingId)
  if (!state) return show(c, closedPage(ctx, null), 404)
  if (state.standing !== 'open')
    return show(
      c,
      closedPage(ctx, state, token, await withdrawals(ctx, token, state)),
      state.standing === 'not-asked' ? 200 : 410,
    )
  return work(ctx, token, state)
}

/** Takes back "You may quote me" or "You may ring me", whether the time to answer is over or not. */
async function withdraw(c: C, what: 'quote' | 'call'): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const bookingId = (await readAnswerLink(c.get('ctx').secrets, token))?.bookingId ?? null
  const ctx = asLink(ctxOf(c), bookingId ?? 0)
  const state = bookingId === null ? null : await followUpState(ctx, bookingId)
  if (!state) return show(c, closedPage(ctx, null), 404)
  const form = await sentForm(c)
  // Without the page's own mark it is shown, to be pressed once more.
  if (!(await isOurNonce(ctx, nonceAbout(state.bookingId), form.one('nonce')))) return go(c, `/answer/${token}`)
  await (what === 'quote' ? withdrawQuoteConsent : withdrawCallConsent)(ctx, state.bookingId)
  return show(c, withdrawnPage(state, what))
}

/** As `withAnswer`, for a press on one of our pages; without its nonce question one is shown to be pressed once more. */
const withPress = (
  c: C,
  work: (ctx: Context, token: string, state: FollowUpState, form: SentForm) => Promise<Response>,
) =>
  withAnswer(c, async (ctx, token, state) => {
    const form = await sentForm(c)
    if (await isOurNonce(ctx, nonceAbout(state.bookingId), form.one('nonce'))) return work(ctx, token, state, form)
    const asked = await instrumentOf(ctx, state)
    return show(c, await questionPage(ctx, token, state, asked, { chosen: form.one('practice'), issues: openTooLong }))
  })

const openTooLong = [
  { path: 'practice', message: 'This page had been open too long. Choose your answer and press once more' },
]

/** The words to press on next, after what was pressed: a redirect, so that a reload sends nothing twice. */
const go = (c: C, path: string) => c.redirect(path, 303)

const isPractice = (step: string) => (practiceAnswers as readonly string[]).includes(step)
const sectionOf = (asked: AskedInstrument, step: string): Section | undefined =>
  sectionsOf(asked).find(({ path }) => path === step)

const showAnswer = (c: C, step: string) =>
  withAnswer(c, async (ctx, token, state) => {
    const asked = await instrumentOf(ctx, state)
    if (state.practice === null || isPractice(step) || step === 'change') {
      const chosen = isPractice(step) ? step : (state.practice ?? '')
      return show(c, await questionPage(ctx, token, state, asked, { chosen, isLinked: isPractice(step) }))
    }
    if (state.isDoubted) return show(c, await checkPage(ctx, token, state, asked))
    const section = state.earns === 'full' ? sectionOf(asked, step) : undefined
    return show(
      c,
      section ? await sectionPage(ctx, token, state, asked, section) : await donePage(ctx, token, state, asked),
    )
  })

function givenBy(form: SentForm, keys: readonly string[], outcomeKeys: readonly string[]) {
  const outcomes: Record<string, Record<number, string>> = {}
  for (const key of outcomeKeys)
    outcomes[key] = Object.fromEntries(
      form
        .names()
        .map((name) => new RegExp(`^${key}-(\\d{1,15})$`).exec(name))
        .filter((match) => match !== null)
        .map((match) => [Number(match[1]), form.one(match[0])]),
    )
  return { chosen: Object.fromEntries(keys.map((key) => [key, form.all(key)])), outcomes }
}

const quoteOf = (form: SentForm): QuoteConsent => {
  const said = form.one('quote')
  return said === 'quote' || said === 'quote-with-job' ? said : 'no-quote'
}

const mayRingBy = (form: SentForm): boolean => form.one('call') === 'yes'

const saveSection = (c: C, step: string) =>
  withPress(c, async (ctx, token, state, form) => {
    const asked = await instrumentOf(ctx, state)
    const section = sectionOf(asked, step)
    if (!section || state.practice === null) return go(c, `/answer/${token}`)
    const keys = section.asks.filter((key) => !['outcomes', 'text'].includes(asked.questions.get(key)?.kind ?? ''))
    const { chosen, outcomes } = givenBy(form, keys, ['outcomes'])
    const asksOutcomes = section.path === 'now'
    const asksWords = section.path === 'example'
    const added = section.path === 'course' ? addedGiven(form, asked).words : {}
    try {
      await tellMore(ctx, state.bookingId, {
        chosen,
        added,
        ...(asksOutcomes ? { outcomes } : {}),
        ...(asksWords ? { example: form.one('example'), quote: quoteOf(form), call: mayRingBy(form) } : {}),
      })
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      const sent = {
        chosen,
        outcomes: outcomes.outcomes ?? {},
        example: form.one('example'),
        quote: quoteOf(form),
        call: mayRingBy(form),
        added,
        issues: error.issues,
      }
      return show(c, await sectionPage(ctx, token, state, asked, section, sent))
    }
    // Saved in the background, as each answer is tapped: nothing to show.
    if (form.one('next') === 'stay') return c.body(null, 204)
    const sections = sectionsOf(asked)
    const next =
      form.one('next') === 'finish' ? undefined : sections[sections.findIndex(({ path }) => path === section.path) + 1]
    if (!next) await finish(ctx, state.bookingId)
    return go(c, `/answer/${token}/${next?.path ?? 'done'}`)
  })

const answerInSupervision = (c: C) =>
  withAnswer(c, async (ctx, token, state) => {
    const form = await sentForm(c)
    const practice = form.one('practice')
    const again = async (issues: Issue[]) => {
      const asked = await instrumentOf(ctx, state)
      return show(c, await supervisionPage(ctx, token, state, asked, { chosen: practice, issues }))
    }
    if (!(await isOurNonce(ctx, nonceAbout(state.bookingId), form.one('nonce')))) return again(openTooLong)
    try {
      const { isDoubted } = await respond(ctx, { bookingId: state.bookingId, practice, channel: 'supervision' })
      return go(c, `/answer/${token}/${isDoubted ? 'check' : 'supervision?noted'}`)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return again(error.issues)
    }
  })

async function openByCode(c: C, typed: string): Promise<Response> {
  const ctx = ctxOf(c)
  const bookingId = await bookingOfCode(ctx, typed)
  return bookingId === null ? show(c, shortAddressPage(ctx, typed), 404) : go(c, await answerPathOf(ctx, bookingId))
}

async function withOptOut(
  c: C,
  work: (ctx: Context, token: string, bookingId: number) => Promise<Response>,
): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const bookingId = await readToken(c.get('ctx').secrets, 'opt-out', token)
  const ctx = asLink(ctxOf(c), bookingId ?? 0)
  if (bookingId === null) return show(c, closedPage(ctx, null), 404)
  return work(ctx, token, bookingId)
}

const showOptOut = async (c: C, ctx: Context, token: string, bookingId: number, isUndone = false) =>
  show(c, optOutPage(ctx, token, await optOutState(ctx, bookingId), isUndone))

/** The questions before the day behind a right code, from the first morning on: they say themselves when it is too late. */
async function withBefore(c: C, then: 'ask' | 'thank' | 'save'): Promise<Response> {
  const ctx = ctxOf(c)
  const code = plainDayCode(c.req.param('code') ?? '')
  const forms = await formsOf(c, code)
  if (forms instanceof Response) return forms
  if (forms.window === 'early' && !forms.hasBegun) return show(c, dayClosedPage(ctx, forms))
  return beforeByDayCode(c, asLink(ctx, forms.bookingId), { ...forms, code }, then)
}

async function withDay(
  c: C,
  work: (ctx: Context, code: string, forms: DayForms) => Promise<Response>,
): Promise<Response> {
  const ctx = ctxOf(c)
  const code = plainDayCode(c.req.param('code') ?? '')
  const forms = await formsOf(c, code)
  if (forms instanceof Response) return forms
  if (forms.window === 'before') return beforeByDayCode(c, asLink(ctx, forms.bookingId), { ...forms, code }, 'ask')
  if (forms.window !== 'open') return show(c, dayClosedPage(ctx, forms), forms.window === 'early' ? 200 : 410)
  return work(asLink(ctx, forms.bookingId), code, forms)
}

/** The forms behind a code, or the page that asks for it again. */
async function formsOf(c: C, code: string): Promise<DayForms | Response> {
  const ctx = ctxOf(c)
  const eventId = idOf(c, 'eventId')
  try {
    return await dayForms(ctx, eventId, code)
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    return show(c, codePage(ctx, await dayEvent(ctx, eventId), code, wrongCode))
  }
}

const wrongCode = [{ path: 'code', message: 'There is no such code for this event. Check the six characters' }]

const endGiven = (form: SentForm, asked: AskedInstrument): EndGiven => {
  const { chosen, outcomes } = givenBy(form, ['ready', 'first-chance', 'obstacle'], ['outcomes', 'then'])
  const added = addedGiven(form, asked)
  return {
    chosen: { ...chosen, ...added.chosen },
    outcomes,
    added: added.words,
    commitments: form.all('commitment'),
    ownWords: form.one('own-words'),
    suggestion: form.one('suggestion'),
    name: form.one('name'),
  }
}

export const surveysPages = new Hono<Env>()
  .get('/answer/:token', allow('link'), (c) => showAnswer(c, ''))
  .get('/answer/:token/supervision', allow('link'), (c) =>
    withAnswer(c, async (ctx, token, state) =>
      show(
        c,
        c.req.query('noted') !== undefined && state.isAnswered
          ? supervisionNotedPage(token, state)
          : await supervisionPage(ctx, token, state, await instrumentOf(ctx, state)),
      ),
    ),
  )
  .get('/answer/:token/:step', allow('link'), (c) => showAnswer(c, c.req.param('step')))
  .post('/answer/:token', allow('link'), (c) =>
    withPress(c, async (ctx, token, state, form) => {
      const practice = form.one('practice')
      try {
        const { channel = 'e-mail' } = (await readAnswerLink(ctx.secrets, token)) ?? {}
        const { isDoubted } = await respond(ctx, { bookingId: state.bookingId, practice, channel })
        return go(
          c,
          `/answer/${token}/${isDoubted ? 'check' : state.earns === 'full' && (state.practice === null || state.isDoubted) ? 'now' : 'done'}`,
        )
      } catch (error) {
        if (!(error instanceof Invalid)) throw error
        const asked = await instrumentOf(ctx, state)
        return show(c, await questionPage(ctx, token, state, asked, { chosen: practice, issues: error.issues }))
      }
    }),
  )
  .post('/answer/:token/show', allow('link'), (c) =>
    withPress(c, async (ctx, token, state, form) => {
      const ownWords = await ownText(ctx, state.bookingId, 'commitment')
      const asked = await instrumentOf(ctx, state)
      return show(c, await questionPage(ctx, token, state, asked, { chosen: form.one('practice'), ownWords }))
    }),
  )
  .post('/answer/:token/confirm', allow('link'), (c) =>
    withPress(c, async (ctx, token, state) => {
      const { isDoubted } = await confirm(ctx, state.bookingId)
      if (isDoubted) return show(c, await checkPage(ctx, token, state, await instrumentOf(ctx, state), true), 409)
      return go(c, `/answer/${token}/${state.earns === 'full' ? 'now' : 'done'}`)
    }),
  )
  .post('/answer/:token/supervision', allow('link'), answerInSupervision)
  .post('/answer/:token/no-quote', allow('link'), (c) => withdraw(c, 'quote'))
  .post('/answer/:token/no-call', allow('link'), (c) => withdraw(c, 'call'))
  .post('/answer/:token/:step', allow('link'), (c) => saveSection(c, c.req.param('step')))

  .get('/a', allow('anyone'), (c) => show(c, shortAddressPage(ctxOf(c))))
  .post('/a', allow('anyone'), async (c) => openByCode(c, (await sentForm(c)).one('code')))
  .get('/a/:code', allow('anyone'), (c) => openByCode(c, c.req.param('code')))

  .get('/opt-out/:token', allow('link'), (c) => withOptOut(c, (...link) => showOptOut(c, ...link)))
  .post('/opt-out/:token', allow('link'), (c) =>
    withOptOut(c, async (ctx, token, bookingId) => {
      const said = (await sentForm(c)).one('scope')
      await optOut(ctx, { bookingId, scope: optOutScopes.find((scope) => scope === said) ?? 'course' })
      return showOptOut(c, ctx, token, bookingId)
    }),
  )
  .post('/opt-out/:token/undo', allow('link'), (c) =>
    withOptOut(c, async (ctx, token, bookingId) => {
      await undoOptOut(ctx, bookingId)
      return showOptOut(c, ctx, token, bookingId, true)
    }),
  )
  // RFC 8058: pressed by a mail provider, without cookies; never a redirect, and as often as it likes.
  .post('/opt-out/:token/one-click', allow('link'), (c) =>
    withOptOut(c, async (ctx, _token, bookingId) => {
      await optOut(ctx, { bookingId, scope: 'course' })
      return c.text('We have stopped asking.')
    }),
  )

  .get('/day', allow('anyone'), (c) => show(c, codePage(ctxOf(c), null)))
  .post('/day', allow('anyone'), async (c) => {
    const ctx = ctxOf(c)
    const code = (await sentForm(c)).one('code')
    const eventId = await eventByCode(ctx, code)
    if (eventId !== null) return go(c, `/day/${eventId}/${plainDayCode(code)}`)
    const message = 'We do not know this code today. Check the six characters, or use the address shown in the room'
    return show(c, codePage(ctx, null, code, [{ path: 'code', message }]))
  })
  .get('/day/:eventId', allow('anyone'), async (c) => {
    const ctx = ctxOf(c)
    const event = await dayEvent(ctx, idOf(c, 'eventId'))
    return show(
      c,
      ['before', 'early', 'open'].includes(event.window) ? codePage(ctx, event) : dayClosedPage(ctx, event),
    )
  })
  .post('/day/:eventId', allow('anyone'), async (c) => {
    const ctx = ctxOf(c)
    const eventId = idOf(c, 'eventId')
    const code = (await sentForm(c)).one('code')
    const event = await dayEvent(ctx, eventId)
    try {
      await dayForms(ctx, eventId, code)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      return show(c, codePage(ctx, event, code, wrongCode))
    }
    return go(c, `/day/${eventId}/${plainDayCode(code)}`)
  })
  .get('/day/:eventId/:code', allow('link'), (c) =>
    withDay(c, async (ctx, code, forms) => show(c, await endPage(ctx, code, forms))),
  )
  .get('/day/:eventId/:code/done', allow('link'), (c) =>
    withDay(c, async (ctx, code, forms) =>
      show(
        c,
        forms.responseId === null && !forms.isSkipped
          ? await endPage(ctx, code, forms)
          : await endDonePage(ctx, code, forms),
      ),
    ),
  )
  .get('/day/:eventId/:code/before', allow('link'), (c) => withBefore(c, 'ask'))
  .post('/day/:eventId/:code/before', allow('link'), (c) => withBefore(c, 'save'))
  .get('/day/:eventId/:code/before/done', allow('link'), (c) => withBefore(c, 'thank'))
  .post('/day/:eventId/:code', allow('link'), (c) =>
    withDay(c, async (ctx, code, forms) => {
      const form = await sentForm(c)
      const given = endGiven(form, await instrumentFor(ctx, 'end', forms.courseId, forms.instrumentId))
      if (!(await isOurNonce(ctx, dayNonceAbout(forms.bookingId), form.one('nonce')))) {
        const issues = [{ path: 'commitment', message: 'This page had been open too long. Press once more' }]
        return show(c, await endPage(ctx, code, forms, { given, issues }))
      }
      if (form.has('skip')) await skip(ctx, forms)
      else
        try {
          await answerEnd(ctx, forms, given)
        } catch (error) {
          if (!(error instanceof Invalid)) throw error
          return show(c, await endPage(ctx, code, forms, { given, issues: error.issues }))
        }
      return go(c, `/day/${forms.eventId}/${code}/done`)
    }),
  )

surveysPages.onError((error, c) => {
  const ctx = ctxOf(c)
  if (error instanceof Missing) return show(c, closedPage(ctx, null), 404)
  const said = error instanceof TooMany || error instanceof Refused ? error : null
  // Anything else is a fault of ours, for the app to log and answer.
  if (!said) throw error
  if (said instanceof Refused && said.code === 'too-soon') return show(c, tooSoonPage(said.message), 409)
  if (said instanceof TooMany) c.header('Retry-After', String(said.seconds))
  const { phone } = ctx.config.partnership
  const main = html`<h1>${said.message}</h1><p>Ring ${phone} if you think this is wrong.</p>`
  return show(c, { title: said.message, main }, said instanceof TooMany ? 429 : 409)
})

/* One of the two lists of routes of this room: pages (routes.ts is the other, for the app). Answer, opt-out, day.
 * Pages reached from an e-mail or by a day code: plain forms, no script, no cookie. A GET writes nothing; every POST that
 * writes an answer carries the nonce of the page it was pressed on.
 */
import { Hono, type Context as HonoContext } from 'hono'
import { html } from 'hono/html'
import { type Context, ctxOf, type Env } from '#server/context.ts'
import { Invalid, Missing, Refused, TooMany } from '#server/errors.ts'
import { readToken } from '#server/keys.ts'
import { type SentForm, sentForm } from '#server/pages/form.ts'
import { isOurNonce } from '#server/pages/nonce.ts'
import { show } from '#server/pages/page.ts'
import { allow, idOf } from '#server/routing.ts'
import {
  checkPage,
  closedPage,
  donePage,
  nonceAbout,
  questionPage,
  type Section,
  sectionPage,
  sections,
} from './answer-page.ts'
import { confirm, type FollowUpState, finish, followUpState, respond, tellMore } from './answering.ts'
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
import { currentInstrument, instrument } from './questions.ts'
import { ownText, type QuoteConsent } from './texts.ts'

type C = HonoContext<Env>

/** Whoever holds the link acts as nobody else, whatever cookie their browser sends. */
const asLink = (ctx: Context, bookingId: number): Context => ({ ...ctx, actor: { kind: 'link', bookingId } })

const instrumentOf = (ctx: Context, { instrumentId, courseId }: FollowUpState) =>
  instrumentId === null ? currentInstrument(ctx, 'follow-up', courseId) : instrument(ctx, instrumentId)

async function withAnswer(
  c: C,
  work: (ctx: Context, token: string, state: FollowUpState) => Promise<Response>,
): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const bookingId = await readToken(c.get('ctx').secrets, 'answer', token)
  const ctx = asLink(ctxOf(c), bookingId ?? 0)
  const state = bookingId === null ? null : await followUpState(ctx, bookingId)
  if (!state) return show(c, closedPage(ctx, null), 404)
  if (state.standing !== 'open') return show(c, closedPage(ctx, state), state.standing === 'not-asked' ? 200 : 410)
  return work(ctx, token, state)
}

/** As `withAnswer`, for a press on one of our pages; without its nonce question one is shown to be pressed once more. */
const withPress = (
  c: C,
  work: (ctx: Context, token: string, state: FollowUpState, form: SentForm) => Promise<Response>,
) =>
  withAnswer(c, async (ctx, token, state) => {
    const form = await sentForm(c)
    if (await isOurNonce(ctx, nonceAbout(state.bookingId), form.one('nonce'))) return work(ctx, token, state, form)
    const again = [
      { path: 'practice', message: 'This page had been open too long. Choose your answer and press once more' },
    ]
    const asked = await instrumentOf(ctx, state)
    return show(c, await questionPage(ctx, token, state, asked, { chosen: form.one('practice'), issues: again }))
  })

/** The words to press on next, after what was pressed: a redirect, so that a reload sends nothing twice. */
const go = (c: C, path: string) => c.redirect(path, 303)

const isPractice = (step: string) => (practiceAnswers as readonly string[]).includes(step)
const sectionOf = (step: string): Section | undefined => sections.find(({ path }) => path === step)

const showAnswer = (c: C, step: string) =>
  withAnswer(c, async (ctx, token, state) => {
    const asked = await instrumentOf(ctx, state)
    if (state.practice === null || isPractice(step) || step === 'change') {
      const chosen = isPractice(step) ? step : (state.practice ?? '')
      return show(c, await questionPage(ctx, token, state, asked, { chosen }))
    }
    if (state.isDoubted) return show(c, await checkPage(ctx, token, state, asked))
    const section = state.earns === 'full' ? sectionOf(step) : undefined
    return show(c, section ? await sectionPage(ctx, token, state, section) : await donePage(ctx, token, state, asked))
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

const saveSection = (c: C, step: string) =>
  withPress(c, async (ctx, token, state, form) => {
    const section = sectionOf(step)
    if (!section || state.practice === null) return go(c, `/answer/${token}`)
    const keys = section.asks.filter((key) => key !== 'outcomes' && key !== 'example')
    const { chosen, outcomes } = givenBy(form, keys, ['outcomes'])
    const asksOutcomes = section.path === 'now'
    const asksWords = section.path === 'example'
    try {
      await tellMore(ctx, state.bookingId, {
        chosen,
        ...(asksOutcomes ? { outcomes } : {}),
        ...(asksWords ? { example: form.one('example'), quote: quoteOf(form) } : {}),
      })
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      const sent = {
        chosen,
        outcomes: outcomes.outcomes ?? {},
        example: form.one('example'),
        quote: quoteOf(form),
        issues: error.issues,
      }
      return show(c, await sectionPage(ctx, token, state, section, sent))
    }
    const next = form.one('next') === 'finish' ? undefined : sections[sections.indexOf(section) + 1]
    if (!next) await finish(ctx, state.bookingId)
    return go(c, `/answer/${token}/${next?.path ?? 'done'}`)
  })

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

const showOptOut = async (c: C, ctx: Context, token: string, bookingId: number) =>
  show(c, optOutPage(ctx, token, await optOutState(ctx, bookingId)))

async function withDay(
  c: C,
  work: (ctx: Context, code: string, forms: DayForms) => Promise<Response>,
): Promise<Response> {
  const ctx = ctxOf(c)
  const eventId = idOf(c, 'eventId')
  const code = plainDayCode(c.req.param('code') ?? '')
  let forms: DayForms
  try {
    forms = await dayForms(ctx, eventId, code)
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    return show(c, codePage(ctx, await dayEvent(ctx, eventId), code, wrongCode))
  }
  if (forms.window !== 'open') return show(c, dayClosedPage(ctx, forms), forms.window === 'early' ? 200 : 410)
  return work(asLink(ctx, forms.bookingId), code, forms)
}

const wrongCode = [{ path: 'code', message: 'There is no such code for this event. Check the six characters' }]

const endGiven = (form: SentForm): EndGiven => ({
  ...givenBy(form, ['ready', 'first-chance', 'obstacle'], ['outcomes', 'then']),
  commitments: form.all('commitment'),
  ownWords: form.one('own-words'),
  suggestion: form.one('suggestion'),
  name: form.one('name'),
})

export const surveysPages = new Hono<Env>()
  .get('/answer/:token', allow('link'), (c) => showAnswer(c, ''))
  .get('/answer/:token/:step', allow('link'), (c) => showAnswer(c, c.req.param('step')))
  .post('/answer/:token', allow('link'), (c) =>
    withPress(c, async (ctx, token, state, form) => {
      const practice = form.one('practice')
      try {
        const { isDoubted } = await respond(ctx, { bookingId: state.bookingId, practice })
        return go(
          c,
          `/answer/${token}/${isDoubted ? 'check' : state.earns === 'full' && state.practice === null ? 'now' : 'done'}`,
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
  .post('/answer/:token/:step', allow('link'), (c) => saveSection(c, c.req.param('step')))

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
      return showOptOut(c, ctx, token, bookingId)
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
      event.window === 'open' || event.window === 'early' ? codePage(ctx, event) : dayClosedPage(ctx, event),
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
  .post('/day/:eventId/:code', allow('link'), (c) =>
    withDay(c, async (ctx, code, forms) => {
      const form = await sentForm(c)
      const given = endGiven(form)
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
  if (said instanceof TooMany) c.header('Retry-After', String(said.seconds))
  const { phone } = ctx.config.partnership
  const main = html`<h1>${said.message}</h1><p>Ring ${phone} if you think this is wrong.</p>`
  return show(c, { title: said.message, main }, said instanceof TooMany ? 429 : 409)
})

import { Hono, type Context as HonoContext } from 'hono'
import * as v from 'valibot'
import { type Context, ctxOf, type Env } from '#server/context.ts'
import { Invalid, type Issue, Refused } from '#server/errors.ts'
import { readToken } from '#server/keys.ts'
import { type SentForm, sentForm } from '#server/pages/form.ts'
import { isOurNonce } from '#server/pages/nonce.ts'
import { show } from '#server/pages/page.ts'
import { allow, issuesOf } from '#server/routing.ts'
import { readAnswerLink } from './answer-link.ts'
import { closedPage, donePage } from './answer-page.ts'
import { followUpState } from './answering.ts'
import {
  answerAsColleague,
  type ColleagueQuestion,
  colleagueQuestion,
  nameColleague,
  takeColleagueBack,
} from './colleague.ts'
import {
  colleagueClosedPage,
  colleagueDonePage,
  colleagueNonceAbout,
  colleaguePage,
  offerNonceAbout,
} from './colleague-page.ts'
import { colleagueAnswers, colleagueInput } from './input.ts'
import { currentInstrument, instrumentFor } from './questions.ts'
import { tooSoonPage } from './too-soon-page.ts'

type C = HonoContext<Env>

const pressOnceMore = 'This page had been open too long. Press once more'

/** The colleague's view, from both sides; mounted before the steps of answering, which take any word. */
export const colleaguePages = new Hono<Env>()
  .post('/answer/:token/colleague', allow('link'), nameOrTakeBack)
  .get('/colleague/:token', allow('link'), (c) =>
    withQuestion(c, async (ctx, token, bookingId, asking) =>
      show(c, await colleaguePage(ctx, token, bookingId, asking, await instrumentOf(ctx, asking))),
    ),
  )
  .post('/colleague/:token', allow('link'), (c) =>
    withQuestion(c, async (ctx, token, bookingId, asking) => {
      const form = await sentForm(c)
      const chosen = form.one('seen')
      const again = async (rest: { issues?: Issue[]; isTooSoon?: boolean }) =>
        colleaguePage(ctx, token, bookingId, asking, await instrumentOf(ctx, asking), { chosen, ...rest })
      if (!(await isOurNonce(ctx, colleagueNonceAbout(bookingId), form.one('nonce'))))
        return show(c, await again({ issues: [{ path: 'seen', message: pressOnceMore }] }))
      const answer = colleagueAnswers.find((one) => one === chosen)
      if (!answer) return show(c, await again({ issues: [{ path: 'seen', message: 'Choose what you have seen' }] }))
      const outcome = await answerAsColleague(ctx, bookingId, answer)
      if (outcome === 'too-soon') return show(c, await again({ isTooSoon: true }), 409)
      if (outcome === 'closed') return show(c, colleagueClosedPage(ctx, asking), 410)
      return show(c, colleagueDonePage(asking, outcome === 'counted'))
    }),
  )

const instrumentOf = (ctx: Context, { courseId }: ColleagueQuestion) => currentInstrument(ctx, 'colleague', courseId)

/** Only for a question that can be answered; the rest is said here. */
async function withQuestion(
  c: C,
  work: (ctx: Context, token: string, bookingId: number, asking: ColleagueQuestion) => Promise<Response>,
): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const bookingId = (await readToken(ctxOf(c).secrets, 'colleague', token)) ?? 0
  // Whoever holds the link acts as nobody else, whatever cookie their browser sends.
  const ctx: Context = { ...ctxOf(c), actor: { kind: 'link', bookingId } }
  const asking = bookingId === 0 ? null : await colleagueQuestion(ctx, bookingId)
  if (!asking) return show(c, colleagueClosedPage(ctx, null), 404)
  if (asking.standing === 'answered') return show(c, colleagueDonePage(asking, false))
  if (asking.standing === 'closed') return show(c, colleagueClosedPage(ctx, asking), 410)
  return work(ctx, token, bookingId, asking)
}

async function nameOrTakeBack(c: C): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const bookingId = (await readAnswerLink(ctxOf(c).secrets, token))?.bookingId ?? 0
  const ctx: Context = { ...ctxOf(c), actor: { kind: 'link', bookingId } }
  const state = bookingId === 0 ? null : await followUpState(ctx, bookingId)
  if (!state) return show(c, closedPage(ctx, null), 404)
  if (state.standing !== 'open')
    return show(c, closedPage(ctx, state, token), state.standing === 'not-asked' ? 200 : 410)
  if (!state.isAnswered) return c.redirect(`/answer/${token}`, 303)
  const form = await sentForm(c)
  const again = async (issues: Issue[]) => {
    const asked = await instrumentFor(ctx, 'follow-up', state.courseId, state.instrumentId)
    return show(
      c,
      await donePage(ctx, token, state, asked, { name: form.one('name'), email: form.one('email'), issues }),
    )
  }
  if (!(await isOurNonce(ctx, offerNonceAbout(bookingId), form.one('nonce'))))
    return again([{ path: 'name', message: pressOnceMore }])
  try {
    if (form.has('take-back')) await takeColleagueBack(ctx, bookingId)
    else await nameColleague(ctx, bookingId, namedIn(form))
  } catch (error) {
    if (error instanceof Invalid) return again(error.issues)
    if (error instanceof Refused && error.code === 'too-soon') return show(c, tooSoonPage(error.message), 409)
    if (error instanceof Refused) return again([{ path: 'email', message: error.message }])
    throw error
  }
  return c.redirect(`/answer/${token}/done#colleague`, 303)
}

/** @throws Invalid at `name` and `email` */
function namedIn(form: SentForm) {
  const given = v.safeParse(colleagueInput, { name: form.one('name'), email: form.one('email') })
  if (!given.success) {
    // An empty box breaks more than one rule: what to do about it is said once.
    const issues = issuesOf(given.issues)
    throw new Invalid(issues.filter(({ path }, n) => issues.findIndex((one) => one.path === path) === n))
  }
  return given.output
}

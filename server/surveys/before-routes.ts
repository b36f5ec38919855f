import { Hono, type Context as HonoContext } from 'hono'
import { type Context, ctxOf, type Env } from '#server/context.ts'
import { Invalid, Refused } from '#server/errors.ts'
import { readToken } from '#server/keys.ts'
import { type SentForm, sentForm } from '#server/pages/form.ts'
import { isOurNonce } from '#server/pages/nonce.ts'
import { show } from '#server/pages/page.ts'
import { allow } from '#server/routing.ts'
import { addedGiven } from './added-answers.ts'
import { closedPage } from './answer-page.ts'
import {
  answerBeforeByLink,
  type BeforeBooking,
  type BeforeDoor,
  type BeforeGiven,
  beforeBooking,
  closesAt,
} from './before.ts'
import { beforeAsked, beforeClosedPage, beforeDonePage, beforeNonceAbout, beforePage } from './before-page.ts'
import type { AskedInstrument } from './questions.ts'

type C = HonoContext<Env>

/** The two doors without signing in. `path` is where the questions stand, `onwards` where someone too late may go. */
interface Way {
  door: BeforeDoor
  path: string
  onwards?: string
}

const byLink = (token: string): Way => ({
  door: { channel: 'e-mail', until: 'the beginning' },
  path: `/before/${token}`,
})

const byDayCode = (eventId: number, code: string): Way => ({
  door: { channel: 'day-code', until: 'the first five minutes' },
  path: `/day/${eventId}/${code}/before`,
  onwards: `/day/${eventId}/${code}`,
})

/** The questions before the day, by the button in the joining instructions. */
export const beforePages = new Hono<Env>()
  .get('/before/:token', allow('link'), (c) => withLink(c, (ctx, booking, way) => ask(c, ctx, booking, way)))
  .get('/before/:token/done', allow('link'), (c) => withLink(c, (ctx, booking, way) => thank(c, ctx, booking, way)))
  .post('/before/:token', allow('link'), (c) => withLink(c, (ctx, booking, way) => save(c, ctx, booking, way)))

async function withLink(
  c: C,
  work: (ctx: Context, booking: BeforeBooking, way: Way) => Promise<Response>,
): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const bookingId = (await readToken(ctxOf(c).secrets, 'before', token)) ?? 0
  // Whoever holds the link acts as nobody else, whatever cookie their browser sends.
  const ctx: Context = { ...ctxOf(c), actor: { kind: 'link', bookingId } }
  const booking = bookingId === 0 ? null : await beforeBooking(ctx, bookingId)
  return booking ? work(ctx, booking, byLink(token)) : show(c, closedPage(ctx, null), 404)
}

/** The same by a day code, once it was found to be right; `then` tells what was asked for. */
export async function beforeByDayCode(
  c: C,
  ctx: Context,
  { eventId, bookingId, code }: { eventId: number; bookingId: number; code: string },
  then: 'ask' | 'thank' | 'save',
): Promise<Response> {
  const booking = await beforeBooking(ctx, bookingId)
  if (!booking) return show(c, closedPage(ctx, null), 404)
  return { ask, thank, save }[then](c, ctx, booking, byDayCode(eventId, code))
}

const isClosed = (ctx: Context, booking: BeforeBooking, { door }: Way): boolean =>
  !booking.isStanding || ctx.now >= closesAt(booking, door)

async function ask(c: C, ctx: Context, booking: BeforeBooking, way: Way): Promise<Response> {
  if (isClosed(ctx, booking, way)) return show(c, beforeClosedPage(ctx, booking, way.onwards), 410)
  return show(c, await beforePage(ctx, way.path, booking))
}

async function thank(c: C, ctx: Context, booking: BeforeBooking, way: Way): Promise<Response> {
  if (!booking.isAnswered || !booking.isStanding) return ask(c, ctx, booking, way)
  return show(c, await beforeDonePage(ctx, booking, isClosed(ctx, booking, way) ? null : way.path))
}

async function save(c: C, ctx: Context, booking: BeforeBooking, way: Way): Promise<Response> {
  if (isClosed(ctx, booking, way)) return show(c, beforeClosedPage(ctx, booking, way.onwards), 410)
  const form = await sentForm(c)
  const given = givenBy(form, await beforeAsked(ctx, booking))
  const again = async (path: string, message: string) =>
    show(c, await beforePage(ctx, way.path, booking, { given, issues: [{ path, message }] }))
  if (!(await isOurNonce(ctx, beforeNonceAbout(booking.bookingId), form.one('nonce'))))
    return again('save', 'This page had been open too long. Press once more')
  try {
    await answerBeforeByLink(ctx, booking.bookingId, way.door, given)
  } catch (error) {
    if (error instanceof Invalid)
      return show(c, await beforePage(ctx, way.path, booking, { given, issues: error.issues }))
    // Between the page and the press the day began, or the place was given up.
    if (error instanceof Refused && error.code === 'too-soon') return again('save', error.message)
    if (error instanceof Refused) return show(c, beforeClosedPage(ctx, booking, way.onwards), 410)
    throw error
  }
  return c.redirect(`${way.path}/done`, 303)
}

function givenBy(form: SentForm, asked: AskedInstrument): BeforeGiven {
  const added = addedGiven(form, asked)
  const anchors = form
    .names()
    .map((name) => /^outcomes-(\d{1,15})$/.exec(name))
    .filter((match) => match !== null)
  return {
    chosen: { chance: form.all('chance'), need: form.all('need'), ...added.chosen },
    outcomes: Object.fromEntries(anchors.map((match) => [Number(match[1]), form.one(match[0])])),
    words: added.words,
  }
}

import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { html } from 'hono/html'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { agencies, people, traffic } from '#db/people.ts'
import { followUps, responses } from '#db/surveys.ts'
import { addMonths, formatDate, formatMonth } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { crockford, fromCrockford, inFours, parseCrockford } from '#server/crockford.ts'
import { Missing, TooMany } from '#server/errors.ts'
import { mac, makeToken } from '#server/keys.ts'
import { countTraffic, HOUR, secondsLeft, trafficKey } from '#server/limits.ts'
import { words } from '#server/pages/fields.ts'
import type { Page } from '#server/pages/page.ts'
import { firstName } from '#server/people/first-name.ts'
import { qrBars } from '#server/qr.ts'
import { asked, counts, isAskedFor } from './follow-up.ts'

/*
 * A way to the answer page for someone without a mailbox: a short address and a code on a printed card. The code holds the
 * booking and 50 bits that only this installation can make, so nothing is stored; it opens the same page as the link in an
 * e-mail, under a token of its own, which tells that the answer came by the page.
 */

const PLACES = 16
const MAC_BITS = 50n
/** Wrong codes from one address in an hour, as for day codes. */
const WRONG_FROM_ADDRESS = 60

async function codeBits(secrets: string[], bookingId: number): Promise<bigint> {
  const bytes = await mac(secrets, 'answer-code', `code ${bookingId}`)
  const bits = bytes.subarray(0, 7).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return (BigInt(bookingId) << MAC_BITS) | (bits >> 6n)
}

/** As it is printed: 0000-1AK3-M9QX-T2VW. Booking numbers to 2^30. */
export async function answerCode(secrets: string[], bookingId: number): Promise<string> {
  return inFours(crockford(await codeBits(secrets, bookingId), PLACES))
}

/**
 * The booking a typed code is for, or null. Wrong codes are counted, and past the limit a right one fails too.
 * @throws TooMany
 */
export async function bookingOfCode(ctx: Context, typed: string): Promise<number | null> {
  const { key, window } = await trafficKey(ctx, addressKey(ctx), HOUR)
  const [tried] = await ctx.db
    .select({ n: traffic.n })
    .from(traffic)
    .where(and(eq(traffic.key, key), eq(traffic.window, window)))
  if ((tried?.n ?? 0) >= WRONG_FROM_ADDRESS)
    throw new TooMany(secondsLeft(ctx.now, HOUR), 'Too many wrong codes were tried. Wait a little, or ring us.')
  const code = parseCrockford(typed, PLACES)
  if (code !== null) {
    const given = fromCrockford(code)
    const bookingId = Number(given >> MAC_BITS)
    let isGood = false
    for (const secret of ctx.secrets) if ((await codeBits([secret], bookingId)) === given) isGood = true
    if (isGood) return bookingId
  }
  await countTraffic(ctx, addressKey(ctx), HOUR, WRONG_FROM_ADDRESS)
  return null
}

const addressKey = (ctx: Context) => `answer-codes ${ctx.address}`

/** The page that a code opens. */
export const answerPathOf = async (ctx: Pick<Context, 'secrets'>, bookingId: number): Promise<string> =>
  `/answer/${await makeToken(ctx.secrets, 'answer-code', bookingId)}`

/** Asks for the code; with what was typed where it was wrong. */
export function shortAddressPage(ctx: Context, typed?: string): Page {
  const { phone } = ctx.config.partnership
  const issues =
    typed === undefined
      ? []
      : [{ path: 'code', message: 'We do not know this code. Check the 16 letters and digits on your card' }]
  return {
    title: 'Tell us what came of your course',
    issues,
    main: html`<h1>Tell us what came of your course</h1><form method="post" action="/a">${words({
      name: 'code',
      label: 'Code on your card',
      hint: '16 letters and digits, such as 0000-1AK3-M9QX-T2VW. Spaces, dashes and small letters do not matter.',
      value: typed?.slice(0, 40) ?? '',
      maxlength: 30,
      isCode: true,
      issues,
    })}<button>Go on</button></form><p>It is one question and takes half a minute. No card to hand? Ring ${phone}.</p>`,
  }
}

export interface AnswerCard {
  bookingId: number
  /** For the envelope, not on the card. */
  name: string
  agency: string
  firstName: string
  code: string
  /** Squares along each edge, with the quiet zone, and the path of the dark ones. */
  qr: { size: number; path: string }
}

export interface AnswerCards {
  course: string
  date: string
  month: string
  /** Where the code is typed: "training.example/a" */
  address: string
  /** The first day on which the code opens the question: "Tuesday 15 December 2026". */
  from: string
  cards: AnswerCard[]
}

/**
 * A card for everyone who came to an event, cannot be reached by e-mail and has not answered or said no. @throws Missing
 */
export async function answerCards(ctx: Context, eventId: number): Promise<AnswerCards> {
  const [event] = await ctx.db
    .select({ course: courses.title, lastOn: events.lastOn })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(eq(events.id, eventId))
  if (!event) throw new Missing()
  const rows = await ctx.db
    .select({ bookingId: bookings.id, name: people.name, agency: agencies.name })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(
      and(
        eq(bookings.eventId, eventId),
        eq(bookings.state, 'confirmed'),
        isNull(people.erasedAt),
        isAskedFor,
        asked.attends,
        sql`not ${asked.isVoided}`,
        sql`not ${asked.isReachable}`,
        sql`not ${asked.isOptedOut}`,
        sql`not ifnull(${counts}, 0)`,
        sql`(${followUps.closedBecause} is null or ${followUps.closedBecause} = 'bounced')`,
      ),
    )
    .orderBy(sql`${agencies.name} collate nocase`, sql`${people.name} collate nocase`, asc(bookings.id))
  return {
    course: event.course,
    date: formatDate(event.lastOn),
    month: formatMonth(event.lastOn),
    address: `${new URL(ctx.config.origin).host}/a`,
    from: formatDate(addMonths(event.lastOn, 3)),
    cards: await Promise.all(
      rows.map(async (row) => {
        const code = await answerCode(ctx.secrets, row.bookingId)
        return {
          ...row,
          firstName: firstName(row.name),
          code,
          qr: qrPath(`${ctx.config.origin}/a/${code.replaceAll('-', '')}`),
        }
      }),
    ),
  }
}

/** The quiet zone of four squares that a reader needs is part of it. */
function qrPath(text: string): AnswerCard['qr'] {
  const { size, bars } = qrBars(text)
  return {
    size: size + 8,
    path: bars.map(([column, row, length]) => `M${column + 4} ${row + 4}h${length}v1h-${length}z`).join(''),
  }
}

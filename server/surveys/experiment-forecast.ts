import { and, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { contacts } from '#db/surveys.ts'
import { addDays, addMonths, daysBetween, formatMonth, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { stepOf } from './experiment-results.ts'
import { attenders } from './follow-up.ts'
import type { ExperimentKind } from './input.ts'
import { type PlannedAsking, plans } from './plan.ts'
import { monthsUntil, neededToFind, POINTS_TO_FIND } from './shared/experiment-size.ts'

/*
 * How many people an experiment needs and when they will have been asked, from what was sent in the last twelve months and what is planned.
 */

/** With fewer follow-ups that are over, our own share says too little, and the best that a neighbouring partnership published stands in. */
const FEWEST_OVER = 30
const PRESUMED_SHARE = 0.35
/** Of those invited, while we know nothing of our own. */
const PRESUMED_REMINDED = 0.7
/** From the first asking message until nobody of that day is still being asked. */
const DAYS_UNTIL_OVER = 60
/** Further off, most of those who will be asked have not come to anything yet. */
const MONTHS_PLANNED = 3
const DAYS_A_MONTH = 365.25 / 12

export interface ExperimentSize {
  /** People in each wording. */
  needed: number
  points: number
  /** The present share that answers after such a message, in whole per cents; `isPresumed` while too few of ours are over. */
  share: number
  isPresumed: boolean
  /** Such messages a month over the last twelve months. */
  monthly: number
  /** Until enough people were asked; null for never. */
  months: number | null
  /** As "March 2027": when enough were asked, and when all of them will have had their time. */
  askedBy: string | null
  shownBy: string | null
}

/** Who is planned in the next months: the slow part, asked once for every kind. */
export const planAhead = (ctx: Context): Promise<PlannedAsking[]> => {
  const today = londonDate(ctx.now)
  return plans(ctx.store.long, { today, reachedBy: addMonths(today, MONTHS_PLANNED) })
}

export async function experimentSize(
  ctx: Context,
  what: ExperimentKind,
  ahead: Promise<PlannedAsking[]> = planAhead(ctx),
): Promise<ExperimentSize> {
  const today = londonDate(ctx.now)
  const [past, sent, invited, planned] = await Promise.all([
    answeredOf(ctx, what, today),
    sentInYear(ctx, what, today),
    sentInYear(ctx, 'subject', today),
    ahead,
  ])
  const isPresumed = past.over < FEWEST_OVER
  const share = isPresumed ? PRESUMED_SHARE : past.answered / past.over
  const needed = neededToFind(share)
  const monthly = sent.monthly
  const part = what === 'subject' ? 1 : invited.n > 0 ? sent.n / invited.n : PRESUMED_REMINDED
  const coming = Array.from({ length: MONTHS_PLANNED }, (_, month) => {
    const [from, to] = [addMonths(today, month), addMonths(today, month + 1)]
    const due = planned.filter(({ on }) => on !== null && on >= from && on < to)
    // Two that share a message name each other.
    const together = due.filter(({ togetherWith }) => togetherWith !== null).length
    return (due.length - together / 2) * part
  })
  const months = monthsUntil(needed * 2, coming, monthly)
  const askedOn = months === null || months > 1200 ? null : addMonths(today, months)
  return {
    needed,
    points: POINTS_TO_FIND,
    share: Math.round(share * 100),
    isPresumed,
    monthly: Math.round(monthly),
    months,
    askedBy: askedOn && formatMonth(askedOn),
    shownBy: askedOn && formatMonth(addDays(askedOn, DAYS_UNTIL_OVER)),
  }
}

/** Of those sent such a message about a year ago and since whose follow-ups are over: how many answered. */
async function answeredOf(ctx: Context, what: ExperimentKind, today: On): Promise<{ over: number; answered: number }> {
  const db = ctx.store.long
  const sent = db
    .select({ id: contacts.bookingId })
    .from(contacts)
    .where(
      and(
        eq(contacts.step, stepOf(what)),
        gte(contacts.on, addMonths(today, -14)),
        lt(contacts.on, addDays(today, -DAYS_UNTIL_OVER)),
      ),
    )
  const of = attenders(db, today, inArray(bookings.id, sent))
  const rows = await db
    .select({ disposition: of.disposition, n: sql<number>`count(*)`.mapWith(Number) })
    .from(of)
    .groupBy(sql`1`)
  const count = (...words: string[]) =>
    rows.filter(({ disposition }) => words.includes(disposition)).reduce((sum, { n }) => sum + n, 0)
  return { over: count('answered', 'no-reply', 'could-not-be-asked'), answered: count('answered') }
}

/** Messages of this kind in the last twelve months, one where two follow-ups share it; by the months since the first of them. */
async function sentInYear(ctx: Context, what: ExperimentKind, today: On): Promise<{ n: number; monthly: number }> {
  const [row] = await ctx.store.long
    .select({
      n: sql<number>`count(distinct ifnull(${contacts.messageId}, -${contacts.id}))`.mapWith(Number),
      firstOn: sql<On | null>`min(${contacts.on})`,
    })
    .from(contacts)
    .where(and(eq(contacts.step, stepOf(what)), gte(contacts.on, addMonths(today, -12))))
  const { n = 0, firstOn = null } = row ?? {}
  const months = firstOn === null ? 1 : Math.min(12, Math.max(1, daysBetween(firstOn, today) / DAYS_A_MONTH))
  return { n, monthly: n / months }
}

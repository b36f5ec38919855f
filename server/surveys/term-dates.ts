import { and, asc, eq, gte, lte, ne } from 'drizzle-orm'
import { termDates } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { daysBetween, formatDate, formatDateShort, type On } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { TermDatesInput } from './input.ts'

/* School holidays, set by hand: no list of them covers a whole partnership. They hold back education staff alone. */

const LONGEST_HOLIDAY = 100

export interface TermDates {
  id: number
  name: string
  from: On
  to: On
  words: string
  isOver: boolean
}

const invalid = (path: string, message: string) => new Invalid([{ path, message }])

/** Every holiday, in the order of their days. */
export async function termDatesKnown(db: Reading, today: On): Promise<TermDates[]> {
  const rows = await db.select().from(termDates).orderBy(asc(termDates.closedFrom))
  return rows.map(({ id, name, closedFrom, closedTo }) => ({
    id,
    name,
    from: closedFrom,
    to: closedTo,
    words: closedFrom === closedTo ? formatDate(closedFrom) : `${formatDate(closedFrom)} to ${formatDate(closedTo)}`,
    isOver: closedTo < today,
  }))
}

/** Adds a school holiday. @throws Invalid when its dates are turned round, too far apart, or overlap another’s */
export function addTermDates(ctx: Context, input: TermDatesInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    await fits(ctx, input, 0)
    const [row] = await ctx.db
      .insert(termDates)
      .values({ name: input.name, closedFrom: input.from, closedTo: input.to })
      .returning({ id: termDates.id })
    await record(ctx, 'term-dates.added', `term-dates:${row!.id}`, `${input.from} to ${input.to}`)
    return row!
  })
}

/** @throws Missing; Invalid as `addTermDates` */
export function changeTermDates(ctx: Context, id: number, input: TermDatesInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [known] = await ctx.db.select({ id: termDates.id }).from(termDates).where(eq(termDates.id, id))
    if (!known) throw new Missing()
    await fits(ctx, input, id)
    await ctx.db
      .update(termDates)
      .set({ name: input.name, closedFrom: input.from, closedTo: input.to })
      .where(eq(termDates.id, id))
    await record(ctx, 'term-dates.changed', `term-dates:${id}`, `${input.from} to ${input.to}`)
    return known
  })
}

/** @throws Missing */
export function removeTermDates(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [row] = await ctx.db.delete(termDates).where(eq(termDates.id, id)).returning()
    if (!row) throw new Missing()
    await record(ctx, 'term-dates.removed', `term-dates:${id}`, `${row.closedFrom} to ${row.closedTo}`)
    return { id }
  })
}

async function fits({ db }: Writing, { from, to }: TermDatesInput, id: number): Promise<void> {
  if (to < from) throw invalid('to', 'The last day must be the first day or later')
  if (daysBetween(from, to) > LONGEST_HOLIDAY)
    throw invalid('to', `That is more than ${LONGEST_HOLIDAY} days without school: check the year`)
  const [other] = await db
    .select()
    .from(termDates)
    .where(and(lte(termDates.closedFrom, to), gte(termDates.closedTo, from), ne(termDates.id, id)))
    .limit(1)
  if (other)
    throw invalid(
      'from',
      `These dates overlap ${other.name}, ${formatDateShort(other.closedFrom)} to ${formatDateShort(other.closedTo)}`,
    )
}

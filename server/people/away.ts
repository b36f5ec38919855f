import { and, eq, isNull } from 'drizzle-orm'
import { people } from '#db/people.ts'
import { addMonths, formatDate, londonDate, type On } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'

const MOST_MONTHS = 12

/**
 * Says until when someone is away (the last day), or, with null, that they are back. Follow-ups wait for them.
 * @throws Missing; Invalid at `until` for a day that is past or more than a year ahead
 */
export function setAwayUntil(ctx: Context, personId: number, until: On | null): Promise<{ until: On | null }> {
  return transact(ctx, async (ctx) => {
    const today = londonDate(ctx.now)
    if (until !== null && (until < today || until > addMonths(today, MOST_MONTHS)))
      throw new Invalid([
        {
          path: 'until',
          message: `The last day away must be from today to ${formatDate(addMonths(today, MOST_MONTHS))}`,
        },
      ])
    const [person] = await ctx.db
      .update(people)
      .set({ awayUntil: until })
      .where(and(eq(people.id, personId), isNull(people.erasedAt)))
      .returning({ id: people.id })
    if (!person) throw new Missing()
    await record(ctx, until === null ? 'person.back' : 'person.away', `person:${personId}`, until ?? undefined)
    return { until }
  })
}

import { and, eq, isNull } from 'drizzle-orm'
import { people } from '#db/people.ts'
import { londonDate, type On } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { setAwayUntil } from './away.ts'
import type { Reach } from './input.ts'
import { signedIn } from './sign-in.ts'

/**
 * How and when the person who asks wants to be reached in three months, as it stands after this. The history says that the
 * number changed, not which it is.
 * @throws Missing for someone who is not a person here yet; Invalid at `until` for a day that is past or too far ahead
 */
export function setMyReach(ctx: Context, { phone, until }: Reach): Promise<{ phone: string | null; until: On | null }> {
  return transact(ctx, async (ctx) => {
    const personId = signedIn(ctx).personId ?? 0
    const isThem = and(eq(people.id, personId), isNull(people.erasedAt))
    const [before] = await ctx.db
      .select({ phone: people.phone, awayUntil: people.awayUntil })
      .from(people)
      .where(isThem)
    if (!before) throw new Missing()
    const { awayUntil } = before
    const stands = awayUntil !== null && awayUntil >= londonDate(ctx.now) ? awayUntil : null
    if (until !== stands) await setAwayUntil(ctx, personId, until)
    if (phone !== before.phone) {
      await ctx.db.update(people).set({ phone }).where(isThem)
      await record(ctx, 'person.phone-changed', `person:${personId}`, phone === null ? 'none' : undefined)
    }
    return { phone, until }
  })
}

import { lt, or, sql } from 'drizzle-orm'
import { signInCodes, signIns, traffic } from '#db/people.ts'
import type { Chore } from '#server/chores.ts'
import { transact } from '#server/context.ts'
import { DAY } from '#server/limits.ts'

const kept = 7 * DAY

/**
 * Forgets what signing in leaves behind, up to 500 rows of each at a time:
 * - codes a week after they ran out
 * - sign-ins a week after they ended or were last seen; not in the example, where they say whom a reader signed in as
 * - counters of traffic two days after their window began
 */
export const forgetSpentSignIns: Chore = async (ctx) => {
  const spent = {
    codes: lt(signInCodes.expiresAt, ctx.now - kept),
    signIns:
      ctx.config.mode === 'example'
        ? sql`0`
        : or(lt(signIns.endedAt, ctx.now - kept), lt(signIns.seenAt, ctx.now - kept)),
    traffic: lt(traffic.window, ctx.now - 2 * DAY),
  }
  const [any] = await ctx.db
    .select({
      n: sql<number>`exists(select 1 from ${signInCodes} where ${spent.codes}) or exists(select 1 from ${signIns} where ${spent.signIns}) or exists(select 1 from ${traffic} where ${spent.traffic})`,
    })
    .from(sql`(select 1)`)
  if (!any?.n) return false
  await transact(ctx, async (ctx) => {
    await ctx.db
      .delete(signInCodes)
      .where(sql`rowid in (select rowid from ${signInCodes} where ${spent.codes} limit 500)`)
    await ctx.db.delete(signIns).where(sql`rowid in (select rowid from ${signIns} where ${spent.signIns} limit 500)`)
    await ctx.db.delete(traffic).where(sql`rowid in (select rowid from ${traffic} where ${spent.traffic} limit 500)`)
  })
  return true
}

import { and, eq, sql } from 'drizzle-orm'
import { colleagueTallies } from '#db/surveys.ts'
import type { Writing } from '#server/context.ts'
import { settingsOf } from '#server/settings.ts'
import type { ColleagueAnswer } from './input.ts'

/**
 * Counts what a colleague has seen, for good: an answer is never changed or taken away. What readers are shown moves on here alone, and only
 * once as many wait as may be shown, all of them together: whoever reads before and after sees either the same or so many answers more. It
 * never goes back, and setting another threshold moves nothing by itself. The answers bear no time and no name, so that nothing but a second
 * count can tell which have been shown.
 */
export async function countAnswer(
  ctx: Writing,
  { courseId, programmeId }: { courseId: number; programmeId: number },
  answer: ColleagueAnswer,
): Promise<void> {
  await ctx.db
    .insert(colleagueTallies)
    .values({ courseId, programmeId, answer, n: 1 })
    .onConflictDoUpdate({
      target: [colleagueTallies.courseId, colleagueTallies.programmeId, colleagueTallies.answer],
      set: { n: sql`${colleagueTallies.n} + 1` },
    })
  const isOfYear = and(eq(colleagueTallies.courseId, courseId), eq(colleagueTallies.programmeId, programmeId))
  const [row] = await ctx.db
    .select({ waiting: sql<number>`sum(${colleagueTallies.n} - ${colleagueTallies.shown})` })
    .from(colleagueTallies)
    .where(isOfYear)
  const { 'shown-from-answered': fewest } = await settingsOf(ctx, 'shown-from-answered')
  if (Number(row?.waiting ?? 0) >= Number(fewest))
    await ctx.db
      .update(colleagueTallies)
      .set({ shown: sql`${colleagueTallies.n}` })
      .where(isOfYear)
}

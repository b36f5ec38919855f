import { and, eq, gt, lte } from 'drizzle-orm'
import { requestsSeen } from '#db/people.ts'
import type { Chore } from './chores.ts'
import { actorWords, type Context, transact, type Writing } from './context.ts'

/** How long the answer to a submit is kept for its repetition. */
const kept = 24 * 60 * 60_000

/**
 * Does the work of one submit once: the same key from the same sign-in within a day gets the answer of the first time
 * and writes nothing. A refusal is not kept, since it wrote nothing. Without a key the work is simply done.
 * @param what tells apart the submits that one key may stand in, as `booking:12`
 */
export async function once<T extends object>(
  ctx: Writing,
  what: string,
  repeatKey: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (repeatKey === undefined) return work()
  const key = `${what} ${repeatKey}`
  const actor = repeaterOf(ctx)
  const [seen] = await ctx.db
    .select({ answer: requestsSeen.answer })
    .from(requestsSeen)
    .where(and(eq(requestsSeen.actor, actor), eq(requestsSeen.key, key), gt(requestsSeen.at, ctx.now - kept)))
  if (seen) return JSON.parse(seen.answer) as T
  const answer = await work()
  const row = { key, actor, status: 201, answer: JSON.stringify(answer), at: ctx.now }
  await ctx.db
    .insert(requestsSeen)
    .values(row)
    .onConflictDoUpdate({ target: [requestsSeen.actor, requestsSeen.key], set: row })
  return answer
}

/** A sign-in rather than a person, who may be made by the very submit that is repeated. */
function repeaterOf(ctx: Pick<Context, 'actor'>): string {
  return ctx.actor.kind === 'person' ? `sign-in:${ctx.actor.signInId}` : actorWords(ctx.actor)
}

/**
 * Forgets answers:
 * - older than a day.
 */
export const forgetRepeats: Chore = async (ctx) => {
  const [old] = await ctx.db
    .select({ key: requestsSeen.key })
    .from(requestsSeen)
    .where(lte(requestsSeen.at, ctx.now - kept))
    .limit(1)
  if (!old) return false
  await transact(ctx, (ctx) => ctx.db.delete(requestsSeen).where(lte(requestsSeen.at, ctx.now - kept)))
  return true
}

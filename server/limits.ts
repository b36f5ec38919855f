import { sql } from 'drizzle-orm'
import { traffic } from '#db/people.ts'
import { type Context, transact, type Writing } from './context.ts'
import { TooMany } from './errors.ts'
import { base64url, mac } from './keys.ts'

/*
 * Counters of traffic: not facts, so a GET may write them. A key may hold an address of a person or a machine: it is
 * stored only as a keyed hash.
 */

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/**
 * Counts one more and says no when there were more than `max` in this window.
 * @param key what is counted and for whom, as `certificate-checks 192.0.2.1`
 * @throws TooMany with the seconds until the window ends
 */
export async function countTraffic(ctx: Context, key: string, windowMs: number, max: number): Promise<void> {
  const isWithin = await transact(ctx, (ctx) => tally(ctx, key, windowMs, max))
  if (!isWithin) throw new TooMany(secondsLeft(ctx.now, windowMs))
}

/** Counts one more unless `max` is reached; one statement, so that no two at once pass the last place. */
export async function tally(ctx: Writing, key: string, windowMs: number, max: number): Promise<boolean> {
  const counted = await ctx.db
    .insert(traffic)
    .values({ ...(await trafficKey(ctx, key, windowMs)), n: 1 })
    .onConflictDoUpdate({
      target: [traffic.key, traffic.window],
      set: { n: sql`${traffic.n} + 1` },
      setWhere: sql`${traffic.n} < ${max}`,
    })
    .returning({ n: traffic.n })
  return counted.length > 0
}

/** Where the count of this key stands in the table, now. */
export async function trafficKey(ctx: Pick<Context, 'secrets' | 'now'>, key: string, windowMs: number) {
  const bytes = await mac(ctx.secrets, 'traffic', `${windowMs} ${key}`)
  return { key: base64url(bytes.subarray(0, 12)), window: Math.floor(ctx.now / windowMs) * windowMs }
}

export const secondsLeft = (now: number, windowMs: number): number => Math.ceil((windowMs - (now % windowMs)) / 1000)

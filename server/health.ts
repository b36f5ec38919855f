import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { heartbeats, installation } from '#db/installation.ts'
import { messages } from '#db/outbox.ts'
import type { Context, Env } from './context.ts'
import { allow, ctxOf } from './routing.ts'

const stale = 10 * 60_000

/** Live: ok only, or 503 with a reason. The example tells more. */
async function health(ctx: Context): Promise<{ status: 200 | 503; body: Record<string, unknown> }> {
  let last: number | null
  let oldest: number | null
  let madeAt: number
  try {
    const [row] = await ctx.db
      .select({
        last: sql<number | null>`(select ${heartbeats.at} from ${heartbeats} where ${heartbeats.name} = 'chores')`,
        madeAt: sql<number>`(select ${installation.madeAt} from ${installation})`,
        oldest: sql<number | null>`min(${messages.notBefore})`,
      })
      .from(messages)
      .where(
        sql`${messages.sentAt} is null and ${messages.state} in ('queued', 'retry') and ${messages.notBefore} <= ${ctx.now}`,
      )
    last = row?.last ?? null
    madeAt = row?.madeAt ?? ctx.now
    oldest = row?.oldest ?? null
  } catch {
    return { status: 503, body: { ok: false, reason: 'The database does not answer' } }
  }
  // A new installation is given its first ten minutes.
  const isStale = ctx.now - (last ?? madeAt) > stale
  const reason = isStale ? { reason: 'The chores have not run for ten minutes' } : {}
  const status = isStale ? 503 : 200
  if (ctx.config.mode === 'live') return { status, body: { ok: !isStale, ...reason } }
  return {
    status,
    body: {
      ok: !isStale,
      ...reason,
      mode: ctx.config.mode,
      version: ctx.config.version,
      oldestDueMessageMs: oldest === null ? 0 : Math.max(0, ctx.now - oldest),
      lastChoreRunAt: last,
    },
  }
}

export const healthRoutes = new Hono<Env>().get('/healthz', allow('anyone'), async (c) => {
  const { status, body } = await health(ctxOf(c))
  return c.json(body, status)
})

import type { AsideMoment, Context } from '#server/context.ts'
import { impactPage, periodPage } from './pages.ts'

/*
 * Reading that grows with every answer there is: done aside where the world offers that (on Node in a thread), else in place. The same
 * answers as the work itself, and the same faults.
 */

/** The work, by the names under which it is asked for. */
export const asideWork = { impactPage, periodPage }

export const momentOf = ({ now, actor, requestId, address }: Context): AsideMoment => ({
  now,
  actor,
  requestId,
  address,
})

function aside<Work extends keyof typeof asideWork>(
  ctx: Context,
  work: Work,
  input: Parameters<(typeof asideWork)[Work]>[1],
): ReturnType<(typeof asideWork)[Work]> {
  const done = ctx.aside
    ? ctx.aside(work, input, momentOf(ctx))
    : (asideWork[work] as (ctx: Context, input: unknown) => Promise<unknown>)(ctx, input)
  return done as ReturnType<(typeof asideWork)[Work]>
}

export const impactPageAside: typeof impactPage = (ctx, address) => aside(ctx, 'impactPage', address)
export const periodPageAside: typeof periodPage = (ctx, period) => aside(ctx, 'periodPage', period)

import type { AsideMoment, Context } from '#server/context.ts'
import { impactPage, impactPages, periodPage } from './pages.ts'

/** Reading that grows with every answer there is: done aside where the world offers that, else in place. */
export const asideWork: AsideWork = { impactPage, impactPages, periodPage }

interface AsideWork {
  impactPage: typeof impactPage
  impactPages: typeof impactPages
  periodPage: typeof periodPage
}

/** The same answer as the work itself, and the same faults. */
export function aside<Work extends keyof AsideWork>(
  ctx: Context,
  work: Work,
  input: Parameters<AsideWork[Work]>[1],
): ReturnType<AsideWork[Work]> {
  const { now, actor, requestId, address } = ctx
  const done = ctx.aside
    ? ctx.aside(work, input, { now, actor, requestId, address } satisfies AsideMoment)
    : (asideWork[work] as (ctx: Context, input: unknown) => Promise<unknown>)(ctx, input)
  return done as ReturnType<AsideWork[Work]>
}

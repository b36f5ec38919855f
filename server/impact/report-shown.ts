import type { Context } from '#server/context.ts'
import { bodyOf, markOf, problemWith } from './issuing.ts'
import { impactPages } from './pages.ts'
import { frozenBody, type ReadsPages, type Report, type ReportBody, readingOf } from './report-body.ts'
import { reportBy } from './reports.ts'

/** A report as it is read at this moment. */
export interface ReportShown {
  report: Report
  body: ReportBody
  /** Names the figures that are shown, for the issue; null once issued. */
  seen: string | null
  /** What is still in the way of the issue. */
  inTheWay: string[]
}

export type ReadsReport = typeof reportShown

/**
 * An issued report from its frozen body, another worked out anew.
 * @throws Missing when there is none
 */
export async function reportShown(ctx: Context, id: number, read: ReadsPages = impactPages): Promise<ReportShown> {
  const report = await reportBy(ctx.db, id)
  if (report.body !== null) return { report, body: frozenBody(report.body), seen: null, inTheWay: [] }
  const reading = await readingOf(ctx, report, read)
  const [body, problem] = await Promise.all([bodyOf(ctx, report, reading, read), problemWith(ctx, report, reading)])
  const inTheWay = [
    ...(report.state === 'draft' ? ['The sub-group has not agreed it yet.'] : []),
    ...(problem ? [problem.message] : []),
  ]
  return { report, body, seen: reading.seen, inTheWay }
}

/**
 * Turning the pages of a draft works it out once: it is kept while no fact has changed, and for a minute at most, since time alone moves
 * who is still being asked.
 */
export function remembering(shown: ReadsReport = reportShown): ReadsReport {
  let kept: { as: string; shown: Promise<ReportShown> } | undefined
  return async (ctx, id, read) => {
    // Words that are not issued yet are for some roles alone.
    const role = ctx.actor.kind === 'person' ? ctx.actor.role : ctx.actor.kind
    const as = `${id} ${role} ${Math.floor(ctx.now / 60_000)} ${await markOf(ctx.db)}`
    if (kept?.as !== as) {
      const now = { as, shown: shown(ctx, id, read) }
      kept = now
      now.shown.catch(() => {
        if (kept === now) kept = undefined
      })
    }
    return kept.shown
  }
}

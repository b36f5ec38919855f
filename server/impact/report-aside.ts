import { eq } from 'drizzle-orm'
import { reports } from '#db/impact.ts'
import type { Context, Reading } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { makeToken } from '#server/keys.ts'
import { momentOf } from './aside.ts'
import type { ReportState } from './input.ts'
import { type IssueAsked, readyOf } from './issuing.ts'
import type { Rasteriser } from './pixels.ts'
import { type FileAsked, type ReportFile, reportFile } from './report-files.ts'
import { type PageAsked, type ReportPage, reportPageOf } from './report-page.ts'
import { remembering } from './report-shown.ts'

/*
 * A draft is worked out and made ready to issue, and documents are written and their pictures painted, where that holds nobody up: on Node
 * in the thread for long reading, which knows the last draft for a minute; elsewhere in place. What comes back is what is sent or written,
 * not the megabytes it was made of.
 */

const read = remembering()

/** The work of the thread, by the names under which it is asked for. */
export const reportWork = {
  reportPage: (ctx: Context, asked: PageAsked) => reportPageOf(ctx, asked, read),
  reportFile: (ctx: Context, asked: FileAsked, world: Rasteriser) => reportFile(ctx, asked, world, read),
  ready: (ctx: Context, asked: IssueAsked) => readyOf(ctx, asked),
}

/**
 * An issued report is read from its frozen body, which takes no time worth a thread.
 * @throws Missing when there is no such report
 */
export async function reportPage(ctx: Context, asked: PageAsked): Promise<ReportPage> {
  const isIssued = (await stateOf(ctx.db, asked.id)) === 'issued'
  const page =
    ctx.aside && !isIssued
      ? ((await ctx.aside('reportPage', asked, momentOf(ctx))) as Awaited<ReturnType<typeof reportPageOf>>)
      : await reportPageOf(ctx, asked)
  return { ...page, summaryHref: isIssued ? `/summary/${await makeToken(ctx.secrets, 'summary', asked.id)}` : null }
}

/** @throws Missing when there is no such report, or no such page in it */
export const reportFileAside = (ctx: Context, asked: FileAsked, world: Rasteriser): Promise<ReportFile> =>
  ctx.aside ? (ctx.aside('reportFile', asked, momentOf(ctx)) as Promise<ReportFile>) : reportFile(ctx, asked, world)

async function stateOf(db: Reading, id: number): Promise<ReportState> {
  const [report] = await db.select({ state: reports.state }).from(reports).where(eq(reports.id, id))
  if (!report) throw new Missing()
  return report.state
}

import { and, desc, eq, isNotNull, ne } from 'drizzle-orm'
import { reports } from '#db/impact.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { ReportState } from './input.ts'
import type { Report, ReportBody } from './report-body.ts'
import { type Cover, coverOf } from './report-cover.ts'
import { type Note, notesOf } from './report-notes.ts'
import { type ReadsReport, reportShown } from './report-shown.ts'
import { type Summary, summaryOf } from './report-summary.ts'
import { agenciesToMeet, standsWords } from './reports.ts'
import type { ImpactPage } from './shared/pages.ts'

/** Which report, and which of its pages by key: without one its first. */
export interface PageAsked {
  id: number
  page?: string | undefined
}

export interface ReportPage {
  id: number
  state: ReportState
  number: number | null
  /** Where it stands, in words. */
  words: string
  hash: string | null
  /** Names the figures that are shown, for the issue; null once issued. */
  seen: string | null
  /** What is still in the way of the issue. */
  inTheWay: string[]
  /** What stands around its pages. */
  body: Omit<ReportBody, 'pages'>
  /** Every page of it, the first being the report's own. */
  contents: Pick<ImpactPage, 'key' | 'level' | 'title' | 'lead'>[]
  /** The page that was asked for; null when it has none of that key. */
  page: ImpactPage | null
  cover: Cover
  summary: Summary
  /** The summary’s page for everyone who came; null before the issue. */
  summaryHref: string | null
  /** Issued reports that this one may be read beside. */
  others: { id: number; number: number; title: string; words: string }[]
  notes: Note[]
  /** For the coordinator, while it is a draft: those who may have been at the meeting. */
  agencies: { id: number; name: string }[]
  isMine: boolean
}

/**
 * A report with one of its pages; who has no secret cannot make the link of its summary.
 * @throws Missing when there is no such report
 */
export async function reportPageOf(
  ctx: Context,
  asked: PageAsked,
  read: ReadsReport = reportShown,
): Promise<Omit<ReportPage, 'summaryHref'>> {
  const { report, body, seen, inTheWay } = await read(ctx, asked.id)
  const { pages, ...around } = body
  const isCoordinator = ctx.actor.kind === 'person' && ctx.actor.role === 'coordinator'
  return {
    id: report.id,
    state: report.state,
    number: report.number,
    words: standsWords(report),
    hash: report.hash,
    seen,
    inTheWay,
    body: around,
    contents: pages.map(({ key, level, title, lead }) => ({ key, level, title, lead })),
    page: (asked.page === undefined ? pages[0] : pages.find(({ key }) => key === asked.page)) ?? null,
    cover: coverOf(body),
    summary: summaryOf(body),
    others: await othersOf(ctx, report),
    notes: await notesOf(ctx, report.id),
    agencies: isCoordinator && report.state === 'draft' ? await agenciesToMeet(ctx.db) : [],
    isMine: isCoordinator,
  }
}

async function othersOf(ctx: Context, report: Report): Promise<ReportPage['others']> {
  const rows = await ctx.db
    .select({ id: reports.id, number: reports.number, title: reports.title, issuedAt: reports.issuedAt })
    .from(reports)
    .where(and(eq(reports.state, 'issued'), isNotNull(reports.number), ne(reports.id, report.id)))
    .orderBy(desc(reports.number))
  return rows.map(({ id, number, title, issuedAt }) => ({
    id,
    number: number ?? 0,
    title,
    words: `Report ${number}, ${formatDate(londonDate(issuedAt ?? 0))}: ${title.replace(/^Impact report: /, '')}`,
  }))
}

import { and, desc, eq, isNotNull, ne } from 'drizzle-orm'
import { reports } from '#db/impact.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { makeToken } from '#server/keys.ts'
import type { ReportState } from './input.ts'
import { bodyOf, problemWith } from './issuing.ts'
import { impactPages } from './pages.ts'
import { frozenBody, type ReadsPages, type Report, type ReportBody, readingOf } from './report-body.ts'
import { type Cover, coverOf } from './report-cover.ts'
import { type Note, notesOf } from './report-notes.ts'
import { type Summary, summaryOf } from './report-summary.ts'
import { agenciesToMeet, reportBy, standsWords } from './reports.ts'

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
  body: ReportBody
  cover: Cover
  summary: Summary
  /** The summary’s page for everyone who came; null before the issue. */
  summaryHref: string | null
  notes: Note[]
  /** Issued reports that this one may be read beside. */
  others: { id: number; number: number; title: string; words: string }[]
  /** For the coordinator, while it is a draft: those who may have been at the meeting. */
  agencies: { id: number; name: string }[]
  isMine: boolean
}

/**
 * A report as it is read: an issued one from its frozen body, another worked out anew.
 * @throws Missing when there is none
 */
export async function reportPage(ctx: Context, id: number, read: ReadsPages = impactPages): Promise<ReportPage> {
  const report = await reportBy(ctx.db, id)
  const { body, seen, inTheWay } = await shownOf(ctx, report, read)
  const isCoordinator = ctx.actor.kind === 'person' && ctx.actor.role === 'coordinator'
  return {
    id,
    state: report.state,
    number: report.number,
    words: standsWords(report),
    hash: report.hash,
    seen,
    inTheWay,
    body,
    cover: coverOf(body),
    summary: summaryOf(body),
    summaryHref: report.state === 'issued' ? `/summary/${await makeToken(ctx.secrets, 'summary', id)}` : null,
    notes: await notesOf(ctx, id),
    others: await othersOf(ctx, report),
    agencies: isCoordinator && report.state === 'draft' ? await agenciesToMeet(ctx.db) : [],
    isMine: isCoordinator,
  }
}

/** The body alone, with its hash: what the documents print. */
export async function bodyShown(
  ctx: Context,
  id: number,
  read: ReadsPages = impactPages,
): Promise<{ report: Report; body: ReportBody; hash: string | null }> {
  const report = await reportBy(ctx.db, id)
  const { body } = await shownOf(ctx, report, read)
  return { report, body, hash: report.hash }
}

async function shownOf(ctx: Context, report: Report, read: ReadsPages) {
  if (report.body !== null) return { body: frozenBody(report.body), seen: null, inTheWay: [] }
  const reading = await readingOf(ctx, report, read)
  const [body, problem] = await Promise.all([bodyOf(ctx, report, reading, read), problemWith(ctx, report, reading)])
  const inTheWay = [
    ...(report.state === 'draft' ? ['The sub-group has not agreed it yet.'] : []),
    ...(problem ? [problem.message] : []),
  ]
  return { body, seen: reading.seen, inTheWay }
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

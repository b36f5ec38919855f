import { asc, eq } from 'drizzle-orm'
import { events, programmes } from '#db/courses.ts'
import { formatInstant } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { rulesOf } from './gathered.ts'
import { issuedRows } from './issuing.ts'
import { columns } from './programme.ts'
import type { ReadsPages, Report } from './report-body.ts'
import { type AuditedSeries, audit } from './shared/audit.ts'
import type { ShownAnswers } from './shared/pages.ts'

/*
 * The proof that a report gives nothing away: every row of answers that anyone can see or has ever been given, set beside each other. That
 * is what this report shows, what every report issued before shows, and the pages of every programme on screen with all their filters.
 */

type Series = AuditedSeries[]

export interface Proof {
  holds: boolean
  /** Line by line what was set beside each other and what was found; downloadable. */
  log: string[]
  /** The first thing that could be worked out; null when it holds. */
  why: string | null
}

export async function proofOf(
  ctx: Context,
  report: Pick<Report, 'title' | 'programmeId'>,
  shown: readonly ShownAnswers[],
  read: ReadsPages,
): Promise<Proof> {
  const earlier = await issuedRows(ctx.store.long)
  const series = [
    ...seriesOf(`This report: ${report.title}`, shown),
    ...[...Map.groupBy(earlier, ({ number }) => number)].flatMap(([number, rows]) =>
      seriesOf(
        `Report ${number}`,
        rows.map(({ measure, row, units }) => ({ measure, row, units: JSON.parse(units) as string[] })),
      ),
    ),
    ...(await onScreen(ctx, report, read)),
  ]
  const rules = await rulesOf(ctx)
  const { holds, log } = audit(series, rules)
  const heading = [
    `Proved on ${formatInstant(ctx.now)}. Set beside each other, question by question:`,
    ...new Set(series.map(({ name }) => name)),
    '',
  ]
  const summary = log.filter((line) => line.includes('Smallest number'))
  const why = log.find((line) => !summary.includes(line)) ?? null
  return { holds, log: [...heading, ...log, '', holds ? 'It holds.' : 'It does not hold.'], why }
}

/**
 * The pages of every programme with events. Once the report is issued, those of its own programme count what it counts; the others go on
 * as they are.
 */
async function onScreen(ctx: Context, report: Pick<Report, 'programmeId'>, read: ReadsPages): Promise<Series> {
  const all = await ctx.store.long
    .selectDistinct({ ...columns })
    .from(programmes)
    .innerJoin(events, eq(events.programmeId, programmes.id))
    .orderBy(asc(programmes.startsOn))
  const series: Series = []
  for (const { id, name } of all) {
    const { shown } = await read(ctx, { kind: 'programme', name }, id === report.programmeId ? 'report' : 'live')
    series.push(...seriesOf(`On screen: ${name}`, shown))
  }
  return series
}

const seriesOf = (name: string, shown: readonly ShownAnswers[]): Series =>
  [...Map.groupBy(shown, ({ measure }) => measure)].map(([measure, rows]) => ({
    name,
    measure,
    rows: rows.map(({ row, units }) => ({ id: row, units })),
  }))

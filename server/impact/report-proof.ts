import { asc, eq } from 'drizzle-orm'
import { events, programmes } from '#db/courses.ts'
import { formatInstant } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { jointOf } from './cells.ts'
import type { AsIssued } from './issued.ts'
import { issuedRows } from './issuing.ts'
import { columns } from './programme.ts'
import { eventsIn, type ReadsPages, type Report } from './report-body.ts'
import { type AuditedSeries, audit } from './shared/audit.ts'
import { defaultThresholds } from './shared/disclosure.ts'
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
  report: Report,
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
    ...(await onScreen(
      ctx,
      { events: (await eventsIn(ctx.store.long, report)).map(({ id }) => id), rows: shown },
      read,
    )),
  ]
  // By the built-in numbers, as what is shown is decided: whoever asks for more people hides more.
  const { holds, log } = audit([...together(series), ...momentByMoment(series)], defaultThresholds)
  const heading = [
    `Proved on ${formatInstant(ctx.now)}. Set beside each other, question by question:`,
    ...new Set(series.map(({ name }) => name)),
    '',
  ]
  const summary = log.filter((line) => line.includes('Smallest number'))
  const why = log.find((line) => !summary.includes(line)) ?? null
  return { holds, log: [...heading, ...log, '', holds ? 'It holds.' : 'It does not hold.'], why }
}

/** The pages of every programme with events and all their filters, free periods among them, as they will be once the report is issued. */
async function onScreen(ctx: Context, next: AsIssued, read: ReadsPages): Promise<Series> {
  const all = await ctx.store.long
    .selectDistinct({ ...columns })
    .from(programmes)
    .innerJoin(events, eq(events.programmeId, programmes.id))
    .orderBy(asc(programmes.startsOn))
  const series: Series = []
  for (const { name } of all) {
    const { shown } = await read(ctx, { kind: 'programme', name }, next)
    series.push(...seriesOf(`On screen: ${name}`, shown))
  }
  return series
}

/**
 * Measures that share their answers, such as a matrix and the arrows of some of the same people, are proved as one question: a unit is the
 * person ("booking:0"), or, of someone who answered anew between reports, the person as counted then ("booking:1").
 */
export function together(series: Series): Series {
  const versions = new Map<string, Map<string, number>>()
  const versionOf = (measure: string, unit: string): string => {
    const end = unit.indexOf(':')
    const whose = unit.slice(0, end)
    const key = `${measure} ${whose}`
    const known = versions.get(key) ?? new Map<string, number>()
    versions.set(key, known)
    const answer = unit.slice(end + 1)
    if (!known.has(answer)) known.set(answer, known.size)
    return `${whose}:${known.get(answer)}`
  }
  return series.map((one) => {
    const joint = jointOf(one.measure)
    if (joint === one.measure) return one
    return {
      name: one.name,
      measure: joint,
      rows: one.rows.map(({ id, units }) => ({
        id: `${one.measure} ${id}`,
        units: units.map((unit) => versionOf(one.measure, unit)),
      })),
    }
  })
}

/** At which moments each measure tells where somebody stood, in the order in which its answers name the levels. */
function momentsOf(measure: string): readonly string[] {
  if (measure === 'moves:first') return ['before', 'now']
  if (measure === 'befores') return ['before', 'looking back', 'now']
  if (measure === 'fade') return ['end', 'now']
  if (measure === 'baseline-answered' || measure === 'baseline-silent') return ['before']
  return measure.startsWith('moves:') ? [`before (${measure})`, `now (${measure})`] : []
}

/**
 * Levels at each moment by themselves. Who answers anew three months on has another level now and the same one before the day, so that of a
 * matrix less an earlier one nothing of theirs is left at that moment.
 */
export function momentByMoment(series: Series): Series {
  return series.flatMap(({ name, measure, rows }) =>
    momentsOf(measure).map((moment, at) => ({
      name,
      measure: `levels ${moment}`,
      rows: rows.map(({ id, units }) => ({
        id: `${measure} ${id}`,
        units: units.map((unit) => {
          const [whose = '', said = ''] = unit.split(':')
          return `${whose}:${said.split('>')[at] ?? ''}`
        }),
      })),
    })),
  )
}

const seriesOf = (name: string, shown: readonly ShownAnswers[]): Series =>
  [...Map.groupBy(shown, ({ measure }) => measure)].map(([measure, rows]) => ({
    name,
    measure,
    rows: rows.map(({ row, units }) => ({ id: row, units })),
  }))

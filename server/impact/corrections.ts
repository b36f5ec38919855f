import { and, desc, eq, isNull, ne } from 'drizzle-orm'
import { reports } from '#db/impact.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { canonical, frozenBody, type ReadsPages, type Report, type ReportReading, readingOf } from './report-body.ts'
import type { Figure } from './shared/figures.ts'
import type { ImpactPage } from './shared/pages.ts'
import { figure } from './shared/pictures.ts'

/*
 * What became of the figures of the last issued report since: attendance put right, answers that came after. Said in counts of people and
 * in names of figures, never in how answers fall: those are shown by the new figures alone, which are proved against the old.
 */

/** The last issued report about the same thing: the same course or theme, the same kind of scope; the same year before another. */
export async function previousOf(ctx: Pick<Context, 'db'>, report: Report): Promise<Report | null> {
  const same = <C extends typeof reports.courseId | typeof reports.themeId>(column: C, id: number | null) =>
    id === null ? isNull(column) : eq(column, id)
  const rows = await ctx.db
    .select()
    .from(reports)
    .where(
      and(
        eq(reports.state, 'issued'),
        ne(reports.id, report.id),
        eq(reports.scope, report.scope),
        same(reports.courseId, report.courseId),
        same(reports.themeId, report.themeId),
      ),
    )
    .orderBy(desc(reports.number))
  const isSame = (one: Report) => one.fromOn === report.fromOn && one.untilOn === report.untilOn
  return rows.find(isSame) ?? rows[0] ?? null
}

/** The sentences on what changed in what the last report of this scope had said; one sentence when there is none, or nothing did. */
export async function correctionsOf(
  ctx: Context,
  report: Report,
  reading: ReportReading,
  read: ReadsPages,
): Promise<string[]> {
  const previous = await previousOf(ctx, report)
  if (previous?.body == null || previous.issuedAt === null)
    return ['This is the first report of its kind, so there is nothing earlier to correct.']
  const isSame = previous.fromOn === report.fromOn && previous.untilOn === report.untilOn
  const pages = isSame ? reading.pages : (await readingOf(ctx, previous, read)).pages
  const name = `report ${previous.number} of ${formatDate(londonDate(previous.issuedAt))}`
  return correctionsBetween(frozenBody(previous.body).pages, pages, name)
}

/** @param name the earlier report, as "report 1 of Thursday 4 June 2026" */
export function correctionsBetween(then: readonly ImpactPage[], now: readonly ImpactPage[], name: string): string[] {
  const changed = then.flatMap((page) => {
    const same = now.find(({ key }) => key === page.key)
    return same ? changesOn(page, same) : [`${page.title}: it is no longer shown.`]
  })
  if (!changed.length) return [`Nothing that ${name} said has been corrected since.`]
  return [
    `Since ${name}, ${changed.length === 1 ? 'one page reads' : `${figure(changed.length)} pages read`} otherwise:`,
    ...changed,
  ]
}

function changesOn(then: ImpactPage, now: ImpactPage): string[] {
  const moved = then.figures.filter(isCount).flatMap((one) => {
    const same = now.figures.find(({ key }) => key === one.key)
    return same && isSameFigure(one, same) ? [] : [{ one, same }]
  })
  if (!moved.length) return []
  const counts = [cameWords(baseOf(then), baseOf(now)), answeredWords(baseOf(then), baseOf(now))].filter(Boolean)
  const titles = moved.map(({ one }) => one.title)
  const most = 4
  const named =
    titles.length <= most
      ? listed(titles.map(quoted))
      : `${titles.slice(0, most).map(quoted).join(', ')} and ${figure(titles.length - most)} more`
  const said = counts.length ? `${counts.join('; ')}. ` : ''
  const title = then.level === 'event' ? `${then.title}, ${then.lead}` : then.title
  return [`${title}: ${said}Changed: ${named}.`]
}

/** What is done since, other evidence, quotes and other years differ from report to report without anything being put right. */
const isCount = ({ part }: Figure) => !['actions', 'evidence', 'voices', 'trend'].includes(part)

const isSameFigure = (a: Figure, b: Figure) =>
  // Other words for the same counts correct nothing.
  (a.table !== null || b.table !== null || a.sentence === b.sentence) &&
  (a.notShown === null) === (b.notShown === null) &&
  a.base?.people === b.base?.people &&
  a.base?.of === b.base?.of &&
  canonical(a.table) === canonical(b.table)

/** How many came and how many of them answered: what the figure that stands for the whole room rests on. */
function baseOf({ figures }: ImpactPage): { people: number; of: number } | null {
  const room = figures.find(({ picture }) => picture?.kind === 'whole-room')
  return (room ?? figures.find(({ base }) => base !== null))?.base ?? null
}

type BaseThen = ReturnType<typeof baseOf>

function cameWords(then: BaseThen, now: BaseThen): string {
  if (!then || !now || then.of === now.of) return ''
  return `${people(now.of)} came, where ${figure(then.of)} had been counted (attendance corrected)`
}

function answeredWords(then: BaseThen, now: BaseThen): string {
  if (!then || !now || then.people === now.people) return ''
  const many = Math.abs(now.people - then.people)
  return now.people > then.people
    ? `${figure(many)} ${many === 1 ? 'answer has' : 'answers have'} come in since, ${figure(now.people)} in all`
    : `${figure(many)} ${many === 1 ? 'answer counts' : 'answers count'} no longer, which leaves ${figure(now.people)}`
}

const people = (n: number) => (n === 1 ? '1 person' : `${figure(n)} people`)

const quoted = (title: string) => (title.startsWith('“') ? title : `“${title}”`)

const listed = (all: readonly string[]) =>
  all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`

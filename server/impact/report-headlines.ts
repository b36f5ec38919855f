import type { Cell, Figure, FigureTable } from './shared/figures.ts'
import { apartWords, type ImpactPage, type Level, levels } from './shared/pages.ts'
import { inPracticeOf, figure as number, unheardOf } from './shared/pictures.ts'
import { mostOf } from './shared/sentences-words.ts'

/* The pages below a report's own, a line each: nothing stands here that does not stand on those pages. */

const captions: Partial<Record<Level, string>> = {
  course: 'Courses',
  theme: 'Themes',
  sector: 'Sectors',
  agency: 'Agencies',
  event: 'Events',
}

/** Short, since it stands in three cells of a line; its page says whether too few answered or others would be given away. */
export const hidden = 'Not shown'

/** One table a level, courses first; events only where they are what stands directly below. */
export function headlineTables(below: readonly ImpactPage[], own?: Pick<ImpactPage, 'below'>): FigureTable[] {
  const apart = new Set(own?.below.flatMap(({ key, words }) => (words.endsWith(apartWords) ? [key] : [])))
  const found = levels.filter((level) => captions[level] && below.some((page) => page.level === level))
  return found
    .filter((level) => level !== 'event' || found.length === 1)
    .map((level) => tableOf(captions[level] ?? '', below, level, apart))
}

const tableOf = (
  caption: string,
  below: readonly ImpactPage[],
  level: Level,
  apart: ReadonlySet<string>,
): FigureTable => ({
  caption,
  head: ['', 'Came', 'Told us', 'In practice: at least', 'At most', 'In the way most'].map((words, n) =>
    n === 0 ? caption.replace(/ies$/, 'y').replace(/s$/, '') : words,
  ),
  rows: below.filter((page) => page.level === level).map((page) => headline(page, apart.has(page.key))),
})

function headline(page: ImpactPage, isApart: boolean): Cell[] {
  const figureOf = (key: string) => page.figures.find((one) => one.key === key)
  const room = figureOf('whole-room')
  const name =
    page.level === 'event'
      ? `${page.title}, ${page.lead}`
      : `${page.title}${isApart ? ` (${apartWords.slice(2)})` : ''}`
  const counts: Cell[] = [name, room?.base?.of ?? '–', room?.base?.people ?? '–']
  if (room?.base?.people === 0) return [...counts, '–', '–', '–']
  return [...counts, ...boundsOf(room), mostMet(figureOf('in-the-way'))]
}

function boundsOf(figure: Figure | undefined): Cell[] {
  if (figure?.picture?.kind !== 'whole-room') return [hidden, hidden]
  const { room } = figure.picture
  const inPractice = inPracticeOf(room)
  return [inPractice, inPractice + unheardOf(room)]
}

/** "Time and workload (4 of 9)"; those that were named as often stand beside each other. */
function mostMet(figure: Figure | undefined): string {
  if (figure?.picture?.kind !== 'pairs') return hidden
  const { rows, of } = figure.picture
  const most = mostOf(
    rows.filter(({ label, second }) => label !== 'Nothing' && second > 0),
    ({ second }) => second,
  )
  if (!most.length) return of.second === 0 ? '–' : 'Nothing'
  const named = most.map(({ label }) => label).join('; ')
  return `${named} (${number(most[0]?.second ?? 0)} of ${number(of.second)}${most.length > 1 ? ' each' : ''})`
}

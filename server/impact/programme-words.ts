import type { Figure, FigurePart, FigureTable, Picture } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'
import { listed, mostOf, percent } from './shared/sentences-words.ts'

/** A figure of the programme: it counts bookings and money, not answers, so it has no label and no small-number rule. */
export function programmeFigure(one: {
  key: string
  part?: FigurePart
  title: string
  sentence: string
  definition: string
  table?: FigureTable | null
  picture?: Picture | null
}): Figure {
  return {
    key: one.key,
    part: one.part ?? 'programme',
    title: one.title,
    label: null,
    sentence: one.sentence,
    base: null,
    definition: one.definition,
    table: one.table ?? null,
    picture: one.picture ?? null,
    notShown: null,
    drillDown: [],
  }
}

/** "1 event was", "2 events were", "no events were". */
export function so(count: number, singular: string, plural: string): string {
  return count === 0 ? `no ${plural}` : `${figure(count)} ${count === 1 ? singular : plural}`
}

/** Who made up most of those who came: "Most came from Health: 12 of 40 (30%)." */
export function mostCame(rows: readonly { label: string; count: number }[]): string {
  const came = rows.reduce((sum, { count }) => sum + count, 0)
  if (came === 0) return 'Nobody came.'
  const most = mostOf(rows, ({ count }) => count)
  const [first] = most
  if (first!.count === came) return `Everyone who came was from ${first!.label}.`
  const share = `${figure(first!.count)} of ${figure(came)} (${percent(first!.count, came)})`
  return most.length === 1
    ? `More came from ${first!.label} than from anywhere else: ${share}.`
    : `Most came from ${listed(most.map(({ label }) => label))}: ${share} each.`
}

/** "14%", "68.3%", and a dash where there is nothing to take a share of. */
export const percentCell = (percent: number | null): string => (percent === null ? '–' : `${percent}%`)

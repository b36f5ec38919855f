import { stringify } from 'csv-stringify/sync'
import type { ReportBody, Wording } from './report-body.ts'
import { type Figure, figureParts, labelWords } from './shared/figures.ts'
import type { ImpactPage } from './shared/pages.ts'

const columns = ['page', 'part', 'figure', 'label', 'row', 'column', 'value', 'n', 'of'] as const

type Line = (string | number)[]

/**
 * Exactly what the report shows, one row for each cell of each table and each sentence; a spreadsheet that opens it runs nothing.
 * @param hash of the frozen body; null for a draft
 */
export function reportCsv(body: ReportBody, hash: string | null): string {
  const about: [string, string][] = [
    ['Title', body.title],
    ['Period', body.period],
    ['State', body.issued ? `Report ${body.issued.number}, issued on ${body.issued.words}` : 'DRAFT, not issued'],
    ['SHA-256', hash ?? ''],
  ]
  const lines: Line[] = [
    ...about.map(([row, value]): Line => ['Report', '', '', '', row, '', value, '', '']),
    ...body.asks.map((value): Line => ['Report', '', 'What we ask you to decide', '', '', 'In words', value, '', '']),
    ...agreedLines(body),
    ...body.corrections.map((value): Line => ['Report', '', 'What was corrected', '', '', 'In words', value, '', '']),
    ...body.pages.flatMap(linesOfPage),
    ...body.method.map((value): Line => ['Report', '', 'How this was counted', '', '', 'In words', value, '', '']),
    ...body.cannotTell.map(
      (value): Line => ['Report', '', 'What this cannot tell you', '', '', 'In words', value, '', ''],
    ),
    ...body.wordings.flatMap(linesOfWording),
  ]
  // The option of csv-stringify puts ' before what a spreadsheet would take for a formula.
  return stringify([[...columns], ...lines], { bom: true, escape_formulas: true, record_delimiter: 'windows' })
}

function agreedLines({ agreed }: ReportBody): Line[] {
  if (!agreed) return []
  const about = ['Report', '', 'Who agreed it', ''] as const
  return [
    [...about, 'The sub-group', 'Agreed on', agreed.words, '', ''],
    ...agreed.present.map(({ agency, people }): Line => [...about, agency, 'People', people, '', '']),
  ]
}

const linesOfWording = ({ stage, version, course, questions }: Wording): Line[] =>
  questions.map(({ text, options }) => [
    'Report',
    '',
    'What was asked',
    '',
    text,
    `${stage}: ${course ?? 'every course'}, version ${version}`,
    options.join(' · '),
    '',
    '',
  ])

const linesOfPage = (page: ImpactPage): Line[] => page.figures.flatMap((figure) => linesOfFigure(page, figure))

function linesOfFigure(page: ImpactPage, figure: Figure): Line[] {
  const { table, base, sentence, notShown, drillDown } = figure
  const line = (row: string | number, column: string, value: string | number): Line => [
    // An event is called as its course is.
    page.level === 'event' ? `${page.title}, ${page.lead}` : page.title,
    figureParts[figure.part],
    figure.title,
    figure.label ? labelWords(figure.label) : '',
    row,
    column,
    value,
    base?.people ?? '',
    base?.of ?? '',
  ]
  const cells = (table?.rows ?? []).concat(table?.foot ? [table.foot] : [])
  return [
    line('', 'In words', sentence),
    ...(notShown ? [line('', 'Why it is not shown', notShown)] : []),
    ...cells.flatMap(([name = '', ...values]) => values.map((value, n) => line(name, table?.head[n + 1] ?? '', value))),
    ...drillDown.map((words) => line('', 'Tests, intervals and weights', words)),
  ]
}

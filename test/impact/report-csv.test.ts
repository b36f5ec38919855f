import { describe, expect, it } from 'vitest'
import { reportCsv } from '#server/impact/report-csv.ts'
import { figureParts } from '#server/impact/shared/figures.ts'
import { sampleBody } from './sample-report.ts'

/** A reader of CSV of its own: quotes doubled inside quotes, nothing else. */
function read(csv: string): string[][] {
  const rows: string[][] = [[]]
  for (let i = 0, cell = '', quoted = false; i <= csv.length; i++) {
    const one = csv[i]
    if (quoted) {
      if (one === '"' && csv[i + 1] === '"') cell += csv[++i]
      else if (one === '"') quoted = false
      else cell += one
    } else if (one === '"') quoted = true
    else if (one === ',' || one === '\n' || one === undefined) {
      rows.at(-1)!.push(cell.replace(/\r$/, ''))
      cell = ''
      if (one === '\n') rows.push([])
    } else cell += one
  }
  return rows.filter((row) => row.length > 1)
}

const hash = 'cd'.repeat(32)
const body = sampleBody()
const csv = reportCsv(body, hash)
const rows = read(csv.slice(1))

describe('the CSV of a report', () => {
  it('begins with the mark that spreadsheets need to read it as UTF-8, and ends its lines as they do', () => {
    expect(csv.charCodeAt(0)).toBe(0xfeff)
    expect(csv).toMatch(/\r\n$/)
    expect(rows[0]).toEqual(['page', 'part', 'figure', 'label', 'row', 'column', 'value', 'n', 'of'])
    expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([9]))
  })

  it('has one row for each cell of each table that is shown, and for each sentence, and no cell besides', () => {
    const expected = body.pages.flatMap((page) =>
      page.figures.flatMap(({ part, title, sentence, table, notShown, drillDown }) => {
        const cells = [...(table?.rows ?? []), ...(table?.foot ? [table.foot] : [])]
        const words: [string, string, string][] = [
          ['', 'In words', sentence],
          ...(notShown ? [['', 'Why it is not shown', notShown] as [string, string, string]] : []),
          ...cells.flatMap(([name = '', ...values]) =>
            values.map((value, n): [string, string, string] => [String(name), table!.head[n + 1]!, String(value)]),
          ),
          ...drillDown.map((one): [string, string, string] => ['', 'Tests, intervals and weights', one]),
        ]
        return words.map((one) => [page.title, figureParts[part], title, ...one])
      }),
    )
    const found = rows.slice(1).filter(([page]) => page !== 'Report')
    const plain = ([page, part, figure, , row, column, value]: string[]) => [
      page,
      part,
      figure,
      row?.replace(/^'(?==)/, ''),
      column,
      value?.replace(/^'(?==)/, ''),
    ]
    expect(found.map(plain)).toEqual(expected)
  })

  it('gives with each cell how many people it rests on, of how many who came', () => {
    expect(rows.find(([, , figure, , row]) => figure === 'Everyone who came' && row === 'Started')?.slice(6)).toEqual([
      '5',
      '42',
      '80',
    ])
  })

  it('holds nothing that a spreadsheet would run', () => {
    expect(csv).toContain(`'=HYPERLINK`)
    for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d)/)
  })

  it('names the report, its date and its hash; a draft is called one', () => {
    const said = (of: string[][]) => of.filter(([page]) => page === 'Report').map((row) => `${row[4]} ${row[6]}`)
    expect(said(rows)).toEqual(
      expect.arrayContaining([`SHA-256 ${hash}`, 'State Report 3, issued on Monday 14 September 2026']),
    )
    expect(said(read(reportCsv(sampleBody({ issued: null }), null).slice(1)))).toContain('State DRAFT, not issued')
  })

  it('has what is asked for, who agreed it and what was asked, as the paper has', () => {
    const about = (figure: string) => rows.filter((row) => row[2] === figure).map((row) => row.slice(4, 7).join(' | '))
    expect(about('What we ask you to decide')).toEqual(body.asks.map((ask) => ` | In words | ${ask}`))
    expect(about('Who agreed it')).toEqual([
      'The sub-group | Agreed on | Thursday 10 September 2026',
      'Council children’s services | People | 4',
      'Riverside NHS Trust | People | 1',
    ])
    expect(about('What was asked')).toContain(
      'What became of it? | Three months on: every course, version 1 | Not yet · I have done it at least once',
    )
    expect(reportCsv(sampleBody({ agreed: null }), null)).not.toContain('Agreed on')
  })

  it('tells an event from its course, which is called the same', () => {
    const [, course] = sampleBody().pages
    const event = { ...course!, key: 'event:31', level: 'event' as const, lead: 'Course · Friday 30 January 2026' }
    const pages = read(reportCsv(sampleBody({ pages: [course!, event] }), null).slice(1)).map(([page]) => page)
    expect(pages).toContain('Recognising neglect')
    expect(pages).toContain('Recognising neglect, Course · Friday 30 January 2026')
  })
})

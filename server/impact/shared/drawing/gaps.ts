import { scaleThreshold } from 'd3-scale'
import type { Picture } from '../figures.ts'
import { figure } from '../pictures.ts'
import { widthOf } from './letters.ts'
import { block, colours, type Drawn, legend, line, middle, rect, sizes, text } from './marks.ts'
import { roomForLabels } from './shares.ts'

type Gaps = Extract<Picture, { kind: 'gaps' }>

const { ink, white } = colours
const steps = [
  { label: 'Under 6 months', fill: white, ink },
  { label: '6 to 11', fill: '#c0e1dd', ink },
  { label: '12 to 23', fill: colours.light, ink },
  { label: '24 to 35', fill: colours.dark, ink: white },
  { label: '36 or more', fill: colours.darkest, ink: white },
]
const never = { label: 'Never', fill: '#0a1420', ink: white }
const paintOf = scaleThreshold<number, (typeof steps)[number]>([6, 12, 24, 36], steps)

const leastColumn = 74
const headSize = 14
const cellHeight = 40

/**
 * Months since each theme was last taught to each sector, darker when longer. Where not all columns fit beside each other, they stand in grids
 * below each other; on a phone they are a list by theme.
 */
export function drawGaps(picture: Gaps, width: number): Drawn {
  const labels = Math.round(width * 0.26)
  const isRoomy = rowsFit(picture, labels)
  const most = isRoomy ? columnsThatFit(picture, width - labels) : 0
  if (most === 0 || (width < roomForLabels && most < picture.columns.length)) return asList(picture, width)
  const grids = Math.ceil(picture.columns.length / most)
  const each = Math.ceil(picture.columns.length / grids)
  const column = Math.min((width - labels) / each, 130)
  const marks: string[] = []
  let y = 0
  for (let first = 0; first < picture.columns.length; first += each) {
    const grid = asGrid(part(picture, first, first + each), y, labels, column)
    marks.push(...grid.marks)
    y = grid.height + 16
  }
  const shades = key(width, y - 4)
  return { height: shades.height, marks: [...marks, ...shades.marks] }
}

function rowsFit({ rows }: Gaps, labels: number): boolean {
  return rows.every(({ label }) => label.split(/\s+/).every((word) => widthOf(word, sizes.label) <= labels - 12))
}

/** How many columns stand beside each other in `room` px with every word of their heads whole. */
function columnsThatFit({ columns }: Gaps, room: number): number {
  const words = columns.flatMap((column) => column.split(/\s+/))
  const least = Math.max(leastColumn, ...words.map((word) => widthOf(word, headSize, true) + 4))
  return Math.min(columns.length, Math.floor(room / least))
}

function part({ kind, columns, rows }: Gaps, from: number, to: number): Gaps {
  return {
    kind,
    columns: columns.slice(from, to),
    rows: rows.map(({ label, months }) => ({ label, months: months.slice(from, to) })),
  }
}

function key(width: number, y: number): Drawn {
  return legend([...steps, never], width, y)
}

function words(months: number | null): string {
  return months === null ? 'Never' : figure(months)
}

function cell(x: number, y: number, width: number, height: number, months: number | null, said: string): string[] {
  const paint = months === null ? never : paintOf(months)
  return [
    rect(x + 1, y + 1, width - 2, height - 2, { fill: paint.fill, stroke: colours.grid }),
    text(x + width / 2, middle(y + height / 2, sizes.label), said, { isBold: true, fill: paint.ink, anchor: 'middle' }),
  ]
}

/** One grid with its top at `y`. */
function asGrid({ columns, rows }: Gaps, y: number, labels: number, column: number): Drawn {
  const headStyle = { size: headSize, isBold: true, fill: colours.soft, anchor: 'middle' as const }
  const heads = columns.map((said) => block(said, column - 4, headStyle))
  const highest = Math.max(0, ...heads.map(({ height }) => height))
  const marks = heads.flatMap((head, i) => head.at(labels + (i + 0.5) * column, y + highest - head.height))
  let top = y + highest + 6
  for (const row of rows) {
    const label = block(row.label, labels - 12)
    const height = Math.max(cellHeight, label.height + 6)
    marks.push(...label.at(0, top + (height - label.height) / 2))
    row.months.forEach((months, i) => {
      marks.push(...cell(labels + i * column, top, column, height, months, words(months)))
    })
    top += height
  }
  return { height: top, marks }
}

function asList({ columns, rows }: Gaps, width: number): Drawn {
  const shades = key(width, 0)
  const marks = [...shades.marks]
  const wide = 116
  let y = shades.height + 18
  for (const row of rows) {
    const label = block(row.label, width, { isBold: true })
    marks.push(...label.at(0, y))
    y += label.height + 4
    row.months.forEach((months, i) => {
      const sector = block(columns[i] ?? '', width - wide - 12)
      const height = Math.max(32, sector.height + 8)
      marks.push(line(0, y, width, y, { stroke: colours.line }))
      marks.push(...sector.at(0, y + (height - sector.height) / 2))
      const said = months === null ? 'Never' : `${figure(months)} month${months === 1 ? '' : 's'}`
      marks.push(...cell(width - wide, y, wide, height, months, said))
      y += height
    })
    y += 18
  }
  return { height: Math.max(shades.height, y - 16), marks }
}

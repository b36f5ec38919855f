import { scaleLinear } from 'd3-scale'
import { line as path } from 'd3-shape'
import type { Picture } from '../figures.ts'
import { figure } from '../pictures.ts'
import { widthOf } from './letters.ts'
import { block, colours, type Drawn, element, line, middle, sizes, text } from './marks.ts'

type Point = Extract<Picture, { kind: 'trend' }>['points'][number]

const plot = 190
const left = 52
const leastColumn = 104
const lane = 34

/** A share by year with its interval; n and response below each dot. Where the years run down the picture they are rows. */
export function drawTrend(points: readonly Point[], width: number): Drawn {
  const column = Math.min(220, (width - left) / Math.max(1, points.length))
  const widest = Math.max(0, ...points.flatMap((point) => below(point)).map((said) => widthOf(said, sizes.small, true)))
  return column >= Math.max(leastColumn, widest + 8) ? across(points, width, column) : down(points, width)
}

function below(point: Point): string[] {
  return [point.label, `${figure(point.count)} of ${figure(point.of)}`, `${point.response}% answered`]
}

/** The years between which nothing changed; a line is drawn within each run, never across a break. */
function runs(points: readonly Point[]): number[][] {
  const found: number[][] = []
  points.forEach((point, i) => {
    const goesOn = i > 0 && point.broken === null && point.of > 0 && points[i - 1]!.of > 0
    if (goesOn) found.at(-1)!.push(i)
    else found.push([i])
  })
  return found
}

function share({ count, of }: Point): number {
  return of > 0 ? count / of : 0
}

function joined(points: readonly Point[], place: (i: number) => [number, number]): string[] {
  const draw = path<number>(
    (i) => place(i)[0],
    (i) => place(i)[1],
  ).digits(2)
  return runs(points)
    .filter((run) => run.length > 1)
    .map((run) => element('path', { d: draw(run) ?? '', fill: 'none', stroke: colours.dark, 'stroke-width': 2 }))
}

const whisker = { stroke: colours.ink, 'stroke-width': 2 }
const broken = { stroke: colours.soft, 'stroke-width': 2, 'stroke-dasharray': '3 5' }

function dot(x: number, y: number): string {
  return element('circle', { cx: x, cy: y, r: 6.5, fill: colours.darkest, stroke: colours.white, 'stroke-width': 1.5 })
}

function across(points: readonly Point[], width: number, column: number): Drawn {
  const top = points.some((point) => point.broken !== null) ? 30 : 12
  const up = scaleLinear([0, 1], [top + plot, top])
  const x = (i: number) => left + (i + 0.5) * column
  const right = left + points.length * column
  const marks: string[] = []
  for (const tick of [0, 0.25, 0.5, 0.75, 1])
    marks.push(line(left, up(tick), right, up(tick), { stroke: tick === 0 ? colours.ink : colours.line }))
  for (const tick of [0, 0.5, 1])
    marks.push(
      text(left - 8, middle(up(tick), sizes.small), `${tick * 100}%`, {
        size: sizes.small,
        fill: colours.soft,
        anchor: 'end',
      }),
    )
  points.forEach((point, i) => {
    if (point.broken === null) return
    marks.push(line(left + i * column, 22, left + i * column, top + plot, broken))
    marks.push(
      text(left + i * column, 14, 'break', {
        size: sizes.small,
        fill: colours.soft,
        anchor: i > 0 ? 'middle' : 'start',
      }),
    )
  })
  marks.push(...joined(points, (i) => [x(i), up(share(points[i]!))]))
  points.forEach((point, i) => {
    if (point.of > 0) {
      const [low, high] = [up(point.low), up(point.high)]
      marks.push(line(x(i), low, x(i), high, whisker))
      for (const end of [low, high]) marks.push(line(x(i) - 7, end, x(i) + 7, end, whisker))
      marks.push(dot(x(i), up(share(point))))
    }
    below(point).forEach((said, row) => {
      marks.push(
        text(x(i), top + plot + 22 + row * 20, said, {
          size: row === 0 ? sizes.label : sizes.small,
          isBold: row < 2,
          fill: row === 2 ? colours.soft : colours.ink,
          anchor: 'middle',
        }),
      )
    })
  })
  let y = top + plot + 74
  for (const point of points) {
    if (point.broken === null) continue
    const note = block(`Break before ${point.label}: ${point.broken}`, width, { size: sizes.small, fill: colours.soft })
    marks.push(...note.at(0, y))
    y += note.height + 4
  }
  return { height: y, marks }
}

function down(points: readonly Point[], width: number): Drawn {
  const inset = 12
  const along = scaleLinear([0, 1], [inset, width - inset])
  const marks: string[] = []
  const ticks: [number, 'start' | 'middle' | 'end'][] = [
    [0, 'start'],
    [0.5, 'middle'],
    [1, 'end'],
  ]
  for (const [tick, anchor] of ticks)
    marks.push(
      text(tick === 0 ? 0 : tick === 1 ? width : along(tick), 14, `${tick * 100}%`, {
        size: sizes.small,
        fill: colours.soft,
        anchor,
      }),
    )
  let y = 24
  for (const point of points) {
    if (point.broken !== null) {
      const note = block(`Break: ${point.broken}`, width, { size: sizes.small, fill: colours.soft })
      marks.push(line(0, y, width, y, broken), ...note.at(0, y + 6))
      y += note.height + 14
    }
    const label = block(point.label, width * 0.5, { isBold: true })
    const beside = block(`${figure(point.count)} of ${figure(point.of)} · ${point.response}% answered`, width, {
      size: sizes.small,
    })
    const isOneLine = label.lines.length === 1 && beside.lines.length === 1 && label.width + beside.width + 12 <= width
    marks.push(...label.at(0, y))
    marks.push(...beside.at(isOneLine ? width - beside.width : 0, isOneLine ? y + 1 : y + label.height))
    y += isOneLine ? label.height : label.height + beside.height
    const mid = y + lane / 2
    marks.push(line(along(0), mid, along(1), mid, { stroke: colours.line }))
    for (const [tick] of ticks) marks.push(line(along(tick), mid - 6, along(tick), mid + 6, { stroke: colours.grid }))
    if (point.of > 0) {
      const [low, high] = [along(point.low), along(point.high)]
      marks.push(line(low, mid, high, mid, whisker))
      for (const end of [low, high]) marks.push(line(end, mid - 7, end, mid + 7, whisker))
      marks.push(dot(along(share(point)), mid))
    }
    y += lane + 8
  }
  return { height: y, marks }
}

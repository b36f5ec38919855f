import { scaleLinear } from 'd3-scale'
import type { Picture } from '../figures.ts'
import { figure } from '../pictures.ts'
import { widthOf } from './letters.ts'
import { block, colours, type Drawn, element, line, middle, rect, rounded, sizes, text } from './marks.ts'
import { roomForLabels } from './shares.ts'

type Arrows = Extract<Picture, { kind: 'arrows' }>

const lane = 30
const head = 11

/** From a ring to a point, each with its count, along a line from none to all of the same people. */
export function drawArrows(picture: Arrows, width: number): Drawn {
  const { rows } = picture
  const counts = (number: number) => widthOf(figure(number), sizes.count, true) + 12
  const side = Math.max(24, ...rows.flatMap((row) => [counts(row.from), counts(row.to)])) + 8
  const ofWords = rows.map(({ of }) => `of ${figure(of)}`)
  const right = Math.max(0, ...ofWords.map((said) => widthOf(said, sizes.label))) + 8
  const isBeside = width >= roomForLabels
  const labels = isBeside ? Math.round(width * 0.34) : 0
  const [start, end] = [labels + side, width - right - side]
  const marks: string[] = []
  const from = block(picture.from, width - 24)
  const to = block(picture.to, width - 24)
  const isOneLine = from.width + to.width + 80 <= width
  marks.push(ring(7, 10), ...from.at(24, 0))
  const toX = isOneLine ? from.width + 50 : 0
  const toY = isOneLine ? 0 : from.height + 2
  marks.push(point(toX + 16, toY + 10, 1), ...to.at(toX + 24, toY))
  let y = Math.max(from.height, toY + to.height) + 14
  rows.forEach((row, i) => {
    const label = block(row.label, isBeside ? labels - 12 : width)
    const height = isBeside ? Math.max(label.height, lane) : lane
    if (isBeside) marks.push(...label.at(0, y + (height - label.height) / 2))
    else {
      marks.push(...label.at(0, y))
      y += label.height
    }
    const mid = y + height / 2
    marks.push(...arrow(row, mid, start, end))
    marks.push(text(width, middle(mid, sizes.label), ofWords[i]!, { anchor: 'end', fill: colours.soft }))
    y += height + 10
  })
  const ticks: [string, number][] = [
    ['None', start],
    ['All', end],
  ]
  const drawn = rows.length > 0 ? ticks : []
  for (const [words, x] of drawn)
    marks.push(text(x, y + 13, words, { size: sizes.small, fill: colours.soft, anchor: 'middle' }))
  return { height: drawn.length > 0 ? y + 20 : y, marks }
}

function arrow(row: Arrows['rows'][number], y: number, start: number, end: number): string[] {
  const along = scaleLinear([0, Math.max(1, row.of)], [start, end]).clamp(true)
  const [a, b] = [along(row.from), along(row.to)]
  const track = [
    line(start, y, end, y, { stroke: colours.grey, 'stroke-width': 2 }),
    ...[start, end].map((x) => line(x, y - 7, x, y + 7, { stroke: colours.grey, 'stroke-width': 2 })),
  ]
  if (a === b)
    return [
      ...track,
      ring(a, y),
      element('circle', { cx: a, cy: y, r: 2.5, fill: colours.darkest }),
      ...count(a, y, -1, row.from, colours.soft),
      ...count(a, y, 1, row.to, colours.ink),
    ]
  const way = b > a ? 1 : -1
  const far = Math.abs(b - a)
  // The way is never drawn longer than it is: where it is short, the head is smaller and stands on the ring.
  const long = Math.min(head, Math.max(5, far - 8))
  return [
    ...track,
    ...(far > long + 6
      ? [line(a + way * 6, y, b - way * long, y, { stroke: colours.darkest, 'stroke-width': 4 })]
      : []),
    ring(a, y),
    point(b, y, way, long),
    ...count(a, y, -way, row.from, colours.soft),
    ...count(a + way * Math.max(0, far - 5), y, way, row.to, colours.ink),
  ]
}

/** A count beside an end, on a plate that keeps it off the track. */
function count(end: number, y: number, way: number, number: number, fill: string): string[] {
  const words = figure(number)
  const wide = widthOf(words, sizes.count, true)
  return [
    rect(way > 0 ? end + 9 : end - 14 - wide, y - 12, wide + 5, 24, { fill: colours.white }),
    text(end + way * 12, middle(y, sizes.count), words, {
      size: sizes.count,
      isBold: true,
      fill,
      anchor: way > 0 ? 'start' : 'end',
    }),
  ]
}

function ring(x: number, y: number): string {
  return element('circle', { cx: x, cy: y, r: 5.5, fill: colours.white, stroke: colours.soft, 'stroke-width': 2.5 })
}

/** An arrow head with its tip at `x`, pointing right (1) or left (-1). */
function point(x: number, y: number, way: number, long = head): string {
  const back = rounded(x - way * long)
  const half = (long * 8) / head
  return element('path', {
    d: `M${rounded(x)} ${rounded(y)}L${back} ${rounded(y - half)}L${back} ${rounded(y + half)}Z`,
    fill: colours.darkest,
  })
}

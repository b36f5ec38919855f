import { barLegend, barLook, figure, type Room, wholeRoomBar } from '../pictures.ts'
import { widthOf } from './letters.ts'
import { type Block, block, type Drawn, hatch, legend, line, rect, sizes, text } from './marks.ts'

const size = sizes.count
const white = barLook.hatchGround
/** From here on the words of the hatch stand within it. */
const leastForWords = 170

/** Everyone who came, each in one place, who did not answer hatched at the right end, with its key below. */
export function drawWholeRoom(room: Room, width: number): Drawn {
  const bar = wholeRoomBar(room, width)
  const { height } = bar
  const inset = (piece: (typeof bar.pieces)[number]) =>
    piece.edged ? barLook.edgeWidth + 3 : piece.width > widthOf(figure(piece.count), size, true) + 16 ? 8 : 4
  // Counts of a very large room are wider than a phone's pieces; then all of them stand in the key.
  const isInside = bar.pieces.every(
    (piece) =>
      inset(piece) + widthOf(figure(piece.count), size, true) <= piece.width - (piece.edged ? barLook.edgeWidth : 0),
  )
  const marks: string[] = []
  for (const piece of bar.pieces) {
    if (piece.hatched) marks.push(...hatch(piece.x, 0, piece.width, height))
    else marks.push(rect(piece.x, 0, piece.width, height, { fill: piece.fill }))
    if (piece.edged) {
      const edge = barLook.edgeWidth
      marks.push(
        rect(piece.x + edge / 2, edge / 2, piece.width - edge, height - edge, {
          fill: 'none',
          stroke: barLook.edge,
          'stroke-width': edge,
        }),
      )
    }
    if (piece.x > 0) marks.push(line(piece.x, 0, piece.x, height, { stroke: barLook.divider }))
    if (isInside && !piece.hatched)
      marks.push(
        text(piece.x + inset(piece), height - 14, figure(piece.count), { size, isBold: true, fill: piece.ink }),
      )
  }
  if (bar.pieces.length === 0) marks.push(text(10, height / 2 + 6, 'Nobody came', { size, isBold: true }))
  let y = height
  if (bar.hatch) {
    const { x, width: wide, count, words } = bar.hatch
    const said = evenly(words, wide - 26)
    const fits = isInside && wide >= leastForWords && said.lines.length <= 2
    if (fits) {
      marks.push(rect(x + 8, height - 12 - said.height, said.width + 12, said.height + 5, { fill: white }))
      marks.push(...said.at(x + 14, height - 11 - said.height))
    } else {
      const plate = Math.min(widthOf(figure(count), size, true) + 12, wide - 2)
      const isWide = wide - plate > 16
      if (isInside) {
        marks.push(rect(x + (isWide ? 8 : 1), height - 34, plate, 28, { fill: white }))
        marks.push(text(x + (isWide ? 14 : 4), height - 14, figure(count), { size, isBold: true }))
      }
      const below = evenly(words, width, 'end')
      marks.push(...below.at(width, y + 5))
      y += 5 + below.height
    }
  }
  marks.push(rect(0.5, 0.5, width - 1, height - 1, { fill: 'none', stroke: barLook.outline }))
  const counted = isInside ? (label: string) => label : (label: string, count: number) => `${label}: ${figure(count)}`
  const entries = barLegend.map(({ key, label, fill, edged }) => ({
    label: counted(label, room.segments[key]),
    fill,
    ...(edged ? { edge: barLook.edge } : {}),
  }))
  const silent = { label: counted('Has not answered', bar.hatch?.count ?? 0), fill: white, isHatched: true }
  const key = legend(bar.hatch ? [...entries, silent] : entries, width, y + 10)
  return { height: key.height, marks: [...marks, ...key.marks] }
}

/** In as few lines as fit, and those about as long as each other. */
function evenly(words: string, width: number, anchor: 'start' | 'end' = 'start'): Block {
  const style = { isBold: true, anchor }
  const { lines } = block(words, width, style)
  let narrowest = width
  while (narrowest > 60 && block(words, narrowest - 10, style).lines.length === lines.length) narrowest -= 10
  return block(words, narrowest, style)
}

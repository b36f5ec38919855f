import { barLegend, barLook, figure, type Room, silentLabel, wholeRoomBar } from '../pictures.ts'
import { widthOf } from './letters.ts'
import { type Block, block, type Drawn, hatch, legend, line, rect, sizes, text } from './marks.ts'

const size = sizes.count
const white = barLook.hatchGround
/** From here on the words of the hatch stand within it. */
const leastForWords = 170

/**
 * Everyone who came, each in one place and as wide as their share, who did not answer hatched at the right end. Its key below has every count;
 * those with room for them stand in their pieces as well.
 */
export function drawWholeRoom(room: Room, width: number): Drawn {
  const bar = wholeRoomBar(room, width)
  const { height } = bar
  const marks: string[] = []
  for (const piece of bar.pieces) {
    const { x, width: wide, edge } = piece
    if (piece.hatched) marks.push(...hatch(x, 0, wide, height))
    else marks.push(rect(x, 0, wide, height, { fill: piece.fill }))
    if (edge > 0)
      marks.push(
        rect(x + edge / 2, edge / 2, wide - edge, height - edge, {
          fill: 'none',
          stroke: barLook.edge,
          'stroke-width': edge,
        }),
      )
    if (piece.inset !== null && !piece.hatched)
      marks.push(text(x + piece.inset, height - 14, figure(piece.count), { size, isBold: true, fill: piece.ink }))
  }
  for (const { x, line: thick } of bar.pieces)
    if (thick > 0) marks.push(line(x, 0, x, height, { stroke: barLook.divider, 'stroke-width': thick }))
  if (bar.pieces.length === 0) marks.push(text(10, height / 2 + 6, 'Nobody came', { size, isBold: true }))
  let y = height
  if (bar.hatch) {
    const { x, width: wide, count, words } = bar.hatch
    const said = evenly(words, wide - 26)
    if (wide >= leastForWords && said.lines.length <= 2) {
      marks.push(rect(x + 8, height - 12 - said.height, said.width + 12, said.height + 5, { fill: white }))
      marks.push(...said.at(x + 14, height - 11 - said.height))
    } else {
      const inset = bar.pieces.at(-1)?.inset ?? null
      if (inset !== null) {
        const counted = widthOf(figure(count), size, true)
        marks.push(rect(x + inset - 6, height - 34, counted + 12, 28, { fill: white }))
        marks.push(text(x + inset, height - 14, figure(count), { size, isBold: true }))
      }
      const below = evenly(words, width, 'end')
      marks.push(...below.at(width, y + 5))
      y += 5 + below.height
    }
  }
  marks.push(rect(0.5, 0.5, width - 1, height - 1, { fill: 'none', stroke: barLook.outline }))
  const entries = barLegend.map(({ key, label, fill, edged }) => ({
    label: `${label}: ${figure(room.segments[key])}`,
    fill,
    ...(edged ? { edge: barLook.edge } : {}),
  }))
  const silent = bar.hatch && { label: `${silentLabel}: ${figure(bar.hatch.count)}`, fill: white, isHatched: true }
  const key = legend(silent ? [...entries, silent] : entries, width, y + 10)
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

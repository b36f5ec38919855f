import { scaleLinear } from 'd3-scale'
import type { ShareRow } from '../figures.ts'
import { figure } from '../pictures.ts'
import { widthOf } from './letters.ts'
import { block, colours, type Drawn, middle, rect, sizes, text } from './marks.ts'

/** From here on a row's label stands beside its bar, below it above. */
export const roomForLabels = 480
const bar = 22

/** Of each row's people how many: a bar in a frame that stands for all of them, and the counts. */
export function drawShares(rows: readonly ShareRow[], width: number): Drawn {
  const words = rows.map(({ count, of }) => `${figure(count)} of ${figure(of)}`)
  const counts = Math.max(0, ...words.map((said) => widthOf(said, sizes.label, true))) + 12
  const isBeside = width >= roomForLabels
  const labels = isBeside ? Math.round(width * 0.38) : 0
  const track = width - labels - counts
  const marks: string[] = []
  let y = 2
  rows.forEach((row, i) => {
    const label = block(row.label, isBeside ? labels - 16 : width)
    const height = isBeside ? Math.max(label.height, bar) : bar
    if (isBeside) marks.push(...label.at(0, y + (height - label.height) / 2))
    else {
      marks.push(...label.at(0, y))
      y += label.height + 3
    }
    const top = y + (height - bar) / 2
    const along = scaleLinear([0, Math.max(1, row.of)], [0, track]).clamp(true)
    marks.push(rect(labels, top, track, bar, { fill: colours.wash }))
    marks.push(rect(labels, top, along(row.count), bar, { fill: colours.dark }))
    marks.push(rect(labels + 0.5, top + 0.5, track - 1, bar - 1, { fill: 'none', stroke: colours.grid }))
    marks.push(text(width, middle(top + bar / 2, sizes.label), words[i]!, { isBold: true, anchor: 'end' }))
    y += height + 12
  })
  return { height: Math.max(1, y - 10), marks }
}

import { scaleLinear } from 'd3-scale'
import type { Picture } from '../figures.ts'
import { figure } from '../pictures.ts'
import { widthOf } from './letters.ts'
import { block, colours, type Drawn, legend, line, middle, rect, sizes, text } from './marks.ts'
import { roomForLabels } from './shares.ts'

type Pairs = Extract<Picture, { kind: 'pairs' }>

const bar = 20

/** The same list asked twice: two bars a row, each the share of those asked then, with the count it is of how many. */
export function drawPairs(picture: Pairs, width: number): Drawn {
  const { rows, of } = picture
  const key = legend(
    [
      { label: `${picture.first} (${people(of.first)})`, fill: colours.light },
      { label: `${picture.second} (${people(of.second)})`, fill: colours.darkest },
    ],
    width,
    0,
  )
  const marks = [...key.marks]
  const counts =
    Math.max(
      0,
      ...rows.flatMap((row) => [countWords(row.first, of.first), countWords(row.second, of.second)]).map(widthOfWords),
    ) + 8
  const isBeside = width >= roomForLabels
  const labels = isBeside ? Math.round(width * 0.38) : 0
  // The longest bar fills the width: what is compared is one bar with the other, not with everyone.
  const longest = Math.max(0.01, ...rows.flatMap((row) => [share(row.first, of.first), share(row.second, of.second)]))
  const along = scaleLinear([0, longest], [0, width - labels - counts]).clamp(true)
  let y = key.height + 14
  for (const row of rows) {
    const label = block(row.label, isBeside ? labels - 16 : width)
    const height = isBeside ? Math.max(label.height, bar * 2) : bar * 2
    if (isBeside) marks.push(...label.at(0, y + (height - label.height) / 2))
    else {
      marks.push(...label.at(0, y))
      y += label.height + 3
    }
    const top = y + (height - bar * 2) / 2
    for (const [i, count, all, fill] of [
      [0, row.first, of.first, colours.light],
      [1, row.second, of.second, colours.darkest],
    ] as const) {
      const at = top + i * bar
      const length = along(share(count, all))
      if (count > 0) marks.push(rect(labels + 0.5, at + 1.5, length - 1, bar - 3, { fill, stroke: colours.ink }))
      marks.push(
        text(labels + (count > 0 ? length : 0) + 7, middle(at + bar / 2, sizes.label), countWords(count, all), {
          isBold: true,
        }),
      )
    }
    marks.push(line(labels + 0.5, top - 2, labels + 0.5, top + bar * 2 + 2, { stroke: colours.ink }))
    y += height + 14
  }
  return { height: y - 10, marks }
}

function share(count: number, of: number): number {
  return of > 0 ? count / of : 0
}

/** The bar is a share, so its words say of how many: two equal counts may be bars of different lengths. */
function countWords(count: number, of: number): string {
  return `${figure(count)} of ${figure(of)}`
}

function widthOfWords(words: string): number {
  return widthOf(words, sizes.label, true)
}

function people(of: number): string {
  return of === 1 ? '1 person' : `${figure(of)} people`
}

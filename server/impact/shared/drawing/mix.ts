import { figure } from '../pictures.ts'
import { widthOf } from './letters.ts'
import { colours, type Drawn, legend, line, middle, rect, sizes, text } from './marks.ts'

type Row = { label: string; count: number }

const { ink, white } = colours
/** Darkest first; those after the fifth are pale alike, told apart by their lines and their order in the key. */
const paints = [
  { fill: colours.darkest, ink: white },
  { fill: colours.dark, ink: white },
  { fill: colours.light, ink },
  { fill: '#d68a4e', ink },
  { fill: colours.grey, ink },
]
const rest = { fill: colours.wash, ink }
const height = 44

/** Who made up the people that came: one piece each, widest first as they are given, with every count in the key. */
export function drawMix(rows: readonly Row[], width: number): Drawn {
  const people = rows.reduce((sum, { count }) => sum + count, 0)
  const marks: string[] = []
  let before = 0
  rows.forEach(({ count }, i) => {
    const x = (before * width) / Math.max(1, people)
    const wide = (count * width) / Math.max(1, people)
    before += count
    if (count === 0) return
    const paint = paints[i] ?? rest
    marks.push(rect(x, 0, wide, height, { fill: paint.fill }))
    if (x > 0) marks.push(line(x, 0, x, height))
    if (widthOf(figure(count), sizes.count, true) + 12 <= wide)
      marks.push(
        text(x + 7, middle(height / 2, sizes.count), figure(count), {
          size: sizes.count,
          isBold: true,
          fill: paint.ink,
        }),
      )
  })
  if (people === 0)
    marks.push(text(10, middle(height / 2, sizes.count), 'Nobody came', { size: sizes.count, isBold: true }))
  marks.push(rect(0.5, 0.5, width - 1, height - 1, { fill: 'none', stroke: ink }))
  const key = legend(
    rows.map(({ label, count }, i) => ({ label: `${label}: ${figure(count)}`, fill: (paints[i] ?? rest).fill })),
    width,
    height + 10,
  )
  return { height: Math.max(height, key.height), marks: [...marks, ...key.marks] }
}

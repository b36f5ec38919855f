import { figure, type Matrix, matrixPicture, movesOf } from '../pictures.ts'
import { block, colours, type Drawn, middle, rect, sizes, text } from './marks.ts'

const size = { narrow: { left: 64, h: 44 }, wide: { left: 76, w: 90, h: 44 } }
const top = 30
/** From here on the moves in words stand beside the squares. */
const roomBeside = 640

/** Before and now of the same people. Place tells the direction: above the framed squares moved up, below them down. */
export function drawMatrix(matrix: Matrix, width: number): Drawn {
  const { cells, rows, columns, line } = matrixPicture(matrix)
  const moves = movesOf(matrix)
  const isBeside = width >= roomBeside
  const { left, h } = isBeside ? size.wide : size.narrow
  const w = isBeside ? size.wide.w : Math.min(size.wide.w, (width - left - 2) / columns.length)
  const right = left + w * columns.length
  const bottom = top + h * rows.length
  const labelled = { size: sizes.small, isBold: true, fill: colours.soft }
  const marks = cells.map((cell) =>
    rect(left + cell.now * w, top + cell.before * h, w, h, { fill: cell.fill, stroke: line }),
  )
  for (const cell of cells) {
    const [x, y] = [left + cell.now * w, top + cell.before * h]
    if (cell.direction === 'same')
      marks.push(rect(x + 1, y + 1, w - 2, h - 2, { fill: 'none', stroke: colours.soft, 'stroke-width': 2 }))
    if (cell.count > 0)
      marks.push(
        text(x + w / 2, middle(y + h / 2, sizes.count), figure(cell.count), { size: sizes.count, anchor: 'middle' }),
      )
  }
  rows.forEach(({ label }, i) => {
    marks.push(text(left - 6, middle(top + (i + 0.5) * h, sizes.small), label, { ...labelled, anchor: 'end' }))
  })
  columns.forEach(({ label }, i) => {
    marks.push(text(left + (i + 0.5) * w, top - 10, label, { ...labelled, anchor: 'middle' }))
  })
  const x = isBeside ? right + 24 : 0
  let y = isBeside ? top + 4 : bottom + 12
  for (const { words, fill, edge } of [
    { words: `${figure(moves.up)} moved up (above)`, fill: '#8fcac4', edge: line },
    { words: `${figure(moves.same)} stayed (framed)`, fill: '#edf1f5', edge: colours.soft },
    { words: `${figure(moves.down)} moved down (below)`, fill: '#f3d4a8', edge: line },
  ]) {
    marks.push(rect(x + 1, y + 2, 16, 16, { fill, stroke: edge, 'stroke-width': edge === line ? 1 : 2 }))
    marks.push(text(x + 26, y + 16, words))
    y += 28
  }
  for (const words of [
    'Rows: before',
    'Columns: three months on',
    ...(matrix.unmatched > 0 ? [`${figure(matrix.unmatched)} could not be matched`] : []),
  ]) {
    const note = block(words, width - x, { size: sizes.small, fill: colours.soft })
    marks.push(...note.at(x, y))
    y += note.height + 4
  }
  return { height: Math.max(bottom + 1, y), marks }
}

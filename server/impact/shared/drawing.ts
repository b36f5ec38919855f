/** The pictures of the figures as SVG: the same on screen, in print and in the Word document. One file a picture in `drawing/`. */

import { drawArrows } from './drawing/arrows.ts'
import { drawGaps } from './drawing/gaps.ts'
import { type Drawn, element, escaped, rect, text } from './drawing/marks.ts'
import { drawMatrix } from './drawing/matrix.ts'
import { drawMix } from './drawing/mix.ts'
import { drawPairs } from './drawing/pairs.ts'
import { drawShares } from './drawing/shares.ts'
import { drawTrend } from './drawing/trend.ts'
import { drawWholeRoom } from './drawing/whole-room.ts'
import type { Picture } from './figures.ts'

/** The two widths a picture is drawn at: a phone, and desk, print and document. */
export const drawingWidths = { phone: 288, desk: 680 } as const

export interface DrawingOptions {
  /** Begins every id in the drawing, unique on its page. */
  id: string
  /** The one sentence that reads the picture: its name to whoever does not see it. */
  title: string
  /** In px; the height follows. */
  width: number
}

/** The typefaces in the order they are tried: the page's own, Word's, and for the PNG the one that it brings. */
const typefaces = 'Atkinson Hyperlegible Next, Arial, sans-serif'

/**
 * One `<svg>` as text, with presentation attributes alone (the pages' policy refuses inline styles) and every word escaped.
 * @throws RangeError when the data contradict themselves (a room that does not add up).
 */
export function drawSvg(picture: Picture, options: DrawingOptions): string {
  const { width } = options
  const { height, marks } = isEmpty(picture) ? nothing : drawn(picture, width)
  const high = Math.ceil(height + 2)
  const titleId = `${options.id}-title`
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${high}`,
      width,
      height: high,
      role: 'img',
      'aria-labelledby': titleId,
      'font-family': typefaces,
    },
    [
      element('title', { id: titleId }, escaped(options.title)),
      rect(0, 0, width, high, { fill: '#ffffff' }),
      ...marks,
    ].join(''),
  )
}

const nothing: Drawn = { height: 24, marks: [text(0, 18, 'Nothing to show yet.')] }

/** Lists with nothing in them; a room or a mix of nobody is drawn and says so. */
function isEmpty(picture: Picture): boolean {
  switch (picture.kind) {
    case 'shares':
    case 'arrows':
    case 'pairs':
      return picture.rows.length === 0
    case 'gaps':
      return picture.rows.length === 0 || picture.columns.length === 0
    case 'trend':
      return picture.points.length === 0
    default:
      return false
  }
}

function drawn(picture: Picture, width: number): Drawn {
  switch (picture.kind) {
    case 'whole-room':
      return drawWholeRoom(picture.room, width)
    case 'matrix':
      return drawMatrix(picture.matrix, width)
    case 'shares':
      return drawShares(picture.rows, width)
    case 'arrows':
      return drawArrows(picture, width)
    case 'trend':
      return drawTrend(picture.points, width)
    case 'pairs':
      return drawPairs(picture, width)
    case 'mix':
      return drawMix(picture.rows, width)
    case 'gaps':
      return drawGaps(picture, width)
  }
}

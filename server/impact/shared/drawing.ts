/** The pictures of the figures as SVG: the same on screen, in print, in the Word document. One file a picture in `drawing/`. */

import type { Picture } from './figures.ts'

/** The two widths a picture is drawn at: a phone, and desk, print and document. */
export const drawingWidths = { phone: 288, desk: 680 } as const

export interface DrawingOptions {
  /** Begins every id in the drawing, unique on its page. */
  id: string
  /** The one sentence that reads the picture; its name to whoever does not see it. */
  title: string
  /** In px; the height follows. */
  width: number
}

/**
 * One `<svg>` as text, with presentation attributes alone (the pages' policy refuses inline styles) and everything escaped.
 * @throws RangeError when the data contradict themselves (a room that does not add up).
 */
export function drawSvg(picture: Picture, options: DrawingOptions): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" id="${options.id}" width="${options.width}" height="1" data-kind="${picture.kind}"/>`
}

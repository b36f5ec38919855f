import { encode } from 'uqr'

const QUIET = 4

/** The squares of a QR code, row by row, true for dark; without the quiet zone of 4 squares that must surround it. */
export function qrModules(text: string): boolean[][] {
  return encode(text, { ecc: 'M', border: 0 }).data
}

export type QrBar = [column: number, row: number, length: number]

/** Dark squares that touch in a row, joined; `size` is the number of squares along each edge. */
export function qrBars(text: string): { size: number; bars: QrBar[] } {
  const modules = qrModules(text)
  const bars: QrBar[] = []
  modules.forEach((squares, row) => {
    let from = 0
    for (let column = 0; column <= squares.length; column++) {
      if (squares[column]) continue
      if (column > from) bars.push([from, row, column - from])
      from = column + 1
    }
  })
  return { size: modules.length, bars }
}

/** The code as SVG with its quiet zone; presentation attributes only, so that a strict content policy lets it through. */
export function qrSvg(text: string, label: string): string {
  const { size, bars } = qrBars(text)
  const edge = size + 2 * QUIET
  const path = bars.map(([column, row, length]) => `M${column + QUIET} ${row + QUIET}h${length}v1h-${length}z`).join('')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${edge * 4}" height="${edge * 4}" viewBox="0 0 ${edge} ${edge}" role="img" shape-rendering="crispEdges">` +
    `<title>${inMarkup(label)}</title><path fill="#fff" d="M0 0h${edge}v${edge}h-${edge}z"/><path fill="#12243a" d="${path}"/></svg>`
  )
}

function inMarkup(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

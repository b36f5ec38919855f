/** Records what is drawn into one document and draws it again without structure, measuring or layout: bare pdfkit, same words, same font. */
import PDFDocument from 'pdfkit'

const drawn = ['registerFont', 'addPage', 'font', 'fontSize', 'fillColor', 'text', 'rect', 'fill'] as const
type Drawn = (typeof drawn)[number]
export type Drawing = [Drawn, unknown[]][]

type Methods = Record<Drawn, (...given: unknown[]) => unknown>

/** Listens to every document made until told to stop. */
export function recordDrawing(): () => Drawing {
  const prototype = PDFDocument.prototype as unknown as Methods
  const before = drawn.map((name) => [name, prototype[name]] as const)
  const calls: Drawing = []
  let depth = 0
  for (const [name, method] of before)
    prototype[name] = function (this: unknown, ...given) {
      if (depth === 0) calls.push([name, given])
      depth += 1
      try {
        return method.apply(this, given)
      } finally {
        depth -= 1
      }
    }
  return () => {
    for (const [name, method] of before) prototype[name] = method
    return withoutMeasuring(calls)
  }
}

/** Fonts are set for measuring, too: only the last before something is drawn is drawing. */
function withoutMeasuring(calls: Drawing): Drawing {
  const kept: Drawing = []
  const set = new Map<Drawn, unknown[]>()
  const last = new Map<Drawn, string>()
  for (const [name, given] of calls) {
    if (name === 'font' || name === 'fontSize' || name === 'fillColor') set.set(name, given)
    else {
      if (name === 'text')
        for (const [setting, how] of set)
          if (last.get(setting) !== JSON.stringify(how)) {
            last.set(setting, JSON.stringify(how))
            kept.push([setting, how])
          }
      if (name === 'fill') last.delete('fillColor')
      kept.push([name, given])
    }
  }
  return kept
}

export async function drawAgain(drawing: Drawing): Promise<Uint8Array> {
  const doc = new PDFDocument({ autoFirstPage: false, font: '', pdfVersion: '1.7', lang: 'en-GB' })
  const parts: Uint8Array[] = []
  doc.on('data', (part: Uint8Array) => parts.push(part))
  const ended = new Promise((resolve) => doc.on('end', resolve))
  const methods = doc as unknown as Methods
  for (const [name, given] of drawing) methods[name](...given)
  doc.end()
  await ended
  return Buffer.concat(parts)
}

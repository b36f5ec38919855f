/** Reads back a certificate that was written: its text, its tags and its QR code. */
import { inflateSync } from 'node:zlib'
import jsQR from 'jsqr'

/**
 * Reads back what pdfkit wrote: `source` is the whole file with its objects as text, `contents` the drawing of all pages,
 * `elements` the text of each marked piece through the fonts' ToUnicode, `lines` where each line of text stands.
 */
export function readPdf(bytes: Uint8Array) {
  const file = Buffer.from(bytes).toString('latin1')
  const objects = new Map<string, string>()
  for (const [, id = '', body = ''] of file.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj$/gm)) {
    const [dictionary = '', stream] = body.split('\nstream\n')
    const raw = stream?.slice(0, stream.lastIndexOf('\nendstream'))
    const plain =
      raw && dictionary.includes('/FlateDecode') ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : raw
    objects.set(id, plain === undefined ? dictionary : `${dictionary}\n${plain}`)
  }
  const object = (id?: string) => objects.get(id ?? '') ?? ''
  const reference = (text: string, key: string) => object(text.match(new RegExp(`/${key} \\[?(\\d+) 0 R`))?.[1])
  const pages = [...objects.values()].filter((body) => body.includes('/Type /Page\n'))
  const fonts = new Map<string, { letters: string[]; widths: number[] }>()
  for (const [, name = '', id] of pages.flatMap((page) => [
    ...reference(page, 'Resources').matchAll(/\/(F\d+) (\d+) 0 R/g),
  ])) {
    const font = object(id)
    const map = reference(font, 'ToUnicode').match(/beginbfrange\n([\s\S]*)\nendbfrange/)?.[1] ?? ''
    const letters = [...map.replace(/^<\w+> <\w+> /gm, '').matchAll(/<([\w ]*)>/g)].map(([, hex = '']) =>
      Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
    )
    const widths = reference(font, 'DescendantFonts').match(/\/W \[0 \[([\d. ]+)\]\]/)?.[1] ?? ''
    fonts.set(name, { letters, widths: widths.split(' ').map(Number) })
  }

  const contents = pages.map((page) => reference(page, 'Contents')).join('\n')
  const elements: string[] = []
  const lines: { left: number; right: number; y: number }[] = []
  let font = { letters: [''], widths: [0] }
  let [x, y, size, text] = [0, 0, 0, '']
  for (const line of contents.split('\n')) {
    const moved = line.match(/^1 0 0 1 ([\d.-]+) ([\d.-]+) Tm$/)
    const chosen = line.match(/^\/(F\d+) ([\d.]+) Tf$/)
    if (moved) [x, y] = [Number(moved[1]), Number(moved[2])]
    if (chosen) [font, size] = [fonts.get(chosen[1] ?? '') ?? font, Number(chosen[2])]
    if (line.endsWith('TJ')) {
      const glyphs = [...line.matchAll(/<(\w+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
      const ids = glyphs.map((glyph) => Number.parseInt(glyph, 16))
      const shown = ids.map((id) => font.letters[id] ?? '').join('')
      const wide = ids.reduce((sum, id) => sum + (font.widths[id] ?? 0), 0) * (size / 1000)
      const spaces = (shown.length - shown.trimEnd().length) * size * 0.3
      lines.push({ left: x, right: x + wide - spaces, y })
      text += shown
    }
    if (line === 'EMC') {
      if (text) elements.push(text)
      text = ''
    }
  }
  // Metadata is the only stream in UTF-8; everything else that is looked for is Latin-1 or ASCII.
  const metadata = [...objects.values()].find((body) => body.includes('pdfuaid')) ?? ''
  const source = [file.slice(0, 8), ...objects.values(), Buffer.from(metadata, 'latin1').toString('utf8')].join('\n')
  return { source, contents, elements, lines, pages: pages.length }
}

/** What the QR code says that is drawn in the one figure of `contents`. */
export function qrOf(contents: string): string | undefined {
  const figure = contents.slice(contents.indexOf('/Figure'))
  const bars = [...figure.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/gm)].map((bar) => bar.slice(1).map(Number))
  const side = bars[0]?.[3] ?? 0
  const left = Math.min(...bars.map(([x = 0]) => x))
  const top = Math.min(...bars.map(([, y = 0]) => y))
  const size = Math.round(96 / side)
  const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  for (const [x = 0, y = 0, width = 0] of bars) {
    const from = Math.round((x - left) / side)
    modules[Math.round((y - top) / side)]?.fill(true, from, from + Math.round(width / side))
  }
  return decoded(modules)
}

/** Paints the modules as a camera would see them. */
export function decoded(modules: boolean[][]): string | undefined {
  const zoom = 4
  const edge = (modules.length + 8) * zoom
  const pixels = new Uint8ClampedArray(edge * edge * 4).fill(255)
  for (let y = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++) {
      if (modules[Math.floor(y / zoom) - 4]?.[Math.floor(x / zoom) - 4])
        pixels.fill(0, (y * edge + x) * 4, (y * edge + x) * 4 + 3)
    }
  }
  // jsqr’s types see its one export a step deeper than it is; both ways work.
  return jsQR.default(pixels, edge, edge)?.data
}

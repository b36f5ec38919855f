import PDFDocument from 'pdfkit'
import { breakLines, hasRightToLeft, visualRuns } from './lines.ts'

export type Fonts = { regular: Uint8Array; bold: Uint8Array }
type Face = keyof Fonts
export type Style = { face: Face; size: number; colour: string }
export type Setting = Style & { lines: string[]; text: string; leading: number; width: number; height: number }
export type Typesetter = ReturnType<typeof typesetter>

// @types/pdfkit does not know these options of pdfkit 0.20 yet.
declare global {
  namespace PDFKit.Mixins {
    interface StructureElementOptions {
      scope?: 'Row'
      placement?: 'Block'
      bbox?: [number, number, number, number]
    }
  }
}

/** Stands for a letter that the fonts lack. */
export const UNPRINTABLE = '□'

/** Measures and draws text in one document, as elements of its structure. */
export function typesetter(doc: PDFKit.PDFDocument, fonts: Fonts) {
  const parsed = { regular: parsedFont(fonts.regular), bold: parsedFont(fonts.bold) }
  doc.registerFont('regular', parsed.regular)
  doc.registerFont('bold', parsed.bold)

  const printable = (text: string, face: Face) =>
    text.replace(/[^\x20-\x7e]/gu, (letter) =>
      parsed[face].hasGlyphForCodePoint(letter.codePointAt(0) ?? 0) ? letter : UNPRINTABLE,
    )
  const widthOf = (line: string) =>
    visualRuns(line).reduce((sum, run) => sum + doc.widthOfString(run.text, shaping(run)), 0)

  const text = (words: string, style: Style, width: number): Setting => {
    const tidy = tidied(words)
    doc.font(style.face).fontSize(style.size)
    const lines = breakLines(printable(tidy, style.face), width, widthOf)
    const leading = style.size * (style.size > 14 ? 1.22 : 1.38)
    return { ...style, lines, text: tidy, leading, width, height: lines.length * leading }
  }

  const draw = (setting: Setting, left: number, top: number) => {
    doc.font(setting.face).fontSize(setting.size).fillColor(setting.colour)
    setting.lines.forEach((line, at) => {
      let x = left
      for (const run of visualRuns(line)) {
        doc.text(run.text, x, top + at * setting.leading, { lineBreak: false, ...shaping(run) })
        x += doc.widthOfString(run.text, shaping(run))
      }
    })
  }

  return {
    text,
    draw,
    allPrintable: (words: string) => printable(words, 'regular') === words && printable(words, 'bold') === words,
    /** Draws the lines when the element takes its place in the document. */
    element(tag: string, setting: Setting, left: number, top: number, options: { scope?: 'Row' } = {}) {
      // Seen and written order differ, or a letter could not be drawn: the file still says what was typed.
      const differs = hasRightToLeft(setting.text) || printable(setting.text, setting.face) !== setting.text
      const actual = differs ? { actual: setting.text } : {}
      return doc.struct(tag, { ...options, ...actual }, () => draw(setting, left, top))
    },
  }
}

/** With a list of features, even an empty one, pdfkit shapes the run as a whole and so keeps the order of its words. */
function shaping(run: { rightToLeft: boolean }): { features?: [] } {
  return run.rightToLeft ? { features: [] } : {}
}

type Glyph = { id: number; codePoints: number[]; advanceWidth: number }
type Position = { xAdvance: number; yAdvance: number; xOffset: number; yOffset: number; advanceWidth?: number }
type Shaped = { glyphs: Glyph[]; positions: Position[]; readonly advanceWidth: number }
type ParsedFont = PDFKit.Mixins.PDFFontSource & {
  _glyphs: object
  layout: (text: string, features?: unknown) => Shaped
  hasGlyphForCodePoint: (codePoint: number) => boolean
}

const parsedFonts = new WeakMap<Uint8Array, ParsedFont>()
const WORDS_KEPT = 2000

/** Parsing takes longer than several certificates, so a font is parsed once, and words once shaped are remembered. */
function parsedFont(bytes: Uint8Array): ParsedFont {
  const known = parsedFonts.get(bytes)
  if (known) return known
  const reader = new PDFDocument({ autoFirstPage: false, font: '' }).font(bytes)
  const font: ParsedFont = Reflect.get(Reflect.get(reader, '_font'), 'font')
  const words = new Map<string, Shaped>()
  const layout = font.layout.bind(font)
  font.layout = (text, features) => {
    const shaped = (features ? null : words.get(text)) ?? shapedAlone(font, () => layout(text, features))
    if (!features) {
      if (words.size >= WORDS_KEPT) words.clear()
      words.set(text, shaped)
    }
    return copyOf(shaped)
  }
  parsedFonts.set(bytes, font)
  return font
}

/**
 * fontkit remembers with each glyph the letters it first stood for, or none if it first came as part of another. Were
 * that passed on, text would be lost (ı in a document after one with í) and bytes would depend on what was made before.
 */
function shapedAlone(font: ParsedFont, layout: () => Shaped): Shaped {
  font._glyphs = {}
  const { glyphs, positions } = layout()
  return copyOf({
    glyphs: glyphs.map(({ id, codePoints, advanceWidth }) => ({ id, codePoints, advanceWidth })),
    positions,
    advanceWidth: 0,
  })
}

/** pdfkit scales the positions where they stand, and only then asks for the width of them all. */
function copyOf({ glyphs, positions }: Shaped): Shaped {
  return {
    glyphs,
    positions: positions.map(({ xAdvance, yAdvance, xOffset, yOffset }) => ({ xAdvance, yAdvance, xOffset, yOffset })),
    get advanceWidth() {
      return this.positions.reduce((sum, position) => sum + position.xAdvance, 0)
    },
  }
}

export function tidied(text: string): string {
  return text.toWellFormed().replace(/\p{Cc}+/gu, ' ')
}

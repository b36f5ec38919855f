import { qrBars } from '#server/qr.ts'
import { type ClaimRow, type Claims, certificateTitle, claimLabels, claimRows, exampleNotice } from './shared/claims.ts'
import { bytesOf, openDocument } from './tagged-document.ts'
import {
  type Fonts,
  type Setting,
  type Style,
  type Typesetter,
  tidied,
  typesetter,
  UNPRINTABLE,
} from './typesetting.ts'

export type Check = {
  /** Where the QR code leads, printed as well. */
  checkAddress: string
  /** As `checkCode` gives it. */
  code: string
  /** Where a person may type the code; printed when given. */
  codeAddress?: string
  fonts: Fonts
  /** Milliseconds UTC. The same claims, check and moment give the same bytes. */
  madeAt: number
  /** What its holder added to what was printed. Never given where anyone else asks for the document. */
  added?: readonly ClaimRow[]
}

type Parent = { add: (child: PDFKit.PDFStructureElement) => unknown }
/** A part of the page whose height is known before it is drawn. */
type Block = { height: number; draw: (y: number) => void }

export const INK = '#12243a'
export const SOFT = '#51627a'
export const LINE = '#d5dce4'
const WASH = '#f3f5f8'
export const TEAL = '#00635f'

export const PAGE = { width: 595.28, height: 841.89 }
export const EDGE = 60
export const WIDTH = PAGE.width - 2 * EDGE
const LABELS = 138
const QR = 96
const GAP = 3
const UNPRINTABLE_NOTE = `${UNPRINTABLE} stands for a letter that this file cannot print. The check page shows it.`

/** Text that the head and the foot of the page show; all other claims stand in the table. */
const SHOWN_LARGE: ReadonlySet<string> = new Set([
  claimLabels.person,
  claimLabels.course,
  claimLabels.dates,
  claimLabels.partnership,
  claimLabels.signatory,
])

/**
 * The certificate as an A4 page in PDF 1.7, tagged for PDF/UA-1, with real text in embedded fonts.
 * What does not fit runs on to a second page. A letter that the fonts lack is printed □, and a note says so.
 */
export async function certificatePdf(claims: Claims, check: Check): Promise<Uint8Array> {
  const title = `${certificateTitle} – ${tidied(claims.person)} – ${tidied(claims.course)}`
  const doc = openDocument({
    title: claims.example ? `${title} (${exampleNotice})` : title,
    author: tidied(claims.partnership),
    subject: tidied(claims.number),
    madeAt: check.madeAt,
  })
  write(doc, claims, check)
  return bytesOf(doc)
}

function write(doc: PDFKit.PDFDocument, claims: Claims, check: Check) {
  const set = typesetter(doc, check.fonts)
  const root = doc.struct('Document')
  doc.addStructure(root)

  const foot = footBlock(doc, set, root, claims, check)
  const end = PAGE.height - 52
  const start = claims.example ? 84 : 56
  const room = end - foot.height - 24 - start
  let blocks: Block[] = []
  for (const scale of [1, 0.93, 0.86]) {
    blocks = bodyBlocks(doc, set, root, claims, check.added ?? [], scale)
    if (stackHeight(blocks) <= room) break
  }

  doc.addPage({ size: 'A4', margin: 0 })
  if (claims.example) exampleBand(doc, set, root)
  // Room to spare goes above and below, more of it below.
  let y = start + Math.max(0, Math.min(40, (room - stackHeight(blocks)) * 0.25))
  for (const block of blocks) {
    if (y + block.height > end) y = nextPage(doc, set, root, claims)
    block.draw(y)
    y += block.height
  }
  if (y + 24 + foot.height > end) nextPage(doc, set, root, claims)
  foot.draw(end - foot.height)
  root.end()
}

/** Opens a further page and answers where on it to go on. */
function nextPage(doc: PDFKit.PDFDocument, set: Typesetter, root: Parent, claims: Claims): number {
  doc.addPage({ size: 'A4', margin: 0 })
  if (claims.example) exampleBand(doc, set, root)
  const running = set.text(
    `${certificateTitle} ${claims.number}, continued`,
    { face: 'regular', size: 9, colour: SOFT },
    WIDTH,
  )
  artifact(doc, () => set.draw(running, EDGE, 60))
  return 60 + running.height + 14
}

function exampleBand(doc: PDFKit.PDFDocument, set: Typesetter, root: Parent) {
  artifact(doc, () => doc.rect(0, 0, PAGE.width, 40).fill(WASH))
  const notice = set.text(exampleNotice, { face: 'bold', size: 11, colour: INK }, WIDTH)
  root.add(set.element('P', notice, EDGE, 13))
}

function bodyBlocks(
  doc: PDFKit.PDFDocument,
  set: Typesetter,
  root: PDFKit.PDFStructureElement,
  claims: Claims,
  added: readonly ClaimRow[],
  scale: number,
): Block[] {
  const paragraph = (text: string, style: Style, after: number, tag = 'P'): Block => {
    const setting = set.text(text, style, WIDTH)
    return {
      height: setting.height + after * scale,
      draw: (y) => root.add(set.element(tag, setting, EDGE, y)),
    }
  }
  const soft = { face: 'regular', size: 11 * scale, colour: SOFT } as const
  // pdfkit waits for every element it has made, so the table is made only when its first row is drawn.
  let table: PDFKit.PDFStructureElement | null = null
  const intoTable = (row: PDFKit.PDFStructureElement) => {
    if (!table) {
      table = doc.struct('Table')
      root.add(table)
    }
    table.add(row)
  }
  const rows = [...claimRows(claims), ...added].filter(([label]) => !SHOWN_LARGE.has(label))
  return [
    paragraph(claims.partnership, { face: 'bold', size: 13 * scale, colour: INK }, 12),
    rule(doc, TEAL, 3, 26 * scale),
    paragraph(certificateTitle, { face: 'regular', size: 21 * scale, colour: TEAL }, 20, 'H1'),
    paragraph(claims.person, fitted(set, claims.person, [30, 26, 22], 16 * scale), 11),
    paragraph('attended', soft, 9),
    paragraph(claims.course, fitted(set, claims.course, [19, 17], 15 * scale), 8),
    paragraph(claims.dates, { face: 'regular', size: 12.5 * scale, colour: INK }, 26),
    ...rows.map(([label, value]) => rowBlock(doc, set, intoTable, label, value, scale)),
    rule(doc, LINE, 0.75, 0),
  ]
}

/** Bold, in the largest of the sizes at which the words stand in one line, else in `otherwise`. */
function fitted(set: Typesetter, words: string, sizes: number[], otherwise: number): Style {
  const style = (size: number): Style => ({ face: 'bold', size, colour: INK })
  return style(sizes.find((size) => set.text(words, style(size), WIDTH).lines.length < 2) ?? otherwise)
}

function rowBlock(
  doc: PDFKit.PDFDocument,
  set: Typesetter,
  intoTable: (row: PDFKit.PDFStructureElement) => void,
  label: string,
  value: string | readonly string[],
  scale: number,
): Block {
  const size = 10.5 * scale
  const pad = 7.5 * scale
  const indent = 14 * scale
  const width = WIDTH - LABELS
  const head = set.text(label, { face: 'regular', size, colour: SOFT }, LABELS - 12)
  const style: Style = { face: 'regular', size, colour: INK }
  const items =
    typeof value === 'string'
      ? [set.text(value, style, width)]
      : value.map((item) => set.text(item, style, width - indent))
  const gap = 3.5 * scale
  const height = Math.max(head.height, stackHeight(items, gap)) + 2 * pad

  const cell = (y: number) => {
    const [only] = items
    const left = EDGE + LABELS
    if (typeof value === 'string' && only) return set.element('TD', only, left, y)
    const list = doc.struct('L')
    const bullet = set.text('•', { ...style, colour: TEAL }, indent)
    let top = y
    for (const item of items) {
      const at = top
      list.add(
        doc.struct('LI', {}, [set.element('Lbl', bullet, left, at), set.element('LBody', item, left + indent, at)]),
      )
      top += item.height + gap
    }
    list.end()
    return doc.struct('TD', {}, list)
  }
  const draw = (y: number) => {
    artifact(doc, () => doc.rect(EDGE, y, WIDTH, 0.75).fill(LINE))
    intoTable(doc.struct('TR', {}, [set.element('TH', head, EDGE, y + pad, { scope: 'Row' }), cell(y + pad)]))
  }
  return { height, draw }
}

function footBlock(doc: PDFKit.PDFDocument, set: Typesetter, root: Parent, claims: Claims, check: Check): Block {
  const x = EDGE + LABELS
  const width = WIDTH - LABELS - QR - 26
  const soft: Style = { face: 'regular', size: 9, colour: SOFT }
  const strong: Style = { face: 'bold', size: 10.5, colour: INK }
  const left = [
    set.text(claimLabels.signatory, soft, LABELS - 16),
    set.text(claims.signatory.name, strong, LABELS - 16),
    set.text(claims.signatory.job, soft, LABELS - 16),
  ].filter(({ lines }) => lines.length > 0)
  const heading = set.text('Check this certificate', strong, width)
  const address = set.text(check.checkAddress, { ...soft, colour: TEAL }, width)
  const right = [
    heading,
    set.text('Scan the square, or open', soft, width),
    address,
    set.text(check.codeAddress ? 'or type this code at' : 'or use this code', soft, width),
    ...(check.codeAddress ? [set.text(check.codeAddress, { ...soft, colour: INK }, width)] : []),
    set.text(check.code, strong, width),
    ...(set.allPrintable(claimRows(claims).flat(2).join('')) ? [] : [set.text(UNPRINTABLE_NOTE, soft, width)]),
  ]
  const height = Math.max(QR, stackHeight(left, GAP), stackHeight(right, GAP))

  const draw = (y: number) => {
    let at = y
    for (const setting of left) {
      root.add(set.element('P', setting, EDGE, at))
      at += setting.height + GAP
    }
    at = y
    for (const setting of right) {
      if (setting === address) root.add(linkParagraph(doc, set, check.checkAddress, address, x, at))
      else root.add(set.element(setting === heading ? 'H2' : 'P', setting, x, at))
      at += setting.height + GAP
    }
    root.add(qrFigure(doc, check.checkAddress, PAGE.width - EDGE - QR, y))
  }
  return { height, draw }
}

function linkParagraph(
  doc: PDFKit.PDFDocument,
  set: Typesetter,
  address: string,
  setting: Setting,
  x: number,
  y: number,
) {
  const link = doc.struct('Link')
  link.add(() => {
    set.draw(setting, x, y)
    // pdfkit prints a primitive string as a PDF name, an object as a PDF string.
    const options = { structParent: link, Contents: Object('Check this certificate') }
    doc.link(x, y, setting.width, setting.height, address, options)
  })
  return doc.struct('P', {}, link)
}

function qrFigure(doc: PDFKit.PDFDocument, address: string, x: number, y: number) {
  const { size, bars } = qrBars(address)
  const side = QR / size
  return doc.struct(
    'Figure',
    { alt: `QR code that opens ${address}`, placement: 'Block', bbox: [x, y, x + QR, y + QR] },
    () => {
      for (const [column, row, length] of bars) {
        doc.rect(x + column * side, y + row * side, length * side, side)
      }
      doc.fill(INK)
    },
  )
}

function rule(doc: PDFKit.PDFDocument, colour: string, thick: number, after: number): Block {
  const draw = (y: number) => artifact(doc, () => doc.rect(EDGE, y, WIDTH, thick).fill(colour))
  return { height: thick + after, draw }
}

/** Drawing that means nothing to a reader, marked so. */
export function artifact(doc: PDFKit.PDFDocument, draw: () => void) {
  doc.markContent('Artifact', { type: 'Layout' })
  draw()
  doc.endMarkedContent()
}

function stackHeight(parts: { height: number }[], gap = 0): number {
  return parts.reduce((sum, part) => sum + part.height + gap, -gap)
}

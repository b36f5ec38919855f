/*
 * One of the two painters of a report outside the browser (report-csv.ts is the other): how a heading, a table, a picture and a page are made
 * in Word, so that Word, LibreOffice and a screen reader know them as such. Long, because a Word document says everything itself.
 */
import type * as Docx from 'docx'
import { drawingWidths, drawSvg } from './shared/drawing.ts'
import type { Cell, Figure, FigureTable } from './shared/figures.ts'
import { figure as number } from './shared/pictures.ts'

/** A drawing as PNG, that many pixels wide. */
export type Pixels = (svg: string, width: number) => Promise<Uint8Array>

/** What the file says of itself, and what stands at the top and the foot of each page. */
export interface Edges {
  title: string
  subject: string
  creator: string
  description: string
  /** Before everything else at the top of each page; null on an issued report. */
  mark: string | null
  top: string
  foot: string
}

/** A4 with margins of 2 cm, in twentieths of a point, and the width between them. */
const paper = { width: 11906, height: 16838, margin: 1134 }
const textWidth = paper.width - 2 * paper.margin
/** The same in the pixels of a picture. */
const pictureWidth = 640
const pictureHeight = 760

const look = { font: 'Arial', ink: '12243A', soft: '4A5B6E', line: '9AA8B8', wash: 'EEF2F6', warning: 'B4690E' }

/** Header row, lines and first column, once for all tables: whoever wants another look changes the one style in Word. */
const tableStyle = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="table" w:customStyle="1" w:styleId="FigureTable"><w:name w:val="Figure table"/><w:uiPriority w:val="99"/><w:qFormat/><w:pPr><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="19"/><w:szCs w:val="19"/></w:rPr><w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="${look.ink}"/><w:bottom w:val="single" w:sz="8" w:space="0" w:color="${look.ink}"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="${look.line}"/></w:tblBorders><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="${look.ink}"/></w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="${look.wash}"/></w:tcPr></w:tblStylePr><w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style></w:styles>`

// The strokes

const breath = () => new Promise<void>((resolve) => setTimeout(resolve))

export type Block = Docx.Paragraph | Docx.Table

export interface Painter {
  /** `isKept`: on the page of what follows. */
  line(words: string, style?: string, isKept?: boolean): Docx.Paragraph
  heading(words: string, level: 1 | 2 | 3, more?: { onNewPage?: boolean; anchor?: string }): Docx.Paragraph
  title(words: string): Docx.Paragraph
  bullet(words: string): Docx.Paragraph
  link(words: string, anchor: string): Docx.Paragraph
  table(table: FigureTable): Block[]
  picture(figure: Pick<Figure, 'picture' | 'sentence' | 'title'>, id: string): Promise<Docx.Paragraph[]>
  /** A figure in one paragraph: its name, what it says, and small whose saying it is. */
  brief(title: string, words: string, small: string): Docx.Paragraph
  /** The document of those blocks. */
  bytes(children: Block[], edges: Edges): Promise<Uint8Array<ArrayBuffer>>
}

interface CellLook {
  isText: boolean
  keepNext: boolean
  size: number | null
}

/** A megabyte of library that only those load who want a document. */
export async function openPainter(pixels: Pixels): Promise<Painter> {
  const docx = await import('docx')
  const levels = { 1: docx.HeadingLevel.HEADING_1, 2: docx.HeadingLevel.HEADING_2, 3: docx.HeadingLevel.HEADING_3 }
  // Pages share pictures; drawing one takes longer than anything else here, so the server breathes between two.
  const drawn = new Map<string, Promise<Uint8Array>>()
  const png = (svg: string, id: string) => {
    const key = svg.replaceAll(id, '')
    const known = drawn.get(key) ?? breath().then(() => pixels(svg, pictureWidth * 1.5))
    drawn.set(key, known)
    return known
  }
  const cell = (value: Cell, width: number, { isText, keepNext, size }: CellLook) =>
    new docx.TableCell({
      width: { size: width, type: docx.WidthType.DXA },
      children: [
        new docx.Paragraph({
          children: [new docx.TextRun({ text: said(value), ...(size === null ? {} : { size }) })],
          keepNext,
          spacing: { before: 40, after: 40, line: 240, lineRule: 'auto' },
          alignment: isText ? docx.AlignmentType.LEFT : docx.AlignmentType.RIGHT,
        }),
      ],
    })
  return {
    line: (words, style, isKept = false) =>
      new docx.Paragraph({ text: words, keepNext: isKept, ...(style ? { style } : {}) }),
    title: (words) => new docx.Paragraph({ text: words, heading: docx.HeadingLevel.TITLE }),
    heading: (words, level, { onNewPage = false, anchor } = {}) =>
      new docx.Paragraph({
        heading: levels[level],
        ...(onNewPage && { pageBreakBefore: true, spacing: { before: 0, after: 120 } }),
        children: anchor
          ? [new docx.Bookmark({ id: anchor, children: [new docx.TextRun(words)] })]
          : [new docx.TextRun(words)],
      }),
    bullet: (words) => new docx.Paragraph({ text: words, bullet: { level: 0 }, spacing: { after: 60 } }),
    brief: (title, words, small) =>
      new docx.Paragraph({
        keepLines: true,
        children: [
          new docx.TextRun({ text: `${title}${/[.?!]$/.test(title) ? '' : '.'} `, bold: true }),
          new docx.TextRun(words),
          ...(small ? [new docx.TextRun({ text: ` ${small}`, size: 18, color: look.soft })] : []),
        ],
      }),
    bytes: async (children, edges) =>
      new Uint8Array(await docx.Packer.toArrayBuffer(documentOf(docx, children, edges))) as Uint8Array<ArrayBuffer>,
    link: (words, anchor) =>
      new docx.Paragraph({
        spacing: { after: 40 },
        children: [
          new docx.InternalHyperlink({ anchor, children: [new docx.TextRun({ text: words, style: 'Hyperlink' })] }),
        ],
      }),
    table: ({ caption, head, rows, foot }) => {
      const { widths, size } = columnsOf(head, rows)
      const isText = head.map(
        (_, n) => n === 0 || (rows.some((row) => isWords(row[n])) && !rows.some((row) => typeof row[n] === 'number')),
      )
      const row = (cells: readonly Cell[], isHead: boolean, keepNext: boolean) =>
        new docx.TableRow({
          tableHeader: isHead,
          cantSplit: true,
          children: head.map((_, n) => cell(cells[n] ?? '', widths[n]!, { isText: isText[n]!, keepNext, size })),
        })
      const all = foot ? [...rows, foot] : rows
      return [
        new docx.Paragraph({ text: caption, style: 'Caption' }),
        new docx.Table({
          style: 'FigureTable',
          tableLook: {
            firstRow: true,
            firstColumn: false,
            lastRow: foot !== undefined,
            lastColumn: false,
            noHBand: true,
            noVBand: true,
          },
          width: { size: textWidth, type: docx.WidthType.DXA },
          columnWidths: widths,
          layout: docx.TableLayoutType.FIXED,
          // The first rows stay with their head; a short table stays whole.
          rows: [
            row(head, true, true),
            ...all.map((one, n) => row(one, false, all.length <= 16 ? n < all.length - 1 : n < 2)),
          ],
        }),
        // Two tables may not touch; so low that it never goes onto a page of its own.
        new docx.Paragraph({ text: '', spacing: { after: 140, line: 20, lineRule: 'exact' } }),
      ]
    },
    picture: async ({ picture, sentence, title }, id) => {
      if (!picture) return []
      const svg = drawSvg(picture, { id, title: sentence, width: drawingWidths.desk })
      const [, width = '1', height = '1'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
      // As wide as the page, or as high as it together with its heading and its sentence.
      const scale = Math.min(pictureWidth / Number(width), pictureHeight / Number(height))
      const transformation = {
        width: Math.round(Number(width) * scale),
        height: Math.round(Number(height) * scale),
      }
      return [
        new docx.Paragraph({
          keepNext: true,
          spacing: { before: 120, after: 120, line: 240, lineRule: 'auto' },
          children: [
            new docx.ImageRun({
              type: 'svg',
              data: new TextEncoder().encode(svg),
              transformation,
              fallback: { type: 'png', data: await png(svg, id) },
              altText: { name: id, title, description: sentence },
            }),
          ],
        }),
      ]
    },
  }
}

/** Words and dates stand at the left of their column; counts, sums and what stands in a count’s place at its right. */
const isWords = (cell: Cell | undefined): boolean =>
  typeof cell === 'string' &&
  cell !== '' &&
  !/^Not (shown|asked)\b/.test(cell) &&
  (isDate.test(cell) || !/^[\d£–-]/.test(cell))
const isDate = /^\d{1,2} [A-Z]/

/** Half points of the letters in a table: the style's own, and what a wide one takes. */
const letterSizes = [19, 17, 15, 13] as const

interface Columns {
  widths: number[]
  /** Null for the style’s own. */
  size: number | null
}

/** Each column wide enough for its longest word, the rest given to those whose words need it; a wide table takes smaller letters. */
function columnsOf(head: readonly string[], rows: readonly (readonly Cell[])[]): Columns {
  const words = head.map((title, n) => [title, ...rows.map((row) => said(row[n] ?? ''))])
  const longest = words.map((column) => Math.max(...column.flatMap((one) => one.split(/[\s–-]/)).map(lengthOf), 3))
  const wanted = words.map((column) => Math.max(...column.slice(1).map(lengthOf), 6))
  // With the cell's own margins and, for the least, a wide letter such as the m of “Came”.
  const padding = 190
  const leastAt = (size: number) => longest.map((letters) => Math.ceil(letters * size * 5.9) + padding + 60)
  const size = letterSizes.find((one) => sumOf(leastAt(one)) <= textWidth) ?? 13
  const least = leastAt(size)
  const widths = shared(
    least,
    wanted.map((letters) => letters * size * 5.4 + padding),
  )
  widths[0]! += textWidth - sumOf(widths)
  return { widths, size: size === letterSizes[0] ? null : size }
}

/** What each asks for; where that is too much, those that ask for most go without first, none below its least. */
function shared(least: readonly number[], wanted: readonly number[]): number[] {
  const upTo = (most: number) => least.map((one, n) => Math.max(one, Math.floor(Math.min(wanted[n]!, most))))
  let [low, high] = [0, textWidth]
  for (let n = 0; n < 20; n++) {
    const most = (low + high) / 2
    if (sumOf(upTo(most)) <= textWidth) low = most
    else high = most
  }
  return upTo(low)
}

const lengthOf = ({ length }: string): number => length
const sumOf = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0)
const said = (cell: Cell): string => (typeof cell === 'number' ? number(cell) : cell)

// The document around them

function documentOf(docx: typeof Docx, children: Block[], edges: Edges): Docx.Document {
  const { title, subject, creator, description, mark, top, foot } = edges
  return new docx.Document({
    title,
    subject,
    creator,
    lastModifiedBy: creator,
    description,
    externalStyles: tableStyle,
    styles: styles(),
    sections: [
      {
        properties: {
          page: {
            size: { width: paper.width, height: paper.height },
            margin: { top: paper.margin, bottom: paper.margin, left: paper.margin, right: paper.margin },
          },
        },
        headers: {
          default: new docx.Header({
            children: [
              new docx.Paragraph({
                style: 'Edge',
                children: [
                  ...(mark ? [new docx.TextRun({ text: mark, bold: true, size: 20, color: look.warning })] : []),
                  new docx.TextRun(mark ? ` · ${top}` : top),
                ],
              }),
            ],
          }),
        },
        footers: {
          default: new docx.Footer({
            children: [
              new docx.Paragraph({
                style: 'Edge',
                children: [
                  new docx.TextRun({
                    children: [`${foot} · page `, docx.PageNumber.CURRENT, ' of ', docx.PageNumber.TOTAL_PAGES],
                  }),
                ],
              }),
            ],
          }),
        },
        children,
      },
    ],
  })
}

function styles(): Docx.IStylesOptions {
  const run = (size: number) => ({ font: look.font, size, bold: true, color: look.ink })
  const heading = (size: number, before: number, after: number) => ({
    run: run(size),
    paragraph: { spacing: { before, after }, keepNext: true },
  })
  return {
    default: {
      document: {
        run: { font: look.font, size: 21, color: look.ink, language: { value: 'en-GB', eastAsia: 'en-GB' } },
        paragraph: { spacing: { after: 120, line: 276, lineRule: 'auto' } },
      },
      title: { run: run(40), paragraph: { spacing: { before: 0, after: 160 } } },
      heading1: heading(32, 360, 120),
      heading2: heading(26, 320, 100),
      heading3: heading(22, 240, 60),
    },
    paragraphStyles: [
      { id: 'Lead', name: 'Lead', basedOn: 'Normal', run: { size: 25 }, paragraph: { spacing: { after: 160 } } },
      { id: 'Soft', name: 'Soft', basedOn: 'Normal', run: { size: 18, color: look.soft } },
      {
        id: 'Question',
        name: 'Question',
        basedOn: 'Normal',
        paragraph: { spacing: { before: 140, after: 20 } },
      },
      { id: 'Edge', name: 'Edge', basedOn: 'Normal', run: { size: 16, color: look.soft } },
      {
        id: 'Caption',
        name: 'caption',
        basedOn: 'Normal',
        run: { size: 19, bold: true },
        paragraph: { spacing: { before: 120, after: 60 }, keepNext: true },
      },
      {
        id: 'Warning',
        name: 'Warning',
        basedOn: 'Normal',
        run: { bold: true },
        paragraph: {
          border: { left: { style: 'single', size: 24, color: look.warning, space: 8 } },
          indent: { left: 160 },
        },
      },
    ],
  }
}

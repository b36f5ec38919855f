/* One of the two painters of a report outside the browser (report-csv.ts is the other): long, because a Word document says everything itself. */
import type * as Docx from 'docx'
import type { ReportBody, Wording } from './report-body.ts'
import { coverOf } from './report-cover.ts'
import { drawingWidths, drawSvg } from './shared/drawing.ts'
import {
  type Cell,
  type Figure,
  type FigureTable,
  figureLabels,
  figureParts,
  isSelfReported,
  notAsked,
  tooFew,
} from './shared/figures.ts'
import type { ImpactPage } from './shared/pages.ts'
import { figure as number } from './shared/pictures.ts'

/** A4 with margins of 2 cm, in twentieths of a point, and the width between them. */
const paper = { width: 11906, height: 16838, margin: 1134 }
const textWidth = paper.width - 2 * paper.margin
/** The same in the pixels of a picture. */
const pictureWidth = 640

const look = { font: 'Arial', ink: '12243A', soft: '4A5B6E', line: '9AA8B8', wash: 'EEF2F6' }

/** Header row, lines and first column, once for all tables: whoever wants another look changes the one style in Word. */
const tableStyle = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="table" w:customStyle="1" w:styleId="FigureTable"><w:name w:val="Figure table"/><w:uiPriority w:val="99"/><w:qFormat/><w:pPr><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="19"/><w:szCs w:val="19"/></w:rPr><w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="${look.ink}"/><w:bottom w:val="single" w:sz="8" w:space="0" w:color="${look.ink}"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="${look.line}"/></w:tblBorders><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="${look.ink}"/></w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="${look.wash}"/></w:tcPr></w:tblStylePr><w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style></w:styles>`

export interface DocumentWorld {
  hash: string | null
  partnership: string
  /** Of one page alone, by its key; without it the report whole. */
  only?: string
  /** A drawing as PNG, that many pixels wide. */
  pixels: (svg: string, width: number) => Promise<Uint8Array>
}

/**
 * The Word document of exactly what the body holds: headings, tables and pictures that Word, LibreOffice and a screen reader know as such.
 * A draft has no hash and is marked as one on every page.
 */
export async function reportDocument(
  whole: ReportBody,
  { hash, partnership, only, pixels }: DocumentWorld,
): Promise<Uint8Array> {
  const body = only === undefined ? whole : { ...whole, pages: whole.pages.filter(({ key }) => key === only) }
  const isOwn = body.pages[0]?.key === whole.pages[0]?.key
  // A megabyte that only those need who want a document.
  const docx = await import('docx')
  const paint = painter(docx, pixels)
  const children = isOwn ? await coverPage(paint, body, hash) : opening(paint, body, hash)
  if (body.pages.length > 1) children.push(...contents(paint, body))
  for (const [n, page] of body.pages.entries()) children.push(...(await pageOf(paint, page, n, body)))
  children.push(...closing(paint, body, hash))
  const named = body.issued ? `Report ${body.issued.number}` : 'DRAFT'
  const document = new docx.Document({
    title: body.title,
    subject: body.period,
    creator: partnership,
    lastModifiedBy: partnership,
    description: body.issued
      ? `${named}, issued on ${body.issued.words}. SHA-256 ${hash}`
      : 'A draft: not agreed and issued yet',
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
              paint.line(`${partnership} · ${body.issued ? named : 'DRAFT, not issued'} · ${body.title}`, 'Edge'),
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
                    children: [
                      hash ? `SHA-256 ${hash.slice(0, 16)}… · page ` : 'DRAFT · page ',
                      docx.PageNumber.CURRENT,
                      ' of ',
                      docx.PageNumber.TOTAL_PAGES,
                    ],
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
  return new Uint8Array(await docx.Packer.toArrayBuffer(document))
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
      heading1: heading(32, 0, 120),
      heading2: heading(26, 320, 100),
      heading3: heading(22, 240, 60),
    },
    paragraphStyles: [
      { id: 'Lead', name: 'Lead', basedOn: 'Normal', run: { size: 25 }, paragraph: { spacing: { after: 160 } } },
      { id: 'Soft', name: 'Soft', basedOn: 'Normal', run: { size: 18, color: look.soft } },
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
          border: { left: { style: 'single', size: 24, color: 'B4690E', space: 8 } },
          indent: { left: 160 },
        },
      },
    ],
  }
}

// The strokes of the painter

const breath = () => new Promise<void>((resolve) => setTimeout(resolve))

type Block = Docx.Paragraph | Docx.Table

interface Painter {
  /** `isKept`: on the page of what follows. */
  line(words: string, style?: string, isKept?: boolean): Docx.Paragraph
  heading(words: string, level: 1 | 2 | 3, more?: { onNewPage?: boolean; anchor?: string }): Docx.Paragraph
  title(words: string): Docx.Paragraph
  bullet(words: string): Docx.Paragraph
  link(words: string, anchor: string): Docx.Paragraph
  table(table: FigureTable): Block[]
  picture(figure: Pick<Figure, 'picture' | 'sentence' | 'title'>, id: string): Promise<Docx.Paragraph[]>
}

function painter(docx: typeof Docx, pixels: DocumentWorld['pixels']): Painter {
  const levels = { 1: docx.HeadingLevel.HEADING_1, 2: docx.HeadingLevel.HEADING_2, 3: docx.HeadingLevel.HEADING_3 }
  // Pages share pictures; drawing one takes longer than anything else here, so the server breathes between two.
  const drawn = new Map<string, Promise<Uint8Array>>()
  const png = (svg: string, id: string) => {
    const key = svg.replaceAll(id, '')
    const known = drawn.get(key) ?? breath().then(() => pixels(svg, pictureWidth * 1.5))
    drawn.set(key, known)
    return known
  }
  const cell = (value: Cell, width: number, isText: boolean, keepNext: boolean) =>
    new docx.TableCell({
      width: { size: width, type: docx.WidthType.DXA },
      children: [
        new docx.Paragraph({
          text: typeof value === 'number' ? number(value) : value,
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
        pageBreakBefore: onNewPage,
        children: anchor
          ? [new docx.Bookmark({ id: anchor, children: [new docx.TextRun(words)] })]
          : [new docx.TextRun(words)],
      }),
    bullet: (words) => new docx.Paragraph({ text: words, bullet: { level: 0 }, spacing: { after: 60 } }),
    link: (words, anchor) =>
      new docx.Paragraph({
        spacing: { after: 40 },
        children: [
          new docx.InternalHyperlink({ anchor, children: [new docx.TextRun({ text: words, style: 'Hyperlink' })] }),
        ],
      }),
    table: ({ caption, head, rows, foot }) => {
      const widths = columnWidths(head, rows)
      const isText = head.map((_, n) => n === 0 || rows.some((row) => isWords(row[n])))
      const row = (cells: readonly Cell[], isHead: boolean, keepNext: boolean) =>
        new docx.TableRow({
          tableHeader: isHead,
          cantSplit: true,
          children: head.map((_, n) => cell(cells[n] ?? '', widths[n]!, isText[n]!, keepNext)),
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
            ...all.map((one, n) => row(one, false, all.length <= 12 ? n < all.length - 1 : n < 2)),
          ],
        }),
        new docx.Paragraph({ text: '', spacing: { after: 60, line: 120, lineRule: 'auto' } }),
      ]
    },
    picture: async ({ picture, sentence, title }, id) => {
      if (!picture) return []
      const svg = drawSvg(picture, { id, title: sentence, width: drawingWidths.desk })
      const [, width = '1', height = '1'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
      const transformation = {
        width: pictureWidth,
        height: Math.round((pictureWidth * Number(height)) / Number(width)),
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

/** Words stand at the left of their column; counts, sums, dates and what stands in a count’s place at its right. */
const isWords = (cell: Cell | undefined): boolean =>
  typeof cell === 'string' && cell !== '' && cell !== tooFew && cell !== notAsked && !/^[\d£–-]/.test(cell)

/** The first column as wide as its words need, the others as even as theirs let them. */
function columnWidths(head: readonly string[], rows: readonly Cell[][]): number[] {
  const longest = head.map((words, n) =>
    Math.max(
      // A heading breaks at its spaces.
      ...words.split(' ').map(({ length }) => length),
      ...rows.map((row) => Math.min(String(row[n] ?? '').length, n === 0 ? 46 : 34)),
      6,
    ),
  )
  const sum = longest.reduce((total, one) => total + one, 0)
  const widths = longest.map((one) => Math.floor((textWidth * one) / sum))
  widths[0]! += textWidth - widths.reduce((total, one) => total + one, 0)
  return widths
}

// The parts of the document

async function coverPage(paint: Painter, body: ReportBody, hash: string | null): Promise<Block[]> {
  const { sentences, bar, asks } = coverOf(body)
  const picture = bar
    ? await paint.picture(
        { picture: { kind: 'whole-room', room: bar.room }, sentence: bar.sentence, title: 'Everyone who came' },
        'cover-bar',
      )
    : []
  return [
    ...opening(paint, body, hash),
    paint.heading('For the safeguarding partners', 2),
    ...sentences.map((words) => paint.line(words, 'Lead')),
    ...picture,
    paint.heading('What we ask you to decide', 2),
    ...(asks.length ? asks.map((ask, n) => paint.line(`${n + 1}. ${ask}`)) : [paint.line('No decision is asked for.')]),
  ]
}

/** What it is, of when, whose hash. */
const opening = (paint: Painter, body: ReportBody, hash: string | null): Block[] => [
  paint.title(body.title),
  paint.line(identity(body), 'Soft'),
  hash
    ? paint.line(`SHA-256 of its body: ${hash}`, 'Soft')
    : paint.line('DRAFT: not issued. Its figures may still change.', 'Warning'),
]

const identity = ({ issued, agreed, period }: ReportBody): string =>
  [
    period,
    ...(issued ? [`report ${issued.number}, issued on ${issued.words}`] : []),
    ...(agreed ? [`agreed by the sub-group on ${agreed.words}`] : []),
  ].join(' · ')

const anchorOf = (n: number) => `page-${n + 1}`

/** Links, not a field: a field would stand empty until somebody updates it. */
function contents(paint: Painter, body: ReportBody): Block[] {
  return [
    paint.heading('Contents', 1, { onNewPage: true }),
    ...body.pages.map(({ title }, n) => paint.link(title, anchorOf(n))),
    paint.link('How this was counted', 'method'),
    paint.link('What was asked', 'wordings'),
  ]
}

async function pageOf(paint: Painter, page: ImpactPage, n: number, body: ReportBody): Promise<Block[]> {
  const blocks: Block[] = [
    paint.heading(page.title, 1, { onNewPage: true, anchor: anchorOf(n) }),
    ...(page.lead ? [paint.line(page.lead, 'Lead')] : []),
    ...(page.provisional ? [paint.line(`Provisional. ${page.provisional}`, 'Warning')] : []),
    ...(page.earlySigns ? [paint.line('Early signs: few of those who came have answered.', 'Warning')] : []),
    paint.line(`As it was on ${page.asOf}`, 'Soft'),
  ]
  for (const [part, words] of Object.entries(figureParts)) {
    const figures = page.figures.filter((one) => one.part === part)
    if (!figures.length) continue
    blocks.push(paint.heading(words, 2))
    for (const one of figures) blocks.push(...(await figureBlocks(paint, one, `p${n + 1}-${one.key}`)))
  }
  const own = page.method.filter((words) => !body.method.includes(words))
  if (n > 0 && own.length)
    blocks.push(paint.heading('How this page was counted', 2), ...own.map((words) => paint.line(words, 'Soft')))
  return blocks
}

async function figureBlocks(paint: Painter, one: Figure, id: string): Promise<Block[]> {
  const label = one.label ? `${figureLabels[one.label]}${isSelfReported(one.label) ? ' · self-reported' : ''}` : null
  const small = [label, one.base?.words].filter(Boolean).join(' · ')
  const isShown = one.picture !== null || one.table !== null
  return [
    paint.heading(one.title, 3),
    paint.line(one.sentence, undefined, isShown || small !== ''),
    ...(small ? [paint.line(small, 'Soft', isShown)] : []),
    ...(one.notShown ? [paint.line(one.notShown, 'Soft')] : []),
    ...(await paint.picture(one, id.replaceAll(/[^\w-]/g, '-'))),
    ...(one.table ? paint.table(one.table) : []),
    paint.line(`Definition: ${one.definition}`, 'Soft'),
    ...one.drillDown.map((words) => paint.line(words, 'Soft')),
  ]
}

function closing(paint: Painter, body: ReportBody, hash: string | null): Block[] {
  const { agreed, corrections, method, cannotTell, wordings } = body
  return [
    paint.heading('How this was counted', 1, { onNewPage: true, anchor: 'method' }),
    ...method.map((words) => paint.line(words)),
    paint.heading('What this cannot tell you', 2),
    ...cannotTell.map((words) => paint.bullet(words)),
    paint.heading('What was corrected', 2),
    ...corrections.map((words) => paint.line(words)),
    paint.heading('Who agreed it', 2),
    ...(agreed
      ? [
          paint.line(`The sub-group agreed it on ${agreed.words}.`),
          ...paint.table({
            caption: 'Who was there',
            head: ['Agency', 'People'],
            rows: agreed.present.map(({ agency, people }) => [agency, people]),
          }),
        ]
      : [paint.line('The sub-group has not agreed it yet.')]),
    ...(hash
      ? [
          paint.line(
            `The body of this report was frozen when it was issued. SHA-256 of its canonical JSON: ${hash}`,
            'Soft',
          ),
        ]
      : []),
    paint.heading('What was asked', 1, { onNewPage: true, anchor: 'wordings' }),
    ...wordings.flatMap((wording) => wordingBlocks(paint, wording)),
  ]
}

function wordingBlocks(paint: Painter, { stage, version, publishedOn, course, questions }: Wording): Block[] {
  return [
    paint.heading(`${stage}: ${course ?? 'every course'}, version ${version}`, 2),
    paint.line(`Published on ${publishedOn}.`, 'Soft'),
    ...questions.flatMap(({ text, options }) => [
      paint.line(text),
      ...(options.length ? [paint.line(options.join(' · '), 'Soft')] : []),
    ]),
  ]
}

import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { pngOf } from '#server/impact/pixels.ts'
import { pageDocument, paperDocument } from '#server/impact/report-document.ts'
import { engineFromPackage, fontsFromPackage } from '#server/node/files.ts'
import { sampleBody } from './sample-report.ts'

const world = { engine: engineFromPackage, fonts: fontsFromPackage }
const pixels = (svg: string, width: number) => pngOf(svg, width, world)
const partnership = 'Fernhill Safeguarding Partnership'
const hash = 'ab'.repeat(32)

const address = 'https://training.example/reports/3'

type Body = ReturnType<typeof sampleBody>
const read = (bytes: Uint8Array) => {
  const files = unzipSync(bytes)
  const text = (name: string) => new TextDecoder().decode(files[name])
  return { files, text, document: text('word/document.xml') }
}
const paperOf = async (body: Body = sampleBody(), given: string | null = hash) =>
  read(await paperDocument(body, { hash: given, partnership, address, pixels }))
const pageOf = async (body: Body, n: number) =>
  read(await pageDocument(body, body.pages[n]!, { hash, partnership, address, pixels }))
const wordsOf = (xml: string) =>
  [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)]
    .map(([, words]) => words)
    .join(' ')
    .replaceAll('&amp;', '&')

const attributes = (xml: string, pattern: RegExp) =>
  [...xml.matchAll(pattern)].map(([, one]) => one!.replaceAll('&quot;', '"'))

let paper: Awaited<ReturnType<typeof paperOf>>
let page: Awaited<ReturnType<typeof pageOf>>
beforeAll(async () => {
  paper = await paperOf()
  page = await pageOf(sampleBody(), 0)
})

describe('the Word document of one page of a report', () => {
  const { figures } = sampleBody().pages[0]!

  it('has every table in the one table style, its header row repeated on each page, with exactly the cells that are shown', () => {
    const tables = figures.flatMap(({ table }) => table ?? [])
    const styled = page.document.match(/<w:tblStyle w:val="FigureTable"\/>/g) ?? []
    // One more for who was at the meeting.
    expect(styled).toHaveLength(tables.length + 1)
    expect(page.document.match(/<w:tblHeader\/>/g)).toHaveLength(tables.length + 1)
    expect(page.text('word/styles.xml')).toContain('w:styleId="FigureTable"')
    const words = wordsOf(page.document).replaceAll('&quot;', '"')
    for (const { caption, rows } of tables) {
      expect(words).toContain(caption)
      for (const row of rows)
        for (const cell of row) expect(words).toContain(typeof cell === 'number' ? cell.toLocaleString('en-GB') : cell)
    }
  })

  it('has every definition and every test', () => {
    const words = wordsOf(page.document)
    for (const { definition, drillDown } of figures)
      for (const one of [definition, ...drillDown]) expect(words).toContain(one)
  })

  it('carries each picture as SVG and as PNG, with its sentence as alternative text', () => {
    const pictures = figures.filter(({ picture }) => picture)
    const names = Object.keys(page.files)
    expect(names.filter((name) => name.endsWith('.svg')).length).toBeGreaterThanOrEqual(pictures.length - 1)
    expect(names.filter((name) => name.endsWith('.png')).length).toBeGreaterThanOrEqual(pictures.length - 1)
    const described = attributes(page.document, /<wp:docPr [^>]*descr="([^"]*)"/g)
    expect(described).toHaveLength(pictures.length)
    for (const { sentence } of pictures) expect(described).toContain(sentence)
  })

  it('makes no picture wider or higher than the page', () => {
    const sizes = [...page.document.matchAll(/<wp:extent cx="(\d+)" cy="(\d+)"\/>/g)]
    expect(sizes.length).toBeGreaterThan(5)
    for (const [, width, height] of sizes) {
      // 17 cm and 21 cm, in English Metric Units.
      expect(Number(width)).toBeLessThanOrEqual(17 * 360_000)
      expect(Number(height)).toBeLessThanOrEqual(21 * 360_000)
    }
  })

  it('gives each column of a table the room of its longest word, and the table the width of the text', () => {
    for (const [, grid] of page.document.matchAll(/<w:tblGrid>(.*?)<\/w:tblGrid>/g)) {
      const widths = attributes(grid!, /w:w="(\d+)"/g).map(Number)
      expect(widths.reduce((total, one) => total + one, 0)).toBe(9638)
      for (const width of widths) expect(width).toBeGreaterThan(400)
    }
  })
})

describe('the paper for the meeting', () => {
  it('has a title, real headings of three levels, and links to what is in it', () => {
    const styles = attributes(paper.document, /<w:pStyle w:val="(Title|Heading[123])"\/>/g)
    expect(styles[0]).toBe('Title')
    for (const level of ['Heading1', 'Heading2', 'Heading3']) expect(styles).toContain(level)
    const anchors = attributes(paper.document, /<w:hyperlink [^>]*w:anchor="([^"]+)"/g)
    expect(anchors).toEqual(['own-page', 'below', 'method', 'wordings'])
    expect(attributes(paper.document, /<w:bookmarkStart [^>]*w:name="([^"]+)"/g)).toEqual(
      expect.arrayContaining(anchors),
    )
  })

  it('begins with the cover: three sentences, the bar, the decisions asked for', () => {
    const first = paper.document.slice(0, paper.document.indexOf('In this paper'))
    expect(first.match(/<w:pStyle w:val="Lead"\/>/g)).toHaveLength(3)
    expect(first.match(/<w:drawing>/g)).toHaveLength(1)
    for (const ask of sampleBody().asks) expect(wordsOf(first)).toContain(ask)
  })

  it('has every sentence of the report’s own page, with whose saying it is, and says where all the rest is', () => {
    const words = wordsOf(paper.document).replaceAll('&quot;', '"')
    for (const { title, sentence, base } of sampleBody().pages[0]!.figures)
      for (const one of [title, sentence, base?.words ?? '']) expect(words).toContain(one)
    expect(words).toContain('What they say they do · self-reported')
    expect(words).toContain(address)
    expect(words).not.toContain('Definition:')
  })

  it('has a line for each course, with no more than its page shows', () => {
    const words = wordsOf(paper.document)
    expect(words).toContain('Recognising neglect 9 3 Not shown Not shown Not shown')
    expect(words).toContain('“Not shown”: too few answered, or it would give away how a smaller group did')
  })

  it('names the first corrections and counts the others', async () => {
    const corrections = Array.from({ length: 40 }, (_, n) => `Course ${n}: changed.`)
    const words = wordsOf((await paperOf(sampleBody({ corrections }))).document)
    expect(words).toContain('Course 5: changed.')
    expect(words).not.toContain('Course 6: changed.')
    expect(words).toContain('And 34 more pages')
  })

  it('is in British English, says whose it is and what, and names the hash of its body', () => {
    expect(paper.text('word/styles.xml')).toMatch(/<w:lang [^>]*w:val="en-GB"/)
    const core = paper.text('docProps/core.xml')
    expect(core).toContain('<dc:title>Impact report: programme 2025-26</dc:title>')
    expect(core).toContain(partnership)
    expect(core).toContain(hash)
    expect(wordsOf(paper.document)).toContain(hash)
    const edges = Object.keys(paper.files).filter((name) => /word\/(header|footer)\d*\.xml/.test(name))
    const words = edges.map((name) => paper.text(name)).join()
    expect(words).toContain('Report 3')
    expect(words).toContain(hash.slice(0, 16))
    expect(words).toMatch(/PAGE/)
    expect(words).not.toContain('DRAFT')
  })

  it('says of a draft on every page that it is one', async () => {
    const draft = await paperOf(sampleBody({ issued: null, agreed: null }), null)
    expect(wordsOf(draft.document)).toContain('DRAFT: not issued')
    for (const name of Object.keys(draft.files).filter((name) => /word\/(header|footer)\d*\.xml/.test(name)))
      expect(draft.text(name)).toContain('DRAFT')
    expect(wordsOf(draft.document)).not.toContain('SHA-256')
  })
})

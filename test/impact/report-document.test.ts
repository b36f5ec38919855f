import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { pngOf } from '#server/impact/pixels.ts'
import { reportDocument } from '#server/impact/report-document.ts'
import { engineFromPackage, fontsFromPackage } from '#server/node/files.ts'
import { sampleBody } from './sample-report.ts'

const world = { engine: engineFromPackage, fonts: fontsFromPackage }
const pixels = (svg: string, width: number) => pngOf(svg, width, world)
const partnership = 'Fernhill Safeguarding Partnership'
const hash = 'ab'.repeat(32)

async function opened(body = sampleBody(), given: string | null = hash) {
  const files = unzipSync(await reportDocument(body, { hash: given, partnership, pixels }))
  const text = (name: string) => new TextDecoder().decode(files[name])
  return { files, text, document: text('word/document.xml') }
}
const wordsOf = (xml: string) =>
  [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)]
    .map(([, words]) => words)
    .join(' ')
    .replaceAll('&amp;', '&')

let docx: Awaited<ReturnType<typeof opened>>
beforeAll(async () => {
  docx = await opened()
})

describe('the Word document of a report', () => {
  it('has a title, real headings of three levels, and a link to each page in its contents', () => {
    const styles = [...docx.document.matchAll(/<w:pStyle w:val="(Title|Heading[123])"\/>/g)].map(([, style]) => style)
    expect(styles[0]).toBe('Title')
    for (const level of ['Heading1', 'Heading2', 'Heading3']) expect(styles).toContain(level)
    const anchors = [...docx.document.matchAll(/<w:hyperlink [^>]*w:anchor="([^"]+)"/g)].map(([, anchor]) => anchor)
    const marks = [...docx.document.matchAll(/<w:bookmarkStart [^>]*w:name="([^"]+)"/g)].map(([, name]) => name)
    expect(anchors).toEqual(['page-1', 'page-2', 'method', 'wordings'])
    expect(marks).toEqual(expect.arrayContaining(anchors))
  })

  it('has every table in the one table style, its header row repeated on each page, with exactly the cells that are shown', () => {
    const body = sampleBody()
    const tables = body.pages.flatMap(({ figures }) => figures.flatMap(({ table }) => table ?? []))
    const styled = docx.document.match(/<w:tblStyle w:val="FigureTable"\/>/g) ?? []
    // One more for who was at the meeting.
    expect(styled).toHaveLength(tables.length + 1)
    expect(docx.document.match(/<w:tblHeader\/>/g)).toHaveLength(tables.length + 1)
    expect(docx.text('word/styles.xml')).toContain('w:styleId="FigureTable"')
    const words = wordsOf(docx.document)
    for (const { caption, rows } of tables) {
      expect(words).toContain(caption)
      for (const row of rows)
        for (const cell of row)
          expect(words.replaceAll('&quot;', '"')).toContain(
            typeof cell === 'number' ? cell.toLocaleString('en-GB') : cell,
          )
    }
  })

  it('carries each picture as SVG and as PNG, with its sentence as alternative text', () => {
    const body = sampleBody()
    const pictures = body.pages.flatMap(({ figures }) => figures.filter(({ picture }) => picture))
    const names = Object.keys(docx.files)
    expect(names.filter((name) => name.endsWith('.svg')).length).toBeGreaterThanOrEqual(pictures.length)
    expect(names.filter((name) => name.endsWith('.png')).length).toBeGreaterThanOrEqual(pictures.length)
    const described = [...docx.document.matchAll(/<wp:docPr [^>]*descr="([^"]*)"/g)].map(([, words]) => words)
    // The bar stands on the cover too.
    expect(described).toHaveLength(pictures.length + 1)
    for (const { sentence } of pictures) expect(described).toContain(sentence)
  })

  it('is in British English, says whose it is and what, and names the hash of its body', () => {
    expect(docx.text('word/styles.xml')).toMatch(/<w:lang [^>]*w:val="en-GB"/)
    const core = docx.text('docProps/core.xml')
    expect(core).toContain('<dc:title>Impact report: programme 2025-26</dc:title>')
    expect(core).toContain(partnership)
    expect(core).toContain(hash)
    expect(wordsOf(docx.document)).toContain(hash)
    const edges = Object.keys(docx.files).filter((name) => /word\/(header|footer)\d*\.xml/.test(name))
    const words = edges.map((name) => docx.text(name)).join()
    expect(words).toContain('Report 3')
    expect(words).toContain(hash.slice(0, 16))
    expect(words).toMatch(/PAGE/)
    expect(words).not.toContain('DRAFT')
  })

  it('begins with the cover: three sentences, the bar, the decisions asked for', () => {
    const first = docx.document.slice(0, docx.document.indexOf('Contents'))
    expect(first.match(/<w:pStyle w:val="Lead"\/>/g)).toHaveLength(3)
    expect(first.match(/<w:drawing>/g)).toHaveLength(1)
    for (const ask of sampleBody().asks) expect(wordsOf(first)).toContain(ask)
  })

  it('says of a draft on every page that it is one', async () => {
    const draft = await opened(sampleBody({ issued: null, agreed: null }), null)
    expect(wordsOf(draft.document)).toContain('DRAFT: not issued')
    for (const name of Object.keys(draft.files).filter((name) => /word\/(header|footer)\d*\.xml/.test(name)))
      expect(draft.text(name)).toContain('DRAFT')
    expect(wordsOf(draft.document)).not.toContain('SHA-256')
  })
})

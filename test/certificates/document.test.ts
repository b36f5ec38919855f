import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import jsQR from 'jsqr'
import { describe, expect, it } from 'vitest'
import { type Check, certificatePdf } from '#server/certificates/document.ts'
import { breakLines, visualRuns } from '#server/certificates/lines.ts'
import { qrModules, qrSvg } from '#server/certificates/qr.ts'
import { type Claims, claimRows, exampleNotice } from '#server/certificates/shared/claims.ts'

const CLAIMS: Claims = {
  partnership: 'Exampleshire Safeguarding Children Partnership',
  person: "O'Neill-Şahin",
  course: 'Working together to recognise and respond to neglect',
  level: 'Group B',
  dates: 'Thursday 24 September 2026',
  hours: 6,
  participatoryHours: 4.5,
  learningOutcomes: [
    'I can recognise the signs of neglect in children of different ages',
    'I can record with a family what has changed and what has not, and say so in words that they would use themselves',
  ],
  trainersAgencies: ['Exampleshire Council', 'North Example Police'],
  signatory: { name: 'Rowan Ashdown', job: 'Learning and Development Coordinator' },
  number: 'EX-2026-000123',
  issuedOn: 'Saturday 26 September 2026',
  example: true,
}
const fontFile = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../node_modules/dejavu-fonts-ttf/ttf/${name}.ttf`, import.meta.url)))
const readFonts = () => ({ regular: fontFile('DejaVuSans'), bold: fontFile('DejaVuSans-Bold') })
const CHECK: Check = {
  checkAddress: 'https://training.exampleshire.example/certificates/k3J9xQ2mVb7TzLw5RfYc8A',
  code: '7K3M-Q9XT-2VWB-5HDN',
  codeAddress: 'training.exampleshire.example/check',
  fonts: readFonts(),
  madeAt: Date.UTC(2026, 8, 26, 8),
}
const pdfWith = async (change: Partial<Claims> = {}) => readPdf(await certificatePdf({ ...CLAIMS, ...change }, CHECK))

describe('the claims of a certificate', () => {
  it('are listed in one order, and what a course does not have is left out', () => {
    expect(claimRows(CLAIMS).map(([label]) => label)).toEqual([
      'Name',
      'Course',
      'Level',
      'Date',
      'Hours',
      'Participatory hours',
      'Learning outcomes',
      'Trainers from',
      'Issued by',
      'Signed by',
      'Issued on',
      'Certificate number',
    ])
    const bare = { ...CLAIMS, level: null, learningOutcomes: [], trainersAgencies: [] }
    expect(claimRows(bare).map(([label]) => label)).not.toEqual(
      expect.arrayContaining(['Level', 'Learning outcomes', 'Trainers from']),
    )
  })

  it('say hours in words', () => {
    const hours = (value: number) => new Map(claimRows({ ...CLAIMS, hours: value })).get('Hours')
    expect([1, 6, 4.5, 0.75].map(hours)).toEqual(['1 hour', '6 hours', '4.5 hours', '0.75 hours'])
  })
})

describe('the certificate as a PDF', () => {
  it('prints every claim, the check address and the code as real text', async () => {
    const { elements, pages } = await pdfWith()
    expect(pages).toBe(1)
    for (const [label, value] of claimRows(CLAIMS)) {
      if (label === 'Signed by') expect(elements).toEqual(expect.arrayContaining(Object.values(CLAIMS.signatory)))
      else expect(elements).toEqual(expect.arrayContaining([value].flat()))
    }
    expect(elements).toEqual(expect.arrayContaining([CHECK.checkAddress, CHECK.codeAddress, CHECK.code]))
  })

  it('is tagged, titled and in British English, with embedded fonts', async () => {
    const { source } = await pdfWith()
    expect(source.startsWith('%PDF-1.7')).toBe(true)
    for (const sign of [
      '/StructTreeRoot',
      '/Marked true',
      '/Lang (en-GB)',
      '/DisplayDocTitle true',
      '<pdfuaid:part>1</pdfuaid:part>',
      '/ToUnicode',
      '/FontFile2',
      '/Tabs /S',
      '/Contents (Check this certificate)',
      '/Scope /Row',
      `/Alt (QR code that opens ${CHECK.checkAddress})`,
    ]) {
      expect(source).toContain(sign)
    }
    expect(source).toMatch(/<dc:title>[\s\S]*Certificate of attendance – O'Neill-Şahin – Working together/)
    expect(source).not.toMatch(/\/Type \/Font\n\/Subtype \/Type1/)
  })

  it('has one heading of the first level, a table with row heads, a list, a link and a figure', async () => {
    const { source } = await pdfWith()
    const count = (tag: string) => source.split(`/S /${tag}\n`).length - 1
    const rows = count('TR')
    expect(rows).toBe(7)
    expect(['Document', 'H1', 'H2', 'Table', 'TH', 'TD', 'L', 'LI', 'Link', 'Figure'].map(count)).toEqual([
      1,
      1,
      1,
      1,
      rows,
      rows,
      1,
      CLAIMS.learningOutcomes.length,
      1,
      1,
    ])
  })

  it('paints nothing that is neither tagged nor marked as decoration', async () => {
    const { contents } = await pdfWith()
    let depth = 0
    for (const [operator] of contents.matchAll(/\b(BDC|BMC|EMC|TJ|f|S)$/gm)) {
      if (operator === 'EMC') depth--
      else if (operator.startsWith('B')) depth++
      else expect(depth).toBeGreaterThan(0)
    }
    expect(depth).toBe(0)
  })

  it('is the same to the byte for the same claims and moment, whatever was made before', async () => {
    const first = await certificatePdf(CLAIMS, CHECK)
    await certificatePdf({ ...CLAIMS, person: 'Sofía Nguyễn Thị Ánh', course: 'Hörweite – مريم' }, CHECK)
    const again = await certificatePdf(CLAIMS, CHECK)
    const withFontsReadAgain = await certificatePdf(CLAIMS, { ...CHECK, fonts: readFonts() })
    expect(Buffer.from(again).equals(first)).toBe(true)
    expect(Buffer.from(withFontsReadAgain).equals(first)).toBe(true)
    const later = await certificatePdf(CLAIMS, { ...CHECK, madeAt: CHECK.madeAt + 1000 })
    expect(Buffer.from(later).equals(first)).toBe(false)
  })

  it('makes several at once without mixing them', async () => {
    const people = ['Ann Example', 'Bo Example', 'Cai Example']
    const alone: Uint8Array[] = []
    for (const person of people) alone.push(await certificatePdf({ ...CLAIMS, person }, CHECK))
    const together = await Promise.all(people.map((person) => certificatePdf({ ...CLAIMS, person }, CHECK)))
    expect(together.map((pdf) => Buffer.from(pdf).toString('hex'))).toEqual(
      alone.map((pdf) => Buffer.from(pdf).toString('hex')),
    )
  })

  it('marks an example, and only an example', async () => {
    expect((await pdfWith()).elements).toContain(exampleNotice)
    expect((await pdfWith({ example: false })).source).not.toContain('not a real certificate')
    expect((await pdfWith({ example: false })).elements).not.toContain(exampleNotice)
  })

  it('shows a QR code that leads to the check page', async () => {
    const { contents } = await pdfWith()
    const figure = contents.slice(contents.indexOf('/Figure'))
    const bars = [...figure.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/gm)].map((bar) =>
      bar.slice(1).map(Number),
    )
    const side = bars[0]?.[3] ?? 0
    const left = Math.min(...bars.map(([x = 0]) => x))
    const top = Math.min(...bars.map(([, y = 0]) => y))
    const size = Math.round(96 / side)
    const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
    for (const [x = 0, y = 0, width = 0] of bars) {
      const from = Math.round((x - left) / side)
      modules[Math.round((y - top) / side)]?.fill(true, from, from + Math.round(width / side))
    }
    expect(decoded(modules)).toBe(CHECK.checkAddress)
  })
})

describe('names on the PDF', () => {
  it.each([
    'Nguyễn Thị Ánh',
    "O'Neill-Şahin",
    'Llŷr ap Gwynedd',
    'X',
    'Ó Ṡé  Ñandú',
    'Мария Бо',
    'Zoë & <Ann>',
    'Anna-Sofıa (“Annie”) de la Example',
    'Nguye\u0302\u0303n',
  ])('stand as typed: %s', async (person) => {
    const { elements, source } = await pdfWith({ person })
    expect(elements).toContain(person)
    expect(source).toContain(`${person.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)} – Working`)
  })

  it('written from right to left are drawn so, and the file still says what was typed', async () => {
    const { elements, source } = await pdfWith({ person: 'مريم' })
    expect(elements).toContain([...'مريم'].reverse().join(''))
    expect(source).toContain(`/ActualText (${utf16('مريم')})`)
    expect(visualRuns('مريم (Maryam) علي')).toEqual([
      { text: '( علي', rightToLeft: true },
      { text: 'Maryam', rightToLeft: false },
      { text: 'مريم )', rightToLeft: true },
    ])
    expect(visualRuns('Maryam مريم علي Ali').map(({ text }) => text)).toEqual(['Maryam ', 'مريم علي', ' Ali'])
  })

  it('keep a letter that an earlier certificate had only as part of another', async () => {
    const fonts = readFonts()
    await certificatePdf({ ...CLAIMS, person: 'Sofí' }, { ...CHECK, fonts })
    const { elements } = readPdf(await certificatePdf({ ...CLAIMS, person: 'Yıldız' }, { ...CHECK, fonts }))
    expect(elements).toContain('Yıldız')
  })

  it('with letters that the fonts lack are printed □ with a note, and the file still says what was typed', async () => {
    const { elements, source } = await pdfWith({ person: '王小明 Wang' })
    expect(elements).toContain('□□□ Wang')
    expect(elements).toContain('□ stands for a letter that this file cannot print. The check page shows it.')
    expect(source).toContain(`/ActualText (${utf16('王小明 Wang')})`)
    expect((await pdfWith()).elements.join()).not.toContain('□')
  })

  it.each([
    ['in words', 'Maximiliana Wolfeschlegelstein '.repeat(7).slice(0, 200).trim()],
    ['in one word', 'W'.repeat(200)],
    ['of combined letters', 'g̈'.repeat(100)],
  ])('of 200 letters %s are never clipped', async (_, person) => {
    const course = 'Safeguarding children with disabilities and complex health needs, '.repeat(4).trim()
    const { elements, lines } = await pdfWith({ person, course })
    expect(elements).toEqual(expect.arrayContaining([person, course]))
    for (const { left, right, y } of lines) {
      expect(left).toBeGreaterThanOrEqual(60)
      expect(right).toBeLessThanOrEqual(595.28 - 60 + 1)
      expect(y).toBeGreaterThan(30)
    }
  })

  it('and claims that need more than a page run on to another, each page marked', async () => {
    const learningOutcomes = Array.from(
      { length: 12 },
      (_, at) => `${at + 1}: I can say ${'what I see and why, '.repeat(9)}`,
    )
    const { elements, lines, pages } = await pdfWith({ learningOutcomes })
    expect(pages).toBe(2)
    expect(elements.filter((text) => text === exampleNotice)).toHaveLength(2)
    expect(elements).toEqual(expect.arrayContaining([...learningOutcomes, CHECK.code, CLAIMS.number]))
    expect(Math.min(...lines.map(({ y }) => y))).toBeGreaterThan(30)
  })
})

describe('lines', () => {
  const widthOf = (text: string) => [...text].length

  it('break after spaces and hyphens, and lose nothing', () => {
    expect(breakLines('one two-three four', 8, widthOf)).toEqual(['one two-', 'three ', 'four'])
    expect(breakLines('a  b', 1, widthOf)).toEqual(['a  ', 'b'])
    expect(breakLines('', 8, widthOf)).toEqual([])
  })

  it('break inside a word only when it is wider than a line', () => {
    expect(breakLines('to abcdefghij', 4, widthOf)).toEqual(['to ', 'abcd', 'efgh', 'ij'])
  })
})

describe('a QR code', () => {
  it('says what it was made from', () => {
    expect(decoded(qrModules(CHECK.checkAddress))).toBe(CHECK.checkAddress)
  })

  it('as SVG carries a title and no style', () => {
    const svg = qrSvg(CHECK.checkAddress, 'QR code <check> & "more"')
    expect(svg).toMatch(/^<svg [^>]*role="img"[^>]*><title>QR code &#60;check&#62; &#38; &#34;more&#34;<\/title>/)
    expect(svg).not.toMatch(/style|class=/)
  })
})

/** Paints the modules as a camera would see them. */
function decoded(modules: boolean[][]): string | undefined {
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

/** As pdfkit writes a text string beyond ASCII. */
function utf16(text: string): string {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('latin1')
  return bytes.replace(/[\\()]/g, '\\$&')
}

/**
 * Reads back what pdfkit wrote: `source` is the whole file with its objects as text, `contents` the drawing of all pages,
 * `elements` the text of each marked piece through the fonts' ToUnicode, `lines` where each line of text stands.
 */
function readPdf(bytes: Uint8Array) {
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

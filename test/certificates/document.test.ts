import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Check, certificatePdf } from '#server/certificates/document.ts'
import { breakLines, visualRuns } from '#server/certificates/lines.ts'
import { type Claims, claimRows, exampleNotice } from '#server/certificates/shared/claims.ts'
import { qrModules, qrSvg } from '#server/qr.ts'
import { decoded, qrOf, readPdf } from './pdf.ts'

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
    expect(qrOf(contents)).toBe(CHECK.checkAddress)
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

/** As pdfkit writes a text string beyond ASCII. */
function utf16(text: string): string {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('latin1')
  return bytes.replace(/[\\()]/g, '\\$&')
}

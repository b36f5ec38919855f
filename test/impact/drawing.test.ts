import { describe, expect, it } from 'vitest'
import { widthOf, wrap } from '#server/impact/shared/drawing/letters.ts'
import { drawingWidths, drawSvg } from '#server/impact/shared/drawing.ts'
import type { Picture } from '#server/impact/shared/figures.ts'
import { barLegend, figure } from '#server/impact/shared/pictures.ts'
import { asInTheYear, atTheEdges } from './sample-pictures.ts'

const all = Object.entries({ ...asInTheYear, ...atTheEdges })
const drawings = all.flatMap(([name, picture]) =>
  Object.values(drawingWidths).map((width) => ({ name: `${name} at ${width}`, picture, width })),
)
const draw = (picture: Picture, width: number = drawingWidths.desk, title = 'What it says.') =>
  drawSvg(picture, { id: 'f', title, width })

const unescaped = (words: string) => words.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))

interface Written {
  words: string
  size: number
  x: number
  y: number
  width: number
}

/** The texts of a drawing with the boxes they are taken to fill. */
function textsOf(svg: string): Written[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', inside = '']) => {
    const said = Object.fromEntries(
      [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    )
    const words = unescaped(inside)
    const size = Number(said['font-size'])
    const width = widthOf(words, size, said['font-weight'] === '700')
    const anchor = said['text-anchor']
    const x = Number(said.x) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0)
    return { words, size, x, y: Number(said.y), width }
  })
}
const wordsOf = (svg: string) => textsOf(svg).map(({ words }) => words)
/** Lines of one label as one, so that a count wrapped with its words is still found. */
const numbersOf = (svg: string) => wordsOf(svg).flatMap((words) => words.match(/\d[\d,]*/g) ?? [])

function mayOverlap(a: Written, b: Written): boolean {
  const [up, down] = [0.72, 0.2]
  return (
    a.x + a.width > b.x + 0.5 &&
    b.x + b.width > a.x + 0.5 &&
    a.y + a.size * down > b.y - b.size * up + 0.5 &&
    b.y + b.size * down > a.y - a.size * up + 0.5
  )
}

describe('every drawing', () => {
  it.each(drawings)(
    'keeps its words apart, within its edges and no smaller than 14 px: $name',
    ({ picture, width }) => {
      const svg = draw(picture, width)
      const height = Number(svg.match(/height="([\d.]+)"/)?.[1])
      const texts = textsOf(svg)
      expect(texts.length).toBeGreaterThan(0)
      for (const [i, one] of texts.entries()) {
        expect(one.size, one.words).toBeGreaterThanOrEqual(14)
        expect(one.x, one.words).toBeGreaterThanOrEqual(-0.5)
        expect(one.x + one.width, one.words).toBeLessThanOrEqual(width + 0.5)
        expect(one.y - one.size * 0.75, one.words).toBeGreaterThanOrEqual(0)
        expect(one.y + one.size * 0.25, one.words).toBeLessThanOrEqual(height)
        for (const other of texts.slice(i + 1))
          expect(mayOverlap(one, other), `“${one.words}” and “${other.words}”`).toBe(false)
      }
    },
  )

  it.each(drawings)('has presentation attributes alone and only finite numbers: $name', ({ picture, width }) => {
    const svg = draw(picture, width)
    expect(svg).not.toMatch(/<style|<script|\sstyle=|\sclass=|\son\w+=|url\(|NaN|Infinity|undefined/)
    for (const [, value] of svg.matchAll(/ (?:width|height|r)="([^"]*)"/g))
      expect(Number(value)).toBeGreaterThanOrEqual(0)
  })

  it('is named by its sentence', () => {
    const svg = draw(asInTheYear['who came']!, 680, 'Most were from “education” & health.')
    expect(svg).toContain('role="img" aria-labelledby="f-title"')
    expect(svg).toContain('<title id="f-title">Most were from “education” &#38; health.</title>')
  })

  it('prints hostile words as words, without what XML cannot hold', () => {
    for (const kind of ['shares', 'arrows', 'trend', 'pairs', 'mix', 'gaps']) {
      const [, picture] = all.findLast(([, one]) => one.kind === kind)!
      const svg = draw(picture, 680, '</title><script>"&\u0001')
      expect(svg).not.toMatch(/<script|<style/)
      expect([...svg].filter((letter) => letter < ' ' || (letter >= '\ud800' && letter <= '\udfff'))).toEqual([])
      expect(svg.match(/<title/g)).toHaveLength(1)
      expect(wordsOf(svg).join(' ')).toContain('alert("1")')
    }
  })

  it('says so where there is nothing to show', () => {
    for (const [, picture] of all.filter(([name]) => /^[0-9] /.test(name)).slice(0, 6))
      expect(wordsOf(draw(picture)).join(' ')).toMatch(/Nothing to show yet\.|Nobody came/)
  })
})

describe('the counts printed are the data’s', () => {
  const both = Object.values(drawingWidths)
  const sorted = (words: string[]) => words.toSorted()

  it('in the whole-room bar: each answer given once, and everyone who did not answer', () => {
    for (const [name, picture] of all) {
      if (picture.kind !== 'whole-room') continue
      const { segments, came, answered } = picture.room
      const given = Object.values(segments).filter((count) => count > 0)
      const silent = came - answered
      for (const width of both) {
        const printed = new Set(numbersOf(draw(picture, width)))
        for (const count of [...given, ...(silent > 0 ? [silent] : [])]) expect(printed, name).toContain(figure(count))
        for (const one of printed) expect([0, silent, ...given].map(figure), `${name}: ${one}`).toContain(one)
      }
    }
  })

  it('in the matrix: each cell that is not empty, the moves and the unmatched', () => {
    const counts = ['1', '3', '4', '1', '3', '6', '1', '2', '4', '1', '2', '15', '10', '3', '14']
    for (const width of both)
      expect(sorted(numbersOf(draw(asInTheYear['before and now']!, width)))).toEqual(sorted(counts))
  })

  it('in shares, arrows, pairs and the mix: every row’s', () => {
    for (const width of both) {
      const printed = (name: string) => sorted(numbersOf(draw(asInTheYear[name]!, width)))
      expect(printed('what got in the way')).toEqual(sorted([11, 7, 4, 3, 1, 0].flatMap((n) => [`${n}`, '31'])))
      expect(printed('two arrows')).toEqual(
        sorted([9, 18, 22, 24, 6, 18, 27, 25, 14, 14, 28, 28, 28, 28, 28].map(String)),
      )
      // Each count says of how many it is: the bars are shares.
      expect(printed('expected and met')).toEqual(
        sorted([24, 11, 3, 7, 6, 4, 9, 3, 2, 0, ...Array(6).fill(58), ...Array(6).fill(31)].map(String)),
      )
      const key = wordsOf(draw(asInTheYear['who came']!, width)).filter((words) => words.includes(':'))
      expect(key).toEqual([
        'Education: 27',
        'Health: 18',
        "Children's social care: 14",
        'Police: 8',
        'Voluntary and community: 6',
        'Early years: 4',
        'Probation: 2',
        'Faith groups: 1',
      ])
    }
  })

  it('in the trend: n and response of every year, and why the line is broken', () => {
    for (const width of both) {
      const said = wordsOf(draw(asInTheYear['beside earlier years']!, width)).join(' ')
      for (const words of ['19 of 61', '34 of 70', '88 of 160', '171 of 266', '31% answered', '53% answered'])
        expect(said).toContain(words)
      expect(said).toContain('The question was reworded')
    }
  })

  it('in the gaps: months in every cell, and never in words', () => {
    const onPhone = wordsOf(draw(asInTheYear.gaps!, 288))
    const atDesk = wordsOf(draw(asInTheYear.gaps!, 680))
    expect(onPhone.filter((words) => /^\d+ months?$/.test(words))).toHaveLength(18)
    expect(onPhone).toContain('1 month')
    expect(atDesk.filter((words) => /^\d+$/.test(words))).toHaveLength(18)
    // Once in the key besides.
    for (const words of [onPhone, atDesk]) expect(words.filter((word) => word === 'Never')).toHaveLength(3)
  })

  it('breaks the line between years that cannot be compared', () => {
    const svg = draw(asInTheYear['beside earlier years']!)
    expect(svg.match(/<path [^>]*fill="none"/g)).toHaveLength(2)
    expect(svg).toContain('stroke-dasharray')
  })
})

describe('in greyscale', () => {
  const luminance = (colour: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  const contrast = (a: string, b: string) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (light! + 0.05) / (dark! + 0.05)
  }

  it('every word stands at 4.5 to 1 or more on what is painted under it', () => {
    for (const { name, picture, width } of drawings) {
      const painted: { x: number; y: number; width: number; height: number; fill: string }[] = []
      for (const [, tag, attributes = ''] of draw(picture, width).matchAll(/<(rect|text) ([^>]*?)\/?>/g)) {
        const said = Object.fromEntries(
          [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
        )
        const [x, y] = [Number(said.x), Number(said.y)]
        if (tag === 'rect' && said.fill !== 'none')
          painted.push({ x, y, width: Number(said.width), height: Number(said.height), fill: said.fill! })
        if (tag === 'text') {
          const under = painted.findLast(
            (one) => one.x <= x && x <= one.x + one.width && one.y <= y - 4 && y - 4 <= one.y + one.height,
          )
          expect(contrast(said.fill!, under!.fill), `${name}: ${said.fill} on ${under!.fill}`).toBeGreaterThanOrEqual(
            4.5,
          )
        }
      }
    }
  })

  it('the pieces of a bar are told apart by a line that stands out from both, not by their colour', () => {
    for (const { fill } of barLegend.slice(2)) expect(contrast('#12243a', fill)).toBeGreaterThan(3)
    expect(contrast('#003f44', '#0f7a78')).toBeGreaterThan(1.9)
  })

  it('the two bars of a pair, and the steps of the gaps, differ in lightness', () => {
    expect(contrast('#7cc4bf', '#003f44')).toBeGreaterThan(4)
    const steps = ['#ffffff', '#c0e1dd', '#7cc4bf', '#0f7a78', '#003f44', '#0a1420']
    for (const [i, step] of steps.slice(1).entries()) expect(contrast(steps[i]!, step), step).toBeGreaterThan(1.3)
  })

  it('whoever did not answer is hatched, never a colour', () => {
    const svg = draw(asInTheYear['the whole room']!)
    const hatch = svg.match(/<path d="(M[^"]+)" fill="none" stroke="#51627a"/)?.[1] ?? ''
    expect(hatch.split('M').length).toBeGreaterThan(20)
  })
})

describe('wrapping', () => {
  it('loses no letter and no line is wider than it may be', () => {
    for (const words of ['One two three', 'Unabgekürzteverwaltungsvorschriften and more', 'a', '    ', 'x'.repeat(80)])
      for (const width of [40, 90, 300]) {
        const lines = wrap(words, width, 16)
        const letters = (said: string) => said.replace(/[\s-]/g, '')
        expect(letters(lines.join(''))).toBe(letters(words))
        for (const one of lines) expect(widthOf(one, 16)).toBeLessThanOrEqual(width)
      }
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barMarkup } from '#server/impact/bar-page.ts'
import { drawingWidths, drawSvg } from '#server/impact/shared/drawing.ts'
import type { Picture } from '#server/impact/shared/figures.ts'
import { figure, type Room, segmentKeys, unheardKeys, unheardOf, wholeRoomBar } from '#server/impact/shared/pictures.ts'
import { programme, roomOf } from './conference.ts'

const SEED = 905

/** How many people: mostly few, now and then thousands. */
const people = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60), fc.nat(700), fc.nat(5000))

/** Rooms of nobody to 5,000 people, often almost all of them in one place. */
const rooms: fc.Arbitrary<Room> = fc
  .tuple(...segmentKeys.map(() => people), ...unheardKeys.map(() => people))
  .map((counts) => {
    let left = 5000
    const within = counts.map((count) => {
      const kept = Math.min(count, left)
      left -= kept
      return kept
    })
    const named = <Key extends string>(keys: readonly Key[], from: number) =>
      Object.fromEntries(keys.map((key, i) => [key, within[from + i]!])) as Record<Key, number>
    return roomOf(named(segmentKeys, 0), named(unheardKeys, segmentKeys.length))
  })

const draw = (picture: Picture, width: number) => drawSvg(picture, { id: 'f', title: 'What it says.', width })

interface Span {
  x: number
  width: number
}

/** The attributes of each tag of a name, in the order they are painted. */
function tagsOf(svg: string, name: string): Record<string, string>[] {
  return [...svg.matchAll(new RegExp(`<${name} ([^>]*?)/?>`, 'g'))].map(([, attributes = '']) =>
    Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
  )
}

const spanOf = (tag: Record<string, string>): Span => ({ x: Number(tag.x), width: Number(tag.width) })

/** What was painted as high as the bar is: its pieces. */
function piecesOf(svg: string, height: string): Span[] {
  return tagsOf(svg, 'rect')
    .filter((tag) => tag.y === '0' && tag.height === height && tag.fill !== 'none')
    .map(spanOf)
}

/** In order, without a gap, each within a pixel of its share. */
function expectToScale(drawn: readonly Span[], counts: readonly number[], width: number) {
  const some = counts.filter((count) => count > 0)
  const all = some.reduce((sum, count) => sum + count, 0)
  expect(drawn).toHaveLength(some.length)
  let before = 0
  for (const [i, { x, width: wide }] of drawn.entries()) {
    expect(Math.abs(x - (before * width) / all)).toBeLessThan(0.05)
    expect(Math.abs(wide - (some[i]! * width) / all)).toBeLessThan(0.05)
    if (i > 0) expect(Math.abs(drawn[i - 1]!.x + drawn[i - 1]!.width - x)).toBeLessThan(0.05)
    before += some[i]!
  }
  if (all > 0) expect(Math.abs(drawn.at(-1)!.x + drawn.at(-1)!.width - width)).toBeLessThan(0.05)
}

const countsOf = (room: Room) => [...segmentKeys.map((key) => room.segments[key]), unheardOf(room)]

describe('the whole-room bar is to scale', () => {
  it('wherever it is drawn at the width it has', () => {
    fc.assert(
      fc.property(rooms, fc.integer({ min: 240, max: 1100 }), (room, width) => {
        expectToScale(wholeRoomBar(room, width).pieces, countsOf(room), width)
      }),
      { seed: SEED },
    )
  })

  it('as a drawing, on a phone, at a desk, in print and in the document', () => {
    fc.assert(
      fc.property(rooms, fc.constantFrom(...Object.values(drawingWidths)), (room, width) => {
        expectToScale(piecesOf(draw({ kind: 'whole-room', room }, width), '74'), countsOf(room), width)
      }),
      { seed: SEED },
    )
  })

  it('on the pages without script, at any width', async () => {
    await fc.assert(
      fc.asyncProperty(rooms, async (room) => {
        const page = String(await barMarkup(room, 'What it says.'))
        const pieces = tagsOf(page, 'svg').filter((tag) => tag.x !== undefined)
        const inPercent = pieces.map((tag) => ({ x: Number.parseFloat(tag.x!), width: Number.parseFloat(tag.width!) }))
        expect(pieces.every((tag) => tag.x!.endsWith('%') && tag.width!.endsWith('%'))).toBe(true)
        expectToScale(inPercent, countsOf(room), 100)
      }),
      { seed: SEED },
    )
  })

  it('so that two of three who did not answer are two of three of it', () => {
    for (const width of [240, ...Object.values(drawingWidths)])
      expect(wholeRoomBar(programme, width).hatch!.width / width).toBeCloseTo(585 / 905, 3)
  })

  it('and its key has every count, those without room in their piece too', () => {
    fc.assert(
      fc.property(rooms, fc.constantFrom(...Object.values(drawingWidths)), (room, width) => {
        // A label that is wrapped is read over its lines.
        const said = [...draw({ kind: 'whole-room', room }, width).matchAll(/<text [^>]*>([^<]*)/g)]
          .map(([, words]) => words)
          .join(' ')
        const counts = countsOf(room)
        const labels = ['work', 'once', 'Started', 'not fit', 'come up', 'away', 'this way', 'Has not answered']
        for (const [i, label] of labels.entries())
          if (i < segmentKeys.length || counts[i]! > 0) expect(said).toContain(`${label}: ${figure(counts[i]!)}`)
      }),
      { seed: SEED },
    )
  })

  it('and no count stands over the edge of its piece', async () => {
    await fc.assert(
      fc.asyncProperty(rooms, async (room) => {
        const page = String(await barMarkup(room, 'What it says.'))
        const pieces = [...page.matchAll(/<svg x="[^"]*" width="([\d.]+)%"[^>]*>(.*?)<\/svg>/gs)]
        for (const [, percent, inside = ''] of pieces) {
          const [, attributes = '', words = ''] = /<text([^>]*)>([^<]*)</.exec(inside) ?? []
          if (words === '') continue
          // What has no class is seen on the narrowest telephone, the rest from 40em on.
          const width = (Number(percent) / 100) * (attributes.includes('class="v"') ? 600 : 284)
          expect(Number(/ x="([\d.]+)"/.exec(attributes)![1]) + words.length * 12).toBeLessThanOrEqual(width)
        }
      }),
      { seed: SEED },
    )
  })
})

describe('the other pictures are to scale', () => {
  const widths = fc.constantFrom(...Object.values(drawingWidths))
  const some = fc.integer({ min: 1, max: 5000 })

  it('the mix', () => {
    fc.assert(
      fc.property(fc.array(people, { minLength: 1, maxLength: 8 }), widths, (counts, width) => {
        const rows = counts.map((count, i) => ({ label: `Sector ${i}`, count }))
        expectToScale(piecesOf(draw({ kind: 'mix', rows }, width), '44'), counts, width)
      }),
      { seed: SEED },
    )
  })

  it('shares: the bar to its frame as the count to its people', () => {
    fc.assert(
      fc.property(some, fc.nat(5000), widths, (of, part, width) => {
        const count = Math.min(of, part)
        const svg = draw({ kind: 'shares', rows: [{ label: 'A row', count, of }] }, width)
        const [frame, bar] = tagsOf(svg, 'rect')
          .filter((tag) => tag.height === '22')
          .map(spanOf)
        expect(Math.abs(bar!.width - (frame!.width * count) / of)).toBeLessThan(0.05)
      }),
      { seed: SEED },
    )
  })

  it('pairs: two bars to each other as the shares', () => {
    fc.assert(
      fc.property(some, some, fc.nat(5000), fc.nat(5000), widths, (a, b, partA, partB, width) => {
        const of = { first: a, second: b }
        const row = { label: 'A row', first: Math.min(a, partA), second: Math.min(b, partB) }
        const svg = draw({ kind: 'pairs', first: 'Expected', second: 'Met', rows: [row], of }, width)
        const drawn = tagsOf(svg, 'rect').filter((tag) => tag.height === '17')
        const shares = [row.first / a, row.second / b]
        // The frame of a bar is half a pixel wider on each side.
        const lengths = drawn.map((tag) => Number(tag.width) + 1)
        const long = Math.max(...lengths)
        if (Math.max(...shares) < 0.01) return
        shares
          .filter((share) => share > 0)
          .forEach((share, i) => {
            expect(Math.abs(lengths[i]! - (share / Math.max(...shares)) * long)).toBeLessThanOrEqual(1.05)
          })
      }),
      { seed: SEED },
    )
  })

  it('arrows: from ring to tip as from the first count to the second', () => {
    fc.assert(
      fc.property(some, fc.nat(5000), fc.nat(5000), widths, (of, one, other, width) => {
        const [from, to] = [Math.min(of, one), Math.min(of, other)]
        if (from === to) return
        const svg = draw({ kind: 'arrows', from: 'Before', to: 'Now', rows: [{ label: 'A row', from, to, of }] }, width)
        const track = tagsOf(svg, 'line')[0]!
        const [start, end] = [Number(track.x1), Number(track.x2)]
        // The first ring and the first head are the key's.
        const ring = Number(tagsOf(svg, 'circle')[1]!.cx)
        const tip = Number(/^M([\d.]+)/.exec(tagsOf(svg, 'path')[1]!.d!)![1])
        expect(Math.abs(ring - (start + ((end - start) * from) / of))).toBeLessThan(0.05)
        expect(Math.abs(tip - (start + ((end - start) * to) / of))).toBeLessThan(0.05)
      }),
      { seed: SEED },
    )
  })

  it('the trend: each dot at its share', () => {
    fc.assert(
      fc.property(some, fc.nat(5000), widths, (of, part, width) => {
        const count = Math.min(of, part)
        const point = { label: '2026', count, of, low: 0, high: 1, response: 50, broken: null }
        const svg = draw({ kind: 'trend', points: [point] }, width)
        const dot = tagsOf(svg, 'circle')[0]!
        // The whisker goes from none to all.
        const whisker = tagsOf(svg, 'line').find((tag) => tag['stroke-width'] === '2')!
        const [from, to, at] =
          whisker.x1 === whisker.x2
            ? [Number(whisker.y1), Number(whisker.y2), Number(dot.cy)]
            : [Number(whisker.x1), Number(whisker.x2), Number(dot.cx)]
        expect(Math.abs(at - (from + ((to - from) * count) / of))).toBeLessThan(0.05)
      }),
      { seed: SEED },
    )
  })
})

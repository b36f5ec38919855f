import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { pngOf } from '#server/impact/pixels.ts'
import { drawingWidths, drawSvg } from '#server/impact/shared/drawing.ts'
import { engineFromPackage, fontsFromPackage } from '#server/node/files.ts'
import { asInTheYear, atTheEdges } from './sample-pictures.ts'

const pixelsOf = (svg: string, width: number) =>
  pngOf(svg, width, { fonts: fontsFromPackage, engine: engineFromPackage })

interface Pixels {
  width: number
  height: number
  at: (x: number, y: number) => string
}

/** A PNG of 8 bit RGBA, unfiltered, so that a test can look at a place in it. */
function opened(png: Uint8Array): Pixels {
  const bytes = Buffer.from(png)
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  let [width, height] = [0, 0]
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const kind = bytes.toString('latin1', at + 4, at + 8)
    const data = bytes.subarray(at + 8, at + 8 + length)
    if (kind === 'IHDR') [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)]
    if (kind === 'IHDR') expect([...data.subarray(8, 10)]).toEqual([8, 6])
    if (kind === 'IDAT') parts.push(data)
    at += length + 12
  }
  const raw = inflateSync(Buffer.concat(parts))
  const row = width * 4
  const out = Buffer.alloc(row * height)
  const near = (a: number, b: number, c: number) => {
    const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
  }
  for (let y = 0; y < height; y++)
    for (let i = 0; i < row; i++) {
      const a = i >= 4 ? out[y * row + i - 4]! : 0
      const b = y > 0 ? out[(y - 1) * row + i]! : 0
      const c = i >= 4 && y > 0 ? out[(y - 1) * row + i - 4]! : 0
      const before = [0, a, b, (a + b) >> 1, near(a, b, c)][raw[y * (row + 1)]!]!
      out[y * row + i] = raw[y * (row + 1) + 1 + i]! + before
    }
  return {
    width,
    height,
    at: (x, y) => `#${out.toString('hex', (y * width + x) * 4, (y * width + x) * 4 + 3)}`,
  }
}

describe('a drawing as pixels', () => {
  it('is as wide as asked and painted as it is drawn', async () => {
    const svg = drawSvg(asInTheYear['the whole room']!, { id: 'f', title: 'What it says.', width: 680 })
    const png = opened(await pixelsOf(svg, 1360))
    expect(png.width).toBe(1360)
    expect(png.height).toBe(2 * Number(svg.match(/ height="(\d+)"/)?.[1]))
    expect(png.at(20, 20)).toBe('#003f44')
    expect(png.at(300, 20)).toBe('#0f7a78')
    expect(png.at(1350, png.height - 4)).toBe('#ffffff')
  })

  it('has its words: its fonts are its own, whatever the machine has', async () => {
    const words = (said: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40"><rect width="300" height="40" fill="#ffffff"/><text x="4" y="30" font-size="30" font-family="Atkinson Hyperlegible Next, Arial, sans-serif" fill="#000000">${said}</text></svg>`
    for (const said of ['III', 'Łódź', 'Ειρήνη', 'Ольга']) {
      const png = opened(await pixelsOf(words(said), 300))
      let dark = 0
      for (let y = 0; y < png.height; y++) for (let x = 0; x < png.width; x++) if (png.at(x, y) === '#000000') dark++
      expect(dark, said).toBeGreaterThan(80)
    }
  })

  it('is made of every picture, so that each is well-formed', async () => {
    for (const [name, picture] of Object.entries({ ...asInTheYear, ...atTheEdges }))
      for (const width of Object.values(drawingWidths)) {
        const svg = drawSvg(picture, { id: 'f', title: `<${name}> & so on`, width })
        const png = await pixelsOf(svg, width)
        expect(png.length, name).toBeGreaterThan(300)
      }
  })

  it('refuses what is not an SVG, and goes on with the next', async () => {
    await expect(pixelsOf('<svg><g></svg>', 100)).rejects.toThrow()
    const svg = drawSvg(asInTheYear.gaps!, { id: 'f', title: 'Gaps', width: 288 })
    expect(opened(await pixelsOf(svg, 288)).width).toBe(288)
  })
})

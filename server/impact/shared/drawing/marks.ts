/** What every picture is made of: colours, type, and SVG elements as text. Presentation attributes alone; the pages' policy refuses styles. */

import { barLook } from '../pictures.ts'
import { widthOf, wrap } from './letters.ts'

export const colours = {
  ink: '#12243a',
  soft: '#51627a',
  line: '#d5dce4',
  grid: '#8f9bab',
  white: '#ffffff',
  wash: '#f3f5f8',
  darkest: '#003f44',
  dark: '#0f7a78',
  light: '#7cc4bf',
  lightest: '#daeeeb',
  sand: '#efc98f',
  grey: '#c3cad4',
}

/** Type sizes in px; nothing in a picture is smaller than `small`. */
export const sizes = { count: 17, label: 16, small: 15 }
const leading = 1.25

/** A finished picture: its marks in the order they are painted, and how high they stand. */
export interface Drawn {
  height: number
  marks: string[]
}

type Attributes = Record<string, string | number | undefined>

/** What XML cannot hold is left out, what it reads as marks is escaped. */
export function escaped(words: string): string {
  return words
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

export function element(name: string, attributes: Attributes, inside?: string): string {
  const said = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : escaped(value!)}"`)
    .join('')
  return inside === undefined ? `<${name}${said}/>` : `<${name}${said}>${inside}</${name}>`
}

export function rounded(n: number): number {
  return Math.round(n * 100) / 100
}

export interface TextStyle {
  size?: number
  isBold?: boolean
  fill?: string
  anchor?: 'start' | 'middle' | 'end'
}

/** One line; `y` is its baseline. */
export function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = sizes.label, isBold = false, fill = colours.ink, anchor = 'start' } = style
  return element(
    'text',
    {
      x,
      y,
      'font-size': size,
      'font-weight': isBold ? 700 : 400,
      fill,
      'text-anchor': anchor === 'start' ? undefined : anchor,
    },
    escaped(words),
  )
}

export interface Block {
  lines: string[]
  height: number
  /** The widest line. */
  width: number
  /** Its marks with the top of the first line at `y`. */
  at: (x: number, y: number) => string[]
}

/** Words in as many lines as `width` asks for. */
export function block(words: string, width: number, style: TextStyle = {}): Block {
  const { size = sizes.label, isBold = false } = style
  const lines = wrap(words, width, size, isBold)
  const step = size * leading
  return {
    lines,
    height: lines.length * step,
    width: Math.max(...lines.map((line) => widthOf(line, size, isBold))),
    at: (x, y) => lines.map((line, i) => text(x, y + i * step + size * 0.98, line, style)),
  }
}

/** The baseline that stands a line of figures in the middle of `y`. */
export function middle(y: number, size: number): number {
  return y + size * 0.35
}

export function rect(x: number, y: number, width: number, height: number, attributes: Attributes): string {
  return element('rect', { x, y, width: Math.max(0, width), height: Math.max(0, height), ...attributes })
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, stroke: colours.ink, 'stroke-width': 1, ...attributes })
}

/** The hatch of people who did not answer, as strokes that end at its edge: a pattern fill is not drawn by every reader of documents. */
export function hatch(x: number, y: number, width: number, height: number): string[] {
  const step = barLook.hatchGap * Math.SQRT2
  const strokes: string[] = []
  for (let foot = step / 2; foot < width + height; foot += step) {
    const from = foot <= width ? [foot, 0] : [width, foot - width]
    const to = foot <= height ? [0, foot] : [foot - height, height]
    strokes.push(
      `M${rounded(x + to[0]!)} ${rounded(y + height - (height - to[1]!))}L${rounded(x + from[0]!)} ${rounded(y + from[1]!)}`,
    )
  }
  return [
    rect(x, y, width, height, { fill: barLook.hatchGround }),
    element('path', { d: strokes.join(''), fill: 'none', stroke: barLook.hatchLine, 'stroke-width': 1.5 }),
  ]
}

export interface Entry {
  label: string
  fill: string
  /** The thick edge of "already". */
  edge?: string
  /** Those who did not answer. */
  isHatched?: boolean
}

const box = 14
const gap = 7

/** The key of a picture: as many entries a line as fit; a long one wraps beside its box. Its top is at `y`. */
export function legend(entries: readonly Entry[], width: number, y: number): Drawn {
  const marks: string[] = []
  let x = 0
  let top = y
  let lowest = 0
  for (const entry of entries) {
    const wide = entry.isHatched ? 2 * box : box
    const words = block(entry.label, width - wide - gap, { size: sizes.label })
    if (x > 0 && x + wide + gap + words.width > width) {
      x = 0
      top += lowest + 5
      lowest = 0
    }
    if (entry.isHatched) marks.push(...hatch(x + 0.5, top + 3.5, wide - 1, box - 1))
    const fill = entry.isHatched ? 'none' : entry.fill
    marks.push(rect(x + 0.5, top + 3.5, wide - 1, box - 1, { fill, stroke: colours.ink }))
    if (entry.edge)
      marks.push(rect(x + 2.5, top + 5.5, box - 5, box - 5, { fill: 'none', stroke: entry.edge, 'stroke-width': 4 }))
    marks.push(...words.at(x + wide + gap, top))
    lowest = Math.max(lowest, words.height)
    x += wide + gap + words.width + 22
  }
  return { height: top + lowest, marks }
}

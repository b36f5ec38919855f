/** Text as it is set on paper: broken into lines, and each line into runs from left to right as they are seen. */

export type Run = { text: string; rightToLeft: boolean }

const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u
const STRONG = /[\p{L}\p{N}]/u
const BRACKETS: Record<string, string> = { '(': ')', ')': '(', '[': ']', ']': '[', '«': '»', '»': '«' }

/**
 * Breaks after spaces and hyphens, and inside a word only when the word alone is too wide. Spaces stay at the end of
 * their line and may stand out over its edge. `widthOf` is in the unit of `width`.
 */
export function breakLines(text: string, width: number, widthOf: (text: string) => number): string[] {
  const space = widthOf(' ')
  const lines: string[] = []
  let line = ''
  let used = 0
  const put = (piece: string) => {
    // Each piece is measured once, with its spaces, since shaping is what costs.
    const wide = widthOf(piece)
    const seen = wide - space * (piece.length - piece.trimEnd().length)
    if (seen > width && graphemes(piece).length > 1) {
      for (const part of pressed(piece, width, widthOf)) put(part)
      return
    }
    if (line && used + seen > width) {
      lines.push(line)
      line = ''
      used = 0
    }
    line += piece
    used += wide
  }
  for (const piece of text.split(/(?<=\s)(?=\S)|(?<=[\p{Dash_Punctuation}/])(?=\p{L})/u)) put(piece)
  if (line) lines.push(line)
  return lines
}

export function hasRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text)
}

/** The parts of a line in the order they are seen: a short form of the Unicode bidirectional algorithm, enough for names and titles. */
export function visualRuns(line: string): Run[] {
  if (!RIGHT_TO_LEFT.test(line)) return [{ text: line, rightToLeft: false }]
  const letters = [...line.trimEnd()]
  const known = letters.map((letter) => (RIGHT_TO_LEFT.test(letter) ? true : STRONG.test(letter) ? false : null))
  const base = known.find((side) => side !== null) ?? false
  const runs: Run[] = []
  letters.forEach((letter, at) => {
    const before = known.slice(0, at).findLast((side) => side !== null) ?? base
    const after = known.slice(at).find((side) => side !== null) ?? base
    const side = known[at] ?? (/\p{M}/u.test(letter) || before === after ? before : base)
    const shown = side ? (BRACKETS[letter] ?? letter) : letter
    const last = runs.at(-1)
    if (last?.rightToLeft === side) last.text += shown
    else runs.push({ text: shown, rightToLeft: side })
  })
  return base ? runs.reverse() : runs
}

function pressed(word: string, width: number, widthOf: (text: string) => number): string[] {
  const parts: string[] = []
  let part = ''
  for (const letter of graphemes(word)) {
    if (part && widthOf(part + letter) > width) {
      parts.push(part)
      part = ''
    }
    part += letter
  }
  return [...parts, part]
}

function graphemes(word: string): string[] {
  return Array.from(new Intl.Segmenter('en-GB', { granularity: 'grapheme' }).segment(word), ({ segment }) => segment)
}

/** How wide words are, without measuring: a picture is drawn where there is no screen, and must fit on every one. */

/**
 * Widths in hundredths of the type size, from the space to the tilde: of each letter the widest of Atkinson Hyperlegible Next (screen and
 * print), DejaVu Sans Condensed (the PNG) and Arial (Word), so that what fits here fits everywhere.
 */
const widths = {
  regular:
    '29 37 42 76 60 92 74 25 36 36 49 76 29 37 29 39 65 58 58 58 62 59 60 58 62 60 31 31 76 76 76 56 102 67 67 73 73 67 62 78 73 40 52 67 56 84 73 78 67 78 73 67 62 73 67 95 67 67 62 36 39 36 76 56 45 56 58 50 58 56 32 58 58 26 25 53 27 88 58 56 58 58 37 50 36 58 54 74 54 54 50 58 31 58 76',
  bold: '32 42 48 77 63 97 79 28 42 42 49 76 35 38 35 44 66 63 63 63 63 63 63 63 63 63 36 36 76 76 76 62 98 73 73 73 75 67 62 78 76 43 57 73 62 90 76 78 67 78 73 67 62 74 70 100 70 67 66 42 44 42 76 56 45 61 65 56 65 62 40 65 65 31 31 60 32 94 65 62 65 65 45 56 44 65 59 84 59 59 53 65 33 65 76',
}
const table = { regular: widths.regular.split(' ').map(Number), bold: widths.bold.split(' ').map(Number) }
const quotes = /[‘’“”]/

function letterWidth(letter: string, isBold: boolean): number {
  const code = letter.codePointAt(0)!
  const [plain] = letter.normalize('NFD')
  const known = table[isBold ? 'bold' : 'regular'][(plain?.codePointAt(0) ?? code) - 32]
  if (known !== undefined) return known
  if (quotes.test(letter)) return isBold ? 60 : 50
  return 110
}

/** In px at `size` px. */
export function widthOf(words: string, size: number, isBold = false): number {
  let sum = 0
  for (const letter of words) sum += letterWidth(letter, isBold)
  return (sum * size) / 100
}

/** The words in lines no wider than `width` px. A word wider than a line is broken within. */
export function wrap(words: string, width: number, size: number, isBold = false): string[] {
  const fits = (line: string) => widthOf(line, size, isBold) <= width
  const lines: string[] = []
  let line = ''
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (fits(longer)) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = fits(word) ? word : ''
    if (line !== '') continue
    for (const letter of word) {
      if (line !== '' && !fits(`${line}${letter}-`)) {
        lines.push(/\p{L}$/u.test(line) && /\p{L}/u.test(letter) ? `${line}-` : line)
        line = ''
      }
      line += letter
    }
  }
  if (line !== '') lines.push(line)
  return lines.length === 0 ? [''] : lines
}

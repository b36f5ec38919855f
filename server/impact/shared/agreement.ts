/** How two people who read the same texts gave one code: texts that both gave it, the first or the second alone, or neither. */
export interface ReadTwice {
  both: number
  first: number
  second: number
  neither: number
}

/** Texts read by two people below which nothing is said of how far they agree. */
export const fewestReadTwice = 10

const textsOf = ({ both, first, second, neither }: ReadTwice) => both + first + second + neither

/** The share of the texts, 0 to 1, of which both said the same; null of no texts. */
export function agreed(read: ReadTwice): number | null {
  const texts = textsOf(read)
  return texts === 0 ? null : (read.both + read.neither) / texts
}

/**
 * Cohen's kappa: how much more two people agree than chance would have them, given how often each gives the code; 1 for complete
 * agreement, 0 for no more than chance. Null where it is not defined: no texts, or a code that both gave to every text or to none.
 * Source: Cohen 1960, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20:37–46.
 */
export function kappa(read: ReadTwice): number | null {
  const texts = textsOf(read)
  const observed = agreed(read)
  if (observed === null) return null
  const byFirst = read.both + read.first
  const bySecond = read.both + read.second
  const chance = (byFirst * bySecond + (texts - byFirst) * (texts - bySecond)) / texts ** 2
  return chance === 1 ? null : (observed - chance) / (1 - chance)
}

/** In whole per cent, never 100 of fewer than all; 0 of no texts. */
export const agreedPercent = (read: ReadTwice): number => Math.floor((agreed(read) ?? 0) * 100 + 1e-9)

/** "92% alike (kappa 0.71)", from ten texts on. */
export function agreementSentence(read: ReadTwice): string {
  if (textsOf(read) < fewestReadTwice) return 'too few to tell'
  const by = kappa(read)
  const percent = `${agreedPercent(read)}% alike`
  return by === null
    ? `${percent} (kappa not defined: both gave it to ${read.both > 0 ? 'every text' : 'no text'})`
    : `${percent} (kappa ${kappaWords(by)})`
}

/** Two decimal places, with a true minus sign and never "-0.00". */
export function kappaWords(value: number): string {
  const rounded = Math.round(value * 100) / 100
  return rounded === 0 ? '0.00' : rounded < 0 ? `−${Math.abs(rounded).toFixed(2)}` : rounded.toFixed(2)
}

/** Crockford's base 32: no I, L, O or U. https://www.crockford.com/base32.html */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The lowest 5 bits of each place, the highest first. */
export function crockford(bits: bigint, places: number): string {
  let code = ''
  for (let place = 0; place < places; place++) {
    code = ALPHABET.charAt(Number(bits & 31n)) + code
    bits >>= 5n
  }
  return code
}

export const fromCrockford = (code: string): bigint =>
  [...code].reduce((bits, sign) => (bits << 5n) | BigInt(ALPHABET.indexOf(sign)), 0n)

/** What somebody typed, without spaces and dashes, O read as 0, I and L as 1; null when it cannot be such a code. */
export function parseCrockford(text: string, places: number): string | null {
  if (text.length > 100) return null
  const code = text
    .replace(/[\s\p{Dash_Punctuation}\u2212]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return code.length === places && /^[0-9A-HJKMNP-TV-Z]*$/.test(code) ? code : null
}

/** As it is printed and read out: 7K3M-Q9XT-2VWB-5HDN. */
export const inFours = (code: string): string => (code.match(/.{1,4}/g) ?? []).join('-')

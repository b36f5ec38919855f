/** Crockford's base 32: no I, L, O or U. https://www.crockford.com/base32.html */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/

/**
 * The code that a person types to check a certificate, printed XXXX-XXXX-XXXX-XXXX.
 * @param random 10 bytes (80 bits) from a cryptographic source
 * @throws RangeError when there are not exactly 10 bytes
 */
export function checkCode(random: Uint8Array): string {
  if (random.length !== 10) throw new RangeError('A check code is made from 10 random bytes')
  let bits = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let code = ''
  for (let place = 0; place < 16; place++) {
    code = ALPHABET.charAt(Number(bits & 31n)) + code
    bits >>= 5n
  }
  return inFours(code)
}

/** What somebody typed, as the code is printed; null when it cannot be a code. Store and compare only this form. */
export function parseCode(text: string): string | null {
  if (text.length > 100) return null
  const code = text
    .replace(/[\s\p{Dash_Punctuation}\u2212]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return CODE.test(code) ? inFours(code) : null
}

/** The number people quote, such as EX-2026-000123. It is no secret and proves nothing; the check code does. */
export function certificateNumber(year: number, sequence: number, prefix = 'EX'): string {
  return `${prefix}-${String(year).padStart(4, '0')}-${String(sequence).padStart(6, '0')}`
}

function inFours(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8, 12)}-${code.slice(12)}`
}

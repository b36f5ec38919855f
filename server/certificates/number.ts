import { crockford, inFours, parseCrockford } from '#server/crockford.ts'

/**
 * The code that a person types to check a certificate, printed XXXX-XXXX-XXXX-XXXX.
 * @param random 10 bytes (80 bits) from a cryptographic source
 * @throws RangeError when there are not exactly 10 bytes
 */
export function checkCode(random: Uint8Array): string {
  if (random.length !== 10) throw new RangeError('A check code is made from 10 random bytes')
  return inFours(
    crockford(
      random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
      16,
    ),
  )
}

/** What somebody typed, as the code is printed; null when it cannot be a code. Store and compare only this form. */
export function parseCode(text: string): string | null {
  const code = parseCrockford(text, 16)
  return code === null ? null : inFours(code)
}

/** The number people quote, such as EX-2026-000123. It is no secret and proves nothing; the check code does. */
export function certificateNumber(year: number, sequence: number, prefix = 'EX'): string {
  return `${prefix}-${String(year).padStart(4, '0')}-${String(sequence).padStart(6, '0')}`
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certificateNumber, checkCode, parseCode } from '#server/certificates/number.ts'

const tenBytes = fc.uint8Array({ minLength: 10, maxLength: 10 })
const SEED = 44

describe('a check code', () => {
  it('holds all 80 bits in 16 letters and digits, in fours', () => {
    expect(checkCode(new Uint8Array(10))).toBe('0000-0000-0000-0000')
    expect(checkCode(new Uint8Array(10).fill(255))).toBe('ZZZZ-ZZZZ-ZZZZ-ZZZZ')
    expect(checkCode(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 33))).toBe('0000-0000-0000-0011')
    fc.assert(
      fc.property(tenBytes, tenBytes, (one, other) => {
        const same = Buffer.from(one).equals(Buffer.from(other))
        expect(checkCode(one) === checkCode(other)).toBe(same)
      }),
      { seed: SEED },
    )
  })

  it('has no letter that is taken for another', () => {
    fc.assert(
      fc.property(tenBytes, (bytes) => {
        expect(checkCode(bytes)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
      }),
      { seed: SEED },
    )
  })

  it('is not made from fewer bytes', () => {
    expect(() => checkCode(new Uint8Array(9))).toThrow(RangeError)
  })

  it('is read however a person types it', () => {
    const code = '01AB-CDEF-1GH0-JKMN'
    for (const typed of [
      '01ab-cdef-1gh0-jkmn',
      ' 01ab cdef 1gh0 jkmn\n',
      '01ABCDEF1GH0JKMN',
      'OIab–cdef—lghO‑jkmn',
      'oLAB\u00a0CDEF iGHo−JKMN',
    ]) {
      expect(parseCode(typed)).toBe(code)
    }
    fc.assert(
      fc.property(tenBytes, (bytes) => {
        expect(parseCode(checkCode(bytes).toLowerCase().replaceAll('-', ' '))).toBe(checkCode(bytes))
      }),
      { seed: SEED },
    )
  })

  it('is refused when it cannot be one', () => {
    for (const typed of [
      '',
      '01AB',
      '01AB-CDEF-1GH0-JKM',
      '01AB-CDEF-1GH0-JKMN2',
      '01AB-CDEF-1GH0-JKMU',
      'EX-2026-000123',
    ]) {
      expect(parseCode(typed)).toBeNull()
    }
    expect(parseCode(`01AB-CDEF-1GH0-JKM!`)).toBeNull()
    expect(parseCode(' '.repeat(1_000_000))).toBeNull()
  })
})

describe('a certificate’s number', () => {
  it('names the year and counts within it', () => {
    expect(certificateNumber(2026, 123)).toBe('EX-2026-000123')
    expect(certificateNumber(2027, 1_000_000, 'NS')).toBe('NS-2027-1000000')
  })
})

import { describe, expect, it } from 'vitest'
import { readFields } from '#web/parts/fields.ts'

describe('a number in a form', () => {
  const typed = (words: string) => {
    const data = new FormData()
    data.set('n', words)
    return readFields(data).number('n')
  }

  it('is read from plain digits, with the marks people put between them', () => {
    expect(['10', ' 10 ', '1,250', '£1 250.50', '-3', '0'].map(typed)).toEqual([10, 10, 1250, 1250.5, -3, 0])
  })

  it('is none when something else was typed, and undefined when nothing was', () => {
    for (const words of ['1e1', '0x10', 'ten', '5 or 6', 'Infinity', '-', '1.2.3'])
      expect(typed(words), words).toBeNaN()
    expect(typed('')).toBeUndefined()
    expect(typed('  ')).toBeUndefined()
  })
})

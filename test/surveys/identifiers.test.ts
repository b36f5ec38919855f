import { describe, expect, it } from 'vitest'
import { findIdentifiers, identifierClasses, markers, withMarkers } from '#server/surveys/shared/identifiers.ts'
import { invented } from './identifiers/invented.ts'
import { ordinary } from './identifiers/ordinary.ts'

/** Each identifier that something found covers whole, and whether it was called what it is. */
const results = invented.map(([sentence, identifier, is]) => {
  const from = sentence.indexOf(identifier)
  const one = findIdentifiers(sentence).find((found) => found.from <= from && found.to >= from + identifier.length)
  return { sentence, identifier, from, isFound: one !== undefined, isRightClass: one?.is === is }
})

describe('the rules for likely identifiers', () => {
  it('find at least 90 % of the invented ones', () => {
    expect(invented.length).toBeGreaterThanOrEqual(120)
    expect(results.filter(({ from }) => from < 0)).toEqual([])
    const found = results.filter(({ isFound }) => isFound).length
    const named = results.filter(({ isRightClass }) => isRightClass).length
    const percent = (n: number) => `${((100 * n) / invented.length).toFixed(1)} %`
    console.log(
      `identifiers: ${found} of ${invented.length} found (${percent(found)}), ${named} called what they are (${percent(named)}); missed: ${results
        .filter(({ isFound }) => !isFound)
        .map(({ sentence }) => sentence)
        .join(' | ')}`,
    )
    expect(found / invented.length).toBeGreaterThanOrEqual(0.9)
    expect(named / invented.length).toBeGreaterThanOrEqual(0.9)
  })

  it('flag none of the ordinary practice sentences', () => {
    expect(ordinary.length).toBeGreaterThanOrEqual(120)
    const flagged = ordinary.flatMap((sentence) =>
      findIdentifiers(sentence).map(({ from, to, is }) => `${sentence} → ${is}: ${sentence.slice(from, to)}`),
    )
    expect(flagged).toEqual([])
  })

  it('say in order what each is and why, none over another', () => {
    const text = 'I saw Kaiya Ward (aged 9) of 14 Tamarisk Road, ZX1 2QY, on 12 March 2026; ring 07700 900123.'
    const found = findIdentifiers(text)
    expect(found.map(({ from, to, is }) => [is, text.slice(from, to)])).toEqual([
      ['name', 'Kaiya Ward'],
      ['age', 'aged 9'],
      ['place', '14 Tamarisk Road'],
      ['postcode', 'ZX1 2QY'],
      ['date', '12 March 2026'],
      ['phone', '07700 900123'],
    ])
    for (const { why } of found) expect(why).not.toBe('')
  })

  it('propose a marker of the class in place of each, and leave every other character', () => {
    const text = "Jayden's mum rang\n– then K.B. came, aged 9."
    expect(withMarkers(text, findIdentifiers(text))).toBe(
      "[name removed]'s mum rang\n– then [name removed] came, [age removed].",
    )
    expect(withMarkers('Nothing here', [])).toBe('Nothing here')
    // What was taken out is not found again in the marker's own words.
    for (const is of identifierClasses) expect(findIdentifiers(`It was ${markers[is]} again.`), is).toEqual([])
  })

  it('take any text in a moment, however long and odd', () => {
    for (const text of [
      '',
      ' ',
      'A'.repeat(5000),
      'Ab '.repeat(2000),
      '1 '.repeat(3000),
      "O'".repeat(2000),
      'é-'.repeat(2000),
    ]) {
      const started = performance.now()
      findIdentifiers(text)
      expect(performance.now() - started, text.slice(0, 10)).toBeLessThan(2000)
    }
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  attributionFigure,
  baseOf,
  commitmentsFigure,
  differencesFigure,
  helpedFigure,
  obstaclesFigure,
  readyFigure,
  type Tally,
  whereSeenFigure,
} from '#server/impact/answer-figures.ts'
import { arrowsFigure, fadeFigure } from '#server/impact/knowledge-figures.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import { endInstrument, followUpInstrument } from '#server/surveys/shared/instruments.ts'

const keysOf = (key: string, instrument = followUpInstrument) =>
  instrument.questions.find((question) => question.key === key)!.options.map((option) => option.key)

const byOneQuestion = [
  { name: 'differences', key: 'difference', make: differencesFigure },
  { name: 'helped', key: 'helped', make: helpedFigure },
  { name: 'anyway', key: 'anyway', make: attributionFigure },
  { name: 'where seen', key: 'where-seen', make: whereSeenFigure },
  { name: 'ready', key: 'ready', make: readyFigure, instrument: endInstrument },
] as const

/** One answer each, spread over the options in turn, so that the counts add up for questions with one answer as well. */
function spread(keys: readonly string[], answered: number): Tally {
  const options: Record<string, number> = {}
  for (let i = 0; i < answered; i++) options[keys[i % keys.length]!] = (options[keys[i % keys.length]!] ?? 0) + 1
  return { answered, options }
}

const counted = (figure: Figure, column: string) => {
  const at = figure.table!.head.indexOf(column)
  return figure.table!.rows.map((row) => row[at])
}

describe('figures of what people answered', () => {
  it.each(byOneQuestion)(
    '$name: the table has every option with exactly its count, and the picture the same',
    (one) => {
      const keys = keysOf(one.key, 'instrument' in one ? one.instrument : undefined)
      fc.assert(
        fc.property(fc.integer({ min: 5, max: 500 }), (answered) => {
          const tally = spread(keys, answered)
          const figure = one.make({ tally, came: answered + 20, isShown: true }, 'both')
          const counts = keys.map((key) => tally.options[key] ?? 0)
          expect(counted(figure, 'People')).toEqual(counts)
          expect(figure.picture).toMatchObject({
            kind: 'shares',
            rows: counts.map((count) => ({ count, of: answered })),
          })
          expect(figure.table!.head.includes('Of those who answered')).toBe(answered >= 10)
          expect(figure.sentence).not.toMatch(/undefined|NaN|%\D*%\D*%\D*%/)
          if (answered < 10) expect(figure.sentence).not.toContain('%')
        }),
        { numRuns: 60 },
      )
    },
  )

  it.each(byOneQuestion)('$name: where it may not be shown, nothing but how many answered is said', (one) => {
    const tally = {
      answered: 4,
      options: { [keysOf(one.key, 'instrument' in one ? one.instrument : undefined)[0]!]: 3 },
    }
    const figure = one.make({ tally, came: 30, isShown: false }, 'both')
    expect(figure).toMatchObject({ table: null, picture: null, drillDown: [] })
    expect(figure.notShown).toBe('Not shown: fewer than five answered this.')
    expect(one.make({ tally: { ...tally, answered: 5 }, came: 30, isShown: false }, 'both').notShown).toBe(
      'Not shown: beside what is shown elsewhere it would give away how a smaller group answered.',
    )
    expect(JSON.stringify({ ...figure, base: null })).not.toContain('3')
  })

  it.each(byOneQuestion)('$name reads as a sentence for nobody, one, two and all', (one) => {
    const keys = keysOf(one.key, 'instrument' in one ? one.instrument : undefined)
    for (const answered of [0, 1, 2, 5, 9, 10, 11]) {
      const figure = one.make({ tally: spread(keys, answered), came: 40, isShown: true }, 'children')
      expect(figure.sentence).toMatch(/^["“A-Z0-9]/)
      expect(figure.sentence).toMatch(/\.$/)
    }
  })

  it('words what was different by the people that the course’s audience works with', () => {
    const tally = spread(keysOf('difference'), 20)
    const labels = (audience: 'children' | 'adults') =>
      counted(differencesFigure({ tally, came: 40, isShown: true }, audience), 'What they named')
    expect(labels('children')).not.toEqual(labels('adults'))
  })

  it('sets what was met beside what was expected, and says whose it is to change', () => {
    const met = { answered: 12, options: { time: 7, manager: 3, nothing: 2 } }
    const expected = { answered: 20, options: { time: 4, 'unsure-how': 9, nothing: 5 } }
    const figure = obstaclesFigure({ tally: met, came: 30, isShown: true }, { tally: expected, isShown: true }, 'both')
    expect(figure.table!.head).toEqual(['In the way', 'Expected it, of 20', 'Met it, of 12', 'Whose it is to change'])
    expect(figure.table!.rows).toContainEqual(['Time and workload', 4, 7, 'The agencies'])
    expect(figure.table!.rows).toContainEqual(['Not sure how to start', 9, 0, 'The course'])
    expect(figure.table!.rows).toContainEqual(['Nothing', 5, 2, '–'])
    expect(figure.picture).toMatchObject({ kind: 'pairs', of: { first: 20, second: 12 } })
    expect(figure.sentence).toMatch(/ “Time and workload” is the agencies’ to change\.$/)
    const two = { answered: 12, options: { time: 4, manager: 4, 'unsure-how': 1 } }
    expect(
      obstaclesFigure({ tally: two, came: 30, isShown: true }, { tally: expected, isShown: true }, 'both').sentence,
    ).toMatch(/ “Time and workload” and “Little backing from my manager” are the agencies’ to change\.$/)
    const level = { answered: 12, options: { time: 4, 'unsure-how': 4 } }
    const both = obstaclesFigure({ tally: level, came: 30, isShown: true }, { tally: expected, isShown: true }, 'both')
    expect(both.sentence).toMatch(
      / “Time and workload” is the agencies’ to change, “Not sure how to start” the course’s\.$/,
    )
  })

  it('names nothing in particular first where it was named more often than anything else', () => {
    const said = (options: Record<string, number>, answered = 28) =>
      helpedFigure({ tally: { answered, options }, came: 40, isShown: true }, 'both').sentence
    const [first, second] = keysOf('helped').filter((key) => key !== 'nothing') as [string, string]
    expect(said({ nothing: 9, [first]: 6 })).toMatch(
      /^9 \(32%\) of the 28 who answered named nothing in particular\. Of what did help, named most: “[^”]+”, by 6 \(21%\)\.$/,
    )
    expect(said({ nothing: 6, [first]: 6, [second]: 6 })).toMatch(
      /^Named as often as nothing in particular: “[^”]+” and “[^”]+”, each by 6 \(21%\) of the 28 who answered\.$/,
    )
    expect(said({ nothing: 5, [first]: 6, [second]: 6 })).toMatch(
      /^Named most: “[^”]+” and “[^”]+”, each by 6 \(21%\) of the 28 who answered\.$/,
    )
    expect(said({ [first]: 3, [second]: 3 }, 9)).toMatch(/, each by 3 of the 9 who answered\.$/)
    expect(said({ [first]: 9 }, 9)).toMatch(/^Named most: “[^”]+”, by all 9 who answered\.$/)
    expect(said({ nothing: 5 })).toBe('Nobody named anything that helped.')
  })

  it('says of how many it was that they said they could do it', () => {
    const said = (options: Record<string, number>, answered: number) =>
      readyFigure({ tally: { answered, options }, came: 400, isShown: true }, 'both').sentence
    const could = 'said that they could do it on their own, or show a colleague.'
    expect(said({ 'on-my-own': 100, 'show-a-colleague': 44 }, 349)).toBe(
      `Of the 349 who told us at the end of the day, 144 (41%) ${could}`,
    )
    expect(said({ 'on-my-own': 4 }, 9)).toBe(`Of the 9 who told us at the end of the day, 4 ${could}`)
    expect(said({}, 9)).toBe(`Of the 9 who told us at the end of the day, none ${could}`)
    expect(said({ 'on-my-own': 12 }, 12)).toBe(`All 12 who told us at the end of the day ${could}`)
    expect(said({ 'on-my-own': 2 }, 2)).toBe(`Both people who told us at the end of the day ${could}`)
  })

  it('keeps expectations to itself where they may not be shown', () => {
    const met = { answered: 12, options: { time: 7 } }
    const figure = obstaclesFigure(
      { tally: met, came: 30, isShown: true },
      { tally: { answered: 4, options: { 'unsure-how': 4 } }, isShown: false },
      'both',
    )
    expect(figure.table!.head).toEqual(['In the way', 'Met it, of 12', 'Whose it is to change'])
    expect(figure.picture).toMatchObject({ kind: 'shares' })
    expect(figure.drillDown.join(' ')).toContain('not shown')
    expect(JSON.stringify(figure)).not.toContain(':4')
  })

  it('says of each commitment how many answered about it and how many have it in practice', () => {
    const figure = commitmentsFigure(
      [
        { label: 'Use the toolkit', made: 20, answered: 11, inPractice: 7 },
        { label: 'Other commitments', made: 14, answered: 6, inPractice: 1 },
      ],
      17,
      40,
      true,
    )
    expect(figure.table!.rows).toEqual([
      ['Use the toolkit', 11, 7],
      ['Other commitments', 6, 1],
    ])
    expect(commitmentsFigure([], 0, 40, true).table).toBeNull()
    expect(commitmentsFigure([], 5, 40, true).notShown).toMatch(/^Not shown: too few answered about any one commitment/)
    expect(commitmentsFigure([], 4, 40, true).notShown).toBe('Not shown: fewer than five answered this.')
  })

  it('draws both befores against the same now', () => {
    const figure = arrowsFigure(
      [
        { before: 1, lookingBack: 0, now: 2, n: 6 },
        { before: 2, lookingBack: 1, now: 3, n: 3 },
        { before: 1, lookingBack: 1, now: 1, n: 2 },
      ],
      { position: 1, text: 'I can', came: 20, isShown: true },
    )
    expect(figure.base).toMatchObject({ people: 11, of: 20, words: '11 of 20 who came (55%)' })
    expect(figure.table!.rows.map(([, count]) => count)).toEqual([3, 0, 9])
    expect(figure.picture).toMatchObject({
      rows: [
        { from: 3, to: 9, of: 11 },
        { from: 0, to: 9, of: 11 },
      ],
    })
    expect(figure.sentence).toContain(
      'Looking back, 9 rated the morning lower than they had, 2 the same and none higher.',
    )
    expect(figure.drillDown).toEqual([])
  })

  it('counts who rose, stayed and fell from the end of the day', () => {
    const figure = fadeFigure(
      [
        { end: 3, now: 2, n: 4 },
        { end: 2, now: 2, n: 5 },
        { end: 1, now: 2, n: 2 },
        { end: 2, now: 1, n: 1 },
      ],
      { position: 1, text: 'I can', came: 20, isShown: true },
    )
    expect(figure.table!.rows.map(([, count]) => count)).toEqual([2, 5, 5, 10, 11])
  })

  it('prints no percentage of the response from fewer than ten', () => {
    expect(baseOf(9, 20).words).toBe('9 of 20 who came')
    expect(baseOf(10, 20).words).toBe('10 of 20 who came (50%)')
    expect(baseOf(0, 0).words).toBe('Nobody came')
  })
})

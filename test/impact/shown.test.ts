import { describe, expect, it } from 'vitest'
import { audit } from '#server/impact/shared/audit.ts'
import { type AnswerCell, type Family, shownFamilies } from '#server/impact/shared/shown.ts'

/** Cells of so many people, whose answers differ. */
const mixed = (answered: number): AnswerCell => ({ answered, options: [1, answered - 1] })
const same = (answered: number): AnswerCell => ({ answered, options: [answered, 0] })
const offer = (id: string, cells: number[], attended: number) => ({ id, cells, attended })
const idsOf = (shown: Map<string, { ids: string[] }[]>, family: string) =>
  shown.get(family)!.map(({ ids }) => ids.join('+'))

describe('shownFamilies, rooms', () => {
  const room = (...rows: ReturnType<typeof offer>[]): Family => ({ id: 'courses', how: 'tree-level', rows })

  it('shows a room from ten who attended and five who answered', () => {
    const cells = [mixed(5), mixed(5), mixed(4)]
    const shown = shownFamilies(cells, [], [room(offer('a', [0], 10), offer('b', [1], 9), offer('c', [2], 20))])
    expect(shown.get('courses')).toEqual([{ ids: ['a'], cells: [0], attended: 10, answered: 5 }])
  })

  it('leaves out the smallest that would leave a few people between the rest and the total', () => {
    const cells = [mixed(12), mixed(9), mixed(6), mixed(2)]
    const families: Family[] = [
      { id: 'programme', how: 'tree-level', rows: [offer('all', [0, 1, 2, 3], 60)] },
      room(offer('a', [0], 20), offer('b', [1], 20), offer('c', [2], 20), offer('d', [3], 4)),
    ]
    expect(idsOf(shownFamilies(cells, [], families), 'courses')).toEqual(['a', 'b'])
  })

  it('shows the last part of a total, which everyone could work out', () => {
    const cells = [mixed(12), mixed(9)]
    const families: Family[] = [
      { id: 'programme', how: 'tree-level', rows: [offer('all', [0, 1], 40)] },
      room(offer('a', [0], 20), offer('b', [1], 20)),
    ]
    expect(idsOf(shownFamilies(cells, [], families), 'courses')).toEqual(['a', 'b'])
  })

  it('does not show the room that a report told of when only one more has answered', () => {
    const cells = [mixed(12), mixed(1)]
    const later = room(offer('a', [0, 1], 20))
    expect(idsOf(shownFamilies(cells, [[0]], [later]), 'courses')).toEqual([])
    expect(idsOf(shownFamilies([mixed(12), mixed(5)], [[0]], [later]), 'courses')).toEqual(['a'])
  })

  it('counts people who answered anew since a report once', () => {
    const anew = (n: number): AnswerCell[] => [
      mixed(12),
      { ...mixed(n), people: 'anew' },
      { ...mixed(n), people: 'anew' },
    ]
    const now = room(offer('a', [0, 2], 20))
    expect(idsOf(shownFamilies(anew(3), [[0, 1]], [now]), 'courses')).toEqual([])
    expect(idsOf(shownFamilies(anew(5), [[0, 1]], [now]), 'courses')).toEqual(['a'])
  })

  it('shows nothing new beside reports that give people away already, but what they showed', () => {
    const cells = [mixed(12), mixed(1), mixed(20)]
    const shown = shownFamilies(cells, [[0], [0, 1]], [room(offer('a', [0], 20), offer('b', [2], 30))])
    expect(idsOf(shown, 'courses')).toEqual(['a'])
  })

  it('prefers the family offered first', () => {
    const cells = [mixed(8), mixed(2), mixed(8)]
    const families: Family[] = [
      { id: 'first', how: 'tree-level', rows: [offer('left', [0, 1], 20)] },
      { id: 'second', how: 'tree-level', rows: [offer('left less two', [0], 20)] },
    ]
    const shown = shownFamilies(cells, [], families)
    expect([idsOf(shown, 'first'), idsOf(shown, 'second')]).toEqual([['left'], []])
    const turned = shownFamilies(cells, [], families.toReversed())
    expect([idsOf(turned, 'first'), idsOf(turned, 'second')]).toEqual([[], ['left less two']])
  })
})

describe('shownFamilies, who people are', () => {
  const agencies = (...rows: ReturnType<typeof offer>[]): Family => ({ id: 'agencies', how: 'merged', rows })

  it('merges the smallest into the next smallest until each has enough', () => {
    const cells = [mixed(20), mixed(4), mixed(3), mixed(9)]
    const shown = shownFamilies(
      cells,
      [[0, 1, 2, 3]],
      [agencies(offer('a', [0], 30), offer('b', [1], 6), offer('c', [2], 5), offer('d', [3], 15))],
    )
    expect(shown.get('agencies')).toEqual([
      { ids: ['a'], cells: [0], attended: 30, answered: 20 },
      { ids: ['b', 'c'], cells: [2, 1], attended: 11, answered: 7 },
      { ids: ['d'], cells: [3], attended: 15, answered: 9 },
    ])
  })

  it('breaks ties by id, whatever the order offered', () => {
    const cells = [mixed(3), mixed(3), mixed(3), mixed(9)]
    const rows = [offer('c', [2], 6), offer('a', [0], 6), offer('b', [1], 6), offer('d', [3], 15)]
    const merged = (order: typeof rows) =>
      idsOf(shownFamilies(cells, [], [agencies(...order)]), 'agencies').map((ids) => ids.split('+').sort().join('+'))
    expect(merged(rows).sort()).toEqual(['a+b+c', 'd'])
    expect(merged(rows.toReversed()).sort()).toEqual(merged(rows).sort())
  })

  it('merges a row where everyone answered the same', () => {
    const cells = [mixed(20), same(9), mixed(10)]
    const shown = shownFamilies(cells, [], [agencies(offer('a', [0], 30), offer('b', [1], 15), offer('c', [2], 15))])
    expect(idsOf(shown, 'agencies')).toEqual(['a', 'b+c'])
  })

  it('shows nothing when only one row is left', () => {
    const shown = shownFamilies([mixed(20), mixed(4)], [], [agencies(offer('a', [0], 30), offer('b', [1], 30))])
    expect(shown.get('agencies')).toEqual([])
  })

  it('merges further when two breakdowns together give a few people away', () => {
    // Sectors follow agencies but for two people.
    const cells = [mixed(10), mixed(2), mixed(10), mixed(30)]
    const families: Family[] = [
      agencies(offer('a', [0, 1], 20), offer('b', [2], 20), offer('c', [3], 20)),
      { id: 'sectors', how: 'merged', rows: [offer('x', [0], 20), offer('y', [1, 2], 20), offer('z', [3], 20)] },
    ]
    const shown = shownFamilies(cells, [], families)
    expect(idsOf(shown, 'agencies')).toEqual(['a', 'b', 'c'])
    expect(idsOf(shown, 'sectors')).toEqual(['x+y', 'z'])
  })

  it('shows all or none where rows cannot be merged', () => {
    const none = (cells: AnswerCell[], attended = 20): Family[] => [
      { id: 'periods', how: 'all-or-none', rows: cells.map((_, i) => offer(`p${i}`, [i], attended)) },
    ]
    const shown = (cells: AnswerCell[]) => shownFamilies(cells, [], none(cells)).get('periods')!.length
    expect(shown([mixed(9), mixed(5)])).toBe(2)
    expect(shown([mixed(9), mixed(4)])).toBe(0)
    expect(shown([mixed(9), same(6)])).toBe(0)
    expect(shown([same(6)])).toBe(1)
  })
})

describe('audit', () => {
  const units = (from: number, to: number, answer = 'yes') =>
    Array.from({ length: to - from }, (_, i) => `${from + i}:${answer}`)
  const series = (name: string, rows: Record<string, string[]>) => ({
    name,
    measure: 'Practice',
    rows: Object.entries(rows).map(([id, units]) => ({ id, units })),
  })

  it('holds, and says what it looked at', () => {
    const told = audit([series('Report 1', { Course: units(0, 20) }), series('Report 2', { Course: units(0, 26) })])
    expect(told).toEqual({
      holds: true,
      log: [
        'Practice: 2 groups in 2 reports and sets of pages, 26 answers of 26 people, 2 kinds of people no group tells apart. Smallest number of people anything derivable rests on: none below 5.',
      ],
    })
  })

  it('names the groups whose subtraction gives somebody away', () => {
    const told = audit([series('Report 1', { Course: units(0, 20) }), series('Report 2', { Course: units(0, 21) })])
    expect(told.holds).toBe(false)
    expect(told.log[1]).toBe('Practice: “Course” (Report 2), less “Course” (Report 1), leaves what rests on 1 person.')
  })

  it('counts somebody who answered anew once, and each question by itself', () => {
    const first = series('Report 1', { Course: units(0, 20) })
    const later = series('Report 2', { Course: [...units(0, 16), ...units(16, 20, 'no')] })
    expect(audit([first, later]).holds).toBe(false)
    expect(audit([first, { ...later, measure: 'Learning' }]).holds).toBe(true)
  })
})

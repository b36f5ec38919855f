import { describe, expect, it } from 'vitest'
import {
  barLegend,
  inPracticeOf,
  isProvisional,
  matrixPicture,
  matrixTable,
  movesOf,
  segmentKeys,
  unheardKeys,
  unheardOf,
  wholeRoomBar,
  wholeRoomTable,
} from '#server/impact/shared/pictures.ts'
import { conference, conferenceMatrix, programme, roomOf } from './conference.ts'

/** WCAG 2 relative luminance, then contrast. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r, g, blue] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!
  }
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

describe('the whole-room bar', () => {
  it('draws the conference in the fixed order, the silent hatched at the right end', () => {
    const { pieces, hatch, width, height } = wholeRoomBar(conference)
    expect([width, height]).toEqual([1000, 74])
    expect(pieces.map(({ key, count }) => [key, count])).toEqual([
      ['routine', 15],
      ['once', 11],
      ['started', 5],
      ['not-yet', 3],
      ['no-chance', 4],
      ['left', 1],
      ['already', 3],
      ['unheard', 38],
    ])
    expect(pieces.map(({ hatched }) => hatched)).toEqual([false, false, false, false, false, false, false, true])
    expect(pieces.filter(({ edged }) => edged).map(({ key, fill }) => [key, fill])).toEqual([['already', '#ffffff']])
    expect(hatch).toEqual({
      x: pieces[7]!.x,
      width: pieces[7]!.width,
      count: 38,
      words: '38 did not reply or could not be asked',
      fits: true,
    })
  })

  it('fills the width without a gap or an overlap', () => {
    for (const width of [320, 1000, 1065]) {
      const { pieces } = wholeRoomBar(conference, width)
      expect(pieces[0]!.x).toBe(0)
      pieces.forEach((piece, i) => {
        const next = pieces[i + 1]?.x ?? width
        expect(piece.x + piece.width).toBeCloseTo(next, 6)
      })
    }
  })

  it('is true to size however narrow a piece gets, and leaves a count without room to the key', () => {
    const plain = wholeRoomBar(roomOf({ routine: 20, once: 20 }, { 'no-reply': 40 }))
    expect(plain.pieces.map(({ width }) => width)).toEqual([250, 250, 500])
    const onPhone = wholeRoomBar(programme, 288).pieces
    expect(onPhone.map(({ key, width, inset }) => [key, Math.round(width), inset !== null])).toEqual([
      ['routine', 57, true],
      ['once', 25, false],
      ['started', 10, false],
      ['not-yet', 4, false],
      ['no-chance', 3, false],
      ['left', 2, false],
      ['already', 1, false],
      ['unheard', 186, true],
    ])
    expect(wholeRoomBar(conference).pieces.find(({ key }) => key === 'left')!.width).toBe(12.5)
  })

  it('covers no piece with the line before it or with its own edge', () => {
    for (const width of [240, 288, 680, 1000])
      for (const room of [programme, conference])
        for (const piece of wholeRoomBar(room, width).pieces.filter((one) => one.width >= 1)) {
          expect(piece.line).toBeLessThan(piece.width)
          expect(piece.edge * 2).toBeLessThanOrEqual(piece.width / 2 + 0.02)
        }
  })

  it('has neither a hatch when everyone answered nor a piece for nobody', () => {
    const bar = wholeRoomBar(roomOf({ routine: 12, already: 3 }))
    expect(bar.hatch).toBeNull()
    expect(bar.pieces.map(({ key }) => key)).toEqual(['routine', 'already'])
    expect(wholeRoomBar(roomOf({}))).toEqual({ width: 1000, height: 74, pieces: [], hatch: null })
  })

  it('keeps its words out of a hatch too narrow for them', () => {
    expect(wholeRoomBar(roomOf({ routine: 78 }, { 'no-reply': 2 })).hatch).toMatchObject({
      words: '2 did not reply',
      fits: false,
    })
  })

  it.each([
    [{ 'no-reply': 1 }, '1 did not reply'],
    [{ 'could-not-be-asked': 2 }, '2 could not be asked'],
    [{ 'not-asked-by-rule': 1 }, '1 was not asked by rule'],
    [{ 'still-being-asked': 4, 'not-yet-due': 5 }, '9 are still being asked or are not yet due'],
    [{ 'not-yet-due': 1 }, '1 is not yet due'],
    [{ 'no-reply': 1, 'could-not-be-asked': 1, 'still-being-asked': 1 }, '3 have not answered'],
    [{ 'no-reply': 1300 }, '1,300 did not reply'],
  ])('says what became of the silent (%#)', (unheard, words) => {
    expect(wholeRoomBar(roomOf({ routine: 10 }, unheard)).hatch?.words).toBe(words)
  })

  it('prints every count in an ink of at least 4.5 to 1, and explains all seven answers', () => {
    expect(barLegend.map(({ key }) => key)).toEqual([...segmentKeys])
    for (const piece of wholeRoomBar(conference).pieces)
      expect(contrast(piece.fill, piece.ink)).toBeGreaterThanOrEqual(4.5)
  })

  it('refuses a room that does not add up', () => {
    expect(() => wholeRoomBar({ ...conference, came: 79 })).toThrow(RangeError)
    expect(() => wholeRoomTable({ ...conference, answered: 43 })).toThrow(RangeError)
    expect(() => wholeRoomBar(roomOf({ routine: 11, once: -1 }))).toThrow(RangeError)
    expect(() => wholeRoomBar(roomOf({ routine: 1.5 }))).toThrow(RangeError)
  })
})

describe('the room', () => {
  it('counts routine and once as in practice, started and already not', () => {
    expect(inPracticeOf(conference)).toBe(26)
    expect(unheardOf(conference)).toBe(38)
  })

  it('is provisional while anyone is still being asked or not yet due', () => {
    expect(isProvisional(conference)).toBe(false)
    expect(isProvisional(roomOf({ routine: 10 }, { 'still-being-asked': 1 }))).toBe(true)
    expect(isProvisional(roomOf({ routine: 10 }, { 'not-yet-due': 1 }))).toBe(true)
  })

  it('is a table of every answer and every disposition, in per cent of everyone who came', () => {
    expect(wholeRoomTable(conference)).toEqual([
      ['Now part of how they work', 15, 19],
      ['Done at least once', 11, 14],
      ['Started', 5, 6],
      ['Not yet, or did not fit', 3, 4],
      ['No chance has come up', 4, 5],
      ['Left or away', 1, 1],
      ['Already worked this way', 3, 4],
      ['No reply', 35, 44],
      ['Could not be asked', 3, 4],
      ['Not asked by rule', 0, 0],
      ['Still being asked', 0, 0],
      ['Not yet due', 0, 0],
    ])
    expect(wholeRoomTable(conference).reduce((sum, [, count]) => sum + count, 0)).toBe(conference.came)
  })

  it('has no per cents below ten answers', () => {
    const rows = wholeRoomTable(roomOf({ routine: 9 }, { 'no-reply': 3 }))
    expect(rows).toHaveLength(segmentKeys.length + unheardKeys.length)
    expect(rows.every(([, , percent]) => percent === null)).toBe(true)
  })
})

describe('the matrix', () => {
  it('counts the moves of the conference', () => {
    expect(movesOf(conferenceMatrix)).toEqual({ matched: 28, up: 15, same: 10, down: 3 })
  })

  it('has rows for before, columns for now, up above the diagonal and down below', () => {
    const { cells, rows, columns, width, height } = matrixPicture(conferenceMatrix)
    expect(cells).toHaveLength(16)
    expect(rows.map(({ label }) => label)).toEqual(['Not yet', 'Some', 'Good', 'Strong'])
    expect(columns.map(({ label }) => label)).toEqual(['Not yet', 'Some', 'Good', 'Strong'])
    const someToGood = cells.find(({ before, now }) => before === 1 && now === 2)!
    expect(someToGood).toMatchObject({ count: 6, direction: 'up' })
    const [right, down] = [Math.max(...cells.map((c) => c.x + c.w)), Math.max(...cells.map((c) => c.y + c.h))]
    expect([right, down]).toEqual([width, height])
    for (const { before, now, x, y, direction } of cells) {
      expect(direction).toBe(now > before ? 'up' : now < before ? 'down' : 'same')
      expect(columns[now]!.x).toBeGreaterThan(x)
      expect(rows[before]!.y).toBeGreaterThan(y)
    }
  })

  it('is deeper where more people moved, white for nobody, grey for those who stayed', () => {
    const { cells } = matrixPicture(conferenceMatrix)
    const fills = (direction: string) =>
      new Map(cells.filter((cell) => cell.direction === direction).map(({ count, fill }) => [count, fill]))
    expect(fills('up').get(0)).toBe('#ffffff')
    const [one, three, four, six] = [1, 3, 4, 6].map((count) => contrast(fills('up').get(count)!, '#ffffff'))
    expect(one).toBeLessThan(three!)
    expect(three).toBeLessThan(four!)
    expect(four).toBeLessThan(six!)
    expect(new Set(fills('same').values())).toEqual(new Set(['#edf1f5']))
    for (const { fill, ink } of cells) expect(contrast(fill, ink)).toBeGreaterThanOrEqual(4.5)
  })

  it('is white all over when nobody could be matched', () => {
    const { cells } = matrixPicture({ counts: Array.from({ length: 4 }, () => [0, 0, 0, 0]), unmatched: 3 })
    expect(new Set(cells.map(({ fill }) => fill))).toEqual(new Set(['#ffffff']))
  })

  it('is a table with its totals', () => {
    const { head, rows, foot } = matrixTable(conferenceMatrix)
    expect(head).toEqual(['Before the day', 'Not yet', 'Some', 'Good', 'Strong', 'All'])
    expect(rows[1]).toEqual({ label: 'Some', counts: [1, 3, 6, 1], total: 11 })
    expect(rows.map(({ total }) => total)).toEqual([8, 11, 7, 2])
    expect(foot).toEqual([2, 8, 14, 4, 28])
  })

  it('refuses anything but four by four counts', () => {
    expect(() => movesOf({ counts: [[1]], unmatched: 0 })).toThrow(RangeError)
    expect(() =>
      matrixPicture({
        counts: [
          [1, 0, 0, -1],
          [0, 0, 0, 0],
          [0, 0, 0, 0],
          [0, 0, 0, 0],
        ],
        unmatched: 0,
      }),
    ).toThrow(RangeError)
    expect(() => matrixTable({ ...conferenceMatrix, unmatched: 0.5 })).toThrow(RangeError)
  })
})

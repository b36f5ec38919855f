// The fixed templates, figure by figure, over the sizes at which grammar and the rules turn: none, one, two, all, and below and from ten.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Matrix } from '#server/impact/shared/pictures.ts'
import { breakEvenSentence, flowSentence, matrixSentence, wholeRoomSentence } from '#server/impact/shared/sentences.ts'
import { differenceWords, marginsWords, roomIntervalWords } from '#server/impact/shared/sentences-drill-down.ts'
import { defaultGates, gateOf, headlineSentence, titleOf } from '#server/impact/shared/sentences-gates.ts'
import {
  fadeSentence,
  trendDifference,
  trendSentence,
  twoArrowsSentence,
  weightedSentence,
  whoAnsweredSentence,
} from '#server/impact/shared/sentences-moves.ts'
import {
  attributionSentence,
  barriersSentence,
  commitmentsSentence,
  differencesSentence,
  opportunitySentence,
  waveDirection,
  wavesSentence,
  whereSeenSentence,
} from '#server/impact/shared/sentences-practice.ts'
import { costsSentence, coverageSentence, gapSentence } from '#server/impact/shared/sentences-programme.ts'
import { differenceInterval, largestGap, postStratified, twoBefores, wilson } from '#server/impact/shared/statistics.ts'
import { followUpInstrument } from '#server/surveys/shared/instruments.ts'
import { conference, conferenceMatrix, roomOf } from './conference.ts'

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31

describe('the sentence of the whole room', () => {
  it('says of the conference what the product page says', () => {
    expect(wholeRoomSentence(conference)).toBe(
      'Of 80 people who came, 42 told us what happened next. 26 have put what they planned into practice since the day; 3 were already doing it. If nobody else did, that is 33% of the room; if everyone else did, 80%.',
    )
  })

  it('uses counts alone below ten answers', () => {
    expect(wholeRoomSentence(roomOf({ routine: 2, once: 1, started: 2, already: 1 }, { 'no-reply': 6 }))).toBe(
      'Of 12 people who came, 6 told us what happened next. 3 have put what they planned into practice since the day; 1 was already doing it. That is at least 3 and at most 9 of the 12.',
    )
    expect(wholeRoomSentence(roomOf({ started: 5, already: 1 }, { 'no-reply': 6 }))).toBe(
      'Of 12 people who came, 6 told us what happened next. None has put what they planned into practice since the day; 1 was already doing it. That is at most 6 of the 12.',
    )
    expect(wholeRoomSentence(roomOf({ once: 7 }, { 'no-reply': 5 }))).toBe(
      'Of 12 people who came, 7 told us what happened next. All 7 have put what they planned into practice since the day. That is at least 7 of the 12, and at most all of them.',
    )
    expect(wholeRoomSentence(roomOf({ once: 4, started: 5 }))).toBe(
      'All 9 people who came told us what happened next. 4 have put what they planned into practice since the day; none was already doing it.',
    )
  })

  it('takes the number from which percentages stand from the settings', () => {
    expect(wholeRoomSentence(conference, { attended: 10, answered: 5, percentages: 43 })).toMatch(
      /That is at least 26 and at most 64 of the 80\.$/,
    )
  })

  it.each([
    [roomOf({}), 'Nobody came.'],
    [
      roomOf({}, { 'not-yet-due': 1 }),
      'The one person who came has not told us what happened next. Whether they have put what they planned into practice since the day is not known.',
    ],
    [
      roomOf({}, { 'not-yet-due': 2 }),
      'Neither of the 2 people who came has told us what happened next. How many have put what they planned into practice since the day is not known.',
    ],
    [
      roomOf({}, { 'not-yet-due': 80 }),
      'None of the 80 people who came has told us what happened next. How many have put what they planned into practice since the day is not known.',
    ],
    [
      roomOf({ routine: 1 }),
      'The one person who came told us what happened next. 1 has put what they planned into practice since the day.',
    ],
    [
      roomOf({ routine: 2 }),
      'Both people who came told us what happened next. Both have put what they planned into practice since the day.',
    ],
    [
      roomOf({ started: 10, routine: 1, already: 9 }),
      'All 20 people who came told us what happened next. 1 has put what they planned into practice since the day, 5% of the room; 9 were already doing it.',
    ],
    [
      roomOf({ routine: 20 }),
      'All 20 people who came told us what happened next. All 20 have put what they planned into practice since the day.',
    ],
    [
      roomOf({ already: 20 }),
      'All 20 people who came told us what happened next. None has put what they planned into practice since the day; all 20 were already doing it.',
    ],
    [
      roomOf({ started: 18, once: 1 }, { 'no-reply': 1 }),
      'Of 20 people who came, 19 told us what happened next. 1 has put what they planned into practice since the day; none was already doing it. If the one person we have not heard from did not, that is 5% of the room; if they did, 10%.',
    ],
    [
      roomOf({ started: 12 }, { 'no-reply': 8 }),
      'Of 20 people who came, 12 told us what happened next. None has put what they planned into practice since the day; none was already doing it. If nobody did, that is 0% of the room; if everyone we have not heard from did, 40%.',
    ],
    [
      roomOf({ routine: 12 }, { 'no-reply': 8 }),
      'Of 20 people who came, 12 told us what happened next. All 12 have put what they planned into practice since the day. If nobody else did, that is 60% of the room; if everyone else did, 100%.',
    ],
    [
      roomOf({ routine: 1, started: 400, already: 2 }, { 'no-reply': 797 }),
      'Of 1,200 people who came, 403 told us what happened next. 1 has put what they planned into practice since the day; 2 were already doing it. If nobody else did, that is less than 1% of the room; if everyone else did, 67%.',
    ],
  ])('is grammatical for none, one, both and all (%#)', (room, sentence) => {
    expect(wholeRoomSentence(room)).toBe(sentence)
  })

  it('never calls some people 0% or fewer than all 100%', () => {
    expect(wholeRoomSentence(roomOf({ routine: 300, started: 1 }, { 'no-reply': 100 }))).toContain('more than 99%')
  })

  it('refuses a room that does not add up', () => {
    expect(() => wholeRoomSentence({ ...conference, came: 81 })).toThrow(RangeError)
    expect(() => breakEvenSentence({ ...conference, answered: 41 })).toThrow(RangeError)
  })
})

describe('the break-even sentence', () => {
  const half = 'At least half the room has put it into practice if'

  it.each([
    [conference, `${half} 14 or more of the 38 we have not heard from have.`],
    [roomOf({ routine: 8, started: 10 }, { 'no-reply': 2 }), `${half} both people we have not heard from have.`],
    [roomOf({ routine: 2, started: 9 }, { 'no-reply': 8 }), `${half} all 8 we have not heard from have.`],
    [roomOf({ routine: 9, started: 2 }, { 'no-reply': 8 }), `${half} 1 or more of the 8 we have not heard from have.`],
    [roomOf({ routine: 9, started: 9 }, { 'no-reply': 1 }), `${half} the one person we have not heard from has.`],
    [roomOf({}, { 'no-reply': 12 }), `${half} 6 or more of the 12 we have not heard from have.`],
    [roomOf({}, { 'no-reply': 13 }), `${half} 7 or more of the 13 we have not heard from have.`],
  ])('names how many must have put it into practice (%#)', (room, sentence) => {
    expect(breakEvenSentence(room)).toBe(sentence)
  })

  it.each([
    [38, 'none of the 38 we have not heard from has put it into practice'],
    [2, 'neither of the 2 we have not heard from has put it into practice'],
    [1, 'the one person we have not heard from has not put it into practice'],
  ])('says that half is reached without the %i silent', (silent, who) => {
    expect(breakEvenSentence(roomOf({ routine: 40 }, { 'no-reply': silent }))).toBe(
      `Even if ${who}, at least half the room has.`,
    )
  })

  it.each([
    [38, 'all 38 we have not heard from have'],
    [2, 'both people we have not heard from have'],
    [1, 'the one person we have not heard from has'],
  ])('says that half is out of reach with all %i silent', (silent, who) => {
    expect(breakEvenSentence(roomOf({ started: 40 }, { 'no-reply': silent }))).toBe(
      `Even if ${who} put it into practice, that is fewer than half the room.`,
    )
  })

  it('needs no "if" when everyone answered, and no room when nobody came', () => {
    expect(breakEvenSentence(roomOf({ routine: 10, started: 10 }))).toBe(
      'Everyone who came has told us: at least half the room has put it into practice.',
    )
    expect(breakEvenSentence(roomOf({ routine: 9, started: 10 }))).toBe(
      'Everyone who came has told us: fewer than half the room has put it into practice.',
    )
    expect(breakEvenSentence(roomOf({ routine: 1 }))).toBe(
      'The one person who came has put what they planned into practice.',
    )
    expect(breakEvenSentence(roomOf({ left: 1 }))).toBe(
      'The one person who came has not put what they planned into practice.',
    )
    expect(breakEvenSentence(roomOf({}))).toBe('Nobody came.')
  })
})

describe('the sentence of the matrix', () => {
  const moved = (up: number, same: number, down: number, unmatched = 0): Matrix => ({
    counts: [
      [same, up, 0, 0],
      [0, 0, 0, 0],
      [0, down, 0, 0],
      [0, 0, 0, 0],
    ],
    unmatched,
  })

  it('says of the conference what the sketch says', () => {
    expect(matrixSentence(conferenceMatrix)).toBe(
      'Of the 28 people who told us both before the day and three months on, 15 moved up, 10 stayed and 3 moved down: more moved up than down; unlikely to be chance. 14 who answered did not tell us both times.',
    )
  })

  it('can tell from ten matched answers with 8 up and none down', () => {
    expect(matrixSentence(moved(8, 2, 0))).toBe(
      'Of the 10 people who told us both before the day and three months on, 8 moved up, 2 stayed and none moved down: more moved up than down; unlikely to be chance.',
    )
  })

  it('cannot tell from nine, however they moved, nor from 9 up and 3 down', () => {
    expect(matrixSentence(moved(9, 0, 0))).toBe(
      'Of the 9 people who told us both before the day and three months on, 9 moved up, none stayed and none moved down: too few to tell.',
    )
    expect(matrixSentence(moved(9, 8, 3, 1))).toBe(
      'Of the 20 people who told us both before the day and three months on, 9 moved up, 8 stayed and 3 moved down: too few to tell. 1 who answered did not tell us both times.',
    )
  })

  it('says as plainly that more moved down', () => {
    expect(matrixSentence(moved(0, 4, 8))).toBe(
      'Of the 12 people who told us both before the day and three months on, none moved up, 4 stayed and 8 moved down: more moved down than up; unlikely to be chance.',
    )
  })

  it('is grammatical for nobody, one, both and all', () => {
    expect(matrixSentence(moved(0, 0, 0, 6))).toBe(
      'Nobody told us both before the day and three months on. 6 who answered did not tell us both times.',
    )
    expect(matrixSentence(moved(0, 1, 0))).toBe(
      'The one person who told us both before the day and three months on stayed where they were: too few to tell.',
    )
    expect(matrixSentence(moved(0, 0, 1))).toBe(
      'The one person who told us both before the day and three months on moved down: too few to tell.',
    )
    expect(matrixSentence(moved(0, 2, 0))).toBe(
      'Both people who told us both before the day and three months on stayed where they were: too few to tell.',
    )
    expect(matrixSentence(moved(0, 28, 0))).toBe(
      'All 28 who told us both before the day and three months on stayed where they were.',
    )
  })
})

describe('the flow line', () => {
  it('follows the conference from booking to matched answers', () => {
    expect(flowSentence({ booked: 91, came: 80, reachable: 77, asked: 77, answered: 42, full: 31, matched: 28 })).toBe(
      '91 booked, 80 came, 77 could be reached and 77 were asked. 42 answered (53% of those who came), 31 fully; 28 could be matched.',
    )
  })

  it('stands for a small group without a percentage', () => {
    expect(flowSentence({ booked: 3, came: 1, reachable: 1, asked: 1, answered: 0, full: 0, matched: 0 })).toBe(
      '3 booked, 1 came, 1 could be reached and 1 was asked. Nobody has answered.',
    )
  })
})

describe('the sentence of those who had a chance', () => {
  const none = 'nobody said that no chance came up'

  it.each([
    [0, 0, 0, 0, 'Nobody has answered.'],
    [1, 0, 1, 0, 'Nobody who answered had a chance; for 1 no chance came up.'],
    [1, 0, 0, 0, `The one person who had a chance has not put it into practice; ${none}.`],
    [1, 1, 0, 0, `The one person who had a chance has put it into practice; ${none}.`],
    [2, 1, 0, 0, `Of the 2 who had a chance, 1 has put it into practice; ${none}.`],
    [2, 2, 0, 0, `Both people who had a chance have put it into practice; ${none}.`],
    [9, 0, 0, 2, `Of the 7 who had a chance, none has put it into practice; ${none}, and 2 have left or been away.`],
    [10, 5, 1, 0, 'Of the 9 who had a chance, 5 have put it into practice; for 1 no chance came up.'],
    [11, 5, 1, 0, 'Of the 10 who had a chance, 5 (50%) have put it into practice; for 1 no chance came up.'],
    [42, 26, 4, 0, 'Of the 38 who had a chance, 26 (68%) have put it into practice; for 4 no chance came up.'],
    [
      42,
      26,
      4,
      1,
      'Of the 37 who had a chance, 26 (70%) have put it into practice; for 4 no chance came up, and 1 has left or been away.',
    ],
    [42, 38, 4, 0, 'All 38 who had a chance have put it into practice; for 4 no chance came up.'],
    [
      1500,
      1,
      300,
      0,
      'Of the 1,200 who had a chance, 1 (less than 1%) has put it into practice; for 300 no chance came up.',
    ],
  ])(
    'of %i answers, %i in practice, %i without a chance, %i away',
    (answered, inPractice, noChance, left, sentence) => {
      expect(opportunitySentence({ answered, inPractice, noChance, left })).toBe(sentence)
    },
  )

  it('refuses more in practice than had a chance', () => {
    expect(() => opportunitySentence({ answered: 10, inPractice: 8, noChance: 2, left: 1 })).toThrow(RangeError)
    expect(() => opportunitySentence({ answered: 2, inPractice: 0, noChance: 2, left: 1 })).toThrow(RangeError)
  })
})

describe('the sentence of the waves', () => {
  const waves = (...rows: [inPractice: number, answered: number][]) =>
    rows.map(([inPractice, answered], i) => ({ label: `${i + 1} messages`, inPractice, answered }))
  const silent = 'anyone we have not heard from is plausibly nearer to the last who answered than to the first'

  it.each([
    [waves(), 'too-few', 'Nobody has answered.'],
    [
      waves([1, 1]),
      'too-few',
      '1 person answered soonest and none after more messages: too few to tell whether the share in practice goes with them.',
    ],
    [
      waves([12, 12]),
      'too-few',
      '12 people answered soonest and none after more messages: too few to tell whether the share in practice goes with them.',
    ],
    [
      waves([9, 9], [0, 30]),
      'too-few',
      '9 people answered soonest and 30 after more messages: too few to tell whether the share in practice goes with them.',
    ],
    [
      waves([10, 10], [0, 9]),
      'too-few',
      '10 people answered soonest and 9 after more messages: too few to tell whether the share in practice goes with them.',
    ],
    [
      waves([18, 20], [3, 10], [2, 12]),
      'falls',
      `Of the 20 who answered soonest, 18 (90%) have put it into practice; of the 22 who answered after more messages, 5 (23%). The share falls with the number of messages, so ${silent}.`,
    ],
    [
      waves([3, 20], [10, 10], [10, 12]),
      'rises',
      'Of the 20 who answered soonest, 3 (15%) have put it into practice; of the 22 who answered after more messages, 20 (91%). The share rises with the number of messages.',
    ],
    [
      waves([10, 20], [5, 10], [6, 12]),
      'no-difference',
      'Of the 20 who answered soonest, 10 (50%) have put it into practice; of the 22 who answered after more messages, 11 (50%). Between the two there is no clear difference.',
    ],
    [
      waves([0, 0], [12, 12], [0, 11]),
      'falls',
      `All 12 who answered soonest have put it into practice; of the 11 who answered after more messages, none. The share falls with the number of messages, so ${silent}.`,
    ],
  ] as const)('tells falling, rising and neither apart, and does not guess (%#)', (rows, direction, sentence) => {
    expect(waveDirection(rows)).toBe(direction)
    expect(wavesSentence(rows)).toBe(sentence)
  })

  it('says that the silent are like the last only when the share falls', () => {
    const wave = fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)])
    fc.assert(
      fc.property(fc.array(wave, { maxLength: 4 }), (drawn) => {
        const rows = waves(...drawn)
        expect(wavesSentence(rows).includes('we have not heard from')).toBe(waveDirection(rows) === 'falls')
        const turned = waves(...drawn.map(([done, all]): [number, number] => [all - done, all]))
        const opposite = { falls: 'rises', rises: 'falls', 'no-difference': 'no-difference', 'too-few': 'too-few' }
        expect(waveDirection(turned)).toBe(opposite[waveDirection(rows)])
      }),
      { seed, numRuns: 1000 },
    )
  })
})

describe('the sentence of who answered', () => {
  const said = (...rows: [label: string, attended: number, answered: number][]) => {
    const all = rows.map(([label, attended, answered]) => ({ label, attended, answered }))
    const came = all.reduce((sum, row) => sum + row.attended, 0)
    return whoAnsweredSentence(largestGap(all), { came, answered: all.reduce((sum, row) => sum + row.answered, 0) })
  }

  it('names the largest gap in words', () => {
    expect(said(['Schools', 40, 10], ['Health', 38, 30])).toBe(
      'Among groups of ten or more who came, the one that differs most is “Schools”: 51% of those who came and 25% of those who answered, 26 percentage points fewer.',
    )
    expect(said(['Schools', 40, 10], ['Health', 60, 40])).toBe(
      'Among groups of ten or more who came, the one that differs most is “Health”: 60% of those who came and 80% of those who answered, 20 percentage points more.',
    )
    expect(said(['Schools', 20, 20], ['Health', 80, 77])).toBe(
      'Among groups of ten or more who came, the one that differs most is “Health”: 80% of those who came and 79% of those who answered, 1 percentage point fewer.',
    )
  })

  it('uses counts below ten answers, and says when there is nothing to say', () => {
    expect(said(['Schools', 10, 1], ['Health', 12, 5])).toBe(
      'Among groups of ten or more who came, the one that differs most is “Health”: 12 of the 22 who came, and 5 of the 6 who answered.',
    )
    expect(said(['Schools', 12, 0], ['Police', 3, 2])).toBe(
      'Among groups of ten or more who came, the one that differs most is “Schools”: 12 of the 15 who came, and none of the 2 who answered.',
    )
    const of = (answered: number, its: number) =>
      whoAnsweredSentence(
        largestGap([
          { label: 'Some', attended: 42, answered: its },
          { label: 'Not yet', attended: 8, answered: answered - its },
        ]),
        { came: 50, answered },
        undefined,
        1,
      )
    expect(of(25, 22)).toBe(
      'One group alone has ten or more who came, “Some”: 84% of those who came and 88% of those who answered, 4 percentage points more.',
    )
    expect(of(25, 21)).toBe(
      'One group alone has ten or more who came, “Some”: 84% of those who came and 84% of those who answered.',
    )
    expect(of(6, 5)).toBe(
      'One group alone has ten or more who came, “Some”: 42 of the 50 who came, and 5 of the 6 who answered.',
    )
    // A remainder of several is no group, however far apart it is.
    const rest = { label: '4 others with fewer than 10 each', attended: 12, answered: 0, isTogether: true }
    const rows = [
      { label: 'Health', attended: 30, answered: 20 },
      { label: 'Police', attended: 20, answered: 10 },
      rest,
    ]
    expect(whoAnsweredSentence(null, { came: 62, answered: 62 })).toBe('Everyone counted here answered.')
    expect(whoAnsweredSentence(largestGap(rows), { came: 62, answered: 30 })).toMatch(
      /^Among .* differs most is “Health”: /,
    )
    expect(said(['Schools', 9, 3])).toBe('No group is large enough to set those who answered beside those who came.')
    expect(said(['Schools', 40, 20], ['Health', 40, 20])).toBe(
      'Among groups of ten or more who came, those who answered are like those who came, to the nearest percentage point.',
    )
    expect(said(['Schools', 40, 0])).toBe('Nobody has answered.')
  })
})

describe('the sentence of the weighted share', () => {
  it('stands beside the plain one, and gives way to the bounds when they differ by more than five points', () => {
    const cells = (yes: number) => [
      { attended: 60, answered: 10, yes },
      { attended: 20, answered: 20, yes: 10 },
      { attended: 20, answered: 4, yes: 0 },
    ]
    expect(weightedSentence(postStratified(cells(9)), 'sector')).toBe(
      'Weighted by sector to those who came: 80%, beside 63% unweighted. The largest weight is 2.3; the cells used hold 80% of the room. They differ by more than five percentage points: go by the bounds.',
    )
    expect(weightedSentence(postStratified(cells(5)), 'sector')).toBe(
      'Weighted by sector to those who came: 50%, beside 50% unweighted. The largest weight is 2.3; the cells used hold 80% of the room.',
    )
    expect(weightedSentence(null, 'sector')).toBe('Too few answered to weight by sector.')
  })
})

describe('the sentence of the two arrows', () => {
  it('gives both befores, now and the response shift, and is no test', () => {
    const befores = twoBefores([
      { before: 2, lookingBack: 1, now: 3, n: 9 },
      { before: 0, lookingBack: 0, now: 2, n: 15 },
      { before: 1, lookingBack: 2, now: 2, n: 4 },
    ])
    expect(twoArrowsSentence(befores)).toBe(
      '28 people told us all three. 9 (32%) rated themselves good or strong before the day, 4 (14%) did so of that morning looking back, and 28 (100%) now. Looking back, 9 rated the morning lower than they had, 15 the same and 4 higher. Neither comparison is a test: both end at the same answers.',
    )
  })

  it('is grammatical for nobody and one, without a percentage below ten', () => {
    expect(twoArrowsSentence(twoBefores([]))).toBe(
      'Nobody told us all three: before the day, looking back at its end, and now.',
    )
    expect(twoArrowsSentence(twoBefores([{ before: 2, lookingBack: 1, now: 3, n: 1 }]))).toBe(
      '1 person told us all three. 1 rated themselves good or strong before the day, none did so of that morning looking back, and 1 now. Looking back, 1 rated the morning lower than they had, none the same and none higher. Neither comparison is a test: both end at the same answers.',
    )
  })
})

describe('the sentence of the fade', () => {
  const told = 'told us both at the end of the day and three months on'

  it.each([
    [0, 0, 0, `Nobody ${told}.`],
    [0, 1, 0, `The one person who ${told} stayed where they were: too few to tell.`],
    [0, 0, 1, `The one person who ${told} fell: too few to tell.`],
    [1, 0, 0, `The one person who ${told} rose: too few to tell.`],
    [1, 1, 0, `Of the 2 who ${told}, 1 rose, 1 stayed and none fell: too few to tell.`],
    [0, 2, 0, `Both people who ${told} stayed where they were: too few to tell.`],
    [0, 20, 0, `All 20 who ${told} stayed where they were.`],
    [5, 15, 4, `Of the 24 who ${told}, 5 rose, 15 stayed and 4 fell: too few to tell.`],
    [0, 12, 9, `Of the 21 who ${told}, none rose, 12 stayed and 9 fell: more fell than rose; unlikely to be chance.`],
    [9, 12, 0, `Of the 21 who ${told}, 9 rose, 12 stayed and none fell: more rose than fell; unlikely to be chance.`],
    [0, 0, 9, `Of the 9 who ${told}, none rose, none stayed and 9 fell: too few to tell.`],
  ])('of %i who rose, %i who stayed and %i who fell', (rose, stayed, fell, sentence) => {
    expect(fadeSentence({ rose, stayed, fell })).toBe(sentence)
  })
})

describe('the sentence of the commitments', () => {
  const said = (...rows: [label: string, made: number, answered: number, inPractice: number][]) =>
    commitmentsSentence(rows.map(([label, made, answered, inPractice]) => ({ label, made, answered, inPractice })))
  const went = 'who made it and told us how it went'

  it('names the one made most and what became of it', () => {
    expect(said(['Use the toolkit', 18, 12, 9], ['Ask in supervision', 3, 3, 3])).toBe(
      `Made most often: “Use the toolkit”, by 18 people. Of the 12 ${went}, 9 (75%) have put it into practice.`,
    )
    expect(said(['A', 20, 20, 20])).toBe(
      `Made most often: “A”, by 20 people. All 20 ${went} have put it into practice.`,
    )
    expect(said(['A', 20, 9, 0])).toBe(
      `Made most often: “A”, by 20 people. Of the 9 ${went}, none has put it into practice.`,
    )
  })

  it('does not say how fewer than five fared', () => {
    expect(said(['A', 18, 4, 4])).toBe(
      'Made most often: “A”, by 18 people. Too few who made it have told us how it went for that to be shown.',
    )
    expect(said(['A', 1, 0, 0])).toBe('Made most often: “A”, by 1 person. Nobody who made it has told us how it went.')
  })

  it('names level ones together, up to three', () => {
    expect(said(['A', 7, 4, 1], ['B', 7, 5, 5])).toBe(
      `Made most often: “A” and “B”, by 7 people each. On “A”: too few who made it have told us how it went for that to be shown. On “B”: all 5 ${went} have put it into practice.`,
    )
    expect(said(['A', 2, 0, 0], ['B', 2, 0, 0], ['C', 2, 0, 0], ['D', 2, 0, 0])).toBe(
      '4 commitments were made equally often, by 2 people each.',
    )
    expect(said(['A', 0, 0, 0])).toBe('Nobody has said what they would do differently.')
    expect(said()).toBe('Nobody has said what they would do differently.')
  })
})

describe('the sentence of the barriers', () => {
  const said = (of: [expected: number, met: number], ...rows: [key: string, expected: number, met: number][]) =>
    barriersSentence(
      rows.map(([key, expected, met]) => ({ key, label: key, expected, met })),
      { expected: of[0], met: of[1] },
    )

  it('names the one met most, how many had expected it, and the largest surprise', () => {
    expect(said([40, 30], ['time', 20, 14], ['systems', 2, 9], ['nothing', 3, 7])).toBe(
      'What got in the way most: “time”, named by 14 (47%) of the 30 who told us; on the day, 20 (50%) of the 40 who told us had expected it. The largest surprise: “systems”, expected by 2 (5%) and met by 9 (30%). 7 (23%) said that nothing got in the way.',
    )
    expect(said([40, 30], ['time', 20, 14], ['systems', 0, 0])).toBe(
      'What got in the way most: “time”, named by 14 (47%) of the 30 who told us; on the day, 20 (50%) of the 40 who told us had expected it. What was met is about what was expected.',
    )
  })

  it('names a surprise only where the interval of the difference leaves out nought', () => {
    const words = (of: [number, number], expected: number, met: number) =>
      said(of, ['time', expected, met]).split(' had expected it. ')[1]
    const notClear = 'Between what was expected and what was met there is no clear difference.'
    expect(words([32, 16], 3, 4)).toBe(notClear)
    expect(words([32, 16], 16, 4)).toBe(notClear)
    expect(words([100, 100], 30, 40)).toBe(notClear)
    expect(words([100, 100], 30, 50)).toBe('The largest surprise: “time”, expected by 30 (30%) and met by 50 (50%).')
    expect(said([100, 100], ['time', 30, 42], ['systems', 40, 20])).toMatch(
      / Nothing was met by a clearly larger share than had expected it\.$/,
    )
  })

  it('takes the surprise from shares, not from counts, when more were asked on the day', () => {
    expect(said([100, 20], ['time', 30, 12], ['systems', 2, 3])).toContain(
      'The largest surprise: “time”, expected by 30 (30%) and met by 12 (60%).',
    )
  })

  it('calls nothing a surprise that is less than ten percentage points from what was expected', () => {
    const words = (expected: number, met: number) =>
      said([1000, 1000], ['time', 10 * expected, 10 * met]).split(' had expected it. ')[1]
    expect(words(30, 39)).toBe('What was met is about what was expected.')
    expect(words(39, 30)).toBe('What was met is about what was expected.')
    expect(words(30, 40)).toBe('The largest surprise: “time”, expected by 300 (30%) and met by 400 (40%).')
    expect(words(40, 30)).toBe('Nothing was met by a larger share than had expected it.')
    expect(said([100, 100], ['time', 60, 30], ['systems', 5, 8])).toMatch(
      / Nothing was met by a clearly larger share than had expected it\.$/,
    )
  })

  it('compares no shares of fewer than ten, and does not take "nothing" for a barrier', () => {
    expect(said([9, 12], ['time', 0, 5], ['nothing', 9, 7])).toBe(
      'What got in the way most: “time”, named by 5 (42%) of the 12 who told us; on the day, none of the 9 who told us had expected it. 7 (58%) said that nothing got in the way.',
    )
    expect(said([12, 12], ['nothing', 0, 12])).toBe(
      'Nobody named anything that got in the way. 12 (100%) said that nothing got in the way.',
    )
  })

  it.each([
    [said([0, 0]), 'Nobody has told us what got in the way.'],
    [
      said([0, 1], ['time', 0, 1]),
      'What got in the way most: “time”, named by the one person who told us; nobody told us on the day what they expected.',
    ],
    [
      said([1, 1], ['time', 0, 1]),
      'What got in the way most: “time”, named by the one person who told us; on the day, nobody had expected it.',
    ],
    [
      said([2, 2], ['time', 0, 2]),
      'What got in the way most: “time”, named by both people who told us; on the day, neither of the 2 who told us had expected it.',
    ],
    [
      said([9, 9], ['time', 4, 4], ['systems', 1, 4], ['nothing', 2, 1]),
      'What got in the way most: “time” and “systems”, each named by 4 of the 9 who told us. 1 said that nothing got in the way.',
    ],
    [
      said([12, 12], ['a', 1, 2], ['b', 1, 2], ['c', 1, 2], ['d', 1, 2]),
      '4 things got in the way equally often, each named by 2 (17%) of the 12 who told us. What was met is about what was expected.',
    ],
  ])('is grammatical for none, one, two and level ones (%#)', (sentence, words) => {
    expect(sentence).toBe(words)
  })

  it('refuses more than answered', () => {
    expect(() => said([3, 3], ['time', 4, 1])).toThrow(RangeError)
    expect(() => said([3, 3], ['time', 1, 4])).toThrow(RangeError)
  })
})

describe('the sentences of what was tapped', () => {
  const rowsOf = (rows: [key: string, count: number][]) => rows.map(([key, count]) => ({ key, label: key, count }))
  const different = (answered: number, ...rows: [string, number][]) => differencesSentence(rowsOf(rows), answered)
  const seen = (answered: number, ...rows: [string, number][]) => whereSeenSentence(rowsOf(rows), answered)

  it.each([
    [different(0), 'Nobody has told us what has been different since.'],
    [
      different(24, ['shared', 9], ['voice', 4], ['too-early', 3], ['nothing', 4]),
      'Of the 24 who told us what has been different since, 9 (38%) named “shared”, more than any other. 4 (17%) said that there was nothing they could point to; 3 (13%) said that it was too early to say.',
    ],
    [
      different(9, ['shared', 2], ['voice', 2], ['nothing', 5]),
      'Of the 9 who told us what has been different since, 2 named each of “shared” and “voice”. 5 said that there was nothing they could point to; nobody said that it was too early to say.',
    ],
    [
      different(12, ['shared', 0], ['nothing', 12]),
      'Of the 12 who told us what has been different since, none named a difference. 12 (100%) said that there was nothing they could point to; nobody said that it was too early to say.',
    ],
    [
      different(1, ['nothing', 1]),
      'The one person who told us what has been different since did not name a difference. 1 said that there was nothing they could point to; nobody said that it was too early to say.',
    ],
    [
      different(1, ['shared', 1], ['voice', 1]),
      'The one person who told us what has been different since named “shared” and “voice”. Nobody said that there was nothing they could point to, or that it was too early to say.',
    ],
    [
      different(2, ['shared', 2], ['too-early', 0]),
      'Both people who told us what has been different since named “shared”. Nobody said that there was nothing they could point to, or that it was too early to say.',
    ],
    [
      different(5, ['a', 1], ['b', 1], ['c', 1], ['d', 1], ['too-early', 1]),
      'Of the 5 who told us what has been different since, no two named the same thing. Nobody said that there was nothing they could point to; 1 said that it was too early to say.',
    ],
    [
      different(1, ['a', 1], ['b', 1], ['c', 1], ['d', 1]),
      'The one person who told us what has been different since named 4 things. Nobody said that there was nothing they could point to, or that it was too early to say.',
    ],
    [seen(0), 'Nobody has told us where someone could see it.'],
    [
      seen(24, ['supervision', 9], ['minutes', 4], ['not-written', 3]),
      'Of the 24 who told us where someone could see it, 9 (38%) named “supervision”, more than any other. 3 (13%) said that it is not written down anywhere.',
    ],
    [
      seen(24, ['supervision', 9], ['minutes', 4], ['not-written', 9]),
      'Of the 24 who told us where someone could see it, 9 (38%) named “supervision”, the place named most. 9 (38%) said that it is not written down anywhere.',
    ],
    [
      seen(1, ['not-written', 1]),
      'The one person who told us where someone could see it did not name a place. 1 said that it is not written down anywhere.',
    ],
    [
      seen(12, ['minutes', 12]),
      'All 12 who told us where someone could see it named “minutes”. Nobody said that it is not written down anywhere.',
    ],
  ])('name the most tapped, and always those who saw nothing (%#)', (sentence, words) => {
    expect(sentence).toBe(words)
  })

  it('refuse more taps than people', () => {
    expect(() => different(3, ['shared', 4])).toThrow(RangeError)
    expect(() => different(3, ['too-early', 4])).toThrow(RangeError)
    expect(() => seen(3, ['not-written', 4])).toThrow(RangeError)
  })

  it('go by keys that the questions have', () => {
    const keysOf = (question: string) =>
      followUpInstrument.questions.find(({ key }) => key === question)!.options.map(({ key }) => key)
    expect(keysOf('difference')).toEqual(expect.arrayContaining(['nothing', 'too-early']))
    expect(keysOf('where-seen')).toContain('not-written')
    expect(keysOf('in-the-way')).toContain('nothing')
    expect(keysOf('anyway')).toEqual(['no', 'partly', 'yes', 'cannot-say'])
  })
})

describe('the sentence of what would have been done anyway', () => {
  const told = 'who told us whether they would have done it without the training'

  it.each([
    [0, 0, 0, 0, 'Nobody has told us whether they would have done it without the training.'],
    [1, 0, 0, 0, `The one person ${told} said: it came from the training.`],
    [0, 1, 0, 0, `The one person ${told} said: in part.`],
    [0, 0, 1, 0, `The one person ${told} said: it was planned or required already.`],
    [0, 0, 0, 1, `The one person ${told} could not say.`],
    [
      0,
      2,
      0,
      0,
      `Of the 2 ${told}, none said that it came from the training, 2 that it did in part, and none that it was planned or required already.`,
    ],
    [
      10,
      9,
      5,
      2,
      `Of the 26 ${told}, 10 (38%) said that it came from the training, 9 (35%) that it did in part, and 5 (19%) that it was planned or required already; 2 could not say.`,
    ],
  ])('of %i no, %i partly, %i yes, %i who could not say', (no, partly, yes, cannotSay, sentence) => {
    expect(attributionSentence({ no, partly, yes, 'cannot-say': cannotSay })).toBe(sentence)
  })
})

describe('the sentence of the trend', () => {
  const year = (label: string, inPractice: number, answered: number, came: number, broken: string | null = null) => ({
    label,
    inPractice,
    answered,
    came,
    broken,
  })
  const now = year('2025-26', 26, 42, 80)
  const nowWords = '2025-26: 42 (53%) of the 80 who came answered, and 26 (62%) of them have put it into practice.'

  it.each([
    [
      year('2024-25', 20, 38, 79),
      '2024-25: 38 (48%) of the 79 who came answered, and 20 (53%) of them have put it into practice. Between the two there is no clear difference.',
    ],
    [
      year('2024-25', 30, 42, 79),
      '2024-25: 42 (53%) of the 79 who came answered, and 30 (71%) of them have put it into practice. Between the two there is no clear difference.',
    ],
    [
      year('2022-23', 5, 60, 79),
      '2022-23: 60 (76%) of the 79 who came answered, and 5 (8%) of them have put it into practice. Among those who answered, the share in practice is higher than in 2022-23; unlikely to be chance.',
    ],
    [
      year('2024-25', 60, 60, 79),
      '2024-25: 60 (76%) of the 79 who came answered, and 60 (100%) of them have put it into practice. Among those who answered, the share in practice is lower than in 2024-25; unlikely to be chance.',
    ],
    [
      year('2024-25', 0, 9, 79),
      '2024-25: 9 of the 79 who came answered, and none of them has put it into practice. Whether it changed: too few to tell.',
    ],
    [
      year('2024-25', 0, 4, 79),
      '2024-25: 4 of the 79 who came answered; too few to show how. Whether it changed: too few to tell.',
    ],
    [year('2024-25', 0, 0, 0), '2024-25: nobody came. Whether it changed: too few to tell.'],
    [null, 'There is no earlier year to set beside it.'],
  ])('sets this year beside an earlier one, which it names, with both response rates (%#)', (earlier, words) => {
    expect(trendSentence(now, earlier)).toBe(`${nowWords} ${words}`)
  })

  it('claims a difference where its own interval leaves out nought, though the two intervals overlap', () => {
    const [before, then] = [year('2024-25', 17, 42, 79), wilson(17, 42)]
    expect(wilson(26, 42).low).toBeLessThan(then.high)
    expect(trendDifference(now, before)).toEqual(differenceInterval({ successes: 26, n: 42 }, { successes: 17, n: 42 }))
    expect(trendDifference(now, before)!.low).toBeGreaterThan(0)
    expect(trendSentence(now, before)).toMatch(/is higher than in 2024-25; unlikely to be chance\.$/)
    expect(trendSentence(before, now)).toMatch(/is lower than in 2025-26; unlikely to be chance\.$/)
  })

  it('claims more or less exactly where the interval of the difference leaves out nought', () => {
    const answers = fc.integer({ min: 10, max: 400 })
    fc.assert(
      fc.property(answers, answers, fc.nat(1000), fc.nat(1000), (n, m, a, b) => {
        const [one, two] = [year('2025-26', a % (n + 1), n, n), year('2024-25', b % (m + 1), m, m)]
        const { low, high } = trendDifference(one, two)!
        const words = trendSentence(one, two)
        expect(/ higher than /.test(words)).toBe(low > 0)
        expect(/ lower than /.test(words)).toBe(high < 0)
        expect(/no clear difference/.test(words)).toBe(low <= 0 && high >= 0)
      }),
      { seed },
    )
  })

  it('compares nothing across a break', () => {
    const broken = { ...now, broken: 'question one was worded anew' }
    expect(trendSentence(broken, year('2024-25', 5, 60, 79))).toMatch(
      /into practice\. The two are not compared: question one was worded anew\.$/,
    )
    expect(trendDifference(broken, year('2024-25', 5, 60, 79))).toBeNull()
  })
})

describe('the words of the drill-down', () => {
  it('give the interval of the room from ten answers, with what it rests on', () => {
    expect(roomIntervalWords({ inPractice: 30, answered: 35, came: 40 })).toMatch(
      /^As a share of the 40 who came \(Wilson with finite population correction\): 81% to 89%\. It holds only if /,
    )
    expect(roomIntervalWords({ inPractice: 3, answered: 9, came: 40 })).toBeNull()
    expect(roomIntervalWords({ inPractice: 30, answered: 40, came: 40 })).toBe(
      'Everyone who came answered, so no interval is needed for the room.',
    )
  })

  it('give the interval of a difference between years, and never round it to nought or away from it', () => {
    const words = (low: number, high: number) => differenceWords('2025 to 2026', '2024 to 2025', { low, high })
    expect(words(-0.1234, 0.3)).toBe(
      'The share of 2025 to 2026 less that of 2024 to 2025: 95% interval −12 to +30 percentage points (Newcombe). It holds only if in both years those we have not heard from are like those who answered.',
    )
    expect(words(0.004, 0.3)).toContain('interval just above 0 to +30 percentage points')
    expect(words(-0.3, -0.0001)).toContain('interval −30 to just below 0 percentage points')
    expect(words(0, 0)).toContain('interval 0 to 0 percentage points')
  })

  it('give the Stuart–Maxwell test from 50 pairs of whom some moved', () => {
    const rows = (...row: number[]) => [row.slice(0, 3), row.slice(3, 6), row.slice(6)]
    expect(marginsWords(rows(20, 10, 5, 3, 30, 15, 0, 5, 40))).toBe(
      'Stuart–Maxwell test that as many stand at each level now as before, 128 pairs: chi-square 13.76, 2 degrees of freedom, p = 0.001.',
    )
    expect(
      marginsWords([
        [20, 20],
        [0, 10],
      ]),
    ).toMatch(/, 50 pairs: chi-square 20\.00, 1 degree of freedom, p < 0\.001\.$/)
    expect(
      marginsWords([
        [20, 20],
        [0, 9],
      ]),
    ).toBeNull()
    expect(
      marginsWords([
        [50, 0],
        [0, 10],
      ]),
    ).toBeNull()
  })
})

describe('what a page may say', () => {
  it.each([
    [0, 0, 'flow-only', false],
    [9, 9, 'flow-only', false],
    [10, 4, 'flow-only', false],
    [500, 4, 'flow-only', false],
    [10, 5, 'full', false],
    [25, 5, 'early-signs', false],
    [26, 5, 'no-practice', false],
    [50, 10, 'early-signs', true],
    [51, 10, 'no-practice', true],
    [100, 34, 'early-signs', true],
    [100, 35, 'full', true],
    [80, 42, 'full', true],
  ])('of %i who came and %i who answered is %s', (came, answered, gate, percentages) => {
    expect(gateOf({ came, answered })).toEqual({ gate, percentages })
    const isEarly = gate === 'early-signs' || gate === 'no-practice'
    expect(titleOf('Neglect', { came, answered })).toBe(isEarly ? 'Neglect: early signs' : 'Neglect')
  })

  it('is taken from the settings', () => {
    expect(gateOf({ came: 80, answered: 42 }, { ...defaultGates, earlySigns: 53 }).gate).toBe('early-signs')
    expect(gateOf({ came: 80, answered: 42 }, { ...defaultGates, noPractice: 53 }).gate).toBe('no-practice')
    expect(gateOf({ came: 80, answered: 42 }, { ...defaultGates, answered: 43 }).gate).toBe('flow-only')
    expect(gateOf({ came: 80, answered: 42 }, { ...defaultGates, percentages: 43 }).percentages).toBe(false)
  })
})

describe('the headline', () => {
  const why = 'How the answers fall is shown from 10 who came and 5 who answered.'

  it.each([
    [roomOf({}), 'Nobody came.'],
    [roomOf({}, { 'no-reply': 1 }), `Nobody has told us what happened next. ${why}`],
    [roomOf({ once: 1 }), `The one person who came has told us what happened next. ${why}`],
    [roomOf({ once: 2 }), `Both people who came have told us what happened next. ${why}`],
    [roomOf({ once: 3 }, { 'no-reply': 1 }), `Of the 4 who came, 3 have told us what happened next. ${why}`],
    [roomOf({ once: 4 }, { 'no-reply': 6 }), `Of the 10 who came, 4 have told us what happened next. ${why}`],
    [
      roomOf({ once: 5, started: 7 }, { 'no-reply': 68 }),
      'Of the 80 who came, 12 (15%) have told us what happened next. That is too few to say here how many have put what they planned into practice since the day: of the other 68 nothing is known.',
    ],
    [
      roomOf({ once: 5 }, { 'no-reply': 495 }),
      'Of the 500 who came, 5 have told us what happened next. That is too few to say here how many have put what they planned into practice since the day: of the other 495 nothing is known.',
    ],
    [
      roomOf({ once: 8, started: 9, already: 2 }, { 'no-reply': 61 }),
      'Between 10% and 86% of the 80 people who came have put what they planned into practice since the day: 61 have not told us. Of the 19 who did, 8 have put it into practice and 2 were already doing it.',
    ],
    [
      roomOf({ once: 3, started: 5 }, { 'no-reply': 32 }),
      'Between 3 and 35 of the 40 people who came have put what they planned into practice since the day: 32 have not told us. Of the 8 who did, 3 have put it into practice.',
    ],
    [
      roomOf({ started: 9, already: 1 }, { 'no-reply': 30 }),
      'Between 0% and 75% of the 40 people who came have put what they planned into practice since the day: 30 have not told us. Of the 10 who did, none has put it into practice and 1 was already doing it.',
    ],
    [
      roomOf({ started: 8 }, { 'no-reply': 32 }),
      'Between none and 32 of the 40 people who came have put what they planned into practice since the day: 32 have not told us. Of the 8 who did, none has put it into practice.',
    ],
    [conference, wholeRoomSentence(conference)],
  ])('says what the gate lets it (%#)', (room, sentence) => {
    expect(headlineSentence(room)).toBe(sentence)
  })

  it('refuses a room that does not add up', () => {
    expect(() => headlineSentence({ ...conference, came: 81 })).toThrow(RangeError)
  })
})

describe('the sentences of the programme', () => {
  it.each([
    [0, 0, 'Nobody was expected.'],
    [0, 1, 'The one expected was not reached.'],
    [1, 1, 'Reached the one expected.'],
    [1, 2, 'Reached 1 of the 2 expected.'],
    [2, 2, 'Reached both expected.'],
    [3, 9, 'Reached 3 of the 9 expected.'],
    [0, 60, 'Reached none of the 60 expected.'],
    [55, 60, 'Reached 55 of the 60 expected (92%).'],
    [60, 60, 'Reached all 60 expected.'],
  ])('say of %i reached of %i expected', (reached, expected, sentence) => {
    expect(coverageSentence({ reached, expected })).toBe(sentence)
  })

  it.each([
    [
      { health: 14, police: null, probation: null, schools: 2 },
      'Domestic abuse was last taught to health 14 months before; never to police and probation.',
    ],
    [{ health: 14, schools: 14 }, 'Domestic abuse was last taught to health and schools 14 months before.'],
    [{ health: 1 }, 'Domestic abuse was last taught to health 1 month before.'],
    [{ health: 0 }, 'Domestic abuse was last taught to health within the month before.'],
    [{ health: null, police: null, schools: null }, 'Domestic abuse was never taught to health, police and schools.'],
    [{}, 'Domestic abuse: no sector to set it beside.'],
  ])('say where a theme has not been for longest (%#)', (months, sentence) => {
    const rows = Object.entries(months).map(([label, value]: [string, number | null]) => ({ label, months: value }))
    expect(gapSentence('Domestic abuse', rows)).toBe(sentence)
  })

  it.each([
    [280_000, 100, 68, '£28 for each place offered, £41.18 for each person who came.'],
    [280_000, 100, 0, '£28 for each place offered, and nobody came.'],
    [280_000, 0, 0, 'No place was offered, and nobody came.'],
    [99_960, 100, 1, '£10 for each place offered, £999.60 for each person who came.'],
    [99_940, 100, 99_940, '£9.99 for each place offered, £0.01 for each person who came.'],
    [100_050, 1, 1, '£1,000.50 for each place offered, £1,000.50 for each person who came.'],
    [0, 40, 38, 'No cost has been entered.'],
  ])('say what %i pence are over %i places and %i people', (pence, places, came, sentence) => {
    expect(costsSentence({ pence, places, came })).toBe(sentence)
  })
})

describe('every sentence', () => {
  const small = fc.oneof(fc.nat(3), fc.nat(14), fc.nat(1200))
  const counts = fc.tuple(small, small, small, small, small)
  const sentences = ([a, b, c, d, e]: [number, number, number, number, number]): [answers: number, words: string][] => {
    const all = a + b + c + d
    const taps = [
      { key: 'x', label: 'X', count: a },
      { key: 'y', label: 'Y', count: b },
      { key: 'nothing', label: 'N', count: c },
      { key: 'too-early', label: 'T', count: d },
      { key: 'not-written', label: 'W', count: d },
    ]
    const barriers = taps.map(({ key, label, count }, i) => ({ key, label, met: count, expected: [b, a, d, c, a][i]! }))
    const gap = [
      { label: 'X', attended: a + e, answered: a },
      { label: 'Y', attended: b + c, answered: b },
    ]
    const room = roomOf({ once: a, started: b, already: c, left: d }, { 'no-reply': e })
    return [
      [a + b, opportunitySentence({ answered: all, inPractice: a, noChance: c, left: d })],
      [all, attributionSentence({ no: a, partly: b, yes: c, 'cannot-say': d })],
      [all, differencesSentence(taps, all)],
      [all, whereSeenSentence(taps, all)],
      [all, barriersSentence(barriers, { expected: all, met: all })],
      [a + b, commitmentsSentence([{ label: 'X', made: a + b + e, answered: a + b, inPractice: a }])],
      [all, fadeSentence({ rose: a, stayed: b, fell: c + d })],
      [a + b, wavesSentence([{ label: '1', inPractice: a, answered: a + b }])],
      [a + b, whoAnsweredSentence(largestGap(gap), { came: a + b + c + e, answered: a + b })],
      [a + b, trendSentence({ label: 'This year', inPractice: a, answered: a + b, came: a + b + e }, null)],
      [
        a + b,
        twoArrowsSentence(
          twoBefores([
            { before: 0, lookingBack: 2, now: 3, n: a },
            { before: 2, lookingBack: 1, now: 1, n: b },
          ]),
        ),
      ],
      [all, headlineSentence(room)],
    ]
  }

  it('is grammatical, ends, names no p, and has no percentage below ten answers', () => {
    fc.assert(
      fc.property(counts, (drawn) => {
        for (const [answers, words] of sentences(drawn)) {
          expect(words).toMatch(/^[A-Z0-9].*\.$/)
          expect(words).not.toMatch(/NaN|undefined|null|Infinity| {2}|\.\.|\bp\b/)
          expect(words).not.toMatch(/(^|[^\d,])1 (\(.*?\) )?(have|were|people|things)\b|\b(none|nobody) (have|were)\b/)
          expect(words).not.toMatch(/(^|[ \d])([2-9]|\d\d+) (\([^)]*\) )?(has|was|person) /)
          if (answers < 10) expect(words).not.toContain('%')
        }
      }),
      { seed, numRuns: 3000, interruptAfterTimeLimit: 50_000 },
    )
  })
})

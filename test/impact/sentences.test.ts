import { describe, expect, it } from 'vitest'
import type { Matrix } from '#server/impact/shared/pictures.ts'
import { breakEvenSentence, flowSentence, matrixSentence, wholeRoomSentence } from '#server/impact/shared/sentences.ts'
import { conference, conferenceMatrix, roomOf } from './conference.ts'

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
      'All 9 people who came told us what happened next. 4 have put what they planned into practice since the day; none was already doing it. That is 4 of the 9.',
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
      'All 20 people who came told us what happened next. 1 has put what they planned into practice since the day; 9 were already doing it. That is 5% of the room.',
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
  const needed = 'For fewer than half the room to have put it into practice,'

  it.each([
    [conference, `${needed} at least 25 of the 38 we have not heard from must have changed nothing.`],
    [
      roomOf({ routine: 8, started: 10 }, { 'no-reply': 2 }),
      `${needed} at least 1 of the 2 we have not heard from must have changed nothing.`,
    ],
    [
      roomOf({ routine: 9, started: 2 }, { 'no-reply': 8 }),
      `${needed} all 8 we have not heard from must have changed nothing.`,
    ],
    [
      roomOf({ routine: 9, started: 8 }, { 'no-reply': 2 }),
      `${needed} both people we have not heard from must have changed nothing.`,
    ],
    [
      roomOf({ routine: 9, started: 9 }, { 'no-reply': 1 }),
      `${needed} the one person we have not heard from must have changed nothing.`,
    ],
    [
      roomOf({}, { 'no-reply': 12 }),
      `${needed} at least 7 of the 12 we have not heard from must have changed nothing.`,
    ],
  ])('names how many must have changed nothing (%#)', (room, sentence) => {
    expect(breakEvenSentence(room)).toBe(sentence)
  })

  it.each([
    [38, 'none of the 38 we have not heard from has changed anything'],
    [2, 'neither of the 2 we have not heard from has changed anything'],
    [1, 'the one person we have not heard from has changed nothing'],
  ])('says that half is reached without the %i silent', (silent, who) => {
    expect(breakEvenSentence(roomOf({ routine: 40 }, { 'no-reply': silent }))).toBe(
      `Even if ${who}, at least half the room has put it into practice.`,
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
      '28 people, before the day and three months on. 15 moved up, 10 stayed, 3 moved down: more moved up than down; unlikely to be chance. 14 who answered did not give it both times.',
    )
  })

  it('can tell from ten matched answers with 8 up and none down', () => {
    expect(matrixSentence(moved(8, 2, 0))).toBe(
      '10 people, before the day and three months on. 8 moved up, 2 stayed, none moved down: more moved up than down; unlikely to be chance.',
    )
  })

  it('cannot tell from nine, however they moved, nor from 9 up and 3 down', () => {
    expect(matrixSentence(moved(9, 0, 0))).toBe(
      '9 people, before the day and three months on. 9 moved up, none stayed, none moved down: too few to tell.',
    )
    expect(matrixSentence(moved(9, 8, 3, 1))).toBe(
      '20 people, before the day and three months on. 9 moved up, 8 stayed, 3 moved down: too few to tell. 1 who answered did not give it both times.',
    )
  })

  it('says as plainly that more moved down', () => {
    expect(matrixSentence(moved(0, 4, 8))).toBe(
      '12 people, before the day and three months on. None moved up, 4 stayed, 8 moved down: more moved down than up; unlikely to be chance.',
    )
  })

  it('is grammatical for nobody, one, both and all', () => {
    expect(matrixSentence(moved(0, 0, 0, 6))).toBe(
      'Nobody told us both before the day and three months on. 6 who answered did not give it both times.',
    )
    expect(matrixSentence(moved(0, 1, 0))).toBe(
      '1 person, before the day and three months on. 1 stayed where they were: too few to tell.',
    )
    expect(matrixSentence(moved(0, 2, 0))).toBe(
      '2 people, before the day and three months on. Both stayed where they were: too few to tell.',
    )
    expect(matrixSentence(moved(0, 28, 0))).toBe(
      '28 people, before the day and three months on. All 28 stayed where they were.',
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

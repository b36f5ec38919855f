import { defaultThresholds, percentages, type Thresholds } from './disclosure.ts'
import { figure, inPracticeOf, type Matrix, movesOf, type Room, unheardOf } from './pictures.ts'
import { capital, everyone, none, percent, some, verdictOf } from './sentences-words.ts'
import { breakEven } from './statistics.ts'

/**
 * The headline under the whole-room bar: who came, who told us, who has put it into practice, and how little and how much that can be of the whole room.
 * Percentages only where they may stand; below that, counts.
 * @throws RangeError when the room does not add up.
 */
export function wholeRoomSentence(room: Room, thresholds: Thresholds = defaultThresholds): string {
  const unheard = unheardOf(room)
  const { came, answered } = room
  if (came === 0) return 'Nobody came.'
  if (answered === 0) {
    const unknown = came === 1 ? 'Whether they have put' : 'How many have put'
    return `${noAnswer(came)} ${unknown} what they planned into practice since the day is not known.`
  }
  return [
    opening(came, answered),
    practice(room, thresholds),
    unheard === 0
      ? ''
      : percentages(answered, thresholds)
        ? shareOfRoom(inPracticeOf(room), unheard, came)
        : countOfRoom(inPracticeOf(room), unheard, came),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

/** Said after the headline where somebody came more than once: its “people who came” are then attendances. */
export function attendancesSentence({ came, people }: { came: number; people: number }): string {
  if (people >= came) return ''
  if (people === 1) return `These are ${figure(came)} attendances of one person, who is counted each time.`
  return `These are ${figure(came)} attendances of ${figure(people)} different people; someone who came twice is counted twice.`
}

function noAnswer(came: number): string {
  if (came === 1) return 'The one person who came has not told us what happened next.'
  if (came === 2) return 'Neither of the 2 people who came has told us what happened next.'
  return `None of the ${figure(came)} people who came has told us what happened next.`
}

function opening(came: number, answered: number): string {
  const told = 'told us what happened next.'
  if (answered < came) return `Of ${figure(came)} people who came, ${figure(answered)} ${told}`
  if (came === 1) return `The one person who came ${told}`
  return came === 2 ? `Both people who came ${told}` : `All ${figure(came)} people who came ${told}`
}

/** Where everyone answered the share of the room is no range, and stands with the count it is of. */
function practice(room: Room, thresholds: Thresholds): string {
  const { came, answered, segments } = room
  const inPractice = inPracticeOf(room)
  const isWhole = answered === came && percentages(answered, thresholds)
  const put = 'put what they planned into practice since the day'
  const done = `${some(inPractice, answered, 'has', 'have')} ${put}`
  if (inPractice === answered) return `${capital(done)}.`
  const share = isWhole && inPractice > 0 ? `, ${percent(inPractice, came)} of the room` : ''
  return `${capital(done)}${share}; ${some(segments.already, answered, 'was', 'were')} already doing it.`
}

function shareOfRoom(inPractice: number, unheard: number, came: number): string {
  const low = percent(inPractice, came)
  const high = percent(inPractice + unheard, came)
  const [ifNot, ifSo] =
    unheard === 1
      ? ['the one person we have not heard from did not', 'they did']
      : inPractice === 0
        ? ['nobody did', 'everyone we have not heard from did']
        : ['nobody else did', 'everyone else did']
  return `If ${ifNot}, that is ${low} of the room; if ${ifSo}, ${high}.`
}

function countOfRoom(inPractice: number, unheard: number, came: number): string {
  const low = figure(inPractice)
  const high = figure(inPractice + unheard)
  if (inPractice === 0) return `That is at most ${high} of the ${figure(came)}.`
  if (inPractice + unheard === came) return `That is at least ${low} of the ${figure(came)}, and at most all of them.`
  return `That is at least ${low} and at most ${high} of the ${figure(came)}.`
}

/**
 * How many of those we have not heard from must have put it into practice for half of everyone who came to have.
 * @throws RangeError when the room does not add up.
 */
export function breakEvenSentence(room: Room): string {
  const unheard = unheardOf(room)
  if (room.came === 0) return 'Nobody came.'
  const even = breakEven(inPracticeOf(room), unheard, room.came)
  switch (even.kind) {
    case 'everyone-answered':
      if (room.came === 1)
        return `The one person who came has ${even.atLeastHalf ? '' : 'not '}put what they planned into practice.`
      return `Everyone who came has told us: ${even.atLeastHalf ? 'at least' : 'fewer than'} half the room has put it into practice.`
    case 'half-without-them':
      if (unheard === 1)
        return 'Even if the one person we have not heard from has not put it into practice, at least half the room has.'
      return `Even if ${unheard === 2 ? 'neither' : 'none'} of the ${figure(unheard)} we have not heard from has put it into practice, at least half the room has.`
    case 'never-half':
      return `Even if ${everyUnheard(unheard)} ${unheard === 1 ? 'has' : 'have'} put it into practice, that is fewer than half the room.`
    case 'depends': {
      const needed = unheard - even.unchanged + 1
      const who =
        needed === unheard
          ? `${everyUnheard(unheard)} ${unheard === 1 ? 'has' : 'have'}`
          : `${figure(needed)} or more of the ${figure(unheard)} we have not heard from have`
      return `At least half the room has put it into practice if ${who}.`
    }
  }
}

function everyUnheard(unheard: number): string {
  if (unheard === 1) return 'the one person we have not heard from'
  return unheard === 2 ? 'both people we have not heard from' : `all ${figure(unheard)} we have not heard from`
}

/**
 * What the matrix of one learning outcome says, with the exact sign test in words ("too few to tell" below ten matched answers or from p = .05)
 * and the answers that had no partner.
 * @throws RangeError unless the counts are four by four, whole and not negative.
 */
export function matrixSentence(matrix: Matrix): string {
  const { matched, up, same, down } = movesOf(matrix)
  if (matched === 0)
    return `Nobody told us both before the day and three months on.${unmatchedSentence(matrix.unmatched)}`
  const told = 'told us both before the day and three months on'
  const alike = same === matched ? 'stayed where they were' : matched > 1 ? null : up ? 'moved up' : 'moved down'
  const moves = alike
    ? `${capital(everyone(matched))} who ${told} ${alike}`
    : `Of the ${figure(matched)} people who ${told}, ${none(up)} moved up, ${none(same)} stayed and ${none(down)} moved down`
  const verdict = verdictOf(matched, up, down)
  return `${moves}${verdict && `: ${verdict}`}.${unmatchedSentence(matrix.unmatched)}`
}

function unmatchedSentence(unmatched: number): string {
  if (unmatched === 0) return ''
  return ` ${figure(unmatched)} who answered did not tell us both times.`
}

export type Flow = {
  booked: number
  came: number
  reachable: number
  asked: number
  answered: number
  full: number
  matched: number
  /** Nobody was asked, because nobody is due yet. */
  isTooEarly?: boolean
}

/** The flow line as one sentence; every figure is a programme figure and may stand for a group of any size. */
export function flowSentence(flow: Flow, thresholds: Thresholds = defaultThresholds): string {
  const share =
    percentages(flow.answered, thresholds) && flow.answered <= flow.came
      ? ` (${percent(flow.answered, flow.came)} of those who came)`
      : ''
  if (flow.came === 0) return flow.booked === 0 ? 'Nobody booked.' : `${figure(flow.booked)} booked, nobody came.`
  const asked = flow.isTooEarly
    ? 'none has been asked yet'
    : `${none(flow.asked)} ${flow.asked < 2 ? 'was' : 'were'} asked`
  const went = `${capital(none(flow.booked))} booked, ${none(flow.came)} came, ${none(flow.reachable)} could be reached and ${asked}.`
  if (flow.answered === 0) return flow.asked === 0 ? went : `${went} Nobody has answered.`
  return `${went} ${figure(flow.answered)} answered${share}, ${none(flow.full)} fully; ${none(flow.matched)} could be matched.`
}

/** What people say they did with it: sentences beneath the whole room, from plain counts. */

import { mustBePart, type Share } from '#server/surveys/shared/proportions.ts'
import { defaultThresholds, percentages, type Thresholds } from './disclosure.ts'
import { figure } from './pictures.ts'
import {
  capital,
  counted,
  everyone,
  mostOf,
  nobody,
  none,
  ofThose,
  partOf,
  people,
  quoted,
  share,
  uncapital,
} from './sentences-words.ts'
import { differenceInterval } from './statistics.ts'

const inPractice = 'put it into practice'

/**
 * Practice among those who had a chance: everyone who answered but those for whom no chance came up and those who left or were away.
 * @throws RangeError when they are more than answered.
 */
export function opportunitySentence(
  room: { answered: number; inPractice: number; noChance: number; left: number },
  thresholds: Thresholds = defaultThresholds,
): string {
  const { answered, noChance, left } = room
  const had = answered - noChance - left
  mustBePart(room.inPractice, had)
  if (answered === 0) return 'Nobody has answered.'
  const done =
    had === 0
      ? 'Nobody who answered had a chance'
      : ofThose(room.inPractice, had, 'who had a chance', inPractice, thresholds)
  const without = noChance === 0 ? 'nobody said that no chance came up' : `for ${figure(noChance)} no chance came up`
  return `${done}; ${without}${left === 0 ? '' : `, and ${figure(left)} ${left === 1 ? 'has' : 'have'} left or been away`}.`
}

/** One wave: those who answered after so many asking messages. */
export type WaveRow = { label: string; inPractice: number; answered: number }

/**
 * How the share in practice goes with the number of asking messages: the first wave that anyone answered in against all later ones, by the
 * interval of the difference (Newcombe). `too-few` below ten answers on either side.
 */
export type WaveDirection = 'falls' | 'rises' | 'no-difference' | 'too-few'

/** See `WaveDirection`. */
export function waveDirection(rows: readonly WaveRow[], thresholds: Thresholds = defaultThresholds): WaveDirection {
  const { soonest, later } = beforeAndAfterMore(rows)
  if (!percentages(soonest.n, thresholds) || !percentages(later.n, thresholds)) return 'too-few'
  const { low, high } = differenceInterval(soonest, later)
  if (low > 0) return 'falls'
  return high < 0 ? 'rises' : 'no-difference'
}

function beforeAndAfterMore(rows: readonly WaveRow[]): { soonest: Share; later: Share } {
  const [first, ...others] = rows.filter(({ answered }) => answered > 0)
  const together = (waves: readonly WaveRow[]) => ({
    successes: waves.reduce((sum, wave) => sum + wave.inPractice, 0),
    n: waves.reduce((sum, wave) => sum + wave.answered, 0),
  })
  return { soonest: together(first ? [first] : []), later: together(others) }
}

const directionWords: Record<Exclude<WaveDirection, 'too-few'>, string> = {
  falls:
    'The share falls with the number of messages, so anyone we have not heard from is plausibly nearer to the last who answered than to the first.',
  rises: 'The share rises with the number of messages.',
  'no-difference': 'Between the two there is no clear difference.',
}

/** The wave strip in words, rows in the order of messages; says that the silent are plausibly nearer the last to answer only if the share falls. */
export function wavesSentence(rows: readonly WaveRow[], thresholds: Thresholds = defaultThresholds): string {
  const { soonest, later } = beforeAndAfterMore(rows)
  const direction = waveDirection(rows, thresholds)
  if (soonest.n === 0) return 'Nobody has answered.'
  // How each side answered is left to the table, which is held to the small-number rule.
  if (direction === 'too-few')
    return `${capital(people(soonest.n))} answered soonest and ${none(later.n)} after more messages: too few to tell whether the share in practice goes with them.`
  const first = ofThose(soonest.successes, soonest.n, 'who answered soonest', inPractice, thresholds)
  return `${first}; of the ${figure(later.n)} who answered after more messages, ${counted(later.successes, later.n, thresholds)}. ${directionWords[direction]}`
}

/** A commitment: how many made it, and of those who answered on it how many have it in practice; or several too small to stand alone `together`. */
export type CommitmentRow = { label: string; made: number; answered: number; inPractice: number; together?: boolean }

/** The commitment made most, and what became of it; level ones are named together. */
export function commitmentsSentence(
  rows: readonly CommitmentRow[],
  thresholds: Thresholds = defaultThresholds,
): string {
  const alone = rows.filter(({ together }) => !together)
  if (rows.length && !alone.length) return 'No commitment has enough answers to be shown by itself.'
  const most = mostOf(alone, ({ made }) => made)
  const [top] = most
  if (!top) return 'Nobody has said what they would do differently.'
  if (most.length > mostNamed)
    return `${figure(most.length)} commitments were made equally often, by ${people(top.made)} each.`
  const often =
    alone.length < rows.length ? 'Of those with enough answers to be shown, made most often' : 'Made most often'
  const made = `${often}: ${quoted(most.map(({ label }) => label))}, by ${people(top.made)}`
  if (most.length === 1) return `${made}. ${howItWent(top, thresholds)}`
  const each = most.map((row) => `On “${row.label}”: ${uncapital(howItWent(row, thresholds))}`)
  return `${made} each. ${each.join(' ')}`
}

/** More rows than these that are level are not named. */
const mostNamed = 3

function howItWent({ answered, inPractice: done }: CommitmentRow, thresholds: Thresholds): string {
  mustBePart(done, answered)
  if (answered === 0) return 'Nobody who made it has told us how it went.'
  if (answered < thresholds.answered) return 'Too few who made it have told us how it went for that to be shown.'
  return `${ofThose(done, answered, 'who made it and told us how it went', inPractice, thresholds)}.`
}

/** One thing in the way, by its key of the instrument (`nothing` is the row of those who met or expected none). */
export type BarrierRow = { key: string; label: string; expected: number; met: number }

/** What got in the way most and how many had expected it; the largest surprise; how many met nothing. `of`: who answered each question. */
export function barriersSentence(
  rows: readonly BarrierRow[],
  of: { expected: number; met: number },
  thresholds: Thresholds = defaultThresholds,
): string {
  for (const { expected, met } of rows) {
    mustBePart(expected, of.expected)
    mustBePart(met, of.met)
  }
  if (of.met === 0) return 'Nobody has told us what got in the way.'
  const barriers = rows.filter(({ key }) => key !== 'nothing')
  const nothing = rows.find(({ key }) => key === 'nothing')?.met ?? 0
  const most = mostOf(barriers, ({ met }) => met)
  const free =
    nothing === 0 ? '' : `${figure(nothing)}${share(nothing, of.met, thresholds)} said that nothing got in the way.`
  if (most.length === 0) return `Nobody named anything that got in the way. ${free}`.trim()
  return [`${metMost(most, of, thresholds)}.`, surprise(barriers, of, thresholds), free].filter(Boolean).join(' ')
}

type Asked = { expected: number; met: number }

function metMost(most: readonly BarrierRow[], of: Asked, thresholds: Thresholds): string {
  const [{ met, expected }] = most as [BarrierRow]
  const named = `named by ${partOf(met, of.met, 'who told us', thresholds)}`
  if (most.length > mostNamed) return `${figure(most.length)} things got in the way equally often, each ${named}`
  const what = `What got in the way most: ${quoted(most.map(({ label }) => label))}`
  if (most.length > 1) return `${what}, each ${named}`
  if (of.expected === 0) return `${what}, ${named}; nobody told us on the day what they expected`
  return `${what}, ${named}; on the day, ${partOf(expected, of.expected, 'who told us', thresholds)} had expected it`
}

/** A share of those who met it that is so many percentage points from that of those who expected it is a surprise. */
const surprising = 10

/**
 * The barrier whose share of those who met it most exceeds that of those who expected it, where that is a surprise and the interval of the
 * difference (Newcombe) leaves out nought; shares of fewer than ten are not compared.
 */
function surprise(barriers: readonly BarrierRow[], of: Asked, thresholds: Thresholds): string {
  if (!percentages(of.met, thresholds) || !percentages(of.expected, thresholds)) return ''
  // In whole numbers, so that equal shares are equal.
  const apart = ({ met, expected }: BarrierRow) => met * of.expected - expected * of.met
  const isSurprising = (row: BarrierRow) => 100 * Math.abs(apart(row)) >= surprising * of.met * of.expected
  const isClear = ({ met, expected }: BarrierRow) => {
    const { low, high } = differenceInterval({ successes: met, n: of.met }, { successes: expected, n: of.expected })
    return low > 0 || high < 0
  }
  const apartBy = barriers.filter(isSurprising)
  if (!apartBy.length) return 'What was met is about what was expected.'
  const clear = apartBy.filter(isClear)
  if (!clear.length) return 'Between what was expected and what was met there is no clear difference.'
  const [most, ...level] = mostOf(clear, apart)
  if (!most && barriers.some((row) => apart(row) > 0))
    return 'Nothing was met by a clearly larger share than had expected it.'
  if (!most) return 'Nothing was met by a larger share than had expected it.'
  if (level.length > 0) return ''
  const { label, met, expected } = most
  return `The largest surprise: “${label}”, expected by ${counted(expected, of.expected, thresholds)} and met by ${counted(met, of.met, thresholds)}.`
}

/** One tap of a list, by its key of the instrument. */
export type TapRow = { key: string; label: string; count: number }

/** "What has been different since?": the one most named, and always `too-early` and `nothing` with their counts. */
export function differencesSentence(
  rows: readonly TapRow[],
  answered: number,
  thresholds: Thresholds = defaultThresholds,
): string {
  if (answered === 0) return 'Nobody has told us what has been different since.'
  const taps = rows.filter(({ key }) => key !== 'nothing' && key !== 'too-early')
  const named = mostTapped(taps, rows, answered, thresholds, 'told us what has been different since', 'difference')
  const [nothing, tooEarly] = [tapped(rows, 'nothing', answered), tapped(rows, 'too-early', answered)]
  const of = (count: number) => `${nobody(count)}${share(count, answered, thresholds)}`
  const pointTo = 'there was nothing they could point to'
  return nothing + tooEarly === 0
    ? `${named}. Nobody said that ${pointTo}, or that it was too early to say.`
    : `${named}. ${capital(of(nothing))} said that ${pointTo}; ${of(tooEarly)} said that it was too early to say.`
}

/** "Would you have done this without the training?", by the keys of `anyway`. */
export function attributionSentence(
  counts: Record<'no' | 'partly' | 'yes' | 'cannot-say', number>,
  thresholds: Thresholds = defaultThresholds,
): string {
  const { no, partly, yes, 'cannot-say': cannotSay } = counts
  const answered = no + partly + yes + cannotSay
  for (const count of Object.values(counts)) mustBePart(count, answered)
  if (answered === 0) return 'Nobody has told us whether they would have done it without the training.'
  const who = `${answered === 1 ? 'The one person' : `Of the ${figure(answered)}`} who told us whether they would have done it without the training`
  if (answered === 1) {
    const said = no ? 'it came from the training' : partly ? 'in part' : 'it was planned or required already'
    return `${who} ${cannotSay ? 'could not say' : `said: ${said}`}.`
  }
  const rest = cannotSay === 0 ? '' : `; ${figure(cannotSay)} could not say`
  return `${who}, ${counted(no, answered, thresholds)} said that it came from the training, ${counted(partly, answered, thresholds)} that it did in part, and ${counted(yes, answered, thresholds)} that it was planned or required already${rest}.`
}

/** "Where could someone see it?" (`where-seen`): the one most named, and always `not-written`. */
export function whereSeenSentence(
  rows: readonly TapRow[],
  answered: number,
  thresholds: Thresholds = defaultThresholds,
): string {
  if (answered === 0) return 'Nobody has told us where someone could see it.'
  const unwritten = tapped(rows, 'not-written', answered)
  const taps = rows.filter(({ key }) => key !== 'not-written')
  const named = mostTapped(taps, rows, answered, thresholds, 'told us where someone could see it', 'place')
  return `${named}. ${capital(nobody(unwritten))}${share(unwritten, answered, thresholds)} said that it is not written down anywhere.`
}

function tapped(rows: readonly TapRow[], key: string, answered: number): number {
  const count = rows.find((row) => row.key === key)?.count ?? 0
  mustBePart(count, answered)
  return count
}

/** `all` has the options that name nothing too, such as “not written down”. */
function mostTapped(
  rows: readonly TapRow[],
  all: readonly TapRow[],
  answered: number,
  thresholds: Thresholds,
  told: string,
  thing: string,
): string {
  for (const { count } of rows) mustBePart(count, answered)
  const most = mostOf(rows, ({ count }) => count)
  const [top] = most
  if (!top)
    return `${answered === 1 ? `The one person who ${told} did not name` : `Of the ${figure(answered)} who ${told}, none named`} a ${thing}`
  const isMany = most.length > mostNamed
  if (top.count === answered) {
    const things = isMany ? `${figure(most.length)} things` : labelsOf(most)
    return `${capital(everyone(answered))} who ${told} named ${most.length > 1 && answered > 1 ? 'each of ' : ''}${things}`
  }
  if (isMany && top.count === 1) return `Of the ${figure(answered)} who ${told}, no two named the same thing`
  if (isMany)
    return `Of the ${figure(answered)} who ${told}, no more than ${counted(top.count, answered, thresholds)} named the same thing`
  const named = `named ${most.length > 1 ? 'each of ' : ''}${labelsOf(most)}`
  const isMost = all.every((row) => row === top || row.count < top.count)
  const alone =
    most.length > 1 || rows.length === 1 ? '' : isMost ? ', more than any other' : `, the ${thing} named most`
  return `Of the ${figure(answered)} who ${told}, ${counted(top.count, answered, thresholds)} ${named}${alone}`
}

const labelsOf = (rows: readonly TapRow[]) => quoted(rows.map(({ label }) => label))

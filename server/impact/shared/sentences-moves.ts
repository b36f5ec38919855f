/** What people say they know, and who answered: sentences from the shapes of `statistics.ts`. */

import { mustBePart, type Share } from '#server/surveys/shared/proportions.ts'
import { defaultThresholds, mayShow, percentages, type Thresholds } from './disclosure.ts'
import { figure } from './pictures.ts'
import { capital, counted, everyone, fewestForTest, none, people, percent, verdictOf } from './sentences-words.ts'
import { differenceInterval, type Gap, type PostStratified, type Range, type TwoBefores } from './statistics.ts'

/** The two arrows (true before → now, looking back → now) and the response shift, with the note that neither is a test. */
export function twoArrowsSentence(befores: TwoBefores, thresholds: Thresholds = defaultThresholds): string {
  const { people: all, goodBefore, goodLookingBack, goodNow, lower, same, higher } = befores
  if (all === 0) return 'Nobody told us all three: before the day, looking back at its end, and now.'
  const good = (count: number) => counted(count, all, thresholds)
  return [
    `${capital(people(all))} told us all three.`,
    `${capital(good(goodBefore))} rated themselves good or strong before the day, ${good(goodLookingBack)} did so of that morning looking back, and ${good(goodNow)} now.`,
    `Looking back, ${none(lower)} rated the morning lower than they had, ${none(same)} the same and ${none(higher)} higher.`,
    'Neither comparison is a test: both end at the same answers.',
  ].join(' ')
}

/** Between the end of the day and three months on, of those who told us both. */
export function fadeSentence(moves: { rose: number; stayed: number; fell: number }): string {
  const { rose, stayed, fell } = moves
  const all = rose + stayed + fell
  for (const count of [rose, stayed, fell]) mustBePart(count, all)
  const told = 'told us both at the end of the day and three months on'
  if (all === 0) return `Nobody ${told}.`
  if (all === 1)
    return `The one person who ${told} ${rose ? 'rose' : stayed ? 'stayed where they were' : 'fell'}: too few to tell.`
  if (stayed === all)
    return `${capital(everyone(all))} who ${told} stayed where they were${all < fewestForTest ? ': too few to tell' : ''}.`
  const verdict = verdictOf(all, rose, fell, { moreUp: 'more rose than fell', moreDown: 'more fell than rose' })
  return `Of the ${figure(all)} who ${told}, ${none(rose)} rose, ${none(stayed)} stayed and ${none(fell)} fell${verdict && `: ${verdict}`}.`
}

/** Where those who answered are least like those who came, from `largestGap`; `total` is everyone of its rows, `groups` how many it looked among. */
export function whoAnsweredSentence(
  gap: Gap | null,
  total: { came: number; answered: number },
  thresholds: Thresholds = defaultThresholds,
  groups = 2,
): string {
  const { came, answered } = total
  mustBePart(answered, came)
  if (answered === 0) return 'Nobody has answered.'
  if (answered === came) return came === 1 ? 'The one person counted here answered.' : 'Everyone counted here answered.'
  if (gap === null) return 'No group is large enough to set those who answered beside those who came.'
  if (gap.attended === came) return 'Everyone is counted in one group, so there are none to set beside each other.'
  if (groups === 1) return theOneGroup(gap, total, thresholds)
  if (!percentages(answered, thresholds) && gap.points === 0)
    return 'Among groups of ten or more who came, those who answered are much like those who came.'
  if (!percentages(answered, thresholds))
    return `Among groups of ten or more who came, the one that differs most is “${gap.label}”: ${figure(gap.attended)} of the ${figure(came)} who came, and ${none(gap.answered)} of the ${figure(answered)} who answered.`
  if (gap.points === 0)
    return 'Among groups of ten or more who came, those who answered are like those who came, to the nearest percentage point.'
  return `Among groups of ten or more who came, the one that differs most is “${gap.label}”: ${percent(gap.attended, came)} of those who came and ${percent(gap.answered, answered)} of those who answered, ${pointsWords(gap.points)}.`
}

/** With one group of ten or more there is none that differs most. */
function theOneGroup(
  { label, attended, answered: its, points }: Gap,
  { came, answered }: { came: number; answered: number },
  thresholds: Thresholds,
): string {
  const one = `One group alone has ten or more who came, “${label}”:`
  if (!percentages(answered, thresholds))
    return `${one} ${figure(attended)} of the ${figure(came)} who came, and ${none(its)} of the ${figure(answered)} who answered.`
  const shares = `${one} ${percent(attended, came)} of those who came and ${percent(its, answered)} of those who answered`
  return points === 0 ? `${shares}.` : `${shares}, ${pointsWords(points)}.`
}

function pointsWords(points: number): string {
  const n = Math.abs(points)
  return `${n} percentage ${n === 1 ? 'point' : 'points'} ${points < 0 ? 'fewer' : 'more'}`
}

/** For the drill-down: the weighted figure beside the plain one, with the largest weight; says when the bounds should lead. */
export function weightedSentence(weighted: PostStratified | null, by: string): string {
  if (weighted === null) return `Too few answered to weight by ${by}.`
  const [share, plain, covered] = [weighted.share, weighted.plain, weighted.covered].map((part) =>
    Math.round(part * 100),
  ) as [number, number, number]
  const lead =
    Math.abs(weighted.share - weighted.plain) > leadApart
      ? ' They differ by more than five percentage points: go by the bounds.'
      : ''
  return `Weighted by ${by} to those who came: ${share}%, beside ${plain}% unweighted. The largest weight is ${weighted.largestWeight.toFixed(1)}; the cells used hold ${covered}% of the room.${lead}`
}

/** A weighted share further from the plain one than this does not stand by itself. */
const leadApart = 0.05

/** One year of the trend. `broken` says what changed since the year it is set beside (wording, timing), if anything did. */
export type TrendYear = { label: string; inPractice: number; answered: number; came: number; broken?: string | null }

/** This year beside an earlier one, which need not be the last, with both response rates and whether they differ. */
export function trendSentence(
  thisYear: TrendYear,
  earlier: TrendYear | 'not-compared' | null,
  thresholds: Thresholds = defaultThresholds,
): string {
  const now = yearWords(thisYear, thresholds)
  // The caller says why.
  if (earlier === 'not-compared') return now
  if (earlier === null) return `${now} There is no earlier year to set beside it.`
  return `${now} ${yearWords(earlier, thresholds)} ${changeWords(thisYear, earlier, thresholds)}`
}

function yearWords(year: TrendYear, thresholds: Thresholds): string {
  const { label, inPractice, answered, came } = year
  mustBePart(inPractice, answered)
  mustBePart(answered, came)
  if (came === 0) return `${label}: nobody came.`
  const told = `${counted(answered, came, thresholds, answered)} of the ${figure(came)} who came answered`
  if (!mayShow({ attended: came, answered }, thresholds)) return `${label}: ${told}; too few to show how.`
  return `${label}: ${told}, and ${counted(inPractice, answered, thresholds)} of them ${inPractice < 2 ? 'has' : 'have'} put it into practice.`
}

/** How this year's share in practice differs from an earlier one's, −1 to 1 (Newcombe); null across a break or where either is too few. */
export function trendDifference(
  thisYear: TrendYear,
  earlier: TrendYear,
  thresholds: Thresholds = defaultThresholds,
): Range | null {
  if (thisYear.broken) return null
  const [now, then] = [thisYear, earlier].map(({ inPractice, answered }) => ({
    successes: inPractice,
    n: answered,
  })) as [Share, Share]
  if (![now, then].every(({ n }) => percentages(n, thresholds))) return null
  return differenceInterval(now, then)
}

/** A change is claimed only where the interval of the difference leaves out nought. */
function changeWords(thisYear: TrendYear, earlier: TrendYear, thresholds: Thresholds): string {
  if (thisYear.broken) return `The two are not compared: ${thisYear.broken}.`
  const difference = trendDifference(thisYear, earlier, thresholds)
  if (difference === null) return 'Whether it changed: too few to tell.'
  const { low, high } = difference
  if (low <= 0 && high >= 0) return 'Between the two there is no clear difference.'
  return `Among those who answered, the share in practice is ${low > 0 ? 'higher' : 'lower'} than in ${earlier.label}; unlikely to be chance.`
}

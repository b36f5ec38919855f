import { baseOf, hidden } from './answer-figures.ts'
import { defaultThresholds, type Thresholds } from './shared/disclosure.ts'
import type { Cell, Figure } from './shared/figures.ts'
import { figure, levelLabels } from './shared/pictures.ts'
import { fadeSentence, twoArrowsSentence } from './shared/sentences-moves.ts'
import { type ThreeRatings, twoBefores } from './shared/statistics.ts'

/*
 * One learning outcome at its four moments: before the day, looking back at its end, at its end, and three months on. The matrix stands in
 * outcome-moves.ts; here are the two arrows and the fade. Whether they may be shown is decided by the caller.
 */

/** How many people gave these levels at the end of the day and three months on; 0 lowest, 3 highest. */
export interface EndAndNow {
  end: number
  now: number
  n: number
}

interface Outcome {
  /** 1 for the course's first. */
  position: number
  text: string
  came: number
  isShown: boolean
  thresholds?: Thresholds
}

const isGood = (level: number) => level >= 2

/**
 * The true before and the before of looking back, each set against now, for those who gave all three: people are poor judges of both, in
 * opposite ways, so neither stands alone.
 */
export function arrowsFigure(ratings: readonly ThreeRatings[], outcome: Outcome): Figure {
  const { position, text, came, isShown, thresholds = defaultThresholds } = outcome
  const befores = twoBefores(ratings)
  const about = {
    key: `arrows-${position}`,
    part: 'knowledge',
    title: `“${text}”: before the day, and looking back`,
    label: 'know',
    definition: `Those who said where they stood before the day, said at its end where they had really been that morning, and said it again three months on. Good or strong: the upper two of ${levelLabels.length} levels. Looking back, people often rate themselves lower than they did; neither comparison is a test.`,
  } as const
  const base = baseOf(befores.people, came, thresholds)
  if (!isShown) return hidden(about, base, thresholds)
  const { people, goodBefore, goodLookingBack, goodNow } = befores
  return {
    ...about,
    base,
    sentence: twoArrowsSentence(befores, thresholds),
    table: {
      caption: `Good or strong, of ${figure(people)} who told us all three`,
      head: ['When', 'Good or strong'],
      rows: [
        ['Before the day', goodBefore],
        ['That morning, looking back at its end', goodLookingBack],
        ['Three months on', goodNow],
      ] satisfies Cell[][],
    },
    picture: {
      kind: 'arrows',
      from: 'Before',
      to: 'Three months on',
      rows: [
        { label: 'As they said before the day', from: goodBefore, to: goodNow, of: people },
        { label: 'As they said looking back', from: goodLookingBack, to: goodNow, of: people },
      ],
    },
    notShown: null,
    drillDown: [],
  }
}

/** From the end of the day to three months on, for those who told us both. */
export function fadeFigure(moves: readonly EndAndNow[], outcome: Outcome): Figure {
  const { position, text, came, isShown, thresholds = defaultThresholds } = outcome
  const sum = (keep: (move: EndAndNow) => boolean) => moves.filter(keep).reduce((total, { n }) => total + n, 0)
  const people = sum(() => true)
  const about = {
    key: `fade-${position}`,
    part: 'knowledge',
    title: `“${text}”: what was left three months on`,
    label: 'know',
    definition:
      'Those who said where they stood at the end of the day and again three months on. A rise then may be practice; a fall may be that the day’s glow has gone.',
  } as const
  const base = baseOf(people, came, thresholds)
  if (!isShown) return hidden(about, base, thresholds)
  const rose = sum(({ end, now }) => now > end)
  const fell = sum(({ end, now }) => now < end)
  const goodThen = sum(({ end }) => isGood(end))
  const goodNow = sum(({ now }) => isGood(now))
  return {
    ...about,
    base,
    sentence: fadeSentence({ rose, stayed: people - rose - fell, fell }),
    table: {
      caption: `Of ${figure(people)} who told us both`,
      head: ['From the end of the day to three months on', 'People'],
      rows: [
        ['Rose', rose],
        ['Stayed', people - rose - fell],
        ['Fell', fell],
        ['Good or strong at the end of the day', goodThen],
        ['Good or strong three months on', goodNow],
      ] satisfies Cell[][],
    },
    picture: {
      kind: 'arrows',
      from: 'End of the day',
      to: 'Three months on',
      rows: [{ label: 'Good or strong', from: goodThen, to: goodNow, of: people }],
    },
    notShown: null,
    drillDown: [],
  }
}

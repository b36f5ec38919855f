import type { Anchor, PracticeAnswer } from '#server/surveys/input.ts'
import { anchors } from '#server/surveys/input.ts'
import type { CoursePlan } from './courses.ts'
import type { Seed } from './seed.ts'

/* What the invented people answer: the keys of the published questions, and a few invented sentences. */

export type Commitment =
  | { kind: 'suggestion'; position: number }
  | { kind: 'own-words'; text: string }
  | { kind: 'nothing' | 'not-sure' }

/** Where someone stood before and three months on, of one learning outcome; null where they did not say. */
export type Move = { before: Anchor | null; after: Anchor | null }

export type BeforeAnswers = { anchors: Anchor[]; chance: string; need: string[] }

export type EndAnswers = {
  anchors: Anchor[]
  then: Anchor[]
  ready: string
  firstChance: string
  obstacle: string[]
  suggestion: string | null
  commitments: Commitment[]
}

export type FollowUpAnswers = {
  practice: PracticeAnswer
  /** Without them it is a core answer. */
  more: {
    anchors: Anchor[]
    chance: string
    difference: string[]
    helped: string[]
    inTheWay: string[]
    anyway: string
    whereSeen: string[]
    example: string | null
    consent: 'no-quote' | 'quote' | 'quote-with-job' | null
  } | null
}

/** 300 matched moves of 2025-26 (figures.md): 120 some to good, 60 good to strong, 81 unchanged, 27 other rises, 12 down. */
export const matchedMoves2025: readonly (readonly [Anchor, Anchor, number])[] = [
  ['some', 'good', 120],
  ['good', 'strong', 60],
  ['not-yet', 'not-yet', 4],
  ['some', 'some', 30],
  ['good', 'good', 34],
  ['strong', 'strong', 13],
  ['not-yet', 'some', 12],
  ['not-yet', 'good', 9],
  ['some', 'strong', 5],
  ['not-yet', 'strong', 1],
  ['good', 'some', 7],
  ['strong', 'good', 4],
  ['some', 'not-yet', 1],
]

/** The conference of January 2026: 28 matched, 3 more with an outcome now only, 11 with question one alone. */
export const conferenceMoves: readonly (readonly [Anchor, Anchor, number])[] = [
  ['not-yet', 'not-yet', 1],
  ['not-yet', 'some', 3],
  ['not-yet', 'good', 4],
  ['some', 'not-yet', 1],
  ['some', 'some', 3],
  ['some', 'good', 6],
  ['some', 'strong', 1],
  ['good', 'some', 2],
  ['good', 'good', 4],
  ['good', 'strong', 1],
  ['strong', 'strong', 2],
]

export const conferencePractice: Readonly<Record<PracticeAnswer, number>> = {
  routine: 15,
  once: 11,
  started: 5,
  'not-yet': 2,
  'did-not-fit': 1,
  'no-chance': 4,
  left: 1,
  already: 3,
}

/** What got in the way, said by those of the conference who answered fully. */
export const conferenceObstacles: Readonly<Record<string, number>> = {
  time: 11,
  'unsure-how': 7,
  'no-case': 4,
  'another-agency': 3,
}

export const repeated = <T>(counts: readonly (readonly [T, number])[]): T[] =>
  counts.flatMap(([value, n]) => Array.from({ length: n }, () => value))

const starting: Readonly<Record<Anchor, number>> = { 'not-yet': 20, some: 46, good: 28, strong: 6 }

export const someAnchor = (chance: Seed): Anchor => chance.weighted(starting)

/** A step on the scale, kept on it. */
export const moved = (from: Anchor, steps: number): Anchor =>
  anchors[Math.max(0, Math.min(anchors.length - 1, anchors.indexOf(from) + steps))]!

const steps = { '-1': 5, '0': 32, '1': 53, '2': 10 } as const

export const later = (from: Anchor, chance: Seed): Anchor => moved(from, Number(chance.weighted(steps)))

export function beforeAnswers(course: CoursePlan, first: Anchor, chance: Seed): BeforeAnswers {
  return {
    anchors: course.outcomes.map((_, i) => (i === 0 ? first : someAnchor(chance))),
    chance: chance.weighted({ 'not-at-all': 22, 'once-or-twice': 43, 'most-weeks': 25, 'most-days': 10 }),
    need: chance
      .shuffled(['know-signs', 'know-what-to-say', 'know-whom', 'practise', 'meet-agencies', 'up-to-date'])
      .slice(0, chance.between(1, 3)),
  }
}

/** @param before where they said they stood when they booked, if they did */
export function endAnswers(course: CoursePlan, before: readonly Anchor[] | null, chance: Seed): EndAnswers {
  const then = course.outcomes.map((_, i) => {
    const said = before?.[i] ?? someAnchor(chance)
    return chance.chance(0.25) ? moved(said, -1) : said
  })
  return {
    then,
    anchors: then.map((anchor) => moved(anchor, Number(chance.weighted({ '0': 22, '1': 63, '2': 15 })))),
    ready: chance.weighted({
      'not-sure-where': 3,
      'with-someone': 12,
      'with-handout': 38,
      'on-my-own': 35,
      'show-a-colleague': 12,
    }),
    firstChance: chance.weighted({ supervision: 27, visit: 34, 'team-meeting': 22, 'multi-agency': 10, other: 7 }),
    obstacle: someOf(chance, obstacles, 2),
    suggestion: chance.chance(0.06) ? chance.pick(improvements) : null,
    commitments: commitmentsOf(course, chance),
  }
}

function commitmentsOf(course: CoursePlan, chance: Seed): Commitment[] {
  const kind = chance.weighted({ suggestion: 78, 'own-words': 6, nothing: 10, 'not-sure': 6 })
  if (kind === 'nothing' || kind === 'not-sure') return [{ kind }]
  if (kind === 'own-words') return [{ kind, text: chance.pick(ownWords) }]
  const first = chance.below(course.suggestions.length)
  const second = (first + 1 + chance.below(course.suggestions.length - 1)) % course.suggestions.length
  const positions = chance.chance(0.35) ? [first, second] : [first]
  return positions.map((position) => ({ kind: 'suggestion' as const, position: position + 1 }))
}

export const somePractice = (chance: Seed): PracticeAnswer =>
  chance.weighted({
    routine: 27,
    once: 28,
    started: 13,
    'not-yet': 9,
    'no-chance': 9,
    'did-not-fit': 3,
    left: 3,
    already: 8,
  })

/** @param full whether they went on after question one */
export function followUpAnswers(
  course: CoursePlan,
  {
    practice,
    now,
    full,
    obstacle,
  }: { practice: PracticeAnswer; now: readonly Anchor[]; full: boolean; obstacle?: string[] },
  chance: Seed,
): FollowUpAnswers {
  if (!full) return { practice, more: null }
  const hasDone = practice === 'routine' || practice === 'once' || practice === 'started' || practice === 'already'
  const example = hasDone && chance.chance(0.14) ? chance.pick(examples) : null
  return {
    practice,
    more: {
      anchors: course.outcomes.map((_, i) => now[i] ?? someAnchor(chance)),
      chance:
        practice === 'no-chance'
          ? 'not-at-all'
          : chance.weighted({ 'not-at-all': 6, 'once-or-twice': 46, 'most-weeks': 33, 'most-days': 15 }),
      difference: hasDone
        ? someOf(chance, differences, 3)
        : [chance.weighted({ 'too-early': 45, nothing: 35, 'knew-whom': 20 })],
      helped: hasDone ? someOf(chance, helps, 2) : ['nothing'],
      inTheWay: obstacle ?? someOf(chance, obstacles, 2),
      anyway: chance.weighted({ no: 34, partly: 40, yes: 14, 'cannot-say': 12 }),
      whereSeen: hasDone ? someOf(chance, places, 2) : ['not-written'],
      example,
      consent: example ? chance.weighted({ 'no-quote': 40, 'quote-with-job': 40, quote: 20 }) : null,
    },
  }
}

const obstacles = {
  time: 34,
  'no-case': 14,
  manager: 6,
  'team-habits': 12,
  systems: 11,
  'another-agency': 10,
  'unsure-how': 12,
  'policy-changed': 3,
}

const helps = { time: 12, 'a-case': 22, manager: 20, team: 20, systems: 8, 'another-agency': 12, materials: 16 }

const differences = {
  'noticed-sooner': 12,
  'shared-sooner': 11,
  'better-referral': 9,
  'voice-recorded': 9,
  'right-people': 7,
  'plan-changed': 6,
  'understood-better': 7,
  'passed-on': 16,
  'form-changed': 5,
  'raised-it': 6,
  'confident-to-ask': 18,
  'knew-whom': 11,
  'looked-after': 4,
  confirmed: 8,
}

const places = { supervision: 38, recording: 30, minutes: 14, observed: 8, 'not-written': 10 }

/** One, sometimes more, different keys. */
function someOf<K extends string>(chance: Seed, weights: Readonly<Record<K, number>>, most: number): K[] {
  const count = 1 + (most > 1 && chance.chance(0.45) ? 1 : 0) + (most > 2 && chance.chance(0.25) ? 1 : 0)
  const chosen = new Set<K>()
  while (chosen.size < count) chosen.add(chance.weighted(weights))
  return [...chosen]
}

const improvements = [
  'More time in the small groups, please.',
  'The room was cold in the morning.',
  'I would have liked the slides beforehand.',
  'Could we hear from someone who has been through it?',
  'A shorter lunch and an earlier finish would suit schools.',
  'Please keep the mix of agencies at each table.',
]

const ownWords = [
  'Ask our reception team to note what people say when they ring',
  'Set aside half an hour a week to read back over my notes',
  'Bring this to our practice meeting in the autumn',
  'Sit in on a colleague’s visit and talk about it afterwards',
  'Rewrite the letter we send when an appointment is missed',
]

const examples = [
  'I asked a question I would have left out before, and it changed what we decided.',
  'We now begin each meeting with what has been said by the person it is about.',
  'I rang another service first instead of waiting for a form, and they came along.',
  'In supervision we went through the checklist together; it took twenty minutes and was worth it.',
  'I wrote down the words that were used and read them back; that was new for me.',
  'Our team put the number on the wall and people have used it.',
]

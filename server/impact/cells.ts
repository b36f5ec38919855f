import { type PracticeAnswer, practiceAnswers } from '#server/surveys/input.ts'
import { type Answers, of } from './answers.ts'
import type { Attender } from './attenders.ts'

/*
 * What people answered, measure by measure, as pure functions over what `attendersAt` reads. A measure is one question whose answers are
 * counted: of the follow-up only answers that count, of the others those of the people who came.
 */

/** Questions answered by choosing among options, as measures; `practice` is read from the attenders, who have the answer that counts. */
const chosen = {
  'before-chance': 'before/chance',
  need: 'before/need',
  ready: 'end/ready',
  'first-chance': 'end/first-chance',
  obstacle: 'end/obstacle',
  chance: 'follow-up/chance',
  difference: 'follow-up/difference',
  helped: 'follow-up/helped',
  'in-the-way': 'follow-up/in-the-way',
  anyway: 'follow-up/anyway',
  'where-seen': 'follow-up/where-seen',
} as const
type Chosen = keyof typeof chosen

/**
 * `moves:first` is before → now on the first learning outcome of each course ("1>2", levels 0 to 3), `moves:12` on another; `befores` is
 * before, looking back and now ("1>0>2"), `fade` the end of the day → now, both on the first.
 * `baseline` and `readiness` are what people said before and at the end, of those who answered later and of those who did not.
 */
export type Measure =
  | 'practice'
  | Chosen
  | 'moves:first'
  | `moves:${number}`
  | 'befores'
  | 'fade'
  | 'commitment'
  | 'baseline-answered'
  | 'baseline-silent'
  | 'readiness-answered'
  | 'readiness-silent'

/**
 * Measures that show the same answers of overlapping people, what matters most first: a matrix of twelve people less the arrows of nine of
 * them would tell how three fall. What they show is let in together, as if it were one question.
 */
const joints: Readonly<Record<string, readonly Measure[]>> = {
  levels: ['moves:first', 'befores', 'fade', 'baseline-answered', 'baseline-silent'],
  readiness: ['ready', 'readiness-answered', 'readiness-silent'],
}
const jointBy = new Map<string, string>(
  Object.entries(joints).flatMap(([joint, measures]) => measures.map((measure) => [measure, joint] as const)),
)

/** Under which name a measure is guarded and proved: with those that share its answers, or by itself. */
export const jointOf = (measure: string): string => jointBy.get(measure) ?? measure

/** The measures guarded together with this one, it among them, in the order in which they are let in. */
export const jointWith = (measure: Measure): readonly Measure[] => joints[jointOf(measure)] ?? [measure]

/** How a measure is read: each person's answer as a whole number, 0 for none, and what the numbers stand for. */
export interface Reader {
  at(eventId: number): (one: Attender) => number
  /** The answers that a number stands for, in order: several where several could be chosen, levels joined by ">". */
  options(code: number): readonly string[]
}

type Codes = (one: Attender) => number
const none: Codes = () => 0
const ifAnswered =
  (read: Codes): Codes =>
  (one) =>
    one.practice === null ? 0 : read(one)

/** How a measure is read from a person. */
export function readerOf(answers: Answers, measure: Measure): Reader {
  if (measure === 'practice') {
    const codes = new Map<PracticeAnswer | null, number>(practiceAnswers.map((answer, i) => [answer, i + 1]))
    return { at: () => (one) => codes.get(one.practice) ?? 0, options: (code) => [practiceAnswers[code - 1]!] }
  }
  if (measure === 'commitment') {
    const known: string[] = []
    const codes = new Map<string, number>()
    return {
      at: () => (one) =>
        one.commitment === null ? 0 : of(codes, one.commitment, () => known.push(one.commitment ?? '')),
      options: (code) => [known[code - 1]!],
    }
  }
  const question = chosen[measure as Chosen]
  if (question) return chosenReader(answers, question)
  const isSilent =
    (read: Codes): Codes =>
    (one) =>
      one.practice === null ? read(one) : 0
  switch (measure) {
    case 'baseline-answered':
      return only(whereTheyStood(answers), ifAnswered)
    case 'baseline-silent':
      return only(whereTheyStood(answers), isSilent)
    case 'readiness-answered':
      return only(howReady(answers), ifAnswered)
    case 'readiness-silent':
      return only(howReady(answers), isSilent)
    case 'befores':
      return levelsReader(answers, ['before/outcomes', 'end/then', 'follow-up/outcomes'], (eventId) =>
        firstMatched(answers, eventId),
      )
    case 'fade':
      return levelsReader(answers, ['end/outcomes', 'follow-up/outcomes'], (eventId) =>
        firstGiven(answers, eventId, 'follow-up/outcomes'),
      )
    case 'moves:first':
      return levelsReader(answers, ['before/outcomes', 'follow-up/outcomes'], (eventId) =>
        firstMatched(answers, eventId),
      )
    default: {
      const outcome = Number(measure.slice('moves:'.length))
      return levelsReader(answers, ['before/outcomes', 'follow-up/outcomes'], () => () => outcome)
    }
  }
}

const only = ({ at, options }: Reader, wrap: (read: Codes) => Codes): Reader => ({
  at: (eventId) => wrap(at(eventId)),
  options,
})

function chosenReader({ events, keys }: Answers, question: string): Reader {
  const isAsked = question.startsWith('follow-up/')
  const words = new Map<number, string[]>()
  return {
    at: (eventId) => {
      const column = events.get(eventId)?.chosen.get(question)
      if (!column) return none
      const read: Codes = ({ seat }) => column[seat]!
      return isAsked ? ifAnswered(read) : read
    },
    options: (code) =>
      of(words, code, () => (keys.get(question) ?? []).filter((_, bit) => (code >>> bit) & 1).toSorted()),
  }
}

/** How ready everyone was at the end of the day. */
export const howReady = (answers: Answers): Reader => chosenReader(answers, chosen.ready)

/** Where everyone stood before the day (0 to 3) on the first learning outcome. */
export function whereTheyStood(answers: Answers): Reader {
  return {
    at: (eventId) => {
      const firsts = firstsAt(answers, eventId, 'before/outcomes')
      return ({ seat }) => firsts.find(({ level }) => level[seat])?.level[seat] ?? 0
    },
    options: (code) => [`${code - 1}`],
  }
}

/** Levels of several moments on one learning outcome, of those who answered and gave them all: 0 to 3 each, as digits to the base of four. */
function levelsReader(
  { events }: Answers,
  moments: readonly string[],
  outcomeAt: (eventId: number) => (one: Attender) => number | undefined,
): Reader {
  return {
    at: (eventId) => {
      const levels = events.get(eventId)?.levels
      const columns = moments.map((moment) => levels?.get(moment))
      if (columns.some((column) => column === undefined)) return none
      const outcomeOf = outcomeAt(eventId)
      return ifAnswered((one) => {
        const outcome = outcomeOf(one)
        if (outcome === undefined) return 0
        let code = 0
        for (const column of columns) {
          const level = column!.get(outcome)?.[one.seat] ?? 0
          if (level === 0) return 0
          code = code * 4 + level - 1
        }
        return code + 1
      })
    },
    options: (code) => [moments.map((_, i) => Math.floor((code - 1) / 4 ** (moments.length - 1 - i)) % 4).join('>')],
  }
}

/** The columns of the first learning outcomes, old wordings too, that were answered at an event; the oldest first. */
function firstsAt({ events, outcomes }: Answers, eventId: number, moment: string) {
  const levels = events.get(eventId)?.levels.get(moment)
  if (!levels) return []
  return outcomes
    .flatMap(({ id, position }) => {
      const level = position === 1 ? levels.get(id) : undefined
      return level ? [{ id, level }] : []
    })
    .toSorted((a, b) => a.id - b.id)
}

const firstGiven = (answers: Answers, eventId: number, moment: string) => {
  const firsts = firstsAt(answers, eventId, moment)
  return ({ seat }: Attender) => firsts.find(({ level }) => level[seat])?.id
}

/** The first learning outcome that each one gave both before and now: old and new wordings are told apart by it. */
export function firstMatched(answers: Answers, eventId: number): (one: Attender) => number | undefined {
  const now = answers.events.get(eventId)?.levels.get('follow-up/outcomes')
  const both = firstsAt(answers, eventId, 'before/outcomes').flatMap(({ id, level }) => {
    const later = now?.get(id)
    return later ? [{ id, before: level, now: later }] : []
  })
  return ({ seat, practice }) =>
    practice === null ? undefined : both.find(({ before, now }) => before[seat] && now[seat])?.id
}

/** Something made for an event once while people of it follow one another. */
export function byEvent<T>(at: (eventId: number) => (one: Attender) => T): (one: Attender) => T {
  let last: number | undefined
  let read: (one: Attender) => T
  return (one) => {
    if (one.eventId !== last) {
      last = one.eventId
      read = at(one.eventId)
    }
    return read(one)
  }
}

/** What one person answered, as words: an option's key, several joined by "+". Null for no answer. */
export function answerOf({ at, options }: Reader): (one: Attender) => string | null {
  const words = new Map<number, string>()
  const read = byEvent(at)
  return (one) => {
    const code = read(one)
    return code === 0 ? null : of(words, code, () => options(code).join('+'))
  }
}

/** How many people answered, and how many chose each option. */
export interface Tally {
  answered: number
  options: Record<string, number>
}

export function tallyOf(those: readonly Attender[], { at, options }: Reader): Tally {
  const counts = new Map<number, number>()
  const read = byEvent(at)
  for (const one of those) {
    const code = read(one)
    if (code !== 0) counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  const tally: Tally = { answered: 0, options: {} }
  for (const [code, n] of counts) {
    tally.answered += n
    for (const key of options(code)) tally.options[key] = (tally.options[key] ?? 0) + n
  }
  return tally
}

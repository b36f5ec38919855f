import { practiceAnswers } from '#server/surveys/input.ts'
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
  /** The answers of everyone who came to an event, by seat; null where nobody gave one. */
  column(eventId: number): Codes | null
  /** The answers that a number stands for, in order: several where several could be chosen, levels joined by ">". */
  options(code: number): readonly string[]
}

export type Codes = Uint8Array | Uint32Array

/** How many gave an answer. */
export function answeredIn(codes: Codes | null): number {
  let answered = 0
  if (codes) for (const code of codes) answered += code === 0 ? 0 : 1
  return answered
}

/** How a measure is read from what people answered. */
export function readerOf(answers: Answers, measure: Measure): Reader {
  const { events } = answers
  if (measure === 'practice')
    return {
      column: (eventId) => events.get(eventId)?.practice ?? null,
      options: (code) => [practiceAnswers[code - 1]!],
    }
  if (measure === 'commitment') return commitmentReader(answers)
  const question = chosen[measure as Chosen]
  if (question) return chosenReader(answers, question)
  switch (measure) {
    case 'baseline-answered':
      return only(answers, whereTheyStood(answers), (practice) => practice !== 0)
    case 'baseline-silent':
      return only(answers, whereTheyStood(answers), (practice) => practice === 0)
    case 'readiness-answered':
      return only(answers, howReady(answers), (practice) => practice !== 0)
    case 'readiness-silent':
      return only(answers, howReady(answers), (practice) => practice === 0)
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

/** The same of those alone who answered question one so, or did not. */
function only({ events }: Answers, { column, options }: Reader, isOf: (practice: number) => boolean): Reader {
  return {
    column: (eventId) => {
      const practice = events.get(eventId)?.practice
      return column(eventId)?.map((code, seat) => (isOf(practice![seat]!) ? code : 0)) ?? null
    },
    options,
  }
}

function commitmentReader({ events }: Answers): Reader {
  const known: string[] = []
  const codes = new Map<string, number>()
  return {
    column: (eventId) => {
      const own = events.get(eventId)
      if (!own?.commitments.length) return null
      const code = own.commitments.map((which) => of(codes, which, () => known.push(which)))
      return own.commitment.map((made) => (made === 0 ? 0 : code[made - 1]!))
    },
    options: (code) => [known[code - 1]!],
  }
}

function chosenReader({ events, keys }: Answers, question: string): Reader {
  const words = new Map<number, string[]>()
  return {
    column: (eventId) => events.get(eventId)?.chosen.get(question) ?? null,
    options: (code) =>
      of(words, code, () => (keys.get(question) ?? []).filter((_, bit) => (code >>> bit) & 1).toSorted()),
  }
}

/** How ready everyone was at the end of the day. */
export const howReady = (answers: Answers): Reader => chosenReader(answers, chosen.ready)

/** Where everyone stood before the day (0 to 3) on the first learning outcome. */
export function whereTheyStood(answers: Answers): Reader {
  return {
    column: (eventId) => {
      const [first, ...others] = firstsAt(answers, eventId, 'before/outcomes')
      if (!first) return null
      return others.length === 0
        ? first.level
        : first.level.map((level, seat) => level || (others.find(({ level }) => level[seat])?.level[seat] ?? 0))
    },
    options: (code) => [`${code - 1}`],
  }
}

/** Levels of several moments on one learning outcome, of those who gave them all: 0 to 3 each, as digits to the base of four. */
function levelsReader(
  { events }: Answers,
  moments: readonly string[],
  outcomeAt: (eventId: number) => (seat: number) => number | undefined,
): Reader {
  return {
    column: (eventId) => {
      const own = events.get(eventId)
      const columns = moments.map((moment) => own?.levels.get(moment))
      if (!own || columns.some((column) => column === undefined)) return null
      const outcomeOf = outcomeAt(eventId)
      const levelsOf = (outcome: number) => columns.map((column) => column!.get(outcome))
      const codes = new Uint8Array(own.practice.length)
      let of: number | undefined
      let levels: (Uint8Array | undefined)[] = []
      for (let seat = 0; seat < codes.length; seat++) {
        const outcome = own.practice[seat] === 0 ? undefined : outcomeOf(seat)
        if (outcome === undefined) continue
        if (outcome !== of) {
          of = outcome
          levels = levelsOf(outcome)
        }
        let code = 0
        let isWhole = true
        // Counted, since whatever is made for each of a hundred thousand has to be cleared away again.
        for (let m = 0; m < levels.length; m++) {
          const given = levels[m]?.[seat] ?? 0
          if (given === 0) isWhole = false
          code = code * 4 + given - 1
        }
        if (isWhole) codes[seat] = code + 1
      }
      return codes
    },
    options: (code) => [moments.map((_, i) => Math.floor((code - 1) / 4 ** (moments.length - 1 - i)) % 4).join('>')],
  }
}

/** The columns of the first learning outcomes, old wordings too, that were answered at an event; the oldest first. */
function firstsAt({ events, outcomes }: Answers, eventId: number, moment: string) {
  const firsts = firstsOf(outcomes)
  return [...(events.get(eventId)?.levels.get(moment) ?? [])]
    .flatMap(([id, level]) => (firsts.has(id) ? { id, level } : []))
    .toSorted((a, b) => a.id - b.id)
}

const knownFirsts = new WeakMap<Answers['outcomes'], ReadonlySet<number>>()

/** The ids of the first learning outcomes, made once: each event asks for them. */
function firstsOf(outcomes: Answers['outcomes']): ReadonlySet<number> {
  let firsts = knownFirsts.get(outcomes)
  if (!firsts) {
    firsts = new Set(outcomes.flatMap(({ id, position }) => (position === 1 ? id : [])))
    knownFirsts.set(outcomes, firsts)
  }
  return firsts
}

const firstGiven = (answers: Answers, eventId: number, moment: string) => {
  const firsts = firstsAt(answers, eventId, moment)
  return (seat: number) => firsts.find(({ level }) => level[seat])?.id
}

/** By seat, the first learning outcome that each one gave both before and now: old and new wordings are told apart by it. */
export function firstMatched(answers: Answers, eventId: number): (seat: number) => number | undefined {
  const now = answers.events.get(eventId)?.levels.get('follow-up/outcomes')
  const both = firstsAt(answers, eventId, 'before/outcomes').flatMap(({ id, level }) => {
    const later = now?.get(id)
    return later ? [{ id, before: level, now: later }] : []
  })
  return (seat) => {
    for (let n = 0; n < both.length; n++) if (both[n]!.before[seat] && both[n]!.now[seat]) return both[n]!.id
    return undefined
  }
}

/** Something made for an event once while people of it follow one another. */
function byEvent<T>(at: (eventId: number) => (one: Attender) => T): (one: Attender) => T {
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

/** The same of one person after another. */
export const wordingOf = (answers: Answers): ((one: Attender) => number | undefined) =>
  byEvent((eventId) => {
    const matched = firstMatched(answers, eventId)
    return ({ seat }) => matched(seat)
  })

/** What one person answered, as a number; 0 for none. */
const codeOf = ({ column }: Reader): ((one: Attender) => number) =>
  byEvent((eventId) => {
    const codes = column(eventId)
    return codes === null ? () => 0 : ({ seat }) => codes[seat]!
  })

/** What one person answered, as words: an option's key, several joined by "+". Null for no answer. */
export function answerOf(reader: Reader): (one: Attender) => string | null {
  const words = new Map<number, string>()
  const read = codeOf(reader)
  return (one) => {
    const code = read(one)
    return code === 0 ? null : of(words, code, () => reader.options(code).join('+'))
  }
}

/** How many people answered, and how many chose each option. */
export interface Tally {
  answered: number
  options: Record<string, number>
}

/** @param isOf leaves out others */
export function tallyOf(those: readonly Attender[], reader: Reader, isOf?: (one: Attender) => boolean): Tally {
  // Most codes are small: a number of so many bits is counted without being looked up.
  const small = new Uint32Array(1 << 10)
  const large = new Map<number, number>()
  let eventId = Number.NaN
  let codes: Codes | null = null
  for (const one of those) {
    if (one.eventId !== eventId) {
      eventId = one.eventId
      codes = reader.column(eventId)
    }
    const code = codes === null ? 0 : codes[one.seat]!
    if (code === 0 || (isOf && !isOf(one))) continue
    if (code < small.length) small[code]! += 1
    else large.set(code, (large.get(code) ?? 0) + 1)
  }
  const tally: Tally = { answered: 0, options: {} }
  const add = (n: number, code: number) => {
    if (n === 0) return
    tally.answered += n
    for (const key of reader.options(code)) tally.options[key] = (tally.options[key] ?? 0) + n
  }
  small.forEach(add)
  large.forEach(add)
  return tally
}

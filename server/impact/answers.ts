import { and, asc, eq, isNotNull, or, sql } from 'drizzle-orm'
import { learningOutcomes } from '#db/courses.ts'
import { instruments, options, questions } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { type Anchor, anchors, type Stage } from '#server/surveys/input.ts'
import type { Chosen } from './event-facts.ts'

/*
 * What people answered to the questions that impact pages read. Answers are held as numbers, event by event in the order of those who came,
 * since a large programme's are a million and are read measure by measure.
 */

const wanted = {
  before: ['outcomes', 'chance', 'need'],
  end: ['outcomes', 'then', 'ready', 'first-chance', 'obstacle'],
  'follow-up': ['practice', 'chance', 'outcomes', 'difference', 'helped', 'in-the-way', 'anyway', 'where-seen'],
} as const satisfies Partial<Record<Stage, readonly string[]>>

export interface Outcome {
  id: number
  courseId: number
  position: number
  text: string
  retiredAt: number | null
}

/** What those who came to one event answered, by seat (their place among those who came). Of the follow-up only answers that count. */
export interface EventAnswers extends Given {
  /** Question one: the place of the answer in `practiceAnswers` and 1 more; 0 for none. */
  practice: Uint8Array
  /** The first commitment: its place in `commitments` and 1 more; 0 for none. */
  commitment: Uint32Array
  /** "suggestion:12", "own-words", "nothing", "not-sure", as they were first met. */
  commitments: readonly string[]
}

export interface Given {
  /** By "stage/question": the options each chose, as bits. */
  chosen: ReadonlyMap<string, Uint32Array>
  /** By "stage/question", by learning outcome: each one's level (0 to 3) and 1 more; 0 for none. */
  levels: ReadonlyMap<string, ReadonlyMap<number, Uint8Array>>
}

export interface Answers {
  events: ReadonlyMap<number, EventAnswers>
  /** By "stage/question": the options that its bits stand for, as keys of the instrument. */
  keys: ReadonlyMap<string, readonly string[]>
  outcomes: readonly Outcome[]
}

/** The ids of the questions above, in every published version. */
export const questionsAsked = (db: Reading) =>
  db
    .select({ id: questions.id })
    .from(questions)
    .innerJoin(instruments, eq(instruments.id, questions.instrumentId))
    .where(isWanted())

const isWanted = () =>
  or(
    ...Object.entries(wanted).map(([stage, keys]) =>
      and(eq(instruments.stage, stage as Stage), sql`${questions.key} in ${[...keys]}`),
    ),
  )

/** What was asked: of each option the question, its bit, and which level it is. */
export interface Asked {
  options: ReadonlyMap<number, { question: string; bit: number; level: number }>
  keys: Answers['keys']
}

export async function askedOf(db: Reading): Promise<Asked> {
  const words = await db
    .select({
      id: options.id,
      key: options.key,
      question: sql<string>`${instruments.stage} || '/' || ${questions.key}`,
    })
    .from(options)
    .innerJoin(questions, eq(questions.id, options.questionId))
    .innerJoin(instruments, eq(instruments.id, questions.instrumentId))
    .where(isWanted())
    .orderBy(asc(options.id))
  const keys = keysOf(words)
  return {
    keys,
    options: new Map(
      words.map(({ id, key, question }) => [
        id,
        { question, bit: 2 ** keys.get(question)!.indexOf(key), level: anchors.indexOf(key as Anchor) + 1 },
      ]),
    ),
  }
}

export const outcomesOf = (db: Reading): Promise<Outcome[]> =>
  db
    .select({
      id: learningOutcomes.id,
      courseId: learningOutcomes.courseId,
      position: learningOutcomes.position,
      text: learningOutcomes.text,
      retiredAt: learningOutcomes.retiredAt,
    })
    .from(learningOutcomes)
    .where(isNotNull(learningOutcomes.text))
    .orderBy(asc(learningOutcomes.position), asc(learningOutcomes.id))

/**
 * What was chosen and given at one event.
 * @param seatOf whose each response is; those of others are left out
 */
export function answersIn(
  given: readonly Chosen[],
  { options }: Asked,
  seatOf: ReadonlyMap<number, number>,
  size: number,
): Given {
  const chosen = new Map<string, Uint32Array>()
  const levels = new Map<string, Map<number, Uint8Array>>()
  for (const [option, outcome, ids] of given) {
    const word = options.get(option)
    if (!word) continue
    const column =
      outcome === null
        ? of(chosen, word.question, () => new Uint32Array(size))
        : of(of(levels, word.question, newMap<number, Uint8Array>), outcome, () => new Uint8Array(size))
    for (const id of ids) {
      const seat = seatOf.get(id)
      if (seat !== undefined) column[seat] = outcome === null ? column[seat]! | word.bit : word.level
    }
  }
  return { chosen, levels }
}

/** Reads bits that stand for one option: what `as` makes of its key; -1 for none. */
export function bitsAs(keys: readonly string[], as: (key: string) => number): (bits: number) => number {
  const made = keys.map(as)
  return (bits) => (bits === 0 ? -1 : (made[31 - Math.clz32(bits)] ?? -1))
}

/** The same with nothing of the follow-up answered in these seats. */
export function withoutFollowUp(answers: EventAnswers, isLeftOut: (seat: number) => boolean): EventAnswers {
  const without = <C extends Uint8Array | Uint32Array>(column: C): C =>
    column.some((value, seat) => value !== 0 && isLeftOut(seat))
      ? (column.map((value, seat) => (isLeftOut(seat) ? 0 : value)) as C)
      : column
  const isAfter = (question: string) => question.startsWith('follow-up/')
  const after = <T>(columns: ReadonlyMap<string, T>, less: (one: T) => T) =>
    new Map([...columns].map(([question, one]) => [question, isAfter(question) ? less(one) : one]))
  return {
    ...answers,
    practice: without(answers.practice),
    chosen: after(answers.chosen, without),
    levels: after(answers.levels, (own) => new Map([...own].map(([outcome, column]) => [outcome, without(column)]))),
  }
}

/** Whether somebody gave a level of the same learning outcome before the day and three months on, by seat. */
export function matchedIn({ levels }: Given): (seat: number) => boolean {
  const now = levels.get('follow-up/outcomes')
  const both = [...(levels.get('before/outcomes') ?? [])].flatMap(([outcome, before]) => {
    const later = now?.get(outcome)
    return later ? [{ before, later }] : []
  })
  return (seat) => both.some(({ before, later }) => before[seat] !== 0 && later[seat] !== 0)
}

/** The options of each question, over all its versions, the oldest first. */
function keysOf(words: readonly { key: string; question: string }[]): Map<string, string[]> {
  const keys = new Map<string, string[]>()
  for (const { key, question } of words) {
    const own = of(keys, question, () => [])
    if (!own.includes(key)) own.push(key)
    if (own.length > 32) throw new Error(`More options than there are bits: ${question}`)
  }
  return keys
}

const newMap = <K, V>() => new Map<K, V>()

/** What stands under a key, made when it is first asked for. */
export function of<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}

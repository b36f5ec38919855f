import { and, asc, eq, isNotNull, or, sql } from 'drizzle-orm'
import { learningOutcomes } from '#db/courses.ts'
import { instruments, options, questions } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { type Anchor, anchors, type Stage } from '#server/surveys/input.ts'
import type { Attender } from './attenders.ts'

/*
 * What people answered, measure by measure: one statement over all events of a page's programme, one row an event and question; then pure
 * functions. A measure is one question whose answers are counted: of the follow-up only answers that count, of the others those of the
 * people who came.
 */

const wanted = {
  before: ['outcomes', 'chance', 'need'],
  end: ['outcomes', 'then', 'ready', 'first-chance', 'obstacle'],
  'follow-up': ['chance', 'outcomes', 'difference', 'helped', 'in-the-way', 'anyway', 'where-seen'],
} as const satisfies Partial<Record<Stage, readonly string[]>>

/** Questions answered by choosing among options, as measures; `practice` is counted from the attenders themselves. */
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

export interface Outcome {
  id: number
  courseId: number
  position: number
  text: string
  retiredAt: number | null
}

export interface Answers {
  /** By "stage/question": what each booking chose, as keys of the instrument. */
  chosen: ReadonlyMap<string, ReadonlyMap<number, readonly string[]>>
  /** By "stage/question", by learning outcome: each booking's level (0 to 3). */
  levels: ReadonlyMap<string, Levels>
  outcomes: Outcome[]
}

/** By learning outcome, each booking's level. */
export type Levels = ReadonlyMap<number, ReadonlyMap<number, number>>

/** Every answer to the questions above given at these events, but those given before the day after the day began. */
export async function answersAt(db: Reading, eventIds: readonly number[]): Promise<Answers> {
  const isWanted = or(
    ...Object.entries(wanted).map(([stage, keys]) =>
      and(eq(instruments.stage, stage as Stage), sql`${questions.key} in ${[...keys]}`),
    ),
  )
  const held = sql`held as materialized (select id, starts_at from events where id in (select value from json_each(${JSON.stringify(eventIds)})))`
  const stages = Object.keys(wanted)
  const [rows, given, words, outcomes] = await Promise.all([
    // As the covering index holds them: what was answered, and in which responses; a row for each event.
    db.select({ given: sql<string>`given` }).from(
      sql`(
        with ${held},
        asked as materialized (select ${questions.id} as id from ${questions} inner join ${instruments} on ${instruments.id} = ${questions.instrumentId} where ${isWanted})
        select (
          select group_concat(one) from (
            select '[' || option_id || ',' || ifnull(learning_outcome_id, 'null') || ',"' || group_concat(response_id) || '"]' as one
            from answers where event_id = held.id and question_id in (select id from asked) and option_id is not null
            group by question_id, learning_outcome_id, option_id)) as given
        from held) as counted`,
    ),
    db.select({ ids: sql<string>`ids`, bookings: sql<string>`bookings` }).from(
      sql`(
        with ${held}
        select group_concat(responses.id) as ids, group_concat(responses.booking_id) as bookings
        from held cross join responses on responses.event_id = held.id and responses.stage in ${stages}
        where responses.stage <> 'before' or ifnull(responses.core_at, responses.started_at) < held.starts_at
        group by held.id) as counted`,
    ),
    db
      .select({
        id: options.id,
        key: options.key,
        question: sql<string>`${instruments.stage} || '/' || ${questions.key}`,
      })
      .from(options)
      .innerJoin(questions, eq(questions.id, options.questionId))
      .innerJoin(instruments, eq(instruments.id, questions.instrumentId))
      .where(isWanted),
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
      .orderBy(asc(learningOutcomes.position), asc(learningOutcomes.id)),
  ])
  const bookingOf = new Map<number, number>()
  for (const { ids, bookings } of given) {
    const of = numbersIn(bookings)
    for (const [i, id] of numbersIn(ids).entries()) bookingOf.set(id, of[i]!)
  }
  const known = new Map(words.map(({ id, ...word }) => [id, word]))
  const chosen = new Map<string, { key: string; ids: string }[]>()
  const levels = new Map<string, Map<number, { key: string; ids: string }[]>>()
  for (const { given } of rows)
    for (const [option, outcome, ids] of JSON.parse(`[${given ?? ''}]`) as [number, number | null, string][]) {
      const word = known.get(option)
      if (!word) continue
      const own =
        outcome === null
          ? of(chosen, word.question, () => [])
          : of(of(levels, word.question, newMap<number, { key: string; ids: string }[]>), outcome, () => [])
      own.push({ key: word.key, ids })
    }
  return {
    chosen: new Lazily(chosen, (all) => chosenBy(all, bookingOf)),
    levels: new Map(
      [...levels].map(([question, own]) => [question, new Lazily(own, (all) => levelsBy(all, bookingOf))]),
    ),
    outcomes,
  }
}

function chosenBy(all: readonly { key: string; ids: string }[], bookingOf: ReadonlyMap<number, number>) {
  const by = new Map<number, readonly string[]>()
  // Many choose the same: each choice is one list.
  const alone = new Map<string, readonly string[]>()
  const more = new Map<readonly string[], Map<string, readonly string[]>>()
  for (const { key, ids } of all) {
    const one = of(alone, key, () => [key])
    for (const id of numbersIn(ids)) {
      const booking = bookingOf.get(id)
      if (booking === undefined) continue
      const before = by.get(booking)
      by.set(
        booking,
        before ? of(of(more, before, newMap<string, readonly string[]>), key, () => [...before, key]) : one,
      )
    }
  }
  return by
}

function levelsBy(all: readonly { key: string; ids: string }[], bookingOf: ReadonlyMap<number, number>) {
  const by = new Map<number, number>()
  for (const { key, ids } of all) {
    const level = anchors.indexOf(key as Anchor)
    for (const id of numbersIn(ids)) {
      const booking = bookingOf.get(id)
      if (booking !== undefined) by.set(booking, level)
    }
  }
  return by
}

const numbersIn = (list: string): number[] => JSON.parse(`[${list}]`) as number[]

/** A map whose values are worked out when they are first asked for: most pages ask for a few questions of many. */
class Lazily<K, From, V> extends Map<K, V> {
  private readonly from: ReadonlyMap<K, From>
  private readonly make: (from: From) => V

  constructor(from: ReadonlyMap<K, From>, make: (from: From) => V) {
    super()
    this.from = from
    this.make = make
  }

  override get(key: K): V | undefined {
    const known = super.get(key)
    const from = this.from.get(key)
    if (known !== undefined || from === undefined) return known
    const made = this.make(from)
    this.set(key, made)
    return made
  }

  override keys() {
    return this.from.keys() as MapIterator<K>
  }

  override *entries(): MapIterator<[K, V]> {
    for (const key of this.from.keys()) yield [key, this.get(key)!]
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }
}

const newMap = <K, V>() => new Map<K, V>()

function of<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}

/** What one person answered to a measure, as words: an option's key, several joined by "+", levels by ">". Null for no answer. */
export type Reader = (one: Attender) => string | null

/** How a measure is read from a person. */
export function readerOf(answers: Answers, measure: Measure): Reader {
  if (measure === 'practice') return ({ practice }) => practice
  const question = chosen[measure as Chosen]
  if (question) {
    const given = answers.chosen.get(question)
    const isAsked = question.startsWith('follow-up/')
    return (one) => {
      if (!given || (isAsked && one.practice === null)) return null
      const keys = given.get(one.bookingId)
      return keys === undefined ? null : joinedOf(keys)
    }
  }
  const level = (question: string, one: Attender, outcome: number | undefined) =>
    outcome === undefined ? undefined : answers.levels.get(question)?.get(outcome)?.get(one.bookingId)
  const joined = (...levels: (number | undefined)[]) => (levels.includes(undefined) ? null : levels.join('>'))
  const firsts = firstOutcomes(answers)
  switch (measure) {
    case 'moves:first':
      return (one) => {
        const outcome = firstMatched(answers, one, firsts)
        return joined(level('before/outcomes', one, outcome), level('follow-up/outcomes', one, outcome))
      }
    case 'befores':
      return (one) => {
        const outcome = firstMatched(answers, one, firsts)
        return joined(
          level('before/outcomes', one, outcome),
          level('end/then', one, outcome),
          level('follow-up/outcomes', one, outcome),
        )
      }
    case 'fade':
      return (one) => {
        if (one.practice === null) return null
        const outcome = firstIn(answers.levels.get('follow-up/outcomes'), one, firsts)
        return joined(level('end/outcomes', one, outcome), level('follow-up/outcomes', one, outcome))
      }
    case 'commitment':
      return ({ commitment }) => commitment
    case 'baseline-answered':
    case 'baseline-silent':
      return (one) => {
        if ((measure === 'baseline-answered') !== (one.practice !== null)) return null
        const was = baselineOf(answers, one, firsts)
        return was === undefined ? null : `${was}`
      }
    case 'readiness-answered':
    case 'readiness-silent':
      return (one) => {
        if ((measure === 'readiness-answered') !== (one.practice !== null)) return null
        return answers.chosen.get('end/ready')?.get(one.bookingId)?.[0] ?? null
      }
    default: {
      const outcome = Number(measure.slice('moves:'.length))
      return (one) =>
        one.practice === null
          ? null
          : joined(level('before/outcomes', one, outcome), level('follow-up/outcomes', one, outcome))
    }
  }
}

const joins = new WeakMap<readonly string[], string>()

function joinedOf(keys: readonly string[]): string {
  let joined = joins.get(keys)
  if (joined === undefined) joins.set(keys, (joined = keys.toSorted().join('+')))
  return joined
}

/** By booking the first learning outcome that somebody gave, worked out once for everybody. */
const firstsGiven = new WeakMap<Levels, Map<number, number>>()
const firstsMatched = new WeakMap<Levels, Map<number, number>>()

function firstsIn(
  known: WeakMap<Levels, Map<number, number>>,
  levels: Levels,
  firsts: ReadonlySet<number>,
  isGiven: (outcome: number, booking: number) => boolean,
): Map<number, number> {
  let by = known.get(levels)
  if (by) return by
  known.set(levels, (by = new Map()))
  for (const outcome of [...firsts].toSorted((a, b) => a - b))
    for (const booking of levels.get(outcome)?.keys() ?? [])
      if (!by.has(booking) && isGiven(outcome, booking)) by.set(booking, outcome)
  return by
}

const firstIn = (levels: Levels | undefined, { bookingId }: Attender, firsts: ReadonlySet<number>) =>
  levels && firstsIn(firstsGiven, levels, firsts, () => true).get(bookingId)

/** The first learning outcome that this person gave both before and now: old and new wordings are told apart by it. */
export function firstMatched(answers: Answers, one: Attender, firsts: ReadonlySet<number>): number | undefined {
  if (one.practice === null) return undefined
  const before = answers.levels.get('before/outcomes')
  const now = answers.levels.get('follow-up/outcomes')
  if (!before || !now) return undefined
  const isNow = (outcome: number, booking: number) => now.get(outcome)?.has(booking) ?? false
  return firstsIn(firstsMatched, before, firsts, isNow).get(one.bookingId)
}

/** Where someone stood before the day (0 to 3) on the first learning outcome. */
export function baselineOf(answers: Answers, one: Attender, firsts: ReadonlySet<number>): number | undefined {
  const levels = answers.levels.get('before/outcomes')
  const outcome = firstIn(levels, one, firsts)
  return outcome === undefined ? undefined : levels?.get(outcome)?.get(one.bookingId)
}
/** The first learning outcomes, old wordings too. */
export const firstOutcomes = ({ outcomes }: Answers): Set<number> =>
  new Set(outcomes.filter(({ position }) => position === 1).map(({ id }) => id))

/** How many people answered, and how many chose each option. */
export interface Tally {
  answered: number
  options: Record<string, number>
}

export function tallyOf(those: readonly Attender[], read: Reader): Tally {
  const tally: Tally = { answered: 0, options: {} }
  for (const one of those) {
    const answer = read(one)
    if (answer === null) continue
    tally.answered += 1
    for (const key of answer.split('+')) tally.options[key] = (tally.options[key] ?? 0) + 1
  }
  return tally
}

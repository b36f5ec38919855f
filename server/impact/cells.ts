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
 * before, looking back and now ("1>0>2"), `fade` the end of the day → now, `end-of-day` looking back → then ("0>2"), all on the first.
 * `baseline` and `readiness` are what people said before and at the end, of those who answered later and of those who did not.
 */
export type Measure =
  | 'practice'
  | Chosen
  | 'moves:first'
  | `moves:${number}`
  | 'befores'
  | 'fade'
  | 'end-of-day'
  | 'commitment'
  | 'baseline-answered'
  | 'baseline-silent'
  | 'readiness-answered'
  | 'readiness-silent'

export interface Outcome {
  id: number
  courseId: number
  position: number
  text: string
  retiredAt: number | null
}

/** Levels (0 to 3) by learning outcome. */
type Levels = Map<number, number>

export interface Answers {
  /** By measure: what each booking chose, as keys of the instrument. */
  chosen: Map<string, Map<number, string[]>>
  /** By "stage/question": each booking's levels. */
  levels: Map<string, Map<number, Levels>>
  outcomes: Outcome[]
}

/** Every answer to the questions above given at these events, but those given before the day after the day began. */
export async function answersAt(db: Reading, eventIds: readonly number[]): Promise<Answers> {
  const isWanted = or(
    ...Object.entries(wanted).map(([stage, keys]) =>
      and(eq(instruments.stage, stage as Stage), sql`${questions.key} in ${[...keys]}`),
    ),
  )
  const [rows, words, outcomes] = await Promise.all([
    db.select({ question: sql<string>`question`, given: sql<string>`given` }).from(
      sql`(
        with held as materialized (select id, starts_at from events where id in (select value from json_each(${JSON.stringify(eventIds)}))),
        asked as materialized (select ${questions.id} as id, ${instruments.stage} || '/' || ${questions.key} as question, ${instruments.stage} = 'before' as is_before
          from ${questions} inner join ${instruments} on ${instruments.id} = ${questions.instrumentId} where ${isWanted})
        select asked.question, json_group_array(json_array(responses.booking_id, answers.option_id, answers.learning_outcome_id)) as given
        from held cross join asked
        cross join answers on answers.event_id = held.id and answers.question_id = asked.id and answers.option_id is not null
        cross join responses on responses.id = answers.response_id
        where not asked.is_before or ifnull(responses.core_at, responses.started_at) < held.starts_at
        group by held.id, asked.id) as counted`,
    ),
    db
      .select({ id: options.id, key: options.key })
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
  const keys = new Map(words.map(({ id, key }) => [id, key]))
  const answers: Answers = { chosen: new Map(), levels: new Map(), outcomes }
  for (const { question, given } of rows)
    for (const [booking, option, outcome] of JSON.parse(given) as [number, number, number | null][]) {
      const key = keys.get(option)
      if (key === undefined) continue
      if (outcome === null) of(of(answers.chosen, question, newMap<number, string[]>), booking, () => []).push(key)
      else
        of(of(answers.levels, question, newMap<number, Levels>), booking, newMap<number, number>).set(
          outcome,
          anchors.indexOf(key as Anchor),
        )
    }
  return answers
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
      return given.get(one.bookingId)?.toSorted().join('+') ?? null
    }
  }
  const level = (stage: string, one: Attender, outcome: number | undefined) =>
    outcome === undefined ? undefined : answers.levels.get(stage)?.get(one.bookingId)?.get(outcome)
  const joined = (levels: (number | undefined)[]) => (levels.includes(undefined) ? null : levels.join('>'))
  const firsts = firstOutcomes(answers)
  switch (measure) {
    case 'moves:first':
      return (one) => {
        const outcome = firstMatched(answers, one, firsts)
        return joined([level('before/outcomes', one, outcome), level('follow-up/outcomes', one, outcome)])
      }
    case 'befores':
      return (one) => {
        const outcome = firstMatched(answers, one, firsts)
        return joined([
          level('before/outcomes', one, outcome),
          level('end/then', one, outcome),
          level('follow-up/outcomes', one, outcome),
        ])
      }
    case 'fade':
      return (one) => {
        if (one.practice === null) return null
        const outcome = firstIn(answers.levels.get('follow-up/outcomes')?.get(one.bookingId), firsts)
        return joined([level('end/outcomes', one, outcome), level('follow-up/outcomes', one, outcome)])
      }
    case 'end-of-day':
      return (one) => {
        const outcome = firstIn(answers.levels.get('end/outcomes')?.get(one.bookingId), firsts)
        return joined([level('end/then', one, outcome), level('end/outcomes', one, outcome)])
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
          : joined([level('before/outcomes', one, outcome), level('follow-up/outcomes', one, outcome)])
    }
  }
}

/** The first learning outcome that this person gave both before and now: old and new wordings are told apart by it. */
export function firstMatched(answers: Answers, one: Attender, firsts: ReadonlySet<number>): number | undefined {
  if (one.practice === null) return undefined
  const before = answers.levels.get('before/outcomes')?.get(one.bookingId)
  const now = answers.levels.get('follow-up/outcomes')?.get(one.bookingId)
  if (!before || !now) return undefined
  for (const id of before.keys()) if (firsts.has(id) && now.has(id)) return id
  return undefined
}

/** Where someone stood before the day (0 to 3) on the first learning outcome. */
export function baselineOf(answers: Answers, one: Attender, firsts: ReadonlySet<number>): number | undefined {
  const levels = answers.levels.get('before/outcomes')?.get(one.bookingId)
  const outcome = firstIn(levels, firsts)
  return outcome === undefined ? undefined : levels?.get(outcome)
}

/** The first learning outcomes, old wordings too. */
export const firstOutcomes = ({ outcomes }: Answers): Set<number> =>
  new Set(outcomes.filter(({ position }) => position === 1).map(({ id }) => id))

function firstIn(levels: Levels | undefined, firsts: ReadonlySet<number>): number | undefined {
  for (const id of levels?.keys() ?? []) if (firsts.has(id)) return id
  return undefined
}

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

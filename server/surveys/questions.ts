import { and, asc, desc, eq, isNull, or, sql } from 'drizzle-orm'
import { instruments, options, questions } from '#db/surveys.ts'
import type { Store } from '#db/transact.ts'
import type { Context, Writing } from '#server/context.ts'
import type { Audience } from '#server/courses/input.ts'
import { prepared } from '#server/prepared.ts'
import type { questionKinds, Stage } from './input.ts'
import { instrumentsPublished, optionText } from './shared/instruments.ts'

export interface AskedOption {
  id: number
  key: string
  text: string
  family: string | null
}

export interface AskedQuestion {
  id: number
  key: string
  kind: (typeof questionKinds)[number]
  text: string
  most: number
  options: AskedOption[]
}

/** A published version of a stage's questions, as the database keeps it. */
export interface AskedInstrument {
  id: number
  stage: Stage
  version: number
  /** The general version it is, or, for a course's own, the one its questions were copied from. */
  general: number
  questions: Map<string, AskedQuestion>
}

/** Published versions never change, so each is read once for as long as its store is open. */
const read = new WeakMap<Store, Map<number, AskedInstrument>>()

type Reader = Pick<Context | Writing, 'db' | 'store' | 'now'>

/** The version someone began to answer, so that their answers keep its words; else what is current. */
export const instrumentFor = (ctx: Reader, stage: Stage, courseId: number, begun: number | null) =>
  begun === null ? currentInstrument(ctx, stage, courseId) : instrument(ctx, begun)

/** The newest published version of a stage, the course's own before the general one. */
export async function currentInstrument(ctx: Reader, stage: Stage, courseId: number): Promise<AskedInstrument> {
  // What is published is never part of a transaction, so the statement may be one that is kept.
  const [newest] = await newestFor(ctx.store.read).all({ stage, courseId })
  if (!newest) throw new Error(`No questions are published for the stage ${stage}`)
  return instrument(ctx, newest.id)
}

const newestFor = prepared((db) =>
  db
    .select({ id: instruments.id })
    .from(instruments)
    .where(
      and(
        eq(instruments.stage, sql.placeholder('stage')),
        or(isNull(instruments.courseId), eq(instruments.courseId, sql.placeholder('courseId'))),
      ),
    )
    .orderBy(sql`${instruments.courseId} is null`, desc(instruments.version))
    .limit(1)
    .prepare(),
)

export async function instrument(ctx: Reader, id: number): Promise<AskedInstrument> {
  let known = read.get(ctx.store)
  if (!known) {
    known = new Map()
    read.set(ctx.store, known)
  }
  const found = known.get(id)
  if (found) return found
  const rows = await ctx.db
    .select({
      stage: instruments.stage,
      version: instruments.version,
      general: sql<number>`case when ${instruments.courseId} is null then ${instruments.version} else (select max(g.version) from instruments g where g.stage = ${instruments.stage} and g.course_id is null and g.published_at <= ${instruments.publishedAt}) end`,
      questionId: questions.id,
      key: questions.key,
      kind: questions.kind,
      text: questions.text,
      most: questions.most,
      optionId: options.id,
      optionKey: options.key,
      optionText: options.text,
      family: options.family,
    })
    .from(instruments)
    .innerJoin(questions, eq(questions.instrumentId, instruments.id))
    .leftJoin(options, eq(options.questionId, questions.id))
    .where(eq(instruments.id, id))
    .orderBy(asc(questions.position), asc(options.position))
  const [first] = rows
  if (!first) throw new Error(`Instrument ${id} has no questions`)
  const { stage, version, general } = first
  const made: AskedInstrument = { id, stage, version, general, questions: new Map() }
  for (const row of rows) {
    let question = made.questions.get(row.key)
    if (!question) {
      question = { id: row.questionId, key: row.key, kind: row.kind, text: row.text, most: row.most, options: [] }
      made.questions.set(row.key, question)
    }
    if (row.optionId !== null)
      question.options.push({
        id: row.optionId,
        key: row.optionKey ?? '',
        text: row.optionText ?? '',
        family: row.family,
      })
  }
  known.set(id, made)
  return made
}

export function question(instrument: AskedInstrument, key: string): AskedQuestion {
  const found = instrument.questions.get(key)
  if (!found) throw new Error(`The questions of ${instrument.stage} have none called ${key}`)
  return found
}

export const optionBy = (question: AskedQuestion, key: string): AskedOption | undefined =>
  question.options.find((option) => option.key === key)

/** Options as read by those who work with children, with adults, or both; a course's own version has them from the one it copied. */
export function optionsFor({ stage, general }: AskedInstrument, question: AskedQuestion, audience: Audience) {
  const published = instrumentsPublished
    .find((one) => one.stage === stage && one.version === general)
    ?.questions.find(({ key }) => key === question.key)
  return question.options.map((option) => {
    const worded = published?.options.find(({ key }) => key === option.key)
    return {
      value: option.key,
      text: worded?.textFor ? optionText(worded, audience) : option.text,
      family: option.family,
    }
  })
}

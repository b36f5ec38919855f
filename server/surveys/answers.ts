import { and, eq, inArray, isNull } from 'drizzle-orm'
import { learningOutcomes } from '#db/courses.ts'
import { answers, questions, responses } from '#db/surveys.ts'
import type { Context, Writing } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import type { Stage } from './input.ts'
import { type AskedInstrument, optionBy, question } from './questions.ts'

/** What someone gives to some of a stage's questions. A question that is absent stays as it was. */
export interface Given {
  /** Option keys by question; an empty list takes the answer back. */
  chosen?: Record<string, readonly string[]>
  /** Anchor keys by learning outcome, by question. */
  outcomes?: Record<string, Record<number, string>>
}

/**
 * The learning outcomes someone is asked about: the course's present ones, but one they answered at these stages in the words
 * it had then, so that both answers are about the same thing. They stand by position.
 */
export async function outcomesFor(
  ctx: Pick<Context, 'db'>,
  { courseId, bookingId }: { courseId: number; bookingId: number },
  stages: readonly Stage[],
): Promise<{ id: number; text: string }[]> {
  const row = { id: learningOutcomes.id, position: learningOutcomes.position, text: learningOutcomes.text }
  const present = await ctx.db
    .select(row)
    .from(learningOutcomes)
    .where(and(eq(learningOutcomes.courseId, courseId), isNull(learningOutcomes.retiredAt)))
  const answered = await ctx.db
    .selectDistinct(row)
    .from(responses)
    .innerJoin(answers, eq(answers.responseId, responses.id))
    .innerJoin(learningOutcomes, eq(learningOutcomes.id, answers.learningOutcomeId))
    .where(and(eq(responses.bookingId, bookingId), inArray(responses.stage, [...stages])))
  const asked = new Map(answered.map((one) => [one.id, one]))
  const taken = new Set(answered.map(({ position }) => position))
  for (const one of present) if (!taken.has(one.position)) asked.set(one.id, one)
  return [...asked.values()]
    .sort((a, b) => a.position - b.position || a.id - b.id)
    .map(({ id, text }) => ({ id, text }))
}

/** The stages whose learning outcomes the follow-up asks about again; one given before the day alone is asked in its present words. */
export const stagesBehindFollowUp = ['end', 'follow-up'] as const satisfies readonly Stage[]

/** What is wrong with it: an option we did not offer, or more than may be chosen. */
export function faultsOf(
  instrument: AskedInstrument,
  outcomes: readonly { id: number }[],
  { chosen = {}, outcomes: anchored = {} }: Given,
): Issue[] {
  const issues: Issue[] = []
  for (const [key, options] of Object.entries(chosen)) {
    const asked = question(instrument, key)
    if (options.some((option) => !optionBy(asked, option)))
      issues.push({ path: key, message: 'Choose one of the lines shown' })
    else if (new Set(options).size > asked.most)
      issues.push({ path: key, message: asked.most === 1 ? 'Choose one line' : `Choose no more than ${asked.most}` })
  }
  for (const [key, by] of Object.entries(anchored)) {
    const asked = question(instrument, key)
    for (const [outcome, anchor] of Object.entries(by))
      if (!outcomes.some(({ id }) => id === Number(outcome)) || !optionBy(asked, anchor))
        issues.push({ path: `${key}-${outcome}`, message: 'Choose one of the lines shown' })
  }
  return issues
}

/** Writes what was given in place of what stood there. Call `faultsOf` first: what we did not offer is left out here. */
export async function saveAnswers(
  ctx: Writing,
  response: { id: number; eventId: number },
  instrument: AskedInstrument,
  { chosen = {}, outcomes = {} }: Given,
): Promise<void> {
  const rows: (typeof answers.$inferInsert)[] = []
  const asked = [...Object.keys(chosen), ...Object.keys(outcomes)].map((key) => question(instrument, key))
  const row = { responseId: response.id, eventId: response.eventId }
  for (const one of asked) {
    for (const key of new Set(chosen[one.key] ?? [])) {
      const option = optionBy(one, key)
      if (option) rows.push({ ...row, questionId: one.id, optionId: option.id })
    }
    for (const [outcome, key] of Object.entries(outcomes[one.key] ?? {})) {
      const option = optionBy(one, key)
      if (option) rows.push({ ...row, questionId: one.id, optionId: option.id, learningOutcomeId: Number(outcome) })
    }
  }
  if (!asked.length) return
  await ctx.db.delete(answers).where(
    and(
      eq(answers.responseId, response.id),
      inArray(
        answers.questionId,
        asked.map(({ id }) => id),
      ),
    ),
  )
  if (rows.length) await ctx.db.insert(answers).values(rows)
}

/** What stands: option keys by question, and anchors by learning outcome. */
export async function answersOf(
  ctx: Pick<Context, 'db'>,
  responseId: number,
  instrument: AskedInstrument,
): Promise<{ chosen: Record<string, string[]>; outcomes: Record<string, Record<number, string>> }> {
  const rows = await ctx.db
    .select({ key: questions.key, optionId: answers.optionId, learningOutcomeId: answers.learningOutcomeId })
    .from(answers)
    .innerJoin(questions, eq(questions.id, answers.questionId))
    .where(eq(answers.responseId, responseId))
  const chosen: Record<string, string[]> = {}
  const outcomes: Record<string, Record<number, string>> = {}
  for (const { key, optionId, learningOutcomeId } of rows) {
    const option = instrument.questions.get(key)?.options.find(({ id }) => id === optionId)
    if (!option) continue
    if (learningOutcomeId === null) chosen[key] = [...(chosen[key] ?? []), option.key]
    else outcomes[key] = { ...outcomes[key], [learningOutcomeId]: option.key }
  }
  return { chosen, outcomes }
}

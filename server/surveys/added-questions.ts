import { and, desc, eq, isNull } from 'drizzle-orm'
import { courses } from '#db/courses.ts'
import { instruments, options, questions } from '#db/surveys.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, type Issue, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { addedIn } from './added-answers.ts'
import {
  type AddedKind,
  type AddedQuestion,
  type AddedStage,
  addedLines,
  addedStages,
  type PublishInput,
} from './input.ts'
import { type AskedInstrument, type AskedQuestion, instrument } from './questions.ts'

/*
 * The few questions of its own that a course may ask beside the general ones. What is published never changes: another
 * wording is another version, with copies of the general questions of that day followed by the added ones.
 */

export interface StageQuestions {
  stage: AddedStage
  /** The course's own version, 0 while it asks the general questions alone. */
  version: number
  /** When it was published, as "Monday 14 September 2026"; null for none. */
  publishedOn: string | null
  /** The general questions got newer words since: they come with the next publishing. */
  isBehind: boolean
  /** What is asked of everyone, so that nothing is asked twice. */
  general: string[]
  added: AddedQuestion[]
}

export interface CourseQuestions {
  code: string
  title: string
  earns: 'full' | 'one-question' | 'yearly' | 'none'
  stages: StageQuestions[]
}

/** What a course asks at each stage. @throws Missing */
export async function courseQuestions(ctx: Context, code: string): Promise<CourseQuestions> {
  const course = await courseOf(ctx, code)
  const stages: StageQuestions[] = []
  for (const stage of addedStages) {
    const { general, own } = await versionsOf(ctx, course.id, stage)
    stages.push({
      stage,
      version: own?.asked.version ?? 0,
      publishedOn: own ? formatDate(londonDate(own.publishedAt)) : null,
      isBehind: own !== null && own.asked.general < general.version,
      general: [...general.questions.values()].map(({ text }) => text),
      added: own ? addedIn(own.asked).map(asAdded) : [],
    })
  }
  return { code: course.code, title: course.title, earns: course.earns, stages }
}

const asAdded = ({ kind, text, most, options }: AskedQuestion): AddedQuestion => ({
  kind: kind as AddedKind,
  text,
  most,
  options: options.map((option) => option.text),
})

/**
 * Publishes the course's questions of a stage: a new version, unless it would say what stands already.
 * @throws Missing, Invalid with every fault, Refused `published-meanwhile`
 */
export function publish(
  ctx: Context,
  { code, stage }: { code: string; stage: AddedStage },
  { seen, questions: added }: PublishInput,
): Promise<{ version: number; isNew: boolean }> {
  const issues = addedQuestionFaults(added)
  if (issues.length) throw new Invalid(issues)
  return transact(ctx, async (ctx) => {
    const course = await courseOf(ctx, code)
    const { general, own } = await versionsOf(ctx, course.id, stage)
    const next = [...general.questions.values(), ...asQuestions(added)]
    const version = own?.asked.version ?? 0
    if (said(next) === said([...(own?.asked ?? general).questions.values()])) return { version, isNew: false }
    const made =
      seen === version
        ? await ctx.db
            .insert(instruments)
            .values({ stage, courseId: course.id, version: version + 1, publishedAt: ctx.now })
            .onConflictDoNothing()
            .returning({ id: instruments.id })
        : []
    if (!made[0])
      throw new Refused(
        'published-meanwhile',
        'Someone has published other questions since you opened this page. Open it again to see theirs.',
      )
    await write(ctx, made[0].id, next)
    await record(ctx, 'questions.published', `course:${course.id}`, `${stage} ${version + 1}`)
    return { version: version + 1, isNew: true }
  })
}

async function write(ctx: Writing, instrumentId: number, asked: readonly AskedQuestion[]): Promise<void> {
  for (const [n, { key, kind, text, most, options: offered }] of asked.entries()) {
    const [question] = await ctx.db
      .insert(questions)
      .values({ instrumentId, key, position: n + 1, kind, text, most })
      .returning({ id: questions.id })
    if (question && offered.length)
      await ctx.db.insert(options).values(
        offered.map(({ key, text, family }, place) => ({
          questionId: question.id,
          key,
          position: place + 1,
          text,
          family,
        })),
      )
  }
}

/** What a version says, to tell whether another says the same. */
const said = (asked: readonly AskedQuestion[]): string =>
  JSON.stringify(
    asked.map(({ key, kind, text, most, options }) => [
      key,
      kind,
      text,
      most,
      options.map((option) => [option.key, option.text, option.family]),
    ]),
  )

/** Added questions as a version holds them, with no ids yet. */
export const asQuestions = (added: readonly AddedQuestion[]): AskedQuestion[] =>
  added.map(({ kind, text, most, options }, n) => ({
    id: 0,
    key: `added-${n + 1}`,
    kind,
    text,
    most: kind === 'several' ? most : 1,
    options: options.map((option, place) => ({ id: 0, key: `line-${place + 1}`, text: option, family: null })),
  }))

/** What no schema can say of one field alone. */
export function addedQuestionFaults(added: readonly AddedQuestion[]): Issue[] {
  return added.flatMap(({ kind, text, most, options }, n) => {
    const issues: Issue[] = []
    const fault = (field: string, message: string) => issues.push({ path: `questions.${n}.${field}`, message })
    if (added.findIndex((other) => other.text === text) < n) fault('text', 'This question is there already')
    if (kind === 'text') {
      if (options.length) fault('options', 'A question answered in words has no lines to choose from')
      return issues
    }
    if (options.length < addedLines.fewest) fault('options', `Enter at least ${addedLines.fewest} lines`)
    if (new Set(options).size < options.length) fault('options', 'A line is there twice')
    if (kind === 'several' && (most < 2 || most > options.length))
      fault('most', `Enter a number from 2 to ${Math.max(2, options.length)}`)
    return issues
  })
}

/** A course by its code. @throws Missing */
export async function courseOf(ctx: Pick<Context, 'db'>, code: string) {
  const [course] = await ctx.db
    .select({
      id: courses.id,
      code: courses.code,
      title: courses.title,
      audience: courses.audience,
      earns: courses.earns,
      keyBehaviour: courses.keyBehaviour,
    })
    .from(courses)
    .where(eq(courses.code, code))
  if (!course) throw new Missing()
  return course
}

/** The newest general version of a stage, and the course's own if it has one. */
export async function versionsOf(
  ctx: Context | Writing,
  courseId: number,
  stage: AddedStage,
): Promise<{ general: AskedInstrument; own: { asked: AskedInstrument; publishedAt: number } | null }> {
  const newest = (whose: number | null) =>
    ctx.db
      .select({ id: instruments.id, publishedAt: instruments.publishedAt })
      .from(instruments)
      .where(
        and(
          eq(instruments.stage, stage),
          whose === null ? isNull(instruments.courseId) : eq(instruments.courseId, whose),
        ),
      )
      .orderBy(desc(instruments.version))
      .limit(1)
  const [general] = await newest(null)
  if (!general) throw new Error(`No questions are published for the stage ${stage}`)
  const [own] = await newest(courseId)
  return {
    general: await instrument(ctx, general.id),
    own: own ? { asked: await instrument(ctx, own.id), publishedAt: own.publishedAt } : null,
  }
}

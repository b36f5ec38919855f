import { and, asc, count, eq, isNull, sql } from 'drizzle-orm'
import { courses, learningOutcomes, suggestions } from '#db/courses.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, type Issue, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { sha256 } from '#server/keys.ts'
import { setSetting, settingsOf } from '#server/settings.ts'
import { type FollowUpEarned, fewestOf, mostOf, type UpkeepInput } from './input.ts'

/*
 * What a course asks people about: its learning outcomes, its ready commitments, the one thing it wants to change, the
 * follow-up it earns, and what is worth reading afterwards. Words that people have answered to are retired, never changed.
 */

export interface CourseEntry {
  code: string
  title: string
  earns: FollowUpEarned
  outcomes: number
  suggestions: number
}

/** Every course, by title, and from when forums are asked about (empty for not at all). */
export async function courseList(ctx: Context): Promise<{ courses: CourseEntry[]; yearlyAskedFrom: string }> {
  const present = (table: typeof learningOutcomes | typeof suggestions) =>
    ctx.db
      .select({ courseId: table.courseId, n: count() })
      .from(table)
      .where(isNull(table.retiredAt))
      .groupBy(table.courseId)
  const [rows, outcomes, ready, { 'yearly-asked-from': yearlyAskedFrom }] = await Promise.all([
    ctx.db
      .select({ id: courses.id, code: courses.code, title: courses.title, earns: courses.earns })
      .from(courses)
      .orderBy(asc(courses.title)),
    present(learningOutcomes),
    present(suggestions),
    settingsOf(ctx, 'yearly-asked-from'),
  ])
  const of = (counted: { courseId: number; n: number }[], id: number) =>
    counted.find(({ courseId }) => courseId === id)?.n ?? 0
  return {
    courses: rows.map(({ id, ...row }) => ({ ...row, outcomes: of(outcomes, id), suggestions: of(ready, id) })),
    yearlyAskedFrom,
  }
}

/** From when forums are asked about, once a year each; an empty date for not at all. */
export function askYearlyFrom(ctx: Context, from: string): Promise<{ from: string }> {
  return transact(ctx, async (ctx) => {
    await setSetting(ctx, 'yearly-asked-from', from)
    return { from }
  })
}

export interface CourseUpkeep {
  code: string
  title: string
  /** `isUsed`: people have answered to these words, so that other words begin anew. */
  outcomes: { text: string; isUsed: boolean }[]
  suggestions: { text: string; isUsed: boolean }[]
  keyBehaviour: string
  earns: FollowUpEarned
  resource: string
  /** What stands, as one mark: sent back with a change, so that two people do not undo each other. */
  seen: string
}

/** @throws Missing */
export async function courseUpkeep(ctx: Pick<Context, 'db'>, code: string): Promise<CourseUpkeep> {
  const course = await standing(ctx, code)
  return { ...shownOf(course), seen: await markOf(course) }
}

/**
 * Keeps what was entered in place of what stood. Words in use are retired and new ones take their position; words that only
 * moved stay the same row; words nobody used are changed or taken away.
 * @throws Missing, Invalid with every fault, Refused `changed-meanwhile`
 */
export function keepUp(ctx: Context, code: string, { seen, ...input }: UpkeepInput): Promise<CourseUpkeep> {
  const wanted = { ...input, outcomes: input.outcomes.filter(Boolean), suggestions: input.suggestions.filter(Boolean) }
  const issues = [...lineFaults('outcomes', input), ...lineFaults('suggestions', input)]
  if (issues.length) throw new Invalid(issues)
  return transact(ctx, async (ctx) => {
    const course = await standing(ctx, code)
    if ((await markOf(course)) !== seen)
      throw new Refused(
        'changed-meanwhile',
        'Someone has changed this course since you opened the page. Open it again to see how it stands.',
      )
    const { keyBehaviour, earns } = wanted
    const resource = wanted.resource || null
    const fields = { keyBehaviour, earns, resource }
    if (course.keyBehaviour !== keyBehaviour || course.earns !== earns || course.resource !== resource)
      await ctx.db.update(courses).set(fields).where(eq(courses.id, course.id))
    if (course.earns !== earns) await record(ctx, 'course.earns', `course:${course.id}`, `${course.earns} to ${earns}`)
    const changed = [
      await settle(ctx, learningOutcomes, course.id, course.outcomes, wanted.outcomes),
      await settle(ctx, suggestions, course.id, course.suggestions, wanted.suggestions),
    ].some(Boolean)
    if (changed || course.keyBehaviour !== keyBehaviour || course.resource !== resource)
      await record(ctx, 'course.kept-up', `course:${course.id}`)
    const now = await standing(ctx, code)
    return { ...shownOf(now), seen: await markOf(now) }
  })
}

type Line = { id: number; position: number; text: string; isUsed: boolean }
type Lines = typeof learningOutcomes | typeof suggestions

/** Brings the lines of one course to these words, in this order. @returns whether anything changed */
async function settle(
  ctx: Writing,
  table: Lines,
  courseId: number,
  stood: readonly Line[],
  wanted: readonly string[],
): Promise<boolean> {
  if (
    wanted.length === stood.length &&
    stood.every(({ text, position }, n) => text === wanted[n] && position === n + 1)
  )
    return false
  const left = stood.filter(({ text }) => !wanted.includes(text))
  const moved = stood.filter(({ text }) => wanted.includes(text))
  // Out of the way first, since a position is held once among those that are asked.
  await ctx.db
    .update(table)
    .set({ position: sql`${table.position} + 1000` })
    .where(and(eq(table.courseId, courseId), isNull(table.retiredAt)))
  const kept = new Map(moved.map(({ id, text }) => [text, id]))
  for (const [n, text] of wanted.entries()) {
    const position = n + 1
    const same = kept.get(text)
    const unused = same === undefined ? left.findIndex((line) => !line.isUsed && line.position === position) : -1
    const id = same ?? left[unused]?.id
    if (id === undefined) await ctx.db.insert(table).values({ courseId, position, text })
    else await ctx.db.update(table).set({ position, text }).where(eq(table.id, id))
    if (unused >= 0) left.splice(unused, 1)
  }
  for (const { id, position, isUsed } of left)
    if (isUsed) await ctx.db.update(table).set({ position, retiredAt: ctx.now }).where(eq(table.id, id))
    else await ctx.db.delete(table).where(eq(table.id, id))
  return true
}

type Standing = Awaited<ReturnType<typeof standing>>

async function standing(ctx: Pick<Context, 'db'>, code: string) {
  const [course] = await ctx.db
    .select({
      id: courses.id,
      code: courses.code,
      title: courses.title,
      keyBehaviour: courses.keyBehaviour,
      earns: courses.earns,
      resource: courses.resource,
    })
    .from(courses)
    .where(eq(courses.code, code))
  if (!course) throw new Missing()
  const outcomes = await ctx.db
    .select({
      id: learningOutcomes.id,
      position: learningOutcomes.position,
      text: learningOutcomes.text,
      isUsed: sql<number>`exists (select 1 from answers where answers.learning_outcome_id = "learning_outcomes"."id")`,
    })
    .from(learningOutcomes)
    .where(and(eq(learningOutcomes.courseId, course.id), isNull(learningOutcomes.retiredAt)))
    .orderBy(asc(learningOutcomes.position))
  const ready = await ctx.db
    .select({
      id: suggestions.id,
      position: suggestions.position,
      text: suggestions.text,
      isUsed: sql<number>`exists (select 1 from commitments where commitments.suggestion_id = "suggestions"."id")`,
    })
    .from(suggestions)
    .where(and(eq(suggestions.courseId, course.id), isNull(suggestions.retiredAt)))
    .orderBy(asc(suggestions.position))
  const lines = (rows: (Omit<Line, 'isUsed'> & { isUsed: number })[]): Line[] =>
    rows.map((row) => ({ ...row, isUsed: Boolean(row.isUsed) }))
  return { ...course, outcomes: lines(outcomes), suggestions: lines(ready) }
}

function shownOf({ code, title, outcomes, suggestions, keyBehaviour, earns, resource }: Standing) {
  const shown = ({ text, isUsed }: Line) => ({ text, isUsed })
  return {
    code,
    title,
    outcomes: outcomes.map(shown),
    suggestions: suggestions.map(shown),
    keyBehaviour,
    earns,
    resource: resource ?? '',
  }
}

/** That someone answered meanwhile is no change of the course, so whether words are in use is left out. */
const markOf = ({ outcomes, suggestions, keyBehaviour, earns, resource }: Standing): Promise<string> =>
  sha256(
    JSON.stringify([
      outcomes.map(({ text }) => text),
      suggestions.map(({ text }) => text),
      keyBehaviour,
      earns,
      resource,
    ]),
  )

const lineWords = {
  outcomes: { one: 'learning outcome', many: 'learning outcomes' },
  suggestions: { one: 'ready commitment', many: 'ready commitments' },
} as const

function lineFaults(which: 'outcomes' | 'suggestions', input: Omit<UpkeepInput, 'seen'>): Issue[] {
  const lines = input[which]
  const given = lines.filter(Boolean)
  const fewest = fewestOf[input.earns][which]
  const { one, many } = lineWords[which]
  const issues = lines.flatMap((text, n) =>
    text && lines.indexOf(text) < n ? [{ path: `${which}.${n}`, message: `This ${one} is there already` }] : [],
  )
  if (given.length < fewest)
    issues.push({
      path: `${which}.${Math.max(0, lines.indexOf(''))}`,
      message: `Enter ${fewest === mostOf[which] ? fewest : `${fewest} to ${mostOf[which]}`} ${many} for a course that earns this follow-up`,
    })
  return issues
}

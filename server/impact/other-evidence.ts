import { and, asc, eq, isNull } from 'drizzle-orm'
import { courses, themes } from '#db/courses.ts'
import { otherEvidence } from '#db/impact.ts'
import type { Reading } from '#db/transact.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, type Issue, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { signedIn } from '#server/people/sign-in.ts'
import { type EvidencePlace, evidencePlaces, type OtherEvidenceInput } from './input.ts'

/*
 * Figures from elsewhere, set beside a course or a theme: three at most, never merged with the answers and with no arrow of cause. A figure
 * that takes another's place leaves that one behind, so that what an earlier report showed can still be found.
 */

export interface EvidenceSet {
  id: number
  place: EvidencePlace
  what: string
  count: number
  /** Out of how many; null where there is no such number. */
  of: number | null
  period: string
  source: string
  suppliedBy: string
  /** Null for the first time it was counted. */
  sameMethod: boolean | null
}

/** What a figure stands beside. */
export type Beside = { courseId: number; themeId: null } | { courseId: null; themeId: number }

export interface EvidencePage {
  /** Every course and theme with something beside it, then the rest to choose from. */
  courses: { id: number; code: string; title: string; beside: EvidenceSet[] }[]
  themes: { id: number; name: string; beside: EvidenceSet[] }[]
  places: readonly EvidencePlace[]
}

export async function evidencePage(ctx: Context): Promise<EvidencePage> {
  const [rows, itsCourses, itsThemes] = await Promise.all([
    ctx.db.select().from(otherEvidence).where(isNull(otherEvidence.removedAt)).orderBy(asc(otherEvidence.place)),
    ctx.db
      .select({ id: courses.id, code: courses.code, title: courses.title })
      .from(courses)
      .orderBy(asc(courses.title)),
    ctx.db.select({ id: themes.id, name: themes.name }).from(themes).orderBy(asc(themes.name)),
  ])
  return {
    courses: itsCourses.map((course) => ({
      ...course,
      beside: rows.filter(({ courseId }) => courseId === course.id).map(setOf),
    })),
    themes: itsThemes.map((theme) => ({
      ...theme,
      beside: rows.filter(({ themeId }) => themeId === theme.id).map(setOf),
    })),
    places: evidencePlaces,
  }
}

/** What stands beside one course or theme now, in its places. */
export async function setBeside(db: Reading, beside: Beside): Promise<EvidenceSet[]> {
  const rows = await db
    .select()
    .from(otherEvidence)
    .where(and(isNull(otherEvidence.removedAt), isBeside(beside)))
    .orderBy(asc(otherEvidence.place))
  return rows.map(setOf)
}

const isBeside = ({ courseId, themeId }: Beside) =>
  courseId === null ? eq(otherEvidence.themeId, themeId) : eq(otherEvidence.courseId, courseId)

const setOf = (row: typeof otherEvidence.$inferSelect): EvidenceSet => ({
  id: row.id,
  place: row.place as EvidencePlace,
  what: row.what,
  count: row.count,
  of: row.of,
  period: row.period,
  source: row.source,
  suppliedBy: row.suppliedBy,
  sameMethod: row.sameMethod,
})

/**
 * Sets a figure beside a course or theme, in place of what the form showed there.
 * @throws Invalid at its fields; Refused `changed-meanwhile`: somebody else has used the place since the form was opened
 */
export function setEvidence(ctx: Context, input: OtherEvidenceInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const beside = await checked(ctx, input)
    const { place, replaces, what, count, of, period, source, suppliedBy, sameMethod } = input
    const [there] = (await setBeside(ctx.db, beside)).filter((one) => one.place === place)
    if ((there?.id ?? null) !== replaces)
      throw new Refused(
        'changed-meanwhile',
        'Somebody else has changed this place since you opened the form. Look at the page again first',
      )
    if (there) await take(ctx, there.id)
    const [made] = await ctx.db
      .insert(otherEvidence)
      .values({
        ...beside,
        ...{ place, what, count, of, period, source, suppliedBy, sameMethod },
        at: ctx.now,
        by: signedIn(ctx).personId,
      })
      .returning({ id: otherEvidence.id })
    const where = beside.courseId === null ? `theme:${beside.themeId}` : `course:${beside.courseId}`
    await record(ctx, there ? 'other-evidence.replaced' : 'other-evidence.set', where, `place ${place}`)
    return { id: made!.id }
  })
}

/** Takes a figure away; an issued report keeps it. @throws Missing: it does not stand any more */
export function takeEvidenceBack(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    if (!(await take(ctx, id))) throw new Missing()
    await record(ctx, 'other-evidence.taken-back', `other-evidence:${id}`)
    return { id }
  })
}

async function take(ctx: Writing, id: number): Promise<boolean> {
  const taken = await ctx.db
    .update(otherEvidence)
    .set({ removedAt: ctx.now })
    .where(and(eq(otherEvidence.id, id), isNull(otherEvidence.removedAt)))
    .returning({ id: otherEvidence.id })
  return taken.length > 0
}

async function checked(ctx: Writing, { courseId, themeId, count, of }: OtherEvidenceInput): Promise<Beside> {
  const issues: Issue[] = []
  if (of !== null && of < count)
    issues.push({ path: 'of', message: 'Out of how many must be at least as large as how many' })
  let beside: Beside | null = null
  if (courseId !== null && themeId === null) {
    const [course] = await ctx.db.select({ id: courses.id }).from(courses).where(eq(courses.id, courseId))
    if (course) beside = { courseId, themeId }
    else issues.push({ path: 'courseId', message: 'Choose the course' })
  } else if (themeId !== null && courseId === null) {
    const [theme] = await ctx.db.select({ id: themes.id }).from(themes).where(eq(themes.id, themeId))
    if (theme) beside = { courseId, themeId }
    else issues.push({ path: 'themeId', message: 'Choose the theme' })
  } else issues.push({ path: 'courseId', message: 'Choose a course or a theme: one of the two' })
  if (issues.length || !beside) throw new Invalid(issues)
  return beside
}

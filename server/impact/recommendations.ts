import { and, asc, desc, eq, gte, inArray, isNotNull, lte, type SQL, sql } from 'drizzle-orm'
import { attendances } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { courses, eventCancellations, events, programmes } from '#db/courses.ts'
import { recommendationCourses, recommendations } from '#db/impact.ts'
import type { Reading } from '#db/transact.ts'
import { formatDateShort, londonDate, type On } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, type Issue, Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { signedIn } from '#server/people/sign-in.ts'
import { courseImpact } from './course-impact.ts'
import type { RecommendationInput, RecommendationSource } from './input.ts'

/*
 * Recommendation → course → people reached → what changed → what remains. Who was reached are programme figures; what changed is read from the
 * course's own page, which holds the small-number rule, and from nowhere else.
 */

interface CourseOf {
  id: number
  code: string
  title: string
}

/** Of the courses that answer it: since it was made, or within a period. */
export interface Reached {
  events: number
  /** Attendances. */
  attended: number
  /** Different people. */
  people: number
}

export interface RecommendationLine {
  id: number
  source: RecommendationSource
  reference: string
  text: string
  madeOn: On
  made: string
  courses: CourseOf[]
  reached: Reached
  remains: string | null
  metOn: On | null
  met: string | null
}

export interface Recommendations {
  recommendations: RecommendationLine[]
  mayKeep: boolean
  /** To choose from. */
  courses: CourseOf[]
}

/** One course that answers it, in one year since it was made. */
export interface ChainLink extends CourseOf, Reached {
  programme: string
  /** The sentence of the course's page, what people say of themselves; null where the page does not show it. */
  changed: string | null
  /** Why not. */
  notShown: string | null
  /** Why it may still change. */
  provisional: string | null
}

export interface Recommendation extends RecommendationLine {
  /** Newest year first, by course. */
  links: ChainLink[]
  /** Courses that answer it and were not held since. */
  notHeld: CourseOf[]
  mayKeep: boolean
  all: CourseOf[]
}

/** Of so many years each course's page is read. */
const mostYears = 3

const nobody: Reached = { events: 0, attended: 0, people: 0 }

const mayKeep = ({ actor }: Pick<Context, 'actor'>) => actor.kind === 'person' && actor.role === 'coordinator'

/** What is not met first, then the newest. */
export async function recommendationList(ctx: Context): Promise<Recommendations> {
  const [lines, all] = await Promise.all([recommendationLines(ctx), allCourses(ctx.db)])
  return { recommendations: lines, mayKeep: mayKeep(ctx), courses: all }
}

/** The chain of one, on one page. @throws Missing */
export async function recommendationChain(ctx: Context, id: number): Promise<Recommendation> {
  const [line] = await recommendationLines(ctx, { ids: [id] })
  if (!line) throw new Missing()
  const ids = line.courses.map(({ id }) => id)
  const [years, all] = await Promise.all([reachedByYear(ctx, ids, line.madeOn), allCourses(ctx.db)])
  const names = [...new Set(years.map(({ programme }) => programme))].slice(0, mostYears)
  const links = await Promise.all(
    years
      .filter(({ programme }) => names.includes(programme))
      .map(async ({ courseId, programme, ...reached }): Promise<ChainLink> => {
        const course = line.courses.find(({ id }) => id === courseId)!
        return { ...course, ...reached, programme, ...(await changedBy(ctx, programme, course.code)) }
      }),
  )
  const heldIds = new Set(years.map(({ courseId }) => courseId))
  return {
    ...line,
    links,
    notHeld: line.courses.filter(({ id }) => !heldIds.has(id)),
    mayKeep: mayKeep(ctx),
    all,
  }
}

/** What the course's own page says of the year, under its rule. */
async function changedBy(
  ctx: Context,
  programme: string,
  code: string,
): Promise<Pick<ChainLink, 'changed' | 'notShown' | 'provisional'>> {
  const { wholeRoom, notShown, provisional } = await courseImpact(ctx, { programme, code })
  return { changed: wholeRoom?.sentence ?? null, notShown: wholeRoom ? null : notShown, provisional }
}

/**
 * Recommendations as they stand: all, or some; those that any of these courses answers; who was reached since each was made, or within a period.
 */
export async function recommendationLines(
  ctx: Pick<Context, 'store' | 'db' | 'now'>,
  { ids, courseIds, within }: { ids?: number[]; courseIds?: number[]; within?: { fromOn: On; untilOn: On } } = {},
): Promise<RecommendationLine[]> {
  const answering = courseIds
    ? inArray(
        recommendations.id,
        ctx.db
          .select({ id: recommendationCourses.recommendationId })
          .from(recommendationCourses)
          .where(inArray(recommendationCourses.courseId, courseIds)),
      )
    : undefined
  const rows = await ctx.db
    .select()
    .from(recommendations)
    .where(and(ids ? inArray(recommendations.id, ids) : undefined, answering))
    .orderBy(sql`${recommendations.metOn} is not null`, desc(recommendations.madeOn), asc(recommendations.reference))
  const found = rows.map(({ id }) => id)
  const [answers, reached] = await Promise.all([
    ctx.db
      .select({
        recommendationId: recommendationCourses.recommendationId,
        id: courses.id,
        code: courses.code,
        title: courses.title,
      })
      .from(recommendationCourses)
      .innerJoin(courses, eq(courses.id, recommendationCourses.courseId))
      .where(inArray(recommendationCourses.recommendationId, found))
      .orderBy(asc(courses.title)),
    reachedBy(ctx, found, within),
  ])
  return rows.map(({ id, source, reference, text, madeOn, remains, metOn }) => ({
    id,
    source,
    reference,
    text,
    madeOn,
    made: formatDateShort(madeOn),
    courses: answers
      .filter(({ recommendationId }) => recommendationId === id)
      .map(({ id, code, title }) => ({ id, code, title })),
    reached: reached.get(id) ?? nobody,
    remains,
    metOn,
    met: metOn === null ? null : formatDateShort(metOn),
  }))
}

/** What is counted of held events and who came to them. */
const counted = {
  events: sql<number>`count(distinct ${events.id})`.mapWith(Number),
  attended: sql<number>`count(attendances.booking_id)`.mapWith(Number),
  people: sql<number>`count(distinct attendances.person_id)`.mapWith(Number),
}

const isHeld = (now: number): SQL =>
  and(
    isNotNull(events.publishedAt),
    lte(events.endsAt, now),
    sql`not exists (select 1 from ${eventCancellations} where ${eventCancellations.eventId} = ${events.id})`,
  )!

/** By recommendation: whoever came to several of its courses is one person. */
async function reachedBy(
  { store, now }: Pick<Context, 'store' | 'now'>,
  ids: number[],
  within?: { fromOn: On; untilOn: On },
): Promise<Map<number, Reached>> {
  const rows = await store.long
    .select({ id: recommendations.id, ...counted })
    .from(recommendations)
    .innerJoin(recommendationCourses, eq(recommendationCourses.recommendationId, recommendations.id))
    .innerJoin(events, eq(events.courseId, recommendationCourses.courseId))
    .leftJoin(bookings, eq(bookings.eventId, events.id))
    .leftJoin(attendances, sql`attendances.booking_id = ${bookings.id}`)
    .where(
      and(
        inArray(recommendations.id, ids),
        isHeld(now),
        within
          ? and(gte(events.lastOn, within.fromOn), lte(events.lastOn, within.untilOn))
          : gte(events.lastOn, recommendations.madeOn),
      ),
    )
    .groupBy(recommendations.id)
  return new Map(rows.map(({ id, ...reached }) => [id, reached]))
}

async function reachedByYear({ store, now }: Context, courseIds: number[], since: On) {
  return store.long
    .select({ courseId: events.courseId, programme: programmes.name, ...counted })
    .from(events)
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .leftJoin(bookings, eq(bookings.eventId, events.id))
    .leftJoin(attendances, sql`attendances.booking_id = ${bookings.id}`)
    .where(and(inArray(events.courseId, courseIds), isHeld(now), gte(events.lastOn, since)))
    .groupBy(events.courseId, programmes.id)
    .orderBy(desc(programmes.startsOn), asc(events.courseId))
}

const allCourses = (db: Reading): Promise<CourseOf[]> =>
  db.select({ id: courses.id, code: courses.code, title: courses.title }).from(courses).orderBy(asc(courses.title))

/** Enters a recommendation. @throws Invalid at its fields */
export function makeRecommendation(ctx: Context, input: RecommendationInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const { courseIds, ...set } = await checked(ctx, input)
    const [made] = await ctx.db
      .insert(recommendations)
      .values({ ...set, at: ctx.now, by: signedIn(ctx).personId })
      .returning({ id: recommendations.id })
    await answeredBy(ctx, made!.id, courseIds)
    await record(ctx, 'recommendation.made', `recommendation:${made!.id}`, set.source)
    return { id: made!.id }
  })
}

/** Keeps a recommendation up: its words, the courses that answer it, what remains, that it is met. @throws Missing; Invalid */
export function keepRecommendation(ctx: Context, id: number, input: RecommendationInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [before] = await ctx.db.select().from(recommendations).where(eq(recommendations.id, id))
    if (!before) throw new Missing()
    const { courseIds, ...set } = await checked(ctx, input, id)
    await ctx.db.update(recommendations).set(set).where(eq(recommendations.id, id))
    await ctx.db.delete(recommendationCourses).where(eq(recommendationCourses.recommendationId, id))
    await answeredBy(ctx, id, courseIds)
    const what = before.metOn === null && set.metOn !== null ? 'recommendation.met' : 'recommendation.changed'
    await record(ctx, what, `recommendation:${id}`, set.source)
    return { id }
  })
}

async function answeredBy(ctx: Writing, recommendationId: number, courseIds: number[]): Promise<void> {
  if (courseIds.length)
    await ctx.db.insert(recommendationCourses).values(courseIds.map((courseId) => ({ recommendationId, courseId })))
}

async function checked(ctx: Writing, input: RecommendationInput, id = 0): Promise<RecommendationInput> {
  const issues: Issue[] = []
  const today = londonDate(ctx.now)
  const courseIds = [...new Set(input.courseIds)]
  const there = await ctx.db.$count(courses, inArray(courses.id, courseIds))
  if (there !== courseIds.length) issues.push({ path: 'courseIds', message: 'Choose a course in the list' })
  const [same] = await ctx.db
    .select({ id: recommendations.id })
    .from(recommendations)
    .where(eq(recommendations.reference, input.reference))
  if (same && same.id !== id)
    issues.push({ path: 'reference', message: 'This reference is entered already: change that one, or add to it' })
  if (input.madeOn > today) issues.push({ path: 'madeOn', message: 'Enter a day that is not still to come' })
  if (input.metOn !== null && input.metOn > today)
    issues.push({ path: 'metOn', message: 'Enter a day that is not still to come' })
  if (input.metOn !== null && input.metOn < input.madeOn)
    issues.push({ path: 'metOn', message: 'It cannot have been met before it was made' })
  if (input.metOn !== null && input.remains !== null)
    issues.push({ path: 'remains', message: 'Either something remains, or it was met: leave one of the two empty' })
  if (issues.length) throw new Invalid(issues)
  return { ...input, courseIds }
}

import { and, asc, desc, eq, inArray, isNotNull, lte, notExists, type SQL, sql } from 'drizzle-orm'
import { courses, courseThemes, eventCancellations, events, programmes, themes } from '#db/courses.ts'
import { addDays, addMonths, formatDate, formatDateShort, londonDate, type On } from '#server/calendar.ts'
import type { Context, Writing } from '#server/context.ts'
import { taughtKinds } from '#server/courses/input.ts'
import { Invalid } from '#server/errors.ts'
import { yearWords } from './group.ts'
import type { ReportInput } from './input.ts'
import type { Report } from './report-body.ts'

/* What a report can be about: what the coordinator is offered, and what is said of anything else. */

export interface ReportChoices {
  programmes: {
    name: string
    isOver: boolean
    courses: { code: string; title: string }[]
    themes: { id: number; name: string }[]
  }[]
}

/** Programmes in which something was held, newest first, with the courses and themes that a report can be about. */
export async function choicesOf(ctx: Context): Promise<ReportChoices> {
  const rows = await ctx.db
    .selectDistinct({
      name: programmes.name,
      startsOn: programmes.startsOn,
      endsOn: programmes.endsOn,
      code: courses.code,
      title: courses.title,
    })
    .from(events)
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(isHeld(ctx))
    .orderBy(desc(programmes.startsOn), asc(courses.title))
  const ofThemes = await ctx.db
    .selectDistinct({ name: programmes.name, id: themes.id, theme: themes.name })
    .from(events)
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .innerJoin(courseThemes, eq(courseThemes.courseId, events.courseId))
    .innerJoin(themes, eq(themes.id, courseThemes.themeId))
    .where(and(isHeld(ctx), isOfTheme))
    .orderBy(asc(themes.name))
  return {
    programmes: [...Map.groupBy(rows, ({ name }) => name)].map(([name, those]) => ({
      name,
      isOver: those.every(({ endsOn }) => endsOn < londonDate(ctx.now)),
      courses: those.map(({ code, title }) => ({ code, title })),
      themes: ofThemes.filter((one) => one.name === name).map(({ id, theme }) => ({ id, name: theme })),
    })),
  }
}

/** Needs `events` in the statement around it. */
const isHeld = ({ db, now }: Pick<Context, 'db' | 'now'>): SQL | undefined =>
  and(
    isNotNull(events.publishedAt),
    lte(events.endsAt, now),
    notExists(db.select({ one: sql`1` }).from(eventCancellations).where(eq(eventCancellations.eventId, events.id))),
  )

/** The page of a theme is about these alone: other kinds are counted apart. */
const isOfTheme = inArray(events.kind, [...taughtKinds])

type Bounds = Pick<Report, 'scope' | 'programmeId' | 'courseId' | 'themeId' | 'fromOn' | 'untilOn' | 'title'>

/** @throws Invalid when what the scope needs is missing, there is no such thing, or nothing of it was held */
export async function boundsOf(ctx: Writing, input: ReportInput): Promise<Bounds> {
  const { db, now } = ctx
  if (input.scope === 'period') return periodBounds(input, londonDate(now))
  const [programme] = await db
    .select()
    .from(programmes)
    .where(eq(programmes.name, input.programme ?? ''))
  if (!programme) throw new Invalid([{ path: 'programme', message: 'Choose a programme' }])
  if (programme.startsOn > londonDate(now))
    throw new Invalid([{ path: 'programme', message: `It begins on ${formatDate(programme.startsOn)}` }])
  const year = yearWords(programme.name)
  const of = { programmeId: programme.id, fromOn: programme.startsOn, untilOn: programme.endsOn }
  const none = { courseId: null, themeId: null }
  if (input.scope === 'programme')
    return { ...of, ...none, scope: 'programme', title: `Impact report: programme ${year}` }
  if (input.scope === 'course') {
    const [course] = await db
      .select()
      .from(courses)
      .where(eq(courses.code, input.course ?? ''))
    if (!course) throw new Invalid([{ path: 'course', message: 'Choose a course' }])
    if (!(await anyHeld(ctx, programme.id, eq(events.courseId, course.id))))
      throw new Invalid([{ path: 'course', message: `${course.title} was not held in ${year}` }])
    const title = `Impact report: ${course.title}, ${year}`
    return { ...of, ...none, scope: 'course', courseId: course.id, title }
  }
  const [theme] = await db
    .select()
    .from(themes)
    .where(eq(themes.id, input.themeId ?? 0))
  if (!theme) throw new Invalid([{ path: 'themeId', message: 'Choose a theme' }])
  const onTheme = db.select({ id: courseThemes.courseId }).from(courseThemes).where(eq(courseThemes.themeId, theme.id))
  if (!(await anyHeld(ctx, programme.id, and(isOfTheme, inArray(events.courseId, onTheme)))))
    throw new Invalid([
      {
        path: 'themeId',
        message: `${theme.name} had no followed-up event in ${year}: no course or learning event on it was held`,
      },
    ])
  return { ...of, ...none, scope: 'theme', themeId: theme.id, title: `Impact report: ${theme.name}, ${year}` }
}

async function anyHeld(ctx: Writing, programmeId: number, which: SQL | undefined): Promise<boolean> {
  const [held] = await ctx.db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.programmeId, programmeId), isHeld(ctx), which))
    .limit(1)
  return held !== undefined
}

/** Whole months, so that periods overlap in nothing smaller than a month. */
function periodBounds({ from, until }: ReportInput, today: On): Bounds {
  if (!from) throw new Invalid([{ path: 'from', message: 'Enter the first day of the period' }])
  if (!until) throw new Invalid([{ path: 'until', message: 'Enter the last day of the period' }])
  if (!from.endsWith('-01')) throw new Invalid([{ path: 'from', message: 'A period begins on the first of a month' }])
  if (!addDays(until, 1).endsWith('-01'))
    throw new Invalid([{ path: 'until', message: 'A period ends on the last day of a month' }])
  if (until < from) throw new Invalid([{ path: 'until', message: 'The last day comes after the first' }])
  if (until >= addMonths(from, 36)) throw new Invalid([{ path: 'until', message: 'Three years at most' }])
  if (from > today) throw new Invalid([{ path: 'from', message: 'The period has not begun' }])
  return {
    scope: 'period',
    programmeId: null,
    courseId: null,
    themeId: null,
    fromOn: from,
    untilOn: until,
    title: `Impact report: ${formatDateShort(from)} to ${formatDateShort(until)}`,
  }
}

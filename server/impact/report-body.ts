import { and, asc, eq, exists, isNotNull, type SQL, sql } from 'drizzle-orm'
import { courses, courseThemes, events, programmes } from '#db/courses.ts'
import type { reports } from '#db/impact.ts'
import { instruments, options, questions, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { formatDateShort, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { sha256 } from '#server/keys.ts'
import type { Stage } from '#server/surveys/input.ts'
import type { ReportScope } from './input.ts'
import type { ImpactScope, impactPages } from './pages.ts'
import { columns } from './programme.ts'
import type { ImpactPage, ShownAnswers } from './shared/pages.ts'

/*
 * What a report consists of. A draft's body is worked out whenever it is read; issuing freezes it as canonical JSON, and its SHA-256 is
 * what the documents name.
 */

export type Report = typeof reports.$inferSelect

/** One question as people were asked it. */
export interface Wording {
  stage: string
  version: number
  publishedOn: string
  /** The course whose own questions these are; null for everyone's. */
  course: string | null
  questions: { text: string; options: string[] }[]
}

export interface ReportBody {
  format: 1
  title: string
  scope: ReportScope
  /** "1 April 2025 to 31 March 2026" */
  period: string
  /** Null in a draft. */
  issued: { number: number; on: string; words: string } | null
  agreed: { on: string; words: string; present: { agency: string; people: number }[] } | null
  asks: string[]
  corrections: string[]
  pages: ImpactPage[]
  method: string[]
  cannotTell: string[]
  wordings: Wording[]
}

/** The figures at this moment, with whose answer stands in which row; `seen` names them, whatever the minute. */
export interface ReportReading {
  pages: ImpactPage[]
  shown: ShownAnswers[]
  seen: string
}

export type ReadsPages = typeof impactPages

/** The bounds of a report as the impact pages take them. */
export async function scopeOf(db: Reading, report: Report): Promise<ImpactScope> {
  if (report.scope === 'period') return { kind: 'period', from: report.fromOn, until: report.untilOn }
  const [programme] = await db
    .select(columns)
    .from(programmes)
    .where(eq(programmes.id, report.programmeId ?? 0))
  const name = programme?.name ?? ''
  if (report.scope === 'theme') return { kind: 'theme', programme: name, themeId: report.themeId ?? 0 }
  if (report.scope === 'programme') return { kind: 'programme', name }
  const [course] = await db
    .select({ code: courses.code })
    .from(courses)
    .where(eq(courses.id, report.courseId ?? 0))
  return { kind: 'course', programme: name, code: course?.code ?? '' }
}

/** @throws Missing when what the report is of is gone */
export async function readingOf(ctx: Context, report: Report, read: ReadsPages): Promise<ReportReading> {
  const { pages, shown } = await read(ctx, await scopeOf(ctx.db, report))
  const still = pages.map(({ asOf: _, ...page }) => page)
  return { pages, shown, seen: await sha256(canonical({ still, shown })) }
}

/** JSON with every object's keys in order, so that the same facts are the same bytes and have the same hash. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one) =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : one,
  )
}

/** The body of an issued report, as it was frozen. */
export const frozenBody = (body: string): ReportBody => JSON.parse(body) as ReportBody

export const periodOf = ({ fromOn, untilOn }: Pick<Report, 'fromOn' | 'untilOn'>): string =>
  `${formatDateShort(fromOn)} to ${formatDateShort(untilOn)}`

const live = /^This page is live\b/
const stillWords =
  'What is corrected later is said in the next report. All that it shows was checked together with every report issued before it.'

/** A page of a report says no longer that it changes. */
export const stoodStill = (page: ImpactPage): ImpactPage => ({
  ...page,
  method: page.method.filter((words) => !live.test(words)),
})

/** The method box of the whole report, that of its first page. */
export const methodOf = (pages: readonly ImpactPage[]): string[] => [
  ...(pages[0]?.method ?? []).filter((words) => !live.test(words)),
  stillWords,
]

// The events of a report, and what people were asked at them

/** Needs `events` in the statement around it. */
export function isInReport(db: Reading, report: Report): SQL | undefined {
  const inProgramme = report.programmeId === null ? undefined : eq(events.programmeId, report.programmeId)
  const inPeriod = and(sql`${events.lastOn} >= ${report.fromOn}`, sql`${events.lastOn} <= ${report.untilOn}`)
  const ofTheme = exists(
    db
      .select({ one: sql`1` })
      .from(courseThemes)
      .where(and(eq(courseThemes.courseId, events.courseId), eq(courseThemes.themeId, report.themeId ?? 0))),
  )
  return and(
    isNotNull(events.publishedAt),
    report.scope === 'period' ? inPeriod : inProgramme,
    report.scope === 'course' ? eq(events.courseId, report.courseId ?? 0) : undefined,
    report.scope === 'theme' ? ofTheme : undefined,
  )
}

export const eventsIn = (db: Reading, report: Report): Promise<{ id: number }[]> =>
  db.select({ id: events.id }).from(events).where(isInReport(db, report))

const stageWords: Record<Stage, string> = {
  before: 'Before the day',
  end: 'At the end of the day',
  'follow-up': 'Three months on',
  colleague: 'Asked of a colleague',
}

/** Every version of every question that people of these events were asked and began to answer, with its options. */
export async function wordingsOf(db: Reading, report: Report): Promise<Wording[]> {
  const asked = await db
    .selectDistinct({
      id: instruments.id,
      stage: instruments.stage,
      version: instruments.version,
      publishedAt: instruments.publishedAt,
      course: courses.title,
    })
    .from(responses)
    .innerJoin(events, eq(events.id, responses.eventId))
    .innerJoin(instruments, eq(instruments.id, responses.instrumentId))
    .leftJoin(courses, eq(courses.id, instruments.courseId))
    .where(isInReport(db, report))
    .orderBy(asc(instruments.stage), asc(instruments.version), asc(instruments.id))
  return Promise.all(
    asked
      .toSorted((a, b) => stageOrder(a.stage) - stageOrder(b.stage))
      .map(async ({ id, stage, version, publishedAt, course }) => ({
        stage: stageWords[stage],
        version,
        publishedOn: formatDateShort(londonDate(publishedAt)),
        course,
        questions: await questionsOf(db, id),
      })),
  )
}

const stageOrder = (stage: Stage) => Object.keys(stageWords).indexOf(stage)

async function questionsOf(db: Reading, instrumentId: number): Promise<Wording['questions']> {
  const rows = await db
    .select({ id: questions.id, text: questions.text, option: options.text })
    .from(questions)
    .leftJoin(options, eq(options.questionId, questions.id))
    .where(eq(questions.instrumentId, instrumentId))
    .orderBy(asc(questions.position), asc(options.position))
  return [...Map.groupBy(rows, ({ id }) => id).values()].map((those) => ({
    text: those[0]?.text ?? '',
    options: those.flatMap(({ option }) => (option === null ? [] : [option])),
  }))
}

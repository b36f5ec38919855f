/**
 * One of the two halves of quoting: which words may be quoted, and which are chosen (voices.ts shows them). Nothing is copied: a
 * quote is a row beside the text, so that consent withdrawn, words replaced and a person erased take it out by themselves.
 */
import { and, asc, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { codes, quotes } from '#db/impact.ts'
import { people } from '#db/people.ts'
import { responses, texts } from '#db/surveys.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { RoleGroup } from '#server/people/input.ts'
import { settingsOf } from '#server/settings.ts'
import { asked, counts } from '#server/surveys/follow-up.ts'
import { codesNow } from './codebook.ts'
import { isCleared, kindsRead } from './coding.ts'
import type { QuoteInput } from './input.ts'
import { jobWords, someone } from './shared/printed-as.ts'
import { inProgramme, programmesToRead } from './voice-programmes.ts'

type Events = readonly { id: number }[]

/** The answer to "May we quote what you wrote?" that stands now. Needs `texts` in the statement around it. */
const consent = sql<
  'quote' | 'quote-with-job' | 'no-quote' | null
>`(select consents.what from consents where consents.booking_id = ${texts.bookingId} and consents.what in ('quote', 'quote-with-job', 'no-quote') and consents.withdrawn_at is null order by consents.id desc limit 1)`

/**
 * What may be quoted at all:
 * - cleared, as it stands or with words taken out, and the person is not erased
 * - the person said yes and has not taken it back
 * - they came, and the event was not called off
 * - nothing in it sounded urgent: such words are about somebody at risk
 * Needs `texts`, `bookings`, `people` and `events` in the statement around it.
 */
const mayBeQuoted = and(
  isCleared,
  inArray(texts.kind, [...kindsRead]),
  sql`${texts.urgentAt} is null`,
  sql`${consent} in ('quote', 'quote-with-job')`,
  sql`${asked.attends}`,
  sql`not ${asked.isVoided}`,
)

/** Chosen for the words that stand there now. */
const isChosen = and(isNotNull(quotes.textId), sql`${quotes.chosenAt} >= ${texts.clearedAt}`)

/** What they planned did not come about. Needs `texts` in the statement around it. */
const didNotWork = sql<number>`exists (
  select 1 from ${responses} inner join answers on answers.response_id = ${responses.id} and answers.learning_outcome_id is null
  inner join questions on questions.id = answers.question_id and questions.key = 'practice'
  inner join options on options.id = answers.option_id
  where ${responses.bookingId} = ${texts.bookingId} and ${responses.stage} = 'follow-up' and ${counts} and options.key in ('not-yet', 'did-not-fit', 'no-chance'))`

interface QuotableRow {
  id: number
  text: string
  consent: 'quote' | 'quote-with-job' | 'no-quote' | null
  roleGroup: RoleGroup
  programmeId: number
  courseId: number
  course: string
  didNotWork: number
  isChosen: number
  codeId: number | null
  code: string | null
  nonSuccess: boolean | null
}

/** Everything that may be quoted among these, where the course over its year is large enough to show its answers. */
async function quotable(ctx: Pick<Context, 'db'>, where: SQL | undefined): Promise<QuotableRow[]> {
  const rows: QuotableRow[] = await ctx.db
    .select({
      id: texts.id,
      text: sql<string>`${texts.cleared}`,
      consent,
      roleGroup: bookings.roleGroup,
      programmeId: events.programmeId,
      courseId: events.courseId,
      course: courses.title,
      didNotWork,
      isChosen: sql<number>`ifnull(${isChosen}, 0)`,
      codeId: quotes.codeId,
      code: codes.name,
      nonSuccess: quotes.nonSuccess,
    })
    .from(texts)
    // Texts are few beside bookings: it is they who are gone through.
    .crossJoin(bookings)
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .leftJoin(quotes, eq(quotes.textId, texts.id))
    .leftJoin(codes, eq(codes.id, quotes.codeId))
    .where(and(eq(bookings.id, texts.bookingId), where, mayBeQuoted))
    .orderBy(asc(courses.title), asc(sql`(${texts.id} * 2246822519 + 374761393) % 4294967296`))
  const large = await largeEnough(ctx, rows)
  return rows.filter((row) => large.has(homeOf(row)))
}

const homeOf = ({ programmeId, courseId }: { programmeId: number; courseId: number }) => `${programmeId} ${courseId}`

/** The courses over a year of which enough came and enough answered for answers to be shown. */
async function largeEnough(
  ctx: Pick<Context, 'db'>,
  rows: readonly { programmeId: number; courseId: number }[],
): Promise<Set<string>> {
  if (!rows.length) return new Set()
  const { 'shown-from-attended': came, 'shown-from-answered': answered } = await settingsOf(
    ctx,
    'shown-from-attended',
    'shown-from-answered',
  )
  const counted = await ctx.db
    .select({ programmeId: events.programmeId, courseId: events.courseId })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(
      and(
        inArray(events.courseId, [...new Set(rows.map(({ courseId }) => courseId))]),
        inArray(events.programmeId, [...new Set(rows.map(({ programmeId }) => programmeId))]),
        eq(bookings.state, 'confirmed'),
        sql`${asked.attends}`,
        sql`not ${asked.isVoided}`,
      ),
    )
    .groupBy(events.programmeId, events.courseId)
    .having(sql`count(*) >= ${Number(came)} and sum(ifnull(${counts}, 0)) >= ${Number(answered)}`)
  return new Set(counted.map(homeOf))
}

const ofEvents = (events_: Events) =>
  sql`${events.id} in (select value from json_each(${JSON.stringify(events_.map(({ id }) => id))}))`

const printedAs = ({ consent, roleGroup }: QuotableRow): string =>
  consent === 'quote-with-job' ? jobWords[roleGroup] : someone

const tellsOfFailure = (row: QuotableRow) => row.didNotWork === 1 || row.nonSuccess === true

// Choosing

export interface QuotableText {
  id: number
  text: string
  course: string
  /** How it would be printed: "A social worker". */
  who: string
  /** The person said that it did not come about. */
  didNotWork: boolean
  chosen: { codeId: number | null; code: string; nonSuccess: boolean } | null
}

export interface QuotesPage {
  programmes: string[]
  programme: string
  codes: { id: number; name: string }[]
  texts: QuotableText[]
  /** Why no report can be issued with these, in a sentence; null when it can. */
  problem: string | null
}

/** What may be quoted of a programme, and what is chosen. @throws Missing when there is no such programme */
export async function quotesPage(from: Context, name: string): Promise<QuotesPage> {
  const ctx = { ...from, db: from.store.long }
  const { programmes, programme } = await programmesToRead(ctx, name)
  const [rows, { codes }] = await Promise.all([quotable(ctx, inProgramme(programme.id)), codesNow(ctx.db)])
  return {
    programmes,
    programme: programme.name,
    codes: codes.map(({ id, name }) => ({ id, name })),
    texts: rows.map((row) => ({
      id: row.id,
      text: row.text,
      course: row.course,
      who: printedAs(row),
      didNotWork: row.didNotWork === 1,
      chosen: row.isChosen ? { codeId: row.codeId, code: row.code ?? '', nonSuccess: row.nonSuccess === true } : null,
    })),
    problem: problemOf(rows),
  }
}

/**
 * Chooses a text for the next report, or says anew what it stands for.
 * @throws Missing; Refused `may-not-be-quoted`; Invalid at `codeId`
 */
export function chooseQuote(
  ctx: Context,
  textId: number,
  { codeId, nonSuccess }: QuoteInput,
): Promise<{ chosen: true }> {
  return transact(ctx, async (ctx) => {
    const [row] = await quotable(ctx, eq(texts.id, textId))
    if (!row) {
      if ((await ctx.db.$count(texts, eq(texts.id, textId))) === 0) throw new Missing()
      throw new Refused('may-not-be-quoted', 'This text may not be quoted, or may not be any more')
    }
    const { codes } = await codesNow(ctx.db)
    // Of an older codebook only what it stands for already.
    if (row.codeId !== codeId && !codes.some(({ id }) => id === codeId))
      throw new Invalid([{ path: 'codeId', message: 'Choose what it stands for' }])
    const values = { codeId, nonSuccess, chosenAt: ctx.now, chosenBy: chooser(ctx) }
    await ctx.db
      .insert(quotes)
      .values({ textId, ...values })
      .onConflictDoUpdate({ target: quotes.textId, set: values })
    await record(ctx, 'quote.chosen', `text:${textId}`, nonSuccess ? 'did-not-work' : 'worked')
    return { chosen: true as const }
  })
}

const chooser = ({ actor }: Writing) => (actor.kind === 'person' ? actor.personId : null)

/** Takes a quote out again. @throws Missing when it was not chosen */
export function unchooseQuote(ctx: Context, textId: number): Promise<{ chosen: false }> {
  return transact(ctx, async (ctx) => {
    const gone = await ctx.db.delete(quotes).where(eq(quotes.textId, textId)).returning({ textId: quotes.textId })
    if (!gone.length) throw new Missing()
    await record(ctx, 'quote.taken-out', `text:${textId}`)
    return { chosen: false as const }
  })
}

// For a report

/**
 * Why a report over these events may not be issued with the quotes that are chosen, in a sentence; null when it may: where anything
 * that tells of what did not work may be quoted, at least one such is.
 */
export async function quotesProblem(ctx: Pick<Context, 'db'>, scope: { events: Events }): Promise<string | null> {
  return problemOf(await quotable(ctx, ofEvents(scope.events)))
}

function problemOf(rows: readonly QuotableRow[]): string | null {
  const telling = rows.filter(tellsOfFailure)
  if (!telling.length || telling.some(({ isChosen }) => isChosen)) return null
  const n = telling.length
  return `None of the quotes chosen tells of something that did not work, and ${n === 1 ? '1 text that does' : `${n} texts that do`} may be quoted. Choose at least one.`
}

export interface ChosenQuote {
  text: string
  who: string
  roleGroup: RoleGroup
  codeId: number | null
  code: string
  nonSuccess: boolean
}

/** The quotes chosen among these events that may be printed now; what did not work stands among the rest, by its theme. */
export async function chosenQuotes(ctx: Pick<Context, 'db'>, of: Events): Promise<ChosenQuote[]> {
  const rows = await quotable(ctx, and(ofEvents(of), isChosen))
  return rows
    .map((row) => ({
      text: row.text,
      who: printedAs(row),
      roleGroup: row.roleGroup,
      codeId: row.codeId,
      code: row.code ?? '',
      nonSuccess: row.nonSuccess === true,
    }))
    .sort((a, b) => a.code.localeCompare(b.code, 'en-GB'))
}

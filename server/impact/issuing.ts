import { asc, eq, max, sql } from 'drizzle-orm'
import { history } from '#db/history.ts'
import { reportRows, reports } from '#db/impact.ts'
import { answers, contacts, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { sha256 } from '#server/keys.ts'
import { momentOf } from './aside.ts'
import { correctionsOf } from './corrections.ts'
import { impactPages } from './pages.ts'
import { quotesProblem } from './quotes.ts'
import {
  canonical,
  eventsIn,
  methodOf,
  periodOf,
  type ReadsPages,
  type Report,
  type ReportBody,
  type ReportReading,
  readingOf,
  stoodStill,
  wordingsOf,
} from './report-body.ts'
import { proofOf } from './report-proof.ts'
import { agreedOf, asksOf, expectState, personOf } from './reports.ts'
import type { ShownAnswers } from './shared/pages.ts'

/*
 * Issuing: the figures are read once more by the long reader, proved together with everything else that can be seen, and frozen. What
 * takes time is done aside, before the transaction; in it a mark of the facts is compared, so that what was proved is what is written.
 */

/** How often the figures are worked out anew when something changes while they are proved. */
const TRIES = 3

/** Which report, and the name of the figures that were read on its page. */
export interface IssueAsked {
  id: number
  seen: string
}

/** All that issuing writes, worked out and proved. */
export interface Ready {
  /** Of the facts that it was worked out of. */
  mark: string
  number: number
  /** The body as canonical JSON. */
  whole: string
  /** The SHA-256 of `whole`. */
  hash: string
  proof: string
  rows: (typeof reportRows.$inferInsert)[]
}

/**
 * Issues an agreed report: numbered, dated, hashed, never changed again.
 * @param seen names the figures that were read on the page; others are not issued unseen
 * @throws Refused not-agreed, issued, provisional, quotes, changed, not-proved or busy, each in words
 */
export async function issue(
  ctx: Context,
  id: number,
  seen: string,
  read: ReadsPages = impactPages,
): Promise<{ number: number; hash: string }> {
  for (let tries = 0; tries < TRIES; tries++) {
    const ready = await readyAside(ctx, { id, seen }, read)
    if (await transact(ctx, (ctx) => freeze(ctx, id, ready))) return { number: ready.number, hash: ready.hash }
  }
  throw new Refused('busy', 'Answers or registers kept changing while it was proved. Please try again in a minute.')
}

/** In the thread for long reading where there is one: what comes back has only to be written. */
function readyAside(ctx: Context, asked: IssueAsked, read: ReadsPages): Promise<Ready> {
  if (!ctx.aside || read !== impactPages) return readyOf(ctx, asked, read)
  return ctx.aside('ready', asked, momentOf(ctx)) as Promise<Ready>
}

/**
 * What issuing would write at this moment.
 * @throws Refused whatever is in the way, in words
 */
export async function readyOf(ctx: Context, { id, seen }: IssueAsked, read: ReadsPages = impactPages): Promise<Ready> {
  const report = await expectState(ctx, id, ['agreed'])
  const mark = await markOf(ctx.db)
  const reading = await readingOf(ctx, report, read)
  const problem = await problemWith(ctx, report, reading)
  if (problem) throw problem
  if (reading.seen !== seen)
    throw new Refused(
      'changed',
      'The figures have changed since you opened this page. They are worked out anew: load the page, read them, and issue again.',
    )
  const proof = await proofOf(ctx, report, reading.shown, read)
  if (!proof.holds)
    throw new Refused(
      'not-proved',
      `It cannot be issued: beside what is shown elsewhere, how too small a group answered could be worked out. ${proof.why ?? ''}`.trim(),
    )
  const body = await bodyOf(ctx, report, reading, read)
  const [last] = await ctx.db.select({ number: max(reports.number) }).from(reports)
  const number = (last?.number ?? 0) + 1
  const on = londonDate(ctx.now)
  const whole = canonical({ ...body, issued: { number, on, words: formatDate(on) } } satisfies ReportBody)
  const hash = await sha256(whole)
  return {
    mark,
    number,
    whole,
    hash,
    proof: [`Report ${number}: ${body.title}`, `SHA-256 of its body: ${hash}`, '', ...proof.log].join('\n'),
    rows: rowsOf(id, reading.shown),
  }
}

/** Why it cannot be issued now, for want of time or of words: also said on the draft’s page. */
export async function problemWith(ctx: Context, report: Report, { pages }: ReportReading): Promise<Refused | null> {
  const provisional = pages[0]?.provisional
  if (provisional) return new Refused('provisional', `It is still provisional. ${provisional}`)
  const quotes = await quotesProblem(ctx, { events: await eventsIn(ctx.db, report) })
  return quotes ? new Refused('quotes', quotes) : null
}

/** What a draft would say if it were issued now. Read it before the transaction: it takes as long as the pages do. */
export async function bodyOf(
  ctx: Context,
  report: Report,
  reading: ReportReading,
  read: ReadsPages,
): Promise<ReportBody> {
  const [agreed, asks, corrections, wordings] = await Promise.all([
    agreedOf(ctx.db, report),
    asksOf(ctx.db, report.id),
    correctionsOf(ctx, report, reading, read),
    wordingsOf(ctx.store.long, report),
  ])
  return {
    format: 1,
    title: report.title,
    scope: report.scope,
    period: periodOf(report),
    issued: null,
    agreed,
    asks,
    corrections,
    pages: reading.pages.map(stoodStill),
    method: methodOf(reading.pages),
    cannotTell: reading.pages[0]?.cannotTell ?? [],
    wordings,
  }
}

/** @returns false when a fact has changed since it was read, and nothing was written */
async function freeze(ctx: Writing, id: number, { mark, number, whole, hash, proof, rows }: Ready): Promise<boolean> {
  await expectState(ctx, id, ['agreed'])
  if ((await markOf(ctx.db)) !== mark) return false
  for (const some of batches(rows)) await ctx.db.insert(reportRows).values(some)
  await ctx.db
    .update(reports)
    .set({ state: 'issued', number, issuedAt: ctx.now, issuedBy: personOf(ctx), body: whole, hash, proof })
    .where(eq(reports.id, id))
  await record(ctx, 'report.issued', `report:${id}`, String(number))
  return true
}

function rowsOf(reportId: number, shown: readonly ShownAnswers[]) {
  const rows = new Map<string, typeof reportRows.$inferInsert>()
  for (const { measure, row, units } of shown)
    rows.set(`${measure}\n${row}`, { reportId, measure, row, units: JSON.stringify(units) })
  return [...rows.values()]
}

const batches = <T>(all: readonly T[], size = 200): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size))

/**
 * A mark of every fact that a page may rest on: whatever a person or a chore changes leaves an entry in the history, an answer or a
 * contact. The next one is higher, so it costs four looks into an index.
 */
export async function markOf(db: Reading): Promise<string> {
  const last = async (table: typeof history | typeof answers | typeof responses | typeof contacts) =>
    Number((await db.select({ n: sql<number>`ifnull(max(${table.id}), 0)` }).from(table))[0]?.n ?? 0)
  return JSON.stringify([await last(history), await last(answers), await last(responses), await last(contacts)])
}

/** The rows of every report issued so far, by its number. */
export const issuedRows = (db: Reading) =>
  db
    .select({ number: reports.number, measure: reportRows.measure, row: reportRows.row, units: reportRows.units })
    .from(reportRows)
    .innerJoin(reports, eq(reports.id, reportRows.reportId))
    .orderBy(asc(reports.number), asc(reportRows.measure), asc(reportRows.row))

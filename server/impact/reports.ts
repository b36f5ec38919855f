import { asc, count, desc, eq, isNull, sql } from 'drizzle-orm'
import { reportAsks, reportNotes, reportPresent, reports } from '#db/impact.ts'
import { agencies } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { AgreementOfReport, ReportInput, ReportScope, ReportState } from './input.ts'
import { periodOf, type Report, type ReportBody } from './report-body.ts'
import { boundsOf, choicesOf, type ReportChoices } from './report-bounds.ts'

/*
 * The reports and their steps up to the issue: draft → agreed by the sub-group. Each step is one conditional change, so that of two people
 * who press at once one does it and the other is told. Issuing is in issuing.ts.
 */

export interface ReportListed {
  id: number
  title: string
  scope: ReportScope
  period: string
  state: ReportState
  number: number | null
  /** What happened last and when. */
  words: string
}

export interface ReportsPage {
  reports: ReportListed[]
  /** What a draft may be started of, for the coordinator; null for everyone else. */
  choices: ReportChoices | null
}

export async function reportsPage(ctx: Context): Promise<ReportsPage> {
  const rows = await ctx.db
    .select()
    .from(reports)
    .orderBy(sql`${reports.number} is not null`, desc(reports.number), desc(reports.id))
  const isCoordinator = ctx.actor.kind === 'person' && ctx.actor.role === 'coordinator'
  return {
    reports: rows.map((report) => ({
      id: report.id,
      title: report.title,
      scope: report.scope,
      period: periodOf(report),
      state: report.state,
      number: report.number,
      words: standsWords(report),
    })),
    choices: isCoordinator ? await choicesOf(ctx) : null,
  }
}

export function standsWords({ state, number, issuedAt, agreedOn, madeAt }: Report): string {
  if (state === 'issued' && issuedAt !== null) return `Report ${number}, issued on ${formatDate(londonDate(issuedAt))}`
  if (agreedOn !== null) return `Agreed by the sub-group on ${formatDate(agreedOn)}; not issued yet`
  return `Draft, started on ${formatDate(londonDate(madeAt))}`
}

// The steps

/** @throws Invalid when what the scope needs is missing, or there is no such thing */
export async function startDraft(ctx: Context, input: ReportInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const of = await boundsOf(ctx, input)
    const [made] = await ctx.db
      .insert(reports)
      .values({ ...of, state: 'draft', madeAt: ctx.now, madeBy: personOf(ctx) })
      .returning({ id: reports.id })
    await record(ctx, 'report.started', `report:${made!.id}`, input.scope)
    return { id: made!.id }
  })
}

/** The decisions asked for belong to what the sub-group agrees, so they change in a draft alone. */
export async function writeAsks(ctx: Context, id: number, asks: readonly string[]): Promise<{ saved: true }> {
  return transact(ctx, async (ctx) => {
    await expectState(ctx, id, ['draft'])
    await ctx.db.delete(reportAsks).where(eq(reportAsks.reportId, id))
    if (asks.length)
      await ctx.db.insert(reportAsks).values(asks.map((text, n) => ({ reportId: id, position: n + 1, text })))
    await record(ctx, 'report.asks-written', `report:${id}`, String(asks.length))
    return { saved: true }
  })
}

/** Writes down that the sub-group agreed, on which day, and how many of which agency were there. */
export async function agree(ctx: Context, id: number, { on, present }: AgreementOfReport): Promise<{ agreed: true }> {
  return transact(ctx, async (ctx) => {
    const report = await expectState(ctx, id, ['draft'])
    const issue = await faultIn(ctx, report, { on, present })
    if (issue) throw new Invalid([issue])
    await ctx.db.update(reports).set({ state: 'agreed', agreedOn: on }).where(eq(reports.id, id))
    await ctx.db.insert(reportPresent).values(present.map((one) => ({ reportId: id, ...one })))
    await record(ctx, 'report.agreed', `report:${id}`, on)
    return { agreed: true }
  })
}

async function faultIn(ctx: Writing, { madeAt }: Report, { on, present }: AgreementOfReport) {
  if (on > londonDate(ctx.now)) return { path: 'on', message: 'The meeting has not been held yet' }
  if (on < londonDate(madeAt)) return { path: 'on', message: 'The meeting was before the draft was started' }
  if (new Set(present.map(({ agencyId }) => agencyId)).size < present.length)
    return { path: 'present', message: 'An agency stands there twice' }
  const known = new Set((await ctx.db.select({ id: agencies.id }).from(agencies)).map(({ id }) => id))
  return present.every(({ agencyId }) => known.has(agencyId)) ? null : { path: 'present', message: 'Choose an agency' }
}

/** Makes it a draft again; the meeting it names is taken out. */
export async function takeAgreementBack(ctx: Context, id: number): Promise<{ agreed: false }> {
  return transact(ctx, async (ctx) => {
    await expectState(ctx, id, ['agreed'])
    await ctx.db.delete(reportPresent).where(eq(reportPresent.reportId, id))
    await ctx.db.update(reports).set({ state: 'draft', agreedOn: null }).where(eq(reports.id, id))
    await record(ctx, 'report.agreement-taken-back', `report:${id}`)
    return { agreed: false }
  })
}

/** A draft about which nobody has written anything may be thrown away. */
export async function discard(ctx: Context, id: number): Promise<{ discarded: true }> {
  return transact(ctx, async (ctx) => {
    await expectState(ctx, id, ['draft'])
    const [notes] = await ctx.db.select({ n: count() }).from(reportNotes).where(eq(reportNotes.reportId, id))
    if (notes?.n) throw new Refused('has-notes', 'There are comments or decisions on it, so it is kept.')
    await ctx.db.delete(reportAsks).where(eq(reportAsks.reportId, id))
    await ctx.db.delete(reports).where(eq(reports.id, id))
    await record(ctx, 'report.discarded', `report:${id}`)
    return { discarded: true }
  })
}

/** @throws Missing when there is none; Refused when it has been taken a step on meanwhile */
export async function expectState(
  ctx: { readonly db: Reading },
  id: number,
  states: readonly ReportState[],
): Promise<Report> {
  const report = await reportBy(ctx.db, id)
  if (states.includes(report.state)) return report
  if (report.state === 'issued')
    throw new Refused('issued', `It has been issued, as report ${report.number}, and changes no more.`)
  throw report.state === 'agreed'
    ? new Refused('agreed', 'The sub-group has agreed it. Take the agreement back first.')
    : new Refused('not-agreed', 'The sub-group has not agreed it yet.')
}

/** @throws Missing when there is none */
export async function reportBy(db: Reading, id: number): Promise<Report> {
  const [report] = await db.select().from(reports).where(eq(reports.id, id))
  if (!report) throw new Missing()
  return report
}

export const personOf = ({ actor }: Pick<Context, 'actor'>): number | null =>
  actor.kind === 'person' ? actor.personId : null

// What stands beside the figures

export async function asksOf(db: Reading, id: number): Promise<string[]> {
  const rows = await db
    .select({ text: reportAsks.text })
    .from(reportAsks)
    .where(eq(reportAsks.reportId, id))
    .orderBy(asc(reportAsks.position))
  return rows.map(({ text }) => text)
}

export async function agreedOf(db: Reading, { id, agreedOn }: Report): Promise<ReportBody['agreed']> {
  if (agreedOn === null) return null
  const present = await db
    .select({ agency: agencies.name, people: reportPresent.people })
    .from(reportPresent)
    .innerJoin(agencies, eq(agencies.id, reportPresent.agencyId))
    .where(eq(reportPresent.reportId, id))
    .orderBy(asc(agencies.name))
  return { on: agreedOn, words: formatDate(agreedOn), present }
}

/** Those that a meeting may have people of: agencies that stand under no other. */
export const agenciesToMeet = (db: Reading) =>
  db
    .select({ id: agencies.id, name: agencies.name })
    .from(agencies)
    .where(isNull(agencies.parentId))
    .orderBy(asc(agencies.name))

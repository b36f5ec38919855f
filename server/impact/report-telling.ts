/*
 * A report once issued is told to everyone who attended in its scope: one page, one message a person. The report does not change any
 * more, so what the page says is the same for whoever opens it, whenever.
 */
import { and, asc, eq, gte, isNotNull, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { reports } from '#db/impact.ts'
import { messages } from '#db/outbox.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { optOuts } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import type { reportSummary } from '#emails/report-summary.ts'
import { isWorkingDay, londonDate, type On } from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { type Context, transact } from '#server/context.ts'
import { makeToken } from '#server/keys.ts'
import { queue } from '#server/outbox/queue.ts'
import { firstName } from '#server/people/first-name.ts'
import { isAskingTime, nextAskingDay } from '#server/surveys/asking-time.ts'
import { askingInstant } from '#server/surveys/due-dates.ts'
import { asked } from '#server/surveys/follow-up.ts'
import { factsOf, holdsKnown } from '#server/surveys/plan.ts'
import { frozenBody, isInReport, type Report } from './report-body.ts'

/** How long after the issue it is still worth telling. */
const DAYS_FRESH = 30
const BATCH = 200
const day = 24 * 60 * 60_000

const occurrenceOf = (reportId: number) => `report-${reportId}`

/**
 * Owes a batch of attenders the summary of an issued report:
 * - it is between 10:00 and 16:00 in London on a working day, and the report was issued within the last 30 days
 * - they attended an event of its scope that was not voided
 * - they can be reached, have not opted out of everything, and nothing holds what we send them that day
 * - they were not told of this report before, whichever event they came to
 */
export const summaryDue: Chore = async (ctx) => {
  if (!isAskingTime(ctx.now) || !(await anyOwed(ctx.db, ctx.now, londonDate(ctx.now)))) return false
  return transact(ctx, async (ctx) => {
    const due = (await owedOn(ctx.db, ctx.now, londonDate(ctx.now))).slice(0, BATCH)
    for (const { reportId, bookingId, personId } of due)
      await queue(ctx, {
        kind: 'report-summary',
        about: `booking:${bookingId}`,
        occurrence: occurrenceOf(reportId),
        toPersonId: personId,
      })
    return due.length > 0
  })
}

export const nextSummary: NextDue = async (ctx) => {
  const on = nextAskingDay(ctx.now)
  return (await anyOwed(ctx.db, ctx.now, on)) ? askingInstant(on) : null
}

const anyOwed = async (db: Reading, now: number, on: On) => (await owedOn(db, now, on)).length > 0

async function owedOn(db: Reading, now: number, on: On) {
  if (!isWorkingDay(on)) return []
  const fresh = await db
    .select()
    .from(reports)
    .where(and(eq(reports.state, 'issued'), gte(reports.issuedAt, now - DAYS_FRESH * day)))
    .orderBy(asc(reports.number))
  if (!fresh.length) return []
  const holds = await holdsKnown(db, on)
  const owed = await Promise.all(
    fresh.map(async (report) =>
      (await attendersIn(db, report))
        .filter((row) =>
          factsOf({ ...row, postponedTo: null }, holds).pauses.every(({ from, to }) => on < from || on > to),
        )
        .map(({ bookingId, personId }) => ({ reportId: report.id, bookingId, personId })),
    ),
  )
  return owed.flat()
}

/** One booking a person: the first at which they attended. */
async function attendersIn(db: Reading, report: Report) {
  const rows = await db
    .select({
      bookingId: bookings.id,
      personId: people.id,
      eventId: events.id,
      sectorId: bookings.sectorId,
      agencyId: bookings.agencyId,
      parentId: agencies.parentId,
      education: sectors.education,
      awayUntil: people.awayUntil,
      lastOn: events.lastOn,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .where(
      and(
        isInReport(db, report),
        eq(bookings.state, 'confirmed'),
        isNotNull(people.email),
        sql`${asked.attends}`,
        sql`not ${asked.isVoided}`,
        sql`${asked.isReachable}`,
        sql`not ${isOptedOutOfAll}`,
        sql`not exists (select 1 from ${messages} where ${messages.kind} = 'report-summary' and ${messages.occurrence} = ${occurrenceOf(report.id)} and ${messages.toPersonId} = ${people.id})`,
      ),
    )
    .orderBy(asc(bookings.id))
  return [...new Map(rows.toReversed().map((row) => [row.personId, row])).values()].toReversed()
}

const isOptedOutOfAll = sql<number>`exists (select 1 from ${optOuts} where ${optOuts.personId} = ${people.id} and ${optOuts.scope} = 'all' and ${optOuts.undoneAt} is null)`

/** What the message says; null when it must not be sent any more. Which report, its occurrence tells. */
export async function summaryFacts(
  ctx: Context,
  { bookingId, occurrence }: { bookingId: number; occurrence: string },
): Promise<Parameters<typeof reportSummary>[0] | null> {
  const reportId = Number(/^report-(\d+)$/.exec(occurrence)?.[1] ?? 0)
  const [report] = await ctx.db.select().from(reports).where(eq(reports.id, reportId))
  const [person] = await ctx.db
    .select({ name: people.name })
    .from(bookings)
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(and(eq(bookings.id, bookingId), sql`${asked.isReachable}`, sql`not ${isOptedOutOfAll}`))
  if (report?.body == null || !person) return null
  const body = frozenBody(report.body)
  const { origin, partnership } = ctx.config
  return {
    firstName: firstName(person.name),
    about: body.title.replace(/^Impact report: /, ''),
    period: body.period,
    href: `${origin}/summary/${await makeToken(ctx.secrets, 'summary', reportId)}`,
    phone: partnership.phone,
    optOutHref: `${origin}/opt-out/${await makeToken(ctx.secrets, 'opt-out', bookingId)}`,
  }
}

/* One of the chores of asking: what became of it. inviting.ts and reminding.ts ask, plan.ts says when, answering.ts is the other side.
 * Everything here is derived from the facts each time, never from a schedule.
 */
import { and, asc, eq, gt, gte, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { people } from '#db/people.ts'
import { bounces, contacts, followUps } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, londonDate, type On } from '#server/calendar.ts'
import type { Chore } from '#server/chores.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { asked } from './follow-up.ts'

const BATCH = 50
const STILL_ASKED_DAYS = 30

/**
 * Writes down that a batch of asking messages was handed over:
 * - the message is sent, or may have arrived
 * - the follow-up does not know it yet
 * `still being asked` runs from that day, so nobody counts as asked by a message that never left.
 */
export const noteAsked: Chore = async (ctx) => {
  const find = (db: Reading) =>
    db
      .select({ bookingId: followUps.bookingId, on: contacts.on, at: messages.sentAt })
      .from(contacts)
      .innerJoin(followUps, eq(followUps.bookingId, contacts.bookingId))
      .innerJoin(messages, and(eq(messages.id, contacts.messageId), inArray(messages.state, ['sent', 'uncertain'])))
      .where(
        and(
          // No message lives longer than this.
          gte(contacts.on, addDays(londonDate(ctx.now), -21)),
          or(isNull(followUps.lastAskedOn), gt(contacts.on, followUps.lastAskedOn)),
        ),
      )
      .orderBy(asc(contacts.on))
      .limit(BATCH)
  if (!(await find(ctx.db)).length) return false
  return transact(ctx, async (ctx) => {
    const rows = await find(ctx.db)
    for (const { bookingId, on, at } of rows) {
      // With the clock put back it may seem to have left before it was owed.
      let askedOn = on
      if (at !== null && londonDate(at) > on) askedOn = londonDate(at)
      await ctx.db
        .update(followUps)
        .set({ firstAskedOn: sql`ifnull(${followUps.firstAskedOn}, ${askedOn})`, lastAskedOn: askedOn })
        .where(eq(followUps.bookingId, bookingId))
    }
    return rows.length > 0
  })
}

/**
 * Closes the series of one batch of people still being asked:
 * - the attendance was corrected, or the event voided
 * - the person was erased, or their address refuses mail for good
 * - the asking message could not be delivered and nothing was ever asked
 */
export const closeEnded: Chore = async (ctx) => {
  const failed = (how: SQL) =>
    sql`from ${contacts} inner join ${messages} on ${messages.id} = ${contacts.messageId} where ${contacts.bookingId} = ${followUps.bookingId} and ${messages.state} = 'dead' and ${how}`
  const byServer = sql`${messages.reply} like '5__ recipient:%'`
  const refused = sql`exists (select 1 ${failed(sql`(${followUps.firstAskedOn} is null or ${byServer})`)})`
  const because = sql<'event-voided' | 'attendance-corrected' | 'bounced' | null>`case
    when ${asked.isVoided} then 'event-voided'
    when not ${asked.attends} then 'attendance-corrected'
    when not ${asked.isReachable} or ${refused} then 'bounced' end`
  const find = (db: Reading) =>
    db
      .select({
        bookingId: followUps.bookingId,
        personId: followUps.personId,
        email: people.email,
        because,
        reply: sql<string | null>`(select ${messages.reply} ${failed(byServer)} limit 1)`,
      })
      .from(followUps)
      .innerJoin(bookings, eq(bookings.id, followUps.bookingId))
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(people, eq(people.id, bookings.personId))
      .where(
        and(
          isNull(followUps.closedAt),
          or(
            isNull(followUps.lastAskedOn),
            gte(followUps.lastAskedOn, addDays(londonDate(ctx.now), -STILL_ASKED_DAYS)),
          ),
          sql`${because} is not null`,
        ),
      )
      .limit(BATCH)
  if (!(await find(ctx.db)).length) return false
  return transact(ctx, async (ctx) => {
    const rows = await find(ctx.db)
    for (const { bookingId, personId, email, because, reply } of rows) {
      await ctx.db
        .update(followUps)
        .set({ closedAt: ctx.now, closedBecause: because })
        .where(eq(followUps.bookingId, bookingId))
      // Kept by itself, so that no other follow-up tries the address until it is put right.
      if (because === 'bounced' && reply !== null && email !== null)
        await ctx.db.insert(bounces).values({ personId, email, hard: true, reply, at: ctx.now })
      await record(ctx, 'follow-up.closed', `booking:${bookingId}`, because ?? undefined)
    }
    return rows.length > 0
  })
}

/**
 * Opens again the series of one person whose attendance was corrected and corrected back:
 * - closed for that reason within the last 60 days, and the attendance stands again
 * - never asked: as if nothing had been, so that they are invited; asked: where it stood
 */
export const reopenCorrected: Chore = async (ctx) => {
  const find = (db: Reading) =>
    db
      .select({ bookingId: followUps.bookingId, firstAskedOn: followUps.firstAskedOn })
      .from(followUps)
      .innerJoin(bookings, eq(bookings.id, followUps.bookingId))
      .where(
        and(
          gte(followUps.closedAt, ctx.now - 60 * 86_400_000),
          eq(followUps.closedBecause, 'attendance-corrected'),
          asked.attends,
        ),
      )
      .limit(1)
  if (!(await find(ctx.db)).length) return false
  return transact(ctx, async (ctx) => {
    const [row] = await find(ctx.db)
    if (!row) return false
    await reopen(ctx, row.bookingId, row.firstAskedOn)
    return true
  })
}

/** Never asked: forgets the opening, so that the person is invited anew; asked: opens the series where it stood. */
export async function reopen(ctx: Writing, bookingId: number, firstAskedOn: On | null): Promise<void> {
  if (firstAskedOn === null) {
    await ctx.db.delete(contacts).where(eq(contacts.bookingId, bookingId))
    await ctx.db.delete(followUps).where(eq(followUps.bookingId, bookingId))
  } else {
    await ctx.db
      .update(followUps)
      .set({ closedAt: null, closedBecause: null })
      .where(eq(followUps.bookingId, bookingId))
  }
  await record(ctx, 'follow-up.reopened', `booking:${bookingId}`)
}

/** The asking messages of a booking that were handed over, the latest instant in ms UTC, or null: what the doubt rule reads. */
export async function lastHandedOver(ctx: Pick<Context, 'db'>, bookingId: number): Promise<number | null> {
  const [row] = await ctx.db
    .select({ at: sql<number | null>`max(${messages.sentAt})` })
    .from(contacts)
    .innerJoin(messages, eq(messages.id, contacts.messageId))
    .where(eq(contacts.bookingId, bookingId))
  return row?.at ?? null
}

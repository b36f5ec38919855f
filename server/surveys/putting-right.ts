import { and, eq, isNull, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { people, sectors } from '#db/people.ts'
import { bounces, contacts, followUps, responses, successors } from '#db/surveys.ts'
import { londonDate } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { queue } from '#server/outbox/queue.ts'
import { changeAddress } from '#server/people/address.ts'
import { reopen } from './asking.ts'
import { asked, counts, isAskedFor } from './follow-up.ts'
import type { SuccessorInput } from './input.ts'
import { closeAsLeft } from './leaving.ts'
import { isInTime } from './reachability.ts'

/* What a person can do about someone who cannot be reached: an address put right, "has left", a successor in post. */

/**
 * Puts in the address that works, or says that the one we have works again. What came back is settled, and follow-ups that a
 * refused address had closed are open again where asking is still in time. Nobody is written to about it.
 * @throws as `changeAddress`; Refused `unchanged` when the address is the same and nothing had come back
 */
export function putAddressRight(ctx: Context, personId: number, email: string): Promise<{ reopened: number }> {
  return transact(ctx, async (ctx) => {
    const isChanged = await changeAddress(ctx, personId, email)
    const settled = await ctx.db
      .update(bounces)
      .set({ settledAt: ctx.now })
      .where(and(eq(bounces.personId, personId), isNull(bounces.settledAt)))
      .returning({ id: bounces.id })
    const closed = await ctx.db
      .select({
        bookingId: followUps.bookingId,
        firstAskedOn: followUps.firstAskedOn,
        lastAskedOn: followUps.lastAskedOn,
        hasArrived,
        lastOn: events.lastOn,
        isEducation: sectors.education,
      })
      .from(followUps)
      .innerJoin(bookings, eq(bookings.id, followUps.bookingId))
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
      .where(and(eq(followUps.personId, personId), eq(followUps.closedBecause, 'bounced')))
    if (!isChanged && !settled.length && !closed.length)
      throw new Refused('unchanged', 'This is the address we have, and no mail to it has come back')
    if (settled.length) await record(ctx, 'mail.settled', `person:${personId}`)
    const today = londonDate(ctx.now)
    const inTime = closed
      // Where every message came back they were never asked: they are invited anew, not reminded of what they never got.
      .map((one) => (one.hasArrived ? one : { ...one, firstAskedOn: null }))
      .filter((one) => isInTime(one, today))
    for (const { bookingId, firstAskedOn } of inTime) {
      // The message that was refused is no longer this contact's: it must not close the series again.
      await ctx.db
        .update(contacts)
        .set({ messageId: null })
        .where(
          and(
            eq(contacts.bookingId, bookingId),
            sql`${contacts.messageId} in (select id from messages where state = 'dead')`,
          ),
        )
      await reopen(ctx, bookingId, firstAskedOn)
    }
    return { reopened: inTime.length }
  })
}

/** Whether any asking message of the follow-up around it was handed over and did not come back. */
const hasArrived = sql<number>`exists (select 1 from ${contacts} left join ${messages} on ${messages.id} = ${contacts.messageId} where ${contacts.bookingId} = ${followUps.bookingId} and ifnull(${messages.state}, 'sent') <> 'dead' and not exists (select 1 from ${bounces} where ${bounces.messageId} = ${messages.id} and ${bounces.hard} = 1))`

/**
 * They have left their post: they are not asked any more, and it stands as could not be asked.
 * @throws Missing: nobody came, or the course asks nothing; Refused `not-asked-any-more`
 */
export function markLeft(ctx: Context, bookingId: number): Promise<{ left: true }> {
  return transact(ctx, async (ctx) => {
    await close(ctx, bookingId)
    return { left: true as const }
  })
}

/** Closes as left; already left stays so. */
async function close(ctx: Writing, bookingId: number): Promise<void> {
  const row = await followed(ctx, bookingId)
  if (row.closedBecause === 'left') return
  if (row.isAnswered || row.isVoided || (row.closedBecause !== null && row.closedBecause !== 'bounced'))
    throw new Refused('not-asked-any-more', 'They have answered, or are not asked any more')
  await closeAsLeft(ctx, bookingId)
}

async function followed(ctx: Writing, bookingId: number) {
  const [row] = await ctx.db
    .select({
      eventId: bookings.eventId,
      personId: bookings.personId,
      email: people.email,
      lastOn: events.lastOn,
      isEducation: sectors.education,
      closedBecause: followUps.closedBecause,
      firstAskedOn: followUps.firstAskedOn,
      lastAskedOn: followUps.lastAskedOn,
      isAnswered: sql<number>`ifnull(${counts}, 0)`,
      isVoided: asked.isVoided,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(and(eq(bookings.id, bookingId), asked.attends, isAskedFor))
  if (!row) throw new Missing()
  return row
}

/**
 * "Has left" was a mistake: the series stands where it stood, if asking is still in time.
 * @throws Missing; Refused `successor-told`, `too-late-to-ask`
 */
export function undoLeft(ctx: Context, bookingId: number): Promise<{ left: false }> {
  return transact(ctx, async (ctx) => {
    const row = await followed(ctx, bookingId)
    if (row.closedBecause !== 'left') throw new Missing()
    const [told] = await ctx.db
      .select({ name: successors.name })
      .from(successors)
      .where(eq(successors.bookingId, bookingId))
    if (told) throw new Refused('successor-told', 'A successor has been told already')
    if (!isInTime(row, londonDate(ctx.now)))
      throw new Refused('too-late-to-ask', 'The time to ask is over, so it stays as it is')
    await reopen(ctx, bookingId, row.firstAskedOn)
    return { left: false as const }
  })
}

/**
 * Enters who holds the post now: they are told what was planned, once, and never asked in their place. The follow-up closes as
 * left.
 * @throws as `markLeft`; Invalid at `email`; Refused `successor-told`
 */
export function enterSuccessor(
  ctx: Context,
  bookingId: number,
  { name, email }: SuccessorInput,
): Promise<{ name: string }> {
  return transact(ctx, async (ctx) => {
    const row = await followed(ctx, bookingId)
    if (row.email === email)
      throw new Invalid([{ path: 'email', message: 'This is the address of the person who has left' }])
    await close(ctx, bookingId)
    const { actor } = ctx
    const [entered] = await ctx.db
      .insert(successors)
      .values({
        bookingId,
        name,
        email,
        enteredAt: ctx.now,
        enteredBy: actor.kind === 'person' ? actor.personId : null,
      })
      .onConflictDoNothing()
      .returning({ name: successors.name })
    if (!entered) throw new Refused('successor-told', 'A successor has been told already')
    await queue(ctx, { kind: 'hand-over', about: `booking:${bookingId}`, occurrence: 'successor', toAddress: email })
    await record(ctx, 'successor.entered', `booking:${bookingId}`)
    return entered
  })
}

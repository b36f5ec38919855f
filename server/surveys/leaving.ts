import { eq } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { followUps } from '#db/surveys.ts'
import { addMonths } from '#server/calendar.ts'
import type { Writing } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'

/** Closes a follow-up because its person has gone, opening it first where nobody has been asked yet. @throws Missing */
export async function closeAsLeft(ctx: Writing, bookingId: number): Promise<void> {
  const [row] = await ctx.db
    .select({ eventId: bookings.eventId, personId: bookings.personId, lastOn: events.lastOn })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .where(eq(bookings.id, bookingId))
  if (!row) throw new Missing()
  const { lastOn, ...whose } = row
  const closed = { closedAt: ctx.now, closedBecause: 'left' as const }
  await ctx.db
    .insert(followUps)
    .values({ bookingId, ...whose, targetOn: addMonths(lastOn, 3), openedAt: ctx.now, ...closed })
    .onConflictDoUpdate({ target: followUps.bookingId, set: closed })
  await record(ctx, 'follow-up.closed', `booking:${bookingId}`, 'left')
}

import { and, eq } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { type Context, transact } from '#server/context.ts'
import { Missing, NotSignedIn, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { queue } from '#server/outbox/queue.ts'
import { once } from '#server/repeats.ts'
import { liveStates } from './input.ts'
import { step } from './steps.ts'

/**
 * Gives up one's own place. A late one is only told that the agency may be charged: charging is a coordinator's decision.
 * @throws Refused `already-cancelled`, `too-late-to-cancel` once the event has begun
 */
export function cancel(
  ctx: Context,
  { bookingId, repeatKey }: { bookingId: number; repeatKey?: string | undefined },
): Promise<{ id: number }> {
  return transact(ctx, (ctx) =>
    once(ctx, `cancellation:${bookingId}`, repeatKey, async () => {
      if (ctx.actor.kind !== 'person') throw new NotSignedIn()
      const { personId } = ctx.actor
      if (personId === null) throw new Missing()
      const [booking] = await ctx.db
        .select({ state: bookings.state, startsAt: events.startsAt })
        .from(bookings)
        .innerJoin(events, eq(events.id, bookings.eventId))
        .where(and(eq(bookings.id, bookingId), eq(bookings.personId, personId)))
      if (!booking) throw new Missing()
      if (!liveStates.some((state) => state === booking.state))
        throw new Refused('already-cancelled', 'This booking is cancelled already. There is nothing more to do.')
      if (ctx.now >= booking.startsAt)
        throw new Refused(
          'too-late-to-cancel',
          `The event has begun, so the booking cannot be cancelled here. Ring ${ctx.config.partnership.phone}.`,
        )
      await step(ctx, bookingId, 'cancelled', { by: personId, reason: 'by-person' })
      await record(ctx, 'booking.cancelled', `booking:${bookingId}`, 'by-person')
      await queue(ctx, {
        kind: 'booking-cancellation',
        about: `booking:${bookingId}`,
        occurrence: '1',
        toPersonId: personId,
      })
      return { id: bookingId }
    }),
  )
}

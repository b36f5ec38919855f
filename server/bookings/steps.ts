import { eq } from 'drizzle-orm'
import { bookingSteps, bookings } from '#db/bookings.ts'
import type { Writing } from '#server/context.ts'
import type { BookingState, StepReason } from './input.ts'

/** Moves a booking to a state. Nothing else writes a state or a step, so that the state always equals the last step. */
export async function step(
  ctx: Writing,
  bookingId: number,
  to: BookingState,
  { by, reason }: { by: number | null; reason?: StepReason },
): Promise<void> {
  await ctx.db.insert(bookingSteps).values({ bookingId, step: to, reason: reason ?? null, at: ctx.now, by })
  await ctx.db.update(bookings).set({ state: to }).where(eq(bookings.id, bookingId))
}

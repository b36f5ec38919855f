import { sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { among } from '#db/columns.ts'
import { events } from '#db/courses.ts'
import { seatedStates } from '#server/bookings/input.ts'
import { momentWords } from './words.ts'

/** Seats taken at an event, for use inside a statement about `events`. */
export const seated = sql<number>`(select count(*) from ${bookings} where ${bookings.eventId} = ${events.id} and ${among(bookings.state, seatedStates)})`

/** Places anyone may still take: none while someone waits, so that nobody jumps the queue (product.md 4.1). */
export const placesLeft = sql<number>`(case when exists (select 1 from ${bookings} where ${bookings.eventId} = ${events.id} and ${bookings.state} = 'waiting') then 0 else max(0, ${events.capacity} - ${seated}) end)`

export interface Bookable {
  isCancelled: boolean
  startsAt: number
  bookingOpensAt: number
  bookingClosesAt: number
  placesLeft: number
}

export type BookingBar = {
  code: 'event-cancelled' | 'not-open-yet' | 'booking-closed' | 'event-full'
  words: string
}

/** Why nobody can book this event now, or null. One rule for the catalogue, the event's page and the booking itself. */
export function barToBooking(event: Bookable, now: number): BookingBar | null {
  if (event.isCancelled) return { code: 'event-cancelled', words: 'This event has been cancelled' }
  if (now >= event.startsAt)
    return { code: 'booking-closed', words: `Booking is closed: the event began at ${momentWords(event.startsAt)}` }
  if (now < event.bookingOpensAt)
    return { code: 'not-open-yet', words: `Booking opens at ${momentWords(event.bookingOpensAt)}` }
  if (now >= event.bookingClosesAt)
    return { code: 'booking-closed', words: `Booking closed at ${momentWords(event.bookingClosesAt)}` }
  if (event.placesLeft <= 0) return { code: 'event-full', words: 'This event is full: nobody more can book' }
  return null
}

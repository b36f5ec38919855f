import { asc, eq, sql } from 'drizzle-orm'
import { bookingSteps, bookings } from '#db/bookings.ts'
import { courses, eventSessions, events, venues } from '#db/courses.ts'
import { people } from '#db/people.ts'
import type { Invitation } from '#emails/invitation.ts'
import type { CalendarMethod } from '#emails/message.ts'
import { londonInstant } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'

/**
 * A booking as calendar entries, one for each event session. Their UIDs never change; their SEQUENCE is 0 for a place
 * confirmed at once and rises with every step of the booking. No link in them is personal: people share their calendars.
 */
export async function calendarOf(
  ctx: Pick<Context, 'db' | 'config'>,
  bookingId: number,
  method: CalendarMethod,
): Promise<Invitation[]> {
  const { partnership, origin } = ctx.config
  const sessions = await ctx.db
    .select({
      id: eventSessions.id,
      on: eventSessions.on,
      starts: eventSessions.starts,
      ends: eventSessions.ends,
      online: eventSessions.online,
      venue: venues.name,
      address: venues.address,
      title: courses.title,
      attendee: people.name,
      email: people.email,
      steps: sql<number>`(select count(*) from ${bookingSteps} where ${bookingSteps.bookingId} = ${bookings.id})`.as(
        'steps',
      ),
      changedAt:
        sql<number>`(select max(${bookingSteps.at}) from ${bookingSteps} where ${bookingSteps.bookingId} = ${bookings.id})`.as(
          'changed_at',
        ),
    })
    .from(bookings)
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(eventSessions, eq(eventSessions.eventId, events.id))
    .leftJoin(venues, eq(venues.id, eventSessions.venueId))
    .where(eq(bookings.id, bookingId))
    .orderBy(asc(eventSessions.position))
  return sessions.map((session, n) => ({
    uid: `booking-${bookingId}-${session.id}@${new URL(origin).hostname}`,
    sequence: Math.max(0, session.steps - 1),
    method,
    organiser: { name: partnership.name, address: partnership.email },
    attendee: { name: session.attendee, address: session.email ?? partnership.email },
    summary: sessions.length > 1 ? `${session.title} (${n + 1} of ${sessions.length})` : session.title,
    location: locationOf(session),
    description: `Booked with ${partnership.name}. To cancel, sign in at ${origin} and choose My bookings, or ring ${partnership.phone}. Answering this entry does not change the booking.`,
    startsAt: londonInstant(session.on, session.starts),
    endsAt: londonInstant(session.on, session.ends),
    stampedAt: session.changedAt,
  }))
}

function locationOf(session: { venue: string | null; address: string | null; online: boolean }): string {
  if (session.venue) return session.address ? `${session.venue}, ${session.address}` : session.venue
  return session.online ? 'Online' : 'Venue to be confirmed'
}

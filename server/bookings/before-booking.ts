import { eq } from 'drizzle-orm'
import { eventSessions } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { formatDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { eventPage } from '#server/courses/event-page.ts'
import type { RoleGroup, Workforce } from '#server/people/input.ts'
import { cutOffWorkingDays, isLate, lastFreeDay } from './cut-off.ts'
import { liveStates } from './input.ts'

export interface BeforeBooking {
  event: { id: number; title: string; when: string[]; where: string; price: string; placesWords: string }
  /** Why this person cannot book now, or null. */
  refusal: { code: string; words: string; bookingId: number | null } | null
  /** What the booking will keep of this person; null for someone not known here yet. */
  you: { name: string; agency: string; roleGroup: RoleGroup; workforce: Workforce; phone: string | null } | null
  email: string
  cancellation: { freeUntil: string; isLate: boolean; workingDays: number }
}

/** What someone sees before they press "Confirm booking". Nothing is held meanwhile. */
export async function beforeBooking(ctx: Context, eventId: number): Promise<BeforeBooking> {
  const event = await eventPage(ctx, eventId)
  const person = ctx.actor.kind === 'person' ? ctx.actor : null
  const [[you], [first]] = await Promise.all([
    ctx.db
      .select({
        name: people.name,
        agency: agencies.name,
        roleGroup: people.roleGroup,
        workforce: people.workforce,
        phone: people.phone,
      })
      .from(people)
      .innerJoin(agencies, eq(agencies.id, people.agencyId))
      .where(eq(people.id, person?.personId ?? 0)),
    ctx.db
      .select({ on: eventSessions.on })
      .from(eventSessions)
      .where(eq(eventSessions.eventId, eventId))
      .orderBy(eventSessions.position)
      .limit(1),
  ])
  const { mine } = event
  const isBooked = mine !== null && liveStates.some((state) => state === mine.state)
  return {
    event: {
      id: event.id,
      title: event.title,
      when: event.sessions.map(({ words }) => words),
      where: event.where,
      price: event.price,
      placesWords: event.placesWords,
    },
    refusal: isBooked
      ? { code: 'already-booked', words: 'You have a place on this event already', bookingId: mine.id }
      : event.bar && { ...event.bar, bookingId: null },
    you: you ?? null,
    email: person?.email ?? '',
    cancellation: {
      freeUntil: first ? formatDate(lastFreeDay(first.on)) : '',
      isLate: first ? isLate(ctx.now, first.on) : false,
      workingDays: cutOffWorkingDays,
    },
  }
}

import { and, eq, exists, lte, or } from 'drizzle-orm'
import { eventSessions } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { agreements } from '#db/surveys.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
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
  you: {
    name: string
    agencyId: number
    agency: string
    roleGroup: RoleGroup
    workforce: Workforce
    phone: string | null
  } | null
  email: string
  /** The agencies whose people are told that answering is part of the course: of someone known here theirs, else all that may be chosen. */
  agreedAgencyIds: number[]
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
        agencyId: people.agencyId,
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
    agreedAgencyIds: await agreedOf(ctx, you?.agencyId ?? null),
    cancellation: {
      freeUntil: first ? formatDate(lastFreeDay(first.on)) : '',
      isLate: first ? isLate(ctx.now, first.on) : false,
      workingDays: cutOffWorkingDays,
    },
  }
}

/** Agencies that have agreed, or belong to one that has. */
async function agreedOf(ctx: Context, agencyId: number | null): Promise<number[]> {
  const rows = await ctx.db
    .select({ id: agencies.id })
    .from(agencies)
    .where(
      and(
        agencyId === null ? undefined : eq(agencies.id, agencyId),
        exists(
          ctx.db
            .select({ id: agreements.agencyId })
            .from(agreements)
            .where(
              and(
                or(eq(agreements.agencyId, agencies.id), eq(agreements.agencyId, agencies.parentId)),
                lte(agreements.agreedOn, londonDate(ctx.now)),
              ),
            ),
        ),
      ),
    )
  return rows.map(({ id }) => id)
}

import { asc, desc, eq } from 'drizzle-orm'
import type { InferOutput } from 'valibot'
import { bookingSteps, bookings } from '#db/bookings.ts'
import { courses, eventCancellations, eventSessions, events, venues } from '#db/courses.ts'
import { people } from '#db/people.ts'
import type { props as cancellationProps } from '#emails/booking-cancellation.ts'
import type { props as confirmationProps } from '#emails/booking-confirmation.ts'
import type { Invitation } from '#emails/invitation.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { sessionWords, whereWords } from '#server/courses/words.ts'
import { firstName } from '#server/people/first-name.ts'
import { calendarOf } from './calendar-entry.ts'
import { isLate, lastFreeDay } from './cut-off.ts'
import type { StepReason } from './input.ts'

export interface Told<Props> {
  props: Props
  /** One entry for each event session, all of one method. */
  invitations: Invitation[]
}

/** What the confirmation says, asked at sending; null when the place no longer stands or the event is over. */
export async function confirmationFacts(
  ctx: Context,
  bookingId: number,
): Promise<Told<InferOutput<typeof confirmationProps>> | null> {
  const facts = await factsOf(ctx, bookingId)
  if (facts?.state !== 'confirmed' || facts.eventCancelledAt !== null || ctx.now >= facts.endsAt) return null
  const { origin, partnership } = ctx.config
  return {
    props: {
      firstName: facts.firstName,
      course: facts.course,
      when: facts.when,
      where: facts.where,
      toBring: null,
      cancelBy: isLate(ctx.now, facts.firstOn) ? null : `by ${formatDate(lastFreeDay(facts.firstOn))}`,
      cancelHref: `${origin}/bookings/${bookingId}/cancel`,
      manageHref: `${origin}/bookings/${bookingId}`,
      phone: partnership.phone,
    },
    invitations: await calendarOf(ctx, bookingId, 'REQUEST'),
  }
}

/** What the cancellation says, asked at sending; null when the booking is not cancelled. */
export async function cancellationFacts(
  ctx: Context,
  bookingId: number,
): Promise<Told<InferOutput<typeof cancellationProps>> | null> {
  const facts = await factsOf(ctx, bookingId)
  if (facts?.state !== 'cancelled' || ctx.now >= facts.endsAt) return null
  const { origin, partnership } = ctx.config
  const on = formatDate(londonDate(facts.stepAt))
  const isByPerson = facts.stepReason === 'by-person'
  return {
    props: {
      firstName: facts.firstName,
      course: facts.course,
      when: facts.when,
      where: facts.where,
      reason: reasonWords(facts.stepReason, on, facts.eventCancelledBecause),
      charge:
        isByPerson && facts.pricePence > 0 && isLate(facts.stepAt, facts.firstOn)
          ? 'It was within five working days of the event, so your agency may be charged.'
          : null,
      otherDatesHref: `${origin}/events?words=${encodeURIComponent(facts.code)}`,
      phone: partnership.phone,
    },
    invitations: await calendarOf(ctx, bookingId, 'CANCEL'),
  }
}

function reasonWords(reason: StepReason | null, on: string, eventReason: string | null): string {
  if (reason === 'by-person') return `You cancelled your place on ${on}.`
  if (reason === 'by-agency') return `Your agency cancelled your place on ${on}.`
  if (reason === 'event-cancelled')
    return `We are sorry: the event has been cancelled.${eventReason ? ` The reason: ${eventReason.replace(/[.]$/, '')}.` : ''}`
  if (reason === 'substituted') return 'Someone else from your agency takes your place.'
  if (reason === 'transferred')
    return 'Your place was moved to another date; its confirmation comes in a message of its own.'
  if (reason === 'offer-expired') return 'The place offered to you was not taken up in time.'
  return `The training team cancelled your place on ${on}.`
}

async function factsOf(ctx: Context, bookingId: number) {
  const [[booking], sessions] = await Promise.all([
    ctx.db
      .select({
        state: bookings.state,
        name: people.name,
        code: courses.code,
        course: courses.title,
        pricePence: events.pricePence,
        startsAt: events.startsAt,
        endsAt: events.endsAt,
        eventCancelledAt: eventCancellations.at,
        eventCancelledBecause: eventCancellations.reason,
        stepReason: bookingSteps.reason,
        stepAt: bookingSteps.at,
      })
      .from(bookings)
      .innerJoin(people, eq(people.id, bookings.personId))
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(courses, eq(courses.id, events.courseId))
      .innerJoin(bookingSteps, eq(bookingSteps.bookingId, bookings.id))
      .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
      .where(eq(bookings.id, bookingId))
      .orderBy(desc(bookingSteps.id))
      .limit(1),
    ctx.db
      .select({
        on: eventSessions.on,
        starts: eventSessions.starts,
        ends: eventSessions.ends,
        online: eventSessions.online,
        venue: venues.name,
      })
      .from(bookings)
      .innerJoin(eventSessions, eq(eventSessions.eventId, bookings.eventId))
      .leftJoin(venues, eq(venues.id, eventSessions.venueId))
      .where(eq(bookings.id, bookingId))
      .orderBy(asc(eventSessions.position)),
  ])
  if (!booking) return null
  return {
    ...booking,
    firstName: firstName(booking.name),
    when: sessions.map(sessionWords),
    where: whereWords(sessions),
    firstOn: sessions[0]?.on ?? londonDate(booking.startsAt),
  }
}

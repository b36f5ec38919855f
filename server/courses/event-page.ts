import { and, asc, desc, eq, isNull, lte, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import {
  courses,
  courseThemes,
  eventCancellations,
  eventSessions,
  events,
  learningOutcomes,
  themes,
  venues,
} from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { assignments } from '#db/trainers.ts'
import type { Reading } from '#db/transact.ts'
import type { BookingState } from '#server/bookings/input.ts'
import { addDays, formatMonth, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { prepared } from '#server/prepared.ts'
import type { Audience, EventKind, FollowUpEarned } from './input.ts'
import { type BookingBar, barToBooking, placesLeft } from './places.ts'
import { hoursWords, listed, placesWords, priceWords, sessionWords, whereWords } from './words.ts'

/** A joining link is shown to those booked from this many days before its event session: passed on, it lets anyone in. */
export const daysBeforeLink = 3

export interface EventSessionShown {
  id: number
  words: string
  venue: string | null
  address: string | null
  online: boolean
  /** Only for someone booked, from three days before. */
  link: string | null
}

export interface EventPage {
  id: number
  code: string
  title: string
  kind: EventKind
  aims: string
  learningOutcomes: string[]
  themes: string[]
  level: string
  audience: Audience
  hours: string
  participatoryHours: string
  prerequisites: string | null
  contentNotice: string | null
  /** Whom to speak to before or after, in words that follow "speak to". */
  support: string
  why: string
  contentChecked: string | null
  earns: FollowUpEarned
  sessions: EventSessionShown[]
  where: string
  /** "Trainers from Health and Police", or null while nobody is engaged. */
  trainers: string | null
  price: string
  capacity: number
  placesLeft: number
  placesWords: string
  bookingOpen: boolean
  bar: BookingBar | null
  /** Why it was cancelled, or null. */
  cancelled: string | null
  over: boolean
  mine: { id: number; state: BookingState } | null
}

/** A published event with its course, as anyone may read it; with the reader's own booking when there is one. */
export async function eventPage(ctx: Context, id: number): Promise<EventPage> {
  const statements = statementsFor(ctx.db)
  const personId = ctx.actor.kind === 'person' ? ctx.actor.personId : null
  const [[event], sessions, outcomes, others, [mine]] = await Promise.all([
    statements.event.all({ id, now: ctx.now }),
    statements.sessions.all({ id }),
    statements.outcomes.all({ id }),
    statements.others.all({ id }),
    personId === null ? [] : statements.mine.all({ id, personId }),
  ])
  if (!event) throw new Missing()
  const bar = barToBooking({ ...event, isCancelled: event.cancelled !== null }, ctx.now)
  const isBooked = mine?.state === 'confirmed'
  const from = others.filter(({ what }) => what === 'agency').map(({ name }) => name)
  return {
    id,
    code: event.code,
    title: event.title,
    kind: event.kind,
    aims: event.aims,
    learningOutcomes: outcomes.map(({ text }) => text),
    themes: others.filter(({ what }) => what === 'theme').map(({ name }) => name),
    level: event.level,
    audience: event.audience,
    hours: hoursWords(event.minutes),
    participatoryHours: hoursWords(event.participatoryMinutes),
    prerequisites: event.prerequisites,
    contentNotice: event.contentNotice,
    support: ctx.config.routes.support,
    why: event.why,
    contentChecked: event.contentCheckedOn ? formatMonth(event.contentCheckedOn) : null,
    earns: event.earns,
    sessions: sessions.map((session) => ({
      id: session.id,
      words: sessionWords(session),
      venue: session.venue,
      address: session.address,
      online: session.online,
      link: isBooked ? linkNow(session, ctx.now) : null,
    })),
    where: whereWords(sessions),
    trainers: from.length ? listed(from) : null,
    price: priceWords(event.pricePence),
    capacity: event.capacity,
    placesLeft: event.placesLeft,
    placesWords: placesWords(event.placesLeft),
    bookingOpen: bar === null,
    bar,
    cancelled: event.cancelled,
    over: ctx.now >= event.endsAt,
    mine: mine ? { id: mine.id, state: mine.state } : null,
  }
}

export function linkNow(session: { on: string; link: string | null }, now: number): string | null {
  const today = londonDate(now)
  return today >= addDays(session.on, -daysBeforeLink) && today <= session.on ? session.link : null
}

const statementsFor = prepared((db: Reading) => {
  const id = sql.placeholder('id')
  return {
    event: db
      .select({
        code: courses.code,
        title: courses.title,
        kind: events.kind,
        aims: courses.aims,
        level: courses.level,
        audience: courses.audience,
        minutes: courses.minutes,
        participatoryMinutes: courses.participatoryMinutes,
        prerequisites: courses.prerequisites,
        contentNotice: courses.contentNotice,
        why: courses.why,
        contentCheckedOn: courses.contentCheckedOn,
        earns: courses.earns,
        pricePence: events.pricePence,
        capacity: events.capacity,
        startsAt: events.startsAt,
        endsAt: events.endsAt,
        bookingOpensAt: events.bookingOpensAt,
        bookingClosesAt: events.bookingClosesAt,
        cancelled: eventCancellations.reason,
        placesLeft: placesLeft.as('places_left'),
      })
      .from(events)
      .innerJoin(courses, eq(courses.id, events.courseId))
      .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
      .where(and(eq(events.id, id), lte(events.publishedAt, sql.placeholder('now'))))
      .prepare(),

    sessions: db
      .select({
        id: eventSessions.id,
        on: eventSessions.on,
        starts: eventSessions.starts,
        ends: eventSessions.ends,
        online: eventSessions.online,
        link: eventSessions.link,
        venue: venues.name,
        address: venues.address,
      })
      .from(eventSessions)
      .leftJoin(venues, eq(venues.id, eventSessions.venueId))
      .where(eq(eventSessions.eventId, id))
      .orderBy(asc(eventSessions.position))
      .prepare(),

    outcomes: db
      .select({ text: learningOutcomes.text })
      .from(learningOutcomes)
      .innerJoin(events, eq(events.courseId, learningOutcomes.courseId))
      .where(and(eq(events.id, id), isNull(learningOutcomes.retiredAt)))
      .orderBy(asc(learningOutcomes.position))
      .prepare(),

    others: db
      .select({ what: sql<'theme' | 'agency'>`'theme'`.as('what'), name: themes.name })
      .from(events)
      .innerJoin(courseThemes, eq(courseThemes.courseId, events.courseId))
      .innerJoin(themes, eq(themes.id, courseThemes.themeId))
      .where(eq(events.id, id))
      .union(
        db
          .select({ what: sql<'theme' | 'agency'>`'agency'`.as('what'), name: agencies.name })
          .from(assignments)
          .innerJoin(people, eq(people.id, assignments.trainerId))
          .innerJoin(agencies, eq(agencies.id, people.agencyId))
          .where(eq(assignments.eventId, id)),
      )
      .orderBy(sql`2`)
      .prepare(),

    // The booking that stands comes before one that was cancelled.
    mine: db
      .select({ id: bookings.id, state: bookings.state })
      .from(bookings)
      .where(and(eq(bookings.eventId, id), eq(bookings.personId, sql.placeholder('personId'))))
      .orderBy(sql`${bookings.state} in ('cancelled', 'declined')`, desc(bookings.id))
      .limit(1)
      .prepare(),
  }
})

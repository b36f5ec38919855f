import { and, asc, eq, gt, isNotNull, isNull, lt, lte, notExists, sql } from 'drizzle-orm'
import type { InferOutput } from 'valibot'
import { bookings } from '#db/bookings.ts'
import { courses, eventCancellations, eventSessions, events, learningOutcomes, venues } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { people } from '#db/people.ts'
import { responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import type { props } from '#emails/joining-instructions.ts'
import { addDays, addWorkingDays, formatDate, londonDate, londonInstant } from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { type Context, transact } from '#server/context.ts'
import { daysBeforeLink } from '#server/courses/event-page.ts'
import { sessionWords } from '#server/courses/words.ts'
import { makeToken } from '#server/keys.ts'
import { queue } from '#server/outbox/queue.ts'
import { firstName } from '#server/people/first-name.ts'
import { joiningTime } from './input.ts'

const BATCH = 200
const KIND = 'joining-instructions'
const DAY = 86_400_000
/** Longer than three working days ever last: Christmas with its weekends takes nine days. */
const LONGEST = 14 * DAY

/** When the joining instructions of an event go out to everyone booked by then. */
const instructionsAt = (startsAt: number): number =>
  londonInstant(addWorkingDays(londonDate(startsAt), -joiningTime.workingDays), joiningTime.clock)

/**
 * Owes a batch of people their joining instructions:
 * - it is 9:00 on the third working day before the first event session, or later: who books later gets them at once
 * - the event is published, not cancelled, and has not begun
 * - the booking is confirmed and the person has an email address
 * - they were not owed for this booking before
 */
export const joiningDue: Chore = async (ctx) => {
  if (!(await owed(ctx.db, ctx.now)).length) return false
  return transact(ctx, async (ctx) => {
    const due = (await owed(ctx.db, ctx.now)).slice(0, BATCH)
    for (const { bookingId, personId, startsAt } of due)
      await queue(ctx, {
        kind: KIND,
        about: `booking:${bookingId}`,
        occurrence: '1',
        toPersonId: personId,
        deadline: startsAt,
      })
    return due.length > 0
  })
}

export const nextJoining: NextDue = async (ctx) => {
  const [next] = await ctx.db
    .select({ startsAt: sql<number | null>`min(${events.startsAt})` })
    .from(events)
    .innerJoin(bookings, eq(bookings.eventId, events.id))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(waiting(ctx.db, ctx.now))
  return next?.startsAt ? instructionsAt(next.startsAt) : null
}

async function owed(db: Reading, now: number) {
  const rows = await db
    .select({ bookingId: bookings.id, personId: bookings.personId, startsAt: events.startsAt })
    .from(events)
    .innerJoin(bookings, eq(bookings.eventId, events.id))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(and(waiting(db, now), lt(events.startsAt, now + LONGEST)))
    .orderBy(asc(bookings.id))
  return rows.filter(({ startsAt }) => instructionsAt(startsAt) <= now)
}

const waiting = (db: Reading, now: number) =>
  and(
    gt(events.startsAt, now),
    lte(events.publishedAt, now),
    eq(bookings.state, 'confirmed'),
    isNotNull(people.email),
    isNull(people.erasedAt),
    notExists(
      db.select({ one: sql`1` }).from(eventCancellations).where(sql`${eventCancellations.eventId} = ${events.id}`),
    ),
    notExists(
      db
        .select({ one: sql`1` })
        .from(messages)
        .where(and(eq(messages.kind, KIND), sql`${messages.about} = 'booking:' || ${bookings.id}`)),
    ),
  )

/** What they say, asked again at sending; null when the place no longer stands or the event has begun. */
export async function joiningFacts(ctx: Context, bookingId: number): Promise<InferOutput<typeof props> | null> {
  const [[booking], sessions] = await Promise.all([
    ctx.db
      .select({
        name: people.name,
        course: courses.title,
        dayCode: bookings.dayCode,
        contentNotice: courses.contentNotice,
        isAsked: sql<number>`exists (select 1 from ${learningOutcomes} where ${learningOutcomes.courseId} = ${courses.id} and ${learningOutcomes.retiredAt} is null)`,
        isAnswered: sql<number>`exists (select 1 from ${responses} where ${responses.bookingId} = ${bookings.id} and ${responses.stage} = 'before')`,
      })
      .from(bookings)
      .innerJoin(people, eq(people.id, bookings.personId))
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(courses, eq(courses.id, events.courseId))
      .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
      .where(
        and(
          eq(bookings.id, bookingId),
          eq(bookings.state, 'confirmed'),
          isNull(eventCancellations.at),
          gt(events.startsAt, ctx.now),
        ),
      ),
    ctx.db
      .select({
        on: eventSessions.on,
        starts: eventSessions.starts,
        ends: eventSessions.ends,
        online: eventSessions.online,
        venue: venues.name,
        address: venues.address,
      })
      .from(bookings)
      .innerJoin(eventSessions, eq(eventSessions.eventId, bookings.eventId))
      .leftJoin(venues, eq(venues.id, eventSessions.venueId))
      .where(eq(bookings.id, bookingId))
      .orderBy(asc(eventSessions.position)),
  ])
  if (!booking) return null
  const { origin, partnership, routes } = ctx.config
  const isAsked = Boolean(booking.isAsked) && !booking.isAnswered
  const where = [...new Set(sessions.map(placeOf))]
  return {
    firstName: firstName(booking.name),
    course: booking.course,
    // Where the place changes, each line says which is meant.
    when: sessions.map((session) =>
      where.length > 1 ? `${sessionWords(session)}: ${shortPlace(session)}` : sessionWords(session),
    ),
    where,
    dayCode: booking.dayCode,
    toBring: null,
    content: booking.contentNotice === null ? null : { notice: booking.contentNotice, support: routes.support },
    linkFrom: linkFrom(sessions, ctx.now),
    manageHref: `${origin}/bookings/${bookingId}`,
    beforeHref: isAsked ? `${origin}/before/${await makeToken(ctx.secrets, 'before', bookingId)}` : null,
    phone: partnership.phone,
  }
}

type Place = { venue: string | null; address: string | null; online: boolean }

const shortPlace = ({ venue, online }: Place): string => venue ?? (online ? 'online' : 'venue to be confirmed')

const placeOf = ({ venue, address, online }: Place): string =>
  venue === null
    ? online
      ? 'Online, by video'
      : 'Venue to be confirmed'
    : address?.startsWith(venue)
      ? address
      : [venue, address].filter(Boolean).join(', ')

/** From when the link of the first video meeting stands on the booking page, in words that follow "it is there". */
function linkFrom(sessions: { on: string; online: boolean }[], now: number): string | null {
  const first = sessions.find(({ online }) => online)
  if (!first) return null
  const from = addDays(first.on, -daysBeforeLink)
  return from <= londonDate(now) ? 'now' : `from ${formatDate(from)}`
}

import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { courses, eventSessions, events } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { formatDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { listed, momentWords, sessionWords } from '#server/courses/words.ts'
import { Missing } from '#server/errors.ts'
import { markingTime, registersOf } from './access.ts'
import type { Mark } from './input.ts'

export interface RegisterPage {
  eventId: number
  code: string
  title: string
  /** Every day of it once: "Thursday 24 September 2026". */
  dates: string
  sessions: {
    id: number
    /** "Thursday 24 September 2026, 9:30am to 4:30pm" */
    words: string
    isOpen: boolean
    /** Why nothing can be marked now, or null. */
    closedWords: string | null
  }[]
  /** By name; only those whose place is confirmed. */
  people: {
    bookingId: number
    name: string
    agency: string
    dayCode: string
    marks: { eventSessionId: number; mark: Mark }[]
  }[]
}

/** Who is expected and what has been marked; no address and no telephone number. @throws Missing also for another's event */
export async function registerPage(ctx: Context, eventId: number): Promise<RegisterPage> {
  const [event] = await ctx.db
    .select({ code: courses.code, title: courses.title })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(and(eq(events.id, eventId), registersOf(ctx)))
  if (!event) throw new Missing()
  const [sessions, expected, marked] = await Promise.all([
    ctx.db
      .select({ id: eventSessions.id, on: eventSessions.on, starts: eventSessions.starts, ends: eventSessions.ends })
      .from(eventSessions)
      .where(eq(eventSessions.eventId, eventId))
      .orderBy(asc(eventSessions.position)),
    ctx.db
      .select({ bookingId: bookings.id, name: people.name, agency: agencies.name, dayCode: bookings.dayCode })
      .from(bookings)
      .innerJoin(people, eq(people.id, bookings.personId))
      .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
      .where(and(eq(bookings.eventId, eventId), eq(bookings.state, 'confirmed')))
      .orderBy(sql`${people.name} collate nocase`, asc(bookings.id)),
    ctx.db
      .select({ bookingId: marks.bookingId, eventSessionId: marks.eventSessionId, mark: marks.mark })
      .from(marks)
      .innerJoin(eventSessions, eq(eventSessions.id, marks.eventSessionId))
      .where(and(eq(eventSessions.eventId, eventId), isNull(marks.replacedAt))),
  ])
  const ofBooking = Map.groupBy(marked, ({ bookingId }) => bookingId)
  return {
    eventId,
    ...event,
    dates: listed([...new Set(sessions.map(({ on }) => formatDate(on)))]),
    sessions: sessions.map((session) => {
      const closedWords = whyClosed(ctx, session)
      return { id: session.id, words: sessionWords(session), isOpen: closedWords === null, closedWords }
    }),
    people: expected.map((person) => ({
      ...person,
      marks: (ofBooking.get(person.bookingId) ?? []).map(({ eventSessionId, mark }) => ({ eventSessionId, mark })),
    })),
  }
}

function whyClosed(ctx: Context, session: { on: string; starts: string; ends: string }): string | null {
  const { from, until } = markingTime(ctx, session)
  if (ctx.now < from) return `The register opens at ${momentWords(from)}.`
  if (until !== null && ctx.now > until)
    return 'The fourteen days in which a trainer can change marks are over. The training team still can.'
  return null
}

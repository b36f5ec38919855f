import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { attendances, marks } from '#db/attendance.ts'
import { bookingSteps, bookings } from '#db/bookings.ts'
import { certificates } from '#db/certificates.ts'
import { courses, eventCancellations, eventSessions, events, venues } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import type { Invitation } from '#emails/invitation.ts'
import { calendarInvitation } from '#emails/invitation.ts'
import { addDays, addWorkingDays, formatDate, londonDate, londonInstant, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { daysBeforeLink, linkNow } from '#server/courses/event-page.ts'
import type { EventKind } from '#server/courses/input.ts'
import { sessionWords, whereWords } from '#server/courses/words.ts'
import { Missing } from '#server/errors.ts'
import { referenceOf } from './booking.ts'
import { calendarOf } from './calendar-entry.ts'
import { isLate, lastFreeDay } from './cut-off.ts'
import { type BookingState, dayCodeWorkingDays, liveStates } from './input.ts'

export interface BookingLine {
  id: number
  reference: string
  eventId: number
  code: string
  title: string
  kind: EventKind
  /** One line for each event session. */
  when: string[]
  where: string
  state: BookingState
  stateWords: string
  canCancel: boolean
  certificateId: number | null
}

/** One's own bookings: those to come, soonest first; then those past or cancelled, newest first. */
export async function myBookings(ctx: Context): Promise<{ upcoming: BookingLine[]; past: BookingLine[] }> {
  const personId = ctx.actor.kind === 'person' ? ctx.actor.personId : null
  if (personId === null) return { upcoming: [], past: [] }
  const rows = await linesOf(ctx).where(eq(bookings.personId, personId)).orderBy(asc(events.startsAt), asc(bookings.id))
  const sessions = await sessionsOf(ctx, eq(bookings.personId, personId))
  const lines = rows.map((row) => ({
    isUpcoming: isLive(row.state) && row.cancelledAt === null && row.endsAt > ctx.now,
    line: lineOf(
      row,
      sessions.filter(({ bookingId }) => bookingId === row.id),
      ctx.now,
    ),
  }))
  return {
    upcoming: lines.filter(({ isUpcoming }) => isUpcoming).map(({ line }) => line),
    past: lines
      .filter(({ isUpcoming }) => !isUpcoming)
      .map(({ line }) => line)
      .reverse(),
  }
}

export interface BookingPage extends Omit<BookingLine, 'when'> {
  name: string
  /** The agency it was booked from, which it keeps. */
  agency: string
  /** Where the confirmation went. */
  email: string | null
  bookedOn: string
  cancelledOn: string | null
  sessions: {
    id: number
    words: string
    venue: string | null
    address: string | null
    online: boolean
    link: string | null
  }[]
  /** From when the joining link is shown, or null when there is none to wait for. */
  linkFrom: string | null
  cancellation: {
    /** The last day on which cancelling is free. */
    freeUntil: string
    isLate: boolean
  }
  contentNotice: string | null
  support: string
  /** The six characters that open this person's pages of the day. */
  dayCode: string | null
  /** The questions at the end of the day, while they are open. */
  endHref: string | null
  /** How we reach this person in three months; null for anyone else, and for a course that is not asked about. */
  reach: { email: string; phone: string | null; awayUntil: On | null } | null
}

/** One booking: one's own, or any for a coordinator. */
export async function bookingPage(ctx: Context, id: number): Promise<BookingPage> {
  const [row] = await linesOf(ctx).where(and(eq(bookings.id, id), visible(ctx)))
  if (!row) throw new Missing()
  const [sessions, [person]] = await Promise.all([
    sessionsOf(ctx, eq(bookings.id, id)),
    ctx.db
      .select({
        name: people.name,
        email: people.email,
        phone: people.phone,
        awayUntil: people.awayUntil,
        agency: agencies.name,
      })
      .from(bookings)
      .innerJoin(people, eq(people.id, bookings.personId))
      .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
      .where(eq(bookings.id, id)),
  ])
  const { when: _, ...line } = lineOf(row, sessions, ctx.now)
  const firstOn = sessions[0]?.on ?? londonDate(row.startsAt)
  const isBooked = row.state === 'confirmed'
  const isOwn = ctx.actor.kind === 'person' && ctx.actor.personId === row.personId
  const online = sessions.find(
    (session) => session.online && addDays(session.on, -daysBeforeLink) > londonDate(ctx.now),
  )
  return {
    ...line,
    // A coordinator looks; cancelling is the person’s own here.
    canCancel: line.canCancel && isOwn,
    name: person?.name ?? '',
    agency: person?.agency ?? '',
    email: person?.email ?? null,
    bookedOn: formatDate(londonDate(row.at)),
    cancelledOn: row.state === 'cancelled' && row.changedAt ? formatDate(londonDate(row.changedAt)) : null,
    sessions: sessions.map((session) => ({
      id: session.id,
      words: sessionWords(session),
      venue: session.venue,
      address: session.address,
      online: session.online,
      link: isBooked ? linkNow(session, ctx.now) : null,
    })),
    linkFrom: isBooked && online ? formatDate(addDays(online.on, -daysBeforeLink)) : null,
    cancellation: { freeUntil: formatDate(lastFreeDay(firstOn)), isLate: isLate(ctx.now, firstOn) },
    contentNotice: row.contentNotice,
    support: ctx.config.routes.support,
    dayCode: isBooked ? row.dayCode : null,
    endHref: isBooked && isEndOpen(sessions, ctx.now) ? `/day/${row.eventId}/${row.dayCode}` : null,
    reach:
      isOwn && row.earns !== 'none' && person?.email
        ? {
            email: person.email,
            phone: person.phone,
            awayUntil: person.awayUntil && person.awayUntil >= londonDate(ctx.now) ? person.awayUntil : null,
          }
        : null,
  }
}

/** From the beginning of the last event session until two working days after it. */
function isEndOpen(sessions: SessionLine[], now: number): boolean {
  const last = sessions.at(-1)
  if (!last) return false
  return now >= londonInstant(last.on, last.starts) && londonDate(now) <= addWorkingDays(last.on, dayCodeWorkingDays)
}

/** The booking as a file for any calendar. */
export async function calendarFile(
  ctx: Context,
  id: number,
): Promise<{ name: string; method: Invitation['method']; text: string }> {
  const [booking] = await ctx.db
    .select({ state: bookings.state })
    .from(bookings)
    .where(and(eq(bookings.id, id), visible(ctx)))
  if (!booking) throw new Missing()
  const method = isLive(booking.state) ? 'PUBLISH' : 'CANCEL'
  return { name: `${referenceOf(id)}.ics`, method, text: calendarInvitation(await calendarOf(ctx, id, method)) }
}

/** Which bookings this actor may see. */
function visible({ actor }: Context) {
  if (actor.kind !== 'person') return sql`0`
  if (actor.role === 'coordinator') return undefined
  return actor.personId === null ? sql`0` : eq(bookings.personId, actor.personId)
}

const isLive = (state: BookingState): boolean => liveStates.some((live) => live === state)

type Line = Awaited<ReturnType<typeof linesOf>>[number]
type SessionLine = Awaited<ReturnType<typeof sessionsOf>>[number]

function lineOf(row: Line, sessions: SessionLine[], now: number): BookingLine {
  const isStanding = isLive(row.state) && row.cancelledAt === null
  return {
    id: row.id,
    reference: referenceOf(row.id),
    eventId: row.eventId,
    code: row.code,
    title: row.title,
    kind: row.kind,
    when: sessions.map(sessionWords),
    where: whereWords(sessions),
    state: row.state,
    stateWords: stateWords(row, sessions.length),
    canCancel: isStanding && now < row.startsAt,
    certificateId: row.certificateId,
  }
}

function stateWords(row: Line, sessions: number): string {
  if (row.cancelledAt !== null) return 'Event cancelled'
  if (row.state !== 'confirmed')
    return {
      requested: 'Asked for',
      waiting: 'On the waiting list',
      offered: 'Place offered',
      cancelled: 'Cancelled',
      declined: 'Not supported',
    }[row.state]
  if (row.attended) return 'Attended'
  return sessions > 0 && row.marked >= sessions ? 'Not recorded as attended' : 'Booked'
}

const linesOf = (ctx: Context) =>
  ctx.db
    .select({
      id: bookings.id,
      eventId: bookings.eventId,
      personId: bookings.personId,
      state: bookings.state,
      dayCode: bookings.dayCode,
      at: bookings.at,
      code: courses.code,
      title: courses.title,
      contentNotice: courses.contentNotice,
      earns: courses.earns,
      kind: events.kind,
      startsAt: events.startsAt,
      endsAt: events.endsAt,
      cancelledAt: eventCancellations.at,
      certificateId: certificates.id,
      changedAt: sql<
        number | null
      >`(select max(${bookingSteps.at}) from ${bookingSteps} where ${bookingSteps.bookingId} = ${bookings.id})`.as(
        'changed_at',
      ),
      marked:
        sql<number>`(select count(*) from ${marks} where ${marks.bookingId} = ${bookings.id} and ${marks.replacedAt} is null)`.as(
          'marked',
        ),
      attended: sql<number>`exists (select 1 from ${attendances} where ${attendances.bookingId} = ${bookings.id})`.as(
        'attended',
      ),
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
    .leftJoin(certificates, and(eq(certificates.bookingId, bookings.id), isNull(certificates.withdrawnAt)))
    .$dynamic()

const sessionsOf = (ctx: Context, which: SQL | undefined) =>
  ctx.db
    .select({
      bookingId: bookings.id,
      id: eventSessions.id,
      on: eventSessions.on,
      starts: eventSessions.starts,
      ends: eventSessions.ends,
      online: eventSessions.online,
      link: eventSessions.link,
      venue: venues.name,
      address: venues.address,
    })
    .from(bookings)
    .innerJoin(eventSessions, eq(eventSessions.eventId, bookings.eventId))
    .leftJoin(venues, eq(venues.id, eventSessions.venueId))
    .where(which)
    .orderBy(desc(bookings.id), asc(eventSessions.position))

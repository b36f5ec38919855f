import { and, asc, eq, gte, lte, sql } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { courses, eventSessions, events, venues } from '#db/courses.ts'
import { formatDate, londonClock, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { listed, whereWords } from '#server/courses/words.ts'
import { registersOf } from './access.ts'
import { type RegisterState, registerStates } from './input.ts'

const DAY = 86_400_000
const daysAhead = 7
const daysBack = 60
const perPage = 20

export interface RegisterLine {
  eventId: number
  code: string
  title: string
  dates: string
  where: string
  /** Confirmed bookings. */
  people: number
  /** Marks wanted for the event sessions begun so far, one for each person and event session, and those made. */
  wanted: number
  marked: number
  unmarked: number
  state: RegisterState
}

export interface RegisterList {
  registers: RegisterLine[]
  total: number
  page: number
  pages: number
}

/**
 * The registers one may take: of events within the last sixty days or the next seven. Today's come first, then those
 * begun that lack marks, then what is coming, then what is done.
 */
export async function registers(ctx: Context, { page }: { page: number }): Promise<RegisterList> {
  const which = and(
    registersOf(ctx),
    lte(events.startsAt, ctx.now + daysAhead * DAY),
    gte(events.endsAt, ctx.now - daysBack * DAY),
  )
  const rows = await ctx.db
    .select({
      eventId: events.id,
      code: courses.code,
      title: courses.title,
      startsAt: events.startsAt,
      people: sql<number>`(select count(*) from ${bookings} where ${bookings.eventId} = ${events.id} and ${bookings.state} = 'confirmed')`,
      marked: sql<number>`(
        select count(*) from ${eventSessions} join ${bookings} on ${bookings.eventId} = ${eventSessions.eventId} and ${bookings.state} = 'confirmed'
        join ${marks} on ${marks.bookingId} = ${bookings.id} and ${marks.eventSessionId} = ${eventSessions.id} and ${marks.replacedAt} is null
        where ${eventSessions.eventId} = ${events.id} and ${hasBegun(ctx)}
      )`,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(which)
  const days = await ctx.db
    .select({
      eventId: eventSessions.eventId,
      on: eventSessions.on,
      venue: venues.name,
      online: eventSessions.online,
      begun: sql<number>`${hasBegun(ctx)}`,
    })
    .from(eventSessions)
    .innerJoin(events, eq(events.id, eventSessions.eventId))
    .leftJoin(venues, eq(venues.id, eventSessions.venueId))
    .where(which)
    .orderBy(asc(eventSessions.position))
  const daysOf = Map.groupBy(days, ({ eventId }) => eventId)
  const today = londonDate(ctx.now)

  const lines = rows
    .map(({ startsAt, ...row }) => {
      const sessions = daysOf.get(row.eventId) ?? []
      const wanted = row.people * sessions.filter(({ begun }) => begun).length
      const unmarked = Math.max(0, wanted - row.marked)
      const isToday = sessions.some(({ on }) => on === today)
      const isAhead = sessions.some(({ begun }) => !begun)
      const state: RegisterState = isToday ? 'today' : unmarked > 0 ? 'to-mark' : isAhead ? 'coming' : 'done'
      const dates = listed([...new Set(sessions.map(({ on }) => formatDate(on)))])
      return { startsAt, line: { ...row, dates, where: whereWords(sessions), wanted, unmarked, state } }
    })
    .sort((a, b) => {
      const byState = registerStates.indexOf(a.line.state) - registerStates.indexOf(b.line.state)
      const isAhead = a.line.state === 'today' || a.line.state === 'coming'
      return byState || (isAhead ? a.startsAt - b.startsAt : b.startsAt - a.startsAt) || a.line.eventId - b.line.eventId
    })
    .map(({ line }) => line)
  return {
    registers: lines.slice((page - 1) * perPage, page * perPage),
    total: lines.length,
    page,
    pages: Math.ceil(lines.length / perPage),
  }
}

/** London's wall clock has reached the event session's start: both are written so that they compare as text. */
const hasBegun = ({ now }: Context) =>
  sql`${eventSessions.on} || ' ' || ${eventSessions.starts} <= ${`${londonDate(now)} ${londonClock(now)}`}`

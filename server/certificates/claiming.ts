import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { among } from '#db/columns.ts'
import { courses, eventSessions, events, learningOutcomes } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { printedNames } from '#db/surveys.ts'
import { assignments } from '#db/trainers.ts'
import { countedMarks } from '#server/attendance/input.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { listed } from '#server/courses/words.ts'
import type { Claims } from './shared/claims.ts'

const job = 'Training coordinator'

export type ClaimsBeforeNumber = Omit<Claims, 'number'>

/**
 * What the certificates of these bookings would say, from the facts as they are now: the name as typed, the days the
 * person was there, the agencies of those who trained.
 */
export async function claimsOf(
  ctx: Pick<Context, 'db' | 'now' | 'config'>,
  bookingIds: number[],
): Promise<Map<number, ClaimsBeforeNumber>> {
  const rows = await ctx.db
    .select({
      bookingId: bookings.id,
      eventId: bookings.eventId,
      courseId: events.courseId,
      // A day code opens one event's forms, so the name given there is this certificate's alone.
      person: sql<string>`ifnull(${printedNames.name}, ${people.name})`,
      course: courses.title,
      level: courses.level,
      minutes: courses.minutes,
      participatoryMinutes: courses.participatoryMinutes,
    })
    .from(bookings)
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .leftJoin(printedNames, eq(printedNames.bookingId, bookings.id))
    .where(inArray(bookings.id, bookingIds))
  const [days, outcomes, trainers] = [
    await daysOf(ctx, bookingIds),
    await outcomesOf(
      ctx,
      rows.map(({ courseId }) => courseId),
    ),
    await trainersAgenciesOf(
      ctx,
      rows.map(({ eventId }) => eventId),
    ),
  ]
  return new Map(
    rows.map((row) => [
      row.bookingId,
      {
        partnership: ctx.config.partnership.name,
        person: row.person,
        course: row.course,
        level: row.level || null,
        dates: listed((days.get(row.bookingId) ?? []).map(formatDate)),
        hours: row.minutes / 60,
        participatoryHours: row.participatoryMinutes / 60,
        learningOutcomes: outcomes.get(row.courseId) ?? [],
        trainersAgencies: trainers.get(row.eventId) ?? [],
        signatory: { name: ctx.config.partnership.coordinator, job },
        issuedOn: formatDate(londonDate(ctx.now)),
        example: ctx.config.mode === 'example',
      },
    ]),
  )
}

type Reads = Pick<Context, 'db'>

/** The days on which each was there, in order. */
async function daysOf(ctx: Reads, bookingIds: number[]): Promise<Map<number, string[]>> {
  const rows = await ctx.db
    .selectDistinct({ bookingId: marks.bookingId, on: eventSessions.on })
    .from(marks)
    .innerJoin(eventSessions, eq(eventSessions.id, marks.eventSessionId))
    .where(
      sql`${inArray(marks.bookingId, bookingIds)} and ${marks.replacedAt} is null and ${among(marks.mark, countedMarks)}`,
    )
    .orderBy(asc(eventSessions.on))
  return grouped(rows.map(({ bookingId, on }) => [bookingId, on]))
}

async function outcomesOf(ctx: Reads, courseIds: number[]): Promise<Map<number, string[]>> {
  const rows = await ctx.db
    .select({ courseId: learningOutcomes.courseId, text: learningOutcomes.text })
    .from(learningOutcomes)
    .where(and(inArray(learningOutcomes.courseId, courseIds), isNull(learningOutcomes.retiredAt)))
    .orderBy(asc(learningOutcomes.position))
  return grouped(rows.map(({ courseId, text }) => [courseId, text]))
}

/** Each agency once, the lead's first. */
async function trainersAgenciesOf(ctx: Reads, eventIds: number[]): Promise<Map<number, string[]>> {
  const rows = await ctx.db
    .select({ eventId: assignments.eventId, agency: agencies.name })
    .from(assignments)
    .innerJoin(people, eq(people.id, assignments.trainerId))
    .innerJoin(agencies, eq(agencies.id, people.agencyId))
    .where(inArray(assignments.eventId, eventIds))
    .orderBy(sql`${assignments.as} = 'lead' desc`, asc(assignments.id))
  return grouped(rows.map(({ eventId, agency }) => [eventId, agency]))
}

function grouped(pairs: [number, string][]): Map<number, string[]> {
  const found = new Map<number, Set<string>>()
  for (const [id, words] of pairs) found.set(id, (found.get(id) ?? new Set()).add(words))
  return new Map([...found].map(([id, words]) => [id, [...words]]))
}

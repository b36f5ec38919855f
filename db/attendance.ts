import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, sqliteView, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { countedMarks, marks as markWords } from '#server/attendance/input.ts'
import { bookings } from './bookings.ts'
import { among, at, closed, id, oneOf } from './columns.ts'
import { courses, eventSessions, events } from './courses.ts'
import { people } from './people.ts'

/** What the register says. Append-only: a correction replaces the earlier mark, which stays to be seen. */
export const marks = sqliteTable(
  'marks',
  {
    id: id(),
    eventSessionId: integer('event_session_id')
      .notNull()
      .references(() => eventSessions.id),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    mark: oneOf('mark', markWords).notNull(),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
    replacedAt: at('replaced_at'),
  },
  (table) => [
    uniqueIndex('marks_one_current').on(table.bookingId, table.eventSessionId).where(sql`${table.replacedAt} is null`),
    index('marks_session').on(table.eventSessionId),
    index('marks_replaced').on(table.bookingId).where(sql`${table.replacedAt} is not null`),
    closed('marks_mark', table.mark, markWords),
  ],
)

/** One person's event, counted when the course's rule on marks is met. Every figure called attended counts these. */
export const attendances = sqliteView('attendances').as((query) =>
  query
    .select({
      bookingId: sql<number>`${bookings.id}`.as('booking_id'),
      eventId: sql<number>`${bookings.eventId}`.as('event_id'),
      personId: sql<number>`${bookings.personId}`.as('person_id'),
    })
    .from(bookings)
    .innerJoin(events, sql`${events.id} = ${bookings.eventId}`)
    .innerJoin(courses, sql`${courses.id} = ${events.courseId}`)
    .where(
      sql`${bookings.state} = 'confirmed' and (
        select count(*) from ${marks} where ${marks.bookingId} = ${bookings.id} and ${marks.replacedAt} is null and ${among(marks.mark, countedMarks)}
      ) >= case ${courses.attendanceRule} when 'any' then 1 else (
        select count(*) from ${eventSessions} where ${eventSessions.eventId} = ${events.id}
      ) end`,
    ),
)

import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, unique, uniqueIndex } from 'drizzle-orm/sqlite-core'
import {
  attendanceRules,
  audiences,
  bookableBy,
  deliverers,
  eventKinds,
  followUpsEarned,
  programmeKinds,
} from '#server/courses/input.ts'
import { at, closed, id, on, oneOf, pence } from './columns.ts'
import { people } from './people.ts'

export const courses = sqliteTable(
  'courses',
  {
    id: id(),
    code: text('code').notNull().unique(),
    title: text('title').notNull(),
    aims: text('aims').notNull(),
    level: text('level').notNull(),
    audience: oneOf('audience', audiences).notNull(),
    keyBehaviour: text('key_behaviour').notNull(),
    minutes: integer('minutes').notNull(),
    participatoryMinutes: integer('participatory_minutes').notNull(),
    refreshMonths: integer('refresh_months'),
    attendanceRule: oneOf('attendance_rule', attendanceRules).notNull(),
    earns: oneOf('earns', followUpsEarned).notNull(),
    contentNotice: text('content_notice'),
    prerequisites: text('prerequisites'),
    why: text('why').notNull(),
    contentCheckedOn: on('content_checked_on'),
    /** One thing worth reading or using afterwards, in words. */
    resource: text('resource'),
  },
  (table) => [
    closed('courses_audience', table.audience, audiences),
    closed('courses_attendance_rule', table.attendanceRule, attendanceRules),
    closed('courses_earns', table.earns, followUpsEarned),
  ],
)

export const learningOutcomes = sqliteTable(
  'learning_outcomes',
  {
    id: id(),
    courseId: integer('course_id')
      .notNull()
      .references(() => courses.id),
    position: integer('position').notNull(),
    text: text('text').notNull(),
    /** Worded anew or left out: kept for the answers that were given to it. */
    retiredAt: at('retired_at'),
  },
  (table) => [
    uniqueIndex('learning_outcomes_one').on(table.courseId, table.position).where(sql`${table.retiredAt} is null`),
  ],
)

export const suggestions = sqliteTable(
  'suggestions',
  {
    id: id(),
    courseId: integer('course_id')
      .notNull()
      .references(() => courses.id),
    position: integer('position').notNull(),
    text: text('text').notNull(),
    /** Worded anew or left out: kept for the answers that were given to it. */
    retiredAt: at('retired_at'),
  },
  (table) => [uniqueIndex('suggestions_one').on(table.courseId, table.position).where(sql`${table.retiredAt} is null`)],
)

export const themes = sqliteTable('themes', {
  id: id(),
  name: text('name').notNull().unique(),
  priorityFrom: on('priority_from'),
  priorityTo: on('priority_to'),
})

export const courseThemes = sqliteTable(
  'course_themes',
  {
    courseId: integer('course_id')
      .notNull()
      .references(() => courses.id),
    themeId: integer('theme_id')
      .notNull()
      .references(() => themes.id),
  },
  (table) => [primaryKey({ columns: [table.courseId, table.themeId] })],
)

export const programmes = sqliteTable(
  'programmes',
  {
    id: id(),
    name: text('name').notNull().unique(),
    kind: oneOf('kind', programmeKinds).notNull(),
    startsOn: on('starts_on').notNull(),
    endsOn: on('ends_on').notNull(),
  },
  (table) => [closed('programmes_kind', table.kind, programmeKinds)],
)

export const venues = sqliteTable('venues', {
  id: id(),
  name: text('name').notNull().unique(),
  address: text('address').notNull(),
})

export const events = sqliteTable(
  'events',
  {
    id: id(),
    courseId: integer('course_id')
      .notNull()
      .references(() => courses.id),
    kind: oneOf('kind', eventKinds).notNull(),
    /** The year programme it is counted in, by the date of its last event session. */
    programmeId: integer('programme_id')
      .notNull()
      .references(() => programmes.id),
    deliveredBy: oneOf('delivered_by', deliverers).notNull(),
    capacity: integer('capacity').notNull(),
    minimum: integer('minimum').notNull(),
    bookableBy: oneOf('bookable_by', bookableBy).notNull(),
    pricePence: pence('price_pence').notNull().default(0),
    /** First and last event session, copied so that lists need no join; written with the event sessions. */
    startsAt: at('starts_at').notNull(),
    endsAt: at('ends_at').notNull(),
    lastOn: on('last_on').notNull(),
    publishedAt: at('published_at'),
    bookingOpensAt: at('booking_opens_at').notNull(),
    bookingClosesAt: at('booking_closes_at').notNull(),
    notes: text('notes'),
  },
  (table) => [
    index('events_starts').on(table.startsAt),
    index('events_course').on(table.courseId, table.programmeId),
    index('events_last').on(table.lastOn),
    index('events_course_last').on(table.courseId, table.lastOn),
    index('events_programme').on(table.programmeId),
    closed('events_kind', table.kind, eventKinds),
    closed('events_delivered_by', table.deliveredBy, deliverers),
    closed('events_bookable_by', table.bookableBy, bookableBy),
  ],
)

/** One dated part of an event, in London wall-clock time. */
export const eventSessions = sqliteTable(
  'event_sessions',
  {
    id: id(),
    eventId: integer('event_id')
      .notNull()
      .references(() => events.id),
    position: integer('position').notNull(),
    on: on('on').notNull(),
    starts: text('starts').notNull(),
    ends: text('ends').notNull(),
    venueId: integer('venue_id').references(() => venues.id),
    /** A video meeting; the joining link is released late. */
    online: integer('online', { mode: 'boolean' }).notNull().default(false),
    link: text('link'),
  },
  (table) => [unique('event_sessions_one').on(table.eventId, table.position), index('event_sessions_on').on(table.on)],
)

export const eventCancellations = sqliteTable('event_cancellations', {
  eventId: integer('event_id')
    .primaryKey()
    .references(() => events.id),
  at: at('at').notNull(),
  by: integer('by').references(() => people.id),
  reason: text('reason').notNull(),
})

import { integer, primaryKey, sqliteTable, unique } from 'drizzle-orm/sqlite-core'
import { trainerParts } from '#server/trainers/input.ts'
import { closed, id, on, oneOf } from './columns.ts'
import { courses, events } from './courses.ts'
import { people } from './people.ts'

export const trainers = sqliteTable('trainers', {
  personId: integer('person_id')
    .primaryKey()
    .references(() => people.id),
  releasedUntil: on('released_until'),
  daysPromised: integer('days_promised').notNull().default(0),
})

export const teaches = sqliteTable(
  'teaches',
  {
    trainerId: integer('trainer_id')
      .notNull()
      .references(() => trainers.personId),
    courseId: integer('course_id')
      .notNull()
      .references(() => courses.id),
  },
  (table) => [primaryKey({ columns: [table.trainerId, table.courseId] })],
)

export const assignments = sqliteTable(
  'assignments',
  {
    id: id(),
    eventId: integer('event_id')
      .notNull()
      .references(() => events.id),
    trainerId: integer('trainer_id')
      .notNull()
      .references(() => trainers.personId),
    as: oneOf('as', trainerParts).notNull(),
  },
  (table) => [
    unique('assignments_one').on(table.eventId, table.trainerId),
    closed('assignments_as', table.as, trainerParts),
  ],
)

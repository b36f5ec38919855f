import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, unique, uniqueIndex } from 'drizzle-orm/sqlite-core'
import {
  bookingSources,
  bookingStates,
  chargeKinds,
  chargeTiers,
  liveStates,
  stepReasons,
} from '#server/bookings/input.ts'
import { roleGroups, workforces } from '#server/people/input.ts'
import { among, at, closed, id, oneOf, pence } from './columns.ts'
import { events } from './courses.ts'
import { agencies, people, sectors } from './people.ts'

/** One person's claim on a place. Agency to workforce are as on the day it was made and never updated. */
export const bookings = sqliteTable(
  'bookings',
  {
    id: id(),
    eventId: integer('event_id')
      .notNull()
      .references(() => events.id),
    personId: integer('person_id')
      .notNull()
      .references(() => people.id),
    agencyId: integer('agency_id')
      .notNull()
      .references(() => agencies.id),
    sectorId: integer('sector_id')
      .notNull()
      .references(() => sectors.id),
    roleGroup: oneOf('role_group', roleGroups).notNull(),
    workforce: oneOf('workforce', workforces).notNull(),
    chargeTier: oneOf('charge_tier', chargeTiers).notNull(),
    source: oneOf('source', bookingSources).notNull(),
    bookedBy: integer('booked_by').references(() => people.id),
    /** Six characters, on the badge and in the joining instructions. */
    dayCode: text('day_code').notNull(),
    termsVersion: text('terms_version').notNull(),
    at: at('at').notNull(),
    /** Equals the last step; written by the same function and nothing else. */
    state: oneOf('state', bookingStates).notNull(),
  },
  (table) => [
    uniqueIndex('bookings_one_live').on(table.eventId, table.personId).where(among(table.state, liveStates)),
    unique('bookings_day_code').on(table.eventId, table.dayCode),
    index('bookings_event').on(table.eventId, table.state),
    index('bookings_person').on(table.personId),
    index('bookings_given_up').on(table.id).where(sql`${table.state} <> 'confirmed'`),
    closed('bookings_state', table.state, bookingStates),
    closed('bookings_source', table.source, bookingSources),
    closed('bookings_role_group', table.roleGroup, roleGroups),
    closed('bookings_workforce', table.workforce, workforces),
    closed('bookings_charge_tier', table.chargeTier, chargeTiers),
  ],
)

export const bookingSteps = sqliteTable(
  'booking_steps',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    step: oneOf('step', bookingStates).notNull(),
    reason: oneOf('reason', stepReasons),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
  },
  (table) => [
    index('booking_steps_booking').on(table.bookingId),
    closed('booking_steps_step', table.step, bookingStates),
    closed('booking_steps_reason', table.reason, stepReasons),
  ],
)

/** Money owed for a booking; a credit is a new line with a negative sum. */
export const charges = sqliteTable(
  'charges',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    kind: oneOf('kind', chargeKinds).notNull(),
    sumPence: pence('sum_pence').notNull(),
    at: at('at').notNull(),
    waivedBecause: text('waived_because'),
  },
  (table) => [index('charges_booking').on(table.bookingId), closed('charges_kind', table.kind, chargeKinds)],
)

import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { awardReasons } from '#server/certificates/input.ts'
import { bookings } from './bookings.ts'
import { at, closed, id, oneOf } from './columns.ts'

export const certificates = sqliteTable(
  'certificates',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    number: text('number').notNull().unique(),
    /** SHA-256 of the code on the certificate; the code itself is derived from the installation's key. */
    codeHash: text('code_hash').notNull().unique(),
    awardedAt: at('awarded_at').notNull(),
    because: oneOf('because', awardReasons).notNull(),
    /** Every printed claim, as JSON: what was printed stays what was printed. */
    snapshot: text('snapshot').notNull(),
    withdrawnAt: at('withdrawn_at'),
    withdrawnBecause: text('withdrawn_because'),
    /** "Add this to my certificate" was pressed: until then nothing tells that a follow-up was answered. */
    showsFollowUpAt: at('shows_follow_up_at'),
  },
  (table) => [
    uniqueIndex('certificates_one').on(table.bookingId).where(sql`${table.withdrawnAt} is null`),
    index('certificates_booking').on(table.bookingId, table.withdrawnAt),
    closed('certificates_because', table.because, awardReasons),
  ],
)

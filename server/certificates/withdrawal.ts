import { and, inArray, isNull, sql } from 'drizzle-orm'
import { attendances, marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { certificates } from '#db/certificates.ts'
import type { Chore } from '#server/chores.ts'
import { transact } from '#server/context.ts'
import { record } from '#server/history.ts'

const batch = 25

/**
 * Withdraws a certificate:
 * - that stands
 * - whose attendance no longer does, because marks were corrected or the booking cancelled
 */
export const withdrawDue: Chore = async (ctx) => {
  const found = await ctx.db.select({ id: certificates.id }).from(certificates).where(isUnearned).limit(batch)
  if (found.length === 0) return false
  return transact(ctx, async (ctx) => {
    const withdrawn = await ctx.db
      .update(certificates)
      .set({ withdrawnAt: ctx.now, withdrawnBecause: 'attendance-corrected' })
      .where(
        and(
          inArray(
            certificates.id,
            found.map(({ id }) => id),
          ),
          isUnearned,
        ),
      )
      .returning({ id: certificates.id })
    for (const { id } of withdrawn)
      await record(ctx, 'certificate.withdrawn', `certificate:${id}`, 'attendance-corrected')
    return withdrawn.length > 0
  })
}

// Only those with a correction are asked in full: this runs after every write, over every certificate there ever was.
const isUnearned = and(
  isNull(certificates.withdrawnAt),
  sql`${certificates.bookingId} in (select ${marks.bookingId} from ${marks} where ${marks.replacedAt} is not null union select ${bookings.id} from ${bookings} where ${bookings.state} <> 'confirmed')`,
  sql`not exists (select 1 from ${attendances} where ${attendances.bookingId} = ${certificates.bookingId})`,
)

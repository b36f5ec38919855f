import { and, eq, isNull } from 'drizzle-orm'
import type { InferOutput } from 'valibot'
import { bookings } from '#db/bookings.ts'
import { certificates } from '#db/certificates.ts'
import { people } from '#db/people.ts'
import type { props } from '#emails/certificate-ready.ts'
import type { Context } from '#server/context.ts'
import { firstName } from '#server/people/first-name.ts'
import { certificateHref } from './link.ts'
import { claimLabels, claimRows } from './shared/claims.ts'
import { readSnapshot } from './snapshot.ts'

/** What the message says, asked at sending; null when no certificate of this booking stands. */
export async function certificateFacts(ctx: Context, bookingId: number): Promise<InferOutput<typeof props> | null> {
  const [row] = await ctx.db
    .select({ id: certificates.id, snapshot: certificates.snapshot, name: people.name })
    .from(certificates)
    .innerJoin(bookings, eq(bookings.id, certificates.bookingId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(and(eq(certificates.bookingId, bookingId), isNull(certificates.withdrawnAt)))
  if (!row) return null
  const claims = readSnapshot(row.snapshot)
  const hours = claimRows(claims).find(([label]) => label === claimLabels.hours)?.[1]
  return {
    firstName: firstName(row.name),
    course: claims.course,
    dates: claims.dates,
    hours: String(hours),
    href: await certificateHref(ctx, row.id),
  }
}

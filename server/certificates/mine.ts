import { and, desc, eq } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { certificates } from '#db/certificates.ts'
import { responses } from '#db/surveys.ts'
import type { Context } from '#server/context.ts'
import { makeToken } from '#server/keys.ts'
import { counts } from '#server/surveys/follow-up.ts'
import { certificatePath } from './link.ts'
import { readSnapshot } from './snapshot.ts'
import { type Standing, standingOf, standingWords } from './standing.ts'

export interface CertificateLine {
  bookingId: number
  course: string
  dates: string
  hours: number
  number: string
  /** Within this site. */
  href: string
  status: Standing['status']
  statusWords: string
  /** Their reflective account, within this site, once their follow-up is answered. */
  accountHref: string | null
}

/** One's own certificates, newest first, with those withdrawn. */
export async function myCertificates(ctx: Context): Promise<{ certificates: CertificateLine[] }> {
  const personId = ctx.actor.kind === 'person' ? ctx.actor.personId : null
  if (personId === null) return { certificates: [] }
  const rows = await ctx.db
    .select({
      id: certificates.id,
      bookingId: certificates.bookingId,
      awardedAt: certificates.awardedAt,
      snapshot: certificates.snapshot,
      withdrawnAt: certificates.withdrawnAt,
      number: certificates.number,
      isAnswered: counts,
    })
    .from(certificates)
    .innerJoin(bookings, eq(bookings.id, certificates.bookingId))
    .leftJoin(responses, and(eq(responses.bookingId, certificates.bookingId), eq(responses.stage, 'follow-up')))
    .where(eq(bookings.personId, personId))
    .orderBy(desc(certificates.awardedAt), desc(certificates.id))
  return {
    certificates: await Promise.all(
      rows.map(async (row) => {
        const claims = readSnapshot(row.snapshot)
        const replacement = rows.find(
          ({ bookingId, withdrawnAt }) => bookingId === row.bookingId && withdrawnAt === null,
        )
        const standing = standingOf(row.withdrawnAt, replacement ?? null)
        return {
          bookingId: row.bookingId,
          course: claims.course,
          dates: claims.dates,
          hours: claims.hours,
          number: claims.number,
          href: await certificatePath(ctx, row.id),
          status: standing.status,
          statusWords: standingWords(standing),
          accountHref:
            row.isAnswered && row.withdrawnAt === null
              ? `/answer/${await makeToken(ctx.secrets, 'answer', row.bookingId)}/account`
              : null,
        }
      }),
    ),
  }
}

import { and, eq, isNull, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { bookings } from '#db/bookings.ts'
import { certificates } from '#db/certificates.ts'
import { people } from '#db/people.ts'
import { responses } from '#db/surveys.ts'
import { formatMonth, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { sha256 } from '#server/keys.ts'
import { counts } from '#server/surveys/follow-up.ts'
import { certificateCode } from './code.ts'
import { parseCode } from './number.ts'
import { type ClaimRow, type Claims, followUpRow } from './shared/claims.ts'
import { readSnapshot } from './snapshot.ts'
import { type Standing, standingOf } from './standing.ts'

/** A certificate as its pages show it. */
export interface Certificate {
  id: number
  claims: Claims
  /** What its holder added to what was printed; empty until they do. */
  added: readonly ClaimRow[]
  standing: Standing
  awardedAt: number
  codeHash: string
}

export async function certificateById(ctx: Pick<Context, 'db'>, id: number): Promise<Certificate | null> {
  const [row] = await certificatesIn(ctx).where(eq(certificates.id, id))
  return row ? shown(row) : null
}

/** By the code somebody typed or scanned. Looked up by its hash, so that the time it takes tells nothing of the code. */
export async function certificateByCode(ctx: Pick<Context, 'db'>, typed: string): Promise<Certificate | null> {
  const code = parseCode(typed)
  if (code === null) return null
  const [row] = await certificatesIn(ctx).where(eq(certificates.codeHash, await sha256(code)))
  return row ? shown(row) : null
}

/** The code it was printed with, under whichever of the installation's keys; null once that key is gone. */
export async function printedCode(
  ctx: Pick<Context, 'secrets'>,
  { id, codeHash }: Certificate,
): Promise<string | null> {
  for (const secret of ctx.secrets) {
    const code = await certificateCode([secret], id)
    if ((await sha256(code)) === codeHash) return code
  }
  return null
}

const replacement = alias(certificates, 'replacement')

const certificatesIn = (ctx: Pick<Context, 'db'>) =>
  ctx.db
    .select({
      id: certificates.id,
      snapshot: certificates.snapshot,
      awardedAt: certificates.awardedAt,
      withdrawnAt: certificates.withdrawnAt,
      codeHash: certificates.codeHash,
      replacedBy: replacement.number,
      replacedAt: replacement.awardedAt,
      followUpAt: sql<
        number | null
      >`case when ${certificates.showsFollowUpAt} is not null and ${counts} then ${responses.coreAt} end`,
    })
    .from(certificates)
    // After erasure no record is held.
    .innerJoin(bookings, eq(bookings.id, certificates.bookingId))
    .innerJoin(people, and(eq(people.id, bookings.personId), isNull(people.erasedAt)))
    .leftJoin(responses, and(eq(responses.bookingId, certificates.bookingId), eq(responses.stage, 'follow-up')))
    .leftJoin(
      replacement,
      and(
        eq(replacement.bookingId, certificates.bookingId),
        isNull(replacement.withdrawnAt),
        sql`${certificates.withdrawnAt} is not null`,
      ),
    )
    .$dynamic()

function shown(row: Awaited<ReturnType<typeof certificatesIn>>[number]): Certificate {
  const replacement =
    row.replacedBy !== null && row.replacedAt !== null ? { number: row.replacedBy, awardedAt: row.replacedAt } : null
  return {
    id: row.id,
    claims: readSnapshot(row.snapshot),
    added: row.followUpAt === null ? [] : [followUpRow(formatMonth(londonDate(row.followUpAt)))],
    standing: standingOf(row.withdrawnAt, replacement),
    awardedAt: row.awardedAt,
    codeHash: row.codeHash,
  }
}

import { and, asc, desc, eq, gt, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { attendances } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { certificates } from '#db/certificates.ts'
import { events } from '#db/courses.ts'
import { people } from '#db/people.ts'
import { responses, skips } from '#db/surveys.ts'
import { addDays, addMonths, addWorkingDays, londonDate, londonInstant, type On } from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { sha256 } from '#server/keys.ts'
import { queue } from '#server/outbox/queue.ts'
import { type ClaimsBeforeNumber, claimsOf } from './claiming.ts'
import { certificateCode } from './code.ts'
import type { awardReasons } from './input.ts'
import { certificateNumber } from './number.ts'
import type { Claims } from './shared/claims.ts'

/** Certificates come by themselves at this hour in London, on the second working day after the last event session. */
const byItself = { workingDays: 2, at: '09:00' }
/** In one transaction; the rest wait for the next, so that nobody's press waits long behind them. */
const batch = 25

type Reason = (typeof awardReasons)[number]

/**
 * Awards a certificate:
 * - for an attendance that stands and has none that stands
 * - to a person who has not been erased
 * - from the day of the last event session
 * - once the end-of-day questions are answered, or skipped, or by itself after two working days
 */
export const awardDue: Chore = async (ctx) => {
  const found = await candidates(ctx).where(due(ctx)).limit(batch)
  if (found.length === 0) return false
  return transact(ctx, async (ctx) => {
    // Asked again under the lock: another runner may have awarded them since.
    const ids = found.map(({ bookingId }) => bookingId)
    const owed = await candidates(ctx)
      .where(and(inArray(bookings.id, ids), due(ctx)))
      .orderBy(asc(bookings.id))
    const claims = await claimsOf(
      ctx,
      owed.map(({ bookingId }) => bookingId),
    )
    for (const { bookingId, personId, because } of owed) {
      const said = claims.get(bookingId)
      if (said) await award(ctx, { bookingId, personId, because, claims: said })
    }
    return owed.length > 0
  })
}

/** When the next certificate comes by itself. */
export const nextAwardDue: NextDue = async (ctx) => {
  const rows = await ctx.db
    .select({ on: sql<On | null>`min(${events.lastOn})` })
    .from(events)
    .innerJoin(bookings, eq(bookings.eventId, events.id))
    .where(and(gt(events.lastOn, lastDayDue(ctx.now)), hasNone, isAttended))
  const on = rows[0]?.on
  return on ? londonInstant(addWorkingDays(on, byItself.workingDays), byItself.at) : null
}

async function award(
  ctx: Writing,
  owed: { bookingId: number; personId: number; because: Reason; claims: ClaimsBeforeNumber },
): Promise<void> {
  const id = await nextId(ctx)
  const year = Number(londonDate(ctx.now).slice(0, 4))
  const number = certificateNumber(year, id, ctx.config.mode === 'example' ? 'EX' : 'AF')
  const claims: Claims = { ...owed.claims, number }
  const earlier = await ctx.db
    .select({ showsFollowUpAt: certificates.showsFollowUpAt })
    .from(certificates)
    .where(eq(certificates.bookingId, owed.bookingId))
    .orderBy(desc(certificates.id))
  await ctx.db.insert(certificates).values({
    id,
    bookingId: owed.bookingId,
    number,
    codeHash: await sha256(await certificateCode(ctx.secrets, id)),
    awardedAt: ctx.now,
    because: owed.because,
    snapshot: JSON.stringify(claims),
    // What its holder wished of the last one holds for the next.
    showsFollowUpAt: earlier[0]?.showsFollowUpAt ?? null,
  })
  await record(ctx, 'certificate.awarded', `certificate:${id}`, owed.because)
  await queue(ctx, {
    kind: 'certificate-ready',
    about: `booking:${owed.bookingId}`,
    occurrence: String(earlier.length + 1),
    toPersonId: owed.personId,
  })
}

/** The code is made from the id, so the id must be known first. SQLite's own counter never gives one twice. */
async function nextId(ctx: Writing): Promise<number> {
  const [last] = await ctx.db
    .select({ id: sql<number>`seq` })
    .from(sql`sqlite_sequence`)
    .where(sql`name = 'certificates'`)
  return (last?.id ?? 0) + 1
}

const isAnswered = sql`exists (select 1 from ${responses} where ${responses.bookingId} = ${bookings.id} and ${responses.stage} = 'end' and (${responses.finishedAt} is not null or ${responses.coreAt} is not null))`
const isSkipped = sql`exists (select 1 from ${skips} where ${skips.bookingId} = ${bookings.id})`

const isAttended = sql`exists (select 1 from ${attendances} where ${attendances.bookingId} = ${bookings.id})`
const hasNone = sql`not exists (select 1 from ${certificates} where ${certificates.bookingId} = ${bookings.id} and ${certificates.withdrawnAt} is null)`

const candidates = (ctx: Pick<Context, 'db'>) =>
  ctx.db
    .select({
      bookingId: bookings.id,
      personId: bookings.personId,
      because: sql<Reason>`case when ${isAnswered} then 'survey' when ${isSkipped} then 'skip' else 'two-working-days' end`,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .$dynamic()

const lastHour = 3_600_000

// Cheapest first: nearly everyone who ever came has a certificate.
const due = ({ now }: Pick<Context, 'now'>): SQL | undefined =>
  and(
    eq(bookings.state, 'confirmed'),
    // The questions come in the last minutes of the day; nobody is certified for hours still to come.
    lte(events.endsAt, now + lastHour),
    // A register corrected more than a year later is for a person to look at; and this runs after every write.
    gt(events.lastOn, addMonths(londonDate(now), -13)),
    hasNone,
    isNull(people.erasedAt),
    or(lte(events.lastOn, lastDayDue(now)), isAnswered, isSkipped),
    isAttended,
  )

/** The latest last event session whose certificates come by themselves now. */
function lastDayDue(now: number): On {
  let on = londonDate(now)
  while (londonInstant(addWorkingDays(on, byItself.workingDays), byItself.at) > now) on = addDays(on, -1)
  return on
}

import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm'
import { attendances, marks } from '#db/attendance.ts'
import { bookingSteps, bookings, charges } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { agencies, sectors } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { isLate } from '#server/bookings/cut-off.ts'
import { londonDate } from '#server/calendar.ts'

/*
 * Programme figures of events already held: who booked, came, stayed away and was charged. They are not protected; agency and sector are
 * those that a booking kept of its day.
 */

export interface CameFrom {
  name: string
  attended: number
}

/** Attendances by sector and by top agency (a school under its parent), most first; and how many different people they are. */
export async function cameFrom(
  db: Reading,
  eventIds: readonly number[],
): Promise<{ people: number; sectors: CameFrom[]; agencies: CameFrom[] }> {
  const came = db
    .select({ personId: bookings.personId, agencyId: bookings.agencyId, sectorId: bookings.sectorId })
    .from(bookings)
    .innerJoin(attendances, eq(attendances.bookingId, bookings.id))
    .where(inArray(bookings.eventId, [...eventIds]))
    .as('came')
  const n = count()
  const top = db
    .select({ agencyId: sql<number>`ifnull(${agencies.parentId}, ${agencies.id})`.as('top_id'), n: n.as('n') })
    .from(came)
    .innerJoin(agencies, eq(agencies.id, came.agencyId))
    .groupBy(sql`1`)
    .as('top')
  const [[people], bySector, byAgency] = await Promise.all([
    db.select({ n: sql<number>`count(distinct ${came.personId})` }).from(came),
    db
      .select({ name: sectors.name, attended: n })
      .from(came)
      .innerJoin(sectors, eq(sectors.id, came.sectorId))
      .groupBy(sectors.id)
      .orderBy(sql`2 desc`, asc(sectors.name)),
    db
      .select({ name: agencies.name, attended: top.n })
      .from(top)
      .innerJoin(agencies, eq(agencies.id, top.agencyId))
      .orderBy(sql`2 desc`, asc(agencies.name)),
  ])
  return {
    people: Number(people?.n ?? 0),
    sectors: bySector.map((row) => ({ ...row, attended: Number(row.attended) })),
    agencies: byAgency.map((row) => ({ ...row, attended: Number(row.attended) })),
  }
}

export interface BookingFigures {
  /** Places that were held at some time: confirmed, whatever became of them. */
  confirmed: number
  cancelledInTime: number
  /** After the last day on which cancelling is free. */
  cancelledLate: number
  didNotAttend: number
  /** Places of which no register says anything. */
  notMarked: number
}

export async function bookingFigures(
  db: Reading,
  held: readonly { id: number; startsAt: number }[],
): Promise<BookingFigures> {
  const ids = held.map(({ id }) => id)
  const isMarked = sql<number>`exists (select 1 from ${marks} where ${marks.bookingId} = ${bookings.id} and ${marks.replacedAt} is null)`
  const hasCome = sql<number>`exists (select 1 from ${attendances} where ${attendances.bookingId} = ${bookings.id})`
  const [stood, cancelled] = await Promise.all([
    db
      .select({ isMarked: isMarked.as('is_marked'), hasCome: hasCome.as('has_come'), n: count() })
      .from(bookings)
      .where(and(inArray(bookings.eventId, ids), eq(bookings.state, 'confirmed')))
      .groupBy(sql`1, 2`),
    db
      .select({
        startsAt: events.startsAt,
        at: sql<number>`(select max(${bookingSteps.at}) from ${bookingSteps} where ${bookingSteps.bookingId} = ${bookings.id} and ${bookingSteps.step} = 'cancelled')`,
      })
      .from(bookings)
      .innerJoin(events, eq(events.id, bookings.eventId))
      .where(
        and(
          inArray(bookings.eventId, ids),
          eq(bookings.state, 'cancelled'),
          sql`exists (select 1 from ${bookingSteps} where ${bookingSteps.bookingId} = ${bookings.id} and ${bookingSteps.step} = 'confirmed')`,
        ),
      ),
  ])
  const standing = (of: (row: { isMarked: boolean; hasCome: boolean }) => boolean) =>
    stood
      .filter((row) => of({ isMarked: Boolean(row.isMarked), hasCome: Boolean(row.hasCome) }))
      .reduce((sum, { n }) => sum + Number(n), 0)
  const cancelledLate = cancelled.filter(({ startsAt, at }) => isLate(Number(at), londonDate(Number(startsAt)))).length
  return {
    confirmed: standing(() => true) + cancelled.length,
    cancelledInTime: cancelled.length - cancelledLate,
    cancelledLate,
    didNotAttend: standing(({ isMarked, hasCome }) => isMarked && !hasCome),
    notMarked: standing(({ isMarked }) => !isMarked),
  }
}

export interface ChargeFigures {
  count: number
  pence: number
}

/** What was charged and not waived, credits taken off; `count` is of the bookings that still owe something. */
export async function chargesAt(
  db: Reading,
  eventIds: readonly number[],
): Promise<{ nonAttendance: ChargeFigures; lateCancellation: ChargeFigures }> {
  const owed = db
    .select({ kind: charges.kind, pence: sql<number>`sum(${charges.sumPence})`.as('pence') })
    .from(charges)
    .innerJoin(bookings, eq(bookings.id, charges.bookingId))
    .where(and(inArray(bookings.eventId, [...eventIds]), isNull(charges.waivedBecause)))
    .groupBy(charges.bookingId, charges.kind)
    .having(sql`sum(${charges.sumPence}) > 0`)
    .as('owed')
  const rows = await db
    .select({ kind: owed.kind, count: count(), pence: sql<number>`sum(${owed.pence})` })
    .from(owed)
    .groupBy(owed.kind)
  const of = (kind: string): ChargeFigures => {
    const row = rows.find((one) => one.kind === kind)
    return { count: Number(row?.count ?? 0), pence: Number(row?.pence ?? 0) }
  }
  return { nonAttendance: of('non-attendance'), lateCancellation: of('late-cancellation') }
}

/** Of the agencies expected at a forum by the end of a period, how many had somebody there. */
export async function agenciesReached(
  db: Reading,
  eventIds: readonly number[],
  untilOn: string,
): Promise<{ expected: number; reached: number }> {
  const [row] = await db
    .select({
      expected: count(),
      reached: sql<number>`sum(${agencies.id} in ${db
        .select({ id: bookings.agencyId })
        .from(bookings)
        .innerJoin(attendances, eq(attendances.bookingId, bookings.id))
        .where(inArray(bookings.eventId, [...eventIds]))})`,
    })
    .from(agencies)
    .where(sql`${agencies.expectedFrom} <= ${untilOn}`)
  return { expected: Number(row?.expected ?? 0), reached: Number(row?.reached ?? 0) }
}

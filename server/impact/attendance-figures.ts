import { and, count, eq, inArray, isNull, sql } from 'drizzle-orm'
import { attendances } from '#db/attendance.ts'
import { bookingSteps, bookings, charges } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { agencies, sectors } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { isLate } from '#server/bookings/cut-off.ts'
import { londonDate } from '#server/calendar.ts'
import { expectedAgencies } from './expected-agencies.ts'

/*
 * Programme figures of events already held: who booked, came, stayed away and was charged. They are not protected; agency and sector are
 * those that a booking kept of its day.
 */

export interface CameFrom {
  name: string
  attended: number
}

/** Attendances by sector and by top agency (a school under its parent), most first. */
export async function cameFrom(
  db: Reading,
  counted: { agencies: ReadonlyMap<number, number>; sectors: ReadonlyMap<number, number> },
): Promise<{ sectors: CameFrom[]; agencies: CameFrom[] }> {
  const [allSectors, allAgencies] = await Promise.all([
    db.select({ id: sectors.id, name: sectors.name }).from(sectors),
    db.select({ id: agencies.id, name: agencies.name, parentId: agencies.parentId }).from(agencies),
  ])
  const top = new Map<number, number>()
  for (const { id, parentId } of allAgencies)
    top.set(parentId ?? id, (top.get(parentId ?? id) ?? 0) + (counted.agencies.get(id) ?? 0))
  return { sectors: named(allSectors, counted.sectors), agencies: named(allAgencies, top) }
}

function named(all: readonly { id: number; name: string }[], counted: ReadonlyMap<number, number>): CameFrom[] {
  return all
    .map(({ id, name }) => ({ name, attended: counted.get(id) ?? 0 }))
    .filter(({ attended }) => attended > 0)
    .sort((a, b) => b.attended - a.attended || a.name.localeCompare(b.name, 'en-GB'))
}

/** Places given up: in time, or after the last day on which cancelling is free. Only those that were confirmed at some time. */
export async function cancelledAt(
  db: Reading,
  eventIds: readonly number[],
): Promise<{ cancelledInTime: number; cancelledLate: number }> {
  const rows = await db
    .select({
      startsAt: events.startsAt,
      at: sql<number>`max(case when ${bookingSteps.step} = 'cancelled' then ${bookingSteps.at} end)`.mapWith(Number),
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(bookingSteps, eq(bookingSteps.bookingId, bookings.id))
    .where(and(inArray(bookings.eventId, [...eventIds]), eq(bookings.state, 'cancelled')))
    .groupBy(bookings.id)
    .having(sql`max(${bookingSteps.step} = 'confirmed')`)
  const cancelledLate = rows.filter(({ startsAt, at }) => isLate(at, londonDate(startsAt))).length
  return { cancelledInTime: rows.length - cancelledLate, cancelledLate }
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

/** Of the agencies expected by the end of a period, how many had somebody at one of these events. */
export async function agenciesReached(
  db: Reading,
  eventIds: readonly number[],
  untilOn: string,
): Promise<{ expected: number; reached: number }> {
  const [expected, came] = await Promise.all([
    expectedAgencies(db, untilOn),
    db
      .selectDistinct({ id: bookings.agencyId })
      .from(bookings)
      .innerJoin(attendances, eq(attendances.bookingId, bookings.id))
      .where(inArray(bookings.eventId, [...eventIds])),
  ])
  const reached = new Set(came.map(({ id }) => expected.of(id)).filter((id) => id !== null))
  return { expected: expected.agencies.length, reached: reached.size }
}

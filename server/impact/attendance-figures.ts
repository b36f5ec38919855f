import { and, count, eq, inArray, isNull, sql } from 'drizzle-orm'
import { attendances } from '#db/attendance.ts'
import { bookingSteps, bookings, charges } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { agencies, sectors } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { lateFrom } from '#server/bookings/cut-off.ts'
import { londonDate } from '#server/calendar.ts'
import { expectedAgencies } from './expected-agencies.ts'
import type { ProgrammeEvent } from './programme.ts'

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
  of: readonly Pick<ProgrammeEvent, 'id' | 'startsAt'>[],
): Promise<{ cancelledInTime: number; cancelledLate: number }> {
  const late = Object.fromEntries(of.map(({ id, startsAt }) => [id, lateFrom(londonDate(startsAt))]))
  const givenUp = sql`(
    select late.value as late_from, max(case when ${bookingSteps.step} = 'cancelled' then ${bookingSteps.at} end) as at
    from json_each(${JSON.stringify(late)}) as late
    cross join ${bookings} on ${bookings.eventId} = cast(late.key as integer) and ${bookings.state} = 'cancelled'
    inner join ${bookingSteps} on ${bookingSteps.bookingId} = ${bookings.id}
    group by ${bookings.id}
    having max(${bookingSteps.step} = 'confirmed'))`
  const [row] = await db
    .select({ all: count(), late: sql<number>`ifnull(sum(at >= late_from), 0)`.mapWith(Number) })
    .from(givenUp)
  const { all, late: cancelledLate } = row ?? { all: 0, late: 0 }
  return { cancelledInTime: all - cancelledLate, cancelledLate }
}

export interface ChargeFigures {
  count: number
  pence: number
}

export interface Charges {
  nonAttendance: ChargeFigures
  lateCancellation: ChargeFigures
}

/**
 * What was charged in a programme and not waived, credits taken off, at some of its events and at all of them; `count` is of the bookings
 * that still owe something.
 */
export async function chargesIn(
  db: Reading,
  programmeId: number,
  eventIds: readonly number[],
): Promise<{ atThese: Charges; atAll: Charges }> {
  const owed = db
    .select({
      kind: charges.kind,
      isAtThese: sql<number>`${bookings.eventId} in (select value from json_each(${JSON.stringify(eventIds)}))`.as(
        'is_at_these',
      ),
      pence: sql<number>`sum(${charges.sumPence})`.as('pence'),
    })
    .from(charges)
    .innerJoin(bookings, eq(bookings.id, charges.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .where(and(eq(events.programmeId, programmeId), isNull(charges.waivedBecause)))
    .groupBy(charges.bookingId, charges.kind)
    .having(sql`sum(${charges.sumPence}) > 0`)
    .as('owed')
  const rows = await db
    .select({
      kind: owed.kind,
      isAtThese: owed.isAtThese,
      count: count(),
      pence: sql<number>`sum(${owed.pence})`.mapWith(Number),
    })
    .from(owed)
    .groupBy(owed.kind, sql`${owed.isAtThese}`)
  const of = (own: typeof rows): Charges => {
    const sum = (kind: string): ChargeFigures => {
      const those = own.filter((one) => one.kind === kind)
      return {
        count: those.reduce((total, { count }) => total + count, 0),
        pence: those.reduce((total, { pence }) => total + pence, 0),
      }
    }
    return { nonAttendance: sum('non-attendance'), lateCancellation: sum('late-cancellation') }
  }
  return { atThese: of(rows.filter(({ isAtThese }) => isAtThese)), atAll: of(rows) }
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

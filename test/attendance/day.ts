/** A day with people expected: places confirmed and marks made, without the doors that other tests open. */
import { and, eq, isNull } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { eventSessions } from '#db/courses.ts'
import { people } from '#db/people.ts'
import { assignments, trainers } from '#db/trainers.ts'
import type { Mark } from '#server/attendance/input.ts'
import type { TestWorld } from '../world.ts'

/** Gives someone a confirmed place. */
export async function place(world: TestWorld, eventId: number, personId: number): Promise<number> {
  return world.store.write(async (db) => {
    const [person] = await db.select({ agencyId: people.agencyId }).from(people).where(eq(people.id, personId))
    const [row] = await db
      .insert(bookings)
      .values({
        eventId,
        personId,
        agencyId: person!.agencyId,
        sectorId: world.stage.sectors.councils,
        roleGroup: 'social-work',
        workforce: 'children',
        chargeTier: 'partner',
        source: 'self',
        dayCode: `D${String(personId).padStart(5, '0')}`,
        termsVersion: '2026-04',
        at: world.now(),
        state: 'confirmed',
      })
      .returning({ id: bookings.id })
    return row!.id
  })
}

export async function sessionsOf(world: TestWorld, eventId: number): Promise<number[]> {
  const rows = await world.store.read
    .select({ id: eventSessions.id })
    .from(eventSessions)
    .where(eq(eventSessions.eventId, eventId))
    .orderBy(eventSessions.position)
  return rows.map(({ id }) => id)
}

export async function engage(world: TestWorld, eventId: number, trainerId: number, as: 'lead' | 'co-trainer' = 'lead') {
  await world.store.write(async (db) => {
    await db.insert(trainers).values({ personId: trainerId }).onConflictDoNothing()
    await db.insert(assignments).values({ eventId, trainerId, as })
  })
}

/** Presses a mark as the coordinator would. */
export async function press(world: TestWorld, eventSessionId: number, bookingId: number, mark: Mark) {
  const ada = await world.as(world.stage.ada, 'coordinator')
  return ada.post(`/api/event-sessions/${eventSessionId}/marks`, { marks: [{ bookingId, mark }] })
}

/** Every mark ever made, oldest first. */
export const allMarks = (world: TestWorld, eventSessionId: number) =>
  world.store.read
    .select({ bookingId: marks.bookingId, mark: marks.mark, by: marks.by, replacedAt: marks.replacedAt })
    .from(marks)
    .where(eq(marks.eventSessionId, eventSessionId))
    .orderBy(marks.id)

export const currentMarks = (world: TestWorld, eventSessionId: number) =>
  world.store.read
    .select({ bookingId: marks.bookingId, mark: marks.mark })
    .from(marks)
    .where(and(eq(marks.eventSessionId, eventSessionId), isNull(marks.replacedAt)))
    .orderBy(marks.bookingId)

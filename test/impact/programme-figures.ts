import { eq } from 'drizzle-orm'
import { bookingSteps, bookings, eventSessions, marks, people } from '#db/schema.ts'
import type { Mark } from '#server/attendance/input.ts'
import type { BookingSource } from '#server/bookings/input.ts'
import { londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { attendersAt, countsOf } from '#server/impact/attenders.ts'
import { rulesOf } from '#server/impact/gathered.ts'
import { presencesOf } from '#server/impact/presence.ts'
import { eventsOf, idsOf, isTaught, programmeCalled } from '#server/impact/programme.ts'
import { programmeFacts } from '#server/impact/programme-facts.ts'
import type { Cell, Figure } from '#server/impact/shared/figures.ts'
import type { TestWorld } from '#test/world.ts'

/** The programme figures by their keys, as a page of the programme makes them. */
export async function factsOf(ctx: Pick<Context, 'db' | 'store' | 'now'>, name: string): Promise<Map<string, Figure>> {
  const programme = await programmeCalled(ctx.db, name)
  const all = await eventsOf(ctx.db, programme.id, ctx.now)
  const held = all.filter(({ state }) => state === 'held')
  const attenders = await attendersAt(ctx.store.long, idsOf(held), londonDate(ctx.now))
  const { events, came } = attenders
  const group = countsOf(held.filter(isTaught).flatMap(({ id }) => came.get(id) ?? []))
  const presences = presencesOf(attenders, held)
  const figures = await programmeFacts(
    ctx as Context,
    programme,
    all,
    { events, group, shown: new Set() },
    presences,
    await rulesOf(ctx),
  )
  return new Map(figures.map((figure) => [figure.key, figure]))
}

/** The cells of the row with this name, without it. */
export function rowOf(figure: Figure | undefined, name: Cell): Cell[] | undefined {
  return [...(figure?.table?.rows ?? []), figure?.table?.foot ?? []].find(([first]) => first === name)?.slice(1)
}

let made = 0

/** A confirmed place with one mark for each event session, and the booking’s agency and sector as they stand now or as given. */
export async function stood(
  w: TestWorld,
  eventId: number,
  personId: number,
  given: Partial<{ marks: Mark[]; agencyId: number; sectorId: number; at: number; source: BookingSource }> = {},
): Promise<number> {
  const sessions = await w.store.read
    .select()
    .from(eventSessions)
    .where(eq(eventSessions.eventId, eventId))
    .orderBy(eventSessions.position)
  const [person] = await w.store.read.select().from(people).where(eq(people.id, personId))
  const at = given.at ?? Date.parse(`${sessions[0]!.on}T00:00:00Z`) - 7 * 86_400_000
  return w.store.write(async (db) => {
    const [booking] = await db
      .insert(bookings)
      .values({
        eventId,
        personId,
        agencyId: given.agencyId ?? person!.agencyId,
        sectorId: given.sectorId ?? w.stage.sectors.councils,
        roleGroup: 'social-work',
        workforce: 'children',
        chargeTier: 'partner',
        source: given.source ?? 'self',
        dayCode: `P${++made}`.padEnd(6, 'X'),
        termsVersion: 'test',
        at,
        state: 'confirmed',
      })
      .returning({ id: bookings.id })
    await db.insert(bookingSteps).values({ bookingId: booking!.id, step: 'confirmed', at })
    for (const [i, session] of sessions.entries()) {
      const mark = given.marks ? given.marks[i] : 'present'
      if (mark) await db.insert(marks).values({ eventSessionId: session.id, bookingId: booking!.id, mark, at })
    }
    return booking!.id
  })
}

import { and, asc, desc, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bookingSteps, bookings } from '#db/schema.ts'
import { book } from '#server/bookings/booking.ts'
import { cancel } from '#server/bookings/cancellation.ts'
import type { Actor } from '#server/context.ts'
import { Refused } from '#server/errors.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

const histories = Number(process.env.HISTORIES ?? 200)
const seed = Number(process.env.SEED ?? 20_260_914)

let world: TestWorld
const crowd: number[] = []
beforeAll(async () => {
  world = await makeWorld()
  for (let n = 0; n < 6; n++) crowd.push(await world.stage.person(`Person ${n}`))
})
afterAll(() => world.close())

const actor = (personId: number): Actor => ({
  kind: 'person',
  personId,
  email: '',
  role: 'delegate',
  roles: ['delegate'],
  agencyIds: [],
  signInId: personId,
})

const press = fc.record({
  who: fc.nat(5),
  what: fc.constantFrom('book' as const, 'cancel' as const),
  repeatKey: fc.option(fc.constantFrom('repeat-a', 'repeat-b'), { nil: undefined }),
  isAtOnce: fc.boolean(),
})

describe('Any history of booking and cancelling', () => {
  it('never seats more than the capacity, and every state is its last step', async () => {
    console.log(`booking histories: seed ${seed}, ${histories} histories`)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4 }),
        fc.array(press, { maxLength: 24 }),
        async (capacity, presses) => {
          const eventId = await world.stage.event({ capacity })
          const waiting: Promise<void>[] = []
          for (const one of presses) {
            const done = act(eventId, crowd[one.who]!, one)
            if (one.isAtOnce) waiting.push(done)
            else await done
          }
          await Promise.all(waiting)
          const rows = await world.store.read.select().from(bookings).where(eq(bookings.eventId, eventId))
          expect(rows.filter(({ state }) => state === 'confirmed').length).toBeLessThanOrEqual(capacity)
          for (const row of rows) {
            const steps = await world.store.read
              .select({ step: bookingSteps.step })
              .from(bookingSteps)
              .where(eq(bookingSteps.bookingId, row.id))
              .orderBy(asc(bookingSteps.id))
            expect(steps.at(-1)?.step).toBe(row.state)
          }
          const live = rows.filter(({ state }) => state === 'confirmed').map(({ personId }) => personId)
          expect(new Set(live).size).toBe(live.length)
          expect(new Set(rows.map(({ dayCode }) => dayCode)).size).toBe(rows.length)
        },
      ),
      { seed, numRuns: histories, interruptAfterTimeLimit: 55_000, markInterruptAsFailure: false },
    )
  })
})

async function act(
  eventId: number,
  personId: number,
  { what, repeatKey }: { what: 'book' | 'cancel'; repeatKey: string | undefined },
) {
  const ctx = world.ctx(actor(personId))
  try {
    if (what === 'book') {
      await book(ctx, { eventId, termsAccepted: true, ...(repeatKey ? { repeatKey } : {}) })
      return
    }
    const [latest] = await world.store.read
      .select({ id: bookings.id })
      .from(bookings)
      .where(and(eq(bookings.eventId, eventId), eq(bookings.personId, personId)))
      .orderBy(desc(bookings.id))
      .limit(1)
    if (latest) await cancel(ctx, { bookingId: latest.id, repeatKey })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

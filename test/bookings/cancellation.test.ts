import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bookingSteps, bookings, charges, history, messages } from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'

let world: TestWorld
let bea: Someone
let event: number
let id: number
beforeEach(async () => {
  world = await makeWorld()
  bea = await world.as(world.stage.bea)
  event = await world.stage.event({ on: ['2026-10-05'], capacity: 1 })
  id = (await bea.post('/api/bookings', { eventId: event, termsAccepted: true })).json.id
})
afterEach(() => world.close())

const cancel = (who: Someone, body: object = {}) => who.post(`/api/bookings/${id}/cancellation`, body)
const owed = () => world.store.read.select().from(messages).where(eq(messages.kind, 'booking-cancellation'))

describe('Cancelling', () => {
  it('frees the place, keeps the step and its reason, and owes the message that takes it out of the calendar', async () => {
    expect((await cancel(bea)).status).toBe(201)
    expect(await world.store.read.select().from(bookings)).toMatchObject([{ id, state: 'cancelled' }])
    expect(
      (await world.store.read.select().from(bookingSteps)).map(({ step, reason, by }) => [step, reason, by]),
    ).toEqual([
      ['confirmed', null, world.stage.bea],
      ['cancelled', 'by-person', world.stage.bea],
    ])
    expect(
      (
        await world.store.read
          .select()
          .from(history)
          .where(eq(history.about, `booking:${id}`))
      ).map(({ what }) => what),
    ).toEqual(['booking.confirmed', 'booking.cancelled'])
    expect(await owed()).toMatchObject([{ about: `booking:${id}`, occurrence: '1', toPersonId: world.stage.bea }])
    const olu = await world.as(world.stage.olu)
    expect((await olu.post('/api/bookings', { eventId: event, termsAccepted: true })).status).toBe(201)
  })

  it('lets the same person book again, as a new booking', async () => {
    await cancel(bea)
    const again = await bea.post('/api/bookings', { eventId: event, termsAccepted: true })
    expect(again.status).toBe(201)
    expect(again.json.id).not.toBe(id)
  })

  it('happens once: pressed twice it answers the same, pressed later it says that it is done', async () => {
    const [one, two] = await Promise.all([
      cancel(bea, { repeatKey: 'cancel-01' }),
      cancel(bea, { repeatKey: 'cancel-01' }),
    ])
    expect([one.status, two.status, one.text === two.text]).toEqual([201, 201, true])
    const later = await cancel(bea)
    expect([later.status, later.json.code]).toEqual([409, 'already-cancelled'])
    expect(await owed()).toHaveLength(1)
  })

  it('is refused once the event has begun', async () => {
    world.setClock(londonInstant('2026-10-05', '09:30'))
    const answer = await cancel(await world.as(world.stage.bea))
    expect([answer.status, answer.json.code]).toEqual([409, 'too-late-to-cancel'])
    expect(await owed()).toEqual([])
  })

  it('within five working days says that the agency may be charged, and charges nothing by itself', async () => {
    const said = async () => (await (await world.as(world.stage.bea)).get(`/api/bookings/${id}`)).json.cancellation
    world.setClock(londonInstant('2026-09-28', '23:59'))
    expect(await said()).toEqual({ freeUntil: 'Monday 28 September 2026', isLate: false })
    world.setClock(londonInstant('2026-09-29', '00:00'))
    expect((await said()).isLate).toBe(true)
    await cancel(await world.as(world.stage.bea))
    expect(await world.store.read.select().from(charges)).toEqual([])
  })

  it('is nobody else’s to press: another’s booking answers as none does', async () => {
    const others = [
      await world.as(world.stage.olu),
      await world.as(world.stage.lena, 'agency-lead'),
      await world.as(world.stage.tess, 'trainer'),
    ]
    for (const other of others) {
      const [theirs, none] = [await cancel(other), await other.post('/api/bookings/999999/cancellation')]
      expect([theirs.status, theirs.text]).toEqual([404, none.text])
    }
    expect((await cancel(world.visitor)).status).toBe(401)
    expect((await cancel(bea, { reason: 'none' })).status).toBe(422)
    expect(await world.store.read.select().from(bookings)).toMatchObject([{ state: 'confirmed' }])
  })
})

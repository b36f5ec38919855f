import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventCancellations } from '#db/schema.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'

let world: TestWorld
let bea: Someone
beforeEach(async () => {
  world = await makeWorld()
  bea = await world.as(world.stage.bea)
})
afterEach(() => world.close())

const book = async (who: Someone, eventId: number): Promise<number> =>
  (await who.post('/api/bookings', { eventId, termsAccepted: true })).json.id

describe('My bookings', () => {
  it('lists those to come, soonest first, and apart from them those past or cancelled', async () => {
    const [later, sooner, gone, off] = [
      await world.stage.event({ on: ['2026-11-05'] }),
      await world.stage.event({ on: ['2026-10-05'] }),
      await world.stage.event({ on: ['2026-10-06'] }),
      await world.stage.event({ on: ['2026-10-07'] }),
    ]
    const ids = [await book(bea, later), await book(bea, sooner), await book(bea, gone), await book(bea, off)]
    await bea.post(`/api/bookings/${ids[2]}/cancellation`)
    await world.store.write((db) =>
      db.insert(eventCancellations).values({ eventId: off, at: world.now(), reason: 'Snow' }),
    )
    await book(await world.as(world.stage.olu), later)
    const { json } = await bea.get('/api/bookings')
    expect(json.upcoming.map(({ id }: { id: number }) => id)).toEqual([ids[1], ids[0]])
    expect(json.past.map(({ stateWords }: { stateWords: string }) => stateWords)).toEqual([
      'Event cancelled',
      'Cancelled',
    ])
    expect(json.upcoming[0]).toMatchObject({ stateWords: 'Booked', canCancel: true, certificateId: null })
  })

  it('is empty for someone not known here yet, and closed to a visitor', async () => {
    expect((await (await world.asNew('nia@school.test')).get('/api/bookings')).json).toEqual({ upcoming: [], past: [] })
    expect((await world.visitor.get('/api/bookings')).status).toBe(401)
  })
})

describe('One booking', () => {
  it('is seen by its person and a coordinator, and for anyone else is not there', async () => {
    const id = await book(bea, await world.stage.event())
    expect((await bea.get(`/api/bookings/${id}`)).json).toMatchObject({
      id,
      name: 'Bea Fern',
      endHref: null,
      state: 'confirmed',
    })
    expect((await (await world.as(world.stage.ada, 'coordinator')).get(`/api/bookings/${id}`)).status).toBe(200)
    const others = [
      await world.as(world.stage.ada, 'delegate'),
      await world.as(world.stage.olu),
      await world.as(world.stage.sue, 'sub-group'),
      await world.as(world.stage.mo, 'administrator'),
      await world.asNew('nia@school.test'),
    ]
    for (const other of others)
      for (const path of ['', '/calendar']) {
        const [theirs, none] = [
          await other.get(`/api/bookings/${id}${path}`),
          await other.get(`/api/bookings/999999${path}`),
        ]
        expect([theirs.status, theirs.text]).toEqual([404, none.text])
      }
    expect((await world.visitor.get(`/api/bookings/${id}`)).status).toBe(401)
  })

  it('tells beforehand what a booking would keep, and why it cannot be made', async () => {
    const event = await world.stage.event({ capacity: 1 })
    const saidBefore = async (who: Someone) => (await who.get(`/api/events/${event}/booking`)).json
    expect(await saidBefore(bea)).toMatchObject({
      refusal: null,
      you: { name: 'Bea Fern', agency: 'Council children’s services' },
    })
    expect((await saidBefore(await world.asNew('nia@school.test'))).you).toBeNull()
    const id = await book(bea, event)
    expect((await saidBefore(bea)).refusal).toMatchObject({ code: 'already-booked', bookingId: id })
    expect((await saidBefore(await world.as(world.stage.olu))).refusal).toMatchObject({ code: 'event-full' })
  })
})

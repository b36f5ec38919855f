import { and, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFile } from '#db/open-node.ts'
import {
  agencies,
  bookingSteps,
  bookings,
  eventCancellations,
  events,
  history,
  messages,
  people,
  requestsSeen,
} from '#db/schema.ts'
import { takePlace } from '#server/bookings/booking.ts'
import { transact } from '#server/context.ts'
import { Refused } from '#server/errors.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'

let world: TestWorld
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

const bookOn = (who: Someone, eventId: number, more: object = {}) =>
  who.post('/api/bookings', { eventId, termsAccepted: true, ...more })

const booked = (eventId: number) =>
  world.store.read
    .select()
    .from(bookings)
    .where(and(eq(bookings.eventId, eventId), eq(bookings.state, 'confirmed')))

async function crowd(size: number): Promise<Someone[]> {
  const all: Someone[] = []
  for (let n = 0; n < size; n++) all.push(await world.as(await world.stage.person(`Person ${n}`)))
  return all
}

describe('Booking a place', () => {
  it('confirms at once, with step, history and the confirmation owed, in one go', async () => {
    const event = await world.stage.event()
    const { status, json } = await bookOn(await world.as(world.stage.bea), event)
    expect(status).toBe(201)
    const [row] = await booked(event)
    expect(json).toEqual({ id: row!.id, reference: expect.stringMatching(/^B\d{5}$/) })
    expect(row).toMatchObject({
      personId: world.stage.bea,
      agencyId: world.stage.agencies.council,
      sectorId: world.stage.sectors.councils,
      roleGroup: 'social-work',
      workforce: 'children',
      chargeTier: 'partner',
      source: 'self',
      bookedBy: world.stage.bea,
      termsVersion: '2026-12',
      at: world.now(),
    })
    expect(row!.dayCode).toMatch(/^[0-9A-HJKMNP-TV-Z]{6}$/)
    expect(await world.store.read.select().from(bookingSteps)).toMatchObject([
      { bookingId: row!.id, step: 'confirmed' },
    ])
    expect(
      await world.store.read
        .select()
        .from(history)
        .where(eq(history.about, `booking:${row!.id}`)),
    ).toMatchObject([{ what: 'booking.confirmed', actor: `person:${world.stage.bea}` }])
    expect(await world.store.read.select().from(messages)).toMatchObject([
      { kind: 'booking-confirmation', about: `booking:${row!.id}`, occurrence: '1', toPersonId: world.stage.bea },
    ])
  })

  it('keeps the agency of its day when the person moves', async () => {
    const event = await world.stage.event()
    const bea = await world.as(world.stage.bea)
    const { json } = await bookOn(bea, event)
    await world.store.write(async (db) => {
      await db
        .update(people)
        .set({ agencyId: world.stage.agencies.trust, roleGroup: 'nursing' })
        .where(eq(people.id, world.stage.bea))
      await db.update(agencies).set({ chargeTier: 'other' }).where(eq(agencies.id, world.stage.agencies.council))
    })
    expect(await booked(event)).toMatchObject([
      { agencyId: world.stage.agencies.council, roleGroup: 'social-work', chargeTier: 'partner' },
    ])
    expect((await bea.get(`/api/bookings/${json.id}`)).json.agency).toBe('Council children’s services')
  })

  it('makes someone new a person here inside their first booking, once', async () => {
    const event = await world.stage.event()
    const nia = await world.asNew('nia@school.test')
    const nothingTold = await bookOn(nia, event)
    expect([nothingTold.status, nothingTold.json.errors[0].path]).toEqual([422, 'you'])
    const you = {
      name: 'Nia Ó Sé',
      agencyId: world.stage.agencies.school,
      roleGroup: 'teaching',
      workforce: 'children',
    }
    const [one, two] = await Promise.all([
      bookOn(nia, event, { you, repeatKey: 'press-0001' }),
      bookOn(nia, event, { you, repeatKey: 'press-0001' }),
    ])
    expect([one.status, two.status]).toEqual([201, 201])
    expect(one.text).toBe(two.text)
    const made = await world.store.read.select().from(people).where(eq(people.email, 'nia@school.test'))
    expect(made).toMatchObject([{ name: 'Nia Ó Sé', agencyId: world.stage.agencies.school }])
    expect(await booked(event)).toMatchObject([{ personId: made[0]!.id, sectorId: world.stage.sectors.education }])
    expect((await nia.get(`/api/bookings/${one.json.id}`)).json.name).toBe('Nia Ó Sé')
  })

  it('leaves no person behind when the event is full', async () => {
    const event = await world.stage.event({ capacity: 1 })
    await bookOn(await world.as(world.stage.bea), event)
    const you = { name: 'Nia Sea', agencyId: world.stage.agencies.school, roleGroup: 'teaching', workforce: 'children' }
    const answer = await bookOn(await world.asNew('nia@school.test'), event, { you })
    expect([answer.status, answer.json.code]).toEqual([409, 'event-full'])
    expect(await world.store.read.select().from(people).where(eq(people.email, 'nia@school.test'))).toEqual([])
  })

  it('refuses in words: full, booked already, not open, closed, cancelled, for partners', async () => {
    const bea = await world.as(world.stage.bea)
    const refusal = async (event: number) => {
      const { status, json } = await bookOn(bea, event)
      return [status, json.code]
    }
    const change = (event: number, set: Partial<typeof events.$inferInsert>) =>
      world.store.write((db) => db.update(events).set(set).where(eq(events.id, event)))

    const full = await world.stage.event({ capacity: 0 })
    expect(await refusal(full)).toEqual([409, 'event-full'])
    const twice = await world.stage.event({ capacity: 1 })
    await bookOn(bea, twice)
    expect(await refusal(twice)).toEqual([409, 'already-booked'])
    const early = await world.stage.event()
    await change(early, { bookingOpensAt: world.now() + 1 })
    expect(await refusal(early)).toEqual([409, 'not-open-yet'])
    const late = await world.stage.event()
    await change(late, { bookingClosesAt: world.now() })
    expect(await refusal(late)).toEqual([409, 'booking-closed'])
    const off = await world.stage.event()
    await world.store.write((db) =>
      db.insert(eventCancellations).values({ eventId: off, at: world.now(), reason: 'Snow' }),
    )
    expect(await refusal(off)).toEqual([409, 'event-cancelled'])
    const closed = await world.stage.event()
    await change(closed, { bookableBy: 'partners' })
    await world.store.write((db) => db.update(agencies).set({ chargeTier: 'other' }))
    expect(await refusal(closed)).toEqual([409, 'partners-only'])
    const draft = await world.stage.event()
    await change(draft, { publishedAt: null })
    expect(await refusal(draft)).toEqual([404, 'missing'])
  })

  it('refuses a visitor, unaccepted terms and fields it does not know, and writes nothing', async () => {
    const event = await world.stage.event()
    expect((await bookOn(world.visitor, event)).status).toBe(401)
    const bea = await world.as(world.stage.bea)
    const answers = await Promise.all([
      bea.post('/api/bookings', { eventId: event }),
      bea.post('/api/bookings', { eventId: event, termsAccepted: false }),
      bookOn(bea, event, { agencyId: 1 }),
      bookOn(bea, event, { state: 'confirmed' }),
      bea.post('/api/bookings', { eventId: '1', termsAccepted: true }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422])
    expect(await world.store.read.select().from(bookings)).toEqual([])
  })
})

describe('A submit that comes twice', () => {
  it('makes one booking and gets the same answer', async () => {
    const event = await world.stage.event()
    const bea = await world.as(world.stage.bea)
    const answers = await Promise.all([1, 2, 3].map(() => bookOn(bea, event, { repeatKey: 'key-00001' })))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(await booked(event)).toHaveLength(1)
    expect(await world.store.read.select().from(messages)).toHaveLength(1)
  })

  it('is another submit for another event or from somebody else', async () => {
    const [one, two] = [await world.stage.event(), await world.stage.event()]
    const bea = await world.as(world.stage.bea)
    const olu = await world.as(world.stage.olu)
    const answers = [
      await bookOn(bea, one, { repeatKey: 'key-00001' }),
      await bookOn(bea, two, { repeatKey: 'key-00001' }),
      await bookOn(olu, one, { repeatKey: 'key-00001' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(3)
  })

  it('may try again with the same key after a refusal', async () => {
    const event = await world.stage.event({ capacity: 0 })
    const bea = await world.as(world.stage.bea)
    expect((await bookOn(bea, event, { repeatKey: 'key-00001' })).status).toBe(409)
    await world.store.write((db) => db.update(events).set({ capacity: 1 }).where(eq(events.id, event)))
    expect((await bookOn(bea, event, { repeatKey: 'key-00001' })).status).toBe(201)
    expect(await world.store.read.select().from(requestsSeen)).toHaveLength(1)
  })
})

describe('The last places', () => {
  it('go to exactly 50 of 200 who book at once, and 150 are told that it is full', async () => {
    const event = await world.stage.event({ capacity: 50 })
    const answers = await Promise.all((await crowd(200)).map((who) => bookOn(who, event)))
    const count = (status: number) => answers.filter((answer) => answer.status === status).length
    expect([count(201), count(409)]).toEqual([50, 150])
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ json }) => json.code))).toEqual(
      new Set(['event-full']),
    )
    expect(await booked(event)).toHaveLength(50)
    expect(await world.store.read.select().from(bookings)).toHaveLength(50)
  })

  it('go to one of 50, and a cancelled one can be taken again, once', async () => {
    const event = await world.stage.event({ capacity: 1 })
    const all = await crowd(50)
    const answers = await Promise.all(all.map((who) => bookOn(who, event)))
    const winner = answers.findIndex(({ status }) => status === 201)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect((await all[winner]!.post(`/api/bookings/${answers[winner]!.json.id}/cancellation`)).status).toBe(201)
    const again = await Promise.all(all.map((who) => bookOn(who, event)))
    expect(again.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(await booked(event)).toHaveLength(1)
  })

  it('are never oversold by two processes on one file', async () => {
    const event = await world.stage.event({ capacity: 20 })
    const crowd: number[] = []
    for (let n = 0; n < 60; n++) crowd.push(await world.stage.person(`Person ${n}`))
    const other = await openFile(world.path, { thread: false })
    try {
      const attempt = async (personId: number, n: number) => {
        const store = n % 2 ? other : world.store
        try {
          await transact({ ...world.ctx(), store, db: store.read }, (ctx) =>
            takePlace(ctx, { eventId: event, personId, source: 'coordinator', by: world.stage.ada }),
          )
          return 'booked'
        } catch (error) {
          if (error instanceof Refused) return error.code
          throw error
        }
      }
      const outcomes = await Promise.all(crowd.map(attempt))
      expect(outcomes.filter((outcome) => outcome === 'booked')).toHaveLength(20)
      expect(outcomes.filter((outcome) => outcome === 'event-full')).toHaveLength(40)
    } finally {
      await other.close()
    }
    expect(await booked(event)).toHaveLength(20)
  })
})

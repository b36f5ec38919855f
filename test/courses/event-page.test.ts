import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assignments, eventCancellations, events, trainers } from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let world: TestWorld
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

describe('The page of an event', () => {
  it('tells a visitor everything about the course, and the trainers’ agencies but not their names', async () => {
    const event = await world.stage.event()
    await world.store.write(async (db) => {
      await db.insert(trainers).values({ personId: world.stage.tess })
      await db.insert(assignments).values({ eventId: event, trainerId: world.stage.tess, as: 'lead' })
    })
    const { status, json, text } = await world.visitor.get(`/api/events/${event}`)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      title: 'Recognising neglect',
      learningOutcomes: ['I can recognise the signs of neglect', 'I can use the neglect toolkit'],
      why: 'Needs analysis, March 2026',
      hours: '6 hours',
      participatoryHours: '5 hours',
      trainers: 'Riverside NHS Trust',
      cancelled: null,
      mine: null,
      bookingOpen: true,
    })
    expect(text).not.toContain('Tess')
  })

  it('says that it was cancelled and why, and that nobody can book', async () => {
    const event = await world.stage.event()
    await world.store.write((db) =>
      db.insert(eventCancellations).values({ eventId: event, at: world.now(), reason: 'The venue flooded' }),
    )
    expect((await world.visitor.get(`/api/events/${event}`)).json).toMatchObject({
      cancelled: 'The venue flooded',
      bookingOpen: false,
      bar: { code: 'event-cancelled' },
    })
  })

  it('answers the same for a draft, a missing number and nonsense', async () => {
    const draft = await world.stage.event()
    await world.store.write((db) => db.update(events).set({ publishedAt: null }).where(eq(events.id, draft)))
    const answers = await Promise.all([draft, 999_999, 'nonsense'].map((id) => world.visitor.get(`/api/events/${id}`)))
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  it('shows the joining link to those booked, from three days before and to nobody else', async () => {
    const event = await world.stage.event({ on: ['2026-10-05'], online: true })
    const bea = await world.as(world.stage.bea)
    await bea.post('/api/bookings', { eventId: event, termsAccepted: true })
    const link = async (who: typeof bea) => (await who.get(`/api/events/${event}`)).json.sessions[0].link
    expect(await link(bea)).toBeNull()
    world.setClock(londonInstant('2026-10-02', '00:00'))
    const beaLater = await world.as(world.stage.bea)
    expect(await link(beaLater)).toBe('https://video.test/room')
    expect(await link(await world.as(world.stage.olu))).toBeNull()
    expect(await link(world.visitor)).toBeNull()
  })
})

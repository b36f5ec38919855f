import ICAL from 'ical.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventCancellations } from '#db/schema.ts'
import { calendarOf } from '#server/bookings/calendar-entry.ts'
import { cancellationFacts, confirmationFacts } from '#server/bookings/message-facts.ts'
import { londonInstant } from '#server/calendar.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'

let world: TestWorld
let bea: Someone
beforeEach(async () => {
  world = await makeWorld()
  bea = await world.as(world.stage.bea)
})
afterEach(() => world.close())

const book = async (eventId: number): Promise<number> =>
  (await bea.post('/api/bookings', { eventId, termsAccepted: true })).json.id

describe('The calendar entry of a booking', () => {
  it('has one entry for each event session at the right time on both sides of the clock change', async () => {
    const id = await book(await world.stage.event({ on: ['2026-10-22', '2026-10-29'] }))
    const entries = await calendarOf(world.ctx(), id, 'REQUEST')
    expect(entries.map(({ startsAt }) => new Date(startsAt).toISOString())).toEqual([
      '2026-10-22T08:30:00.000Z',
      '2026-10-29T09:30:00.000Z',
    ])
    expect(entries.map(({ sequence }) => sequence)).toEqual([0, 0])
  })

  it('keeps its UID for ever and raises its SEQUENCE with the cancellation', async () => {
    const id = await book(await world.stage.event())
    const [before] = await calendarOf(world.ctx(), id, 'REQUEST')
    world.later('P1D')
    await (await world.as(world.stage.bea)).post(`/api/bookings/${id}/cancellation`)
    const [after] = await calendarOf(world.ctx(), id, 'CANCEL')
    expect(after!.uid).toBe(before!.uid)
    expect([before!.sequence, after!.sequence]).toEqual([0, 1])
    expect(after!.stampedAt).toBeGreaterThan(before!.stampedAt)
  })

  it('holds no link of the person’s own', async () => {
    const id = await book(await world.stage.event({ online: true }))
    const text = (await bea.get(`/api/bookings/${id}/calendar`)).text.replaceAll('\r\n ', '')
    expect(text).not.toMatch(/\/bookings\/|video\.test/)
    expect(text).toContain(`UID:booking-${id}-`)
  })

  it('can be saved as a file that any calendar reads', async () => {
    const id = await book(await world.stage.event({ on: ['2026-10-05'] }))
    const { status, headers, text } = await bea.get(`/api/bookings/${id}/calendar`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('method=PUBLISH')
    const entry = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent')!
    expect(entry.getFirstProperty('attendee')).toBeNull()
    expect(entry.getFirstPropertyValue('summary')).toBe('Recognising neglect')
    expect(new ICAL.Event(entry).startDate.toJSDate().getTime()).toBe(londonInstant('2026-10-05', '09:30'))
  })
})

describe('What the messages say, asked at sending', () => {
  it('confirms a place that stands, with the last day to cancel', async () => {
    const id = await book(await world.stage.event({ on: ['2026-10-05'] }))
    const told = await confirmationFacts(world.ctx(), id)
    expect(told?.props).toEqual({
      firstName: 'Bea',
      course: 'Recognising neglect',
      when: ['Monday 5 October 2026, 9:30am to 4:30pm'],
      where: 'Venue to be confirmed',
      toBring: null,
      cancelBy: 'by Monday 28 September 2026',
      cancelHref: `http://127.0.0.1:8787/bookings/${id}/cancel`,
      manageHref: `http://127.0.0.1:8787/bookings/${id}`,
      phone: world.config.partnership.phone,
    })
    expect(told?.invitations).toMatchObject([{ method: 'REQUEST', attendee: { name: 'Bea Fern' } }])
  })

  it('confirms nothing that was cancelled meanwhile, and then tells the cancellation', async () => {
    const event = await world.stage.event()
    const id = await book(event)
    expect(await cancellationFacts(world.ctx(), id)).toBeNull()
    await bea.post(`/api/bookings/${id}/cancellation`)
    expect(await confirmationFacts(world.ctx(), id)).toBeNull()
    const told = await cancellationFacts(world.ctx(), id)
    expect(told?.props.reason).toBe('You cancelled your place on Monday 14 September 2026.')
    expect(told?.invitations).toMatchObject([{ method: 'CANCEL', sequence: 1 }])
  })

  it('confirms nothing at an event that was cancelled, or that is over', async () => {
    const [off, past] = [
      await world.stage.event({ on: ['2026-10-05'] }),
      await world.stage.event({ on: ['2026-10-05'] }),
    ]
    const [offId, pastId] = [await book(off), await book(past)]
    await world.store.write((db) =>
      db.insert(eventCancellations).values({ eventId: off, at: world.now(), reason: 'Snow' }),
    )
    expect(await confirmationFacts(world.ctx(), offId)).toBeNull()
    world.setClock(londonInstant('2026-10-05', '16:30'))
    expect(await confirmationFacts(world.ctx(), pastId)).toBeNull()
    expect(await confirmationFacts(world.ctx(), 999_999)).toBeNull()
  })
})

import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courses, courseThemes, eventCancellations, eventSessions, events, themes, venues } from '#db/schema.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let world: TestWorld
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

const titles = async (query = ''): Promise<string[]> =>
  (await world.visitor.get(`/api/events${query}`)).json.events.map(({ title }: { title: string }) => title)

async function course(
  title: string,
  details: Partial<typeof courses.$inferInsert> = {},
  theme?: string,
): Promise<number> {
  return world.store.write(async (db) => {
    const [made] = await db
      .insert(courses)
      .values({
        code: title.slice(0, 4).toUpperCase(),
        title,
        aims: 'Act early.',
        level: 'Group A',
        audience: 'children',
        keyBehaviour: 'Ask',
        minutes: 90,
        participatoryMinutes: 60,
        attendanceRule: 'all',
        earns: 'one-question',
        why: 'Audit, May 2026',
        ...details,
      })
      .returning({ id: courses.id })
    if (theme) {
      const [row] = await db
        .insert(themes)
        .values({ name: theme })
        .onConflictDoUpdate({ target: themes.name, set: { name: theme } })
        .returning({ id: themes.id })
      await db.insert(courseThemes).values({ courseId: made!.id, themeId: row!.id })
    }
    return made!.id
  })
}

describe('The catalogue', () => {
  it('shows a visitor the published events to come, soonest first, in finished words', async () => {
    await world.stage.event({ on: ['2026-11-03'] })
    const first = await world.stage.event({ on: ['2026-10-01', '2026-10-08'], capacity: 4 })
    const { status, json } = await world.visitor.get('/api/events')
    expect(status).toBe(200)
    expect(json).toMatchObject({ count: 2, page: 1, pages: 1 })
    expect(json.events[0]).toEqual({
      id: first,
      code: 'NEG1',
      title: 'Recognising neglect',
      kind: 'course',
      when: ['Thursday 1 October 2026, 9:30am to 4:30pm', 'Thursday 8 October 2026, 9:30am to 4:30pm'],
      where: 'Venue to be confirmed',
      level: 'Group B',
      audience: 'children',
      hours: '6 hours',
      placesLeft: 4,
      placesWords: '4 places left',
      price: 'Free',
      bookingOpen: true,
      bar: null,
    })
  })

  it('leaves out what is not published, cancelled or begun', async () => {
    const [draft, cancelled, begun] = [await world.stage.event(), await world.stage.event(), await world.stage.event()]
    await world.store.write(async (db) => {
      await db.update(events).set({ publishedAt: null }).where(eq(events.id, draft))
      await db.insert(eventCancellations).values({ eventId: cancelled, at: world.now(), reason: 'No trainer' })
      await db.update(events).set({ startsAt: world.now() }).where(eq(events.id, begun))
    })
    expect((await world.visitor.get('/api/events')).json).toMatchObject({ count: 0, events: [] })
  })

  it('finds by words in title, code, aims and theme, every word', async () => {
    await world.stage.event()
    await world.stage.event({ courseId: await course('Domestic abuse', { code: 'DA2' }, 'Coercive control') })
    expect(await titles('?words=NEGLECT')).toEqual(['Recognising neglect'])
    expect(await titles('?words=da2')).toEqual(['Domestic abuse'])
    expect(await titles('?words=control%20abuse')).toEqual(['Domestic abuse'])
    expect(await titles('?words=neglect%20abuse')).toEqual([])
    expect(await titles('?words=%25')).toEqual([])
  })

  it('filters by theme, level, audience, place and dates, and says what can be chosen', async () => {
    const online = await course('Adult carers', { level: 'Group C', audience: 'adults' }, 'Carers')
    await world.stage.event({ on: ['2026-10-05'] })
    const event = await world.stage.event({ on: ['2026-12-01'], courseId: online, online: true })
    const [venue] = await world.store.write((db) =>
      db.insert(venues).values({ name: 'Civic Hall', address: '1 High Street' }).returning({ id: venues.id }),
    )
    const all = (await world.visitor.get('/api/events')).json
    expect(all.filters).toEqual({ themes: ['Carers'], levels: ['Group B', 'Group C'] })
    expect(await titles('?theme=Carers')).toEqual(['Adult carers'])
    expect(await titles('?level=Group%20B')).toEqual(['Recognising neglect'])
    expect(await titles('?audience=adults')).toEqual(['Adult carers'])
    expect(await titles('?where=online')).toEqual(['Adult carers'])
    expect(await titles('?where=in-person')).toEqual(['Recognising neglect'])
    expect(await titles('?from=2026-10-06')).toEqual(['Adult carers'])
    expect(await titles('?to=2026-10-05')).toEqual(['Recognising neglect'])
    expect(await titles('?from=2026-10-05&to=2026-12-01')).toHaveLength(2)
    await world.store.write((db) =>
      db.update(eventSessions).set({ venueId: venue!.id, online: false }).where(eq(eventSessions.eventId, event)),
    )
    expect((await world.visitor.get('/api/events?theme=Carers')).json.events[0].where).toBe('Civic Hall')
  })

  it('says honestly when an event is full, and can show only events with places left', async () => {
    const event = await world.stage.event({ capacity: 1 })
    const bea = await world.as(world.stage.bea)
    expect((await bea.post('/api/bookings', { eventId: event, termsAccepted: true })).status).toBe(201)
    expect((await world.visitor.get('/api/events')).json.events[0]).toMatchObject({
      placesLeft: 0,
      placesWords: 'Full: nobody more can book',
      bookingOpen: false,
      bar: { code: 'event-full' },
    })
    expect(await titles('?free=yes')).toEqual([])
  })

  it('says when booking opens, and that it has closed', async () => {
    const event = await world.stage.event()
    await world.store.write((db) =>
      db
        .update(events)
        .set({ bookingOpensAt: world.now() + 86_400_000 })
        .where(eq(events.id, event)),
    )
    const entry = async () => (await world.visitor.get('/api/events')).json.events[0]
    expect((await entry()).bar).toEqual({
      code: 'not-open-yet',
      words: 'Booking opens at 9am on Tuesday 15 September 2026',
    })
    await world.store.write((db) =>
      db.update(events).set({ bookingOpensAt: 0, bookingClosesAt: world.now() }).where(eq(events.id, event)),
    )
    expect((await entry()).bar.code).toBe('booking-closed')
  })

  it('gives twenty a page, and the last page for one past the end', async () => {
    for (let n = 0; n < 21; n++) await world.stage.event()
    const page = async (query: string) => (await world.visitor.get(`/api/events${query}`)).json
    expect(await page('')).toMatchObject({ count: 21, page: 1, pages: 2 })
    expect((await page('')).events).toHaveLength(20)
    expect((await page('?page=2')).events).toHaveLength(1)
    expect(await page('?page=9')).toMatchObject({ count: 21, page: 2, pages: 2 })
  })

  it.each(['?from=2026-02-31', '?audience=pets', '?page=0', '?page=x', '?colour=red'])(
    'refuses %s in plain words',
    async (query) => {
      const { status, json } = await world.visitor.get(`/api/events${query}`)
      expect([status, json.code, json.errors.length]).toEqual([422, 'invalid', 1])
    },
  )
})

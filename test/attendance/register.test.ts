import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bookings } from '#db/bookings.ts'
import { eventCancellations, events } from '#db/courses.ts'
import { history } from '#db/history.ts'
import { londonInstant } from '#server/calendar.ts'
import { makeWorld, type TestWorld } from '../world.ts'
import { allMarks, currentMarks, engage, place, press, sessionsOf } from './day.ts'

const today = '2026-09-14'
let world: TestWorld
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

async function day(on = [today]) {
  const eventId = await world.stage.event({ on })
  const bea = await place(world, eventId, world.stage.bea)
  const olu = await place(world, eventId, world.stage.olu)
  const sessions = await sessionsOf(world, eventId)
  return { eventId, bea, olu, session: sessions[0]!, sessions }
}

describe('the register', () => {
  it('lists those with a confirmed place by name, with agency, day code and marks', async () => {
    const { eventId, bea, olu, session } = await day()
    const waiting = await place(world, eventId, await world.stage.person('Wanda Wait'))
    await world.store.write((db) => db.update(bookings).set({ state: 'waiting' }).where(eq(bookings.id, waiting)))
    await press(world, session, olu, 'late')
    const ada = await world.as(world.stage.ada, 'coordinator')
    const { json, status, text } = await ada.get(`/api/events/${eventId}/register`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ title: 'Recognising neglect', dates: 'Monday 14 September 2026' })
    expect(json.sessions).toEqual([
      { id: session, words: 'Monday 14 September 2026, 9:30am to 4:30pm', isOpen: true, closedWords: null },
    ])
    expect(json.people).toEqual([
      { bookingId: bea, name: 'Bea Fern', agency: 'Council children’s services', dayCode: 'D00003', marks: [] },
      {
        bookingId: olu,
        name: 'Olu Marsh',
        agency: 'Northfield Primary School',
        dayCode: 'D00004',
        marks: [{ eventSessionId: session, mark: 'late' }],
      },
    ])
    expect(text).not.toContain('@')
  })

  it('keeps the mark before a correction, and says so in the history', async () => {
    const { bea, session } = await day()
    const first = await press(world, session, bea, 'present')
    expect(first).toMatchObject({ status: 201, json: { changed: 1, marks: [{ bookingId: bea, mark: 'present' }] } })
    world.later('PT1H')
    await press(world, session, bea, 'left-early')
    expect(await allMarks(world, session)).toEqual([
      { bookingId: bea, mark: 'present', by: world.stage.ada, replacedAt: world.now() },
      { bookingId: bea, mark: 'left-early', by: world.stage.ada, replacedAt: null },
    ])
    const written = await world.store.read
      .select({ actor: history.actor, details: history.details })
      .from(history)
      .where(eq(history.about, `event-session:${session}`))
      .orderBy(history.id)
    expect(written).toEqual([
      { actor: `person:${world.stage.ada}`, details: 'present 1' },
      { actor: `person:${world.stage.ada}`, details: 'left-early 1' },
    ])
  })

  it('writes nothing when the same mark is pressed again', async () => {
    const { bea, session } = await day()
    await press(world, session, bea, 'present')
    expect((await press(world, session, bea, 'present')).json.changed).toBe(0)
    expect(await allMarks(world, session)).toHaveLength(1)
  })

  it('marks the rest without undoing what someone else has pressed meanwhile', async () => {
    const { bea, olu, session } = await day()
    await press(world, session, olu, 'absent')
    const ada = await world.as(world.stage.ada, 'coordinator')
    const { json } = await ada.post(`/api/event-sessions/${session}/marks`, {
      marks: [bea, olu].map((bookingId) => ({ bookingId, mark: 'present' })),
      onlyUnmarked: true,
    })
    expect(json.changed).toBe(1)
    expect(
      json.marks.toSorted((a: { bookingId: number }, b: { bookingId: number }) => a.bookingId - b.bookingId),
    ).toEqual([
      { bookingId: bea, mark: 'present' },
      { bookingId: olu, mark: 'absent' },
    ])
  })

  it('saves all or nothing: one person without a place there and no mark is made', async () => {
    const { bea, session } = await day()
    const other = await place(world, await world.stage.event({ on: [today] }), world.stage.olu)
    const ada = await world.as(world.stage.ada, 'coordinator')
    const answer = await ada.post(`/api/event-sessions/${session}/marks`, {
      marks: [
        { bookingId: bea, mark: 'present' },
        { bookingId: other, mark: 'present' },
      ],
    })
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ path: 'marks.1.bookingId' }] } })
    expect(await allMarks(world, session)).toEqual([])
  })

  it('opens an hour before the event session begins', async () => {
    const { bea, session, eventId } = await day(['2026-09-15'])
    world.setClock(londonInstant('2026-09-15', '08:29'))
    expect(await press(world, session, bea, 'present')).toMatchObject({ status: 409, json: { code: 'too-early' } })
    const ada = await world.as(world.stage.ada, 'coordinator')
    expect((await ada.get(`/api/events/${eventId}/register`)).json.sessions[0]).toMatchObject({
      isOpen: false,
      closedWords: 'The register opens at 8:30am on Tuesday 15 September 2026.',
    })
    world.setClock(londonInstant('2026-09-15', '08:30'))
    expect((await press(world, session, bea, 'present')).status).toBe(201)
  })

  it('lets a trainer change marks for fourteen days, and a coordinator always', async () => {
    const { eventId, bea, session } = await day()
    await engage(world, eventId, world.stage.tess)
    const mark = (as: 'present' | 'absent') => ({ marks: [{ bookingId: bea, mark: as }] })
    world.setClock(londonInstant('2026-09-28', '16:30'))
    let tess = await world.as(world.stage.tess, 'trainer')
    expect((await tess.post(`/api/event-sessions/${session}/marks`, mark('present'))).status).toBe(201)
    world.later('PT1M')
    tess = await world.as(world.stage.tess, 'trainer')
    expect(await tess.post(`/api/event-sessions/${session}/marks`, mark('absent'))).toMatchObject({
      status: 409,
      json: { code: 'too-late' },
    })
    world.later('P6M')
    expect((await press(world, session, bea, 'absent')).status).toBe(201)
  })

  it('refuses what it does not know', async () => {
    const { bea, session } = await day()
    const ada = await world.as(world.stage.ada, 'coordinator')
    const tried = [
      { marks: [{ bookingId: bea, mark: 'asleep' }] },
      { marks: [] },
      { marks: [{ bookingId: bea, mark: 'present', by: 1 }] },
      { marks: [{ bookingId: bea, mark: 'present' }], attended: true },
    ]
    for (const body of tried) expect((await ada.post(`/api/event-sessions/${session}/marks`, body)).status).toBe(422)
    expect(await allMarks(world, session)).toEqual([])
  })
})

describe('who takes the register', () => {
  it('is the coordinator or a trainer of that event: another event is as if it were not there', async () => {
    const { eventId, bea, session } = await day()
    const theirs = await world.stage.event({ on: [today] })
    await engage(world, theirs, world.stage.tess)
    const tess = await world.as(world.stage.tess, 'trainer')
    expect((await tess.get(`/api/events/${theirs}/register`)).status).toBe(200)
    const marks = { marks: [{ bookingId: bea, mark: 'present' }] }
    const [another, none] = [
      await tess.get(`/api/events/${eventId}/register`),
      await tess.get('/api/events/9999/register'),
    ]
    expect(another.status).toBe(404)
    expect(another.text).toBe(none.text)
    const [anothers, nones] = [
      await tess.post(`/api/event-sessions/${session}/marks`, marks),
      await tess.post('/api/event-sessions/9999/marks', marks),
    ]
    expect(anothers.status).toBe(404)
    expect(anothers.text).toBe(nones.text)
    expect(await allMarks(world, session)).toEqual([])
  })

  it('is nobody else', async () => {
    const { eventId, bea, session } = await day()
    const { stage } = world
    const others = [
      [await world.as(stage.bea), 403],
      [await world.as(stage.lena, 'agency-lead'), 403],
      [await world.as(stage.sue, 'sub-group'), 403],
      [await world.as(stage.mo, 'administrator'), 403],
      [await world.as(stage.ada, 'delegate'), 403],
      [world.visitor, 401],
    ] as const
    for (const [who, status] of others) {
      expect((await who.get('/api/registers')).status).toBe(status)
      expect((await who.get(`/api/events/${eventId}/register`)).status).toBe(status)
      const answer = await who.post(`/api/event-sessions/${session}/marks`, {
        marks: [{ bookingId: bea, mark: 'present' }],
      })
      expect(answer.status).toBe(status)
    }
    expect(await allMarks(world, session)).toEqual([])
  })

  it('has none for an event that was cancelled or is not published', async () => {
    const cancelled = await day()
    const draft = await day()
    await world.store.write(async (db) => {
      await db
        .insert(eventCancellations)
        .values({ eventId: cancelled.eventId, at: world.now(), reason: 'Too few people' })
      await db.update(events).set({ publishedAt: null }).where(eq(events.id, draft.eventId))
    })
    const ada = await world.as(world.stage.ada, 'coordinator')
    for (const { eventId } of [cancelled, draft])
      expect((await ada.get(`/api/events/${eventId}/register`)).status).toBe(404)
    expect((await ada.get('/api/registers')).json.total).toBe(0)
  })
})

describe('two registers at once', () => {
  it('both are saved, one mark stands, and it is one of the two', async () => {
    const { eventId, bea, session } = await day()
    await engage(world, eventId, world.stage.tess)
    const ada = await world.as(world.stage.ada, 'coordinator')
    const tess = await world.as(world.stage.tess, 'trainer')
    const answers = await Promise.all(
      (['present', 'absent'] as const).flatMap((mark) =>
        [ada, tess].map((who) =>
          who.post(`/api/event-sessions/${session}/marks`, { marks: [{ bookingId: bea, mark }] }),
        ),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    const standing = await currentMarks(world, session)
    expect(standing).toHaveLength(1)
    const all = await allMarks(world, session)
    expect(all.length).toBeGreaterThan(1)
    expect(new Set(all.map(({ mark }) => mark))).toEqual(new Set(['present', 'absent']))
    expect(all.at(-1)).toMatchObject({ mark: standing[0]!.mark, replacedAt: null })
  })

  it('is held by the database too: a second current mark is refused', async () => {
    const { bea, session } = await day()
    await press(world, session, bea, 'present')
    await expect(
      world.client.execute({
        sql: 'insert into marks (event_session_id, booking_id, mark, at) values (?, ?, ?, 0)',
        args: [session, bea, 'absent'],
      }),
    ).rejects.toThrow(/UNIQUE/)
  })
})

describe('the list of registers', () => {
  it('puts today first, then what lacks marks, what is coming, and what is done', async () => {
    const done = await day(['2026-09-07'])
    const lacking = await day(['2026-09-08'])
    const now = await day([today])
    const coming = await day(['2026-09-21'])
    await day(['2026-09-22'])
    await day(['2026-07-15'])
    for (const bookingId of [done.bea, done.olu]) await press(world, done.session, bookingId, 'present')
    await press(world, lacking.session, lacking.bea, 'excused')
    world.setClock(londonInstant(today, '10:00'))
    const ada = await world.as(world.stage.ada, 'coordinator')
    const { json } = await ada.get('/api/registers')
    const listed = json.registers.map((line: Record<string, unknown>) => [
      line.eventId,
      line.state,
      line.people,
      line.wanted,
      line.marked,
      line.unmarked,
    ])
    expect(listed).toEqual([
      [now.eventId, 'today', 2, 2, 0, 2],
      [lacking.eventId, 'to-mark', 2, 2, 1, 1],
      [coming.eventId, 'coming', 2, 0, 0, 0],
      [done.eventId, 'done', 2, 2, 2, 0],
    ])
    expect(json).toMatchObject({ total: 4, page: 1, pages: 1 })
  })

  it('counts a mark for each person and event session begun so far', async () => {
    const { sessions, bea, olu } = await day(['2026-09-11', '2026-09-16'])
    for (const bookingId of [bea, olu]) await press(world, sessions[0]!, bookingId, 'present')
    const line = async () => {
      const ada = await world.as(world.stage.ada, 'coordinator')
      return (await ada.get('/api/registers')).json.registers[0]
    }
    expect(await line()).toMatchObject({ wanted: 2, marked: 2, unmarked: 0, state: 'coming' })
    world.later('P2DT1H')
    expect(await line()).toMatchObject({ wanted: 4, marked: 2, unmarked: 2, state: 'today' })
  })

  it('shows a trainer their own, twenty a page', async () => {
    for (let n = 0; n < 21; n++) await engage(world, (await day()).eventId, world.stage.tess)
    await day()
    const tess = await world.as(world.stage.tess, 'trainer')
    const first = await tess.get('/api/registers')
    expect(first.json).toMatchObject({ total: 21, pages: 2 })
    expect(first.json.registers).toHaveLength(20)
    expect((await tess.get('/api/registers?page=2')).json.registers).toHaveLength(1)
    expect((await tess.get('/api/registers?page=0')).status).toBe(422)
  })
})

import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  courses,
  eventCancellations,
  eventSessions,
  events,
  learningOutcomes,
  messages,
  people,
  venues,
} from '#db/schema.ts'
import { joiningDue, joiningFacts, nextJoining } from '#server/bookings/joining.ts'
import { londonInstant } from '#server/calendar.ts'
import { readToken } from '#server/keys.ts'
import { at, messagesOf, nonceIn } from '#test/surveys/facts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let w: TestWorld
let eventId: number
beforeEach(async () => {
  w = await makeWorld()
  // A Tuesday: the third working day before is the Thursday of the week before.
  eventId = await w.stage.event({ on: ['2026-10-06', '2026-10-13'] })
})
afterEach(() => w.close())

let key = 0
async function book(personId: number, event = eventId): Promise<number> {
  const sent = { eventId: event, termsAccepted: true, repeatKey: `joining-${String(++key).padStart(4, '0')}` }
  const { status, json } = await (await w.as(personId)).post('/api/bookings', sent)
  expect(status).toBe(201)
  return json.id
}
const owed = () => messagesOf(w, 'joining-instructions')
const sent = () => w.kept.filter(({ subject }) => subject.startsWith('Joining instructions'))

describe('The joining instructions', () => {
  it('are owed at 9:00 three working days before, once for each booking, until the event begins', async () => {
    const [beas, olus] = [await book(w.stage.bea), await book(w.stage.olu)]
    expect(await nextJoining(w.ctx())).toBe(londonInstant('2026-10-01', '09:00'))
    at(w, '2026-10-01', '08:59')
    await w.chores()
    expect(await owed()).toEqual([])
    at(w, '2026-10-01', '09:00')
    await w.chores()
    await w.chores()
    expect(await owed()).toMatchObject(
      [
        [beas, w.stage.bea],
        [olus, w.stage.olu],
      ].map(([id, toPersonId]) => ({
        about: `booking:${id}`,
        occurrence: '1',
        toPersonId,
        class: 'never-lost',
        state: 'sent',
        deadline: londonInstant('2026-10-06', '09:30'),
      })),
    )
    expect(sent()).toHaveLength(2)
    expect(await nextJoining(w.ctx())).toBeNull()
  })

  it('reach a late booker at once, after the confirmation, but never once the event has begun', async () => {
    await w.store.write((db) =>
      db
        .update(events)
        .set({ bookingClosesAt: londonInstant('2026-10-06', '16:00') })
        .where(eq(events.id, eventId)),
    )
    at(w, '2026-10-06', '09:20')
    await book(w.stage.bea)
    await w.chores()
    expect(w.kept.map(({ subject }) => subject)).toEqual([
      'You have a place: Recognising neglect',
      'Joining instructions: Recognising neglect',
    ])
    at(w, '2026-10-06', '09:29')
    await book(w.stage.olu)
    at(w, '2026-10-06', '09:30')
    await w.chores()
    expect(await owed()).toHaveLength(1)
  })

  it('count working days over Christmas', async () => {
    const winter = await w.stage.event({ on: ['2027-01-04'] })
    at(w, '2026-12-01')
    await book(w.stage.bea, winter)
    // 1 January and the bank holiday for Boxing Day, 28 December, are none; 29 to 31 December are the three.
    expect(await nextJoining(w.ctx())).toBe(londonInstant('2026-12-29', '09:00'))
    at(w, '2026-12-29', '09:00')
    await w.chores()
    expect(await owed()).toHaveLength(1)
  })

  it('do not go to a place given up, an event cancelled or not published, or someone without an address', async () => {
    const beas = await book(w.stage.bea)
    const nobody = await w.stage.person('Kit Larch')
    await book(nobody)
    const off = await w.stage.event({ on: ['2026-10-07'] })
    const hidden = await w.stage.event({ on: ['2026-10-08'] })
    await book(w.stage.olu, off)
    await book(w.stage.olu, hidden)
    await (await w.as(w.stage.bea)).post(`/api/bookings/${beas}/cancellation`, {})
    await w.store.write(async (db) => {
      await db.update(people).set({ email: null }).where(eq(people.id, nobody))
      await db.insert(eventCancellations).values({ eventId: off, at: w.now(), reason: 'The trainer is ill' })
      await db.update(events).set({ publishedAt: null }).where(eq(events.id, hidden))
    })
    at(w, '2026-10-06', '09:00')
    await w.chores()
    expect(await owed()).toEqual([])
  })

  it('that wait while a place is given up are not sent', async () => {
    const beas = await book(w.stage.bea)
    await w.chores()
    at(w, '2026-10-01', '09:00')
    while (await joiningDue(w.ctx(), w.world));
    await (await w.as(w.stage.bea)).post(`/api/bookings/${beas}/cancellation`, {})
    await w.chores()
    expect(await owed()).toMatchObject([{ state: 'cancelled' }])
    expect(sent()).toEqual([])
  })

  it('that could not go before the event began stand as not sent, and are never sent after it', async () => {
    const beas = await book(w.stage.bea)
    await w.chores()
    at(w, '2026-10-05', '09:00')
    while (await joiningDue(w.ctx(), w.world));
    at(w, '2026-10-06', '09:31')
    expect(await joiningFacts(w.ctx(), beas)).toBeNull()
    await w.chores()
    expect((await owed()).map(({ state }) => state)).toEqual(['dead'])
    expect(sent()).toEqual([])
  })

  it('are owed once by two schedulers at once', async () => {
    await book(w.stage.bea)
    at(w, '2026-10-02', '09:00')
    await Promise.all(Array.from({ length: 8 }, () => joiningDue(w.ctx(), w.world)))
    expect(await owed()).toHaveLength(1)
  })

  it('are shown on the page of messages in words', async () => {
    await book(w.stage.bea)
    at(w, '2026-10-01', '09:00')
    await w.chores()
    const { json } = await (await w.as(w.stage.ada, 'coordinator')).get('/api/messages')
    expect(json.messages[0]).toMatchObject({ kind: 'Joining instructions', to: 'Bea Fern', stateWords: 'Sent' })
  })
})

describe('What the joining instructions say', () => {
  const letter = async (personId = w.stage.bea, event = eventId) => {
    const id = await book(personId, event)
    at(w, '2026-10-05', '09:00')
    await w.chores()
    const email = sent().find(({ to }) => to.address.startsWith('bea'))!
    return { id, email }
  }

  it('is each event session, the place with its address, the day code, the content notice and whom to ring', async () => {
    await w.store.write(async (db) => {
      const [venue] = await db
        .insert(venues)
        .values({ name: 'Fernhill Centre', address: 'Larch Road, Example Town' })
        .returning({ id: venues.id })
      await db.update(eventSessions).set({ venueId: venue!.id }).where(eq(eventSessions.eventId, eventId))
      await db.update(courses).set({ contentNotice: 'The day talks about how children are hurt' })
    })
    const { id, email } = await letter()
    const { json } = await (await w.as(w.stage.bea)).get(`/api/bookings/${id}`)
    for (const words of [
      'Recognising neglect',
      'Tuesday 6 October 2026, 9:30am to 4:30pm',
      'Tuesday 13 October 2026, 9:30am to 4:30pm',
      'Fernhill Centre, Larch Road, Example Town',
      `\n${json.dayCode}\n`,
      'The day talks about how children are hurt.',
      'Samaritans on 116 123',
      'Only your day code',
      w.config.partnership.phone,
      `${w.config.origin}/bookings/${id}`,
    ])
      expect(email.text).toContain(words)
    expect(email.html).toContain(json.dayCode)
    expect(email.text).not.toContain('Fern,')
  })

  it('is where the video link stands, and never the link itself', async () => {
    await w.store.write((db) =>
      db
        .update(eventSessions)
        .set({ online: true, link: 'https://video.test/CANARY' })
        .where(eq(eventSessions.eventId, eventId)),
    )
    const { id, email } = await letter()
    expect(email.text).toContain('Online, by video')
    expect(email.text).toContain('All times are UK time')
    expect(email.text).toContain('it is there now')
    expect(`${email.text}${email.html}`).not.toContain('CANARY')
    const { json } = await (await w.as(w.stage.bea)).get(`/api/bookings/${id}`)
    expect(json.sessions[0].link).toBe('https://video.test/CANARY')
  })

  it('is one button to the questions before the day, with a link that opens nothing else', async () => {
    const { id, email } = await letter()
    expect(email.text).toContain('Two minutes before you come: where are you today?')
    const token = /\/before\/(\S+)/.exec(email.text)?.[1] ?? ''
    expect(await readToken(w.world.secrets, 'before', token)).toBe(id)
    for (const path of ['answer', 'opt-out', 'certificates', 'colleague', 'results'])
      expect((await w.visitor.get(`/${path}/${token}`)).status, path).toBe(404)
    const page = await w.visitor.get(`/before/${token}`)
    expect(page.status).toBe(200)
    expect(nonceIn(page.text)).not.toBe('')
  })

  it('leaves the button out for who has answered, and for a course without learning outcomes', async () => {
    const id = await book(w.stage.bea)
    expect((await joiningFacts(w.ctx(), id))?.beforeHref).toContain('/before/')
    await (await w.as(w.stage.bea)).put(`/api/bookings/${id}/before`, { chance: 'most-days' })
    expect((await joiningFacts(w.ctx(), id))?.beforeHref).toBeNull()
    const olus = await book(w.stage.olu)
    await w.store.write((db) => db.update(learningOutcomes).set({ retiredAt: w.now() }))
    expect((await joiningFacts(w.ctx(), olus))?.beforeHref).toBeNull()
    at(w, '2026-10-05', '09:00')
    await w.chores()
    for (const { text } of sent()) expect(text).not.toContain('/before/')
    expect(await w.store.read.$count(messages, eq(messages.kind, 'joining-instructions'))).toBe(2)
  })
})

import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bounces, followUps, pauses, people, texts } from '#db/schema.ts'
import { transact } from '#server/context.ts'
import type { Today } from '#server/desk/today.ts'
import { queue } from '#server/outbox/queue.ts'
import type { Role } from '#server/people/input.ts'
import { writeText } from '#server/surveys/texts.ts'
import { at, attend, factsHash } from '#test/surveys/facts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld()
  at(w, '2027-01-18')
})
afterEach(() => w.close())

const today = async (): Promise<Today> => (await (await w.as(w.stage.ada, 'coordinator')).get('/api/today')).json
const attended = async (personId: number) => attend(w, await w.stage.event({ on: ['2026-09-15'] }), personId)

const nothing: Today = {
  urgent: 0,
  texts: 0,
  ringing: { people: 0, left: 20 },
  messages: 0,
  outOfReach: 0,
  actions: 0,
  pauses: [],
}

/** Asked four times and silent. */
async function silent(personId: number) {
  const bookingId = await attended(personId)
  await w.store.write(async (db) => {
    await db.insert(followUps).values({
      bookingId,
      eventId: 1,
      personId,
      targetOn: '2026-12-15',
      openedAt: 0,
      firstAskedOn: '2026-12-24',
      lastAskedOn: '2027-01-14',
    })
    await db.run(
      `insert into contacts (booking_id, step, "on", why) values (${bookingId}, 'reminder-3', '2027-01-14', 'Fourteen working days')`,
    )
  })
  return bookingId
}

describe('today', () => {
  it('is empty when nothing needs a coordinator', async () => {
    expect(await today()).toEqual(nothing)
  })

  it('counts urgent words until they are settled, and other texts until they are cleared, neither twice', async () => {
    const bookingId = await attended(w.stage.bea)
    const write = (kind: 'suggestion' | 'example', words: string) =>
      transact(w.ctx(), (ctx) => writeText(ctx, { bookingId, kind, words }))
    await write('example', 'More time to talk, please')
    const id = await write('suggestion', 'A boy here is at risk tonight')
    expect(await today()).toEqual({ ...nothing, urgent: 1, texts: 1 })
    const ada = await w.as(w.stage.ada, 'coordinator')
    const passed = { passedTo: 'police', passedBy: 'Mo Reid', on: '2027-01-18', clock: '10:00' }
    expect((await ada.post(`/api/texts/${id}/settlement`, passed)).status).toBe(201)
    // It was settled and is still held.
    expect(await today()).toEqual({ ...nothing, texts: 2 })
    const [{ id: other } = { id: 0 }] = await w.store.read.select().from(texts).where(eq(texts.kind, 'example'))
    await ada.post(`/api/texts/${other}/clearance`, {})
    expect(await today()).toEqual({ ...nothing, texts: 1 })
  })

  it('counts people to ring and not tried today, and nobody when no call of the week is left', async () => {
    const bea = await silent(w.stage.bea)
    await silent(w.stage.bea)
    await silent(w.stage.olu)
    expect((await today()).ringing).toEqual({ people: 2, left: 20 })
    const ada = await w.as(w.stage.ada, 'coordinator')
    await ada.post(`/api/phone-round/${bea}/calls`, { number: 1, outcome: 'no-answer' })
    expect((await today()).ringing).toEqual({ people: 2, left: 19 })
    await ada.put('/api/phone-round/ceiling', { callsAWeek: 1 })
    expect((await today()).ringing).toEqual({ people: 0, left: 0 })
  })

  it('counts messages not sent or perhaps not arrived, and neither those that went nor those that wait', async () => {
    const states = ['dead', 'uncertain', 'sent', 'queued', 'retry', 'cancelled'] as const
    for (const [n, state] of states.entries()) {
      const message = await transact(w.ctx(), (ctx) =>
        queue(ctx, { kind: 'sign-in-code', about: `person:${n + 1}`, occurrence: String(n), toPersonId: w.stage.bea }),
      )
      const sentAt = state === 'sent' ? w.now() : 'null'
      await w.store.write((db) =>
        db.run(`update messages set state = '${state}', sent_at = ${sentAt} where id = ${message}`),
      )
    }
    expect((await today()).messages).toBe(2)
    const listed = await (await w.as(w.stage.ada, 'coordinator')).get('/api/messages?state=attention')
    expect(listed.json.total).toBe(2)
  })

  it('counts each person who could be asked once their address is right, while there is time', async () => {
    for (let n = 0; n < 2; n++) await attended(w.stage.bea)
    await attended(await w.stage.person('Ida Wren', { email: null }))
    const [bea] = await w.store.read.select().from(people).where(eq(people.id, w.stage.bea))
    const refused = { personId: w.stage.bea, email: bea!.email!, hard: true, reply: '550 5.1.1', at: 0 }
    await w.store.write((db) => db.insert(bounces).values(refused))
    expect((await today()).outOfReach).toBe(2)
    at(w, '2027-03-30')
    expect((await today()).outOfReach).toBe(0)
  })

  it('tells of pauses that hold today, those for everyone first, each kind in one line', async () => {
    const make = (scope: 'everyone' | 'person', fromOn: string, toOn: string, liftedAt: number | null = null) =>
      w.store.write((db) =>
        db.insert(pauses).values({
          scope,
          personId: scope === 'person' ? w.stage.bea : null,
          fromOn,
          toOn,
          because: 'other',
          madeAt: 0,
          liftedAt,
        }),
      )
    await make('person', '2027-01-01', '2027-01-18')
    await make('person', '2027-01-18', '2027-02-18')
    await make('everyone', '2027-01-18', '2027-01-20')
    await make('everyone', '2027-01-01', '2027-01-17')
    await make('everyone', '2027-01-19', '2027-01-30')
    await make('everyone', '2027-01-01', '2027-01-30', 1)
    expect((await today()).pauses).toEqual([
      { scope: 'everyone', n: 1, until: 'Wednesday 20 January 2027' },
      { scope: 'person', n: 2, until: 'Thursday 18 February 2027' },
    ])
  })

  it('is a coordinator’s alone, names nobody and changes nothing', async () => {
    await silent(w.stage.bea)
    const ada = await w.as(w.stage.ada, 'coordinator')
    const before = await factsHash(w)
    const { text } = await ada.get('/api/today')
    for (const canary of ['Bea', 'Fern', 'Recognising']) expect(text).not.toContain(canary)
    expect(await factsHash(w)).toBe(before)
    expect((await w.visitor.get('/api/today')).status).toBe(401)
    for (const [who, role] of [
      [w.stage.sue, 'sub-group'],
      [w.stage.mo, 'administrator'],
      [w.stage.tess, 'trainer'],
      [w.stage.bea, 'delegate'],
    ] as [number, Role][])
      expect((await (await w.as(who, role)).get('/api/today')).status, role).toBe(403)
  })
})

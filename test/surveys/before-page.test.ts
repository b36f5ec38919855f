import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, bookings, courses, people, responses } from '#db/schema.ts'
import { makeToken, purposes } from '#server/keys.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { at, attend, factsHash, historyOf, messagesOf, nonceIn, outcomesOfStage } from './facts.ts'

let w: TestWorld
let bookingId: number
let path: string
let outcomes: { id: number }[]
beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-10-06', '2026-10-13'] }), w.stage.bea, null)
  path = `/before/${await makeToken(w.world.secrets, 'before', bookingId)}`
  outcomes = await outcomesOfStage(w)
})
afterEach(() => w.close())

const send = async (fields: Record<string, string | string[]>, to = path) =>
  w.visitor.form(to, { nonce: nonceIn((await w.visitor.get(to)).text), ...fields })
const optionsOf = async () => (await w.store.read.select().from(answers)).length

describe('The questions before the day, by the button in the joining instructions', () => {
  it('are one plain page that shows the first name and the course, and that reading changes nothing by', async () => {
    await w.store.write((db) => db.update(people).set({ name: 'Bea Fern-CANARY' }).where(eq(people.id, w.stage.bea)))
    const before = await factsHash(w)
    const { text, status, headers } = await w.visitor.get(path)
    await w.visitor.get(`${path}/done`)
    expect(status).toBe(200)
    expect(text).toContain('Bea, where are you today?')
    expect(text).toContain('Recognising neglect')
    expect(text).toContain('I can recognise the signs of neglect')
    expect(text).toContain('Use the neglect toolkit with a family')
    for (const word of ['CANARY', 'council.test', 'Council children', '6 October']) expect(text).not.toContain(word)
    expect(text).not.toMatch(/<script|<link|src=/)
    expect(headers.get('referrer-policy')).toBeTruthy()
    expect(headers.get('cache-control')).toBe('no-store')
    expect(new TextEncoder().encode(text).length).toBeLessThan(15_000)
    expect(await factsHash(w)).toBe(before)
  })

  it('are kept as given by e-mail, and may be changed until the first event session begins', async () => {
    const first = await send({
      [`outcomes-${outcomes[0]!.id}`]: 'some',
      [`outcomes-${outcomes[1]!.id}`]: 'not-yet',
      chance: 'once-or-twice',
      need: ['practise', 'know-whom'],
    })
    expect(first.headers.get('location')).toBe(`${path}/done`)
    expect((await w.visitor.get(`${path}/done`)).text).toContain('Thank you, Bea')
    expect(await w.store.read.select().from(responses)).toMatchObject([
      { bookingId, stage: 'before', channel: 'e-mail', wave: 0, startedAt: w.now(), coreAt: w.now() },
    ])
    expect(await optionsOf()).toBe(5)
    expect(await historyOf(w, `booking:${bookingId}`)).toMatchObject([{ what: 'before.answered', actor: 'link' }])

    at(w, '2026-10-06', '09:29')
    expect((await w.visitor.get(path)).text.match(/ checked/g)).toHaveLength(5)
    expect((await send({ chance: 'most-days' })).status).toBe(303)
    expect(await optionsOf()).toBe(1)
    expect(await w.store.read.$count(responses)).toBe(1)
  })

  it('say kindly that it is too late once the day has begun, and that nothing is lost', async () => {
    await send({ chance: 'most-days' })
    const open = nonceIn((await w.visitor.get(path)).text)
    at(w, '2026-10-06', '09:30')
    const before = await factsHash(w)
    const shown = await w.visitor.get(path)
    expect(shown.status).toBe(410)
    expect(shown.text).toContain('What you told us before stands')
    expect(shown.text).toContain('Nothing is lost')
    const late = await w.visitor.form(path, { nonce: open, chance: 'once-or-twice', need: 'practise' })
    expect(late.status).toBe(410)
    expect(await factsHash(w)).toBe(before)
    expect((await w.visitor.get(`${path}/done`)).text).not.toContain('Change my answers')
  })

  it('write nothing when nothing was chosen, and say so; nor from a page that is not ours', async () => {
    const before = await factsHash(w)
    const empty = await send({})
    expect(empty.status).toBe(422)
    expect(empty.text).toContain('Nothing was chosen, so nothing is saved')
    expect(empty.text).toContain(`href="#outcomes-${outcomes[0]!.id}"`)
    expect((await w.visitor.form(path, { chance: 'most-days' })).text).toContain('Press once more')
    for (const wrong of [
      { chance: 'never' },
      { need: ['money'] },
      { [`outcomes-${outcomes[0]!.id}`]: 'best' },
      { 'outcomes-999': 'good' },
    ])
      expect((await send({ ...wrong, chance: wrong.chance ?? 'most-days' } as Record<string, string>)).status).toBe(422)
    expect(await factsHash(w)).toBe(before)
  })

  it('take nothing within a minute of the hand-over: what presses that fast is a machine', async () => {
    at(w, '2026-10-01', '09:00')
    await w.chores()
    expect(await messagesOf(w, 'joining-instructions')).toHaveLength(1)
    const before = await factsHash(w)
    const quick = await send({ chance: 'most-days' })
    expect(quick.status).toBe(422)
    expect(quick.text).toContain('press once more')
    expect(quick.text).toMatch(/value="most-days"[^>]* checked/)
    expect(await factsHash(w)).toBe(before)
    w.later('PT1M')
    expect((await send({ chance: 'most-days' })).status).toBe(303)
  })

  it('have nothing to ask about a place given up, an event cancelled, or a person erased', async () => {
    await w.store.write((db) => db.update(bookings).set({ state: 'cancelled' }).where(eq(bookings.id, bookingId)))
    const gone = await w.visitor.get(path)
    expect([gone.status, gone.text.includes('There is nothing to fill in')]).toEqual([410, true])
    expect((await w.visitor.form(path, { chance: 'most-days' })).status).toBe(410)
    await w.store.write(async (db) => {
      await db.update(bookings).set({ state: 'confirmed' }).where(eq(bookings.id, bookingId))
      await db.update(people).set({ erasedAt: w.now() }).where(eq(people.id, w.stage.bea))
    })
    expect((await w.visitor.get(path)).status).toBe(404)
    expect(await w.store.read.$count(responses)).toBe(0)
  })

  it('open by their own link alone: one for anything else, or for another booking, is no link', async () => {
    const other = await attend(w, await w.stage.event(), w.stage.olu, null)
    const [, , token = ''] = path.split('/')
    const mixed = `${other.toString(36)}.${token.split('.')[1]}`
    const wrong = [mixed, `${token}x`, 'none', '']
    for (const purpose of purposes)
      if (purpose !== 'before') wrong.push(await makeToken(w.world.secrets, purpose, bookingId))
    for (const one of wrong.filter(Boolean)) {
      expect((await w.visitor.get(`/before/${one}`)).status, one).toBe(404)
      expect((await w.visitor.form(`/before/${one}`, { chance: 'most-days' })).status, one).toBe(404)
    }
    expect(await w.store.read.$count(responses)).toBe(0)
  })

  it('are kept once when Save is pressed twice at once', async () => {
    const nonce = nonceIn((await w.visitor.get(path)).text)
    const both = await Promise.all(
      ['most-days', 'once-or-twice'].map((chance) => w.visitor.form(path, { nonce, chance })),
    )
    expect(both.map(({ status }) => status)).toEqual([303, 303])
    expect(await w.store.read.$count(responses)).toBe(1)
    expect(await optionsOf()).toBe(1)
  })

  it('leave out the learning outcomes of a course that has none', async () => {
    await w.store.write(async (db) => {
      await db.insert(courses).values({
        code: 'TALK1',
        title: 'Lunchtime talk',
        aims: 'A talk',
        level: 'All',
        audience: 'both',
        keyBehaviour: 'Talk about it at work',
        minutes: 60,
        participatoryMinutes: 0,
        attendanceRule: 'all',
        earns: 'none',
        why: 'Asked for',
      })
    })
    const [talk] = await w.store.read.select().from(courses).where(eq(courses.code, 'TALK1'))
    const event = await w.stage.event({ courseId: talk!.id, on: ['2026-10-07'] })
    const booking = await attend(w, event, w.stage.olu, null)
    const talkPath = `/before/${await makeToken(w.world.secrets, 'before', booking)}`
    expect((await w.visitor.get(talkPath)).text).not.toContain('<h2>')
    expect((await send({ need: 'practise' }, talkPath)).status).toBe(303)
  })
})

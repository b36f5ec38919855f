import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, bookings, responses } from '#db/schema.ts'
import { accountOf } from '#server/certificates/account.ts'
import { attendersAt } from '#server/impact/attenders.ts'
import { readerOf, tallyOf } from '#server/impact/cells.ts'
import { tellMore } from '#server/surveys/answering.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, factsHash, messagesOf, nonceIn, outcomesOfStage, press } from './facts.ts'

let w: TestWorld
let bookingId: number
beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-10-05', '2026-10-12'] }), w.stage.bea, null)
})
afterEach(() => w.close())

const url = () => `/api/bookings/${bookingId}/before`

describe('the questions before the day', () => {
  it('are asked once of the person who has the place, and kept', async () => {
    const bea = await w.as(w.stage.bea)
    const { json } = await bea.get(url())
    expect(json.questions).toMatchObject({
      course: 'Recognising neglect',
      chance: { behaviour: 'Use the neglect toolkit with a family' },
    })
    expect(json.questions.outcomes.anchors).toHaveLength(4)
    const outcomes = (await outcomesOfStage(w)).map(({ id }) => ({ learningOutcomeId: id, anchor: 'some' }))
    expect((await bea.put(url(), { outcomes, chance: 'once-or-twice', need: ['practise'] })).json).toEqual({
      saved: true,
    })
    expect(await w.store.read.$count(answers)).toBe(4)
    expect((await bea.get(url())).json).toEqual({ questions: null })
    expect((await bea.put(url(), { outcomes: [] })).status).toBe(200)
    expect(await w.store.read.$count(answers)).toBe(0)
    expect(await w.store.read.$count(responses)).toBe(1)
  })

  it('are not used once the first event session has begun', async () => {
    at(w, '2026-10-05', '09:30')
    const bea = await w.as(w.stage.bea)
    expect((await bea.get(url())).json).toEqual({ questions: null })
    const late = await bea.put(url(), { chance: 'most-days' })
    expect([late.status, late.json.code]).toEqual([409, 'too-late'])
    expect(await w.store.read.$count(responses)).toBe(0)
  })

  it('are nobody else’s, whatever their role: the same answer as for none', async () => {
    for (const [who, role] of [
      [w.stage.olu, 'delegate'],
      [w.stage.ada, 'coordinator'],
    ] as const) {
      const other = await w.as(who, role)
      expect((await other.get(url())).status).toBe(404)
      expect((await other.put(url(), { chance: 'most-days' })).status).toBe(404)
      expect((await other.get('/api/bookings/999/before')).status).toBe(404)
    }
    expect((await w.visitor.get(url())).status).toBe(401)
  })

  it('take only what was offered', async () => {
    const bea = await w.as(w.stage.bea)
    for (const wrong of [
      { outcomes: [{ learningOutcomeId: 999, anchor: 'good' }] },
      { outcomes: [{ learningOutcomeId: 1, anchor: 'best' }] },
      { chance: 'never' },
      { need: ['money'] },
      { other: 1 },
    ])
      expect((await bea.put(url(), wrong)).status).toBe(422)
    expect(await w.store.read.$count(responses)).toBe(0)
  })
})

describe('the questions before the day, by day code', () => {
  let eventId: number
  let day: string
  const codeOf = async (id: number) =>
    (await w.store.read.select().from(bookings).where(eq(bookings.id, id)))[0]!.dayCode
  const say = async (path: string, fields: Record<string, string | string[]>) =>
    w.visitor.form(`${path}/before`, { nonce: nonceIn((await w.visitor.get(path)).text), ...fields })
  beforeEach(async () => {
    const [booking] = await w.store.read.select().from(bookings).where(eq(bookings.id, bookingId))
    eventId = booking!.eventId
    day = `/day/${eventId}/${booking!.dayCode}`
  })

  it('are behind the code on the first morning from 7:00, by first name only, and saved with one button', async () => {
    at(w, '2026-10-05', '06:59')
    expect((await w.visitor.get(day)).text).toContain('Not open yet')
    expect((await w.visitor.get(`${day}/before`)).text).toContain('Not open yet')
    expect((await w.visitor.form('/day', { code: day.split('/')[3]! })).status).toBe(422)
    at(w, '2026-10-05', '07:00')
    expect((await w.visitor.form('/day', { code: day.split('/')[3]! })).headers.get('location')).toBe(day)
    expect((await w.visitor.get(`/day/${eventId}`)).text).toContain('Your day code')
    const before = await factsHash(w)
    const { text, status } = await w.visitor.get(day)
    expect(status).toBe(200)
    expect(text).toContain('Bea, where are you today?')
    for (const canary of ['Fern', 'council.test', 'Council children']) expect(text).not.toContain(canary)
    expect(await factsHash(w)).toBe(before)
    const saved = await say(day, { chance: 'most-days', need: ['practise'] })
    expect(saved.headers.get('location')).toBe(`${day}/before/done`)
    expect((await w.visitor.get(`${day}/before/done`)).text).toContain('Thank you, Bea')
    expect(await w.store.read.select().from(responses)).toMatchObject([
      { bookingId, stage: 'before', channel: 'day-code', coreAt: w.now() },
    ])
    at(w, '2026-10-05', '09:29')
    expect((await w.visitor.get(day)).text).toContain('where are you today?')
    expect((await say(day, { chance: 'once-or-twice' })).status).toBe(303)
  })

  it('close five minutes after it began; then the end of the day is not open yet', async () => {
    at(w, '2026-10-05', '09:34')
    const nonce = nonceIn((await w.visitor.get(day)).text)
    at(w, '2026-10-05', '09:35')
    expect((await w.visitor.get(day)).text).toContain('Not open yet')
    const late = await w.visitor.form(`${day}/before`, { nonce, chance: 'most-days' })
    expect([late.status, late.text.includes('Nothing is lost')]).toEqual([410, true])
    expect(await w.store.read.$count(responses)).toBe(0)
    // The second day asks nothing before it.
    at(w, '2026-10-12', '08:00')
    expect((await w.visitor.get(day)).text).toContain('Not open yet')
    at(w, '2026-10-12', '09:30')
    expect((await w.visitor.get(day)).text).toContain('two minutes before you go')
  })

  it('do not replace what was said in time once the day has begun', async () => {
    at(w, '2026-10-05', '09:00')
    const nonce = nonceIn((await w.visitor.get(day)).text)
    await say(day, { chance: 'most-days' })
    at(w, '2026-10-05', '09:32')
    const before = await factsHash(w)
    expect((await w.visitor.get(day)).text).toContain('Not open yet')
    const late = await w.visitor.form(`${day}/before`, { nonce, chance: 'once-or-twice' })
    expect([late.status, late.text.includes('What you told us before stands')]).toEqual([410, true])
    expect(await factsHash(w)).toBe(before)
  })

  it('come first in the first five minutes of an event of one session, and then give way to the end of the day', async () => {
    const one = await w.stage.event({ on: ['2026-10-06'] })
    const path = `/day/${one}/${await codeOf(await attend(w, one, w.stage.olu, null))}`
    at(w, '2026-10-06', '09:31')
    expect((await w.visitor.get(path)).text).toContain('Olu, where are you today?')
    expect((await w.visitor.form(path, { skip: 'yes' })).text).toContain('where are you today?')
    await say(path, { chance: 'most-days' })
    expect((await w.visitor.get(path)).text).toContain('two minutes before you go')
    at(w, '2026-10-06', '09:36')
    expect((await w.visitor.get(path)).text).toContain('two minutes before you go')
  })

  it('are nobody else’s: a wrong code, another event’s, and a place given up open nothing', async () => {
    at(w, '2026-10-05', '08:00')
    const other = await w.stage.event({ on: ['2026-10-05'] })
    for (const wrong of [`/day/${eventId}/ZZZZZZ`, `/day/${other}/${day.split('/')[3]}`]) {
      expect((await w.visitor.get(wrong)).status).toBe(422)
      expect((await w.visitor.get(`${wrong}/before`)).status).toBe(422)
      expect((await w.visitor.form(`${wrong}/before`, { chance: 'most-days' })).status).toBe(422)
    }
    expect((await w.visitor.form(`${day}/before`, { chance: 'most-days' })).text).toContain('Press once more')
    await w.store.write((db) => db.update(bookings).set({ state: 'cancelled' }).where(eq(bookings.id, bookingId)))
    expect((await w.visitor.get(day)).status).toBe(422)
    expect(await w.store.read.$count(responses)).toBe(0)
  })

  it('given after the first event session began are kept, and used by no figure and in no account', async () => {
    const held = await w.stage.event({ on: ['2026-10-06'] })
    const [bea, olu] = [await attend(w, held, w.stage.bea), await attend(w, held, w.stage.olu)]
    const [first] = await outcomesOfStage(w)
    const placed = { [`outcomes-${first!.id}`]: 'not-yet' }
    at(w, '2026-10-06', '09:29')
    await say(`/day/${held}/${await codeOf(bea)}`, placed)
    at(w, '2026-10-06', '09:30')
    await say(`/day/${held}/${await codeOf(olu)}`, placed)
    expect(await w.store.read.$count(responses)).toBe(2)
    for (const on of ['2027-01-06', '2027-01-07', '2027-01-12', '2027-01-13', '2027-01-14', '2027-01-19']) {
      at(w, on)
      await w.chores()
    }
    expect((await messagesOf(w, 'follow-up-invitation')).length).toBeGreaterThan(0)
    w.later('PT1H')
    for (const id of [bea, olu]) {
      await press(w, await answerPath(w, id), 'once')
      await tellMore(w.ctx({ kind: 'link', bookingId: id }), id, { outcomes: { outcomes: { [first!.id]: 'good' } } })
    }
    const { came, answers } = await attendersAt(w.store.read, [held], '2027-01-31')
    const moves = readerOf(answers, 'moves:first')
    expect(tallyOf(came.get(held)!, moves)).toEqual({ answered: 1, options: { '0>2': 1 } })
    const accounts = await Promise.all([bea, olu].map((id) => accountOf(w.ctx(), id)))
    const [beas, olus] = accounts.map((one) => JSON.stringify(one?.account))
    expect(beas).toMatch(/before the day/i)
    expect(olus).not.toMatch(/before the day/i)
    expect(await w.store.read.$count(responses, eq(responses.stage, 'before'))).toBe(2)
  })

  it('can be answered by 200 people behind one address within ten minutes, some of whom mistype', async () => {
    const full = await w.stage.event({ on: ['2026-10-06'], capacity: 200 })
    const codes: string[] = []
    for (let n = 0; n < 200; n++)
      codes.push(await codeOf(await attend(w, full, await w.stage.person(`Guest ${n}`), null)))
    at(w, '2026-10-06', '09:20')
    const statuses: Record<number, number> = {}
    const seen = ({ status }: { status: number }) => {
      statuses[status] = (statuses[status] ?? 0) + 1
    }
    const onePerson = async (code: string, n: number) => {
      if (n % 5 === 0) seen(await w.visitor.form(`/day/${full}`, { code: `Z${code.slice(1)}` }))
      seen(await w.visitor.form(`/day/${full}`, { code }))
      const page = await w.visitor.get(`/day/${full}/${code}`)
      seen(page)
      seen(await w.visitor.form(`/day/${full}/${code}/before`, { nonce: nonceIn(page.text), chance: 'most-days' }))
    }
    for (let minute = 0; minute < 10; minute++) {
      await Promise.all(codes.slice(minute * 20, minute * 20 + 20).map((code, n) => onePerson(code, minute * 20 + n)))
      w.later('PT1M')
    }
    expect(statuses).toEqual({ 200: 200, 303: 400, 422: 40 })
    expect(await w.store.read.$count(responses, eq(responses.eventId, full))).toBe(200)
  }, 120_000)
})

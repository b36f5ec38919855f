import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courses, history, people } from '#db/schema.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'

let w: TestWorld
let bea: Someone
let bookingId: number
beforeEach(async () => {
  w = await makeWorld()
  bea = await w.as(w.stage.bea)
  bookingId = (await bea.post('/api/bookings', { eventId: await w.stage.event(), termsAccepted: true })).json.id
})
afterEach(() => w.close())

const reach = async (who = bea) => (await who.get(`/api/bookings/${bookingId}`)).json.reach
const kept = async (id: number) =>
  (
    await w.store.read.select({ phone: people.phone, until: people.awayUntil }).from(people).where(eq(people.id, id))
  )[0]!
const written = async () =>
  (
    await w.store.read
      .select()
      .from(history)
      .where(eq(history.about, `person:${w.stage.bea}`))
  ).map(({ what, details }) => [what, details])

describe('how to reach someone in three months', () => {
  it('is asked where their place is safe, with the email that is used', async () => {
    expect(await reach()).toEqual({ email: 'bea.fern@council.test', phone: null, awayUntil: null })
  })

  it('is saved at once, may be taken back, and the history holds no number', async () => {
    const said = await bea.put('/api/me/reach', { phone: ' 01632 960 001 ext 12 ', until: '2026-12-16' })
    expect([said.status, said.json]).toEqual([200, { phone: '01632 960 001 ext 12', until: '2026-12-16' }])
    expect(await reach()).toMatchObject({ phone: '01632 960 001 ext 12', awayUntil: '2026-12-16' })
    await bea.put('/api/me/reach', { phone: '01632 960 001 ext 12', until: '2026-12-16' })
    await bea.put('/api/me/reach', { phone: '', until: null })
    expect(await kept(w.stage.bea)).toEqual({ phone: null, until: null })
    expect(await written()).toEqual([
      ['person.away', '2026-12-16'],
      ['person.phone-changed', null],
      ['person.back', null],
      ['person.phone-changed', 'none'],
    ])
  })

  it('takes a number as people write it', async () => {
    for (const phone of ['01632960001', '(01632) 960-001', '+44 1632 960001', '07700 900 123', '01632.960.001 x4'])
      expect((await bea.put('/api/me/reach', { phone, until: null })).status, phone).toBe(200)
  })

  it('refuses in words what is no number or no day ahead, and then saves neither', async () => {
    const wrong: [phone: string, until: string | null, path: string, words: string][] = [
      ['960', null, 'phone', 'with its area code'],
      ['ring me', null, 'phone', 'Enter a telephone number'],
      ['0'.repeat(41), null, 'phone', '40 characters'],
      ['01632 960 001', '2026-02-31', 'until', 'Enter a real date'],
      ['01632 960 001', '2020-01-01', 'until', 'must be from today'],
    ]
    for (const [phone, until, path, words] of wrong) {
      const { status, json } = await bea.put('/api/me/reach', { phone, until })
      expect(status, phone).toBe(422)
      expect(json.errors[0].path).toBe(path)
      expect(json.errors[0].message).toContain(words)
    }
    expect(await kept(w.stage.bea)).toEqual({ phone: null, until: null })
    expect(await written()).toEqual([])
  })

  it('is one’s own: no visitor’s, nobody’s who is not here yet, and not shown to a coordinator who looks', async () => {
    const body = { phone: '01632 960 001', until: null }
    expect((await w.visitor.put('/api/me/reach', body)).status).toBe(401)
    expect((await (await w.asNew('new@somewhere.test')).put('/api/me/reach', body)).status).toBe(404)
    await (await w.as(w.stage.olu)).put('/api/me/reach', body)
    expect((await kept(w.stage.bea)).phone).toBeNull()
    expect(await reach(await w.as(w.stage.ada, 'coordinator'))).toBeNull()
  })

  it('is not asked for a course that nobody is asked about', async () => {
    await w.store.write((db) => db.update(courses).set({ earns: 'none' }))
    expect(await reach()).toBeNull()
  })
})

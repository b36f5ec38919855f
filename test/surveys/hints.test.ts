import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contacts, followUps } from '#db/schema.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, press } from './facts.ts'

let w: TestWorld
let bookingId: number
let eventId: number
beforeEach(async () => {
  w = await makeWorld()
  eventId = await w.stage.event({ on: ['2026-09-14'] })
  bookingId = await attend(w, eventId, w.stage.bea)
})
afterEach(() => w.close())

const script = '<script type="module" src="/hints.js"></script>'

/** The boxes that the urgent lines are read out with are those the hints look at. */
const boxes = (text: string) =>
  (text.match(/<(?:textarea|input type="text")[^>]*aria-describedby="[^"]*\burgent[^"]*"/g) ?? []).length

describe('the hints beside a box', () => {
  it('come with every page behind an email that carries one, and with no other', async () => {
    await w.store.write(async (db) => {
      await db.insert(followUps).values({
        bookingId,
        eventId,
        personId: w.stage.bea,
        targetOn: '2026-12-14',
        openedAt: w.now(),
        lastAskedOn: '2026-12-15',
      })
      await db.insert(contacts).values({ bookingId, step: 'invitation', on: '2026-12-15', why: 'the day' })
    })
    at(w, '2026-12-16')
    const path = await answerPath(w, bookingId)
    const question = await w.visitor.get(path)
    expect(question.text).not.toContain('<script')
    expect(question.headers.get('content-security-policy')).not.toContain('script-src')
    await press(w, path, 'once')
    let withBox = 0
    for (const step of ['now', 'difference', 'help', 'example', 'done', 'change']) {
      const page = await w.visitor.get(`${path}/${step}`)
      expect(page.text.includes(script), step).toBe(boxes(page.text) > 0)
      expect(page.text).not.toMatch(/<script(?! type="module" src="\/(?:hints|answers)\.js"><\/script>)/)
      if (boxes(page.text) === 0) continue
      withBox++
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    }
    expect(withBox).toBe(1)
  })

  it('come with the end of the day, for its boxes about practice and not for the printed name', async () => {
    at(w, '2026-09-14', '16:00')
    const [row] = (await w.client.execute(`select day_code from bookings where id = ${bookingId}`)).rows
    const page = await w.visitor.get(`/day/${eventId}/${row?.day_code}`)
    expect(page.text).toContain(script)
    expect(boxes(page.text)).toBe(2)
    expect(page.text).toMatch(/<input type="text"[^>]*name="name"[^>]*aria-describedby="name-hint"/)
    expect((await w.visitor.get(`/day/${eventId}`)).text).not.toContain('<script')
  })
})

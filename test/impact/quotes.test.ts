import { and, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bookings as bookingsTable, consents, quotes, texts } from '#db/schema.ts'
import { type Actor, transact } from '#server/context.ts'
import { quotesProblem } from '#server/impact/quotes.ts'
import { voicesOf } from '#server/impact/voices.ts'
import type { Role } from '#server/people/input.ts'
import { giveQuoteConsent, withdrawQuoteConsent, writeText } from '#server/surveys/texts.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { alike, attend, canary } from './attenders.ts'
import { aCodebook, erase, wrote } from './texts.ts'

let w: TestWorld
let ada: Someone
let event: number
let bookings: number[]
let codes: number[]
beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
  event = await w.stage.event({ on: ['2026-06-01'], capacity: 60 })
  bookings = await attend(w, event, [...alike(8, { practice: 'once' }), ...alike(4, { practice: 'not-yet' })])
  await ada.put('/api/codebook', { seen: 0, codes: aCodebook })
  codes = (await ada.get('/api/codebook')).json.codes.map(({ id }: { id: number }) => id)
})
afterEach(() => w.close())

const page = async () => (await ada.get('/api/quotes?programme=2026-27')).json
const listed = async () => (await page()).texts.map(({ id }: { id: number }) => id)
const choose = (id: number, nonSuccess = false, codeId = codes[0]!) =>
  ada.put(`/api/quotes/${id}`, { codeId, nonSuccess })
const problem = () => quotesProblem(w.ctx(), { events: [{ id: event }] })
const acting = (role: Role): Actor => ({
  kind: 'person',
  personId: w.stage.ada,
  email: '',
  role,
  roles: [role],
  agencyIds: [],
  signInId: 0,
})
const figures = async (shows = true, role: Role = 'coordinator', level: 'programme' | 'course' | 'event' = 'course') =>
  (await voicesOf(w.ctx(acting(role)), { key: 'course:1', level, events: [{ id: event }] }, shows)).figures
const quotesShown = async (...given: Parameters<typeof figures>) =>
  (await figures(...given)).find(({ key }) => key === 'quotes')
const withdraw = (booking: number) =>
  transact(w.ctx({ kind: 'link', bookingId: booking }), (ctx) => giveQuoteConsent(ctx, booking, 'no-quote'))

describe('what may be quoted', () => {
  it('is cleared, or has words taken out, and its writer has said yes', async () => {
    const plain = await wrote(w, bookings[0]!, 'Cleared', { consent: 'quote' })
    const redacted = await wrote(w, bookings[1]!, 'Without [name removed]', { consent: 'quote', redacted: true })
    const silent = await wrote(w, bookings[2]!, 'Nobody was asked')
    const held = await wrote(w, bookings[3]!, 'Held', { consent: 'quote' })
    const plan = await wrote(w, bookings[4]!, 'My plan', { consent: 'quote', kind: 'commitment' })
    const urgent = await wrote(w, bookings[5]!, 'At risk', { consent: 'quote' })
    await w.store.write(async (db) => {
      await db.update(texts).set({ state: 'held', original: 'Held', cleared: null }).where(eq(texts.id, held))
      await db.update(texts).set({ urgentAt: 1 }).where(eq(texts.id, urgent))
    })
    expect((await listed()).sort()).toEqual([plain, redacted].sort())
    for (const id of [silent, held, plan, urgent]) expect((await choose(id)).json.code).toBe('may-not-be-quoted')
    expect((await choose(999_999)).status).toBe(404)
    expect(JSON.stringify(await page())).not.toContain(canary)
  })

  it('is of a course that shows its answers', async () => {
    const small = await w.stage.event({ on: ['2025-06-01'] })
    const [one] = await attend(w, small, alike(9, { practice: 'once' }))
    const text = await wrote(w, one!, 'From a small room', { consent: 'quote' })
    expect((await ada.get('/api/quotes?programme=2025-26')).json.texts).toEqual([])
    expect((await choose(text)).status).toBe(409)
  })

  it('goes when the person takes it back, with their link, and comes back to no report by itself', async () => {
    const text = await wrote(w, bookings[0]!, 'Quote me', { consent: 'quote' })
    await choose(text)
    expect((await quotesShown())?.table?.rows).toHaveLength(1)
    w.later('PT5M')
    await withdrawQuoteConsent(w.ctx({ kind: 'link', bookingId: bookings[0]! }), bookings[0]!)
    expect(await listed()).toEqual([])
    expect((await quotesShown())?.table).toBeNull()
    expect((await choose(text)).status).toBe(409)
  })

  it('goes with its person, and with the words it was chosen for', async () => {
    const [one, two] = [
      await wrote(w, bookings[0]!, 'One', { consent: 'quote' }),
      await wrote(w, bookings[1]!, 'Two', { consent: 'quote' }),
    ]
    await choose(one)
    await choose(two)
    await erase(w, bookings[0]!)
    expect(await listed()).toEqual([two])
    const write = (words: string) =>
      transact(w.ctx({ kind: 'link', bookingId: bookings[1]! }), (ctx) =>
        writeText(ctx, { bookingId: bookings[1]!, kind: 'example', words }),
      )
    await write('Something else')
    expect(await listed()).toEqual([])
    w.later('PT1M')
    await ada.post(`/api/texts/${two}/clearance`)
    expect((await page()).texts).toMatchObject([{ id: two, chosen: null }])
    await write('')
    expect(await listed()).toEqual([])
  })
})

describe('choosing', () => {
  it('says what a quote stands for, changes it and takes it out', async () => {
    const text = await wrote(w, bookings[0]!, 'Quote me', { consent: 'quote-with-job' })
    expect((await choose(text, false, 0)).json.errors[0]).toEqual({
      path: 'codeId',
      message: 'Choose what it stands for',
    })
    expect((await choose(text, false, 999)).json.errors[0].path).toBe('codeId')
    await choose(text)
    await choose(text, true, codes[2])
    expect((await page()).texts[0]).toMatchObject({
      who: 'A social worker',
      chosen: { code: 'No time', nonSuccess: true },
    })
    expect((await ada.delete(`/api/quotes/${text}`)).status).toBe(200)
    expect((await ada.delete(`/api/quotes/${text}`)).status).toBe(404)
    expect((await page()).texts[0].chosen).toBeNull()
  })

  it('leaves one row when two choose at once', async () => {
    const text = await wrote(w, bookings[0]!, 'Quote me', { consent: 'quote' })
    await Promise.all([choose(text), choose(text, true)])
    expect(await w.store.read.select().from(quotes)).toHaveLength(1)
  })

  it('must take one that did not work, where any may be quoted', async () => {
    expect(await problem()).toBeNull()
    const success = await wrote(w, bookings[0]!, 'It worked', { consent: 'quote' })
    await choose(success)
    expect(await problem()).toBeNull()
    const failure = await wrote(w, bookings[9]!, 'No room to do it', { consent: 'quote' })
    expect(await problem()).toBe(
      'None of the quotes chosen tells of something that did not work, and 1 text that does may be quoted. Choose at least one.',
    )
    expect((await page()).problem).toBe(await problem())
    await choose(failure, true)
    expect(await problem()).toBeNull()
    await withdraw(bookings[9]!)
    expect(await problem()).toBeNull()
  })

  it('is the coordinator’s alone', async () => {
    const text = await wrote(w, bookings[0]!, 'Quote me', { consent: 'quote' })
    for (const role of ['sub-group', 'administrator', 'trainer'] as const) {
      const one = await w.as(w.stage.sue, role)
      expect((await one.get('/api/quotes')).status).not.toBe(200)
      expect((await one.put(`/api/quotes/${text}`, { codeId: codes[0], nonSuccess: false })).status).not.toBe(200)
    }
  })
})

describe('on a page', () => {
  it('each quote says what it stands for and how many texts tell of the same, from five writers on', async () => {
    const text = await wrote(w, bookings[0]!, 'Noticed a week sooner', { consent: 'quote-with-job' })
    await choose(text)
    expect((await quotesShown())?.table?.rows).toEqual([
      ['“Noticed a week sooner”', 'A social worker', 'Noticed sooner', 'one of several'],
    ])
    for (const booking of bookings.slice(1, 6)) await wrote(w, booking, 'Words')
    for (let next = await desk(); next; next = await desk())
      await ada.put(`/api/texts/${next}/codes`, { version: 1, codes: next === text ? [codes[0]] : [] })
    expect((await quotesShown(true, 'coordinator', 'programme'))?.table?.rows[0]?.[3]).toBe('1 of 6 texts')
    // Beside its programme a course’s counts could tell what one person wrote about.
    expect((await quotesShown())?.table?.rows[0]?.[3]).toBe('one of several')
    expect((await figures()).some(({ key }) => key === 'codes')).toBe(false)
    const codesFigure = (await figures(true, 'coordinator', 'programme')).find(({ key }) => key === 'codes')
    expect(codesFigure?.sentence).toBe(
      '6 texts were read. Most often they tell of “Noticed sooner” (1). None of this codebook was read by two people: too few to tell how far readers agree.',
    )
    expect(codesFigure?.table?.rows).toEqual([
      ['Noticed sooner', 1],
      ['Shared sooner', 0],
      ['No time', 0],
      ['None of these', 5],
    ])
    const { shown } = await voicesOf(w.ctx(), { key: 'programme', level: 'programme', events: [{ id: event }] }, true)
    expect(shown.map(({ units }) => units)).toEqual([
      [`${bookings[0]}:${codes[0]}`, ...bookings.slice(1, 6).map((booking) => `${booking}:none`)],
    ])
  })

  it('a job of fewer than five is not named, nor anybody’s who did not allow it', async () => {
    await w.store.write((db) =>
      db.update(bookingsTable).set({ roleGroup: 'policing' }).where(eq(bookingsTable.id, bookings[0]!)),
    )
    await choose(await wrote(w, bookings[0]!, 'One of few', { consent: 'quote-with-job' }))
    await choose(await wrote(w, bookings[1]!, 'Without my job', { consent: 'quote' }))
    expect((await quotesShown())?.table?.rows.map(([, who]) => who)).toEqual(['Someone who came', 'Someone who came'])
  })

  it('none of it is read by the sub-group before it is issued, nor beside an event, nor of too few', async () => {
    await choose(await wrote(w, bookings[0]!, 'Not yet for you', { consent: 'quote' }))
    const forThem = await figures(true, 'sub-group')
    expect(JSON.stringify(forThem)).not.toContain('Not yet for you')
    expect(forThem[0]?.sentence).toBe('1 text is chosen to be quoted. Words are read in the report once it is issued.')
    expect(await figures(true, 'coordinator', 'event')).toEqual([])
    expect(JSON.stringify(await figures(false))).not.toContain('Not yet for you')
  })

  it('consent stands beside a text with words taken out', async () => {
    const text = await wrote(w, bookings[0]!, '[name removed] told me', { consent: 'quote', redacted: true })
    await choose(text)
    expect((await quotesShown())?.table?.rows).toHaveLength(1)
    await w.store.write((db) =>
      db
        .update(consents)
        .set({ withdrawnAt: w.now() })
        .where(and(eq(consents.bookingId, bookings[0]!), eq(consents.what, 'quote'))),
    )
    expect((await quotesShown())?.table).toBeNull()
  })
})

const desk = async (): Promise<number | undefined> => (await ada.get('/api/coding')).json.next?.id

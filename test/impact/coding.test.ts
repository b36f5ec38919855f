import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bookings as bookingsTable, codingCodes, codings, roles, settings, texts } from '#db/schema.ts'
import { transact } from '#server/context.ts'
import type { Issued } from '#server/impact/issued.ts'
import type { PageRead } from '#server/impact/routes.ts'
import { agreed, agreementSentence, kappa } from '#server/impact/shared/agreement.ts'
import { voicesOf } from '#server/impact/voices.ts'
import { writeText } from '#server/surveys/texts.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { alike, attend, canary } from './attenders.ts'
import { issuedIn, reportRoom } from './report-room.ts'
import { aCodebook, erase, wrote } from './texts.ts'

let w: TestWorld
let ada: Someone
let ben: Someone
let bookings: number[]
let codes: number[]
beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
  const second = await w.stage.person('Ben Rowe')
  await w.store.write((db) => db.insert(roles).values({ personId: second, role: 'coordinator', givenAt: 0 }))
  ben = await w.as(second, 'coordinator')
  const event = await w.stage.event({ on: ['2026-06-01'], capacity: 60 })
  bookings = await attend(w, event, alike(40, { practice: 'once' }))
  await ada.put('/api/codebook', { seen: 0, codes: aCodebook })
  codes = (await ada.get('/api/codebook')).json.codes.map(({ id }: { id: number }) => id)
})
afterEach(() => w.close())

const share = (percent: string) =>
  w.store.write((db) => db.insert(settings).values({ name: 'second-coder-percent', value: percent, at: 0 }))
const desk = async (who = ada) => (await who.get('/api/coding')).json
const give = (text: number, given: number[] = [], who = ada, version = 1) =>
  who.put(`/api/texts/${text}/codes`, { version, codes: given })
const textsOf = async (n: number) => {
  const ids: number[] = []
  for (const booking of bookings.slice(0, n)) ids.push(await wrote(w, booking, `Words number ${booking}`))
  return ids
}
/** Reads everything that is theirs, giving the codes that `of` says. */
async function readAll(who: Someone, of: (text: number) => number[] = () => []) {
  const read: number[] = []
  for (let next = (await desk(who)).next; next; next = (await desk(who)).next) {
    read.push(next.id)
    expect((await give(next.id, of(next.id), who)).status).toBe(200)
  }
  return read
}

describe('reading and coding', () => {
  it('shows one cleared text after another and says how far one is, with nothing of who wrote it', async () => {
    await share('0')
    const ids = await textsOf(4)
    const first = await desk()
    expect(first).toMatchObject({ version: 1, read: 0, of: 4 })
    expect(Object.keys(first.next).sort()).toEqual(['id', 'text'])
    expect(JSON.stringify(first)).not.toContain(canary)
    await give(first.next.id, codes.slice(0, 2))
    expect(await desk()).toMatchObject({ read: 1, of: 4 })
    expect((await readAll(ada)).sort()).toEqual(ids.filter((id) => id !== first.next.id))
    expect(await desk()).toMatchObject({ read: 4, of: 4, next: null })
  })

  it('takes none for an answer, and in place of what the same person gave', async () => {
    const [text] = await textsOf(1)
    await give(text!, codes)
    await give(text!, [codes[1]!])
    expect((await w.store.read.select().from(codingCodes)).map(({ codeId }) => codeId)).toEqual([codes[1]])
    await give(text!)
    expect(await w.store.read.select().from(codingCodes)).toEqual([])
    expect((await desk()).read).toBe(1)
  })

  it('leaves out what is held, what was planned or needed, and what is erased', async () => {
    const [held, plan, gone] = await textsOf(3)
    await w.store.write(async (db) => {
      await db.update(texts).set({ state: 'held', original: 'x', cleared: null }).where(eq(texts.id, held!))
      await db.update(texts).set({ kind: 'commitment' }).where(eq(texts.id, plan!))
    })
    await erase(w, bookings[2]!)
    expect(await desk()).toMatchObject({ of: 0, next: null })
    for (const id of [held, plan, gone]) expect((await give(id!)).status).toBe(404)
  })

  it('asks a second person about a share, drawn by hash, and about no more', async () => {
    const ids = await textsOf(40)
    await readAll(ada)
    const twice = await readAll(ben)
    expect(twice.length).toBeGreaterThan(3)
    expect(twice.length).toBeLessThan(14)
    const other = ids.find((id) => !twice.includes(id))!
    expect((await give(other, [], ben)).json.code).toBe('already-read')
    expect(await desk(ada)).toMatchObject({ read: 40, of: 40, next: null })
    const rows = await w.store.read.select().from(codings).where(eq(codings.place, 2))
    expect(rows.map(({ textId }) => textId).sort()).toEqual(twice.sort())
  })

  it('never shows the second what the first gave, nor that they are the second', async () => {
    await share('100')
    const [text] = await textsOf(1)
    const before = await desk(ben)
    await give(text!, codes)
    expect(await desk(ben)).toEqual(before)
  })

  it('gives one place to each of two who read at once, and to a third none', async () => {
    const [text] = await textsOf(1)
    await share('0')
    const answers = await Promise.all([give(text!, [], ada), give(text!, [], ben)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await w.store.read.select().from(codings)).toHaveLength(1)
  })

  it('refuses codes of another version, and a version that has been followed by another', async () => {
    const [text] = await textsOf(1)
    expect((await give(text!, [999])).json.errors[0].path).toBe('codes')
    await ada.put('/api/codebook', { seen: 1, codes: [{ name: 'Other', definition: 'x' }] })
    expect((await give(text!, [])).json.code).toBe('codebook-changed')
    expect((await give(text!, codes, ada, 2)).status).toBe(422)
    expect(await desk()).toMatchObject({ version: 2, read: 0, of: 1 })
  })

  it('reads words anew that were replaced, and lets words that were read be taken back', async () => {
    const [text] = await textsOf(1)
    await give(text!, codes)
    const write = (words: string) =>
      transact(w.ctx({ kind: 'link', bookingId: bookings[0]! }), (ctx) =>
        writeText(ctx, { bookingId: bookings[0]!, kind: 'example', words }),
      )
    await write('Other words')
    w.later('PT1M')
    expect((await ada.post(`/api/texts/${text}/clearance`)).status).toBe(201)
    expect(await desk()).toMatchObject({ read: 0, of: 1 })
    await give(text!, [codes[0]!])
    expect(await w.store.read.select().from(codings)).toHaveLength(1)
    expect(await write('')).toBeNull()
    expect(await desk()).toMatchObject({ of: 0, next: null })
    expect(await write('')).toBeNull()
  })

  it('is the coordinator’s alone', async () => {
    const [text] = await textsOf(1)
    for (const [person, role] of [
      [w.stage.sue, 'sub-group'],
      [w.stage.mo, 'administrator'],
      [w.stage.tess, 'trainer'],
    ] as const) {
      const one = await w.as(person, role)
      expect((await one.get('/api/coding')).status).toBe(403)
      expect((await give(text!, [], one)).status).toBe(403)
    }
    expect((await give(999_999)).status).toBe(404)
  })
})

describe('agreement', () => {
  it('is said code by code from ten texts that two have read', async () => {
    await share('100')
    await textsOf(10)
    await readAll(ada, (text) => (text % 2 ? [codes[0]!] : []))
    const first = (await desk(ben)).next.id
    await give(first, [], ben)
    expect((await desk(ben)).agreement).toEqual({ texts: 1, fewest: 10, codes: [] })
    await readAll(ben, (text) => (text % 2 ? [codes[0]!] : []))
    const { agreement } = await desk()
    expect(agreement.texts).toBe(10)
    expect(agreement.codes[1]).toEqual({
      name: 'Shared sooner',
      percent: 100,
      words: '100% alike (kappa not defined: both gave it to no text)',
    })
  })

  // The worked examples of the article "Cohen's kappa" (en.wikipedia.org): 50 applications for a grant, and two pairs of readers who
  // agree on 60 of 100 with other margins.
  it('equals the published examples', () => {
    const grants = { both: 20, first: 5, second: 10, neither: 15 }
    expect(agreed(grants)).toBe(0.7)
    expect(kappa(grants)).toBeCloseTo(0.4, 10)
    expect(kappa({ both: 45, first: 15, second: 25, neither: 15 })).toBeCloseTo(0.1304, 4)
    expect(kappa({ both: 25, first: 35, second: 5, neither: 35 })).toBeCloseTo(0.2593, 4)
    expect(agreementSentence(grants)).toBe('70% alike (kappa 0.40)')
  })

  it('is one when all is alike, nothing where it is not defined, and too few to tell below ten', () => {
    expect(kappa({ both: 5, first: 0, second: 0, neither: 5 })).toBe(1)
    expect(kappa({ both: 10, first: 0, second: 0, neither: 0 })).toBeNull()
    expect(kappa({ both: 0, first: 0, second: 0, neither: 0 })).toBeNull()
    expect(kappa({ both: 0, first: 5, second: 5, neither: 0 })).toBe(-1)
    expect(agreementSentence({ both: 9, first: 0, second: 0, neither: 0 })).toBe('too few to tell')
    expect(agreementSentence({ both: 0, first: 5, second: 5, neither: 0 })).toBe('0% alike (kappa −1.00)')
  })
})

describe('what the texts are about, beside an issued report', () => {
  const event = async () =>
    (await w.store.read.select().from(bookingsTable).where(eq(bookingsTable.id, bookings[0]!)))[0]!.eventId
  const group = async () => ({ key: 'programme', level: 'programme' as const, events: [{ id: await event() }] })
  const table = async (issued: Issued) =>
    (await voicesOf(w.ctx(), await group(), true, issued)).figures.find(({ key }) => key === 'codes')?.table?.rows

  it('leaves out what was read since, and a report what differs by fewer than five people', async () => {
    await share('0')
    await textsOf(11)
    const none = { cutOffs: new Map(), rows: [] }
    const readSome = async (n: number, code: number) => {
      for (let i = 0; i < n; i++) await give((await desk()).next.id, [code])
    }
    await readSome(6, codes[0]!)
    const asIssued = await table(none)
    const [row] = (await voicesOf(w.ctx(), await group(), true)).shown
    const rows = [{ ...row!, row: `programme/${row!.row}` }]
    const live = { cutOffs: new Map([[await event(), w.now()]]), rows }
    const report = { ...none, rows }
    w.later('PT1M')
    await readSome(1, codes[1]!)
    expect(await table(none)).not.toEqual(asIssued)
    expect(await table(live)).toEqual(asIssued)
    expect(await table(report)).toBeUndefined()
    expect((await voicesOf(w.ctx(), await group(), true, report)).shown).toEqual([])
    await readSome(4, codes[1]!)
    expect(await table(live)).toEqual(asIssued)
    expect(await table(report)).toEqual(await table(none))
  })

  it('stays on the page of a programme as an issued report counts it', async () => {
    await w.close()
    const room = await reportRoom()
    w = room
    ada = room.ada
    bookings = room.bookings
    await share('0')
    await ada.put('/api/codebook', { seen: 0, codes: aCodebook })
    codes = (await ada.get('/api/codebook')).json.codes.map(({ id }: { id: number }) => id)
    await textsOf(7)
    const read = async (n: number) => {
      for (let i = 0; i < n; i++) {
        const { next } = (await ada.get('/api/coding?programme=2025-26')).json
        expect((await give(next.id, [codes[0]!])).status).toBe(200)
      }
    }
    const shown = async () => {
      const { page } = (await room.sue.get('/api/impact/programmes/2025-26')).json as PageRead
      return page.figures.find(({ key }) => key === 'codes')?.table?.foot
    }
    await read(6)
    expect(await shown()).toEqual(['Texts read', 6])
    await issuedIn(room)
    w.later('PT1M')
    await read(1)
    expect(await shown()).toEqual(['Texts read', 6])
  })
})

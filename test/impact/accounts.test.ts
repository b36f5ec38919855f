import { and, eq, isNull } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accounts, commitments, consents, history, people, settings, texts } from '#db/schema.ts'
import type { Issued } from '#server/impact/issued.ts'
import { accountsSentence, voicesOf } from '#server/impact/voices.ts'
import { answerPath, nonceIn } from '#test/surveys/facts.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { alike, attend, canary } from './attenders.ts'
import { erase, mayRing } from './texts.ts'

let w: TestWorld
let ada: Someone
let event: number
let bookings: number[]
beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
  event = await w.stage.event({ on: ['2026-06-01'], capacity: 60 })
  bookings = await attend(w, event, [
    ...alike(6, { practice: 'once' }),
    ...alike(3, { practice: 'not-yet' }),
    ...alike(2, { practice: 'already' }),
    ...alike(2, {}),
  ])
})
afterEach(() => w.close())

const everyoneMayBeRung = async () => {
  for (const booking of bookings) await mayRing(w, booking)
}
const draw = (who = ada) => who.post('/api/accounts', { programme: '2026-27' })
const page = async () => (await ada.get('/api/accounts?programme=2026-27')).json
const onSheet = async (): Promise<number[]> =>
  (await page()).entries.map(({ bookingId }: { bookingId: number }) => bookingId)
const tell = (bookingId: number, outcome: string, tries = 0) =>
  ada.post(`/api/accounts/${bookingId}/outcome`, { outcome, tries })
const rows = () => w.store.read.select().from(accounts)

describe('the draw', () => {
  it('takes two of each kind for a course, from those who said that we may ring, and the same whoever asks', async () => {
    expect((await draw()).json).toEqual({ drawn: 0 })
    await everyoneMayBeRung()
    expect(await page()).toMatchObject({ toDraw: 4, consenting: 11, entries: [] })
    expect((await draw()).json).toEqual({ drawn: 4 })
    expect((await draw()).json).toEqual({ drawn: 0 })
    const first = await rows()
    expect(first.filter(({ kind }) => kind === 'success')).toHaveLength(2)
    expect(first.every(({ bookingId }) => bookings.slice(0, 9).includes(bookingId))).toBe(true)
    await w.store.write((db) => db.delete(accounts))
    w.later('PT1H')
    await draw(await w.as(w.stage.ada, 'coordinator'))
    expect((await rows()).map(({ bookingId }) => bookingId).sort()).toEqual(
      first.map(({ bookingId }) => bookingId).sort(),
    )
  })

  it('draws nobody twice when two press at once', async () => {
    await everyoneMayBeRung()
    const answers = await Promise.all([draw(), draw()])
    expect(answers.map(({ json }) => json.drawn).sort()).toEqual([0, 4])
    expect(await rows()).toHaveLength(4)
  })

  it('replaces who was not reached in two tries, or would rather not; whose consent ended is off the sheet', async () => {
    await everyoneMayBeRung()
    await draw()
    const [one, two] = (await rows()).filter(({ kind }) => kind === 'success').map(({ bookingId }) => bookingId)
    expect((await tell(one!, 'not-reached')).json).toEqual({ outcome: null })
    expect((await page()).entries.find(({ bookingId }: { bookingId: number }) => bookingId === one)).toMatchObject({
      tries: 1,
    })
    expect(await rows()).toHaveLength(4)
    expect((await tell(one!, 'not-reached', 1)).json).toEqual({ outcome: 'not-reached' })
    expect(await rows()).toHaveLength(5)
    expect(await onSheet()).toHaveLength(4)
    await tell(two!, 'withdrawn')
    expect(await onSheet()).toHaveLength(4)
    const [withdrawn] = await w.store.read
      .select()
      .from(consents)
      .where(and(eq(consents.bookingId, two!), eq(consents.what, 'call')))
    expect(withdrawn?.withdrawnAt).toBe(w.now())
    const left = (await onSheet())[0]!
    await erase(w, left)
    expect(await onSheet()).not.toContain(left)
    expect((await tell(left, 'verified')).json.code).toBe('not-on-the-sheet')
    expect((await draw()).json.drawn).toBeLessThanOrEqual(1)
  })
})

describe('the call sheet', () => {
  it('names whom to ring, what they planned and answered, and what to ask', async () => {
    await everyoneMayBeRung()
    await draw()
    const [first] = await onSheet()
    await w.store.write(async (db) => {
      await db
        .insert(commitments)
        .values({ bookingId: first!, position: 1, kind: 'suggestion', suggestionId: 1, madeAt: 0 })
      const [text] = await db
        .insert(texts)
        .values({ bookingId: first!, kind: 'commitment', original: 'Ring the nursery', state: 'held', writtenAt: 0 })
        .returning()
      await db
        .insert(commitments)
        .values({ bookingId: first!, position: 2, kind: 'own-words', textId: text!.id, madeAt: 0 })
    })
    const { entries } = await page()
    expect(entries[0]).toMatchObject({
      planned: ['Use the neglect toolkit with one family'],
      wroteOwn: true,
      phone: null,
      agency: 'Council children’s services',
      course: 'Recognising neglect',
      date: 'Monday 1 June 2026',
    })
    expect(entries[0].name).toContain(canary)
    expect(entries.every(({ questions }: { questions: string[] }) => questions.length === 3)).toBe(true)
    expect(JSON.stringify(entries)).not.toContain('Ring the nursery')
    expect((await ada.post(`/api/accounts/${first}/own-words`)).json).toEqual({ words: 'Ring the nursery' })
    const opened = await w.store.read.select().from(history).where(eq(history.what, 'text.shown-for-call'))
    expect(opened).toMatchObject([{ about: `booking:${first}`, actor: `person:${w.stage.ada}` }])
  })

  it('gives the number alone where there is one', async () => {
    await everyoneMayBeRung()
    await draw()
    await w.store.write((db) => db.update(people).set({ phone: '01632 960 100' }))
    expect((await page()).entries[0]).toMatchObject({ phone: '01632 960 100', agency: null })
  })

  it('takes one outcome: the second of two at once is told', async () => {
    await everyoneMayBeRung()
    await draw()
    const [first] = await onSheet()
    const answers = await Promise.all([tell(first!, 'verified'), tell(first!, 'not-verified')])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(answers.find(({ status }) => status === 409)?.json.code).toBe('told-meanwhile')
    const [, second] = [first, (await onSheet())[0]!]
    const tries = await Promise.all([tell(second!, 'not-reached'), tell(second!, 'not-reached')])
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it('is the coordinator’s alone, and of nobody who was not drawn', async () => {
    await everyoneMayBeRung()
    await draw()
    const [first] = await onSheet()
    for (const role of ['sub-group', 'administrator', 'trainer'] as const) {
      const one = await w.as(w.stage.sue, role)
      expect((await one.get('/api/accounts')).status).not.toBe(200)
      expect((await draw(one)).status).not.toBe(201)
      expect((await one.post(`/api/accounts/${first}/own-words`)).status).not.toBe(201)
    }
    const other = bookings.find((id) => id !== first && !bookings.slice(0, 9).includes(id))!
    expect((await tell(other, 'verified')).status).toBe(404)
    expect((await ada.post(`/api/accounts/${other}/own-words`)).status).toBe(404)
  })
})

describe('what the sub-group reads', () => {
  const group = { key: 'programme', level: 'programme' as const, events: [{ id: 0 }] }
  const figureOf = async (level: 'programme' | 'course' = 'programme', shows = true, issued?: Issued) => {
    const ctx = w.ctx({
      kind: 'person',
      personId: w.stage.sue,
      email: '',
      role: 'sub-group',
      roles: ['sub-group'],
      agencyIds: [],
      signInId: 0,
    })
    const { figures } = await voicesOf(ctx, { ...group, level, events: [{ id: event }] }, shows, issued)
    return figures.find(({ key }) => key === 'accounts')
  }
  /** The first three told of success, the others of none; who is not verified comes first. */
  const checked = (verified: number, not: number) =>
    w.store.write((db) =>
      db.insert(accounts).values(
        bookings.slice(3, 3 + verified + not).map((bookingId, i) => ({
          bookingId,
          kind: i < 3 ? ('success' as const) : ('non-success' as const),
          pickedAt: 1,
          outcome: i < not ? ('not-verified' as const) : ('verified' as const),
          outcomeAt: 100 + i,
        })),
      ),
    )

  it('is nothing below five accounts checked', async () => {
    await checked(3, 1)
    expect(await figureOf()).toMatchObject({
      sentence: 'Fewer than five accounts have been checked.',
      table: null,
      notShown: 'Not shown: too few.',
    })
    await checkedNone()
    expect(await figureOf()).toBeUndefined()
  })
  const checkedNone = () => w.store.write((db) => db.delete(accounts))

  it('is from five how many were checked and what came of them, of a whole programme alone', async () => {
    await checked(4, 1)
    const shown = await figureOf()
    expect(shown).toMatchObject({
      label: null,
      sentence: '5 accounts were checked by telephone: 4 verified.',
    })
    expect(shown?.table?.rows[0]).toEqual(['Verified', 4])
    expect(JSON.stringify(shown)).not.toContain(canary)
    expect(await figureOf('course')).toBeUndefined()
    expect(await figureOf('programme', false)).toBeUndefined()
  })

  it('is from as many as the partnership has set', async () => {
    await w.store.write((db) => db.insert(settings).values({ name: 'shown-from-answered', value: '6', at: 0 }))
    await checked(4, 1)
    expect((await figureOf())?.sentence).toBe('Fewer than six accounts have been checked.')
  })

  it('is without a call since an issued report, and nothing where it differs from one by a call', async () => {
    await checked(5, 1)
    const cutOffs = new Map([[event, 104]])
    expect((await figureOf('programme', true, { cutOffs, rows: [] }))?.sentence).toMatch(/^5 accounts/)
    const units = bookings
      .slice(3, 8)
      .map((id, i) => `${id}:${i < 3 ? '' : 'non-'}success ${i < 1 ? 'not-' : ''}verified`)
    const rows = [{ measure: 'accounts', row: 'programme/accounts', units }]
    expect((await figureOf('programme', true, { cutOffs, rows }))?.table).not.toBeNull()
    expect(await figureOf('programme', true, { cutOffs: new Map(), rows })).toMatchObject({
      sentence: '6 accounts were checked by telephone.',
      table: null,
    })
  })

  it('is said rightly for none, some and all', () => {
    expect(accountsSentence(5, 0)).toBe('5 accounts were checked by telephone: none verified.')
    expect(accountsSentence(6, 1)).toBe('6 accounts were checked by telephone: 1 verified.')
    expect(accountsSentence(6, 6)).toBe('6 accounts were checked by telephone: all verified.')
  })
})

describe('the consent to ring', () => {
  it('is given with the words, kept when the page is opened again, and taken back with the same link', async () => {
    const open = await w.stage.event({ on: ['2026-06-10'] })
    const [booking] = await attend(w, open, [{ practice: 'once', asked: ['2026-09-10', '2026-09-10'] }])
    const path = await answerPath(w, booking!)
    const standing = async () =>
      (
        await w.store.read
          .select()
          .from(consents)
          .where(and(eq(consents.bookingId, booking!), eq(consents.what, 'call'), isNull(consents.withdrawnAt)))
      ).length
    const send = async (fields: Record<string, string>) =>
      w.visitor.form(`${path}/example`, {
        nonce: nonceIn((await w.visitor.get(`${path}/example`)).text),
        next: 'on',
        ...fields,
      })
    await send({ example: '', quote: 'no-quote' })
    expect(await standing()).toBe(0)
    await send({ example: '', quote: 'no-quote', call: 'yes' })
    await send({ example: '', quote: 'no-quote', call: 'yes' })
    expect(await standing()).toBe(1)
    expect((await w.visitor.get(`${path}/example`)).text).toMatch(/name="call"[^>]*checked/)
    expect(await page()).toMatchObject({ consenting: 1, toDraw: 1 })
    await draw()
    expect(await onSheet()).toEqual([booking])
    expect((await w.visitor.form(`${path}/no-call`, {})).status).toBe(303)
    expect(await standing()).toBe(1)
    const nonce = nonceIn((await w.visitor.get(`${path}/example`)).text)
    expect((await w.visitor.form(`${path}/no-call`, { nonce })).text).toContain('We will not ring you about it')
    expect(await standing()).toBe(0)
    expect(await onSheet()).toEqual([])
  })
})

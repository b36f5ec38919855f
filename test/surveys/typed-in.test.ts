import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bounces, commitments, followUps, people, responses, suggestions, texts } from '#db/schema.ts'
import { addDays, londonInstant } from '#server/calendar.ts'
import type { Role } from '#server/people/input.ts'
import { answerCode } from '#server/surveys/short-address.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import {
  answerPath,
  at,
  attend,
  factsHash,
  handOver,
  historyOf,
  messagesOf,
  nonceIn,
  outcomesOfStage,
  press,
  runAsking,
} from './facts.ts'

let w: TestWorld
let ada: Someone
let eventId: number
let bea: number

// Tuesday 15 September 2026; the target is Tuesday 15 December.
const day = '2026-09-15'
const target = '2026-12-15'

beforeEach(async () => {
  w = await makeWorld()
  eventId = await w.stage.event({ on: [day] })
  bea = await attend(w, eventId, w.stage.bea)
  ada = await w.as(w.stage.ada, 'coordinator')
})
afterEach(() => w.close())

const ask = async () => {
  at(w, target)
  await runAsking(w)
  await handOver(w)
  // Staff are signed out after half an hour; here each day begins with signing in.
  ada = await w.as(w.stage.ada, 'coordinator')
}
const on = async (date: string, clock?: string) => {
  at(w, date, clock)
  ada = await w.as(w.stage.ada, 'coordinator')
}
const response = async (bookingId = bea) =>
  (await w.store.read.select().from(responses).where(eq(responses.bookingId, bookingId)))[0]
const closure = async (bookingId = bea) =>
  (await w.store.read.select().from(followUps).where(eq(followUps.bookingId, bookingId)))[0]?.closedBecause

describe('an answer typed in', () => {
  it('takes two presses: the person from those asked last, then the answer', async () => {
    await ask()
    const { found } = (await ada.get('/api/answers-to-type-in')).json
    expect(found).toEqual([
      {
        bookingId: bea,
        name: 'Bea Fern',
        agency: 'Council children’s services',
        course: 'Recognising neglect',
        date: 'Tuesday 15 September 2026',
        about: '',
      },
    ])
    const typed = await ada.post(`/api/bookings/${bea}/answer`, { channel: 'reply', practice: 'once' })
    expect(typed.status).toBe(201)
    expect(await response()).toMatchObject({ channel: 'reply', wave: 1, doubtedBecause: null })
    expect(await closure()).toBe('answered')
    expect((await ada.get('/api/answers-to-type-in')).json.found).toEqual([])
    expect((await historyOf(w, `booking:${bea}`)).at(-1)).toMatchObject({
      what: 'follow-up.answered',
      actor: `person:${w.stage.ada}`,
      details: 'reply',
    })
  })

  it('finds the person by half a name, whatever is typed', async () => {
    await attend(w, eventId, await w.stage.person('Beatrix O’Neil 100%'))
    await ask()
    const names = async (words: string) =>
      (await ada.get(`/api/answers-to-type-in?words=${encodeURIComponent(words)}`)).json.found.map(
        (one: { name: string }) => one.name,
      )
    expect(await names('bea')).toEqual(['Bea Fern', 'Beatrix O’Neil 100%'])
    expect(await names('er BE')).toEqual(['Bea Fern'])
    expect(await names('0%')).toEqual(['Beatrix O’Neil 100%'])
    expect(await names('_')).toEqual([])
  })

  it('is never taken for a machine’s, also within a minute of the email, or beside another answer', async () => {
    await ask()
    expect((await press(w, await answerPath(w, bea), 'not-yet')).headers.get('location')).toContain('/check')
    expect(await closure()).toBeNull()
    w.later('PT10S')
    expect((await ada.post(`/api/bookings/${bea}/answer`, { channel: 'phone', practice: 'routine' })).status).toBe(201)
    expect(await response()).toMatchObject({ channel: 'phone', doubtedBecause: null })
    expect(await closure()).toBe('answered')
  })

  it('counts where the same answer came before as a machine’s would', async () => {
    await ask()
    await press(w, await answerPath(w, bea), 'once')
    await ada.post(`/api/bookings/${bea}/answer`, { channel: 'paper', practice: 'once' })
    expect(await response()).toMatchObject({ channel: 'paper', doubtedBecause: null })
    expect(await closure()).toBe('answered')
  })

  it('writes over no answer that counts without asking, and keeps how that one came', async () => {
    await ask()
    await on(target, '12:00')
    await press(w, await answerPath(w, bea), 'not-yet')
    const before = await factsHash(w)
    const asked = await ada.post(`/api/bookings/${bea}/answer`, { channel: 'reply', practice: 'once' })
    expect(asked.status).toBe(409)
    expect(asked.json).toMatchObject({ code: 'answer-stands' })
    expect(asked.json.title + (asked.json.detail ?? '')).toContain('by email')
    expect(await factsHash(w)).toBe(before)
    const form = (await ada.get(`/api/bookings/${bea}/answer`)).json
    expect(form.stands).toEqual({ practice: 'not-yet', words: 'Not yet', how: 'by email' })
    // Someone else changed it meanwhile: what was seen is not what stands.
    const stale = { channel: 'reply', practice: 'once', instead: 'started' }
    expect((await ada.post(`/api/bookings/${bea}/answer`, stale)).status).toBe(409)
    const changed = { channel: 'reply', practice: 'once', instead: 'not-yet' }
    expect((await ada.post(`/api/bookings/${bea}/answer`, changed)).status).toBe(201)
    expect(await response()).toMatchObject({ channel: 'e-mail', wave: 1 })
    expect((await ada.get(`/api/bookings/${bea}/answer`)).json.stands.practice).toBe('once')
  })

  it('takes the optional rest, which makes it full, and holds free text to be cleared', async () => {
    await ask()
    const [first] = await outcomesOfStage(w)
    const answer = {
      channel: 'paper',
      practice: 'routine',
      outcomes: [{ learningOutcomeId: first!.id, anchor: 'good' }],
      chosen: { chance: ['most-weeks'], difference: ['noticed-sooner', 'passed-on'] },
      example: 'We used the toolkit at once',
    }
    expect((await ada.post(`/api/bookings/${bea}/answer`, answer)).status).toBe(201)
    expect(await response()).toMatchObject({ channel: 'paper', fullAt: w.now() })
    expect((await w.store.read.select().from(texts))[0]).toMatchObject({ state: 'held', kind: 'example' })
    const wrong = { channel: 'paper', practice: 'routine', instead: 'routine', chosen: { chance: ['every-day'] } }
    expect((await ada.post(`/api/bookings/${bea}/answer`, wrong)).status).toBe(422)
    const unknown = { ...wrong, chosen: { 'no-such-question': ['yes'] } }
    expect((await ada.post(`/api/bookings/${bea}/answer`, unknown)).status).toBe(422)
  })

  it('is for a coordinator alone', async () => {
    await ask()
    const roles: [number, Role][] = [
      [w.stage.bea, 'delegate'],
      [w.stage.lena, 'agency-lead'],
      [w.stage.tess, 'trainer'],
      [w.stage.sue, 'sub-group'],
      [w.stage.mo, 'administrator'],
    ]
    for (const [personId, role] of roles) {
      const one = await w.as(personId, role)
      expect((await one.get('/api/answers-to-type-in')).status, role).toBe(403)
      expect((await one.get(`/api/bookings/${bea}/answer`)).status, role).toBe(403)
      expect((await one.post(`/api/bookings/${bea}/answer`, { channel: 'reply', practice: 'once' })).status).toBe(403)
      expect((await one.get(`/api/events/${eventId}/answer-cards`)).status, role).toBe(403)
    }
    expect((await ada.get('/api/bookings/999999/answer')).status).toBe(404)
    expect((await ada.post('/api/bookings/999999/answer', { channel: 'reply', practice: 'once' })).status).toBe(404)
    expect((await ada.get('/api/events/999999/answer-cards')).status).toBe(404)
    expect(await response()).toBeUndefined()
  })

  it('is told, of two at once, that the other was first', async () => {
    await ask()
    const mo = await w.as(w.stage.ada, 'coordinator')
    const both = await Promise.all([
      ada.post(`/api/bookings/${bea}/answer`, { channel: 'reply', practice: 'once' }),
      mo.post(`/api/bookings/${bea}/answer`, { channel: 'reply', practice: 'not-yet' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(await w.store.read.$count(responses)).toBe(1)
  })
})

describe('someone who never had a mailbox', () => {
  let noMail: number
  beforeEach(async () => {
    noMail = await attend(w, eventId, await w.stage.person('Ida Wren', { email: null }))
  })

  it('may answer on paper once three months are over, and counts as answered', async () => {
    await on(addDays(target, -1))
    const early = await ada.post(`/api/bookings/${noMail}/answer`, { channel: 'paper', practice: 'once' })
    expect(early.json).toMatchObject({ code: 'cannot-answer' })
    await on(target, '09:00')
    const { found } = (await ada.get('/api/answers-to-type-in?words=ida')).json
    expect(found.map((one: { bookingId: number }) => one.bookingId)).toEqual([noMail])
    expect((await ada.post(`/api/bookings/${noMail}/answer`, { channel: 'paper', practice: 'once' })).status).toBe(201)
    expect(await response(noMail)).toMatchObject({ channel: 'paper', wave: 0, late: false })
    const rows = await w.client.execute(`select count(*) as n from follow_ups where booking_id = ${noMail}`)
    expect(rows.rows[0]?.n).toBe(0)
    // And asked by nobody afterwards, also with an address.
    await w.store.write((db) => db.update(people).set({ email: 'ida@council.test' }).where(eq(people.name, 'Ida Wren')))
    at(w, target, '10:00')
    await runAsking(w)
    expect((await messagesOf(w, 'follow-up-invitation')).map(({ about }) => about)).toEqual([`booking:${bea}`])
  })

  it('is late after eight weeks, and cannot answer a fortnight after that', async () => {
    await on(addDays(target, 57))
    await ada.post(`/api/bookings/${noMail}/answer`, { channel: 'paper', practice: 'once' })
    expect(await response(noMail)).toMatchObject({ late: true })
    const other = await attend(w, eventId, await w.stage.person('Una Pike', { email: null }))
    await on(addDays(target, 71))
    const over = await ada.post(`/api/bookings/${other}/answer`, { channel: 'paper', practice: 'once' })
    expect(over.json).toMatchObject({ code: 'cannot-answer' })
  })

  it('has a card with a short address, a code and a QR code, and nobody with a working mailbox has', async () => {
    const bounced = await w.stage.person('Gil Stone')
    await attend(w, eventId, bounced)
    const [{ email } = { email: '' }] = await w.store.read.select().from(people).where(eq(people.id, bounced))
    await w.store.write((db) =>
      db.insert(bounces).values({ personId: bounced, email: email!, hard: true, reply: '550', at: 0 }),
    )
    const { cards, ...rest } = (await ada.get(`/api/events/${eventId}/answer-cards`)).json
    expect(rest).toEqual({
      course: 'Recognising neglect',
      date: 'Tuesday 15 September 2026',
      month: 'September 2026',
      address: '127.0.0.1:8787/a',
      from: 'Tuesday 15 December 2026',
    })
    expect(cards.map((one: { firstName: string }) => one.firstName)).toEqual(['Gil', 'Ida'])
    expect(cards[1].code).toBe(await answerCode(w.world.secrets, noMail))
    expect(cards[1].code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(cards[1].qr.path.length).toBeGreaterThan(500)
  })

  it('opens the question by the code, typed as people type it, and answers by the page', async () => {
    const code = await answerCode(w.world.secrets, noMail)
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
    await on(addDays(target, -1))
    const opened = await w.visitor.form('/a', { code: typed })
    expect(opened.status).toBe(303)
    const path = opened.headers.get('location') ?? ''
    expect((await w.visitor.get(path)).text).toContain('Tuesday 15 December 2026')
    await on(target, '11:00')
    const before = await factsHash(w)
    expect((await w.visitor.get(`/a/${code}`)).headers.get('location')).toBe(path)
    expect((await w.visitor.get(`/a/${code.replaceAll('-', '')}`)).headers.get('location')).toBe(path)
    const page = await w.visitor.get(path)
    expect(page.text).toContain('In September you came to Recognising neglect')
    expect(page.text).not.toContain('Wren')
    expect(await factsHash(w)).toBe(before)
    await w.visitor.form(path, { practice: 'started', nonce: nonceIn(page.text) })
    expect(await response(noMail)).toMatchObject({ channel: 'page', wave: 0, doubtedBecause: null })
    expect((await ada.get(`/api/events/${eventId}/answer-cards`)).json.cards).toEqual([])
  })
})

describe('the short address', () => {
  it('says no to a wrong code, and after sixty in an hour from one address to a right one too', async () => {
    const code = await answerCode(w.world.secrets, bea)
    at(w, target, '11:10')
    for (const wrong of [
      '',
      'no code',
      code.replace(/.$/, (sign) => (sign === '7' ? '8' : '7')),
      '0000-0000-0000-0000',
    ])
      expect((await w.visitor.form('/a', { code: wrong })).status, wrong).toBe(404)
    for (let n = 4; n < 60; n++) expect((await w.visitor.get('/a/ZZZZ-ZZZZ-ZZZZ-ZZZZ')).status).toBe(404)
    const refused = await w.visitor.get(`/a/${code}`)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBe(50 * 60)
    w.setClock(londonInstant(target, '12:00'))
    expect((await w.visitor.get(`/a/${code}`)).status).toBe(303)
  })

  it('counts no right code, so that 200 people behind one address get in', async () => {
    at(w, target, '11:00')
    const codes = await Promise.all(Array.from({ length: 200 }, () => answerCode(w.world.secrets, bea)))
    for (const code of codes) expect((await w.visitor.get(`/a/${code}`)).status).toBe(303)
  })

  it('has a code of its own for each booking, which no other installation makes', async () => {
    const codes = await Promise.all([1, 2, 3, 1_073_741_823].map((id) => answerCode(w.world.secrets, id)))
    expect(new Set(codes).size).toBe(4)
    expect(await answerCode(['another secret of thirty-two characters'], 1)).not.toBe(codes[0])
    // An older secret still opens what was printed with it.
    const older = await answerCode(['an older secret of thirty-two characters'], bea)
    at(w, target, '11:00')
    expect((await w.visitor.get(`/a/${older}`)).status).toBe(404)
    w.world.secrets.push('an older secret of thirty-two characters')
    expect((await w.visitor.get(`/a/${older}`)).status).toBe(303)
  })
})

describe('what is shown for typing in', () => {
  it('has their ready-made commitment, question one and the rest, and never their own words', async () => {
    const [suggestion] = await w.store.read.select().from(suggestions).where(eq(suggestions.courseId, w.stage.course))
    const own = await attend(w, eventId, w.stage.olu)
    await w.store.write(async (db) => {
      await db
        .insert(commitments)
        .values({ bookingId: bea, position: 1, kind: 'suggestion', suggestionId: suggestion!.id, madeAt: 0 })
      const [text] = await db
        .insert(texts)
        .values({ bookingId: own, kind: 'commitment', original: 'Ask Kaiya’s school', state: 'held', writtenAt: 0 })
        .returning()
      await db
        .insert(commitments)
        .values({ bookingId: own, position: 1, kind: 'own-words', textId: text!.id, madeAt: 0 })
    })
    await ask()
    const form = (await ada.get(`/api/bookings/${bea}/answer`)).json
    expect(form).toMatchObject({
      planned: 'Use the neglect toolkit with one family',
      question: 'Where has it got to?',
      stands: null,
      closed: null,
    })
    expect(form.practice).toHaveLength(8)
    expect(form.outcomes.items).toHaveLength(2)
    expect(form.rest.map((one: { key: string }) => one.key)).toEqual(
      expect.arrayContaining(['chance', 'difference', 'helped', 'in-the-way', 'anyway', 'where-seen']),
    )
    const other = await ada.get(`/api/bookings/${own}/answer`)
    expect(other.json).toMatchObject({ planned: null, wroteOwn: true })
    expect(other.text).not.toContain('Kaiya')
  })
})

import { readFileSync } from 'node:fs'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followUps, history, people, texts, urgentSettlements } from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import { transact } from '#server/context.ts'
import { soundsUrgent } from '#server/surveys/shared/urgent.ts'
import { giveQuoteConsent, writeText } from '#server/surveys/texts.ts'
import { nextTelling, tellAgain, urgentWordsFacts } from '#server/surveys/urgent-telling.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, historyOf, messagesOf, nonceIn } from './facts.ts'

let w: TestWorld
let bookingId: number
beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-09-01'] }), w.stage.bea)
})
afterEach(() => w.close())

const write = (words: string, kind: 'example' | 'suggestion' = 'example') =>
  transact(w.ctx(), (ctx) => writeText(ctx, { bookingId, kind, words }))

describe('held text', () => {
  it('is read by a coordinator alone, without name, agency or date in view', async () => {
    await write('We changed how we record the child’s words')
    const ada = await w.as(w.stage.ada, 'coordinator')
    const { status, text, json } = await ada.get('/api/texts')
    expect(status).toBe(200)
    expect(json.texts).toEqual([
      { id: 1, kind: 'example', text: 'We changed how we record the child’s words', isUrgent: false, found: [] },
    ])
    for (const canary of ['Bea', 'Fern', 'Council', '2026', 'Recognising']) expect(text).not.toContain(canary)
    for (const [who, role] of [
      [w.stage.tess, 'trainer'],
      [w.stage.sue, 'sub-group'],
      [w.stage.bea, 'delegate'],
    ] as const)
      expect((await (await w.as(who, role)).get('/api/texts')).status).toBe(403)
    expect((await w.visitor.get('/api/texts')).status).toBe(401)
  })

  it('is cleared once, as it stands', async () => {
    const id = await write('A clearer referral')
    const ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.post(`/api/texts/${id}/clearance`)).json).toEqual({ id, state: 'cleared' })
    expect((await ada.post(`/api/texts/${id}/clearance`)).json.code).toBe('already-cleared')
    expect((await ada.post('/api/texts/999/clearance')).status).toBe(404)
    expect((await w.store.read.select().from(texts))[0]).toMatchObject({
      original: null,
      cleared: 'A clearer referral',
      clearedBy: w.stage.ada,
    })
    expect((await ada.get('/api/texts')).json.texts).toEqual([])
  })

  it('may be quoted only with consent, which can be withdrawn', async () => {
    const id = await write('A clearer referral')
    await transact(w.ctx(), (ctx) => giveQuoteConsent(ctx, bookingId, 'quote'))
    const ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.post(`/api/texts/${id}/clearance`)).json.state).toBe('quotable')
    await transact(w.ctx(), (ctx) => giveQuoteConsent(ctx, bookingId, 'no-quote'))
    expect((await w.store.read.select().from(texts))[0]?.state).toBe('cleared')
  })

  it('loses its original at once when redacted: not a byte of it stays on the disk', async () => {
    const id = await write('Kestrelmoor Academy rang about Wilhelmina Brackett')
    const ada = await w.as(w.stage.ada, 'coordinator')
    const done = await ada.post(`/api/texts/${id}/redaction`, { text: '[school removed] rang about [name removed]' })
    expect(done.json).toEqual({ id, state: 'redacted' })
    expect((await w.store.read.select().from(texts))[0]).toMatchObject({
      original: null,
      cleared: '[school removed] rang about [name removed]',
    })
    for (const file of [w.path, `${w.path}-wal`]) {
      const bytes = readFileSync(file).toString('latin1')
      expect(bytes).not.toContain('Kestrelmoor')
      expect(bytes).not.toContain('Wilhelmina')
    }
    expect(readFileSync(w.path).toString('latin1')).toContain('[school removed]')
    expect((await ada.post(`/api/texts/${id}/redaction`, { text: '' })).status).toBe(422)
    expect((await ada.post(`/api/texts/${id}/redaction`, { text: 'x', more: 1 })).status).toBe(422)
  })

  it('never stands in the history or a log line', async () => {
    const id = await write('CANARY-WORDS and she wants to end her life')
    const ada = await w.as(w.stage.ada, 'coordinator')
    await ada.post(`/api/texts/${id}/redaction`, { text: 'CANARY-CLEARED' })
    expect(JSON.stringify(await w.store.read.select().from(history))).not.toContain('CANARY')
    expect(JSON.stringify(w.logs)).not.toContain('CANARY')
    expect(JSON.stringify(await messagesOf(w))).not.toContain('CANARY')
  })

  it('is held again when its writer changes it, and is gone when they take it back', async () => {
    const id = await write('First words')
    const ada = await w.as(w.stage.ada, 'coordinator')
    await ada.post(`/api/texts/${id}/clearance`)
    await write('First words')
    expect((await w.store.read.select().from(texts))[0]?.state).toBe('cleared')
    await write('Other words')
    expect((await w.store.read.select().from(texts))[0]).toMatchObject({
      id,
      state: 'held',
      original: 'Other words',
      cleared: null,
      clearedBy: null,
    })
    await write('  ')
    expect(await w.store.read.$count(texts)).toBe(0)
  })
})

describe('likely identifiers in held text', () => {
  it('are found again by the server, whatever the browser said, and each has its class', async () => {
    await write('Kaiya, who is aged 9, goes to Kestrelmoor Primary School.')
    const ada = await w.as(w.stage.ada, 'coordinator')
    const [text] = (await ada.get('/api/texts')).json.texts
    expect(
      text.found.map(({ from, to, is }: { from: number; to: number; is: string }) => [is, text.text.slice(from, to)]),
    ).toEqual([
      ['name', 'Kaiya'],
      ['age', 'aged 9'],
      ['school', 'Kestrelmoor Primary School'],
    ])
  })
})

describe('clearing at once', () => {
  it('lets one of two coordinators win', async () => {
    const id = await write('A clearer referral')
    const ada = await w.as(w.stage.ada, 'coordinator')
    const both = await Promise.all([
      ada.post(`/api/texts/${id}/clearance`),
      ada.post(`/api/texts/${id}/redaction`, { text: '[removed]' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(both.find(({ status }) => status === 409)?.json.code).toBe('already-cleared')
  })
})

describe('who wrote it', () => {
  it('opens for a reason from a closed list, which goes into the history', async () => {
    const id = await write('A clearer referral')
    await w.store.write((db) => db.update(people).set({ phone: '01632 960 321' }).where(eq(people.id, w.stage.bea)))
    const ada = await w.as(w.stage.ada, 'coordinator')
    const opened = await ada.post(`/api/texts/${id}/writer-opening`, { reason: 'someone-at-risk' })
    expect(opened.status).toBe(201)
    expect(opened.json).toEqual({
      name: 'Bea Fern',
      agency: 'Council children’s services',
      event: 'Recognising neglect, Tuesday 1 September 2026',
      phone: '01632 960 321',
    })
    expect(await historyOf(w, `text:${id}`)).toMatchObject([
      { what: 'text.writer-opened', actor: `person:${w.stage.ada}`, details: 'someone-at-risk' },
    ])
  })

  it('stays closed without a reason, and writes nothing', async () => {
    const id = await write('A clearer referral')
    const ada = await w.as(w.stage.ada, 'coordinator')
    for (const body of [{}, { reason: '' }, { reason: 'curious' }]) {
      const refused = await ada.post(`/api/texts/${id}/writer-opening`, body)
      expect(refused.status).toBe(422)
      expect(refused.text).not.toContain('Bea')
    }
    expect(await historyOf(w, `text:${id}`)).toEqual([])
  })

  it('opens to coordinators alone, and for no text that is not there', async () => {
    const id = await write('A clearer referral')
    const body = { reason: 'put-right' }
    for (const [who, role] of [
      [w.stage.tess, 'trainer'],
      [w.stage.sue, 'sub-group'],
      [w.stage.mo, 'administrator'],
      [w.stage.bea, 'delegate'],
    ] as const)
      expect((await (await w.as(who, role)).post(`/api/texts/${id}/writer-opening`, body)).status).toBe(403)
    const ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.post('/api/texts/999/writer-opening', body)).status).toBe(404)
  })
})

describe('consent to be quoted', () => {
  it('can be taken back with the same link when the time to answer is over', async () => {
    const id = await write('A clearer referral')
    await transact(w.ctx(), (ctx) => giveQuoteConsent(ctx, bookingId, 'quote'))
    const ada = await w.as(w.stage.ada, 'coordinator')
    await ada.post(`/api/texts/${id}/clearance`)
    await w.store.write((db) =>
      db.insert(followUps).values({
        bookingId,
        eventId: 1,
        personId: w.stage.bea,
        targetOn: '2026-12-01',
        openedAt: w.now(),
        lastAskedOn: '2026-12-22',
      }),
    )
    at(w, '2027-06-01')
    const path = await answerPath(w, bookingId)
    const closed = await w.visitor.get(path)
    expect(closed.status).toBe(410)
    expect(closed.text).toContain('Do not quote what I wrote')
    // Without the page’s own mark nothing is written.
    expect((await w.visitor.form(`${path}/no-quote`, {})).status).toBe(303)
    expect((await w.store.read.select().from(texts))[0]?.state).toBe('quotable')
    const done = await w.visitor.form(`${path}/no-quote`, { nonce: nonceIn(closed.text) })
    expect(done.text).toContain('We will not quote what you wrote')
    expect((await w.store.read.select().from(texts))[0]?.state).toBe('cleared')
    expect((await historyOf(w, `booking:${bookingId}`)).at(-1)?.what).toBe('consent.withdrawn')
    expect((await w.visitor.get(path)).text).not.toContain('Do not quote')
    expect((await w.visitor.form('/answer/no-such-link/no-quote', {})).status).toBe(404)
  })

  it('is no until it is given', async () => {
    const id = await write('A clearer referral')
    const ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.post(`/api/texts/${id}/clearance`)).json.state).toBe('cleared')
    expect((await w.visitor.get(await answerPath(w, bookingId))).text).not.toContain('Do not quote')
  })
})

describe('urgent words', () => {
  let live: TestWorld
  let booking: number
  beforeEach(async () => {
    live = await makeWorld({ mode: 'live' })
    booking = await attend(live, await live.stage.event({ on: ['2026-09-01'] }), live.stage.bea)
  })
  afterEach(() => live.close())

  const writeUrgent = (words = 'A boy here is at risk tonight') =>
    transact(live.ctx(), (ctx) => writeText(ctx, { bookingId: booking, kind: 'suggestion', words })) as Promise<number>
  const told = async () => (await messagesOf(live, 'urgent-words')).map(({ occurrence }) => occurrence.split(' '))
  const tellings = async () => (await told()).map((parts) => [parts.length === 3 ? parts[0] : 'first', parts.at(-1)])
  const settle = async (id: number, input: object = {}) =>
    (await live.as(live.stage.ada, 'coordinator')).post(`/api/texts/${id}/settlement`, {
      passedTo: 'child-route',
      passedBy: 'Mo Reid',
      on: '2026-09-14',
      clock: '09:00',
      ...input,
    })
  const chore = async () => {
    while (await tellAgain(live.ctx()));
  }

  it('tell everyone on cover at once, without the text, and stand apart on the page', async () => {
    await transact(live.ctx(), (ctx) => writeText(ctx, { bookingId: booking, kind: 'example', words: 'Fine day' }))
    const id = await writeUrgent()
    const messages = await messagesOf(live, 'urgent-words')
    expect(messages.map(({ toAddress }) => toAddress)).toEqual(['ada@council.test', 'mo@council.test'])
    expect(await urgentWordsFacts(live.ctx(), id, messages[1]!)).toEqual({
      to: { name: 'Mo Reid', address: 'mo@council.test' },
      props: {
        firstName: 'Mo',
        telling: 'first',
        writtenAt: 'Monday 14 September 2026, 9am',
        alsoTold: ['Ada Lane'],
        href: 'https://training.test/texts',
      },
    })
    const ada = await live.as(live.stage.ada, 'coordinator')
    const { json, text } = await ada.get('/api/texts')
    expect(json.urgent).toMatchObject([{ id, isUrgent: true, isHeld: true, text: 'A boy here is at risk tonight' }])
    expect(json.texts).toMatchObject([{ text: 'Fine day', isUrgent: false }])
    for (const canary of ['Bea', 'Fern', 'Council', '2026', 'Recognising']) expect(text).not.toContain(canary)
    expect((await ada.get('/api/today')).json.urgent).toBe(1)
    await live.store.write((db) => db.delete(texts).where(eq(texts.id, id)))
    expect(await urgentWordsFacts(live.ctx(), id, messages[1]!)).toEqual({
      cancelled: 'What was written was taken back',
    })
  })

  it('tell both again after two working hours, and the business manager after two more', async () => {
    const id = await writeUrgent()
    expect(await nextTelling(live.ctx())).toBe(londonInstant('2026-09-14', '11:00'))
    at(live, '2026-09-14', '10:59')
    await chore()
    expect(await told()).toHaveLength(2)
    at(live, '2026-09-14', '11:00')
    await chore()
    await chore()
    expect((await tellings()).slice(2)).toEqual([
      ['again', 'ada@council.test'],
      ['again', 'mo@council.test'],
    ])
    expect(await nextTelling(live.ctx())).toBe(londonInstant('2026-09-14', '13:00'))
    at(live, '2026-09-14', '13:00')
    await chore()
    expect((await tellings()).slice(4)).toEqual([['manager', 'bo@council.test']])
    expect(await nextTelling(live.ctx())).toBeNull()
    at(live, '2026-09-20')
    await chore()
    expect(await told()).toHaveLength(5)
    const messages = await messagesOf(live, 'urgent-words')
    expect(await urgentWordsFacts(live.ctx(), id, messages[2]!)).toMatchObject({ props: { telling: 'again' } })
    expect(await urgentWordsFacts(live.ctx(), id, messages[4]!)).toMatchObject({
      to: { name: 'Bo Nash', address: 'bo@council.test' },
      props: { firstName: 'Bo', alsoTold: ['Ada Lane, 01632 960 001', 'Mo Reid, 01632 960 002'] },
    })
    expect((await historyOf(live, `text:${id}`)).map(({ what, details }) => [what, details])).toEqual([
      ['text.urgent', null],
      ['text.told-again', 'again'],
      ['text.told-again', 'manager'],
    ])
  })

  it.each([
    ['on a Friday evening', '2026-09-18', '19:00', '2026-09-21', '09:00', '11:00'],
    ['at night', '2026-09-15', '23:30', '2026-09-16', '10:00', '12:00'],
    ['on a Saturday', '2026-09-19', '12:00', '2026-09-21', '10:00', '12:00'],
    ['before Christmas and its bank holidays', '2026-12-24', '19:30', '2026-12-29', '09:30', '11:30'],
    ['over the autumn clock change', '2026-10-23', '19:00', '2026-10-26', '09:00', '11:00'],
  ])('wait for working hours when written %s', async (_, on, clock, day, again, manager) => {
    at(live, on, clock)
    await writeUrgent()
    expect(await nextTelling(live.ctx())).toBe(londonInstant(day, again))
    at(live, day, again)
    await chore()
    expect(await nextTelling(live.ctx())).toBe(londonInstant(day, manager))
  })

  it('are told of by the chores themselves, and the letters hold no word of the text', async () => {
    await writeUrgent('CANARY is at risk tonight')
    at(live, '2026-09-14', '13:30')
    await live.chores()
    expect(live.kept.map(({ to, subject }) => [to.address, subject])).toEqual(
      expect.arrayContaining([
        ['ada@council.test', 'Words that need someone now'],
        ['mo@council.test', 'Still open: words that need someone now'],
        ['bo@council.test', 'Four hours open: words that need someone now'],
      ]),
    )
    expect(JSON.stringify(live.kept)).not.toContain('CANARY')
  })

  it('are told of no more once someone has recorded where they were passed', async () => {
    const id = await writeUrgent()
    at(live, '2026-09-14', '11:00')
    await chore()
    expect((await settle(id)).status).toBe(201)
    const again = (await messagesOf(live, 'urgent-words'))[2]!
    expect(await urgentWordsFacts(live.ctx(), id, again)).toEqual({
      cancelled: 'It was recorded where the words were passed',
    })
    at(live, '2026-09-14', '18:00')
    await chore()
    expect(await told()).toHaveLength(4)
    expect(await nextTelling(live.ctx())).toBeNull()
    expect(await live.store.read.select().from(urgentSettlements)).toEqual([
      {
        textId: id,
        passedTo: 'child-route',
        passedBy: 'Mo Reid',
        passedAt: londonInstant('2026-09-14', '09:00'),
        recordedAt: londonInstant('2026-09-14', '11:00'),
        recordedBy: live.stage.ada,
      },
    ])
    const ada = await live.as(live.stage.ada, 'coordinator')
    const { json } = await ada.get('/api/texts')
    expect(json.urgent).toEqual([])
    expect(json.texts).toMatchObject([{ id, isUrgent: true }])
    expect((await ada.get('/api/today')).json.urgent).toBe(0)
  })

  it('are settled once, also by two at once, and never by whoever may not', async () => {
    const id = await writeUrgent()
    const both = await Promise.all([settle(id), settle(id, { passedTo: 'police' })])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    expect((await settle(id)).json.code).toBe('already-settled')
    expect(await live.store.read.$count(urgentSettlements)).toBe(1)
    const body = { passedTo: 'police', passedBy: 'Mo Reid', on: '2026-09-14', clock: '09:00' }
    for (const [who, role] of [
      [live.stage.sue, 'sub-group'],
      [live.stage.mo, 'administrator'],
      [live.stage.bea, 'delegate'],
    ] as const) {
      const someone = await live.as(who, role)
      expect((await someone.post(`/api/texts/${id}/settlement`, body)).status).toBe(403)
      expect((await someone.get('/api/today')).status).toBe(403)
    }
  })

  it('are settled only with where, by whom and when, and when they were urgent', async () => {
    const id = await writeUrgent()
    for (const [fault, path] of [
      [{ passedTo: 'bin' }, 'passedTo'],
      [{ passedBy: ' ' }, 'passedBy'],
      [{ on: '2026-02-30' }, 'on'],
      [{ clock: 'noon' }, 'clock'],
      [{ clock: '09:01' }, 'clock'],
      [{ clock: '08:00' }, 'clock'],
    ] as const) {
      const refused = await settle(id, fault)
      expect(refused.status).toBe(422)
      expect(refused.json.errors.map(({ path }: { path: string }) => path)).toEqual([path])
    }
    const plain = await transact(live.ctx(), (ctx) =>
      writeText(ctx, { bookingId: booking, kind: 'example', words: 'Fine day' }),
    )
    expect((await settle(plain!)).status).toBe(404)
  })

  it('stay until they are settled, though they were cleared and their writer wrote something else', async () => {
    const id = await writeUrgent()
    const ada = await live.as(live.stage.ada, 'coordinator')
    expect((await ada.post(`/api/texts/${id}/redaction`, { text: 'A [person removed] is at risk' })).status).toBe(201)
    await writeUrgent('More breaks please')
    await writeUrgent('')
    const { json } = await ada.get('/api/texts')
    expect(json.urgent).toMatchObject([{ id, isHeld: false, text: 'A [person removed] is at risk' }])
    expect((await settle(id)).status).toBe(201)
    expect((await ada.get('/api/texts')).json.urgent).toEqual([])
  })

  it('are found among ordinary ones by a short closed list', () => {
    for (const words of [
      'She said she wants to kill herself',
      'he has a KNIFE at home',
      'They are in immediate danger',
      'she’s thinking of suicide',
      'Someone is grooming him',
      'She disclosed to me this morning',
    ])
      expect(soundsUrgent(words), words).toBe(true)
    for (const words of [
      'I used the toolkit with one family',
      'More breaks please',
      'Risk assessment is clearer now',
      'I feel safe to ask',
    ])
      expect(soundsUrgent(words), words).toBe(false)
  })
})

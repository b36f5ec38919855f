import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFile } from '#db/open-node.ts'
import {
  bounces,
  calls,
  commitments,
  courses,
  eventCancellations,
  followUps,
  optOuts,
  pauses,
  people,
  postponements,
  responses,
  termDates,
  texts,
} from '#db/schema.ts'
import { addDays } from '#server/calendar.ts'
import { Refused } from '#server/errors.ts'
import type { Role } from '#server/people/input.ts'
import { recordCall } from '#server/surveys/phone-round.ts'
import { choreContext } from '#server/world.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { at, attend, factsHash, historyOf, outcomesOfStage, remark } from './facts.ts'

let w: TestWorld
let ada: Someone
let eventId: number

// Tuesday 15 September 2026; asked on Tuesday 15 December and, for the last time, on Thursday 14 January 2027.
const day = '2026-09-15'
const target = '2026-12-15'
const lastAsked = '2027-01-14'
const due = '2027-01-18'

beforeEach(async () => {
  w = await makeWorld()
  eventId = await w.stage.event({ on: [day] })
  await on(due)
})
afterEach(() => w.close())

const on = async (date: string, clock = '11:00') => {
  at(w, date, clock)
  ada = await w.as(w.stage.ada, 'coordinator')
}

/** Asked four times and silent, as the asking leaves it. */
async function silent(personId: number, details: { eventId?: number; lastAskedOn?: string; last?: boolean } = {}) {
  const { lastAskedOn = lastAsked, last = true } = details
  const bookingId = await attend(w, details.eventId ?? eventId, personId)
  await w.store.write(async (db) => {
    await db.insert(followUps).values({
      bookingId,
      eventId: details.eventId ?? eventId,
      personId,
      targetOn: target,
      openedAt: 0,
      firstAskedOn: addDays(lastAskedOn, -21),
      lastAskedOn,
    })
    if (last)
      await db.run(
        `insert into contacts (booking_id, step, "on", why) values (${bookingId}, 'reminder-3', '${lastAskedOn}', 'Fourteen working days')`,
      )
  })
  return bookingId
}

const someone = (name: string, details: { agencyId?: number; email?: string | null } = {}) =>
  w.stage.person(name, details)
const phoneOf = (personId: number, phone: string | null) =>
  w.store.write((db) => db.update(people).set({ phone }).where(eq(people.id, personId)))
const sheet = async () => (await ada.get('/api/phone-round')).json
const onSheet = async (): Promise<number[]> =>
  (await sheet()).entries.map(({ bookingId }: { bookingId: number }) => bookingId)
const call = (bookingId: number, body: object) => ada.post(`/api/phone-round/${bookingId}/calls`, body)

describe('the sheet', () => {
  it('has whoever was asked to the end and stayed silent, with all that is needed to ring', async () => {
    const bea = await silent(w.stage.bea)
    const olu = await silent(w.stage.olu)
    await phoneOf(w.stage.bea, '01632 960 111')
    const { entries, ...rest } = await sheet()
    expect(rest).toMatchObject({ total: 2, ceiling: 20, made: 0, left: 20, week: '18 January 2027 to 24 January 2027' })
    expect(entries.find((one: { bookingId: number }) => one.bookingId === bea)).toEqual({
      bookingId: bea,
      name: 'Bea Fern',
      phone: '01632 960 111',
      agency: 'Council children’s services',
      course: 'Recognising neglect',
      date: 'Tuesday 15 September 2026',
      planned: null,
      wroteOwn: false,
      number: 1,
      before: '',
      why: 'Recognising neglect 2026-27 is 10 answers short of ten',
      until: 'Saturday 13 February 2027',
    })
    expect(entries.find((one: { bookingId: number }) => one.bookingId === olu)).toMatchObject({
      phone: null,
      agency: 'Northfield Primary School',
    })
  })

  it('begins after the last asking email, sent or passed, and ends 30 days after it', async () => {
    const bea = await silent(w.stage.bea)
    // The third reminder never went out; its day was 14 working days after the first email.
    const olu = await silent(w.stage.olu, { last: false, lastAskedOn: '2027-01-14' })
    await w.store.write((db) =>
      db.update(followUps).set({ firstAskedOn: '2027-01-05' }).where(eq(followUps.bookingId, olu)),
    )
    await on(lastAsked)
    expect(await onSheet()).toEqual([bea])
    await on('2027-01-25')
    expect(await onSheet()).toEqual([bea])
    await on('2027-01-26')
    expect(await onSheet()).toEqual([bea, olu])
    await on(addDays(lastAsked, 30))
    expect(await onSheet()).toEqual([bea, olu])
    await on(addDays(lastAsked, 31))
    expect(await onSheet()).toEqual([])
  })

  it('has those no email reaches from three months after the day, with a number alone, until the time to ask is over', async () => {
    const ida = await someone('Ida Wren', { email: null })
    const gil = await someone('Gil Stone')
    const una = await someone('Una Pike', { email: null })
    await phoneOf(ida, '01632 960 222')
    await phoneOf(gil, '01632 960 333')
    await phoneOf(una, ' ')
    const idas = await attend(w, eventId, ida)
    const gils = await attend(w, eventId, gil)
    await attend(w, eventId, una)
    const [{ email } = { email: '' }] = await w.store.read.select().from(people).where(eq(people.id, gil))
    await w.store.write((db) =>
      db.insert(bounces).values({ personId: gil, email: email!, hard: true, reply: '550', at: 0 }),
    )
    await on(addDays(target, -1))
    expect(await onSheet()).toEqual([])
    for (const date of [target, addDays(target, 56)]) {
      await on(date)
      expect(await onSheet(), date).toEqual([idas, gils])
    }
    await on(addDays(target, 57))
    expect(await onSheet()).toEqual([])
  })

  it('never has anyone who opted out, was erased, answered, left, is away, paused or put off, or whose event or attendance no longer stands', async () => {
    const all = new Map<string, number>()
    const events: Record<string, number> = { voided: await w.stage.event({ on: [day] }) }
    for (const name of [
      'plain',
      'optedOut',
      'erased',
      'answered',
      'left',
      'away',
      'paused',
      'lifted',
      'putOff',
      'corrected',
      'voided',
    ])
      all.set(name, await silent(await someone(`${name} Person`), events[name] ? { eventId: events[name] } : {}))
    const idOf = (name: string) => all.get(name)!
    const personOf = async (name: string) =>
      (
        await w.store.read
          .select()
          .from(followUps)
          .where(eq(followUps.bookingId, idOf(name)))
      )[0]!.personId
    const paused = await personOf('paused')
    const lifted = await personOf('lifted')
    const away = await personOf('away')
    const erased = await personOf('erased')
    const optedOut = await personOf('optedOut')
    await call(idOf('answered'), { number: 1, outcome: 'answered', practice: 'once' })
    await call(idOf('left'), { number: 1, outcome: 'left' })
    await w.store.write(async (db) => {
      await db.insert(optOuts).values({ personId: optedOut, scope: 'all', bookingId: idOf('optedOut'), at: 0 })
      await db.update(people).set({ erasedAt: 1 }).where(eq(people.id, erased))
      await db.update(people).set({ awayUntil: due }).where(eq(people.id, away))
      const pause = { scope: 'person', fromOn: due, toOn: due, because: 'other', madeAt: 0 } as const
      await db.insert(pauses).values({ ...pause, personId: paused })
      await db.insert(pauses).values({ ...pause, personId: lifted, liftedAt: 1 })
      await db
        .insert(postponements)
        .values({ bookingId: idOf('putOff'), toOn: addDays(due, 1), because: 'other', at: 0 })
      await db.insert(eventCancellations).values({ eventId: events.voided!, at: 0, reason: 'Wrong', by: w.stage.ada })
    })
    await remark(w, idOf('corrected'), 'absent')
    expect(await onSheet()).toEqual([idOf('plain'), idOf('lifted')])
    await on(addDays(due, 1))
    expect(await onSheet()).toEqual(['plain', 'away', 'paused', 'lifted', 'putOff'].map(idOf))
  })

  it('says while asking is paused for everyone until when, and how many would be on it', async () => {
    await silent(w.stage.bea)
    const held = await silent(w.stage.olu)
    expect(await sheet()).toMatchObject({ total: 2, paused: null })
    const pause = { fromOn: due, because: 'other', madeAt: 0 } as const
    await w.store.write((db) =>
      db.insert(pauses).values([
        { ...pause, scope: 'everyone', toOn: due },
        { ...pause, scope: 'everyone', toOn: addDays(due, 2) },
        { ...pause, scope: 'person', personId: w.stage.olu, toOn: addDays(due, 9) },
      ]),
    )
    const paused = { until: 'Wednesday 20 January 2027', wouldBeDue: 1 }
    expect(await sheet()).toMatchObject({ entries: [], total: 0, toCall: 0, paused })
    expect((await call(held, { number: 1, outcome: 'no-answer' })).json).toMatchObject({ code: 'not-on-the-sheet' })
    await on(addDays(due, 3))
    expect(await sheet()).toMatchObject({ total: 1, paused: null })
  })

  it('leaves schools alone in their holidays', async () => {
    const olu = await silent(w.stage.olu)
    await w.store.write((db) =>
      db.insert(termDates).values({ name: 'Half-term', closedFrom: '2027-01-18', closedTo: '2027-01-22' }),
    )
    expect(await onSheet()).toEqual([])
    await on('2027-01-25')
    expect(await onSheet()).toEqual([olu])
  })

  it('puts first the course that calls can bring to ten answers, then sectors least heard, then the oldest', async () => {
    const [{ id: _, ...course } = {} as never] = await w.store.read.select().from(courses)
    const more = await w.store.write((db) =>
      db
        .insert(courses)
        .values(['DA1', 'MH1', 'OK1'].map((code) => ({ ...course, code, title: `Course ${code}` })))
        .returning(),
    )
    const idOf = (code: string) => more.find((one) => one.code === code)!.id
    const answered = async (courseId: number, n: number, agencyId?: number, lastOn = day) => {
      const event = await w.stage.event({ on: [lastOn], courseId, capacity: 50 })
      for (let i = 0; i < n; i++) {
        const bookingId = await attend(
          w,
          event,
          await someone(`Answered ${courseId} ${i}`, agencyId ? { agencyId } : {}),
        )
        await ada.post(`/api/bookings/${bookingId}/answer`, { channel: 'paper', practice: 'once' })
      }
      return event
    }
    // OK1 has its ten; MH1 lacks two and has two to ring; DA1 lacks one and has one; NEG1 lacks all and has one.
    const ok1 = await answered(idOf('OK1'), 10)
    const mh1 = await answered(idOf('MH1'), 8)
    const da1 = await answered(idOf('DA1'), 9, w.stage.agencies.trust)
    const older = await w.stage.event({ on: [addDays(day, -1)], courseId: idOf('OK1') })
    const neg = await silent(await someone('Neg One'))
    const okCouncil = await silent(await someone('Ok Council'), { eventId: ok1 })
    const okSchool = await silent(await someone('Ok School', { agencyId: w.stage.agencies.school }), { eventId: ok1 })
    const okOlder = await silent(await someone('Ok Older'), { eventId: older })
    const mhOne = await silent(await someone('Mh One'), { eventId: mh1 })
    const mhTwo = await silent(await someone('Mh Two'), { eventId: mh1 })
    const daOne = await silent(await someone('Da One'), { eventId: da1 })
    expect(await onSheet()).toEqual([daOne, mhOne, mhTwo, neg, okSchool, okOlder, okCouncil])
    const whys = (await sheet()).entries.map(({ why }: { why: string }) => why)
    expect(whys[0]).toBe('Course DA1 2026-27 is 1 answer short of ten')
    expect(whys[4]).toBe('Education: 0 of 1 have answered in 2026-27')
  })
})

describe('a call', () => {
  it('that is answered writes the answer as given by telephone, with its learning outcomes, in one go', async () => {
    const bea = await silent(w.stage.bea)
    const [first] = await outcomesOfStage(w)
    const outcomes = [{ learningOutcomeId: first!.id, anchor: 'strong' }]
    const made = await call(bea, { number: 1, outcome: 'answered', practice: 'once', outcomes })
    expect(made).toMatchObject({ status: 201, json: { left: 19 } })
    expect((await w.store.read.select().from(responses))[0]).toMatchObject({
      bookingId: bea,
      channel: 'phone',
      wave: 1,
      doubtedBecause: null,
      fullAt: w.now(),
      late: false,
    })
    expect(await onSheet()).toEqual([])
    expect((await historyOf(w, `booking:${bea}`)).map(({ what, actor, details }) => [what, actor, details])).toEqual([
      ['call.made', `person:${w.stage.ada}`, 'answered'],
      ['follow-up.answered', `person:${w.stage.ada}`, 'phone'],
    ])
  })

  it('writes nothing at all when the answer is not one of ours', async () => {
    const bea = await silent(w.stage.bea)
    const before = await factsHash(w)
    expect((await call(bea, { number: 1, outcome: 'answered' })).status).toBe(422)
    const strange = {
      number: 1,
      outcome: 'answered',
      practice: 'once',
      outcomes: [{ learningOutcomeId: 999, anchor: 'good' }],
    }
    expect((await call(bea, strange)).status).toBe(422)
    expect((await call(bea, { number: 3, outcome: 'no-answer' })).status).toBe(422)
    expect((await call(bea, { number: 2, outcome: 'no-answer' })).status).toBe(409)
    expect(await factsHash(w)).toBe(before)
  })

  it('uses a try whatever came of it; after two the person is left alone', async () => {
    const bea = await silent(w.stage.bea)
    const olu = await silent(w.stage.olu)
    await call(bea, { number: 1, outcome: 'wrong-number' })
    // Whoever was tried today stands last.
    expect(await onSheet()).toEqual([olu, bea])
    expect(await sheet()).toMatchObject({ total: 2, toCall: 1, calledToday: [bea] })
    await on(addDays(due, 1))
    expect(await sheet()).toMatchObject({ total: 2, toCall: 2, calledToday: [] })
    expect((await sheet()).entries[0]).toMatchObject({
      bookingId: bea,
      number: 2,
      before: expect.stringMatching(/^Wrong number.* on Monday 18 January 2027 at 11am$/),
    })
    expect((await call(bea, { number: 2, outcome: 'call-back' })).status).toBe(201)
    expect(await onSheet()).toEqual([olu])
    expect((await call(bea, { number: 2, outcome: 'no-answer' })).json).toMatchObject({ code: 'already-called' })
    expect((await sheet()).made).toBe(2)
  })

  it('in which they would rather not stops us asking about this course, in their name', async () => {
    const bea = await silent(w.stage.bea)
    await call(bea, { number: 1, outcome: 'would-rather-not' })
    expect((await w.store.read.select().from(optOuts))[0]).toMatchObject({ scope: 'course', bookingId: bea })
    expect((await w.store.read.select().from(followUps))[0]).toMatchObject({ closedBecause: 'opted-out' })
    expect((await historyOf(w, `booking:${bea}`)).map(({ what, actor }) => [what, actor])).toContainEqual([
      'opt-out.made',
      `person:${w.stage.ada}`,
    ])
    expect(await onSheet()).toEqual([])
  })

  it('in which we hear that they have left ends the follow-up, also of someone never asked', async () => {
    const bea = await silent(w.stage.bea)
    const ida = await someone('Ida Wren', { email: null })
    await phoneOf(ida, '01632 960 222')
    const idas = await attend(w, eventId, ida)
    for (const one of [bea, idas]) expect((await call(one, { number: 1, outcome: 'left' })).status).toBe(201)
    expect((await w.store.read.select().from(followUps)).map(({ closedBecause }) => closedBecause)).toEqual([
      'left',
      'left',
    ])
    expect(await onSheet()).toEqual([])
  })

  it('by two callers at once is one call, and the second is told who was first', async () => {
    const bea = await silent(w.stage.bea)
    const other = await w.as(w.stage.ada, 'coordinator')
    const both = await Promise.all([
      call(bea, { number: 1, outcome: 'answered', practice: 'once' }),
      other.post(`/api/phone-round/${bea}/calls`, { number: 1, outcome: 'answered', practice: 'not-yet' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    const told = both.find(({ status }) => status === 409)!
    expect(told.json).toMatchObject({ code: 'already-called' })
    expect(told.text).toContain('Ada Lane rang them')
    expect(await w.store.read.$count(calls)).toBe(1)
  })

  it('is made twice at most and within the week’s ceiling, also from two processes at once', async () => {
    await ada.put('/api/phone-round/ceiling', { callsAWeek: 3 })
    const due = []
    for (let n = 0; n < 6; n++) due.push(await silent(await someone(`Person ${n}`)))
    const second = await openFile(w.path, { thread: false })
    const contexts = [w.world, { ...w.world, store: second }].map((world) => choreContext(world))
    const tries = await Promise.allSettled(
      due.flatMap((bookingId) =>
        contexts.map((ctx) => recordCall(ctx, { bookingId, number: 1, outcome: 'no-answer' })),
      ),
    )
    await second.close()
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    for (const one of tries) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(Refused)
    expect(await w.store.read.$count(calls)).toBe(3)
    expect((await sheet()).left).toBe(0)
    const [free] = (await sheet()).entries.filter(({ number }: { number: number }) => number === 1)
    const refused = await call(free.bookingId, { number: 1, outcome: 'answered', practice: 'once' })
    expect(refused.json).toMatchObject({ code: 'calls-used-up' })
    expect(await w.store.read.$count(responses)).toBe(0)
    // Monday begins a new week, at midnight in London.
    await on('2027-01-25', '00:00')
    expect(await sheet()).toMatchObject({ made: 0, left: 3 })
    expect((await call(free.bookingId, { number: 1, outcome: 'no-answer' })).status).toBe(201)
  })

  it('is refused once they have answered by themselves', async () => {
    const bea = await silent(w.stage.bea)
    await ada.post(`/api/bookings/${bea}/answer`, { channel: 'reply', practice: 'once' })
    expect((await call(bea, { number: 1, outcome: 'answered', practice: 'not-yet' })).json).toMatchObject({
      code: 'answer-stands',
    })
    expect(await w.store.read.$count(calls)).toBe(0)
  })
})

describe('the week’s ceiling', () => {
  it('is set by a coordinator, and the history says from what to what', async () => {
    expect((await ada.put('/api/phone-round/ceiling', { callsAWeek: 40 })).status).toBe(200)
    expect(await sheet()).toMatchObject({ ceiling: 40, left: 40 })
    expect((await historyOf(w, 'setting:calls-a-week'))[0]).toMatchObject({
      what: 'setting.changed',
      actor: `person:${w.stage.ada}`,
      details: '20 to 40',
    })
    await ada.put('/api/phone-round/ceiling', { callsAWeek: 0 })
    expect((await call(await silent(w.stage.bea), { number: 1, outcome: 'no-answer' })).json).toMatchObject({
      code: 'calls-used-up',
      title: 'No calls are planned this week: the number is set to 0',
    })
    for (const callsAWeek of [-1, 201, 1.5, 'many'])
      expect((await ada.put('/api/phone-round/ceiling', { callsAWeek })).status).toBe(422)
  })
})

describe('their own words', () => {
  it('are shown after a press, which is in the history, to be read to someone on the sheet', async () => {
    const bea = await silent(w.stage.bea)
    await w.store.write(async (db) => {
      const [text] = await db
        .insert(texts)
        .values({ bookingId: bea, kind: 'commitment', original: 'Ask about sleep', state: 'held', writtenAt: 0 })
        .returning()
      await db
        .insert(commitments)
        .values({ bookingId: bea, position: 1, kind: 'own-words', textId: text!.id, madeAt: 0 })
    })
    const round = await ada.get('/api/phone-round')
    expect(round.json.entries[0]).toMatchObject({ wroteOwn: true, planned: null })
    expect(round.text).not.toContain('sleep')
    const shown = await ada.post(`/api/phone-round/${bea}/own-words`, {})
    expect(shown).toMatchObject({ status: 201, json: { words: 'Ask about sleep' } })
    expect((await historyOf(w, `booking:${bea}`)).at(-1)).toMatchObject({
      what: 'text.shown-for-call',
      actor: `person:${w.stage.ada}`,
      details: null,
    })
    await call(bea, { number: 1, outcome: 'left' })
    expect((await ada.post(`/api/phone-round/${bea}/own-words`, {})).status).toBe(409)
  })
})

describe('the phone round', () => {
  it('is for a coordinator alone, and knows nobody by another number', async () => {
    const bea = await silent(w.stage.bea)
    const roles: [number, Role][] = [
      [w.stage.bea, 'delegate'],
      [w.stage.lena, 'agency-lead'],
      [w.stage.tess, 'trainer'],
      [w.stage.sue, 'sub-group'],
      [w.stage.mo, 'administrator'],
    ]
    for (const [personId, role] of roles) {
      const one = await w.as(personId, role)
      expect((await one.get('/api/phone-round')).status, role).toBe(403)
      expect((await one.put('/api/phone-round/ceiling', { callsAWeek: 1 })).status, role).toBe(403)
      expect((await one.post(`/api/phone-round/${bea}/calls`, { number: 1, outcome: 'left' })).status, role).toBe(403)
      expect((await one.post(`/api/phone-round/${bea}/own-words`, {})).status, role).toBe(403)
    }
    expect((await call(999_999, { number: 1, outcome: 'left' })).status).toBe(404)
    expect((await ada.post('/api/phone-round/999999/own-words', {})).status).toBe(404)
    expect(await w.store.read.$count(calls)).toBe(0)
  })
})

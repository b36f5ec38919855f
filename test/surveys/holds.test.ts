import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agencies, courses, followUps, history, pauses, postponements, termDates } from '#db/schema.ts'
import { addDays } from '#server/calendar.ts'
import type { CalendarLine } from '#server/surveys/asking-calendar.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, handOver, historyOf, messagesOf, press, runAsking } from './facts.ts'

let w: TestWorld
let ada: Someone
beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
})
afterEach(() => w.close())

// Tuesday 15 September 2026; the target is Tuesday 15 December.
const day = '2026-09-15'
const target = '2026-12-15'

const invited = async () => (await messagesOf(w, 'follow-up-invitation')).map(({ about }) => Number(about.slice(8)))
const everyone = { scope: 'everyone', from: '2026-12-14', to: '2026-12-16', because: 'incident' }
/** Stands there, signed in anew: the clock runs past any sign-in. */
const standAt = async (on: string, clock?: string) => {
  at(w, on, clock)
  ada = await w.as(w.stage.ada, 'coordinator')
}

describe('a pause', () => {
  it('holds everyone it is for until its last day, and says how many follow-ups wait', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const bea = await attend(w, eventId, w.stage.bea)
    const tess = await attend(w, eventId, w.stage.tess)
    await standAt('2026-12-10')
    const { status, json } = await ada.post('/api/pauses', {
      ...everyone,
      scope: 'sector',
      sectorId: w.stage.sectors.councils,
    })
    expect(status).toBe(201)
    expect((await ada.get('/api/holds')).json.now).toMatchObject([
      {
        whom: 'Councils',
        state: 'coming',
        follows: 1,
        from: 'Monday 14 December 2026',
        to: 'Wednesday 16 December 2026',
        madeBy: 'Ada Lane',
      },
    ])
    expect(await historyOf(w, `pause:${json.id}`)).toMatchObject([{ what: 'pause.made', details: 'incident' }])
    await standAt(target)
    await runAsking(w)
    expect(await invited()).toEqual([tess])
    expect((await ada.get('/api/holds')).json.now).toMatchObject([{ state: 'standing', follows: 1 }])
    await standAt('2026-12-17')
    await runAsking(w)
    expect(await invited()).toEqual([tess, bea])
    expect((await ada.get('/api/holds')).json).toMatchObject({ now: [], past: [{ state: 'over', follows: null }] })
  })

  it.each([
    ['an agency', () => ({ scope: 'agency', agencyId: w.stage.agencies.school })],
    ['the agency above it', ({ parent }) => ({ scope: 'agency', agencyId: parent })],
    ['an event', ({ event }) => ({ scope: 'event', eventId: event })],
    ['a person by their address', () => ({ scope: 'person', person: 'Olu.Marsh@council.test' })],
    ['a person by a name only they have', () => ({ scope: 'person', person: 'olu  marsh' })],
  ] as [string, (of: { event: number; parent: number | null }) => object][])('is for %s, too', async (_, whom) => {
    const eventId = await w.stage.event({ on: [day] })
    const other = await w.stage.event({ on: [day] })
    const olu = await attend(w, eventId, w.stage.olu)
    const bea = await attend(w, other, w.stage.bea)
    const [school] = await w.store.read.select().from(agencies).where(eq(agencies.id, w.stage.agencies.school))
    await standAt('2026-12-10')
    const answer = await ada.post('/api/pauses', { ...everyone, ...whom({ event: eventId, parent: school!.parentId }) })
    expect(answer.text).toContain('id')
    await standAt(target)
    expect((await ada.get('/api/holds')).json.now[0].follows).toBe(1)
    await runAsking(w)
    expect(await invited()).toEqual([bea])
    await standAt('2026-12-17')
    await runAsking(w)
    expect(await invited()).toEqual([bea, olu])
  })

  it('counts those still being asked, whose reminders wait for it', async () => {
    await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await standAt(target)
    await runAsking(w)
    await handOver(w)
    expect((await ada.post('/api/pauses', { ...everyone, to: '2026-12-23' })).status).toBe(201)
    expect((await ada.get('/api/holds')).json.now[0].follows).toBe(1)
  })

  it('can be lifted early, once', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const bea = await attend(w, eventId, w.stage.bea)
    await standAt(target, '09:00')
    const { json } = await ada.post('/api/pauses', everyone)
    const [one, two] = await Promise.all([1, 2].map(() => ada.post(`/api/pauses/${json.id}/lifting`)))
    expect([one!.status, two!.status].sort()).toEqual([201, 409])
    expect((await historyOf(w, `pause:${json.id}`)).map(({ what }) => what)).toEqual(['pause.made', 'pause.lifted'])
    at(w, target)
    await runAsking(w)
    expect(await invited()).toEqual([bea])
  })

  it('is refused in words when it has no end, is turned round, over already, too long or for nobody', async () => {
    const refused = async (change: object) => {
      const { status, json } = await ada.post('/api/pauses', { ...everyone, ...change })
      return [status, json.errors[0].path]
    }
    expect(await refused({ to: '' })).toEqual([422, 'to'])
    expect(await refused({ to: '2026-02-30' })).toEqual([422, 'to'])
    expect(await refused({ from: '2026-12-17' })).toEqual([422, 'to'])
    expect(await refused({ from: '2026-09-01', to: '2026-09-13' })).toEqual([422, 'to'])
    expect(await refused({ from: '2026-12-14', to: '2027-12-14' })).toEqual([422, 'to'])
    expect(await refused({ because: 'a child was hurt' })).toEqual([422, 'because'])
    expect(await refused({ scope: 'sector' })).toEqual([422, 'sectorId'])
    expect(await refused({ scope: 'agency', agencyId: 999 })).toEqual([422, 'agencyId'])
    expect(await refused({ scope: 'event', eventId: 999 })).toEqual([422, 'eventId'])
    expect(await refused({ scope: 'person', person: 'Nobody Here' })).toEqual([422, 'person'])
    await w.stage.person('Bea Fern')
    expect(await refused({ scope: 'person', person: 'Bea Fern' })).toEqual([422, 'person'])
    expect(await w.store.read.$count(pauses)).toBe(0)
    expect((await ada.post('/api/pauses', { ...everyone, to: '2027-12-13' })).status).toBe(201)
  })

  it('is the coordinator’s alone', async () => {
    const { json } = await ada.post('/api/pauses', everyone)
    for (const one of [
      await w.as(w.stage.bea),
      await w.as(w.stage.sue, 'sub-group'),
      await w.as(w.stage.lena, 'agency-lead'),
    ]) {
      expect((await one.get('/api/holds')).status).toBe(403)
      expect((await one.post('/api/pauses', everyone)).status).toBe(403)
      expect((await one.post(`/api/pauses/${json.id}/lifting`)).status).toBe(403)
    }
    expect((await ada.post('/api/pauses/999/lifting')).status).toBe(404)
  })
})

describe('a postponement', () => {
  it('puts one follow-up off to a day; of several the last stands', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const bea = await attend(w, eventId, w.stage.bea)
    const tess = await attend(w, eventId, w.stage.tess)
    await standAt('2026-12-01')
    const put = (to: string) => ada.post(`/api/bookings/${bea}/postponement`, { to, because: 'service-busy' })
    expect((await put('2027-01-27')).status).toBe(201)
    expect((await put('2027-01-12')).json).toEqual({ to: 'Tuesday 12 January 2027' })
    await standAt(target)
    await runAsking(w)
    expect(await invited()).toEqual([tess])
    await standAt('2027-01-12')
    await runAsking(w)
    expect(await invited()).toEqual([tess, bea])
    expect((await historyOf(w, `booking:${bea}`)).filter(({ what }) => what === 'follow-up.postponed')).toMatchObject([
      { actor: `person:${w.stage.ada}`, details: '2027-01-27 service-busy' },
      { details: '2027-01-12 service-busy' },
    ])
  })

  it('ends eight weeks after the three months, and never lies in the past', async () => {
    const bea = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await standAt('2026-12-10')
    const put = async (to: string) =>
      (await ada.post(`/api/bookings/${bea}/postponement`, { to, because: 'other' })).status
    const last = addDays(target, 56)
    expect(await put('2026-12-09')).toBe(422)
    expect(await put(addDays(last, 1))).toBe(422)
    expect(await put(last)).toBe(201)
    expect(await put('2026-12-10')).toBe(201)
    await standAt(addDays(last, 1))
    expect(
      (await ada.post(`/api/bookings/${bea}/postponement`, { to: addDays(last, 2), because: 'other' })).json.code,
    ).toBe('too-late-to-ask')
  })

  it('is refused for someone who answered, and not known for someone who did not come', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const bea = await attend(w, eventId, w.stage.bea)
    const absent = await attend(w, eventId, w.stage.tess, 'absent')
    await standAt(target)
    await runAsking(w)
    await handOver(w)
    w.later('PT10M')
    await press(w, await answerPath(w, bea), 'once')
    const body = { to: '2026-12-20', because: 'other' }
    expect((await ada.post(`/api/bookings/${bea}/postponement`, body)).json.code).toBe('not-asked-any-more')
    expect((await ada.post(`/api/bookings/${absent}/postponement`, body)).status).toBe(404)
    expect((await ada.post('/api/bookings/999/postponement', body)).status).toBe(404)
    expect(await w.store.read.$count(postponements)).toBe(0)
  })
})

describe('away until', () => {
  it('is said by the person or by a coordinator, with an end within a year', async () => {
    const bea = await w.as(w.stage.bea)
    expect((await bea.put('/api/me/away-until', { until: '2026-12-16' })).json).toEqual({ until: '2026-12-16' })
    expect((await bea.get('/api/me/details')).json.awayUntil).toBe('Wednesday 16 December 2026')
    const booking = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await standAt(target)
    await runAsking(w)
    expect(await invited()).toEqual([])
    for (const until of ['2026-12-14', '2027-12-16', '2026-13-01', 'soon'])
      expect((await ada.put(`/api/people/${w.stage.bea}/away-until`, { until })).status, until).toBe(422)
    expect((await ada.put(`/api/people/${w.stage.bea}/away-until`, { until: null })).status).toBe(200)
    await runAsking(w)
    expect(await invited()).toEqual([booking])
    expect((await historyOf(w, `person:${w.stage.bea}`)).map(({ what, actor }) => [what, actor])).toEqual([
      ['person.away', `person:${w.stage.bea}`],
      ['person.back', `person:${w.stage.ada}`],
    ])
  })

  it('of another person is the coordinator’s alone', async () => {
    const bea = await w.as(w.stage.bea)
    expect((await bea.put(`/api/people/${w.stage.olu}/away-until`, { until: null })).status).toBe(403)
    expect((await w.visitor.put('/api/me/away-until', { until: null })).status).toBe(401)
    expect((await (await w.asNew('new@somewhere.test')).put('/api/me/away-until', { until: null })).status).toBe(404)
    expect((await ada.put('/api/people/999/away-until', { until: null })).status).toBe(404)
  })
})

describe('school holidays', () => {
  const christmas = { name: 'Christmas 2026', from: '2026-12-19', to: '2027-01-03' }

  it('are added, changed and removed, each in the history, and hold back schools alone', async () => {
    const { json } = await ada.post('/api/term-dates', christmas)
    expect((await ada.put(`/api/term-dates/${json.id}`, { ...christmas, from: '2026-12-14' })).status).toBe(200)
    expect((await ada.get('/api/holds')).json.terms).toMatchObject([{ from: '2026-12-14', isOver: false }])
    const eventId = await w.stage.event({ on: [day] })
    await attend(w, eventId, w.stage.olu)
    const bea = await attend(w, eventId, w.stage.bea)
    at(w, target)
    await runAsking(w)
    expect(await invited()).toEqual([bea])
    ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.delete(`/api/term-dates/${json.id}`)).status).toBe(200)
    expect(await w.store.read.$count(termDates)).toBe(0)
    expect((await historyOf(w, `term-dates:${json.id}`)).map(({ what }) => what)).toEqual([
      'term-dates.added',
      'term-dates.changed',
      'term-dates.removed',
    ])
  })

  it('that overlap, are turned round or too long are refused in words', async () => {
    const { json } = await ada.post('/api/term-dates', christmas)
    const refused = async (change: object) => {
      const { status, json } = await ada.post('/api/term-dates', { ...christmas, name: 'Another', ...change })
      return status === 422 ? json.errors[0].message : status
    }
    expect(await refused({ from: '2027-01-03', to: '2027-01-04' })).toBe(
      'These dates overlap Christmas 2026, 19 December 2026 to 3 January 2027',
    )
    expect(await refused({ from: '2027-02-20', to: '2027-02-16' })).toContain('must be the first day or later')
    expect(await refused({ from: '2027-07-20', to: '2028-09-01' })).toContain('check the year')
    expect(await refused({ name: ' ', from: '2027-02-15' })).toContain('Enter a name')
    // Its own dates do not overlap with themselves.
    expect((await ada.put(`/api/term-dates/${json.id}`, { ...christmas, to: '2027-01-04' })).status).toBe(200)
    expect((await ada.put('/api/term-dates/999', christmas)).status).toBe(404)
    expect((await ada.delete('/api/term-dates/999')).status).toBe(404)
    expect((await (await w.as(w.stage.lena, 'agency-lead')).post('/api/term-dates', christmas)).status).toBe(403)
  })

  it('overlap nobody’s, even two at once', async () => {
    const answers = await Promise.all(
      [1, 2].map((n) => ada.post('/api/term-dates', { ...christmas, name: `One ${n}` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
  })

  it('come with the years whose bank holidays nobody has entered', async () => {
    expect((await ada.get('/api/holds')).json.yearsWithoutBankHolidays).toEqual([])
    await standAt('2027-09-14')
    expect((await ada.get('/api/holds')).json.yearsWithoutBankHolidays).toEqual([2029])
  })
})

describe('the asking calendar', () => {
  const month = async (search: string) => {
    const { status, json, text } = await ada.get(`/api/asking?${search}`)
    expect(status, text).toBe(200)
    return json
  }

  it('says who will be asked when and why that day, and then who was', async () => {
    const eventId = await w.stage.event({ on: ['2026-09-18'] })
    const bea = await attend(w, eventId, w.stage.bea)
    await attend(w, eventId, w.stage.olu)
    await standAt('2026-11-02')
    // Friday 18 December: no day fits before Christmas.
    const january = await month('month=2027-01')
    expect(january).toMatchObject({ words: 'January 2027', totals: { toAsk: 2, asked: 0 } })
    expect(january.days).toMatchObject([
      {
        on: '2027-01-06',
        isPast: false,
        lines: [{ what: 'to-ask', count: 2, event: 'Recognising neglect, 18 September 2026' }],
      },
    ])
    expect(january.days[0].lines[0].why.join(' ')).toContain('no invitation goes out between 20 December and 5 January')
    expect(january.days[0].lines[0].people).toMatchObject([
      { bookingId: bea, name: 'Bea Fern', why: [], postponeUntil: '2027-02-12' },
      { name: 'Olu Marsh' },
    ])
    expect(await month('month=2026-12')).toMatchObject({ days: [], totals: { toAsk: 0 } })
    await standAt('2027-01-06')
    await runAsking(w)
    await handOver(w)
    const after = await month('month=2027-01')
    expect(after.totals).toMatchObject({ asked: 2, toAsk: 0 })
    expect(after.days[0].lines[0]).toMatchObject({ what: 'asked', count: 2 })
    expect(after.days[0].lines[0].people[0].postponeUntil).toBeNull()
  })

  it('tells reasons that only one has beside their name, and filters by event and agency', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const other = await w.stage.event({ on: [day] })
    await attend(w, eventId, w.stage.bea)
    const olu = await attend(w, eventId, w.stage.olu)
    await attend(w, other, w.stage.tess)
    await standAt('2026-12-01')
    await ada.post(`/api/bookings/${olu}/postponement`, { to: '2026-12-16', because: 'other' })
    const december = await month('month=2026-12')
    expect(december.days.map(({ on, toAsk }: { on: string; toAsk: number }) => [on, toAsk])).toEqual([
      [target, 2],
      ['2026-12-16', 1],
    ])
    expect(december.days[1].lines[0].why).toEqual(['Postponed to Wednesday 16 December 2026'])
    expect(december.events).toHaveLength(2)
    expect((await month(`month=2026-12&event=${other}`)).totals.toAsk).toBe(1)
    expect((await month(`month=2026-12&agency=${w.stage.agencies.school}`)).days).toMatchObject([{ on: '2026-12-16' }])
    expect((await month(`month=2026-12&agency=999`)).days).toEqual([])
  })

  it('names the course that shares the message', async () => {
    const course = await secondCourse()
    await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await attend(w, await w.stage.event({ on: ['2026-09-17'], courseId: course }), w.stage.bea)
    await standAt('2026-12-01')
    const december = await month('month=2026-12')
    expect(december.totals).toMatchObject({ toAsk: 2, together: 2 })
    expect(december.days).toMatchObject([
      {
        on: '2026-12-17',
        lines: [{ people: [{ together: 'Second course' }] }, { people: [{ together: 'Recognising neglect' }] }],
      },
    ])
    await standAt('2026-12-17')
    await runAsking(w)
    await handOver(w)
    expect(
      (await month('month=2026-12')).days[0].lines.map(({ what, people }: CalendarLine) => [what, people[0]?.together]),
    ).toEqual([
      ['asked', 'Second course'],
      ['asked', 'Recognising neglect'],
    ])
  })

  it('says which rule left someone out', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await standAt(target)
    await w.store.write(async (db) => {
      await db.insert(followUps).values({
        bookingId,
        eventId: 1,
        personId: w.stage.bea,
        targetOn: target,
        openedAt: w.now(),
        closedAt: w.now(),
        closedBecause: 'rule',
      })
      await db.insert(history).values({
        at: w.now(),
        actor: 'chore',
        what: 'follow-up.left-out',
        about: `booking:${bookingId}`,
        details: 'four-in-twelve-months',
      })
    })
    expect(await month('month=2026-12')).toMatchObject({
      days: [],
      totals: { leftOut: 1 },
      leftOut: [{ what: 'left-out', people: [{ name: 'Bea Fern', leftOut: 'four-in-twelve-months' }] }],
    })
  })

  it('ends half a year ahead, takes no month that is none, and is the coordinator’s alone', async () => {
    expect(await month('')).toMatchObject({ month: '2026-09', after: '2026-10', before: '2026-08' })
    expect(await month('month=2027-03')).toMatchObject({ after: null, tooFar: false })
    expect(await month('month=2027-04')).toMatchObject({ after: null, tooFar: true, days: [] })
    for (const wrong of ['month=2026-13', 'month=x', 'event=x', 'agency=1;2', 'page=2'])
      expect((await ada.get(`/api/asking?${wrong}`)).status, wrong).toBe(422)
    expect((await (await w.as(w.stage.sue, 'sub-group')).get('/api/asking')).status).toBe(403)
  })
})

async function secondCourse(): Promise<number> {
  const [{ id: _, ...course } = {} as never] = await w.store.read.select().from(courses)
  const [row] = await w.store.write((db) =>
    db
      .insert(courses)
      .values({ ...course, code: 'SEC', title: 'Second course' })
      .returning(),
  )
  return row!.id
}

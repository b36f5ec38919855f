import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courses, followUps, responses } from '#db/schema.ts'
import type { ResponsePage } from '#server/surveys/response-figures.ts'
import { inShort } from '#test/impact/reading.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, handOver, nonceIn, optOutPath, press, runAsking } from './facts.ts'

let w: TestWorld
let ada: Someone
beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

const day = '2026-09-15'
const target = '2026-12-15'

const page = async (search: string): Promise<ResponsePage> => {
  ada = await w.as(w.stage.ada, 'coordinator')
  const { status, json, text } = await ada.get(`/api/responses?${search}`)
  expect(status, text).toBe(200)
  return json
}

/** Five came: one answers the invitation, one the first reminder, one is doubted, one has no mailbox, one says nothing. */
async function autumn() {
  const eventId = await w.stage.event({ on: [day] })
  const quick = await attend(w, eventId, w.stage.bea)
  const slow = await attend(w, eventId, w.stage.tess)
  const doubted = await attend(w, eventId, w.stage.sue)
  await attend(w, eventId, await w.stage.person('No Mailbox', { email: null }))
  await attend(w, eventId, w.stage.olu)
  await attend(w, eventId, w.stage.mo, 'absent')
  at(w, target)
  await runAsking(w)
  await handOver(w)
  w.later('PT10M')
  await press(w, await answerPath(w, quick), 'once')
  await press(w, await answerPath(w, doubted), 'not-yet')
  await press(w, await answerPath(w, doubted), 'routine')
  at(w, '2026-12-21')
  await runAsking(w)
  await handOver(w)
  w.later('PT10M')
  await press(w, await answerPath(w, slow), 'started')
  return eventId
}

describe('the response page', () => {
  it('lists one event alone, in its own year, and knows no other number', async () => {
    const eventId = await autumn()
    await attend(w, await w.stage.event({ on: ['2026-09-16'] }), w.stage.bea)
    at(w, '2027-09-20')
    const one = await page(`event=${eventId}`)
    expect(one).toMatchObject({ programme: { name: '2026-27' }, event: 'Recognising neglect, 15 September 2026' })
    expect(one.rows.map(({ key }) => key)).toEqual([String(eventId)])
    expect(one.whole.attended).toBe(6)
    expect((await page('programme=2026-27')).event).toBeNull()
    expect((await ada.get('/api/responses?event=999999')).status).toBe(404)
    expect((await ada.get('/api/responses?event=x')).status).toBe(422)
  })

  it('counts everyone who came once, strictly, with what could not count beside it', async () => {
    const eventId = await autumn()
    const { whole, rows } = await page('programme=2026-27')
    expect(whole).toMatchObject({
      attended: 5,
      reachable: 4,
      asked: 4,
      core: 2,
      full: 0,
      doubted: 1,
      late: 0,
      percent: 40,
      lastYear: { attended: 0, core: 0, percent: null },
      dispositions: { answered: 2, 'could-not-be-asked': 1, 'still-being-asked': 2, 'not-yet-due': 0 },
    })
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      key: String(eventId),
      name: 'Recognising neglect, 15 September 2026',
      attended: 5,
      core: 2,
    })
  })

  it('counts as asked whom the impact page does, also where someone was asked and then could not be', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const bea = await attend(w, eventId, w.stage.bea)
    await attend(w, eventId, w.stage.tess)
    const sue = await attend(w, eventId, w.stage.sue)
    at(w, target)
    await runAsking(w)
    await handOver(w)
    w.later('PT10M')
    await press(w, await answerPath(w, bea), 'once')
    const out = await optOutPath(w, sue)
    const nonce = nonceIn((await w.visitor.get(out)).text)
    expect((await w.visitor.form(out, { scope: 'all', nonce })).status).toBeLessThan(400)
    await runAsking(w)
    const { rows } = await page('programme=2026-27')
    expect(rows).toMatchObject([
      { attended: 3, reachable: 2, asked: 2, core: 1, dispositions: { 'could-not-be-asked': 1 } },
    ])
    const { flow } = inShort((await ada.get(`/api/impact/events/${eventId}`)).json)
    expect(flow).toMatchObject({ came: 3, reachable: 2, asked: rows[0]!.asked, answered: 1 })
  })

  it('by agency adds up to the same', async () => {
    await autumn()
    const { whole, rows } = await page('by=agency')
    expect(rows.map(({ name, attended, core }) => [name, attended, core])).toEqual([
      ['Council children’s services', 2, 1],
      ['Northfield Primary School', 1, 0],
      ['Riverside NHS Trust', 2, 1],
    ])
    expect(rows.reduce((sum, { attended }) => sum + attended, 0)).toBe(whole.attended)
  })

  it('by wave says what each message brought, of how many it was sent to', async () => {
    await autumn()
    const { answers, rows } = await page('by=wave')
    expect(rows).toEqual([])
    expect(answers).toMatchObject([
      { key: '1', name: 'After the invitation', asked: 4, core: 1, doubted: 1, percent: 20 },
      { key: '2', name: 'After the first reminder', asked: 3, core: 1, doubted: 0, percent: 20 },
    ])
  })

  it('by channel says how they answered', async () => {
    await autumn()
    const { answers } = await page('by=channel')
    expect(answers.map(({ key, core, doubted, asked }) => [key, core, doubted, asked])).toEqual([
      ['e-mail', 2, 1, null],
    ])
  })

  it('sets the year before beside: of an event, its course', async () => {
    const before = await attend(w, await w.stage.event({ on: ['2026-03-10'] }), w.stage.bea)
    await attend(w, await w.stage.event({ on: ['2026-03-11'] }), w.stage.tess)
    await w.store.write(async (db) => {
      await db.insert(followUps).values({
        bookingId: before,
        eventId: 1,
        personId: w.stage.bea,
        targetOn: '2026-06-10',
        openedAt: 0,
        firstAskedOn: '2026-06-10',
        lastAskedOn: '2026-06-10',
      })
      await db.insert(responses).values({
        bookingId: before,
        eventId: 1,
        stage: 'follow-up',
        instrumentId: 1,
        channel: 'phone',
        wave: 1,
        startedAt: 1,
        coreAt: 1,
        fullAt: 1,
        late: true,
      })
    })
    const now = await w.stage.event({ on: ['2026-09-09'] })
    await attend(w, now, w.stage.olu)
    at(w, '2026-09-16')
    const { rows, whole, programme } = await page('')
    expect(programme).toEqual({ name: '2026-27', before: '2025-26' })
    expect(rows).toMatchObject([{ key: String(now), percent: 0, lastYear: { attended: 2, core: 1, percent: 50 } }])
    expect(whole.dispositions['not-yet-due']).toBe(1)
    expect((await page('programme=2025-26')).whole).toMatchObject({
      attended: 2,
      core: 1,
      full: 1,
      late: 1,
      percent: 50,
    })
  })

  it('leaves out courses that ask nothing, and says so by counting none of their people', async () => {
    const [{ id: _, ...course } = {} as never] = await w.store.read.select().from(courses)
    const [induction] = await w.store.write((db) =>
      db
        .insert(courses)
        .values({ ...course, code: 'IND', earns: 'none' })
        .returning(),
    )
    await attend(w, await w.stage.event({ on: ['2026-09-09'], courseId: induction!.id }), w.stage.bea)
    at(w, '2026-09-16')
    expect((await page('')).whole.attended).toBe(0)
  })

  it('knows no other programme, and is the coordinator’s alone', async () => {
    const ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.get('/api/responses?programme=2011-12')).status).toBe(404)
    expect((await ada.get('/api/responses?by=person')).status).toBe(422)
    for (const role of ['sub-group', 'administrator', 'agency-lead', 'trainer', 'delegate'] as const) {
      const who = {
        'sub-group': w.stage.sue,
        administrator: w.stage.mo,
        'agency-lead': w.stage.lena,
        trainer: w.stage.tess,
        delegate: w.stage.bea,
      }
      expect((await (await w.as(who[role], role)).get('/api/responses')).status, role).toBe(403)
    }
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courses, people, programmes } from '#db/schema.ts'
import type { AskingMonth, CalendarLine } from '#server/surveys/asking-calendar.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, handOver, messagesOf, press, runAsking } from './facts.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

// Tuesday 15 September 2026; the target is Tuesday 15 December.
const day = '2026-09-15'
const target = '2026-12-15'

const ada = () => w.as(w.stage.ada, 'coordinator')
const month = async (month: string): Promise<AskingMonth> => {
  const { status, json, text } = await (await ada()).get(`/api/asking?month=${month}`)
  expect(status, text).toBe(200)
  return json
}
/** Every line of these months that is still to come: day, what, how many, which reminders. */
const toCome = async (...months: string[]) => {
  const lines: [string, CalendarLine['what'], string[]][] = []
  for (const name of months)
    for (const { on, lines: theirs } of (await month(name)).days)
      for (const { what, people } of theirs)
        if (what === 'to-ask' || what === 'to-remind')
          lines.push([on, what, people.map(({ name, reminder }) => `${name}${reminder ? ` ${reminder}` : ''}`)])
  return lines
}
const invite = async () => {
  at(w, target)
  await runAsking(w)
  await handOver(w)
  at(w, target, '17:00')
}

describe('reminders to come', () => {
  it('stand on the days on which they would go, held by what holds them, until someone answers', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const bea = await attend(w, eventId, w.stage.bea)
    await attend(w, eventId, w.stage.tess)
    at(w, '2026-12-01')
    expect(await toCome('2026-12', '2027-01')).toEqual([[target, 'to-ask', ['Bea Fern', 'Tess Moor']]])
    await invite()
    // Christmas holds invitations, not reminders: Tuesday 29 December is a working day.
    expect(await toCome('2026-12', '2027-01')).toEqual([
      ['2026-12-21', 'to-remind', ['Bea Fern 1', 'Tess Moor 1']],
      ['2026-12-30', 'to-remind', ['Bea Fern 2', 'Tess Moor 2']],
      ['2027-01-07', 'to-remind', ['Bea Fern 3', 'Tess Moor 3']],
    ])
    expect((await month('2026-12')).totals).toMatchObject({ asked: 2, toAsk: 0, toRemind: 2 })
    expect((await month('2027-01')).days).toMatchObject([{ toAsk: 0, asked: 0, toRemind: 2 }])
    await press(w, await answerPath(w, bea), 'once')
    expect((await toCome('2026-12', '2027-01')).map(([on, , who]) => [on, who])).toEqual([
      ['2026-12-21', ['Tess Moor 1']],
      ['2026-12-30', ['Tess Moor 2']],
      ['2027-01-07', ['Tess Moor 3']],
    ])
    const holding = { scope: 'event', eventId, from: '2026-12-18', to: '2026-12-22', because: 'incident' }
    expect((await (await ada()).post('/api/pauses', holding)).status).toBe(201)
    expect((await toCome('2026-12', '2027-01')).map(([on]) => on)).toEqual(['2026-12-23', '2027-01-04', '2027-01-11'])
  })

  it('are the days on which the reminders then go, each gone from what is to come', async () => {
    await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await invite()
    const planned = (await toCome('2026-12', '2027-01')).map(([on]) => on)
    expect(planned).toHaveLength(3)
    for (const [n, on] of planned.entries()) {
      at(w, on, '09:00')
      expect((await toCome('2026-12', '2027-01'))[0]?.[0]).toBe(on)
      at(w, on)
      await runAsking(w)
      await handOver(w)
      expect(await messagesOf(w, 'follow-up-reminder')).toHaveLength(n + 1)
      const lines = (await month(on.slice(0, 7))).days.find((each) => each.on === on)?.lines
      expect(lines).toMatchObject([{ what: 'reminded', people: [{ reminder: n + 1 }] }])
      expect((await toCome('2026-12', '2027-01')).map(([on]) => on)).toEqual(planned.slice(n + 1))
    }
  })

  it('end thirty days after the last asking message, and with an opt-out or a closed series', async () => {
    const eventId = await w.stage.event({ on: [day] })
    await attend(w, eventId, w.stage.bea)
    await attend(w, eventId, w.stage.tess)
    await invite()
    await w.store.write((db) => db.update(people).set({ awayUntil: '2027-01-14' }))
    // Friday 15 January is a day too late: thirty days after 15 December is the 14th.
    expect(await toCome('2026-12', '2027-01', '2027-02')).toEqual([])
    await w.store.write((db) => db.update(people).set({ awayUntil: '2027-01-13' }))
    expect((await toCome('2027-01', '2027-02')).map(([on, , who]) => [on, who.length])).toEqual([
      ['2027-01-14', 2],
      ['2027-01-21', 2],
      ['2027-01-28', 2],
    ])
    await w.client.execute("update follow_ups set closed_at = 1, closed_because = 'left' where booking_id = 1")
    expect((await toCome('2027-01')).map(([, , who]) => who)).toEqual([
      ['Tess Moor 1'],
      ['Tess Moor 2'],
      ['Tess Moor 3'],
    ])
  })

  it('name the other course that the same message asks about', async () => {
    await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await attend(w, await w.stage.event({ on: ['2026-09-16'] }), w.stage.bea)
    at(w, '2026-12-16')
    await runAsking(w)
    await handOver(w)
    const [first] = (await month('2026-12')).days.filter(({ toRemind }) => toRemind > 0)
    expect(first?.lines.map(({ what, people }) => [what, people[0]?.together])).toEqual([
      ['to-remind', 'Recognising neglect'],
      ['to-remind', 'Recognising neglect'],
    ])
  })
})

describe('a line of the asking calendar', () => {
  it('whose people have different reasons says the one that most have, and for how many', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const ids = [await attend(w, eventId, w.stage.bea), await attend(w, eventId, w.stage.tess)]
    const other = await attend(w, eventId, w.stage.olu)
    at(w, '2026-12-01')
    const postpone = async (bookingId: number, to: string) =>
      expect(
        (await (await ada()).post(`/api/bookings/${bookingId}/postponement`, { to, because: 'other' })).status,
      ).toBe(201)
    for (const id of ids) await postpone(id, '2026-12-17')
    const pause = { scope: 'person', person: 'Olu Marsh', from: '2026-12-15', to: '2026-12-16', because: 'other' }
    expect((await (await ada()).post('/api/pauses', pause)).status).toBe(201)
    const [line] = (await month('2026-12')).days[0]!.lines
    expect(line).toMatchObject({
      count: 3,
      why: [],
      most: { why: 'Postponed to Thursday 17 December 2026', count: 2 },
    })
    expect(line!.people.find(({ bookingId }) => bookingId === other)?.why.join()).toContain('asking is paused')
  })

  it('says that a rule will leave someone out before it is recorded, and that it did from then on', async () => {
    const [{ id: _, ...course } = {} as never] = await w.store.read.select().from(courses)
    const [short] = await w.store.write((db) =>
      db
        .insert(courses)
        .values({ ...course, code: 'BITE', title: 'Briefing', earns: 'one-question' })
        .returning(),
    )
    await w.store.write((db) =>
      db
        .insert(programmes)
        .values({ name: 'Safeguarding Week 2026', kind: 'week', startsOn: '2026-09-14', endsOn: '2026-09-18' }),
    )
    for (const date of ['2026-09-15', '2026-09-16'])
      await attend(w, await w.stage.event({ on: [date], courseId: short!.id }), w.stage.bea)
    at(w, '2026-12-01')
    const before = await month('2026-12')
    expect(before.leftOut).toMatchObject([{ what: 'to-leave-out', leftOut: 'once-a-week', count: 1 }])
    expect(before.totals).toMatchObject({ toAsk: 1, leftOut: 0, toLeaveOut: 1 })
    for (const on of ['2026-12-15', '2026-12-16', '2026-12-17']) {
      at(w, on)
      await runAsking(w)
      await handOver(w)
    }
    const after = await month('2026-12')
    expect(after.leftOut).toMatchObject([{ what: 'left-out', leftOut: 'once-a-week', count: 1 }])
    expect(after.totals).toMatchObject({ asked: 1, toAsk: 0, leftOut: 1, toLeaveOut: 0 })
  })
})

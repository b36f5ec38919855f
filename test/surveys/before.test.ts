import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, responses } from '#db/schema.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { at, attend, outcomesOfStage } from './facts.ts'

let w: TestWorld
let bookingId: number
beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-10-05', '2026-10-12'] }), w.stage.bea, null)
})
afterEach(() => w.close())

const url = () => `/api/bookings/${bookingId}/before`

describe('the questions before the day', () => {
  it('are asked once of the person who has the place, and kept', async () => {
    const bea = await w.as(w.stage.bea)
    const { json } = await bea.get(url())
    expect(json.questions).toMatchObject({
      course: 'Recognising neglect',
      chance: { behaviour: 'Use the neglect toolkit with a family' },
    })
    expect(json.questions.outcomes.anchors).toHaveLength(4)
    const outcomes = (await outcomesOfStage(w)).map(({ id }) => ({ learningOutcomeId: id, anchor: 'some' }))
    expect((await bea.put(url(), { outcomes, chance: 'once-or-twice', need: ['practise'] })).json).toEqual({
      saved: true,
    })
    expect(await w.store.read.$count(answers)).toBe(4)
    expect((await bea.get(url())).json).toEqual({ questions: null })
    expect((await bea.put(url(), { outcomes: [] })).status).toBe(200)
    expect(await w.store.read.$count(answers)).toBe(0)
    expect(await w.store.read.$count(responses)).toBe(1)
  })

  it('are not used once the first event session has begun', async () => {
    at(w, '2026-10-05', '09:30')
    const bea = await w.as(w.stage.bea)
    expect((await bea.get(url())).json).toEqual({ questions: null })
    const late = await bea.put(url(), { chance: 'most-days' })
    expect([late.status, late.json.code]).toEqual([409, 'too-late'])
    expect(await w.store.read.$count(responses)).toBe(0)
  })

  it('are nobody else’s, whatever their role: the same answer as for none', async () => {
    for (const [who, role] of [
      [w.stage.olu, 'delegate'],
      [w.stage.ada, 'coordinator'],
    ] as const) {
      const other = await w.as(who, role)
      expect((await other.get(url())).status).toBe(404)
      expect((await other.put(url(), { chance: 'most-days' })).status).toBe(404)
      expect((await other.get('/api/bookings/999/before')).status).toBe(404)
    }
    expect((await w.visitor.get(url())).status).toBe(401)
  })

  it('take only what was offered', async () => {
    const bea = await w.as(w.stage.bea)
    for (const wrong of [
      { outcomes: [{ learningOutcomeId: 999, anchor: 'good' }] },
      { outcomes: [{ learningOutcomeId: 1, anchor: 'best' }] },
      { chance: 'never' },
      { need: ['money'] },
      { other: 1 },
    ])
      expect((await bea.put(url(), wrong)).status).toBe(422)
    expect(await w.store.read.$count(responses)).toBe(0)
  })
})

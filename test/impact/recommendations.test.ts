import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { evidenceFigures } from '#server/impact/evidence.ts'
import type { Role } from '#server/people/input.ts'
import { historyOf } from '#test/surveys/facts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { alike, attend } from './attenders.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

const ada = () => w.as(w.stage.ada, 'coordinator')
const sue = () => w.as(w.stage.sue, 'sub-group')
const asked = (more: Record<string, unknown> = {}) => ({
  source: 'review',
  reference: 'Review R3, recommendation 4',
  text: 'The toolkit is used before a case is closed.',
  madeOn: '2025-05-01',
  courseIds: [w.stage.course],
  remains: 'An audit of closed cases',
  metOn: null,
  ...more,
})
const make = async (more: Record<string, unknown> = {}) => {
  const { status, json, text } = await (await ada()).post('/api/recommendations', asked(more))
  expect(status, text).toBe(201)
  return Number(json.id)
}
const chain = async (id: number, by = sue) => (await (await by()).get(`/api/recommendations/${id}`)).json

describe('a recommendation', () => {
  it('leads to its course, who was reached since, what changed under the course’s rule, and what remains', async () => {
    const event = await w.stage.event({ on: ['2026-01-30'], capacity: 40 })
    await attend(w, event, alike(12, { practice: 'once' }))
    const early = await w.stage.event({ on: ['2025-04-10'], capacity: 40 })
    await attend(w, early, alike(3, { practice: 'once' }))
    const id = await make()
    const listed = (await (await sue()).get('/api/recommendations')).json
    expect(listed.recommendations).toMatchObject([
      { id, reached: { events: 1, attended: 12, people: 12 }, remains: 'An audit of closed cases', met: null },
    ])
    const { links, notHeld, mayKeep } = await chain(id)
    expect(mayKeep).toBe(false)
    expect(notHeld).toEqual([])
    expect(links).toHaveLength(1)
    expect(links[0]).toMatchObject({ code: 'NEG1', programme: '2025-26', attended: 12, notShown: null })
    // The sentence of the course's own page, over its whole year.
    expect(links[0].changed).toMatch(/^All 15 people who came/)
  })

  it('shows no word of how the answers fall where the course’s page does not', async () => {
    const event = await w.stage.event({ on: ['2026-01-30'], capacity: 40 })
    await attend(w, event, alike(9, { practice: 'once' }))
    const [link] = (await chain(await make())).links
    expect(link.changed).toBeNull()
    expect(link.notShown).toMatch(/\w/)
    expect(link).toMatchObject({ attended: 9 })
  })

  it('counts somebody who came twice as one person and two attendances, and nobody at what was called off', async () => {
    const id = await make()
    const person = await w.stage.person('Ida Wren')
    const { attend: come } = await import('#test/surveys/facts.ts')
    for (const on of ['2026-05-05', '2026-06-05']) await come(w, await w.stage.event({ on: [on] }), person)
    await come(w, await w.stage.event({ on: ['2026-06-06'] }), await w.stage.person('Abel Moor'), 'absent')
    await w.stage.event({ on: ['2026-12-01'] })
    expect((await chain(id)).reached).toEqual({ events: 3, attended: 2, people: 1 })
  })

  it('stands in the report of its course and of the year with who was reached in that year', async () => {
    const person = await w.stage.person('Ida Wren')
    const { attend: come } = await import('#test/surveys/facts.ts')
    await come(w, await w.stage.event({ on: ['2026-05-05'] }), person)
    await come(w, await w.stage.event({ on: ['2025-06-05'] }), person)
    await make()
    const of = async (key: string, level: 'programme' | 'course') =>
      (
        await evidenceFigures(w.ctx(), {
          key,
          level,
          programme: { startsOn: '2026-04-01', endsOn: '2027-03-31' },
          events: [],
        })
      ).find((one) => one.key === 'recommendations')
    const row = [
      'Review R3, recommendation 4 (review, 1 May 2025)',
      'The toolkit is used before a case is closed.',
      'Recognising neglect',
      1,
      1,
      'An audit of closed cases',
    ]
    expect((await of('programme', 'programme'))?.table?.rows).toEqual([row])
    expect((await of(`course:${w.stage.course}`, 'course'))?.table?.rows).toEqual([row])
    expect(await of('course:999', 'course')).toMatchObject({
      table: null,
      sentence: 'No review, audit or inspection is recorded as having asked for it.',
    })
  })

  it('is met once nothing remains', async () => {
    const id = await make()
    const one = await ada()
    const both = await one.put(`/api/recommendations/${id}`, asked({ metOn: '2026-09-01' }))
    expect(both.status).toBe(422)
    expect((await one.put(`/api/recommendations/${id}`, asked({ metOn: '2026-09-01', remains: '' }))).status).toBe(200)
    expect(await chain(id)).toMatchObject({ met: '1 September 2026', remains: null })
    expect((await historyOf(w, `recommendation:${id}`)).map(({ what }) => what)).toEqual([
      'recommendation.made',
      'recommendation.met',
    ])
  })

  it('entered by two at once under one reference is entered once', async () => {
    const one = await ada()
    const answers = await Promise.all([1, 2].map(() => one.post('/api/recommendations', asked())))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
    expect(answers.find(({ status }) => status === 422)?.json.errors).toMatchObject([{ path: 'reference' }])
  })

  it.each([
    ['madeOn', { madeOn: '2026-09-15' }],
    ['metOn', { metOn: '2026-09-15', remains: '' }],
    ['metOn', { metOn: '2025-04-30', remains: '' }],
    ['courseIds', { courseIds: [999] }],
    ['reference', { reference: '' }],
    ['source', { source: 'gossip' }],
  ])('is refused with words at %s', async (path, more) => {
    const { status, json } = await (await ada()).post('/api/recommendations', asked(more))
    expect(status).toBe(422)
    expect(json.errors.map((one: { path: string }) => one.path)).toEqual([path])
  })

  it('is kept up by coordinators, read by the sub-group and administrators, and by nobody else', async () => {
    const id = await make()
    for (const [who, role, status] of [
      [w.stage.sue, 'sub-group', 200],
      [w.stage.mo, 'administrator', 200],
      [w.stage.lena, 'agency-lead', 403],
      [w.stage.tess, 'trainer', 403],
      [w.stage.bea, 'delegate', 403],
    ] as [number, Role, number][]) {
      const one = await w.as(who, role)
      expect((await one.get('/api/recommendations')).status, role).toBe(status)
      expect((await one.get(`/api/recommendations/${id}`)).status, role).toBe(status)
      expect((await one.post('/api/recommendations', asked({ reference: role }))).status, role).toBe(403)
      expect((await one.put(`/api/recommendations/${id}`, asked())).status, role).toBe(403)
    }
    expect((await (await sue()).get('/api/recommendations/999')).status).toBe(404)
  })
})

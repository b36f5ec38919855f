import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courseThemes, reports, themes } from '#db/schema.ts'
import { evidenceFigures } from '#server/impact/evidence.ts'
import { barrierOwner, barriers } from '#server/impact/shared/barriers.ts'
import type { Role } from '#server/people/input.ts'
import { at, historyOf } from '#test/surveys/facts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

const ada = () => w.as(w.stage.ada, 'coordinator')
const sue = () => w.as(w.stage.sue, 'sub-group')
const anAction = (more: Record<string, unknown> = {}) => ({
  source: 'barrier',
  said: 'There is no time to write it down.',
  text: 'Set ten minutes aside in supervision',
  owner: 'agency',
  agencyId: w.stage.agencies.trust,
  courseId: w.stage.course,
  barrier: 'time',
  who: 'Pat Low, head of service',
  dueOn: '2026-10-01',
  ...more,
})
const make = async (more: Record<string, unknown> = {}, by = ada) => {
  const { status, json, text } = await (await by()).post('/api/actions', anAction(more))
  expect(status, text).toBe(201)
  return Number(json.id)
}
const list = async (by = ada) => (await (await by()).get('/api/actions')).json
const overdue = async () => (await (await ada()).get('/api/today')).json.actions
const programme = {
  key: 'programme',
  level: 'programme' as const,
  programme: { startsOn: '2026-04-01', endsOn: '2027-03-31' },
  events: [],
}
const figures = async (group: Parameters<typeof evidenceFigures>[1] = programme) =>
  Object.fromEntries((await evidenceFigures(w.ctx(), group)).map((one) => [one.key, one]))

describe('what gets in the way', () => {
  it('is an agency’s to put right or a course’s, each of them, and nothing in the way is nobody’s', () => {
    expect(Object.fromEntries(barriers.map(({ key, owner }) => [key, owner]))).toEqual({
      time: 'agency',
      'no-case': 'course',
      manager: 'agency',
      'team-habits': 'agency',
      systems: 'agency',
      'another-agency': 'agency',
      'unsure-how': 'course',
      'policy-changed': 'agency',
    })
    expect(barrierOwner('nothing')).toBeNull()
    expect(barrierOwner('none-of-ours')).toBeNull()
  })
})

describe('an action', () => {
  it('is made of what got in the way, and stands with whose it is and when it is due', async () => {
    const id = await make()
    const { open, done } = await list()
    expect(done).toEqual([])
    expect(open).toMatchObject([
      {
        id,
        said: 'There is no time to write it down.',
        agency: { name: 'Riverside NHS Trust' },
        course: { code: 'NEG1' },
        barrier: { key: 'time', label: 'Time and workload', owner: 'agency' },
        due: '1 October 2026',
        isOverdue: false,
        escalated: null,
      },
    ])
    expect((await historyOf(w, `action:${id}`)).map(({ what }) => what)).toEqual(['action.made'])
  })

  it('is overdue the day after it was due, heads the list and the coordinator’s day, until it is done; taking it higher does not do it', async () => {
    const late = await make({ dueOn: '2026-09-15', text: 'Late' })
    const later = await make({ dueOn: '2026-09-16', text: 'Later' })
    await make({ dueOn: '2026-09-14', text: 'Soonest', owner: 'partnership' }).then(async (id) =>
      (await ada()).post(`/api/actions/${id}/escalation`, { to: 'The executive' }),
    )
    at(w, '2026-09-15')
    expect(await overdue()).toBe(1)
    at(w, '2026-09-17')
    expect(await overdue()).toBe(3)
    expect((await list()).open.map((one: { text: string }) => one.text)).toEqual(['Soonest', 'Late', 'Later'])
    await (await ada()).post(`/api/actions/${late}/completion`, { did: 'Done' })
    expect(await overdue()).toBe(2)
    await (await ada()).post(`/api/actions/${later}/escalation`, { to: 'The executive' })
    expect(await overdue()).toBe(2)
    expect((await figures()).actions?.sentence).toMatch(
      /^2 actions are open: both are overdue and both were taken higher\./,
    )
  })

  it('is ticked with what was done, can be opened again, and changes no more while it is ticked', async () => {
    const id = await make()
    const one = await ada()
    expect((await one.post(`/api/actions/${id}/completion`, { did: '' })).status).toBe(422)
    expect((await one.post(`/api/actions/${id}/completion`, { did: 'Ten minutes are set aside' })).status).toBe(201)
    expect((await list()).done).toMatchObject([{ id, done: { did: 'Ten minutes are set aside' } }])
    const refused = await one.put(`/api/actions/${id}`, anAction({ text: 'Something else' }))
    expect(refused.status).toBe(409)
    expect(refused.text).toContain('Ten minutes are set aside')
    expect((await one.delete(`/api/actions/${id}/completion`)).status).toBe(200)
    expect((await one.put(`/api/actions/${id}`, anAction({ text: 'Something else' }))).status).toBe(200)
    expect((await list()).open).toMatchObject([{ id, text: 'Something else' }])
  })

  it('ticked in two browsers at once is ticked once, and the second is told what the first wrote', async () => {
    const id = await make()
    const [one, other] = [await ada(), await w.as(w.stage.mo, 'administrator')]
    const answers = await Promise.all([
      one.post(`/api/actions/${id}/completion`, { did: 'Set aside' }),
      other.post(`/api/actions/${id}/completion`, { did: 'Supervision has time for it' }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    const [{ done }] = (await list()).done
    expect(answers.find(({ status }) => status === 409)?.text).toContain(done.did)
    expect((await historyOf(w, `action:${id}`)).filter(({ what }) => what === 'action.done')).toHaveLength(1)
    expect((await one.post(`/api/actions/${id}/completion`, { did: done.did })).status).toBe(201)
    expect((await historyOf(w, `action:${id}`)).filter(({ what }) => what === 'action.done')).toHaveLength(1)
  })

  it('taken back stands nowhere', async () => {
    const id = await make()
    const one = await ada()
    expect((await one.delete(`/api/actions/${id}`)).status).toBe(200)
    expect(await list()).toMatchObject({ open: [], done: [] })
    expect((await one.post(`/api/actions/${id}/completion`, { did: 'Done' })).status).toBe(404)
    expect((await figures()).actions?.table).toBeNull()
  })

  it.each([
    ['agencyId', { agencyId: null }],
    ['agencyId', { agencyId: 999 }],
    ['courseId', { owner: 'course', courseId: null }],
    ['barrier', { barrier: 'nothing' }],
    ['dueOn', { dueOn: '2026-09-13' }],
    ['dueOn', { dueOn: '2030-09-13' }],
    ['dueOn', { dueOn: '2026-02-30' }],
    ['said', { said: ' ' }],
  ])('is refused with words at %s', async (path, more) => {
    const { status, json } = await (await ada()).post('/api/actions', anAction(more))
    expect(status).toBe(422)
    expect(json.errors.map((one: { path: string }) => one.path)).toEqual([path])
  })
})

describe('who may', () => {
  it('lets the sub-group read without names and make one of a barrier or a decision, and nothing else', async () => {
    const id = await make({ source: 'decision', barrier: null, text: 'Ask the trust' }, sue)
    const { open, mayKeep } = await list(sue)
    expect(mayKeep).toBe(false)
    expect(open).toMatchObject([{ id, who: null }])
    expect(JSON.stringify(open)).not.toContain('Pat Low')
    expect((await list()).open).toMatchObject([{ who: 'Pat Low, head of service' }])
    const member = await sue()
    expect((await member.post('/api/actions', anAction({ source: 'trainer-note' }))).status).toBe(422)
    for (const status of await Promise.all([
      member.put(`/api/actions/${id}`, anAction()).then((answer) => answer.status),
      member.post(`/api/actions/${id}/completion`, { did: 'Done' }).then((answer) => answer.status),
      member.post(`/api/actions/${id}/escalation`, { to: 'Us' }).then((answer) => answer.status),
      member.delete(`/api/actions/${id}`).then((answer) => answer.status),
    ]))
      expect(status).toBe(403)
  })

  it('is closed to delegates, trainers and agency leads', async () => {
    await make()
    for (const [who, role] of [
      [w.stage.bea, 'delegate'],
      [w.stage.tess, 'trainer'],
      [w.stage.lena, 'agency-lead'],
    ] as [number, Role][]) {
      const one = await w.as(who, role)
      expect((await one.get('/api/actions')).status, role).toBe(403)
      expect((await one.post('/api/actions', anAction())).status, role).toBe(403)
    }
    expect((await w.visitor.get('/api/actions')).status).toBe(401)
    expect((await list()).open).toHaveLength(1)
  })
})

describe('in a report', () => {
  it('says whose it is, when it is due and whether it is done, and names nobody', async () => {
    const id = await make()
    await make({ text: 'More practice', owner: 'course', barrier: 'unsure-how' })
    await (await ada()).post(`/api/actions/${id}/completion`, { did: 'Ten minutes are set aside' })
    const { actions, 'you-said': said } = await figures()
    expect(actions?.sentence).toBe('1 action is open. 1 has been done since 1 April 2026.')
    expect(actions?.table?.rows).toEqual([
      [
        'More practice',
        'In the way: Not sure how to start. There is no time to write it down.',
        'The course: Recognising neglect',
        '1 October 2026',
        'Not done yet',
      ],
      [
        'Set ten minutes aside in supervision',
        'In the way: Time and workload. There is no time to write it down.',
        'Riverside NHS Trust',
        '1 October 2026',
        'Done, 14 September 2026',
      ],
    ])
    expect(said?.table?.rows).toEqual([
      ['There is no time to write it down.', 'Ten minutes are set aside', 'Riverside NHS Trust', '14 September 2026'],
    ])
    expect(JSON.stringify([actions, said])).not.toContain('Pat Low')
  })

  it('says how many are overdue, of one and of several', async () => {
    await make()
    at(w, '2026-10-02')
    const words = async () => (await figures()).actions?.sentence
    expect(await words()).toBe('1 action is open: it is overdue. None has been done since 1 April 2026.')
    await make({ dueOn: '2026-12-01' })
    expect(await words()).toBe('2 actions are open: 1 is overdue. None has been done since 1 April 2026.')
    at(w, '2026-12-02')
    expect(await words()).toBe('2 actions are open: both are overdue. None has been done since 1 April 2026.')
  })

  it('ticks what was done since the last report that was issued, and leaves out what that one said', async () => {
    const [before, after] = [await make(), await make({ text: 'After' })]
    const one = await ada()
    await one.post(`/api/actions/${before}/completion`, { did: 'Before the report' })
    at(w, '2026-09-20')
    await w.store.write((db) =>
      db.insert(reports).values({
        scope: 'period',
        fromOn: '2026-04-01',
        untilOn: '2026-06-30',
        title: 'Spring',
        state: 'issued',
        madeAt: w.now(),
        agreedOn: '2026-09-18',
        number: 3,
        issuedAt: w.now(),
        body: '{}',
        hash: '0',
        proof: '',
      }),
    )
    expect((await figures())['you-said']?.sentence).toBe(
      'No action has been finished since report 3 was issued on 20 September 2026.',
    )
    at(w, '2026-09-21')
    await (await ada()).post(`/api/actions/${after}/completion`, { did: 'After the report' })
    expect((await figures())['you-said']?.table?.rows.map((row) => row[1])).toEqual(['After the report'])
  })

  it('stands on the page of its course, theme and agency, and on no other', async () => {
    await make()
    const themeId = await w.store.write(async (db) => {
      const [theme] = await db.insert(themes).values({ name: 'Neglect' }).returning()
      await db.insert(courseThemes).values({ courseId: w.stage.course, themeId: theme!.id })
      return theme!.id
    })
    const shown = async (key: string, level: 'course' | 'theme' | 'agency' | 'sector', courseId = w.stage.course) =>
      (await figures({ ...programme, key, level, events: [{ courseId, lastOn: '2026-09-01' }] })).actions?.table?.rows
        .length ?? 0
    expect(await shown(`course:${w.stage.course}`, 'course')).toBe(1)
    expect(await shown('course:999', 'course')).toBe(0)
    expect(await shown(`theme:${themeId}`, 'theme')).toBe(1)
    expect(await shown(`theme:${themeId}`, 'theme', 999)).toBe(0)
    expect(await shown(`agency:${w.stage.agencies.trust}`, 'agency')).toBe(1)
    expect(await shown(`agency:${w.stage.agencies.council}`, 'agency')).toBe(0)
    expect(await shown(`sector:${w.stage.sectors.health}`, 'sector')).toBe(1)
  })
})

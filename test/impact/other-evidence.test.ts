import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otherEvidence, themes } from '#db/schema.ts'
import { evidenceFigures } from '#server/impact/evidence.ts'
import type { Role } from '#server/people/input.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

const ada = () => w.as(w.stage.ada, 'coordinator')
const aFigure = (more: Record<string, unknown> = {}) => ({
  courseId: w.stage.course,
  themeId: null,
  place: 1,
  replaces: null,
  what: 'Files with the toolkit',
  count: 12,
  of: 40,
  period: 'January to March 2026',
  source: 'Neglect audit 2026',
  suppliedBy: 'Quality assurance',
  sameMethod: null,
  ...more,
})
const set = async (more: Record<string, unknown> = {}) => (await ada()).post('/api/other-evidence', aFigure(more))
const beside = async () => (await (await ada()).get('/api/other-evidence')).json.courses[0].beside
const figure = async (key = `course:${w.stage.course}`, level: 'course' | 'theme' | 'agency' = 'course') =>
  (
    await evidenceFigures(w.ctx(), {
      key,
      level,
      programme: { startsOn: '2026-04-01', endsOn: '2027-03-31' },
      events: [{ courseId: w.stage.course, lastOn: '2026-09-01' }],
    })
  ).find((one) => one.key === 'other-evidence')

describe('a figure from elsewhere', () => {
  it('stands beside a course with its period, source and who supplied it, and is never merged with the answers', async () => {
    expect((await set()).status).toBe(201)
    const shown = await figure()
    expect(shown).toMatchObject({ part: 'evidence', label: null, base: null, picture: null })
    expect(shown?.sentence).toBe(
      '1 figure from elsewhere stands beside this course. It was not counted from the answers, and nothing here says that one made the other happen.',
    )
    expect(shown?.table?.rows).toEqual([
      [
        'Files with the toolkit',
        12,
        40,
        'January to March 2026',
        'Neglect audit 2026',
        'Quality assurance',
        'Counted for the first time',
      ],
    ])
  })

  it('stands beside a theme, and on the theme’s page alone', async () => {
    const [theme] = await w.store.write((db) => db.insert(themes).values({ name: 'Neglect' }).returning())
    expect((await set({ courseId: null, themeId: theme!.id, sameMethod: false, of: null })).status).toBe(201)
    expect((await figure(`theme:${theme!.id}`, 'theme'))?.table?.rows[0]).toEqual(
      expect.arrayContaining(['No such number', 'No: do not compare']),
    )
    expect((await figure())?.table).toBeNull()
    expect(await figure('agency:1', 'agency')).toBeUndefined()
  })

  it('leaves an empty box that says what would go there', async () => {
    expect((await figure())?.sentence).toMatch(/^Nothing has been set beside it yet\. There is room/)
  })

  it('is one of three at most, each in its place', async () => {
    for (const place of [1, 2, 3]) expect((await set({ place, what: `Figure ${place}` })).status).toBe(201)
    expect((await set({ place: 4 })).status).toBe(422)
    expect((await set({ place: 2 })).status).toBe(409)
    expect((await figure())?.table?.rows.map(([what]) => what)).toEqual(['Figure 1', 'Figure 2', 'Figure 3'])
  })

  it('replaced leaves the one before behind; taken back leaves the place free', async () => {
    const { json } = await set()
    expect((await set({ replaces: json.id, what: 'Counted anew' })).status).toBe(201)
    expect(await beside()).toMatchObject([{ place: 1, what: 'Counted anew' }])
    expect(await w.store.read.$count(otherEvidence)).toBe(2)
    const [{ id }] = await beside()
    const one = await ada()
    expect((await one.delete(`/api/other-evidence/${id}`)).status).toBe(200)
    expect((await one.delete(`/api/other-evidence/${id}`)).status).toBe(404)
    expect(await beside()).toEqual([])
    expect((await set()).status).toBe(201)
  })

  it('set by two at once in one place is set once, and the second looks again first', async () => {
    const answers = await Promise.all([set({ what: 'One' }), set({ what: 'Other' })])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(answers.find(({ status }) => status === 409)?.json.code).toBe('changed-meanwhile')
    expect(await beside()).toHaveLength(1)
  })

  it.each([
    ['count', { count: 12.5 }],
    ['count', { count: -1 }],
    ['count', { count: null }],
    ['of', { of: 11 }],
    ['of', { of: 40.5 }],
    ['courseId', { courseId: null }],
    ['courseId', { themeId: 1 }],
    ['courseId', { courseId: 999 }],
    ['suppliedBy', { suppliedBy: '' }],
    ['sameMethod', { sameMethod: '' }],
  ])('is refused with words at %s', async (path, more) => {
    const { status, json } = await set(more)
    expect(status).toBe(422)
    expect(json.errors.map((one: { path: string }) => one.path)).toEqual([path])
  })

  it('is the coordinator’s alone to set', async () => {
    for (const [who, role] of [
      [w.stage.sue, 'sub-group'],
      [w.stage.mo, 'administrator'],
      [w.stage.lena, 'agency-lead'],
      [w.stage.bea, 'delegate'],
    ] as [number, Role][]) {
      const one = await w.as(who, role)
      expect((await one.get('/api/other-evidence')).status, role).toBe(403)
      expect((await one.post('/api/other-evidence', aFigure())).status, role).toBe(403)
    }
    expect(await beside()).toEqual([])
  })
})

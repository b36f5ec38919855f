import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agreementIn, aYear, issuedIn, issueIn, type ReportRoom, reportRoom, startedIn } from './report-room.ts'

let w: ReportRoom
beforeEach(async () => {
  w = await reportRoom()
})
afterEach(() => w.close())

const rows = async (statement: string) => (await w.client.execute(statement)).rows

describe('a draft', () => {
  it('is started of a programme, a course or a theme over a year, or of whole months', async () => {
    await w.client.execute("insert into themes (id, name) values (1, 'Neglect')")
    await w.client.execute(`insert into course_themes (course_id, theme_id) values (${w.stage.course}, 1)`)
    for (const input of [
      aYear,
      { scope: 'course', programme: '2025-26', course: 'NEG1' },
      { scope: 'theme', programme: '2025-26', themeId: 1 },
      { scope: 'period', from: '2026-01-01', until: '2026-03-31' },
    ]) {
      const id = await startedIn(w, input)
      const { json } = await w.sue.get(`/api/reports/${id}`)
      expect(json).toMatchObject({
        state: 'draft',
        number: null,
        hash: null,
        body: { scope: input.scope, issued: null },
      })
      expect(json.contents[0].key).toBe(json.page.key)
    }
    const { json } = await w.ada.get('/api/reports')
    expect(json.reports.map(({ title }: { title: string }) => title)).toEqual([
      'Impact report: 1 January 2026 to 31 March 2026',
      'Impact report: Neglect, 2025 to 2026',
      'Impact report: Recognising neglect, 2025 to 2026',
      'Impact report: programme 2025 to 2026',
    ])
  })

  it.each([
    [{ scope: 'programme' }, 'programme'],
    [{ scope: 'programme', programme: '1999-00' }, 'programme'],
    [{ scope: 'programme', programme: '2027-28' }, 'programme'],
    [{ scope: 'course', programme: '2025-26', course: 'NONE' }, 'course'],
    [{ scope: 'theme', programme: '2025-26' }, 'themeId'],
    [{ scope: 'period', from: '2026-01-02', until: '2026-03-31' }, 'from'],
    [{ scope: 'period', from: '2026-01-01', until: '2026-03-30' }, 'until'],
    [{ scope: 'period', from: '2026-03-01', until: '2026-01-31' }, 'until'],
    [{ scope: 'period', from: '2026-02-30', until: '2026-03-31' }, 'from'],
    [{ scope: 'year' }, 'scope'],
  ])('is not started of %j', async (input, path) => {
    const { status, json } = await w.ada.post('/api/reports', input)
    expect(status).toBe(422)
    expect(json.errors[0].path).toBe(path)
    expect(await rows('select * from reports')).toHaveLength(0)
  })

  it('is not started of a theme on which there are only forums, briefings or events to come, and says so', async () => {
    const themes = async () => (await w.ada.get('/api/reports')).json.choices.programmes[0].themes
    const started = () => w.ada.post('/api/reports', { scope: 'theme', programme: '2025-26', themeId: 1 })
    await w.client.execute("insert into themes (id, name) values (1, 'Neglect')")
    await w.client.execute(`insert into course_themes (course_id, theme_id) values (${w.stage.course}, 1)`)
    expect(await themes()).toEqual([{ id: 1, name: 'Neglect' }])
    for (const change of [
      "kind = 'forum'",
      "kind = 'briefing'",
      `kind = 'course', ends_at = ${w.now() + 1}`,
      'published_at = null',
    ]) {
      await w.client.execute(`update events set ${change}`)
      const { status, json } = await started()
      expect({ change, status, errors: json.errors }).toEqual({
        change,
        status: 422,
        errors: [
          {
            path: 'themeId',
            message: 'Neglect had no followed-up event in 2025 to 2026: no course or learning event on it was held',
          },
        ],
      })
      expect((await w.ada.get('/api/reports')).json.choices.programmes[0]?.themes ?? []).toEqual([])
    }
    const course = await w.ada.post('/api/reports', { scope: 'course', programme: '2025-26', course: 'NEG1' })
    expect(course.json.errors).toEqual([
      { path: 'course', message: 'Recognising neglect was not held in 2025 to 2026' },
    ])
    expect(await rows('select * from reports')).toHaveLength(0)
  })

  it('is the coordinator’s to start, agree and issue; the sub-group and the administrator read it, nobody else', async () => {
    const id = await startedIn(w)
    const bea = await w.as(w.stage.bea)
    const tess = await w.as(w.stage.tess, 'trainer')
    for (const reader of [w.sue, w.mo]) {
      expect((await reader.get(`/api/reports/${id}`)).status).toBe(200)
      expect((await reader.get('/api/reports')).json.choices).toBeNull()
      expect((await reader.post('/api/reports', aYear)).status).toBe(403)
      expect((await reader.post(`/api/reports/${id}/agreement`, agreementIn(w))).status).toBe(403)
      expect((await reader.post(`/api/reports/${id}/issue`, { seen: 'a'.repeat(64) })).status).toBe(403)
    }
    for (const other of [bea, tess]) expect((await other.get(`/api/reports/${id}`)).status).toBe(403)
    expect((await w.visitor.get(`/api/reports/${id}`)).status).toBe(401)
  })

  it('shows totals alone: no name, address or booking stands in it', async () => {
    const id = await startedIn(w)
    const { text } = await w.sue.get(`/api/reports/${id}`)
    expect(text).not.toMatch(/zephyrine|@council|"units"/i)
  })

  it('is read a page at a time: its first, the one asked for, or none of that key', async () => {
    const id = await startedIn(w)
    const read = async (query = '') => (await w.sue.get(`/api/reports/${id}${query}`)).json
    const whole = await read()
    expect(whole.page.key).toBe('programme')
    expect(whole.body).not.toHaveProperty('pages')
    const keys = whole.contents.map(({ key }: { key: string }) => key)
    expect(keys).toContain(`course:${w.stage.course}`)
    for (const key of keys) {
      const one = await read(`?page=${key}`)
      expect(one.page).toMatchObject({ key, figures: expect.any(Array) })
      expect({ seen: one.seen, contents: one.contents, cover: one.cover }).toEqual({
        seen: whole.seen,
        contents: whole.contents,
        cover: whole.cover,
      })
    }
    expect((await read('?page=course:9999')).page).toBeNull()
    expect((await w.sue.get(`/api/reports/${id}?pages=all`)).status).toBe(422)
  })

  it('holds three decisions asked for, at most', async () => {
    const id = await startedIn(w)
    const write = (asks: string[]) => w.ada.put(`/api/reports/${id}/asks`, { asks })
    expect((await write(['One', 'Two', 'Three', 'Four'])).status).toBe(422)
    await write(['One', 'Two', 'Three'])
    await write(['Fund it', 'Name a lead'])
    expect((await w.sue.get(`/api/reports/${id}`)).json.cover.asks).toEqual(['Fund it', 'Name a lead'])
  })

  it('may be thrown away until somebody has written beside it', async () => {
    const [gone, kept] = [await startedIn(w), await startedIn(w)]
    expect((await w.ada.delete(`/api/reports/${gone}`)).status).toBe(200)
    expect((await w.ada.get(`/api/reports/${gone}`)).status).toBe(404)
    await w.sue.post(`/api/reports/${kept}/notes`, { page: 'programme', figure: 'flow', kind: 'comment', text: 'Look' })
    expect((await w.ada.delete(`/api/reports/${kept}`)).json.code).toBe('has-notes')
  })
})

describe('the agreement of the sub-group', () => {
  it('has a day and how many of which agency were there, without a name', async () => {
    const id = await startedIn(w)
    expect((await w.ada.post(`/api/reports/${id}/agreement`, agreementIn(w))).status).toBe(201)
    const { json } = await w.sue.get(`/api/reports/${id}`)
    expect(json.state).toBe('agreed')
    expect(json.body.agreed).toEqual({
      on: '2026-09-14',
      words: 'Monday 14 September 2026',
      present: [
        { agency: 'Council children’s services', people: 3 },
        { agency: 'Riverside NHS Trust', people: 1 },
      ],
    })
  })

  it('is not of a day to come, of one before the draft, of nobody, nor of an agency twice', async () => {
    const id = await startedIn(w)
    const agree = async (input: object) => (await w.ada.post(`/api/reports/${id}/agreement`, input)).status
    const good = agreementIn(w)
    expect(await agree({ ...good, on: '2026-09-15' })).toBe(422)
    expect(await agree({ ...good, on: '2026-09-11' })).toBe(422)
    expect(await agree({ ...good, present: [] })).toBe(422)
    expect(await agree({ ...good, present: [good.present[0], good.present[0]] })).toBe(422)
    expect(await agree({ ...good, present: [{ agencyId: 9999, people: 1 }] })).toBe(422)
    expect(await rows('select * from report_present')).toHaveLength(0)
  })

  it('keeps the decisions as agreed, and can be taken back', async () => {
    const id = await startedIn(w)
    await w.ada.post(`/api/reports/${id}/agreement`, agreementIn(w))
    expect((await w.ada.put(`/api/reports/${id}/asks`, { asks: ['Another'] })).json.code).toBe('agreed')
    expect((await w.ada.post(`/api/reports/${id}/agreement`, agreementIn(w))).json.code).toBe('agreed')
    expect((await w.ada.delete(`/api/reports/${id}/agreement`)).status).toBe(200)
    expect((await w.ada.get(`/api/reports/${id}`)).json).toMatchObject({ state: 'draft', body: { agreed: null } })
    expect(await rows('select * from report_present')).toHaveLength(0)
  })

  it('is needed for the issue', async () => {
    const id = await startedIn(w)
    const { json } = await w.ada.get(`/api/reports/${id}`)
    expect(json.inTheWay).toEqual(['The sub-group has not agreed it yet.'])
    expect((await issueIn(w, id)).json).toMatchObject({ status: 409, code: 'not-agreed' })
  })

  it('is over for good once the report is issued', async () => {
    const id = await issuedIn(w)
    for (const answer of [
      await w.ada.delete(`/api/reports/${id}/agreement`),
      await w.ada.put(`/api/reports/${id}/asks`, { asks: [] }),
      await w.ada.delete(`/api/reports/${id}`),
      await issueIn(w, id, 'a'.repeat(64)),
    ])
      expect(answer.json).toMatchObject({ status: 409, code: 'issued' })
  })
})

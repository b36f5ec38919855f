import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issuedIn, type ReportRoom, reportRoom, startedIn } from './report-room.ts'

let w: ReportRoom
let id: number
beforeEach(async () => {
  w = await reportRoom()
  id = await startedIn(w)
})
afterEach(() => w.close())

const note = { page: 'programme', figure: 'whole-room', kind: 'decision', text: 'Ask agencies about supervision' }
const write = (who = w.sue, given: object = note, report = id) => who.post(`/api/reports/${report}/notes`, given)
const notes = async (who = w.sue, report = id) => (await who.get(`/api/reports/${report}`)).json.notes

describe('a comment or a decision', () => {
  it('is written beside one figure by sub-group, coordinator and administrator, and read by all of them without a name', async () => {
    for (const who of [w.sue, w.ada, w.mo]) expect((await write(who)).status).toBe(201)
    for (const who of [w.sue, w.ada, w.mo]) {
      const all = await notes(who)
      expect(all).toHaveLength(3)
      expect(all.filter(({ isMine }: { isMine: boolean }) => isMine)).toHaveLength(1)
      expect(JSON.stringify(all)).not.toMatch(/Sue|Ada|Mo /)
    }
    expect((await write(await w.as(w.stage.bea))).status).toBe(403)
    expect((await write(await w.as(w.stage.tess, 'trainer'))).status).toBe(403)
  })

  it('stands beside the role of whoever wrote it, of all that they hold, and of none once they hold none', async () => {
    for (const who of [w.sue, w.ada, w.mo]) await write(who)
    const rolesSaid = async () => (await notes()).map(({ role }: { role: string | null }) => role)
    expect(await rolesSaid()).toEqual(['Sub-group member', 'Coordinator', 'Administrator'])
    await w.client.execute({
      sql: "insert into roles (person_id, role, given_at) values (?, 'sub-group', 0), (?, 'trainer', 0)",
      args: [w.stage.ada, w.stage.ada],
    })
    await w.client.execute({
      sql: "delete from roles where person_id = ? and role = 'administrator'",
      args: [w.stage.mo],
    })
    expect(await rolesSaid()).toEqual(['Sub-group member', 'Sub-group member and coordinator', null])
  })

  it('is taken back by whoever wrote it, and by nobody else', async () => {
    const { json } = await write(w.sue)
    const takeBack = (who = w.sue) => who.post(`/api/report-notes/${json.id}/removal`)
    expect((await takeBack(w.ada)).status).toBe(404)
    expect(await notes()).toHaveLength(1)
    expect((await takeBack()).status).toBe(200)
    expect(await notes()).toEqual([])
    expect((await takeBack()).status).toBe(404)
    expect((await w.client.execute('select removed_at from report_notes')).rows[0]!.removed_at).not.toBeNull()
  })

  it('goes on after the issue, and is no part of what was frozen', async () => {
    const issued = await issuedIn(w)
    const before = (await w.sue.get(`/api/reports/${issued}`)).json
    expect((await write(w.sue, note, issued)).status).toBe(201)
    const after = (await w.sue.get(`/api/reports/${issued}`)).json
    expect(after.notes).toHaveLength(1)
    expect({ body: after.body, hash: after.hash }).toEqual({ body: before.body, hash: before.hash })
  })

  it('is refused when it says nothing, too much or of no kind, and of a report that is not there', async () => {
    expect((await write(w.sue, { ...note, text: ' ' })).status).toBe(422)
    expect((await write(w.sue, { ...note, text: 'x'.repeat(601) })).status).toBe(422)
    expect((await write(w.sue, { ...note, kind: 'rumour' })).status).toBe(422)
    expect((await write(w.sue, note, 999)).status).toBe(404)
  })

  it('leaves its words out of the history', async () => {
    await write()
    const { rows } = await w.client.execute("select * from history where what = 'report.decision'")
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('supervision')
  })
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { remembering, reportShown } from '#server/impact/report-shown.ts'
import { alike, attend } from './attenders.ts'
import { agreementIn, type ReportRoom, reportRoom, startedIn } from './report-room.ts'

let w: ReportRoom
beforeEach(async () => {
  w = await reportRoom()
})
afterEach(() => w.close())

it('works a draft out once while nothing changes, and anew for an answer, an agreement, the next minute or another draft', async () => {
  const [id, other] = [
    await startedIn(w),
    await startedIn(w, { scope: 'course', programme: '2025-26', course: 'NEG1' }),
  ]
  let times = 0
  const read = remembering((...given) => {
    times++
    return reportShown(...given)
  })
  const answered = async () =>
    (await read(w.ctx(), id)).body.pages[0]!.figures.find(({ key }) => key === 'whole-room')!.base!.people
  expect([await answered(), await answered(), times]).toEqual([16, 16, 1])
  await attend(w, w.event, alike(2, { practice: 'once' }))
  expect([await answered(), times]).toEqual([18, 2])
  await w.ada.post(`/api/reports/${id}/agreement`, agreementIn(w))
  expect((await read(w.ctx(), id)).body.agreed?.on).toBe('2026-09-14')
  expect(times).toBe(3)
  w.later('PT1M')
  expect([await answered(), times]).toEqual([18, 4])
  expect((await read(w.ctx(), other)).report.id).toBe(other)
  expect([await answered(), times]).toEqual([18, 6])
})

it('tries again after a fault', async () => {
  const id = await startedIn(w)
  const read = remembering()
  await expect(read(w.ctx(), 9999)).rejects.toThrow()
  expect((await read(w.ctx(), id)).report.id).toBe(id)
})

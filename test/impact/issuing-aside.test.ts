import { asc, eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { reportRows, reports } from '#db/schema.ts'
import { Missing } from '#server/errors.ts'
import { issue, readyOf } from '#server/impact/issuing.ts'
import { openAside } from '#server/node/aside.ts'
import { alike, attend } from './attenders.ts'
import { agreedIn, type ReportRoom, reportRoom, seenIn } from './report-room.ts'

let w: ReportRoom
let long: ReturnType<typeof openAside>
let asked: string[]
beforeEach(async () => {
  w = await reportRoom()
  long = openAside(w.path, w.config)
  asked = []
})
afterEach(async () => {
  await long.close()
  await w.close()
})

/** As a request reads on Node: what is long is done in the thread. */
const ctx = () => ({
  ...w.ctx({ kind: 'operator' }),
  aside: (...given: Parameters<typeof long.aside>) => {
    asked.push(given[0])
    return long.aside(...given)
  },
})

it('writes byte by byte what is worked out in place, and asks the thread once', async () => {
  const id = await agreedIn(w)
  const seen = await seenIn(w, id)
  const { whole, hash, proof, rows } = await readyOf(w.ctx({ kind: 'operator' }), { id, seen })
  expect(await issue(ctx(), id, seen)).toEqual({ number: 1, hash })
  const [report] = await w.store.read.select().from(reports).where(eq(reports.id, id))
  expect(report).toMatchObject({ state: 'issued', number: 1, body: whole, hash, proof, issuedAt: w.now() })
  const written = await w.store.read.select().from(reportRows).orderBy(asc(reportRows.measure), asc(reportRows.row))
  const ordered = rows.toSorted((a, b) => (a.measure + a.row < b.measure + b.row ? -1 : 1))
  expect(written.map(({ units }) => units).sort()).toEqual(ordered.map(({ units }) => units).sort())
  expect(written).toHaveLength(rows.length)
  expect(asked).toEqual(['ready'])
})

it('says from the thread, too, what is in the way', async () => {
  const id = await agreedIn(w)
  const seen = await seenIn(w, id)
  await attend(w, w.event, alike(3, { practice: 'once' }))
  await expect(issue(ctx(), id, seen)).rejects.toMatchObject({
    code: 'changed',
    message: expect.stringMatching(/have changed since you opened/),
  })
  await expect(issue(ctx(), 9999, seen)).rejects.toBeInstanceOf(Missing)
})

it('works out anew what changed while the thread was at it', async () => {
  const id = await agreedIn(w)
  const seen = await seenIn(w, id)
  const late = {
    ...ctx(),
    aside: async (...given: Parameters<typeof long.aside>) => {
      const ready = await long.aside(...given)
      asked.push(given[0])
      if (asked.length === 1) await attend(w, w.event, alike(2, { practice: 'routine' }))
      return ready
    },
  }
  await expect(issue(late, id, seen)).rejects.toMatchObject({ code: 'changed' })
  expect(asked).toEqual(['ready'])
  const [report] = await w.store.read.select().from(reports).where(eq(reports.id, id))
  expect(report).toMatchObject({ state: 'agreed', body: null, number: null })
})

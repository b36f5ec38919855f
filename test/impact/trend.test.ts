import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { instruments, responses } from '#db/schema.ts'
import { wilson } from '#server/impact/shared/statistics.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { type Attender, alike, attend } from './attenders.ts'
import { inShort } from './reading.ts'

let w: TestWorld
let sue: Someone
beforeEach(async () => {
  w = await makeWorld()
  sue = await w.as(w.stage.sue, 'sub-group')
})
afterEach(() => w.close())

const courseNow = 'programmes/2026-27/courses/NEG1'
const trendOf = async (path: string) => {
  const answer = await sue.get(`/api/impact/${path}`)
  expect(answer.status, answer.text).toBe(200)
  return inShort(answer.json).figure('trend')!
}
const held = async (on: string, attenders: readonly Attender[]) => {
  const id = await w.stage.event({ on: [on], capacity: 80 })
  await attend(w, id, attenders)
  return id
}
const room = (inPractice: number, others: number, silent = 0): Attender[] => [
  ...alike(inPractice, { practice: 'once' }),
  ...alike(others, { practice: 'started' }),
  ...alike(silent, {}),
]
/** People of an event answered to a wording that came after the one there is. */
const reworded = (eventId: number) =>
  w.store.write(async (db) => {
    const [known] = await db.select().from(instruments).where(sql`stage = 'follow-up' and version = 2`)
    const [made] = known
      ? [known]
      : await db.insert(instruments).values({ stage: 'follow-up', version: 2, publishedAt: w.now() }).returning()
    await db.update(responses).set({ instrumentId: made!.id }).where(eq(responses.eventId, eventId))
  })

it('says that a year is higher where the interval of the difference leaves out nought, though those of the years overlap', async () => {
  await held('2025-05-13', room(17, 25))
  await held('2026-05-12', room(26, 16))
  expect(wilson(26, 42).low).toBeLessThan(wilson(17, 42).high)
  const trend = await trendOf(courseNow)
  expect(trend.sentence).toBe(
    '2026 to 2027: 42 (100%) of the 42 who came answered, and 26 (62%) of them have put it into practice. 2025 to 2026: 42 (100%) of the 42 who came answered, and 17 (40%) of them have put it into practice. Among those who answered, the share in practice is higher than in 2025 to 2026; unlikely to be chance.',
  )
  expect(trend.drillDown.at(-1)).toMatch(
    /^The share of 2026 to 2027 less that of 2025 to 2026: 95% interval just above 0 to \+40 percentage points \(Newcombe\)\. /,
  )
})

it('says that there is no clear difference where nought is within the interval', async () => {
  await held('2025-05-13', room(17, 13))
  await held('2026-05-12', room(20, 10))
  const trend = await trendOf(courseNow)
  expect(trend.sentence).toMatch(/ of them have put it into practice\. Between the two there is no clear difference\.$/)
  expect(trend.drillDown.at(-1)).toContain('95% interval −14 to +32 percentage points')
})

it('names the last year that can be compared, and says why a later one is not', async () => {
  await held('2024-05-14', room(3, 27))
  await held('2025-05-13', room(5, 2, 5))
  await held('2026-05-12', room(25, 5))
  const trend = await trendOf(courseNow)
  expect(trend.sentence).toMatch(
    / is higher than in 2024 to 2025; unlikely to be chance\. 2025 to 2026 is not compared: 7 answered, and a year is compared from ten answers\.$/,
  )
  expect(trend.drillDown.at(-1)).toContain('less that of 2024 to 2025: ')
  expect(trend.sentence).not.toContain('the year before')
})

it('compares nothing across a change of wording, also where it came in a year between that is not shown', async () => {
  await held('2024-05-14', room(3, 27))
  const between = await held('2025-05-13', room(5, 2, 5))
  const now = await held('2026-05-12', room(25, 5))
  for (const id of [between, now]) await reworded(id)
  const trend = await trendOf(courseNow)
  expect(trend.sentence).toContain(' The two are not compared: wording changed to version 2. 2025 to 2026 is not')
  expect(trend.sentence).not.toMatch(/higher|lower|difference/)
  expect(trend.drillDown.join(' ')).not.toContain('Newcombe')
  expect(trend.picture).toMatchObject({ points: [{ broken: null }, { broken: 'wording changed to version 2' }] })
  expect(trend.table!.rows.map(([label]) => label)).toEqual([
    '2024 to 2025',
    '2025 to 2026 (wording changed to version 2)',
    '2026 to 2027',
  ])
})

it('gives the true reason where this year has no share', async () => {
  await held('2025-05-13', room(17, 13))
  await held('2026-05-12', room(5, 4, 3))
  expect((await trendOf(courseNow)).sentence).toBe(
    '2026 to 2027 is not compared: 9 answered, and a year is compared from ten answers.',
  )
})

it('says nowhere how few of an agency answered in a year in which fewer than ten of it came', async () => {
  const ofTrust = (attenders: Attender[]) => attenders.map((one) => ({ ...one, trust: true }))
  await held('2025-05-13', [...room(20, 13), ...ofTrust(room(4, 1, 3))])
  await held('2026-05-12', [...room(20, 10), ...ofTrust(room(9, 6))])
  const trend = await trendOf(`programmes/2026-27/agencies/${w.stage.agencies.trust}`)
  expect(trend.sentence).toMatch(/ 2025 to 2026 is not compared: fewer than ten came\.$/)
  expect(trend.table!.rows[0]).toEqual(
    ['2025 to 2026', 8, null, '–', null, '–'].map((cell) => cell ?? expect.anything()),
  )
  expect(trend.table!.rows[0]![2]).not.toBe(5)
})

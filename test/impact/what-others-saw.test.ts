import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { colleagueRequests, colleagueTallies, events, messages, reports, settings } from '#db/schema.ts'
import type { PageRead } from '#server/impact/routes.ts'
import { defaultThresholds } from '#server/impact/shared/disclosure.ts'
import { saw } from '#server/impact/what-others-saw.ts'
import type { ColleagueAnswer } from '#server/surveys/input.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { alike, attend } from './attenders.ts'
import { aYear, issuedIn, type ReportRoom } from './report-room.ts'

let w: TestWorld
let ids: number[]
let year: { courseId: number; programmeId: number }
beforeEach(async () => {
  w = await makeWorld()
  const eventId = await w.stage.event({ on: ['2026-01-30'], capacity: 40 })
  ids = await attend(w, eventId, alike(12, { practice: 'once' }))
  const [event] = await w.store.read.select().from(events).where(eq(events.id, eventId))
  year = { courseId: event!.courseId, programmeId: event!.programmeId }
})
afterEach(() => w.close())

const course = async () => {
  const { page } = (await (await w.as(w.stage.sue, 'sub-group')).get('/api/impact/programmes/2025-26/courses/NEG1'))
    .json as PageRead
  const [others] = page.figures.filter(({ key }) => key === 'colleagues')
  return { others: others!, rest: page.figures.filter((one) => one !== others) }
}

const asked = (n: number) =>
  w.store.write(async (db) => {
    for (const bookingId of ids.slice(0, n)) {
      await db.insert(colleagueRequests).values({ bookingId, namedAt: 0, endedAt: 1 })
      await db.insert(messages).values({
        kind: 'colleague-view',
        about: `booking:${bookingId}`,
        occurrence: '1',
        class: 'never-twice',
        state: 'sent',
        queuedAt: 0,
        notBefore: 0,
        deadline: 1,
        sentAt: 1,
      })
    }
  })
const answered = (counts: Partial<Record<ColleagueAnswer, number>>) =>
  w.store.write(async (db) => {
    for (const [answer, n] of Object.entries(counts))
      await db
        .insert(colleagueTallies)
        .values({ ...year, answer: answer as ColleagueAnswer, n })
        .onConflictDoUpdate({
          target: [colleagueTallies.courseId, colleagueTallies.programmeId, colleagueTallies.answer],
          set: { n },
        })
  })
const reportIssued = async (): Promise<{ sentence: string; table: { rows: unknown[] } }> => {
  const people = { ada: await w.as(w.stage.ada, 'coordinator'), sue: await w.as(w.stage.sue, 'sub-group') }
  const room = { ...w, ...people, event: 0, bookings: ids, mo: people.ada } as ReportRoom
  const id = await issuedIn(room, aYear)
  const [report] = await w.store.read.select({ body: reports.body }).from(reports).where(eq(reports.id, id))
  return JSON.parse(report!.body!)
    .pages.find(({ key }: { key: string }) => key === `course:${year.courseId}`)
    .figures.find(({ key }: { key: string }) => key === 'colleagues')
}

describe('what others saw', () => {
  it('is not shown below five answers', async () => {
    await asked(8)
    await answered({ once: 3, 'not-yet': 1 })
    const { others } = await course()
    expect(others).toMatchObject({
      label: 'others-saw',
      sentence: 'Fewer than five colleagues have answered.',
      table: null,
      notShown: 'Not shown: fewer than five colleagues have answered.',
    })
  })

  it('is shown from five, beside what people say of themselves and apart from it', async () => {
    const before = await course()
    await asked(8)
    await answered({ 'more-than-once': 2, once: 2, 'could-not-see': 1 })
    const { others, rest } = await course()
    expect(others.sentence).toBe(
      'Of 8 colleagues asked by name, 5 answered: 2 had seen it more than once, 2 once, none not yet; 1 was not in a position to see.',
    )
    expect(others.table?.rows).toEqual([
      ['Seen it more than once', 2],
      ['Seen it once', 2],
      ['Not yet', 0],
      ['Not in a position to see', 1],
    ])
    expect(rest).toEqual(before.rest)
  })

  it('has percentages from ten answers', () => {
    const { table } = saw({ 'more-than-once': 5, once: 2, 'not-yet': 2, 'could-not-see': 1 }, 10, defaultThresholds)
    expect(table!.rows.map(([, , percent]) => percent)).toEqual(['50%', '20%', '20%', '10%'])
  })

  it('stays as an issued report shows it until five more have answered, in the next report too', async () => {
    await asked(12)
    await answered({ 'more-than-once': 2, once: 2, 'could-not-see': 1 })
    const first = await reportIssued()
    await answered({ 'not-yet': 1 })
    const { others } = await course()
    expect(others.table).toEqual(first.table)
    expect(others.sentence).toBe(`${first.sentence} 1 more has answered since; more are shown from five.`)
    await answered({ 'not-yet': 4 })
    const second = await reportIssued()
    expect(second.table).toEqual(first.table)
    expect(second.sentence).toBe(`${first.sentence} 4 more have answered since; they are shown from five.`)
    expect((await course()).others.sentence).toBe(second.sentence)
    await answered({ 'not-yet': 5 })
    const after = (await course()).others
    expect(after.table?.rows[2]).toEqual(['Not yet', 5, '50%'])
    expect(after.sentence).toMatch(/^Of 12 colleagues asked by name, 10 answered: .* in a position to see\.$/)
  })

  it('is shown from as many as the partnership has set', async () => {
    await w.store.write((db) => db.insert(settings).values({ name: 'shown-from-answered', value: '6', at: 0 }))
    await answered({ once: 5 })
    expect((await course()).others.sentence).toBe('Fewer than six colleagues have answered.')
  })
})

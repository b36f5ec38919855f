import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast } from '#db/example/cast.ts'
import { exampleStart, fillExample } from '#db/example/fill.ts'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import { attendances, events, installation, people, signIns } from '#db/schema.ts'
import { byKeeping } from '#emails/by-keeping.ts'
import { createApp } from '#server/app.ts'
import { readConfig } from '#server/config.ts'
import { attendersAt } from '#server/impact/attenders.ts'
import type { CourseImpact, EventImpact, ProgrammeFigures } from '#server/impact/routes.ts'
import { sha256 } from '#server/keys.ts'
import { dispositionCounts } from '#server/surveys/follow-up.ts'
import { type Disposition, dispositions } from '#server/surveys/input.ts'
import type { World } from '#server/world.ts'
import { seededRandom } from '#test/world.ts'
import { conference } from './conference.ts'

/** The year worked out at the end of the partnership's published figures, read as the sub-group member of the example reads it. */

const folder = mkdtempSync(join(tmpdir(), 'afterwards-year-'))
let store: Awaited<ReturnType<typeof openFile>>
let read: <T>(path: string) => Promise<T>
let year: ProgrammeFigures

beforeAll(async () => {
  store = await openFile(join(folder, 'example.db'))
  await migrate(store.client, 0)
  await store.write((db) =>
    db.insert(installation).values({ id: 1, mode: 'example', madeAt: 0, clockAt: exampleStart }),
  )
  await fillExample(store, { clockAt: exampleStart, certificateCode: (id) => `code ${id}` })
  const { email } = cast.find(({ as }) => as === 'sub-group')!
  await store.write(async (db) => {
    const [person] = await db.select({ id: people.id }).from(people).where(eq(people.email, email))
    await db.insert(signIns).values({
      tokenHash: await sha256('reader'),
      email,
      personId: person!.id,
      role: 'sub-group',
      startedAt: exampleStart,
      seenAt: exampleStart,
      secondFactorAt: exampleStart,
    })
  })
  const world: World = {
    store,
    config: readConfig({ MODE: 'example' }, () => '', 'test'),
    clock: () => exampleStart,
    random: seededRandom(),
    secrets: ['test secret of thirty-two characters or more'],
    transport: byKeeping(async () => undefined),
    fonts: () => Promise.reject(new Error('No document is made here')),
    asset: async () => null,
    log: () => undefined,
    wake: () => undefined,
  }
  const app = createApp(world)
  read = async <T>(path: string) => {
    const answer = await app.request(`/api/impact/${path}`, { headers: { cookie: 'sid=reader' } })
    expect(answer.status).toBe(200)
    return (await answer.json()) as T
  }
  year = await read('programmes/2025-26')
}, 60_000)

afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('The programme 2025-26 of the example', () => {
  it('is 59 events of 21 courses, 1,326 places and 905 attendances, 68.3% of capacity', () => {
    expect(year.programme.words).toBe('1 April 2025 to 31 March 2026')
    expect(year.events).toEqual({ held: 59, toCome: 0, cancelled: 0 })
    expect([year.courses, year.places, year.attended, year.percentOfCapacity]).toEqual([21, 1326, 905, 68.3])
    expect(year.people).toBeLessThan(905)
    expect(year.people).toBeGreaterThan(300)
  })

  it('has its two named courses as published, and nineteen others, none over 79', () => {
    const { byCourse } = year
    const of = (title: string) => byCourse.find((course) => course.title === title)
    expect(of('Introduction to Safeguarding')).toMatchObject({ events: 5, places: 110, attended: 80 })
    expect(of('Effective Supervision')).toMatchObject({ events: 4, places: 96, attended: 73 })
    const others = byCourse.filter(({ title }) => !/^(Introduction to Safeguarding|Effective Supervision)$/.test(title))
    const sum = (key: 'events' | 'places' | 'attended') => others.reduce((total, course) => total + course[key], 0)
    expect([others.length, sum('events'), sum('places'), sum('attended')]).toEqual([19, 50, 1120, 752])
    expect(Math.max(...others.map(({ attended }) => attended))).toBeLessThanOrEqual(79)
    expect(byCourse.reduce((total, { answered }) => total + answered, 0)).toBe(320)
  })

  it('has 9 attendances of Effective Supervision the year before', async () => {
    const before = await read<ProgrammeFigures>('programmes/2024-25')
    expect(before.byCourse.find(({ title }) => title === 'Effective Supervision')?.attended).toBe(9)
  })

  it('came from education 127 (14%), children’s services 281 (31%), four agencies of 5 to 8, and eight others', () => {
    const counts = year.byAgency.map(({ attended }) => attended)
    expect(year.byAgency.slice(0, 2)).toEqual([
      { name: 'Ashmere Children’s Services', attended: 281, percent: 31 },
      { name: 'Ashmere Education Service', attended: 127, percent: 14 },
    ])
    const few = year.byAgency.filter(({ percent }) => percent < 1)
    expect(few).toHaveLength(4)
    expect(few.reduce((sum, { attended }) => sum + attended, 0)).toBe(26)
    for (const { attended } of few) expect([5, 6, 7, 8]).toContain(attended)
    expect([counts.length, counts.slice(2, 10).reduce((a, b) => a + b)]).toEqual([14, 471])
    expect(year.bySector.reduce((sum, { attended }) => sum + attended, 0)).toBe(905)
  })

  it('has 320 of 905 follow-ups answered, 35.4%, beside 187 of 850, 22%', () => {
    expect(year.followUps).toEqual({
      answered: 320,
      attended: 905,
      percent: 35.4,
      lastYear: { programme: '2024-25', answered: 187, attended: 850, percent: 22 },
    })
    expect(year.flow).toMatchObject({ came: 905, answered: 320, answeredPercent: 35 })
    expect(year.flow.dispositions.reduce((sum, { count }) => sum + count, 0)).toBe(905)
    expect(year.provisional).toBeNull()
    expect(year.wholeRoom?.room).toMatchObject({ came: 905, answered: 320 })
  })

  it('has 300 matched on the first learning outcome: 120 some to good, 60 good to strong, 81 unchanged, 27 other rises, 12 down', () => {
    expect(year.firstOutcomes).toMatchObject({
      matched: 300,
      moves: { someToGood: 120, goodToStrong: 60, otherRises: 27, unchanged: 81, fell: 12 },
    })
  })

  it('charged 14 of £40 for not attending, £560, beside 44, £1,760, the year before; late cancellations apart', () => {
    expect(year.charges.nonAttendance).toEqual({ count: 14, pence: 56_000 })
    expect(year.charges.lastYear?.nonAttendance).toEqual({ count: 44, pence: 176_000 })
    expect(year.charges.lateCancellation.count).toBeGreaterThan(0)
    expect(year.bookings.made).toBe(
      year.attended + year.bookings.didNotAttend + year.bookings.cancelledInTime + year.bookings.cancelledLate,
    )
  })

  it('keeps the forum, which reached 55 of 60 schools and colleges, and the conference under their own headings', () => {
    const of = (kind: string) => year.otherKinds.find((one) => one.kind === kind)
    expect(of('forum')?.agencies).toEqual({
      expected: 60,
      reached: 55,
      words: 'Reached 55 of the 60 schools and colleges expected.',
    })
    expect(of('conference')).toMatchObject({ events: 1, attended: 80, answered: 42 })
  })

  it('has the conference as it was invented, on its course’s page and on its own', async () => {
    const { code } = year.otherKinds.find(({ kind }) => kind === 'conference')!.courses[0]!
    const course = await read<CourseImpact>(`programmes/2025-26/courses/${code}`)
    const event = await read<EventImpact>(`events/${course.events[0]!.id}`)
    for (const page of [course, event]) {
      expect(page.flow).toMatchObject({ came: 80, reachable: 77, answered: 42 })
      expect(page.wholeRoom?.room).toEqual(conference)
      expect(page.wholeRoom?.sentence).toBe(
        'Of 80 people who came, 42 told us what happened next. 26 have put what they planned into practice since the day; 3 were already doing it. If nobody else did, that is 33% of the room; if everyone else did, 80%.',
      )
    }
  })

  it('counts, in its one pass, whom the view of attendances and the dispositions count', async () => {
    const ids = (await store.read.select({ id: events.id }).from(events)).map(({ id }) => id)
    const today = '2026-09-14'
    const { events: counted, group } = await attendersAt(store.long, ids, ids, today)
    const seen = await store.read.select({ eventId: attendances.eventId, n: count() }).from(attendances).groupBy(sql`1`)
    const attended = [...counted].filter(([, one]) => one.attended > 0).map(([id, one]) => [id, one.attended])
    expect(new Map(attended as [number, number][])).toEqual(new Map(seen.map(({ eventId, n }) => [eventId, n])))
    const byEvent = await dispositionCounts(store.read, { eventIds: ids }, today)
    const of = (word: Disposition) => [...byEvent.values()].reduce((sum, one) => sum + one[word], 0)
    expect({ answered: group.room.answered, ...group.room.unheard }).toEqual(
      Object.fromEntries(dispositions.map((word) => [word, of(word)])),
    )
  })

  it('has a page for every course and every event of every programme, whose parts add up', async () => {
    for (const name of ['2024-25', '2025-26', '2026-27']) {
      const figures = await read<ProgrammeFigures>(`programmes/${name}`)
      for (const { code, attended, answered } of figures.byCourse) {
        const course = await read<CourseImpact>(`programmes/${name}/courses/${code}`)
        expect([code, course.flow.came, course.flow.answered]).toEqual([code, attended, answered])
        const sum = (key: 'attended' | 'answered') => course.events.reduce((total, event) => total + event[key], 0)
        expect([sum('attended'), sum('answered')]).toEqual([attended, answered])
      }
    }
  })
})

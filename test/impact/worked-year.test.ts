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
import { attendersAt, countsOf } from '#server/impact/attenders.ts'
import type { PageRead } from '#server/impact/routes.ts'
import { sha256 } from '#server/keys.ts'
import { dispositionCounts } from '#server/surveys/follow-up.ts'
import { type Disposition, dispositions } from '#server/surveys/input.ts'
import type { World } from '#server/world.ts'
import { seededRandom } from '#test/world.ts'
import { conference } from './conference.ts'
import { type InShort, inShort } from './reading.ts'

/** The year worked out at the end of the partnership's published figures, read as the sub-group member of the example reads it. */

const folder = mkdtempSync(join(tmpdir(), 'afterwards-year-'))
let store: Awaited<ReturnType<typeof openFile>>
let read: (path: string) => Promise<InShort>
let year: InShort

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
    engine: () => Promise.reject(new Error('No document is made here')),
    asset: async () => null,
    log: () => undefined,
    wake: () => undefined,
  }
  const app = createApp(world)
  read = async (path) => {
    const answer = await app.request(`/api/impact/${path}`, { headers: { cookie: 'sid=reader' } })
    expect(answer.status).toBe(200)
    return inShort((await answer.json()) as PageRead)
  }
  year = await read('programmes/2025-26')
}, 60_000)

afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The rows of a figure's table. */
const rowsOf = (page: InShort, key: string) => page.figure(key)!.table!.rows
const sum = (numbers: unknown[]) => numbers.reduce<number>((total, n) => total + Number(n), 0)

describe('The programme 2025-26 of the example', () => {
  it('is 59 events of 21 courses, 1,326 places and 905 attendances, 68.3% of capacity', () => {
    expect(year.page.programme?.words).toBe('1 April 2025 to 31 March 2026')
    expect(year.rows('events')).toMatchObject({
      Held: 59,
      'Still to come': 0,
      Cancelled: 0,
      'Different courses held': 21,
    })
    expect(year.rows('capacity')).toEqual({ 'Places offered': 1326, Attendances: 905, 'Of capacity': '68.3%' })
    const people = sum(rowsOf(year, 'people').map(([, n]) => n))
    expect(people).toBeLessThan(905)
    expect(people).toBeGreaterThan(300)
  })

  it('has its two named courses as published, and nineteen others, none over 79', () => {
    const courses = rowsOf(year, 'by-course')
    const of = (title: string) => courses.find(([name]) => name === title)
    expect(of('Introduction to Safeguarding')?.slice(1, 4)).toEqual([5, 110, 80])
    expect(of('Effective Supervision')?.slice(1, 4)).toEqual([4, 96, 73])
    const others = courses.filter(
      ([title]) => !/^(Introduction to Safeguarding|Effective Supervision)$/.test(String(title)),
    )
    expect([others.length, ...[1, 2, 3].map((column) => sum(others.map((row) => row[column])))]).toEqual([
      19, 50, 1120, 752,
    ])
    expect(Math.max(...others.map((row) => Number(row[3])))).toBeLessThanOrEqual(79)
    expect(sum(courses.map((row) => row[5]))).toBe(320)
  })

  it('has 9 attendances of Effective Supervision the year before', async () => {
    const before = await read('programmes/2024-25')
    expect(rowsOf(before, 'by-course').find(([title]) => title === 'Effective Supervision')?.[3]).toBe(9)
  })

  it('came from education 127 (14%), children’s services 281 (31%), four agencies of 5 to 8, and eight others', () => {
    const agencies = rowsOf(year, 'by-agency')
    const counts = agencies.map(([, n]) => Number(n))
    expect(agencies.slice(0, 2)).toEqual([
      ['Ashmere Children’s Services', 281, '31%'],
      ['Ashmere Education Service', 127, '14%'],
    ])
    const few = agencies.filter(([, , percent]) => Number.parseFloat(String(percent)) < 1)
    expect(few).toHaveLength(4)
    expect(sum(few.map(([, n]) => n))).toBe(26)
    for (const [, n] of few) expect([5, 6, 7, 8]).toContain(n)
    expect([counts.length, sum(counts.slice(2, 10))]).toEqual([14, 471])
    expect(sum(rowsOf(year, 'by-sector').map(([, n]) => n))).toBe(905)
  })

  it('has 320 of 905 follow-ups answered, 35%, beside 187 of 850, 22%', () => {
    expect(rowsOf(year, 'follow-ups')).toEqual([
      ['This programme', 905, 320, '35%'],
      ['2024 to 2025', 850, 187, '22%'],
    ])
    expect(year.flow).toMatchObject({ came: 905, answered: 320 })
    expect(year.flow.sentence).toMatch(
      /320 answered \(35% of those who came\).*2024 to 2025: 187 of 850 answered \(22%\)\./,
    )
    expect(sum(Object.values(year.rows('dispositions')))).toBe(905)
    expect(year.provisional).toBeNull()
    expect(year.wholeRoom?.room).toMatchObject({ came: 905, answered: 320 })
    expect(year.wholeRoom?.sentence).toMatch(
      /^Of 905 people who came, 320 told us .* 905 attendances of \d{3} different people; someone who came twice is counted twice\.$/,
    )
  })

  it('has 300 matched on the first learning outcome: 120 some to good, 60 good to strong, 81 unchanged, 27 other rises, 12 down', () => {
    expect(year.firstOutcomes?.matched).toBe(300)
    expect(year.firstOutcomes?.drillDown[0]).toBe(
      'From some to good 120, from good to strong 60, other rises 27; stayed where they were 81; moved down 12.',
    )
    const { counts } = year.firstOutcomes!.matrix!
    expect([counts[1]![2], counts[2]![3]]).toEqual([120, 60])
  })

  it('charged 14 of £40 for not attending, £560, beside 44, £1,760, the year before; late cancellations apart', () => {
    const [attending, late] = rowsOf(year, 'charges')
    expect(attending).toEqual(['Not attending', 14, '£560', 44, '£1,760'])
    expect(Number(late?.[1])).toBeGreaterThan(0)
    const bookings = year.rows('bookings')
    expect(bookings['Bookings in all']).toBe(
      sum(['Came', 'Did not attend', 'Cancelled in time', 'Cancelled late'].map((words) => bookings[words])),
    )
  })

  it('keeps the forum, which reached 55 of 60 schools and colleges, and the conference under their own headings', () => {
    expect(year.figure('kind-forum')?.sentence).toMatch(/Reached 55 of the 60 schools and colleges expected\.$/)
    const [meeting] = rowsOf(year, 'kind-conference')
    expect([meeting?.[1], meeting?.[3], meeting?.[5]]).toEqual([1, 80, 42])
  })

  it('has the conference as it was invented, on its course’s page and on its own', async () => {
    const [key] = Object.entries(year.below).find(([, { title }]) => title.startsWith('Annual conference'))!
    const course = await read(year.hrefs[key]!.replace('/impact/', ''))
    const event = await read(course.page.below[0]!.key.replace('event:', 'events/'))
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
    const { events: counted, came } = await attendersAt(store.long, ids, today)
    const { room } = countsOf([...came.values()].flat())
    const seen = await store.read.select({ eventId: attendances.eventId, n: count() }).from(attendances).groupBy(sql`1`)
    const attended = [...counted].filter(([, one]) => one.attended > 0).map(([id, one]) => [id, one.attended])
    expect(new Map(attended as [number, number][])).toEqual(new Map(seen.map(({ eventId, n }) => [eventId, n])))
    const byEvent = await dispositionCounts(store.read, { eventIds: ids }, today)
    const of = (word: Disposition) => [...byEvent.values()].reduce((sum, one) => sum + one[word], 0)
    expect({ answered: room.answered, ...room.unheard }).toEqual(
      Object.fromEntries(dispositions.map((word) => [word, of(word)])),
    )
  })

  it('has a page for every course and every event of every programme, whose parts add up', async () => {
    const cameAnswered = (words: string) => {
      const said = /^([\d,]+) came, ([\d,]+) (?:answered|was asked|has been asked yet)/.exec(
        words.replace('nobody', '0'),
      )
      return said ? [said[1], said[2]].map((n) => Number(n!.replace(',', ''))) : [0, 0]
    }
    for (const name of ['2024-25', '2025-26', '2026-27']) {
      const figures = await read(`programmes/${name}`)
      for (const [key, { words }] of Object.entries(figures.below).filter(([key]) => key.startsWith('course:'))) {
        const course = await read(figures.hrefs[key]!.replace('/impact/', ''))
        expect([key, course.flow.came, course.flow.answered]).toEqual([key, ...cameAnswered(words)])
        const events = Object.values(course.below).map((below) => cameAnswered(below.words))
        expect([0, 1].map((column) => sum(events.map((row) => row[column])))).toEqual(cameAnswered(words))
      }
    }
  }, 120_000)

  it('has a page for every theme, sector and agency, each with its people counted once', async () => {
    for (const level of ['theme', 'sector', 'agency']) {
      const keys = Object.keys(year.below).filter((key) => key.startsWith(`${level}:`))
      const pages = []
      for (const key of keys) pages.push(await read(year.hrefs[key]!.replace('/impact/', '')))
      expect(keys.length).toBeGreaterThan(5)
      for (const page of pages)
        expect(new Set(page.page.figures.map(({ key }) => key)).size).toBe(page.page.figures.length)
      // None of fewer than ten: how few of a small agency answered is nobody's to see.
      for (const page of pages) expect(page.flow.came).toBeGreaterThanOrEqual(10)
    }
  }, 60_000)
})

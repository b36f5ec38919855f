import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  colleagueRequests,
  colleagueTallies,
  courses,
  courseThemes,
  events,
  messages,
  reports,
  settings,
  themes,
} from '#db/schema.ts'
import { transact } from '#server/context.ts'
import type { PageRead } from '#server/impact/routes.ts'
import { defaultThresholds } from '#server/impact/shared/disclosure.ts'
import type { Figure, FigureTable } from '#server/impact/shared/figures.ts'
import type { ImpactPage } from '#server/impact/shared/pages.ts'
import { saw, whatOthersSaw } from '#server/impact/what-others-saw.ts'
import { countAnswer } from '#server/surveys/colleague-tally.ts'
import { type ColleagueAnswer, colleagueAnswers } from '#server/surveys/input.ts'
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
const answer = (answer: ColleagueAnswer, of = year) => transact(w.ctx(), (ctx) => countAnswer(ctx, of, answer))
/** So many more colleagues answer, one after another. */
const answered = async (counts: Partial<Record<ColleagueAnswer, number>>) => {
  for (const [what, n] of Object.entries(counts)) for (let i = 0; i < n; i++) await answer(what as ColleagueAnswer)
}
const setThreshold = (n: number) =>
  w.store.write((db) =>
    db
      .insert(settings)
      .values({ name: 'shown-from-answered', value: `${n}`, at: 0 })
      .onConflictDoUpdate({ target: settings.name, set: { value: `${n}` } }),
  )
/** How many gave each answer, as a reader is shown it; null where they are shown nothing. */
const countsIn = ({ table }: { table: FigureTable | null }) => table?.rows.map(([, n]) => Number(n)) ?? null
const total = (counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0)
const kept = async () => (await w.store.read.select().from(colleagueTallies)).map(({ n, shown }) => [n, shown])

const issuing = async (input: object = aYear) => {
  const people = { ada: await w.as(w.stage.ada, 'coordinator'), sue: await w.as(w.stage.sue, 'sub-group') }
  const id = await issuedIn({ ...w, ...people, event: 0, bookings: ids, mo: people.ada } as ReportRoom, input)
  const [report] = await w.store.read.select({ body: reports.body }).from(reports).where(eq(reports.id, id))
  return JSON.parse(report!.body!).pages as ImpactPage[]
}
const colleaguesIn = (pages: readonly ImpactPage[], courseId: number): Figure =>
  pages.find(({ key }) => key === `course:${courseId}`)!.figures.find(({ key }) => key === 'colleagues')!
const reportIssued = async () => colleaguesIn(await issuing(), year.courseId)

describe('what others saw', () => {
  it('is not shown below five answers', async () => {
    await asked(8)
    await answered({ once: 3, 'not-yet': 1 })
    const { others } = await course()
    expect(others).toMatchObject({
      label: 'others-saw',
      sentence: 'What colleagues have seen is shown once five have answered.',
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

  it('moves on once five more have answered, the same on the page and in every report', async () => {
    await asked(12)
    await answered({ 'more-than-once': 2, once: 2, 'could-not-see': 1 })
    const first = await reportIssued()
    await answered({ 'not-yet': 1 })
    const { others } = await course()
    expect(others.table).toEqual(first.table)
    expect(others.sentence).toBe(`${first.sentence} 1 more has answered since; more are shown from five.`)
    expect(others.definition).toContain('Shown from five: new answers wait until there are five of them')
    await answered({ 'not-yet': 3 })
    const second = await reportIssued()
    expect(second.table).toEqual(first.table)
    expect(second.sentence).toBe(`${first.sentence} 4 more have answered since; they are shown from five.`)
    expect((await course()).others.sentence).toBe(second.sentence)
    await answered({ 'not-yet': 1 })
    const after = (await course()).others
    expect(after.table?.rows[2]).toEqual(['Not yet', 5, '50%'])
    expect(after.sentence).toMatch(/^Of 12 colleagues asked by name, 10 answered: .* in a position to see\.$/)
  })

  it('counts five who answer at the same moment once each, and shows them together', async () => {
    await Promise.all(colleagueAnswers.map((what) => answer(what)))
    expect(total((await kept()).map(([, shown]) => shown!))).toBe(0)
    await Promise.all([answer('once'), answer('once'), answer('not-yet')])
    expect(total((await kept()).map(([n]) => n!))).toBe(7)
    expect(total((await kept()).map(([, shown]) => shown!))).toBe(5)
  })

  it('is shown from as many as the partnership has set', async () => {
    await setThreshold(6)
    await answered({ once: 5 })
    expect((await course()).others).toMatchObject({
      sentence: 'What colleagues have seen is shown once six have answered.',
      notShown: 'Not shown: fewer than six colleagues have answered.',
    })
    await answered({ once: 1 })
    expect(countsIn((await course()).others)).toEqual([0, 6, 0, 0])
  })

  it('is hidden while it is less than a threshold raised later, and comes back with that many more', async () => {
    await answered({ once: 5 })
    await setThreshold(8)
    expect((await course()).others).toMatchObject({
      table: null,
      sentence:
        'What colleagues have seen is shown again once eight have answered since it was last brought up to date.',
      notShown: 'Not shown: fewer than eight colleagues have answered since it was last brought up to date.',
    })
    await answered({ 'not-yet': 7 })
    expect((await course()).others.table).toBe(null)
    expect(await kept()).toEqual([
      [5, 5],
      [7, 0],
    ])
    await answered({ 'not-yet': 1 })
    expect(countsIn((await course()).others)).toEqual([0, 5, 8, 0])
  })

  it('moves on with the next answer alone where a threshold was lowered, and says so', async () => {
    await setThreshold(8)
    await answered({ once: 7 })
    await setThreshold(5)
    expect((await course()).others).toMatchObject({
      table: null,
      sentence: 'What colleagues have seen is shown with the next answer.',
      notShown: 'Not shown: it waits for one more answer.',
    })
    await answered({ once: 1 })
    await setThreshold(8)
    await answered({ 'not-yet': 6 })
    await setThreshold(6)
    const { others } = await course()
    expect(countsIn(others)).toEqual([0, 8, 0, 0])
    expect(others.sentence).toMatch(/ 6 more have answered since; they are shown with the next answer\.$/)
  })

  it('never tells fewer than five to whoever reads before and after, in any order of answers and thresholds', async () => {
    const step = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...colleagueAnswers) },
      { weight: 1, arbitrary: fc.constantFrom(5, 6, 8, 12) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        await w.store.write(async (db) => {
          await db.delete(colleagueTallies)
          await db.delete(settings)
        })
        let threshold = 5
        let before: number[] = []
        const told: number[][] = [[0, 0, 0, 0]]
        for (const one of steps) {
          if (typeof one === 'number') await setThreshold((threshold = one))
          else await answer(one)
          const shown = (await kept()).map(([, shown]) => shown!)
          expect(before.every((n, i) => n <= shown[i]!)).toBe(true)
          before = shown
          const thresholds = { ...defaultThresholds, answered: threshold }
          const counts = countsIn(await whatOthersSaw(w.store.read, year.courseId, year.programmeId, thresholds))
          if (!counts) continue
          expect(total(counts)).toBeGreaterThanOrEqual(threshold)
          const more = counts.map((n, i) => n - told.at(-1)![i]!)
          expect(more.every((n) => n >= 0)).toBe(true)
          if (total(more) > 0) {
            expect(total(more)).toBeGreaterThanOrEqual(5)
            told.push(counts)
          }
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('whoever reads every page after every answer', () => {
  /** A second course of the same theme, and one event more of the first: each course has a tally of its own. */
  async function withMore(): Promise<{ of: (typeof year)[]; paths: string[]; themeId: number }> {
    const again = await w.stage.event({ on: ['2026-02-20'], capacity: 40 })
    ids.push(...(await attend(w, again, alike(12, { practice: 'not-yet' }))))
    const [neglect] = await w.store.read.select().from(courses)
    const { id: _, ...same } = neglect!
    const { second, theme } = await w.store.write(async (db) => {
      const [made] = await db
        .insert(courses)
        .values({ ...same, code: 'NEG2', title: 'Neglect, the second day' })
        .returning()
      const [theme] = await db.insert(themes).values({ name: 'Neglect' }).returning()
      await db
        .insert(courseThemes)
        .values([year.courseId, made!.id].map((courseId) => ({ courseId, themeId: theme!.id })))
      return { second: made!.id, theme: theme!.id }
    })
    const other = await w.stage.event({ on: ['2026-03-06'], capacity: 40, courseId: second })
    ids.push(...(await attend(w, other, alike(12, { practice: 'routine' }))))
    const of2025 = 'programmes/2025-26'
    return {
      themeId: theme,
      of: [year, { ...year, courseId: second }],
      paths: [
        `${of2025}/courses/NEG1`,
        `${of2025}/courses/NEG2`,
        of2025,
        `${of2025}/themes/${theme}`,
        `${of2025}/agencies/${w.stage.agencies.council}`,
        `events/${again}`,
        `events/${other}`,
        'period?from=2025-04-01&until=2026-03-31',
      ],
    }
  }

  it('sees it move on the page of its course alone, by five at least, and reports as the page stood', async () => {
    const { of, paths, themeId } = await withMore()
    const sue = await w.as(w.stage.sue, 'sub-group')
    const read = async () => {
      const pages: ImpactPage[] = []
      for (const path of paths) {
        const { json, status, text } = await sue.get(`/api/impact/${path}`)
        expect(status, text).toBe(200)
        pages.push((json as PageRead).page)
      }
      const rest = pages.map(({ figures, ...page }) => ({
        ...page,
        figures: figures.filter(({ key }) => key !== 'colleagues'),
      }))
      // Nobody adds courses up: no page but a course's own has the figure.
      expect(pages.map(({ figures }) => figures.some(({ key }) => key === 'colleagues'))).toEqual(
        paths.map((_, i) => i < of.length),
      )
      return { rest, colleagues: of.map(({ courseId }) => colleaguesIn(pages, courseId)) }
    }
    /** What each course was shown with, as often as it was read, on the page or in a report. */
    const told: number[][][] = []
    const tell = (colleagues: readonly Figure[]) => told.push(colleagues.map((one) => countsIn(one) ?? [0, 0, 0, 0]))
    let last = await read()
    tell(last.colleagues)
    const [seed = 0] = fc.sample(fc.nat(), 1)
    const turns = fc.sample(
      fc.record({ course: fc.constantFrom(0, 0, 0, 1), what: fc.constantFrom(...colleagueAnswers) }),
      {
        numRuns: 20,
        seed,
      },
    )
    for (const [i, { course, what }] of turns.entries()) {
      await answer(what, of[course])
      const now = await read()
      expect(now.rest, `seed ${seed}`).toEqual(last.rest)
      tell(now.colleagues)
      last = now
      if (i !== 7 && i !== 13) continue
      const pages = await issuing(i === 7 ? aYear : { ...aYear, scope: 'theme', themeId })
      expect(of.map(({ courseId }) => colleaguesIn(pages, courseId))).toEqual(now.colleagues)
      last = await read()
      expect(last.colleagues).toEqual(now.colleagues)
    }
    for (const [i, now] of told.entries())
      for (const then of told.slice(0, i)) {
        const more = now.map((counts, course) => counts.map((n, answer) => n - then[course]![answer]!))
        expect(more.flat().every((n) => n >= 0)).toBe(true)
        const people = more.map(total)
        for (const n of [...people, total(people)]) expect(n === 0 || n >= 5, `seed ${seed}: ${n}`).toBe(true)
      }
    const [{ n } = { n: 0 }] = await w.store.read.select({ n: sql<number>`sum(n)` }).from(colleagueTallies)
    expect(n).toBe(turns.length)
  }, 120_000)
})

import { eq, inArray } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bookings,
  courses,
  courseThemes,
  learningOutcomes,
  programmes,
  reportRows,
  reports,
  responses,
  themes,
} from '#db/schema.ts'
import { impactPages } from '#server/impact/pages.ts'
import type { PageRead } from '#server/impact/routes.ts'
import { whyGuarded } from '#server/impact/shared/figures.ts'
import type { ShownAnswers } from '#server/impact/shared/pages.ts'
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

const read = async (path: string) => {
  const answer = await sue.get(`/api/impact/${path}`)
  expect(answer.status, answer.text).toBe(200)
  return inShort(answer.json as PageRead)
}

/** So many who came, of whom so many answered, not all the same. */
const people = (came: number, answered: number, more: Attender = {}): Attender[] => [
  ...alike(Math.ceil(answered / 2), { practice: 'once', ...more }),
  ...alike(Math.floor(answered / 2), { practice: 'not-yet', ...more }),
  ...alike(came - answered, more),
]

describe('Every level shows how answers fall from ten who came and five who answered', () => {
  /** An event in May of a course and a theme of its own, of the council; and a large one in June of others. */
  async function twoEvents(came: number, answered: number) {
    const { course, theme, other } = await w.store.write(async (db) => {
      const [stageCourse] = await db.select().from(courses).where(eq(courses.id, w.stage.course))
      const { id: _, ...values } = stageCourse!
      const [made] = await db
        .insert(courses)
        .values({ ...values, code: 'SUP1', title: 'Effective supervision' })
        .returning({ id: courses.id })
      await db.insert(learningOutcomes).values({ courseId: made!.id, position: 1, text: 'I can supervise' })
      const both = await db
        .insert(themes)
        .values([{ name: 'Supervision' }, { name: 'Neglect' }])
        .returning({ id: themes.id })
      await db.insert(courseThemes).values([
        { courseId: made!.id, themeId: both[0]!.id },
        { courseId: w.stage.course, themeId: both[1]!.id },
      ])
      return { course: made!.id, theme: both[0]!.id, other: both[1]!.id }
    })
    const small = await w.stage.event({ on: ['2026-05-12'], courseId: course })
    const large = await w.stage.event({ on: ['2026-06-02'], capacity: 40 })
    await attend({ ...w, stage: { ...w.stage, course } }, small, people(came, answered))
    await attend(w, large, people(20, 12, { trust: true }))
    const year = 'programmes/2026-27'
    return {
      event: `events/${small}`,
      course: `${year}/courses/SUP1`,
      theme: `${year}/themes/${theme}`,
      sector: `${year}/sectors/${w.stage.sectors.councils}`,
      agency: `${year}/agencies/${w.stage.agencies.council}`,
      others: `${year}/themes/${other}`,
    }
  }
  const shownAt = async (came: number, answered: number) => {
    const { others, ...levels } = await twoEvents(came, answered)
    const shown: Record<string, boolean> = {}
    for (const [level, path] of Object.entries(levels)) {
      if (level === 'agency' && came < 10) {
        // How few of a small agency answered is told by no page.
        expect((await sue.get(`/api/impact/${path}`)).status).toBe(404)
        shown[level] = false
        continue
      }
      const page = await read(path)
      expect([level, page.flow.came, page.flow.answered]).toEqual([level, came, answered])
      shown[level] = page.wholeRoom !== null
      if (!page.wholeRoom) expect(JSON.stringify(page.page)).not.toMatch(/"whole-room","room"|practice since the day/)
    }
    const { page, offered } = (await sue.get('/api/impact/period?from=2026-05-01&until=2026-05-31')).json
    expect(page.title).toBe('1 May 2026 to 31 May 2026')
    const period = inShort({ page, hrefs: {}, crumbs: [] })
    shown.period = period.wholeRoom !== null
    // Of its own days, not of its first event’s.
    expect(period.figure('you-said')?.sentence).toBe('No action has been finished since 1 May 2026.')
    expect(offered.until.includes('2026-05-31')).toBe(shown.period)
    return shown
  }
  const all = (is: boolean) => ({ event: is, course: is, theme: is, sector: is, agency: is, period: is })

  it('at ten and five: every one', async () => {
    expect(await shownAt(10, 5)).toEqual(all(true))
  })
  it('at nine and five: none', async () => {
    expect(await shownAt(9, 5)).toEqual(all(false))
  })
  it('at ten and four: none, nor the rest, which would give them away', async () => {
    expect(await shownAt(10, 4)).toEqual(all(false))
    const programme = await read('programmes/2026-27')
    expect(programme.wholeRoom?.room).toMatchObject({ came: 30, answered: 16 })
    const others = Object.entries(programme.below).filter(([, { words }]) => words.startsWith('20 came'))
    expect(others.length).toBeGreaterThan(3)
    for (const [, { words }] of others)
      expect(words).toBe('20 came, 12 answered; how is not shown: it would give away a smaller group')
  })
})

describe('A small agency', () => {
  /** Twenty of the council, twelve of whom answered; seven of the trust and, where asked for, four of the school, whose agency is Education. */
  async function mixed(withSchool: boolean) {
    const theme = await w.store.write(async (db) => {
      const [made] = await db.insert(themes).values({ name: 'Neglect' }).returning({ id: themes.id })
      await db.insert(courseThemes).values({ courseId: w.stage.course, themeId: made!.id })
      return made!.id
    })
    const id = await w.stage.event({ on: ['2026-05-12'], capacity: 40 })
    await attend(w, id, people(20, 12))
    await attend(w, id, people(7, 4, { trust: true }))
    if (withSchool) {
      const ids = await attend(w, id, people(4, 2))
      await w.store.write((db) =>
        db.update(bookings).set({ agencyId: w.stage.agencies.school }).where(inArray(bookings.id, ids)),
      )
    }
    const year = 'programmes/2026-27'
    const { page } = (await sue.get('/api/impact/period?from=2026-05-01&until=2026-05-31')).json
    const pages = [
      await read(year),
      await read(`${year}/courses/NEG1`),
      await read(`${year}/themes/${theme}`),
      await read(`${year}/sectors/${w.stage.sectors.councils}`),
      await read(`${year}/sectors/${w.stage.sectors.health}`),
      await read(`${year}/agencies/${w.stage.agencies.council}`),
      await read(`events/${id}`),
      inShort({ page, hrefs: {}, crumbs: [] }),
    ]
    return {
      pages,
      rowsOf: (key: string) => pages.map(({ figure }) => figure(key)?.table?.rows.map(([first]) => first)),
    }
  }
  const council = 'Council children’s services'

  it('of which fewer than ten came stands by name at no level beside how many of it answered', async () => {
    const { pages, rowsOf } = await mixed(true)
    const [year, course, theme, sector, , , , period] = rowsOf('who-agency')
    for (const rows of [year, course, theme, period])
      expect(rows).toEqual([council, '2 others with fewer than 10 each'])
    expect(sector).toEqual([council, '1 other with fewer than 10'])
    for (const { page } of pages)
      for (const { key, sentence, table } of page.figures.filter((one) => one.key.startsWith('who-')))
        expect([key, JSON.stringify([sentence, table])]).toEqual([key, expect.not.stringMatching(/NHS|Education/)])
  })

  it('is not named where it is the only one', async () => {
    const { pages, rowsOf } = await mixed(false)
    expect(rowsOf('who-agency')[0]).toEqual([council, '1 other with fewer than 10'])
    expect(rowsOf('who-sector')[0]).toEqual(['Councils', '1 other with fewer than 10'])
    for (const what of ['agency', 'sector'])
      expect(pages[0]?.figure(`practice-by-${what}`)).toMatchObject({
        sentence: `How answers fall by ${what} is not shown: it would give away how a smaller group answered, or that everyone of one ${what} answered the same.`,
        table: null,
      })
  })

  it('nor a large one alone is named in a row that is not shown', async () => {
    const id = await w.stage.event({ on: ['2026-05-12'], capacity: 40 })
    await attend(w, id, people(20, 12))
    const course = async () => (await read('programmes/2026-27/courses/NEG1')).figure('practice-by-agency')
    expect(await course()).toMatchObject({
      sentence: 'Everyone who came was from one agency, so there is none to set beside it.',
      table: null,
    })
    // Everyone of the trust answers the same.
    await attend(w, id, [...alike(12, { practice: 'once', trust: true }), ...alike(7, { trust: true })])
    const { figure } = await read('programmes/2026-27')
    expect(figure('practice-by-agency')).toMatchObject({
      table: { rows: [expect.arrayContaining([council]), ['1 other agency', 19, 12, 'Not shown']] },
      drillDown: [whyGuarded],
    })
  })
})

describe('How a page reads', () => {
  /** Came, answered, whether it is early signs, and what stands on top. */
  const table: [came: number, answered: number, early: boolean, headline: string][] = [
    [0, 0, false, 'Nobody came.'],
    [1, 0, false, 'Nobody has told us what happened next.'],
    [1, 1, false, 'The one person who came has told us what happened next.'],
    [4, 4, false, 'All 4 who came have told us what happened next.'],
    [5, 5, false, 'All 5 who came have told us what happened next.'],
    [9, 9, false, 'All 9 who came have told us what happened next.'],
    [10, 0, false, 'Nobody has told us what happened next.'],
    [10, 1, false, 'Of the 10 who came, 1 has told us what happened next.'],
    [
      10,
      5,
      false,
      'Of 10 people who came, 5 told us what happened next. 3 have put what they planned into practice since the day; none was already doing it. That is at least 3 and at most 8 of the 10.',
    ],
    [
      10,
      10,
      false,
      'All 10 people who came told us what happened next. 5 have put what they planned into practice since the day, 50% of the room; none was already doing it.',
    ],
    [100, 1, false, 'Of the 100 who came, 1 has told us what happened next.'],
    [
      100,
      10,
      true,
      'Of the 100 who came, 10 (10%) have told us what happened next. That is too few to say here how many have put what they planned into practice since the day: of the other 90 nothing is known.',
    ],
    [
      100,
      20,
      true,
      'Between 10% and 90% of the 100 people who came have put what they planned into practice since the day: 80 have not told us. Of the 20 who did, 10 have put it into practice.',
    ],
    [
      100,
      35,
      false,
      'Of 100 people who came, 35 told us what happened next. 18 have put what they planned into practice since the day; none was already doing it. If nobody else did, that is 18% of the room; if everyone else did, 83%.',
    ],
    [
      100,
      60,
      false,
      'Of 100 people who came, 60 told us what happened next. 30 have put what they planned into practice since the day; none was already doing it. If nobody else did, that is 30% of the room; if everyone else did, 70%.',
    ],
    [
      100,
      100,
      false,
      'All 100 people who came told us what happened next. 50 have put what they planned into practice since the day, 50% of the room; none was already doing it.',
    ],
    [
      500,
      175,
      false,
      'Of 500 people who came, 175 told us what happened next. 88 have put what they planned into practice since the day; none was already doing it. If nobody else did, that is 18% of the room; if everyone else did, 83%.',
    ],
  ]

  it.each(table)('%i came, %i answered', async (came, answered, early, headline) => {
    const event = await w.stage.event({ on: ['2026-05-12'], capacity: 600 })
    await attend(w, event, came ? people(came, answered) : [{ absent: true }])
    const page = await read(`events/${event}`)
    expect(page.page.earlySigns).toBe(early)
    expect(page.figure('whole-room')?.sentence).toBe(headline)
    // A percentage only from ten answers, and of a room's share only from a fifth who answered.
    if (answered < 10) expect(JSON.stringify(page.page.figures.map(({ sentence }) => sentence))).not.toMatch(/\d%/)
    expect(page.wholeRoom !== null).toBe(came >= 10 && answered >= 5 && answered * 5 >= came)
  })
})

describe('After a report was issued', () => {
  async function issue(number: number, rows?: readonly ShownAnswers[]) {
    const read = await impactPages(w.ctx(), { kind: 'programme', name: '2026-27' })
    const [programme] = await w.store.read.select().from(programmes).where(eq(programmes.name, '2026-27'))
    await w.store.write(async (db) => {
      const [report] = await db
        .insert(reports)
        .values({
          scope: 'programme',
          programmeId: programme!.id,
          fromOn: '2026-04-01',
          untilOn: '2027-03-31',
          title: 'The year',
          state: 'agreed',
          madeAt: 1,
          agreedOn: '2026-09-01',
        })
        .returning({ id: reports.id })
      await db.insert(reportRows).values(
        (rows ?? read.shown).map(({ units, ...row }) => ({
          ...row,
          reportId: report!.id,
          units: JSON.stringify(units),
        })),
      )
      const issued = { state: 'issued', number, issuedAt: w.now(), body: '{}', hash: 'x', proof: 'x' } as const
      await db.update(reports).set(issued).where(eq(reports.id, report!.id))
    })
    return read
  }

  it('an answer that comes later waits for the next report, and the flow line says so', async () => {
    const event = await w.stage.event({ on: ['2026-05-12'], capacity: 40 })
    await attend(w, event, people(20, 8))
    await issue(1)
    const before = await read(`events/${event}`)
    await attend(w, event, [{ practice: 'routine', answeredAt: w.now() + 1 }])
    const after = await read(`events/${event}`)
    expect(after.wholeRoom?.room.segments).toEqual(before.wholeRoom?.room.segments)
    expect(after.flow).toMatchObject({ came: 21, answered: 8 })
    expect(after.flow.sentence).toMatch(
      /1 more has answered since a report that counts this event was issued; the next report counts it\.$/,
    )
  })

  it('the next report leaves out what came since until it is five, as the live pages do, and after it as well', async () => {
    const event = await w.stage.event({ on: ['2026-05-12'], capacity: 40 })
    await attend(w, event, people(20, 8))
    await issue(1)
    await attend(w, event, [{ practice: 'routine', answeredAt: w.now() + 1 }])
    const headline = async () =>
      (await impactPages(w.ctx(), { kind: 'programme', name: '2026-27' })).pages[0]!.figures[0]!
    expect((await headline()).sentence).toMatch(/^Of 21 people who came, 8 told us/)
    w.later('P1D')
    await issue(2)
    const live = (await impactPages(w.ctx(), { kind: 'programme', name: '2026-27' }, 'live')).pages[0]!.figures[0]!
    expect(live.sentence).toMatch(/^Of 21 people who came, 8 told us/)
    await attend(w, event, alike(4, { practice: 'not-yet', answeredAt: w.now() + 1 }))
    expect((await headline()).sentence).toMatch(/^Of 25 people who came, 13 told us/)
  })

  it('a draft of the year shows no more than the live pages of an answer that came since a course’s report', async () => {
    const event = await w.stage.event({ on: ['2026-05-12'], capacity: 40 })
    await attend(w, event, people(20, 8))
    const { shown } = await impactPages(w.ctx(), { kind: 'programme', name: '2026-27' })
    await issue(
      1,
      shown.filter(({ row }) => row.startsWith('course:')),
    )
    await attend(w, event, [{ practice: 'routine', answeredAt: w.now() + 1 }])
    const rows = async (counting: 'live' | 'report') =>
      (await impactPages(w.ctx(), { kind: 'programme', name: '2026-27' }, counting)).shown
        .filter(({ measure }) => measure !== 'late')
        .map(({ measure, row, units }) => [measure, row, units.toSorted()])
    expect(await rows('report')).toEqual(await rows('live'))
  })

  it('an answer taken away since takes the live page with it, which would be the report less one', async () => {
    const event = await w.stage.event({ on: ['2026-05-12'], capacity: 40 })
    const [first] = await attend(w, event, people(20, 8))
    await issue(1)
    expect((await read('programmes/2026-27')).wholeRoom?.room.answered).toBe(8)
    await w.store.write((db) => db.update(responses).set({ coreAt: null }).where(eq(responses.bookingId, first!)))
    const page = await read('programmes/2026-27')
    expect(page.wholeRoom).toBeNull()
    expect(page.notShown).toMatch(/would give away how a smaller group answered/)
  })

  it('has a unit for each answer it shows, and each row once', async () => {
    const event = await w.stage.event({ on: ['2026-05-12'], capacity: 40 })
    const ids = await attend(w, event, people(20, 8))
    const { shown, pages } = await impactPages(w.ctx(), { kind: 'programme', name: '2026-27' })
    const rows = shown.map(({ measure, row }) => `${measure} ${row}`)
    expect(new Set(rows).size).toBe(rows.length)
    const whole = shown.find(({ measure, row }) => measure === 'practice' && row === 'programme')
    expect(whole?.units.toSorted()).toEqual(
      ids
        .slice(0, 8)
        .map((id, i) => `${id}:${i < 4 ? 'once' : 'not-yet'}`)
        .toSorted(),
    )
    expect(pages.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['programme', `course:${w.stage.course}`, `event:${event}`]),
    )
  })
})

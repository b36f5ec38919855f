import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  assignments,
  bookingSteps,
  bookings,
  costs,
  courses,
  events,
  learningOutcomes,
  marks,
  responses,
  settings,
  trainers,
} from '#db/schema.ts'
import { conference, conferenceMatrix } from '#test/impact/conference.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { type Attender, alike, attend, canary } from './attenders.ts'
import { type InShort, inShort } from './reading.ts'

let world: TestWorld
let sue: Someone
beforeEach(async () => {
  world = await makeWorld()
  sue = await world.as(world.stage.sue, 'sub-group')
})
afterEach(() => world.close())

const held = (on: string, capacity = 20) => world.stage.event({ on: [on], capacity })
const read = async (path: string): Promise<InShort> => {
  const answer = await sue.get(`/api/impact/${path}`)
  expect(answer.status, answer.text).toBe(200)
  return inShort(answer.json)
}
const outcomesOf = ({ outcomes }: InShort) => outcomes.map(({ matched, matrix }) => [matched, matrix !== null])

/** The conference, person by person: of the 42 who answered 31 answered fully, and 28 had told us before. */
function conferenceAttenders(): Attender[] {
  const answered: Attender[] = [
    ...alike(15, { practice: 'routine' }),
    ...alike(11, { practice: 'once' }),
    ...alike(5, { practice: 'started' }),
    ...alike(2, { practice: 'not-yet' }),
    ...alike(1, { practice: 'did-not-fit' }),
    ...alike(4, { practice: 'no-chance' }),
    ...alike(1, { practice: 'left' }),
    ...alike(3, { practice: 'already' }),
  ]
  const moves = conferenceMatrix.counts.flatMap((row, before) =>
    row.flatMap((n, now) => Array.from({ length: n }, () => ({ before: [before], now: [now] }))),
  )
  return [
    ...answered.map((one, i) => (i < moves.length ? { ...one, ...moves[i] } : i < 31 ? { ...one, now: [2] } : one)),
    ...alike(35, {}),
    ...alike(3, { unreachable: true }),
    ...alike(11, { absent: true }),
  ]
}

describe('The page of an event', () => {
  it('says of the conference what its figures say', async () => {
    const id = await world.stage.event({ on: ['2026-01-30'], capacity: 110, kind: 'conference' })
    await attend(world, id, conferenceAttenders())
    const page = await read(`events/${id}`)
    expect(page.page.lead).toBe('Conference · Friday 30 January 2026')
    expect(page.page.programme).toEqual({ name: '2025-26', words: '1 April 2025 to 31 March 2026' })
    expect(page.flow).toMatchObject({
      booked: 91,
      came: 80,
      reachable: 77,
      asked: 77,
      answered: 42,
      full: 31,
      matched: 28,
      sentence:
        '91 booked, 80 came, 77 could be reached and 77 were asked. 42 answered (53% of those who came), 31 fully; 28 could be matched. The target is 60%: not met.',
    })
    expect(page.rows('dispositions')).toEqual({
      Answered: 42,
      'No reply': 35,
      'Could not be asked': 3,
      'Still being asked': 0,
      'Not yet due': 0,
      'Not asked by rule': 0,
    })
    expect(page.wholeRoom).toMatchObject({
      label: 'do',
      room: conference,
      sentence:
        'Of 80 people who came, 42 told us what happened next. 26 have put what they planned into practice since the day; 3 were already doing it. If nobody else did, that is 33% of the room; if everyone else did, 80%.',
      breakEven: 'At least half the room has put it into practice if 14 or more of the 38 we have not heard from have.',
    })
    expect(page.wholeRoom?.drillDown[0]).toMatch(
      /^26 of the 42 who answered .*: 62%, with a 95% score interval \(Wilson\) of 47% to 75%;/,
    )
    expect(page.provisional).toBeNull()
    expect(page.notShown).toBeNull()
    expect(page.method[0]).toBe(
      'Question one is the person’s own commitment. Wording: version 1. Asked between 30 April 2026 and 6 May 2026.',
    )
    expect(page.cannotTell).toHaveLength(3)
    expect(page.method[1]).toMatch(/^Everyone who came stands in exactly one place\./)
  })

  it('has a matrix for each learning outcome that five or more gave both times', async () => {
    const id = await world.stage.event({ on: ['2026-01-30'], capacity: 110, kind: 'conference' })
    await attend(world, id, conferenceAttenders())
    const [first, second] = (await read(`events/${id}`)).outcomes
    expect(first).toMatchObject({
      outcome: 'I can recognise the signs of neglect',
      label: 'know',
      matched: 28,
      matrix: conferenceMatrix,
      sentence:
        'Of the 28 people who told us both before the day and three months on, 15 moved up, 10 stayed and 3 moved down: more moved up than down; unlikely to be chance. 14 who answered did not tell us both times.',
    })
    expect(first?.drillDown[0]).toMatch(/15 up and 3 down, p = 0\.008/)
    expect(second).toMatchObject({ matched: 0, matrix: null })
    expect(second?.why).toBe('How they moved is shown when at least five told us both times.')
  })

  it('is one answer higher in flow and bar for one answer more', async () => {
    const id = await held('2026-05-12')
    await attend(world, id, [...alike(6, { practice: 'once' }), ...alike(6, {})])
    const before = await read(`events/${id}`)
    await attend(world, id, [{ practice: 'routine' }])
    const after = await read(`events/${id}`)
    expect(after.flow.answered).toBe(before.flow.answered + 1)
    expect(after.wholeRoom!.room.segments.routine).toBe(before.wholeRoom!.room.segments.routine + 1)
    expect(after.wholeRoom!.room.answered).toBe(7)
  })

  it('under the threshold has the flow line and why, and nothing of how the answers fall', async () => {
    const few = await held('2026-05-12')
    await attend(world, few, [...alike(4, { practice: 'not-yet', before: [0], now: [0] }), ...alike(16, {})])
    const small = await held('2026-05-19')
    await attend(world, small, alike(9, { practice: 'not-yet' }))
    for (const [id, answered] of [
      [few, 4],
      [small, 9],
    ] as const) {
      const page = await read(`events/${id}`)
      expect(page.flow.answered).toBe(answered)
      expect(page.wholeRoom).toBeNull()
      expect(page.outcomes).toEqual([])
      expect(page.notShown).toBe('Answers are shown when at least ten came and five answered.')
      expect(JSON.stringify(page.page)).not.toMatch(/segments|interval|"matrix"|"kind"|practice since the day/)
    }
  })

  it('counts a doubted answer nowhere until it is confirmed', async () => {
    const id = await held('2026-05-12')
    await attend(world, id, [
      ...alike(6, { practice: 'once' }),
      ...alike(5, {}),
      { practice: 'routine', doubted: true, before: [0], now: [3] },
    ])
    const doubted = await read(`events/${id}`)
    expect(doubted.flow).toMatchObject({ came: 12, answered: 6, full: 0, matched: 0 })
    expect(doubted.wholeRoom?.room.segments).toMatchObject({ once: 6, routine: 0 })
    await world.store.write((db) =>
      db.update(responses).set({ confirmedAt: 1 }).where(eq(responses.doubtedBecause, 'too-fast')),
    )
    const confirmed = await read(`events/${id}`)
    expect(confirmed.flow).toMatchObject({ came: 12, answered: 7, full: 1, matched: 1 })
    expect(confirmed.wholeRoom?.room.segments).toMatchObject({ once: 6, routine: 1 })
  })

  it('counts nobody whose attendance was corrected', async () => {
    const id = await held('2026-05-12')
    const [first] = await attend(world, id, alike(12, { practice: 'once' }))
    await world.store.write((db) => db.update(marks).set({ mark: 'absent' }).where(eq(marks.bookingId, first!)))
    const page = await read(`events/${id}`)
    expect(page.flow).toMatchObject({ booked: 12, came: 11, answered: 11 })
    expect(page.wholeRoom?.room.segments.once).toBe(11)
  })

  it('leaves out what was said before the day when it was said after the day began', async () => {
    const id = await held('2026-05-12')
    const late = { practice: 'once', before: [0], now: [2], beforeAt: Date.parse('2026-05-12T10:00:00Z') } as const
    await attend(world, id, [
      ...alike(6, { practice: 'once', before: [0], now: [2] }),
      ...alike(6, { ...late, before: [0], now: [2] }),
    ])
    const page = await read(`events/${id}`)
    expect(page.flow.matched).toBe(6)
    expect(page.outcomes[0]?.matrix).toMatchObject({
      counts: [
        [0, 0, 6, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      unmatched: 6,
    })
  })

  it('is provisional while anyone is still being asked or not yet due, and says until when', async () => {
    const id = await held('2026-06-12')
    await attend(world, id, [
      ...alike(8, { practice: 'once' }),
      ...alike(3, { asked: ['2026-09-09', '2026-09-09'] }),
      ...alike(2, { asked: null }),
    ])
    const { provisional, wholeRoom } = await read(`events/${id}`)
    expect(provisional).toMatch(
      /^3 are still being asked and 2 are not yet due\. Everyone will have had their time to answer by \w+ \d+ (October|November|December) 2026/,
    )
    expect(wholeRoom?.room.unheard).toMatchObject({ 'still-being-asked': 3, 'not-yet-due': 2 })
  })

  it('says that the target is missed only once nobody is being asked any more', async () => {
    const id = await held('2026-06-12', 30)
    await attend(world, id, [
      ...alike(11, { practice: 'once' }),
      ...alike(3, { asked: ['2026-09-09', '2026-09-09'] }),
      ...alike(8, { asked: null }),
    ])
    expect((await read(`events/${id}`)).flow.sentence).toMatch(
      / It is too early to say whether the target of 60% is met: 11 of the 14 asked so far have answered\.$/,
    )
  })
})

describe('The page of a course over a year', () => {
  it('adds up its events and links each with its figures', async () => {
    const one = await held('2026-05-12')
    const two = await held('2026-06-02')
    const later = await held('2026-11-03')
    await attend(world, one, [...alike(6, { practice: 'once' }), ...alike(6, {})])
    await attend(world, two, [...alike(7, { practice: 'routine' }), ...alike(3, {}), { absent: true }])
    const page = await read('programmes/2026-27/courses/NEG1')
    expect(page.page).toMatchObject({ title: 'Recognising neglect', level: 'course' })
    expect(page.page.lead).toMatch(/^NEG1 · 2026 to 2027 · 2 events held\./)
    expect(page.flow).toMatchObject({ booked: 23, came: 22, answered: 13 })
    expect(page.wholeRoom?.room.segments).toMatchObject({ once: 6, routine: 7 })
    expect(page.page.below).toEqual([
      { key: `event:${one}`, title: 'Tuesday 12 May 2026', words: '12 came, 6 answered' },
      { key: `event:${two}`, title: 'Tuesday 2 June 2026', words: '10 came, 7 answered' },
      { key: `event:${later}`, title: 'Tuesday 3 November 2026', words: 'To come' },
    ])
    expect(page.hrefs[`event:${one}`]).toBe(`/impact/events/${one}`)
  })

  it('says that attendances are not people where somebody came twice, and nothing where nobody did', async () => {
    const [one, two] = [await held('2026-05-12'), await held('2026-06-02')]
    await attend(world, one, [...alike(6, { practice: 'once' }), ...alike(6, {})])
    await attend(world, two, [...alike(6, { practice: 'once' }), ...alike(6, {})])
    const course = 'programmes/2026-27/courses/NEG1'
    expect((await read(course)).wholeRoom?.sentence).toMatch(/^Of 24 people who came, 12 told us.* of the room; .*%\.$/)
    await world.store.write(async (db) => {
      const of = (eventId: number) => db.select().from(bookings).where(eq(bookings.eventId, eventId)).limit(1)
      const [[first], [again]] = [await of(one), await of(two)]
      await db.update(bookings).set({ personId: first!.personId }).where(eq(bookings.id, again!.id))
    })
    const words = / 24 attendances of 23 different people; someone who came twice is counted twice\.$/
    expect((await read(course)).wholeRoom?.sentence).toMatch(words)
    expect((await read('programmes/2026-27')).wholeRoom?.sentence).toMatch(words)
    expect((await read(`events/${one}`)).wholeRoom?.sentence).not.toContain('attendances')
  })

  it('says why an earlier year of few answers is not compared', async () => {
    const [last, now] = [await held('2025-05-13'), await held('2026-05-12')]
    await attend(world, last, [
      ...alike(5, { practice: 'once' }),
      ...alike(2, { practice: 'started' }),
      ...alike(5, {}),
    ])
    await attend(world, now, [...alike(8, { practice: 'once' }), ...alike(5, { practice: 'started' })])
    const trend = (await read('programmes/2026-27/courses/NEG1')).figure('trend')
    expect(trend?.sentence).toMatch(
      / of them have put it into practice\. 2025 to 2026 is not compared: 7 answered, and a year is compared from ten answers\.$/,
    )
  })

  it('says of what earns no follow-up that nobody was asked', async () => {
    await world.store.write((db) => db.update(courses).set({ earns: 'none' }))
    const id = await world.stage.event({ on: ['2026-06-12'], kind: 'conference' })
    await attend(world, id, alike(11, {}))
    const page = await read(`events/${id}`)
    expect(page.figure('whole-room')?.sentence).toBe('This is not followed up, so nobody was asked.')
    const [below] = (await read('programmes/2026-27/courses/NEG1')).page.below
    expect(below?.words).toBe('11 came, not followed up')
  })

  it('says of a forum that no rule let anybody be asked about that nobody was asked', async () => {
    await world.store.write((db) => db.update(courses).set({ earns: 'yearly' }))
    const id = await world.stage.event({ on: ['2026-06-12'], kind: 'forum' })
    await attend(world, id, alike(11, { asked: null }))
    const { figure } = await read(`events/${id}`)
    expect(figure('whole-room')).toMatchObject({ sentence: 'Nobody was asked.', notShown: 'There is nothing to show.' })
    expect(figure('dispositions')?.sentence).toBe('Nobody who came has answered: by rule none of the 11 was asked.')
    const [below] = (await read('programmes/2026-27/courses/NEG1')).page.below
    expect(below?.words).toBe('11 came, nobody was asked')
    expect(figure('flow')?.sentence).toBe('11 booked, 11 came, 11 could be reached and none was asked.')
    const course = await read('programmes/2026-27/courses/NEG1')
    expect(course.figure('colleagues')).toBeUndefined()
    expect(course.figure('quotes')?.notShown).toBe('Nobody was asked what happened next.')
    const year = (await read('programmes/2026-27')).page.below
    expect(year.find(({ key }) => key.startsWith('course:'))?.words).toBe(
      '11 came, nobody was asked; not counted in the total',
    )
  })

  it('says of a room of whom nobody is due yet that nobody has been asked yet', async () => {
    const id = await world.stage.event({ on: ['2026-09-01'] })
    await attend(world, id, alike(11, { asked: null }))
    const { figure, page } = await read('programmes/2026-27/courses/NEG1')
    expect(page.below[0]?.words).toBe('11 came, nobody has been asked yet')
    expect(figure('whole-room')).toMatchObject({
      sentence: 'Nobody has been asked yet.',
      notShown: 'There is nothing to show yet.',
    })
    expect(figure('flow')?.sentence).toBe('11 booked, 11 came, 11 could be reached and none has been asked yet.')
    expect(figure('who-role')?.sentence ?? 'Nobody has been asked yet.').toBe('Nobody has been asked yet.')
  })

  it('promises of reports issued before no more than the rule that is built in', async () => {
    const { page } = await read('programmes/2026-27')
    expect(page.method.join(' ')).toContain('how a group of 1 to 4 answered. That is')
    await world.store.write((db) => db.insert(settings).values({ name: 'shown-from-answered', value: '20', at: 0 }))
    const raised = (await read('programmes/2026-27')).page.method.join(' ')
    expect(raised).toContain(
      'how a group of 1 to 4 answered. The rule has been raised: these pages show nothing of how a group answered of which fewer than 20 answered; a report issued before may.',
    )
  })

  it('hides a second event where the total would give away one of three answers', async () => {
    const large = await held('2026-05-12')
    const small = await held('2026-06-02')
    await attend(world, large, [...alike(8, { practice: 'once' }), ...alike(6, {})])
    await attend(world, small, [...alike(3, { practice: 'not-yet' }), ...alike(12, {})])
    const course = await read('programmes/2026-27/courses/NEG1')
    expect(course.wholeRoom?.room.answered).toBe(11)
    expect(course.page.below.map(({ words }) => words)).toEqual([
      '14 came, 8 answered; how is not shown: it would give away a smaller group',
      '15 came, 3 answered; how is not shown',
    ])
    const page = await read(`events/${large}`)
    expect(page.wholeRoom).toBeNull()
    expect(page.notShown).toMatch(/beside the totals shown elsewhere it would give away/)
  })

  it('hides the matrix of an event whose sibling has three matched, though both show their bars', async () => {
    const one = await held('2026-05-12')
    const two = await held('2026-06-02')
    await attend(world, one, alike(12, { practice: 'once', before: [1, 1], now: [2, 2] }))
    await attend(world, two, [
      ...alike(3, { practice: 'once', before: [0, 0], now: [3, 3] }),
      ...alike(9, { practice: 'once' }),
    ])
    const course = await read('programmes/2026-27/courses/NEG1')
    expect(outcomesOf(course)).toEqual([
      [15, true],
      [15, true],
    ])
    const page = await read(`events/${one}`)
    expect(page.wholeRoom).not.toBeNull()
    expect(page.outcomes.map(({ matrix }) => matrix)).toEqual([null, null])
    expect(page.outcomes[0]?.why).toMatch(/would give away how a smaller group moved/)
  })

  it('keeps first outcomes safe against the programme’s total of them', async () => {
    const one = await held('2026-05-12')
    await attend(world, one, alike(12, { practice: 'once', before: [1], now: [2] }))
    const other = await otherCourse()
    await attendOther(other, 3)
    const programme = await read('programmes/2026-27')
    expect(programme.firstOutcomes).toMatchObject({ matched: 15 })
    expect(programme.firstOutcomes?.drillDown[0]).toMatch(
      /^From some to good 12, from good to strong 0, other rises 3;/,
    )
    const page = await read('programmes/2026-27/courses/NEG1')
    expect(page.wholeRoom).not.toBeNull()
    expect(page.outcomes[0]?.matrix).toBeNull()
  })
})

async function otherCourse() {
  return world.store.write(async (db) => {
    const [stageCourse] = await db.select().from(courses).where(eq(courses.id, world.stage.course))
    const { id: _, ...values } = stageCourse!
    const [course] = await db
      .insert(courses)
      .values({ ...values, code: 'SUP1', title: 'Effective supervision' })
      .returning({ id: courses.id })
    const [outcome] = await db
      .insert(learningOutcomes)
      .values({ courseId: course!.id, position: 1, text: 'I can supervise' })
      .returning({ id: learningOutcomes.id })
    return { id: course!.id, outcome: outcome!.id }
  })
}

async function attendOther(course: { id: number }, matched: number) {
  const event = await world.stage.event({ on: ['2026-06-03'], courseId: course.id })
  const stage = { ...world.stage, course: course.id }
  await attend({ ...world, stage }, event, [
    ...alike(matched, { practice: 'once', before: [0], now: [3] }),
    ...alike(9, { practice: 'once' }),
  ])
}

describe('Who may read them', () => {
  const paths = (id: number) => [
    'programmes',
    'programmes/2026-27',
    'programmes/2026-27/courses/NEG1',
    `programmes/2026-27/sectors/${world.stage.sectors.councils}`,
    `programmes/2026-27/agencies/${world.stage.agencies.council}`,
    'period?from=2026-04-01&until=2026-06-30',
    `events/${id}`,
  ]

  it('is the sub-group, the coordinator and the administrator; never a person stands in them', async () => {
    const id = await held('2026-05-12')
    await attend(world, id, [
      ...alike(7, { practice: 'once', before: [1], now: [2] }),
      ...alike(6, {}),
      { absent: true },
    ])
    for (const [person, role] of [
      [world.stage.sue, 'sub-group'],
      [world.stage.ada, 'coordinator'],
      [world.stage.mo, 'administrator'],
    ] as const) {
      const reader = await world.as(person, role)
      for (const path of paths(id)) {
        const answer = await reader.get(`/api/impact/${path}`)
        expect([path, answer.status]).toEqual([path, 200])
        expect(answer.text.toLowerCase()).not.toContain(canary.toLowerCase())
        expect(answer.text).not.toMatch(/@|personId|bookingId/)
      }
    }
  })

  it('is nobody else: 401 signed out, 403 for delegates and agency leads', async () => {
    const id = await held('2026-05-12')
    const bea = await world.as(world.stage.bea)
    const lena = await world.as(world.stage.lena, 'agency-lead')
    for (const path of paths(id)) {
      expect((await world.visitor.get(`/api/impact/${path}`)).status).toBe(401)
      expect((await bea.get(`/api/impact/${path}`)).status).toBe(403)
      expect((await lena.get(`/api/impact/${path}`)).status).toBe(403)
    }
  })

  it('is a trainer for the events they are assigned to, under the same rule; another’s is as if it were not there', async () => {
    const own = await held('2026-05-12')
    const another = await held('2026-06-02')
    await attend(world, own, [...alike(7, { practice: 'once' }), ...alike(6, {})])
    await world.store.write(async (db) => {
      await db.insert(trainers).values({ personId: world.stage.tess }).onConflictDoNothing()
      await db.insert(assignments).values({ eventId: own, trainerId: world.stage.tess, as: 'lead' })
    })
    const tess = await world.as(world.stage.tess, 'trainer')
    const read = inShort((await tess.get(`/api/impact/events/${own}`)).json)
    expect(read.wholeRoom?.room.answered).toBe(7)
    expect([read.hrefs, read.crumbs]).toEqual([{}, []])
    const [theirs, none] = [
      await tess.get(`/api/impact/events/${another}`),
      await tess.get('/api/impact/events/999999'),
    ]
    expect([theirs.status, none.status]).toEqual([404, 404])
    expect(theirs.json.title).toBe(none.json.title)
    expect((await tess.get('/api/impact/programmes/2026-27')).status).toBe(403)
  })

  it('answers 404 for a programme, a course or an event that is not there', async () => {
    for (const path of [
      'programmes/1999-00',
      'programmes/2026-27/courses/NONE',
      'programmes/2024-25/courses/NEG1',
      'programmes/2026-27/themes/1',
      'programmes/2026-27/themes/x',
      'programmes/2026-27/sectors/999',
      'programmes/2026-27/agencies/0',
      'events/0',
      'events/x',
    ])
      expect([path, (await sue.get(`/api/impact/${path}`)).status]).toEqual([path, 404])
  })
})

describe('Programme figures', () => {
  it('count courses and learning events; a conference stands under its own heading', async () => {
    const course = await held('2026-05-12', 20)
    await attend(world, course, [...alike(8, { practice: 'once' }), ...alike(7, {}), ...alike(2, { absent: true })])
    const meeting = await world.stage.event({ on: ['2026-06-12'], capacity: 50, kind: 'conference' })
    await attend(world, meeting, alike(11, { practice: 'routine' }))
    const figures = await read('programmes/2026-27')
    expect(figures.method[1]).toMatch(
      /^The totals are of courses and learning events; other kinds stand apart\. Everyone/,
    )
    expect(figures.rows('events')).toMatchObject({ Held: 1, 'Still to come': 0, Cancelled: 0 })
    expect(figures.rows('capacity')).toMatchObject({ 'Places offered': 20, Attendances: 15, 'Of capacity': '75%' })
    expect(figures.rows('bookings')).toMatchObject({
      'Bookings in all': 17,
      'Cancelled in time': 0,
      'Cancelled late': 0,
      'Did not attend': 2,
    })
    expect(figures.figure('people')?.sentence).toBe('15 different people came, each of them once.')
    expect(figures.figure('by-sector')?.table?.rows).toEqual([['Councils', 15, '100%']])
    expect(figures.figure('by-agency')?.table?.rows).toEqual([['Council children’s services', 15, '100%']])
    expect(figures.figure('by-course')?.table?.rows).toEqual([['Recognising neglect', 1, 20, 15, '75%', 8]])
    expect(figures.figure('kind-conference')?.sentence).toMatch(/^1 conference was held, with 11 attendances\./)
    expect(figures.flow).toMatchObject({ came: 15, answered: 8 })
    expect(figures.wholeRoom?.room).toMatchObject({ came: 15, answered: 8 })
  })

  it('are there of a programme in which only a forum was held', async () => {
    const id = await world.stage.event({ on: ['2026-06-12'], kind: 'forum' })
    await attend(world, id, alike(11, {}))
    const { figure, page } = await read('programmes/2026-27')
    expect(figure('whole-room')?.sentence).toBe('No course or learning event has been held.')
    expect(figure('flow')?.sentence).toBe('No course or learning event has been held, so there is nobody to count.')
    expect(figure('events')?.sentence).toBe('No course or learning event was held. None was cancelled.')
    expect(figure('kind-forum')?.sentence).toMatch(/^1 forum was held, with 11 attendances\./)
    expect(figure('costs')).toBeDefined()
    expect(figure('coverage')).toBeDefined()
    expect(JSON.stringify(page.figures)).not.toMatch(/Nobody came\.|Nobody booked|No place|No event was/)
    expect(page.figures.filter(({ key }) => key.startsWith('who-'))).toEqual([])
  })

  it('are, before anything is held, what was entered of money, and nothing where nothing was', async () => {
    await world.stage.event({ on: ['2026-11-03'] })
    const keys = async () => (await read('programmes/2026-27')).page.figures.map(({ key }) => key)
    expect(await keys()).toEqual(['whole-room', 'flow'])
    const [event] = await world.store.read.select().from(events)
    const programmeId = event!.programmeId
    await world.store.write((db) =>
      db.insert(costs).values({ programmeId, head: 'venues', sumPence: 12_000, about: '', at: 0 }),
    )
    expect(await keys()).toEqual(['whole-room', 'flow', 'costs', 'cost-each'])
    const { figure } = await read('programmes/2026-27')
    expect(figure('costs')?.sentence).toBe('£120 was spent and no income has been entered.')
    // A course’s page is of no money.
    expect((await read('programmes/2026-27/courses/NEG1')).page.figures).toHaveLength(2)
  })

  it('keep apart who did not attend and whom no register says anything of, and late cancellations from timely', async () => {
    const event = await held('2026-05-12', 20)
    const [unmarked] = await attend(world, event, [...alike(3, {}), { absent: true }])
    await world.store.write((db) => db.delete(marks).where(eq(marks.bookingId, unmarked!)))
    const cancelled = await attend(world, event, alike(2, { absent: true }))
    for (const [i, bookingId] of cancelled.entries())
      await world.store.write(async (db) => {
        const at = Date.parse(i === 0 ? '2026-04-20T09:00:00Z' : '2026-05-11T09:00:00Z')
        await db.insert(bookingSteps).values({ bookingId, step: 'cancelled', reason: 'by-person', at })
        await db.update(bookings).set({ state: 'cancelled' }).where(eq(bookings.id, bookingId))
      })
    expect((await read('programmes/2026-27')).rows('bookings')).toMatchObject({
      'Bookings in all': 6,
      'Cancelled in time': 1,
      'Cancelled late': 1,
      'Did not attend': 1,
      'Not in a register yet': 1,
    })
  })

  it('are listed newest first, with what was held and what is to come', async () => {
    await held('2026-05-12')
    await held('2026-11-03')
    await held('2025-11-04')
    expect((await sue.get('/api/impact/programmes')).json).toMatchObject([
      { name: '2026-27', words: '1 April 2026 to 31 March 2027', held: 1, toCome: 1, isNow: true },
      { name: '2025-26', held: 1, toCome: 0, isNow: false },
    ])
  })
})

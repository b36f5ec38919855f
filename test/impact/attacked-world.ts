/**
 * A small partnership at random in a real database, for the attack on the pages: courses with themes that overlap, events of several kinds over
 * two years, agencies in sectors, people who answer before the day, at its end and three months on, or do not. `Delegate` is what is
 * true of each; the rows are what booking, register and surveys would have written.
 */

import { and, eq } from 'drizzle-orm'
import {
  agencies,
  answers,
  bookingSteps,
  bookings,
  commitments,
  courses,
  courseThemes,
  eventSessions,
  events,
  followUps,
  instruments,
  learningOutcomes,
  marks,
  options,
  people,
  programmes,
  questions,
  responses,
  suggestions,
  themes,
} from '#db/schema.ts'
import type { Writing } from '#db/transact.ts'
import { addDays, londonInstant, type On, programmeYear } from '#server/calendar.ts'
import type { Actor } from '#server/context.ts'
import type { EventKind } from '#server/courses/input.ts'
import type { Stage } from '#server/surveys/input.ts'
import {
  beforeInstrument,
  endInstrument,
  followUpInstrument,
  type Instrument,
} from '#server/surveys/shared/instruments.ts'
import type { TestWorld } from '#test/world.ts'

export interface Plan {
  seed: number
  courses: number
  events: number
  people: number
  agencies: number
  /** Of ten who came, how many answer in the end. */
  answering: number
  reports: number
}

export interface CourseOf {
  id: number
  code: string
  themes: number[]
  outcomes: [number, number]
  suggestions: Map<number, string>
}

export interface EventOf {
  id: number
  courseId: number
  kind: EventKind
  programme: string
  lastOn: On
}

export interface Delegate {
  id: number
  personId: number
  event: EventOf
  agencyId: number
  /** The agency that it counts under. */
  topId: number
  sectorId: number
  came: boolean
  answeredAt: number | null
  wave: number
  /** By "stage/question": keys of the options chosen. */
  chosen: Map<string, string[]>
  /** By "stage/question": levels of the first and the second learning outcome, 0 to 3. */
  levels: Map<string, [number, number | null]>
  /** "suggestion:12", "own-words", "nothing", "not-sure". */
  commitment: string | null
}

export interface Partnership {
  courses: CourseOf[]
  events: EventOf[]
  delegates: Delegate[]
  themes: number[]
  sectors: { id: number; name: string }[]
  /** Those that others count under among them. */
  agencies: { id: number; name: string }[]
}

export interface Random {
  below(n: number): number
  happens(ofHundred: number): boolean
  one<T>(list: readonly T[]): T
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return { below, happens: (ofHundred) => next() * 100 < ofHundred, one: (list) => list[below(list.length)]! }
}

const day = 86_400_000
const firstDay = '2025-04-03'
const kinds: EventKind[] = ['course', 'course', 'course', 'course', 'learning-event', 'briefing', 'forum']
const instrumentsAsked: Instrument[] = [beforeInstrument, endInstrument, followUpInstrument]
const optionsOf = (stage: Stage, question: string) =>
  instrumentsAsked
    .find((one) => one.stage === stage)!
    .questions.find(({ key }) => key === question)!
    .options.map(({ key }) => key)

/** What people say: leaning one way, so that small groups are sometimes all alike. */
function said(random: Random, d: Delegate, stage: 'before' | 'end' | 'follow-up', course: CourseOf): void {
  const choose = (question: string, most = 1) => {
    const keys = optionsOf(stage, question)
    const lean = keys[d.event.id % keys.length]!
    const chosen = random.happens(45) ? [lean] : [random.one(keys)]
    if (most > 1 && random.happens(40)) chosen.push(random.one(keys))
    d.chosen.set(`${stage}/${question}`, [...new Set(chosen)].toSorted())
  }
  const levels = (question: string) =>
    d.levels.set(`${stage}/${question}`, [random.below(4), random.happens(80) ? random.below(4) : null])
  if (stage === 'before') levels('outcomes')
  if (stage === 'end') {
    levels('outcomes')
    if (random.happens(85)) levels('then')
    if (random.happens(90)) choose('ready')
    if (random.happens(70)) choose('obstacle', 2)
    const made = random.below(5)
    if (made < 3) d.commitment = `suggestion:${random.one([...course.suggestions.keys()])}`
    else if (made === 3) d.commitment = random.one(['own-words', 'nothing', 'not-sure'])
  }
  if (stage === 'follow-up') {
    choose('practice')
    if (random.happens(80)) levels('outcomes')
    if (random.happens(80)) choose('difference', 2)
    if (random.happens(80)) choose('in-the-way', 2)
    if (random.happens(60)) choose('helped', 2)
    if (random.happens(60)) choose('anyway')
    if (random.happens(50)) choose('where-seen', 2)
  }
}

const batches = <T>(all: readonly T[], size = 300): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size))

interface Asked {
  instrumentId: number
  questionId: number
  optionId: number
}

/** By "stage/question/option". */
/** Who reads the pages and issues the reports. */
export const coordinator = ({ stage }: TestWorld): Actor => ({
  kind: 'person',
  personId: stage.ada,
  email: 'ada.lane@council.test',
  role: 'coordinator',
  roles: ['coordinator'],
  agencyIds: [],
  signInId: 0,
})

async function askedIn({ store }: TestWorld): Promise<Map<string, Asked>> {
  const rows = await store.read
    .select({
      stage: instruments.stage,
      question: questions.key,
      option: options.key,
      instrumentId: instruments.id,
      questionId: questions.id,
      optionId: options.id,
    })
    .from(instruments)
    .innerJoin(questions, eq(questions.instrumentId, instruments.id))
    .innerJoin(options, eq(options.questionId, questions.id))
  return new Map(rows.map(({ stage, question, option, ...ids }) => [`${stage}/${question}/${option}`, ids]))
}

const anchorKeys = beforeInstrument.questions[0]!.options.map(({ key }) => key)

/** Writes what these people answered at one stage, at this moment. */
export async function write(
  w: TestWorld,
  { courses: all }: Pick<Partnership, 'courses'>,
  stage: 'before' | 'end' | 'follow-up',
  those: readonly Delegate[],
): Promise<void> {
  const asked = await askedIn(w)
  const first = stage === 'before' ? 'outcomes/not-yet' : stage === 'end' ? 'outcomes/not-yet' : 'practice/already'
  const { instrumentId } = asked.get(`${stage}/${first}`)!
  await w.store.write(async (db) => {
    const rows: (typeof answers.$inferInsert)[] = []
    for (const batch of batches(those)) {
      const held = (d: Delegate) => londonInstant(d.event.lastOn, '09:30')
      const at = (d: Delegate) =>
        stage === 'before' ? held(d) - 2 * day : stage === 'end' ? held(d) + day / 4 : d.answeredAt!
      const made = await db
        .insert(responses)
        .values(
          batch.map((d) => ({
            bookingId: d.id,
            eventId: d.event.id,
            stage,
            instrumentId,
            channel: 'e-mail' as const,
            wave: stage === 'follow-up' ? d.wave : 0,
            startedAt: at(d),
            coreAt: at(d),
            fullAt: d.levels.has(`${stage}/outcomes`) ? at(d) : null,
          })),
        )
        .returning({ id: responses.id, bookingId: responses.bookingId })
      for (const { id, bookingId } of made) {
        const d = batch.find((one) => one.id === bookingId)!
        rows.push(...answersOf(asked, all, d, stage, id))
      }
    }
    for (const batch of batches(rows)) await db.insert(answers).values(batch)
  })
}

function answersOf(
  asked: ReadonlyMap<string, Asked>,
  all: readonly CourseOf[],
  d: Delegate,
  stage: string,
  responseId: number,
): (typeof answers.$inferInsert)[] {
  const { outcomes } = all.find(({ id }) => id === d.event.courseId)!
  const row = { responseId, eventId: d.event.id }
  const chosen = [...d.chosen]
    .filter(([key]) => key.startsWith(`${stage}/`))
    .flatMap(([key, given]) =>
      given.map((option) => {
        const { questionId, optionId } = asked.get(`${key}/${option}`)!
        return { ...row, questionId, optionId }
      }),
    )
  const levels = [...d.levels]
    .filter(([key]) => key.startsWith(`${stage}/`))
    .flatMap(([key, given]) =>
      given.flatMap((level, n) => {
        if (level === null) return []
        const { questionId, optionId } = asked.get(`${key}/${anchorKeys[level]}`)!
        return [{ ...row, questionId, optionId, learningOutcomeId: outcomes[n]! }]
      }),
    )
  return [...chosen, ...levels]
}

/** Somebody answers three months on, at this moment. */
export async function answer(
  w: TestWorld,
  random: Random,
  p: Pick<Partnership, 'courses'>,
  those: readonly Delegate[],
): Promise<void> {
  for (const d of those) {
    d.answeredAt = w.now()
    d.wave = 1 + Math.min(random.below(4), random.below(4))
    said(random, d, 'follow-up', p.courses.find(({ id }) => id === d.event.courseId)!)
  }
  await write(w, p, 'follow-up', those)
}

/** Somebody opens the link again and answers otherwise. */
export async function answerAnew(
  w: TestWorld,
  random: Random,
  p: Pick<Partnership, 'courses'>,
  d: Delegate,
): Promise<void> {
  const asked = await askedIn(w)
  for (const key of [...d.chosen.keys()]) if (key.startsWith('follow-up/')) d.chosen.delete(key)
  d.levels.delete('follow-up/outcomes')
  said(random, d, 'follow-up', p.courses.find(({ id }) => id === d.event.courseId)!)
  await w.store.write(async (db) => {
    const [own] = await db
      .select({ id: responses.id })
      .from(responses)
      .where(and(eq(responses.bookingId, d.id), eq(responses.stage, 'follow-up')))
    await db.delete(answers).where(eq(answers.responseId, own!.id))
    await db.insert(answers).values(answersOf(asked, p.courses, d, 'follow-up', own!.id))
  })
}

/** The register is corrected: who came did not, who did not come did. */
export async function correct(w: TestWorld, d: Delegate): Promise<void> {
  d.came = !d.came
  const mark = d.came ? 'present' : 'absent'
  await w.store.write((db) => db.update(marks).set({ mark }).where(eq(marks.bookingId, d.id)))
}

export async function erase(w: TestWorld, { personId }: Delegate): Promise<void> {
  await w.store.write((db) =>
    db.update(people).set({ email: null, name: 'Erased', erasedAt: w.now() }).where(eq(people.id, personId)),
  )
}

export async function partnership(w: TestWorld, random: Random, plan: Plan): Promise<Partnership> {
  const p = await w.store.write((db) => catalogue(db, w, random, plan))
  const lean = random.below(plan.agencies)
  const delegates: Delegate[] = []
  for (let n = 0; n < plan.people; n++) {
    // The first events and agencies are the larger ones.
    const event = p.events[Math.min(random.below(plan.events), random.below(plan.events))]!
    const agency =
      p.agenciesOf[random.happens(30) ? lean : Math.min(random.below(plan.agencies), random.below(plan.agencies))]!
    delegates.push({
      id: 1000 + n,
      personId: 1000 + n,
      event,
      agencyId: agency.id,
      topId: agency.topId,
      sectorId: agency.sectorId,
      came: random.happens(93),
      answeredAt: null,
      wave: 0,
      chosen: new Map(),
      levels: new Map(),
      commitment: null,
    })
  }
  await before(w, random, p, delegates)
  const made: Partnership = { ...p, delegates }
  await answer(
    w,
    random,
    made,
    delegates.filter(({ came }) => came && random.happens(plan.answering * 9)),
  )
  return made
}

/** They book, come and tell us what they tell before and at the end of the day. */
export async function before(
  w: TestWorld,
  random: Random,
  p: Pick<Partnership, 'courses'>,
  delegates: readonly Delegate[],
): Promise<void> {
  await w.store.write((db) => booked(db, delegates))
  const courseOf = (d: Delegate) => p.courses.find(({ id }) => id === d.event.courseId)!
  const isTold = (d: Delegate, ofHundred: number) => d.came && random.happens(ofHundred)
  const early = delegates.filter((d) => isTold(d, 70))
  for (const d of early) said(random, d, 'before', courseOf(d))
  const end = delegates.filter((d) => isTold(d, 75))
  for (const d of end) said(random, d, 'end', courseOf(d))
  await write(w, p, 'before', early)
  await write(w, p, 'end', end)
  await w.store.write(async (db) => {
    const made = end.filter(({ commitment }) => commitment)
    for (const batch of batches(made))
      await db.insert(commitments).values(
        batch.map(({ id, commitment, event }) => ({
          bookingId: id,
          position: 1,
          kind: commitment!.split(':')[0] as 'suggestion' | 'own-words' | 'nothing' | 'not-sure',
          suggestionId: commitment!.includes(':') ? Number(commitment!.split(':')[1]) : null,
          madeAt: londonInstant(event.lastOn, '16:00'),
        })),
      )
  })
}

/** Courses, events and agencies. */
async function catalogue(db: Writing, w: TestWorld, random: Random, plan: Plan) {
  const { stage } = w
  const themeIds = (
    await db
      .insert(themes)
      .values([{ name: 'Neglect' }, { name: 'Exploitation' }])
      .returning({ id: themes.id })
  ).map(({ id }) => id)
  const [model] = await db.select().from(courses).where(eq(courses.id, stage.course))
  const { id: _, ...values } = model!
  const all: CourseOf[] = []
  for (let n = 0; n < plan.courses; n++) {
    const id =
      n === 0
        ? stage.course
        : (
            await db
              .insert(courses)
              .values({ ...values, code: `C${n}`, title: `Course ${n}` })
              .returning({ id: courses.id })
          )[0]!.id
    if (n > 0) {
      await db
        .insert(learningOutcomes)
        .values([1, 2].map((position) => ({ courseId: id, position, text: `I can ${n}.${position}` })))
      await db
        .insert(suggestions)
        .values([1, 2, 3].map((position) => ({ courseId: id, position, text: `Do ${n}.${position}` })))
    }
    const outcomes = await db
      .select({ id: learningOutcomes.id })
      .from(learningOutcomes)
      .where(eq(learningOutcomes.courseId, id))
      .orderBy(learningOutcomes.position)
    const own = themeIds.filter(() => random.happens(60))
    for (const themeId of own) await db.insert(courseThemes).values({ courseId: id, themeId })
    const texts = await db.select().from(suggestions).where(eq(suggestions.courseId, id))
    all.push({
      id,
      code: n === 0 ? 'NEG1' : `C${n}`,
      themes: own,
      outcomes: [outcomes[0]!.id, outcomes[1]!.id],
      suggestions: new Map(texts.map(({ id, text }) => [id, text!])),
    })
  }
  const years = new Map((await db.select().from(programmes)).map(({ id, name }) => [name, id]))
  const made: EventOf[] = []
  for (let n = 0; n < plan.events; n++) {
    const lastOn = addDays(firstDay, random.below(400))
    const programme = programmeYear(lastOn)
    const kind = random.one(kinds)
    const courseId = random.one(all).id
    const startsAt = londonInstant(lastOn, '09:30')
    const [event] = await db
      .insert(events)
      .values({
        courseId,
        kind,
        programmeId: years.get(programme)!,
        deliveredBy: 'pool',
        capacity: 200,
        minimum: 5,
        bookableBy: 'everyone',
        startsAt,
        endsAt: londonInstant(lastOn, '16:30'),
        lastOn,
        publishedAt: startsAt - 100 * day,
        bookingOpensAt: startsAt - 100 * day,
        bookingClosesAt: startsAt,
      })
      .returning({ id: events.id })
    await db
      .insert(eventSessions)
      .values({ eventId: event!.id, position: 1, on: lastOn, starts: '09:30', ends: '16:30', online: false })
    made.push({ id: event!.id, courseId, kind, programme, lastOn })
  }
  const { council, trust, school } = stage.agencies
  const sectors = [
    { id: stage.sectors.councils, name: 'Councils' },
    { id: stage.sectors.education, name: 'Education' },
    { id: stage.sectors.health, name: 'Health' },
  ]
  const [own] = await db.select().from(agencies).where(eq(agencies.id, school))
  const parentId = own!.parentId!
  const agenciesOf = [
    { id: council, topId: council, sectorId: sectors[0]!.id },
    { id: school, topId: parentId, sectorId: sectors[1]!.id },
    { id: trust, topId: trust, sectorId: sectors[2]!.id },
  ]
  for (let n = agenciesOf.length; n < plan.agencies; n++) {
    const sectorId = random.one(sectors).id
    const [one] = await db
      .insert(agencies)
      .values({ name: `Agency ${n}`, sectorId })
      .returning({ id: agencies.id })
    agenciesOf.push({ id: one!.id, topId: one!.id, sectorId })
  }
  const named = await db.select({ id: agencies.id, name: agencies.name }).from(agencies)
  return {
    courses: all,
    events: made,
    themes: themeIds,
    sectors,
    agencies: named as Partnership['agencies'],
    agenciesOf,
  }
}

async function booked(db: Writing, delegates: readonly Delegate[]): Promise<void> {
  const sessions = new Map((await db.select().from(eventSessions)).map(({ eventId, id }) => [eventId, id]))
  for (const batch of batches(delegates, 100)) {
    await db.insert(people).values(
      batch.map(({ personId, agencyId }) => ({
        id: personId,
        email: `delegate${personId}@council.test`,
        name: `Delegate ${personId}`,
        agencyId,
        roleGroup: 'social-work' as const,
        workforce: 'children' as const,
        madeAt: 0,
      })),
    )
    const at = (d: Delegate) => londonInstant(d.event.lastOn, '09:30') - 20 * day
    await db.insert(bookings).values(
      batch.map((d) => ({
        id: d.id,
        eventId: d.event.id,
        personId: d.personId,
        agencyId: d.agencyId,
        sectorId: d.sectorId,
        roleGroup: 'social-work' as const,
        workforce: 'children' as const,
        chargeTier: 'partner' as const,
        source: 'self' as const,
        dayCode: `D${d.id}`.padEnd(6, 'X'),
        termsVersion: 'test',
        at: at(d),
        state: 'confirmed' as const,
      })),
    )
    await db.insert(bookingSteps).values(batch.map((d) => ({ bookingId: d.id, step: 'confirmed' as const, at: at(d) })))
    await db.insert(marks).values(
      batch.map((d) => ({
        eventSessionId: sessions.get(d.event.id)!,
        bookingId: d.id,
        mark: d.came ? ('present' as const) : ('absent' as const),
        at: londonInstant(d.event.lastOn, '09:30'),
      })),
    )
    await db.insert(followUps).values(
      batch.map((d) => ({
        bookingId: d.id,
        eventId: d.event.id,
        personId: d.personId,
        targetOn: addDays(d.event.lastOn, 90),
        openedAt: at(d),
        firstAskedOn: addDays(d.event.lastOn, 90),
        lastAskedOn: addDays(d.event.lastOn, 100),
      })),
    )
  }
}

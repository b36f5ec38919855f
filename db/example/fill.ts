/** One of the parts of the example: fills an empty database with the invented partnership, its people and its three years. */
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { addMonths, londonDate, londonInstant } from '#server/calendar.ts'
import type { Stage } from '#server/surveys/input.ts'
import { publishInstruments } from '#server/surveys/instruments.ts'
import * as tables from '../schema.ts'
import type { Store, Writing } from '../transact.ts'
import { allCourses, type CoursePlan, formats, themes } from './courses.ts'
import { writeEvidence } from './evidence.ts'
import { sectors, venues } from './names.ts'
import { type Agency, madeAgencies, madePeople, type Person, peopleMadeOn } from './people.ts'
import { writeProgrammeFacts } from './programme-facts.ts'
import { insertMany } from './rows.ts'
import type { Seed } from './seed.ts'
import { type Story, told } from './stories.ts'
import { schoolHolidays } from './terms.ts'
import { writeVoices } from './voices.ts'
import { type Known, type Rows, rowsOf } from './write.ts'
import { type PlannedEvent, programmes, seed } from './year.ts'

/* One of the parts of the example, and its entry: the partnership, all invented, by a fixed seed; the same rows every time. */

/** Where the example's clock starts: Monday 14 September 2026, 9:00am. */
export const exampleStart = londonInstant('2026-09-14', '09:00')

export type Filling = {
  /** The plan is made for `exampleStart`. */
  clockAt: number
  /** The code on a certificate; its hash is kept. */
  certificateCode: (certificateId: number) => string | Promise<string>
  /** A fraction from 0 to 1 and what is being made. */
  progress?: (fraction: number, words: string) => void
}

/** Fills a database that is migrated, holds its row of `installation` and nothing else. One transaction: all of it or nothing. */
export async function fillExample(store: Pick<Store, 'write'>, filling: Filling): Promise<void> {
  const { progress = () => {} } = filling
  progress(0.02, 'Inventing six hundred people')
  const { people, agencies, teaches, stories } = tellExample(filling.clockAt)
  await store.write(async (db) => {
    progress(0.2, 'Writing agencies, people and courses')
    const known = await writeStanding(db, { people, agencies, teaches, stories, clockAt: filling.clockAt })
    await writeProgrammeFacts(db, known.coordinator.id)
    const by = known.coordinator.id
    await writeEvidence(db, { agencies, courseIds: known.courseIds, by, seed: seed.fork('evidence') })
    progress(0.3, 'Telling three years of courses, answers and certificates')
    const rows = await rowsOf(stories, known, filling.certificateCode)
    progress(0.5, 'Writing three years of courses, answers and certificates')
    for (const [i, name] of tableNames.entries()) {
      await insertMany(db, tableOf[name] as SQLiteTable, rows[name])
      progress(
        0.5 + (0.48 * (i + 1)) / tableNames.length,
        `Writing ${rows[name].length.toLocaleString('en-GB')} ${plain(name)}`,
      )
    }
    await writeVoices(db, known)
  })
  progress(1, 'The example partnership is ready')
}

/** In the order in which rows may refer to each other. */
const tableOf = {
  bookings: tables.bookings,
  bookingSteps: tables.bookingSteps,
  charges: tables.charges,
  marks: tables.marks,
  messages: tables.messages,
  followUps: tables.followUps,
  contacts: tables.contacts,
  responses: tables.responses,
  texts: tables.texts,
  answers: tables.answers,
  commitments: tables.commitments,
  skips: tables.skips,
  consents: tables.consents,
  optOuts: tables.optOuts,
  bounces: tables.bounces,
  certificates: tables.certificates,
  history: tables.history,
} satisfies Record<keyof Rows, SQLiteTable>
const tableNames = Object.keys(tableOf) as (keyof Rows)[]

const plain = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

export type Example = {
  people: Person[]
  agencies: Agency[]
  /** By course code, who teaches it. */
  teaches: Map<string, Person[]>
  stories: Story[]
}

/** The example as stories, before any row is written. */
export function tellExample(clockAt: number): Example {
  const agencies = madeAgencies()
  const people = madePeople(agencies, seed.fork('people'))
  const teaches = madeTeaches(people, seed.fork('teaches'))
  const { stories } = told(people, teaches, clockAt)
  return { people, agencies, teaches, stories }
}

/** Five trainers for every course, from at least two agencies; the cast's trainer teaches the introduction and a few more. */
function madeTeaches(people: readonly Person[], chance: Seed): Map<string, Person[]> {
  const trainers = people.filter(({ isTrainer }) => isTrainer)
  return new Map(
    allCourses.map((course, i) => {
      const able = chance.shuffled(trainers)
      const first = able[0]!
      const other = able.find(({ agency }) => agency.top !== first.agency.top)!
      const team = new Set([first, other, ...able.slice(1, 4), ...(i % 6 === 0 ? trainers.slice(0, 1) : [])])
      return [course.code, [...team]]
    }),
  )
}

/** Writes what stands still: agencies, people, courses, events, questions. What the verbs would write is not among it. */
export async function writeStanding(
  db: Writing,
  { people, agencies, teaches, stories, clockAt }: Example & { clockAt: number },
): Promise<Known> {
  const madeAt = londonInstant(peopleMadeOn, '09:00')
  await insertMany(
    db,
    tables.sectors,
    sectors.map((sector, i) => ({ id: i + 1, ...sector })),
  )
  await insertMany(
    db,
    tables.agencies,
    agencies.map(({ id, name, domain, sectorId, tier, parent, isSchool }) => ({
      id,
      name,
      sectorId,
      parentId: parent?.id ?? null,
      chargeTier: tier,
      expectedFrom: isSchool ? '2024-04-01' : null,
      mailbox: `office@${domain}`,
    })),
  )
  await insertMany(
    db,
    tables.people,
    people.map(({ id, email, name, agencyNow, roleGroup, workforce, job, phone }) => ({
      id,
      email,
      name,
      agencyId: agencyNow.id,
      roleGroup,
      workforce,
      job,
      phone,
      awayUntil: null,
      madeAt: madeAt + id * 1000,
      erasedAt: null,
    })),
  )
  const held = rolesOf(people, agencies, madeAt)
  await insertMany(db, tables.roles, held)
  await writeAgreements(db, people, agencies, held)
  await insertMany(db, tables.termDates, schoolHolidays)
  await insertMany(
    db,
    tables.venues,
    venues.map((venue, i) => ({ id: i + 1, ...venue })),
  )
  await insertMany(
    db,
    tables.programmes,
    programmes.map((programme, i) => ({ id: i + 1, ...programme })),
  )

  const { courseIds, outcomes, suggestions } = await writeCourses(db)
  const trainers = people.filter(({ isTrainer }) => isTrainer)
  await insertMany(
    db,
    tables.trainers,
    trainers.map(({ id }, i) => ({
      personId: id,
      releasedUntil: addMonths('2026-03-31', 6 * (i % 5)),
      daysPromised: 4 + (i % 4) * 2,
    })),
  )
  await insertMany(
    db,
    tables.teaches,
    [...teaches].flatMap(([code, team]) => team.map(({ id }) => ({ trainerId: id, courseId: courseIds.get(code)! }))),
  )
  const sessions = await writeEvents(db, stories, courseIds)
  return {
    courseIds,
    outcomes,
    suggestions,
    sessions,
    instruments: await published(db, londonInstant('2024-03-01', '08:00'), clockAt),
    coordinator: people.find(({ role }) => role === 'coordinator')!,
    clockAt,
  }
}

/** Everyone is a delegate, so nobody needs a row for that. Each top agency has a lead; the cast's leads the schools. */
function rolesOf(people: readonly Person[], agencies: readonly Agency[], givenAt: number) {
  const held = people.flatMap(({ id, role, agency }) =>
    role === null || role === 'delegate'
      ? []
      : [{ personId: id, role, agencyId: role === 'agency-lead' ? agency.id : null, givenAt }],
  )
  const leads = agencies
    .filter(({ parent, top }) => !parent && top !== 'education')
    .map((agency) => {
      const lead = people.find((person) => person.agencyNow === agency && person.role === null && !person.isGone)
      return { personId: lead!.id, role: 'agency-lead' as const, agencyId: agency.id, givenAt }
    })
  return [...held, ...leads]
}

/** Two agencies have agreed that their people answer; each one's lead chases. */
async function writeAgreements(
  db: Writing,
  people: readonly Person[],
  agencies: readonly Agency[],
  roles: ReturnType<typeof rolesOf>,
): Promise<void> {
  const agreedOn = '2026-04-20'
  const recordedAt = londonInstant(agreedOn, '11:00')
  const recordedBy = people.find(({ role }) => role === 'coordinator')?.id ?? null
  await insertMany(
    db,
    tables.agreements,
    ['children', 'education'].map((key) => {
      const { id } = agencies.find(({ top, parent }) => top === key && !parent)!
      const lead = roles.find(({ role, agencyId }) => role === 'agency-lead' && agencyId === id)
      return { agencyId: id, agreedOn, chaserId: lead?.personId ?? null, recordedAt, recordedBy }
    }),
  )
  await db
    .insert(tables.settings)
    .values({ name: 'requirement-agreed-on', value: agreedOn, at: recordedAt })
    .onConflictDoUpdate({ target: tables.settings.name, set: { value: agreedOn, at: recordedAt } })
}

async function writeCourses(db: Writing): Promise<Pick<Known, 'courseIds' | 'outcomes' | 'suggestions'>> {
  const courseIds = new Map(allCourses.map(({ code }, i) => [code, i + 1]))
  const numbered = (of: (course: CoursePlan) => readonly string[]) => {
    let last = 0
    const ids = new Map<string, number[]>()
    const rows = allCourses.flatMap((course) => {
      const texts = of(course)
      ids.set(
        course.code,
        texts.map((_, i) => last + i + 1),
      )
      return texts.map((text, i) => ({ id: ++last, courseId: courseIds.get(course.code)!, position: i + 1, text }))
    })
    return { ids, rows }
  }
  const outcomes = numbered((course) => course.outcomes)
  const suggestions = numbered((course) => course.suggestions)
  await insertMany(
    db,
    tables.courses,
    allCourses.map((course, i) => ({
      id: i + 1,
      code: course.code,
      title: course.title,
      aims: course.aims,
      level: course.level,
      audience: course.audience,
      keyBehaviour: course.keyBehaviour,
      minutes: formats[course.format].minutes,
      participatoryMinutes: formats[course.format].participatoryMinutes,
      refreshMonths: course.refreshMonths ?? null,
      attendanceRule: 'all' as const,
      earns: course.earns,
      contentNotice: course.contentNotice ?? null,
      prerequisites: course.prerequisites ?? null,
      why: course.why,
      contentCheckedOn: course.contentCheckedOn,
    })),
  )
  await insertMany(db, tables.learningOutcomes, outcomes.rows)
  await insertMany(db, tables.suggestions, suggestions.rows)
  await insertMany(
    db,
    tables.themes,
    themes.map(({ name, priorityFrom, priorityTo }, i) => ({
      id: i + 1,
      name,
      priorityFrom: priorityFrom ?? null,
      priorityTo: priorityTo ?? null,
    })),
  )
  await insertMany(
    db,
    tables.courseThemes,
    allCourses.flatMap((course, i) =>
      course.themes.map((theme) => ({ courseId: i + 1, themeId: themes.findIndex(({ name }) => name === theme) + 1 })),
    ),
  )
  return { courseIds, outcomes: outcomes.ids, suggestions: suggestions.ids }
}

async function writeEvents(
  db: Writing,
  stories: readonly Story[],
  courseIds: ReadonlyMap<string, number>,
): Promise<Map<number, number[]>> {
  const events = stories.map(({ event }) => event)
  await insertMany(
    db,
    tables.events,
    events.map((event) => ({
      id: event.id,
      courseId: courseIds.get(event.course.code)!,
      kind: event.kind,
      programmeId: programmes.findIndex(({ name }) => name === event.year) + 1,
      deliveredBy: 'pool' as const,
      capacity: event.capacity,
      minimum: event.minimum,
      bookableBy: 'everyone' as const,
      pricePence: 0,
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      lastOn: event.lastOn,
      publishedAt: event.publishedAt,
      bookingOpensAt: event.publishedAt,
      bookingClosesAt: event.bookingClosesAt,
      notes: null,
    })),
  )
  let last = 0
  const sessions = new Map<number, number[]>()
  const rows = events.flatMap((event) => {
    sessions.set(
      event.id,
      event.sessions.map((_, i) => last + i + 1),
    )
    return event.sessions.map(({ on, starts, ends, venue, online }, i) => ({
      id: ++last,
      eventId: event.id,
      position: i + 1,
      on,
      starts,
      ends,
      venueId: venue === null ? null : venue + 1,
      online,
      link: online ? `https://meeting.example/${linkOf(event)}` : null,
    }))
  })
  await insertMany(db, tables.eventSessions, rows)
  await insertMany(
    db,
    tables.assignments,
    stories.flatMap(({ event, trainers: [lead, coTrainer] }) => [
      { eventId: event.id, trainerId: lead.id, as: 'lead' as const },
      { eventId: event.id, trainerId: coTrainer.id, as: 'co-trainer' as const },
    ]),
  )
  return sessions
}

const linkOf = ({ course, firstOn }: PlannedEvent) => `${course.code.toLowerCase()}-${firstOn}`

/** The published questions, by stage and key. */
async function published(db: Writing, at: number, clockAt: number): Promise<Known['instruments']> {
  // The forums of the past were not asked about.
  await db
    .insert(tables.settings)
    .values({ name: 'yearly-asked-from', value: londonDate(clockAt), at })
    .onConflictDoUpdate({ target: tables.settings.name, set: { value: londonDate(clockAt) } })
  await publishInstruments(db, at)
  const instruments = await db.select().from(tables.instruments)
  const questions = await db.select().from(tables.questions)
  const options = await db.select().from(tables.options)
  return new Map(
    instruments.map(
      ({
        id,
        stage,
      }): [Stage, { id: number; questions: Map<string, { id: number; options: Map<string, number> }> }] => [
        stage,
        {
          id,
          questions: new Map(
            questions
              .filter(({ instrumentId }) => instrumentId === id)
              .map((question) => [
                question.key,
                {
                  id: question.id,
                  options: new Map(
                    options
                      .filter(({ questionId }) => questionId === question.id)
                      .map((option) => [option.key, option.id]),
                  ),
                },
              ]),
          ),
        },
      ],
    ),
  )
}

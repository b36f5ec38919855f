import { addDays, addWorkingDays, isWorkingDay, londonInstant, type On } from '#server/calendar.ts'
import type { EventKind } from '#server/courses/input.ts'
import { briefingCourses, type CoursePlan, conferenceCourses, formats, forumCourse, taughtCourses } from './courses.ts'
import { type Seed, seedFrom } from './seed.ts'
import { isSchoolHoliday } from './terms.ts'

/*
 * The plan of three years in whole numbers: when each event is, how many came, how many answered. 2025-26 is the year worked
 * out in figures.md to the last digit; the years beside it are looser.
 */

export const seed = seedFrom('afterwards: the example partnership')

export const programmes = [
  { name: '2024-25', kind: 'year', startsOn: '2024-04-01', endsOn: '2025-03-31' },
  { name: '2025-26', kind: 'year', startsOn: '2025-04-01', endsOn: '2026-03-31' },
  { name: '2026-27', kind: 'year', startsOn: '2026-04-01', endsOn: '2027-03-31' },
  { name: 'Safeguarding Week 2026', kind: 'week', startsOn: '2026-11-16', endsOn: '2026-11-20' },
] as const

export type Year = '2024-25' | '2025-26' | '2026-27'

export type PlannedEvent = {
  id: number
  course: CoursePlan
  kind: EventKind
  year: Year
  capacity: number
  minimum: number
  sessions: readonly { on: On; starts: string; ends: string; venue: number | null; online: boolean }[]
  firstOn: On
  lastOn: On
  startsAt: number
  endsAt: number
  publishedAt: number
  bookingClosesAt: number
  /** People who kept their booking and came. */
  came: number
  /** Of those, how many answered three months on; null where nobody has counted yet. */
  answered: number | null
  /** Did not attend and were charged. */
  absent: number
  /** Gave a reason on the day. */
  excused: number
  leftEarly: number
  cancelled: number
  /** Bookings an event ahead has; null for one that is over. */
  booked: number | null
}

type Sketch = Pick<PlannedEvent, 'course' | 'year' | 'capacity'> & {
  on: On
  starts?: string
  ends?: string
  came?: number
  answered?: number | null
  absent?: number
  excused?: number
  leftEarly?: number
  cancelled?: number
  booked?: number
  minimum?: number
}

/** Courses that ran three times with 24 places, three times with 20, and twice with 20: 30, 6 and 14 events, 1,120 places. */
const threeOf24 = ['ADV', 'NEG', 'DA', 'EXP', 'CSA', 'MWB', 'CXT', 'EHP', 'CHP', 'REC']
const threeOf20 = ['VOI', 'PRF']
const twoOf20 = ['SUB', 'PMH', 'HBA', 'ALL', 'GAM', 'SAB', 'SNG']

const came = {
  INTRO: [17, 15, 16, 18, 14],
  SUPER: [19, 17, 20, 17],
  of24: [14, 18, 16, 13, 19, 16, 15, 17, 12, 20],
  of20: [12, 15, 13, 16, 11, 14, 13, 17, 10, 15],
}

type Running = { course: CoursePlan; capacity: number; came: number }

const courseOf = (code: string): CoursePlan => {
  const found = taughtCourses.find((course) => course.code === code)
  if (!found) throw new RangeError(`There is no course ${code}`)
  return found
}

/** The 59 events of a full year: 5 introductions, 4 of Effective Supervision, 50 of the nineteen other courses. */
function fullYear(): Running[] {
  const of = (code: string, capacity: number, numbers: readonly number[]): Running[] =>
    numbers.map((came) => ({ course: courseOf(code), capacity, came }))
  const cycle = (list: readonly number[], from: number, n: number) =>
    Array.from({ length: n }, (_, i) => list[(from + i) % list.length]!)
  return [
    ...of('INTRO', 22, came.INTRO),
    ...of('SUPER', 24, came.SUPER),
    ...threeOf24.flatMap((code, i) => of(code, 24, cycle(came.of24, i * 3, 3))),
    ...threeOf20.flatMap((code, i) => of(code, 20, cycle(came.of20, i * 3, 3))),
    ...twoOf20.flatMap((code, i) => of(code, 20, cycle(came.of20, 6 + i * 2, 2))),
  ]
}

/** 2024-25: one event of Effective Supervision with 9, and 850 attendances in all. */
function firstYear(): Running[] {
  const kept = fullYear().filter(({ course }, i, all) => {
    if (course.code === 'SUPER') return all.findIndex((one) => one.course === course) === i
    if (course.code === 'VOI' || course.code === 'PRF') return all.findIndex((one) => one.course === course) + 2 > i
    return true
  })
  const year = kept.map((one) => (one.course.code === 'SUPER' ? { ...one, capacity: 20, came: 9 } : { ...one }))
  return fitted(year, 850)
}

/** Moves single people in or out, event after event, until the sum is right; Effective Supervision stays as it is. */
function fitted(year: Running[], total: number): Running[] {
  const movable = year.filter(({ course }) => course.code !== 'SUPER')
  let left = total - year.reduce((sum, one) => sum + one.came, 0)
  for (let i = 0; left !== 0; i++) {
    const one = movable[i % movable.length]!
    const step = Math.sign(left)
    if (one.came + step > one.capacity - 3 || one.came + step < 8) continue
    one.came += step
    left -= step
  }
  return year
}

/** Each course's events spread over the year, and the courses among each other. */
function spread(year: readonly Running[], chance: Seed): Running[] {
  const byCourse = Map.groupBy(year, ({ course }) => course)
  const placed = [...byCourse.values()].flatMap((events) => {
    const shift = chance.next()
    return events.map((one, i) => ({ one, at: (i + shift) / events.length }))
  })
  return placed.sort((a, b) => a.at - b.at).map(({ one }) => one)
}

/** Days on which an event may be: working days outside school holidays, August and the weeks round Christmas. */
function fittingDays(from: On, to: On): On[] {
  const days: On[] = []
  for (let on = from; on <= to; on = addDays(on, 1)) {
    const closed = isSchoolHoliday(on) || on.slice(5, 7) === '08' || on.slice(5) > '12-14' || on.slice(5) < '01-07'
    if (isWorkingDay(on) && !closed) days.push(on)
  }
  return days
}

function dated(year: readonly Running[], days: readonly On[]): (Running & { on: On })[] {
  return year.map((one, i) => ({ ...one, on: days[Math.floor(((i + 0.5) * days.length) / year.length)]! }))
}

/** Whole numbers near `rate` of each size, uneven as life is, that sum to `total`. */
function sharedOut(sizes: readonly number[], total: number, chance: Seed): number[] {
  const rate = total / sizes.reduce((sum, size) => sum + size, 0)
  const shares = sizes.map((size) => Math.round(size * rate * (0.65 + 0.7 * chance.next())))
  let left = total - shares.reduce((sum, share) => sum + share, 0)
  while (left !== 0) {
    const i = chance.below(shares.length)
    const next = shares[i]! + Math.sign(left)
    if (next < 0 || next > sizes[i]! - 4) continue
    shares[i] = next
    left -= Math.sign(left)
  }
  return shares
}

function pastYear(
  running: readonly (Running & { on: On })[],
  year: Year,
  chance: Seed,
  { answered, absent }: { answered: number | null; absent: number },
): Sketch[] {
  const counts =
    answered === null
      ? null
      : sharedOut(
          running.map((one) => one.came),
          answered,
          chance,
        )
  // Whoever did not attend and was charged: single people, in as many events as there are charges.
  const order = chance.shuffled(running.map((_, i) => i))
  const missing = running.map(() => 0)
  for (let i = 0; i < absent; i++) missing[order[i % order.length]!]! += 1
  return running.map((one, i) => {
    let room = one.capacity - one.came - missing[i]!
    const take = (n: number) => {
      const taken = Math.min(n, room)
      room -= taken
      return taken
    }
    const excused = take(chance.between(0, 2))
    const leftEarly = one.course.format !== 'two-days' && chance.chance(0.12) ? take(1) : 0
    const cancelled = take(chance.between(0, 3))
    return { ...one, year, answered: counts?.[i] ?? null, absent: missing[i]!, excused, leftEarly, cancelled }
  })
}

/** Everything the partnership ran or will run, oldest first; an event's number is its place in this list, from 1. */
export function plannedEvents(clockAt: number): PlannedEvent[] {
  const chance = seed.fork('year')

  const first = dated(spread(firstYear(), chance), fittingDays('2024-04-15', '2025-03-20'))
  const second = dated(spread(fullYear(), chance), fittingDays('2025-04-22', '2026-03-19'))
  const third = spread(fullYear(), chance)
  const summer = dated(third.slice(0, 21), fittingDays('2026-04-13', '2026-07-17'))
  const september = ['2026-09-03', '2026-09-08', '2026-09-11'].map((on, i) => ({ ...third[21 + i]!, on }))

  const sketches: Sketch[] = [
    ...pastYear(first, '2024-25', chance, { answered: 187, absent: 44 }),
    ...pastYear(second, '2025-26', chance, { answered: 320, absent: 14 }),
    ...pastYear([...summer, ...september], '2026-27', chance, { answered: null, absent: 6 }),
    ...ahead(third.slice(24), chance),
    ...forums(),
    {
      course: conferenceCourses[0],
      year: '2025-26',
      on: '2026-01-30',
      capacity: 100,
      came: 80,
      answered: 42,
      absent: 7,
      excused: 4,
    },
    { course: conferenceCourses[1], year: '2026-27', on: '2027-01-29', capacity: 110, booked: 38 },
    ...briefingCourses.map((course, i) => ({
      course,
      year: '2026-27' as const,
      on: addDays('2026-11-16', Math.floor((i * 5) / briefingCourses.length)),
      starts: i % 2 ? '15:30' : '12:30',
      ends: i % 2 ? '16:30' : '13:30',
      capacity: 60,
      booked: 9 + ((i * 7) % 12),
    })),
  ]
  const events = sketches.map((sketch) => planned(sketch, clockAt))
  events.sort((a, b) => a.startsAt - b.startsAt || a.course.code.localeCompare(b.course.code))
  for (const [i, event] of events.entries()) event.id = i + 1
  return events
}

/** The events ahead: the next weeks as they stand on the coordinator's first page, then fewer bookings the further off. */
function ahead(third: readonly Running[], chance: Seed): Sketch[] {
  const left = [...third]
  const takeOut = (code: string): Running => {
    const i = left.findIndex(({ course }) => course.code === code)
    const [one] = left.splice(Math.max(i, 0), 1)
    return one!
  }
  const year = '2026-27' as const
  const soon: Sketch[] = [
    { course: takeOut('INTRO').course, year, on: '2026-09-15', capacity: 28, booked: 24 },
    {
      course: takeOut('EXP').course,
      year,
      on: '2026-09-17',
      starts: '12:00',
      ends: '15:30',
      capacity: 20,
      booked: 16,
    },
    { course: takeOut('NEG').course, year, on: '2026-09-24', capacity: 24, minimum: 12, booked: 8 },
    { course: takeOut('DA').course, year, on: '2026-09-29', capacity: 24, booked: 24 },
    { course: takeOut('MWB').course, year, on: '2026-10-01', capacity: 24, booked: 23 },
  ]
  const days = fittingDays('2026-10-05', '2027-03-18')
  const rest = dated(left, days).map(({ course, capacity, on }, i, all) => {
    const nearness = 1 - i / all.length
    return {
      course,
      capacity,
      on,
      year,
      booked: Math.round(capacity * (0.04 + 0.7 * nearness ** 2 + 0.08 * chance.next())),
    }
  })
  return [...soon, ...rest]
}

/** One a term, for the sixty schools and colleges. */
function forums(): Sketch[] {
  const forum = (year: Year, on: On, came: number): Sketch => ({
    course: forumCourse,
    year,
    on,
    capacity: 60,
    came,
    answered: 0,
    excused: 3,
    cancelled: 1,
  })
  return [
    forum('2024-25', '2024-06-12', 41),
    forum('2024-25', '2024-11-13', 44),
    forum('2024-25', '2025-02-26', 40),
    forum('2025-26', '2025-06-11', 45),
    forum('2025-26', '2025-11-12', 47),
    forum('2025-26', '2026-02-25', 43),
    forum('2026-27', '2026-06-10', 46),
    { course: forumCourse, year: '2026-27', on: '2026-09-16', capacity: 60, booked: 58 },
    { course: forumCourse, year: '2026-27', on: '2027-02-24', capacity: 60, booked: 21 },
  ]
}

function planned(sketch: Sketch, clockAt: number): PlannedEvent {
  const { course, on } = sketch
  const format = formats[course.format]
  const starts = sketch.starts ?? format.starts
  const ends = sketch.ends ?? format.ends
  const days = course.format === 'two-days' ? [on, secondDay(on)] : [on]
  const lastOn = days[days.length - 1]!
  const venue = format.online ? null : course.format === 'conference' ? 4 : venueOf(sketch)
  const published = on.slice(5, 7) >= '04' && on.slice(5, 7) <= '08' ? `${on.slice(0, 4)}-03-04` : summerOf(sketch.year)
  const startsAt = londonInstant(on, starts)
  const isAhead = startsAt > clockAt
  return {
    id: 0,
    course,
    kind: course.kind,
    year: sketch.year,
    capacity: sketch.capacity,
    minimum: sketch.minimum ?? (course.format === 'conference' ? 40 : 8),
    sessions: days.map((on) => ({ on, starts, ends, venue, online: format.online })),
    firstOn: on,
    lastOn,
    startsAt,
    endsAt: londonInstant(lastOn, ends),
    publishedAt: londonInstant(published, '10:00'),
    bookingClosesAt: londonInstant(addWorkingDays(on, -1), '12:00'),
    came: isAhead ? 0 : (sketch.came ?? 0),
    answered: isAhead ? null : (sketch.answered ?? null),
    absent: isAhead ? 0 : (sketch.absent ?? 0),
    excused: isAhead ? 0 : (sketch.excused ?? 0),
    leftEarly: isAhead ? 0 : (sketch.leftEarly ?? 0),
    cancelled: isAhead ? 0 : (sketch.cancelled ?? 0),
    booked: isAhead ? (sketch.booked ?? 0) : null,
  }
}

const summerOf = (year: Year): On => `${year.slice(0, 4)}-07-01`

const venueOf = ({ course, on }: Sketch): number =>
  course.format === 'forum' ? 0 : (course.code.length + Number(on.slice(8))) % 4

function secondDay(on: On): On {
  let second = addDays(on, 7)
  while (!isWorkingDay(second) || isSchoolHoliday(second)) second = addDays(second, 1)
  return second
}

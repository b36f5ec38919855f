import { daysBetween, type On } from '#server/calendar.ts'
import { dueDates } from '#server/surveys/due-dates.ts'
import type { CoursePlan } from './courses.ts'
import type { Agency, Person } from './people.ts'
import type { Seed } from './seed.ts'
import { schoolHolidays } from './terms.ts'
import type { PlannedEvent } from './year.ts'

/** Attendances of 2025-26 by top agency (figures.md): education 127, children's services 281, four of 5 to 8, eight others 471. */
const byAgency: Readonly<Record<string, number>> = {
  education: 127,
  children: 281,
  adults: 63,
  'community-health': 92,
  hospital: 71,
  gp: 48,
  police: 61,
  'early-years': 52,
  housing: 44,
  voluntary: 40,
  probation: 8,
  'youth-justice': 7,
  fire: 6,
  faith: 5,
}

/** Days that must lie between two follow-ups of one person here: the first is over by then, and the rule of 28 days is kept. */
const daysBetweenFollowUps = 60
const mostInAYear = 4

export type Seat = {
  event: PlannedEvent
  person: Person
  agency: Agency
  as: 'came' | 'absent' | 'excused' | 'left-early' | 'cancelled' | 'booked'
}

const askedAfter = new Map<string, On>()

/** The day on which someone who came is asked, whatever holds it back. */
export function askedOn(lastOn: On, education: boolean): ReturnType<typeof dueDates> {
  return dueDates({ lastSessionOn: lastOn, education, termDates: [...schoolHolidays], pauses: [] })
}

function askingDay(event: PlannedEvent, education: boolean): On {
  const key = `${event.lastOn} ${education}`
  let day = askedAfter.get(key)
  if (!day) {
    day = askedOn(event.lastOn, education).send
    askedAfter.set(key, day)
  }
  return day
}

/** What each person has been to, so that nobody is in two places, at the same course twice or asked too often. */
class Diary {
  readonly #days = new Map<Person, Set<On>>()
  readonly #asked = new Map<Person, On[]>()
  readonly #courses = new Map<Person, Set<CoursePlan>>()

  isFree(person: Person, event: PlannedEvent): boolean {
    const days = this.#days.get(person)
    if (event.sessions.some(({ on }) => days?.has(on))) return false
    return event.kind === 'forum' || !this.#courses.get(person)?.has(event.course)
  }

  /** Whether one more follow-up keeps the rules: none near another, at most four in any twelve months. */
  mayBeAsked(person: Person, event: PlannedEvent): boolean {
    if (!earnsOne(event)) return true
    const day = askingDay(event, person.agency.education)
    const asked = this.#asked.get(person) ?? []
    if (asked.some((on) => Math.abs(daysBetween(on, day)) < daysBetweenFollowUps)) return false
    const all = [...asked, day].sort()
    return all.every((on, i) => {
      const later = all[i + mostInAYear]
      return later === undefined || daysBetween(on, later) > 366
    })
  }

  count(person: Person): number {
    return this.#asked.get(person)?.length ?? 0
  }

  enter(person: Person, event: PlannedEvent, isAsked: boolean): void {
    const days = this.#days.get(person) ?? new Set()
    for (const { on } of event.sessions) days.add(on)
    this.#days.set(person, days)
    this.#courses.set(person, (this.#courses.get(person) ?? new Set()).add(event.course))
    if (isAsked && earnsOne(event))
      this.#asked.set(person, [...(this.#asked.get(person) ?? []), askingDay(event, person.agency.education)])
  }
}

const earnsOne = ({ course }: PlannedEvent) => course.earns === 'full' || course.earns === 'one-question'

const isTaught = ({ kind }: PlannedEvent) => kind === 'course' || kind === 'learning-event'

/** Who is where: every seat of every event, past and ahead. */
export function seated(events: readonly PlannedEvent[], people: readonly Person[], chance: Seed): Seat[] {
  const diary = new Diary()
  const guests = people.filter(({ isTrainer, role }) => !isTrainer && role === null)
  const byTop = Map.groupBy(guests, ({ agency }) => agency.top)
  const delegate = people.find(({ role }) => role === 'delegate')!
  const schoolLeads = guests.filter(({ isSchoolLead }) => isSchoolLead)
  const seats: Seat[] = []

  const take = (event: PlannedEvent, person: Person, as: Seat['as']) => {
    diary.enter(person, event, as === 'came')
    seats.push({ event, person, agency: person.agency, as })
  }

  /** Someone of an agency who is free and may be asked; of a few drawn, who was least often there. */
  const find = (event: PlannedEvent, from: readonly Person[], isAsked: boolean): Person | null => {
    let best: Person | null = null
    for (let tries = 0, good = 0; tries < 60 && good < 2; tries++) {
      const person = from[chance.below(from.length)]
      if (!person || person === best || !isFit(event, person, isAsked)) continue
      good += 1
      if (!best || diary.count(person) < diary.count(best)) best = person
    }
    return best ?? from.find((person) => isFit(event, person, isAsked)) ?? null
  }
  const isFit = (event: PlannedEvent, person: Person, isAsked: boolean) =>
    !person.isGone && diary.isFree(person, event) && (!isAsked || diary.mayBeAsked(person, event))

  const past = events.filter(({ booked }) => booked === null)
  const forDelegate = delegatesEvents(past)
  for (const event of forDelegate) take(event, delegate, 'came')

  // The forums first: a school lead who goes is nowhere else that day.
  for (const forums of Map.groupBy(
    past.filter(({ kind }) => kind === 'forum'),
    ({ year }) => year,
  ).values())
    seatForums(forums, schoolLeads, take, chance)

  for (const [year, taught] of Map.groupBy(past.filter(isTaught), ({ year }) => year)) {
    const places = taught.flatMap((event) =>
      Array.from({ length: event.came - (forDelegate.includes(event) ? 1 : 0) }, () => event),
    )
    const mix = agencyMix(
      taught.reduce((sum, { came }) => sum + came, 0),
      year === '2025-26',
    )
    // The delegate's own places are taken from the mix of her agency.
    for (const event of forDelegate) if (event.year === year) mix.splice(mix.indexOf('children'), 1)
    dealt(places, mix, byTop, { find, take, chance })
  }

  const conference = past.find(({ kind }) => kind === 'conference')
  if (conference) {
    const mix = chance.shuffled(agencyMix(conference.came, false))
    dealt(
      mix.map(() => conference),
      mix,
      byTop,
      { find, take, chance },
    )
  }

  // Those who booked and did not come: nobody asks them anything.
  for (const event of past) {
    const from = event.kind === 'forum' ? schoolLeads : guests
    const missing: [Seat['as'], number][] = [
      ['absent', event.absent],
      ['excused', event.excused],
      ['left-early', event.leftEarly],
      ['cancelled', event.cancelled],
    ]
    for (const [as, count] of missing)
      for (let i = 0; i < count; i++) {
        const person = find(event, from, false)
        if (person) take(event, person, as)
      }
  }
  return seats
}

/** Who has booked what lies ahead. Called after the past is known, so that nobody who has gone books again. */
export function bookedAhead(
  events: readonly PlannedEvent[],
  people: readonly Person[],
  seats: readonly Seat[],
  chance: Seed,
): Seat[] {
  const diary = new Diary()
  for (const { person, event, as } of seats) diary.enter(person, event, as === 'came')
  const guests = people.filter(({ isTrainer, role, isGone }) => !isTrainer && role === null && !isGone)
  const schoolLeads = guests.filter(({ isSchoolLead }) => isSchoolLead)
  const seconds = guests.filter(({ agency, isSchoolLead }) => agency.isSchool && !isSchoolLead)
  const booked: Seat[] = []
  for (const event of events) {
    const wanted =
      event.kind === 'forum' ? forumGuests(event.booked ?? 0, schoolLeads, seconds, chance) : chance.shuffled(guests)
    let left = event.booked ?? 0
    for (const person of wanted) {
      if (left === 0) break
      if (!diary.isFree(person, event) || !diary.mayBeAsked(person, event)) continue
      diary.enter(person, event, true)
      booked.push({ event, person, agency: person.agencyNow, as: 'booked' })
      left -= 1
    }
    if (left > 0) throw new Error(`Nobody is left to book ${event.course.code} on ${event.firstOn}`)
  }
  return booked
}

/** Fifty-eight people of fifty-one schools: a few schools send two. */
function forumGuests(count: number, leads: readonly Person[], seconds: readonly Person[], chance: Seed): Person[] {
  const twice = Math.floor(count / 8)
  const from = chance.shuffled(leads).slice(0, count - twice)
  const schools = new Set(from.map(({ agency }) => agency))
  return [...from, ...chance.shuffled(seconds.filter(({ agency }) => schools.has(agency))), ...leads]
}

/** Fifty-five of the sixty schools and colleges come to at least one forum of the year, and the other five to none. */
function seatForums(
  forums: readonly PlannedEvent[],
  leads: readonly Person[],
  take: (event: PlannedEvent, person: Person, as: Seat['as']) => void,
  chance: Seed,
): void {
  const reached = chance.shuffled(leads).slice(
    0,
    Math.min(
      55,
      forums.reduce((sum, { came }) => sum + came, 0),
    ),
  )
  // Whoever missed the forum before is in the next one, so that together they are all of them.
  let missed: Person[] = []
  for (const event of forums) {
    const others = chance.shuffled(reached.filter((person) => !missed.includes(person)))
    const there = [...missed, ...others].slice(0, event.came)
    for (const person of there) take(event, person, 'came')
    missed = reached.filter((person) => !there.includes(person))
  }
}

function agencyMix(total: number, exact: boolean): string[] {
  const whole = Object.values(byAgency).reduce((sum, n) => sum + n, 0)
  if (exact && whole !== total) throw new Error(`The agencies add up to ${whole}, the events to ${total}`)
  const mix = Object.entries(byAgency).flatMap(([key, n]) =>
    Array.from({ length: exact ? n : Math.floor((n * total) / whole) }, () => key),
  )
  while (mix.length < total) mix.push(mix.length % 2 ? 'children' : 'community-health')
  return mix
}

/** Deals the places of a year to agencies, then finds someone for each; agencies swap places where nobody fits. */
function dealt(
  places: readonly PlannedEvent[],
  mix: readonly string[],
  byTop: ReadonlyMap<string, readonly Person[]>,
  {
    find,
    take,
    chance,
  }: {
    find: (event: PlannedEvent, from: readonly Person[], isAsked: boolean) => Person | null
    take: (event: PlannedEvent, person: Person, as: Seat['as']) => void
    chance: Seed
  },
): void {
  // Small agencies choose first: they have few people to send.
  const order = [...Map.groupBy(mix, (key) => key)].sort((a, b) => a[1].length - b[1].length)
  let open = chance.shuffled(places)
  for (const [key, wanted] of order) {
    const from = byTop.get(key) ?? []
    let left = wanted.length
    const still: PlannedEvent[] = []
    for (const event of open) {
      const person = left > 0 ? find(event, from, true) : null
      if (person) {
        take(event, person, 'came')
        left -= 1
      } else still.push(event)
    }
    if (left > 0) throw new Error(`${left} places of ${key} found nobody`)
    open = still
  }
}

/** The delegate of the cast: one event of the year before whose answer is in, and one she is being asked about as the clock starts. */
function delegatesEvents(past: readonly PlannedEvent[]): PlannedEvent[] {
  const first = past.find(({ course, year }) => course.code === 'INTRO' && year === '2025-26')
  const second = past
    .filter(({ course, lastOn }) => course.earns === 'full' && course.format !== 'two-days' && lastOn < '2026-06-10')
    .at(-1)
  return [first, second].filter((event) => event !== undefined)
}

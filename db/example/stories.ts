/** One of the parts of the example: what happened at every event, told as people would. */
import type { Mark } from '#server/attendance/input.ts'
import { joiningTime } from '#server/bookings/input.ts'
import { addDays, addWorkingDays, londonDate, londonInstant, type On } from '#server/calendar.ts'
import { type AskingFacts, askingInstant, lateAfter, reminderOn } from '#server/surveys/due-dates.ts'
import type { Anchor, ContactStep, PracticeAnswer } from '#server/surveys/input.ts'
import {
  type BeforeAnswers,
  beforeAnswers,
  conferenceMoves,
  conferenceObstacles,
  conferencePractice,
  type EndAnswers,
  endAnswers,
  type FollowUpAnswers,
  followUpAnswers,
  later,
  type Move,
  matchedMoves2025,
  repeated,
  someAnchor,
  somePractice,
} from './answers.ts'
import { askedOn, bookedAhead, type Seat, seated } from './attenders.ts'
import type { Agency, Person } from './people.ts'
import type { Seed } from './seed.ts'
import { schoolHolidays } from './terms.ts'
import { type PlannedEvent, plannedEvents, seed } from './year.ts'

/*
 * One of the parts of the example: what happened at every event, told as people would. Who booked when, who came, what they
 * said; `write.ts` turns it into rows.
 */

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** One event, whole. The same story can be told by the verbs (book, mark, respond …) at the instants given here. */
export type Story = {
  event: PlannedEvent
  trainers: readonly [lead: Person, coTrainer: Person]
  bookings: BookingStory[]
}

export type BookingStory = {
  /** Given in the order in which bookings were made. */
  id: number
  event: PlannedEvent
  person: Person
  /** As on the day. */
  agency: Agency
  at: number
  dayCode: string
  cancelledAt: number | null
  marks: { session: number; mark: Mark; at: number; replacedAt: number | null }[]
  came: boolean
  before: { at: number; answers: BeforeAnswers } | null
  end: { at: number; answers: EndAnswers } | null
  skippedAt: number | null
  certificate: { at: number; because: 'survey' | 'skip' | 'two-working-days' } | null
  /** When the joining instructions were owed, if they were. */
  joiningAt: number | null
  /** When the commitment card and the nudge were owed, if they were. */
  cardAt: number | null
  nudgeAt: number | null
  followUp: FollowUpStory | null
  bouncedAt: number | null
  optedOutAt: number | null
  charge: { kind: 'non-attendance' | 'late-cancellation'; sumPence: number; at: number } | null
}

export type FollowUpStory = {
  target: On
  contacts: { step: ContactStep; on: On; at: number; why: string }[]
  answer: { at: number; wave: number; late: boolean; answers: FollowUpAnswers } | null
  closed: { at: number; because: 'answered' | 'opted-out' } | null
}

const bounced = { '2024-25': 9, '2025-26': 12, conference: 3, '2026-27': 2 }
const optedOut = { '2024-25': 4, '2025-26': 5, '2026-27': 1 }

export type Told = { events: PlannedEvent[]; stories: Story[]; bookings: BookingStory[] }

/** The whole example up to an instant. */
export function told(
  people: readonly Person[],
  teaches: ReadonlyMap<string, readonly Person[]>,
  clockAt: number,
): Told {
  const chance = seed.fork('stories')
  const events = plannedEvents(clockAt)
  const teams = trainingTeams(people, teaches, events)
  const past = events.filter(({ booked }) => booked === null)
  const ahead = events.filter(({ booked }) => booked !== null)
  const seats = seated(past, people, seed.fork('seats'))
  const gone = whoHasGone(seats, chance)
  seats.push(...bookedAhead(ahead, people, seats, seed.fork('ahead')))

  const bookings = seats.map((seat) => booked(seat, clockAt, chance))
  for (const story of bookings)
    if (gone.has(seatKey(story.event, story.person)))
      story.bouncedAt = (story.certificate?.at ?? story.event.endsAt) + minute
  decideAnswers(bookings, clockAt, chance)
  bookings.sort((a, b) => a.at - b.at || a.event.id - b.event.id || a.person.id - b.person.id)
  for (const [i, story] of bookings.entries()) story.id = i + 1
  const codes = new Map<PlannedEvent, Set<string>>()
  for (const story of bookings) story.dayCode = dayCode(story.event, codes, chance)

  const byEvent = Map.groupBy(bookings, ({ event }) => event)
  const stories = events.map((event) => ({ event, trainers: teams.get(event)!, bookings: byEvent.get(event) ?? [] }))
  return { events, stories, bookings }
}

const seatKey = (event: PlannedEvent, person: Person) => `${event.id} ${person.id}`

/** Some leave after their last event: their mailbox is closed before anyone can ask, and they book nothing more. */
function whoHasGone(seats: readonly Seat[], chance: Seed): Set<string> {
  const last = new Map<Person, Seat>()
  for (const seat of seats) {
    const known = last.get(seat.person)
    if (!known || known.event.startsAt < seat.event.startsAt) last.set(seat.person, seat)
  }
  const gone = new Set<string>()
  const leave = (among: Seat[], count: number) => {
    for (const { event, person } of chance.shuffled(among).slice(0, count)) {
      gone.add(seatKey(event, person))
      person.isGone = true
    }
  }
  const wasAsked = (seat: Seat, by: On) => addDays(askedOn(seat.event.lastOn, seat.agency.education).send, 40) < by
  const left = [...last.values()].filter(
    (seat) =>
      seat.as === 'came' &&
      seat.person.role === null &&
      // What came before was asked and over by then: nobody asks at an address that refuses mail.
      seats.every(
        (one) => one.person !== seat.person || one === seat || one.as !== 'came' || wasAsked(one, seat.event.lastOn),
      ),
  )
  leave(
    left.filter(({ event }) => event.kind === 'conference'),
    bounced.conference,
  )
  for (const year of ['2024-25', '2025-26', '2026-27'] as const)
    leave(
      left.filter(({ event }) => event.year === year && isTaught(event) && event.lastOn < '2026-06-15'),
      bounced[year],
    )
  return gone
}

const isTaught = ({ kind }: PlannedEvent) => kind === 'course' || kind === 'learning-event'

/** An instant in working hours of that day. */
const during = (on: On, chance: Seed): number => londonInstant(on, '08:10') + chance.below(9 * 3600) * second

function booked({ event, person, agency, as }: Seat, clockAt: number, chance: Seed): BookingStory {
  const at = bookedAt(event, as, clockAt, chance)
  const story: BookingStory = {
    id: 0,
    event,
    person,
    agency,
    at,
    dayCode: '',
    cancelledAt: null,
    marks: [],
    came: as === 'came',
    before: null,
    end: null,
    skippedAt: null,
    certificate: null,
    joiningAt: null,
    cardAt: null,
    nudgeAt: null,
    followUp: null,
    bouncedAt: null,
    optedOutAt: null,
    charge: null,
  }
  if (as === 'cancelled') cancelled(story, chance)
  else if (as !== 'booked') marked(story, as, chance)
  story.joiningAt = joining(story, clockAt)
  // Only courses and learning events cost who stays away; the rest are free.
  if (as === 'absent' && isTaught(event))
    story.charge = {
      kind: 'non-attendance',
      sumPence: 4000,
      at: londonInstant(addWorkingDays(event.lastOn, 1), '09:30') + chance.below(3600) * second,
    }
  if (as === 'came') {
    atTheEnd(story, chance)
    if (story.certificate && story.certificate.at >= clockAt) story.certificate = null
  }
  return story
}

/** The joining instructions: some working days before, or with a late booking, for whoever had not cancelled by then. */
function joining({ event, at, cancelledAt }: BookingStory, clockAt: number): number | null {
  const { workingDays, clock } = joiningTime
  const when = Math.max(at, londonInstant(addWorkingDays(event.firstOn, -workingDays), clock))
  return when < clockAt && when < event.startsAt && (cancelledAt === null || when < cancelledAt) ? when : null
}

function bookedAt(event: PlannedEvent, as: Seat['as'], clockAt: number, chance: Seed): number {
  const latest = Math.min(event.bookingClosesAt, clockAt - 12 * hour)
  const earliest = event.publishedAt + hour
  // Most book some weeks before; those who will cancel are early enough for it.
  const atLeast = as === 'cancelled' ? 24 : 1
  for (let tries = 0; tries < 200; tries++) {
    const daysBefore = atLeast + Math.floor(70 * chance.next() ** 1.4)
    const on =
      event.booked === null ? addDays(event.firstOn, -daysBefore) : addDays(londonDate(clockAt), -2 - daysBefore)
    const at = during(on, chance)
    if (at > earliest && at < latest) return at
  }
  return earliest + chance.below(3600) * second
}

function cancelled(story: BookingStory, chance: Seed): void {
  const { event, at } = story
  const lastFree = addWorkingDays(event.firstOn, -5)
  const isLate = chance.chance(0.15)
  let when = during(isLate ? addDays(lastFree, 1 + chance.below(4)) : addDays(lastFree, -chance.below(9)), chance)
  if (when <= at) when = at + hour
  story.cancelledAt = when
  if (londonDate(when) > lastFree)
    story.charge = {
      kind: 'late-cancellation',
      sumPence: 2500,
      at: londonInstant(addWorkingDays(event.lastOn, 1), '10:30'),
    }
}

function marked(story: BookingStory, as: Seat['as'], chance: Seed): void {
  const { event } = story
  for (const [session, { on, starts, ends }] of event.sessions.entries()) {
    const at = londonInstant(on, starts) + 25 * minute
    if (as === 'left-early') {
      const replacedAt = londonInstant(on, ends) - 40 * minute
      story.marks.push({ session, mark: 'present', at, replacedAt })
      story.marks.push({ session, mark: 'left-early', at: replacedAt, replacedAt: null })
    } else {
      const mark = as === 'came' ? (chance.chance(0.05) ? 'late' : 'present') : as === 'absent' ? 'absent' : 'excused'
      story.marks.push({ session, mark, at, replacedAt: null })
    }
  }
}

/** End-of-day questions, or "Skip", or neither: then the certificate comes by itself after two working days. */
function atTheEnd(story: BookingStory, chance: Seed): void {
  const { event } = story
  const what = chance.weighted({ answered: 74, skipped: 12, neither: 14 })
  const at = event.endsAt - 9 * minute + chance.below(chance.chance(0.85) ? 20 * 60 : 3 * 3600) * second
  if (what === 'answered') {
    story.end = {
      at,
      answers: endAnswers(event.course, null, chance),
    }
    story.certificate = { at, because: 'survey' }
  } else if (what === 'skipped') {
    story.skippedAt = at
    story.certificate = { at, because: 'skip' }
  } else
    story.certificate = { at: londonInstant(addWorkingDays(event.lastOn, 2), '09:00'), because: 'two-working-days' }
}

// Three months on

/** Who answers what: by the exact numbers of the year where there are any, else by chance. */
function decideAnswers(bookings: readonly BookingStory[], clockAt: number, chance: Seed): void {
  const asked = bookings.filter(({ came, event }) => came && ['full', 'one-question'].includes(event.course.earns))
  const answering = new Map<
    BookingStory,
    { move: Move; practice: PracticeAnswer; full: boolean; obstacle?: string[] }
  >()
  const leaving = new Set<BookingStory>()
  const reachable = asked.filter(({ bouncedAt }) => bouncedAt === null)

  for (const [year, ofYear] of Map.groupBy(
    reachable.filter(({ event }) => isTaught(event)),
    ({ event }) => event.year,
  )) {
    const chosen: BookingStory[] = []
    for (const [event, there] of Map.groupBy(ofYear, ({ event }) => event)) {
      const mayAnswer = chance.shuffled(there.filter((story) => story.person.role === null))
      const own = there.filter((story) => story.person.role !== null && event.answered !== null)
      const count = event.answered ?? Math.round(there.length * 0.42)
      chosen.push(...own, ...mayAnswer.slice(0, count - own.length))
    }
    const moves = movesOf(year, chosen.length, chance)
    for (const [i, story] of chance.shuffled(chosen).entries()) {
      const move = moves[i]!
      answering.set(story, { move, practice: somePractice(chance), full: move.after !== null })
    }
    // A few of the others let us know that they want no more of it.
    const silent = ofYear.filter((story) => !answering.has(story) && story.person.role === null)
    for (const story of chance.shuffled(silent).slice(0, optedOut[year])) leaving.add(story)
  }

  const conference = chance.shuffled(reachable.filter(({ event }) => event.kind === 'conference'))
  const practices = chance.shuffled(repeated(Object.entries(conferencePractice) as [PracticeAnswer, number][]))
  const moves: Move[] = [
    ...repeated(conferenceMoves.map(([before, after, n]) => [{ before, after }, n] as const)),
    ...Array.from({ length: 3 }, () => ({ before: null, after: someAnchor(chance) })),
    ...Array.from({ length: 11 }, (_, i) => ({ before: i % 2 ? someAnchor(chance) : null, after: null })),
  ]
  const obstacles = chance.shuffled(repeated(Object.entries(conferenceObstacles)).map((key) => [key]))
  for (const [i, move] of moves.entries()) {
    const story = conference[i]!
    answering.set(story, {
      move,
      practice: practices[i]!,
      full: move.after !== null,
      obstacle: move.after === null ? [] : (obstacles.pop() ?? ['nothing']),
    })
  }

  for (const story of bookings) {
    const answer = answering.get(story)
    const { course } = story.event
    const saysBefore = answer ? answer.move.before !== null : story.cancelledAt === null && chance.chance(0.56)
    if (saysBefore) {
      const answers = beforeAnswers(course, answer?.move.before ?? someAnchor(chance), chance)
      story.before = { at: story.at + (60 + chance.below(240)) * second, answers }
      if (story.end) story.end.answers = endAnswers(course, answers.anchors, chance)
    }
  }
  for (const story of asked) {
    remembered(story, clockAt)
    followedUp(story, answering.get(story), leaving.has(story), clockAt, chance)
  }
}

function movesOf(year: PlannedEvent['year'], count: number, chance: Seed): Move[] {
  if (year === '2025-26') {
    const matched = repeated(matchedMoves2025.map(([before, after, n]) => [{ before, after } as Move, n] as const))
    const rest = Array.from({ length: count - matched.length }, (_, i): Move => {
      if (i % 4 === 0) return { before: null, after: someAnchor(chance) }
      return { before: i % 2 ? someAnchor(chance) : null, after: null }
    })
    return chance.shuffled([...matched, ...rest])
  }
  return Array.from({ length: count }, () => {
    const before: Anchor | null = chance.chance(0.85) ? someAnchor(chance) : null
    const full = chance.chance(0.86)
    return { before, after: full ? (before ? later(before, chance) : someAnchor(chance)) : null }
  })
}

/** The commitment card on the next working day and the nudge four weeks on, while the mailbox takes mail. */
function remembered(story: BookingStory, clockAt: number): void {
  const { lastOn } = story.event
  const owed = (on: On): number | null => {
    const at = askingInstant(on)
    return at <= clockAt && (story.bouncedAt === null || at < story.bouncedAt) ? at : null
  }
  story.cardAt = owed(addWorkingDays(lastOn, 1))
  story.nudgeAt = owed(addWorkingDays(addDays(lastOn, 27), 1))
}

function followedUp(
  story: BookingStory,
  answering: { move: Move; practice: PracticeAnswer; full: boolean; obstacle?: string[] } | undefined,
  wantsNoMore: boolean,
  clockAt: number,
  chance: Seed,
): void {
  const { event, agency } = story
  const { target, send, why } = askedOn(event.lastOn, agency.education)
  const invitedAt = askingInstant(send)
  if (story.bouncedAt !== null || invitedAt > clockAt) return
  const facts = { lastSessionOn: event.lastOn, education: agency.education, termDates: [...schoolHolidays], pauses: [] }
  const reminders = remindersFrom(send, facts)
  const followUp: FollowUpStory = {
    target,
    contacts: [{ step: 'invitation', on: send, at: invitedAt, why: why.join('. ') || 'Three months after the day' }],
    answer: null,
    closed: null,
  }
  story.followUp = followUp
  if (wantsNoMore) {
    const at = invitedAt + 2 * hour + chance.below(4 * 3600) * second
    if (at < clockAt) {
      story.optedOutAt = at
      followUp.closed = { at, because: 'opted-out' }
    }
  }
  const answeredAt = answering ? answerAt([send, ...reminders.map(({ on }) => on)], lateAfter(target), chance) : null
  const isAnswered = answeredAt !== null && answeredAt < clockAt - hour
  for (const reminder of reminders) {
    const isOver = followUp.closed !== null || (isAnswered && answeredAt < reminder.at)
    if (!isOver && reminder.at <= clockAt) followUp.contacts.push(reminder)
  }
  if (!answering || !isAnswered) return
  const { move, practice, full, obstacle } = answering
  followUp.answer = {
    at: answeredAt,
    wave: followUp.contacts.length,
    late: londonDate(answeredAt) > lateAfter(target),
    answers: followUpAnswers(
      event.course,
      { practice, now: move.after ? [move.after] : [], full, ...(obstacle ? { obstacle } : {}) },
      chance,
    ),
  }
  followUp.closed = { at: answeredAt, because: 'answered' }
}

const reminderWords = [
  'Four working days without an answer',
  'Nine working days without an answer',
  'Fourteen working days without an answer, for the last time',
] as const

/** The three reminders of an invitation that nobody answers; none more than thirty days after the message before. */
function remindersFrom(send: On, facts: AskingFacts): FollowUpStory['contacts'] {
  const reminders: FollowUpStory['contacts'] = []
  let before = send
  for (const number of [1, 2, 3] as const) {
    const on = reminderOn(send, number, facts)
    if (on > addDays(before, 30)) break
    reminders.push({ step: `reminder-${number}`, on, at: askingInstant(on), why: reminderWords[number - 1]! })
    before = on
  }
  return reminders
}

/** Half answer the invitation, many within hours; the others after one of the reminders; all within eight weeks of the target. */
function answerAt(asked: readonly On[], latest: On, chance: Seed): number {
  const said = chance.next()
  const wave = Math.min(asked.length - 1, said < 0.52 ? 0 : said < 0.76 ? 1 : said < 0.9 ? 2 : 3)
  const after = asked[wave]!
  const next = asked[wave + 1]
  const until = next === undefined ? addDays(after, 12) : addDays(next, -1)
  const on = chance.chance(0.45) ? after : addDays(after, chance.below(6))
  if (on > after && on <= until && on <= latest) return londonInstant(on, '07:30') + chance.below(13 * 3600) * second
  return askingInstant(after) + 4 * minute + chance.below(8 * 3600) * second
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function dayCode(event: PlannedEvent, taken: Map<PlannedEvent, Set<string>>, chance: Seed): string {
  const codes = taken.get(event) ?? new Set()
  taken.set(event, codes)
  for (;;) {
    const code = Array.from({ length: 6 }, () => crockford[chance.below(32)]).join('')
    if (codes.has(code)) continue
    codes.add(code)
    return code
  }
}

// Trainers

/** Two trainers from different agencies for every event, nobody on two events in a day; turns are shared out. */
function trainingTeams(
  people: readonly Person[],
  teaches: ReadonlyMap<string, readonly Person[]>,
  events: readonly PlannedEvent[],
): Map<PlannedEvent, readonly [Person, Person]> {
  const trainers = people.filter(({ isTrainer }) => isTrainer)
  const busy = new Map<On, Set<Person>>()
  const turns = new Map<Person, number>(trainers.map((trainer) => [trainer, 0]))
  const teams = new Map<PlannedEvent, readonly [Person, Person]>()
  const isFree = (person: Person, event: PlannedEvent) => event.sessions.every(({ on }) => !busy.get(on)?.has(person))
  const byTurns = (list: readonly Person[]) => [...list].sort((a, b) => turns.get(a)! - turns.get(b)! || a.id - b.id)
  const nextAhead = events.find(({ booked }) => booked !== null)
  for (const event of events) {
    const able = byTurns(teaches.get(event.course.code) ?? []).filter((person) => isFree(person, event))
    const others = byTurns(trainers).filter((person) => isFree(person, event))
    // The trainer of the cast, who comes first, leads the next event: there is something to see.
    const lead = event === nextAhead ? trainers[0] : (able[0] ?? others[0])
    const coTrainer = [...able, ...others].find((person) => person.agency.top !== lead?.agency.top)
    if (!lead || !coTrainer) throw new Error(`No two trainers are free for ${event.course.code} on ${event.firstOn}`)
    for (const person of [lead, coTrainer]) {
      turns.set(person, turns.get(person)! + 1)
      for (const { on } of event.sessions) busy.set(on, (busy.get(on) ?? new Set()).add(person))
    }
    teams.set(event, [lead, coTrainer])
  }
  return teams
}

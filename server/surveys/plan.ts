/*
 * When each attender will be asked, beside what else the same person is asked about: derived from the facts each time, by the
 * chore that invites and by the calendar page alike. `planOf` is pure; `candidatesOf` and `askedBefore` find its facts.
 */
import { and, asc, eq, gt, gte, inArray, isNotNull, isNull, lte, notExists, or, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events, programmes } from '#db/courses.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { contacts, followUps, pauses, postponements, responses, termDates } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addMonths, daysBetween, formatDate, type On } from '#server/calendar.ts'
import { sha256 } from '#server/keys.ts'
import { prepared } from '#server/prepared.ts'
import { type AskingFacts, dueDates, latestSendOn, reminderOn } from './due-dates.ts'
import { asked, counts, isAskedFor, overAfter, overSince, targetReached } from './follow-up.ts'

/** Two that fall due within this many days share one message. */
export const MERGE_DAYS = 21
export const MOST_IN_TWELVE_MONTHS = 4
export const DAYS_BETWEEN_FOLLOW_UPS = 28
const MOST_TOGETHER = 2
/** So many bookings are looked up by their ids; of more, all postponements are read: they are few. */
const FEW = 10

export type LeftOut = 'within-28-days' | 'four-in-twelve-months' | 'once-a-week'

/** An attender who is owed a follow-up and was not invited yet. */
export interface Candidate {
  bookingId: number
  personId: number
  eventId: number
  facts: AskingFacts
  /** Draws by chance that nobody can choose: the same each time it is asked. */
  hash: string
  /** The week programme (Safeguarding Week) that a one-question event belongs to. */
  weekId: number | null
}

/** What else the same person was asked. */
export interface AskedBefore {
  /** Days of the invitations of the last twelve months, one for each follow-up. */
  invitedOn: On[]
  /** The first day on which no asking message of a running series is still to come; null when none runs. */
  freeOn: On | null
  /** Week programmes about which they were asked. */
  weekIds: number[]
}

export interface PlannedAsking {
  bookingId: number
  personId: number
  eventId: number
  target: On
  /** The day that its own dates give, before the rules between follow-ups. */
  ownOn: On
  /** Null when a rule leaves the person out. */
  on: On | null
  why: string[]
  outOfPattern: boolean
  togetherWith: number | null
  leftOut: LeftOut | null
}

interface Pending {
  one: Candidate
  facts: AskingFacts
  /** The day its own dates give, with the rules between follow-ups but without today. */
  anchor: On
}

const limitOf = ({ facts }: Candidate) => latestSendOn(addMonths(facts.lastSessionOn, 3), facts.education)

/**
 * The asking days of one person's open candidates, from today on:
 * - each on the day its dates give (`dueDates`); one that went by unasked on the next day that fits
 * - two whose days lie within 21 days of each other share the later day, and one message
 * - none within 28 days of the last invitation, and none while messages of a series are still to come: held until then, and
 *   left out when that is past the time to ask
 * - at most four follow-ups in twelve months, and one about a Safeguarding Week; of too many the hashes draw
 */
export function planOf(candidates: readonly Candidate[], before: AskedBefore, today: On): PlannedAsking[] {
  const planned: PlannedAsking[] = []
  const invitedOn = [...before.invitedOn]
  const leave = ({ one }: Pending, leftOut: LeftOut) => {
    const { target, send, why } = dueDates(one.facts)
    planned.push({
      bookingId: one.bookingId,
      personId: one.personId,
      eventId: one.eventId,
      target,
      ownOn: send,
      why,
      on: null,
      outOfPattern: false,
      togetherWith: null,
      leftOut,
    })
  }
  let freeOn = before.freeOn
  let pending: Pending[] = candidates.map((one) => ({ one, facts: one.facts, anchor: dueDates(one.facts).send }))
  pending = oncePerWeek(pending, before.weekIds, leave)

  while (pending.length) {
    const hold = holdBetween(invitedOn, freeOn)
    if (hold)
      pending = pending.filter((each) => {
        if (each.anchor >= hold.on) return true
        each.facts = { ...each.one.facts, notBefore: hold }
        each.anchor = dueDates(each.facts).send
        if (each.anchor <= limitOf(each.one)) return true
        leave(each, 'within-28-days')
        return false
      })
    const inOrder = pending.sort((a, b) => compare(a.anchor, b.anchor) || a.one.bookingId - b.one.bookingId)
    const [first] = inOrder
    if (!first) break
    const close = inOrder.filter(({ anchor }) => daysBetween(first.anchor, anchor) <= MERGE_DAYS)
    const since = addMonths(laterOf(today, first.anchor), -12)
    const room = MOST_IN_TWELVE_MONTHS - invitedOn.filter((on) => on > since).length
    if (room <= 0) {
      leave(first, 'four-in-twelve-months')
      pending = pending.filter((each) => each !== first)
      continue
    }
    const drawn =
      close.length > Math.min(MOST_TOGETHER, room)
        ? [...close].sort((a, b) => compare(a.one.hash, b.one.hash)).slice(0, Math.min(MOST_TOGETHER, room))
        : close
    const asked = together(drawn, today)
    for (const each of asked) {
      planned.push(each.planned)
      if (each.planned.on !== null) invitedOn.push(each.planned.on)
    }
    const chosen = asked.map(({ pending }) => pending)
    pending = pending.filter((each) => !chosen.includes(each))
    const on = asked[0]?.planned.on
    if (on) freeOn = laterOf(freeOn ?? on, addDays(reminderOn(on, 3, asked[0]!.pending.one.facts), 1))
  }
  return planned
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const laterOf = (a: On, b: On): On => (a > b ? a : b)

function holdBetween(invitedOn: readonly On[], freeOn: On | null): { on: On; why: string } | null {
  const last = invitedOn.reduce<On | null>((latest, on) => (latest === null || on > latest ? on : latest), null)
  const spaced = last === null ? null : addDays(last, DAYS_BETWEEN_FOLLOW_UPS)
  if (freeOn !== null && (spaced === null || freeOn > spaced))
    return { on: freeOn, why: `Still being asked about something else, so not before ${formatDate(freeOn)}` }
  if (last === null || spaced === null) return null
  return { on: spaced, why: `Asked about something else on ${formatDate(last)}, so not before ${formatDate(spaced)}` }
}

/** Of several events of one Safeguarding Week the hash draws the one that is asked about. */
function oncePerWeek(pending: Pending[], askedWeeks: readonly number[], leave: (each: Pending, why: LeftOut) => void) {
  const drawn = new Map<number, Pending>()
  for (const each of pending) {
    const { weekId, hash } = each.one
    if (weekId === null || askedWeeks.includes(weekId)) continue
    const best = drawn.get(weekId)
    if (!best || hash < best.one.hash) drawn.set(weekId, each)
  }
  return pending.filter((each) => {
    const { weekId } = each.one
    if (weekId === null || drawn.get(weekId) === each) return true
    leave(each, 'once-a-week')
    return false
  })
}

/** The day on which these are asked: one day that fits both, or whoever can be asked first alone where there is none. */
function together(drawn: readonly Pending[], today: On): { pending: Pending; planned: PlannedAsking }[] {
  const inOrder = [...drawn].sort((a, b) => compare(a.anchor, b.anchor) || a.one.bookingId - b.one.bookingId)
  const own = new Map(inOrder.map((each) => [each, actual(each, today)]))
  const sendOf = (each: Pending): On => own.get(each)?.send ?? each.anchor
  const [first, second] = inOrder
  if (!first) return []
  if (!second) return [{ pending: first, planned: askedOn(first, actual(first, today), null) }]
  const earliest = sendOf(second) < sendOf(first) ? second : first
  const alone = [{ pending: earliest, planned: askedOn(earliest, actual(earliest, today), null) }]
  // Nobody is made to wait longer than two may lie apart, nor past the time to ask.
  const isTooLate = (on: On) =>
    daysBetween(sendOf(earliest), on) > MERGE_DAYS ||
    [first, second].some((each) => on > limitOf(each.one) && sendOf(each) <= limitOf(each.one))
  let on = laterOf(sendOf(first), sendOf(second))
  for (let tries = 0; tries < 10 && !isTooLate(on); tries++) {
    const [mine, theirs] = [actual(first, today, on), actual(second, today, on)]
    if (mine.send === theirs.send) {
      if (mine.outOfPattern || theirs.outOfPattern || isTooLate(mine.send)) break
      return [
        { pending: first, planned: askedOn(first, shared(first, mine), second.one.bookingId) },
        { pending: second, planned: askedOn(second, shared(second, theirs), first.one.bookingId) },
      ]
    }
    on = laterOf(mine.send, theirs.send)
  }
  return alone
}

/** Why it is asked on a day that is not its own, in words that hold whenever it is read. */
const shared = ({ facts, anchor }: Pending, due: ReturnType<typeof dueDates>) =>
  anchor === due.send
    ? due
    : { ...due, why: [...dueDates(facts).why, 'Asked together with another follow-up of the same person'] }

/** The day on which one is really asked: its own, or, when that went by or another waits, the next that fits. */
function actual({ one, facts, anchor }: Pending, today: On, from?: On) {
  const isMissed = anchor < today
  const floor = from !== undefined && from > anchor ? from : isMissed ? today : null
  if (floor === null) return dueDates(facts)
  const why =
    from !== undefined && (!isMissed || from > today)
      ? `Asked together with another follow-up of the same person, so not before ${formatDate(floor)}`
      : `${formatDate(anchor)} went by unasked`
  return dueDates(
    { ...facts, notBefore: { on: laterOf(floor, isMissed ? today : floor), why } },
    isMissed ? overAfter(addMonths(one.facts.lastSessionOn, 3), one.facts.education) : undefined,
  )
}

const askedOn = ({ one }: Pending, due: ReturnType<typeof dueDates>, togetherWith: number | null): PlannedAsking => ({
  bookingId: one.bookingId,
  personId: one.personId,
  eventId: one.eventId,
  target: due.target,
  ownOn: dueDates(one.facts).send,
  on: due.send,
  why: due.why,
  outOfPattern: due.outOfPattern,
  togetherWith,
  leftOut: null,
})

// The facts

/** Those whose three months are over by `reachedBy`; of these people alone, where some are given. */
interface Whom {
  today: On
  reachedBy: On
  personIds?: readonly number[]
}

/** Everyone who is owed a follow-up and was not invited yet, whose three months are over on that day. */
export async function candidatesOf(db: Reading, { today, reachedBy, personIds }: Whom): Promise<Candidate[]> {
  const all = await db
    .select({
      bookingId: bookings.id,
      eventId: bookings.eventId,
      personId: bookings.personId,
      sectorId: bookings.sectorId,
      agencyId: bookings.agencyId,
      parentId: agencies.parentId,
      earns: courses.earns,
      lastOn: events.lastOn,
      education: sectors.education,
      awayUntil: people.awayUntil,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(bookings, and(eq(bookings.eventId, events.id), eq(bookings.state, 'confirmed')))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .where(
      and(
        lte(events.lastOn, targetReached(reachedBy)),
        gt(events.lastOn, overSince(today, true)),
        notExists(db.select({ one: sql`1` }).from(followUps).where(eq(followUps.bookingId, bookings.id))),
        // Someone who has already told us, by telephone or on paper, is not asked.
        notExists(
          db
            .select({ one: sql`1` })
            .from(responses)
            .where(and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up'), counts)),
        ),
        sql`not ${asked.isVoided}`,
        asked.isReachable,
        sql`not ${asked.isOptedOut}`,
        asked.attends,
        isAskedFor,
        personIds ? inArray(bookings.personId, [...personIds]) : undefined,
      ),
    )
    .orderBy(asc(bookings.id))
  const rows = all.filter(({ lastOn, education }) => today <= overAfter(addMonths(lastOn, 3), education))
  if (!rows.length) return []
  const holds = await holdsKnown(db, today)
  const howMany = new Map<number, number>()
  for (const { personId } of rows) howMany.set(personId, (howMany.get(personId) ?? 0) + 1)
  const put = await postponedTo(
    db,
    rows.map(({ bookingId }) => bookingId),
  )
  return Promise.all(
    rows.map(async (row) => ({
      bookingId: row.bookingId,
      personId: row.personId,
      eventId: row.eventId,
      facts: factsOf({ ...row, postponedTo: put.get(row.bookingId) ?? null }, holds),
      // Nothing is drawn of one.
      hash: howMany.get(row.personId) === 1 ? '' : await sha256(`follow-up:${row.bookingId}`),
      weekId: row.earns === 'one-question' ? (holds.weeks.find(covers(row.lastOn))?.id ?? null) : null,
    })),
  )
}

const covers =
  (on: On) =>
  ({ from, to }: { from: On; to: On }) =>
    from <= on && on <= to

export interface HoldsKnown {
  terms: AskingFacts['termDates']
  pauses: (typeof pauses.$inferSelect)[]
  weeks: { id: number; from: On; to: On }[]
}

const termsOf = prepared((db) =>
  db.select({ closedFrom: termDates.closedFrom, closedTo: termDates.closedTo }).from(termDates).prepare(),
)

const pausesOf = prepared((db) =>
  db
    .select()
    .from(pauses)
    .where(and(isNull(pauses.liftedAt), gte(pauses.toOn, sql.placeholder('since'))))
    .prepare(),
)

const weeksOf = prepared((db) =>
  db
    .select({ id: programmes.id, from: programmes.startsOn, to: programmes.endsOn })
    .from(programmes)
    .where(eq(programmes.kind, 'week'))
    .prepare(),
)

/**
 * The pauses that stand, the school holidays and the Safeguarding Weeks: few rows, read once for many people, and anew for each
 * message, so that a pause holds from the moment it is made.
 */
export async function holdsKnown(db: Reading, today: On): Promise<HoldsKnown> {
  const [terms, standing, weeks] = await Promise.all([
    termsOf(db).all(),
    pausesOf(db).all({ since: addDays(today, -120) }),
    weeksOf(db).all(),
  ])
  return { terms, pauses: standing, weeks }
}

const anyPostponed = prepared((db) => db.select({ id: postponements.id }).from(postponements).limit(1).prepare())

/** The postponement that stands of each booking. */
export async function postponedTo(db: Reading, bookingIds: readonly number[]): Promise<Map<number, On>> {
  const [any] = await anyPostponed(db).all()
  if (!any) return new Map()
  const wanted = new Set(bookingIds)
  const rows = await db
    .select({ bookingId: postponements.bookingId, toOn: postponements.toOn })
    .from(postponements)
    .where(bookingIds.length <= FEW ? inArray(postponements.bookingId, [...bookingIds]) : undefined)
    .orderBy(asc(postponements.id))
  return new Map(rows.filter(({ bookingId }) => wanted.has(bookingId)).map(({ bookingId, toOn }) => [bookingId, toOn]))
}

const pausedWords = {
  everyone: 'everyone',
  sector: 'the sector',
  agency: 'the agency',
  event: 'the event',
  person: 'this person',
} as const

/** What decides one attender's days, from their row and what holds. */
export function factsOf(
  row: {
    lastOn: On
    education: boolean
    awayUntil: On | null
    postponedTo: On | null
    sectorId: number
    agencyId: number
    parentId: number | null
    eventId: number
    personId: number
  },
  { terms, pauses }: HoldsKnown,
): AskingFacts {
  const isHeld = (pause: HoldsKnown['pauses'][number]) =>
    pause.scope === 'everyone' ||
    (pause.scope === 'sector' && pause.sectorId === row.sectorId) ||
    (pause.scope === 'agency' && (pause.agencyId === row.agencyId || pause.agencyId === row.parentId)) ||
    (pause.scope === 'event' && pause.eventId === row.eventId) ||
    (pause.scope === 'person' && pause.personId === row.personId)
  return {
    lastSessionOn: row.lastOn,
    education: row.education,
    termDates: terms,
    pauses: pauses
      .filter(isHeld)
      .map(({ fromOn, toOn, scope }) => ({ from: fromOn, to: toOn, whom: pausedWords[scope] })),
    awayUntil: row.awayUntil,
    postponedTo: row.postponedTo,
  }
}

/** What each of these people was asked in the last twelve months, and whose series still runs. */
export async function askedBefore(
  db: Reading,
  personIds: readonly number[],
  { today, holds }: { today: On; holds: HoldsKnown },
): Promise<Map<number, AskedBefore>> {
  const invitedOn = sql<On>`ifnull(${followUps.firstAskedOn}, ${contacts.on})`
  const rows = await db
    .select({
      personId: followUps.personId,
      invitedOn,
      isOpen: sql<number>`${followUps.closedAt} is null`,
      lastAskedOn: followUps.lastAskedOn,
      reminders: sql<number>`(select count(*) from ${contacts} rc where rc.booking_id = ${followUps.bookingId} and rc.step <> 'invitation')`,
      isWaiting: sql<number>`exists (select 1 from ${contacts} wc inner join messages wm on wm.id = wc.message_id where wc.booking_id = ${followUps.bookingId} and wm.sent_at is null and wm.state in ('queued', 'claimed', 'transmitting', 'retry'))`,
      earns: courses.earns,
      lastOn: events.lastOn,
      education: sectors.education,
    })
    .from(followUps)
    .innerJoin(bookings, eq(bookings.id, followUps.bookingId))
    .innerJoin(events, eq(events.id, followUps.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .leftJoin(contacts, and(eq(contacts.bookingId, followUps.bookingId), eq(contacts.step, 'invitation')))
    .where(
      and(
        // One argument for however many: ten thousand may fall due on one day.
        sql`${followUps.personId} in (select value from json_each(${JSON.stringify([...new Set(personIds)])}))`,
        // Closed before anything went out, or left out: not an asking.
        or(isNotNull(followUps.firstAskedOn), isNull(followUps.closedAt), eq(followUps.closedBecause, 'answered')),
        isNotNull(invitedOn),
        sql`${invitedOn} > ${addMonths(today, -12)}`,
      ),
    )
  const found = new Map<number, AskedBefore>()
  for (const row of rows) {
    const known = found.get(row.personId) ?? { invitedOn: [], freeOn: null, weekIds: [] }
    found.set(row.personId, known)
    known.invitedOn.push(row.invitedOn)
    const week = row.earns === 'one-question' ? holds.weeks.find(covers(row.lastOn)) : undefined
    if (week) known.weekIds.push(week.id)
    const mayBeReminded =
      row.isOpen && row.reminders < 3 && (row.lastAskedOn === null || row.lastAskedOn >= addDays(today, -30))
    if (!mayBeReminded && !row.isWaiting) continue
    const last = reminderOn(row.invitedOn, 3, {
      lastSessionOn: row.lastOn,
      education: row.education,
      termDates: holds.terms,
      pauses: [],
    })
    const freeOn = addDays(laterOf(last, today), 1)
    if (known.freeOn === null || freeOn > known.freeOn) known.freeOn = freeOn
  }
  return found
}

/** Asks the plan of everyone whose three months are over by `reachedBy`. */
export async function plans(db: Reading, whom: Whom): Promise<PlannedAsking[]> {
  const candidates = await candidatesOf(db, whom)
  if (!candidates.length) return []
  const holds = await holdsKnown(db, whom.today)
  const byPerson = Map.groupBy(candidates, ({ personId }) => personId)
  const before = await askedBefore(db, [...byPerson.keys()], { today: whom.today, holds })
  return [...byPerson].flatMap(([personId, theirs]) =>
    planOf(theirs, before.get(personId) ?? { invitedOn: [], freeOn: null, weekIds: [] }, whom.today),
  )
}

/**
 * Everyone not yet invited who will be asked between `from` and `to`, or left out by a rule meanwhile, with the reasons; as the
 * facts stand today.
 */
export async function askingPlan(
  db: Reading,
  { today, from, to }: { today: On; from: On; to: On },
): Promise<PlannedAsking[]> {
  const all = await plans(db, { today, reachedBy: addDays(to, MERGE_DAYS) })
  return all
    .filter(({ on, target }) => (on === null ? target >= from && target <= to : on >= from && on <= to))
    .sort((a, b) => compare(a.on ?? a.target, b.on ?? b.target) || a.bookingId - b.bookingId)
}

import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { attendances } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { courses, eventCancellations, events } from '#db/courses.ts'
import { settings } from '#db/installation.ts'
import { people, sectors } from '#db/people.ts'
import { bounces, followUps, optOuts, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addMonths, type On } from '#server/calendar.ts'
import type { FollowUpEarned } from '#server/courses/input.ts'
import { latestSendOn } from './due-dates.ts'
import { type closures, type Disposition, dispositions } from './input.ts'

/*
 * Where every attender's follow-up stands. The same rule twice, on purpose: in SQL for the thousands of rows of a report,
 * in TypeScript for one person and for reading; a test holds them together over random histories.
 */

type Closure = (typeof closures)[number]

/** Courses whose attenders are asked three months on. Of a `yearly` one only the first that a person came to in the year. */
export const askedCourses = ['full', 'one-question'] as const satisfies readonly FollowUpEarned[]

/** Days after the last asking message in which someone is still being asked. */
export const STILL_ASKED_DAYS = 30

/** Who was last asked on this day or later is still being asked. */
export const stillAskedSince = (today: On): On => addDays(today, -STILL_ASKED_DAYS)

/** What decides one attender's disposition. */
export interface AttenderFacts {
  earns: FollowUpEarned
  /** Of a yearly course: the first this person came to in its programme year, since such courses are asked about. */
  isYearsFirst: boolean
  lastOn: On
  isEducation: boolean
  isVoided: boolean
  /** False without an e-mail address, after a hard bounce of it not yet put right, and after erasure. */
  isReachable: boolean
  /** An opt-out that stands, of this course or of all. */
  isOptedOut: boolean
  firstAskedOn: On | null
  lastAskedOn: On | null
  closedBecause: Closure | null
  /** A core answer that is not doubted, or was confirmed. */
  isAnswered: boolean
}

/**
 * Exactly one disposition for everyone who came, in this order:
 * - *answered*: a core answer that counts, however late and whatever else holds
 * - *not asked by rule*: the course earns no follow-up, the event was voided, or a rule left the person out
 * - *could not be asked*: the series was closed by an opt-out, a bounce or a departure. Someone who opts out while being asked
 *   has said something, but not an answer: they are not *no reply*
 * - *still being asked* until 30 days after the last asking message, then *no reply*
 * - never asked yet: *could not be asked* while there is no way to ask, and for good when the time to ask ran out
 *   (`overAfter`); otherwise *not yet due*
 */
export function dispositionOf(facts: AttenderFacts, today: On): Disposition {
  if (facts.isAnswered) return 'answered'
  const { earns, closedBecause, firstAskedOn, lastAskedOn } = facts
  if (
    !(isAskedCourse(earns) || (earns === 'yearly' && facts.isYearsFirst)) ||
    facts.isVoided ||
    closedBecause === 'rule' ||
    closedBecause === 'event-voided'
  )
    return 'not-asked-by-rule'
  if (closedBecause === 'opted-out' || closedBecause === 'bounced' || closedBecause === 'left')
    return 'could-not-be-asked'
  if (firstAskedOn !== null)
    return (lastAskedOn ?? firstAskedOn) >= stillAskedSince(today) ? 'still-being-asked' : 'no-reply'
  if (!facts.isReachable || facts.isOptedOut) return 'could-not-be-asked'
  return overAfter(addMonths(facts.lastOn, 3), facts.isEducation) < today ? 'could-not-be-asked' : 'not-yet-due'
}

const isAskedCourse = (earns: FollowUpEarned) => (askedCourses as readonly FollowUpEarned[]).includes(earns)

/**
 * The last day on which someone may first be asked, and on which an answer is in time: eight weeks past the target. For a
 * school's summer target, which may be asked about until the third week of September, it is three weeks past that, so that
 * nobody is late by having been asked when the rules say.
 */
export function overAfter(target: On, isEducation: boolean): On {
  return addDays(latestSendOn(target, isEducation), 21)
}

/** The latest last event session whose time to ask is over today. */
export function overSince(today: On, isEducation: boolean): On {
  let lastOn = addDays(addMonths(addDays(today, -57), -3), 4)
  while (overAfter(addMonths(lastOn, 3), isEducation) >= today) lastOn = addDays(lastOn, -1)
  return lastOn
}

/** The latest last event session whose three months are over today. */
export function targetReached(today: On): On {
  let lastOn = addDays(addMonths(today, -3), 4)
  while (addMonths(lastOn, 3) > today) lastOn = addDays(lastOn, -1)
  return lastOn
}

/** The first day of yearly courses that are asked about; no row, or an empty one, for none. */
const yearlyFrom = sql`(select ${settings.value} from ${settings} where ${settings.name} = 'yearly-asked-from' and ${settings.value} <> '')`

const isYearsFirst = sql<number>`(${events.lastOn} >= ifnull(${yearlyFrom}, '9999') and not exists (
  select 1 from bookings yb inner join events ye on ye.id = yb.event_id
  where yb.person_id = ${bookings.personId} and yb.state = 'confirmed' and ye.course_id = ${events.courseId} and ye.programme_id = ${events.programmeId}
    and ye.last_on >= ${yearlyFrom} and (ye.last_on < ${events.lastOn} or (ye.last_on = ${events.lastOn} and yb.id < ${bookings.id}))
    and exists (select 1 from attendances where attendances.booking_id = yb.id)))`

/** Whether a follow-up is owed at all. Needs `courses`, `events` and `bookings` in the statement around it. */
export const isAskedFor = sql<number>`case ${courses.earns} when 'full' then 1 when 'one-question' then 1 when 'yearly' then ${isYearsFirst} else 0 end`

/** The conditions that both readings share. Each needs `people`, `events` or `bookings` in the statement around it. */
export const asked = {
  isVoided: sql<number>`exists (select 1 from ${eventCancellations} where ${eventCancellations.eventId} = ${events.id})`,
  hasBounced: sql<number>`exists (select 1 from ${bounces} where ${bounces.personId} = ${people.id} and ${bounces.hard} = 1 and ${bounces.settledAt} is null and ${bounces.email} = ${people.email})`,
  isReachable: sql<number>`(${people.email} is not null and ${people.erasedAt} is null and not exists (select 1 from ${bounces} where ${bounces.personId} = ${people.id} and ${bounces.hard} = 1 and ${bounces.settledAt} is null and ${bounces.email} = ${people.email}))`,
  isOptedOut: sql<number>`exists (select 1 from ${optOuts} where ${optOuts.personId} = ${people.id} and ${optOuts.undoneAt} is null and (${optOuts.scope} = 'all' or exists (select 1 from bookings ob inner join events oe on oe.id = ob.event_id where ob.id = ${optOuts.bookingId} and oe.course_id = ${events.courseId})))`,
  // The columns of a view are written without its name, so it is given here.
  attends: sql<number>`exists (select 1 from ${attendances} where ${attendances}.booking_id = ${bookings.id})`,
} as const

/** A core answer counts when it is not doubted or was confirmed. */
export const counts = sql<number>`(${responses.coreAt} is not null and (${responses.doubtedBecause} is null or ${responses.confirmedAt} is not null))`

/**
 * The disposition as a column. The statement around it holds `bookings`, `events`, `courses`, `people` and `sectors`, and by
 * left join `followUps` and the follow-up's `responses`.
 */
export function dispositionSql(today: On): SQL<Disposition> {
  return sql<Disposition>`case
    when ${counts} then 'answered'
    when not ${isAskedFor} or ${followUps.closedBecause} in ('rule', 'event-voided') or ${asked.isVoided} then 'not-asked-by-rule'
    when ${followUps.closedBecause} in ('opted-out', 'bounced', 'left') then 'could-not-be-asked'
    when ${followUps.firstAskedOn} is not null then case when ifnull(${followUps.lastAskedOn}, ${followUps.firstAskedOn}) >= ${stillAskedSince(today)} then 'still-being-asked' else 'no-reply' end
    when not ${asked.isReachable} or ${asked.isOptedOut} then 'could-not-be-asked'
    when ${events.lastOn} <= case when ${sectors.education} then ${overSince(today, true)} else ${overSince(today, false)} end then 'could-not-be-asked'
    else 'not-yet-due' end`
}

/**
 * Whether a disposition other than *answered* can change only by a write to the follow-up, the event or the course, or by *still being asked*
 * becoming *no reply* in time: not because somebody can be reached again, came to another event, or a sector became one of education. Needs
 * what `dispositionSql` needs.
 */
export function isSettledSql(today: On): SQL<number> {
  const over = [overSince(today, true), overSince(today, false)].toSorted()[0]
  return sql<number>`case
    when ${courses.earns} = 'yearly' then 0
    when ${courses.earns} not in ('full', 'one-question') or ${asked.isVoided} then 1
    when ${followUps.closedBecause} in ('rule', 'event-voided', 'opted-out', 'bounced', 'left') or ${followUps.firstAskedOn} is not null then 1
    else ${events.lastOn} <= ${over} end`
}

/**
 * Everyone who came, each in exactly one disposition, as a subquery that reports group as they need. `responseId` is the
 * follow-up's response, only where it counts.
 */
export function attenders(db: Reading, today: On, where?: SQL) {
  return db
    .select({
      bookingId: bookings.id,
      eventId: bookings.eventId,
      personId: bookings.personId,
      courseId: events.courseId,
      agencyId: bookings.agencyId,
      sectorId: bookings.sectorId,
      roleGroup: bookings.roleGroup,
      workforce: bookings.workforce,
      responseId: sql<number | null>`case when ${counts} then ${responses.id} end`.as('response_id'),
      late: sql<number | null>`case when ${counts} then ${responses.late} end`.as('late'),
      disposition: dispositionSql(today).as('disposition'),
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(and(eq(bookings.state, 'confirmed'), asked.attends, where))
    .as('attenders')
}

export type DispositionCounts = Record<Disposition, number>

/** How many attenders of each event stand in each disposition, by one grouped statement. Events nobody came to are absent. */
export async function dispositionCounts(
  db: Reading,
  { eventIds }: { eventIds: readonly number[] },
  today: On,
): Promise<Map<number, DispositionCounts>> {
  const of = attenders(db, today, inArray(bookings.eventId, [...eventIds]))
  const rows = await db
    .select({ eventId: of.eventId, disposition: of.disposition, n: sql<number>`count(*)` })
    .from(of)
    .groupBy(sql`1`, sql`2`)
  const counted = new Map<number, DispositionCounts>()
  for (const { eventId, disposition, n } of rows) {
    let one = counted.get(eventId)
    if (!one) {
      one = Object.fromEntries(dispositions.map((word) => [word, 0])) as DispositionCounts
      counted.set(eventId, one)
    }
    one[disposition] = Number(n)
  }
  return counted
}

/** Every attender of these events with their disposition, from each one's own facts. */
export async function dispositionsOf(
  db: Reading,
  { eventIds }: { eventIds: readonly number[] },
  today: On,
): Promise<{ bookingId: number; eventId: number; disposition: Disposition }[]> {
  const rows = await db
    .select({
      bookingId: bookings.id,
      eventId: bookings.eventId,
      earns: courses.earns,
      isYearsFirst: sql<number>`case ${courses.earns} when 'yearly' then ${isYearsFirst} else 0 end`,
      lastOn: events.lastOn,
      isEducation: sectors.education,
      isVoided: asked.isVoided,
      isReachable: asked.isReachable,
      isOptedOut: asked.isOptedOut,
      firstAskedOn: followUps.firstAskedOn,
      lastAskedOn: followUps.lastAskedOn,
      closedBecause: followUps.closedBecause,
      isAnswered: sql<number>`ifnull(${counts}, 0)`,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(and(inArray(bookings.eventId, [...eventIds]), asked.attends))
  return rows.map((row) => ({
    bookingId: row.bookingId,
    eventId: row.eventId,
    disposition: dispositionOf(
      {
        ...row,
        isYearsFirst: Boolean(row.isYearsFirst),
        isVoided: Boolean(row.isVoided),
        isReachable: Boolean(row.isReachable),
        isOptedOut: Boolean(row.isOptedOut),
        isAnswered: Boolean(row.isAnswered),
      },
      today,
    ),
  }))
}

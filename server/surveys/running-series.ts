import { and, asc, eq, gte, isNull, or, type SQL, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { contacts, followUps, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addWorkingDays, type On } from '#server/calendar.ts'
import { type AskingFacts, firstAskableDay, reminderOn, stillBeingAskedUntil } from './due-dates.ts'
import { asked, counts, STILL_ASKED_DAYS } from './follow-up.ts'
import { factsOf, holdsKnown, postponedTo } from './plan.ts'

/* The series that run, and when their reminders go: for the chore that reminds and for the calendar page alike. */

export type ReminderNumber = 1 | 2 | 3

export const isReminder = (number: number): number is ReminderNumber => number === 1 || number === 2 || number === 3

const WORKING_DAYS_BETWEEN = { 1: 4, 2: 5, 3: 5 } as const

/** Someone who was invited and may still be reminded. */
export interface RunningSeries {
  bookingId: number
  personId: number
  /** The invitation's message: those who shared it share the reminders. */
  shared: number | null
  /** So many reminders were sent or are on their way. */
  sent: number
  /** A message is still to be handed over. */
  isWaiting: boolean
  firstOn: On
  /** The day of the last asking message, also of one still to be handed over. */
  lastOn: On
  /** The same without one that was given up: they are still being asked until thirty days after it. */
  askedOn: On
  facts: AskingFacts
}

/**
 * The day of this reminder, `from` at the earliest:
 * - a working day that nothing holds for them
 * - 4, 9 and 14 working days or more since the invitation was really handed over, and five since the reminder before
 */
export function reminderDay(
  number: ReminderNumber,
  { firstOn, lastOn, facts }: Pick<RunningSeries, 'firstOn' | 'lastOn' | 'facts'>,
  from: On,
): On {
  const days = [reminderOn(firstOn, number, facts), addWorkingDays(lastOn, WORKING_DAYS_BETWEEN[number]), from]
  return firstAskableDay(days.toSorted().at(-1) ?? from, facts)
}

export interface ReminderToCome {
  bookingId: number
  number: ReminderNumber
  on: On
  /** The other booking that the same message asks about. */
  together: number | null
}

/**
 * The reminders to come between two days, if nobody answers before; `earliest` is the first day on which one may still go. None more than
 * thirty days after the message before it, when the series is over.
 */
export async function remindersToCome(
  db: Reading,
  { today, earliest, from, to }: { today: On; earliest: On; from: On; to: On },
): Promise<ReminderToCome[]> {
  const stillAsked = or(gte(followUps.lastAskedOn, addDays(today, -STILL_ASKED_DAYS)), isWaiting)
  const running = await runningSeries(db, today, stillAsked)
  const all = running.flatMap((one) => {
    const days: (ReminderToCome & { shared: number | null })[] = []
    let { lastOn, askedOn } = one
    for (let number = one.sent + 1; isReminder(number); number++) {
      const on = reminderDay(number, { ...one, lastOn }, earliest)
      if (on > stillBeingAskedUntil(askedOn)) break
      days.push({ bookingId: one.bookingId, number, on, together: null, shared: one.shared })
      lastOn = on
      askedOn = on
    }
    return days
  })
  const messages = Map.groupBy(
    all.filter(({ on, shared }) => shared !== null && from <= on && on <= to),
    ({ shared, number, on }) => `${shared} ${number} ${on}`,
  )
  for (const those of messages.values())
    for (const one of those)
      one.together = those.find(({ bookingId }) => bookingId !== one.bookingId)?.bookingId ?? null
  return all
    .filter(({ on }) => from <= on && on <= to)
    .map(({ bookingId, number, on, together }) => ({ bookingId, number, on, together }))
}

/** A message of theirs is still to be handed over. */
const isWaiting = sql<number>`exists (select 1 from ${contacts} wc inner join messages wm on wm.id = wc.message_id where wc.booking_id = ${followUps.bookingId} and wm.sent_at is null and wm.state in ('queued', 'claimed', 'transmitting', 'retry'))`

/**
 * Series that are neither answered nor closed, of someone who can be asked:
 * - still being asked: no answer that counts, no opt-out, no bounce, nobody left, attendance standing, event not voided
 * - `where` says whose invitation was handed over, or is still on its way
 * - no later series of the same person has begun: one live series each
 */
export async function runningSeries(db: Reading, today: On, where: SQL | undefined): Promise<RunningSeries[]> {
  const rows = await db
    .select({
      bookingId: followUps.bookingId,
      personId: followUps.personId,
      eventId: followUps.eventId,
      sectorId: bookings.sectorId,
      agencyId: bookings.agencyId,
      parentId: agencies.parentId,
      firstAskedOn: followUps.firstAskedOn,
      // Owed, even where it is not yet noted that it left.
      lastOwedOn: sql<On | null>`(select max(oc."on") from contacts oc where oc.booking_id = ${followUps.bookingId})`,
      lastAskedOn: followUps.lastAskedOn,
      lastOn: events.lastOn,
      education: sectors.education,
      awayUntil: people.awayUntil,
      sent: sql<number>`(select count(*) from ${contacts} sc where sc.booking_id = ${followUps.bookingId} and sc.step <> 'invitation')`,
      isWaiting,
      shared: sql<
        number | null
      >`(select ic.message_id from ${contacts} ic where ic.booking_id = ${followUps.bookingId} and ic.step = 'invitation')`,
    })
    .from(followUps)
    .innerJoin(bookings, eq(bookings.id, followUps.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .leftJoin(responses, and(eq(responses.bookingId, followUps.bookingId), eq(responses.stage, 'follow-up')))
    .where(
      and(
        isNull(followUps.closedAt),
        where,
        sql`not ifnull(${counts}, 0)`,
        // Opened again after an opt-out was taken back, say.
        sql`not exists (select 1 from ${followUps} lf inner join ${contacts} lc on lc.booking_id = lf.booking_id and lc.step = 'invitation' where lf.person_id = ${followUps.personId} and lf.booking_id <> ${followUps.bookingId} and ifnull(lf.first_asked_on, lc."on") > ${followUps.firstAskedOn})`,
        sql`not ${asked.isVoided}`,
        asked.isReachable,
        sql`not ${asked.isOptedOut}`,
        asked.attends,
      ),
    )
    .orderBy(asc(followUps.bookingId))
  if (!rows.length) return []
  const holds = await holdsKnown(db, today)
  const put = await postponedTo(
    db,
    rows.map(({ bookingId }) => bookingId),
  )
  return rows.map((row) => {
    const { bookingId, personId, shared, lastAskedOn } = row
    const isWaiting = Boolean(Number(row.isWaiting))
    const lastOwedOn = row.lastOwedOn ?? row.firstAskedOn ?? today
    return {
      bookingId,
      personId,
      shared,
      sent: Number(row.sent),
      isWaiting,
      firstOn: row.firstAskedOn ?? lastOwedOn,
      lastOn: lastAskedOn !== null && lastAskedOn > lastOwedOn ? lastAskedOn : lastOwedOn,
      askedOn: isWaiting || lastAskedOn === null ? lastOwedOn : lastAskedOn,
      facts: factsOf({ ...row, postponedTo: put.get(bookingId) ?? null }, holds),
    }
  })
}

/* One of the chores of asking: the three reminders. */
import { and, asc, eq, gte, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { contacts, followUps, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addWorkingDays, isWorkingDay, londonDate, type On } from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { transact, type Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { queue } from '#server/outbox/queue.ts'
import { isAskingTime, nextAskingDay } from './asking-time.ts'
import { askingInstant, firstAskableDay, reminderOn } from './due-dates.ts'
import { drawArm } from './experiments.ts'
import { asked, counts } from './follow-up.ts'
import { factsOf, holdsKnown, postponedTo } from './plan.ts'

const BATCH = 50
const BATCHES = 20
const STILL_ASKED_DAYS = 30
const WORKING_DAYS_BETWEEN = { 1: 4, 2: 5, 3: 5 } as const
const whyWords = {
  1: 'Four working days without an answer',
  2: 'Nine working days without an answer',
  3: 'Fourteen working days without an answer, for the last time',
} as const

interface Reminder {
  bookingId: number
  personId: number
  number: 1 | 2 | 3
  /** The invitation's message: those who shared it share the reminder. */
  shared: number | null
}

/**
 * Reminds a batch of people, three times at most:
 * - it is between 10:00 and 16:00 in London, on a working day that nothing holds for them
 * - 4, 9 and 14 working days or more since the invitation was really handed over, and five since the reminder before
 * - still being asked: no answer that counts, no opt-out, no bounce, nobody left, attendance standing, event not voided, and
 *   within thirty days of the last asking message
 * - the message before it was handed over or given up, so that two never leave together
 * - no later series of the same person has begun: one live series each
 * - not reminded so before: the step is unique
 */
export const remindDue: Chore = async (ctx) => {
  if (!isAskingTime(ctx.now)) return false
  const today = londonDate(ctx.now)
  const due = await remindersOn(ctx.db, today)
  const people = [...new Set(due.map(({ personId }) => personId))]
  let found = false
  for (let n = 0; n < BATCHES && n * BATCH < people.length; n++) {
    const personIds = people.slice(n * BATCH, (n + 1) * BATCH)
    const reminded = await transact(ctx, async (ctx) => {
      const due = await remindersOn(ctx.db, today, personIds)
      const shared = Map.groupBy(due, ({ shared, bookingId, number }) => `${shared ?? `own ${bookingId}`} ${number}`)
      for (const together of shared.values()) await remind(ctx, together, today)
      return due.length
    })
    if (reminded) found = true
  }
  return found
}

export const nextReminder: NextDue = async (ctx) => {
  const on = nextAskingDay(ctx.now)
  return (await remindersOn(ctx.db, on)).length ? askingInstant(on) : null
}

async function remind(ctx: Writing, together: Reminder[], today: On): Promise<void> {
  const [first] = together
  if (!first) return
  const step = `reminder-${first.number}` as const
  const message = {
    kind: 'follow-up-reminder',
    about: `booking:${first.bookingId}`,
    toPersonId: first.personId,
  } as const
  const messageId =
    (await queue(ctx, { ...message, occurrence: step })) ??
    // One of the two was answered meanwhile, so another leads the pair; or the follow-up was opened anew.
    (await queue(ctx, { ...message, occurrence: `${step} ${today}` }))
  for (const { bookingId } of together) {
    await ctx.db
      .insert(contacts)
      .values({ bookingId, step, messageId, on: today, why: whyWords[first.number] })
      .onConflictDoNothing()
    await record(ctx, 'follow-up.reminded', `booking:${bookingId}`, step)
  }
  if (first.number === 1) await drawArm(ctx, 'reminder-1', first.bookingId)
}

async function remindersOn(db: Reading, today: On, personIds?: readonly number[]): Promise<Reminder[]> {
  if (!isWorkingDay(today)) return []
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
      lastOwedOn: sql<On>`(select max(oc."on") from contacts oc where oc.booking_id = ${followUps.bookingId})`,
      lastAskedOn: followUps.lastAskedOn,
      lastOn: events.lastOn,
      education: sectors.education,
      awayUntil: people.awayUntil,
      sent: sql<number>`(select count(*) from ${contacts} sc where sc.booking_id = ${followUps.bookingId} and sc.step <> 'invitation')`,
      isWaiting: sql<number>`exists (select 1 from ${contacts} wc inner join messages wm on wm.id = wc.message_id where wc.booking_id = ${followUps.bookingId} and wm.sent_at is null and wm.state in ('queued', 'claimed', 'transmitting', 'retry'))`,
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
        gte(followUps.lastAskedOn, addDays(today, -STILL_ASKED_DAYS)),
        // Four working days are never fewer than four days.
        lte(followUps.lastAskedOn, addDays(today, -4)),
        isNotNull(followUps.firstAskedOn),
        personIds ? inArray(followUps.personId, [...personIds]) : undefined,
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
  return rows.flatMap((row) => {
    const number = row.sent + 1
    if (row.isWaiting || (number !== 1 && number !== 2 && number !== 3)) return []
    const facts = factsOf({ ...row, postponedTo: put.get(row.bookingId) ?? null }, holds)
    const first = row.firstAskedOn ?? today
    const lastOn = row.lastAskedOn !== null && row.lastAskedOn > row.lastOwedOn ? row.lastAskedOn : row.lastOwedOn
    const isDue =
      reminderOn(first, number, facts) <= today &&
      addWorkingDays(lastOn, WORKING_DAYS_BETWEEN[number]) <= today &&
      firstAskableDay(today, facts) === today
    return isDue ? [{ bookingId: row.bookingId, personId: row.personId, number, shared: row.shared }] : []
  })
}

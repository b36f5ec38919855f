/* One of the chores of asking: the three reminders. */
import { and, gte, inArray, isNotNull, lte } from 'drizzle-orm'
import { contacts, followUps } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, isWorkingDay, londonDate, type On } from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { transact, type Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { queue } from '#server/outbox/queue.ts'
import { isAskingTime, nextAskingDay } from './asking-time.ts'
import { askingInstant } from './due-dates.ts'
import { drawArm } from './experiments.ts'
import { STILL_ASKED_DAYS } from './follow-up.ts'
import { isReminder, type ReminderNumber, reminderDay, runningSeries } from './running-series.ts'

const BATCH = 50
const BATCHES = 20
const whyWords = {
  1: 'Four working days without an answer',
  2: 'Nine working days without an answer',
  3: 'Fourteen working days without an answer, for the last time',
} as const

interface Reminder {
  bookingId: number
  personId: number
  number: ReminderNumber
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
  const running = await runningSeries(
    db,
    today,
    and(
      gte(followUps.lastAskedOn, addDays(today, -STILL_ASKED_DAYS)),
      // Four working days are never fewer than four days.
      lte(followUps.lastAskedOn, addDays(today, -4)),
      isNotNull(followUps.firstAskedOn),
      personIds ? inArray(followUps.personId, [...personIds]) : undefined,
    ),
  )
  return running.flatMap(({ bookingId, personId, shared, sent, isWaiting, firstOn, lastOn, facts }) => {
    const number = sent + 1
    if (isWaiting || !isReminder(number)) return []
    const isDue = reminderDay(number, { firstOn, lastOn, facts }, today) === today
    return isDue ? [{ bookingId, personId, number, shared }] : []
  })
}

/* One of the chores of asking: the invitation. Who is asked today is the plan's to say (plan.ts); this writes it down. */
import { contacts, followUps } from '#db/surveys.ts'
import { addDays, londonDate, type On } from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { queue } from '#server/outbox/queue.ts'
import { isAskingTime, nextAskingDay } from './asking-time.ts'
import { askingInstant } from './due-dates.ts'
import { drawArm } from './experiments.ts'
import { MERGE_DAYS, type PlannedAsking, plans } from './plan.ts'

/** People invited in one transaction, and transactions in one run of the chore. */
const BATCH = 50
const BATCHES = 20

/**
 * Invites a batch of attenders:
 * - it is between 10:00 and 16:00 in London
 * - their three months are over, and today is the day the plan gives (`planOf`): its own, or a later one shared with another
 *   follow-up of the same person, or the next that fits when that day went by unasked
 * - the time to ask is not over (`overAfter`): after it they stand as could not be asked
 * - their attendance stands, the course earns a follow-up and the event was not voided
 * - they can be reached and have not opted out
 * - no rule leaves them out (`planOf`): those are closed at once and stand as not asked by rule
 * - never invited before: the row in `follow_ups` is unique
 */
export const inviteDue: Chore = async (ctx) => {
  if (!isAskingTime(ctx.now)) return false
  const today = londonDate(ctx.now)
  const people = [...new Set((await dueOn(ctx, today)).map(({ personId }) => personId))]
  let found = false
  for (let n = 0; n < BATCHES && n * BATCH < people.length; n++) {
    const personIds = people.slice(n * BATCH, (n + 1) * BATCH)
    const invited = await transact(ctx, async (ctx) => {
      // Planned again inside, for these people alone: another runner may have been first.
      const due = await dueOn(ctx, today, personIds)
      for (const together of groups(due)) await carryOut(ctx, together, today)
      return due.length
    })
    if (invited) found = true
  }
  return found
}

/** 10:00 today or tomorrow, when someone is to be invited then; the example's clock never moves more than a day at once. */
export const nextInvitation: NextDue = async (ctx) => {
  const on = nextAskingDay(ctx.now)
  return (await dueOn(ctx, on)).length ? askingInstant(on) : null
}

/** Everyone to be invited or left out on this day. */
async function dueOn(ctx: Context | Writing, today: On, personIds?: readonly number[]): Promise<PlannedAsking[]> {
  const all = await plans(ctx.db, {
    today,
    reachedBy: addDays(today, MERGE_DAYS),
    ...(personIds ? { personIds } : {}),
  })
  return all.filter(({ on, ownOn, target }) => (on === null ? ownOn <= today : on === today) && target <= today)
}

/** Those who share a message stand together; everyone else alone. */
function groups(due: readonly PlannedAsking[]): PlannedAsking[][] {
  const shared = new Map<string, PlannedAsking[]>()
  for (const one of due) {
    const first = one.togetherWith === null ? one.bookingId : Math.min(one.bookingId, one.togetherWith)
    const key = `${first} ${one.leftOut ?? ''}`
    shared.set(key, [...(shared.get(key) ?? []), one])
  }
  return [...shared.values()]
}

async function carryOut(ctx: Writing, together: PlannedAsking[], today: On): Promise<void> {
  const opened: PlannedAsking[] = []
  for (const one of together) {
    const [made] = await ctx.db
      .insert(followUps)
      .values({
        bookingId: one.bookingId,
        eventId: one.eventId,
        personId: one.personId,
        targetOn: one.target,
        openedAt: ctx.now,
        ...(one.leftOut ? { closedAt: ctx.now, closedBecause: 'rule' as const } : {}),
      })
      .onConflictDoNothing()
      .returning({ bookingId: followUps.bookingId })
    if (!made) continue
    if (one.leftOut) await record(ctx, 'follow-up.left-out', `booking:${one.bookingId}`, one.leftOut)
    else opened.push(one)
  }
  const [first] = opened
  if (!first) return
  const message = {
    kind: 'follow-up-invitation',
    about: `booking:${first.bookingId}`,
    toPersonId: first.personId,
  } as const
  const messageId =
    (await queue(ctx, { ...message, occurrence: 'invitation' })) ??
    // The attendance was taken back and given again before anything went out.
    (await queue(ctx, { ...message, occurrence: `invitation ${today}` }))
  for (const { bookingId, why, outOfPattern } of opened) {
    await ctx.db.insert(contacts).values({
      bookingId,
      step: 'invitation',
      messageId,
      on: today,
      why: [...(why.length ? why : ['Three months after the day']), ...(outOfPattern ? ['Out of pattern'] : [])].join(
        '. ',
      ),
    })
    await record(ctx, 'follow-up.invited', `booking:${bookingId}`)
  }
  await drawArm(ctx, 'subject', first.bookingId)
}

/* One of the two sides of the follow-up: asking (answering.ts is the other). Invitations, the reminder, what became of them.
 * Who is asked today, and who is not: derived from the facts each time, never from a schedule. Asking messages leave between
 * 10:00 and 16:00 in London; what a stopped machine missed is asked on the next fitting day.
 */
import { and, asc, eq, gt, gte, inArray, isNotNull, isNull, lte, notExists, or, type SQL, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { people, sectors } from '#db/people.ts'
import { bounces, contacts, followUps, responses, termDates } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addMonths, isWorkingDay, londonDate, type On, weekday } from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { sha256 } from '#server/keys.ts'
import { queue } from '#server/outbox/queue.ts'
import { type AskingFacts, askingInstant, dueDates, firstAskableDay, reminderOn } from './due-dates.ts'
import { asked, askedCourses, counts, overAfter, overSince, targetReached } from './follow-up.ts'

const CLOSES = 6 * 3_600_000
const BATCH = 50
const MOST_IN_TWELVE_MONTHS = 4
const DAYS_BETWEEN_FOLLOW_UPS = 28
const STILL_ASKED_DAYS = 30

/** Whether asking messages may leave at this moment of the day. */
function isAskingTime(now: number): boolean {
  const opens = askingInstant(londonDate(now))
  return now >= opens && now < opens + CLOSES
}

// Invitations

/**
 * Invites a batch of attenders:
 * - it is between 10:00 and 16:00 in London
 * - their three months are over, and today is the day their dates give; or that day went by unasked and today is a Tuesday,
 *   Wednesday or Thursday that nothing holds
 * - the time to ask is not over (`overAfter`): after it they stand as could not be asked
 * - their attendance stands, the course earns a follow-up and the event was not voided
 * - they can be reached and have not opted out
 * - no rule leaves them out: at most four follow-ups in twelve months, none within 28 days of the last. Of several due on one
 *   day the hash of the booking draws one. In this release two that fall close together are not merged, the later is left out
 * - never invited before: the row in `follow_ups` is unique
 */
export const inviteDue: Chore = async (ctx) => {
  if (!isAskingTime(ctx.now)) return false
  const today = londonDate(ctx.now)
  if (!(await decide(ctx.db, today)).length) return false
  return transact(ctx, async (ctx) => {
    // Decided again inside: another runner may have been first.
    const decided = (await decide(ctx.db, today)).slice(0, BATCH)
    for (const decision of decided) await carryOut(ctx, decision, today)
    return decided.length > 0
  })
}

/** 10:00 today or tomorrow, when someone is to be invited then; the example's clock never moves more than a day at once. */
export const nextInvitation: NextDue = async (ctx) => {
  const on = nextAskingDay(ctx.now)
  return (await decide(ctx.db, on)).length ? askingInstant(on) : null
}

const nextAskingDay = (now: number): On => {
  const today = londonDate(now)
  return askingInstant(today) > now ? today : addDays(today, 1)
}

interface Due {
  bookingId: number
  eventId: number
  personId: number
  target: On
  why: string[]
}

interface Decision extends Due {
  leftOut: 'within-28-days' | 'four-in-twelve-months' | 'drawn-by-hash' | null
}

/** Everyone to be asked or left out on this day. */
async function decide(db: Reading, today: On): Promise<Decision[]> {
  const due = await dueOn(db, today)
  if (!due.length) return []
  const before = await invitedSince(
    db,
    due.map(({ personId }) => personId),
    addMonths(today, -12),
  )
  const byPerson = Map.groupBy(due, ({ personId }) => personId)
  const decided: Decision[] = []
  for (const [personId, theirs] of byPerson) {
    const days = before.get(personId) ?? []
    const rule = days.some((on) => on > addDays(today, -DAYS_BETWEEN_FOLLOW_UPS))
      ? 'within-28-days'
      : days.length >= MOST_IN_TWELVE_MONTHS
        ? 'four-in-twelve-months'
        : null
    const drawn = rule === null ? await draw(theirs) : undefined
    for (const one of theirs)
      decided.push({ ...one, leftOut: one.bookingId === drawn ? null : (rule ?? 'drawn-by-hash') })
  }
  return decided
}

/** The booking with the lowest hash: nobody chooses, and asking twice gives the same. */
async function draw(theirs: Due[]): Promise<number | undefined> {
  if (theirs.length === 1) return theirs[0]?.bookingId
  const hashed = await Promise.all(
    theirs.map(async ({ bookingId }) => ({ bookingId, hash: await sha256(`follow-up:${bookingId}`) })),
  )
  return hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1))[0]?.bookingId
}

async function dueOn(db: Reading, today: On): Promise<Due[]> {
  const rows = await db
    .select({
      bookingId: bookings.id,
      eventId: bookings.eventId,
      personId: bookings.personId,
      lastOn: events.lastOn,
      isEducation: sectors.education,
      awayUntil: people.awayUntil,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(bookings, and(eq(bookings.eventId, events.id), eq(bookings.state, 'confirmed')))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .where(
      and(
        lte(events.lastOn, targetReached(today)),
        gt(events.lastOn, overSince(today, true)),
        inArray(courses.earns, [...askedCourses]),
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
      ),
    )
    .orderBy(asc(bookings.id))
  if (!rows.length) return []
  const terms = await schoolHolidays(db)
  const due: Due[] = []
  for (const row of rows) {
    const facts = askingFacts(row, terms)
    const { target, send, why } = dueDates(facts)
    if (send <= today && today <= overAfter(target, row.isEducation) && isDayFor(facts, send, today))
      due.push({ bookingId: row.bookingId, eventId: row.eventId, personId: row.personId, target, why })
  }
  return due
}

/** The day itself; or, when that went by with nothing sent, a Tuesday to Thursday that nothing holds. */
function isDayFor(facts: AskingFacts, send: On, today: On): boolean {
  if (send === today) return true
  const day = weekday(today)
  return day >= 2 && day <= 4 && isWorkingDay(today) && dueDates({ ...facts, postponedTo: today }).send === today
}

function askingFacts(
  row: { lastOn: On; isEducation: boolean; awayUntil: On | null },
  terms: AskingFacts['termDates'],
): AskingFacts {
  return {
    lastSessionOn: row.lastOn,
    education: row.isEducation,
    termDates: terms,
    // Pauses of everyone, a sector, an agency, an event or a person come with the full schedule.
    pauses: [],
    awayUntil: row.awayUntil,
  }
}

const schoolHolidays = (db: Reading) =>
  db.select({ closedFrom: termDates.closedFrom, closedTo: termDates.closedTo }).from(termDates)

/** The days on which each of these people was invited to any follow-up, after `since`. */
async function invitedSince(db: Reading, personIds: number[], since: On): Promise<Map<number, On[]>> {
  const on = sql<On>`ifnull(${followUps.firstAskedOn}, ${contacts.on})`
  const rows = await db
    .select({ personId: followUps.personId, on })
    .from(followUps)
    .leftJoin(contacts, and(eq(contacts.bookingId, followUps.bookingId), eq(contacts.step, 'invitation')))
    .where(
      and(
        inArray(followUps.personId, [...new Set(personIds)]),
        // Closed before anything went out, or left out: not an asking.
        or(isNotNull(followUps.firstAskedOn), isNull(followUps.closedAt), eq(followUps.closedBecause, 'answered')),
        isNotNull(on),
        sql`${on} > ${since}`,
      ),
    )
  const days = new Map<number, On[]>()
  for (const { personId, on } of rows) days.set(personId, [...(days.get(personId) ?? []), on])
  return days
}

async function carryOut(ctx: Writing, { bookingId, eventId, personId, target, why, leftOut }: Decision, today: On) {
  const [opened] = await ctx.db
    .insert(followUps)
    .values({
      bookingId,
      eventId,
      personId,
      targetOn: target,
      openedAt: ctx.now,
      ...(leftOut ? { closedAt: ctx.now, closedBecause: 'rule' as const } : {}),
    })
    .onConflictDoNothing()
    .returning({ bookingId: followUps.bookingId })
  if (!opened) return
  const about = `booking:${bookingId}`
  if (leftOut) {
    await record(ctx, 'follow-up.left-out', about, leftOut)
    return
  }
  const message = { kind: 'follow-up-invitation', about, toPersonId: personId } as const
  const messageId =
    (await queue(ctx, { ...message, occurrence: 'invitation' })) ??
    // The attendance was taken back and given again before anything went out.
    (await queue(ctx, { ...message, occurrence: `invitation ${today}` }))
  await ctx.db.insert(contacts).values({
    bookingId,
    step: 'invitation',
    messageId,
    on: today,
    why: why.join('. ') || 'Three months after the day',
  })
  await record(ctx, 'follow-up.invited', about)
}

// The reminder

/**
 * Reminds one batch of people, once:
 * - it is between 10:00 and 16:00 in London, on a working day that nothing holds for them
 * - four working days or more since the invitation was really handed over
 * - still being asked: no answer that counts, no opt-out, no bounce, nobody left, attendance standing, event not voided
 * - not reminded before: the step is unique
 */
export const remindDue: Chore = async (ctx) => {
  if (!isAskingTime(ctx.now)) return false
  const today = londonDate(ctx.now)
  if (!(await remindersOn(ctx.db, today)).length) return false
  return transact(ctx, async (ctx) => {
    const due = (await remindersOn(ctx.db, today)).slice(0, BATCH)
    for (const { bookingId, personId } of due) {
      const about = `booking:${bookingId}`
      const messageId = await queue(ctx, {
        kind: 'follow-up-reminder',
        about,
        occurrence: 'reminder-1',
        toPersonId: personId,
      })
      await ctx.db
        .insert(contacts)
        .values({ bookingId, step: 'reminder-1', messageId, on: today, why: 'Four working days without an answer' })
        .onConflictDoNothing()
      await record(ctx, 'follow-up.reminded', about)
    }
    return due.length > 0
  })
}

export const nextReminder: NextDue = async (ctx) => {
  const on = nextAskingDay(ctx.now)
  return (await remindersOn(ctx.db, on)).length ? askingInstant(on) : null
}

async function remindersOn(db: Reading, today: On): Promise<{ bookingId: number; personId: number }[]> {
  if (!isWorkingDay(today)) return []
  const rows = await db
    .select({
      bookingId: followUps.bookingId,
      personId: followUps.personId,
      firstAskedOn: followUps.firstAskedOn,
      lastOn: events.lastOn,
      isEducation: sectors.education,
      awayUntil: people.awayUntil,
    })
    .from(followUps)
    .innerJoin(bookings, eq(bookings.id, followUps.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .leftJoin(responses, and(eq(responses.bookingId, followUps.bookingId), eq(responses.stage, 'follow-up')))
    .where(
      and(
        isNull(followUps.closedAt),
        gte(followUps.lastAskedOn, addDays(today, -STILL_ASKED_DAYS)),
        // Four working days are never fewer than four days.
        lte(followUps.lastAskedOn, addDays(today, -4)),
        isNotNull(followUps.firstAskedOn),
        notExists(
          db
            .select({ one: sql`1` })
            .from(contacts)
            .where(and(eq(contacts.bookingId, followUps.bookingId), eq(contacts.step, 'reminder-1'))),
        ),
        sql`not ifnull(${counts}, 0)`,
        sql`not ${asked.isVoided}`,
        asked.isReachable,
        sql`not ${asked.isOptedOut}`,
        asked.attends,
      ),
    )
    .orderBy(asc(followUps.bookingId))
  if (!rows.length) return []
  const terms = await schoolHolidays(db)
  return rows.filter((row) => {
    const facts = askingFacts(row, terms)
    return reminderOn(row.firstAskedOn ?? today, 1, facts) <= today && firstAskableDay(today, facts) === today
  })
}

// What became of the asking

/**
 * Writes down that a batch of asking messages was handed over:
 * - the message is sent, or may have arrived
 * - the follow-up does not know it yet
 * `still being asked` runs from that day, so nobody counts as asked by a message that never left.
 */
export const noteAsked: Chore = async (ctx) => {
  const find = (db: Reading) =>
    db
      .select({ bookingId: followUps.bookingId, on: contacts.on, at: messages.sentAt })
      .from(contacts)
      .innerJoin(followUps, eq(followUps.bookingId, contacts.bookingId))
      .innerJoin(messages, and(eq(messages.id, contacts.messageId), inArray(messages.state, ['sent', 'uncertain'])))
      .where(
        and(
          // No message lives longer than this.
          gte(contacts.on, addDays(londonDate(ctx.now), -21)),
          or(isNull(followUps.lastAskedOn), gt(contacts.on, followUps.lastAskedOn)),
        ),
      )
      .orderBy(asc(contacts.on))
      .limit(BATCH)
  if (!(await find(ctx.db)).length) return false
  return transact(ctx, async (ctx) => {
    const rows = await find(ctx.db)
    for (const { bookingId, on, at } of rows) {
      // With the clock put back it may seem to have left before it was owed.
      let askedOn = on
      if (at !== null && londonDate(at) > on) askedOn = londonDate(at)
      await ctx.db
        .update(followUps)
        .set({ firstAskedOn: sql`ifnull(${followUps.firstAskedOn}, ${askedOn})`, lastAskedOn: askedOn })
        .where(eq(followUps.bookingId, bookingId))
    }
    return rows.length > 0
  })
}

/**
 * Closes the series of one batch of people still being asked:
 * - the attendance was corrected, or the event voided
 * - the person was erased, or their address refuses mail for good
 * - the asking message could not be delivered and nothing was ever asked
 */
export const closeEnded: Chore = async (ctx) => {
  const failed = (how: SQL) =>
    sql`from ${contacts} inner join ${messages} on ${messages.id} = ${contacts.messageId} where ${contacts.bookingId} = ${followUps.bookingId} and ${messages.state} = 'dead' and ${how}`
  const byServer = sql`${messages.reply} like '5__ recipient:%'`
  const refused = sql`exists (select 1 ${failed(sql`(${followUps.firstAskedOn} is null or ${byServer})`)})`
  const because = sql<'event-voided' | 'attendance-corrected' | 'bounced' | null>`case
    when ${asked.isVoided} then 'event-voided'
    when not ${asked.attends} then 'attendance-corrected'
    when not ${asked.isReachable} or ${refused} then 'bounced' end`
  const find = (db: Reading) =>
    db
      .select({
        bookingId: followUps.bookingId,
        personId: followUps.personId,
        email: people.email,
        because,
        reply: sql<string | null>`(select ${messages.reply} ${failed(byServer)} limit 1)`,
      })
      .from(followUps)
      .innerJoin(bookings, eq(bookings.id, followUps.bookingId))
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(people, eq(people.id, bookings.personId))
      .where(
        and(
          isNull(followUps.closedAt),
          or(
            isNull(followUps.lastAskedOn),
            gte(followUps.lastAskedOn, addDays(londonDate(ctx.now), -STILL_ASKED_DAYS)),
          ),
          sql`${because} is not null`,
        ),
      )
      .limit(BATCH)
  if (!(await find(ctx.db)).length) return false
  return transact(ctx, async (ctx) => {
    const rows = await find(ctx.db)
    for (const { bookingId, personId, email, because, reply } of rows) {
      await ctx.db
        .update(followUps)
        .set({ closedAt: ctx.now, closedBecause: because })
        .where(eq(followUps.bookingId, bookingId))
      // Kept by itself, so that no other follow-up tries the address until it is put right.
      if (because === 'bounced' && reply !== null && email !== null)
        await ctx.db.insert(bounces).values({ personId, email, hard: true, reply, at: ctx.now })
      await record(ctx, 'follow-up.closed', `booking:${bookingId}`, because ?? undefined)
    }
    return rows.length > 0
  })
}

/**
 * Opens again the series of one person whose attendance was corrected and corrected back:
 * - closed for that reason within the last 60 days, and the attendance stands again
 * - never asked: as if nothing had been, so that they are invited; asked: where it stood
 */
export const reopenCorrected: Chore = async (ctx) => {
  const find = (db: Reading) =>
    db
      .select({ bookingId: followUps.bookingId, firstAskedOn: followUps.firstAskedOn })
      .from(followUps)
      .innerJoin(bookings, eq(bookings.id, followUps.bookingId))
      .where(
        and(
          gte(followUps.closedAt, ctx.now - 60 * 86_400_000),
          eq(followUps.closedBecause, 'attendance-corrected'),
          asked.attends,
        ),
      )
      .limit(1)
  if (!(await find(ctx.db)).length) return false
  return transact(ctx, async (ctx) => {
    const [row] = await find(ctx.db)
    if (!row) return false
    await reopen(ctx, row.bookingId, row.firstAskedOn)
    return true
  })
}

/** Never asked: forgets the opening, so that the person is invited anew; asked: opens the series where it stood. */
export async function reopen(ctx: Writing, bookingId: number, firstAskedOn: On | null): Promise<void> {
  if (firstAskedOn === null) {
    await ctx.db.delete(contacts).where(eq(contacts.bookingId, bookingId))
    await ctx.db.delete(followUps).where(eq(followUps.bookingId, bookingId))
  } else {
    await ctx.db
      .update(followUps)
      .set({ closedAt: null, closedBecause: null })
      .where(eq(followUps.bookingId, bookingId))
  }
  await record(ctx, 'follow-up.reopened', `booking:${bookingId}`)
}

/** The asking messages of a booking that were handed over, the latest instant in ms UTC, or null: what the doubt rule reads. */
export async function lastHandedOver(ctx: Pick<Context, 'db'>, bookingId: number): Promise<number | null> {
  const [row] = await ctx.db
    .select({ at: sql<number | null>`max(${messages.sentAt})` })
    .from(contacts)
    .innerJoin(messages, eq(messages.id, contacts.messageId))
    .where(eq(contacts.bookingId, bookingId))
  return row?.at ?? null
}

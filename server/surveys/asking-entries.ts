import { and, asc, eq, gte, inArray, lte, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { history } from '#db/history.ts'
import { messages } from '#db/outbox.ts'
import { agencies, people } from '#db/people.ts'
import { contacts, followUps } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, formatDateShort, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { isAskingTime } from './asking-time.ts'
import { askingInstant } from './due-dates.ts'
import { type ContactStep, contactSteps } from './input.ts'
import { askingPlan, type LeftOut } from './plan.ts'
import { isReminder, type ReminderNumber, remindersToCome } from './running-series.ts'

/* The rows of the asking calendar (asking-calendar.ts): one for each person and each thing done or to be done. */

/** `to-leave-out` until the day on which it is recorded, `left-out` from then on. */
export type Doing = 'asked' | 'reminded' | 'to-ask' | 'to-remind' | 'left-out' | 'to-leave-out'

export interface Entry {
  on: On
  what: Doing
  bookingId: number
  why: string[]
  outOfPattern: boolean
  /** The other booking that the same message asks about. */
  together: number | null
  leftOut: LeftOut | null
  reminder: ReminderNumber | null
  target: On | null
}

export interface Whose {
  eventId: number
  event: string
  course: string
  agencyId: number
  agency: string
  name: string
  lastOn: On
}

/** What was asked on days that came: each contact, and whom a rule left out for good. */
export async function done(db: Reading, from: On, to: On): Promise<Entry[]> {
  const rows = await db
    .select({
      bookingId: contacts.bookingId,
      on: contacts.on,
      step: contacts.step,
      why: contacts.why,
      together: sql<
        number | null
      >`(select min(oc.booking_id) from ${contacts} oc where oc.message_id = ${contacts.messageId} and oc.booking_id <> ${contacts.bookingId})`,
    })
    .from(contacts)
    .leftJoin(messages, eq(messages.id, contacts.messageId))
    // What was called off or could not be delivered asked nobody.
    .where(
      and(
        gte(contacts.on, from),
        lte(contacts.on, to),
        sql`ifnull(${messages.state}, 'sent') not in ('cancelled', 'dead')`,
      ),
    )
    .orderBy(asc(contacts.on), asc(contacts.bookingId))
  const left = await db
    .select({
      bookingId: followUps.bookingId,
      target: followUps.targetOn,
      rule: sql<LeftOut | null>`(select ${history.details} from ${history} where ${history.about} = 'booking:' || ${followUps.bookingId} and ${history.what} = 'follow-up.left-out' order by ${history.id} desc limit 1)`,
    })
    .from(followUps)
    .where(and(eq(followUps.closedBecause, 'rule'), gte(followUps.targetOn, from), lte(followUps.targetOn, to)))
  const contacted = rows.map(
    ({ bookingId, on, step, why, together }): Entry => ({
      bookingId,
      on,
      what: (step as ContactStep) === 'invitation' ? 'asked' : 'reminded',
      why: why ? [why] : [],
      outOfPattern: false,
      together,
      leftOut: null,
      reminder: reminderOf(step),
      target: null,
    }),
  )
  const leftOut = left.map(
    ({ bookingId, target, rule }): Entry => ({
      bookingId,
      on: target,
      what: 'left-out',
      why: [],
      outOfPattern: false,
      together: null,
      leftOut: rule,
      reminder: null,
      target: null,
    }),
  )
  return [...contacted, ...leftOut]
}

export async function planned(db: Reading, today: On, from: On, to: On): Promise<Entry[]> {
  const plan = await askingPlan(db, { today, from, to })
  return plan.map((one) => ({
    bookingId: one.bookingId,
    on: one.on ?? one.target,
    what: one.on === null ? 'to-leave-out' : 'to-ask',
    why: one.why,
    outOfPattern: one.outOfPattern,
    together: one.togetherWith,
    leftOut: one.leftOut,
    reminder: null,
    target: one.target,
  }))
}

const reminderOf = (step: ContactStep): ReminderNumber | null => {
  const number = contactSteps.indexOf(step)
  return isReminder(number) ? number : null
}

export async function toRemind(ctx: Context, today: On, from: On, to: On): Promise<Entry[]> {
  const earliest = ctx.now < askingInstant(today) || isAskingTime(ctx.now) ? today : addDays(today, 1)
  const all = await remindersToCome(ctx.store.long, { today, earliest, from, to })
  return all.map(({ bookingId, number, on, together }) => ({
    on,
    what: 'to-remind',
    bookingId,
    why: [],
    outOfPattern: false,
    together,
    leftOut: null,
    reminder: number,
    target: null,
  }))
}

/** Whose bookings these are, also those asked about in the same message. */
export async function whoseBookings(db: Reading, entries: readonly Entry[]): Promise<Map<number, Whose>> {
  const ids = [...new Set(entries.flatMap(({ bookingId, together }) => [bookingId, ...(together ? [together] : [])]))]
  const found = new Map<number, Whose>()
  // SQLite takes so many values in one statement.
  for (let n = 0; n < ids.length; n += 10_000) {
    const rows = await db
      .select({
        bookingId: bookings.id,
        eventId: events.id,
        course: courses.title,
        lastOn: events.lastOn,
        agencyId: agencies.id,
        agency: agencies.name,
        name: people.name,
      })
      .from(bookings)
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(courses, eq(courses.id, events.courseId))
      .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
      .innerJoin(people, eq(people.id, bookings.personId))
      .where(inArray(bookings.id, ids.slice(n, n + 10_000)))
    for (const row of rows) found.set(row.bookingId, { ...row, event: `${row.course}, ${formatDateShort(row.lastOn)}` })
  }
  return found
}

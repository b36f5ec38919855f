import { and, asc, eq, gte, inArray, lte, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { history } from '#db/history.ts'
import { messages } from '#db/outbox.ts'
import { agencies, people } from '#db/people.ts'
import { contacts, followUps } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addMonths, formatDate, formatDateShort, formatMonth, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Invalid } from '#server/errors.ts'
import { lateAfter } from './due-dates.ts'
import type { AskingSearch, ContactStep } from './input.ts'
import { askingPlan, type LeftOut } from './plan.ts'

/*
 * The asking calendar: a month at a time, who was asked, and who will be asked when and why that day. What is past stands in
 * `contacts`; what is to come is worked out anew each time, as the facts stand now.
 */

/** A month further than this is all guesses: most of its attenders are still to book. */
const MONTHS_AHEAD = 6
const NAMES_SHOWN = 100

export interface CalendarPerson {
  bookingId: number
  name: string
  agency: string
  /** Reasons that the others of the line do not share. */
  why: string[]
  /** The course about which the same message asks. */
  together: string | null
  outOfPattern: boolean
  leftOut: LeftOut | null
  /** The last day to which it may be put off, for a follow-up not asked yet. */
  postponeUntil: On | null
}

/** The people of one event on one day. */
export interface CalendarLine {
  eventId: number
  event: string
  what: 'asked' | 'reminded' | 'to-ask' | 'left-out'
  count: number
  /** Reasons that hold for everyone of the line. */
  why: string[]
  people: CalendarPerson[]
}

export interface CalendarDay {
  on: On
  words: string
  /** A day that is over shows what was done; today both. */
  isPast: boolean
  asked: number
  toAsk: number
  lines: CalendarLine[]
}

export interface AskingMonth {
  month: string
  words: string
  before: string
  /** Null where the plan ends. */
  after: string | null
  isPast: boolean
  days: CalendarDay[]
  /** By the day on which three months were over. */
  leftOut: CalendarLine[]
  totals: { asked: number; reminded: number; toAsk: number; together: number; leftOut: number }
  events: { id: number; name: string }[]
  agencies: { id: number; name: string }[]
  tooFar: boolean
}

interface Entry {
  on: On
  what: CalendarLine['what']
  bookingId: number
  why: string[]
  outOfPattern: boolean
  /** The other booking that the same message asks about. */
  together: number | null
  leftOut: LeftOut | null
  target: On | null
}

/** One month of asking. @throws Invalid for a month that is none */
export async function askingCalendar(ctx: Context, search: AskingSearch): Promise<AskingMonth> {
  const db = ctx.store.long
  const today = londonDate(ctx.now)
  const month = search.month || today.slice(0, 7)
  const from = `${month}-01`
  const to = addDays(addMonths(from, 1), -1)
  if (!/^\d{4}-\d{2}$/.test(month)) throw new Invalid([{ path: 'month', message: 'This is not a month' }])
  const last = addMonths(`${today.slice(0, 7)}-01`, MONTHS_AHEAD)
  const tooFar = from > last
  const entries = [
    ...(from <= today ? await done(db, from, to < today ? to : today) : []),
    ...(to >= today && !tooFar ? await planned(db, today, from, to) : []),
  ]
  const who = await whoseBookings(db, entries)
  const all = entries.flatMap((entry) => {
    const whose = who.get(entry.bookingId)
    return whose ? [{ ...entry, whose }] : []
  })
  const shown = all.filter(
    ({ whose }) =>
      (!search.event || whose.eventId === Number(search.event)) &&
      (!search.agency || whose.agencyId === Number(search.agency)),
  )
  const days = [...Map.groupBy(shown.filter(isOnADay), ({ on }) => on)].sort(([a], [b]) => (a < b ? -1 : 1))
  const count = (what: CalendarLine['what']) => shown.filter((one) => one.what === what).length
  return {
    month,
    words: formatMonth(from),
    before: addMonths(from, -1).slice(0, 7),
    after: addMonths(from, 1) > last ? null : addMonths(from, 1).slice(0, 7),
    isPast: to < today,
    days: days.map(([on, theirs]) => ({
      on,
      words: formatDate(on),
      isPast: on < today,
      asked: theirs.filter(({ what }) => what !== 'to-ask').length,
      toAsk: theirs.filter(({ what }) => what === 'to-ask').length,
      lines: linesOf(theirs, who, today),
    })),
    leftOut: linesOf(
      shown.filter((one) => !isOnADay(one)),
      who,
      today,
    ),
    totals: {
      asked: count('asked'),
      reminded: count('reminded'),
      toAsk: count('to-ask'),
      together: shown.filter(({ what, together }) => what === 'to-ask' && together !== null).length,
      leftOut: count('left-out'),
    },
    events: named(all.map(({ whose }) => ({ id: whose.eventId, name: whose.event }))),
    agencies: named(all.map(({ whose }) => ({ id: whose.agencyId, name: whose.agency }))),
    tooFar,
  }
}

const isOnADay = ({ what }: { what: CalendarLine['what'] }) => what !== 'left-out'

const named = (all: { id: number; name: string }[]) =>
  [...new Map(all.map((one) => [one.id, one])).values()].sort((a, b) => a.name.localeCompare(b.name, 'en-GB'))

interface Whose {
  eventId: number
  event: string
  course: string
  agencyId: number
  agency: string
  name: string
  lastOn: On
}

type Placed = Entry & { whose: Whose }

/** One line for each event and each thing done; the reasons that all share stand once. */
function linesOf(theirs: readonly Placed[], who: ReadonlyMap<number, Whose>, today: On): CalendarLine[] {
  const groups = Map.groupBy(theirs, ({ what, whose }) => `${what} ${whose.eventId}`)
  return [...groups.values()]
    .map((group) => {
      const [first] = group as [Placed]
      const shared = first.why.filter((why) => group.every((one) => one.why.includes(why)))
      return {
        eventId: first.whose.eventId,
        event: first.whose.event,
        what: first.what,
        count: group.length,
        why: shared,
        people: group
          .toSorted((a, b) => a.whose.name.localeCompare(b.whose.name, 'en-GB'))
          .slice(0, NAMES_SHOWN)
          .map((one) => personOf(one, shared, who, today)),
      }
    })
    .sort((a, b) => a.event.localeCompare(b.event, 'en-GB'))
}

function personOf(one: Placed, shared: readonly string[], who: ReadonlyMap<number, Whose>, today: On): CalendarPerson {
  const latest = one.target === null ? null : lateAfter(one.target)
  return {
    bookingId: one.bookingId,
    name: one.whose.name,
    agency: one.whose.agency,
    why: one.why.filter((why) => !shared.includes(why)),
    together: one.together === null ? null : (who.get(one.together)?.course ?? null),
    outOfPattern: one.outOfPattern,
    leftOut: one.leftOut,
    postponeUntil: one.what === 'to-ask' && latest !== null && latest >= today ? latest : null,
  }
}

/** What was asked on days that came: each contact, and whom a rule left out for good. */
async function done(db: Reading, from: On, to: On): Promise<Entry[]> {
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
      target: null,
    }),
  )
  return [...contacted, ...leftOut]
}

async function planned(db: Reading, today: On, from: On, to: On): Promise<Entry[]> {
  const plan = await askingPlan(db, { today, from, to })
  return plan.map((one) => ({
    bookingId: one.bookingId,
    on: one.on ?? one.target,
    what: one.on === null ? 'left-out' : 'to-ask',
    why: one.why,
    outOfPattern: one.outOfPattern,
    together: one.togetherWith,
    leftOut: one.leftOut,
    target: one.target,
  }))
}

/** Whose bookings these are, also those asked about in the same message. */
async function whoseBookings(db: Reading, entries: readonly Entry[]): Promise<Map<number, Whose>> {
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

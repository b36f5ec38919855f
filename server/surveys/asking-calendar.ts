import { addDays, addMonths, formatDate, formatMonth, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Invalid } from '#server/errors.ts'
import { type Doing, done, type Entry, planned, toRemind, type Whose, whoseBookings } from './asking-entries.ts'
import { lateAfter } from './due-dates.ts'
import type { AskingSearch } from './input.ts'
import type { LeftOut } from './plan.ts'
import type { ReminderNumber } from './running-series.ts'

/*
 * The asking calendar: a month at a time, who was asked, and who will be asked or reminded when and why that day. What is past
 * stands in `contacts`; what is to come is worked out anew each time, as the facts stand now. Its rows come from asking-entries.ts.
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
  /** Which reminder it is or was; null for an invitation. */
  reminder: ReminderNumber | null
  /** The last day to which it may be put off, for a follow-up not asked yet. */
  postponeUntil: On | null
}

/** The people of one event on one day. */
export interface CalendarLine {
  eventId: number
  event: string
  what: Doing
  count: number
  /** Which rule leaves all of them out. */
  leftOut: LeftOut | null
  /** Reasons that hold for everyone of the line. */
  why: string[]
  /** Where no reason holds for everyone: the one that holds for most, and for how many. */
  most: { why: string; count: number } | null
  people: CalendarPerson[]
}

export interface CalendarDay {
  on: On
  words: string
  /** A day that is over shows what was done; today both. */
  isPast: boolean
  asked: number
  toAsk: number
  toRemind: number
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
  totals: {
    asked: number
    reminded: number
    toAsk: number
    /** People, some of them to be reminded more than once. */
    toRemind: number
    together: number
    leftOut: number
    toLeaveOut: number
  }
  events: { id: number; name: string }[]
  agencies: { id: number; name: string }[]
  tooFar: boolean
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
    ...(to >= today && !tooFar ? await toRemind(ctx, today, from, to) : []),
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
  const count = (what: Doing) => shown.filter((one) => one.what === what).length
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
      asked: theirs.filter(({ what }) => what === 'asked' || what === 'reminded').length,
      toAsk: theirs.filter(({ what }) => what === 'to-ask').length,
      toRemind: theirs.filter(({ what }) => what === 'to-remind').length,
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
      toRemind: new Set(shown.flatMap(({ what, bookingId }) => (what === 'to-remind' ? [bookingId] : []))).size,
      together: shown.filter(({ what, together }) => what === 'to-ask' && together !== null).length,
      leftOut: count('left-out'),
      toLeaveOut: count('to-leave-out'),
    },
    events: named(all.map(({ whose }) => ({ id: whose.eventId, name: whose.event }))),
    agencies: named(all.map(({ whose }) => ({ id: whose.agencyId, name: whose.agency }))),
    tooFar,
  }
}

const isOnADay = ({ what }: { what: Doing }) => what !== 'left-out' && what !== 'to-leave-out'

const named = (all: { id: number; name: string }[]) =>
  [...new Map(all.map((one) => [one.id, one])).values()].sort((a, b) => a.name.localeCompare(b.name, 'en-GB'))

type Placed = Entry & { whose: Whose }

/** One line for each event and each thing done, and for each rule that leaves people out; the reasons that all share stand once. */
function linesOf(theirs: readonly Placed[], who: ReadonlyMap<number, Whose>, today: On): CalendarLine[] {
  const groups = Map.groupBy(theirs, ({ what, whose, leftOut }) => `${what} ${whose.eventId} ${leftOut}`)
  return [...groups.values()]
    .map((group) => {
      const [first] = group as [Placed]
      const shared = first.why.filter((why) => group.every((one) => one.why.includes(why)))
      return {
        eventId: first.whose.eventId,
        event: first.whose.event,
        what: first.what,
        count: group.length,
        leftOut: first.leftOut,
        why: shared,
        most: shared.length ? null : mostOf(group),
        people: group
          .toSorted((a, b) => a.whose.name.localeCompare(b.whose.name, 'en-GB'))
          .slice(0, NAMES_SHOWN)
          .map((one) => personOf(one, shared, who, today)),
      }
    })
    .sort((a, b) => a.event.localeCompare(b.event, 'en-GB'))
}

/** The reason that most of them share; of several the one met first. */
function mostOf(group: readonly Placed[]): CalendarLine['most'] {
  const found = new Map<string, number>()
  for (const { why } of group) for (const one of new Set(why)) found.set(one, (found.get(one) ?? 0) + 1)
  const [first] = [...found].sort(([, a], [, b]) => b - a)
  return first ? { why: first[0], count: first[1] } : null
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
    reminder: one.reminder,
    postponeUntil: one.what === 'to-ask' && latest !== null && latest >= today ? latest : null,
  }
}

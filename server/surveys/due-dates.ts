import { bankHoliday } from '#server/bank-holidays.ts'
import {
  addDays,
  addMonths,
  addWorkingDays,
  formatDate,
  formatDateShort,
  formatMonth,
  londonInstant,
  type On,
  weekday,
} from '#server/calendar.ts'

/**
 * What decides when one attender is asked. Every period holds its first and its last day.
 * `termDates` are school holidays and count only when `education`; `awayUntil` is the last day away; `postponedTo` the first day on which asking is allowed;
 * `notBefore` the same for a reason that lies in the person's other follow-ups, told in its own words.
 */
export type AskingFacts = {
  lastSessionOn: On
  education: boolean
  termDates: { closedFrom: On; closedTo: On }[]
  /** `whom` in words, such as "everyone"; of several pauses each is told. */
  pauses: { from: On; to: On; whom?: string }[]
  awayUntil?: On | null
  postponedTo?: On | null
  notBefore?: { on: On; why: string } | null
}

export type DueDates = { target: On; send: On; why: string[]; outOfPattern: boolean }

const MONTHS_ON = 3
const CAP_DAYS = 35
const REMINDER_AFTER = { 1: 4, 2: 9, 3: 14 } as const
const DAYS_BETWEEN_REMINDERS = 5
/** A hold that lasts until this day never ends. */
const LAST_DAY = '9999-12-31'

type Hold = { until: On; why: string }

/**
 * `target` is three calendar months after the last event session, the month's last day where it has no such day. `send` is the first day from
 * then on that is a Tuesday, Wednesday or Thursday, a working day, and not held. `why` tells each reason the date moved, in words for a page.
 *
 * When no such day comes by `latestSendOn`, only the day of the week and that limit give way: the first working day that is not held, `outOfPattern`.
 * What holds a date (pauses, away, postponed, school holidays, Christmas, bank holidays) holds it then too, even past the limit; by a hold
 * without an end, 9999-12-31. `until` stands in place of that limit, for a day that went by unasked.
 */
export function dueDates(facts: AskingFacts, until?: On): DueDates {
  const target = addMonths(facts.lastSessionOn, MONTHS_ON)
  const latest = until ?? latestSendOn(target, facts.education)
  const why = clamped(facts.lastSessionOn, target)

  const fitting = firstDay(target, latest, (on) => heldForInvitation(on, facts) ?? otherWeekday(on))
  if (fitting.on) {
    const runsOn =
      fitting.on > addDays(target, CAP_DAYS)
        ? [`Schools may be asked about a summer date until ${formatDate(latest)}`]
        : []
    return { target, send: fitting.on, why: [...why, ...fitting.why, ...runsOn], outOfPattern: false }
  }

  const first = firstDay(target, LAST_DAY, (on) => heldForInvitation(on, facts) ?? weekend(on))
  const noneFits = `No Tuesday, Wednesday or Thursday is free by ${formatDate(latest)}: we ask on the first working day that is`
  return { target, send: first.on ?? LAST_DAY, why: [...why, ...first.why, noneFits], outOfPattern: true }
}

/**
 * The last day that fits a target: 35 days on. For education a target in July or August runs at least to the third week of September,
 * read as the Friday of the third Monday-to-Friday week that lies wholly in September.
 */
export function latestSendOn(target: On, education: boolean): On {
  const cap = addDays(target, CAP_DAYS)
  const month = target.slice(5, 7)
  if (!education || (month !== '07' && month !== '08')) return cap
  const september = `${target.slice(0, 4)}-09-01`
  const firstMonday = addDays(september, (8 - weekday(september)) % 7)
  const thirdFriday = addDays(firstMonday, 18)
  if (thirdFriday < cap) return cap
  return thirdFriday
}

/**
 * The day of a reminder: 4, 9 and 14 working days after the day the invitation was really sent, held past bank holidays, school holidays
 * for education, pauses and away. A reminder that was held keeps five working days' distance from the next, or all three would go out together
 * after a school holiday. Pauses known at the time count, so ask again when one is added. Never: 9999-12-31.
 */
export function reminderOn(invitationSentOn: On, step: 1 | 2 | 3, facts: AskingFacts): On {
  const planned = addWorkingDays(invitationSentOn, REMINDER_AFTER[step])
  if (step === 1) return firstAskableDay(planned, facts)
  const before = reminderOn(invitationSentOn, step === 2 ? 1 : 2, facts)
  if (before === LAST_DAY) return LAST_DAY
  const spaced = addWorkingDays(before, DAYS_BETWEEN_REMINDERS)
  if (spaced < planned) return firstAskableDay(planned, facts)
  return firstAskableDay(spaced, facts)
}

/** The first working day from `from` on that nothing holds; 9999-12-31 when a hold never ends. */
export function firstAskableDay(from: On, facts: AskingFacts): On {
  return firstDay(from, LAST_DAY, (on) => held(on, facts) ?? onBankHoliday(on) ?? weekend(on)).on ?? LAST_DAY
}

/** Asking messages go at 10:00 in London; milliseconds UTC. */
export function askingInstant(on: On): number {
  return londonInstant(on, '10:00')
}

/** The last day of *still being asked*: 30 days after the last asking message. */
export function stillBeingAskedUntil(lastAskedOn: On): On {
  return addDays(lastAskedOn, 30)
}

/** The last day an answer is in time: eight weeks past the target. */
export function lateAfter(target: On): On {
  return addDays(target, 56)
}

/** The first day from `from` to `to` that nothing holds, jumping over each hold and noting it. */
function firstDay(from: On, to: On, holdOn: (on: On) => Hold | undefined): { on?: On; why: string[] } {
  const why: string[] = []
  let on = from
  while (on <= to) {
    const hold = holdOn(on)
    if (!hold) return { on, why }
    why.push(hold.why)
    if (hold.until >= LAST_DAY) break
    on = addDays(hold.until, 1)
  }
  return { why }
}

function heldForInvitation(on: On, facts: AskingFacts): Hold | undefined {
  return held(on, facts) ?? christmas(on) ?? onBankHoliday(on)
}

function held(
  on: On,
  { education, termDates, pauses, awayUntil, postponedTo, notBefore }: AskingFacts,
): Hold | undefined {
  if (notBefore && on < notBefore.on) return { until: addDays(notBefore.on, -1), why: notBefore.why }
  if (postponedTo && on < postponedTo)
    return { until: addDays(postponedTo, -1), why: `Postponed to ${formatDate(postponedTo)}` }
  if (awayUntil && on <= awayUntil) return { until: awayUntil, why: `Away until ${formatDate(awayUntil)}` }
  for (const { from, to, whom } of pauses)
    if (from <= on && on <= to)
      return {
        until: to,
        why: `${formatDate(on)}: asking is paused${whom ? ` for ${whom}` : ''}${untilWords(on, to)}`,
      }
  if (!education) return undefined
  for (const { closedFrom, closedTo } of termDates)
    if (closedFrom <= on && on <= closedTo)
      return { until: closedTo, why: `${formatDate(on)}: school holiday${untilWords(on, closedTo)}` }
  return undefined
}

/** A hold that ends the day it is told of says that day once. */
const untilWords = (on: On, last: On) => (on === last ? '' : ` until ${formatDate(last)}`)

function christmas(on: On): Hold | undefined {
  const day = on.slice(5)
  if (day > '01-05' && day < '12-20') return undefined
  const year = Number(on.slice(0, 4)) + (day >= '12-20' ? 1 : 0)
  return { until: `${year}-01-05`, why: `${formatDate(on)}: no invitation goes out between 20 December and 5 January` }
}

function onBankHoliday(on: On): Hold | undefined {
  const name = bankHoliday(on)
  return name === undefined ? undefined : { until: on, why: `${formatDate(on)}: bank holiday (${name})` }
}

function otherWeekday(on: On): Hold | undefined {
  const day = weekday(on)
  if (day >= 2 && day <= 4) return undefined
  const until = addDays(on, day === 1 ? 0 : 8 - day)
  return { until, why: `${formatDate(on)}: we ask on a Tuesday, Wednesday or Thursday` }
}

function weekend(on: On): Hold | undefined {
  const day = weekday(on)
  return day <= 5 ? undefined : { until: addDays(on, 7 - day), why: `${formatDate(on)}: weekend` }
}

function clamped(lastSessionOn: On, target: On): string[] {
  const day = Number(lastSessionOn.slice(8))
  if (Number(target.slice(8)) === day) return []
  const ordinal = day === 31 ? '31st' : `${day}th`
  return [
    `${formatMonth(target)} has no ${ordinal}, so three months after ${formatDateShort(lastSessionOn)} is ${formatDateShort(target)}`,
  ]
}

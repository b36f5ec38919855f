import { Temporal } from 'temporal-polyfill'
import { bankHolidays, bankHolidaysKnown } from './bank-holidays.ts'

/*
 * Longer than most files because it is the one place for dates: every conversion between instants and London, every sum with days, and every
 * date in words. All of it is pure; days are counted as whole numbers, since filling the example asks hundreds of thousands of times.
 */

/** A plain date, 'YYYY-MM-DD': two of them compare as strings. What is no date makes every function here throw RangeError. */
export type On = string
/** A London wall-clock time, 'HH:MM' from '00:00' to '23:59'. */
export type Clock = string

const MINUTE = 60_000
const DAY = 86_400_000
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

// Instants

/** Milliseconds UTC. A time the spring change skips moves an hour on; of one the autumn change repeats, the first is meant. */
export function londonInstant(on: On, clock: Clock): number {
  const wall = dayNumber(on) * DAY + minutesOf(clock) * MINUTE
  const before = londonOffset(wall - DAY)
  const after = londonOffset(wall + DAY)
  if (before === after || londonOffset(wall - before) === before) return wall - before
  return londonOffset(wall - after) === after ? wall - after : wall - before
}

export function londonDate(ms: number): On {
  return dateOf(Math.floor((ms + londonOffset(ms)) / DAY))
}

export function londonClock(ms: number): Clock {
  const wall = ms + londonOffset(ms)
  const minutes = Math.floor((wall - Math.floor(wall / DAY) * DAY) / MINUTE)
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/**
 * The instant a duration of ISO 8601 after `nowMs`, by the calendar in London: P1D keeps the time on the clock, PT24H counts hours.
 * Throws RangeError, in words for a reader, for what is no duration, for nothing, for going back, and for more than P1Y.
 */
export function advance(nowMs: number, isoDuration: string): number {
  const duration = durationOf(isoDuration)
  if (duration.sign < 0) throw new RangeError('Time only goes forward: give a duration without a minus sign')
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO('Europe/London')
  const latest = now.add({ years: 1 }).epochMilliseconds
  const then = instantAfter(now, duration)
  if (then > latest) throw new RangeError('The longest step is one year, P1Y')
  if (then <= nowMs) throw new RangeError('The duration must be longer than nothing')
  return then
}

function durationOf(isoDuration: string): Temporal.Duration {
  try {
    return Temporal.Duration.from(isoDuration)
  } catch {
    throw new RangeError('Give a duration such as P1D, P1W, P3M or PT1H')
  }
}

function instantAfter(now: Temporal.ZonedDateTime, duration: Temporal.Duration): number {
  try {
    return now.add(duration).epochMilliseconds
  } catch {
    return Number.POSITIVE_INFINITY // past the last day Temporal can name
  }
}

// Days

export function addDays(on: On, n: number): On {
  return dateOf(dayNumber(on) + n)
}

/** The same day of the month `n` months on, or back when negative; the month's last day where it has no such day. */
export function addMonths(on: On, n: number): On {
  const day = civil(dayNumber(on))
  const months = Math.floor(day / 10_000) * 12 + (Math.floor(day / 100) % 100) - 1 + n
  const year = Math.floor(months / 12)
  const month = months - year * 12 + 1
  return dateOf(daysFromCivil(year, month, Math.min(day % 100, daysInMonth(year, month))))
}

/** Days from `a` to `b`; negative when `b` comes first. */
export function daysBetween(a: On, b: On): number {
  return dayNumber(b) - dayNumber(a)
}

/** 1 is Monday, 7 is Sunday. */
export function weekday(on: On): number {
  return weekdayOf(dayNumber(on))
}

// Working days

/** Monday to Friday and no bank holiday in England. A year whose bank holidays are not known counts every Monday to Friday. */
export function isWorkingDay(on: On): boolean {
  return isWorking(dayNumber(on))
}

export function holidaysKnown(year: number): boolean {
  return bankHolidaysKnown(year)
}

/** The nth working day after `on`; before it when negative; `on` itself, working day or not, for 0. */
export function addWorkingDays(on: On, n: number): On {
  const step = n < 0 ? -1 : 1
  let day = dayNumber(on)
  for (let left = Math.abs(n); left > 0; ) {
    day += step
    if (isWorking(day)) left -= 1
  }
  return dateOf(day)
}

/**
 * The n of `addWorkingDays(a, n)` that arrives at `b`: working days after `a` up to and with `b`.
 * When `b` comes first it is negative: those from `b` up to the day before `a`.
 */
export function workingDaysBetween(a: On, b: On): number {
  const from = dayNumber(a)
  const to = dayNumber(b)
  let count = 0
  for (let day = from + 1; day <= to; day++) if (isWorking(day)) count += 1
  for (let day = from - 1; day >= to; day--) if (isWorking(day)) count -= 1
  return count
}

/**
 * The instant `hours` of working time after another: 8am to 8pm on working days. What happens at night or on a Sunday waits for
 * the next working morning.
 */
export function addWorkingHours(ms: number, hours: number): number {
  let left = hours * 60 * MINUTE
  for (let on = londonDate(ms); ; on = addDays(on, 1)) {
    if (!isWorkingDay(on)) continue
    const from = Math.max(ms, londonInstant(on, '08:00'))
    const open = londonInstant(on, '20:00') - from
    if (open > 0 && left <= open) return from + left
    left -= Math.max(open, 0)
  }
}

// Programme years

/** '2025-26' for 1 April 2025 to 31 March 2026. */
export function programmeYear(on: On): string {
  const day = civil(dayNumber(on))
  const year = Math.floor(day / 10_000)
  return yearName(day % 10_000 >= 401 ? year : year - 1)
}

/** First and last day of a programme year such as '2025-26'. Throws RangeError when it is not one. */
export function yearBounds(year: string): { from: On; to: On } {
  const first = Number(year.slice(0, 4))
  if (!/^\d{4}-\d{2}$/.test(year) || yearName(first) !== year)
    throw new RangeError(`${year} is not a programme year such as 2025-26`)
  return { from: dateOf(daysFromCivil(first, 4, 1)), to: dateOf(daysFromCivil(first + 1, 3, 31)) }
}

function yearName(first: number): string {
  return `${String(first).padStart(4, '0')}-${two((first + 1) % 100)}`
}

// Words

/** 'Thursday 6 August 2026' */
export function formatDate(on: On): string {
  return `${WEEKDAYS[weekday(on) - 1]} ${formatDateShort(on)}`
}

/** '6 August 2026' */
export function formatDateShort(on: On): string {
  return `${civil(dayNumber(on)) % 100} ${formatMonth(on)}`
}

/** 'August 2026' */
export function formatMonth(on: On): string {
  const day = civil(dayNumber(on))
  return `${MONTHS[(Math.floor(day / 100) % 100) - 1]} ${Math.floor(day / 10_000)}`
}

/** '9:30am', '10am', 'midday', 'midnight' */
export function formatClock(clock: Clock): string {
  const minutes = minutesOf(clock)
  if (minutes === 0) return 'midnight'
  if (minutes === 720) return 'midday'
  const past = minutes % 60
  return `${Math.floor(minutes / 60) % 12 || 12}${past ? `:${two(past)}` : ''}${minutes < 720 ? 'am' : 'pm'}`
}

/** '9:30am to 12:30pm' */
export function formatPeriod(starts: Clock, ends: Clock): string {
  return `${formatClock(starts)} to ${formatClock(ends)}`
}

/** 'Thursday 6 August 2026, 9:30am', as it is in London */
export function formatInstant(ms: number): string {
  return `${formatDate(londonDate(ms))}, ${formatClock(londonClock(ms))}`
}

// London's offset. Temporal is asked once for each year, since it takes a thousand times as long as the sum itself.

type YearOfOffsets = { atStart: number; changes: { at: number; offset: number }[] }
const offsetsByYear = new Map<number, YearOfOffsets>()

/** Milliseconds to add to UTC for London's wall clock at that instant. */
function londonOffset(ms: number): number {
  const year = Math.floor(civil(Math.floor(ms / DAY)) / 10_000)
  let offsets = offsetsByYear.get(year)
  if (!offsets) {
    offsets = offsetsOf(year)
    offsetsByYear.set(year, offsets)
  }
  let offset = offsets.atStart
  for (const change of offsets.changes) if (ms >= change.at) offset = change.offset
  return offset
}

function offsetsOf(year: number): YearOfOffsets {
  const start = Temporal.Instant.fromEpochMilliseconds(daysFromCivil(year, 1, 1) * DAY).toZonedDateTimeISO(
    'Europe/London',
  )
  const end = daysFromCivil(year + 1, 1, 1) * DAY
  const changes: YearOfOffsets['changes'] = []
  for (
    let at = start.getTimeZoneTransition('next');
    at && at.epochMilliseconds < end;
    at = at.getTimeZoneTransition('next')
  )
    changes.push({ at: at.epochMilliseconds, offset: at.offsetNanoseconds / 1_000_000 })
  return { atStart: start.offsetNanoseconds / 1_000_000, changes }
}

// Days as whole numbers since 1 January 1970: Howard Hinnant's algorithms, howardhinnant.github.io/date_algorithms.html

const FIRST_DAY = daysFromCivil(0, 1, 1)
const LAST_DAY = daysFromCivil(9999, 12, 31)
const BANK_HOLIDAYS: ReadonlySet<number> = new Set(bankHolidays().map(dayNumber))

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** The date as one number, 20260806, so that nothing is allocated. */
function civil(dayNumber: number): number {
  if (!(dayNumber >= FIRST_DAY && dayNumber <= LAST_DAY))
    throw new RangeError('The date is outside the years 0 to 9999')
  const z = dayNumber + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return year * 10_000 + month * 100 + (dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1)
}

function dayNumber(on: On): number {
  const year = digits(on, 0) * 100 + digits(on, 2)
  const month = digits(on, 5)
  const day = digits(on, 8)
  const isDate =
    on.length === 10 &&
    on[4] === '-' &&
    on[7] === '-' &&
    year >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  if (!isDate) throw new RangeError(`${on} is not a date such as 2026-08-06`)
  return daysFromCivil(year, month, day)
}

function dateOf(dayNumber: number): On {
  const day = civil(dayNumber)
  const year = Math.floor(day / 10_000)
  return `${year < 1000 ? String(year).padStart(4, '0') : year}-${two(Math.floor(day / 100) % 100)}-${two(day % 100)}`
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function weekdayOf(dayNumber: number): number {
  return ((((dayNumber + 3) % 7) + 7) % 7) + 1
}

function isWorking(dayNumber: number): boolean {
  return weekdayOf(dayNumber) <= 5 && !BANK_HOLIDAYS.has(dayNumber)
}

function minutesOf(clock: Clock): number {
  const hours = digits(clock, 0)
  const minutes = digits(clock, 3)
  const isClock = clock.length === 5 && clock[2] === ':' && hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59
  if (!isClock) throw new RangeError(`${clock} is not a time such as 09:30`)
  return hours * 60 + minutes
}

/** Two decimal digits at a place, or NaN, which fails every comparison. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n)
}

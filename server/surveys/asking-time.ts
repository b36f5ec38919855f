import { addDays, londonDate, type On } from '#server/calendar.ts'
import { askingInstant } from './due-dates.ts'

/** Asking messages leave at 10:00 in London; what a stopped machine missed, until 16:00. */
const CLOSES = 6 * 3_600_000

/** Whether asking messages may leave at this moment of the day. */
export function isAskingTime(now: number): boolean {
  const opens = askingInstant(londonDate(now))
  return now >= opens && now < opens + CLOSES
}

/** The next day whose 10:00 is still to come. */
export function nextAskingDay(now: number): On {
  const today = londonDate(now)
  return askingInstant(today) > now ? today : addDays(today, 1)
}

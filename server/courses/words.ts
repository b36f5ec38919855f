import { formatClock, formatDate, formatPeriod, londonClock, londonDate, londonInstant } from '#server/calendar.ts'

export interface SessionTimes {
  on: string
  starts: string
  ends: string
}

/** "Thursday 24 September 2026, 9:30am to 12:30pm" */
export const sessionWords = ({ on, starts, ends }: SessionTimes): string =>
  `${formatDate(on)}, ${formatPeriod(starts, ends)}`

export const startOf = ({ on, starts }: SessionTimes): number => londonInstant(on, starts)

/** Every venue of an event once, "Online" for a video meeting. */
export function whereWords(sessions: { venue: string | null; online: boolean }[]): string {
  const places = [
    ...new Set(sessions.map(({ venue, online }) => venue ?? (online ? 'Online' : 'Venue to be confirmed'))),
  ]
  return places.length
    ? listed(places.map((place, n) => (n > 0 && place === 'Online' ? 'online' : place)))
    : 'To be confirmed'
}

/** "3 hours", "1 hour 30 minutes", "45 minutes" */
export function hoursWords(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const parts = [hours ? `${hours} ${hours === 1 ? 'hour' : 'hours'}` : '', rest ? `${rest} minutes` : '']
  return parts.filter(Boolean).join(' ') || 'No set time'
}

/** "Free", "£40", "£37.50" */
export function priceWords(pence: number): string {
  if (pence === 0) return 'Free'
  return pence % 100 === 0 ? `£${pence / 100}` : `£${(pence / 100).toFixed(2)}`
}

export function placesWords(left: number): string {
  if (left <= 0) return 'Full: nobody more can book'
  return left === 1 ? '1 place left' : `${left.toLocaleString('en-GB')} places left`
}

/** "Health, Police and Northfield School" */
export function listed(words: string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** "9am on Monday 5 October 2026" */
export const momentWords = (ms: number): string => `${formatClock(londonClock(ms))} on ${formatDate(londonDate(ms))}`

import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator'
import { type CalendarMethod, cleanName, cleanSender, oneLine } from './message.ts'

/** One event session of one booking as a calendar entry. */
export type Invitation = {
  /** Constant for this booking and event session for ever. */
  uid: string
  /** Rises with every change of time or place and with the cancellation. */
  sequence: number
  method: CalendarMethod
  /** A mailbox that someone reads. */
  organiser: { name: string; address: string }
  attendee: { name: string; address: string }
  summary: string
  location: string
  /** No personal link: people share their calendars (E16). */
  description: string
  /** ms UTC */
  startsAt: number
  /** ms UTC */
  endsAt: number
  /** When it was last changed, ms UTC. */
  stampedAt: number
  /** Whether it stands in the calendar without taking up the time. */
  isFree?: boolean
}

/** The day of the three-month question, for the delegate's own calendar. */
export type Check = {
  /** Constant for this follow-up for ever. */
  uid: string
  /** A mailbox that someone reads. */
  organiser: { name: string; address: string }
  /** The ready-made commitment; else the course. Never own words: people share their calendars. */
  label: string
  /** ms UTC: 9:45am in London on the day of the question. */
  startsAt: number
  /** When this message was made, ms UTC. */
  stampedAt: number
}

/** A quarter of an hour that blocks nothing, published: it names nobody, asks for no reply and has no link (E16). */
export function checkEntry({ uid, organiser, label, startsAt, stampedAt }: Check): string {
  return calendarInvitation([
    {
      uid,
      sequence: 0,
      method: 'PUBLISH',
      organiser,
      attendee: organiser,
      summary: `Three-month check: ${label}`,
      location: '',
      description: 'About now we send you one question by email: what became of it. “Not yet” is a fine answer.',
      startsAt,
      endsAt: startsAt + 15 * 60_000,
      stampedAt,
      isFree: true,
    },
  ])
}

/**
 * The event sessions of one booking as one iCalendar text (RFC 5545, 5546): UTC, folded at 75 octets, lines ended by CRLF.
 * @throws TypeError when there is none, or their methods differ
 */
export function calendarInvitation(invitations: Invitation[]): string {
  const [first] = invitations
  if (!first) throw new TypeError('An invitation needs an event session')
  if (invitations.some(({ method }) => method !== first.method)) throw new TypeError('One calendar has one method')
  const calendar = ical({
    method: ICalCalendarMethod[first.method],
    prodId: { company: 'Afterwards', product: 'Bookings', language: 'EN' },
    scale: 'gregorian',
  })
  for (const invitation of invitations) {
    const { organiser, attendee } = invitation
    const isCancelled = invitation.method === 'CANCEL'
    const isPublished = invitation.method === 'PUBLISH'
    calendar.createEvent({
      id: oneLine(invitation.uid),
      sequence: invitation.sequence,
      stamp: new Date(invitation.stampedAt),
      lastModified: new Date(invitation.stampedAt),
      start: new Date(invitation.startsAt),
      end: new Date(invitation.endsAt),
      summary: plain(invitation.summary),
      location: plain(invitation.location),
      description: plain(invitation.description),
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      ...(invitation.isFree && { transparency: ICalEventTransparency.TRANSPARENT }),
      organizer: { name: cleanSender(organiser.name) || organiser.address, email: organiser.address },
      // A published entry names nobody (RFC 5546 section 3.2.1).
      attendees: isPublished
        ? []
        : [
            {
              name: cleanSender(cleanName(attendee.name)) || attendee.address,
              email: attendee.address,
              role: ICalAttendeeRole.REQ,
              // Booked is accepted: the entry asks nothing, and an answer to it would change nothing.
              status: isCancelled ? ICalAttendeeStatus.DECLINED : ICalAttendeeStatus.ACCEPTED,
              rsvp: false,
            },
          ],
    })
  }
  return `${calendar.toString()}\r\n`
}

/** iCalendar text may hold line breaks but no other control character (RFC 5545 section 3.3.11). */
function plain(words: string): string {
  return words
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map(oneLine)
    .join('\n')
    .trim()
}

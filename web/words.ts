import type { Mark } from '#server/attendance/input.ts'
import type { BookingState, StepReason } from '#server/bookings/input.ts'
import type { Audience, EventKind, FollowUpEarned } from '#server/courses/input.ts'
import type { MessageState } from '#server/outbox/input.ts'
import type { Role, RoleGroup, Workforce } from '#server/people/input.ts'
import type {
  Anchor,
  Channel,
  Disposition,
  PassedTo,
  PracticeAnswer,
  TextKind,
  WriterReason,
} from '#server/surveys/input.ts'

/** Words people read for every closed list. Dates and times come from the server as finished words. */

export const roleWords: Record<Role, string> = {
  delegate: 'Delegate',
  'agency-lead': 'Agency lead',
  trainer: 'Trainer',
  coordinator: 'Coordinator',
  'sub-group': 'Learning and Development sub-group',
  administrator: 'Administrator',
}

export const roleGroupWords: Record<RoleGroup, string> = {
  'social-work': 'Social work',
  'health-visiting': 'Health visiting',
  nursing: 'Nursing and midwifery',
  'general-practice': 'General practice',
  teaching: 'Teaching and school staff',
  'early-years': 'Early years',
  policing: 'Policing',
  probation: 'Probation',
  housing: 'Housing',
  'youth-work': 'Youth work',
  'adult-care': 'Adult social care',
  volunteering: 'Volunteering',
  management: 'Management',
  other: 'Something else',
}

export const workforceWords: Record<Workforce, string> = {
  children: 'Children and families',
  adults: 'Adults',
  both: 'Both children and adults',
}

export const audienceWords: Record<Audience, string> = {
  children: 'For people who work with children',
  adults: 'For people who work with adults',
  both: 'For people who work with children or adults',
}

export const eventKindWords: Record<EventKind, string> = {
  course: 'Course',
  'learning-event': 'Learning event',
  forum: 'Forum',
  briefing: 'Briefing',
  conference: 'Conference',
  'e-learning': 'E-learning',
}

export const followUpWords: Record<FollowUpEarned, string> = {
  full: 'Full follow-up after three months',
  'one-question': 'One question after three months',
  yearly: 'Asked once a year',
  none: 'No follow-up',
}

export const bookingStateWords: Record<BookingState, string> = {
  requested: 'Asked for',
  waiting: 'On the waiting list',
  offered: 'Place offered',
  confirmed: 'Booked',
  cancelled: 'Cancelled',
  declined: 'Not supported by the manager',
}

export const stepReasonWords: Record<StepReason, string> = {
  'by-person': 'by the person',
  'by-agency': 'by their agency',
  'by-coordinator': 'by the coordinator',
  'event-cancelled': 'because the event was cancelled',
  substituted: 'because someone else takes the place',
  transferred: 'moved to another date',
  'offer-expired': 'because the offer ran out',
}

export const markWords: Record<Mark, string> = {
  present: 'Present',
  late: 'Late',
  'left-early': 'Left early',
  absent: 'Did not attend',
  excused: 'Excused',
}

export const practiceAnswerWords: Record<PracticeAnswer, string> = {
  already: 'I was already working this way',
  routine: 'It is now part of how I work',
  once: 'I have done it at least once',
  started: 'I have started',
  'not-yet': 'Not yet',
  'no-chance': 'No chance has come up',
  'did-not-fit': 'It did not fit my role or team',
  left: 'I have left that role or been away',
}

export const anchorWords: Record<Anchor, string> = {
  'not-yet': 'Not yet',
  some: 'Some',
  good: 'Good',
  strong: 'Strong',
}

export const dispositionWords: Record<Disposition, string> = {
  answered: 'Answered',
  'no-reply': 'No reply',
  'could-not-be-asked': 'Could not be asked',
  'still-being-asked': 'Still being asked',
  'not-yet-due': 'Not yet due',
  'not-asked-by-rule': 'Not asked, by rule',
}

export const channelWords: Record<Channel, string> = {
  'e-mail': 'By email',
  page: 'On the page',
  'day-code': 'By day code',
  reply: 'By reply to the email',
  phone: 'By phone',
  paper: 'On paper',
  supervision: 'In supervision',
}

export const messageStateWords: Record<MessageState, string> = {
  queued: 'Waiting',
  claimed: 'Waiting',
  transmitting: 'Being sent',
  sent: 'Sent',
  retry: 'Will be tried again',
  uncertain: 'May not have arrived',
  dead: 'Failed',
  cancelled: 'Not sent, no longer needed',
}

/** "1 place", "2 places", "no places". */
export function counted(count: number, one: string, many: string): string {
  return count === 0 ? `no ${many}` : `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`
}

const inLondon = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  hour12: true,
})

/** "Thursday 24 September 2026, 9:30am": for the few instants that reach the page as numbers (ms UTC). */
export function instantWords(at: number): string {
  const part = Object.fromEntries(inLondon.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  const half = (part.dayPeriod ?? '').toLowerCase().replaceAll('.', '')
  const minutes = part.minute === '00' ? '' : `:${part.minute}`
  const isTwelve = part.hour === '12' && minutes === ''
  const time = isTwelve ? (half === 'pm' ? 'midday' : 'midnight') : `${part.hour}${minutes}${half}`
  return `${part.weekday} ${part.day} ${part.month} ${part.year}, ${time}`
}

export const textKindWords: Record<TextKind, string> = {
  commitment: 'What they will do differently',
  example: 'One time they did it',
  suggestion: 'What we should change about the day',
  need: 'What would make it worth their day',
  added: 'To a question of the course',
}

export const writerReasonWords: Record<WriterReason, string> = {
  'someone-at-risk': 'Someone may be at risk, and I need to ring the writer',
  complaint: 'It is a complaint that must be answered',
  'data-protection-request': 'A request under data-protection law is about it',
  'put-right': 'The writer asked us to put something right',
}

export const passedToWords: Record<PassedTo, string> = {
  'child-route': 'Children’s social care',
  'adult-route': 'Adult social care',
  'allegation-route': 'Whoever looks into concerns about people who work with children',
  police: 'The police',
  support: 'Support for the writer',
  'no-need': 'Nowhere: it was read, and nobody is at risk',
}

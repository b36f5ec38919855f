import * as v from 'valibot'
import * as bookingCancellation from './booking-cancellation.ts'
import * as bookingConfirmation from './booking-confirmation.ts'
import * as certificateReady from './certificate-ready.ts'
import * as followUpInvitation from './follow-up-invitation.ts'
import * as followUpReminder from './follow-up-reminder.ts'
import type { Asking } from './follow-up-words.ts'
import type { Letter } from './message.ts'
import * as signInCode from './sign-in-code.ts'
import * as urgentWords from './urgent-words.ts'

type Entry = {
  name: string
  samples: unknown[]
  /** @throws ValiError when the props are not what the message needs */
  write: (props: unknown) => Letter
}

/** The origin of every sample. */
export const sampleOrigin = 'https://training.example.org'

const at = (path: string) => `${sampleOrigin}${path}`

const followUp: Asking = {
  firstName: 'Sam',
  course: 'Working with neglect',
  date: 'Tuesday 15 September 2026',
  venue: 'Fernhill Centre',
  trainer: 'Robin Ashdown',
  monthName: 'September',
  suggestion: 'Use the neglect toolkit in my next supervision',
  ownWords: false,
  choices: [
    'I was already working this way',
    'It is now part of how I work',
    'I have done it at least once',
    'I have started',
    'Not yet',
    'No chance has come up',
    'It did not fit my role or team',
    'I have left that role or been away',
  ].map((text, i) => ({ text, href: at(`/answer/sample-token?choice=${i + 1}`) })),
  deadline: 'Thursday 7 January 2027',
  remaining: 'two weeks',
  phone: '01632 960 140',
  optOutHref: at('/stop/sample-token'),
}

function entry<S extends v.GenericSchema>(
  name: string,
  schema: S,
  write: (props: v.InferInput<S>) => Letter,
  samples: v.InferInput<S>[],
): Entry {
  return { name, samples, write: (props) => write(v.parse(schema, props)) }
}

/** Every message there is, each with invented samples of its props. */
export const catalogue: Entry[] = [
  entry('sign-in-code', signInCode.props, signInCode.signInCode, [{ code: '493027', minutes: 10 }]),
  entry('booking-confirmation', bookingConfirmation.props, bookingConfirmation.bookingConfirmation, [
    {
      firstName: 'Sam',
      course: 'Working with neglect',
      when: ['Tuesday 15 September 2026, 9:30am to 4:30pm', 'Wednesday 16 September 2026, 9:30am to midday'],
      where: 'Fernhill Centre, Larch Road, Example Town',
      toBring: 'A case that you can talk about without names',
      cancelBy: 'by Monday 7 September 2026',
      cancelHref: at('/bookings/sample/cancellation'),
      manageHref: at('/bookings/sample'),
      phone: '01632 960 140',
    },
    {
      firstName: '',
      course: 'Online safety in an hour',
      when: ['Thursday 24 September 2026, midday to 1pm'],
      where: 'Online; the link comes the day before',
      toBring: null,
      cancelBy: null,
      cancelHref: at('/bookings/sample/cancellation'),
      manageHref: at('/bookings/sample'),
      phone: '01632 960 140',
    },
  ]),
  entry('booking-cancellation', bookingCancellation.props, bookingCancellation.bookingCancellation, [
    {
      firstName: 'Sam',
      course: 'Working with neglect',
      when: ['Tuesday 15 September 2026, 9:30am to 4:30pm'],
      where: 'Fernhill Centre, Larch Road, Example Town',
      reason: 'You cancelled your booking on Friday 4 September 2026.',
      charge: 'There is no charge.',
      otherDatesHref: at('/events?course=NEG'),
      phone: '01632 960 140',
    },
    {
      firstName: 'Sam',
      course: 'Working with neglect',
      when: ['Tuesday 15 September 2026, 9:30am to 4:30pm'],
      where: 'Fernhill Centre, Larch Road, Example Town',
      reason: 'We are sorry: we had to cancel this course because the trainer is ill.',
      charge: null,
      otherDatesHref: null,
      phone: '01632 960 140',
    },
  ]),
  entry('certificate-ready', certificateReady.props, certificateReady.certificateReady, [
    {
      firstName: 'Sam',
      course: 'Working with neglect',
      dates: '15 and 16 September 2026',
      hours: '8½',
      href: at('/certificates/sample'),
    },
  ]),
  entry('follow-up-invitation', followUpInvitation.props, followUpInvitation.followUpInvitation, [
    followUp,
    { ...followUp, suggestion: null, ownWords: true },
    { ...followUp, firstName: '', suggestion: null },
  ]),
  entry('follow-up-reminder', followUpReminder.props, followUpReminder.followUpReminder, [
    followUp,
    { ...followUp, wasThisYou: at('/answer/sample-token/check') },
    { ...followUp, suggestion: null, ownWords: true },
    { ...followUp, firstName: '', suggestion: null },
  ]),
  entry('urgent-words', urgentWords.props, urgentWords.urgentWords, [
    {
      firstName: 'Alex',
      writtenAt: 'Tuesday 15 December 2026, 10:42am',
      alsoTold: ['Jo Marlow'],
      isReminder: false,
      href: at('/desk/urgent/sample'),
    },
    {
      firstName: 'Alex',
      writtenAt: 'Tuesday 15 December 2026, 10:42am',
      alsoTold: [],
      isReminder: true,
      href: at('/desk/urgent/sample'),
    },
  ]),
]

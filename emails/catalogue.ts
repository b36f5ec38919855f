/* One of the two lists of every kind of message (server/messages.ts is the other): long, because it holds samples of what each must be able to say. */
import * as v from 'valibot'
import * as bookingCancellation from './booking-cancellation.ts'
import * as bookingConfirmation from './booking-confirmation.ts'
import * as certificateReady from './certificate-ready.ts'
import * as colleagueView from './colleague-view.ts'
import * as commitmentCard from './commitment-card.ts'
import * as followUpInvitation from './follow-up-invitation.ts'
import * as followUpReminder from './follow-up-reminder.ts'
import type { AskedAbout, Asking } from './follow-up-words.ts'
import * as handOver from './hand-over.ts'
import * as joiningInstructions from './joining-instructions.ts'
import type { Letter } from './message.ts'
import * as nudge from './nudge.ts'
import * as reportSummary from './report-summary.ts'
import * as results from './results.ts'
import * as signInCode from './sign-in-code.ts'
import * as singleAgencyReturn from './single-agency-return.ts'
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

const answers = (token: string) =>
  [
    'I was already working this way',
    'It is now part of how I work',
    'I have done it at least once',
    'I have started',
    'Not yet',
    'No chance has come up',
    'It did not fit my role or team',
    'I have left that role or been away',
  ].map((text, i) => ({ text, href: at(`/answer/${token}/${i + 1}`) }))

const about: AskedAbout = {
  course: 'Working with neglect',
  date: 'Tuesday 15 September 2026',
  venue: 'Fernhill Centre',
  trainer: 'Robin Ashdown',
  monthName: 'September',
  suggestion: 'Use the neglect toolkit in my next supervision',
  ownWords: false,
  choices: answers('sample-token'),
}

const second: AskedAbout = {
  course: 'Exploitation and county lines',
  date: 'Thursday 1 October 2026',
  venue: 'online',
  trainer: 'Lee Marsh',
  monthName: 'October',
  suggestion: 'Ask the front door for advice before I write the referral',
  ownWords: false,
  choices: answers('second-token'),
}

const followUp: Asking = {
  firstName: 'Sam',
  about: [about],
  deadline: 'Thursday 7 January',
  remaining: 'two weeks',
  phone: '01632 960 140',
  optOutHref: at('/opt-out/sample-token'),
  othersAnswered: null,
  arm: 'a',
}

/** What an asking message must be able to say: each kind of plan, two at once, no name, an answer to be confirmed. */
const asked: Asking[] = [
  followUp,
  { ...followUp, arm: 'b' },
  { ...followUp, about: [{ ...about, suggestion: null, ownWords: true }] },
  { ...followUp, firstName: '', about: [{ ...about, suggestion: null }] },
  { ...followUp, about: [about, second] },
  { ...followUp, arm: 'b', about: [about, { ...second, trainer: 'Robin Ashdown', suggestion: null, ownWords: true }] },
  {
    ...followUp,
    firstName: '',
    about: [
      { ...about, suggestion: null },
      { ...second, suggestion: null },
    ],
  },
]

const confirming = (token: string) => at(`/answer/${token}/check`)

const reminded: Asking[] = [
  ...asked,
  { ...followUp, othersAnswered: { answered: 31, of: 54 } },
  { ...followUp, about: [{ ...about, wasThisYou: confirming('sample-token') }] },
  { ...followUp, about: [about, { ...second, wasThisYou: confirming('second-token') }] },
]

const card = {
  firstName: 'Sam',
  course: 'Working with neglect',
  date: 'Tuesday 15 September 2026',
  suggestion: 'Use the neglect toolkit in my next supervision',
  ownWords: false,
  askOn: 'Thursday 17 December 2026',
  phone: '01632 960 140',
  fromTrainer: 'Robin Ashdown',
}

const joining = {
  firstName: 'Sam',
  course: 'Working with neglect',
  when: ['Tuesday 15 September 2026, 9:30am to 4:30pm'],
  where: ['Fernhill Centre, Larch Road, Example Town'],
  dayCode: 'K7M3Q9',
  toBring: null,
  content: {
    notice: 'The day talks about how children are hurt.',
    support: 'your manager, or Samaritans on 116 123',
  },
  linkFrom: null,
  manageHref: at('/bookings/sample'),
  beforeHref: at('/before/sample-token'),
  phone: '01632 960 140',
}

const fourWeeksOn = {
  firstName: 'Sam',
  course: 'Working with neglect',
  date: 'Tuesday 15 September 2026',
  monthName: 'September',
  suggestion: 'Use the neglect toolkit in my next supervision',
  ownWords: false,
  others: [
    { text: 'Use the neglect toolkit in my next supervision', count: 14 },
    { text: 'Write down the child’s day in their own words', count: 9 },
    { text: 'Ring the health visitor before the meeting', count: 1 },
  ],
  resource: 'The neglect toolkit, page 4: six questions to ask at the door.',
  fromTrainer: 'Robin Ashdown',
  phone: '01632 960 140',
  optOutHref: at('/opt-out/sample-token'),
}

const finished = {
  firstName: 'Sam',
  course: 'Working with neglect',
  date: 'Tuesday 15 September 2026',
  came: 54,
  answered: 31,
  sentence: '31 of the 54 people who came have told us what happened next.',
  href: at('/results/sample-token'),
  account: at('/account/sample-token'),
  phone: '01632 960 140',
  optOutHref: at('/opt-out/sample-token'),
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
  entry('joining-instructions', joiningInstructions.props, joiningInstructions.joiningInstructions, [
    joining,
    {
      ...joining,
      firstName: '',
      when: ['Thursday 24 September 2026, midday to 1pm'],
      where: ['Online, by video'],
      toBring: 'A case that you can talk about without names',
      content: null,
      linkFrom: 'from Monday 21 September 2026',
      beforeHref: null,
    },
    {
      ...joining,
      when: [
        'Tuesday 15 September 2026, 9:30am to 4:30pm: Fernhill Centre',
        'Wednesday 16 September 2026, 9:30am to midday: online',
      ],
      where: ['Fernhill Centre, Larch Road, Example Town', 'Online, by video'],
      content: null,
      linkFrom: 'now',
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
  entry('commitment-card', commitmentCard.props, commitmentCard.commitmentCard, [
    card,
    { ...card, suggestion: null, ownWords: true },
    { ...card, firstName: '', suggestion: null, fromTrainer: '' },
  ]),
  entry('nudge', nudge.props, nudge.nudge, [
    fourWeeksOn,
    { ...fourWeeksOn, suggestion: null, ownWords: true, others: null },
    { ...fourWeeksOn, firstName: '', suggestion: null, others: null, resource: null, fromTrainer: '' },
  ]),
  entry('follow-up-invitation', followUpInvitation.props, followUpInvitation.followUpInvitation, asked),
  entry(
    'follow-up-reminder',
    followUpReminder.props,
    followUpReminder.followUpReminder,
    (['reminder-1', 'reminder-2', 'reminder-3'] as const).flatMap((step) =>
      reminded.map((words) => ({ ...words, step })),
    ),
  ),
  entry('results', results.props, results.results, [
    finished,
    { ...finished, firstName: '', account: null, optOutHref: null },
    {
      ...finished,
      came: 9,
      answered: 0,
      sentence: 'None of the 9 people who came has told us what happened next.',
      account: null,
    },
  ]),
  entry('report-summary', reportSummary.props, reportSummary.reportSummary, [
    {
      firstName: 'Saffron',
      about: 'programme 2025-26',
      period: '1 April 2025 to 31 March 2026',
      href: at('/summary/sample-token'),
      phone: '01632 960 140',
      optOutHref: at('/opt-out/sample-token'),
    },
    {
      firstName: '',
      about: 'Working with neglect, 2025-26',
      period: '1 April 2025 to 31 March 2026',
      href: at('/summary/sample-token'),
      phone: '01632 960 140',
      optOutHref: null,
    },
  ]),
  entry('colleague-view', colleagueView.props, colleagueView.colleagueView, [
    {
      colleagueName: 'Jo Marlow',
      delegateName: 'Saffron Okello-Webb',
      delegateAgency: 'Fernhill Primary School',
      suggestion: 'Use the neglect toolkit in my next supervision',
      course: 'Working with neglect',
      monthName: 'September',
      href: at('/colleague/sample-token'),
      phone: '01632 960 140',
    },
    {
      colleagueName: '',
      delegateName: '',
      delegateAgency: '',
      suggestion: null,
      course: 'Working with neglect',
      monthName: 'September',
      href: at('/colleague/sample-token'),
      phone: '01632 960 140',
    },
  ]),
  entry('hand-over', handOver.props, handOver.handOver, [
    {
      name: 'Kit Larch',
      course: 'Working with neglect',
      monthName: 'September',
      suggestion: 'Use the neglect toolkit in my next supervision',
      phone: '01632 960 140',
    },
    { name: '', course: 'Working with neglect', monthName: 'September', suggestion: null, phone: '01632 960 140' },
  ]),
  entry(
    'single-agency-return',
    singleAgencyReturn.props,
    singleAgencyReturn.singleAgencyReturn,
    [false, true].map((isReminder) => ({
      agency: 'Riverside NHS Trust',
      year: '1 April 2025 to 31 March 2026',
      until: '30 September 2026',
      isReminder,
      href: at('/agency-return/sample-token'),
      phone: '01632 960 140',
    })),
  ),
  entry('urgent-words', urgentWords.props, urgentWords.urgentWords, [
    {
      firstName: 'Alex',
      writtenAt: 'Tuesday 15 December 2026, 10:42am',
      alsoTold: ['Jo Marlow'],
      telling: 'first',
      href: at('/texts'),
    },
    {
      firstName: 'Alex',
      writtenAt: 'Tuesday 15 December 2026, 10:42am',
      alsoTold: [],
      telling: 'again',
      href: at('/texts'),
    },
    {
      firstName: 'Robin',
      writtenAt: 'Tuesday 15 December 2026, 10:42am',
      alsoTold: ['Alex Quill, 01632 960 001', 'Jo Marlow, 01632 960 002'],
      telling: 'manager',
      href: at('/texts'),
    },
  ]),
]

// One of the pure files of this room: the questions of the stages, as published, word for word.
import type { Audience } from '#server/courses/input.ts'
import type { Anchor, ColleagueAnswer, PracticeAnswer, Stage } from '../input.ts'

/**
 * Version 1 of the questions. A published version never changes: a new wording is a new version.
 * What depends on the person (their commitment, the month, the course) is said by the page around the question.
 */
export type InstrumentOption = {
  key: string
  /** As read by someone who works with children and with adults. */
  text: string
  /** Where the words differ for those who work with one of them. */
  textFor?: Partial<Record<Audience, string>>
  family?: string
}

export type InstrumentQuestion = {
  key: string
  /** `outcomes`: one anchor for each learning outcome of the course. */
  kind: 'one' | 'several' | 'outcomes' | 'text'
  text: string
  /** How many options may be chosen: for `several`; otherwise 1. */
  most: number
  options: readonly InstrumentOption[]
}

export type Instrument = {
  stage: Stage
  version: number
  questions: readonly InstrumentQuestion[]
}

const anchorOptions: readonly (InstrumentOption & { key: Anchor })[] = [
  { key: 'not-yet', text: 'Not yet' },
  { key: 'some', text: 'Some: I would need to check or ask' },
  { key: 'good', text: 'Good: I can do it on my own' },
  { key: 'strong', text: 'Strong: colleagues come to me about it' },
]

const chanceOptions: readonly InstrumentOption[] = [
  { key: 'not-at-all', text: 'Not at all' },
  { key: 'once-or-twice', text: 'Once or twice' },
  { key: 'most-weeks', text: 'Most weeks' },
  { key: 'most-days', text: 'Most days' },
]

const obstacleOptions: readonly InstrumentOption[] = [
  { key: 'time', text: 'Time and workload' },
  { key: 'no-case', text: 'No situation of this kind' },
  { key: 'manager', text: 'Little backing from my manager' },
  { key: 'team-habits', text: 'How my team is used to working' },
  { key: 'systems', text: 'Systems and forms' },
  { key: 'another-agency', text: 'Another agency' },
  { key: 'unsure-how', text: 'Not sure how to start' },
  { key: 'policy-changed', text: 'A policy or process that changed' },
  { key: 'nothing', text: 'Nothing' },
]

const helpOptions: readonly InstrumentOption[] = [
  { key: 'time', text: 'Time set aside for it' },
  { key: 'a-case', text: 'A situation came up soon after' },
  { key: 'manager', text: 'My manager or supervision' },
  { key: 'team', text: 'My team' },
  { key: 'systems', text: 'A form, tool or system' },
  { key: 'another-agency', text: 'Someone I know in another agency' },
  { key: 'materials', text: 'What we were given on the day' },
  { key: 'nothing', text: 'Nothing in particular' },
]

const practiceOptions: readonly (InstrumentOption & { key: PracticeAnswer })[] = [
  { key: 'already', text: 'I was already working this way' },
  { key: 'routine', text: 'It is now part of how I work' },
  { key: 'once', text: 'I have done it at least once' },
  { key: 'started', text: 'I have started' },
  { key: 'not-yet', text: 'Not yet' },
  { key: 'no-chance', text: 'No chance has come up' },
  { key: 'did-not-fit', text: 'It did not fit my role or team' },
  { key: 'left', text: 'I have left that role or been away' },
]

const peopleWeWorkWith = 'The people we work with'
const teamOrService = 'The team or service'
const me = 'Me'

const differenceOptions: readonly InstrumentOption[] = [
  {
    key: 'noticed-sooner',
    family: peopleWeWorkWith,
    text: 'A worry was noticed sooner',
    textFor: {
      children: 'A worry about a child was noticed sooner',
      adults: 'A worry about an adult was noticed sooner',
    },
  },
  { key: 'shared-sooner', family: peopleWeWorkWith, text: 'Information was shared sooner' },
  { key: 'better-referral', family: peopleWeWorkWith, text: 'A referral was clearer or more complete' },
  {
    key: 'voice-recorded',
    family: peopleWeWorkWith,
    text: 'What the person said and wanted was written down',
    textFor: {
      children: 'What the child said and wanted was written down',
      adults: 'What the adult said and wanted was written down',
    },
  },
  { key: 'right-people', family: peopleWeWorkWith, text: 'The right people were round the table' },
  { key: 'plan-changed', family: peopleWeWorkWith, text: 'A plan was changed' },
  {
    key: 'understood-better',
    family: peopleWeWorkWith,
    text: 'The person or family understood better what was happening',
    textFor: {
      children: 'The child or family understood better what was happening',
      adults: 'The adult understood better what was happening',
    },
  },
  { key: 'passed-on', family: teamOrService, text: 'I passed it on to colleagues' },
  { key: 'form-changed', family: teamOrService, text: 'We changed a form, a policy or a routine' },
  { key: 'raised-it', family: teamOrService, text: 'I raised it with another agency' },
  { key: 'confident-to-ask', family: me, text: 'I am more confident to ask' },
  { key: 'knew-whom', family: me, text: 'I knew whom to call' },
  { key: 'looked-after', family: me, text: 'I looked after myself or a colleague better' },
  { key: 'confirmed', family: me, text: 'It confirmed what I do' },
  { key: 'too-early', text: 'Too early to say' },
  { key: 'nothing', text: 'Nothing I can point to' },
]

export const beforeInstrument: Instrument = {
  stage: 'before',
  version: 1,
  questions: [
    {
      key: 'outcomes',
      kind: 'outcomes',
      text: 'Today, where are you with each of these?',
      most: 1,
      options: anchorOptions,
    },
    {
      key: 'chance',
      kind: 'one',
      text: 'In the last three months, how often did your job give you a chance to do this?',
      most: 1,
      options: chanceOptions,
    },
    {
      key: 'need',
      kind: 'several',
      text: 'What would make it worth your day?',
      most: 6,
      options: [
        { key: 'know-signs', text: 'Knowing what to look out for' },
        { key: 'know-what-to-say', text: 'Knowing what to say and ask' },
        { key: 'know-whom', text: 'Knowing whom to contact, and when' },
        { key: 'practise', text: 'Practising on examples' },
        { key: 'meet-agencies', text: 'Meeting people from other agencies' },
        { key: 'up-to-date', text: 'Hearing what has changed locally' },
      ],
    },
  ],
}

export const endInstrument: Instrument = {
  stage: 'end',
  version: 1,
  questions: [
    {
      key: 'outcomes',
      kind: 'outcomes',
      text: 'Where are you now with each of these?',
      most: 1,
      options: anchorOptions,
    },
    {
      key: 'then',
      kind: 'outcomes',
      text: 'Looking back, where were you really before you came?',
      most: 1,
      options: anchorOptions,
    },
    {
      key: 'ready',
      kind: 'one',
      text: 'Could you do it tomorrow?',
      most: 1,
      options: [
        { key: 'not-sure-where', text: 'I would not know where to begin' },
        { key: 'with-someone', text: 'I would need someone beside me' },
        { key: 'with-handout', text: 'I could, with the handout to hand' },
        { key: 'on-my-own', text: 'I could on my own' },
        { key: 'show-a-colleague', text: 'I could show a colleague how' },
      ],
    },
    {
      key: 'first-chance',
      kind: 'one',
      text: 'When is the first chance to do it?',
      most: 1,
      options: [
        { key: 'supervision', text: 'My next supervision' },
        { key: 'visit', text: 'My next visit, lesson or appointment' },
        { key: 'team-meeting', text: 'Our next team meeting' },
        { key: 'multi-agency', text: 'The next meeting with other agencies' },
        { key: 'other', text: 'Some other time' },
      ],
    },
    {
      key: 'obstacle',
      kind: 'several',
      text: 'What is most likely to get in the way?',
      most: 2,
      options: obstacleOptions,
    },
    { key: 'suggestion', kind: 'text', text: 'What should we change about today?', most: 1, options: [] },
  ],
}

export const followUpInstrument: Instrument = {
  stage: 'follow-up',
  version: 1,
  questions: [
    { key: 'practice', kind: 'one', text: 'Where has it got to?', most: 1, options: practiceOptions },
    {
      key: 'chance',
      kind: 'one',
      text: 'Since then, how often did your job give you a chance to do it?',
      most: 1,
      options: chanceOptions,
    },
    {
      key: 'outcomes',
      kind: 'outcomes',
      text: 'Where are you now with each of these?',
      most: 1,
      options: anchorOptions,
    },
    {
      key: 'difference',
      kind: 'several',
      text: 'What has been different since?',
      most: differenceOptions.length,
      options: differenceOptions,
    },
    { key: 'helped', kind: 'several', text: 'What helped?', most: 2, options: helpOptions },
    { key: 'in-the-way', kind: 'several', text: 'What got in the way?', most: 2, options: obstacleOptions },
    {
      key: 'anyway',
      kind: 'one',
      text: 'Would you have done this without the training?',
      most: 1,
      options: [
        { key: 'no', text: 'No, it came from the training' },
        { key: 'partly', text: 'In part' },
        { key: 'yes', text: 'Yes, it was planned or required already' },
        { key: 'cannot-say', text: 'I cannot say' },
      ],
    },
    {
      key: 'where-seen',
      kind: 'several',
      text: 'Where could someone see it?',
      most: 5,
      options: [
        { key: 'supervision', text: 'In a supervision record' },
        { key: 'recording', text: 'In case recording or an audit' },
        { key: 'minutes', text: 'In the minutes of a team meeting' },
        { key: 'observed', text: 'Someone watched me do it' },
        { key: 'not-written', text: 'It is not written down anywhere' },
      ],
    },
    { key: 'example', kind: 'text', text: 'Tell us about one time.', most: 1, options: [] },
  ],
}

const colleagueOptions = [
  { key: 'more-than-once', text: 'Yes, more than once' },
  { key: 'once', text: 'Yes, once' },
  { key: 'not-yet', text: 'Not yet' },
  { key: 'could-not-see', text: 'I am not in a position to see' },
] as const satisfies readonly (InstrumentOption & { key: ColleagueAnswer })[]

/** The one question to a colleague whom a delegate named. What was planned, and by whom, is said by the page around it. */
export const colleagueInstrument: Instrument = {
  stage: 'colleague',
  version: 1,
  questions: [{ key: 'seen', kind: 'one', text: 'Have you seen it happen since?', most: 1, options: colleagueOptions }],
}

/** The same for one whose commitment stands in their own words, or who made none. */
export const seenWithoutCommitment = 'Have you seen them do anything differently at work since then?'

/** What is published when a database is made, in the order of the journey. */
export const instrumentsPublished: readonly Instrument[] = [
  beforeInstrument,
  endInstrument,
  followUpInstrument,
  colleagueInstrument,
]

/** Question one for someone who made no commitment of their own (nothing, or not sure yet); the answers are the same. */
export const practiceWithoutCommitment = 'Have you done anything differently because of it?'

/** An option in the words of the course's audience. */
export function optionText(option: InstrumentOption, audience: Audience): string {
  return option.textFor?.[audience] ?? option.text
}

/** The ready answers beside a delegate's own commitment at the end of the day. */
export const noCommitmentWords = {
  nothing: 'Nothing: it confirmed what I do',
  'not-sure': 'I am not sure yet',
} as const

/** May we quote what you wrote? Kept in `consents`, not among the answers; the first is how it stands when nothing is pressed. */
export const quoteConsent = {
  text: 'May we quote what you wrote?',
  options: [
    { key: 'no-quote', text: 'No' },
    { key: 'quote-with-job', text: 'Yes, with the kind of work I do' },
    { key: 'quote', text: 'Yes, without it' },
  ],
  call: 'You may ring me for ten minutes about it',
} as const

import * as v from 'valibot'
import { isDay } from '#server/courses/input.ts'
import { emailAddress, fullName, holdsNoAddress, holdsNoMarks } from '#server/people/input.ts'

export const stages = ['before', 'end', 'follow-up', 'colleague'] as const
export type Stage = (typeof stages)[number]

export const channels = ['e-mail', 'page', 'day-code', 'reply', 'phone', 'paper', 'supervision'] as const
export type Channel = (typeof channels)[number]

/** Ways of answering in which a coordinator types in what someone said or wrote. */
export const typedInChannels = ['reply', 'phone', 'paper'] as const satisfies readonly Channel[]
export type TypedInChannel = (typeof typedInChannels)[number]

export const questionKinds = ['one', 'several', 'outcomes', 'text', 'commitment'] as const

/** The answers to question one, in the order they are shown (product.md 4.6). */
export const practiceAnswers = [
  'already',
  'routine',
  'once',
  'started',
  'not-yet',
  'no-chance',
  'did-not-fit',
  'left',
] as const
export type PracticeAnswer = (typeof practiceAnswers)[number]

/** "In practice": part of how I work, or done at least once, since the day. `started` and `already` are not. */
export const inPractice = ['routine', 'once'] as const satisfies readonly PracticeAnswer[]

/** The four anchors of a learning outcome, lowest first. */
export const anchors = ['not-yet', 'some', 'good', 'strong'] as const
export type Anchor = (typeof anchors)[number]

export const contactSteps = ['invitation', 'reminder-1', 'reminder-2', 'reminder-3'] as const
export type ContactStep = (typeof contactSteps)[number]

export const dispositions = [
  'answered',
  'no-reply',
  'could-not-be-asked',
  'still-being-asked',
  'not-yet-due',
  'not-asked-by-rule',
] as const
export type Disposition = (typeof dispositions)[number]

export const closures = [
  'answered',
  'opted-out',
  'bounced',
  'left',
  'attendance-corrected',
  'event-voided',
  'rule',
] as const

export const textStates = ['held', 'cleared', 'quotable', 'redacted'] as const
/** `added`: the answer to a question that a coordinator added; which one stands beside it. */
export const textKinds = ['commitment', 'example', 'suggestion', 'need', 'added'] as const
export const commitmentKinds = ['suggestion', 'own-words', 'nothing', 'not-sure'] as const
export const optOutScopes = ['course', 'all'] as const
export const consentKinds = ['quote-with-job', 'quote', 'no-quote', 'call'] as const

/** Whom a hold on asking is for. */
export const pauseScopes = ['everyone', 'sector', 'agency', 'event', 'person'] as const
export type PauseScope = (typeof pauseScopes)[number]

/** Why asking is held back: closed words, since a reason in free text would be about a child sooner or later. */
export const holdReasons = ['incident', 'at-their-request', 'service-busy', 'other'] as const
export type HoldReason = (typeof holdReasons)[number]

/** What became of one telephone call of the phone round. */
export const callOutcomes = ['answered', 'no-answer', 'call-back', 'would-rather-not', 'wrong-number', 'left'] as const
export type CallOutcome = (typeof callOutcomes)[number]

/** Where words that sounded urgent were passed. */
export const passedTo = ['child-route', 'adult-route', 'allegation-route', 'police', 'support', 'no-need'] as const
export type PassedTo = (typeof passedTo)[number]

/** Why someone who clears text opens who wrote it. */
export const writerReasons = ['someone-at-risk', 'complaint', 'data-protection-request', 'put-right'] as const
export type WriterReason = (typeof writerReasons)[number]

/** What a colleague says they have seen. */
export const colleagueAnswers = ['more-than-once', 'once', 'not-yet', 'could-not-see'] as const
export type ColleagueAnswer = (typeof colleagueAnswers)[number]

/** What an experiment draws: two wordings of the invitation’s subject, or of the first reminder. */
export const experimentKinds = ['subject', 'reminder-1'] as const
export type ExperimentKind = (typeof experimentKinds)[number]
export const experimentArms = ['a', 'b'] as const
export type ExperimentArm = (typeof experimentArms)[number]

export type TextKind = (typeof textKinds)[number]
export type TextState = (typeof textStates)[number]
export type OptOutScope = (typeof optOutScopes)[number]

/** Longest free texts, in characters. A redaction may grow by its markers. */
export const mostCharacters = {
  commitment: 140,
  example: 300,
  suggestion: 300,
  need: 120,
  added: 300,
  redaction: 600,
} as const

export const redactionInput = v.strictObject({
  text: v.pipe(
    v.string('Write what may stand'),
    v.trim(),
    v.nonEmpty('Write what may stand, such as [removed]'),
    v.maxLength(mostCharacters.redaction, `The text must be ${mostCharacters.redaction} characters or fewer`),
  ),
})
export type RedactionInput = v.InferOutput<typeof redactionInput>

export const writerOpeningInput = v.strictObject({
  reason: v.picklist(writerReasons, 'Choose why you need to know who wrote it'),
})

/** Where urgent words were passed, by whom and when, by the clock in London. */
export const settlementInput = v.strictObject({
  passedTo: v.picklist(passedTo, 'Choose where it was passed'),
  passedBy: v.pipe(
    v.string('Enter who passed it on'),
    v.trim(),
    v.nonEmpty('Enter who passed it on'),
    v.maxLength(200, 'The name must be 200 characters or fewer'),
  ),
  on: v.pipe(v.string('Enter the day'), v.check(isDay, 'Enter a real date, such as 24 9 2026')),
  clock: v.pipe(
    v.string('Enter the time'),
    v.trim(),
    v.transform((typed) => typed.replace('.', ':').padStart(5, '0')),
    v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'Enter the time by the 24-hour clock, such as 14:30'),
  ),
})
export type SettlementInput = v.InferOutput<typeof settlementInput>

/** Minutes after the first event session began in which a day code still opens the questions before the day (product.md 4.6). */
export const beforeMinutes = 5
/** On its morning the code opens them from here on. */
export const beforeOpensClock = '07:00'

/** The questions before the day: anchors by learning outcome, how often there was a chance, what is wanted. */
export const beforeInput = v.strictObject({
  outcomes: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          learningOutcomeId: v.pipe(v.number(), v.integer(), v.minValue(1)),
          anchor: v.picklist(anchors, 'Choose one of the lines shown'),
        }),
      ),
      v.maxLength(20),
    ),
    [],
  ),
  chance: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(40)))),
  need: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(20)), []),
  /** Answers to the questions that were added for the course: lines chosen, or words. */
  added: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          key: v.pipe(v.string(), v.maxLength(40)),
          chosen: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(20)), []),
          words: v.optional(v.pipe(v.string(), v.maxLength(2000)), ''),
        }),
      ),
      v.maxLength(10),
    ),
  ),
})
export type BeforeInput = v.InferOutput<typeof beforeInput>

// Holds on asking

const day = (words: string) =>
  v.pipe(
    v.string(words),
    v.nonEmpty(words),
    v.check((text) => text === '' || isDay(text), 'Enter a real date, such as 24 9 2026'),
  )
const anId = (words: string) => v.pipe(v.number(words), v.integer(words), v.minValue(1, words))

/** Whom a pause is for; of the five only the one that its scope names. A person by their address, or by a name only they have. */
export const pauseInput = v.strictObject({
  scope: v.picklist(pauseScopes, 'Choose whom the pause is for'),
  sectorId: v.optional(anId('Choose a sector')),
  agencyId: v.optional(anId('Choose a school, service or organisation')),
  eventId: v.optional(anId('Choose an event')),
  person: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(254, 'Enter an email address or a full name'))),
  from: day('Enter the first day'),
  to: day('Enter the last day: a pause always has an end'),
  because: v.picklist(holdReasons, 'Choose why'),
})
export type PauseInput = v.InferOutput<typeof pauseInput>

export const postponementInput = v.strictObject({
  to: day('Enter the day to ask from'),
  because: v.picklist(holdReasons, 'Choose why'),
})
export type PostponementInput = v.InferOutput<typeof postponementInput>

/** The last day away; null for back again. */
export const awayInput = v.strictObject({ until: v.nullable(day('Enter the last day away')) })

/** School holidays: the first and the last day without school. */
export const termDatesInput = v.strictObject({
  name: v.pipe(
    v.string('Enter a name, such as Christmas 2026'),
    v.trim(),
    v.nonEmpty('Enter a name, such as Christmas 2026'),
    v.maxLength(100, 'Name must be 100 characters or fewer'),
  ),
  from: day('Enter the first day of the holiday'),
  to: day('Enter the last day of the holiday'),
})
export type TermDatesInput = v.InferOutput<typeof termDatesInput>

// Agreements of agencies, and experiments

/** When an agency agreed, and who chases; nobody is named until somebody of it has the role. */
export const agreementInput = v.strictObject({
  agreedOn: day('Enter the day on which they agreed'),
  chaserId: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
})
export type AgreementInput = v.InferOutput<typeof agreementInput>

/** The day on which the partnership as a whole agreed; null takes it back. */
export const requirementInput = v.strictObject({ on: v.nullable(day('Enter the day on which it was agreed')) })

export const agencyCountsSearch = v.strictObject({
  programme: v.optional(v.pipe(v.string(), v.maxLength(40)), ''),
})

/** `evenSo`: also when it would take longer than is advised. */
export const experimentInput = v.strictObject({
  what: v.picklist(experimentKinds, 'Choose what to try'),
  evenSo: v.optional(v.boolean(), false),
})
export type ExperimentInput = v.InferOutput<typeof experimentInput>

/** A month of the asking calendar, and whose. */
export const askingSearch = v.strictObject({
  month: v.optional(
    v.union([v.literal(''), v.pipe(v.string(), v.regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'Not a month'))]),
    '',
  ),
  event: v.optional(v.pipe(v.string(), v.regex(/^\d{0,15}$/, 'Not an event')), ''),
  agency: v.optional(v.pipe(v.string(), v.regex(/^\d{0,15}$/, 'Not an organisation')), ''),
})
export type AskingSearch = v.InferOutput<typeof askingSearch>

// Response, and who cannot be reached

export const responseGroupings = ['event', 'wave', 'agency', 'channel'] as const
export type ResponseGrouping = (typeof responseGroupings)[number]

export const responseSearch = v.strictObject({
  programme: v.optional(v.pipe(v.string(), v.maxLength(40)), ''),
  by: v.optional(v.picklist(responseGroupings), 'event'),
  /** Of the rows by event this one alone, in its own year. */
  event: v.optional(v.pipe(v.string(), v.regex(/^\d{0,15}$/, 'Not an event')), ''),
})
export type ResponseSearch = v.InferOutput<typeof responseSearch>

export const addressInput = v.strictObject({ email: emailAddress })
export const successorInput = v.strictObject({ name: fullName, email: emailAddress })
export type SuccessorInput = v.InferOutput<typeof successorInput>

/** Whom a delegate names to be asked one question. */
export const colleagueInput = v.strictObject({
  name: v.pipe(
    v.string('Enter their name'),
    v.trim(),
    v.nonEmpty('Enter their name'),
    v.maxLength(200, 'Name must be 200 characters or fewer'),
    holdsNoMarks,
    holdsNoAddress,
  ),
  email: emailAddress,
})
export type ColleagueInput = v.InferOutput<typeof colleagueInput>

// Answers typed in, and the phone round

const practice = v.picklist(practiceAnswers, 'Choose where it has got to')
const outcomesNow = v.pipe(
  v.array(
    v.strictObject({
      learningOutcomeId: v.pipe(v.number(), v.integer(), v.minValue(1)),
      anchor: v.picklist(anchors, 'Choose one of the lines shown'),
    }),
  ),
  v.maxLength(20),
)

export const whoseAnswerSearch = v.strictObject({
  words: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(100)), ''),
})

export const typeInInput = v.strictObject({
  channel: v.picklist(typedInChannels, 'Choose how the answer came'),
  practice,
  /** The answer that stands and is to be changed, as it was seen. */
  instead: v.optional(v.nullable(v.picklist(practiceAnswers)), null),
  chosen: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.maxLength(60)),
        v.pipe(v.array(v.pipe(v.string(), v.maxLength(60))), v.maxLength(40)),
      ),
      v.check((given) => Object.keys(given).length <= 40 && !('practice' in given), 'Question one stands on its own'),
    ),
  ),
  outcomes: v.optional(outcomesNow),
  example: v.optional(v.pipe(v.string(), v.maxLength(2000, 'Write 300 characters or fewer'))),
  quote: v.optional(v.picklist(['no-quote', 'quote', 'quote-with-job'])),
})
export type TypeInInput = v.InferOutput<typeof typeInInput>

export const callInput = v.strictObject({
  /** The try that the caller saw as the next: 1 or 2. */
  number: v.picklist([1, 2], 'A person is rung twice at most'),
  outcome: v.picklist(callOutcomes, 'Choose what became of the call'),
  practice: v.optional(practice),
  outcomes: v.optional(outcomesNow),
})
export type CallInput = v.InferOutput<typeof callInput>

export const ceilingInput = v.strictObject({
  callsAWeek: v.pipe(
    v.number('Enter a number from 0 to 200'),
    v.integer('Enter a whole number from 0 to 200'),
    v.minValue(0, 'Enter a number from 0 to 200'),
    v.maxValue(200, 'Enter a number from 0 to 200'),
  ),
})

// Questions added to a course's own

/** The stages to which a course may add questions of its own. */
export const addedStages = ['before', 'end', 'follow-up'] as const satisfies readonly Stage[]
export type AddedStage = (typeof addedStages)[number]

/** What an added question may be: a closed set, so that every answer can be counted or cleared like the others. */
export const addedKinds = ['one', 'several', 'text'] as const
export type AddedKind = (typeof addedKinds)[number]

/** Questions added at one stage, and the lines to choose from in each. */
export const mostAdded = 3
export const addedLines = { fewest: 2, most: 8, characters: 80 } as const

export const addedQuestion = v.strictObject({
  kind: v.picklist(addedKinds, 'Choose how it is answered'),
  text: v.pipe(
    v.string('Enter the question'),
    v.trim(),
    v.nonEmpty('Enter the question'),
    v.maxLength(160, 'Use 160 characters or fewer'),
  ),
  /** How many lines may be chosen; counts for `several` alone. */
  most: v.optional(v.pipe(v.number('Enter a number'), v.integer('Enter a whole number')), 1),
  options: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string('Enter the lines to choose from'),
          v.trim(),
          v.nonEmpty('A line is empty'),
          v.maxLength(addedLines.characters, `Use ${addedLines.characters} characters or fewer on each line`),
        ),
      ),
      v.maxLength(addedLines.most, `Use ${addedLines.most} lines or fewer`),
    ),
    [],
  ),
})
export type AddedQuestion = v.InferOutput<typeof addedQuestion>

export const addedQuestions = v.pipe(
  v.array(addedQuestion),
  v.maxLength(mostAdded, `Add ${mostAdded} questions at most`),
)

/** `seen`: the version of the course's own that the page showed, 0 for none. */
export const publishInput = v.strictObject({
  seen: v.pipe(v.number(), v.integer(), v.minValue(0)),
  questions: addedQuestions,
})
export type PublishInput = v.InferOutput<typeof publishInput>

export const stageParam = v.object({
  code: v.pipe(v.string(), v.maxLength(40)),
  stage: v.picklist(addedStages),
})

/** Which page is previewed; the draft is the added questions as JSON in base64url, absent for what is published. */
export const previewSearch = v.strictObject({
  page: v.optional(v.pipe(v.string(), v.maxLength(40)), ''),
  draft: v.optional(v.pipe(v.string(), v.maxLength(8192, 'These questions are too long to preview')), ''),
})

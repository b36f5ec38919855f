import * as v from 'valibot'

export const stages = ['before', 'end', 'follow-up', 'colleague'] as const
export type Stage = (typeof stages)[number]

export const channels = ['e-mail', 'page', 'day-code', 'reply', 'phone', 'paper', 'supervision'] as const
export type Channel = (typeof channels)[number]

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
})
export type BeforeInput = v.InferOutput<typeof beforeInput>

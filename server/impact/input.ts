import * as v from 'valibot'
import { isDay } from '#server/courses/input.ts'
import { emailAddress } from '#server/people/input.ts'

/** What a report is about: a whole programme, one course or theme of it, or a free period. */
export const reportScopes = ['programme', 'course', 'theme', 'period'] as const
export type ReportScope = (typeof reportScopes)[number]

/** draft → agreed by the sub-group → issued: numbered, dated, hashed and never changed. */
export const reportStates = ['draft', 'agreed', 'issued'] as const
export type ReportState = (typeof reportStates)[number]

/** What the sub-group writes against a figure. */
export const noteKinds = ['comment', 'decision'] as const
export type NoteKind = (typeof noteKinds)[number]

/** Where an action came from. */
export const actionSources = ['barrier', 'forum-question', 'trainer-note', 'decision', 'other'] as const
export type ActionSource = (typeof actionSources)[number]

/** Whose it is to put right: an agency's, or a course's. */
export const actionOwners = ['agency', 'course', 'partnership'] as const
export type ActionOwner = (typeof actionOwners)[number]

/** Why a course exists: what a recommendation came from. */
export const recommendationSources = ['review', 'audit', 'inspection', 'law', 'needs-analysis', 'data'] as const
export type RecommendationSource = (typeof recommendationSources)[number]

/** The heads under which a programme's money stands. */
export const costHeads = [
  'fees',
  'contribution',
  'grant',
  'other-income',
  'providers',
  'venues',
  'conference',
  'catering',
  'outreach',
  'administration',
  'other-cost',
] as const
export type CostHead = (typeof costHeads)[number]
export const incomeHeads = ['fees', 'contribution', 'grant', 'other-income'] as const satisfies readonly CostHead[]

/** What the success and non-success sampler picks. */
export const accountKinds = ['success', 'non-success'] as const
export type AccountKind = (typeof accountKinds)[number]

/** What the call said of an account: what was answered held up, or did not, or nobody was reached. */
export const accountOutcomes = ['verified', 'not-verified', 'not-reached', 'withdrawn'] as const
export type AccountOutcome = (typeof accountOutcomes)[number]

/** First coder, or the second on a share of the texts. */
export const coderPlaces = [1, 2] as const

/** A line of free words of a member of staff: trimmed, at least one character. */
export const words = (what: string, most: number) =>
  v.pipe(
    v.string(what),
    v.trim(),
    v.nonEmpty(what),
    v.maxLength(most, `Write ${most.toLocaleString('en-GB')} characters or fewer`),
  )

// Set beside the answers: actions, recommendations, other evidence, single-agency returns

const day = (what: string) => v.pipe(v.string(what), v.check(isDay, 'Enter a real date, such as 24 9 2026'))

const idOfOne = (what: string) => v.pipe(v.number(what), v.integer(what), v.minValue(1, what))

/** The most that anything is counted to here. */
export const mostCounted = 1_000_000

const wholeNumber = (what: string, least = 0) =>
  v.pipe(
    v.number(what),
    v.integer('Enter a whole number, without a decimal point'),
    v.minValue(least, least === 0 ? 'Enter a whole number, such as 12' : `Enter ${least} or more`),
    v.maxValue(mostCounted, 'Enter a number up to 1,000,000'),
  )

/** A line that may stay empty: null then. */
const wordsOrNone = (most: number) =>
  v.pipe(
    v.string('Write it in words, or leave it empty'),
    v.trim(),
    v.maxLength(most, `Write ${most.toLocaleString('en-GB')} characters or fewer`),
    v.transform((typed) => typed || null),
  )

export const actionInput = v.strictObject({
  source: v.picklist(actionSources, 'Choose where it came from'),
  said: words('Write what was said, in words that name nobody', 300),
  text: words('Write what is to be done', 300),
  owner: v.picklist(actionOwners, 'Choose whose it is to put right'),
  agencyId: v.nullable(idOfOne('Choose the agency')),
  courseId: v.nullable(idOfOne('Choose the course')),
  /** The key of what got in the way, where it came from a figure. */
  barrier: v.nullable(v.pipe(v.string(), v.maxLength(40))),
  who: words('Write who sees to it', 100),
  dueOn: day('Enter the day it is due'),
})
export type ActionInput = v.InferOutput<typeof actionInput>

export const actionDoneInput = v.strictObject({ did: words('Write what was done, in words that name nobody', 300) })
export const actionEscalationInput = v.strictObject({ to: words('Write whom it was taken to', 100) })

export const recommendationInput = v.strictObject({
  source: v.picklist(recommendationSources, 'Choose what asked for it'),
  reference: words('Give its reference, such as “Review R3, recommendation 4”', 80),
  text: words('Write what was asked for', 600),
  madeOn: day('Enter the day on which it was made'),
  courseIds: v.pipe(
    v.array(idOfOne('Choose a course in the list'), 'Choose the courses that answer it'),
    v.maxLength(20, 'Choose 20 courses or fewer'),
  ),
  remains: wordsOrNone(600),
  metOn: v.nullable(day('Enter the day on which it was met, or leave it empty')),
})
export type RecommendationInput = v.InferOutput<typeof recommendationInput>

/** Three at most beside one course or theme. */
export const evidencePlaces = [1, 2, 3] as const
export type EvidencePlace = (typeof evidencePlaces)[number]

export const otherEvidenceInput = v.strictObject({
  /** Beside a course or a theme: one of the two. */
  courseId: v.nullable(idOfOne('Choose the course')),
  themeId: v.nullable(idOfOne('Choose the theme')),
  place: v.picklist(evidencePlaces, 'Choose place 1, 2 or 3'),
  /** What stood in the place when the form was opened; null for nothing. */
  replaces: v.nullable(idOfOne('Open the form again')),
  what: words('Write what was counted', 200),
  count: wholeNumber('Enter how many, as a whole number'),
  of: v.nullable(wholeNumber('Enter out of how many, as a whole number, or leave it empty')),
  period: words('Write the period, such as “April 2025 to March 2026”', 100),
  source: words('Write where it comes from', 200),
  suppliedBy: words('Write who supplied it', 100),
  sameMethod: v.nullable(v.boolean('Say whether it was counted the same way as last time')),
})
export type OtherEvidenceInput = v.InferOutput<typeof otherEvidenceInput>

export const returnsSearch = v.strictObject({ programme: v.optional(v.pipe(v.string(), v.maxLength(100)), '') })

export const returnsAskInput = v.strictObject({
  programme: v.pipe(v.string('Choose the year'), v.maxLength(100)),
  /** Of each agency, by its id, the address to write to. */
  asked: v.record(v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'Choose an agency in the list')), emailAddress),
})
export const returnReminderInput = v.strictObject({
  programme: v.pipe(v.string('Choose the year'), v.maxLength(100)),
  agencyId: idOfOne('Choose the agency'),
})

/** What an agency tells of itself, once a year, on the page behind its link; months as YYYY-MM. */
export const returnInput = v.strictObject({
  staff: wholeNumber('Enter how many people work there with children, adults or families, as a whole number'),
  /** Null where they do not know. */
  taught: v.nullable(wholeNumber('Enter how many were taught, as a whole number, or leave it empty')),
  themes: v.array(
    v.strictObject({
      themeId: idOfOne('Choose the theme'),
      lastOn: day('Enter the month and year'),
      people: wholeNumber('Enter how many people, as a whole number', 1),
    }),
  ),
  evidence: wordsOrNone(300),
  toldBy: words('Write your name, so that we know whom to ask', 100),
})
export type ReturnInput = v.InferOutput<typeof returnInput>

// Reports

const realDay = (message: string) =>
  v.pipe(
    v.string(message),
    v.nonEmpty(message),
    v.check((text) => text === '' || isDay(text), 'Enter a real date, such as 24 9 2026'),
  )

/** Of the fields below `scope` only those that it needs: a programme by its name, a course by its code, or whole months. */
export const reportInput = v.strictObject({
  scope: v.picklist(reportScopes, 'Choose what the report is about'),
  programme: v.optional(words('Choose a programme', 40)),
  course: v.optional(words('Choose a course', 40)),
  themeId: v.optional(v.pipe(v.number('Choose a theme'), v.integer('Choose a theme'), v.minValue(1, 'Choose a theme'))),
  from: v.optional(realDay('Enter the first day of the period')),
  until: v.optional(realDay('Enter the last day of the period')),
})
export type ReportInput = v.InferInput<typeof reportInput>

/** The decisions that the cover asks for: none, or one to three. */
export const asksInput = v.strictObject({
  asks: v.pipe(
    v.array(words('Write the decision, or leave the line empty', 300)),
    v.maxLength(3, 'Three decisions at most'),
  ),
})

/** Who was at the meeting: how many of which agency, never a name. */
export const agreementOfReportInput = v.strictObject({
  on: realDay('Enter the day of the meeting'),
  present: v.pipe(
    v.array(
      v.strictObject({
        agencyId: v.pipe(
          v.number('Choose an agency'),
          v.integer('Choose an agency'),
          v.minValue(1, 'Choose an agency'),
        ),
        people: v.pipe(
          v.number('Enter how many were there'),
          v.integer('Enter a whole number'),
          v.minValue(1, 'Enter 1 or more, or leave the line empty'),
          v.maxValue(200, 'Enter 200 or fewer'),
        ),
      }),
    ),
    v.minLength(1, 'Say which agencies were there, and how many of each'),
    v.maxLength(60, 'Sixty agencies at most'),
  ),
})
export type AgreementOfReport = v.InferInput<typeof agreementOfReportInput>

/** `seen` names the figures that were on the page when Issue was pressed: what was read is what is issued. */
export const issueInput = v.strictObject({ seen: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'Load the page again')) })

/** One page of a report, by its key; without one its first. */
export const pageOfReport = v.strictObject({ page: v.optional(v.pipe(v.string(), v.maxLength(80))) })

const figureKey = v.pipe(v.string(), v.regex(/^[\w:.-]{1,80}$/, 'There is no such figure'))
export const noteInput = v.strictObject({
  page: figureKey,
  figure: figureKey,
  kind: v.picklist(noteKinds, 'Choose whether it is a comment or a decision'),
  text: words('Write the comment or the decision', 600),
})
export type NoteInput = v.InferInput<typeof noteInput>

// Words

/** Codes of a codebook: more than twelve nobody keeps in mind while reading. */
export const mostCodes = 12

/** `seen`: the version that the page showed, 0 for none. */
export const codebookInput = v.strictObject({
  seen: v.pipe(v.number(), v.integer(), v.minValue(0)),
  codes: v.pipe(
    v.array(
      v.strictObject({
        name: words('Enter a name', 60),
        definition: words('Say what belongs under it, and what does not', 300),
      }),
      'Enter at least one code',
    ),
    v.minLength(1, 'Enter at least one code'),
    v.maxLength(mostCodes, `A codebook has ${mostCodes} codes at most`),
  ),
})
export type CodebookInput = v.InferOutput<typeof codebookInput>

const rowId = v.pipe(v.number(), v.integer(), v.minValue(1))

/** Which codes a text is given; none is an answer too. */
export const codingInput = v.strictObject({
  version: rowId,
  codes: v.pipe(v.array(rowId), v.maxLength(mostCodes)),
})
export type CodingInput = v.InferOutput<typeof codingInput>

/** What a quote stands for. */
export const quoteInput = v.strictObject({
  codeId: v.pipe(v.number('Choose what it stands for'), v.integer(), v.minValue(1, 'Choose what it stands for')),
  nonSuccess: v.boolean(),
})
export type QuoteInput = v.InferOutput<typeof quoteInput>

/** The programme whose words are read; empty for the newest. */
export const voiceSearch = v.strictObject({ programme: v.optional(v.pipe(v.string(), v.maxLength(100)), '') })
export const drawInput = v.strictObject({ programme: v.pipe(v.string(), v.nonEmpty(), v.maxLength(100)) })

/** `tries`: how often the page showed that they had been rung in vain. */
export const accountInput = v.strictObject({
  outcome: v.picklist(accountOutcomes, 'Choose what the call said'),
  tries: v.picklist([0, 1]),
})
export type AccountInput = v.InferOutput<typeof accountInput>

// Money and training of a programme that no booking tells of

export const programmeParam = v.object({ name: v.pipe(v.string(), v.maxLength(100)) })

const mostPence = 1_000_000_000
const aSum = 'Enter the sum in pounds, such as 229 or 1,250.50'

/** "£1,250.50", "1250.5", "-200": a sum as people type it, in pence. A minus takes off a part of another line. */
const pounds = v.pipe(
  v.string(aSum),
  v.transform((text) => text.replaceAll(/\s/g, '').replace('−', '-')),
  v.regex(/^(-?£?|£-)(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,2})?$/, aSum),
  v.transform((text) => Math.round(Number(text.replaceAll(/[£,]/g, '')) * 100)),
  v.check((pence) => pence !== 0, 'Enter a sum other than 0'),
  v.check((pence) => Math.abs(pence) <= mostPence, 'Enter £10,000,000 or less'),
)

/** Made when the form is shown, so that a press twice is one line. */
const submitKey = v.optional(
  v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/, 'The repeat key must be 8 to 64 letters, digits or hyphens')),
)

export const costInput = v.strictObject({
  head: v.picklist(costHeads, 'Choose what the money was for'),
  sum: pounds,
  about: words('Say what it was, such as “Speakers of the conference”', 200),
  repeatKey: submitKey,
})
export type CostInput = v.InferOutput<typeof costInput>
/** As it is typed. */
export type CostTyped = v.InferInput<typeof costInput>

/** Training that was not booked here: when, what, by whom, how it is known, and how many of each sector came. */
export const otherTrainingInput = v.strictObject({
  on: realDay('Enter the day it was held'),
  title: words('Enter what it was called', 200),
  provider: words('Enter who provided it', 200),
  /** Null for one that is about no theme of ours. */
  themeId: v.nullable(idOfOne('Choose a theme')),
  evidence: words('Say how it is known, such as “Register seen”', 300),
  /** By the sector's id, only of those somebody came from. */
  numbers: v.pipe(
    v.record(
      v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'Choose sectors of the list')),
      wholeNumber('Enter a whole number, or leave it empty', 1),
    ),
    v.check((numbers) => Object.keys(numbers).length > 0, 'Enter how many people came, for one sector at least'),
  ),
  repeatKey: submitKey,
})
export type OtherTrainingInput = v.InferOutput<typeof otherTrainingInput>

// A free period

const dayAsked = v.optional(day('Choose a month'))

/** Both days, or neither: then only what is offered is told. */
export const periodAsked = v.pipe(
  v.strictObject({ from: dayAsked, until: dayAsked }),
  v.transform(({ from, until }) => (from && until && from <= until ? { from, until } : null)),
)

// Settings

/** What a partnership may set for its impact pages, and between which whole numbers. */
export const impactSettingBounds = {
  'shown-from-attended': { least: 10, most: 50, what: 'how many people must have come' },
  'shown-from-answered': { least: 5, most: 20, what: 'how many people must have answered' },
  'percentages-from': { least: 10, most: 50, what: 'from how many answers percentages are given' },
  'no-practice-below': { least: 10, most: 50, what: 'below which response no figure of practice stands' },
  'early-signs-below': { least: 20, most: 80, what: 'below which response a page is titled early signs' },
  'response-target': { least: 1, most: 100, what: 'the target for the response' },
  'second-coder-percent': { least: 0, most: 100, what: 'how many of 100 texts a second person reads' },
} as const
export type ImpactSettingName = keyof typeof impactSettingBounds
export const impactSettingNames = Object.keys(impactSettingBounds) as ImpactSettingName[]

const within = (name: ImpactSettingName) => {
  const { least, most, what } = impactSettingBounds[name]
  const words = `Enter ${what}: a whole number from ${least} to ${most}`
  return v.pipe(v.number(words), v.integer(words), v.minValue(least, words), v.maxValue(most, words))
}

/** `seen`: the newest change that the page showed, 0 for none. */
export const impactSettingsInput = v.strictObject({
  seen: v.pipe(v.number(), v.integer(), v.minValue(0)),
  values: v.pipe(
    v.strictObject({
      'shown-from-attended': within('shown-from-attended'),
      'shown-from-answered': within('shown-from-answered'),
      'percentages-from': within('percentages-from'),
      'no-practice-below': within('no-practice-below'),
      'early-signs-below': within('early-signs-below'),
      'response-target': within('response-target'),
      'second-coder-percent': within('second-coder-percent'),
    }),
    v.forward(
      v.check(
        // Of a number out of its bounds that alone is said.
        ({ 'no-practice-below': none, 'early-signs-below': early }) =>
          none <= early ||
          none > impactSettingBounds['no-practice-below'].most ||
          early < impactSettingBounds['early-signs-below'].least,
        'Enter a response no higher than the one below which a page is titled early signs',
      ),
      ['no-practice-below'],
    ),
  ),
})
export type ImpactSettingsInput = v.InferOutput<typeof impactSettingsInput>

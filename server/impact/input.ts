import * as v from 'valibot'

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

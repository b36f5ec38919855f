import type { ActionOwner, ActionSource, RecommendationSource } from '../input.ts'

/** Words for what is set beside the answers, the same on the page, in the report and in its documents. */

export const actionSourceWords: Record<ActionSource, string> = {
  barrier: 'What got in the way',
  'forum-question': 'A question of the forum',
  'trainer-note': 'A trainer’s note',
  decision: 'A decision of the sub-group',
  other: 'Something else',
}

export const ownerWords: Record<ActionOwner, string> = {
  agency: 'An agency',
  course: 'The course',
  partnership: 'The partnership',
}

export const recommendationSourceWords: Record<RecommendationSource, string> = {
  review: 'Review',
  audit: 'Audit',
  inspection: 'Inspection',
  law: 'Law or guidance',
  'needs-analysis': 'Needs analysis',
  data: 'Data',
}

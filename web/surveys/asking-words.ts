import type { HoldReason } from '#server/surveys/input.ts'

export const holdReasonWords: Record<HoldReason, string> = {
  incident: 'Incident week',
  'at-their-request': 'At their request',
  'service-busy': 'The service is too busy',
  other: 'Another reason',
}

export const holdReasonChoices = Object.entries(holdReasonWords).map(([value, words]) => ({ value, words }))

const byRule: Record<string, string> = {
  'within-28-days': 'Left out: within 28 days of another follow-up',
  'four-in-twelve-months': 'Left out: four follow-ups in twelve months already',
  'drawn-by-hash': 'Left out: another of theirs was drawn',
  'once-a-week': 'Left out: asked once about the Safeguarding Week',
}

/** Which rule leaves someone out. */
export const leftOutWords = (rule: string): string => byRule[rule] ?? 'Left out by rule'

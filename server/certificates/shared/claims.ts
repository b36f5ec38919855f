/** Every claim that a certificate prints. It is kept as it was awarded; page, check page and document print it through `claimRows`. */
export type Claims = {
  partnership: string
  /** The name as typed, any script, up to 200 characters. */
  person: string
  course: string
  /** From the partnership's own list; left out when the course has none. */
  level?: string | null
  /** Finished words, such as "Thursday 24 September 2026". */
  dates: string
  hours: number
  participatoryHours: number
  learningOutcomes: readonly string[]
  trainersAgencies: readonly string[]
  signatory: { name: string; job: string }
  number: string
  /** Finished words. */
  issuedOn: string
  /** Made in the example partnership: every copy must say `exampleNotice`. */
  example: boolean
}

export type ClaimRow = readonly [label: string, value: string | readonly string[]]

export const certificateTitle = 'Certificate of attendance'
export const exampleNotice = 'Example – not a real certificate'

export const claimLabels = {
  person: 'Name',
  course: 'Course',
  level: 'Level',
  dates: 'Date',
  hours: 'Hours',
  participatoryHours: 'Participatory hours',
  learningOutcomes: 'Learning outcomes',
  trainersAgencies: 'Trainers from',
  partnership: 'Issued by',
  signatory: 'Signed by',
  issuedOn: 'Issued on',
  number: 'Certificate number',
} as const

/** The claims in the order in which they are read. A value that is a list is printed as a list; what a course does not have is left out. */
export function claimRows(claims: Claims): ClaimRow[] {
  const { signatory } = claims
  const rows: ClaimRow[] = [
    [claimLabels.person, claims.person],
    [claimLabels.course, claims.course],
    [claimLabels.level, claims.level ?? ''],
    [claimLabels.dates, claims.dates],
    [claimLabels.hours, hoursInWords(claims.hours)],
    [claimLabels.participatoryHours, hoursInWords(claims.participatoryHours)],
    [claimLabels.learningOutcomes, claims.learningOutcomes],
    [claimLabels.trainersAgencies, claims.trainersAgencies.join(', ')],
    [claimLabels.partnership, claims.partnership],
    [claimLabels.signatory, signatory.job ? `${signatory.name}, ${signatory.job}` : signatory.name],
    [claimLabels.issuedOn, claims.issuedOn],
    [claimLabels.number, claims.number],
  ]
  return rows.filter(([, value]) => value.length > 0)
}

/**
 * The line beside the printed claims that only its holder can add.
 * @param month finished words, such as "December 2026"
 */
export const followUpRow = (month: string): ClaimRow => ['Practice follow-up answered', month]

/** "6 hours", "1 hour", "0.75 hours". */
export function hoursInWords(hours: number): string {
  return hours === 1 ? '1 hour' : `${Number(hours.toFixed(2))} hours`
}

import { formatDateShort, londonDate } from '#server/calendar.ts'

/** Whether a certificate still counts. */
export type Standing =
  | { status: 'valid' }
  | { status: 'withdrawn'; on: string }
  /** Withdrawn, and another stands for the same place. */
  | { status: 'replaced'; by: string; on: string }

export function standingOf(
  withdrawnAt: number | null,
  replacement: { number: string; awardedAt: number } | null,
): Standing {
  if (withdrawnAt === null) return { status: 'valid' }
  if (replacement) return { status: 'replaced', by: replacement.number, on: words(replacement.awardedAt) }
  return { status: 'withdrawn', on: words(withdrawnAt) }
}

export function standingWords(standing: Standing): string {
  if (standing.status === 'valid') return 'Valid'
  return standing.status === 'withdrawn'
    ? `Withdrawn on ${standing.on}`
    : `Replaced by ${standing.by} on ${standing.on}`
}

const words = (at: number) => formatDateShort(londonDate(at))

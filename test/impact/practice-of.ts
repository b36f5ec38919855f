import type { EventAnswers } from '#server/impact/answers.ts'
import { type PracticeAnswer, practiceAnswers } from '#server/surveys/input.ts'

/** What people said to question one and planned, as the columns that answers are read from. */
export function practiceOf(
  people: readonly { practice: PracticeAnswer | null; commitment: string | null }[],
): Pick<EventAnswers, 'practice' | 'commitment' | 'commitments'> {
  const commitments = [...new Set(people.flatMap(({ commitment }) => commitment ?? []))]
  return {
    practice: Uint8Array.from(people, ({ practice }) => (practice ? practiceAnswers.indexOf(practice) + 1 : 0)),
    commitment: Uint32Array.from(people, ({ commitment }) => (commitment ? commitments.indexOf(commitment) + 1 : 0)),
    commitments,
  }
}

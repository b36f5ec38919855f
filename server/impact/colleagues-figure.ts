import type { Reading } from '#db/transact.ts'
import type { Group } from './group.ts'
import type { Thresholds } from './shared/disclosure.ts'
import type { Figure } from './shared/figures.ts'
import { spelled, whatOthersSaw } from './what-others-saw.ts'

/** What colleagues have seen of a course in a year, beside what delegates say of themselves and never merged with it. Null for other groups. */
export async function colleaguesFigure(db: Reading, group: Group, thresholds: Thresholds): Promise<Figure | null> {
  if (group.level !== 'course' || !group.course || !group.programme) return null
  const { sentence, table, notShown } = await whatOthersSaw(db, group.course.id, group.programme.id, thresholds)
  const few = spelled(thresholds.answered)
  return {
    key: 'colleagues',
    part: 'evidence',
    title: 'What colleagues have seen',
    label: 'others-saw',
    sentence,
    base: null,
    definition: `Colleagues named by people who had answered, each asked one question. They are no part of any other figure, and their answers are stored with no name. Shown from ${few}: new answers wait until there are ${few} of them, and are then shown together.`,
    table,
    picture: null,
    notShown,
    drillDown: [],
  }
}

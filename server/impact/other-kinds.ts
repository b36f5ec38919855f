import type { Reading } from '#db/transact.ts'
import type { EventKind } from '#server/courses/input.ts'
import { agenciesReached } from './attendance-figures.ts'
import { answeredIn, type CourseFigures, coursesAt, placesAt } from './course-figures.ts'
import { isTaught, type Programme, type ProgrammeEvent, type Standing } from './programme.ts'
import { figure } from './shared/pictures.ts'

/** A kind that stands under its own heading and in no total. */
export interface OtherKind {
  kind: EventKind
  events: number
  places: number
  attended: number
  answered: number
  courses: CourseFigures[]
  /** For a forum: of the agencies expected there, how many came. */
  agencies: { expected: number; reached: number; words: string } | null
}

/** What was held besides courses and learning events, kind by kind. */
export async function otherKindsOf(
  db: Reading,
  { endsOn }: Programme,
  all: readonly ProgrammeEvent[],
  standing: Standing,
): Promise<OtherKind[]> {
  const held = all.filter((event) => event.state === 'held' && !isTaught(event))
  const kinds = [...new Set(held.map(({ kind }) => kind))]
  return Promise.all(
    kinds.map(async (kind) => {
      const own = held.filter((event) => event.kind === kind)
      const { attended, answered } = answeredIn(standing, own)
      return {
        kind,
        events: own.length,
        places: placesAt(own),
        attended,
        answered,
        courses: coursesAt(own, standing),
        agencies: kind === 'forum' ? await forumAgencies(db, own, endsOn) : null,
      }
    }),
  )
}

async function forumAgencies(db: Reading, own: readonly ProgrammeEvent[], untilOn: string) {
  const { expected, reached } = await agenciesReached(
    db,
    own.map(({ id }) => id),
    untilOn,
  )
  if (expected === 0) return null
  return {
    expected,
    reached,
    words: `Reached ${figure(reached)} of the ${figure(expected)} schools and colleges expected.`,
  }
}

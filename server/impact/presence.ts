import { countedMarks, type Mark } from '#server/attendance/input.ts'
import type { EventKind } from '#server/courses/input.ts'
import type { Attenders } from './attenders.ts'
import { isTaught, type ProgrammeEvent } from './programme.ts'

/** What became of a place that was held to the end: came, or why not. */
export const presences = ['came', 'part', 'excused', 'absent', 'not-marked'] as const
export type Presence = (typeof presences)[number]

/** By booking, the marks that stand. @param marks of each event session */
export function marksBy(marks: readonly (readonly [booking: number, mark: Mark])[]): Map<number, Mark[]> {
  const by = new Map<number, Mark[]>()
  for (const [booking, mark] of marks) {
    const own = by.get(booking)
    if (own) own.push(mark)
    else by.set(booking, [mark])
  }
  return by
}

const isCounted = (mark: Mark) => (countedMarks as readonly Mark[]).includes(mark)

/** The course's rule: present or late at as many event sessions as are needed. */
export function presenceOf(marks: readonly Mark[] | undefined, needed: number): Presence {
  if (!marks) return 'not-marked'
  const counted = marks.filter(isCounted).length
  if (counted >= needed) return 'came'
  if (counted > 0 || marks.includes('left-early')) return 'part'
  return marks.includes('excused') ? 'excused' : 'absent'
}

/** Somebody of the agency came to an event of the course that was of this kind. */
export interface CourseAgency {
  courseId: number
  kind: EventKind
  agencyId: number
}

export interface Presences {
  /** Of the taught events. */
  places: Record<Presence, number>
  /** Came on a place that was booked only once the event had begun. */
  unscheduled: number
  /** Different people who came once, twice, and three times or more. */
  times: { once: number; twice: number; more: number }
  /** Of all the events: which agency, as on the day, came to which course. */
  agencies: CourseAgency[]
}

/** What became of the places of these events; places and people are counted of the taught ones. */
export function presencesOf({ came, places }: Attenders, held: readonly ProgrammeEvent[]): Presences {
  const taught = held.filter(isTaught).map(({ id }) => id)
  const times = new Map<number, number>()
  let unscheduled = 0
  for (const id of taught)
    for (const { personId, isUnscheduled } of came.get(id) ?? []) {
      times.set(personId, (times.get(personId) ?? 0) + 1)
      if (isUnscheduled) unscheduled += 1
    }
  const often = [...times.values()]
  return {
    places: Object.fromEntries(
      presences.map((word) => [word, taught.reduce((sum, id) => sum + (places.get(id)?.[word] ?? 0), 0)]),
    ) as Record<Presence, number>,
    unscheduled,
    times: {
      once: often.filter((n) => n === 1).length,
      twice: often.filter((n) => n === 2).length,
      more: often.filter((n) => n > 2).length,
    },
    agencies: agenciesAt(came, held),
  }
}

function agenciesAt(came: Attenders['came'], held: readonly ProgrammeEvent[]): CourseAgency[] {
  const agencies: CourseAgency[] = []
  const known = new Map<string, Set<number>>()
  for (const { id, courseId, kind } of held) {
    const key = `${courseId} ${kind}`
    const own = known.get(key) ?? new Set()
    known.set(key, own)
    for (const { agencyId } of came.get(id) ?? [])
      if (!own.has(agencyId)) {
        own.add(agencyId)
        agencies.push({ courseId, kind, agencyId })
      }
  }
  return agencies
}

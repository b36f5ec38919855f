import { countsIn, courseGroup, type ProgrammeEvent, type Standing } from './programme.ts'

export interface CourseFigures {
  code: string
  title: string
  events: number
  places: number
  attended: number
  percentOfCapacity: number | null
  answered: number
  /** Whether the course's page shows how the answers fall. */
  isShown: boolean
}

export interface Answered {
  answered: number
  attended: number
}

/** The courses of these events, most attended first. */
export function coursesAt(held: readonly ProgrammeEvent[], standing: Standing): CourseFigures[] {
  const first = new Map(held.map((event) => [event.courseId, event]))
  return [...first.values()]
    .map(({ courseId, code, title }) => {
      const own = held.filter((event) => event.courseId === courseId)
      const { attended, answered } = answeredIn(standing, own)
      const places = placesAt(own)
      return {
        code,
        title,
        events: own.length,
        places,
        attended,
        percentOfCapacity: tenths(attended, places),
        answered,
        isShown: standing.shown.has(courseGroup(courseId)),
      }
    })
    .sort((a, b) => b.attended - a.attended || a.title.localeCompare(b.title, 'en-GB'))
}

export function answeredIn(standing: Pick<Standing, 'events'>, held: readonly ProgrammeEvent[]): Answered {
  const { attended, answered } = countsIn(standing, held)
  return { answered, attended }
}

export const placesAt = (held: readonly ProgrammeEvent[]) => held.reduce((sum, { capacity }) => sum + capacity, 0)

/** Per cent to one decimal, halves up; null of nobody. */
export function tenths(count: number, of: number): number | null {
  return of === 0 ? null : Math.floor((2000 * count + of) / (2 * of)) / 10
}

import { query } from '@solidjs/router'
import type { CourseImpact, EventImpact, ImpactApi, ProgrammeFigures, ProgrammeListed } from '#server/impact/routes.ts'
import { api, roomClient } from '#web/api.ts'

const { programmes, events } = roomClient<ImpactApi>().api.impact

export const getProgrammes = query(
  (): Promise<ProgrammeListed[]> => api<ProgrammeListed[]>(programmes.$get()),
  'impact-programmes',
)

export const getProgramme = query(
  (name: string): Promise<ProgrammeFigures> => api<ProgrammeFigures>(programmes[':name'].$get({ param: { name } })),
  'impact-programme',
)

export const getCourse = query(
  (name: string, code: string): Promise<CourseImpact> =>
    api<CourseImpact>(programmes[':name'].courses[':code'].$get({ param: { name, code } })),
  'impact-course',
)

export const getEvent = query(
  (id: string): Promise<EventImpact> => api<EventImpact>(events[':id'].$get({ param: { id } })),
  'impact-event',
)

export const programmeHref = (name: string) => `/impact/programmes/${encodeURIComponent(name)}`

export const courseHref = (name: string, code: string) => `${programmeHref(name)}/courses/${encodeURIComponent(code)}`

/** "2025 to 2026" of "2025-26", as a year is read; another name stays as it is. */
export function yearWords(name: string): string {
  const year = /^(\d{2})(\d{2})-(\d{2})$/.exec(name)
  return year ? `${year[1]}${year[2]} to ${year[1]}${year[3]}` : name
}

/** £560, £37.50 */
export function moneyWords(pence: number): string {
  return `£${(pence / 100).toLocaleString('en-GB', { minimumFractionDigits: pence % 100 === 0 ? 0 : 2 })}`
}

import { action, query } from '@solidjs/router'
import type { ImpactSettingsInput } from '#server/impact/input.ts'
import type {
  ImpactApi,
  ImpactPage,
  ImpactSettings,
  Offered,
  PageRead,
  ProgrammeListed,
} from '#server/impact/routes.ts'
import { api, roomClient } from '#web/api.ts'

/** The client's own type of the answer is not taken: it goes through every kind of picture and does not come to an end. */
const read = <T>(answer: Promise<Response | object>): Promise<T> => api<T>(answer as Parameters<typeof api<T>>[0])

const { programmes, events, period, settings } = roomClient<ImpactApi>().api.impact
const programme = programmes[':name']

export const getProgrammes = query(
  (): Promise<ProgrammeListed[]> => api<ProgrammeListed[]>(programmes.$get()),
  'impact-programmes',
)

export const getProgramme = query(
  (name: string): Promise<PageRead> => read<PageRead>(programme.$get({ param: { name } })),
  'impact-programme',
)

export const getCourse = query(
  (name: string, code: string): Promise<PageRead> =>
    read<PageRead>(programme.courses[':code'].$get({ param: { name, code } })),
  'impact-course',
)

export const getTheme = query(
  (name: string, id: string): Promise<PageRead> =>
    read<PageRead>(programme.themes[':id'].$get({ param: { name, id } })),
  'impact-theme',
)

export const getSector = query(
  (name: string, id: string): Promise<PageRead> =>
    read<PageRead>(programme.sectors[':id'].$get({ param: { name, id } })),
  'impact-sector',
)

export const getAgency = query(
  (name: string, id: string): Promise<PageRead> =>
    read<PageRead>(programme.agencies[':id'].$get({ param: { name, id } })),
  'impact-agency',
)

export const getEvent = query(
  (id: string): Promise<PageRead> => read<PageRead>(events[':id'].$get({ param: { id } })),
  'impact-event',
)

export interface PeriodRead {
  page: ImpactPage | null
  offered: Offered
}

export const getImpactSettings = query(
  (): Promise<ImpactSettings> => api<ImpactSettings>(settings.$get()),
  'impact-settings',
)

export const setImpactSettings = action(
  (input: ImpactSettingsInput) => api<{ changed: string[] }>(settings.$put({ json: input })),
  'set-impact-settings',
)

/** Without both days only what is offered. */
export const getPeriod = query(
  (from?: string, until?: string): Promise<PeriodRead> =>
    read<PeriodRead>(period.$get({ query: from && until ? { from, until } : {} })),
  'impact-period',
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

import { action, query } from '@solidjs/router'
import { safeParse } from 'valibot'
import { catalogueSearch, type UpkeepInput } from '#server/courses/input.ts'
import type { Catalogue, CourseEntry, CoursesApi, CourseUpkeep, EventPage } from '#server/courses/routes.ts'
import { api, roomClient } from '#web/api.ts'
import { type FieldError, faulty } from '#web/problem.ts'

const client = roomClient<CoursesApi>()

/** What is searched for, as it stands in the address: only what was chosen. */
export type Search = { [key in (typeof keys)[number]]?: string | undefined }

const keys = ['words', 'theme', 'audience', 'level', 'where', 'from', 'to', 'free', 'page'] as const

export const getCatalogue = query(
  (search: Search): Promise<Catalogue> =>
    api<Catalogue>(client.api.events.$get({ query: search as Parameters<typeof client.api.events.$get>[0]['query'] })),
  'catalogue',
)

export const getEvent = query(
  (id: string): Promise<EventPage> => api<EventPage>(client.api.events[':id'].$get({ param: { id } })),
  'event',
)

export type CourseList = { courses: CourseEntry[]; yearlyAskedFrom: string }

export const getCourses = query((): Promise<CourseList> => api<CourseList>(client.api.courses.$get()), 'courses')

export const askYearlyFrom = action(
  (from: string) => api<{ from: string }>(client.api['yearly-asked-from'].$put({ json: { from } })),
  'ask-yearly-from',
)

export const getCourse = query(
  (code: string): Promise<CourseUpkeep> => api<CourseUpkeep>(client.api.courses[':code'].$get({ param: { code } })),
  'course',
)

export const keepUpCourse = action(
  (code: string, input: UpkeepInput) =>
    api<CourseUpkeep>(client.api.courses[':code'].$put({ param: { code }, json: input })),
  'keep-up-course',
)

/** The search of an address. What no search can hold, as from an address typed by hand, is left out. */
export function searchOf(given: Record<string, string | string[] | undefined>): Search {
  const search: Search = {}
  for (const key of keys) {
    const value = [given[key]].flat()[0]
    if (value && faultsOf({ [key]: value }).length === 0) search[key] = value
  }
  return search
}

export function hrefOf(search: Search): string {
  const chosen = keys.flatMap((key) => (search[key] ? [[key, search[key]]] : []))
  return chosen.length ? `/events?${new URLSearchParams(chosen)}` : '/events'
}

/** Throws what the form shows beside its fields. */
export function checkSearch(search: Search): void {
  const faults = faultsOf(search)
  if (faults.length) throw faulty(...faults)
}

function faultsOf(search: Search): FieldError[] {
  const parsed = safeParse(catalogueSearch, search)
  return (parsed.issues ?? []).map((issue) => ({ path: String(issue.path?.[0]?.key ?? ''), message: issue.message }))
}

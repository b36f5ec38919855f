import { query } from '@solidjs/router'
import type { Role } from '#server/people/input.ts'
import { api } from '#web/api.ts'

/** The example's doors, which are no room's: only an example installation has them. */

export type CastPerson = { as: Role; name: string; what: string }

/** Nobody when the list cannot be had: the page then stands without it. */
export const getCast = query(
  (): Promise<CastPerson[]> => api<CastPerson[]>(fetch('/example/cast')).catch(() => []),
  'cast',
)

/** Loads the page anew, as the one signed in as. */
export async function signInAs(as: string): Promise<void> {
  await post('/example/sign-in', { as })
  location.assign('/')
}

/** `advance` is an ISO duration; answers when all that was due on the way is done. `words` is the new time. */
export function moveClock(advance: string): Promise<{ now: number; words: string }> {
  return post('/example/clock', { advance })
}

function post<T>(path: string, body: unknown): Promise<T> {
  return api<T>(
    fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  )
}

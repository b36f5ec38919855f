import { query } from '@solidjs/router'
import { createContext, useContext } from 'solid-js'
import type { Role } from '#server/people/input.ts'
import type { Me, PeopleApi } from '#server/people/routes.ts'
import { api, roomClient } from '#web/api.ts'

export type { Me }

const client = roomClient<PeopleApi>()

export const getMe = query((): Promise<Me> => api<Me>(client.api.me.$get()), 'me')

export const MeContext = createContext<() => Me>()

/** Pages are shown once this is known, so it never is undefined in a page. */
export function useMe(): () => Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('useMe is for pages inside the shell')
  return me
}

/** Both load the page anew, so that nothing of the one before stays in memory. */
export async function signOut(): Promise<void> {
  await api(client.api['sign-in'].$delete())
  location.assign('/')
}

export async function actAs(role: Role): Promise<void> {
  await api(client.api.me.role.$put({ json: { role } }))
  location.assign('/')
}

/** Where a page sends someone who must sign in first; the sign-in page checks `next`. */
export function signInHref(next: string): string {
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`
}

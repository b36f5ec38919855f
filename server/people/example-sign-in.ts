import { inArray } from 'drizzle-orm'
import { cast } from '#db/example/cast.ts'
import { people } from '#db/people.ts'
import { type Context, transact } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { cookieFor } from './cookies.ts'
import type { Role } from './input.ts'
import { startSignIn } from './sign-in.ts'

/*
 * Signing in with one press as someone of the example's cast. Only the example's doors import this, and they exist only
 * where an example database was opened.
 */

export interface CastPerson {
  as: Role
  name: string
  what: string
}

/** Whom one may sign in as: the first of each role, if the example was filled with them. */
export async function castPeople(ctx: Context): Promise<CastPerson[]> {
  const emails = firstOfEach.map(({ email }) => email)
  const there = await ctx.db.select({ email: people.email }).from(people).where(inArray(people.email, emails))
  const found = new Set(there.map(({ email }) => email))
  return firstOfEach.filter(({ email }) => found.has(email)).map(({ as, name, what }) => ({ as, name, what }))
}

/** Signs this browser in as the one of the cast who stands for a role. */
export async function signInAs(ctx: Context, as: Role, cookies = '') {
  const member = firstOfEach.find((one) => one.as === as)
  if (!member) throw new Missing()
  const started = await transact(ctx, (ctx) => startSignIn(ctx, { email: member.email, cookies, role: as }))
  if (!started.person) throw new Missing()
  return { cookies: [cookieFor(ctx.config, 'sid', started.token)], person: { ...started.person, role: as } }
}

const firstOfEach = cast.filter(({ as }, n) => cast.findIndex((one) => one.as === as) === n)

import { and, eq, inArray, isNull, ne } from 'drizzle-orm'
import { people, roles, signIns } from '#db/people.ts'
import type { Writing } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { staffRoles } from './input.ts'

/**
 * Puts a new address in the place of one that no longer works. Every sign-in ends: it was proved with the old mailbox. Nobody
 * is written to, since nobody reads the old one. The address that stands already may be given again.
 * @returns whether the address is another one now
 * @throws Missing; Invalid at `email` when someone else has the address; Refused `is-staff`: a coordinator who could change the
 * address of an administrator could sign in as one
 */
export async function changeAddress(ctx: Writing, personId: number, email: string): Promise<boolean> {
  const [person] = await ctx.db
    .select({ email: people.email })
    .from(people)
    .where(and(eq(people.id, personId), isNull(people.erasedAt)))
  if (!person) throw new Missing()
  if (person.email === email) return false
  const [staff] = await ctx.db
    .select({ id: roles.id })
    .from(roles)
    .where(and(eq(roles.personId, personId), inArray(roles.role, [...staffRoles])))
    .limit(1)
  if (staff) throw new Refused('is-staff', 'The email address of a member of staff cannot be changed here')
  const [other] = await ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.email, email), ne(people.id, personId)))
  if (other) throw new Invalid([{ path: 'email', message: 'Someone else here has this email address' }])
  await ctx.db.update(people).set({ email }).where(eq(people.id, personId))
  await ctx.db
    .update(signIns)
    .set({ endedAt: ctx.now })
    .where(and(eq(signIns.personId, personId), isNull(signIns.endedAt)))
  await record(ctx, 'person.address-changed', `person:${personId}`)
  return true
}

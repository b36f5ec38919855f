import { and, eq, isNull } from 'drizzle-orm'
import { agencies, people, roles, signIns } from '#db/people.ts'
import type { Writing } from '#server/context.ts'
import { Invalid } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { PersonalDetails, Role } from './input.ts'

/**
 * Makes a person of someone who has proved this address, and a delegate of that person. Where two do it at once, or the
 * person was there already, the one who is there stays as they are.
 * @returns the person's id
 * @throws Invalid at `you.agencyId` when there is no such agency
 */
export async function makePerson(ctx: Writing, email: string, details: PersonalDetails): Promise<number> {
  const [agency] = await ctx.db.select({ id: agencies.id }).from(agencies).where(eq(agencies.id, details.agencyId))
  if (!agency) throw new Invalid([{ path: 'you.agencyId', message: 'Choose your school, service or organisation' }])

  const [made] = await ctx.db
    .insert(people)
    .values({
      email,
      name: details.name,
      agencyId: details.agencyId,
      roleGroup: details.roleGroup,
      workforce: details.workforce,
      phone: details.phone || null,
      madeAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ id: people.id })
  const [person] = made ? [made] : await ctx.db.select({ id: people.id }).from(people).where(eq(people.email, email))
  if (!person) throw new Error('The person was not written')

  if (made) {
    await giveRole(ctx, made.id, 'delegate')
    await record(ctx, 'person.made', `person:${made.id}`)
  }
  await ctx.db
    .update(signIns)
    .set({ personId: person.id })
    .where(and(eq(signIns.email, email), isNull(signIns.personId), isNull(signIns.endedAt)))
  return person.id
}

/** Gives a role, once. An agency lead leads one agency for each such role. */
export async function giveRole(
  ctx: Writing,
  personId: number,
  role: Role,
  agencyId: number | null = null,
): Promise<void> {
  const given = await ctx.db
    .insert(roles)
    .values({ personId, role, agencyId, givenAt: ctx.now })
    .onConflictDoNothing()
    .returning({ id: roles.id })
  if (given.length && role !== 'delegate') await record(ctx, 'role.given', `person:${personId}`, role)
}

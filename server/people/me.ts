import { eq } from 'drizzle-orm'
import { agencies, people, sectors } from '#db/people.ts'
import { formatDate, formatInstant, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import type { Mode, Role, RoleGroup, Workforce } from './input.ts'
import { isStaff } from './roles.ts'
import { type SecondFactorState, secondFactorState } from './second-factor.ts'
import { rolesHeld, signedIn } from './sign-in.ts'

/** Who is asking, under which role, and whom to ring: what every page stands in. */
export interface Me {
  signedIn: boolean
  /** Null also for someone signed in who is not a person here yet: their first booking makes them one. */
  person: { id: number; name: string } | null
  email: string | null
  /** The roles that count now, the one acted under among them. */
  roles: Role[]
  role: Role | null
  /** A staff role is held but does not count until the second factor is given. */
  needsSecondFactor: boolean
  mode: Mode
  now: number
  /** The clock in words: "Monday 14 September 2026, 9am". */
  today: string
  partnership: { name: string; phone: string; email: string; team: string }
}

export async function me(ctx: Context): Promise<Me> {
  const { name, phone, email, team } = ctx.config.partnership
  const around = {
    mode: ctx.config.mode,
    now: ctx.now,
    today: formatInstant(ctx.now),
    partnership: { name, phone, email, team },
  }
  const { actor } = ctx
  if (actor.kind !== 'person')
    return { signedIn: false, person: null, email: null, roles: [], role: null, needsSecondFactor: false, ...around }
  const [person] =
    actor.personId === null
      ? []
      : await ctx.db.select({ id: people.id, name: people.name }).from(people).where(eq(people.id, actor.personId))
  const held = actor.roles.some(isStaff) ? [] : await rolesHeld(ctx, actor.personId)
  return {
    signedIn: true,
    person: person ?? null,
    email: actor.email,
    roles: actor.roles,
    role: actor.role,
    needsSecondFactor: held.some(isStaff),
    ...around,
  }
}

export interface Details {
  name: string
  email: string
  phone: string | null
  agency: string
  sector: string
  roleGroup: RoleGroup
  workforce: Workforce
  /** The last day away, in words: follow-ups wait until then. Null once it is past. */
  awayUntil: string | null
  /** Every role held, also those that do not count in this sign-in. */
  roles: Role[]
  secondFactor: SecondFactorState
}

/** What is kept about the person who asks; `Missing` for someone who is not a person here yet. */
export async function myDetails(ctx: Context): Promise<Details> {
  const { personId, email } = signedIn(ctx)
  const [row] =
    personId === null
      ? []
      : await ctx.db
          .select({
            name: people.name,
            phone: people.phone,
            agency: agencies.name,
            sector: sectors.name,
            roleGroup: people.roleGroup,
            workforce: people.workforce,
            awayUntil: people.awayUntil,
          })
          .from(people)
          .innerJoin(agencies, eq(agencies.id, people.agencyId))
          .innerJoin(sectors, eq(sectors.id, agencies.sectorId))
          .where(eq(people.id, personId))
  if (!row) throw new Missing()
  const { awayUntil } = row
  const isAway = awayUntil !== null && awayUntil >= londonDate(ctx.now)
  return {
    ...row,
    awayUntil: isAway ? formatDate(awayUntil) : null,
    email,
    roles: await rolesHeld(ctx, personId),
    secondFactor: await secondFactorState(ctx),
  }
}

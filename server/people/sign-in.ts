import { and, eq, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import { people, roles, signIns } from '#db/people.ts'
import { type Actor, type Context, type Reading, transact, type Writing } from '#server/context.ts'
import { NotAllowed, NotSignedIn, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { base64url, sha256 } from '#server/keys.ts'
import { prepared } from '#server/prepared.ts'
import { readCookie } from './cookies.ts'
import type { Role } from './input.ts'
import { firstRole, isStaff, limitsOf, rolesThatCount } from './roles.ts'

const seenEvery = 5 * 60_000

/** Someone signed in, as `allow('signed-in')` lets them through. */
export type SignedIn = Extract<Actor, { kind: 'person' }>

/** Who the cookie says is asking; a visitor when it says nothing, has run out or was ended. One statement. */
export async function actorOf(ctx: Context, cookieHeader: string): Promise<Actor> {
  const token = readCookie(ctx.config, cookieHeader, 'sid')
  if (token === undefined) return { kind: 'visitor' }
  const rows = await statementFor(ctx.db).execute({ tokenHash: await sha256(token) })
  const first = rows[0]
  if (!first || first.erasedAt !== null) return { kind: 'visitor' }

  const held = rows.flatMap((row) => row.held ?? [])
  const limits = limitsOf(held)
  if (ctx.now >= first.startedAt + limits.whole || ctx.now >= first.seenAt + limits.idle) return { kind: 'visitor' }
  if (ctx.now >= first.seenAt + seenEvery) await noteSeen(ctx, first.signInId)

  const counting = rolesThatCount(held, ctx.config.mode, first.secondFactorAt)
  return {
    kind: 'person',
    personId: first.personId,
    email: first.email,
    role: counting.includes(first.role) ? first.role : firstRole(counting),
    roles: counting,
    agencyIds: [...new Set(rows.flatMap((row) => (row.held === 'agency-lead' && row.agencyId ? [row.agencyId] : [])))],
    signInId: first.signInId,
  }
}

/** The person signed in, for routes that `allow('signed-in')`. */
export function signedIn(ctx: Pick<Context, 'actor'>): SignedIn {
  if (ctx.actor.kind !== 'person') throw new NotSignedIn()
  return ctx.actor
}

export interface Started {
  /** For the cookie; stored only as a hash. */
  token: string
  signInId: number
  person: { id: number; name: string } | null
  /** True for staff in live mode: their staff roles count only after it. */
  needsSecondFactor: boolean
}

/**
 * Starts a sign-in for the owner of an address that was just proved (or, in the example, chosen), with a new token, and
 * ends the one this browser had.
 */
export async function startSignIn(
  ctx: Writing,
  { email, cookies, role }: { email: string; cookies: string; role?: Role },
): Promise<Started> {
  const rows = await ctx.db
    .select({ id: people.id, name: people.name, held: roles.role })
    .from(people)
    .leftJoin(roles, eq(roles.personId, people.id))
    .where(and(eq(people.email, email), isNull(people.erasedAt)))
  const person = rows[0] ? { id: rows[0].id, name: rows[0].name } : null
  const held = rows.flatMap((row) => row.held ?? [])
  const counting = rolesThatCount(held, ctx.config.mode, null)

  const before = readCookie(ctx.config, cookies, 'sid')
  if (before !== undefined) await end(ctx, eq(signIns.tokenHash, await sha256(before)))

  const token = newToken(ctx)
  const [made] = await ctx.db
    .insert(signIns)
    .values({
      tokenHash: await sha256(token),
      email,
      personId: person?.id ?? null,
      role: role !== undefined && counting.includes(role) ? role : firstRole(counting),
      startedAt: ctx.now,
      seenAt: ctx.now,
    })
    .returning({ id: signIns.id, role: signIns.role })
  if (!made) throw new Error('The sign-in was not written')
  await record(
    { ...ctx, actor: asPerson(person?.id ?? null, email, made) },
    'sign-in.started',
    person ? `person:${person.id}` : `sign-in:${made.id}`,
  )
  const needsSecondFactor = ctx.config.mode === 'live' && held.some(isStaff)
  return { token, signInId: made.id, person, needsSecondFactor }
}

/** After the second factor: the same sign-in under a new token, its staff roles counting from now. */
export async function renewSignIn(ctx: Writing, actor: SignedIn, role?: Role): Promise<string> {
  const held = await rolesHeld(ctx, actor.personId)
  const counting = rolesThatCount(held, ctx.config.mode, ctx.now)
  const token = newToken(ctx)
  const renewed = await ctx.db
    .update(signIns)
    .set({
      tokenHash: await sha256(token),
      secondFactorAt: ctx.now,
      seenAt: ctx.now,
      role: role !== undefined && counting.includes(role) ? role : firstRole(counting),
    })
    .where(and(eq(signIns.id, actor.signInId), isNull(signIns.endedAt)))
    .returning({ id: signIns.id })
  if (!renewed.length) throw new NotSignedIn()
  return token
}

export async function signOut(ctx: Context): Promise<void> {
  const { actor } = ctx
  if (actor.kind !== 'person') return
  await transact(ctx, async (ctx) => {
    await end(ctx, eq(signIns.id, actor.signInId))
    await record(ctx, 'sign-in.ended', aboutOf(actor))
  })
}

/** Ends every sign-in of this person, this one too. */
export async function signOutEverywhere(ctx: Context): Promise<void> {
  const actor = signedIn(ctx)
  await transact(ctx, async (ctx) => {
    await end(ctx, ofPerson(actor))
    await record(ctx, 'sign-in.all-ended', aboutOf(actor))
  })
}

/** Ends the others when something about signing in has changed. */
export async function endOtherSignIns(ctx: Writing, actor: SignedIn): Promise<void> {
  await end(ctx, and(ofPerson(actor), ne(signIns.id, actor.signInId)))
}

/** From now on the pages act under this role. */
export async function actUnder(ctx: Context, { role }: { role: Role }): Promise<void> {
  const actor = signedIn(ctx)
  if (!actor.roles.includes(role)) {
    if (isStaff(role) && (await rolesHeld(ctx, actor.personId)).includes(role))
      throw new Refused('second-factor-needed', 'Give the code from your authenticator app first')
    throw new NotAllowed('You do not have this role')
  }
  await transact(ctx, async (ctx) => {
    await ctx.db.update(signIns).set({ role }).where(eq(signIns.id, actor.signInId))
    await record(ctx, 'role.switched', aboutOf(actor), role)
  })
}

/**
 * For the example's clock: time that was only moved does not sign anybody out.
 * @param ms how far the clock went; call it in the new time
 */
export async function carrySignInsForward(ctx: Writing, ms: number): Promise<void> {
  await ctx.db
    .update(signIns)
    .set({
      startedAt: sql`min(${signIns.startedAt} + ${ms}, ${ctx.now})`,
      seenAt: sql`min(${signIns.seenAt} + ${ms}, ${ctx.now})`,
    })
    .where(isNull(signIns.endedAt))
}

export async function rolesHeld(ctx: { db: Reading }, personId: number | null): Promise<Role[]> {
  if (personId === null) return []
  const rows = await ctx.db.select({ role: roles.role }).from(roles).where(eq(roles.personId, personId))
  return [...new Set(rows.map(({ role }) => role))]
}

const newToken = (ctx: Pick<Context, 'random'>): string => base64url(ctx.random(32))

const aboutOf = (actor: SignedIn): string =>
  actor.personId === null ? `sign-in:${actor.signInId}` : `person:${actor.personId}`

const ofPerson = (actor: SignedIn): SQL | undefined =>
  actor.personId === null
    ? eq(signIns.email, actor.email)
    : or(eq(signIns.personId, actor.personId), eq(signIns.email, actor.email))

const asPerson = (personId: number | null, email: string, made: { id: number; role: Role }): SignedIn => ({
  kind: 'person',
  personId,
  email,
  role: made.role,
  roles: [made.role],
  agencyIds: [],
  signInId: made.id,
})

async function end(ctx: Writing, which: SQL | undefined): Promise<void> {
  await ctx.db
    .update(signIns)
    .set({ endedAt: ctx.now })
    .where(and(which, isNull(signIns.endedAt)))
}

/** A note of traffic, not a fact: that it could not be written must not keep anybody out. */
async function noteSeen(ctx: Context, signInId: number): Promise<void> {
  try {
    await transact(ctx, (ctx) =>
      ctx.db
        .update(signIns)
        .set({ seenAt: ctx.now })
        .where(and(eq(signIns.id, signInId), lt(signIns.seenAt, ctx.now), isNull(signIns.endedAt))),
    )
  } catch {
    // The next request tries again.
  }
}

/** One row for each role held, or one row without a role. It runs on every request. */
const statementFor = prepared((db) =>
  db
    .select({
      signInId: signIns.id,
      email: signIns.email,
      personId: signIns.personId,
      role: signIns.role,
      secondFactorAt: signIns.secondFactorAt,
      startedAt: signIns.startedAt,
      seenAt: signIns.seenAt,
      erasedAt: people.erasedAt,
      held: roles.role,
      agencyId: roles.agencyId,
    })
    .from(signIns)
    .leftJoin(people, eq(people.id, signIns.personId))
    .leftJoin(roles, eq(roles.personId, signIns.personId))
    .where(and(eq(signIns.tokenHash, sql.placeholder('tokenHash')), isNull(signIns.endedAt)))
    .prepare(),
)

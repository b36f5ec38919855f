import { and, eq, gt, isNull } from 'drizzle-orm'
import { renderSVG } from 'uqr'
import * as v from 'valibot'
import { agencies, enrolments } from '#db/people.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { base64url, sha256 } from '#server/keys.ts'
import { HOUR } from '#server/limits.ts'
import { makeFirstAgency } from './agencies.ts'
import { type Acceptance, emailAddress, type Role, staffRoles } from './input.ts'
import { giveRole, makePerson } from './person.ts'
import { seal, unseal } from './sealing.ts'
import { enrol, newSecret, stepOf } from './second-factor.ts'
import { endOtherSignIns, renewSignIn, type SignedIn, signedIn } from './sign-in.ts'

/*
 * How someone becomes staff: an invitation made on the server, good for an hour and once; a sign-in by code to the
 * invited address; then the authenticator app. The address of the invitation is asked for again at each step, so that the
 * mailbox alone never sets up a second factor (trust.md S3).
 */

/**
 * Makes an invitation; an earlier one to the same address for the same role ends.
 * @returns the address to open, shown once and stored only as a hash, or what is wrong with what was asked
 */
export async function invite(
  ctx: Context,
  role: string,
  to: string,
): Promise<{ email: string; address: string } | { fault: string }> {
  const staffRole = staffRoles.find((one) => one === role)
  if (!staffRole) return { fault: `"${role}" is not a role of staff. Choose one of: ${staffRoles.join(', ')}` }
  const parsed = v.safeParse(emailAddress, to)
  if (!parsed.success)
    return { fault: `"${to}" is not an email address. Write: npm run invite -- ${staffRole} name@example.org` }
  const email = parsed.output
  const token = base64url(ctx.random(16))
  const tokenHash = await sha256(token)
  await transact(ctx, async (ctx) => {
    await ctx.db
      .update(enrolments)
      .set({ expiresAt: ctx.now })
      .where(and(eq(enrolments.email, email), eq(enrolments.role, staffRole), gt(enrolments.expiresAt, ctx.now)))
    const [made] = await ctx.db
      .insert(enrolments)
      .values({ tokenHash, email, role: staffRole, madeAt: ctx.now, expiresAt: ctx.now + HOUR })
      .returning({ id: enrolments.id })
    await record(ctx, 'enrolment.invited', `enrolment:${made!.id}`, staffRole)
  })
  return { email, address: `${ctx.config.origin}/enrol/${token}` }
}

export interface Enrolment {
  role: Role
  email: string
  /** Accepted already, and waiting for the authenticator app. */
  isAccepted: boolean
  /** There is no agency yet: the first must be named. */
  needsFirstAgency: boolean
}

/** What an invitation says to whoever opened it. It changes nothing. */
export async function enrolment(ctx: Context, token: string): Promise<Enrolment> {
  const row = await found(ctx, token)
  const [any] = await ctx.db.select({ id: agencies.id }).from(agencies).limit(1)
  return { role: row.role, email: row.email, isAccepted: row.usedAt !== null, needsFirstAgency: !any }
}

/** Gives the invited role to whoever signed in to the invited address, making the person if need be. */
export async function acceptEnrolment(ctx: Context, token: string, input: Acceptance): Promise<{ personId: number }> {
  const actor = signedIn(ctx)
  const row = await found(ctx, token)
  refuseOthers(actor, row.email)
  const personId = await transact(ctx, async (ctx) => {
    const claimed = await ctx.db
      .update(enrolments)
      .set({ usedAt: ctx.now })
      .where(and(eq(enrolments.id, row.id), isNull(enrolments.usedAt), gt(enrolments.expiresAt, ctx.now)))
      .returning({ id: enrolments.id })
    if (!claimed.length) throw new Refused('used', 'This invitation has been accepted already')
    const personId = actor.personId ?? (await makePersonOf(ctx, actor.email, input))
    await record(ctx, 'enrolment.accepted', `enrolment:${row.id}`, row.role)
    await giveRole(ctx, personId, row.role)
    return personId
  })
  return { personId }
}

export interface Setup {
  /** For the authenticator app, as its picture says it. */
  uri: string
  /** The same secret, for typing. */
  secret: string
  /** An SVG picture. */
  qr: string
  /** Sealed: given back with the first code. Nothing is stored, so a set-up left half-way changes nothing. */
  setup: string
}

export async function startSetup(ctx: Context, { token }: { token: string }): Promise<Setup> {
  const { personId, row, actor } = await accepted(ctx, token)
  const { secret, uri } = newSecret(ctx, actor.email)
  const setup = await seal(ctx, secret, setupFor(row.id, personId))
  return { uri, secret, qr: pictureOf(uri), setup }
}

/** The first code of the app: from now on it is this person's second factor, and every other sign-in of theirs ends. */
export async function confirmSetup(
  ctx: Context,
  input: { token: string; setup: string; code: string },
): Promise<{ signInToken: string; recoveryCodes: string[] }> {
  const { actor, personId, row } = await accepted(ctx, input.token)
  const secret = await unseal(ctx, input.setup, setupFor(row.id, personId))
  if (secret === null) throw new Refused('start-again', 'Start setting up the app again')
  const usedStep = stepOf(secret, input.code, ctx.now)
  if (usedStep === null)
    throw new Invalid([
      { path: 'code', message: 'That is not the code your app shows now. Check it and type it again' },
    ])
  return transact(ctx, async (ctx) => {
    const closed = await ctx.db
      .update(enrolments)
      .set({ expiresAt: ctx.now })
      .where(and(eq(enrolments.id, row.id), gt(enrolments.expiresAt, ctx.now)))
      .returning({ id: enrolments.id })
    if (!closed.length) throw new Refused('used', 'This invitation has been used')
    const recoveryCodes = await enrol(ctx, personId, secret, usedStep)
    await endOtherSignIns(ctx, { ...actor, personId })
    return { signInToken: await renewSignIn(ctx, { ...actor, personId }, row.role), recoveryCodes }
  })
}

/** The invitation while it is good; `Missing` for none, `Refused` for one that has run out or was used. */
async function found(ctx: Context, token: string) {
  const [row] = await ctx.db
    .select({
      id: enrolments.id,
      role: enrolments.role,
      email: enrolments.email,
      usedAt: enrolments.usedAt,
      expiresAt: enrolments.expiresAt,
    })
    .from(enrolments)
    .where(eq(enrolments.tokenHash, await sha256(token)))
  if (!row) throw new Missing()
  if (row.expiresAt <= ctx.now)
    throw row.usedAt === null
      ? new Refused('expired', 'This invitation has run out, or a newer one was made. Ask for another.')
      : new Refused('used', 'This invitation has been used. Sign in as usual, or ask for another.')
  return row
}

async function accepted(ctx: Context, token: string) {
  const actor = signedIn(ctx)
  const row = await found(ctx, token)
  refuseOthers(actor, row.email)
  if (row.usedAt === null || actor.personId === null) throw new Refused('not-accepted', 'Accept the invitation first')
  return { actor, personId: actor.personId, row }
}

function refuseOthers(actor: SignedIn, email: string): void {
  if (actor.email !== email)
    throw new Refused('other-address', `This invitation is for ${email}. Sign out, then sign in with that address.`)
}

async function makePersonOf(ctx: Writing, email: string, input: Acceptance): Promise<number> {
  if (input.name === undefined) throw new Invalid([{ path: 'name', message: 'Enter your full name' }])
  const [any] = await ctx.db.select({ id: agencies.id }).from(agencies).limit(1)
  if (!any && input.agencyName === undefined)
    throw new Invalid([{ path: 'agencyName', message: 'Enter the name of your organisation' }])
  if (any && input.agencyId === undefined)
    throw new Invalid([{ path: 'agencyId', message: 'Choose your school, service or organisation' }])
  return makePerson(ctx, email, {
    name: input.name,
    agencyId: any ? (input.agencyId ?? 0) : await makeFirstAgency(ctx, input.agencyName ?? ''),
    roleGroup: 'management',
    workforce: 'both',
  })
}

const setupFor = (enrolmentId: number, personId: number): string => `enrolment:${enrolmentId} of person:${personId}`

/** Presentation attributes only, as the content policy wants. */
const pictureOf = (uri: string): string => renderSVG(uri, { border: 4, ecc: 'M' })

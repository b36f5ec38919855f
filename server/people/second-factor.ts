import { and, eq, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { recoveryCodes, secondFactors } from '#db/people.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, NotAllowed, Refused, TooMany } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { base64url, sha256 } from '#server/keys.ts'
import { seal, unseal } from './sealing.ts'
import { renewSignIn, type SignedIn, signedIn } from './sign-in.ts'

/*
 * The second factor of staff (RFC 6238). A code of the step before or after is taken too, because phones' clocks drift and
 * people type: a code may so be good for up to 90 seconds, which is longer than ASVS 6.5.5 wants and is accepted here,
 * since each is good once and five wrong ones lock.
 */
const window = 1
const step = 30_000
const failuresAllowed = 5
const lockedFor = 15 * 60_000
const recoveryAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

export interface SecondFactorState {
  isEnrolled: boolean
  recoveryCodesLeft: number
}

export async function secondFactorState(ctx: Context): Promise<SecondFactorState> {
  const { personId } = signedIn(ctx)
  if (personId === null) return { isEnrolled: false, recoveryCodesLeft: 0 }
  const [row] = await ctx.db
    .select({
      left: sql<number>`(select count(*) from ${recoveryCodes} where ${recoveryCodes.personId} = ${secondFactors.personId} and ${recoveryCodes.usedAt} is null)`,
    })
    .from(secondFactors)
    .where(and(eq(secondFactors.personId, personId), sql`${secondFactors.enrolledAt} is not null`))
  return { isEnrolled: row !== undefined, recoveryCodesLeft: row?.left ?? 0 }
}

/**
 * Takes a code of the authenticator app; the staff roles count from now.
 * @returns the sign-in's new token
 */
export async function giveSecondFactor(ctx: Context, { code }: { code: string }): Promise<string> {
  const { actor, personId } = asPerson(ctx)
  const [row] = await ctx.db
    .select()
    .from(secondFactors)
    .where(and(eq(secondFactors.personId, personId), sql`${secondFactors.enrolledAt} is not null`))
  if (!row) throw notEnrolled()
  refuseLocked(ctx, row.lockedUntil)
  const secret = await unseal(ctx, row.sealedSecret, sealedFor(personId))
  if (secret === null) throw notEnrolled()
  const used = stepOf(secret, code, ctx.now)
  if (used === null)
    return failed(ctx, personId, 'code', 'That is not the code your app shows now. Check it and type it again')

  const sealedSecret = await seal(ctx, secret, sealedFor(personId))
  const token = await transact(ctx, async (ctx) => {
    const taken = await ctx.db
      .update(secondFactors)
      .set({ lastStep: used, failed: 0, sealedSecret })
      .where(and(eq(secondFactors.personId, personId), lt(secondFactors.lastStep, used), isUnlocked(ctx)))
      .returning({ personId: secondFactors.personId })
    if (!taken.length) return null
    await record(ctx, 'second-factor.given', `person:${personId}`)
    return renewSignIn(ctx, actor)
  })
  if (token === null)
    throw new Invalid([{ path: 'code', message: 'That code has been used. Wait until your app shows the next one' }])
  return token
}

/** Takes one of the recovery codes, each once. @returns the sign-in's new token */
export async function giveRecoveryCode(ctx: Context, { recoveryCode }: { recoveryCode: string }): Promise<string> {
  const { actor, personId } = asPerson(ctx)
  const [factor] = await ctx.db
    .select({ lockedUntil: secondFactors.lockedUntil })
    .from(secondFactors)
    .where(and(eq(secondFactors.personId, personId), sql`${secondFactors.enrolledAt} is not null`))
  if (!factor) throw notEnrolled()
  refuseLocked(ctx, factor.lockedUntil)
  const unused = await ctx.db
    .select({ id: recoveryCodes.id, salt: recoveryCodes.salt, codeHash: recoveryCodes.codeHash })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.personId, personId), isNull(recoveryCodes.usedAt)))
  const hashes = await Promise.all(unused.map(({ salt }) => sha256(`${salt} ${recoveryCode}`)))
  const match = unused.find(({ codeHash }, n) => codeHash === hashes[n])
  const token = match
    ? await transact(ctx, async (ctx) => {
        const taken = await ctx.db
          .update(recoveryCodes)
          .set({ usedAt: ctx.now })
          .where(and(eq(recoveryCodes.id, match.id), isNull(recoveryCodes.usedAt)))
          .returning({ id: recoveryCodes.id })
        if (!taken.length) return null
        await ctx.db.update(secondFactors).set({ failed: 0 }).where(eq(secondFactors.personId, personId))
        await record(ctx, 'second-factor.recovered', `person:${personId}`)
        return renewSignIn(ctx, actor)
      })
    : null
  return token ?? failed(ctx, personId, 'recoveryCode', 'That is not one of your unused recovery codes')
}

/** A new secret, and its address for the authenticator app. */
export function newSecret(ctx: Context, email: string): { secret: string; uri: string } {
  const secret = new Secret({ buffer: Uint8Array.from(ctx.random(20)).buffer })
  const totp = new TOTP({ issuer: ctx.config.partnership.name, label: email, secret })
  return { secret: secret.base32, uri: totp.toString() }
}

/**
 * Makes this the person's second factor, in place of any other.
 * @returns ten recovery codes, to be shown once: only salted hashes are kept
 */
export async function enrol(ctx: Writing, personId: number, secret: string, usedStep: number): Promise<string[]> {
  const values = {
    sealedSecret: await seal(ctx, secret, sealedFor(personId)),
    lastStep: usedStep,
    failed: 0,
    lockedUntil: null,
    enrolledAt: ctx.now,
  }
  await ctx.db
    .insert(secondFactors)
    .values({ personId, ...values })
    .onConflictDoUpdate({ target: secondFactors.personId, set: values })
  await ctx.db.delete(recoveryCodes).where(eq(recoveryCodes.personId, personId))
  const codes = Array.from({ length: 10 }, () => newRecoveryCode(ctx))
  for (const code of codes) {
    const salt = base64url(ctx.random(12))
    await ctx.db
      .insert(recoveryCodes)
      .values({ personId, salt, codeHash: await sha256(`${salt} ${code.replaceAll('-', '')}`) })
  }
  await record(ctx, 'second-factor.enrolled', `person:${personId}`)
  return codes
}

/** The step of time that a code belongs to, or null for a code of no step near now. */
export function stepOf(secret: string, code: string, now: number): number | null {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  const delta = totp.validate({ token: code, timestamp: now, window })
  return delta === null ? null : Math.floor(now / step) + delta
}

const sealedFor = (personId: number): string => `second-factor of person:${personId}`

/** 125 bits, so that a salted hash is enough (ASVS 6.5.2). No letters that look like digits. */
function newRecoveryCode(ctx: Pick<Context, 'random'>): string {
  const letters = [...ctx.random(25)].map((byte) => recoveryAlphabet[byte % 32]).join('')
  return letters.replace(/.{5}(?=.)/g, '$&-')
}

function asPerson(ctx: Context): { actor: SignedIn; personId: number } {
  const actor = signedIn(ctx)
  if (actor.personId === null) throw new NotAllowed()
  return { actor, personId: actor.personId }
}

const notEnrolled = () =>
  new Refused('not-enrolled', 'No authenticator app is set up for you here. Ask an administrator for a new invitation.')

const isUnlocked = (ctx: Pick<Context, 'now'>): SQL | undefined =>
  or(isNull(secondFactors.lockedUntil), lte(secondFactors.lockedUntil, ctx.now))

function refuseLocked(ctx: Context, lockedUntil: number | null): void {
  if (lockedUntil !== null && lockedUntil > ctx.now)
    throw new TooMany(
      Math.ceil((lockedUntil - ctx.now) / 1000),
      'Too many wrong codes. Wait a quarter of an hour, then try again.',
    )
}

/** Counts a wrong code; the fifth locks for a quarter of an hour. */
async function failed(ctx: Context, personId: number, path: string, message: string): Promise<never> {
  const [row] = await transact(ctx, async (ctx) => {
    const counted = await ctx.db
      .update(secondFactors)
      .set({
        failed: sql`(${secondFactors.failed} + 1) % ${failuresAllowed}`,
        lockedUntil: sql`case when ${secondFactors.failed} + 1 >= ${failuresAllowed} then ${ctx.now + lockedFor} end`,
      })
      .where(and(eq(secondFactors.personId, personId), isUnlocked(ctx)))
      .returning({ lockedUntil: secondFactors.lockedUntil })
    if (counted.length)
      await record(
        ctx,
        counted[0]?.lockedUntil == null ? 'second-factor.failed' : 'second-factor.locked',
        `person:${personId}`,
      )
    return counted
  })
  refuseLocked(ctx, row ? row.lockedUntil : ctx.now + lockedFor)
  throw new Invalid([{ path, message }])
}

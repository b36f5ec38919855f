import { and, eq, gt, isNull, lt, notExists, or, type SQL, sql } from 'drizzle-orm'
import { signInCodes, traffic } from '#db/people.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, TooMany } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { base64url, mac, sha256 } from '#server/keys.ts'
import { countTraffic, DAY, HOUR, secondsLeft, tally, trafficKey } from '#server/limits.ts'
import { queue } from '#server/outbox/queue.ts'
import { readCookie } from './cookies.ts'
import { knownDevice } from './devices.ts'
import { startSignIn } from './sign-in.ts'

/*
 * Signing in by a typed code. Who asks for one gets the same answer for the same work whatever the address, since anyone
 * with a mailbox may sign in. The limits, and why nobody can lock an owner out for good (trust.md S9, S17–S19):
 * - a code is bound to the browser that asked: five tries, then that code is dead, and only that one. Wrong guesses in a
 *   stranger's browser cost the owner's code nothing.
 * - five codes are mailed to an address in an hour; those beyond get the same answer and are dead from birth, so that a
 *   code nobody can know cannot be guessed either. Thirty asked for in an hour: 429.
 * - twenty wrong codes for an address in a day: 429 until the day (UTC) ends, which keeps guessing all year under one in
 *   a hundred. A browser that has signed in to the address before is outside these three and has the same of its own:
 *   an owner under attack still gets in where they have been before.
 * - one client address may ask for 1,000 codes and type 100 wrong ones in an hour: whole offices share one.
 */
const tries = 5
const mailedAnHour = 5
const askedAnHour = 30
const wrongADay = 20
const askedByClient = 1000
const wrongByClient = 100

/** Owes a code to an address. @returns what binds the code to the asking browser, for its cookie */
export async function sendCode(ctx: Context, { email }: { email: string }, cookies: string): Promise<string> {
  const device = await knownDevice(ctx, cookies, email)
  if (ctx.address) await countTraffic(ctx, `codes asked by client ${ctx.address}`, HOUR, askedByClient)
  await countTraffic(ctx, `codes asked ${device ?? email}`, HOUR, askedAnHour)

  const challenge = base64url(ctx.random(24))
  const challengeHash = await sha256(challenge)
  const codeHash = await hashOf(ctx.secrets, challengeHash, await codeOf(ctx.secrets, challengeHash, email))
  const before = await sha256(readCookie(ctx.config, cookies, 'code') ?? '')
  const expiresAt = ctx.now + ctx.config.codeMinutes * 60_000

  await transact(ctx, async (ctx) => {
    await ctx.db
      .update(signInCodes)
      .set({ usedAt: ctx.now })
      .where(and(eq(signInCodes.challengeHash, before), isNull(signInCodes.usedAt)))
    const ofDevice = device !== null && (await tally(ctx, `codes mailed ${device}`, HOUR, mailedAnHour))
    const [made] = await ctx.db
      .insert(signInCodes)
      .values({
        challengeHash,
        email,
        codeHash,
        madeAt: ctx.now,
        // One over the limit runs out at once.
        expiresAt: sql`case when ${ofDevice ? 1 : 0} or ${mailedWithinAnHour(ctx, email)} < ${mailedAnHour} then ${expiresAt} else ${ctx.now} end`,
      })
      .returning({ id: signInCodes.id, expiresAt: signInCodes.expiresAt })
    if (made && made.expiresAt > ctx.now)
      await queue(ctx, {
        kind: 'sign-in-code',
        about: `sign-in-code:${made.id}`,
        occurrence: '1',
        toAddress: email,
        deadline: made.expiresAt,
      })
  })
  return challenge
}

/**
 * Takes a typed code: one statement counts the try and says whether it was right and in time.
 * @throws Invalid for a code that is wrong, used or run out, TooMany when a limit was reached
 */
export async function useCode(ctx: Context, { code }: { code: string }, cookies: string) {
  const challengeHash = await sha256(readCookie(ctx.config, cookies, 'code') ?? '')
  const [asked] = await ctx.db
    .select({ email: signInCodes.email })
    .from(signInCodes)
    .where(eq(signInCodes.challengeHash, challengeHash))
  if (!asked) throw refusal('Send a new code, and type it in this same browser')
  const device = await knownDevice(ctx, cookies, asked.email)
  const limits = await limitsFor(ctx, asked.email, device)
  const hashes = await Promise.all(ctx.secrets.map((secret) => hashOf([secret], challengeHash, code)))

  const outcome = await transact(ctx, async (ctx) => {
    const [tried] = await ctx.db
      .update(signInCodes)
      .set({
        attempts: sql`${signInCodes.attempts} + 1`,
        usedAt: sql`case when ${signInCodes.codeHash} in ${hashes} then ${ctx.now} end`,
      })
      .where(
        and(
          eq(signInCodes.challengeHash, challengeHash),
          isNull(signInCodes.usedAt),
          lt(signInCodes.attempts, tries),
          gt(signInCodes.expiresAt, ctx.now),
          notExists(ctx.db.select({ n: traffic.n }).from(traffic).where(limits.reached)),
        ),
      )
      .returning({ id: signInCodes.id, usedAt: signInCodes.usedAt })
    if (!tried) return 'refused'
    if (tried.usedAt === null) {
      for (const { key, window, max } of limits.all) await tally(ctx, key, window, max)
      await record(ctx, 'sign-in.failed', `sign-in-code:${tried.id}`)
      return 'wrong'
    }
    return { ...(await startSignIn(ctx, { email: asked.email, cookies })), email: asked.email }
  })
  if (outcome === 'wrong') throw refusal('That is not the code in the newest email. Check it and type it again')
  if (outcome === 'refused') throw await whyRefused(ctx, challengeHash, limits)
  return outcome
}

/**
 * The six digits of a code, made again from its row when its e-mail is written: they are stored nowhere. Null when the
 * secret it was made with is gone.
 */
export async function codeFor(
  ctx: Pick<Context, 'secrets'>,
  row: { challengeHash: string; email: string; codeHash: string },
): Promise<string | null> {
  for (const secret of ctx.secrets) {
    const code = await codeOf([secret], row.challengeHash, row.email)
    if ((await hashOf([secret], row.challengeHash, code)) === row.codeHash) return code
  }
  return null
}

async function codeOf(secrets: string[], challengeHash: string, email: string): Promise<string> {
  const bytes = await mac(secrets, 'sign-in-code', `code ${challengeHash} ${email}`)
  const number = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
  return String(number % 1_000_000n).padStart(6, '0')
}

async function hashOf(secrets: string[], challengeHash: string, code: string): Promise<string> {
  return base64url(await mac(secrets, 'sign-in-code', `hash ${challengeHash} ${code}`))
}

const mailedWithinAnHour = (ctx: Writing, email: string): SQL =>
  sql`(select count(*) from ${signInCodes} as mailed where mailed.email = ${email} and mailed.made_at > ${ctx.now - HOUR} and mailed.expires_at > mailed.made_at)`

async function limitsFor(ctx: Context, email: string, device: string | null) {
  const all = [{ key: `codes wrong ${device ?? email}`, window: DAY, max: wrongADay }]
  if (ctx.address && !device)
    all.push({ key: `codes wrong by client ${ctx.address}`, window: HOUR, max: wrongByClient })
  const rows = await Promise.all(all.map(async (one) => ({ ...one, at: await trafficKey(ctx, one.key, one.window) })))
  const reached = or(
    ...rows.map(({ at, max }) =>
      and(eq(traffic.key, at.key), eq(traffic.window, at.window), sql`${traffic.n} >= ${max}`),
    ),
  )
  return { all: rows, reached }
}

type Limits = Awaited<ReturnType<typeof limitsFor>>

const refusal = (message: string) => new Invalid([{ path: 'code', message }])

/** In words. It tells nothing about an address: every address that asked has a row. */
async function whyRefused(ctx: Context, challengeHash: string, limits: Limits): Promise<Error> {
  const counted = await ctx.db.select({ key: traffic.key }).from(traffic).where(limits.reached)
  const limit = limits.all.find(({ at }) => counted.some(({ key }) => key === at.key))
  if (limit)
    return new TooMany(
      secondsLeft(ctx.now, limit.window),
      limit.window === DAY
        ? 'Too many wrong codes were typed for this address today. Use a browser in which you have signed in before, or ring us.'
        : 'Too many wrong codes were typed from where you are. Try again in an hour, or use another connection.',
    )
  const [row] = await ctx.db
    .select({ attempts: signInCodes.attempts, usedAt: signInCodes.usedAt })
    .from(signInCodes)
    .where(eq(signInCodes.challengeHash, challengeHash))
  if (row?.usedAt) return refusal('That code has been used, or a newer one was sent. Send a new code')
  if (row && row.attempts >= tries)
    return refusal('Five wrong codes were typed, so this one no longer works. Send a new code')
  return refusal('That code has run out. Send a new code')
}

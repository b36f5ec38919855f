import { and, eq, isNull } from 'drizzle-orm'
import { consents } from '#db/surveys.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { mustNotBeTooSoon } from './pressed-too-soon.ts'

/* "You may ring me for ten minutes about it": asked for the success and non-success sampler, no until told otherwise. */

const stands = (bookingId: number) =>
  and(eq(consents.bookingId, bookingId), eq(consents.what, 'call'), isNull(consents.withdrawnAt))

export async function mayRing(ctx: Pick<Context, 'db'>, bookingId: number): Promise<boolean> {
  const [known] = await ctx.db.select({ id: consents.id }).from(consents).where(stands(bookingId))
  return known !== undefined
}

/** Gives or withdraws it. */
export async function giveCallConsent(ctx: Writing, bookingId: number, isGiven: boolean): Promise<void> {
  if ((await mayRing(ctx, bookingId)) === isGiven) return
  if (isGiven) await ctx.db.insert(consents).values({ bookingId, what: 'call', givenAt: ctx.now })
  else await ctx.db.update(consents).set({ withdrawnAt: ctx.now }).where(stands(bookingId))
  await record(ctx, isGiven ? 'consent.given' : 'consent.withdrawn', `booking:${bookingId}`, 'call')
}

/** "Do not ring me", with the link from the email. @throws Refused `too-soon` */
export const withdrawCallConsent = (ctx: Context, bookingId: number): Promise<void> =>
  transact(ctx, async (ctx) => {
    await mustNotBeTooSoon(ctx, bookingId)
    await giveCallConsent(ctx, bookingId, false)
  })

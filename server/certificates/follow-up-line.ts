import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { certificates } from '#db/certificates.ts'
import { type Context, transact } from '#server/context.ts'
import { Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { stateWithin } from '#server/surveys/answering.ts'
import { mustNotBeTooSoon } from '#server/surveys/pressed-too-soon.ts'

/*
 * "Add this to my certificate": the snapshot is what was printed and never changes; that a follow-up was answered is a fact
 * beside it, shown only while its holder wants it shown. The line says the month and never the answer.
 */

/**
 * Shows on the certificate that the follow-up was answered. Pressing twice changes nothing.
 * @throws Missing; Refused `no-core-answer` before an answer counts, `no-certificate` while none stands, `too-soon`
 */
export function showFollowUp(ctx: Context, bookingId: number): Promise<void> {
  return transact(ctx, async (ctx) => {
    const { isAnswered } = await stateWithin(ctx, bookingId)
    if (!isAnswered) throw new Refused('no-core-answer', 'Answer the question first')
    const [standing] = await ctx.db
      .select({ id: certificates.id, showsFollowUpAt: certificates.showsFollowUpAt })
      .from(certificates)
      .where(and(eq(certificates.bookingId, bookingId), isNull(certificates.withdrawnAt)))
    if (!standing) throw new Refused('no-certificate', 'You have no certificate for this at the moment')
    if (standing.showsFollowUpAt !== null) return
    await mustNotBeTooSoon(ctx, bookingId)
    await ctx.db.update(certificates).set({ showsFollowUpAt: ctx.now }).where(eq(certificates.id, standing.id))
    await record(ctx, 'certificate.follow-up-shown', `certificate:${standing.id}`)
  })
}

/** Takes the line off again, from certificates withdrawn since as well, so that a new one does not bring it back. @throws Refused `too-soon` */
export function hideFollowUp(ctx: Context, bookingId: number): Promise<void> {
  return transact(ctx, async (ctx) => {
    await mustNotBeTooSoon(ctx, bookingId)
    const hidden = await ctx.db
      .update(certificates)
      .set({ showsFollowUpAt: null })
      .where(and(eq(certificates.bookingId, bookingId), isNotNull(certificates.showsFollowUpAt)))
      .returning({ id: certificates.id })
    for (const { id } of hidden) await record(ctx, 'certificate.follow-up-hidden', `certificate:${id}`)
  })
}

import { and, eq, isNotNull } from 'drizzle-orm'
import { texts, urgentSettlements } from '#db/surveys.ts'
import { londonInstant } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { SettlementInput } from './input.ts'

/**
 * Records where urgent words were passed, by whom and when; from here on nobody is told of them again.
 * @throws Missing, Refused `already-settled`, Invalid at `on` or `clock` for a moment before they were written or still to come
 */
export function settleUrgent(ctx: Context, textId: number, input: SettlementInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [text] = await ctx.db
      .select({ urgentAt: texts.urgentAt })
      .from(texts)
      .where(and(eq(texts.id, textId), isNotNull(texts.urgentAt)))
    if (!text) throw new Missing()
    const passedAt = londonInstant(input.on, input.clock)
    if (passedAt > ctx.now) throw new Invalid([{ path: 'clock', message: 'This moment is still to come' }])
    // The clock of whoever rang may stand a minute before ours.
    if (passedAt < (text.urgentAt ?? 0) - 60_000)
      throw new Invalid([{ path: 'clock', message: 'This is before the words were written' }])
    const [made] = await ctx.db
      .insert(urgentSettlements)
      .values({
        textId,
        passedTo: input.passedTo,
        passedBy: input.passedBy,
        passedAt,
        recordedAt: ctx.now,
        recordedBy: ctx.actor.kind === 'person' ? ctx.actor.personId : null,
      })
      .onConflictDoNothing()
      .returning({ textId: urgentSettlements.textId })
    if (!made) throw new Refused('already-settled', 'Someone has recorded already where this was passed')
    await record(ctx, 'text.settled', `text:${textId}`, input.passedTo)
    return { id: textId }
  })
}

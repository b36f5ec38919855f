import { and, asc, eq, gte, inArray, isNull, lte, not, sql } from 'drizzle-orm'
import { messages } from '#db/outbox.ts'
import { pauses, texts } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { formatDate, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { actionsOverdue } from '#server/impact/actions.ts'
import type { PauseScope } from '#server/surveys/input.ts'
import { ringingToday } from '#server/surveys/phone-round.ts'
import { canBePutRight } from '#server/surveys/reachability.ts'
import { isUnsettled } from '#server/surveys/urgent-telling.ts'

export interface Today {
  /** Texts that sounded urgent; nobody has recorded yet where they were passed. */
  urgent: number
  /** Other texts that are held. */
  texts: number
  /** People to ring, and the calls left this week; nobody when none is left. */
  ringing: { people: number; left: number }
  /** Messages that were not sent, or may not have arrived. */
  messages: number
  /** People who could not be asked and still would be, were their address put right. */
  outOfReach: number
  /** Actions whose day went by and that are not done. */
  actions: number
  /** Pauses that hold asking today, by whom they are for, with the last day of the last of them; one for everyone first. */
  pauses: { scope: PauseScope; n: number; until: string }[]
}

/** What waits for a coordinator now: numbers alone, no names. */
export async function today(ctx: Context): Promise<Today> {
  const { db } = ctx
  const isUrgent = isUnsettled(ctx)!
  const on = londonDate(ctx.now)
  const [urgent, held, ringing, failed, outOfReach, overdue, standing] = await Promise.all([
    db.$count(texts, isUrgent),
    db.$count(texts, and(eq(texts.state, 'held'), not(isUrgent))),
    ringingToday(ctx),
    // Neither kind was ever sent, and what was not has an index of its own.
    db.$count(messages, and(isNull(messages.sentAt), inArray(messages.state, ['uncertain', 'dead']))),
    canBePutRight(ctx),
    actionsOverdue(db, on),
    pausesOn(db, on),
  ])
  return { urgent, texts: held, ringing, messages: failed, outOfReach, actions: overdue, pauses: standing }
}

async function pausesOn(db: Reading, on: On): Promise<Today['pauses']> {
  const rows = await db
    .select({ scope: pauses.scope, n: sql<number>`count(*)`, toOn: sql<On>`max(${pauses.toOn})` })
    .from(pauses)
    .where(and(isNull(pauses.liftedAt), lte(pauses.fromOn, on), gte(pauses.toOn, on)))
    .groupBy(pauses.scope)
    .orderBy(sql`${pauses.scope} <> 'everyone'`, asc(pauses.scope))
  return rows.map(({ scope, n, toOn }) => ({ scope, n: Number(n), until: formatDate(toOn) }))
}

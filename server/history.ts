import { history } from '#db/history.ts'
import { actorWords, type Writing } from './context.ts'

/** Writes who did what inside the writer's transaction. Ids and closed words only: no names, no free text. */
export async function record(ctx: Writing, what: string, about: string, details?: string): Promise<void> {
  await ctx.db.insert(history).values({
    at: ctx.now,
    actor: actorWords(ctx.actor),
    what,
    about,
    details: details ?? null,
  })
}

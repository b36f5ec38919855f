import { eq } from 'drizzle-orm'
import { people } from '#db/people.ts'
import type { Writing } from '#server/context.ts'
import { record } from '#server/history.ts'

/** Puts a person's name right, as it will be printed. What was printed before stays as it was printed. */
export async function rename(ctx: Writing, personId: number, name: string): Promise<void> {
  await ctx.db.update(people).set({ name }).where(eq(people.id, personId))
  await record(ctx, 'person.renamed', `person:${personId}`)
}

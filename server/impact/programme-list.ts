import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import { eventCancellations, events, programmes } from '#db/courses.ts'
import type { Context } from '#server/context.ts'
import { columns, periodWords } from './programme.ts'

export interface ProgrammeListed {
  name: string
  words: string
  held: number
  toCome: number
  isNow: boolean
}

/** Every programme with events, newest first. */
export async function programmeList(ctx: Context): Promise<ProgrammeListed[]> {
  const hasBegun = sql`${events.startsAt} <= ${ctx.now}`
  const rows = await ctx.store.long
    .select({
      ...columns,
      held: sql<number>`sum(${hasBegun})`,
      toCome: sql<number>`sum(not ${hasBegun})`,
    })
    .from(programmes)
    .innerJoin(events, eq(events.programmeId, programmes.id))
    .where(
      and(
        isNotNull(events.publishedAt),
        sql`not exists (select 1 from ${eventCancellations} where ${eventCancellations.eventId} = ${events.id})`,
      ),
    )
    .groupBy(programmes.id)
    .orderBy(desc(programmes.startsOn))
  return rows.map((row) => ({
    name: row.name,
    words: periodWords(row),
    held: Number(row.held),
    toCome: Number(row.toCome),
    isNow: Number(row.held) > 0 && Number(row.toCome) > 0,
  }))
}

import { eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { agencies, sectors } from '#db/people.ts'
import type { Context, Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { prepared } from '#server/prepared.ts'

export interface AgencyChoice {
  id: number
  name: string
  sector: string
  /** The agency it belongs to, as "Education" for a school. */
  parent: string | null
}

/** Every agency, by name: what one chooses from when booking. */
export const agencyList = (ctx: Context): Promise<AgencyChoice[]> => statementFor(ctx.db).execute()

/** The first agency of a fresh installation, made by whoever accepts the first invitation. */
export async function makeFirstAgency(ctx: Writing, name: string): Promise<number> {
  const [sector] = await ctx.db
    .insert(sectors)
    .values({ name: 'Partnership' })
    .onConflictDoUpdate({ target: sectors.name, set: { name: 'Partnership' } })
    .returning({ id: sectors.id })
  const [agency] = await ctx.db.insert(agencies).values({ name, sectorId: sector!.id }).returning({ id: agencies.id })
  await record(ctx, 'agency.made', `agency:${agency!.id}`)
  return agency!.id
}

const parents = alias(agencies, 'parents')

const statementFor = prepared((db) =>
  db
    .select({ id: agencies.id, name: agencies.name, sector: sectors.name, parent: parents.name })
    .from(agencies)
    .innerJoin(sectors, eq(sectors.id, agencies.sectorId))
    .leftJoin(parents, eq(parents.id, agencies.parentId))
    .orderBy(agencies.name)
    .prepare(),
)

import { and, desc, eq, gt, isNotNull, lte, notInArray, or, sql } from 'drizzle-orm'
import { eventCancellations, events } from '#db/courses.ts'
import { eventSnapshots } from '#db/impact.ts'
import { heartbeats } from '#db/installation.ts'
import { addDays, londonDate } from '#server/calendar.ts'
import { type Context, type Reading, transact, type Writing } from '#server/context.ts'
import type { World } from '#server/world.ts'
import { snapshotShape, snapshotsOf } from './snapshot.ts'

/*
 * Keeps a snapshot of every event that reports read. Nothing depends on them: where there is none, a report reads the facts, and a trigger
 * drops one as soon as anything changes that it was made from.
 */

/** Looked for again so long after none was missing, in ms: an event whose answers are coming in is packed once, not with each of them. */
const restMs = 3_600_000
/** So many in one transaction, which holds up other writers meanwhile; and in one call. */
const atOnce = 3
const atMost = 30
/** The name of the note of when nothing was missing. */
const beat = 'snapshots'

/**
 * Packs events that lack a snapshot, the latest first:
 * - the event was published, is over and was not cancelled
 * - it has no snapshot of today's form; or one whose reasons were not settled yet when it was made a week ago or longer; or one of a later
 *   day, made before the clock was put right
 * - nothing was missing an hour ago or longer
 */
export async function keepSnapshots(ctx: Context, world?: Pick<World, 'isStopping'>): Promise<boolean> {
  const [noted] = await ctx.db.select({ at: heartbeats.at }).from(heartbeats).where(eq(heartbeats.name, beat))
  if (noted && noted.at <= ctx.now && noted.at > ctx.now - restMs) return false
  const ids = await missing(ctx.store.long, await snapshotShape(ctx.db), ctx.now)
  for (let n = 0; n < ids.length; n += atOnce) {
    if (world?.isStopping?.()) return true
    await pack(ctx, ids.slice(n, n + atOnce))
    await breath()
  }
  if (ids.length < atMost) await note(ctx)
  return ids.length > 0
}

/** Events to be packed, the latest first; of `among` where it is given. */
async function missing(db: Reading, shape: string, now: number, among?: readonly number[]): Promise<number[]> {
  const kept = db
    .select({ eventId: eventSnapshots.eventId })
    .from(eventSnapshots)
    .where(
      and(
        eq(eventSnapshots.shape, shape),
        lte(eventSnapshots.madeOn, londonDate(now)),
        or(eq(eventSnapshots.settled, true), gt(eventSnapshots.madeOn, addDays(londonDate(now), -7))),
      ),
    )
  const rows = await db
    .select({ id: events.id })
    .from(events)
    .where(
      and(
        among && sql`${events.id} in (select value from json_each(${JSON.stringify(among)}))`,
        isNotNull(events.publishedAt),
        lte(events.endsAt, now),
        notInArray(events.id, kept),
        sql`not exists (select 1 from ${eventCancellations} where ${eventCancellations.eventId} = ${events.id})`,
      ),
    )
    .orderBy(desc(events.startsAt), desc(events.id))
    .limit(atMost)
  return rows.map(({ id }) => id)
}

/** Reads and writes in one transaction, so that nothing changes between; asks again there, since another may have packed them. */
function pack(ctx: Context, eventIds: readonly number[]): Promise<void> {
  return transact(ctx, async (ctx: Writing) => {
    const shape = await snapshotShape(ctx.db)
    const still = await missing(ctx.db, shape, ctx.now, eventIds)
    const today = londonDate(ctx.now)
    const made = still.length ? await snapshotsOf(ctx.db, still, today) : []
    if (!made.length) return
    await ctx.db
      .insert(eventSnapshots)
      .values(made.map((one) => ({ ...one, shape, madeOn: today })))
      .onConflictDoUpdate({
        target: eventSnapshots.eventId,
        set: {
          shape: sql`excluded.shape`,
          settled: sql`excluded.settled`,
          madeOn: sql`excluded.made_on`,
          packed: sql`excluded.packed`,
        },
      })
  })
}

const note = (ctx: Context) =>
  transact(ctx, (ctx) =>
    ctx.db
      .insert(heartbeats)
      .values({ name: beat, at: ctx.now })
      .onConflictDoUpdate({ target: heartbeats.name, set: { at: ctx.now } }),
  )

/** Lets others have the loop. */
const breath = () => new Promise<void>((resolve) => setTimeout(resolve))

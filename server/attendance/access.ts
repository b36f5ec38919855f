import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import { eventCancellations, events } from '#db/courses.ts'
import { assignments } from '#db/trainers.ts'
import { londonInstant } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A register opens this long before its event session begins: people sign in while the room fills. */
const opensBefore = HOUR
/** A trainer may put marks right for a fortnight, a coordinator always. */
const trainersDays = 14

/** The events whose register this actor takes: a coordinator all, a trainer those they are engaged for. */
export function registersOf({ actor }: Pick<Context, 'actor'>): SQL | undefined {
  const isHeld = and(
    isNotNull(events.publishedAt),
    sql`not exists (select 1 from ${eventCancellations} where ${eventCancellations.eventId} = ${events.id})`,
  )
  if (actor.kind !== 'person') return sql`0`
  if (actor.role === 'coordinator') return isHeld
  if (actor.role !== 'trainer' || actor.personId === null) return sql`0`
  return and(
    isHeld,
    sql`exists (select 1 from ${assignments} where ${and(eq(assignments.eventId, events.id), eq(assignments.trainerId, actor.personId))})`,
  )
}

/** When marks may be made for an event session, in ms UTC; `until` is null for a coordinator. */
export function markingTime(
  { actor }: Pick<Context, 'actor'>,
  session: { on: string; starts: string; ends: string },
): { from: number; until: number | null } {
  const isTrainer = actor.kind === 'person' && actor.role === 'trainer'
  return {
    from: londonInstant(session.on, session.starts) - opensBefore,
    until: isTrainer ? londonInstant(session.on, session.ends) + trainersDays * DAY : null,
  }
}

import { desc, eq, lte, sql } from 'drizzle-orm'
import { events, programmes } from '#db/courses.ts'
import { londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Missing } from '#server/errors.ts'

export interface VoiceProgramme {
  id: number
  name: string
}

/**
 * The programmes whose words can be read, newest first, and the one that is looked at. Without a name it is the last that is over and
 * in which anybody wrote anything, as for a draft of a report; else the newest with any words. @throws Missing when there is none of that name
 */
export async function programmesToRead(
  ctx: Pick<Context, 'db' | 'now'>,
  name: string,
): Promise<{ programmes: string[]; programme: VoiceProgramme }> {
  const today = londonDate(ctx.now)
  const all = await ctx.db
    .select({
      id: programmes.id,
      name: programmes.name,
      endsOn: programmes.endsOn,
      // Of one table alone a column is written without its name.
      hasTexts: sql<number>`exists (select 1 from texts join bookings on bookings.id = texts.booking_id join events on events.id = bookings.event_id where events.programme_id = "programmes"."id")`,
    })
    .from(programmes)
    .where(lte(programmes.startsOn, today))
    .orderBy(desc(programmes.startsOn), desc(programmes.id))
  const written = all.filter(({ hasTexts }) => hasTexts)
  const first = written.find(({ endsOn }) => endsOn < today) ?? written[0] ?? all[0]
  const found = name ? all.find((one) => one.name === name) : first
  if (!found) throw new Missing()
  return { programmes: all.map(({ name }) => name), programme: { id: found.id, name: found.name } }
}

export const inProgramme = (programmeId: number) => eq(events.programmeId, programmeId)

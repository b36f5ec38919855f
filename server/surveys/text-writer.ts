import { eq } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { texts } from '#db/surveys.ts'
import { formatDate } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { WriterReason } from './input.ts'

export interface Writer {
  name: string
  agency: string
  /** "Recognising neglect, Tuesday 15 September 2026" */
  event: string
  phone: string | null
}

/** Opens who wrote a text, for a reason that goes into the history with whoever asked. @throws Missing */
export function openWriter(ctx: Context, textId: number, reason: WriterReason): Promise<Writer> {
  return transact(ctx, async (ctx) => {
    const [row] = await ctx.db
      .select({
        name: people.name,
        agency: agencies.name,
        course: courses.title,
        lastOn: events.lastOn,
        phone: people.phone,
      })
      .from(texts)
      .innerJoin(bookings, eq(bookings.id, texts.bookingId))
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(courses, eq(courses.id, events.courseId))
      .innerJoin(people, eq(people.id, bookings.personId))
      .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
      .where(eq(texts.id, textId))
    if (!row) throw new Missing()
    await record(ctx, 'text.writer-opened', `text:${textId}`, reason)
    const { course, lastOn, ...shown } = row
    return { ...shown, event: `${course}, ${formatDate(lastOn)}` }
  })
}

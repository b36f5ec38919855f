import { eq, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events, suggestions } from '#db/courses.ts'
import { commitments, successors } from '#db/surveys.ts'
import type { handOver } from '#emails/hand-over.ts'
import { cleanName, type Mailbox } from '#emails/message.ts'
import type { Context } from '#server/context.ts'
import { firstName } from '#server/people/first-name.ts'
import { monthName } from './asking-words.ts'

/** What whoever now holds the post is told now; null when nobody is entered any more. Own words stay with whoever wrote them. */
export async function handOverFacts(
  ctx: Context,
  bookingId: number,
): Promise<{ to: Mailbox; props: Parameters<typeof handOver>[0] } | null> {
  const [row] = await ctx.db
    .select({
      name: successors.name,
      email: successors.email,
      course: courses.title,
      lastOn: events.lastOn,
      suggestion: suggestions.text,
    })
    .from(successors)
    .innerJoin(bookings, eq(bookings.id, successors.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .leftJoin(
      commitments,
      sql`${commitments.bookingId} = ${bookings.id} and ${commitments.position} = (select min(k.position) from commitments k where k.booking_id = ${bookings.id})`,
    )
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .where(eq(successors.bookingId, bookingId))
  if (!row) return null
  return {
    to: { name: cleanName(row.name), address: row.email },
    props: {
      name: firstName(row.name),
      course: row.course,
      monthName: monthName(row.lastOn),
      suggestion: row.suggestion,
      phone: ctx.config.partnership.phone,
    },
  }
}

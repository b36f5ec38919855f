import { and, eq, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { followUps, postponements, responses } from '#db/surveys.ts'
import { addDays, addMonths, formatDate, londonDate } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { lateAfter } from './due-dates.ts'
import { asked, counts, isAskedFor, STILL_ASKED_DAYS } from './follow-up.ts'
import type { PostponementInput } from './input.ts'

/**
 * Puts one follow-up off, or its reminders when it is being asked already; of several postponements the last stands.
 * @throws Missing: nobody came, or the course asks nothing; Refused `not-asked-any-more`, `too-late-to-ask`; Invalid at `to`
 */
export function postpone(ctx: Context, bookingId: number, { to, because }: PostponementInput): Promise<{ to: string }> {
  return transact(ctx, async (ctx) => {
    const { actor } = ctx
    const today = londonDate(ctx.now)
    const [row] = await ctx.db
      .select({
        lastOn: events.lastOn,
        closedBecause: followUps.closedBecause,
        lastAskedOn: followUps.lastAskedOn,
        isAnswered: sql<number>`ifnull(${counts}, 0)`,
        isVoided: asked.isVoided,
      })
      .from(bookings)
      .innerJoin(events, eq(events.id, bookings.eventId))
      .innerJoin(courses, eq(courses.id, events.courseId))
      .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
      .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
      .where(and(eq(bookings.id, bookingId), asked.attends, isAskedFor))
    if (!row) throw new Missing()
    const isOver = row.lastAskedOn !== null && row.lastAskedOn < addDays(today, -STILL_ASKED_DAYS)
    if (row.isAnswered || row.isVoided || row.closedBecause !== null || isOver)
      throw new Refused('not-asked-any-more', 'They are not asked any more, so there is nothing to put off')
    const latest = lateAfter(addMonths(row.lastOn, 3))
    if (latest < today)
      throw new Refused(
        'too-late-to-ask',
        `The time to ask ended on ${formatDate(latest)}, eight weeks after the three months: it cannot be put off further`,
      )
    if (to < today) throw invalid('to', 'The day must be today or later')
    if (to > latest)
      throw invalid('to', `The day must be ${formatDate(latest)} or earlier: eight weeks after the three months`)
    await ctx.db
      .insert(postponements)
      .values({ bookingId, toOn: to, because, at: ctx.now, by: actor.kind === 'person' ? actor.personId : null })
    await record(ctx, 'follow-up.postponed', `booking:${bookingId}`, `${to} ${because}`)
    return { to: formatDate(to) }
  })
}

const invalid = (path: string, message: string) => new Invalid([{ path, message }])

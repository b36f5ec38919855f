import { and, eq, gte, inArray, isNull, or } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { people } from '#db/people.ts'
import { followUps, optOuts } from '#db/surveys.ts'
import { addDays, londonDate } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { reopen } from './asking.ts'
import type { OptOutScope } from './input.ts'

const STILL_ASKED_DAYS = 30

export interface OptOutState {
  course: string
  courseId: number
  personId: number
  /** What stands now, if anything. */
  scope: OptOutScope | null
}

/** What someone holding the link has chosen about being asked. @throws Missing */
export async function optOutState(ctx: Pick<Context, 'db'>, bookingId: number): Promise<OptOutState> {
  const [row] = await ctx.db
    .select({ course: courses.title, courseId: courses.id, personId: bookings.personId, erasedAt: people.erasedAt })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(eq(bookings.id, bookingId))
  if (!row || row.erasedAt !== null) throw new Missing()
  const standing = await ctx.db
    .select({ scope: optOuts.scope })
    .from(optOuts)
    .where(and(eq(optOuts.bookingId, bookingId), isNull(optOuts.undoneAt)))
  const scopes = standing.map(({ scope }) => scope)
  return {
    course: row.course,
    courseId: row.courseId,
    personId: row.personId,
    scope: scopes.includes('all') ? 'all' : (scopes[0] ?? null),
  }
}

/**
 * Stops asking about this course, or about all. Pressing twice changes nothing; a wider scope joins the narrower. It ends the
 * series that still run; it never stops mail about bookings, certificates or signing in.
 */
export function optOut(ctx: Context, { bookingId, scope }: { bookingId: number; scope: OptOutScope }): Promise<void> {
  return transact(ctx, async (ctx) => {
    const { personId, courseId } = await optOutState(ctx, bookingId)
    const made = await ctx.db
      .insert(optOuts)
      .values({ personId, scope, bookingId, at: ctx.now })
      .onConflictDoNothing()
      .returning({ id: optOuts.id })
    if (!made.length) return
    const running = await ctx.db
      .select({ bookingId: followUps.bookingId })
      .from(followUps)
      .innerJoin(events, eq(events.id, followUps.eventId))
      .where(
        and(
          eq(followUps.personId, personId),
          isNull(followUps.closedAt),
          scope === 'all' ? undefined : eq(events.courseId, courseId),
          or(
            isNull(followUps.lastAskedOn),
            gte(followUps.lastAskedOn, addDays(londonDate(ctx.now), -STILL_ASKED_DAYS)),
          ),
        ),
      )
    if (running.length)
      await ctx.db
        .update(followUps)
        .set({ closedAt: ctx.now, closedBecause: 'opted-out' })
        .where(
          inArray(
            followUps.bookingId,
            running.map(({ bookingId }) => bookingId),
          ),
        )
    await record(ctx, 'opt-out.made', `booking:${bookingId}`, scope)
  })
}

/** Takes back whatever was chosen with this link; the series it ended go on where nothing else stops them. */
export function undoOptOut(ctx: Context, bookingId: number): Promise<void> {
  return transact(ctx, async (ctx) => {
    const { personId } = await optOutState(ctx, bookingId)
    const undone = await ctx.db
      .update(optOuts)
      .set({ undoneAt: ctx.now })
      .where(and(eq(optOuts.bookingId, bookingId), isNull(optOuts.undoneAt)))
      .returning({ at: optOuts.at })
    if (!undone.length) return
    await resume(ctx, personId)
    await record(ctx, 'opt-out.undone', `booking:${bookingId}`)
  })
}

async function resume(ctx: Writing, personId: number): Promise<void> {
  const ended = await ctx.db
    .select({ bookingId: followUps.bookingId, firstAskedOn: followUps.firstAskedOn, courseId: events.courseId })
    .from(followUps)
    .innerJoin(events, eq(events.id, followUps.eventId))
    .where(and(eq(followUps.personId, personId), eq(followUps.closedBecause, 'opted-out')))
  if (!ended.length) return
  const others = await ctx.db
    .select({ scope: optOuts.scope, courseId: events.courseId })
    .from(optOuts)
    .innerJoin(bookings, eq(bookings.id, optOuts.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .where(and(eq(optOuts.personId, personId), isNull(optOuts.undoneAt)))
  const isStopped = (courseId: number) => others.some((one) => one.scope === 'all' || one.courseId === courseId)
  for (const { bookingId, firstAskedOn, courseId } of ended)
    if (!isStopped(courseId)) await reopen(ctx, bookingId, firstAskedOn)
}

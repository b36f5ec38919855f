import { and, eq, inArray, isNull } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { eventSessions, events } from '#db/courses.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { momentWords } from '#server/courses/words.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { markingTime, registersOf } from './access.ts'
import { type Mark, type MarksInput, marks as markWords } from './input.ts'

export interface Marked {
  /** How many marks were made or changed; what stood already stays as it was. */
  changed: number
  /** What the register now says of those who were named. */
  marks: { bookingId: number; mark: Mark }[]
}

/**
 * Marks people for one event session. A mark that differs replaces the one before it, which stays to be seen; of two
 * registers taken at once the later press counts.
 * @throws Missing for an event session whose register is not this actor's; Refused `too-early`, `too-late`; Invalid when
 * someone has no place at the event
 */
export function mark(ctx: Context, input: { eventSessionId: number } & MarksInput): Promise<Marked> {
  return transact(ctx, async (ctx) => {
    const { eventSessionId, onlyUnmarked } = input
    const eventId = await openSession(ctx, eventSessionId)
    // Someone named twice gets the later mark.
    const wanted = new Map(input.marks.map(({ bookingId, mark }) => [bookingId, mark]))
    await refuseStrangers(ctx, eventId, input)
    const before = await currentMarks(ctx, eventSessionId, [...wanted.keys()])
    const changes = [...wanted].filter(([bookingId, mark]) => {
      const stands = before.get(bookingId)
      return stands === undefined || (!onlyUnmarked && stands !== mark)
    })
    if (changes.length > 0) await replace(ctx, eventSessionId, changes)
    const now = new Map([...before, ...changes])
    return { changed: changes.length, marks: [...now].map(([bookingId, mark]) => ({ bookingId, mark })) }
  })
}

async function openSession(ctx: Writing, eventSessionId: number): Promise<number> {
  const [session] = await ctx.db
    .select({
      eventId: eventSessions.eventId,
      on: eventSessions.on,
      starts: eventSessions.starts,
      ends: eventSessions.ends,
    })
    .from(eventSessions)
    .innerJoin(events, eq(events.id, eventSessions.eventId))
    .where(and(eq(eventSessions.id, eventSessionId), registersOf(ctx)))
  if (!session) throw new Missing()
  const { from, until } = markingTime(ctx, session)
  if (ctx.now < from) throw new Refused('too-early', `The register opens at ${momentWords(from)}`)
  if (until !== null && ctx.now > until)
    throw new Refused('too-late', 'A trainer can change marks for fourteen days. Ask the training team to change it.')
  return session.eventId
}

async function refuseStrangers(ctx: Writing, eventId: number, input: MarksInput): Promise<void> {
  const expected = await ctx.db
    .select({ id: bookings.id })
    .from(bookings)
    .where(and(eq(bookings.eventId, eventId), eq(bookings.state, 'confirmed')))
  const ids = new Set(expected.map(({ id }) => id))
  const issues = input.marks.flatMap(({ bookingId }, n) =>
    ids.has(bookingId) ? [] : [{ path: `marks.${n}.bookingId`, message: 'This person has no place at this event' }],
  )
  if (issues.length > 0) throw new Invalid(issues)
}

async function currentMarks(ctx: Writing, eventSessionId: number, bookingIds: number[]): Promise<Map<number, Mark>> {
  const rows = await ctx.db
    .select({ bookingId: marks.bookingId, mark: marks.mark })
    .from(marks)
    .where(
      and(eq(marks.eventSessionId, eventSessionId), inArray(marks.bookingId, bookingIds), isNull(marks.replacedAt)),
    )
  return new Map(rows.map(({ bookingId, mark }) => [bookingId, mark]))
}

async function replace(ctx: Writing, eventSessionId: number, changes: [bookingId: number, mark: Mark][]) {
  const ids = changes.map(([bookingId]) => bookingId)
  await ctx.db
    .update(marks)
    .set({ replacedAt: ctx.now })
    .where(and(eq(marks.eventSessionId, eventSessionId), inArray(marks.bookingId, ids), isNull(marks.replacedAt)))
  const by = ctx.actor.kind === 'person' ? ctx.actor.personId : null
  await ctx.db
    .insert(marks)
    .values(changes.map(([bookingId, mark]) => ({ eventSessionId, bookingId, mark, at: ctx.now, by })))
  const counts = markWords
    .map((word) => ({ word, n: changes.filter(([, mark]) => mark === word).length }))
    .filter(({ n }) => n > 0)
  await record(
    ctx,
    'register.marked',
    `event-session:${eventSessionId}`,
    counts.map(({ word, n }) => `${word} ${n}`).join(', '),
  )
}

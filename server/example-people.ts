/**
 * The habits of the example's invented people: on the way forward they book, come and answer, through the same verbs as
 * anyone. Whoever a reader signed in as is left to the reader. One of the parts of the example; only example.ts uses it.
 */
import { and, asc, eq, gt, gte, inArray, isNull, lte, notExists, sql } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { courses, eventCancellations, eventSessions, events, suggestions } from '#db/courses.ts'
import { people, roles, signIns } from '#db/people.ts'
import { contacts, followUps, responses, skips } from '#db/surveys.ts'
import { assignments } from '#db/trainers.ts'
import type { Mark } from './attendance/input.ts'
import { mark } from './attendance/marking.ts'
import { takePlace } from './bookings/booking.ts'
import { cancel } from './bookings/cancellation.ts'
import { addDays, daysBetween, londonClock, londonDate, londonInstant, type On } from './calendar.ts'
import { type Actor, type Context, transact, type Writing } from './context.ts'
import { Invalid, Missing, Refused } from './errors.ts'
import type { Role } from './people/input.ts'
import { finish, respond, tellMore } from './surveys/answering.ts'
import { outcomesFor, stagesBehindFollowUp } from './surveys/answers.ts'
import { answerBefore } from './surveys/before.ts'
import { answerEnd, dayForms, skip } from './surveys/end-of-day.ts'
import { type Anchor, anchors, type PracticeAnswer } from './surveys/input.ts'
import { choreContext, type World } from './world.ts'

/** They do what they do today at a quarter to six, after work. */
const evening = '17:45'

const lived = new WeakMap<World, On>()

/** The next evening, for the example's clock. */
export async function nextOfTheirs(ctx: Context): Promise<number> {
  const today = londonDate(ctx.now)
  const instant = londonInstant(today, evening)
  return instant > ctx.now ? instant : londonInstant(addDays(today, 1), evening)
}

/** Lives today's evening, once. */
export async function live(world: World): Promise<void> {
  const ctx = choreContext(world)
  const today = londonDate(ctx.now)
  if (londonClock(ctx.now) < evening || lived.get(world) === today) return
  lived.set(world, today)
  await transact(ctx, async (ctx) => {
    await takeRegisters(ctx, today)
    await endTheDay(ctx, today)
    await answer(ctx, today)
    await cancelSome(ctx, today)
    await bookAhead(ctx, today)
  })
}

/** The same person has the same habit whenever it is asked: a number from 0 to 1. */
function chance(habit: string, id: number): number {
  let state = id * 2654435761
  for (const letter of habit) state = Math.imul(state ^ letter.charCodeAt(0), 2246822507)
  state = Math.imul(state ^ (state >>> 15), 2246822519)
  state = Math.imul(state ^ (state >>> 13), 3266489917)
  return ((state ^ (state >>> 16)) >>> 0) / 4294967296
}

/** Nobody ever signed in as them here. */
const invented = sql`not exists (select 1 from ${signIns} where ${signIns.personId} = ${people.id}) and ${people.erasedAt} is null`

const as = (ctx: Writing, personId: number, email: string, role: Role = 'delegate'): Writing => {
  const actor: Actor = { kind: 'person', personId, email, role, roles: [role], agencyIds: [], signInId: 0 }
  return { ...ctx, actor }
}

/** A verb may say no, as to anyone; anything else is a fault. */
async function unlessRefused(verb: Promise<unknown>): Promise<boolean> {
  try {
    await verb
    return true
  } catch (error) {
    if (error instanceof Refused || error instanceof Invalid || error instanceof Missing) return false
    throw error
  }
}

async function takeRegisters(ctx: Writing, today: On): Promise<void> {
  const unmarked = await ctx.db
    .select({ eventSessionId: eventSessions.id, eventId: events.id, bookingId: bookings.id })
    .from(eventSessions)
    .innerJoin(events, eq(events.id, eventSessions.eventId))
    .innerJoin(bookings, and(eq(bookings.eventId, events.id), eq(bookings.state, 'confirmed')))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(
      and(
        lte(eventSessions.on, today),
        gt(eventSessions.on, addDays(today, -8)),
        notExists(
          ctx.db.select({ one: sql`1` }).from(eventCancellations).where(eq(eventCancellations.eventId, events.id)),
        ),
        notExists(
          ctx.db
            .select({ one: sql`1` })
            .from(marks)
            .where(
              and(
                eq(marks.bookingId, bookings.id),
                eq(marks.eventSessionId, eventSessions.id),
                isNull(marks.replacedAt),
              ),
            ),
        ),
        invented,
      ),
    )
  for (const [eventSessionId, rows] of Map.groupBy(unmarked, (row) => row.eventSessionId)) {
    const eventId = rows[0]?.eventId ?? 0
    const [taker] = await ctx.db
      .select({ id: people.id, email: people.email, isTrainer: sql<number>`${assignments.id} is not null` })
      .from(people)
      .innerJoin(roles, and(eq(roles.personId, people.id), inArray(roles.role, ['trainer', 'coordinator'])))
      .leftJoin(assignments, and(eq(assignments.trainerId, people.id), eq(assignments.eventId, eventId)))
      .where(sql`${assignments.id} is not null or ${roles.role} = 'coordinator'`)
      .orderBy(sql`${assignments.id} is null`, asc(people.id))
      .limit(1)
    if (!taker) continue
    const said = rows.map(({ bookingId }) => ({ bookingId, mark: cameAs(bookingId) }))
    const acting = as(ctx, taker.id, taker.email ?? '', taker.isTrainer ? 'trainer' : 'coordinator')
    await unlessRefused(mark(acting, { eventSessionId, marks: said, onlyUnmarked: true }))
  }
}

function cameAs(bookingId: number): Mark {
  const at = chance('comes', bookingId)
  return at < 0.84 ? 'present' : at < 0.88 ? 'late' : at < 0.97 ? 'absent' : 'excused'
}

async function endTheDay(ctx: Writing, today: On): Promise<void> {
  const came = await ctx.db
    .select({ bookingId: bookings.id, eventId: bookings.eventId, courseId: events.courseId, dayCode: bookings.dayCode })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(
      and(
        eq(bookings.state, 'confirmed'),
        eq(events.lastOn, today),
        sql`exists (select 1 from ${marks} where ${marks.bookingId} = ${bookings.id} and ${marks.replacedAt} is null and ${marks.mark} in ('present', 'late'))`,
        notExists(ctx.db.select({ one: sql`1` }).from(skips).where(eq(skips.bookingId, bookings.id))),
        notExists(
          ctx.db
            .select({ one: sql`1` })
            .from(responses)
            .where(and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'end'))),
        ),
        invented,
      ),
    )
  for (const { bookingId, eventId, courseId, dayCode } of came) {
    const at = chance('ends', bookingId)
    if (at > 0.82) continue
    const linked: Writing = { ...ctx, actor: { kind: 'link', bookingId } }
    const forms = await dayForms(linked, eventId, dayCode).catch(() => null)
    if (!forms) continue
    if (at > 0.72) {
      await unlessRefused(skip(linked, forms))
      continue
    }
    const offered = await ctx.db
      .select({ id: suggestions.id })
      .from(suggestions)
      .where(and(eq(suggestions.courseId, courseId), isNull(suggestions.retiredAt)))
    const one = offered[Math.floor(chance('plans', bookingId) * offered.length)]
    await unlessRefused(
      answerEnd(linked, forms, {
        chosen: {},
        outcomes: {
          outcomes: await anchored(ctx, courseId, bookingId, 1),
          // biome-ignore lint/suspicious/noThenProperty: it is a question’s key, and nothing awaits this object
          then: await anchored(ctx, courseId, bookingId, 0),
        },
        commitments: one ? [String(one.id)] : ['not-sure'],
        ownWords: '',
        suggestion: '',
        name: '',
      }),
    )
  }
}

/** Where someone puts themselves on each learning outcome; `risen` steps above where they began. */
async function anchored(
  ctx: Writing,
  courseId: number,
  bookingId: number,
  risen: number,
): Promise<Record<number, Anchor>> {
  const outcomes = await outcomesFor(ctx, { courseId, bookingId }, stagesBehindFollowUp)
  return Object.fromEntries(
    outcomes.map(({ id }) => {
      const began =
        chance('began', bookingId * 31 + id) < 0.25 ? 0 : chance('began', bookingId * 31 + id) < 0.75 ? 1 : 2
      const moves = risen > 0 && chance('moved', bookingId * 31 + id) < 0.7 ? 1 : 0
      return [id, anchors[Math.min(3, began + moves)] ?? 'some']
    }),
  )
}

/** How their commitment came out, by shares much as the example's past years had. */
const outcomesOfPlans: [number, PracticeAnswer][] = [
  [0.34, 'routine'],
  [0.6, 'once'],
  [0.73, 'started'],
  [0.8, 'not-yet'],
  [0.88, 'no-chance'],
  [0.91, 'did-not-fit'],
  [0.93, 'left'],
  [1, 'already'],
]

/** About three in ten answer the invitation within three days, some more each reminder. */
const answeredBy = [0.3, 0.4, 0.46, 0.5] as const

async function answer(ctx: Writing, today: On): Promise<void> {
  const open = await ctx.db
    .select({
      bookingId: followUps.bookingId,
      courseId: events.courseId,
      lastAskedOn: followUps.lastAskedOn,
      asked: sql<number>`(select count(*) from ${contacts} where ${contacts.bookingId} = ${followUps.bookingId})`,
    })
    .from(followUps)
    .innerJoin(events, eq(events.id, followUps.eventId))
    .innerJoin(people, eq(people.id, followUps.personId))
    .where(and(isNull(followUps.closedAt), gte(followUps.lastAskedOn, addDays(today, -7)), invented))
  for (const { bookingId, courseId, lastAskedOn, asked } of open) {
    if (lastAskedOn === null) continue
    const at = chance('answers', bookingId)
    const waits = Math.floor(chance('waits', bookingId) * 3)
    const isNow = at < (answeredBy[Math.min(asked, 4) - 1] ?? 0) && daysBetween(lastAskedOn, today) >= waits
    if (!isNow) continue
    const linked: Writing = { ...ctx, actor: { kind: 'link', bookingId } }
    const how = chance('plan came out', bookingId)
    const practice = outcomesOfPlans.find(([to]) => how <= to)?.[1] ?? 'started'
    if (!(await unlessRefused(respond(linked, { bookingId, practice })))) continue
    if (chance('tells more', bookingId) > 0.75) continue
    await unlessRefused(
      tellMore(linked, bookingId, { outcomes: { outcomes: await anchored(ctx, courseId, bookingId, 1) } }),
    )
    await unlessRefused(finish(linked, bookingId))
  }
}

async function cancelSome(ctx: Writing, today: On): Promise<void> {
  const rows = await ctx.db
    .select({ bookingId: bookings.id, personId: people.id, email: people.email, lastOn: events.lastOn })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(
      and(
        eq(bookings.state, 'confirmed'),
        gt(events.lastOn, addDays(today, 2)),
        lte(events.lastOn, addDays(today, 14)),
        invented,
      ),
    )
  for (const { bookingId, personId, email, lastOn } of rows) {
    if (chance('cancels', bookingId) > 0.05) continue
    if (daysBetween(today, lastOn) > 3 + Math.floor(chance('cancels when', bookingId) * 11)) continue
    await unlessRefused(cancel(as(ctx, personId, email ?? ''), { bookingId }))
  }
}

/** Days before an event at which its places begin to go. */
const bookedFrom = 75

/** Each event fills by the evening towards its own share of its places; not all are full on the day. */
async function bookAhead(ctx: Writing, today: On): Promise<void> {
  const ahead = await ctx.db
    .select({
      id: events.id,
      courseId: events.courseId,
      audience: courses.audience,
      capacity: events.capacity,
      firstOn: sql<On>`(select min(${eventSessions.on}) from ${eventSessions} where ${eventSessions.eventId} = ${events.id})`,
      booked: sql<number>`(select count(*) from ${bookings} where ${bookings.eventId} = ${events.id} and ${bookings.state} in ('confirmed', 'offered'))`,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(
      and(
        gt(events.startsAt, ctx.now),
        lte(events.startsAt, londonInstant(addDays(today, bookedFrom), '23:59')),
        lte(events.publishedAt, ctx.now),
        lte(events.bookingOpensAt, ctx.now),
        gt(events.bookingClosesAt, ctx.now),
        notExists(
          ctx.db.select({ one: sql`1` }).from(eventCancellations).where(eq(eventCancellations.eventId, events.id)),
        ),
      ),
    )
  if (!ahead.length) return
  const everyone = await ctx.db
    .select({ id: people.id, email: people.email, workforce: people.workforce })
    .from(people)
    .where(and(sql`${people.email} is not null`, invented))
    .orderBy(asc(people.id))
  if (!everyone.length) return
  for (const event of ahead) {
    const share = 0.6 + 0.45 * chance('fills', event.id)
    const target = Math.floor(
      Math.min(1, share) * event.capacity * (1 - daysBetween(today, event.firstOn) / bookedFrom),
    )
    let wanted = Math.min(target - event.booked, event.capacity)
    for (let tries = 0; wanted > 0 && tries < 40; tries++) {
      const place = Math.floor(chance(`books ${today} ${tries}`, event.id) * everyone.length)
      const person = everyone[place]
      if (!person) continue
      if (event.audience !== 'both' && person.workforce !== 'both' && person.workforce !== event.audience) continue
      if (!(await unlessRefused(bookFor(ctx, event, person.id, person.email ?? '')))) continue
      wanted--
    }
  }
}

async function bookFor(
  ctx: Writing,
  event: { id: number; courseId: number },
  personId: number,
  email: string,
): Promise<void> {
  const acting = as(ctx, personId, email)
  const { id } = await takePlace(acting, { eventId: event.id, personId, source: 'self', by: personId })
  if (chance('says before', id) > 0.72) return
  const outcomes = await anchored(ctx, event.courseId, id, 0)
  await unlessRefused(
    answerBefore(acting, id, {
      outcomes: Object.entries(outcomes).map(([learningOutcomeId, anchor]) => ({
        learningOutcomeId: Number(learningOutcomeId),
        anchor,
      })),
      need: [],
    }),
  )
}

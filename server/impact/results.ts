/*
 * What came of an event, told to everyone who came, also to those who were silent: once, when nobody of it is still being asked.
 * The figures are those of the impact pages, and so is the rule on what may be shown.
 */
import { and, asc, eq, exists, gte, inArray, lte, ne, notExists, or, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events, programmes } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { followUps, optOuts, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import type { results } from '#emails/results.ts'
import { addDays, addMonths, formatDate, isWorkingDay, londonDate, type On } from '#server/calendar.ts'
import type { Chore, NextDue } from '#server/chores.ts'
import { type Context, transact } from '#server/context.ts'
import { makeToken } from '#server/keys.ts'
import { queue } from '#server/outbox/queue.ts'
import { firstName } from '#server/people/first-name.ts'
import { isAskingTime, nextAskingDay } from '#server/surveys/asking-time.ts'
import { askingInstant, stillBeingAskedUntil } from '#server/surveys/due-dates.ts'
import {
  asked,
  counts,
  dispositionSql,
  isAskedFor,
  overAfter,
  overSince,
  targetReached,
} from '#server/surveys/follow-up.ts'
import { factsOf, holdsKnown } from '#server/surveys/plan.ts'
import { flowOf } from './answered-figures.ts'
import { attendersAt, countsOf } from './attenders.ts'
import { gather } from './gathered.ts'
import { courseGroupOf, eventGroupOf } from './group.ts'
import { provisionalOf } from './group-page.ts'
import { roomWords, wholeRoomFigure } from './practice-figures.ts'
import { columns } from './programme.ts'
import { type Said, saidOf } from './said.ts'
import { figure, type Room, type TableRow, wholeRoomTable } from './shared/pictures.ts'
import { breakEvenSentence, type Flow } from './shared/sentences.ts'
import { headlineSentence } from './shared/sentences-gates.ts'

/** How long after an event its results are still worth telling, and how long after the last follow-up became final. */
const MONTHS_WORTH = 9
const DAYS_FRESH = 30
const BATCH = 200

interface Owed {
  bookingId: number
  personId: number
}

/**
 * Owes a batch of attenders the results of their event:
 * - it is between 10:00 and 16:00 in London on a working day
 * - the event ended no more than nine months ago; its course is asked about and it was not voided
 * - somebody was asked, and nobody of it is still being asked or not yet due
 * - the last of its follow-ups became final before today, and within the last 30 days: an answer just given may still be
 *   changed, and an old event is not told of years later
 * - they can be reached, have not opted out of everything, and nothing holds what we send them that day
 * - they were not told before
 */
export const resultsDue: Chore = async (ctx) => {
  const today = londonDate(ctx.now)
  if (!isAskingTime(ctx.now) || !(await owedOn(ctx.db, today)).length) return false
  return transact(ctx, async (ctx) => {
    const due = (await owedOn(ctx.db, today)).slice(0, BATCH)
    for (const { bookingId, personId } of due)
      await queue(ctx, { kind: 'results', about: `booking:${bookingId}`, occurrence: '1', toPersonId: personId })
    return due.length > 0
  })
}

export const nextResults: NextDue = async (ctx) => {
  const on = nextAskingDay(ctx.now)
  return (await owedOn(ctx.db, on)).length ? askingInstant(on) : null
}

async function owedOn(db: Reading, today: On): Promise<Owed[]> {
  if (!isWorkingDay(today)) return []
  const eventIds = await perhapsFinished(db, today)
  if (!eventIds.length) return []
  const rows = await attendersOf(db, eventIds, today)
  const finished = [...Map.groupBy(rows, ({ eventId }) => eventId).values()].filter((those) =>
    isJustFinished(those, today),
  )
  const owed = finished.flat().filter(({ isOwed }) => isOwed)
  if (!owed.length) return []
  const holds = await holdsKnown(db, today)
  return owed.filter((row) =>
    factsOf({ ...row, postponedTo: null }, holds).pauses.every(({ from, to }) => today < from || today > to),
  )
}

/** Read often, so by few columns alone: events of the right age of which nobody’s series runs, with somebody not told. */
async function perhapsFinished(db: Reading, today: On): Promise<number[]> {
  const one = { one: sql`1` }
  const rows = await db
    .select({ id: events.id })
    .from(events)
    .innerJoin(courses, and(eq(courses.id, events.courseId), ne(courses.earns, 'none')))
    .where(
      and(
        gte(events.lastOn, addMonths(today, -MONTHS_WORTH)),
        lte(events.lastOn, targetReached(today)),
        notExists(
          db
            .select(one)
            .from(followUps)
            .where(
              and(
                eq(followUps.eventId, events.id),
                sql`${followUps.closedAt} is null and ifnull(${followUps.lastAskedOn}, '9') >= ${addDays(today, -DAYS_FRESH)}`,
              ),
            ),
        ),
        exists(
          db
            .select(one)
            .from(followUps)
            .where(
              and(
                eq(followUps.eventId, events.id),
                or(
                  // Final a month after the last asking at the latest, or when the time to ask anyone was over.
                  gte(followUps.lastAskedOn, addDays(today, -2 * DAYS_FRESH - 1)),
                  sql`${events.lastOn} > ${overSince(addDays(today, -DAYS_FRESH - 1), true)}`,
                ),
              ),
            ),
        ),
        exists(
          db
            .select(one)
            .from(bookings)
            .where(
              and(
                eq(bookings.eventId, events.id),
                eq(bookings.state, 'confirmed'),
                sql`not exists (select 1 from ${messages} where ${messages.kind} = 'results' and ${messages.about} = 'booking:' || ${bookings.id} and ${messages.occurrence} = '1')`,
              ),
            ),
        ),
      ),
    )
  return rows.map(({ id }) => id)
}

type Attender = Awaited<ReturnType<typeof attendersOf>>[number]

const isOptedOutOfAll = sql<number>`exists (select 1 from ${optOuts} where ${optOuts.personId} = ${people.id} and ${optOuts.scope} = 'all' and ${optOuts.undoneAt} is null)`

const attendersOf = (db: Reading, eventIds: readonly number[], today: On) =>
  db
    .select({
      eventId: events.id,
      bookingId: bookings.id,
      personId: people.id,
      sectorId: bookings.sectorId,
      agencyId: bookings.agencyId,
      parentId: agencies.parentId,
      education: sectors.education,
      awayUntil: people.awayUntil,
      lastOn: events.lastOn,
      disposition: dispositionSql(today),
      isAsked: sql<number>`(${asked.isReachable} and not ${asked.isOptedOut} and ${isAskedFor})`,
      firstAskedOn: followUps.firstAskedOn,
      lastAskedOn: followUps.lastAskedOn,
      closedAt: followUps.closedAt,
      answeredAt: sql<number | null>`ifnull(${responses.confirmedAt}, ${responses.coreAt})`,
      isOwed: sql<number>`(${asked.isReachable} and not ${isOptedOutOfAll} and not exists (select 1 from ${messages} where ${messages.kind} = 'results' and ${messages.about} = 'booking:' || ${bookings.id} and ${messages.occurrence} = '1'))`,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(
      and(
        inArray(bookings.eventId, [...eventIds]),
        eq(bookings.state, 'confirmed'),
        asked.attends,
        sql`not ${asked.isVoided}`,
      ),
    )
    .orderBy(asc(bookings.id))

function isJustFinished(those: readonly Attender[], today: On): boolean {
  if (those.some(({ disposition }) => disposition === 'still-being-asked' || disposition === 'not-yet-due'))
    return false
  if (those.every(({ firstAskedOn }) => firstAskedOn === null)) return false
  const finalOn = those.map(becameFinalOn).filter((on) => on !== null)
  return finalOn.every((on) => on < today) && finalOn.some((on) => on >= addDays(today, -DAYS_FRESH))
}

/** The first day on which nothing more was owed to this person; null when nothing ever was. A later answer moves it no more. */
function becameFinalOn({
  disposition,
  lastOn,
  education,
  lastAskedOn,
  closedAt,
  answeredAt,
  isAsked,
}: Attender): On | null {
  const ends = [
    ...(closedAt === null ? [] : [londonDate(closedAt)]),
    ...(disposition === 'answered' && answeredAt !== null ? [londonDate(answeredAt)] : []),
    ...(lastAskedOn === null ? [] : [addDays(stillBeingAskedUntil(lastAskedOn), 1)]),
  ]
  if (ends.length) return ends.toSorted()[0] ?? null
  return isAsked ? addDays(overAfter(addMonths(lastOn, 3), education), 1) : null
}

// What is told

/** What a group says of itself where there is room for little: the flow, and the headline if it may be shown. */
export interface Told {
  flow: Flow
  provisional: string | null
  /** Null when how the answers fall is not shown; `notShown` says why. */
  wholeRoom: { room: Room; sentence: string; breakEven: string; table: TableRow[] } | null
  notShown: string | null
}

export interface Results {
  eventId: number
  course: string
  lastOn: On
  /** The event's own: how its answers fall only where the small-number rule lets it. */
  event: Told
  /** The course over the year, where the event's own answers are not shown and the course's are. */
  overYear: Told | null
  /** The fixed sentence of the page. */
  sentence: string
}

/** What came of one event, as everyone may read it; null unless it was held. */
export async function resultsOf(ctx: Pick<Context, 'db' | 'store' | 'now'>, eventId: number): Promise<Results | null> {
  const [found] = await ctx.store.long
    .select({ programme: columns })
    .from(events)
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .where(eq(events.id, eventId))
  if (!found) return null
  const gathered = await gather(ctx, found.programme)
  const group = eventGroupOf(gathered, eventId)
  const [event] = group?.events ?? []
  if (!group?.course || !event) return null
  const own = toldOf(saidOf(gathered, group, new Map()))
  const year = courseGroupOf(gathered, group.course)
  const overYear = !own.wholeRoom && year?.events.includes(event) ? toldOf(saidOf(gathered, year, new Map())) : null
  return {
    eventId,
    course: group.title,
    lastOn: event.lastOn,
    event: own,
    overYear: overYear?.wholeRoom ? overYear : null,
    sentence: own.wholeRoom?.sentence ?? toldUs(own.flow),
  }
}

export function toldOf(said: Said): Told {
  const { counts, rules, gate } = said
  const { room } = counts
  const figured = wholeRoomFigure(said)
  return {
    flow: flowOf(said),
    provisional: provisionalOf(said),
    wholeRoom:
      gate === 'full' || gate === 'early-signs'
        ? {
            room,
            sentence: roomWords(said, headlineSentence(room, rules)),
            breakEven: breakEvenSentence(room),
            table: wholeRoomTable(room, rules),
          }
        : null,
    notShown: figured.notShown,
  }
}

/** How many told us, which is a figure of the programme and protected for no group. */
function toldUs({ came, answered }: { came: number; answered: number }): string {
  if (came === 1) return `The one person who came has ${answered ? '' : 'not '}told us what happened next.`
  const people = `of the ${figure(came)} people who came`
  return answered === 0
    ? `None ${people} has told us what happened next.`
    : `${figure(answered)} ${people} ${answered === 1 ? 'has' : 'have'} told us what happened next.`
}

/**
 * What the message says now; null when it must not be sent any more. It tells how many answered and never how their answers fall:
 * mail cannot be unsent, and the difference between it and the page of a later day would be the answers given in between.
 */
export async function resultsFacts(ctx: Context, bookingId: number): Promise<Parameters<typeof results>[0] | null> {
  const [row] = await ctx.db
    .select({
      eventId: events.id,
      endsAt: events.endsAt,
      lastOn: events.lastOn,
      course: courses.title,
      name: people.name,
      isAnswered: sql<number>`exists (select 1 from ${responses} where ${responses.bookingId} = ${bookings.id} and ${responses.stage} = 'follow-up' and ${counts})`,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(
      and(
        eq(bookings.id, bookingId),
        asked.attends,
        sql`not ${asked.isVoided}`,
        asked.isReachable,
        sql`not ${isOptedOutOfAll}`,
      ),
    )
  if (!row || row.endsAt > ctx.now) return null
  const { came } = await attendersAt(ctx.db, [row.eventId], londonDate(ctx.now), { isBrief: true })
  const { room } = countsOf(came.get(row.eventId) ?? [])
  const { origin, partnership } = ctx.config
  const link = async (path: 'results' | 'answer' | 'opt-out', id: number) =>
    `${origin}/${path}/${await makeToken(ctx.secrets, path, id)}`
  return {
    firstName: firstName(row.name),
    course: row.course,
    date: formatDate(row.lastOn),
    came: room.came,
    answered: room.answered,
    sentence: toldUs(room),
    href: await link('results', row.eventId),
    account: row.isAnswered ? `${await link('answer', bookingId)}/account` : null,
    phone: partnership.phone,
    optOutHref: await link('opt-out', bookingId),
  }
}

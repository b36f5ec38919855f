import { and, asc, desc, eq, gt, gte, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { followUps, pauses, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { bankHolidaysKnown } from '#server/bank-holidays.ts'
import {
  addDays,
  addMonths,
  formatDate,
  formatDateShort,
  formatInstant,
  londonDate,
  type On,
} from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { asked, counts, isAskedFor, overSince, STILL_ASKED_DAYS, targetReached } from './follow-up.ts'
import type { HoldReason, PauseInput, PauseScope } from './input.ts'
import { type TermDates, termDatesKnown } from './term-dates.ts'

/*
 * What holds asking back, set by hand, on the one page a coordinator reads it on; and pauses themselves. Nothing is rescheduled by
 * any of it: when someone is asked is worked out from these facts each time.
 */

const PAST_SHOWN = 50

const writer = ({ actor }: Pick<Context, 'actor'>) => (actor.kind === 'person' ? actor.personId : null)

// Pauses

export interface Pause {
  id: number
  scope: PauseScope
  /** Whom it is for: "Everyone", a name, "Recognising neglect, 14 September 2026". */
  whom: string
  from: string
  to: string
  because: HoldReason
  state: 'standing' | 'coming' | 'over' | 'lifted'
  /** Follow-ups that wait for it, or fall due while it lasts; null when it is over. */
  follows: number | null
  madeBy: string | null
  liftedAt: string | null
}

export interface Holds {
  /** Standing and coming first, by their last day; then those that are over, the latest first. */
  now: Pause[]
  past: Pause[]
  terms: TermDates[]
  /** Of this and the next two years, those whose bank holidays are not known: they count as plain weekdays. */
  yearsWithoutBankHolidays: number[]
  choices: {
    sectors: { id: number; name: string }[]
    agencies: { id: number; name: string }[]
    /** Whose attenders are not all asked yet. */
    events: { id: number; name: string }[]
  }
}

/** Every hold set by hand, and what one is set for. */
export async function holds(ctx: Context): Promise<Holds> {
  const { db } = ctx
  const today = londonDate(ctx.now)
  const madeBy = sql<string | null>`(select p.name from people p where p.id = ${pauses.madeBy})`
  const rows = (isPast: SQL | undefined, order: SQL, most: number) =>
    db
      .select({
        pause: pauses,
        sector: sectors.name,
        agency: agencies.name,
        person: people.name,
        course: courses.title,
        lastOn: events.lastOn,
        madeBy,
      })
      .from(pauses)
      .leftJoin(sectors, eq(sectors.id, pauses.sectorId))
      .leftJoin(agencies, eq(agencies.id, pauses.agencyId))
      .leftJoin(people, eq(people.id, pauses.personId))
      .leftJoin(events, eq(events.id, pauses.eventId))
      .leftJoin(courses, eq(courses.id, events.courseId))
      .where(isPast)
      .orderBy(order)
      .limit(most)
  type Row = Awaited<ReturnType<typeof rows>>[number]
  const worded = async ({ pause, ...row }: Row): Promise<Pause> => {
    const state =
      pause.liftedAt !== null
        ? ('lifted' as const)
        : pause.toOn < today
          ? ('over' as const)
          : pause.fromOn > today
            ? ('coming' as const)
            : ('standing' as const)
    return {
      id: pause.id,
      scope: pause.scope,
      whom:
        row.sector ??
        row.agency ??
        row.person ??
        (row.course && row.lastOn ? `${row.course}, ${formatDateShort(row.lastOn)}` : 'Everyone'),
      from: formatDate(pause.fromOn),
      to: formatDate(pause.toOn),
      because: pause.because,
      state,
      follows: state === 'standing' || state === 'coming' ? await heldBy(db, pause, today) : null,
      madeBy: row.madeBy,
      liftedAt: pause.liftedAt === null ? null : formatInstant(pause.liftedAt),
    }
  }
  const now = await rows(and(isNull(pauses.liftedAt), gte(pauses.toOn, today)), asc(pauses.toOn), 200)
  const past = await rows(
    or(sql`${pauses.liftedAt} is not null`, sql`${pauses.toOn} < ${today}`),
    desc(pauses.id),
    PAST_SHOWN,
  )
  const year = Number(today.slice(0, 4))
  return {
    now: await Promise.all(now.map(worded)),
    past: await Promise.all(past.map(worded)),
    terms: await termDatesKnown(db, today),
    yearsWithoutBankHolidays: [year, year + 1, year + 2].filter((one) => !bankHolidaysKnown(one)),
    choices: {
      sectors: await db.select({ id: sectors.id, name: sectors.name }).from(sectors).orderBy(sectors.name),
      agencies: await db.select({ id: agencies.id, name: agencies.name }).from(agencies).orderBy(agencies.name),
      events: await eventsToAsk(db, today),
    },
  }
}

/** Events whose attenders are still to be asked or are being asked. */
async function eventsToAsk(db: Reading, today: On) {
  const rows = await db
    .select({ id: events.id, title: courses.title, lastOn: events.lastOn })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(and(gt(events.lastOn, overSince(today, true)), lte(events.lastOn, today), ne(courses.earns, 'none')))
    .orderBy(desc(events.lastOn), courses.title)
    .limit(500)
  return rows.map(({ id, title, lastOn }) => ({ id, name: `${title}, ${formatDateShort(lastOn)}` }))
}

/**
 * How many follow-ups a pause holds: not yet asked and due by its last day, or being asked, whose reminders wait. Of one that is
 * still to come: those that fall due while it lasts.
 */
async function heldBy(db: Reading, pause: typeof pauses.$inferSelect, today: On): Promise<number> {
  const { scope, sectorId, agencyId, eventId, personId, fromOn, toOn } = pause
  const whom: Record<PauseScope, SQL | undefined> = {
    everyone: undefined,
    sector: eq(bookings.sectorId, sectorId ?? 0),
    agency: or(eq(bookings.agencyId, agencyId ?? 0), eq(agencies.parentId, agencyId ?? 0)),
    event: eq(bookings.eventId, eventId ?? 0),
    person: eq(bookings.personId, personId ?? 0),
  }
  const isComing = fromOn > today
  const [row] = await db
    .select({ n: sql<number>`count(*)` })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(bookings, and(eq(bookings.eventId, events.id), eq(bookings.state, 'confirmed')))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(
      and(
        gt(events.lastOn, overSince(today, true)),
        lte(events.lastOn, targetReached(toOn)),
        whom[scope],
        isNull(followUps.closedAt),
        isComing
          ? and(isNull(followUps.bookingId), gt(events.lastOn, targetReached(addDays(fromOn, -1))))
          : or(isNull(followUps.bookingId), gte(followUps.lastAskedOn, addDays(today, -STILL_ASKED_DAYS))),
        sql`not ifnull(${counts}, 0)`,
        sql`not ${asked.isVoided}`,
        asked.isReachable,
        sql`not ${asked.isOptedOut}`,
        asked.attends,
        isAskedFor,
      ),
    )
  return Number(row?.n ?? 0)
}

/**
 * Holds asking for everyone, a sector, an agency, an event or a person.
 * @throws Invalid: the period is turned round, over already or longer than a year, or nobody is named
 */
export function pause(ctx: Context, input: PauseInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const { scope, from, to, because } = input
    const today = londonDate(ctx.now)
    if (to < from) throw invalid('to', 'The last day must be the first day or later')
    if (to < today) throw invalid('to', 'The last day must be today or later')
    if (to > addDays(addMonths(from, 12), -1))
      throw invalid('to', `A pause lasts a year at most: until ${formatDate(addDays(addMonths(from, 12), -1))}`)
    const whom = await pausedRow(ctx, input)
    const [row] = await ctx.db
      .insert(pauses)
      .values({ scope, ...whom, fromOn: from, toOn: to, because, madeAt: ctx.now, madeBy: writer(ctx) })
      .returning({ id: pauses.id })
    await record(ctx, 'pause.made', `pause:${row!.id}`, because)
    return row!
  })
}

const invalid = (path: string, message: string) => new Invalid([{ path, message }])

/** The column that the scope names, with a row that is there. */
async function pausedRow(ctx: Writing, input: PauseInput) {
  const { db } = ctx
  switch (input.scope) {
    case 'everyone':
      return {}
    case 'sector': {
      const [row] = await db
        .select({ id: sectors.id })
        .from(sectors)
        .where(eq(sectors.id, input.sectorId ?? 0))
      if (!row) throw invalid('sectorId', 'Choose a sector')
      return { sectorId: row.id }
    }
    case 'agency': {
      const [row] = await db
        .select({ id: agencies.id })
        .from(agencies)
        .where(eq(agencies.id, input.agencyId ?? 0))
      if (!row) throw invalid('agencyId', 'Choose a school, service or organisation')
      return { agencyId: row.id }
    }
    case 'event': {
      const [row] = await db
        .select({ id: events.id })
        .from(events)
        .where(eq(events.id, input.eventId ?? 0))
      if (!row) throw invalid('eventId', 'Choose an event')
      return { eventId: row.id }
    }
    case 'person':
      return { personId: await personCalled(ctx, input.person ?? '') }
  }
}

/** The one person with this address or, where nobody else has it, this name. */
async function personCalled({ db }: Writing, words: string): Promise<number> {
  if (!words) throw invalid('person', 'Enter their email address or full name')
  const rows = await db
    .select({ id: people.id })
    .from(people)
    .where(
      and(
        isNull(people.erasedAt),
        words.includes('@')
          ? eq(people.email, words.toLowerCase())
          : sql`lower(${people.name}) = lower(${words.replace(/\s+/g, ' ')})`,
      ),
    )
    .limit(2)
  const [row] = rows
  if (!row) throw invalid('person', 'Nobody here has this address or name: check the spelling')
  if (rows.length > 1) throw invalid('person', 'More than one person has this name: enter their email address')
  return row.id
}

/** Ends a pause early. @throws Missing; Refused `pause-over` when it no longer holds anyone */
export function liftPause(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [row] = await ctx.db
      .update(pauses)
      .set({ liftedAt: ctx.now })
      .where(and(eq(pauses.id, id), isNull(pauses.liftedAt), gte(pauses.toOn, londonDate(ctx.now))))
      .returning({ id: pauses.id })
    if (row) {
      await record(ctx, 'pause.lifted', `pause:${id}`)
      return row
    }
    const [known] = await ctx.db.select({ id: pauses.id }).from(pauses).where(eq(pauses.id, id))
    if (!known) throw new Missing()
    throw new Refused('pause-over', 'This pause is over already: it holds nobody')
  })
}

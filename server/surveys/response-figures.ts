import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { marks } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { among } from '#db/columns.ts'
import { courses, events, programmes } from '#db/courses.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { followUps, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { countedMarks } from '#server/attendance/input.ts'
import { addDays, formatDateShort, formatInstant, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { counts, dispositionSql, isAskedFor } from './follow-up.ts'
import { type Disposition, dispositions, type ResponseGrouping, type ResponseSearch } from './input.ts'
import { type AnswersRow, answersBy, type Ids, idsOf, percentOf } from './response-answers.ts'

/*
 * How many answer, for coordinators: counts of people, never what they answered. What is known now and nothing forecast: a year
 * in which many are still to be asked simply has a low response so far, and the table says how many those are.
 */

/** People of one row; a person is counted once for each event they came to. */
export interface ResponseCounts {
  attended: number
  /** Everyone but those who could not be asked. */
  reachable: number
  /** Answered, no reply or still being asked, as the impact pages count it: never more than reachable. */
  asked: number
  /** Core answers that count; answered in other words. */
  core: number
  full: number
  /** Core answers that came as a machine’s would and were not confirmed. */
  doubted: number
  late: number
  dispositions: Record<Disposition, number>
}

export interface ResponseRow extends ResponseCounts {
  key: string
  name: string
  /** Core answers of everyone who came, in per cent; null when nobody came. */
  percent: number | null
  lastYear: { attended: number; core: number; percent: number | null } | null
}

export interface ResponsePage {
  programme: { name: string; before: string | null }
  programmes: string[]
  by: ResponseGrouping
  /** The event whose row alone is listed; null for all rows. */
  event: string | null
  asOf: string
  whole: ResponseRow
  rows: ResponseRow[]
  /** By wave and by channel in place of `rows`. */
  answers: AnswersRow[]
}

/** A year's response by event, wave, agency or channel, with the year before beside it; or of one event alone. @throws Missing: no such programme or event */
export async function responsePage(ctx: Context, search: ResponseSearch): Promise<ResponsePage> {
  const { by } = search
  const db = ctx.store.long
  const today = londonDate(ctx.now)
  const years = await db.select().from(programmes).where(eq(programmes.kind, 'year')).orderBy(asc(programmes.startsOn))
  const current = years.find(({ startsOn, endsOn }) => startsOn <= today && today <= endsOn) ?? years.at(-1)
  const event = by === 'event' && search.event ? await eventOf(db, Number(search.event)) : null
  const year = event
    ? (years.find(({ id }) => id === event.programmeId) ?? current)
    : search.programme
      ? years.find(({ name }) => name === search.programme)
      : current
  if (!year) throw new Missing()
  const before = years.find(({ endsOn }) => endsOn === addDays(year.startsOn, -1)) ?? null
  const ids = { year: year.id, before: before?.id ?? null }
  const counted = await countedBy(db, by, ids, today)
  const whole = sumOf(counted.year)
  const wholeBefore = before ? sumOf(counted.before) : null
  const rows = by === 'event' || by === 'agency' ? await rowsOf(db, by, counted) : []
  return {
    programme: { name: year.name, before: before?.name ?? null },
    programmes: years
      .filter(({ startsOn }) => startsOn <= today)
      .map(({ name }) => name)
      .reverse(),
    by,
    event: event && `${event.title}, ${formatDateShort(event.lastOn)}`,
    asOf: formatInstant(ctx.now),
    whole: rowOf('all', `Programme ${year.name}`, whole, wholeBefore),
    rows: event ? rows.filter(({ key }) => key === String(event.id)) : rows,
    answers: by === 'wave' || by === 'channel' ? await answersBy(db, by, ids, { whole, wholeBefore }) : [],
  }
}

/** @throws Missing */
async function eventOf(db: Reading, id: number) {
  const [row] = await db
    .select({ id: events.id, programmeId: events.programmeId, title: courses.title, lastOn: events.lastOn })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(eq(events.id, id))
  if (!row) throw new Missing()
  return row
}

type Counted = { year: Map<number, ResponseCounts>; before: Map<number, ResponseCounts> }

/**
 * Whether someone came, as the view `attendances` has it. Written out, since the view looks up booking, event and course of each
 * booking once more: a quarter of the time of a page of a hundred thousand.
 */
const came = sql`(
  select count(*) from marks where marks.booking_id = bookings.id and marks.replaced_at is null and ${among(marks.mark, countedMarks)}
) >= case courses.attendance_rule when 'any' then 1 else (
  select count(*) from event_sessions where event_sessions.event_id = events.id
) end`

/** Both years in one statement: everyone who came to an event that asks afterwards, by event or agency and disposition. */
async function countedBy(db: Reading, by: ResponseGrouping, ids: Ids, today: On): Promise<Counted> {
  const rows = await db
    .select({
      isBefore: sql<number>`(${events.programmeId} = ${ids.before ?? 0})`,
      group: by === 'agency' ? bookings.agencyId : bookings.eventId,
      disposition: dispositionSql(today),
      n: sql<number>`count(*)`,
      full: sql<number>`sum(${counts} and ${responses.fullAt} is not null)`,
      doubted: sql<number>`sum(${responses.coreAt} is not null and not ${counts})`,
      late: sql<number>`sum(${counts} and ${responses.late})`,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(bookings, and(eq(bookings.eventId, events.id), eq(bookings.state, 'confirmed')))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(sectors, eq(sectors.id, bookings.sectorId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(and(inArray(events.programmeId, idsOf(ids)), isAskedFor, came))
    .groupBy(sql`1`, sql`2`, sql`3`)
  const counted: Counted = { year: new Map(), before: new Map() }
  for (const { isBefore, group, disposition, n, full, doubted, late } of rows) {
    const side = Number(isBefore) ? counted.before : counted.year
    const one = side.get(Number(group)) ?? noCounts()
    side.set(Number(group), one)
    one.attended += Number(n)
    one.dispositions[disposition] += Number(n)
    if (disposition !== 'could-not-be-asked') one.reachable += Number(n)
    if (disposition === 'answered') one.core += Number(n)
    if (isAskedBy.has(disposition)) one.asked += Number(n)
    one.full += Number(full ?? 0)
    one.doubted += Number(doubted ?? 0)
    one.late += Number(late ?? 0)
  }
  return counted
}

const isAskedBy: ReadonlySet<Disposition> = new Set(['answered', 'no-reply', 'still-being-asked'])

const noCounts = (): ResponseCounts => ({
  attended: 0,
  reachable: 0,
  asked: 0,
  core: 0,
  full: 0,
  doubted: 0,
  late: 0,
  dispositions: Object.fromEntries(dispositions.map((word) => [word, 0])) as Record<Disposition, number>,
})

function sumOf(groups: ReadonlyMap<number, ResponseCounts>): ResponseCounts {
  const sum = noCounts()
  for (const one of groups.values()) {
    for (const key of ['attended', 'reachable', 'asked', 'core', 'full', 'doubted', 'late'] as const)
      sum[key] += one[key]
    for (const word of dispositions) sum.dispositions[word] += one.dispositions[word]
  }
  return sum
}

const rowOf = (key: string, name: string, one: ResponseCounts, before: ResponseCounts | null): ResponseRow => ({
  key,
  name,
  ...one,
  percent: percentOf(one.core, one.attended),
  lastYear: before && {
    attended: before.attended,
    core: before.core,
    percent: percentOf(before.core, before.attended),
  },
})

/** By event in the order of the days, beside the same course the year before; by agency in the order of names. */
async function rowsOf(db: Reading, by: 'event' | 'agency', { year, before }: Counted): Promise<ResponseRow[]> {
  if (by === 'agency') {
    const names = new Map(
      (await db.select({ id: agencies.id, name: agencies.name }).from(agencies)).map(({ id, name }) => [id, name]),
    )
    return [...year]
      .map(([id, one]) => rowOf(String(id), names.get(id) ?? '', one, before.get(id) ?? null))
      .sort((a, b) => a.name.localeCompare(b.name, 'en-GB'))
  }
  const ids = [...year.keys(), ...before.keys()]
  const about = new Map(
    (
      await db
        .select({ id: events.id, courseId: events.courseId, title: courses.title, lastOn: events.lastOn })
        .from(events)
        .innerJoin(courses, eq(courses.id, events.courseId))
        .where(inArray(events.id, ids))
    ).map((row) => [row.id, row]),
  )
  const courseBefore = new Map<number, ResponseCounts>()
  for (const [courseId, theirs] of Map.groupBy(before, ([id]) => about.get(id)?.courseId ?? 0))
    courseBefore.set(courseId, sumOf(new Map(theirs)))
  return [...year]
    .flatMap(([id, one]) => {
      const event = about.get(id)
      return event ? [{ event, one }] : []
    })
    .sort((a, b) => (a.event.lastOn < b.event.lastOn ? 1 : a.event.lastOn > b.event.lastOn ? -1 : 0))
    .map(({ event, one }) =>
      rowOf(
        String(event.id),
        `${event.title}, ${formatDateShort(event.lastOn)}`,
        one,
        courseBefore.get(event.courseId) ?? null,
      ),
    )
}

import { and, asc, eq, gt, lte, type SQL, sql } from 'drizzle-orm'
import { courses, courseThemes, eventCancellations, eventSessions, events, themes, venues } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, londonInstant } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { prepared } from '#server/prepared.ts'
import type { Audience, CatalogueSearch, EventKind } from './input.ts'
import { type BookingBar, barToBooking, placesLeft } from './places.ts'
import { hoursWords, placesWords, priceWords, sessionWords, whereWords } from './words.ts'

export const pageSize = 20

export interface CatalogueEntry {
  id: number
  code: string
  title: string
  kind: EventKind
  /** One line for each event session. */
  when: string[]
  where: string
  level: string
  audience: Audience
  hours: string
  placesLeft: number
  placesWords: string
  price: string
  bookingOpen: boolean
  /** Why nobody can book now; null while booking is open. */
  bar: BookingBar | null
}

export interface Catalogue {
  events: CatalogueEntry[]
  count: number
  page: number
  pages: number
  /** What can be chosen: themes and levels of events to come. */
  filters: { themes: string[]; levels: string[] }
}

/** Published events to come, soonest first, 20 a page; a page past the end is the last one. */
export async function catalogue(ctx: Context, search: CatalogueSearch): Promise<Catalogue> {
  const statements = statementsFor(ctx.db)
  const found = statements.found(chosenIn(search))
  const values = valuesOf(search, ctx.now)
  const at = (page: number) => ({ ...values, limit: pageSize, offset: (page - 1) * pageSize })
  let page = search.page
  let rows = await found.all(at(page))
  if (rows.length === 0 && page > 1) {
    const [first] = await found.all(at(1))
    page = Math.max(1, Math.ceil((first?.count ?? 0) / pageSize))
    rows = await found.all(at(page))
  }
  const [sessions, choices] = await Promise.all([
    statements.sessions.all({ ids: JSON.stringify(rows.map(({ id }) => id)) }),
    statements.choices.all({ now: ctx.now }),
  ])
  const total = rows[0]?.count ?? 0
  return {
    events: rows.map((row) =>
      entryOf(
        row,
        sessions.filter(({ eventId }) => eventId === row.id),
        ctx.now,
      ),
    ),
    count: total,
    page,
    pages: Math.max(1, Math.ceil(total / pageSize)),
    filters: {
      themes: choices.filter(({ what }) => what === 'theme').map(({ name }) => name),
      levels: choices.filter(({ what }) => what === 'level').map(({ name }) => name),
    },
  }
}

const filters = ['words', 'theme', 'level', 'audience', 'where', 'from', 'to', 'free'] as const
type Filter = (typeof filters)[number]

const chosenIn = (search: CatalogueSearch): Filter[] => filters.filter((filter) => search[filter] !== '')

type Statements = ReturnType<typeof statementsFor>
type Row = Awaited<ReturnType<ReturnType<Statements['found']>['all']>>[number]
type SessionRow = Awaited<ReturnType<Statements['sessions']['all']>>[number]

function entryOf(row: Row, sessions: SessionRow[], now: number): CatalogueEntry {
  const bar = barToBooking({ ...row, isCancelled: false }, now)
  return {
    id: row.id,
    code: row.code,
    title: row.title,
    kind: row.kind,
    when: sessions.map(sessionWords),
    where: whereWords(sessions),
    level: row.level,
    audience: row.audience,
    hours: hoursWords(row.minutes),
    placesLeft: row.placesLeft,
    placesWords: placesWords(row.placesLeft),
    price: priceWords(row.pricePence),
    bookingOpen: bar === null,
    bar,
  }
}

const valuesOf = (search: CatalogueSearch, now: number) => ({
  now,
  words: JSON.stringify(search.words.toLowerCase().split(/\s+/).filter(Boolean)),
  theme: search.theme,
  level: search.level,
  audience: search.audience,
  from: search.from,
  before: search.to === '' ? 0 : londonInstant(addDays(search.to, 1), '00:00'),
  where: search.where === 'online' ? 1 : 0,
})

const given = (name: string) => sql.placeholder(name)

const upcoming = and(
  lte(events.publishedAt, given('now')),
  gt(events.startsAt, given('now')),
  sql`not exists (select 1 from ${eventCancellations} where ${eventCancellations.eventId} = ${events.id})`,
)

const themesOf = sql`(select group_concat(${themes.name}, ' ') from ${courseThemes} join ${themes} on ${themes.id} = ${courseThemes.themeId} where ${courseThemes.courseId} = ${courses.id})`
const haystack = sql`lower(${courses.code} || ' ' || ${courses.title} || ' ' || ${courses.aims} || ' ' || ifnull(${themesOf}, ''))`

const conditions: Record<Filter, SQL> = {
  words: sql`not exists (select 1 from json_each(${given('words')}) as word where instr(${haystack}, word.value) = 0)`,
  theme: sql`exists (select 1 from ${courseThemes} join ${themes} on ${themes.id} = ${courseThemes.themeId} where ${courseThemes.courseId} = ${courses.id} and ${themes.name} = ${given('theme')})`,
  level: sql`${courses.level} = ${given('level')}`,
  audience: sql`${courses.audience} in (${given('audience')}, 'both')`,
  where: sql`exists (select 1 from ${eventSessions} where ${eventSessions.eventId} = ${events.id} and ${eventSessions.online} = ${given('where')})`,
  from: sql`${events.lastOn} >= ${given('from')}`,
  to: sql`${events.startsAt} < ${given('before')}`,
  free: sql`${placesLeft} > 0`,
}

const statementsFor = prepared((db: Reading) => {
  /** One statement for each set of filters in use, made when first wanted: most readers choose none. */
  const made = new Map<string, ReturnType<typeof found>>()
  const found = (chosen: Filter[]) => {
    const which = and(upcoming, ...chosen.map((filter) => conditions[filter]))
    return db
      .select({
        id: events.id,
        code: courses.code,
        title: courses.title,
        kind: events.kind,
        level: courses.level,
        audience: courses.audience,
        minutes: courses.minutes,
        pricePence: events.pricePence,
        startsAt: events.startsAt,
        bookingOpensAt: events.bookingOpensAt,
        bookingClosesAt: events.bookingClosesAt,
        placesLeft: placesLeft.as('places_left'),
        // A window function over the same rows costs SQLite three times as much.
        count:
          sql<number>`(select count(*) from ${events} join ${courses} on ${courses.id} = ${events.courseId} where ${which})`.as(
            'count',
          ),
      })
      .from(events)
      .innerJoin(courses, eq(courses.id, events.courseId))
      .where(which)
      .orderBy(asc(events.startsAt), asc(events.id))
      .limit(given('limit'))
      .offset(given('offset'))
      .prepare()
  }

  return {
    found(chosen: Filter[]) {
      const key = chosen.join()
      let statement = made.get(key)
      if (!statement) made.set(key, (statement = found(chosen)))
      return statement
    },

    sessions: db
      .select({
        eventId: eventSessions.eventId,
        on: eventSessions.on,
        starts: eventSessions.starts,
        ends: eventSessions.ends,
        online: eventSessions.online,
        venue: venues.name,
      })
      .from(eventSessions)
      .leftJoin(venues, eq(venues.id, eventSessions.venueId))
      .where(sql`${eventSessions.eventId} in (select value from json_each(${given('ids')}))`)
      .orderBy(asc(eventSessions.eventId), asc(eventSessions.position))
      .prepare(),

    choices: db
      .select({ what: sql<'theme' | 'level'>`'theme'`.as('what'), name: themes.name })
      .from(events)
      .innerJoin(courseThemes, eq(courseThemes.courseId, events.courseId))
      .innerJoin(themes, eq(themes.id, courseThemes.themeId))
      .where(upcoming)
      .union(
        db
          .select({ what: sql<'theme' | 'level'>`'level'`.as('what'), name: courses.level })
          .from(events)
          .innerJoin(courses, eq(courses.id, events.courseId))
          .where(upcoming),
      )
      .orderBy(sql`1`, sql`2`)
      .prepare(),
  }
})

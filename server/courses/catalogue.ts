import { and, asc, count, eq, gt, lte, notExists, sql } from 'drizzle-orm'
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
  const values = valuesOf(search, ctx.now)
  const at = (page: number) => ({ ...values, limit: pageSize, offset: (page - 1) * pageSize })
  let page = search.page
  let rows = await statements.found.all(at(page))
  if (rows.length === 0 && page > 1) {
    const [first] = await statements.found.all(at(1))
    page = Math.max(1, Math.ceil((first?.count ?? 0) / pageSize))
    rows = await statements.found.all(at(page))
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

type Statements = ReturnType<typeof statementsFor>
type Row = Awaited<ReturnType<Statements['found']['all']>>[number]
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

/** Every filter has a value, '' for none, so that one prepared statement serves every search. */
function valuesOf(search: CatalogueSearch, now: number) {
  return {
    now,
    words: JSON.stringify(search.words.toLowerCase().split(/\s+/).filter(Boolean)),
    theme: search.theme,
    level: search.level,
    audience: search.audience,
    where: search.where,
    from: search.from,
    before: search.to ? londonInstant(addDays(search.to, 1), '00:00') : Number.MAX_SAFE_INTEGER,
    free: search.free,
  }
}

const now = sql.placeholder('now')

const upcoming = (db: Reading) =>
  and(
    lte(events.publishedAt, now),
    gt(events.startsAt, now),
    notExists(db.select({ one: sql`1` }).from(eventCancellations).where(eq(eventCancellations.eventId, events.id))),
  )

const statementsFor = prepared((db: Reading) => {
  const themesOf = sql`(select group_concat(${themes.name}, ' ') from ${courseThemes} join ${themes} on ${themes.id} = ${courseThemes.themeId} where ${courseThemes.courseId} = ${courses.id})`
  const haystack = sql`lower(${courses.code} || ' ' || ${courses.title} || ' ' || ${courses.aims} || ' ' || ifnull(${themesOf}, ''))`
  const hasSession = (what: ReturnType<typeof sql>) =>
    sql`exists (select 1 from ${eventSessions} where ${eventSessions.eventId} = ${events.id} and ${what})`
  const given = (name: string) => sql.placeholder(name)

  const found = db
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
      count: sql<number>`count(*) over ()`.as('count'),
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(
      and(
        upcoming(db),
        sql`not exists (select 1 from json_each(${given('words')}) as word where instr(${haystack}, word.value) = 0)`,
        sql`(${given('theme')} = '' or exists (select 1 from ${courseThemes} join ${themes} on ${themes.id} = ${courseThemes.themeId} where ${courseThemes.courseId} = ${courses.id} and ${themes.name} = ${given('theme')}))`,
        sql`(${given('level')} = '' or ${courses.level} = ${given('level')})`,
        sql`(${given('audience')} = '' or ${courses.audience} in (${given('audience')}, 'both'))`,
        sql`(${given('where')} = '' or (${given('where')} = 'online' and ${hasSession(sql`${eventSessions.online}`)}) or (${given('where')} = 'in-person' and ${hasSession(sql`not ${eventSessions.online}`)}))`,
        sql`(${given('from')} = '' or ${events.lastOn} >= ${given('from')})`,
        sql`${events.startsAt} < ${given('before')}`,
        sql`(${given('free')} = '' or ${placesLeft} > 0)`,
      ),
    )
    .orderBy(asc(events.startsAt), asc(events.id))
    .limit(given('limit'))
    .offset(given('offset'))
    .prepare()

  const sessions = db
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
    .prepare()

  const choices = db
    .select({ what: sql<'theme' | 'level'>`'theme'`.as('what'), name: themes.name, n: count().as('n') })
    .from(events)
    .innerJoin(courseThemes, eq(courseThemes.courseId, events.courseId))
    .innerJoin(themes, eq(themes.id, courseThemes.themeId))
    .where(upcoming(db))
    .groupBy(themes.name)
    .unionAll(
      db
        .select({ what: sql<'theme' | 'level'>`'level'`.as('what'), name: courses.level, n: count().as('n') })
        .from(events)
        .innerJoin(courses, eq(courses.id, events.courseId))
        .where(upcoming(db))
        .groupBy(courses.level),
    )
    .orderBy(sql`1`, sql`2`)
    .prepare()

  return { found, sessions, choices }
})

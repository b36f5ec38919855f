import { and, eq, lte, sql } from 'drizzle-orm'
import { courseThemes, themes } from '#db/courses.ts'
import { singleAgencyThemes } from '#db/impact.ts'
import { agencies, sectors } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { formatDateShort, formatMonth, type On } from '#server/calendar.ts'
import { programmeFigure, so } from './programme-words.ts'
import type { Cell, Figure } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'
import { gapSentence } from './shared/sentences-programme.ts'
import { listed } from './shared/sentences-words.ts'

/* Months since each theme was last taught to each sector; and beside it what agencies say they taught themselves, never put together. */

/** Every kind of event teaches its course's themes but the forum, which is a meeting. */
const meetings = ['forum']

interface Gaps {
  sectors: { id: number; name: string }[]
  /** `isPriority`: the partnership had chosen it at the end of the period. */
  themes: { id: number; name: string; isPriority: boolean }[]
  /** By "theme:sector", the day on which somebody of the sector last came to the theme. */
  last: Map<string, On>
}

const pair = (themeId: number, sectorId: number) => `${themeId}:${sectorId}`

/** Over all programmes, up to a day. Sectors as on the day of the booking. */
export async function gapsAt(db: Reading, untilOn: On): Promise<Gaps> {
  const [allSectors, allThemes, taughtAt, lastTaught] = await Promise.all([
    db.select({ id: sectors.id, name: sectors.name }).from(sectors).orderBy(sectors.id),
    db.select().from(themes).orderBy(themes.name),
    db.select().from(courseThemes),
    lastTaughtAt(db, untilOn),
  ])
  const last = new Map<string, On>()
  for (const { courseId, sectorId, on } of lastTaught)
    for (const { themeId } of taughtAt.filter((one) => one.courseId === courseId)) {
      const key = pair(themeId, sectorId)
      const before = last.get(key)
      if (before === undefined || before < on) last.set(key, on)
    }
  return {
    sectors: allSectors,
    themes: allThemes.map(({ id, name, priorityFrom, priorityTo }) => ({
      id,
      name,
      isPriority: priorityFrom !== null && priorityFrom <= untilOn && (priorityTo === null || priorityTo >= untilOn),
    })),
    last,
  }
}

/** The newest event of each course to which each sector came: looked for from the newest back, so that few bookings are read. */
async function lastTaughtAt(db: Reading, untilOn: On): Promise<{ courseId: number; sectorId: number; on: On }[]> {
  const rows = await db
    .select({
      courseId: sql<number>`course_id`,
      sectorId: sql<number>`sector_id`,
      on: sql<On | null>`last_taught`,
    })
    .from(sql`(
      select courses.id as course_id, sectors.id as sector_id, (
        select events.last_on from events
        where events.course_id = courses.id and events.published_at is not null and events.last_on <= ${untilOn}
          and events.kind not in (select value from json_each(${JSON.stringify(meetings)}))
          and not exists (select 1 from event_cancellations where event_cancellations.event_id = events.id)
          and exists (
            select 1 from bookings
            where bookings.event_id = events.id and bookings.state = 'confirmed' and bookings.sector_id = sectors.id
              and exists (select 1 from attendances where attendances.booking_id = bookings.id))
        order by events.last_on desc limit 1) as last_taught
      from courses cross join sectors
      where courses.id in (select course_id from course_themes)) as taught`)
  return rows.flatMap(({ on, ...row }) => (on === null ? [] : [{ ...row, on }]))
}

/** Whole months from one day to a later one. */
export function monthsSince(on: On, untilOn: On): number {
  const [year = 0, month = 0, day = 0] = on.split('-').map(Number)
  const [untilYear = 0, untilMonth = 0, untilDay = 0] = untilOn.split('-').map(Number)
  return Math.max(0, (untilYear - year) * 12 + untilMonth - month - (untilDay < day ? 1 : 0))
}

export async function gapFigures(db: Reading, untilOn: On): Promise<Figure[]> {
  const [gaps, told] = await Promise.all([gapsAt(db, untilOn), toldAt(db, untilOn)])
  return [gapFigure(gaps, untilOn), toldFigure(gaps, told, untilOn)]
}

function gapFigure(gaps: Gaps, untilOn: On): Figure {
  const rows = gaps.themes.map((theme) => ({
    label: theme.name,
    months: gaps.sectors.map((sector) => {
      const on = gaps.last.get(pair(theme.id, sector.id))
      return on === undefined ? null : monthsSince(on, untilOn)
    }),
  }))
  const all = rows.flatMap(({ months }) => months)
  const ofPriorities = rows
    .filter((_, i) => gaps.themes[i]!.isPriority)
    .map(({ label, months }) =>
      gapSentence(
        label,
        gaps.sectors.map(({ name }, i) => ({ label: name, months: months[i]! })),
      ),
    )
  const recent = all.filter((months) => months !== null && months < 12).length
  const never = all.filter((months) => months === null).length
  return programmeFigure({
    key: 'gaps',
    part: 'reach',
    title: 'How long since each theme was taught to each sector',
    sentence: [
      gapsSentence(recent, all.length - recent - never, never, formatDateShort(untilOn)),
      ...(ofPriorities.length
        ? [`Of the priorities, counted back from ${formatDateShort(untilOn)}: ${ofPriorities.join(' ')}`]
        : []),
    ].join(' '),
    definition:
      'Whole months from the last time that somebody of the sector, as on the day they booked, came to an event of a course with that theme, to the end of the period, or to today while it lasts; 0 is within the last month. All programmes count, and every kind of event but the forum. What was held before events were booked here, and what an agency taught its own people, is not among it.',
    table: {
      caption: `Months since each theme was last taught to each sector, as at ${formatDateShort(untilOn)}`,
      head: ['Theme', ...gaps.sectors.map(({ name }) => name)],
      rows: rows.map(({ label, months }) => [label, ...months.map((n): Cell => n ?? 'Never')]),
    },
    picture: all.length === 0 ? null : { kind: 'gaps', columns: gaps.sectors.map(({ name }) => name), rows },
  })
}

/** "Of 108 pairs of a theme and a sector, 61 were taught within the 12 months to 31 March 2026, 20 earlier and 27 never." */
function gapsSentence(recent: number, older: number, never: number, until: string): string {
  const all = recent + older + never
  if (all === 0) return 'No theme and no sector has been entered.'
  if (never === all) return 'No theme was ever taught to any sector.'
  if (recent === all) return `Every theme was taught to every sector within the 12 months to ${until}.`
  if (older === all) return `Every theme was taught to every sector, but none within the 12 months to ${until}.`
  const parts = [
    { count: recent, words: `within the 12 months to ${until}` },
    { count: older, words: recent > 0 ? 'earlier' : `12 months or more before ${until}` },
    { count: never, words: 'never' },
  ].filter(({ count }) => count > 0)
  const worded = parts.map(({ count, words }, i) =>
    i === 0 ? `${figure(count)} ${count === 1 ? 'was' : 'were'} taught ${words}` : `${figure(count)} ${words}`,
  )
  return `Of ${figure(all)} pairs of a theme and a sector, ${listed(worded)}.`
}

interface Told {
  themeId: number
  sectorId: number
  lastOn: On
  agencies: number
  people: number
}

/** What agencies told us of the training of their own people, by theme and by the sector they are in. */
async function toldAt(db: Reading, untilOn: On): Promise<Told[]> {
  // The latest word of each agency on each theme; SQLite gives the other columns of the row that has the maximum.
  const latest = db
    .select({
      agencyId: singleAgencyThemes.agencyId,
      themeId: singleAgencyThemes.themeId,
      lastOn: sql<On>`max(${singleAgencyThemes.lastOn})`.as('latest_on'),
      people: singleAgencyThemes.people,
    })
    .from(singleAgencyThemes)
    .where(lte(singleAgencyThemes.lastOn, untilOn))
    .groupBy(singleAgencyThemes.agencyId, singleAgencyThemes.themeId)
    .as('latest')
  const rows = await db
    .select({
      themeId: latest.themeId,
      sectorId: agencies.sectorId,
      lastOn: sql<On>`max(${latest.lastOn})`,
      agencies: sql<number>`count(*)`.mapWith(Number),
      people: sql<number>`sum(${latest.people})`.mapWith(Number),
    })
    .from(latest)
    .innerJoin(agencies, and(eq(agencies.id, latest.agencyId)))
    .groupBy(latest.themeId, agencies.sectorId)
  return rows
}

function toldFigure(gaps: Gaps, told: readonly Told[], untilOn: On): Figure {
  const named = <T extends { id: number; name: string }>(all: readonly T[], id: number) =>
    all.find((one) => one.id === id)?.name ?? ''
  const rows = told
    .map((one) => {
      const on = gaps.last.get(pair(one.themeId, one.sectorId))
      return {
        ...one,
        theme: named(gaps.themes, one.themeId),
        sector: named(gaps.sectors, one.sectorId),
        ours: on === undefined ? null : monthsSince(on, untilOn),
      }
    })
    .sort((a, b) => a.theme.localeCompare(b.theme, 'en-GB') || a.sector.localeCompare(b.sector, 'en-GB'))
  const ours = rows.filter(({ ours }) => ours !== null && ours < 12).length
  return programmeFigure({
    key: 'single-agency',
    part: 'reach',
    title: 'What agencies say they taught their own people',
    sentence:
      rows.length === 0
        ? 'No agency has told us what it taught its own people.'
        : `Agencies told us of ${so(rows.length, 'pair', 'pairs')} of a theme and a sector that they taught their own people; nobody has checked it. ${weTaught(ours, rows.length, formatDateShort(untilOn))}`,
    definition:
      'From the yearly single-agency return: the last time an agency says it taught a theme to its own people, by the sector the agency is in. It was told to us and not checked, and is in no total.',
    table:
      rows.length === 0
        ? null
        : {
            caption: 'Told to us, not checked',
            head: [
              'Theme',
              'Sector',
              `Taught here, months before ${formatDateShort(untilOn)}`,
              'They last taught it',
              'Agencies',
              'People they say they taught',
            ],
            rows: rows.map(({ theme, sector, ours, lastOn, agencies, people }) => [
              theme,
              sector,
              ours ?? 'Never',
              formatMonth(lastOn),
              agencies,
              people,
            ]),
          },
  })
}

function weTaught(ours: number, all: number, until: string): string {
  if (all === 1) return `We ${ours === 1 ? 'taught it' : 'did not teach it'} within the 12 months to ${until}.`
  const which = ours === 0 ? 'none' : ours < all ? figure(ours) : all === 2 ? 'both' : `all ${figure(all)}`
  return `We taught ${which} of them within the 12 months to ${until}.`
}

import { and, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courseThemes, eventCancellations, events, themes } from '#db/courses.ts'
import { agencies } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addMonths, formatDateShort, type On } from '#server/calendar.ts'
import { type Expected, expectedAgencies } from './expected-agencies.ts'
import { kindWords } from './held-figures.ts'
import type { CourseAgency } from './presence.ts'
import { isTaught, type ProgrammeEvent } from './programme.ts'
import { programmeFigure, so } from './programme-words.ts'
import type { Figure } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'
import { coverageSentence } from './shared/sentences-programme.ts'
import { capital, listed, percent } from './shared/sentences-words.ts'

/* Which of the agencies that are expected were reached: by the programme, by course, by theme; and which have not been seen for long. */

/** Longer than this without anybody at any event, and an agency is listed. */
const unseenMonths = 24

/**
 * Coverage over a programme, by course and by theme, and who was not seen for 24 months. `untilOn` is its last day, or today while it
 * lasts; `came` is which agency came to which course, over all its events that were held.
 */
export async function coverageFigures(
  db: Reading,
  held: readonly ProgrammeEvent[],
  came: readonly CourseAgency[],
  untilOn: On,
): Promise<Figure[]> {
  const expected = await expectedAgencies(db, untilOn)
  if (expected.agencies.length === 0)
    return [
      programmeFigure({
        key: 'coverage',
        part: 'reach',
        title: 'Reached, of those expected',
        sentence: 'No list of who is expected has been entered, so who was missed is not known.',
        definition: expectedDefinition,
      }),
    ]
  const [byTheme, unseen] = await Promise.all([themeRows(db), unseenFigure(db, expected, came, untilOn)])
  const counted = (isCounted: (one: CourseAgency) => boolean): number =>
    new Set(came.filter(isCounted).flatMap(({ agencyId }) => expected.of(agencyId) ?? [])).size
  const all = expected.agencies.length
  const [one, many] = expected.isEducation ? ['school or college', 'schools and colleges'] : ['agency', 'agencies']
  const who = (n: number) => so(n, one, many)
  const ofTaught = counted(isTaught)
  const ofAll = counted(() => true)
  const otherKinds = [...new Set(held.filter((event) => !isTaught(event)).map(({ kind }) => kind))]
  const inOrder = (rows: { label: string; reached: number }[]) =>
    rows.sort((a, b) => b.reached - a.reached || a.label.localeCompare(b.label, 'en-GB'))
  const titles = new Map(held.map(({ courseId, title }) => [courseId, title]))
  const perCourse = inOrder(
    [...titles].map(([id, title]) => ({ label: title, reached: counted(({ courseId }) => courseId === id) })),
  )
  const perTheme = inOrder(
    byTheme.map(({ name, courseIds }) => ({
      label: name,
      reached: counted(({ courseId }) => courseIds.has(courseId)),
    })),
  )
  const table = (caption: string, name: string, rows: { label: string; reached: number }[]) => ({
    caption,
    head: [name, 'Reached', 'Of those expected'],
    rows: rows.map(({ label, reached }) => [label, reached, percent(reached, all)]),
  })
  const picture = (rows: { label: string; reached: number }[]): Figure['picture'] =>
    rows.length
      ? { kind: 'shares', rows: rows.map(({ label, reached }) => ({ label, count: reached, of: all })) }
      : null
  return [
    programmeFigure({
      key: 'coverage',
      part: 'reach',
      title: 'Reached, of those expected',
      sentence: `${who(all)} ${all === 1 ? 'is' : 'are'} expected (the partnership’s list of who is expected). Courses and learning events: ${uncapitalised(coverageSentence({ reached: ofTaught, expected: all }))} All events: ${uncapitalised(coverageSentence({ reached: ofAll, expected: all }))}`,
      definition: expectedDefinition,
      table: {
        caption: 'Reached, of those expected',
        head: ['By', 'Reached', `${capital(many)} expected`, 'Of those expected'],
        rows: (
          [
            ['Courses and learning events', ofTaught],
            ...otherKinds.map((kind) => [`${kindWords[kind]} alone`, counted((one) => one.kind === kind)] as const),
            ['All events, of any kind', ofAll],
          ] as const
        ).map(([label, reached]) => [label, reached, all, percent(reached, all)]),
      },
    }),
    programmeFigure({
      key: 'coverage-by-course',
      part: 'reach',
      title: 'Reached, by course',
      sentence: mostReached(perCourse, all, many, 'course'),
      definition: `${expectedDefinition} Every kind of event stands here by its course, forums and conferences too.`,
      table: table('Reached, by course', 'Course', perCourse),
      picture: picture(perCourse),
    }),
    programmeFigure({
      key: 'coverage-by-theme',
      part: 'reach',
      title: 'Reached, by theme',
      sentence: mostReached(perTheme, all, many, 'theme'),
      definition: `${expectedDefinition} A course with several themes counts for each.`,
      table: table('Reached, by theme', 'Theme', perTheme),
      picture: picture(perTheme),
    }),
    unseen,
  ]
}

const expectedDefinition =
  'Expected are those on the partnership’s list, which may hold agencies, schools or services, whose day of being expected had come by the end of the period; a school on the list counts by itself, and whoever is not on it counts for the agency they belong to. Reached: at least one person of theirs, as on the day they booked, came.'

const uncapitalised = (words: string) => words.charAt(0).toLowerCase() + words.slice(1)

function mostReached(
  rows: readonly { label: string; reached: number }[],
  all: number,
  many: string,
  what: string,
): string {
  const [first] = rows
  if (!first || first.reached === 0)
    return `No ${what} reached ${all === 1 ? 'the one' : all === 2 ? 'either of the 2' : `any of the ${figure(all)} ${many}`} expected.`
  const level = rows.filter(({ reached }) => reached === first.reached)
  const share =
    first.reached < all
      ? `${figure(first.reached)} of the ${figure(all)} ${many} expected`
      : all === 1
        ? 'the one expected'
        : all === 2
          ? 'both expected'
          : `all ${figure(all)} ${many} expected`
  if (rows.length === 1) return `${first.label} reached ${share}.`
  const none = rows.filter(({ reached }) => reached === 0).length
  const missed = none === 0 ? '' : ` ${figure(none)} reached none.`
  return level.length > 3
    ? `${figure(level.length)} ${what}s reached ${share} each, more than any other.${missed}`
    : level.length > 1
      ? `${listed(level.map(({ label }) => label))} reached the most, ${share} each.${missed}`
      : `${first.label} reached the most, ${share}.${missed}`
}

async function themeRows(db: Reading): Promise<{ name: string; courseIds: Set<number> }[]> {
  const rows = await db
    .select({ name: themes.name, courseId: courseThemes.courseId })
    .from(themes)
    .leftJoin(courseThemes, eq(courseThemes.themeId, themes.id))
    .orderBy(themes.name)
  const byName = Map.groupBy(rows, ({ name }) => name)
  return [...byName].map(([name, own]) => ({
    name,
    courseIds: new Set(own.flatMap(({ courseId }) => courseId ?? [])),
  }))
}

/** Agencies expected all that time and at no event of any kind in it, with the day they were last seen. */
async function unseenFigure(
  db: Reading,
  expected: Expected,
  came: readonly CourseAgency[],
  untilOn: On,
): Promise<Figure> {
  const sinceOn = addDays(addMonths(untilOn, -unseenMonths), 1)
  const isSeen = new Set(came.map(({ agencyId }) => expected.of(agencyId)))
  const candidates = expected.agencies.filter(({ id, expectedFrom }) => expectedFrom <= sinceOn && !isSeen.has(id))
  const last = await lastSeen(db, expected, new Set(candidates.map(({ id }) => id)), untilOn)
  const unseen = candidates
    .map(({ id, name }) => ({ name, on: last.get(id) ?? null }))
    .filter(({ on }) => on === null || on < sinceOn)
  const since = expected.agencies.filter(({ expectedFrom }) => expectedFrom <= sinceOn).length
  return programmeFigure({
    key: 'not-seen',
    part: 'reach',
    title: 'Not seen for 24 months',
    sentence:
      since === 0
        ? 'Nobody has been expected for 24 months yet.'
        : unseen.length === 0
          ? `${allExpected(since)} been expected for 24 months or more ${since === 1 ? 'has' : 'have'} sent somebody in that time.`
          : `${since === 1 ? 'The one' : `${figure(unseen.length)} of the ${figure(since)}`} expected for 24 months or more ${unseen.length === 1 ? 'has' : 'have'} sent nobody to any event in that time.`,
    definition: `Those on the partnership’s list of who is expected since ${formatDateShort(sinceOn)} or earlier of which nobody came to any event, of any kind, from that day to ${formatDateShort(untilOn)}. What was held before events were booked here is not known.`,
    table:
      unseen.length === 0
        ? null
        : {
            caption: 'Not seen for 24 months',
            head: ['Who', 'Last seen'],
            rows: unseen.map(({ name, on }) => [name, on === null ? 'Never' : formatDateShort(on)]),
          },
  })
}

/** "The one that has", "Both that have", "All 60 that have". */
const allExpected = (n: number): string =>
  n === 1 ? 'The one that has' : `${n === 2 ? 'Both' : `All ${figure(n)}`} that have`

async function lastSeen(
  db: Reading,
  expected: Expected,
  wanted: ReadonlySet<number>,
  untilOn: On,
): Promise<Map<number, On>> {
  const last = new Map<number, On>()
  if (wanted.size === 0) return last
  const all = await db.select({ id: agencies.id }).from(agencies)
  const counting = all.map(({ id }) => id).filter((id) => wanted.has(expected.of(id) ?? 0))
  const rows = await db
    .select({ agencyId: bookings.agencyId, on: sql<On>`max(${events.lastOn})` })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .where(
      and(
        inArray(bookings.agencyId, counting),
        eq(bookings.state, 'confirmed'),
        isNotNull(events.publishedAt),
        lte(events.lastOn, untilOn),
        sql`not exists (select 1 from ${eventCancellations} where ${eventCancellations.eventId} = ${events.id})`,
        sql`exists (select 1 from attendances where attendances.booking_id = ${bookings.id})`,
      ),
    )
    .groupBy(bookings.agencyId)
  for (const { agencyId, on } of rows) {
    const id = expected.of(agencyId)!
    const before = last.get(id)
    if (before === undefined || before < on) last.set(id, on)
  }
  return last
}

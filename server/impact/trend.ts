import { and, desc, eq, lt } from 'drizzle-orm'
import { programmes } from '#db/courses.ts'
import type { Context } from '#server/context.ts'
import { baseOf } from './answer-figures.ts'
import { countsOf } from './attenders.ts'
import { type Counting, type Gathered, gather, peopleOf } from './gathered.ts'
import {
  courseGroupOf,
  type Group,
  type ProgrammeNames,
  partGroupOf,
  programmeGroupOf,
  themeGroupOf,
  yearWords,
} from './group.ts'
import { columns, type Programme } from './programme.ts'
import type { Said } from './said.ts'
import { type Cell, type Figure, tooFew } from './shared/figures.ts'
import { figure, inPracticeOf } from './shared/pictures.ts'
import { type TrendYear, trendSentence } from './shared/sentences-moves.ts'
import { listed, percent } from './shared/sentences-words.ts'
import { wholePercent, wilson } from './shared/statistics.ts'

/** How many earlier years stand beside this one. */
const EARLIER = 3

/** Earlier years, oldest first, each with question one alone. */
export async function earlierYears(
  ctx: Pick<Context, 'db' | 'store' | 'now'>,
  { startsOn, id }: Programme,
  counting: Counting = 'live',
): Promise<Gathered[]> {
  const db = ctx.store.long
  const [own] = await db.select({ kind: programmes.kind }).from(programmes).where(eq(programmes.id, id))
  if (own?.kind !== 'year') return []
  const before = await db
    .select(columns)
    .from(programmes)
    .where(and(eq(programmes.kind, 'year'), lt(programmes.endsOn, startsOn)))
    .orderBy(desc(programmes.endsOn))
    .limit(EARLIER)
  const years: Gathered[] = []
  for (const programme of before.toReversed()) years.push(await gather(ctx, programme, { counting, isBrief: true }))
  return years
}

/** The same group in another year; null where that year had none. */
function sameIn(names: ProgrammeNames, { level, course, key, who }: Group): Group | null {
  if (level === 'programme') return programmeGroupOf(names)
  if (level === 'course') {
    const own = course && names.courses.get(course.id)
    return own ? courseGroupOf(names, own) : null
  }
  if (level === 'theme') return themeGroupOf(names, Number(key.split(':')[1]))
  if (level === 'sector' && who && 'sectorId' in who) return partGroupOf(names, 'sector', who.sectorId)
  if (level === 'agency' && who && 'agencyId' in who) return partGroupOf(names, 'agency', who.agencyId)
  return null
}

interface Year extends TrendYear {
  isShown: boolean
  versions: number[]
}

function yearOf(gathered: Gathered, group: Group): Year {
  const those = peopleOf(gathered, group)
  const { room } = countsOf(those)
  return {
    label: yearWords(gathered.programme.name),
    inPractice: inPracticeOf(room),
    answered: room.answered,
    came: room.came,
    // A year of which hardly anyone answered has no figure of practice on its own page, and so none here.
    isShown:
      gathered.guard.shows('practice', group.key) && 100 * room.answered >= gathered.rules.noPractice * room.came,
    versions: versionsOf(gathered, group),
  }
}

/** The wording versions that people of a group were asked, lowest first. */
export function versionsOf(gathered: Gathered, { events }: Pick<Group, 'events'>): number[] {
  return [...new Set(events.flatMap(({ id }) => gathered.versions.get(id) ?? []))].toSorted((a, b) => a - b)
}

/** The last earlier year in which anyone of this group came: for the response set beside. */
export function yearBefore(
  group: Group,
  earlier: readonly Gathered[],
): { label: string; came: number; answered: number } | null {
  const last = earlier.at(-1)
  const same = last && sameIn(last, group)
  if (!last || !same?.events.length) return null
  const { label, came, answered } = yearOf(last, same)
  return came ? { label, came, answered } : null
}

/** The share in practice of the same group year by year, with whiskers, n and response, and what changed in between. Null for a group of one year's own. */
export function trendFigure(said: Said, earlier: readonly Gathered[]): Figure | null {
  const { group, gathered, rules } = said
  if (group.level === 'event' || group.level === 'period') return null
  const years = [
    ...earlier.flatMap((one) => {
      const same = sameIn(one, group)
      return same?.events.length ? [{ year: yearOf(one, same), from: one, same }] : []
    }),
    { year: yearOf(gathered, group), from: gathered, same: group },
  ].map((one, i, all) => ({ ...one, broken: brokenBy(all[i - 1]?.year ?? null, one.year) }))
  if (years.length < 2) return null
  const points = years.filter(({ year }) => year.isShown && year.answered >= rules.percentages)
  for (const { from, same, year } of points)
    if (from === gathered) said.see('practice', group.key, said.those)
    else said.seeEarlier(from, same, year.label)
  const [now, last] = [points.at(-1), points.at(-2)]
  const isNow = now?.from === gathered
  const before = years.at(-2)?.year
  return {
    key: 'trend',
    part: 'trend',
    title: 'Year by year',
    label: 'do',
    sentence:
      isNow && now
        ? `${trendSentence({ ...now.year, broken: now.broken }, last ? last.year : before ? 'not-compared' : null, rules)}${before && points.every(({ year }) => year !== before) ? ` ${notCompared(before, rules.percentages)}` : ''}`
        : 'This year’s share is not set beside earlier ones: too few have answered.',
    base: baseOf(said.counts.room.answered, said.counts.room.came, rules),
    definition: `The share in practice of those who answered, with its 95% score interval (Wilson), which holds only if those who did not answer are like those who did; below it the response. The line is broken where the wording of the questions changed. A year stands here from ${rules.percentages} answers.`,
    table: {
      caption: 'Year by year',
      head: ['Year', 'Came', 'Answered', 'Response', 'In practice', 'Of those who answered'],
      rows: years.map(({ year, broken }): Cell[] => {
        const isPoint = year.isShown && year.answered >= rules.percentages
        return [
          broken ? `${year.label} (${broken})` : year.label,
          year.came,
          year.answered,
          year.came > 0 && year.answered >= rules.percentages ? percent(year.answered, year.came) : '–',
          isPoint ? year.inPractice : tooFew,
          isPoint ? percent(year.inPractice, year.answered) : '–',
        ]
      }),
    },
    picture:
      points.length > 1
        ? {
            kind: 'trend',
            points: points.map(({ year, broken }) => {
              const { low, high } = wilson(year.inPractice, year.answered)
              return {
                label: year.label,
                count: year.inPractice,
                of: year.answered,
                low,
                high,
                response: wholePercent(year.answered, year.came),
                broken,
              }
            }),
          }
        : null,
    notShown: null,
    drillDown: points.map(({ year }) => {
      const { low, high } = wilson(year.inPractice, year.answered)
      return `${year.label}: ${figure(year.inPractice)} of the ${figure(year.answered)} who answered, 95% interval ${Math.round(low * 100)}% to ${Math.round(high * 100)}%.`
    }),
  }
}

function notCompared({ label, came, answered, isShown }: Year, from: number): string {
  if (came === 0) return `${label} is not compared: nobody came.`
  if (answered < from)
    return `${label} is not compared: ${answered === 0 ? 'nobody' : figure(answered)} answered, and a year is compared from ${from}.`
  return isShown ? '' : `${label} is not compared: how its answers fall is not shown.`
}

function brokenBy(before: Year | null, now: Year): string | null {
  if (!before || before.versions.length === 0 || now.versions.length === 0) return null
  return before.versions.join() === now.versions.join()
    ? null
    : `wording changed to version ${listed(now.versions.map(String))}`
}

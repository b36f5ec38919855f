import { and, desc, eq, lt, sql } from 'drizzle-orm'
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
import { inWords, type Said } from './said.ts'
import { mayShow } from './shared/disclosure.ts'
import { type Cell, type Figure, guarded, tooFew, whyGuarded } from './shared/figures.ts'
import { figure, inPracticeOf, type Room } from './shared/pictures.ts'
import { differenceWords } from './shared/sentences-drill-down.ts'
import { type TrendYear, trendDifference, trendSentence } from './shared/sentences-moves.ts'
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
  const isYear = sql`exists (select 1 from programmes own where own.id = ${id} and own.kind = 'year')`
  const before = await db
    .select(columns)
    .from(programmes)
    .where(and(eq(programmes.kind, 'year'), lt(programmes.endsOn, startsOn), isYear))
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
  /** How few of a small agency or sector answered is said nowhere. */
  isTold: boolean
  /** Hidden for what it would tell of others, though enough came and answered. */
  isGuarded: boolean
  versions: number[]
}

/** A group in an earlier year. */
interface Earlier {
  from: Gathered
  same: Group
  year: Year
}

/** The same group in every earlier year that had it, oldest first. */
export function earlierOf(group: Group, earlier: readonly Gathered[]): Earlier[] {
  return earlier.flatMap((from) => {
    const same = sameIn(from, group)
    return same?.events.length ? [{ from, same, year: yearOf(from, same, countsOf(peopleOf(from, same)).room) }] : []
  })
}

function yearOf({ programme, rules, guard, versions }: Gathered, group: Group, room: Room): Year {
  const isEnough =
    mayShow({ attended: room.came, answered: room.answered }, rules) &&
    room.answered >= rules.percentages &&
    100 * room.answered >= rules.noPractice * room.came
  return {
    label: yearWords(programme.name),
    inPractice: inPracticeOf(room),
    answered: room.answered,
    came: room.came,
    isTold: !group.who || room.came >= rules.attended,
    isGuarded: isEnough && !guard.shows('practice', group.key),
    // A year of which hardly anyone answered has no figure of practice on its own page, and so none here.
    isShown: guard.shows('practice', group.key) && 100 * room.answered >= rules.noPractice * room.came,
    versions: versionsOf({ versions }, group),
  }
}

/** The wording versions that people of a group were asked, lowest first. */
export function versionsOf({ versions }: Pick<Gathered, 'versions'>, { events }: Pick<Group, 'events'>): number[] {
  return [...new Set(events.flatMap(({ id }) => versions.get(id) ?? []))].toSorted((a, b) => a - b)
}

/** The year before this one, if anyone of this group came in it: for the response set beside. */
export function yearBefore(before: readonly Earlier[], earlier: readonly Gathered[]): Year | null {
  const last = before.at(-1)
  return last && last.from === earlier.at(-1) && last.year.came && last.year.isTold ? last.year : null
}

/** The share in practice of the same group year by year, with whiskers, n and response, and what changed in between. Null for a group of one year's own. */
export function trendFigure(said: Said, earlier: readonly Earlier[]): Figure | null {
  const { group, gathered, rules } = said
  if (group.level === 'event' || group.level === 'period') return null
  const years = [...earlier, { year: yearOf(gathered, group, said.counts.room), from: gathered, same: group }]
  if (years.length < 2) return null
  const isPoint = ({ isShown, answered }: Year) => isShown && answered >= rules.percentages
  // A break may lie in a year between two that is no point itself, so each point is set beside the point before it.
  const points = years
    .filter(({ year }) => isPoint(year))
    .map((one, i, all) => ({ ...one, broken: brokenBy(all[i - 1]?.year ?? null, one.year) }))
  for (const { from, same, year } of points)
    if (from === gathered) said.see('practice', group.key)
    else said.seeEarlier(from, same, year.label)
  const own = years.at(-1)!.year
  const before = years.at(-2)!.year
  const last = points.findLast(({ from }) => from !== gathered)?.year
  const now = points.find(({ from }) => from === gathered)
  const thisYear = now ? { ...now.year, broken: now.broken } : null
  const difference = thisYear && last ? trendDifference(thisYear, last, rules) : null
  return {
    key: 'trend',
    part: 'trend',
    title: 'Year by year',
    label: 'do',
    sentence: thisYear
      ? `${trendSentence(thisYear, last ?? 'not-compared', rules)}${isPoint(before) ? '' : ` ${notCompared(before, rules)}`}`
      : notCompared(own, rules),
    base: baseOf(said.counts.room.answered, said.counts.room.came, rules),
    definition: `The share in practice of those who answered, with its 95% score interval (Wilson), which holds only if those who did not answer are like those who did; below it the response. Two years differ clearly where the 95% interval of their difference (Newcombe) leaves out nought. The line is broken where the wording of the questions changed. A year stands here from ${inWords(rules.percentages)} answers.`,
    table: {
      caption: 'Year by year',
      head: ['Year', 'Came', 'Answered', 'Response', 'In practice', 'Of those who answered'],
      rows: years.map(({ year }, i): Cell[] => {
        const broken = brokenBy(years.slice(0, i).findLast((one) => one.year.versions.length)?.year ?? null, year)
        return [
          broken ? `${year.label} (${broken})` : year.label,
          year.came,
          year.isTold ? year.answered : tooFew,
          year.came > 0 && year.answered >= rules.percentages ? percent(year.answered, year.came) : '–',
          isPoint(year) ? year.inPractice : year.isGuarded ? guarded : tooFew,
          isPoint(year) ? percent(year.inPractice, year.answered) : '–',
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
    drillDown: [
      ...(years.some(({ year }) => year.isGuarded) ? [whyGuarded] : []),
      ...points.map(({ year }) => {
        const { low, high } = wilson(year.inPractice, year.answered)
        return `${year.label}: ${figure(year.inPractice)} of the ${figure(year.answered)} who answered, 95% interval ${Math.round(low * 100)}% to ${Math.round(high * 100)}%.`
      }),
      ...(difference && last ? [differenceWords(own.label, last.label, difference)] : []),
    ],
  }
}

/** Why a year has no share here. */
function notCompared(
  { label, came, answered, isTold, isGuarded }: Year,
  { attended, percentages, noPractice }: Said['rules'],
): string {
  if (came === 0) return `${label} is not compared: nobody came.`
  if (!isTold) return `${label} is not compared: fewer than ${inWords(attended)} came.`
  return answered < percentages
    ? `${label} is not compared: ${answered === 0 ? 'nobody' : figure(answered)} answered, and a year is compared from ${inWords(percentages)} answers.`
    : `${label} is not compared: ${isGuarded ? 'how its answers fall would give away how a smaller group answered' : 100 * answered < noPractice * came ? `fewer than ${noPractice}% of those who came answered` : 'how its answers fall is not shown'}.`
}

function brokenBy(before: Year | null, now: Year): string | null {
  if (!before || before.versions.length === 0 || now.versions.length === 0) return null
  return before.versions.join() === now.versions.join()
    ? null
    : `wording changed to ${now.versions.length === 1 ? 'version' : 'versions'} ${listed(now.versions.map(String))}`
}

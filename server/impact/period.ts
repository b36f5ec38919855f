import { and, asc, eq, gte, isNotNull, lte } from 'drizzle-orm'
import { events, programmes } from '#db/courses.ts'
import { addDays, addMonths, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { Answers } from './answers.ts'
import type { Attender, EventCounts } from './attenders.ts'
import type { Measure } from './cells.ts'
import { type Counting, type Gathered, gather, rulesOf } from './gathered.ts'
import { type Group, heldOf, spanWords } from './group.ts'
import type { Guard } from './guard.ts'
import type { Issued } from './issued.ts'
import { columns, isTaught, type ProgrammeEvent, programmeGroup } from './programme.ts'

/*
 * A free period: the taught events, of whatever programme, whose last session lies in it. It shows how answers fall only where it is made of
 * runs of months that may all be shown, so that two periods set beside each other tell of no smaller group.
 */

export interface Period {
  from: On
  until: On
}

const key = 'period'

/** The last day of a month "2026-04". */
const endOf = (month: string): On => addDays(addMonths(`${month}-01`, 1), -1)

/** @throws nothing: a period without events is a page that says so */
export async function periodGathered(
  ctx: Context,
  { from, until }: Period,
  counting: Counting,
): Promise<{ gathered: Gathered; group: Group }> {
  const years = await yearsWithin(ctx, { from, until }, { counting, isBrief: false })
  return {
    gathered: await together(ctx, years, guardWithin(years, { from, until })),
    group: groupIn(years, { from, until }),
  }
}

function groupIn(years: readonly Gathered[], { from, until }: Period): Group {
  const all = years.flatMap((year) => year.all)
  const own = all.filter((event) => isTaught(event) && isWithin(event, { from, until }))
  return {
    key,
    level: 'period',
    title: spanWords(from, until),
    lead: 'A period · courses and learning events whose last day lies in it',
    programme: null,
    fromOn: from,
    untilOn: until,
    ...heldOf(own),
    audience: 'both',
  }
}

/**
 * The free periods on offer that lie within one programme and hold no shorter one: whatever another shows is the sum of some of these or of
 * whole programmes, so for a proof they stand for all.
 */
export function periodsWithin(year: Gathered): { period: Period; gathered: Gathered; group: Group }[] {
  return year.guard.periods('practice').map((run) => {
    const period = { from: `${run[0]}-01`, until: endOf(run.at(-1) ?? '') }
    return { period, gathered: { ...year, guard: guardWithin([year], period) }, group: groupIn([year], period) }
  })
}

const isWithin = ({ lastOn }: ProgrammeEvent, { from, until }: Period): boolean => lastOn >= from && lastOn <= until

async function yearsWithin(
  ctx: Context,
  { from, until }: Period,
  how: { counting: Counting; isBrief: boolean },
): Promise<Gathered[]> {
  const found = await ctx.store.long
    .selectDistinct(columns)
    .from(programmes)
    .innerJoin(events, eq(events.programmeId, programmes.id))
    .where(and(isNotNull(events.publishedAt), gte(events.lastOn, from), lte(events.lastOn, until)))
    .orderBy(asc(programmes.startsOn))
  const years: Gathered[] = []
  for (const programme of found) years.push(await gather(ctx, programme, how))
  return years
}

/** Question by question: every programme that the period touches is in it by whole runs, or whole. */
function guardWithin(years: readonly Gathered[], period: Period): Guard {
  const isMadeOf = (year: Gathered, measure: Measure): boolean => {
    const counted = year.held.filter(isTaught)
    const within = counted.filter((event) => isWithin(event, period))
    if (within.length === 0) return true
    if (within.length === counted.length && year.guard.shows(measure, programmeGroup)) return true
    const months = new Set(within.map(({ lastOn }) => lastOn.slice(0, 7)))
    const isWhole = counted.every((event) => !months.has(event.lastOn.slice(0, 7)) || isWithin(event, period))
    const runs = year.guard.periods(measure).filter((run) => run.some((month) => months.has(month)))
    return (
      isWhole &&
      runs.length > 0 &&
      runs.flat().every((month) => months.has(month)) &&
      runs.flat().length === months.size
    )
  }
  return {
    shows: (measure, row) => row === key && years.length > 0 && years.every((year) => isMadeOf(year, measure)),
    rows: () => [],
    periods: () => [],
  }
}

async function together(ctx: Context, years: readonly Gathered[], guard: Guard): Promise<Gathered> {
  const [first] = years
  const merged = <K, V>(maps: readonly ReadonlyMap<K, V>[]): Map<K, V> => new Map(maps.flatMap((map) => [...map]))
  const versions = merged(years.map((year) => year.versions))
  const asked = merged(years.map((year) => year.asked))
  const last = years.findLast(({ held }) => held.length)
  const answers: Answers = {
    events: merged(years.map((year) => year.answers.events)),
    // Of the last read, since options are only ever added; a year without events has none.
    keys: last?.answers.keys ?? new Map(),
    outcomes: last?.answers.outcomes ?? [],
  }
  return {
    programme: first?.programme ?? { id: 0, name: '', startsOn: '', endsOn: '' },
    all: years.flatMap((year) => year.all),
    held: years.flatMap((year) => year.held),
    courses: merged(years.map((year) => year.courses)),
    themes: first?.themes ?? [],
    themesOf: first?.themesOf ?? new Map(),
    sectors: first?.sectors ?? new Map(),
    agencies: first?.agencies ?? new Map(),
    attenders: {
      events: merged<number, EventCounts>(years.map((year) => year.attenders.events)),
      came: merged<number, Attender[]>(years.map((year) => year.attenders.came)),
      places: merged(years.map((year) => year.attenders.places)),
      versions,
      asked,
      answers,
    },
    answers,
    versions,
    asked,
    guard,
    rules: first?.rules ?? (await rulesOf(ctx)),
    issued: mergedIssued(years.map(({ issued }) => issued)),
    live: mergedIssued(years.map(({ live }) => live)),
  }
}

const mergedIssued = (all: readonly Issued[]): Issued => ({
  cutOffs: new Map(all.flatMap(({ cutOffs }) => [...cutOffs])),
  rows: all.flatMap(({ rows }) => rows),
})

/** The days from which, and until which, a period may be asked for. */
export interface Offered {
  from: On[]
  until: On[]
}

/** The ends of the runs of months that are shown, over every programme: a period made of them shows how its answers fall. */
export async function periodsOffered(ctx: Context): Promise<Offered> {
  const years = await yearsWithin(ctx, { from: '0000-01-01', until: '9999-12-31' }, { counting: 'live', isBrief: true })
  const runs = years.flatMap((year) => {
    const own = year.guard.periods('practice')
    if (own.length) return own
    return year.guard.shows('practice', programmeGroup)
      ? [[...new Set(year.held.filter(isTaught).map(({ lastOn }) => lastOn.slice(0, 7)))].toSorted()]
      : []
  })
  const sorted = (days: On[]) => [...new Set(days)].toSorted()
  return {
    from: sorted(runs.map(([month = '']) => `${month}-01`)),
    until: sorted(runs.map((run) => endOf(run.at(-1) ?? ''))),
  }
}

import { answeredIn, jointWith, type Measure, readerOf } from './cells.ts'
import { shownForCertain } from './guard-certain.ts'
import { asCells, type Offered, offered } from './guard-offered.ts'
import { baseRow, type Detail, type Guarded, type Place, placesOf, type Stands, standsOf } from './guard-rows.ts'
import { defaultThresholds, mayShow, type Thresholds } from './shared/disclosure.ts'
import { isAllTheSame, shownFamilies, type ToldRow } from './shared/shown.ts'

/*
 * Which groups show how they answered which measure. Every row that any page of a programme could show is offered at once, in the order in
 * which they matter, so that no two pages set beside each other tell more than each alone, whichever is read first. Measures that show the
 * same answers of overlapping people (`jointWith`) are let in one after another into one search, a person in it once whatever was measured.
 */

export { agencyGroup, partOf, sectorGroup, themeGroup, waveOf } from './guard-rows.ts'

export interface Guard {
  /** Whether this row may show how it answered. */
  shows(measure: Measure, row: string): boolean
  /** The rows of one split that are shown, some of several that were too small. */
  rows(measure: Measure, split: Split): readonly ToldRow[]
  /** The months that a free period of these events may be made of; none when only the whole programme may be shown. */
  periods(measure: Measure): readonly (readonly string[])[]
}

/** 'sectors' and 'agencies' of the programme; of a course 'course:5/agency', 'course:5/wave', 'course:5/commitment'. */
export type Split = 'sectors' | 'agencies' | `${string}/${'agency' | 'wave' | 'commitment'}`

/**
 * What is decided is decided by the built-in thresholds, whatever a partnership has set: one that asks for more people hides rows, and
 * never merges others in their place, so that pages before and after a change are made of the same rows.
 */
export function guardOf(asked: Guarded): Guard {
  const of: Guarded = { ...asked, thresholds: defaultThresholds }
  const isEnough = (row: { attended: number; answered: number }) => mayShow(row, asked.thresholds)
  const known = new Map<Measure, Map<string, readonly ToldRow[]>>()
  const months = new Map<Measure, readonly (readonly string[])[]>()
  const singles = new Map<Measure, Set<string>>()
  const stands = standsOf(of, placesOf(of))
  const answeredIn = answeredAll(of)
  const isLarge = answeredIn > ALL_UNTIL
  const told = (measure: Measure) => {
    const joint = jointWith(measure)
    if (isLarge) {
      const offer = offered(of, stands, joint, 'all')
      const after = shownForCertain(offer, of.thresholds)
      if (after) return { families: offer.families, after }
    }
    const offer = offered(of, stands, joint, detailOf(measure, answeredIn))
    return { families: offer.families, after: searched(offer, of.thresholds) }
  }
  const shown = (measure: Measure): Map<string, readonly ToldRow[]> => {
    if (!known.has(measure)) {
      const { families, after } = told(measure)
      for (const one of jointWith(measure)) known.set(one, new Map())
      for (const { id, measure: own, family } of families)
        known.get(own)?.set(family, (after.get(id) ?? []).filter(isEnough))
    }
    return known.get(measure) ?? new Map()
  }
  const singlesOf = (measure: Measure): Set<string> => {
    let own = singles.get(measure)
    if (!own) {
      own = new Set(
        [...shown(measure).values()].flatMap((rows) =>
          rows.filter(({ ids }) => ids.length === 1).map(({ ids }) => ids[0]!),
        ),
      )
      singles.set(measure, own)
    }
    return own
  }
  const decidedPeriods = (measure: Measure): readonly (readonly string[])[] => {
    let own = months.get(measure)
    if (!own) {
      const joint = jointWith(measure)
      const before = joint
        .slice(0, joint.indexOf(measure))
        .map((one): Runs => ({ measure: one, runs: decidedPeriods(one) }))
      own = periodsOf(of, stands, measure, before, measure === 'practice' ? undefined : decidedPeriods('practice'))
      months.set(measure, own)
    }
    return own
  }
  /** Runs that were decided, put together until each has as many people as the partnership asks for. */
  const periods = (measure: Measure): readonly (readonly string[])[] => {
    const own = decidedPeriods(measure)
    if (own.length === 0) return own
    const counted = countedIn(of, stands, measure)
    if (measure === 'practice') return enough(own, counted, isEnough)
    const runs = periods('practice')
    return runs.every((run) => isEnough(counted(run))) ? runs : []
  }
  return {
    shows: (measure, row) =>
      singlesOf(measure).has(row) && (measure === 'practice' || singlesOf('practice').has(baseRow(row))),
    rows: (measure, split) => shown(measure).get(split) ?? [],
    periods,
  }
}

/** Runs of months that a measure shows. */
interface Runs {
  measure: Measure
  runs: readonly (readonly string[])[]
}

/** What was told lately of the same cells and rows: they change only when an answer comes, and the search takes longer than all the rest. */
const lately = new Map<string, Map<string, ToldRow[]>>()
const REMEMBERED = 200
const LONGEST = 500_000

function searched(offer: Offered, thresholds: Thresholds): Map<string, ToldRow[]> {
  const { cells, already, families } = asCells(offer)
  const key = JSON.stringify({ cells, already, families, thresholds })
  const before = lately.get(key)
  if (before) return before
  const shown = shownFamilies(cells, already, families, thresholds)
  const after = new Map(
    families.map((family, i) => {
      const rows = shown.get(family.id) ?? []
      // An agency of which everyone answered the same is let in as a room is, and not told.
      const isTold = (row: (typeof rows)[number]) => !isAllTheSame(row, cells, family)
      return [family.id, offer.families[i]?.family === 'agencies' ? rows.filter(isTold) : rows]
    }),
  )
  if (key.length > LONGEST) return after
  lately.set(key, after)
  const [oldest] = lately.keys()
  if (lately.size > REMEMBERED && oldest !== undefined) lately.delete(oldest)
  return after
}

/**
 * How far down a programme is offered where only a search can tell, which grows with every row that cuts across others: a programme of very
 * many answers then shows its events, courses and themes, and leaves out what cuts across them, rather than let its readers wait.
 */
const ALL_UNTIL = 2_000
const PARTS_UNTIL = 5_000

function answeredAll({ came }: Guarded): number {
  let answered = 0
  for (const people of came.values()) for (const { practice } of people) answered += practice === null ? 0 : 1
  return answered
}

function detailOf(measure: Measure, answered: number): Detail {
  if (answered <= ALL_UNTIL) return 'all'
  return measure === 'practice' && answered <= PARTS_UNTIL ? 'parts' : 'rooms'
}

// Free periods

/**
 * Runs of months, each with enough people, that may all be shown together: the finest that pass, tried from months upwards. What is said of
 * any period made of them then adds up rows that are shown anyway.
 */
function periodsOf(
  of: Guarded,
  stands: Stands,
  measure: Measure,
  before: readonly Runs[],
  given?: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const counted = countedIn(of, stands, measure)
  let runs =
    given ??
    enough(
      counted.months.map((month) => [month]),
      counted,
      (row) => mayShow(row, of.thresholds),
    )
  while (runs.length > 0) {
    const months = new Map([...before, { measure, runs }].map((one) => [one.measure, monthIn(one.runs)]))
    const answered = answeredAll(of)
    const offer = (detail: Detail) => periodsLast(offered(of, stands, jointWith(measure), detail, months))
    const certain = answered > ALL_UNTIL ? shownForCertain(offer('all'), of.thresholds) : null
    const told = certain ?? searched(offer(detailOf(measure, answered)), of.thresholds)
    if ((told.get(`${measure} periods`) ?? []).length === runs.length) return runs
    if (given || runs.length === 1) return []
    runs = pairs(runs)
  }
  return []
}

/** Whatever is shown anyway is let in before the months, all of them or none. */
function periodsLast(offer: Offered): Offered {
  const periods = offer.families.filter(({ family }) => family === 'periods')
  return {
    ...offer,
    families: [
      ...offer.families.filter(({ family }) => family !== 'periods'),
      ...periods.map((family) => ({ ...family, how: 'all-or-none' as const })),
    ],
  }
}

function monthIn(runs: readonly (readonly string[])[]): (place: Place) => string | null {
  const runOf = new Map(runs.flatMap((run) => run.map((month) => [month, `period:${run[0]}`] as const)))
  return ({ counted, month }) => (counted ? (runOf.get(month) ?? null) : null)
}

const pairs = (runs: readonly (readonly string[])[]): string[][] =>
  runs.reduce<string[][]>((joined, run, i) => {
    if (i % 2 === 0 && i < runs.length - 1) joined.push([...run])
    else joined.at(-1)?.push(...run)
    return joined
  }, [])

/** How many came and answered in some months. */
function countedIn(of: Guarded, { events }: Stands, measure: Measure) {
  const reader = readerOf(of.answers, measure)
  const months = new Map<string, { attended: number; answered: number }>()
  for (const { eventId, place, people } of events) {
    if (!place.counted) continue
    const own = months.get(place.month) ?? { attended: 0, answered: 0 }
    own.attended += people.length
    own.answered += answeredIn(reader.column(eventId))
    months.set(place.month, own)
  }
  const counted = (run: readonly string[]) => {
    const sum = (key: 'attended' | 'answered') =>
      run.reduce((total, month) => total + (months.get(month)?.[key] ?? 0), 0)
    return { attended: sum('attended'), answered: sum('answered') }
  }
  return Object.assign(counted, { months: [...months.keys()].toSorted() })
}

/** Runs put together with the next until each has enough; what is left over at the end goes to the last. */
function enough(
  given: readonly (readonly string[])[],
  counted: (run: readonly string[]) => { attended: number; answered: number },
  isEnough: (row: { attended: number; answered: number }) => boolean,
): string[][] {
  const runs: string[][] = []
  for (const run of given) {
    const last = runs.at(-1)
    if (last && !isEnough(counted(last))) last.push(...run)
    else runs.push([...run])
  }
  const last = runs.at(-1)
  if (last && !isEnough(counted(last))) {
    runs.pop()
    runs.at(-1)?.push(...last)
  }
  return runs
}

import { classCount, type GivenAway, smallestDerivable } from './derivable.ts'
import { defaultThresholds, type Thresholds } from './disclosure.ts'

/** What one report, or the pages on screen, show of one question. */
export interface AuditedSeries {
  /** "Report 3", "The pages on screen". */
  name: string
  measure: string
  /**
   * A unit is one person's answer as it was counted, "booking:answer". What stands before the first colon is whose it is: somebody who
   * answered anew between two reports is two units and one person.
   */
  rows: readonly { id: string; units: readonly string[] }[]
}

export interface Audit {
  holds: boolean
  log: string[]
}

/** So many violations of a measure are told; more would say no more. */
const mostTold = 10

/**
 * Whether everything shown so far (every report issued before, the one to be issued, the pages on screen), taken together, gives away the
 * answers of fewer people than `thresholds.answered`, for each question by itself, and a log that says what was looked at. Exact.
 */
export function audit(series: readonly AuditedSeries[], thresholds: Thresholds = defaultThresholds): Audit {
  const log: string[] = []
  let holds = true
  for (const [measure, all] of Map.groupBy(series, (one) => one.measure)) {
    const { found, seen } = auditMeasure(all, thresholds.answered - 1)
    const least = found.length
      ? `${Math.min(...found.map(({ people }) => people))}`
      : `none below ${thresholds.answered}`
    log.push(
      `${measure}: ${counted(seen.groups, 'group')} in ${counted(all.length, 'report or set of pages', 'reports and sets of pages')}, ` +
        `${counted(seen.answers, 'answer')} of ${counted(seen.people, 'person', 'people')}, ${counted(seen.classes, 'kind')} of people no group tells apart. ` +
        `Smallest number of people anything derivable rests on: ${least}.`,
    )
    for (const one of found) log.push(`${measure}: ${violation(one)}`)
    if (found.length === mostTold) log.push(`${measure}: there may be more.`)
    if (found.length) holds = false
  }
  return { holds, log }
}

function auditMeasure(series: readonly AuditedSeries[], budget: number) {
  const cellOf = new Map<string, number>()
  const numbers = new Map<string, number>()
  const people: number[] = []
  const cell = (unit: string) => {
    const known = cellOf.get(unit)
    if (known !== undefined) return known
    const whose = unit.split(':', 1)[0]!
    if (!numbers.has(whose)) numbers.set(whose, numbers.size)
    people.push(numbers.get(whose)!)
    cellOf.set(unit, people.length - 1)
    return people.length - 1
  }
  let groups = series.flatMap(({ name, rows }) =>
    rows.map(({ id, units }) => ({ id: `“${id}” (${name})`, cells: [...new Set(units)].map(cell) })),
  )
  const weights = people.map(() => 1)
  const seen = {
    groups: groups.length,
    answers: people.length,
    people: numbers.size,
    classes: classCount(groups, weights, people),
  }
  const found: GivenAway[] = []
  while (found.length < mostTold) {
    const next = smallestDerivable(groups, weights, budget, people)
    if (!next) break
    found.push(next)
    // The last shown of those it takes is left out, so that the next one found is another.
    const taken = new Set(next.combination.map(({ id }) => id))
    const last = groups.findLastIndex(({ id }) => taken.has(id))
    groups = groups.filter((_, at) => at !== last)
  }
  return { found, seen }
}

function violation({ people, combination }: GivenAway): string {
  // The side with fewer groups is what is taken away.
  const plus = combination.filter(({ times }) => times > 0)
  const minus = combination.filter(({ times }) => times < 0)
  const isTurned = plus.length === 0 || (minus.length > 0 && minus.length < plus.length && plus.length > 2)
  const [from, less] = isTurned ? [minus, plus] : [plus, minus]
  const words = (list: typeof combination) =>
    list.map(({ id, times }) => (Math.abs(times) === 1 ? id : `${Math.abs(times)} times ${id}`)).join(' and ')
  const sum = less.length ? `${words(from)}, less ${words(less)}` : words(from)
  return `${sum}, ${combination.length === 1 ? 'rests' : 'leaves what rests'} on ${counted(people, 'person', 'people')}.`
}

function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`
}

/**
 * A partnership and its series of reports at random, for `attack.ts`: events in courses over two years, themes that overlap, agencies in
 * sectors, waves, answers that arrive, are typed anew, corrected away or erased, reports of one scope or another issued along the way,
 * and at the end the pages on screen with every filter.
 */
import fc from 'fast-check'
import type { AnswerCell, Family, Offer, ShownRow } from '#server/impact/shared/shown.ts'

export interface Plan {
  seed: number
  courses: number
  events: number
  people: number
  agencies: number
  /** Of ten who attended, how many answer. */
  answering: number
  /** Of a hundred answers, how many are typed anew, and how many bookings are erased or corrected away. */
  anew: number
  gone: number
  reports: number
}

export const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  courses: fc.integer({ min: 1, max: 6 }),
  events: fc.integer({ min: 1, max: 14 }),
  people: fc.integer({ min: 12, max: 110 }),
  agencies: fc.integer({ min: 1, max: 9 }),
  answering: fc.integer({ min: 3, max: 10 }),
  anew: fc.constantFrom(0, 0, 3, 10),
  gone: fc.constantFrom(0, 2, 8),
  reports: fc.integer({ min: 0, max: 7 }),
})

/** What is published: who stands in each row (the attacker knows even that), and the count of each answer. */
export interface Published {
  where: string
  row: string
  /** "booking:version" of each answer counted. */
  units: string[]
  counts: number[]
}

export type Show = (
  cells: readonly AnswerCell[],
  already: readonly (readonly number[])[],
  families: readonly Family[],
) => Map<string, ShownRow[]>

interface Booking {
  id: number
  course: number
  event: number
  month: number
  agency: number
  sector: number
  role: number
  wave: number
  /** Moments, or never. */
  came: number
  left: number
  answers: { at: number; option: number }[]
}

const options = 4
const never = Number.POSITIVE_INFINITY

function randomFrom(seed: number) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Lives the partnership and tells all it ever published. */
export function publish(plan: Plan, show: Show): Published[] {
  const random = randomFrom(plan.seed)
  const below = (n: number) => Math.floor(random() * n)
  const happens = (ofHundred: number) => random() * 100 < ofHundred
  const courseOf = Array.from({ length: plan.events }, () => below(plan.courses))
  const monthOf = courseOf.map(() => below(24))
  const themesOf = Array.from({ length: plan.courses }, () => [0, 1, 2].filter(() => happens(45)))
  const sectorOf = Array.from({ length: plan.agencies }, () => below(3))
  const lean = below(options)
  const bookings = Array.from({ length: plan.people }, (_, id): Booking => {
    // The first events are the larger ones.
    const event = Math.min(below(plan.events), below(plan.events))
    const agency = Math.min(below(plan.agencies), below(plan.agencies))
    const came = monthOf[event]! + random()
    const first = came + 3 + random() * 3
    const option = () => (happens(50) ? lean : below(options))
    const answers = random() * 10 < plan.answering ? [{ at: first, option: option() }] : []
    if (answers.length && happens(plan.anew)) answers.push({ at: first + random() * 8, option: option() })
    return {
      id,
      event,
      course: courseOf[event]!,
      month: monthOf[event]!,
      agency,
      sector: sectorOf[agency]!,
      role: below(3),
      wave: Math.min(below(4), below(4)),
      came: happens(plan.gone) ? came + random() * 10 : came,
      left: happens(plan.gone) ? came + random() * 20 : never,
      answers,
    }
  })

  const published: Published[] = []
  const optionOf = new Map(bookings.flatMap(({ id, answers }) => answers.map((a, v) => [`${id}:${v}`, a.option])))

  const publishAt = (now: number, where: string, familiesOf: (there: readonly Booking[]) => Asked[]) => {
    const there = bookings.filter(({ came, left }) => came <= now && now < left)
    const unitOf = (booking: Booking) => {
      const at = booking.answers.findLastIndex((answer) => answer.at <= now)
      return at < 0 ? null : `${booking.id}:${at}`
    }
    const asked = familiesOf(there)
    const { cells, units, already, cellOf } = cellsOf(asked, unitOf, published, optionOf)
    const families = asked.map(
      ({ id, how, rows }): Family => ({
        id,
        how,
        rows: rows.map(
          ({ id, who }): Offer => ({
            id,
            attended: id.startsWith('wave') ? there.length : who.length,
            cells: [...new Set(who.flatMap((booking) => cellOf.get(unitOf(booking) ?? '') ?? []))],
          }),
        ),
      }),
    )
    for (const [family, rows] of show(cells, already, families))
      for (const row of rows) {
        const shown = row.cells.flatMap((cell) => units[cell]!)
        const counts = Array.from({ length: options }, () => 0)
        for (const unit of shown) counts[optionOf.get(unit)!]!++
        published.push({ where, row: `${family}: ${row.ids.join(' with ')}`, units: shown, counts })
      }
  }

  const moments = Array.from({ length: plan.reports }, () => 4 + random() * 30).sort((a, b) => a - b)
  for (const [n, moment] of moments.entries()) {
    const kind = below(5)
    const course = below(plan.courses)
    const theme = below(3)
    const from = below(24)
    const scope = (one: Booking) => {
      if (kind === 0) return true
      if (kind === 1) return one.course === course
      if (kind === 2) return themesOf[one.course]!.includes(theme)
      if (kind === 3) return one.month >= from && one.month < from + 12
      return one.month < 12 === from < 12
    }
    publishAt(moment, `report ${n + 1}`, (there) => {
      const inScope = there.filter(scope)
      return [
        room('scope', inScope),
        ...(happens(60) ? rooms('courses', inScope, 'course') : []),
        ...whoTheyAre('', inScope),
      ]
    })
  }
  publishAt(40, 'pages', (there) => [
    room('programme', there),
    ...rooms('courses', there, 'course'),
    ...rooms('events', there, 'event'),
    ...whoTheyAre('', there),
    ...[0, 1, 2].map((theme) =>
      room(
        `theme ${theme}`,
        there.filter((one) => themesOf[one.course]!.includes(theme)),
      ),
    ),
    ...[0, 1].map((year) =>
      room(
        `year ${year}`,
        there.filter(({ month }) => (month >= 12 ? 1 : 0) === year),
      ),
    ),
    { id: 'quarters', how: 'all-or-none', rows: rowsBy(there, 'quarter', ({ month }) => Math.floor(month / 3)) },
    ...rooms('months', there, 'month'),
    ...Array.from({ length: plan.courses }, (_, course) => there.filter((one) => one.course === course)).flatMap(
      (inIt, c) => [
        ...whoTheyAre(`course ${c} `, inIt),
        ...[0, 1].map((year) =>
          room(
            `course ${c} year ${year}`,
            inIt.filter(({ month }) => (month >= 12 ? 1 : 0) === year),
          ),
        ),
      ],
    ),
  ])
  return published
}

interface Asked {
  id: string
  how: Family['how']
  rows: { id: string; who: readonly Booking[] }[]
}

const room = (id: string, who: readonly Booking[]): Asked => ({ id, how: 'all-or-none', rows: [{ id, who }] })

function rowsBy(who: readonly Booking[], name: string, by: (one: Booking) => number) {
  return [...Map.groupBy(who, by)].map(([key, own]) => ({ id: `${name} ${key}`, who: own }))
}

const rooms = (id: string, who: readonly Booking[], by: 'course' | 'event' | 'month'): Asked[] => [
  { id, how: 'tree-level', rows: rowsBy(who, by, (one) => one[by]) },
]

const whoTheyAre = (of: string, who: readonly Booking[]): Asked[] =>
  (['sector', 'agency', 'role', 'wave'] as const).map((by) => ({
    id: `${of}${by}`,
    how: 'merged' as const,
    rows: rowsBy(who, by, (one) => one[by]),
  }))

/** Cells of answers no grouping tells apart; people with several answers have a cell for each, in their own name. */
function cellsOf(
  asked: readonly Asked[],
  unitOf: (booking: Booking) => string | null,
  before: readonly Published[],
  optionOf: ReadonlyMap<string, number>,
) {
  const marks = new Map<string, string[]>()
  const mark = (unit: string, word: string) => {
    const known = marks.get(unit)
    if (known) known.push(word)
    else marks.set(unit, [word])
  }
  before.forEach(({ units }, n) => {
    for (const unit of units) mark(unit, `before ${n}`)
  })
  for (const { id, rows } of asked)
    for (const row of rows)
      for (const booking of row.who) {
        const unit = unitOf(booking)
        if (unit) mark(unit, `${id}/${row.id}`)
      }
  const answersOf = Map.groupBy(marks.keys(), (unit) => unit.split(':')[0]!)
  const keyOf = (unit: string) => {
    const whose = unit.split(':')[0]!
    return answersOf.get(whose)!.length > 1 ? unit : marks.get(unit)!.join('|')
  }
  const groups = [...Map.groupBy(marks.keys(), keyOf).values()]
  const cellOf = new Map(groups.flatMap((units, cell) => units.map((unit) => [unit, cell] as const)))
  const cells = groups.map((units): AnswerCell => {
    const counts = Array.from({ length: options }, () => 0)
    for (const unit of units) counts[optionOf.get(unit)!]!++
    const whose = units[0]!.split(':')[0]!
    const cell = { answered: units.length, options: counts }
    return answersOf.get(whose)!.length > 1 ? { ...cell, people: whose } : cell
  })
  const already = before.map(({ units }) => [...new Set(units.map((unit) => cellOf.get(unit)!))])
  return { cells, units: groups, already, cellOf }
}

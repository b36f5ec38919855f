import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutFollowUp } from '#server/impact/answers.ts'
import type { Attender } from '#server/impact/attenders.ts'
import { answerOf, firstMatched, jointWith, type Measure, readerOf } from '#server/impact/cells.ts'
import { guardOf } from '#server/impact/guard.ts'
import { shownForCertain } from '#server/impact/guard-certain.ts'
import { asCells, offered } from '#server/impact/guard-offered.ts'
import { type Guarded, isOfCourses, placesOf, standsOf, waveOf } from '#server/impact/guard-rows.ts'
import type { ProgrammeEvent } from '#server/impact/programme.ts'
import { smallestDerivable } from '#server/impact/shared/derivable.ts'
import { defaultThresholds, mayShow } from '#server/impact/shared/disclosure.ts'
import { shownFamilies } from '#server/impact/shared/shown.ts'
import { practiceOf } from './practice-of.ts'

/** The rows that pages could show, told a second time person by person; and what is let in of them without a search, attacked. */

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31
const count = Number(process.env.HISTORIES ?? 300)

interface Person {
  agency: number
  wave: number
  commitment: string | null
  practice: 'once' | 'routine' | 'not-yet' | null
  helped: number
  before: number
  back: number
  end: number
  now: number
}
interface Made {
  events: { course: number; isForum: boolean; people: Person[] }[]
  /** Whether an earlier report has counted some of them, and whether every third has answered anew since. */
  counted: 'nobody' | 'some' | 'changed'
}

const level = fc.integer({ min: 0, max: 4 })
const person: fc.Arbitrary<Person> = fc.record({
  agency: fc.integer({ min: 1, max: 4 }),
  wave: fc.integer({ min: 1, max: 3 }),
  commitment: fc.constantFrom('suggestion:1', 'own-words', null),
  practice: fc.constantFrom('once', 'once', 'routine', 'not-yet', null),
  helped: fc.integer({ min: 0, max: 7 }),
  before: level,
  back: level,
  end: level,
  now: level,
})
const partnerships: fc.Arbitrary<Made> = fc.record({
  events: fc.array(
    fc.record({
      course: fc.integer({ min: 1, max: 3 }),
      isForum: fc.boolean(),
      people: fc.array(person, { minLength: 2, maxLength: 40 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  counted: fc.constantFrom('nobody', 'some', 'changed'),
})

/** Agencies 1 and 2 are of sector 1, 3 and 4 of sector 2; course 1 is on theme 7, course 2 on themes 7 and 8. */
function guarded({ events, counted }: Made, measure: Measure): Guarded {
  const held = events.map(
    ({ course, isForum }, i) =>
      ({
        id: i + 1,
        courseId: course,
        kind: isForum ? 'forum' : 'course',
        lastOn: `2026-0${5 + (i % 2)}-12`,
        state: 'held',
      }) as ProgrammeEvent,
  )
  const came = new Map(
    events.map(({ people }, i) => [
      i + 1,
      people.map(
        (one, seat) =>
          ({
            bookingId: (i + 1) * 1_000 + seat,
            eventId: i + 1,
            seat,
            topId: one.agency,
            sectorId: Math.ceil(one.agency / 2),
            wave: one.practice === null ? 0 : one.wave,
            commitment: one.commitment,
            practice: one.practice,
          }) as Attender,
      ),
    ]),
  )
  const levels = (people: Person[], course: number, of: (one: Person) => number) =>
    new Map([[course * 10, Uint8Array.from(people, of)]])
  const answers = {
    events: new Map(
      events.map(({ people, course }, i) => [
        i + 1,
        withoutFollowUp(
          {
            ...practiceOf(people),
            chosen: new Map([['follow-up/helped', Uint32Array.from(people, ({ helped }) => helped)]]),
            levels: new Map([
              ['before/outcomes', levels(people, course, ({ before }) => before)],
              ['end/then', levels(people, course, ({ back }) => back)],
              ['end/outcomes', levels(people, course, ({ end }) => end)],
              ['follow-up/outcomes', levels(people, course, ({ now }) => now)],
            ]),
          },
          (seat) => people[seat]!.practice === null,
        ),
      ]),
    ),
    keys: new Map([['follow-up/helped', ['manager', 'time', 'team']]]),
    outcomes: [1, 2, 3].map((course) => ({
      id: course * 10,
      courseId: course,
      position: 1,
      text: '',
      retiredAt: null,
    })),
  }
  const of: Guarded = {
    held,
    came,
    answers,
    themes: new Map([
      [1, [7]],
      [2, [7, 8]],
    ]),
    issued: [],
    thresholds: defaultThresholds,
  }
  if (counted === 'nobody') return of
  // What the same pages showed before, of those who had answered by then.
  const read = answerOf(readerOf(answers, measure))
  const units = [...came.values()].flat().flatMap((one) => {
    const answer = read(one)
    return answer === null ? [] : [`${one.bookingId}:${answer}`]
  })
  const early = units
    .filter((unit) => Number(unit.split(':')[0]) % 1_000 < 12)
    .map((unit, n) => (counted === 'changed' && n % 3 === 0 ? `${unit.split(':')[0]}:another` : unit))
  const earlier = early.filter((unit) => Number(unit.split(':')[0]) % 1_000 < 7)
  return {
    ...of,
    issued: [
      { measure, row: 'programme', units: early },
      { measure, row: 'sector:1', units: earlier },
      { measure, row: 'event:1', units: earlier },
    ].filter(({ units }) => units.length >= 10),
  }
}

const measures: Measure[] = ['practice', 'helped', 'moves:first', 'commitment']

/** In which rows somebody's answer to a measure stands, by the words of the rows. */
function isIn(row: string, one: Attender, of: Guarded, measure: Measure): boolean {
  const event = of.held[one.eventId - 1]!
  const place = placesOf(of).get(one.eventId)!
  const [base = '', part] = row.split('/')
  const [kind, number] = base.split(':')
  const outcome = part?.startsWith('outcome:') ? Number(part.split(':')[1]) : null
  const isWord = outcome === null || firstMatched(of.answers, one.eventId)(one.seat) === outcome
  const isBase =
    (kind === 'programme' && place.counted && !isOfCourses(measure)) ||
    (kind === 'course' && place.onCourse && event.courseId === Number(number)) ||
    (kind === 'event' && event.id === Number(number)) ||
    (kind === 'theme' && place.counted && (of.themes.get(event.courseId)?.includes(Number(number)) ?? false)) ||
    (kind === 'sector' && place.counted && one.sectorId === Number(number)) ||
    (kind === 'agency' && place.counted && one.topId === Number(number))
  if (!isBase || !isWord) return false
  if (part === undefined || outcome !== null) return true
  if (part.startsWith('agency:')) return one.topId === Number(part.split(':')[1])
  if (part.startsWith('wave:')) return waveOf(one) === Number(part.split(':')[1])
  return one.commitment === part
}

describe('what a programme offers to show', () => {
  it(`is, row by row, those whom the row's words name (seed ${seed})`, () => {
    fc.assert(
      fc.property(partnerships, fc.constantFrom(...measures), (made, measure) => {
        const of = guarded({ ...made, counted: 'nobody' }, measure)
        const joint = jointWith(measure)
        const { crossed, families } = offered(of, standsOf(of, placesOf(of)), joint, 'all')
        const reads = joint.map((one) => answerOf(readerOf(of.answers, one)))
        const everyone = [...of.came.values()].flat()
        const answered = everyone.filter((one) => reads.some((read) => read(one) !== null))
        expect(crossed.rooms.of).toHaveLength(answered.length)
        for (const { side, at, measure: own, rows } of families)
          for (const { id, members, attended } of rows) {
            const inRow = new Set(members)
            const told = answered.filter((_, n) => inRow.has(crossed[side].of[n]!))
            expect(told, `${own} ${id}`).toEqual(
              answered.filter((one) => reads[at]!(one) !== null && isIn(id, one, of, own)),
            )
            if (/\/(wave|outcome):/.test(id)) continue
            expect(attended, `${own} ${id}`).toBe(everyone.filter((one) => isIn(id, one, of, own)).length)
          }
      }),
      { seed, numRuns: count },
    )
  })

  it(`is let in without a search only where nothing of one to four answerers can be derived, and so it is with one (seed ${seed})`, () => {
    const told = { certain: 0, splits: 0 }
    fc.assert(
      fc.property(partnerships, fc.constantFrom(...measures), (made, measure) => {
        const of = guarded(made, measure)
        const offer = offered(of, standsOf(of, placesOf(of)), jointWith(measure), 'all')
        const { cells, already, families } = asCells(offer)
        const answered = (own: readonly number[]) => own.reduce((sum, cell) => sum + cells[cell]!.answered, 0)
        expect(already.map(answered)).toEqual(of.issued.map(({ units }) => units.length))
        const weights = cells.map(({ answered }) => answered)
        const people = cells.map((cell, i) => (cell.people === undefined ? -1 - i : Number(cell.people)))
        const givenAway = (rows: readonly { cells: readonly number[] }[]) =>
          smallestDerivable(
            rows.map(({ cells }, i) => ({ id: `${i}`, cells })),
            weights,
            of.thresholds.answered - 1,
            people,
          )
        const before = already.map((cells) => ({ cells }))
        // Reports that gave somebody away before cannot be taken back.
        fc.pre(givenAway(before) === null)
        const certain = shownForCertain(offer, of.thresholds)
        for (const shown of [certain, shownFamilies(cells, already, families, of.thresholds)]) {
          if (!shown) continue
          const rows = families.flatMap((family) =>
            (shown.get(family.id) ?? []).map((row) => ({
              ...row,
              cells: row.ids.flatMap((id) => family.rows.find((one) => one.id === id)?.cells ?? []),
            })),
          )
          for (const row of rows) {
            expect(mayShow(row, of.thresholds)).toBe(true)
            expect(answered(row.cells)).toBe(row.answered)
          }
          expect(givenAway([...rows, ...before])).toBeNull()
          if (shown === certain) {
            told.certain += rows.length
            told.splits += rows.filter(({ ids }) => /agency|wave|sector|\//.test(ids[0]!)).length
          }
        }
      }),
      { seed: seed + 1, numRuns: count },
    )
    expect(told.certain).toBeGreaterThan(count)
    expect(told.splits).toBeGreaterThan(0)
  })

  it(`shows free periods only beside all that is shown without them (seed ${seed})`, () => {
    let periods = 0
    fc.assert(
      fc.property(partnerships, fc.constantFrom(...measures), (made, measure) => {
        const of = guarded(made, measure)
        const stands = standsOf(of, placesOf(of))
        const months = new Map([[measure, ({ month }: { month: string }) => `period:${month}`]])
        const without = shownForCertain(offered(of, stands, jointWith(measure), 'all'), of.thresholds)
        const beside = shownForCertain(offered(of, stands, jointWith(measure), 'all', months), of.thresholds)
        periods += beside?.get(`${measure} periods`)?.length ?? 0
        beside?.delete(`${measure} periods`)
        const words = (shown: typeof beside) => [...(shown ?? [])].map(([id, rows]) => [id, rows.map(({ ids }) => ids)])
        expect(words(beside)).toEqual(words(without))
      }),
      { seed: seed + 2, numRuns: count },
    )
    expect(periods).toBeGreaterThan(0)
  })

  it(`is only hidden by asking for more people, so that nothing is told by the change (seed ${seed})`, () => {
    let hidden = 0
    fc.assert(
      fc.property(partnerships, fc.constantFrom(...measures), (made, measure) => {
        const of = guarded(made, measure)
        const thresholds = { attended: 15, answered: 8, percentages: 20 }
        const [before, after] = [guardOf(of), guardOf({ ...of, thresholds })]
        const splits = ['sectors', 'agencies', ...[1, 2, 3].map((id) => `course:${id}/agency` as const)] as const
        for (const split of splits) {
          const rows = before.rows(measure, split)
          const left = after.rows(measure, split)
          hidden += rows.length - left.length
          expect(left).toEqual(rows.filter((row) => mayShow(row, thresholds)))
        }
        for (const row of ['programme', ...of.held.map(({ id }) => `event:${id}`)])
          if (after.shows(measure, row)) expect(before.shows(measure, row)).toBe(true)
        const whole = new Set(before.periods(measure).map((run) => run.join()))
        for (const run of after.periods(measure)) {
          const parts = before.periods(measure).filter((part) => part.every((month) => run.includes(month)))
          expect(parts.flat()).toEqual(run)
          for (const part of parts) whole.delete(part.join())
        }
        if (after.periods(measure).length) expect(whole.size).toBe(0)
      }),
      { seed: seed + 3, numRuns: count },
    )
    expect(hidden).toBeGreaterThan(0)
  })
})

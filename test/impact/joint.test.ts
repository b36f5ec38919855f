import { describe, expect, it } from 'vitest'
import type { Attender } from '#server/impact/attenders.ts'
import type { Measure } from '#server/impact/cells.ts'
import { guardOf } from '#server/impact/guard.ts'
import type { IssuedRow } from '#server/impact/issued.ts'
import type { ProgrammeEvent } from '#server/impact/programme.ts'
import { together } from '#server/impact/report-proof.ts'
import { audit } from '#server/impact/shared/audit.ts'
import { defaultThresholds } from '#server/impact/shared/disclosure.ts'
import { practiceOf } from './practice-of.ts'

/** Measures that show the same answers of overlapping people are guarded and proved as one question. */

interface Given {
  before?: number
  /** Looking back, and where they stood then. */
  back?: number
  end?: number
  now?: number
  ready?: string
  isSilent?: boolean
}

/** So many who gave these, at levels that differ. */
const people = (count: number, given: Given): Given[] =>
  Array.from({ length: count }, (_, n) => ({
    ...given,
    ...(given.before === undefined ? {} : { before: n % 2 }),
    ...(given.now === undefined ? {} : { now: 1 + (n % 3) }),
  }))

const outcome = { id: 1, courseId: 5, position: 1, text: 'I can ask', retiredAt: null }
const event = { id: 31, courseId: 5, kind: 'course', lastOn: '2026-05-12', state: 'held' } as ProgrammeEvent

function guarded(those: readonly Given[], issued: readonly IssuedRow[] = []) {
  const levels = new Map<string, Map<number, Uint8Array>>()
  const ready = new Uint32Array(those.length)
  const keys = ['yes', 'nearly', 'not-yet']
  const came = those.map((one, n) => {
    const put = (question: string, level: number | undefined) => {
      if (level === undefined) return
      const own = levels.get(question) ?? new Map([[outcome.id, new Uint8Array(those.length)]])
      levels.set(question, own)
      own.get(outcome.id)![n] = level + 1
    }
    put('before/outcomes', one.before)
    put('end/then', one.back)
    put('end/outcomes', one.end)
    put('follow-up/outcomes', one.now)
    if (one.ready) ready[n] = 1 << keys.indexOf(one.ready)
    return {
      bookingId: n + 1,
      seat: n,
      eventId: event.id,
      topId: 1,
      sectorId: 1,
      wave: 1,
      commitment: null,
      practice: one.isSilent ? null : n % 2 ? 'once' : 'not-yet',
    } as Attender
  })
  const guard = guardOf({
    held: [event],
    came: new Map([[event.id, came]]),
    answers: {
      events: new Map([[event.id, { ...practiceOf(came), chosen: new Map([['end/ready', ready]]), levels }]]),
      keys: new Map([['end/ready', keys]]),
      outcomes: [outcome],
    },
    themes: new Map(),
    issued,
    thresholds: defaultThresholds,
  })
  return {
    guard,
    course: (...measures: Measure[]) =>
      measures.filter((measure) => guard.shows(measure, measure === 'moves:first' ? 'course:5/outcome:1' : 'course:5')),
  }
}

const all: Given = { before: 1, back: 0, end: 2, now: 2 }

describe('Measures of the same answers', () => {
  it('the matrix of twelve hides the arrows of nine of them: three would be left', () => {
    const both = [...people(9, all), ...people(3, { before: 1, now: 2 }), ...people(8, {})]
    expect(guarded(both).course('moves:first', 'befores')).toEqual(['moves:first'])
  })

  it('shows both where five are left, or nobody', () => {
    const apart = [...people(9, all), ...people(5, { before: 1, now: 2 }), ...people(8, {})]
    expect(guarded(apart).course('moves:first', 'befores')).toEqual(['moves:first', 'befores'])
    const same = [...people(12, all), ...people(8, {})]
    expect(guarded(same).course('moves:first', 'befores', 'fade')).toEqual(['moves:first', 'befores', 'fade'])
  })

  it('hides the levels before the day of three more who were not matched', () => {
    const more = [...people(12, { before: 1, now: 2 }), ...people(3, { before: 1 }), ...people(8, {})]
    expect(guarded(more).course('moves:first', 'baseline-answered')).toEqual(['moves:first'])
  })

  it('looks at three measures together, of which any two would do', () => {
    // The matrix of nineteen, less eight with arrows and eight others with a fade, would be three.
    const three = [
      ...people(8, { before: 1, back: 0, now: 2 }),
      ...people(8, { before: 1, end: 2, now: 2 }),
      ...people(3, { before: 1, now: 2 }),
      ...people(8, {}),
    ]
    expect(guarded(three).course('moves:first', 'befores', 'fade')).toEqual(['moves:first', 'befores'])
  })

  it('sets how ready all were beside how ready those were who answered', () => {
    const told = (silent: number) => [
      ...people(6, { ready: 'yes' }),
      ...people(6, { ready: 'nearly' }),
      ...people(silent, { ready: 'yes', isSilent: true }),
      ...people(8, {}),
    ]
    expect(guarded(told(3)).course('ready', 'readiness-answered')).toEqual(['ready'])
    expect(guarded(told(5)).course('ready', 'readiness-answered')).toEqual(['ready', 'readiness-answered'])
  })

  it('sets what is shown now beside what a report has shown of another measure', () => {
    const units = (n: number) => Array.from({ length: n }, (_, i) => `${i + 1}:${i % 2}>0>${1 + (i % 3)}`)
    const those = [...people(12, { before: 1, now: 2 }), ...people(8, {})]
    expect(guarded(those, [{ measure: 'befores', row: 'course:5', units: units(9) }]).course('moves:first')).toEqual([])
    expect(guarded(those, [{ measure: 'befores', row: 'course:5', units: units(12) }]).course('moves:first')).toEqual([
      'moves:first',
    ])
    expect(guarded(those, [{ measure: 'ready', row: 'course:5', units: units(9) }]).course('moves:first')).toEqual([
      'moves:first',
    ])
  })
})

describe('The proof of a report', () => {
  const units = (n: number, answer: string) => Array.from({ length: n }, (_, i) => `${i + 1}:${answer}`)
  const series = (measure: string, all: string[], name = 'Report 1') => ({
    name,
    measure,
    rows: [{ id: 'course:5', units: all }],
  })

  it('sets measures of the same answers beside each other, a person in both once', () => {
    const both = [series('moves:first', units(12, '1>2')), series('befores', units(9, '1>0>2'))]
    expect(audit(both).holds).toBe(true)
    const { holds, log } = audit(together(both))
    expect(holds).toBe(false)
    expect(log[1]).toMatch(/less “befores course:5” \(Report 1\), leaves what rests on 3 people/)
  })

  it('tells what somebody answered anew from what they had answered', () => {
    const anew = [...units(10, '1>2'), '11:1>2', '12:1>3']
    const reports = [series('moves:first', units(12, '1>2')), series('moves:first', anew, 'Report 2')]
    expect(audit(together(reports)).holds).toBe(false)
    expect(audit(together([reports[0]!, { ...reports[0]!, name: 'Report 2' }])).holds).toBe(true)
  })

  it('leaves measures of other answers apart', () => {
    const apart = [series('practice', units(12, 'once')), series('difference', units(9, 'passed-on'))]
    expect(together(apart)).toEqual(apart)
  })
})

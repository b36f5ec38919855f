import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Certificate, type Crossed, numbered } from '#server/impact/shared/certificate.ts'
import { smallestDerivable } from '#server/impact/shared/derivable.ts'

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31
const count = Number(process.env.HISTORIES ?? 1500)

/** Leaves by types, how many of each; groups of either side are made of leaves or of types. */
const tables = fc
  .record({ leaves: fc.integer({ min: 1, max: 5 }), types: fc.integer({ min: 1, max: 5 }) })
  .chain(({ leaves, types }) =>
    fc.record({
      types: fc.constant(types),
      people: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 4, max: 40 })), {
        minLength: leaves * types,
        maxLength: leaves * types,
      }),
      rooms: fc.array(
        fc.subarray(
          Array.from({ length: leaves }, (_, i) => i),
          { minLength: 1 },
        ),
        { maxLength: 6 },
      ),
      who: fc.array(
        fc.subarray(
          Array.from({ length: types }, (_, i) => i),
          { minLength: 1 },
        ),
        { maxLength: 6 },
      ),
      /** Rooms of which one group holds a few types alone, as a course's agencies. */
      both: fc.option(
        fc.record({
          leaves: fc.subarray(
            Array.from({ length: leaves }, (_, i) => i),
            { minLength: 1 },
          ),
          types: fc.subarray(
            Array.from({ length: types }, (_, i) => i),
            { minLength: 1 },
          ),
        }),
      ),
    }),
  )

function groupsOf({ people, types, rooms, who, both }: typeof tables extends fc.Arbitrary<infer T> ? T : never) {
  const cells = (isIn: (leaf: number, type: number) => boolean) =>
    people.flatMap((_, cell) => (isIn(Math.floor(cell / types), cell % types) ? [cell] : []))
  return {
    rooms: rooms.map((leaves) => cells((leaf) => leaves.includes(leaf))),
    who: [
      ...who.map((own) => cells((_, type) => own.includes(type))),
      ...(both ? [cells((leaf, type) => both.leaves.includes(leaf) && both.types.includes(type))] : []),
    ],
  }
}

/** So many people in each cell, which is a room and a who of its own. */
function crossed(people: readonly number[]): Crossed {
  const cells = numbered(
    Int32Array.from(people.flatMap((n, cell) => Array.from({ length: n }, () => cell))),
    people.length,
  )
  return { rooms: cells, who: cells }
}

describe('the certificate', () => {
  it(`never calls safe what gives a few people away, and often tells what is (seed ${seed})`, () => {
    const told = { safe: 0, certain: 0 }
    fc.assert(
      fc.property(tables, (table) => {
        const { rooms, who } = groupsOf(table)
        const certificate = new Certificate(crossed(table.people), 5)
        const isCertain = certificate.letIn(rooms, 'rooms') && certificate.letIn(who, 'who')
        const groups = [...rooms, ...who].map((cells, i) => ({ id: `${i}`, cells }))
        const given = smallestDerivable(groups, table.people, 4)
        if (!given) told.safe++
        if (isCertain) {
          told.certain++
          expect(given).toBeNull()
        }
      }),
      { seed, numRuns: count },
    )
    expect(told.certain).toBeGreaterThan(count / 20)
  })

  it('tells two partitions that cross in many small places', () => {
    // Forty events of twenty, ten agencies of two at each.
    const people = Array.from({ length: 400 }, () => 2)
    const cells = (isIn: (cell: number) => boolean) => people.flatMap((_, cell) => (isIn(cell) ? [cell] : []))
    const certificate = new Certificate(crossed(people), 5)
    const events = Array.from({ length: 40 }, (_, e) => cells((cell) => Math.floor(cell / 10) === e))
    const agencies = Array.from({ length: 10 }, (_, a) => cells((cell) => cell % 10 === a))
    expect(certificate.letIn([cells(() => true)], 'rooms')).toBe(true)
    expect(certificate.letIn(events, 'rooms')).toBe(true)
    expect(certificate.letIn(agencies, 'who')).toBe(true)
  })

  it('does not tell where a few are left of a course, or where an agency has a few but for a sector', () => {
    const certificate = new Certificate(crossed([12, 3]), 5)
    expect(certificate.letIn([[0, 1]], 'rooms')).toBe(true)
    expect(certificate.letIn([[0]], 'rooms')).toBe(false)
    const who = new Certificate(crossed([20, 3, 20, 1]), 5)
    expect(who.letIn([[0, 1, 2, 3]], 'rooms')).toBe(true)
    expect(who.letIn([[0, 1]], 'who')).toBe(true)
    expect(who.letIn([[0]], 'who')).toBe(false)
    expect(who.letIn([[2, 3]], 'who')).toBe(true)
  })
})

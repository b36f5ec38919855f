import { agencies } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import type { On } from '#server/calendar.ts'

/** The agencies that count as expected at a day, and for which of them an attendance of an agency counts. */
export interface Expected {
  agencies: { id: number; name: string; expectedFrom: On }[]
  /** The expected agency that an attendance of this agency is counted for: itself, else the one it belongs to. */
  of(agencyId: number): number | null
}

export async function expectedAgencies(db: Reading, untilOn: On): Promise<Expected> {
  const all = await db
    .select({ id: agencies.id, name: agencies.name, parentId: agencies.parentId, expectedFrom: agencies.expectedFrom })
    .from(agencies)
    .orderBy(agencies.name)
  const expected = all.flatMap(({ id, name, expectedFrom }) =>
    expectedFrom !== null && expectedFrom <= untilOn ? [{ id, name, expectedFrom }] : [],
  )
  const isExpected = new Set(expected.map(({ id }) => id))
  const parents = new Map(all.map(({ id, parentId }) => [id, parentId]))
  return {
    agencies: expected,
    of(agencyId) {
      if (isExpected.has(agencyId)) return agencyId
      const parent = parents.get(agencyId)
      return parent != null && isExpected.has(parent) ? parent : null
    },
  }
}

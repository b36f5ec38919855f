import { eq } from 'drizzle-orm'
import { agencies, sectors } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import type { On } from '#server/calendar.ts'

/** The agencies that count as expected at a day, and for which of them an attendance of an agency counts. */
export interface Expected {
  agencies: { id: number; name: string; expectedFrom: On }[]
  /** Every one of them is a school or college. */
  isEducation: boolean
  /** The expected agency that an attendance of this agency is counted for: itself, else the one it belongs to. */
  of(agencyId: number): number | null
}

export async function expectedAgencies(db: Reading, untilOn: On): Promise<Expected> {
  const all = await db
    .select({
      id: agencies.id,
      name: agencies.name,
      parentId: agencies.parentId,
      expectedFrom: agencies.expectedFrom,
      isEducation: sectors.education,
    })
    .from(agencies)
    .innerJoin(sectors, eq(sectors.id, agencies.sectorId))
    .orderBy(agencies.name)
  const expected = all.flatMap(({ id, name, expectedFrom, isEducation }) =>
    expectedFrom !== null && expectedFrom <= untilOn ? [{ id, name, expectedFrom, isEducation }] : [],
  )
  const isExpected = new Set(expected.map(({ id }) => id))
  const parents = new Map(all.map(({ id, parentId }) => [id, parentId]))
  return {
    agencies: expected,
    isEducation: expected.length > 0 && expected.every(({ isEducation }) => isEducation),
    of(agencyId) {
      if (isExpected.has(agencyId)) return agencyId
      const parent = parents.get(agencyId)
      return parent != null && isExpected.has(parent) ? parent : null
    },
  }
}

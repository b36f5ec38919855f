import * as v from 'valibot'
import type { Claims } from './shared/claims.ts'

const claims = v.object({
  partnership: v.string(),
  person: v.string(),
  course: v.string(),
  level: v.optional(v.nullable(v.string())),
  dates: v.string(),
  hours: v.number(),
  participatoryHours: v.number(),
  learningOutcomes: v.array(v.string()),
  trainersAgencies: v.array(v.string()),
  signatory: v.object({ name: v.string(), job: v.string() }),
  number: v.string(),
  issuedOn: v.string(),
  example: v.boolean(),
})

/** What a certificate printed, as it was kept. */
export function readSnapshot(snapshot: string): Claims {
  const { level, ...rest } = v.parse(claims, JSON.parse(snapshot))
  return { ...rest, level: level ?? null }
}

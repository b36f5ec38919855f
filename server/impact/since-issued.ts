import type { Issued } from './issued.ts'

/** Whether something of an event came since an issued report counted the event: the next report counts it. */
export const isSince = ({ cutOffs }: Pick<Issued, 'cutOffs'>, eventId: number, at: number): boolean =>
  at > (cutOffs.get(eventId) ?? Number.POSITIVE_INFINITY)

/**
 * Whether a row differs from the same row of an issued report by somebody, yet by fewer people than `fewest`: set beside each other they
 * would tell of them. Who answers anew has gone and come. Units are "booking:answer".
 */
export function isTooNear(
  { rows }: Pick<Issued, 'rows'>,
  now: { measure: string; row: string; units: readonly string[] },
  fewest: number,
): boolean {
  const isFew = (units: readonly string[], beside: readonly string[]) => {
    const others = new Set(beside)
    const people = new Set(units.filter((unit) => !others.has(unit)).map((unit) => unit.split(':', 1)[0]))
    return people.size > 0 && people.size < fewest
  }
  return rows
    .filter(({ measure, row }) => measure === now.measure && row === now.row)
    .some(({ units }) => isFew(now.units, units) || isFew(units, now.units))
}

import { and, eq, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { reportRows, reports } from '#db/impact.ts'
import type { Reading } from '#db/transact.ts'
import type { CutOffs } from './attenders.ts'
import { idsOf, type ProgrammeEvent } from './programme.ts'

/** Whose answers stood in one row of a report that was issued. */
export interface IssuedRow {
  measure: string
  row: string
  units: string[]
}

/** What issued reports have counted of the events of a programme, and until when. */
export interface Issued {
  cutOffs: CutOffs
  rows: IssuedRow[]
}

/**
 * Stands among the rows of a report that leaves out what came since an earlier one: taken in, it would have given fewer than five away. So
 * the pages go on leaving it out.
 */
export const leftOut: IssuedRow = { measure: 'late', row: 'left out', units: [] }

const leavesOut = (rows: readonly Pick<IssuedRow, 'measure'>[]) =>
  rows.some(({ measure }) => measure === leftOut.measure)

/** Before any report was issued. */
export const nothingIssued: Issued = { cutOffs: new Map(), rows: [] }

/** A report as if it had been issued just now: the events it counts, and the rows it shows. */
export interface AsIssued {
  events: readonly number[]
  rows: readonly IssuedRow[]
}

/**
 * The reports issued so far that count any of these events, with `next` as the last of them. Their rows stay seen, so whatever is shown
 * later is proved against them.
 */
export async function issuedOf(
  db: Reading,
  programmeId: number,
  all: readonly ProgrammeEvent[],
  themesOf: ReadonlyMap<number, readonly number[]>,
  next: AsIssued | null = null,
): Promise<Issued> {
  const every = await db
    .select({
      scope: reports.scope,
      programmeId: reports.programmeId,
      courseId: reports.courseId,
      themeId: reports.themeId,
      fromOn: reports.fromOn,
      untilOn: reports.untilOn,
      issuedAt: reports.issuedAt,
    })
    .from(reports)
    .where(
      and(
        eq(reports.state, 'issued'),
        sql`not exists (select 1 from report_rows where report_rows.report_id = ${sql.raw('"reports"."id"')} and report_rows.measure = ${leftOut.measure})`,
      ),
    )
  const cutOffs = new Map<number, number>()
  for (const report of every) {
    const counted = all.filter((event) => {
      if (report.scope === 'period') return event.lastOn >= report.fromOn && event.lastOn <= report.untilOn
      if (report.programmeId !== programmeId) return false
      if (report.scope === 'course') return event.courseId === report.courseId
      if (report.scope === 'theme')
        return report.themeId !== null && themesOf.get(event.courseId)?.includes(report.themeId)
      return true
    })
    for (const { id } of counted) cutOffs.set(id, Math.max(cutOffs.get(id) ?? 0, report.issuedAt ?? 0))
  }
  // It counts every answer there is, unless it says otherwise.
  if (next && !leavesOut(next.rows)) for (const id of next.events) cutOffs.delete(id)
  if (!every.length && !next) return { cutOffs, rows: [] }
  // Also of reports on another year, whose trend shows this one; of each row what is of these events.
  const [rows, own] = await Promise.all([
    db.select({ measure: reportRows.measure, row: reportRows.row, units: reportRows.units }).from(reportRows),
    db
      .select({ id: bookings.id })
      .from(bookings)
      .where(sql`${bookings.eventId} in (select value from json_each(${JSON.stringify(idsOf(all))}))`),
  ])
  const ids = new Set(own.map(({ id }) => id))
  return {
    cutOffs,
    rows: [
      ...rows.map(({ measure, row, units }) => ({ measure, row, units: JSON.parse(units) as string[] })),
      ...(next?.rows ?? []),
    ]
      .map(({ measure, row, units }) => ({
        measure,
        row,
        units: units.filter((unit) => ids.has(Number(unit.slice(0, unit.indexOf(':'))))),
      }))
      .filter(({ units }) => units.length > 0),
  }
}

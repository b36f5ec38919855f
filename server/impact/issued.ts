import { eq, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courseThemes } from '#db/courses.ts'
import { reportRows, reports } from '#db/impact.ts'
import type { Reading } from '#db/transact.ts'
import type { CutOffs } from './attenders.ts'
import { idsOf, type ProgrammeEvent } from './programme.ts'

/** Whose answers stood in one row of a report that was issued. */
export interface IssuedRow {
  measure: string
  units: string[]
}

/** What issued reports have counted of the events of a programme, and until when. */
export interface Issued {
  cutOffs: CutOffs
  rows: IssuedRow[]
}

/** The reports issued so far that count any of these events. Their rows stay seen, so whatever is shown later is proved against them. */
export async function issuedOf(db: Reading, programmeId: number, all: readonly ProgrammeEvent[]): Promise<Issued> {
  const [every, themed] = await Promise.all([
    db
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
      .where(eq(reports.state, 'issued')),
    db.select().from(courseThemes),
  ])
  const cutOffs = new Map<number, number>()
  for (const report of every) {
    const counted = all.filter((event) => {
      if (report.scope === 'period') return event.lastOn >= report.fromOn && event.lastOn <= report.untilOn
      if (report.programmeId !== programmeId) return false
      if (report.scope === 'course') return event.courseId === report.courseId
      if (report.scope === 'theme')
        return themed.some(({ courseId, themeId }) => courseId === event.courseId && themeId === report.themeId)
      return true
    })
    for (const { id } of counted) cutOffs.set(id, Math.max(cutOffs.get(id) ?? 0, report.issuedAt ?? 0))
  }
  if (!every.length) return { cutOffs, rows: [] }
  // Also of reports on another year, whose trend shows this one; of each row what is of these events.
  const [rows, own] = await Promise.all([
    db.select({ measure: reportRows.measure, units: reportRows.units }).from(reportRows),
    db
      .select({ id: bookings.id })
      .from(bookings)
      .where(sql`${bookings.eventId} in (select value from json_each(${JSON.stringify(idsOf(all))}))`),
  ])
  const ids = new Set(own.map(({ id }) => id))
  return {
    cutOffs,
    rows: rows
      .map(({ measure, units }) => ({
        measure,
        units: (JSON.parse(units) as string[]).filter((unit) => ids.has(Number(unit.slice(0, unit.indexOf(':'))))),
      }))
      .filter(({ units }) => units.length > 0),
  }
}

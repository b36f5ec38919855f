import { inArray, sql } from 'drizzle-orm'
import { events } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import type { On } from '#server/calendar.ts'
import { attenders } from './follow-up.ts'

/** Answers from which a course's percentages are shown. */
const WANTED = 10

interface Callable {
  bookingId: number
  personId: number
  courseId: number
  programmeId: number
  programme: string
  course: string
  sectorId: number
  sector: string
  lastOn: On
}

/**
 * Those due, by what a call would change:
 * - courses of a programme year short of ten answers come first: of these, those that the calls of the sheet can bring to ten,
 *   the nearest to it before others
 * - then the sectors of which the smallest share has answered
 * - then the oldest
 * One person with several stands together, at the best of their places.
 */
export async function ordered<One extends Callable>(
  db: Reading,
  due: readonly One[],
  today: On,
): Promise<(One & { why: string })[]> {
  if (!due.length) return []
  const heard = await heardOf(db, [...new Set(due.map(({ programmeId }) => programmeId))], today)
  const callable = new Map<string, number>()
  for (const one of due) callable.set(courseOf(one), (callable.get(courseOf(one)) ?? 0) + 1)
  const ranked = due
    .map((one) => {
      const course = courseOf(one)
      const answered = heard.byCourse.get(course) ?? 0
      const lacks = Math.max(0, WANTED - answered)
      const reach = lacks === 0 ? 2 : lacks <= (callable.get(course) ?? 0) ? 0 : 1
      const sector = heard.bySector.get(sectorOf(one)) ?? { answered: 0, came: 1 }
      return { one, reach, lacks, share: sector.answered / Math.max(1, sector.came), why: whyWords(one, lacks, sector) }
    })
    .sort(
      (a, b) =>
        a.reach - b.reach ||
        a.lacks - b.lacks ||
        a.share - b.share ||
        (a.one.lastOn < b.one.lastOn ? -1 : a.one.lastOn > b.one.lastOn ? 1 : a.one.bookingId - b.one.bookingId),
    )
    .map(({ one, why }) => ({ ...one, why }))
  return [...Map.groupBy(ranked, ({ personId }) => personId).values()].flat()
}

const courseOf = ({ courseId, programmeId }: { courseId: number; programmeId: number }) => `${programmeId} ${courseId}`
const sectorOf = ({ sectorId, programmeId }: { sectorId: number; programmeId: number }) => `${programmeId} ${sectorId}`

function whyWords(
  { course, programme, sector }: Callable,
  lacks: number,
  { answered, came }: { answered: number; came: number },
): string {
  if (lacks === 0) return `${sector}: ${answered} of ${came} have answered in ${programme}`
  return `${course} ${programme} is ${lacks} ${lacks === 1 ? 'answer' : 'answers'} short of ten`
}

/** Who has been heard of: answers by course, and by sector out of those whose answer is known or owed. */
async function heardOf(db: Reading, programmeIds: readonly number[], today: On) {
  const dated = await db
    .select({ id: events.id, programmeId: events.programmeId })
    .from(events)
    .where(inArray(events.programmeId, [...programmeIds]))
  const programmeOf = new Map(dated.map(({ id, programmeId }) => [id, programmeId]))
  const of = attenders(db, today, inArray(events.programmeId, [...programmeIds]))
  const rows = await db
    .select({
      eventId: of.eventId,
      courseId: of.courseId,
      sectorId: of.sectorId,
      answered: sql<number>`sum(${of.disposition} = 'answered')`,
      came: sql<number>`sum(${of.disposition} not in ('not-asked-by-rule', 'not-yet-due'))`,
    })
    .from(of)
    .groupBy(of.eventId, of.courseId, of.sectorId)
  const byCourse = new Map<string, number>()
  const bySector = new Map<string, { answered: number; came: number }>()
  for (const { eventId, courseId, sectorId, answered, came } of rows) {
    const programmeId = programmeOf.get(eventId) ?? 0
    const course = courseOf({ courseId, programmeId })
    byCourse.set(course, (byCourse.get(course) ?? 0) + Number(answered))
    const sector = sectorOf({ sectorId, programmeId })
    const known = bySector.get(sector) ?? { answered: 0, came: 0 }
    bySector.set(sector, { answered: known.answered + Number(answered), came: known.came + Number(came) })
  }
  return { byCourse, bySector }
}

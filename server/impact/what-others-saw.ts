import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { reports } from '#db/impact.ts'
import { messages } from '#db/outbox.ts'
import { colleagueRequests, colleagueTallies } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { type ColleagueAnswer, colleagueAnswers } from '#server/surveys/input.ts'
import { courseGroup } from './programme.ts'
import { percentages, type Thresholds } from './shared/disclosure.ts'
import type { Figure, FigureTable } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'
import { wholePercent } from './shared/statistics.ts'

/** What colleagues have seen, beside what delegates say of themselves and never merged with it. */
export interface WhatOthersSaw {
  sentence: string
  /** Null while too few colleagues have answered. */
  table: FigureTable | null
}

/**
 * Of one course in one year: the answers were never kept by event or by name, so that nothing tells which of them a report has counted. What
 * the last report shows stands as it is until as many have answered since as may be shown.
 */
export async function whatOthersSaw(
  db: Reading,
  courseId: number,
  programmeId: number,
  thresholds: Thresholds,
): Promise<WhatOthersSaw> {
  const [tallies, [row]] = await Promise.all([
    db
      .select({ answer: colleagueTallies.answer, n: colleagueTallies.n })
      .from(colleagueTallies)
      .where(and(eq(colleagueTallies.courseId, courseId), eq(colleagueTallies.programmeId, programmeId))),
    db
      .select({ n: sql<number>`count(*)` })
      .from(events)
      .innerJoin(bookings, eq(bookings.eventId, events.id))
      .innerJoin(colleagueRequests, eq(colleagueRequests.bookingId, bookings.id))
      .innerJoin(
        messages,
        and(
          eq(messages.kind, 'colleague-view'),
          sql`${messages.about} = 'booking:' || ${bookings.id}`,
          inArray(messages.state, ['sent', 'uncertain']),
        ),
      )
      .where(and(eq(events.courseId, courseId), eq(events.programmeId, programmeId))),
  ])
  const counts = Object.fromEntries(colleagueAnswers.map((answer) => [answer, 0])) as Record<ColleagueAnswer, number>
  for (const { answer, n } of tallies) counts[answer] += n
  const answered = sumOf(counts)
  if (answered < thresholds.answered)
    return { sentence: `Fewer than ${spelled(thresholds.answered)} colleagues have answered.`, table: null }
  const shown = await lastShown(db, courseId, programmeId)
  const since = shown ? answered - shown.answered : 0
  if (!shown || since >= thresholds.answered) return saw(counts, Number(row?.n ?? 0), thresholds)
  return { sentence: `${shown.sentence}${sinceWords(since, thresholds)}`, table: shown.table }
}

const sumOf = (counts: Record<ColleagueAnswer, number>) =>
  colleagueAnswers.reduce((sum, answer) => sum + counts[answer], 0)

/** " 2 more have answered since; they are shown from five." */
function sinceWords(n: number, { answered }: Thresholds): string {
  if (n <= 0) return ''
  return ` ${figure(n)} more ${n === 1 ? 'has answered since; more are' : 'have answered since; they are'} shown from ${spelled(answered)}.`
}
const endsWithSince = / \d+ more ha(?:s|ve) answered since; [^.]*\.$/

/** What the last issued report that shows the course in this year says, and of how many answers. */
async function lastShown(db: Reading, courseId: number, programmeId: number) {
  const issued = await db
    .select({ id: reports.id })
    .from(reports)
    .where(and(eq(reports.programmeId, programmeId), eq(reports.state, 'issued')))
    .orderBy(desc(reports.number))
  for (const { id } of issued) {
    // Taken out by the database: a body is a whole report.
    const [found] = await db
      .select({ figure: sql<string>`shown.value` })
      .from(sql`reports, json_each(reports.body, '$.pages') as page, json_each(page.value, '$.figures') as shown`)
      .where(
        sql`reports.id = ${id} and page.value ->> '$.key' = ${courseGroup(courseId)} and shown.value ->> '$.key' = 'colleagues'`,
      )
    const { sentence, table } = found ? (JSON.parse(found.figure) as Figure) : { sentence: '', table: null }
    if (!table) continue
    const answered = table.rows.reduce((sum, [, count]) => sum + Number(count), 0)
    return { sentence: sentence.replace(endsWithSince, ''), table, answered }
  }
  return null
}

const numbers = ['five', 'six', 'seven', 'eight', 'nine']
/** "five", "12": a threshold, which is never less than five. */
export const spelled = (n: number): string => numbers[n - 5] ?? figure(n)

const rowWords: Record<ColleagueAnswer, string> = {
  'more-than-once': 'Seen it more than once',
  once: 'Seen it once',
  'not-yet': 'Not yet',
  'could-not-see': 'Not in a position to see',
}

/** The words and the table, once there are enough. */
export function saw(
  counts: Record<ColleagueAnswer, number>,
  asked: number,
  thresholds: Thresholds,
): { sentence: string; table: FigureTable } {
  const answered = sumOf(counts)
  const withPercent = percentages(answered, thresholds)
  // The rows of who was asked may be fewer than the answers, once an attendance is gone; an answer stays.
  const named = Math.max(asked, answered)
  const many = (n: number) => (n === 0 ? 'none' : figure(n))
  return {
    sentence: `Of ${figure(named)} colleagues asked by name, ${answered === named ? 'all' : figure(answered)} answered: ${many(counts['more-than-once'])} had seen it more than once, ${many(counts.once)} once, ${many(counts['not-yet'])} not yet; ${many(counts['could-not-see'])} ${counts['could-not-see'] === 1 ? 'was' : 'were'} not in a position to see.`,
    table: {
      caption: 'What colleagues saw, each asked one question by name',
      head: ['What they told us', 'Colleagues', ...(withPercent ? ['Of those who answered'] : [])],
      rows: colleagueAnswers.map((answer) => [
        rowWords[answer],
        counts[answer],
        ...(withPercent ? [`${wholePercent(counts[answer], answered)}%`] : []),
      ]),
    },
  }
}

import { and, eq, inArray, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { colleagueRequests, colleagueTallies } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { type ColleagueAnswer, colleagueAnswers } from '#server/surveys/input.ts'
import { defaultThresholds, percentages } from './shared/disclosure.ts'
import { figure, type TableRow } from './shared/pictures.ts'
import { wholePercent } from './shared/statistics.ts'

/** What colleagues have seen, beside what delegates say of themselves and never merged with it. */
export interface WhatOthersSaw {
  label: string
  sentence: string
  /** Null while fewer than five colleagues have answered. */
  table: TableRow[] | null
}

/** Of one course in one year: the answers were never kept by event or by name. */
export async function whatOthersSaw(db: Reading, courseId: number, programmeId: number): Promise<WhatOthersSaw> {
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
  return saw(counts, Number(row?.n ?? 0))
}

const label = 'What others saw'

const rowWords: Record<ColleagueAnswer, string> = {
  'more-than-once': 'Seen it more than once',
  once: 'Seen it once',
  'not-yet': 'Not yet',
  'could-not-see': 'Not in a position to see',
}

/** The words and the table; below five answers only that there are too few. */
export function saw(counts: Record<ColleagueAnswer, number>, asked: number): WhatOthersSaw {
  const answered = colleagueAnswers.reduce((sum, answer) => sum + counts[answer], 0)
  if (answered < defaultThresholds.answered)
    return { label, sentence: 'Fewer than five colleagues have answered.', table: null }
  // The rows of who was asked may be fewer than the answers, once an attendance is gone; an answer stays.
  const named = Math.max(asked, answered)
  const many = (n: number) => (n === 0 ? 'none' : figure(n))
  return {
    label,
    sentence: `Of ${figure(named)} colleagues asked by name, ${answered === named ? 'all' : figure(answered)} answered: ${many(counts['more-than-once'])} had seen it more than once, ${many(counts.once)} once, ${many(counts['not-yet'])} not yet; ${many(counts['could-not-see'])} ${counts['could-not-see'] === 1 ? 'was' : 'were'} not in a position to see.`,
    table: colleagueAnswers.map((answer) => [
      rowWords[answer],
      counts[answer],
      percentages(answered) ? wholePercent(counts[answer], answered) : null,
    ]),
  }
}

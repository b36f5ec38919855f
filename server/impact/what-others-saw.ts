import { and, eq, inArray, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { colleagueRequests, colleagueTallies } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { type ColleagueAnswer, colleagueAnswers } from '#server/surveys/input.ts'
import { percentages, type Thresholds } from './shared/disclosure.ts'
import type { FigureTable } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'
import { wholePercent } from './shared/statistics.ts'

/** What colleagues have seen, beside what delegates say of themselves and never merged with it. */
export interface WhatOthersSaw {
  sentence: string
  /** Null while too few colleagues have answered. */
  table: FigureTable | null
  notShown: string | null
}

/** Of one course in one year, as far as it is shown: `countAnswer` says when that moves on. The same for every page, draft and report. */
export async function whatOthersSaw(
  db: Reading,
  courseId: number,
  programmeId: number,
  thresholds: Thresholds,
): Promise<WhatOthersSaw> {
  const [tallies, [row]] = await Promise.all([
    db
      .select({ answer: colleagueTallies.answer, n: colleagueTallies.n, shown: colleagueTallies.shown })
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
  let waiting = 0
  for (const { answer, n, shown } of tallies) {
    counts[answer] += shown
    waiting += n - shown
  }
  const shown = sumOf(counts)
  if (shown < thresholds.answered) return { ...notYet(shown, waiting, thresholds), table: null }
  const { sentence, table } = saw(counts, Math.max(Number(row?.n ?? 0), shown + waiting), thresholds)
  return { sentence: `${sentence}${waitingWords(waiting, thresholds)}`, table, notShown: null }
}

/** Two of these come only of a threshold that was set anew: what waits is counted again when the next colleague answers, and not before. */
function notYet(shown: number, waiting: number, { answered }: Thresholds): { sentence: string; notShown: string } {
  const what = 'What colleagues have seen is shown'
  if (waiting >= answered)
    return { sentence: `${what} with the next answer.`, notShown: 'Not shown: it waits for one more answer.' }
  const fewer = `Not shown: fewer than ${spelled(answered)} colleagues have answered`
  return shown
    ? {
        sentence: `${what} again once ${spelled(answered)} have answered since it was last brought up to date.`,
        notShown: `${fewer} since it was last brought up to date.`,
      }
    : { sentence: `${what} once ${spelled(answered)} have answered.`, notShown: `${fewer}.` }
}

const sumOf = (counts: Record<ColleagueAnswer, number>) =>
  colleagueAnswers.reduce((sum, answer) => sum + counts[answer], 0)

/** " 2 more have answered since; they are shown from five." */
function waitingWords(n: number, { answered }: Thresholds): string {
  if (n === 0) return ''
  const from = n < answered ? `from ${spelled(answered)}` : 'with the next answer'
  return ` ${figure(n)} more ${n === 1 ? 'has answered since; more are' : 'have answered since; they are'} shown ${from}.`
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

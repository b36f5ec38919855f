import { eq, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, eventSessions, events, suggestions, venues } from '#db/courses.ts'
import { people } from '#db/people.ts'
import { commitments, followUps, responses } from '#db/surveys.ts'
import { assignments } from '#db/trainers.ts'
import type { Asking } from '#emails/follow-up-words.ts'
import { addDays, daysBetween, formatDate, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { makeToken } from '#server/keys.ts'
import { firstName } from '#server/people/first-name.ts'
import { asked, counts } from './follow-up.ts'
import { currentInstrument, optionsFor, question } from './questions.ts'

/** Days to answer in, from the first asking message. */
const DAYS_TO_ANSWER = 21
/** Nobody is given less than a week, however late a reminder could go. */
const FEWEST_DAYS = 7

export type AskingMessage = { words: Asking; to: { name: string; address: string }; fromName: string }

/**
 * What an asking message says now, asked again at sending; or why it is no longer needed. Own words never stand in it.
 * `wasThisYou` leads to the answer that came as a machine's would, which the reminder asks about.
 */
export async function askingFacts(ctx: Context, bookingId: number): Promise<AskingMessage | { cancelled: string }> {
  const firstCommitment = sql`(select min(${commitments.position}) from ${commitments} where ${commitments.bookingId} = ${bookings.id})`
  const [row] = await ctx.db
    .select({
      eventId: events.id,
      courseId: courses.id,
      audience: courses.audience,
      course: courses.title,
      lastOn: events.lastOn,
      name: people.name,
      email: people.email,
      closedBecause: followUps.closedBecause,
      isOpen: sql<number>`${followUps.closedAt} is null`,
      firstAskedOn: followUps.firstAskedOn,
      isAnswered: sql<number>`ifnull(${counts}, 0)`,
      isDoubted: sql<number>`${responses.doubtedBecause} is not null`,
      attends: asked.attends,
      isVoided: asked.isVoided,
      isReachable: asked.isReachable,
      isOptedOut: asked.isOptedOut,
      commitment: commitments.kind,
      suggestion: suggestions.text,
      trainer: sql<
        string | null
      >`(select tp.name from ${assignments} inner join people tp on tp.id = ${assignments.trainerId} where ${assignments.eventId} = ${events.id} order by ${assignments.as} = 'lead' desc, ${assignments.id} limit 1)`,
      venue: sql<
        string | null
      >`(select case when ${eventSessions.online} then 'online' else ${venues.name} end from ${eventSessions} left join ${venues} on ${venues.id} = ${eventSessions.venueId} where ${eventSessions.eventId} = ${events.id} order by ${eventSessions.position} limit 1)`,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, sql`${responses.bookingId} = ${bookings.id} and ${responses.stage} = 'follow-up'`)
    .leftJoin(
      commitments,
      sql`${commitments.bookingId} = ${bookings.id} and ${commitments.position} = ${firstCommitment}`,
    )
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .where(eq(bookings.id, bookingId))
  const no = !row
    ? 'The follow-up is no longer owed'
    : row.isAnswered
      ? 'They have answered'
      : row.isOptedOut
        ? 'They asked us to stop'
        : !row.isReachable || row.email === null
          ? 'There is no address that takes mail'
          : row.isVoided
            ? 'The event was cancelled'
            : !row.attends
              ? 'The register says they did not come'
              : !row.isOpen
                ? 'The follow-up is closed'
                : null
  if (!row || no !== null || row.email === null) return { cancelled: no ?? 'The follow-up is no longer owed' }

  const [answer, optOut, instrument] = await Promise.all([
    makeToken(ctx.secrets, 'answer', bookingId),
    makeToken(ctx.secrets, 'opt-out', bookingId),
    currentInstrument(ctx, 'follow-up', row.courseId),
  ])
  const { origin, partnership } = ctx.config
  const today = londonDate(ctx.now)
  const deadline = deadlineOn(row.firstAskedOn ?? today, today)
  const trainer = row.trainer ? firstName(row.trainer) : partnership.coordinator
  return {
    to: { name: row.name, address: row.email },
    fromName: `${trainer}, ${partnership.name}`,
    words: {
      firstName: firstName(row.name),
      course: row.course,
      date: formatDate(row.lastOn),
      venue: row.venue ?? 'venue as booked',
      trainer,
      monthName: monthName(row.lastOn),
      suggestion: row.commitment === 'suggestion' ? row.suggestion : null,
      ownWords: row.commitment === 'own-words',
      choices: optionsFor(instrument, question(instrument, 'practice'), row.audience).map(({ value, text }) => ({
        text,
        href: `${origin}/answer/${answer}/${value}`,
      })),
      deadline: formatDate(deadline).replace(/ \d{4}$/, ''),
      remaining: spanWords(daysBetween(today, deadline)),
      phone: partnership.phone,
      optOutHref: `${origin}/opt-out/${optOut}`,
      wasThisYou: row.isDoubted ? `${origin}/answer/${answer}/check` : null,
    },
  }
}

/** Three weeks from the first asking message; never less than a week from today. */
export function deadlineOn(firstAskedOn: On, today: On): On {
  const on = addDays(firstAskedOn, DAYS_TO_ANSWER)
  const earliest = addDays(today, FEWEST_DAYS)
  if (on < earliest) return earliest
  return on
}

export const monthName = (on: On): string => formatDate(on).split(' ').at(-2) ?? ''

/** "two weeks", "ten days": rounded down, so that nobody is told of more time than there is. */
export function spanWords(days: number): string {
  const weeks = Math.floor(days / 7)
  return weeks >= 2 ? `${['two', 'three', 'four'][weeks - 2] ?? weeks} weeks` : days > 7 ? `${days} days` : 'one week'
}

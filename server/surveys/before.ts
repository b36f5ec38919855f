import { and, eq } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, eventCancellations, events } from '#db/courses.ts'
import { responses } from '#db/surveys.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { faultsOf, type Given, outcomesOf, saveAnswers } from './answers.ts'
import type { BeforeInput } from './input.ts'
import { currentInstrument, optionsFor, question } from './questions.ts'

type Choices = { value: string; text: string }[]

export interface BeforeQuestions {
  course: string
  /** One anchor for each learning outcome. */
  outcomes: { text: string; items: { id: number; text: string }[]; anchors: Choices }
  chance: { text: string; behaviour: string; options: Choices }
  need: { text: string; most: number; options: Choices }
}

/** The questions before the day, or null when they were answered or the day has begun. @throws Missing for another's booking */
export async function beforeQuestions(ctx: Context, bookingId: number): Promise<{ questions: BeforeQuestions | null }> {
  const booking = await ownBooking(ctx, bookingId)
  if (!booking.isStanding || ctx.now >= booking.startsAt || booking.isAnswered) return { questions: null }
  const asked = await currentInstrument(ctx, 'before', booking.courseId)
  const options = (key: string) =>
    optionsFor(asked, question(asked, key), booking.audience).map(({ value, text }) => ({ value, text }))
  return {
    questions: {
      course: booking.course,
      outcomes: {
        text: question(asked, 'outcomes').text,
        items: await outcomesOf(ctx, booking.courseId),
        anchors: options('outcomes'),
      },
      chance: { text: question(asked, 'chance').text, behaviour: booking.keyBehaviour, options: options('chance') },
      need: { text: question(asked, 'need').text, most: question(asked, 'need').most, options: options('need') },
    },
  }
}

/**
 * Keeps what someone said before the day, in place of what they said earlier.
 * @throws Missing, Refused `too-late` once the first event session began, Invalid
 */
export function answerBefore(ctx: Context, bookingId: number, input: BeforeInput): Promise<{ saved: true }> {
  return transact(ctx, async (ctx) => {
    const booking = await ownBooking(ctx, bookingId)
    if (!booking.isStanding) throw new Refused('not-booked', 'There is no place left to answer for')
    if (ctx.now >= booking.startsAt)
      throw new Refused('too-late', 'The day has begun, so what you say now could not be used. Nothing is lost by it.')
    const asked = await currentInstrument(ctx, 'before', booking.courseId)
    const given: Given = {
      chosen: { chance: input.chance ? [input.chance] : [], need: input.need },
      outcomes: {
        outcomes: Object.fromEntries(
          input.outcomes.map(({ learningOutcomeId, anchor }) => [learningOutcomeId, anchor]),
        ),
      },
    }
    const issues = faultsOf(asked, await outcomesOf(ctx, booking.courseId), given)
    if (issues.length) throw new Invalid(issues)
    const facts = { coreAt: ctx.now, finishedAt: ctx.now }
    const [response] = await ctx.db
      .insert(responses)
      .values({
        bookingId,
        eventId: booking.eventId,
        stage: 'before',
        instrumentId: asked.id,
        channel: 'page',
        startedAt: ctx.now,
        ...facts,
      })
      .onConflictDoUpdate({ target: [responses.bookingId, responses.stage], set: { ...facts, instrumentId: asked.id } })
      .returning({ id: responses.id })
    if (!response) throw new Error('The answers were not written')
    await saveAnswers(ctx, { id: response.id, eventId: booking.eventId }, asked, given)
    await record(ctx, 'before.answered', `booking:${bookingId}`)
    return { saved: true as const }
  })
}

/** These questions belong to the person: nobody answers for another, whatever their role. */
async function ownBooking(ctx: Pick<Context, 'db' | 'actor'>, bookingId: number) {
  const personId = ctx.actor.kind === 'person' ? ctx.actor.personId : null
  if (personId === null) throw new Missing()
  const [row] = await ctx.db
    .select({
      eventId: events.id,
      courseId: courses.id,
      course: courses.title,
      audience: courses.audience,
      keyBehaviour: courses.keyBehaviour,
      startsAt: events.startsAt,
      state: bookings.state,
      cancelledAt: eventCancellations.at,
      responseId: responses.id,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'before')))
    .where(and(eq(bookings.id, bookingId), eq(bookings.personId, personId)))
  if (!row) throw new Missing()
  return {
    ...row,
    isStanding: row.state === 'confirmed' && row.cancelledAt === null,
    isAnswered: row.responseId !== null,
  }
}

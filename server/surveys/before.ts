import { and, eq, isNull } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, eventCancellations, events } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { people } from '#db/people.ts'
import { responses } from '#db/surveys.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import type { Audience } from '#server/courses/input.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { firstName } from '#server/people/first-name.ts'
import { addedFaults, addedIn, saveAddedWords } from './added-answers.ts'
import { faultsOf, type Given, outcomesFor, saveAnswers } from './answers.ts'
import { type BeforeInput, beforeMinutes, type Channel, mostCharacters } from './input.ts'
import { type AskedInstrument, instrumentFor, optionsFor, question } from './questions.ts'

const MINUTE = 60_000

type Choices = { value: string; text: string }[]

export interface BeforeQuestions {
  course: string
  /** One anchor for each learning outcome. */
  outcomes: { text: string; items: { id: number; text: string }[]; anchors: Choices }
  chance: { text: string; behaviour: string; options: Choices }
  need: { text: string; most: number; options: Choices }
  /** Questions added for the course; with words, up to `longest` characters. */
  added: { key: string; kind: 'one' | 'several' | 'text'; text: string; most: number; options: Choices }[]
  longest: number
  /** Whom to ring instead of writing here; beside every box. */
  urgent: { child: string; adult: string; allegation: string; support: string }
}

/** The questions before the day, or null when they were answered or the day has begun. @throws Missing for another's booking */
export async function beforeQuestions(ctx: Context, bookingId: number): Promise<{ questions: BeforeQuestions | null }> {
  const booking = await ownBooking(ctx, bookingId)
  if (!booking.isStanding || ctx.now >= booking.startsAt || booking.isAnswered) return { questions: null }
  const asked = await instrumentFor(ctx, 'before', booking.courseId, null)
  return { questions: await beforeShown(ctx, booking, asked) }
}

/** What is shown of these questions for a course. */
export async function beforeShown(
  ctx: Context,
  about: { bookingId: number; courseId: number; course: string; audience: Audience; keyBehaviour: string },
  asked: AskedInstrument,
): Promise<BeforeQuestions> {
  const options = (key: string) =>
    optionsFor(asked, question(asked, key), about.audience).map(({ value, text }) => ({ value, text }))
  const { child, adult, allegation, support } = ctx.config.routes
  return {
    course: about.course,
    outcomes: {
      text: question(asked, 'outcomes').text,
      items: await outcomesFor(ctx, about, ['before']),
      anchors: options('outcomes'),
    },
    chance: { text: question(asked, 'chance').text, behaviour: about.keyBehaviour, options: options('chance') },
    need: { text: question(asked, 'need').text, most: question(asked, 'need').most, options: options('need') },
    added: addedIn(asked).map(({ key, kind, text, most }) => ({
      key,
      kind: kind === 'one' || kind === 'several' ? kind : 'text',
      text,
      most,
      options: options(key),
    })),
    longest: mostCharacters.added,
    urgent: { child, adult, allegation, support },
  }
}

/**
 * Keeps what someone said before the day, in place of what they said earlier.
 * @throws Missing, Refused `too-late` once the first event session began, Invalid
 */
export function answerBefore(ctx: Context, bookingId: number, input: BeforeInput): Promise<{ saved: true }> {
  return transact(ctx, async (ctx) => {
    const booking = await ownBooking(ctx, bookingId)
    if (ctx.now >= booking.startsAt) throw tooLate()
    return keep(ctx, booking, 'page', (asked) => givenIn(asked, input))
  })
}

/** What a plain form gave: lines by question, anchors by learning outcome, words to added questions by their keys. */
export interface BeforeGiven {
  chosen: Record<string, readonly string[]>
  outcomes: Record<number, string>
  words: Record<string, string>
}

/** By which door someone came without signing in, and until when it keeps what they say. */
export type BeforeDoor = { channel: 'e-mail' | 'day-code'; until: 'the beginning' | 'the first five minutes' }

/**
 * As `answerBefore`, by a link or a day code. What is given after the first event session began is kept, for the person's sake, and used
 * by no figure; what was given in time is not replaced by it.
 * @throws Missing, Refused `too-late`, `too-soon` within a minute of the hand-over of the link, Invalid with nothing chosen
 */
export function answerBeforeByLink(
  ctx: Context,
  bookingId: number,
  door: BeforeDoor,
  given: BeforeGiven,
): Promise<{ saved: true }> {
  return transact(ctx, async (ctx) => {
    const booking = await beforeBooking(ctx, bookingId)
    if (!booking) throw new Missing()
    if (ctx.now >= closesAt(booking, door)) throw tooLate()
    if (isEmpty(given))
      throw new Invalid([
        { path: 'save', message: 'Choose at least one answer. Nothing was chosen, so nothing is saved' },
      ])
    if (door.channel === 'e-mail' && (await isTooSoon(ctx, bookingId)))
      throw new Refused(
        'too-soon',
        'That was very quick after our email: mail programs press buttons too. Wait a minute and press once more',
      )
    return keep(ctx, booking, door.channel, () => ({
      given: { chosen: given.chosen, outcomes: { outcomes: given.outcomes } },
      words: given.words,
    }))
  })
}

/** From when a door is closed: what was said in time can be changed until the first event session begins, and no longer. */
export const closesAt = ({ startsAt, isAnswered }: BeforeBooking, { until }: BeforeDoor): number =>
  until === 'the beginning' || isAnswered ? startsAt : startsAt + beforeMinutes * MINUTE

const isEmpty = ({ chosen, outcomes, words }: BeforeGiven): boolean =>
  Object.values(chosen).every((lines) => lines.every((line) => line === '')) &&
  Object.values(outcomes).every((anchor) => anchor === '') &&
  Object.values(words).every((said) => said.trim() === '')

/** A scanner opens mail before its reader and presses what it finds, within a minute of the hand-over. */
async function isTooSoon(ctx: Writing, bookingId: number): Promise<boolean> {
  const [sent] = await ctx.db
    .select({ at: messages.sentAt, state: messages.state })
    .from(messages)
    .where(and(eq(messages.kind, 'joining-instructions'), eq(messages.about, `booking:${bookingId}`)))
  // Some filters press while the mail server is still taking the message.
  return sent?.state === 'transmitting' || (sent?.at != null && ctx.now < sent.at + MINUTE)
}

const tooLate = () =>
  new Refused('too-late', 'The day has begun, so what you say now could not be used. Nothing is lost by it.')

/** The answers of the signed-in page, as the questions sort them. @throws Invalid for a question that is not asked */
function givenIn(asked: AskedInstrument, input: BeforeInput): { given: Given; words: Record<string, string> } {
  const { added = [] } = input
  const unknown = added.filter(({ key }) => !addedIn(asked).some((one) => one.key === key))
  if (unknown.length)
    throw new Invalid(unknown.map(({ key }) => ({ path: key, message: 'This question is not asked' })))
  const lines = Object.fromEntries(
    added.filter(({ key }) => !isText(asked, key)).map(({ key, chosen }) => [key, chosen]),
  )
  return {
    words: Object.fromEntries(added.filter(({ key }) => isText(asked, key)).map(({ key, words }) => [key, words])),
    given: {
      chosen: { chance: input.chance ? [input.chance] : [], need: input.need, ...lines },
      outcomes: {
        outcomes: Object.fromEntries(
          input.outcomes.map(({ learningOutcomeId, anchor }) => [learningOutcomeId, anchor]),
        ),
      },
    },
  }
}

async function keep(
  ctx: Writing,
  booking: BeforeBooking,
  channel: Channel,
  sort: (asked: AskedInstrument) => { given: Given; words: Record<string, string> },
): Promise<{ saved: true }> {
  const { bookingId, eventId } = booking
  if (!booking.isStanding) throw new Refused('not-booked', 'There is no place left to answer for')
  const asked = await instrumentFor(ctx, 'before', booking.courseId, booking.instrumentId)
  const { given, words } = sort(asked)
  const issues = [...faultsOf(asked, await outcomesFor(ctx, booking, ['before']), given), ...addedFaults(asked, words)]
  if (issues.length) throw new Invalid(issues)
  const facts = { coreAt: ctx.now, finishedAt: ctx.now }
  const [response] = await ctx.db
    .insert(responses)
    .values({ bookingId, eventId, stage: 'before', instrumentId: asked.id, channel, startedAt: ctx.now, ...facts })
    .onConflictDoUpdate({ target: [responses.bookingId, responses.stage], set: { ...facts, instrumentId: asked.id } })
    .returning({ id: responses.id })
  if (!response) throw new Error('The answers were not written')
  await saveAnswers(ctx, { id: response.id, eventId }, asked, given)
  await saveAddedWords(ctx, { id: response.id, eventId, bookingId }, asked, words)
  await record(ctx, 'before.answered', `booking:${bookingId}`)
  return { saved: true }
}

const isText = (asked: AskedInstrument, key: string) => asked.questions.get(key)?.kind === 'text'

/** These questions belong to the person: nobody answers for another, whatever their role. */
async function ownBooking(ctx: Pick<Context, 'db' | 'actor'>, bookingId: number): Promise<BeforeBooking> {
  const personId = ctx.actor.kind === 'person' ? ctx.actor.personId : null
  const booking = personId === null ? null : await beforeBooking(ctx, bookingId)
  if (booking?.personId !== personId || !booking) throw new Missing()
  return booking
}

export interface BeforeBooking {
  bookingId: number
  personId: number
  eventId: number
  courseId: number
  course: string
  audience: Audience
  keyBehaviour: string
  firstName: string
  startsAt: number
  /** The version they answered, which they change their answers in. */
  instrumentId: number | null
  responseId: number | null
  isStanding: boolean
  isAnswered: boolean
}

/** The booking that the questions before the day are about, for whoever may see it; null when there is none. */
export async function beforeBooking(ctx: Pick<Context, 'db'>, bookingId: number): Promise<BeforeBooking | null> {
  const [row] = await ctx.db
    .select({
      bookingId: bookings.id,
      personId: bookings.personId,
      eventId: events.id,
      courseId: courses.id,
      course: courses.title,
      audience: courses.audience,
      keyBehaviour: courses.keyBehaviour,
      name: people.name,
      startsAt: events.startsAt,
      state: bookings.state,
      cancelledAt: eventCancellations.at,
      responseId: responses.id,
      instrumentId: responses.instrumentId,
    })
    .from(bookings)
    .innerJoin(people, and(eq(people.id, bookings.personId), isNull(people.erasedAt)))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'before')))
    .where(eq(bookings.id, bookingId))
  if (!row) return null
  const { name, state, cancelledAt, ...booking } = row
  return {
    ...booking,
    firstName: firstName(name),
    isStanding: state === 'confirmed' && cancelledAt === null,
    isAnswered: row.responseId !== null,
  }
}

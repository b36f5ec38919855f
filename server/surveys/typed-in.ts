import { and, asc, desc, eq, isNotNull, isNull, lte, type SQL, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { followUps, responses } from '#db/surveys.ts'
import { addMonths, formatDate, londonDate } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { firstName } from '#server/people/first-name.ts'
import { type FollowUpState, followUpState, respond, stateWithin, tellMore } from './answering.ts'
import { outcomesFor, stagesBehindFollowUp } from './answers.ts'
import { monthName } from './asking-words.ts'
import { asked, counts, isAskedFor, targetReached } from './follow-up.ts'
import { type Channel, mostCharacters, type PracticeAnswer, type TypeInInput } from './input.ts'
import { instrumentFor, optionsFor, question } from './questions.ts'
import { practiceWithoutCommitment } from './shared/instruments.ts'

/*
 * Answers that a coordinator types in: from a reply to one of our e-mails, a telephone call or a sheet of paper. A person wrote
 * or said them, so none is doubted; an answer that stands already is never changed without asking.
 */

/** How an answer came, in a sentence. */
const cameBy: Record<Channel, string> = {
  'e-mail': 'by email',
  page: 'on the page',
  'day-code': 'by day code',
  reply: 'by reply',
  phone: 'by telephone',
  paper: 'on paper',
  supervision: 'in supervision',
}

const LISTED = 20

export interface AnswererFound {
  bookingId: number
  name: string
  agency: string
  course: string
  /** "Tuesday 15 September 2026" */
  date: string
  /** What is known already, in a sentence; empty when nothing is. */
  about: string
}

/**
 * Whose answer may have come: those asked last who have not answered; or, by half a name, whoever came to a course whose three
 * months are over.
 */
export async function whoseAnswer(ctx: Context, typed: string): Promise<{ found: AnswererFound[]; isMore: boolean }> {
  const today = londonDate(ctx.now)
  const words = typed.split(/\s+/).filter(Boolean).slice(0, 5)
  const where = words.length
    ? and(
        lte(events.lastOn, targetReached(today)),
        sql`${events.lastOn} > ${addMonths(today, -9)}`,
        isAskedFor,
        ...words.map((word) => named(word)),
      )
    : and(isNotNull(followUps.lastAskedOn), isNull(followUps.closedAt), sql`not ifnull(${counts}, 0)`)
  const rows = await ctx.db
    .select({
      bookingId: bookings.id,
      name: people.name,
      agency: agencies.name,
      course: courses.title,
      lastOn: events.lastOn,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .leftJoin(followUps, eq(followUps.bookingId, bookings.id))
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(and(isNull(people.erasedAt), asked.attends, sql`not ${asked.isVoided}`, where))
    .orderBy(
      ...(words.length
        ? [sql`${people.name} collate nocase`, desc(events.lastOn)]
        : [desc(followUps.lastAskedOn), sql`${people.name} collate nocase`]),
      asc(bookings.id),
    )
    .limit(LISTED + 1)
  const found = await Promise.all(
    rows.slice(0, LISTED).map(async ({ lastOn, ...row }) => ({
      ...row,
      date: formatDate(lastOn),
      about: aboutWords(await followUpState(ctx, row.bookingId)),
    })),
  )
  return { found, isMore: rows.length > LISTED }
}

const named = (word: string): SQL =>
  sql`${people.name} like ${`%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`} escape '\\'`

function aboutWords(state: FollowUpState | null): string {
  if (!state) return ''
  if (state.isAnswered) return state.channel === null ? 'Answered' : `Answered ${cameBy[state.channel]}`
  return whyClosed(state) ?? (state.isDoubted ? 'An answer came that does not count yet' : '')
}

export interface AnswerForm {
  bookingId: number
  name: string
  firstName: string
  agency: string
  course: string
  date: string
  /** "September" */
  month: string
  /** The ready-made commitment; null where they wrote their own or made none. */
  planned: string | null
  wroteOwn: boolean
  /** Question one, as it is read out. */
  question: string
  practice: { key: PracticeAnswer; text: string }[]
  /** Learning outcomes; none where the course earns one question alone. */
  outcomes: { text: string; items: { id: number; text: string }[]; anchors: { key: string; text: string }[] } | null
  /** The rest, each of which may be left out. */
  rest: {
    key: string
    text: string
    most: number
    options: { key: string; text: string; family: string | null }[]
  }[]
  example: { text: string; longest: number } | null
  /** An answer that counts already. */
  stands: { practice: PracticeAnswer; words: string; how: string } | null
  /** Why nothing can be typed in now, or null. */
  closed: string | null
}

/** What a coordinator needs to type in someone's answer. Own words are not in it. @throws Missing */
export async function answerForm(ctx: Context, bookingId: number): Promise<AnswerForm> {
  const state = await followUpState(ctx, bookingId)
  const [person] = await ctx.db
    .select({ name: people.name, agency: agencies.name })
    .from(bookings)
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .where(eq(bookings.id, bookingId))
  if (!state || !person) throw new Missing()
  const instrument = await instrumentFor(ctx, 'follow-up', state.courseId, state.instrumentId)
  const worded = (key: string) =>
    optionsFor(instrument, question(instrument, key), state.audience).map(({ value, text, family }) => ({
      key: String(value),
      text,
      family: family ?? null,
    }))
  const one = question(instrument, 'practice')
  const practice = worded('practice').map(({ key, text }) => ({ key: key as PracticeAnswer, text }))
  const isFull = state.earns === 'full'
  const items = isFull ? await outcomesFor(ctx, state, stagesBehindFollowUp) : []
  const chosen = practice.find(({ key }) => key === state.practice)
  return {
    bookingId,
    ...person,
    firstName: firstName(person.name),
    course: state.course,
    date: formatDate(state.lastOn),
    month: monthName(state.lastOn),
    planned: state.suggestion,
    wroteOwn: state.commitment === 'own-words',
    question: state.suggestion || state.commitment === 'own-words' ? one.text : practiceWithoutCommitment,
    practice,
    outcomes: items.length
      ? {
          text: question(instrument, 'outcomes').text,
          items,
          anchors: worded('outcomes').map(({ key, text }) => ({ key, text })),
        }
      : null,
    rest: isFull
      ? [...instrument.questions.values()]
          .filter(({ key, kind }) => key !== 'practice' && (kind === 'one' || kind === 'several'))
          .map(({ key, text, most }) => ({ key, text, most, options: worded(key) }))
      : [],
    example: isFull ? { text: question(instrument, 'example').text, longest: mostCharacters.example } : null,
    stands:
      state.isAnswered && chosen
        ? { practice: chosen.key, words: chosen.text, how: state.channel === null ? '' : cameBy[state.channel] }
        : null,
    closed: whyClosed(state),
  }
}

/** Why nobody can answer about this now, told to a coordinator; null when they can. */
function whyClosed({ standing, openUntil, isAskedFor, closedBecause, lastOn }: FollowUpState): string | null {
  if (standing === 'open') return null
  if (standing === 'over')
    return `The time to answer was over on ${openUntil ? formatDate(openUntil) : 'an earlier day'}`
  if (standing === 'did-not-come') return 'The register says that they did not come'
  if (standing === 'voided') return 'This event was cancelled'
  if (closedBecause === 'rule') return 'Left out by rule: they are asked about another course'
  return isAskedFor
    ? `Three months are over on ${formatDate(addMonths(lastOn, 3))}`
    : 'Nobody is asked about this course'
}

/**
 * Writes an answer that came by reply, telephone or paper: question one, and what else was given. An answer that counts
 * already is changed only when `instead` names it, so that nobody writes over what they have not seen.
 * @throws Missing; Refused `answer-stands`, `cannot-answer`; Invalid
 */
export function typeIn(ctx: Context, input: { bookingId: number } & TypeInInput): Promise<{ saved: true }> {
  return transact(ctx, async (ctx) => {
    const { bookingId, channel, practice, instead, chosen, outcomes, example, quote } = input
    const state = await stateWithin(ctx, bookingId)
    const closed = whyClosed(state)
    if (closed) throw new Refused('cannot-answer', closed)
    if (state.isAnswered && state.practice !== instead)
      throw new Refused(
        'answer-stands',
        `They have answered already, ${state.channel === null ? 'before' : cameBy[state.channel]}. Look at that answer before you change it.`,
      )
    const asked = await instrumentFor(ctx, 'follow-up', state.courseId, state.instrumentId)
    const strange = Object.keys(chosen ?? {}).filter((key) => !asked.questions.has(key))
    if (strange.length) throw new Invalid(strange.map((path) => ({ path, message: 'This question was not asked' })))
    await respond(ctx, { bookingId, practice, channel })
    if (chosen || outcomes || example !== undefined || quote !== undefined)
      await tellMore(ctx, bookingId, {
        ...(chosen ? { chosen } : {}),
        ...(outcomes
          ? {
              outcomes: {
                outcomes: Object.fromEntries(outcomes.map((one) => [one.learningOutcomeId, one.anchor])),
              },
            }
          : {}),
        ...(example === undefined ? {} : { example }),
        ...(quote === undefined ? {} : { quote }),
      })
    return { saved: true }
  })
}

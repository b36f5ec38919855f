import { and, asc, eq, ne, or, sql } from 'drizzle-orm'
import { events, learningOutcomes, suggestions } from '#db/courses.ts'
import { answers, commitments, options, questions, responses, texts } from '#db/surveys.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { type FollowUpState, followUpState } from '#server/surveys/answering.ts'
import { type Anchor, anchors } from '#server/surveys/input.ts'
import { instrument, optionsFor, question } from '#server/surveys/questions.ts'
import { ownText } from '#server/surveys/texts.ts'
import { claimsOf } from './claiming.ts'
import { type Account, type AccountFacts, type Plan, reflectiveAccount } from './shared/reflective-account.ts'

/** Whose account is asked for: the state of their follow-up, and the account when there is one to give. */
export interface AskedAccount {
  state: FollowUpState
  account: Account | null
  /** Milliseconds UTC of the answer: files made from the same answer are the same. */
  answeredAt: number
}

/**
 * The reflective account of one booking, made when it is asked for and kept nowhere: once a core answer counts, and for as long
 * as the person is known here, whether or not the link still takes answers. Null when there is no such booking.
 */
export async function accountOf(ctx: Context, bookingId: number): Promise<AskedAccount | null> {
  const state = await followUpState(ctx, bookingId)
  if (!state) return null
  const stands = state.isAnswered && state.standing !== 'did-not-come' && state.standing !== 'voided'
  const facts = stands ? await factsOf(ctx, state) : null
  return { state, account: facts && reflectiveAccount(facts), answeredAt: state.coreAt ?? 0 }
}

async function factsOf(ctx: Context, state: FollowUpState): Promise<AccountFacts | null> {
  const { bookingId, practice, instrumentId, coreAt } = state
  if (practice === null || instrumentId === null || coreAt === null) return null
  const claims = (await claimsOf(ctx, [bookingId])).get(bookingId)
  if (!claims) return null
  const rows = await givenAtAll(ctx, bookingId)
  const keys = (stage: 'end' | 'follow-up', key: string) =>
    rows.filter((row) => row.stage === stage && row.question === key && row.outcomeId === null).map((row) => row.option)
  const asked = await instrument(ctx, instrumentId)
  const different = new Set(keys('follow-up', 'difference'))
  return {
    course: claims.course,
    dates: claims.dates || formatDate(state.lastOn),
    hours: claims.hours,
    participatoryHours: claims.participatoryHours,
    answeredOn: formatDate(londonDate(coreAt)),
    plans: await plansOf(ctx, bookingId),
    firstChance: keys('end', 'first-chance')[0] ?? null,
    practice,
    chance: keys('follow-up', 'chance')[0] ?? null,
    outcomes: placed(rows),
    difference: optionsFor(asked, question(asked, 'difference'), state.audience)
      .filter(({ value }) => different.has(value))
      .map(({ value, text, family }) => ({ key: value, text, family })),
    anyway: keys('follow-up', 'anyway')[0] ?? null,
    helped: keys('follow-up', 'helped'),
    inTheWay: keys('follow-up', 'in-the-way'),
    foreseen: keys('end', 'obstacle'),
    whereSeen: keys('follow-up', 'where-seen'),
    example: await ownText(ctx, bookingId, 'example'),
  }
}

/** Every option someone chose about this booking, at any stage, in the order they were shown. */
const givenAtAll = (ctx: Pick<Context, 'db'>, bookingId: number) =>
  ctx.db
    .select({
      stage: responses.stage,
      question: questions.key,
      option: options.key,
      outcomeId: answers.learningOutcomeId,
      outcome: learningOutcomes.text,
    })
    .from(responses)
    .innerJoin(events, eq(events.id, responses.eventId))
    .innerJoin(answers, eq(answers.responseId, responses.id))
    .innerJoin(questions, eq(questions.id, answers.questionId))
    .innerJoin(options, eq(options.id, answers.optionId))
    .leftJoin(learningOutcomes, eq(learningOutcomes.id, answers.learningOutcomeId))
    .where(
      and(
        eq(responses.bookingId, bookingId),
        // What was said before the day after it had begun is used for nothing.
        or(
          ne(responses.stage, 'before'),
          sql`ifnull(${responses.coreAt}, ${responses.startedAt}) < ${events.startsAt}`,
        ),
      ),
    )
    .orderBy(asc(learningOutcomes.position), asc(learningOutcomes.id), asc(options.position))

type Given = Awaited<ReturnType<typeof givenAtAll>>[number]

function placed(rows: Given[]): AccountFacts['outcomes'] {
  const ids = [...new Set(rows.map(({ outcomeId }) => outcomeId).filter((id) => id !== null))]
  return ids.map((id) => {
    const about = rows.filter(({ outcomeId }) => outcomeId === id)
    const at = (stage: Given['stage'], key: string): Anchor | null => {
      const option = about.find((row) => row.stage === stage && row.question === key)?.option
      return anchors.find((anchor) => anchor === option) ?? null
    }
    return {
      text: about[0]?.outcome ?? '',
      before: at('before', 'outcomes'),
      lookingBack: at('end', 'then'),
      end: at('end', 'outcomes'),
      now: at('follow-up', 'outcomes'),
    }
  })
}

async function plansOf(ctx: Pick<Context, 'db'>, bookingId: number): Promise<Plan[]> {
  const rows = await ctx.db
    .select({
      kind: commitments.kind,
      suggestion: suggestions.text,
      // What was redacted is gone; the words that may stand are left.
      words: sql<string | null>`ifnull(${texts.original}, ${texts.cleared})`,
    })
    .from(commitments)
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .leftJoin(texts, eq(texts.id, commitments.textId))
    .where(eq(commitments.bookingId, bookingId))
    .orderBy(asc(commitments.position))
  return rows.map(({ kind, suggestion, words }) =>
    kind === 'suggestion' || kind === 'own-words'
      ? { kind, words: (kind === 'suggestion' ? suggestion : words) ?? '' }
      : { kind },
  )
}

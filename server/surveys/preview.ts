import { html } from 'hono/html'
import * as v from 'valibot'
import { addDays, addMonths, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Invalid, type Issue, Missing } from '#server/errors.ts'
import { fromBase64url } from '#server/keys.ts'
import type { Page } from '#server/pages/page.ts'
import { stylesHash } from '#server/pages/styles.ts'
import { issuesOf } from '#server/routing.ts'
import { addedQuestionFaults, asQuestions, courseOf, versionsOf } from './added-questions.ts'
import { donePage, questionPage, sectionPage, sectionsOf } from './answer-page.ts'
import type { FollowUpState } from './answering.ts'
import { type BeforeQuestions, beforeShown } from './before.ts'
import { type DayForms, suggestionsOf } from './end-of-day.ts'
import { endPage } from './end-page.ts'
import { type AddedStage, addedQuestions } from './input.ts'
import type { AskedInstrument } from './questions.ts'

/*
 * What delegates will see, by the very functions that make their pages, about an invented person: booking 0, which nobody
 * has, behind a token that opens nothing. A draft comes with the address and is stored nowhere.
 */

/** Shown in a frame of our own page: no script, no forms, no origin. */
export const previewPolicy = `default-src 'none'; style-src '${stylesHash}'; base-uri 'none'; object-src 'none'; form-action 'none'; sandbox; frame-ancestors 'self'`

const nobody = 0
const noToken = 'preview'

interface Previewed {
  code: string
  /** The added questions as JSON in base64url; empty for what is published. */
  draft: string
}

/** One page of a stage as it will look. @throws Missing; a draft that cannot be published is said on the page. */
export async function previewPage(
  ctx: Context,
  stage: AddedStage,
  { page, ...previewed }: Previewed & { page: string },
): Promise<Page> {
  // Before the day they stand in the confirmation of the booking, which is no page of this kit.
  if (stage === 'before') throw new Missing()
  const course = await courseOf(ctx, previewed.code)
  let asked: AskedInstrument
  try {
    asked = await askedIn(ctx, course.id, stage, previewed.draft)
  } catch (error) {
    if (error instanceof Invalid) return unfinished(error.issues)
    throw error
  }
  const about = { bookingId: nobody, courseId: course.id, course: course.title, audience: course.audience }
  const lastOn = addMonths(londonDate(ctx.now), -3)
  if (stage === 'end') {
    const forms: DayForms = {
      ...about,
      eventId: 0,
      personId: 0,
      lastOn: londonDate(ctx.now),
      window: 'open',
      opens: '',
      hasBegun: true,
      firstName: 'Robin',
      isSkipped: false,
      isCertified: false,
      responseId: null,
      instrumentId: null,
    }
    return endPage(ctx, noToken, forms, undefined, asked)
  }
  const [suggestion] = await suggestionsOf(ctx, course.id)
  const state: FollowUpState = {
    ...about,
    eventId: 0,
    earns: course.earns,
    lastOn,
    isEducation: false,
    isVoided: 0,
    attends: 1,
    isAskedFor: 1,
    hasOwnWords: 0,
    isErased: 0,
    targetOn: londonDate(ctx.now),
    openedAt: ctx.now,
    closedBecause: null,
    lastAskedOn: londonDate(ctx.now),
    openUntil: addDays(londonDate(ctx.now), 44),
    responseId: null,
    instrumentId: null,
    coreAt: null,
    fullAt: null,
    finishedAt: null,
    doubtedBecause: null,
    confirmedAt: null,
    commitment: suggestion ? 'suggestion' : null,
    suggestion: suggestion?.text ?? null,
    practice: null,
    handedOverAt: null,
    wave: 1,
    channel: null,
    trainer: 'Ashley',
    venue: 'the venue of the day',
    standing: 'open',
    isDoubted: false,
    isAnswered: false,
  }
  if (page === 'done') return donePage(ctx, noToken, { ...state, practice: 'once', isAnswered: true }, asked)
  const section = sectionsOf(asked).find(({ path }) => path === page)
  if (section) return sectionPage(ctx, noToken, { ...state, practice: 'once', isAnswered: true }, asked, section)
  if (page !== '' && page !== 'question') throw new Missing()
  return questionPage(ctx, noToken, state, asked, {})
}

/** What the confirmation of a booking will show before the day. @throws Missing, Invalid */
export async function previewBefore(ctx: Context, { code, draft }: Previewed): Promise<BeforeQuestions> {
  const course = await courseOf(ctx, code)
  const about = { ...course, bookingId: nobody, courseId: course.id, course: course.title }
  return beforeShown(ctx, about, await askedIn(ctx, course.id, 'before', draft))
}

/** What would be asked: what is published, or the general questions with the draft's. */
async function askedIn(ctx: Context, courseId: number, stage: AddedStage, draft: string): Promise<AskedInstrument> {
  const { general, own } = await versionsOf(ctx, courseId, stage)
  if (draft === '') return own?.asked ?? general
  const added = asQuestions(draftOf(draft))
  const questions = new Map(general.questions)
  for (const [n, question] of added.entries()) questions.set(question.key, { ...question, id: -1 - n })
  return { ...general, questions }
}

const draftInput = v.strictObject({ questions: addedQuestions })

function draftOf(draft: string) {
  const bytes = fromBase64url(draft)
  let given: unknown
  try {
    given = JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array()))
  } catch {
    throw new Invalid([{ path: 'draft', message: 'These questions cannot be read' }])
  }
  const parsed = v.safeParse(draftInput, { questions: given })
  if (!parsed.success) throw new Invalid(issuesOf(parsed.issues))
  const { questions } = parsed.output
  const issues = addedQuestionFaults(questions)
  if (issues.length) throw new Invalid(issues)
  return questions
}

const unfinished = (issues: Issue[]): Page => ({
  title: 'Not finished',
  main: html`<h1>These questions are not finished</h1><ul>${issues.map(({ message }) => html`<li>${message}</li>`)}</ul>`,
})

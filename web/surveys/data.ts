import { action, query } from '@solidjs/router'
import type { AddedQuestion, AddedStage, BeforeInput, SettlementInput, WriterReason } from '#server/surveys/input.ts'
import type {
  BeforeQuestions,
  CourseQuestions,
  HeldText,
  SurveysApi,
  UrgentText,
  Writer,
} from '#server/surveys/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<SurveysApi>()

export const getBeforeQuestions = query(
  (id: string): Promise<{ questions: BeforeQuestions | null }> =>
    api<{ questions: BeforeQuestions | null }>(client.api.bookings[':id'].before.$get({ param: { id } })),
  'before-questions',
)

/** What was answered stays on the page, so nothing is fetched again. */
export const sendBefore = action(
  (id: string, input: BeforeInput) =>
    api<{ saved: true }>(client.api.bookings[':id'].before.$put({ param: { id }, json: input })),
  'answer-before',
)

export type Held = { urgent: UrgentText[]; texts: HeldText[]; more: number; longest: number }

export const getHeldTexts = query((): Promise<Held> => api<Held>(client.api.texts.$get()), 'held-texts')

export const clearHeldText = action(
  (id: number) => api(client.api.texts[':id'].clearance.$post({ param: { id: String(id) }, json: {} })),
  'clear-text',
)

export const redactHeldText = action(
  (id: number, text: string) =>
    api(client.api.texts[':id'].redaction.$post({ param: { id: String(id) }, json: { text } })),
  'redact-text',
)

export const openTextWriter = action(
  (id: number, reason: WriterReason) =>
    api<Writer>(client.api.texts[':id']['writer-opening'].$post({ param: { id: String(id) }, json: { reason } })),
  'open-text-writer',
)

export const settleUrgentText = action(
  (id: number, input: SettlementInput) =>
    api(client.api.texts[':id'].settlement.$post({ param: { id: String(id) }, json: input })),
  'settle-urgent-text',
)

export const getCourseQuestions = query(
  (code: string): Promise<CourseQuestions> =>
    api<CourseQuestions>(client.api.courses[':code'].questions.$get({ param: { code } })),
  'course-questions',
)

export const publishQuestions = action(
  (code: string, stage: AddedStage, seen: number, questions: AddedQuestion[]) =>
    api<{ version: number; isNew: boolean }>(
      client.api.courses[':code'].questions[':stage'].$post({ param: { code, stage }, json: { seen, questions } }),
    ),
  'publish-questions',
)

/** What the confirmation of a booking would ask with these added questions. */
export const getBeforeShown = query(
  (code: string, draft: string): Promise<BeforeQuestions> =>
    api<BeforeQuestions>(
      client.api.courses[':code'].questions.before.shown.$get({ param: { code }, query: { draft } }),
    ),
  'before-shown',
)

/** A draft as an address carries it: JSON in base64url. */
export function draftOf(questions: AddedQuestion[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(questions))
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

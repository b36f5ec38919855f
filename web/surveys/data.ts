import { action, query } from '@solidjs/router'
import type { BeforeInput } from '#server/surveys/input.ts'
import type { BeforeQuestions, HeldText, SurveysApi } from '#server/surveys/routes.ts'
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

export type Held = { texts: HeldText[]; longest: number }

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

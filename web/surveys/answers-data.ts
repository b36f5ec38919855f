import { query } from '@solidjs/router'
import type { CallInput, TypeInInput } from '#server/surveys/input.ts'
import type { AnswerCards, AnswererFound, AnswerForm, PhoneRound, SurveysApi } from '#server/surveys/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<SurveysApi>().api
const of = (id: number) => ({ id: String(id) })

export type WhoseAnswer = { found: AnswererFound[]; isMore: boolean }

export const getWhoseAnswer = query(
  (words: string): Promise<WhoseAnswer> =>
    api<WhoseAnswer>(client['answers-to-type-in'].$get({ query: words ? { words } : {} })),
  'whose-answer',
)

export const getAnswerForm = query(
  (bookingId: number): Promise<AnswerForm> =>
    api<AnswerForm>(client.bookings[':id'].answer.$get({ param: of(bookingId) })),
  'answer-form',
)

/** None of these is an action: a press must not load every page anew while someone works through a list. */
export const sendTypedIn = (bookingId: number, input: TypeInInput) =>
  api<{ saved: true }>(client.bookings[':id'].answer.$post({ param: of(bookingId), json: input }))

export const getPhoneRound = query(
  (): Promise<PhoneRound> => api<PhoneRound>(client['phone-round'].$get()),
  'phone-round',
)

export const sendCall = (bookingId: number, input: CallInput) =>
  api<{ left: number }>(client['phone-round'][':id'].calls.$post({ param: of(bookingId), json: input }))

export const showOwnWords = (bookingId: number) =>
  api<{ words: string }>(client['phone-round'][':id']['own-words'].$post({ param: of(bookingId), json: {} }))

export const setCeiling = (callsAWeek: number) =>
  api<{ ceiling: number }>(client['phone-round'].ceiling.$put({ json: { callsAWeek } }))

export const getAnswerCards = query(
  (id: string): Promise<AnswerCards> => api<AnswerCards>(client.events[':id']['answer-cards'].$get({ param: { id } })),
  'answer-cards',
)

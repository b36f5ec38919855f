import { action, query } from '@solidjs/router'
import type {
  PauseInput,
  PostponementInput,
  ResponseGrouping,
  SuccessorInput,
  TermDatesInput,
} from '#server/surveys/input.ts'
import type { AskingApi, AskingMonth, Holds, Reachability, ResponsePage } from '#server/surveys/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<AskingApi>().api
const of = (id: number) => ({ id: String(id) })

export const getAskingMonth = query(
  (search: { month: string; event: string; agency: string }): Promise<AskingMonth> =>
    api<AskingMonth>(client.asking.$get({ query: search })),
  'asking-month',
)

export const postponeFollowUp = action(
  (bookingId: number, input: PostponementInput) =>
    api<{ to: string }>(client.bookings[':id'].postponement.$post({ param: of(bookingId), json: input })),
  'postpone-follow-up',
)

export const getHolds = query((): Promise<Holds> => api<Holds>(client.holds.$get()), 'holds')

export const makePause = action((input: PauseInput) => api(client.pauses.$post({ json: input })), 'make-pause')

export const liftPause = action(
  (id: number) => api(client.pauses[':id'].lifting.$post({ param: of(id), json: {} })),
  'lift-pause',
)

export const addTermDates = action(
  (input: TermDatesInput) => api(client['term-dates'].$post({ json: input })),
  'add-term-dates',
)

export const changeTermDates = action(
  (id: number, input: TermDatesInput) => api(client['term-dates'][':id'].$put({ param: of(id), json: input })),
  'change-term-dates',
)

export const removeTermDates = action(
  (id: number) => api(client['term-dates'][':id'].$delete({ param: of(id) })),
  'remove-term-dates',
)

export const getResponses = query(
  (programme: string, by: ResponseGrouping, event: string): Promise<ResponsePage> =>
    api<ResponsePage>(client.responses.$get({ query: { programme, by, event } })),
  'responses',
)

export const getReachability = query(
  (): Promise<Reachability> => api<Reachability>(client.reachability.$get()),
  'reachability',
)

export const putAddressRight = action(
  (personId: number, email: string) =>
    api<{ reopened: number }>(client.people[':id'].address.$put({ param: of(personId), json: { email } })),
  'put-address-right',
)

export const enterSuccessor = action(
  (bookingId: number, input: SuccessorInput) =>
    api<{ name: string }>(client.bookings[':id'].successor.$post({ param: of(bookingId), json: input })),
  'enter-successor',
)

export const markLeft = action(
  (bookingId: number) => api(client.bookings[':id'].departure.$post({ param: of(bookingId), json: {} })),
  'mark-left',
)

export const undoLeft = action(
  (bookingId: number) => api(client.bookings[':id'].departure.$delete({ param: of(bookingId) })),
  'undo-left',
)

export const setMyAwayUntil = action(
  (until: string | null) => api<{ until: string | null }>(client.me['away-until'].$put({ json: { until } })),
  'set-my-away-until',
)

export const setAwayUntil = action(
  (personId: number, until: string | null) =>
    api<{ until: string | null }>(client.people[':id']['away-until'].$put({ param: of(personId), json: { until } })),
  'set-away-until',
)

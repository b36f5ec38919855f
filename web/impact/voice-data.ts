import { query } from '@solidjs/router'
import type { AccountInput, CodebookInput, CodingInput, QuoteInput } from '#server/impact/input.ts'
import type { AccountsPage, Codebook, CodingDesk, QuotesPage, VoiceApi } from '#server/impact/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<VoiceApi>().api
const of = (id: number) => ({ id: String(id) })
const search = (programme: string) => ({ query: programme ? { programme } : {} })

export const getCodebook = query((): Promise<Codebook> => api<Codebook>(client.codebook.$get()), 'codebook')

/** None of these is an action: a press must not load every page anew while someone works through a list. */
export const sendCodebook = (input: CodebookInput) =>
  api<{ version: number; isNew: boolean }>(client.codebook.$put({ json: input }))

export const getCoding = query(
  (programme: string): Promise<CodingDesk> => api<CodingDesk>(client.coding.$get(search(programme))),
  'coding',
)

export const sendCodes = (textId: number, input: CodingInput) =>
  api<{ read: true }>(client.texts[':id'].codes.$put({ param: of(textId), json: input }))

export const getQuotes = query(
  (programme: string): Promise<QuotesPage> => api<QuotesPage>(client.quotes.$get(search(programme))),
  'quotes',
)

export const chooseQuote = (textId: number, input: QuoteInput) =>
  api<{ chosen: true }>(client.quotes[':id'].$put({ param: of(textId), json: input }))

export const unchooseQuote = (textId: number) =>
  api<{ chosen: false }>(client.quotes[':id'].$delete({ param: of(textId) }))

export const getAccounts = query(
  (programme: string): Promise<AccountsPage> => api<AccountsPage>(client.accounts.$get(search(programme))),
  'accounts',
)

export const drawAccounts = (programme: string) =>
  api<{ drawn: number }>(client.accounts.$post({ json: { programme } }))

export const sendAccount = (bookingId: number, input: AccountInput) =>
  api<{ outcome: string | null }>(client.accounts[':id'].outcome.$post({ param: of(bookingId), json: input }))

export const showAccountWords = (bookingId: number) =>
  api<{ words: string }>(client.accounts[':id']['own-words'].$post({ param: of(bookingId), json: {} }))

import { action, query } from '@solidjs/router'
import type { InferInput } from 'valibot'
import type { ActionInput, OtherEvidenceInput, recommendationInput } from '#server/impact/input.ts'
import type {
  ActionsPage,
  EvidenceApi,
  EvidencePage,
  Recommendation,
  Recommendations,
  ReturnsPage,
} from '#server/impact/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<EvidenceApi>().api
const of = (id: number) => ({ id: String(id) })

export const getActions = query((): Promise<ActionsPage> => api<ActionsPage>(client.actions.$get()), 'actions')

export const makeAction = action((input: ActionInput) => api(client.actions.$post({ json: input })), 'make-action')

export const changeAction = action(
  (id: number, input: ActionInput) => api(client.actions[':id'].$put({ param: of(id), json: input })),
  'change-action',
)

export const completeAction = action(
  (id: number, did: string) => api(client.actions[':id'].completion.$post({ param: of(id), json: { did } })),
  'complete-action',
)

export const reopenAction = action(
  (id: number) => api(client.actions[':id'].completion.$delete({ param: of(id) })),
  'reopen-action',
)

export const escalateAction = action(
  (id: number, to: string) => api(client.actions[':id'].escalation.$post({ param: of(id), json: { to } })),
  'escalate-action',
)

export const takeActionBack = action(
  (id: number) => api(client.actions[':id'].$delete({ param: of(id) })),
  'take-action-back',
)

export const getRecommendations = query(
  (): Promise<Recommendations> => api<Recommendations>(client.recommendations.$get()),
  'recommendations',
)

export const getRecommendation = query(
  (id: string): Promise<Recommendation> => api<Recommendation>(client.recommendations[':id'].$get({ param: { id } })),
  'recommendation',
)

export type RecommendationFields = InferInput<typeof recommendationInput>

export const makeRecommendation = action(
  (input: RecommendationFields) => api(client.recommendations.$post({ json: input })),
  'make-recommendation',
)

export const keepRecommendation = action(
  (id: number, input: RecommendationFields) => api(client.recommendations[':id'].$put({ param: of(id), json: input })),
  'keep-recommendation',
)

export const getEvidence = query(
  (): Promise<EvidencePage> => api<EvidencePage>(client['other-evidence'].$get()),
  'other-evidence',
)

export const setEvidence = action(
  (input: OtherEvidenceInput) => api(client['other-evidence'].$post({ json: input })),
  'set-other-evidence',
)

export const takeEvidenceBack = action(
  (id: number) => api(client['other-evidence'][':id'].$delete({ param: of(id) })),
  'take-other-evidence-back',
)

export const getReturns = query(
  (programme: string): Promise<ReturnsPage> =>
    api<ReturnsPage>(client['single-agency-returns'].$get({ query: { programme } })),
  'single-agency-returns',
)

export const askForReturns = action(
  (programme: string, asked: Record<string, string>) =>
    api<{ asked: number }>(client['single-agency-returns'].$post({ json: { programme, asked } })),
  'ask-for-returns',
)

export const remindOfReturn = action(
  (programme: string, agencyId: number) =>
    api(client['single-agency-returns'].reminder.$post({ json: { programme, agencyId } })),
  'remind-of-return',
)

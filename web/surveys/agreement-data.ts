import { action, query } from '@solidjs/router'
import type { AgreementInput, ExperimentInput } from '#server/surveys/input.ts'
import type { AgencyCounts, AgreementApi, Agreements, ExperimentsPage } from '#server/surveys/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<AgreementApi>().api
const of = (id: number) => ({ id: String(id) })

export const getAgreements = query((): Promise<Agreements> => api<Agreements>(client.agreements.$get()), 'agreements')

export const recordAgreement = action(
  (agencyId: number, input: AgreementInput) =>
    api(client.agencies[':id'].agreement.$put({ param: of(agencyId), json: input })),
  'record-agreement',
)

export const endAgreement = action(
  (agencyId: number) => api(client.agencies[':id'].agreement.$delete({ param: of(agencyId) })),
  'end-agreement',
)

export const setRequirement = action(
  (on: string | null) => api(client.requirement.$put({ json: { on } })),
  'set-requirement',
)

export const getAgencyCounts = query(
  (programme: string): Promise<AgencyCounts> =>
    api<AgencyCounts>(client['agency-counts'].$get({ query: { programme } })),
  'agency-counts',
)

export const getExperiments = query(
  (): Promise<ExperimentsPage> => api<ExperimentsPage>(client.experiments.$get()),
  'experiments',
)

export const startExperiment = action(
  (input: ExperimentInput) => api(client.experiments.$post({ json: input })),
  'start-experiment',
)

export const endExperiment = action(
  (id: number) => api(client.experiments[':id'].end.$post({ param: of(id), json: {} })),
  'end-experiment',
)

import { action, query } from '@solidjs/router'
import type { CostTyped, OtherTrainingInput } from '#server/impact/input.ts'
import type { CostLines, OtherTrainingPage, ProgrammeApi } from '#server/impact/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<ProgrammeApi>().api.impact
const of = (id: number) => ({ id: String(id) })

export const getCosts = query(
  (name: string): Promise<CostLines> => api<CostLines>(client.programmes[':name'].costs.$get({ param: { name } })),
  'programme-costs',
)

export const addCost = action(
  (name: string, input: CostTyped) => api(client.programmes[':name'].costs.$post({ param: { name }, json: input })),
  'add-cost',
)

export const takeBackCost = action(
  (id: number) => api(client.costs[':id'].$delete({ param: of(id) })),
  'take-back-cost',
)

export const getOtherTraining = query(
  (name: string): Promise<OtherTrainingPage> =>
    api<OtherTrainingPage>(client.programmes[':name']['other-training'].$get({ param: { name } })),
  'other-training',
)

export const addOtherTraining = action(
  (name: string, input: OtherTrainingInput) =>
    api(client.programmes[':name']['other-training'].$post({ param: { name }, json: input })),
  'add-other-training',
)

export const takeBackOtherTraining = action(
  (id: number) => api(client['other-training'][':id'].$delete({ param: of(id) })),
  'take-back-other-training',
)

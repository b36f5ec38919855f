import { query } from '@solidjs/router'
import type { DeskApi, Today } from '#server/desk/routes.ts'
import { api, roomClient } from '#web/api.ts'

export const getToday = query((): Promise<Today> => api<Today>(roomClient<DeskApi>().api.today.$get()), 'today')

import { query } from '@solidjs/router'
import type { Mark } from '#server/attendance/input.ts'
import type { AttendanceApi, Marked, RegisterList, RegisterPage } from '#server/attendance/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<AttendanceApi>()

export const getRegisters = query(
  (page: string): Promise<RegisterList> => api<RegisterList>(client.api.registers.$get({ query: { page } })),
  'registers',
)

export const getRegister = query(
  (id: string): Promise<RegisterPage> => api<RegisterPage>(client.api.events[':id'].register.$get({ param: { id } })),
  'register',
)

/** `onlyUnmarked`: for "the rest", which undoes nobody's mark. Not an action: a press must not load every page anew. */
export function sendMarks(
  eventSessionId: number,
  marks: { bookingId: number; mark: Mark }[],
  onlyUnmarked: boolean,
): Promise<Marked> {
  return api<Marked>(
    client.api['event-sessions'][':id'].marks.$post({
      param: { id: String(eventSessionId) },
      json: { marks, onlyUnmarked },
    }),
  )
}

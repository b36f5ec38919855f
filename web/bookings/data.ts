import { action, query, redirect } from '@solidjs/router'
import type { BookingInput } from '#server/bookings/input.ts'
import type { BeforeBooking, BookingLine, BookingPage, BookingsApi } from '#server/bookings/routes.ts'
import type { ReachInput } from '#server/people/input.ts'
import type { PeopleApi } from '#server/people/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<BookingsApi>()
const people = roomClient<PeopleApi>()

export const getBeforeBooking = query(
  (id: string): Promise<BeforeBooking> => api<BeforeBooking>(client.api.events[':id'].booking.$get({ param: { id } })),
  'before-booking',
)

export const getMyBookings = query(
  (): Promise<{ upcoming: BookingLine[]; past: BookingLine[] }> =>
    api<{ upcoming: BookingLine[]; past: BookingLine[] }>(client.api.bookings.$get()),
  'my-bookings',
)

export const getBooking = query(
  (id: string): Promise<BookingPage> => api<BookingPage>(client.api.bookings[':id'].$get({ param: { id } })),
  'booking',
)

export type Agency = { id: number; name: string; sector: string; parent: string | null }

export const getAgencies = query((): Promise<Agency[]> => api<Agency[]>(people.api.agencies.$get()), 'agencies')

/** Ends on the booking's own page, which may be reloaded and kept. */
export const bookPlace = action(async (input: BookingInput) => {
  const { id } = await api<{ id: number }>(client.api.bookings.$post({ json: input }))
  return redirect(`/bookings/${id}`)
}, 'book')

export const cancelPlace = action(async (id: number, repeatKey: string) => {
  await api<{ id: number }>(
    client.api.bookings[':id'].cancellation.$post({ param: { id: String(id) }, json: { repeatKey } }),
  )
  return redirect(`/bookings/${id}`)
}, 'cancel')

export const setMyReach = action(
  (input: ReachInput) => api<{ phone: string | null }>(people.api.me.reach.$put({ json: input })),
  'set-my-reach',
)

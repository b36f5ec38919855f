/** A world with one year whose follow-ups are all over, and a report of it taken through its steps. */
import { londonInstant } from '#server/calendar.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { type Attender, alike, attend } from './attenders.ts'

export interface ReportRoom extends TestWorld {
  event: number
  bookings: number[]
  ada: Someone
  sue: Someone
  mo: Someone
}

const room: Attender[] = [
  ...alike(6, { practice: 'routine', before: [1], now: [2] }),
  ...alike(5, { practice: 'once', before: [1], now: [3] }),
  ...alike(5, { practice: 'not-yet' }),
  ...alike(8, {}),
]

/** 24 came in January 2026, 16 answered; it is September. */
export async function reportRoom(): Promise<ReportRoom> {
  const w = await makeWorld()
  const event = await w.stage.event({ on: ['2026-01-30'], capacity: 40 })
  const bookings = await attend(w, event, room)
  return {
    ...w,
    event,
    bookings,
    ada: await w.as(w.stage.ada, 'coordinator'),
    sue: await w.as(w.stage.sue, 'sub-group'),
    mo: await w.as(w.stage.mo, 'administrator'),
  }
}

export const aYear = { scope: 'programme', programme: '2025-26' }

export async function startedIn({ ada }: ReportRoom, input: object = aYear): Promise<number> {
  const { json } = await ada.post('/api/reports', input)
  return json.id
}

export const agreementIn = ({ stage }: ReportRoom, on = '2026-09-14') => ({
  on,
  present: [
    { agencyId: stage.agencies.council, people: 3 },
    { agencyId: stage.agencies.trust, people: 1 },
  ],
})

export async function agreedIn(w: ReportRoom, input: object = aYear): Promise<number> {
  const id = await startedIn(w, input)
  // The day that the clock of the world shows.
  const on = new Date(w.now()).toISOString().slice(0, 10)
  const { status } = await w.ada.post(`/api/reports/${id}/agreement`, agreementIn(w, on))
  if (status !== 201) throw new Error(`Not agreed: ${status}`)
  return id
}

export const seenIn = async ({ ada }: ReportRoom, id: number): Promise<string> =>
  (await ada.get(`/api/reports/${id}`)).json.seen

export const issueIn = async (w: ReportRoom, id: number, seen?: string) =>
  w.ada.post(`/api/reports/${id}/issue`, { seen: seen ?? (await seenIn(w, id)) })

export async function issuedIn(w: ReportRoom, input: object = aYear): Promise<number> {
  const id = await agreedIn(w, input)
  const answer = await issueIn(w, id)
  if (answer.status !== 201) throw new Error(answer.text)
  return id
}

/** Everyone has to sign in anew. */
export async function aDayLater(w: ReportRoom): Promise<void> {
  w.later('P1D')
  w.ada = await w.as(w.stage.ada, 'coordinator')
  w.sue = await w.as(w.stage.sue, 'sub-group')
}

export const at = (w: ReportRoom, on: string, clock = '10:00') => w.setClock(londonInstant(on, clock))

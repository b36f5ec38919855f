import { and, eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import {
  accounts,
  answers,
  codingCodes,
  codings,
  courses,
  instruments,
  options,
  questions,
  responses,
} from '#db/schema.ts'
import { remembering } from '#server/impact/report-shown.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import type { Role } from '#server/people/input.ts'
import { type Attender, alike, attend } from './attenders.ts'
import { aDayLater, issuedIn, type ReportRoom, reportRoom, startedIn } from './report-room.ts'
import { aCodebook, wrote } from './texts.ts'

/** A draft counts what the live pages leave out since an issued report: whoever reads both in one minute must learn of nobody by subtraction. */

const aPerson = { kind: 'person' as const, email: '', agencyIds: [], signInId: 0 }

const said = ['routine', 'once', 'not-yet', 'started'] as const
const mixed = (answered: number, silent: number): Attender[] => [
  ...Array.from({ length: answered }, (_, i) => ({ practice: said[i % 4]! })),
  ...alike(silent, {}),
]

/** What answering after the report leaves: a response and question one. */
async function answeredLate(
  w: ReportRoom,
  eventId: number,
  bookings: readonly number[],
  practice: (typeof said)[number],
) {
  await w.store.write(async (db) => {
    const [asked] = await db
      .select({ instrumentId: instruments.id, questionId: questions.id, optionId: options.id })
      .from(options)
      .innerJoin(questions, eq(questions.id, options.questionId))
      .innerJoin(instruments, eq(instruments.id, questions.instrumentId))
      .where(and(eq(instruments.stage, 'follow-up'), eq(questions.key, 'practice'), eq(options.key, practice)))
    const { instrumentId, ...answer } = asked!
    for (const bookingId of bookings) {
      const [response] = await db
        .insert(responses)
        .values({
          bookingId,
          eventId,
          stage: 'follow-up',
          instrumentId,
          channel: 'e-mail',
          startedAt: w.now(),
          coreAt: w.now(),
        })
        .returning()
      await db.insert(answers).values({ responseId: response!.id, eventId, ...answer })
    }
  })
}

it('shows no event in a draft that a free period on screen holds all but a few of', async () => {
  const w = await reportRoom()
  try {
    const at = async (on: string, answered: number, silent: number) => {
      const id = await w.stage.event({ on: [on], capacity: 60 })
      return { id, bookings: await attend(w, id, mixed(answered, silent)) }
    }
    await at('2025-05-10', 20, 20)
    const first = await at('2025-07-08', 4, 8)
    await at('2025-07-15', 1, 9)
    await at('2025-09-10', 4, 8)
    const autumn = await at('2025-09-17', 2, 7)
    await issuedIn(w)
    await aDayLater(w)
    await answeredLate(w, first.id, first.bookings.slice(4, 5), 'not-yet')
    await answeredLate(w, autumn.id, autumn.bookings.slice(2, 6), 'once')
    w.later('PT2M')
    const draft = await startedIn(w)
    const isShown = async (path: string) => {
      const { page } = (await w.sue.get(path)).json
      // A report has no page of an event that shows nothing.
      return Boolean(page?.figures.find(({ key }: Figure) => key === 'whole-room').table)
    }
    expect(await isShown('/api/impact/period?from=2025-07-01&until=2025-07-31')).toBe(true)
    expect(await isShown(`/api/reports/${draft}?page=event:${first.id}`)).toBe(false)
  } finally {
    await w.close()
  }
})

it('shows no code and no account in a draft beside the live page by fewer than five', async () => {
  const w = await reportRoom()
  try {
    await w.ada.put('/api/codebook', { seen: 0, codes: aCodebook })
    const codes = (await w.ada.get('/api/codebook')).json.codes.map(({ id }: { id: number }) => id)
    const read = async (booking: number, code: number) => {
      const textId = await wrote(w, booking, `Words of ${booking}`)
      await w.store.write(async (db) => {
        const [coding] = await db
          .insert(codings)
          .values({ textId, version: 1, place: 1, coderId: w.stage.ada, at: w.now() })
          .returning()
        await db.insert(codingCodes).values({ codingId: coding!.id, codeId: code })
      })
    }
    const checked = (at: number, outcome: 'verified' | 'not-verified') =>
      w.store.write((db) =>
        db
          .insert(accounts)
          .values({ bookingId: w.bookings[at]!, kind: 'success', pickedAt: 1, outcome, outcomeAt: w.now() }),
      )
    for (let i = 0; i < 6; i++) await read(w.bookings[i]!, codes[i % 2]!)
    for (let i = 8; i < 13; i++) await checked(i, 'verified')
    w.later('PT1M')
    const [course] = await w.store.read.select({ code: courses.code }).from(courses)
    await issuedIn(w, { scope: 'course', programme: '2025-26', course: course!.code })
    await aDayLater(w)
    await read(w.bookings[7]!, codes[2]!)
    await checked(0, 'not-verified')
    w.later('PT1M')
    const draft = await startedIn(w)
    const tables = async (path: string) => {
      const { page } = (await w.sue.get(path)).json
      const of = (key: string) => page.figures.find((figure: Figure) => figure.key === key)?.table?.rows ?? null
      return { codes: of('codes'), accounts: of('accounts') }
    }
    const live = await tables('/api/impact/programmes/2025-26')
    expect(live.codes?.slice(0, 3).map(([, n]: number[]) => n)).toEqual([3, 3, 0])
    expect(live.accounts?.[0]).toEqual(['Verified', 5])
    expect(await tables(`/api/reports/${draft}`)).toEqual({ codes: null, accounts: null })
  } finally {
    await w.close()
  }
})

it('gives words that are not issued to the coordinator alone, whoever opened the draft first', async () => {
  const w = await reportRoom()
  try {
    await w.ada.put('/api/codebook', { seen: 0, codes: aCodebook })
    const [code] = (await w.ada.get('/api/codebook')).json.codes
    const text = await wrote(w, w.bookings[0]!, 'I asked the next question', { consent: 'quote' })
    await w.ada.put(`/api/quotes/${text}`, { codeId: code.id, nonSuccess: false })
    const draft = await startedIn(w)
    // As the thread that works drafts out keeps them.
    const shown = remembering()
    const read = async (role: Role) =>
      JSON.stringify((await shown(w.ctx({ ...aPerson, personId: w.stage.ada, role, roles: [role] }), draft)).body)
    expect(await read('coordinator')).toContain('I asked the next question')
    expect(await read('sub-group')).not.toContain('I asked the next question')
    expect(await read('coordinator')).toContain('I asked the next question')
  } finally {
    await w.close()
  }
})

it('shows nothing in a draft, once more people are asked for, that a page showed before by fewer than five', async () => {
  const w = await reportRoom()
  try {
    const first = await w.stage.event({ on: ['2024-05-10'], capacity: 60 })
    const bookings = await attend(w, first, mixed(6, 8))
    await attend(w, await w.stage.event({ on: ['2024-07-10'], capacity: 60 }), mixed(6, 8))
    w.later('PT1M')
    await issuedIn(w, { scope: 'period', from: '2024-05-01', until: '2024-05-31' })
    await aDayLater(w)
    await answeredLate(w, first, bookings.slice(6, 7), 'not-yet')
    w.later('PT2M')
    const answered = async (path: string): Promise<number | null> => {
      const { page } = (await w.sue.get(path)).json
      const { table } = page.figures.find(({ key }: Figure) => key === 'whole-room')
      return table === null ? null : page.figures[0].base.people
    }
    const live = '/api/impact/programmes/2024-25'
    const draft = await startedIn(w, { scope: 'programme', programme: '2024-25' })
    expect([await answered(live), await answered(`/api/reports/${draft}`)]).toEqual([12, 12])
    w.mo = await w.as(w.stage.mo, 'administrator')
    const { seen, values } = (await w.mo.get('/api/impact/settings')).json
    const change = { seen, values: { ...values, 'shown-from-answered': 13 } }
    expect((await w.mo.put('/api/impact/settings', change)).status).toBe(200)
    expect([await answered(live), await answered(`/api/reports/${draft}`)]).toEqual([null, null])
  } finally {
    await w.close()
  }
})

import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agencies, agreements, bookings, roles } from '#db/schema.ts'
import { recordAgreement } from '#server/surveys/agreements.ts'
import { makeWorld, type Someone, start, type TestWorld } from '#test/world.ts'
import { factsHash, historyOf } from './facts.ts'

let w: TestWorld
let ada: Someone
let schools: number

beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
  const [education] = await w.store.read.select().from(agencies).where(eq(agencies.name, 'Education'))
  schools = education!.id
})
afterEach(() => w.close())

const agreed = (agencyId: number, chaserId: number | null = null, agreedOn = '2026-09-01') =>
  ada.put(`/api/agencies/${agencyId}/agreement`, { agreedOn, chaserId })

describe('the agreement of an agency', () => {
  it('is recorded with its day and the one person who chases, and stands in the history', async () => {
    expect((await agreed(w.stage.agencies.school, w.stage.lena)).status).toBe(200)
    const { json } = await ada.get('/api/agreements')
    expect(json.agreements).toEqual([
      {
        agencyId: w.stage.agencies.school,
        agency: 'Northfield Primary School',
        agreedOn: '2026-09-01',
        agreedWords: 'Tuesday 1 September 2026',
        chaser: { id: w.stage.lena, name: 'Lena Cole', isLead: true },
        covers: 0,
      },
    ])
    expect(json.without.map(({ name }: { name: string }) => name)).not.toContain('Northfield Primary School')
    expect(
      (await historyOf(w, `agency:${w.stage.agencies.school}`)).map(({ what, details }) => [what, details]),
    ).toEqual([['agreement.recorded', `2026-09-01 chased by person:${w.stage.lena}`]])
  })

  it('can be changed, and said twice it is said once', async () => {
    const { school } = w.stage.agencies
    await agreed(school)
    await agreed(school)
    await agreed(school, w.stage.lena, '2026-09-10')
    expect((await historyOf(w, `agency:${school}`)).map(({ what }) => what)).toEqual([
      'agreement.recorded',
      'agreement.changed',
    ])
    expect(await w.store.read.select().from(agreements)).toMatchObject([
      { agencyId: school, agreedOn: '2026-09-10', chaserId: w.stage.lena, recordedBy: w.stage.ada },
    ])
  })

  it('is gone when it ends, and the history tells that it stood', async () => {
    const { school } = w.stage.agencies
    await agreed(school)
    expect((await ada.delete(`/api/agencies/${school}/agreement`)).status).toBe(200)
    expect(await w.store.read.select().from(agreements)).toEqual([])
    expect((await historyOf(w, `agency:${school}`)).at(-1)).toMatchObject({
      what: 'agreement.ended',
      details: '2026-09-01',
    })
    expect((await ada.delete(`/api/agencies/${school}/agreement`)).status).toBe(404)
  })

  it('is one, also when two record it at once', async () => {
    const { school } = w.stage.agencies
    const actor = {
      kind: 'person',
      personId: w.stage.ada,
      email: '',
      role: 'coordinator',
      roles: [],
      agencyIds: [],
      signInId: 0,
    } as const
    await Promise.all(
      ['2026-09-01', '2026-09-02'].map((agreedOn) =>
        recordAgreement(w.ctx({ ...actor, roles: [], agencyIds: [] }), school, { agreedOn, chaserId: null }),
      ),
    )
    expect(await w.store.read.select().from(agreements)).toHaveLength(1)
    expect((await historyOf(w, `agency:${school}`)).map(({ what }) => what)).toEqual([
      'agreement.recorded',
      'agreement.changed',
    ])
  })

  it('names only a lead of the agency or of the one it belongs to, and no day to come', async () => {
    const { school, council } = w.stage.agencies
    const nell = await w.stage.person('Nell Hope', { agencyId: schools })
    await w.store.write((db) =>
      db.insert(roles).values({ personId: nell, role: 'agency-lead', agencyId: schools, givenAt: start }),
    )
    expect((await agreed(school, nell)).status).toBe(200)
    expect((await agreed(school, w.stage.olu)).json.errors).toEqual([
      { path: 'chaserId', message: 'Choose one of the leads in the list' },
    ])
    expect((await agreed(council, w.stage.lena)).status).toBe(422)
    expect((await agreed(council, null, '2026-09-15')).json.errors[0].path).toBe('agreedOn')
    expect((await agreed(999_999)).status).toBe(404)
  })

  it('tells when whoever chases leads no longer', async () => {
    await agreed(w.stage.agencies.school, w.stage.lena)
    await w.store.write((db) => db.delete(roles).where(eq(roles.role, 'agency-lead')))
    expect((await ada.get('/api/agreements')).json.agreements[0].chaser.isLead).toBe(false)
  })

  it('is for coordinators alone', async () => {
    const { school } = w.stage.agencies
    const before = await factsHash(w)
    for (const [person, role] of [
      [w.stage.lena, 'agency-lead'],
      [w.stage.olu, 'delegate'],
      [w.stage.sue, 'sub-group'],
    ] as const) {
      const someone = await w.as(person, role)
      expect((await someone.get('/api/agreements')).status).toBe(403)
      expect(
        (await someone.put(`/api/agencies/${school}/agreement`, { agreedOn: '2026-09-01', chaserId: null })).status,
      ).toBe(403)
      expect((await someone.delete(`/api/agencies/${school}/agreement`)).status).toBe(403)
      expect((await someone.put('/api/requirement', { on: '2026-09-01' })).status).toBe(403)
    }
    await w.client.execute(`delete from sign_ins where person_id <> ${w.stage.ada}`)
    expect(await factsHash(w)).toBe(before)
  })
})

describe('the partnership as a whole', () => {
  it('has agreed on a day that a coordinator sets and can take back', async () => {
    expect((await ada.get('/api/agreements')).json.partnership).toBeNull()
    expect((await ada.put('/api/requirement', { on: '2026-09-03' })).status).toBe(200)
    expect((await ada.get('/api/agreements')).json.partnership).toEqual({
      on: '2026-09-03',
      words: 'Thursday 3 September 2026',
    })
    expect((await ada.put('/api/requirement', { on: '2026-09-30' })).status).toBe(422)
    await ada.put('/api/requirement', { on: null })
    expect((await ada.get('/api/agreements')).json.partnership).toBeNull()
  })
})

describe('what is accepted when booking', () => {
  const terms = async (personId: number) => {
    const event = await w.stage.event()
    return (await (await w.as(personId)).get(`/api/events/${event}/booking`)).json
  }

  it('names the agreement only to people of an agency that has one, or that belongs to one that has', async () => {
    expect((await terms(w.stage.olu)).agreedAgencyIds).toEqual([])
    await agreed(schools)
    expect((await terms(w.stage.olu)).agreedAgencyIds).toEqual([w.stage.agencies.school])
    expect((await terms(w.stage.bea)).agreedAgencyIds).toEqual([])
    await ada.delete(`/api/agencies/${schools}/agreement`)
    await agreed(w.stage.agencies.council)
    expect((await terms(w.stage.bea)).agreedAgencyIds).toEqual([w.stage.agencies.council])
  })

  it('tells someone new by the agency that they choose', async () => {
    await agreed(schools)
    const event = await w.stage.event()
    const { json } = await (await w.asNew('new@school.test')).get(`/api/events/${event}/booking`)
    expect(json.agreedAgencyIds.toSorted()).toEqual([schools, w.stage.agencies.school].toSorted())
  })

  it('keeps the version of the terms with the booking', async () => {
    const event = await w.stage.event()
    await (await w.as(w.stage.olu)).post('/api/bookings', { eventId: event, termsAccepted: true })
    expect(await w.store.read.select({ version: bookings.termsVersion }).from(bookings)).toEqual([
      { version: '2026-12' },
    ])
  })
})

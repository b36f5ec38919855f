import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { charges, costs } from '#db/schema.ts'
import { costsSoFar } from '#server/impact/cost-figures.ts'
import { programmeCalled } from '#server/impact/programme.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { factsOf, rowOf, stood } from './programme-figures.ts'

let w: TestWorld
let ada: Someone
beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
})
afterEach(() => w.close())

const address = '/api/impact/programmes/2026-27/costs'
const line = (more: object = {}) => ({ head: 'venues', sum: '229', about: 'Northfield Hall', ...more })
const facts = () => factsOf(w.ctx(), '2026-27')

describe('A line of money', () => {
  it('stands in its programme and in no other, with its sum added to its head', async () => {
    expect((await ada.post(address, line())).status).toBe(201)
    expect((await ada.post(address, line({ sum: '£1,250.50' }))).status).toBe(201)
    const { json } = await ada.get(address)
    expect(json).toMatchObject({
      programme: '2026-27',
      income: 0,
      spent: 147_950,
      lines: [
        { head: 'venues', pence: 22_900, about: 'Northfield Hall' },
        { head: 'venues', pence: 125_050 },
      ],
    })
    expect((await ada.get('/api/impact/programmes/2025-26/costs')).json.lines).toEqual([])
    expect(rowOf((await facts()).get('costs'), 'Venue hire')).toEqual(['£1,479.50'])
  })

  it('is read as people type money, and refused with what to do about it', async () => {
    const typed = async (sum: string) => {
      const { status, json } = await ada.post(address, line({ sum }))
      return status === 201 ? 'taken' : json.errors[0].message
    }
    for (const sum of ['229', '£229', '£ 229.5', '1250.50', '1,250', '12,345.67', '-200', '−£200'])
      expect(await typed(sum), sum).toBe('taken')
    const what = 'Enter the sum in pounds, such as 229 or 1,250.50'
    for (const sum of ['', 'two hundred', '2.505', '12,34', '1.250,50', '£', '5k'])
      expect(await typed(sum), sum).toBe(what)
    expect(await typed('0')).toBe('Enter a sum other than 0')
    expect(await typed('0.00')).toBe('Enter a sum other than 0')
    expect(await typed('10,000,000.01')).toBe('Enter £10,000,000 or less')
  })

  it('names its faults all at once, beside their fields', async () => {
    const { status, json } = await ada.post(address, { head: 'tea', sum: '', about: ' ' })
    expect(status).toBe(422)
    expect(json.errors.map(({ path }: { path: string }) => path)).toEqual(['head', 'sum', 'about'])
  })

  it('is taken back once and then counts no more, and the row stays', async () => {
    const { json } = await ada.post(address, line())
    const at = `/api/impact/costs/${json.id}`
    const answers = await Promise.all([ada.delete(at), ada.delete(at)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await ada.get(address)).json.lines).toEqual([])
    expect((await facts()).get('costs')?.sentence).toBe('No income and no cost has been entered.')
    const rows = await w.store.read.select().from(costs)
    expect(rows).toMatchObject([{ sumPence: 22_900, removedAt: w.now() }])
    const { rows: history } = await w.client.execute(
      "select what, details from history where about like 'cost:%' order by id",
    )
    expect(history.map(({ what, details }) => [what, details])).toEqual([
      ['cost.added', 'venues'],
      ['cost.taken-back', 'venues'],
    ])
    expect((await ada.delete('/api/impact/costs/999')).status).toBe(404)
  })

  it('is one line however often the same form is sent, also at once', async () => {
    const sent = line({ repeatKey: 'one-form-sent' })
    const answers = await Promise.all([ada.post(address, sent), ada.post(address, sent)])
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    expect((await ada.get(address)).json.lines).toHaveLength(1)
  })

  it('is entered by coordinators and administrators alone', async () => {
    const mo = await w.as(w.stage.mo, 'administrator')
    expect((await mo.post(address, line())).status).toBe(201)
    const { lines } = (await mo.get(address)).json
    for (const [person, role] of [
      [w.stage.sue, 'sub-group'],
      [w.stage.tess, 'trainer'],
      [w.stage.lena, 'agency-lead'],
      [w.stage.bea, 'delegate'],
    ] as const) {
      const one = await w.as(person, role)
      expect((await one.get(address)).status, role).toBe(403)
      expect((await one.post(address, line())).status, role).toBe(403)
      expect((await one.delete(`/api/impact/costs/${lines[0].id}`)).status, role).toBe(403)
    }
    expect((await w.visitor.post(address, line())).status).toBe(401)
    expect((await ada.post('/api/impact/programmes/1999-00/costs', line())).status).toBe(404)
  })
})

describe('A programme in which nothing was held yet', () => {
  const soFar = async () => {
    const db = w.store.read
    const figures = await costsSoFar(db, await programmeCalled(db, '2026-27'))
    return new Map(figures.map((one) => [one.key, one]))
  }

  it('shows what was entered and what was charged, and divides it by nothing', async () => {
    expect((await soFar()).size).toBe(0)
    const event = await w.stage.event({ on: ['2026-11-01'], capacity: 10 })
    expect((await soFar()).size).toBe(0)
    const booking = await stood(w, event, w.stage.bea)
    await w.store.write((db) =>
      db.insert(charges).values({ bookingId: booking, kind: 'fee', sumPence: 4000, at: w.now() }),
    )
    expect((await soFar()).get('costs')?.sentence).toBe('No cost has been entered and £40 came in or was charged.')
    expect((await soFar()).get('cost-each')?.sentence).toBe('No cost of courses has been entered.')
    await ada.post(address, line({ sum: '100' }))
    const all = await soFar()
    expect(all.get('costs')?.sentence).toBe('£100 was spent and £40 came in or was charged.')
    expect(rowOf(all.get('costs'), 'Fees charged through bookings, any kind of event')).toEqual(['£40'])
    expect(all.get('cost-each')?.sentence).toBe(
      'No course or learning event has been held, so there is nothing to divide the costs by.',
    )
    expect(rowOf(all.get('cost-each'), 'Courses and learning events')).toEqual(['–', '–', '£100', 0, 0])
  })
})

describe('What a place and a person cost', () => {
  it('divides the costs of courses by places and people, the conference by its own, and outreach by nobody', async () => {
    const course = await w.stage.event({ on: ['2026-09-01'], capacity: 10 })
    const conference = await w.stage.event({ on: ['2026-09-02'], capacity: 4, kind: 'conference' })
    await stood(w, course, w.stage.bea)
    await stood(w, course, w.stage.olu)
    await stood(w, conference, w.stage.bea)
    for (const [head, sum] of [
      ['providers', '300'],
      ['catering', '33'],
      ['conference', '100'],
      ['outreach', '1000'],
      ['fees', '50'],
    ])
      await ada.post(address, line({ head, sum }))
    const all = await facts()
    expect(all.get('costs')?.sentence).toBe('£1,433 was spent and £50 came in or was charged.')
    expect(rowOf(all.get('cost-each'), 'Courses and learning events')).toEqual(['£33.30', '£166.50', '£333', 10, 2])
    expect(rowOf(all.get('cost-each'), 'Conference')).toEqual(['£25', '£100', '£100', 4, 1])
    expect(all.get('cost-each')?.sentence).toBe(
      'For courses and learning events: £33.30 for each place offered, £166.50 for each person who came. Outreach (£1,000) and the conference (£100) are in neither.',
    )
  })

  it('is not told of where nobody came or nothing was spent', async () => {
    expect((await facts()).get('cost-each')?.sentence).toBe('No cost of courses has been entered.')
    await w.stage.event({ on: ['2026-09-01'], capacity: 10 })
    await ada.post(address, line({ sum: '100' }))
    const figure = (await facts()).get('cost-each')
    expect(figure?.sentence).toBe('For courses and learning events: £10 for each place offered, and nobody came.')
    expect(rowOf(figure, 'Courses and learning events')).toEqual(['£10', '–', '£100', 10, 0])
  })

  it('is not told of where more was taken off than was entered', async () => {
    await w.stage.event({ on: ['2026-09-01'], capacity: 10 })
    await ada.post(address, line({ sum: '-100' }))
    expect((await facts()).get('cost-each')?.sentence).toBe('No cost of courses has been entered.')
    expect((await facts()).get('costs')?.sentence).toMatch(/^−£100 was spent/)
  })
})

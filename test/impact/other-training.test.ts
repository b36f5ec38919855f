import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otherTraining, themes } from '#db/schema.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { factsOf, stood } from './programme-figures.ts'

let w: TestWorld
let ada: Someone
let theme: number
beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
  const [row] = await w.store.write((db) => db.insert(themes).values({ name: 'Neglect' }).returning())
  theme = row!.id
})
afterEach(() => w.close())

const address = '/api/impact/programmes/2026-27/other-training'
const training = (more: object = {}) => ({
  on: '2026-06-03',
  title: 'Safe sleep',
  provider: 'Riverside NHS Trust',
  themeId: theme,
  evidence: 'Register seen',
  numbers: { [w.stage.sectors.health]: 12, [w.stage.sectors.councils]: 1 },
  ...more,
})
const facts = () => factsOf(w.ctx(), '2026-27')

describe('Training that others gave', () => {
  it('is listed under its own heading with how it is known, and is in no total', async () => {
    const event = await w.stage.event({ on: ['2026-09-01'] })
    await stood(w, event, w.stage.bea)
    const before = await facts()
    expect((await ada.post(address, training())).status).toBe(201)
    expect((await ada.get(address)).json.rows).toMatchObject([
      {
        when: '3 June 2026',
        title: 'Safe sleep',
        theme: 'Neglect',
        people: 13,
        numbers: [
          { sector: 'Councils', people: 1 },
          { sector: 'Health', people: 12 },
        ],
      },
    ])
    const after = await facts()
    expect(after.get('other-training')).toMatchObject({
      sentence: '1 event of others was entered, with 13 people. None of it is in any other figure.',
      table: {
        rows: [['Safe sleep', 'Neglect', 'Riverside NHS Trust, 3 June 2026', 'Register seen', 13]],
      },
    })
    expect(after.get('other-training-by-sector')).toMatchObject({
      sentence: 'More came from Health than from anywhere else: 12 of 13 (92%).',
      table: {
        rows: [
          ['Health', 12],
          ['Councils', 1],
        ],
      },
    })
    for (const [key, figure] of before) if (key !== 'other-training') expect(after.get(key), key).toEqual(figure)
  })

  it('must have been held, in that programme, with somebody of a sector of ours', async () => {
    const faults = async (more: object) => {
      const { status, json } = await ada.post(address, training(more))
      return status === 201 ? [] : json.errors.map(({ path, message }: Record<string, string>) => `${path}: ${message}`)
    }
    expect(await faults({ on: '2026-09-14' })).toEqual([])
    expect(await faults({ on: '2026-09-15' })).toEqual(['on: Enter a day that is over: only what was held is counted'])
    expect(await faults({ on: '2026-03-31' })).toEqual([
      'on: Enter a day of this programme: 1 April 2026 to 31 March 2027',
    ])
    expect(await faults({ on: '2026-02-31' })).toEqual(['on: Enter a real date, such as 24 9 2026'])
    expect(await faults({ numbers: {} })).toEqual(['numbers: Enter how many people came, for one sector at least'])
    const { health } = w.stage.sectors
    expect(await faults({ numbers: { [health]: 0 } })).toEqual([`numbers.${health}: Enter 1 or more`])
    expect(await faults({ numbers: { [health]: 1.5 } })).toEqual([
      `numbers.${health}: Enter a whole number, without a decimal point`,
    ])
    expect(await faults({ numbers: { 999: 1 } })).toEqual(['numbers: Choose sectors of the list'])
    expect(await faults({ themeId: 999 })).toEqual(['themeId: Choose a theme of the list'])
    expect(await faults({ themeId: null })).toEqual([])
  })

  it('is taken back once, also when two press at once, and one form sent twice is one row', async () => {
    const sent = training({ repeatKey: 'one-form-sent' })
    const [one, two] = await Promise.all([ada.post(address, sent), ada.post(address, sent)])
    expect(one.json.id).toBe(two.json.id)
    const at = `/api/impact/other-training/${one.json.id}`
    expect((await Promise.all([ada.delete(at), ada.delete(at)])).map(({ status }) => status)).toEqual([200, 200])
    expect((await ada.get(address)).json.rows).toEqual([])
    expect(await w.store.read.select().from(otherTraining)).toHaveLength(1)
    expect((await facts()).get('other-training')?.sentence).toBe('No training by others has been entered.')
    expect((await ada.delete('/api/impact/other-training/999')).status).toBe(404)
  })

  it('is entered by coordinators and administrators alone', async () => {
    const mo = await w.as(w.stage.mo, 'administrator')
    const { json } = await mo.post(address, training())
    for (const [person, role] of [
      [w.stage.sue, 'sub-group'],
      [w.stage.tess, 'trainer'],
      [w.stage.bea, 'delegate'],
    ] as const) {
      const one = await w.as(person, role)
      expect((await one.get(address)).status, role).toBe(403)
      expect((await one.post(address, training())).status, role).toBe(403)
      expect((await one.delete(`/api/impact/other-training/${json.id}`)).status, role).toBe(403)
    }
    expect((await ada.post('/api/impact/programmes/1999-00/other-training', training())).status).toBe(404)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { impactSettingBounds, impactSettingNames } from '#server/impact/input.ts'
import { settingsKnown, settingsOf } from '#server/settings.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { alike, attend } from './attenders.ts'

let w: TestWorld
let mo: Someone
beforeEach(async () => {
  w = await makeWorld()
  mo = await w.as(w.stage.mo, 'administrator')
})
afterEach(() => w.close())

const builtIn = {
  'shown-from-attended': 10,
  'shown-from-answered': 5,
  'percentages-from': 10,
  'no-practice-below': 20,
  'early-signs-below': 35,
  'response-target': 60,
  'second-coder-percent': 20,
}
const read = async (who = mo) => (await who.get('/api/impact/settings')).json
const set = (values: object, seen = 0, who = mo) =>
  who.put('/api/impact/settings', { seen, values: { ...builtIn, ...values } })
const changes = async () =>
  (await w.client.execute("select actor, about, details from history where what = 'setting.changed' order by id")).rows

describe('the settings of the impact pages', () => {
  it('have their built-in numbers until an administrator changes them', async () => {
    expect(await read()).toEqual({ values: builtIn, builtIn, changes: [], seen: 0, mayChange: true })
    expect((await set({ 'shown-from-attended': 12, 'response-target': 70 })).json).toEqual({
      changed: ['shown-from-attended', 'response-target'],
    })
    expect((await read()).values).toEqual({ ...builtIn, 'shown-from-attended': 12, 'response-target': 70 })
  })

  it('are read by everyone who reads the figures, and changed by administrators alone', async () => {
    for (const [person, role] of [
      [w.stage.ada, 'coordinator'],
      [w.stage.sue, 'sub-group'],
    ] as const) {
      const who = await w.as(person, role)
      expect(await read(who)).toMatchObject({ values: builtIn, mayChange: false })
      expect((await set({ 'response-target': 1 }, 0, who)).status).toBe(403)
    }
    for (const who of [await w.as(w.stage.bea), await w.as(w.stage.tess, 'trainer')]) {
      expect((await who.get('/api/impact/settings')).status).toBe(403)
      expect((await set({ 'response-target': 1 }, 0, who)).status).toBe(403)
    }
    expect((await w.visitor.get('/api/impact/settings')).status).toBe(401)
    expect((await read()).values).toEqual(builtIn)
  })

  it('may ask for more than the small-number rule, never for less', async () => {
    const refused = async (name: keyof typeof builtIn, value: unknown) => {
      const { status, json } = await set({ [name]: value })
      expect(status).toBe(422)
      return json.errors.map(({ path, message }: { path: string; message: string }) => `${path}: ${message}`)
    }
    expect(await refused('shown-from-attended', 9)).toEqual([
      'values.shown-from-attended: Enter how many people must have come: a whole number from 10 to 50',
    ])
    expect(await refused('shown-from-answered', 4)).toEqual([
      'values.shown-from-answered: Enter how many people must have answered: a whole number from 5 to 20',
    ])
    for (const name of impactSettingNames)
      for (const value of [
        impactSettingBounds[name].least - 1,
        impactSettingBounds[name].most + 1,
        impactSettingBounds[name].least + 0.5,
        '12',
        null,
        undefined,
      ])
        expect(await refused(name, value)).toHaveLength(1)
    expect(await refused('no-practice-below', 36)).toEqual([
      'values.no-practice-below: Enter a response no higher than the one below which a page is titled early signs',
    ])
    expect((await set({ another: 1 })).status).toBe(422)
    expect(await changes()).toEqual([])
    expect((await set({ 'shown-from-attended': 50, 'shown-from-answered': 20 })).status).toBe(200)
  })

  it('have the same bounds in the form and beneath it', () => {
    for (const name of impactSettingNames) {
      const { least, most } = impactSettingBounds[name]
      for (let value = -1; value <= 1001; value++)
        expect(settingsKnown[name].fits.test(String(value)), `${name} ${value}`).toBe(value >= least && value <= most)
    }
  })

  it('leave each change in the history and on the page, and nothing where nothing changed', async () => {
    await set({ 'shown-from-answered': 8 })
    w.later('PT10M')
    const { seen } = await read()
    await set({ 'shown-from-answered': 8 }, seen)
    await set({ 'shown-from-answered': 6, 'second-coder-percent': 0 }, seen)
    expect(await changes()).toMatchObject([
      { actor: `person:${w.stage.mo}`, about: 'setting:shown-from-answered', details: '5 to 8' },
      { actor: `person:${w.stage.mo}`, about: 'setting:shown-from-answered', details: '8 to 6' },
      { actor: `person:${w.stage.mo}`, about: 'setting:second-coder-percent', details: '20 to 0' },
    ])
    const now = await read(await w.as(w.stage.sue, 'sub-group'))
    expect(now.changes.map(({ name, from, to }: Record<string, string>) => [name, from, to])).toEqual([
      ['second-coder-percent', '20', '0'],
      ['shown-from-answered', '8', '6'],
      ['shown-from-answered', '5', '8'],
    ])
    expect(JSON.stringify(now)).not.toMatch(/person|Mo /)
  })

  it('are changed by one of two who press at once; the other is told', async () => {
    const answers = await Promise.all([set({ 'response-target': 65 }), set({ 'response-target': 75 })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.json.code).toBe('changed-meanwhile')
    expect(await changes()).toHaveLength(1)
    expect(['65', '75']).toContain((await settingsOf(w.ctx(), 'response-target'))['response-target'])
  })

  it('hold at once for what is shown: a room that was large enough is so no more', async () => {
    const event = await w.stage.event({ on: ['2026-01-30'] })
    await attend(w, event, [...alike(6, { practice: 'once' }), ...alike(6, { practice: 'not-yet' }), ...alike(8, {})])
    const sentence = async () => JSON.stringify((await mo.get(`/api/impact/events/${event}`)).json)
    const shown = await sentence()
    expect(shown).toContain('6 have put')
    expect(shown).toContain('"earlySigns":false')
    await set({ 'shown-from-attended': 25 })
    expect(await sentence()).not.toContain('6 have put')
    await set({ 'early-signs-below': 61 }, (await read()).seen)
    expect(await sentence()).toContain('"earlySigns":true')
    await set({}, (await read()).seen)
    expect(await sentence()).toBe(shown)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codes } from '#db/schema.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { attend } from './attenders.ts'
import { aCodebook, wrote } from './texts.ts'

let w: TestWorld
let ada: Someone
beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
})
afterEach(() => w.close())

const put = (seen: number, codes: object[] = aCodebook, who = ada) => who.put('/api/codebook', { seen, codes })

describe('the codebook', () => {
  it('is empty at first, then has a version with its codes in order', async () => {
    expect((await ada.get('/api/codebook')).json).toMatchObject({ version: 0, codes: [], earlier: [] })
    expect((await put(0)).json).toEqual({ version: 1, isNew: true })
    const { json } = await ada.get('/api/codebook')
    expect(json).toMatchObject({ version: 1, madeOn: 'Monday 14 September 2026', read: 0 })
    expect(json.codes.map(({ name }: { name: string }) => name)).toEqual(aCodebook.map(({ name }) => name))
  })

  it('is never changed: another wording is the next version, and the texts read keep theirs', async () => {
    await put(0)
    const event = await w.stage.event({ on: ['2026-06-01'] })
    const [booking] = await attend(w, event, [{ practice: 'once' }])
    const text = await wrote(w, booking!, 'A neighbour told me')
    const [code] = (await ada.get('/api/codebook')).json.codes
    expect((await ada.put(`/api/texts/${text}/codes`, { version: 1, codes: [code.id] })).status).toBe(200)
    const before = await w.store.read.select().from(codes)
    expect((await put(1, [...aCodebook, { name: 'Other', definition: 'The rest' }])).json.version).toBe(2)
    expect((await w.store.read.select().from(codes)).slice(0, 3)).toEqual(before)
    expect((await ada.get('/api/codebook')).json).toMatchObject({
      version: 2,
      read: 0,
      earlier: [{ version: 1, read: 1, names: aCodebook.map(({ name }) => name) }],
    })
  })

  it('stays as it is when nothing was changed', async () => {
    await put(0)
    expect((await put(1)).json).toEqual({ version: 1, isNew: false })
  })

  it('has one code at least and twelve at most, each with a name of its own and a definition', async () => {
    const of = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `Code ${i}`, definition: 'What belongs' }))
    expect((await put(0, [])).status).toBe(422)
    expect((await put(0, of(13))).status).toBe(422)
    expect((await put(0, [{ name: 'A', definition: ' ' }])).json.errors).toEqual([
      { path: 'codes.0.definition', message: 'Say what belongs under it, and what does not' },
    ])
    expect((await put(0, [...aCodebook, { name: 'no TIME', definition: 'x' }])).json.errors).toEqual([
      { path: 'codes.3.name', message: 'This name is there already' },
    ])
    expect((await put(0, of(12))).status).toBe(200)
  })

  it('tells the second of two who change it at once', async () => {
    await put(0)
    const answers = await Promise.all([
      put(1, [{ name: 'One', definition: 'x' }]),
      put(1, [{ name: 'Two', definition: 'x' }], await w.as(w.stage.mo, 'administrator')),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.json.code).toBe('changed-meanwhile')
    expect((await ada.get('/api/codebook')).json.version).toBe(2)
  })

  it('is for coordinator and administrator alone', async () => {
    for (const role of ['sub-group', 'trainer'] as const)
      expect((await (await w.as(w.stage.sue, role)).get('/api/codebook')).status).not.toBe(200)
    expect((await put(0, aCodebook, await w.as(w.stage.sue, 'sub-group'))).status).toBe(403)
    expect((await put(0, aCodebook, await w.as(w.stage.mo, 'administrator'))).status).toBe(200)
  })
})

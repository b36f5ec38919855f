import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { alike, attend } from './attenders.ts'
import { aCodebook, wrote } from './texts.ts'

let w: TestWorld
let ada: Someone
beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
})
afterEach(() => w.close())

const pages = ['quotes', 'coding', 'accounts']
const shown = async (search = '') =>
  Promise.all(pages.map(async (page) => (await ada.get(`/api/${page}${search}`)).json.programme))
const held = async (day: string) => {
  const event = await w.stage.event({ on: [day] })
  const [one] = await attend(w, event, alike(1, { practice: 'once' }))
  return one!
}

it('starts with the last programme that is over, and has the others beside it', async () => {
  for (const day of ['2024-06-03', '2025-06-02', '2026-06-01']) await wrote(w, await held(day), 'It helped')
  expect(await shown()).toEqual(['2025-26', '2025-26', '2025-26'])
  expect((await ada.get('/api/quotes')).json.programmes.slice(0, 3)).toEqual(['2026-27', '2025-26', '2024-25'])
  expect(await shown('?programme=2026-27')).toEqual(['2026-27', '2026-27', '2026-27'])
})

it('goes to the one that runs while nobody wrote anything in one that is over', async () => {
  await held('2025-06-02')
  await wrote(w, await held('2026-06-01'), 'It helped')
  expect(await shown()).toEqual(['2026-27', '2026-27', '2026-27'])
})

it('says on the page of reading and coding what waits in other programmes', async () => {
  for (const day of ['2025-06-02', '2026-06-01', '2026-06-02']) await wrote(w, await held(day), 'It helped')
  expect((await ada.get('/api/coding')).json.elsewhere).toEqual([])
  expect((await ada.put('/api/codebook', { seen: 0, codes: aCodebook })).status).toBe(200)
  const { programme, elsewhere, next } = (await ada.get('/api/coding')).json
  expect([programme, elsewhere]).toEqual(['2025-26', [{ programme: '2026-27', waiting: 2 }]])
  expect((await ada.put(`/api/texts/${next.id}/codes`, { version: 1, codes: [] })).status).toBe(200)
  expect((await ada.get('/api/coding?programme=2026-27')).json.elsewhere).toEqual([])
})

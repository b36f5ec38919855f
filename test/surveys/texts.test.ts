import { readFileSync } from 'node:fs'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { history, texts } from '#db/schema.ts'
import { transact } from '#server/context.ts'
import { soundsUrgent } from '#server/surveys/shared/urgent.ts'
import { giveQuoteConsent, urgentWordsFacts, writeText } from '#server/surveys/texts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { attend, messagesOf } from './facts.ts'

let w: TestWorld
let bookingId: number
beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-09-01'] }), w.stage.bea)
})
afterEach(() => w.close())

const write = (words: string, kind: 'example' | 'suggestion' = 'example') =>
  transact(w.ctx(), (ctx) => writeText(ctx, { bookingId, kind, words }))

describe('held text', () => {
  it('is read by a coordinator alone, without name, agency or date in view', async () => {
    await write('We changed how we record the child’s words')
    const ada = await w.as(w.stage.ada, 'coordinator')
    const { status, text, json } = await ada.get('/api/texts')
    expect(status).toBe(200)
    expect(json.texts).toEqual([
      { id: 1, kind: 'example', text: 'We changed how we record the child’s words', isUrgent: false },
    ])
    for (const canary of ['Bea', 'Fern', 'Council', '2026', 'Recognising']) expect(text).not.toContain(canary)
    for (const [who, role] of [
      [w.stage.tess, 'trainer'],
      [w.stage.sue, 'sub-group'],
      [w.stage.bea, 'delegate'],
    ] as const)
      expect((await (await w.as(who, role)).get('/api/texts')).status).toBe(403)
    expect((await w.visitor.get('/api/texts')).status).toBe(401)
  })

  it('is cleared once, as it stands', async () => {
    const id = await write('A clearer referral')
    const ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.post(`/api/texts/${id}/clearance`)).json).toEqual({ id, state: 'cleared' })
    expect((await ada.post(`/api/texts/${id}/clearance`)).json.code).toBe('already-cleared')
    expect((await ada.post('/api/texts/999/clearance')).status).toBe(404)
    expect((await w.store.read.select().from(texts))[0]).toMatchObject({
      original: null,
      cleared: 'A clearer referral',
      clearedBy: w.stage.ada,
    })
    expect((await ada.get('/api/texts')).json.texts).toEqual([])
  })

  it('may be quoted only with consent, which can be withdrawn', async () => {
    const id = await write('A clearer referral')
    await transact(w.ctx(), (ctx) => giveQuoteConsent(ctx, bookingId, 'quote'))
    const ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.post(`/api/texts/${id}/clearance`)).json.state).toBe('quotable')
    await transact(w.ctx(), (ctx) => giveQuoteConsent(ctx, bookingId, 'no-quote'))
    expect((await w.store.read.select().from(texts))[0]?.state).toBe('cleared')
  })

  it('loses its original at once when redacted: not a byte of it stays on the disk', async () => {
    const id = await write('Kestrelmoor Academy rang about Wilhelmina Brackett')
    const ada = await w.as(w.stage.ada, 'coordinator')
    const done = await ada.post(`/api/texts/${id}/redaction`, { text: '[school removed] rang about [name removed]' })
    expect(done.json).toEqual({ id, state: 'redacted' })
    expect((await w.store.read.select().from(texts))[0]).toMatchObject({
      original: null,
      cleared: '[school removed] rang about [name removed]',
    })
    for (const file of [w.path, `${w.path}-wal`]) {
      const bytes = readFileSync(file).toString('latin1')
      expect(bytes).not.toContain('Kestrelmoor')
      expect(bytes).not.toContain('Wilhelmina')
    }
    expect(readFileSync(w.path).toString('latin1')).toContain('[school removed]')
    expect((await ada.post(`/api/texts/${id}/redaction`, { text: '' })).status).toBe(422)
    expect((await ada.post(`/api/texts/${id}/redaction`, { text: 'x', more: 1 })).status).toBe(422)
  })

  it('never stands in the history or a log line', async () => {
    const id = await write('CANARY-WORDS and she wants to end her life')
    const ada = await w.as(w.stage.ada, 'coordinator')
    await ada.post(`/api/texts/${id}/redaction`, { text: 'CANARY-CLEARED' })
    expect(JSON.stringify(await w.store.read.select().from(history))).not.toContain('CANARY')
    expect(JSON.stringify(w.logs)).not.toContain('CANARY')
    expect(JSON.stringify(await messagesOf(w))).not.toContain('CANARY')
  })

  it('is held again when its writer changes it, and is gone when they take it back', async () => {
    const id = await write('First words')
    const ada = await w.as(w.stage.ada, 'coordinator')
    await ada.post(`/api/texts/${id}/clearance`)
    await write('First words')
    expect((await w.store.read.select().from(texts))[0]?.state).toBe('cleared')
    await write('Other words')
    expect((await w.store.read.select().from(texts))[0]).toMatchObject({
      id,
      state: 'held',
      original: 'Other words',
      cleared: null,
      clearedBy: null,
    })
    await write('  ')
    expect(await w.store.read.$count(texts)).toBe(0)
  })
})

describe('urgent words', () => {
  it('tell everyone on cover at once, without the text, and head the list', async () => {
    const live = await makeWorld({ mode: 'live' })
    const booking = await attend(live, await live.stage.event({ on: ['2026-09-01'] }), live.stage.bea)
    await transact(live.ctx(), (ctx) => writeText(ctx, { bookingId: booking, kind: 'example', words: 'Fine day' }))
    const id = await transact(live.ctx(), (ctx) =>
      writeText(ctx, { bookingId: booking, kind: 'suggestion', words: 'A boy here is at risk tonight' }),
    )
    const told = await messagesOf(live, 'urgent-words')
    expect(told.map(({ toAddress }) => toAddress)).toEqual(['ada@council.test', 'mo@council.test'])
    expect(await urgentWordsFacts(live.ctx(), id!, 'mo@council.test')).toEqual({
      firstName: 'Mo',
      writtenAt: 'Monday 14 September 2026, 9am',
      alsoTold: ['Ada Lane'],
      isReminder: false,
      href: 'https://training.test/texts',
    })
    const ada = await live.as(live.stage.ada, 'coordinator')
    expect((await ada.get('/api/texts')).json.texts.map(({ isUrgent }: { isUrgent: boolean }) => isUrgent)).toEqual([
      true,
      false,
    ])
    await live.store.write((db) => db.delete(texts).where(eq(texts.id, id!)))
    expect(await urgentWordsFacts(live.ctx(), id!, 'mo@council.test')).toBeNull()
    await live.close()
  })

  it('are found among ordinary ones by a short closed list', () => {
    for (const words of [
      'She said she wants to kill herself',
      'he has a KNIFE at home',
      'They are in immediate danger',
      'she’s thinking of suicide',
      'Someone is grooming him',
      'She disclosed to me this morning',
    ])
      expect(soundsUrgent(words), words).toBe(true)
    for (const words of [
      'I used the toolkit with one family',
      'More breaks please',
      'Risk assessment is clearer now',
      'I feel safe to ask',
    ])
      expect(soundsUrgent(words), words).toBe(false)
  })
})

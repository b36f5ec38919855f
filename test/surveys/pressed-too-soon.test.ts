import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificates, messages } from '#db/schema.ts'
import { transact } from '#server/context.ts'
import { queue } from '#server/outbox/queue.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, factsHash, handOver, nonceIn, press, runAsking } from './facts.ts'

let w: TestWorld
let bookingId: number
let path: string

// Tuesday 15 September 2026; three months on is a Tuesday too.
beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-09-15'] }), w.stage.bea)
  at(w, '2026-09-21')
  await w.chores()
  at(w, '2026-12-15')
  await runAsking(w)
  await handOver(w)
  path = await answerPath(w, bookingId)
  at(w, '2026-12-15', '11:00')
  await press(w, path, 'once')
  await send('example', 'example', { example: 'I used it on Monday', quote: 'quote', next: 'on' })
})
afterEach(() => w.close())

/** Opens one page behind the link and presses a button of its form that leads to `to`. */
async function send(from: string, to: string, fields: Record<string, string>) {
  const { text } = await w.visitor.get(`${path}/${from}`)
  const form = text.slice(text.indexOf(`action="${path}/${to}"`.replace(/\/"$/, '"')))
  return w.visitor.form(`${path}/${to}`.replace(/\/$/, ''), { nonce: nonceIn(form), ...fields })
}

/** Another message about the booking is handed over now. */
async function mail(kind: 'results' | 'hand-over' | 'colleague-view', state: 'sent' | 'transmitting' = 'sent') {
  await transact(w.ctx(), (ctx) => queue(ctx, { kind, about: `booking:${bookingId}`, occurrence: 'test' }))
  await w.store.write((db) =>
    db
      .update(messages)
      .set({ state, sentAt: state === 'sent' ? w.now() : null })
      .where(eq(messages.occurrence, 'test')),
  )
}

const presses: [string, () => Promise<{ status: number; text: string }>][] = [
  ['another answer', () => send('change', '', { practice: 'routine' })],
  ['other words', () => send('example', 'example', { example: 'a', quote: 'no-quote', next: 'on' })],
  ['“I’m finished”', () => send('example', 'example', { next: 'finish' })],
  ['a colleague', () => send('done', 'colleague', { name: 'Pat Low', email: 'pat.low@school.test' })],
  ['the line on the certificate', () => send('done', 'certificate', { show: 'on' })],
]

describe('Within a minute of a message to whoever has answered', () => {
  it.each(presses)('%s is not taken, and is a minute later', async (_, press) => {
    await mail('results')
    const before = await factsHash(w)
    w.later('PT59S')
    const { status, text } = await press()
    expect([409, 422]).toContain(status)
    expect(text).toMatch(/Wait a minute and press again/)
    expect(await factsHash(w)).toBe(before)
    w.later('PT1S')
    expect((await press()).status).toBe(303)
    expect(await factsHash(w)).not.toBe(before)
  })

  it('neither is what takes something back', async () => {
    await send('done', 'certificate', { show: 'on' })
    await send('done', 'colleague', { name: 'Pat Low', email: 'pat.low@school.test' })
    await mail('results')
    const before = await factsHash(w)
    await send('done', 'certificate', { show: 'off' })
    await send('done', 'colleague', { 'take-back': 'on' })
    expect(await factsHash(w)).toBe(before)
    expect(await w.store.read.$count(certificates, eq(certificates.bookingId, bookingId))).toBe(1)
  })

  it('nor while the mail server is still taking it', async () => {
    await mail('results', 'transmitting')
    const before = await factsHash(w)
    await send('done', 'certificate', { show: 'on' })
    expect(await factsHash(w)).toBe(before)
  })

  it('but a message to somebody else holds no link of theirs, and stops nothing', async () => {
    await mail('hand-over')
    await mail('colleague-view')
    expect((await send('done', 'certificate', { show: 'on' })).status).toBe(303)
  })
})

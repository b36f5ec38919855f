import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commitments, successors, suggestions } from '#db/schema.ts'
import { transact } from '#server/context.ts'
import { queue } from '#server/outbox/queue.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { at, attend, messagesOf } from './facts.ts'

let w: TestWorld
let bookingId: number
const nia = { name: 'Nia Ford', email: 'nia.ford@council.test' }

beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-09-15'] }), w.stage.bea)
  at(w, '2026-12-15')
  await w.chores()
  await transact(w.ctx(), async (ctx) => {
    await ctx.db.insert(successors).values({ bookingId, ...nia, enteredAt: ctx.now })
    await queue(ctx, {
      kind: 'hand-over',
      about: `booking:${bookingId}`,
      occurrence: 'successor',
      toAddress: nia.email,
    })
  })
})
afterEach(() => w.close())

const letters = () => w.kept.filter(({ subject }) => subject.startsWith('For your new post'))

async function plan(kind: 'suggestion' | 'own-words') {
  const [suggestion] = await w.store.read.select().from(suggestions).where(eq(suggestions.courseId, w.stage.course))
  const suggestionId = kind === 'suggestion' ? suggestion!.id : null
  await w.store.write((db) => db.insert(commitments).values({ bookingId, position: 1, kind, suggestionId, madeAt: 0 }))
}

describe('what a successor in post is told', () => {
  it('is the ready-made plan, to their address, naming nobody', async () => {
    await plan('suggestion')
    await w.chores()
    const [letter] = letters()
    expect(letter!.to).toEqual({ name: 'Nia Ford', address: nia.email })
    expect(letter!.text).toContain('Hello Nia,')
    expect(letter!.text).toContain('“Use the neglect toolkit with one family”')
    expect(letter!.text).not.toMatch(/Bea|Fern/)
  })

  it('leaves own words out', async () => {
    await plan('own-words')
    await w.chores()
    expect(letters()[0]!.text).toContain('If your team planned something after it')
  })

  it('is not sent once the successor was taken out again', async () => {
    await w.store.write((db) => db.delete(successors))
    await w.chores()
    expect(letters()).toEqual([])
    expect((await messagesOf(w, 'hand-over'))[0]).toMatchObject({
      state: 'cancelled',
      reply: 'Nobody is entered as holding the post',
    })
  })
})

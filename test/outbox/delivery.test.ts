import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, it } from 'vitest'
import { installation, messages, transportState } from '#db/schema.ts'
import type { Delivery, Transport } from '#emails/message.ts'
import { transact } from '#server/context.ts'
import { backoff, deliverDue, dropStale, lease, takeBack } from '#server/outbox/delivery.ts'
import type { MessageKind } from '#server/outbox/input.ts'
import { queue } from '#server/outbox/queue.ts'
import { plainWorld, renderers } from '#test/chaos/sending.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let world: TestWorld
afterEach(() => world.close())

const owe = (n: number, kind: MessageKind = 'booking-confirmation') =>
  transact(world.ctx(), async (ctx) => {
    for (let i = 1; i <= n; i++)
      await queue(ctx, { kind, about: `booking:${i}`, occurrence: '1', toPersonId: world.stage.bea })
  })

const states = async () =>
  (await world.store.read.select({ state: messages.state }).from(messages).orderBy(messages.id)).map(
    ({ state }) => state,
  )

/** A transport that answers as it is told and remembers what it was given. */
function answering(answer: (subject: string, n: number) => Delivery | Error): Transport & { given: string[] } {
  const given: string[] = []
  return {
    given,
    async deliver(email, onTransmitting) {
      given.push(email.subject)
      const delivery = answer(email.subject, given.length)
      if (delivery instanceof Error) throw delivery
      if (delivery.outcome === 'sent' || delivery.outcome === 'uncertain') await onTransmitting?.()
      return delivery
    },
    async close() {},
  }
}
const sent: Delivery = { outcome: 'sent', reply: '250 accepted' }

async function deliverAll(transport: Transport, over = renderers): Promise<void> {
  const plain = plainWorld(world.store, transport, world.now)
  while (await deliverDue({ ...plain.context(), now: world.now() }, plain, over));
}

describe('the outbox', () => {
  it('owes a message once, however often it is queued', async () => {
    world = await makeWorld()
    await owe(1)
    await owe(1)
    expect(await states()).toEqual(['queued'])
  })

  it('rolls the message back with the fact it tells', async () => {
    world = await makeWorld()
    await expect(
      transact(world.ctx(), async (ctx) => {
        await queue(ctx, {
          kind: 'booking-confirmation',
          about: 'booking:1',
          occurrence: '1',
          toPersonId: world.stage.bea,
        })
        throw new Error('the booking failed')
      }),
    ).rejects.toThrow('the booking failed')
    expect(await states()).toEqual([])
  })

  it('sends each due message once under five runners at once', async () => {
    world = await makeWorld()
    await owe(100)
    const transport = answering(() => sent)
    await Promise.all(Array.from({ length: 5 }, () => deliverAll(transport)))
    expect(transport.given.length).toBe(100)
    expect(new Set(transport.given).size).toBe(100)
    expect(new Set(await states())).toEqual(new Set(['sent']))
  })

  it('lets a late finisher with an old number change nothing', async () => {
    world = await makeWorld()
    await owe(1)
    let release = () => {}
    const stuck = new Promise<void>((resolve) => {
      release = resolve
    })
    const slow: Transport = {
      async deliver(_email, onTransmitting) {
        await stuck
        await onTransmitting?.()
        return sent
      },
      async close() {},
    }
    const late = deliverAll(slow)
    while ((await states())[0] !== 'claimed') await new Promise((resolve) => setImmediate(resolve))
    world.setClock(world.now() + lease + 1)
    await takeBack({ ...world.ctx(), now: world.now() })
    const transport = answering(() => sent)
    await deliverAll(transport)
    expect(await states()).toEqual(['sent'])
    release()
    await late
    expect(transport.given.length).toBe(1)
    const [row] = await world.store.read.select().from(messages)
    expect(row).toMatchObject({ state: 'sent', reply: '250 accepted' })
  })

  it('gives up at once what the server refuses for good, and keeps the reply for a person to read', async () => {
    world = await makeWorld()
    await owe(1)
    await deliverAll(answering(() => ({ outcome: 'refused', code: 550, at: 'recipient', reply: 'No such mailbox' })))
    const [row] = await world.store.read.select().from(messages)
    expect(row).toMatchObject({ state: 'dead', reply: '550 recipient: No such mailbox' })
  })

  it('tries later what the server puts off, each time after a longer wait', async () => {
    world = await makeWorld()
    await owe(1)
    const transport = answering((_subject, n) => (n < 3 ? { outcome: 'deferred', code: 451, reply: 'later' } : sent))
    for (let n = 0; n < 3; n++) {
      await deliverAll(transport)
      world.later('PT3M')
    }
    expect(await states()).toEqual(['sent'])
    expect(transport.given.length).toBe(3)
    expect([1, 2, 3, 20].map((tries) => backoff(tries, 0.5))).toEqual([60_000, 120_000, 240_000, 14_400_000])
  })

  it('uses up no tries while the mail server is away, probes once a minute, and sends all in order when it is back', async () => {
    world = await makeWorld()
    await owe(30)
    const away = answering(() => ({ outcome: 'unreachable', why: 'connection refused' }))
    await deliverAll(away)
    const first = away.given.length
    await deliverAll(away)
    expect(away.given.length).toBe(first)
    for (let day = 0; day < 3; day++) {
      world.later('P1D')
      await deliverAll(away)
    }
    expect(away.given.length).toBe(first + 3)
    world.later('PT2M')
    const back = answering(() => sent)
    await deliverAll(back)
    expect(back.given.length).toBe(30)
    const rows = await world.store.read.select({ state: messages.state, attempts: messages.attempts }).from(messages)
    expect(rows.every(({ state, attempts }) => state === 'sent' && attempts === 1)).toBe(true)
    expect((await world.store.read.select().from(transportState))[0]?.downSince).toBeNull()
  })

  it('keeps a message that may have arrived for a person to decide when it must never go twice, else sends it again', async () => {
    world = await makeWorld()
    await owe(1, 'follow-up-invitation')
    const lost = answering(() => ({ outcome: 'uncertain', why: 'the connection died' }))
    await deliverAll(lost)
    expect(await states()).toEqual(['uncertain'])
    await owe(1, 'booking-cancellation')
    await deliverAll(lost)
    expect(await states()).toEqual(['uncertain', 'retry'])
  })

  it('stops nobody else when one message cannot be written, and gives that one up after five tries', async () => {
    world = await makeWorld()
    await owe(100)
    const poisoned = {
      ...renderers,
      'booking-confirmation': async (
        ctx: Parameters<(typeof renderers)['booking-confirmation']>[0],
        message: Parameters<(typeof renderers)['booking-confirmation']>[1],
      ) => {
        if (message.about === 'booking:50') throw new Error('poison')
        return renderers['booking-confirmation'](ctx, message)
      },
    }
    const transport = answering(() => sent)
    for (let n = 0; n < 8; n++) {
      await deliverAll(transport, poisoned)
      world.later('P1D')
    }
    const all = await states()
    expect(all.filter((state) => state === 'sent').length).toBe(99)
    expect(all.filter((state) => state === 'dead').length).toBe(1)
  })

  it('asks the facts again at sending and says why a message is not needed any more', async () => {
    world = await makeWorld()
    await owe(1)
    await deliverAll(
      answering(() => sent),
      { ...renderers, 'booking-confirmation': async () => ({ cancelled: 'The booking was cancelled' }) },
    )
    const [row] = await world.store.read.select().from(messages)
    expect(row).toMatchObject({ state: 'cancelled', reply: 'The booking was cancelled' })
  })

  it('sends nothing whose time has passed', async () => {
    world = await makeWorld()
    await owe(1, 'sign-in-code')
    world.later('PT11M')
    await dropStale({ ...world.ctx(), now: world.now() })
    expect(await states()).toEqual(['dead'])
  })

  it('sends nothing when the clock is set back, until its time comes', async () => {
    world = await makeWorld()
    await owe(1)
    world.setClock(world.now() - 86_400_000)
    const transport = answering(() => sent)
    await deliverAll(transport)
    expect(transport.given).toEqual([])
  })

  it('sends nothing while the mail is held after a restore, until it is released', async () => {
    world = await makeWorld()
    await owe(1)
    await world.store.write((db) => db.update(installation).set({ mailHeldAt: 1 }))
    const transport = answering(() => sent)
    await deliverAll(transport)
    expect(transport.given).toEqual([])
    const mo = await world.as(world.stage.mo, 'administrator')
    expect((await mo.post('/api/mail-hold/release')).status).toBe(201)
    await deliverAll(transport)
    expect(transport.given.length).toBe(1)
  })
})

describe('the page of messages', () => {
  it('shows every message in any state in plain words, to coordinators and administrators alone', async () => {
    world = await makeWorld()
    await owe(1, 'follow-up-invitation')
    await deliverAll(answering(() => ({ outcome: 'uncertain', why: 'the connection died' })))
    const ada = await world.as(world.stage.ada, 'coordinator')
    const page = await ada.get('/api/messages?state=attention')
    expect(page.json.messages).toEqual([
      expect.objectContaining({ to: 'Bea Fern', stateWords: 'May or may not have arrived', canSendAgain: true }),
    ])
    expect((await (await world.as(world.stage.bea)).get('/api/messages')).status).toBe(403)
    expect((await (await world.as(world.stage.sue, 'sub-group')).get('/api/messages')).status).toBe(403)
    expect((await world.visitor.get('/api/messages')).status).toBe(401)
  })

  it('lets a person send again what was not sent, once, and records who did', async () => {
    world = await makeWorld()
    await owe(1, 'follow-up-invitation')
    await deliverAll(answering(() => ({ outcome: 'uncertain', why: 'the connection died' })))
    const ada = await world.as(world.stage.ada, 'coordinator')
    const [row] = await world.store.read.select({ id: messages.id }).from(messages)
    const answers = await Promise.all([1, 2].map(() => ada.post(`/api/messages/${row!.id}/sending-again`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    const transport = answering(() => sent)
    await deliverAll(transport)
    expect(transport.given.length).toBe(1)
    expect((await ada.post('/api/messages/999/sending-again')).status).toBe(404)
  })

  it('cancels only what still waits', async () => {
    world = await makeWorld()
    await owe(1)
    const ada = await world.as(world.stage.ada, 'coordinator')
    const [row] = await world.store.read.select({ id: messages.id }).from(messages)
    expect((await ada.post(`/api/messages/${row!.id}/cancellation`)).status).toBe(201)
    expect((await ada.post(`/api/messages/${row!.id}/cancellation`)).status).toBe(409)
    expect((await world.store.read.select().from(messages).where(eq(messages.id, row!.id)))[0]?.state).toBe('cancelled')
  })
})

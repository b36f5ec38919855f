/** What a try at a mail server is called, whatever the server does and whenever it does it (trust.md R4, R7, R8). */
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { messages } from '#db/schema.ts'
import { bySmtp, type SmtpSettings } from '#emails/by-smtp.ts'
import { compose } from '#emails/envelope.ts'
import type { Attachment, Delivery, Email, Transport } from '#emails/message.ts'
import { sampleLook } from '#emails/preview.ts'
import { transact } from '#server/context.ts'
import { backoff, deliverDue } from '#server/outbox/delivery.ts'
import { queue } from '#server/outbox/queue.ts'
import { makeWorld } from '#test/world.ts'
import { plainWorld, renderers } from './sending.ts'
import { type Fault, type Phase, phases, type SmtpServer, startSmtpServer } from './smtp-server.ts'

const afterwards: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of afterwards.splice(0).reverse()) await end()
})

async function serve(options: Parameters<typeof startSmtpServer>[0] = {}): Promise<SmtpServer> {
  const server = await startSmtpServer(options)
  afterwards.push(() => server.close())
  return server
}

function reach(server: { port: number }, settings: Partial<SmtpSettings> = {}): Transport {
  const transport = bySmtp({ host: '127.0.0.1', port: server.port, ...settings })
  afterwards.push(() => transport.close())
  return transport
}

function mail(id = 'm1', attachments?: Attachment[]): Email {
  return compose({
    id,
    to: { name: 'Bea Fern', address: `${id}@council.test` },
    from: { name: 'Example Partnership', address: 'training@example.org' },
    replyTo: 'training@example.org',
    letter: { subject: `Message ${id}`, blocks: [{ type: 'paragraph', text: 'One line.\n.\nAnother.' }] },
    look: sampleLook,
    writtenAt: Date.UTC(2026, 8, 14),
    ...(attachments && { attachments }),
  })
}

/** Some turns of the loop, for whatever is on its way over the loopback to arrive. */
async function turns(count = 30): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

/** One try, with every step of it in order. */
async function tryOnce(
  phase: Phase,
  fault: Fault | undefined,
  { pipelining = false, ...settings }: { pipelining?: boolean } & Partial<SmtpSettings> = {},
) {
  const steps: string[] = []
  const server = await startSmtpServer({
    pipelining,
    fault: (at) => {
      steps.push(at)
      return at === phase ? fault : undefined
    },
  })
  const transport = bySmtp({ host: '127.0.0.1', port: server.port, ...settings })
  try {
    const delivery = await transport.deliver(mail(), async () => {
      await turns()
      steps.push('transmitting')
    })
    return { delivery, steps, accepted: server.accepted.length }
  } finally {
    await transport.close()
    await server.close()
  }
}

const before: Phase[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'data']

/** What a try must be called, by what the server did. */
function expected(phase: Phase, kind: string): Partial<Delivery> {
  const isConversation = phase !== 'greeting' && phase !== 'ehlo'
  if (kind === 'fine' || kind === 'delay') return { outcome: 'sent' }
  if (kind === '4xx') return isConversation ? { outcome: 'deferred', code: 451 } : { outcome: 'unreachable' }
  if (kind === '5xx' && isConversation)
    return {
      outcome: 'refused',
      code: 554,
      at: phase === 'mail' ? 'sender' : phase === 'rcpt' ? 'recipient' : 'message',
    }
  return { outcome: before.includes(phase) ? 'unreachable' : 'uncertain' }
}

const faults: Record<string, Fault> = {
  fin: { kind: 'fin' },
  rst: { kind: 'rst' },
  hang: { kind: 'hang' },
  delay: { kind: 'delay', until: () => turns() },
  '4xx': { kind: 'reply', code: 451 },
  '5xx': { kind: 'reply', code: 554 },
}
/** Only a hang has to wait for a limit; the others get the usual ones, so that a slow machine changes nothing. */
const short = { connectionTimeout: 700, greetingTimeout: 700, socketTimeout: 700 }

for (const pipelining of [false, true])
  describe.concurrent(`a mail server that fails${pipelining ? ', with the envelope in one piece' : ''}`, () => {
    for (const phase of phases)
      for (const [kind, fault] of Object.entries(faults)) {
        const told = expected(phase, kind)
        it(`at "${phase}" by ${kind}: ${told.outcome}`, async () => {
          const { delivery, steps, accepted } = await tryOnce(phase, fault, {
            pipelining,
            ...(kind === 'hang' && short),
          })
          expect(delivery).toMatchObject(told)
          if (accepted) expect(['sent', 'uncertain']).toContain(delivery.outcome)
          if (delivery.outcome === 'sent') expect(accepted).toBe(1)
          // Noted once, after "go ahead" and before the first byte of the message; never where none would leave.
          const noted = steps.indexOf('transmitting')
          const mayLeave = kind === 'delay' || !before.includes(phase)
          expect(steps.filter((step) => step === 'transmitting')).toHaveLength(mayLeave ? 1 : 0)
          if (mayLeave) {
            expect(steps.indexOf('data')).toBeLessThan(noted)
            expect(steps.indexOf('body')).toBeGreaterThan(noted)
          } else expect(steps).not.toContain('body')
        })
      }
  })

describe('the reply of a mail server', () => {
  const afterDot = async (code: number) => (await tryOnce('after-dot', { kind: 'reply', code })).delivery.outcome

  it('is final from 500, but not where it speaks of a conversation out of step or of a full or too small mailbox', async () => {
    for (const code of [421, 432, 450, 451, 452]) expect(await afterDot(code), String(code)).toBe('deferred')
    for (const code of [500, 550, 551, 553, 554, 571]) expect(await afterDot(code), String(code)).toBe('refused')
    for (const code of [503, 552]) expect(await afterDot(code), String(code)).toBe('deferred')
  })

  it('that wants a sign-in speaks of our settings, not of the message', async () => {
    const { delivery } = await tryOnce('mail', { kind: 'reply', code: 530, text: 'Authentication required' })
    expect(delivery).toMatchObject({ outcome: 'unreachable', why: expect.stringContaining('Authentication required') })
  })

  it('is kept as it was given, for the person who reads why', async () => {
    const { delivery } = await tryOnce('rcpt', { kind: 'reply', code: 550, text: '5.1.1 Nobody of that name' })
    expect(delivery).toEqual({
      outcome: 'refused',
      code: 550,
      reply: '550 5.1.1 Nobody of that name',
      at: 'recipient',
    })
  })

  for (const text of ['2', '250', '250 Acc', '25'])
    it(`cut off at "${text}" after an accepted message is no refusal`, async () => {
      const { delivery, accepted } = await tryOnce('after-dot', { kind: 'torn', text })
      expect({ outcome: delivery.outcome, accepted }).toEqual({ outcome: 'uncertain', accepted: 1 })
    })

  it('that is neither yes nor no after a message leaves it uncertain', async () => {
    const { delivery } = await tryOnce('after-dot', { kind: 'reply', code: 354 })
    expect(delivery.outcome).toBe('uncertain')
  })

  it('that turns us away before any message says why', async () => {
    const { delivery } = await tryOnce('greeting', { kind: 'reply', code: 554, text: 'Your network is not welcome' })
    expect(delivery).toMatchObject({ why: expect.stringContaining('Your network is not welcome') })
  })

  it('that never comes, because nobody listens, is unreachable', async () => {
    const server = await startSmtpServer()
    await server.close()
    let isNoted = false
    const delivery = await reach(server).deliver(mail(), async () => {
      isNoted = true
    })
    expect({ outcome: delivery.outcome, isNoted }).toEqual({ outcome: 'unreachable', isNoted: false })
  })
})

describe('the note that a message is on its way', () => {
  it('that cannot be made leaves the message unsent, and fails with its own error', async () => {
    const server = await serve()
    const transport = reach(server)
    const fault = new Error('The database is busy')
    await expect(transport.deliver(mail(), () => Promise.reject(fault))).rejects.toBe(fault)
    await expect(
      transport.deliver(mail(), () => {
        throw fault
      }),
    ).rejects.toBe(fault)
    expect([server.accepted.length, server.reached.body]).toEqual([0, 0])
    expect(await transport.deliver(mail('m2'))).toMatchObject({ outcome: 'sent' })
    expect(server.accepted.map(({ to }) => to)).toEqual([['m2@council.test']])
  })

  it('that cannot be made on a kept connection leaves no half message behind', async () => {
    const server = await serve()
    const transport = reach(server)
    await transport.deliver(mail('m1'))
    await expect(transport.deliver(mail('m2'), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await transport.deliver(mail('m3'))).toMatchObject({ outcome: 'sent' })
    expect(server.accepted.map(({ messageId }) => messageId)).toEqual([
      '<m1@training.example.org>',
      '<m3@training.example.org>',
    ])
  })

  for (const isReused of [false, true])
    it(`made while ${isReused ? 'a kept' : 'the'} connection dies is made once, and what was not sent is not called uncertain`, async () => {
      const server = await serve()
      const transport = reach(server)
      if (isReused) await transport.deliver(mail('m0'))
      const before = server.accepted.length
      let notes = 0
      const delivery = await transport.deliver(mail(), async () => {
        notes += 1
        server.drop()
        await turns()
      })
      expect(notes).toBe(1)
      expect(server.reached.body).toBe(isReused && delivery.outcome === 'sent' ? 2 : before)
      expect(delivery.outcome).toBe(isReused ? 'sent' : 'unreachable')
      expect(server.twice()).toEqual([])
    })
})

describe('a kept connection', () => {
  it('carries one message after another', async () => {
    const server = await serve()
    const transport = reach(server)
    for (let n = 1; n <= 5; n++) expect(await transport.deliver(mail(`m${n}`))).toMatchObject({ outcome: 'sent' })
    expect([server.connections, server.accepted.length]).toEqual([1, 5])
  })

  const second =
    (phase: Phase, fault: Fault, times = 1): SmtpServer['fault'] =>
    (at, { to, message }) =>
      at === phase && (phase === 'mail' ? message > 1 : to === 'm2@council.test') && times-- > 0 ? fault : undefined

  for (const phase of ['mail', 'rcpt', 'data'] as const)
    for (const fault of [
      { kind: 'fin' },
      { kind: 'rst' },
      { kind: 'reply', code: 421, text: 'Enough for one connection' },
    ] as const)
      it(`that ends at "${phase}" by ${fault.kind} costs the message nothing: a new one carries it`, async () => {
        const server = await serve({ fault: second(phase, fault) })
        const transport = reach(server)
        await transport.deliver(mail('m1'))
        expect(await transport.deliver(mail('m2'))).toMatchObject({ outcome: 'sent' })
        expect([server.connections, server.accepted.length, server.twice()]).toEqual([2, 2, []])
      })

  it('that the server closed while idle is not used again', async () => {
    const server = await serve()
    const transport = reach(server)
    await transport.deliver(mail('m1'))
    server.drop()
    expect(await transport.deliver(mail('m2'))).toMatchObject({ outcome: 'sent' })
    expect(server.accepted.length).toBe(2)
  })

  it('gives up after one new one', async () => {
    const server = await serve({ fault: second('mail', { kind: 'fin' }, 9) })
    const transport = reach(server)
    await transport.deliver(mail('m1'))
    expect(await transport.deliver(mail('m2'))).toMatchObject({ outcome: 'unreachable' })
    expect(server.connections).toBe(2)
  })

  it('does not take the step of one message for that of another', async () => {
    for (const [phase, outcome] of [
      ['data', 'sent'],
      ['body', 'uncertain'],
      ['after-dot', 'uncertain'],
    ] as const) {
      const server = await serve({ fault: second(phase, { kind: 'fin' }) })
      const transport = reach(server)
      expect(await transport.deliver(mail('m1'))).toMatchObject({ outcome: 'sent' })
      expect(await transport.deliver(mail('m2')), phase).toMatchObject({ outcome })
      expect(await transport.deliver(mail('m3'))).toMatchObject({ outcome: 'sent' })
      expect(server.twice()).toEqual([])
    }
  })

  it('does not bring the refusal of one message to the next', async () => {
    const server = await serve({ fault: second('rcpt', { kind: 'reply', code: 550 }) })
    const transport = reach(server)
    const outcomes = []
    for (const id of ['m1', 'm2', 'm3']) outcomes.push((await transport.deliver(mail(id))).outcome)
    expect(outcomes).toEqual(['sent', 'refused', 'sent'])
  })

  it('is let go when the transport closes, and nothing is sent afterwards', async () => {
    const server = await serve()
    const transport = reach(server)
    await transport.deliver(mail('m1'))
    await transport.close()
    expect(await transport.deliver(mail('m2'))).toMatchObject({ outcome: 'unreachable' })
    expect(server.accepted.length).toBe(1)
  })
})

describe('several deliveries at once', () => {
  it('each have their own outcome', async () => {
    const wishes: Record<string, [Phase, Fault]> = {
      lost: ['after-dot', { kind: 'rst' }],
      nobody: ['rcpt', { kind: 'reply', code: 550 }],
      later: ['data', { kind: 'reply', code: 451 }],
    }
    const server = await serve({
      fault: (at, { to }) => {
        const wish = wishes[to.split('@')[0] ?? '']
        return wish?.[0] === at ? wish[1] : undefined
      },
    })
    const transport = reach(server)
    const ids = ['fine-1', 'lost', 'nobody', 'fine-2', 'later', 'fine-3']
    const deliveries = await Promise.all(ids.map((id) => transport.deliver(mail(id))))
    expect(deliveries.map(({ outcome }) => outcome)).toEqual([
      'sent',
      'uncertain',
      'refused',
      'sent',
      'deferred',
      'sent',
    ])
    expect(server.accepted.map(({ to }) => to[0]?.split('@')[0]).sort()).toEqual(['fine-1', 'fine-2', 'fine-3', 'lost'])
  })

  it('do not wait for one another, and use two connections at most', async () => {
    const server: SmtpServer = await serve({
      fault: (at, { to }) =>
        at === 'after-dot' && to.startsWith('slow')
          ? { kind: 'delay', until: () => server.untilAccepted(20) }
          : undefined,
    })
    const transport = reach(server)
    const ids = ['slow', ...Array.from({ length: 19 }, (_, n) => `m${n}`)]
    const deliveries = await Promise.all(ids.map((id) => transport.deliver(mail(id))))
    expect(new Set(deliveries.map(({ outcome }) => outcome))).toEqual(new Set(['sent']))
    expect([server.mostAtOnce, server.accepted.length, server.twice()]).toEqual([2, 20, []])
  })

  it('refused with 432 by a server that allows three connections come later, scattered, and each once', async () => {
    let refusals = 0
    const server: SmtpServer = await serve({
      fault: (at, { connection, atOnce }) => {
        // The first four wait for each other, so that there are four at once.
        if (at === 'ehlo' && connection <= 4) return { kind: 'delay', until: () => server.untilReached('ehlo', 4) }
        if (at !== 'mail' || atOnce <= 3) return
        refusals += 1
        return { kind: 'reply', code: 432, text: '4.3.2 Concurrent connections limit exceeded' }
      },
    })
    const world = await makeWorld()
    afterwards.push(() => world.close())
    await transact(world.ctx(), async (ctx) => {
      for (let n = 1; n <= 60; n++)
        await queue(ctx, {
          kind: 'follow-up-invitation',
          about: `booking:${n}`,
          occurrence: '1',
          toPersonId: world.stage.bea,
        })
    })
    const rows = () => world.store.read.select().from(messages).orderBy(messages.id)
    // Two runners, two connections each, as two processes have.
    const runners = [reach(server), reach(server)].map((transport) => plainWorld(world.store, transport, world.now))
    const run = () =>
      Promise.all(
        runners.map(async (runner) => {
          while (await deliverDue({ ...runner.context(), now: world.now() }, runner, renderers));
        }),
      )
    await run()
    const waiting = (await rows()).filter(({ state }) => state === 'retry')
    expect(refusals).toBeGreaterThan(0)
    expect(waiting.length).toBe(refusals)
    for (const { notBefore, reply } of waiting) {
      expect(notBefore - world.now()).toBeGreaterThanOrEqual(backoff(1, 0))
      expect(reply).toContain('432')
    }
    for (let n = 0; n < 30 && (await rows()).some(({ state }) => state === 'retry'); n++) {
      world.later('PT4H')
      await run()
    }
    expect(new Set((await rows()).map(({ state }) => state))).toEqual(new Set(['sent']))
    expect([server.accepted.length, server.twice()]).toEqual([60, []])
  })
})

describe('a large message', () => {
  for (const kind of ['fin', 'rst'] as const)
    it(`cut off in the middle by ${kind} may have arrived, for all we know`, async () => {
      const server = await serve({ fault: (at) => (at === 'body' ? { kind } : undefined) })
      const content = new Uint8Array(3_000_000).fill(65)
      const delivery = await reach(server).deliver(
        mail('m1', [{ filename: 'a.pdf', type: 'application/pdf', content }]),
      )
      expect(delivery.outcome).toBe('uncertain')
    })
})

describe('an address', () => {
  it('that could not stand in an envelope is refused without asking the server', async () => {
    const server = await serve()
    const transport = reach(server)
    for (const address of [
      '',
      'nobody',
      'a@b\r\nRCPT TO:<c@d.test>',
      'a b@c.test',
      '<a@b.test>',
      `a@${'b'.repeat(260)}`,
    ])
      expect(await transport.deliver({ ...mail(), to: { address } }), address).toMatchObject({
        outcome: 'refused',
        at: 'recipient',
      })
    expect(server.connections).toBe(0)
  })
})

describe('the way to the mail server', () => {
  it('stops where encryption is demanded and not offered', async () => {
    const server = await serve()
    const delivery = await reach(server, { requireTls: true }).deliver(mail())
    expect(delivery.outcome).toBe('unreachable')
    expect([server.reached.mail, server.accepted.length]).toEqual([0, 0])
  })

  for (const [name, settings] of [
    ['offered', {}],
    ['demanded', { requireTls: true }],
    ['there from the first byte', { secure: true }],
  ] as const)
    it(`stops at a certificate nobody vouches for, where encryption is ${name}`, async () => {
      let messages = 0
      const server = new SMTPServer({
        secure: 'secure' in settings,
        authOptional: true,
        logger: false,
        onData(stream, _session, done) {
          messages += 1
          stream.resume().on('end', () => done())
        },
      })
      server.on('error', () => {})
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      afterwards.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
      const { port } = server.server.address() as AddressInfo
      let isNoted = false
      const delivery = await reach({ port }, settings).deliver(mail(), async () => {
        isNoted = true
      })
      expect(delivery).toMatchObject({ outcome: 'unreachable', why: expect.stringMatching(/certificate|self.signed/i) })
      expect([messages, isNoted]).toEqual([0, false])
    })

  it('does not show a password where it could not sign in', async () => {
    const server = await serve()
    const delivery = await reach(server, { user: 'training', pass: 'a-secret-of-the-tests' }).deliver(mail())
    expect(delivery.outcome).toBe('unreachable')
    expect(JSON.stringify(delivery)).not.toContain('a-secret-of-the-tests')
    expect(server.reached.mail).toBe(0)
  })
})

import { spawn } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { messages } from '#db/schema.ts'
import { bySmtp } from '#emails/by-smtp.ts'
import { transact } from '#server/context.ts'
import { deliverDue, lease, takeBack } from '#server/outbox/delivery.ts'
import type { MessageKind } from '#server/outbox/input.ts'
import { queue } from '#server/outbox/queue.ts'
import { makeWorld, start, type TestWorld } from '#test/world.ts'
import type { Step } from './sender.ts'
import { plainWorld, renderers } from './sending.ts'
import { type Phase, type SmtpServer, startSmtpServer } from './smtp-server.ts'

const sender = new URL('./sender.ts', import.meta.url).pathname
const worlds: TestWorld[] = []
afterAll(() => Promise.all(worlds.map((world) => world.close())))

/** Runs the sender; `kill` is told its process as soon as it runs. Resolves when it has ended. */
function send(
  given: object,
  kill?: (child: ReturnType<typeof spawn>) => void,
): Promise<{ signal: string | null; fault: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', sender, JSON.stringify(given)], {
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    let fault = ''
    child.stderr.on('data', (part) => {
      fault += part
    })
    kill?.(child)
    child.on('exit', (_code, signal) => resolve({ signal, fault }))
  })
}

const kinds = { 'never-twice': 'follow-up-invitation', 'never-lost': 'booking-confirmation' } as const satisfies Record<
  string,
  MessageKind
>

async function owe(kind: MessageKind): Promise<TestWorld> {
  const world = await makeWorld()
  worlds.push(world)
  await transact(world.ctx(), (ctx) =>
    queue(ctx, { kind, about: 'booking:1', occurrence: '1', toPersonId: world.stage.bea }),
  )
  return world
}

/** What another runner does, once the dead one's lease has ended. */
async function recover(world: TestWorld, server: SmtpServer): Promise<string> {
  const now = start + lease + 1
  const transport = bySmtp({ host: '127.0.0.1', port: server.port })
  const plain = plainWorld(world.store, transport, () => now + 10 * 60_000)
  for (let n = 0; n < 5; n++) {
    await takeBack({ ...plain.context(), now })
    await deliverDue({ ...plain.context(), now: now + 10 * 60_000 }, plain, renderers)
  }
  await transport.close()
  const [row] = await world.store.read.select({ state: messages.state }).from(messages)
  return row!.state
}

const steps: Step[] = ['after-claim', 'before-transmitting', 'after-transmitting', 'before-settling']
const phases: Phase[] = ['greeting', 'mail', 'rcpt', 'data', 'body', 'after-dot']

for (const [name, kind] of Object.entries(kinds))
  describe(`a ${name} message whose sender is killed`, () => {
    for (const step of steps)
      it(`at its own step "${step}"`, async () => {
        const world = await owe(kind)
        const server = await startSmtpServer()
        const { signal, fault } = await send({ path: world.path, port: server.port, now: start, dieAt: step })
        expect(signal, fault).toBe('SIGKILL')
        const state = await recover(world, server)
        const came = server.accepted.length
        await server.close()
        if (name === 'never-lost') expect({ state, lost: came === 0 }).toEqual({ state: 'sent', lost: false })
        else if (step === 'after-claim' || step === 'before-transmitting')
          expect({ state, came }).toEqual({ state: 'sent', came: 1 })
        else expect({ state, twice: came > 1 }).toEqual({ state: 'uncertain', twice: false })
      })

    for (const phase of phases)
      it(`while the mail server hangs at "${phase}"`, async () => {
        const world = await owe(kind)
        const server = await startSmtpServer({
          fault: (at, { connection }) => (at === phase && connection === 1 ? { kind: 'hang' } : undefined),
        })
        const { signal, fault } = await send(
          { path: world.path, port: server.port, now: start, dieAt: 'never' },
          (child) => {
            server.untilReached(phase).then(() => setTimeout(() => child.kill('SIGKILL'), 30))
          },
        )
        expect(signal, fault).toBe('SIGKILL')
        const state = await recover(world, server)
        const ids = server.accepted.map(({ messageId }) => messageId)
        await server.close()
        if (name === 'never-lost') {
          expect({ state, lost: ids.length === 0 }).toEqual({ state: 'sent', lost: false })
          expect(new Set(ids).size, 'a second copy carries the same Message-ID').toBe(1)
        } else {
          expect(ids.length).toBeLessThanOrEqual(1)
          expect(state === 'sent' ? ids.length === 1 : state === 'uncertain').toBe(true)
        }
      })
  })

/** A process of its own that sends what is due, and may be told to die, by SIGKILL, at one step of its own. */
import { openFile } from '#db/open-node.ts'
import { bySmtp } from '#emails/by-smtp.ts'
import type { Transport } from '#emails/message.ts'
import { deliverDue, takeBack } from '#server/outbox/delivery.ts'
import { plainWorld, renderers } from './sending.ts'

export type Step = 'after-claim' | 'before-transmitting' | 'after-transmitting' | 'before-settling' | 'never'

const { path, port, now, dieAt } = JSON.parse(process.argv[2] ?? '{}') as {
  path: string
  port: number
  now: number
  dieAt: Step
}

const dieIf = (step: Step) => {
  if (dieAt === step) process.kill(process.pid, 'SIGKILL')
}

const store = await openFile(path, { thread: false })
const smtp = bySmtp({ host: '127.0.0.1', port, connections: 2 })
const transport: Transport = {
  async deliver(email, onTransmitting) {
    dieIf('after-claim')
    const delivery = await smtp.deliver(email, async () => {
      dieIf('before-transmitting')
      await onTransmitting?.()
      dieIf('after-transmitting')
    })
    dieIf('before-settling')
    return delivery
  },
  close: () => smtp.close(),
}
const world = plainWorld(store, transport, () => now)
const ctx = () => ({ ...world.context(), now })
while ((await takeBack(ctx())) || (await deliverDue(ctx(), world, renderers)));
await transport.close()
await store.close()

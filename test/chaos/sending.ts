/** The least world that the outbox needs, shared by the tests and the process they kill. */
import type { Store } from '#db/transact.ts'
import type { Transport } from '#emails/message.ts'
import { readConfig } from '#server/config.ts'
import type { Context } from '#server/context.ts'
import type { Renderer, Renderers } from '#server/outbox/delivery.ts'
import { type MessageKind, messageKinds } from '#server/outbox/input.ts'
import { choreContext, type World } from '#server/world.ts'

const letter: Renderer = async (_ctx, message) => ({
  to: { name: 'Bea Fern', address: message.toAddress ?? `person${message.toPersonId}@council.test` },
  letter: { subject: `Message ${message.id}`, blocks: [{ type: 'paragraph', text: `About ${message.about}` }] },
})

export const renderers = Object.fromEntries(Object.keys(messageKinds).map((kind) => [kind, letter])) as Record<
  MessageKind,
  Renderer
> satisfies Renderers

export function plainWorld(
  store: Store,
  transport: Transport,
  clock: () => number,
): World & { context: () => Context } {
  let chance = 0
  const world: World = {
    store,
    config: readConfig({}, () => '', 'test'),
    clock,
    random: (bytes) => Uint8Array.from({ length: bytes }, () => (chance = (chance * 31 + 7) & 255)),
    secrets: ['a secret of the tests, thirty-two characters'],
    transport,
    fonts: () => Promise.reject(new Error('No documents here')),
    engine: () => Promise.reject(new Error('No documents here')),
    asset: async () => null,
    log: () => undefined,
    wake: () => undefined,
  }
  return { ...world, context: () => choreContext(world) }
}

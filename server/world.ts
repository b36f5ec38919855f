import type { Store } from '#db/transact.ts'
import type { Transport } from '#emails/message.ts'
import type { Config } from './config.ts'
import type { Actor, Aside, Context } from './context.ts'

/** Everything outside the app that it may touch, made by an entry (node.ts, worker.ts, the tests) and passed in. */
export interface World {
  store: Store
  config: Config
  /** Milliseconds UTC. */
  clock: () => number
  random: (bytes: number) => Uint8Array
  /** Newest first. */
  secrets: string[]
  transport: Transport
  /** Fonts embedded in documents. */
  fonts: () => Promise<{ regular: Uint8Array; bold: Uint8Array }>
  /** The WebAssembly that turns drawings into pixels for documents. */
  engine: () => Promise<WebAssembly.Module | BufferSource>
  /** A file of the built front end, or null. */
  asset: (path: string) => Promise<Response | null>
  log: (line: Record<string, unknown>) => void
  /** Long reading in a thread of its own; absent where there is none. */
  aside?: Aside
  /** Called after each committed write: on Node it wakes the chores, on Workers it drains a few after the answer. */
  wake: () => void
  /** True once the process was told to stop: whoever works through a list stops after the one in hand. */
  isStopping?: () => boolean
}

/** A context for work that no request asked for. */
export function choreContext(world: World, actor: Actor = { kind: 'chore' }): Context {
  return {
    db: world.store.read,
    store: world.store,
    now: world.clock(),
    actor,
    config: world.config,
    requestId: 'chore',
    random: world.random,
    secrets: world.secrets,
    address: '',
    ...(world.aside && { aside: world.aside }),
  }
}

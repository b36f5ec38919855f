/** The world of a bench process that sends mail and serves nobody. */
import { randomFillSync } from 'node:crypto'
import type { Transport } from '#emails/message.ts'
import { readConfig } from '#server/config.ts'
import type { World } from '#server/world.ts'
import { secrets } from './data.ts'
import type { OpenedStore } from './recording.ts'

/** @param from milliseconds UTC: where its clock starts */
export function worldFrom(store: OpenedStore, from: number, transport: Transport): World {
  const began = performance.now()
  return {
    store,
    config: readConfig({}, () => '', 'bench'),
    clock: () => Math.round(from + performance.now() - began),
    random: (bytes) => randomFillSync(new Uint8Array(bytes)),
    secrets,
    transport,
    fonts: () => Promise.reject(new Error('No documents here')),
    engine: () => Promise.reject(new Error('No documents here')),
    asset: async () => null,
    log: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
    wake: () => undefined,
  }
}

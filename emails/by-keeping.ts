import type { Email, Transport } from './message.ts'

/** Keeps every message instead of sending it; `keep` must have stored it when it resolves. */
export function byKeeping(keep: (email: Email) => Promise<void>): Transport {
  return {
    async deliver(email, onTransmitting) {
      await onTransmitting?.()
      await keep(email)
      return { outcome: 'sent', reply: 'Kept, not sent' }
    },
    async close() {},
  }
}

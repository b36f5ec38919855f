/** never-twice: better one missed than two sent. never-lost: sent again with the same Message-ID (trust.md R5). */
export const messageClasses = ['never-twice', 'never-lost'] as const
export type MessageClass = (typeof messageClasses)[number]

export const messageStates = [
  'queued',
  'claimed',
  'transmitting',
  'sent',
  'retry',
  'uncertain',
  'dead',
  'cancelled',
] as const
export type MessageState = (typeof messageStates)[number]

const minutes = 60_000
const days = 24 * 60 * minutes

/**
 * Every kind of message: its class, and how long after queueing it may still be sent (a deadline given at queueing
 * stands over it). What each one says is in server/messages.ts.
 */
export const messageKinds = {
  'sign-in-code': { class: 'never-lost', lifetime: 10 * minutes },
  'booking-confirmation': { class: 'never-lost', lifetime: 14 * days },
  'booking-cancellation': { class: 'never-lost', lifetime: 14 * days },
  'joining-instructions': { class: 'never-lost', lifetime: 7 * days },
  'certificate-ready': { class: 'never-lost', lifetime: 14 * days },
  'follow-up-invitation': { class: 'never-twice', lifetime: 14 * days },
  'follow-up-reminder': { class: 'never-twice', lifetime: 5 * days },
  'commitment-card': { class: 'never-twice', lifetime: 5 * days },
  nudge: { class: 'never-twice', lifetime: 7 * days },
  results: { class: 'never-twice', lifetime: 14 * days },
  'report-summary': { class: 'never-twice', lifetime: 14 * days },
  'colleague-view': { class: 'never-twice', lifetime: 14 * days },
  'hand-over': { class: 'never-twice', lifetime: 14 * days },
  'single-agency-return': { class: 'never-lost', lifetime: 14 * days },
  'urgent-words': { class: 'never-lost', lifetime: 7 * days },
} as const satisfies Record<string, { class: MessageClass; lifetime: number }>
export type MessageKind = keyof typeof messageKinds

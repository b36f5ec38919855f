import * as v from 'valibot'

/** One piece of a letter, in finished words. Every `href` is a full address on the origin. */
export type Block =
  | { type: 'heading'; text: string }
  | { type: 'paragraph'; text: string }
  /** What a person reads out or types: set large, alone on its line. */
  | { type: 'code'; text: string }
  | { type: 'list'; items: string[] }
  | { type: 'link'; before: string; text: string; href: string }
  | { type: 'button'; text: string; href: string }
  | { type: 'choices'; choices: Choice[] }
  | { type: 'facts'; facts: [label: string, value: string][] }
  | { type: 'small'; text: string }

export type Choice = { text: string; href: string }

export type Letter = {
  subject: string
  blocks: Block[]
  /** Shown by mailboxes beside the subject; must repeat something the letter says. */
  preheader?: string
  /** Whose name stands below, where it is not the one of the look: a trainer's. */
  signedBy?: string
  /** The address whose GET shows a form and whose POST stops this stream of messages (RFC 8058). */
  optOut?: { text: string; href: string }
}

export type Mailbox = { name?: string; address: string }

export type Attachment = { filename: string; type: string; content: string | Uint8Array }

export type CalendarMethod = 'REQUEST' | 'CANCEL' | 'PUBLISH'

/** A message ready for any transport. `headers` holds all but From, To, Reply-To, Subject and the MIME headers. */
export type Email = {
  /** The local part of the Message-ID: the same on every try. */
  id: string
  to: Mailbox
  from: { name: string; address: string }
  replyTo: string
  subject: string
  html: string
  text: string
  headers: Record<string, string>
  attachments?: Attachment[]
  calendar?: { method: CalendarMethod; content: string }
}

/**
 * What became of one try. Only `uncertain` may have arrived without our knowing.
 * - `refused`: the server said no for good. `at` says to what: only `recipient` speaks of the address itself.
 * - `deferred`: the server said later; also 503 (our conversation was out of step) and 552 (too large or full, which mail services use in passing).
 * - `unreachable`: nothing of the message was sent; also a server that turned us away before any message (greeting, sign-in).
 * - `uncertain`: the message was on its way when the connection died without an answer.
 */
export type Delivery =
  | { outcome: 'sent'; reply: string }
  | { outcome: 'refused'; code: number; reply: string; at: 'sender' | 'recipient' | 'message' }
  | { outcome: 'deferred'; code: number; reply: string }
  | { outcome: 'unreachable'; why: string }
  | { outcome: 'uncertain'; why: string }

export type Transport = {
  /**
   * Tries once. `onTransmitting` is awaited before the first byte of the message leaves and not called when it never would;
   * if it fails, nothing is sent and `deliver` fails with its error.
   */
  deliver(email: Email, onTransmitting?: () => Promise<void>): Promise<Delivery>
  close(): Promise<void>
}

const invisible = /[\p{Cc}\p{Cs}\p{Co}\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu

/** Words for one line: control, bidirectional and other invisible characters become spaces, runs of space one. */
export function oneLine(words: string): string {
  return words.replace(invisible, ' ').replace(/\s+/g, ' ').trim()
}

/** Words for a header: one line, and nothing that a mailbox would decode into other words (RFC 2047), which no rule here has seen. */
export function headerWords(words: string): string {
  return oneLine(words).replaceAll('=?', '= ?')
}

/**
 * A person's or agency's name as it may stand in mail to others (S21): without addresses of any kind, so that nobody can have us send a link,
 * and at most 100 characters. A dot inside a word, which mailboxes turn into a link, becomes a space.
 */
export function cleanName(name: string): string {
  const words = headerWords(name)
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*/gi, ' ')
    .replace(/\b(?:www\.|mailto:|javascript:|data:|tel:|sms:)\S*/gi, ' ')
    .replace(/[@\\/<>]+/g, ' ')
    .replace(/(?<=\S)[.․﹒．。｡](?=\S)/gu, ' ')
  return cut(words.replace(/\s+/g, ' ').trim(), 100)
}

/** A sender's name (E6): mail services treat `@ : , "` in it as forged, and long ones as missing; at most 75 characters. */
export function cleanSender(name: string): string {
  return cut(
    headerWords(name)
      .replace(/[@:,"<>\\]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
    75,
  )
}

function cut(words: string, length: number): string {
  return Array.from(words).slice(0, length).join('').trim()
}

/** Whether a mailbox can be written into an envelope and a header as it stands. */
export function isMailAddress(address: string): boolean {
  return address.length <= 254 && /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]+$/u.test(address)
}

/** Parts of the props of messages. Every message checks and cleans its own, so that no caller can forget to. */
export const words = v.pipe(v.string(), v.transform(oneLine), v.minLength(1))
export const nameOfPerson = v.pipe(v.string(), v.transform(cleanName))
export const href = v.pipe(v.string(), v.url())

export function greeting(firstName: string): Block {
  return { type: 'paragraph', text: firstName ? `Hello ${firstName},` : 'Hello,' }
}

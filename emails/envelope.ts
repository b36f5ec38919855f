import { type Look, render } from './layout.ts'
import {
  type Attachment,
  type CalendarMethod,
  cleanName,
  cleanSender,
  type Email,
  headerWords,
  type Letter,
  type Mailbox,
} from './message.ts'

type Particulars = {
  /** Stable for one message for ever, as the outbox names it; letters, digits, dots and hyphens. */
  id: string
  to: Mailbox
  from: { name: string; address: string }
  /** A mailbox that someone reads. */
  replyTo: string
  letter: Letter
  look: Look
  /** ms UTC, becomes the Date header. */
  writtenAt: number
  attachments?: Attachment[]
  calendar?: { method: CalendarMethod; content: string }
}

/**
 * Makes a letter into a message that any transport can carry.
 * @throws TypeError when the id could not stand in a Message-ID, or a link leads anywhere but to the origin
 */
export function compose({ id, to, from, replyTo, letter, look, writtenAt, attachments, calendar }: Particulars): Email {
  const { html, text } = render(letter, look)
  const toName = cleanName(to.name ?? '')
  return {
    id,
    to: toName ? { name: toName, address: to.address } : { address: to.address },
    from: { name: cleanSender(from.name), address: from.address },
    replyTo,
    subject: headerWords(letter.subject),
    html,
    text,
    headers: {
      'Message-ID': messageId(id, look.origin),
      Date: new Date(writtenAt).toUTCString().replace('GMT', '+0000'),
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'OOF, NRN, AutoReply, RN',
      ...(letter.optOut && {
        'List-Unsubscribe': `<${new URL(letter.optOut.href).href}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
    ...(attachments && { attachments }),
    ...(calendar && { calendar }),
  }
}

/** The same message has the same Message-ID on every try (E4). */
export function messageId(id: string, origin: string): string {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]|\.(?=[A-Za-z0-9-])){0,99}$/.test(id))
    throw new TypeError(`Not the id of a message: ${JSON.stringify(id)}`)
  return `<${id}@${new URL(origin).hostname}>`
}

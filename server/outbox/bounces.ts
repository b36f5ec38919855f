/*
 * Mail that came back: what a delivery-status message says (RFC 3464, inside multipart/report of RFC 6522), and one more try.
 * Whoever posts it may have made it up or broken it, so nothing here trusts its shape: the fields of a status are looked for
 * line by line, in parts that begin where a boundary or a Content-Type says, and no part is decoded but base64 and quoted-printable.
 */
import { and, eq, isNotNull, notInArray, sql } from 'drizzle-orm'
import { messages } from '#db/outbox.ts'
import { addWorkingDays, londonDate, londonInstant } from '#server/calendar.ts'
import type { Writing } from '#server/context.ts'
import type { MessageKind } from './input.ts'

/** What became of the message for one recipient. */
export interface Returned {
  /** Ours, from the headers that came back. */
  messageId: number
  /** In base 36, as it stands in the Message-ID: an id alone can be guessed. */
  queuedAt: number
  recipients: Recipient[]
}

export interface Recipient {
  /** In lower case: as the mail service names it, and as we wrote it. */
  addresses: string[]
  /** `hard`: refused for good. `soft`: given up for now. Someone still trying says nothing yet. */
  outcome: 'hard' | 'soft' | 'still-trying' | 'other'
  /** Such as 5.1.1. */
  status: string
  /** What the refusing server said, one line, at most 300 characters. */
  words: string
}

const MOST_LINES = 4000
const MOST_RECIPIENTS = 20
const MOST_LINE = 2000

/**
 * Reads a delivery-status message; null for anything else: an out-of-office reply, a letter, noise.
 * @param host of our Message-IDs
 */
export function readReturned(raw: string, host: string): Returned | null {
  const lines = raw
    .split(/\r\n?|\n/)
    .slice(0, MOST_LINES)
    .map((line) => line.slice(0, MOST_LINE))
  if (!isReport(headOf(lines))) return null
  const parts = partsOf(lines)
  const status = parts.find(({ type }) => /^message\/(global-)?delivery-status/.test(type))
  if (!status) return null
  const recipients = recipientsOf(status.lines)
  if (!recipients.length) return null
  // The returned message or its headers; some services name it in the status or in a header of the report instead.
  const returned = parts.filter(({ type }) =>
    /^(text\/rfc822-headers|message\/(global|rfc822|global-headers)\b)/.test(type),
  )
  const named = [
    ...returned.flatMap(({ lines }) => fieldsOf(headOf(lines)).get('message-id') ?? []),
    ...(fieldsOf(status.lines).get('original-message-id') ?? []),
    ...['in-reply-to', 'references'].flatMap((name) => fieldsOf(headOf(lines)).get(name) ?? []),
  ]
  const ours = named.map((words) => ourMessage(words, host)).find((found) => found !== null)
  return ours ? { ...ours, recipients } : null
}

function ourMessage(words: string, host: string): { messageId: number; queuedAt: number } | null {
  const escaped = host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const match = new RegExp(`<message-([1-9]\\d{0,14})-([0-9a-z]{1,11})@${escaped}>`, 'i').exec(words)
  return match ? { messageId: Number(match[1]), queuedAt: Number.parseInt(match[2]!.toLowerCase(), 36) } : null
}

/** Lines before the first empty one. */
function headOf(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => line.trim() !== '')
  const from = start < 0 ? 0 : start
  const end = lines.findIndex((line, n) => n >= from && line.trim() === '')
  return lines.slice(from, end < 0 ? lines.length : end)
}

/** Only a report is read: an automatic reply may quote a whole status report that someone else got. */
function isReport(head: readonly string[]): boolean {
  const type = fieldsOf(head).get('content-type')?.[0]?.toLowerCase() ?? ''
  return type.startsWith('multipart/report') && !/report-type\s*=\s*"?(?!delivery-status)[\w-]+/.test(type)
}

/** Header fields by lower-case name, folded lines joined. */
function fieldsOf(lines: readonly string[]): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  let last: string[] | undefined
  for (const line of lines) {
    if (/^[ \t]/.test(line) && last) {
      last.push(`${last.pop() ?? ''} ${line.trim()}`.slice(0, MOST_LINE))
      continue
    }
    const match = /^([!-9;-~]{1,60}):[ \t]*(.*)$/.exec(line)
    if (!match) {
      last = undefined
      continue
    }
    const name = match[1]!.toLowerCase()
    last = fields.get(name) ?? []
    fields.set(name, last)
    last.push(match[2]!.trim())
  }
  return fields
}

interface Part {
  type: string
  lines: string[]
}

/** The parts right inside the report, by its own boundary: what stands deeper is part of somebody's letter. */
function partsOf(lines: readonly string[]): Part[] {
  const type = fieldsOf(headOf(lines)).get('content-type')?.[0] ?? ''
  const match = /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(type)
  const boundary = match?.[1] ?? match?.[2]
  if (!boundary) return []
  const parts: Part[] = []
  let inside: string[] | undefined
  const end = () => {
    if (!inside) return
    const head = headOf(inside)
    const fields = fieldsOf(head)
    const start = inside.findIndex((line) => line.trim() !== '')
    // Without headers of its own a part begins with an empty line.
    const hasHead = start === 0
    const body = hasHead ? inside.slice(head.length + 1) : inside
    parts.push({
      type: (hasHead ? (fields.get('content-type')?.[0] ?? '') : '').toLowerCase(),
      lines: decoded(body, fields.get('content-transfer-encoding')?.[0]?.toLowerCase() ?? ''),
    })
  }
  for (const line of lines) {
    const bare = line.trimEnd()
    if (bare === `--${boundary}--`) break
    if (bare === `--${boundary}`) {
      end()
      inside = []
    } else inside?.push(line)
  }
  end()
  return parts.slice(0, 20)
}

function decoded(lines: string[], encoding: string): string[] {
  if (encoding === 'base64') {
    try {
      return atob(lines.join('').replace(/\s/g, ''))
        .split(/\r\n?|\n/)
        .slice(0, MOST_LINES)
    } catch {
      return []
    }
  }
  if (encoding !== 'quoted-printable') return lines
  return lines
    .join('\n')
    .replace(/=[ \t]*\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .split('\n')
}

/** The groups of a status: the first is about the message, each of the others about one recipient. */
function recipientsOf(lines: readonly string[]): Recipient[] {
  const groups: string[][] = [[]]
  for (const line of lines) {
    if (line.trim() !== '') groups.at(-1)!.push(line)
    else if (groups.at(-1)!.length) groups.push([])
    if (groups.length > MOST_RECIPIENTS + 2) break
  }
  return groups.flatMap((group) => {
    const fields = fieldsOf(group)
    const one = (name: string) => fields.get(name)?.[0] ?? ''
    if (!fields.has('final-recipient') && !fields.has('original-recipient')) return []
    const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(one('status'))?.[1] ?? ''
    return [
      {
        addresses: ['final-recipient', 'original-recipient']
          .map((name) => addressIn(one(name)))
          .filter((one) => one !== ''),
        outcome: outcomeOf(one('action').toLowerCase(), status),
        status,
        words: one('diagnostic-code')
          .replace(/^[\w-]{1,20}\s*;\s*/, '')
          .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
          .replace(/\s+/g, ' ')
          .trim()
          .slice(0, 300),
      },
    ]
  })
}

/** `rfc822; name@example.org`, with or without angle brackets. */
function addressIn(words: string): string {
  const address = words
    .replace(/^[^;]*;/, '')
    .trim()
    .replace(/^<|>$/g, '')
    .toLowerCase()
  return /^[^\s@<>]{1,64}@[^\s@<>]{1,190}$/.test(address) ? address : ''
}

/** A full mailbox (5.2.2) passes, whatever class its server gives it; "delayed" is told while the mail service still tries. */
function outcomeOf(action: string, status: string): Recipient['outcome'] {
  if (action === 'delayed') return 'still-trying'
  if (action !== 'failed') return 'other'
  if (status.startsWith('4') || status === '5.2.2') return 'soft'
  return status.startsWith('5') ? 'hard' : 'other'
}

/** These help nobody a day later, and the words to cover have their own second telling. */
const neverAgain = ['sign-in-code', 'urgent-words'] as const satisfies readonly MessageKind[]

/**
 * Sends a message once more after it came back, at 10:00 on the next working day, if its facts still hold then.
 * @returns whether it will be
 */
export async function tryOnceMore(ctx: Writing, messageId: number, reply: string): Promise<boolean> {
  const notBefore = londonInstant(addWorkingDays(londonDate(ctx.now), 1), '10:00')
  const rows = await ctx.db
    .update(messages)
    .set({
      state: 'retry',
      sentAt: null,
      notBefore,
      deadline: sql`max(${messages.deadline}, ${notBefore + 6 * 3_600_000})`,
      reply,
      fence: sql`${messages.fence} + 1`,
    })
    .where(
      and(
        eq(messages.id, messageId),
        eq(messages.state, 'sent'),
        isNotNull(messages.sentAt),
        notInArray(messages.kind, [...neverAgain]),
      ),
    )
    .returning({ id: messages.id })
  return rows.length > 0
}

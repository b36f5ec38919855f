/** What leaves by SMTP, read back as a mail program reads it (trust.md E4–E6, E9, E14, S30, S32). */
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bySmtp } from '#emails/by-smtp.ts'
import { catalogue } from '#emails/catalogue.ts'
import { compose, messageId } from '#emails/envelope.ts'
import { calendarInvitation } from '#emails/invitation.ts'
import { cleanName, cleanSender, type Email, isMailAddress, type Letter, type Transport } from '#emails/message.ts'
import { previews, sampleLook } from '#emails/preview.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const numRuns = Number(process.env.HISTORIES ?? 40)

type Received = { from: string; to: string[]; raw: string }
const received: Received[] = []
let server: SMTPServer
let transport: Transport

beforeAll(async () => {
  server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    logger: false,
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        received.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(parts).toString('latin1'),
        })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  transport = bySmtp({ host: '127.0.0.1', port: (server.server.address() as AddressInfo).port, name: 'training.test' })
})
afterAll(async () => {
  await transport.close()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

/** Sends it and reads it back. */
async function carry(email: Email) {
  received.length = 0
  expect(await transport.deliver(email)).toMatchObject({ outcome: 'sent' })
  expect(received).toHaveLength(1)
  const [one] = received as [Received]
  return { ...one, mail: await PostalMime.parse(Buffer.from(one.raw, 'latin1')) }
}

type Part = { type: string; headers: Record<string, string>; parts: Part[] }

/** The tree of a message's parts, read without the reader used elsewhere. */
function partsOf(raw: string): Part {
  const end = raw.indexOf('\r\n\r\n')
  const headers: Record<string, string> = {}
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const type = headers['content-type'] ?? ''
  const boundary = /^multipart\/.*boundary="?([^";]+)"?/i.exec(type)?.[1]
  const parts = boundary
    ? raw
        .slice(end)
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => partsOf(part.replace(/^\r\n/, '')))
    : []
  return { type: type.split(';')[0] ?? '', headers, parts }
}

const outline = ({ type, parts }: Part): unknown => (parts.length ? [type, ...parts.map(outline)] : type)

const invitation = {
  uid: 'booking-1-1@training.example.org',
  sequence: 0,
  organiser: { name: 'Example Partnership', address: 'training@example.org' },
  attendee: { name: 'Sam Example', address: 'sam@example.org' },
  summary: 'Working with neglect – Grüße',
  location: 'Fernhill Centre, Larch Road',
  description: 'Booked with us.',
  startsAt: Date.UTC(2026, 8, 15, 8, 30),
  endsAt: Date.UTC(2026, 8, 15, 15, 30),
  stampedAt: Date.UTC(2026, 8, 1),
}

function booking(name: 'booking-confirmation' | 'booking-cancellation'): Email {
  const method = name === 'booking-confirmation' ? 'REQUEST' : 'CANCEL'
  const { email } = previews().find((preview) => preview.name === name) ?? {}
  if (!email) throw new Error(`No ${name}`)
  return { ...email, calendar: { method, content: calendarInvitation([{ ...invitation, method }]) } }
}

/** Every header a message has, besides those of one that can be stopped. */
const usual = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'reply-to',
  'subject',
  'to',
  'x-auto-response-suppress',
]
const stoppable = [...usual, 'list-unsubscribe', 'list-unsubscribe-post']
const headersExpected = ({ optOut }: Letter) => [...(optOut ? stoppable : usual)].sort()

describe('a confirmation', () => {
  it('has text and HTML, the invitation as a third way to read it, and the same as a file', async () => {
    const { raw, mail } = await carry(booking('booking-confirmation'))
    expect(outline(partsOf(raw))).toEqual([
      'multipart/mixed',
      ['multipart/alternative', 'text/plain', 'text/html', 'text/calendar'],
      'application/ics',
    ])
    const [alternatives, file] = partsOf(raw).parts as [Part, Part]
    expect(alternatives.parts[2]?.headers['content-type']).toMatch(/method="?REQUEST\b/)
    expect(alternatives.parts[2]?.headers['content-type']).toMatch(/charset="?utf-8\b/i)
    expect(alternatives.parts[2]?.headers['content-disposition'] ?? '').not.toMatch(/attachment/)
    expect(file.headers['content-disposition']).toMatch(/^attachment; filename="?invitation\.ics\b/)
    expect(mail.text).toContain('You have a place.')
    expect(mail.html).toContain('You have a place.')
  })

  it('carries the invitation unchanged, byte for byte, both times', async () => {
    const email = booking('booking-confirmation')
    const { mail } = await carry(email)
    const entries = mail.attachments.filter(({ mimeType }) => /calendar|ics/.test(mimeType))
    expect(entries).toHaveLength(2)
    for (const { content } of entries) {
      const text = typeof content === 'string' ? content : new TextDecoder().decode(content)
      expect(text.replace(/\r?\n/g, '\r\n').trim()).toBe(email.calendar?.content.trim())
    }
  })

  it('of a cancelled place says so by its method', async () => {
    const { raw } = await carry(booking('booking-cancellation'))
    expect(raw).toMatch(/text\/calendar;[^\r\n]*(\r\n[ \t][^\r\n]*)*method="?CANCEL/)
    expect(raw).not.toMatch(/method="?REQUEST/)
  })
})

describe('every message', () => {
  for (const { name, letter, email } of previews())
    it(`${name} has exactly its headers: “${letter.subject}”`, async () => {
      const { raw, mail, to, from } = await carry(email)
      expect(mail.headers.map(({ key }) => key).sort()).toEqual(headersExpected(letter))
      expect(Object.keys(partsOf(raw).headers).sort()).toEqual(headersExpected(letter))
      const header = (key: string) => mail.headers.find((one) => one.key === key)?.value
      expect(header('auto-submitted')).toBe('auto-generated')
      expect(header('x-auto-response-suppress')).toBe('OOF, NRN, AutoReply, RN')
      expect(header('message-id')).toBe(`<${email.id}@training.example.org>`)
      expect(new Date(header('date') ?? '').getTime()).toBe(Date.UTC(2026, 8, 14, 8))
      expect(mail.replyTo).toEqual([{ name: '', address: 'training@example.org' }])
      expect(mail.from).toEqual({ name: 'Example Safeguarding Partnership', address: 'training@example.org' })
      expect(mail.to).toEqual([{ name: 'Sam Example', address: 'sam@example.org' }])
      expect({ to, from }).toEqual({ to: ['sam@example.org'], from: 'training@example.org' })
      expect(mail.subject).toBe(letter.subject)
      expect(mail.text?.replace(/\r\n/g, '\n').trim()).toBe(email.text.trim())
      expect(mail.html?.replace(/\r\n/g, '\n').trim()).toBe(email.html.trim())
      expect(outline(partsOf(raw))).toEqual(
        email.calendar
          ? [
              'multipart/mixed',
              ['multipart/alternative', 'text/plain', 'text/html', 'text/calendar'],
              'application/ics',
            ]
          : ['multipart/alternative', 'text/plain', 'text/html'],
      )
    })

  it('that asks can be stopped with one press, and what is owed carries no such header', async () => {
    for (const { name, letter, email } of previews()) {
      const { mail } = await carry(email)
      const header = (key: string) => mail.headers.find((one) => one.key === key)?.value
      const { optOut } = letter
      if (name.startsWith('follow-up-')) expect(optOut, name).toBeDefined()
      if (/^(sign-in|booking|certificate|urgent)/.test(name)) expect(optOut, name).toBeUndefined()
      expect(header('list-unsubscribe'), name).toBe(optOut && `<${optOut.href}>`)
      expect(header('list-unsubscribe-post'), name).toBe(optOut && 'List-Unsubscribe=One-Click')
    }
  })
})

describe('the Message-ID', () => {
  it('is the same on every try', async () => {
    const email = booking('booking-confirmation')
    const ids = []
    for (const _try of [1, 2, 3]) ids.push((await carry(email)).mail.messageId)
    const other = bySmtp({ host: '127.0.0.1', port: (server.server.address() as AddressInfo).port })
    received.length = 0
    await other.deliver(email)
    await other.close()
    ids.push((await PostalMime.parse(received[0]?.raw ?? '')).messageId)
    expect(new Set(ids)).toEqual(new Set([`<${email.id}@training.example.org>`]))
  })

  it('is of our own name, and made of nothing that could end it', () => {
    expect(messageId('message-12-mf3k', 'https://training.example.org:8443')).toBe(
      '<message-12-mf3k@training.example.org>',
    )
    for (const id of ['', 'a b', 'a>b', 'a@b', 'a\r\nBcc: x', '.a', 'a.', 'a..b', 'ä', 'a'.repeat(101)])
      expect(() => messageId(id, 'https://training.example.org'), id).toThrow(TypeError)
  })
})

describe('the name of a sender', () => {
  it('has nothing that mail services take for a forgery, and is not too long', () => {
    for (const [given, shown] of [
      ['Robin, Example Partnership', 'Robin Example Partnership'],
      ['Training <team@example.org>', 'Training team example.org'],
      ['Training: "the team"', 'Training the team'],
      ['a\r\nBcc: x@y.test', 'a Bcc x y.test'],
      ['  much   space ', 'much space'],
      ['x'.repeat(200), 'x'.repeat(75)],
      ['😀'.repeat(80), '😀'.repeat(75)],
      ['', ''],
    ] as const)
      expect(cleanSender(given)).toBe(shown)
  })

  it('goes out as it was cleaned', async () => {
    const [preview] = previews({ ...sampleLook, partnership: 'Team: "A, B" <a@b.test>\r\nBcc: c@d.test' })
    const { mail } = await carry(preview!.email)
    expect(mail.from).toEqual({ name: 'Team A B a b.test Bcc c d.test', address: 'training@example.org' })
  })
})

/** What somebody with time on their hands types into a form. */
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }) },
  fc
    .array(
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\0',
        '\u2028',
        '\u2029',
        '\u0085',
        '\u202e',
        ' ',
        'Bcc: victim@evil.test',
        'Content-Type: text/html',
        'x'.repeat(90),
        'é'.repeat(50),
        '=?utf-8?B?DQpCY2M6IHZpY3RpbUBldmlsLnRlc3Q=?=',
        '=0D=0ABcc: a@b.c',
        '"',
        '<',
        '>',
        ',',
        ';',
        '\\',
        '.\r\n',
        '\r\n.\r\n',
        'MAIL FROM:<a@b.c>',
        '--boundary--',
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join('')),
)

/** The sample with hostile words in and around every string; a code stays a code, and a link leads to the origin. */
function hostileProps(sample: unknown, next: () => string): unknown {
  if (typeof sample === 'string') {
    if (/^\d{6}$/.test(sample)) return sample
    // Our own addresses are short: one of a thousand octets could stand in no header (RFC 5322 section 2.1.1).
    return URL.canParse(sample) ? sample + next().slice(0, 100) : next() + sample + next()
  }
  if (Array.isArray(sample)) return sample.map((one) => hostileProps(one, next))
  if (sample && typeof sample === 'object')
    return Object.fromEntries(
      // Which wording is meant is a closed word, and never somebody’s.
      Object.entries(sample).map(([key, value]) => [
        key,
        /^(arm|step|telling)$/.test(key) ? value : hostileProps(value, next),
      ]),
    )
  return sample
}

describe('whatever the words are', () => {
  it(`no header is added, changed or broken, in any message, its files or its envelope (SEED=${seed})`, async () => {
    const cases = catalogue.flatMap(({ samples, write }) => samples.map((sample) => ({ sample, write })))
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostile, { minLength: 5, maxLength: 12 }),
        fc.integer({ min: 0, max: cases.length - 1 }),
        async (strings, first) => {
          // Each run goes through three of the messages, so that all of them have many.
          for (const n of [0, 1, 2]) {
            const { sample, write } = cases[(first + n) % cases.length]!
            let at = n
            const next = () => strings[at++ % strings.length] ?? ''
            const letter = write(hostileProps(sample, next))
            const email = compose({
              id: 'message-1',
              to: { name: next(), address: 'sam@example.org' },
              from: { name: `P${next()}`, address: 'training@example.org' },
              replyTo: 'training@example.org',
              letter: { ...letter, subject: next() + letter.subject + next() },
              look: { ...sampleLook, partnership: `P${next()}`, signedBy: next() },
              writtenAt: Date.UTC(2026, 8, 14, 8),
              attachments: [{ filename: `${next()}.pdf`, type: 'application/pdf', content: 'x' }],
              calendar: {
                method: 'REQUEST',
                content: calendarInvitation([
                  {
                    ...invitation,
                    method: 'REQUEST',
                    summary: next(),
                    attendee: { name: next(), address: 'a@b.test' },
                  },
                ]),
              },
            })
            const { raw, mail, to, from } = await carry(email)
            expect(Object.keys(partsOf(raw).headers).sort()).toEqual(headersExpected(letter))
            expect(mail.headers.map(({ key }) => key).sort()).toEqual(headersExpected(letter))
            expect(outline(partsOf(raw))).toEqual([
              'multipart/mixed',
              ['multipart/alternative', 'text/plain', 'text/html', 'text/calendar'],
              'application/pdf',
              'application/ics',
            ])
            for (const { headers, parts } of allParts(partsOf(raw)).slice(1))
              for (const key of Object.keys(headers))
                expect(['content-type', 'content-transfer-encoding', 'content-disposition'], `${parts}`).toContain(key)
            expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/)
            expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
            expect({ to, from }).toEqual({ to: ['sam@example.org'], from: 'training@example.org' })
            expect(mail.to).toHaveLength(1)
            expect(mail.to?.[0]?.address).toBe('sam@example.org')
            expect(mail.from?.address).toBe('training@example.org')
            expect(mail.from?.name).toBe(email.from.name)
            expect(mail.messageId).toBe('<message-1@training.example.org>')
            expect(mail.bcc ?? mail.cc).toBeUndefined()
          }
        },
      ),
      { seed, numRuns, interruptAfterTimeLimit: 50_000 },
    )
  })

  it('an address is one address or none', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.emailAddress()), (address) => {
        if (isMailAddress(address)) expect(address).toMatch(/^[^\s<>,;:"()[\]\\@]+@[^\s<>,;:"()[\]\\@]+$/)
      }),
      { seed, numRuns: 1000 },
    )
  })

  it('a name in mail to others is one line of at most 100 characters without an address', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.webUrl(), fc.emailAddress(), fc.domain()), (name) => {
        const shown = cleanName(name)
        expect(Array.from(shown).length).toBeLessThanOrEqual(100)
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029@]|:\/\/|www\.|[^\s]\.[^\s]/u)
        expect(cleanName(shown)).toBe(shown)
      }),
      { seed, numRuns: 1000 },
    )
  })
})

function allParts(part: Part): Part[] {
  return [part, ...part.parts.flatMap(allParts)]
}

/** The calendar entry as a calendar reads it (RFC 5545, 5546; trust.md E12–E16, S30). */
import fc from 'fast-check'
import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { calendarInvitation, checkEntry, type Invitation } from '#emails/invitation.ts'
import type { CalendarMethod } from '#emails/message.ts'
import { londonInstant } from '#server/calendar.ts'
import { messages } from '#server/messages.ts'
import type { Message } from '#server/outbox/delivery.ts'
import { makeWorld } from '#test/world.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const numRuns = Number(process.env.HISTORIES ?? 400)

const invitation: Invitation = {
  uid: 'booking-12-3@training.example.org',
  sequence: 0,
  method: 'REQUEST',
  organiser: { name: 'Example Partnership', address: 'training@example.org' },
  attendee: { name: 'Sam Example', address: 'sam@example.org' },
  summary: 'Working with neglect',
  location: 'Fernhill Centre, Larch Road',
  description: 'Booked with Example Partnership.\nAnswering this entry does not change the booking.',
  startsAt: londonInstant('2026-09-15', '09:30'),
  endsAt: londonInstant('2026-09-15', '16:30'),
  stampedAt: londonInstant('2026-09-01', '10:00'),
}

function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text))
  const entries = calendar.getAllSubcomponents('vevent')
  return { calendar, entries, entry: entries[0]! }
}

const instant = (entry: ICAL.Component, name: string) =>
  (entry.getFirstPropertyValue(name) as ICAL.Time).toJSDate().getTime()
const names = (component: ICAL.Component) => component.getAllProperties().map(({ name }) => name)

const properties = [
  'attendee',
  'description',
  'dtend',
  'dtstamp',
  'dtstart',
  'last-modified',
  'location',
  'organizer',
  'sequence',
  'status',
  'summary',
  'uid',
]

describe('an invitation', () => {
  it.each([
    ['REQUEST', 0, 'CONFIRMED', 'ACCEPTED'],
    ['REQUEST', 3, 'CONFIRMED', 'ACCEPTED'],
    ['CANCEL', 4, 'CANCELLED', 'DECLINED'],
  ] as const)('by %s keeps its UID and carries SEQUENCE %i and STATUS %s', (method, sequence, status, partstat) => {
    const { calendar, entry } = read(calendarInvitation([{ ...invitation, method, sequence }]))
    expect(calendar.getFirstPropertyValue('method')).toBe(method)
    expect(calendar.getFirstPropertyValue('version')).toBe('2.0')
    expect(calendar.getFirstPropertyValue('prodid')).toMatch(/Afterwards/)
    expect(entry.getFirstPropertyValue('uid')).toBe(invitation.uid)
    expect(entry.getFirstPropertyValue('sequence')).toBe(sequence)
    expect(entry.getFirstPropertyValue('status')).toBe(status)
    expect(entry.getFirstProperty('attendee')?.getParameter('partstat')).toBe(partstat)
    expect(instant(entry, 'dtstamp')).toBe(invitation.stampedAt)
    expect(instant(entry, 'last-modified')).toBe(invitation.stampedAt)
    expect(names(entry).sort()).toEqual(properties)
  })

  it('comes from a mailbox that someone reads, and asks for no reply', () => {
    const { entry } = read(calendarInvitation([invitation]))
    const [organizer, attendee] = ['organizer', 'attendee'].map((name) => entry.getFirstProperty(name)!)
    expect(organizer?.getFirstValue()).toMatch(/^mailto:training@example\.org$/i)
    expect(organizer?.getParameter('cn')).toBe('Example Partnership')
    expect(attendee?.getFirstValue()).toMatch(/^mailto:sam@example\.org$/i)
    expect(attendee?.getParameter('cn')).toBe('Sam Example')
    expect(attendee?.getParameter('rsvp')).toBe('FALSE')
  })

  it('to be kept as a file names nobody who comes', () => {
    const { calendar, entry } = read(calendarInvitation([{ ...invitation, method: 'PUBLISH' }]))
    expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH')
    expect(names(entry).sort()).toEqual(properties.filter((name) => name !== 'attendee'))
  })

  it('has one entry for each event session, and one method', () => {
    const two = [invitation, { ...invitation, uid: 'booking-12-4@training.example.org' }]
    expect(read(calendarInvitation(two)).entries.map((entry) => entry.getFirstPropertyValue('uid'))).toEqual(
      two.map(({ uid }) => uid),
    )
    expect(() => calendarInvitation([])).toThrow(TypeError)
    expect(() => calendarInvitation([invitation, { ...invitation, method: 'CANCEL' }])).toThrow(TypeError)
  })

  it('is the same text each time it is written', () => {
    expect(calendarInvitation([invitation])).toBe(calendarInvitation([invitation]))
  })
})

describe('the three-month check', () => {
  const check = {
    uid: 'check-12@training.example.org',
    organiser: invitation.organiser,
    label: 'Use the neglect toolkit, in supervision',
    startsAt: londonInstant('2026-12-10', '09:45'),
    stampedAt: londonInstant('2026-09-16', '10:00'),
  }

  it('is published, blocks no time, names nobody and leads nowhere', () => {
    const text = checkEntry(check)
    const { calendar, entries, entry } = read(text)
    expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH')
    expect(entries).toHaveLength(1)
    expect(entry.getFirstPropertyValue('uid')).toBe(check.uid)
    expect(entry.getFirstPropertyValue('summary')).toBe('Three-month check: Use the neglect toolkit, in supervision')
    expect(entry.getFirstPropertyValue('transp')).toBe('TRANSPARENT')
    expect(names(entry)).not.toContain('attendee')
    expect(text).not.toMatch(/https?:|sam@/i)
  })

  it.each([['2026-12-10'], ['2027-03-30'], ['2026-10-27']])(
    'is a quarter of an hour at 9:45am in London on %s',
    (on) => {
      const { entry } = read(checkEntry({ ...check, startsAt: londonInstant(on, '09:45') }))
      expect(instant(entry, 'dtstart')).toBe(londonInstant(on, '09:45'))
      expect(instant(entry, 'dtend')).toBe(londonInstant(on, '10:00'))
    },
  )
})

describe('the times of an entry', () => {
  it.each([
    ['the day the clocks go forward', '2027-03-28', '09:30', '2027-03-28T08:30:00Z'],
    ['the day before', '2027-03-27', '09:30', '2027-03-27T09:30:00Z'],
    ['the day the clocks go back', '2027-10-31', '09:30', '2027-10-31T09:30:00Z'],
    ['the day before that', '2027-10-30', '09:30', '2027-10-30T08:30:00Z'],
    ['a summer midnight', '2027-07-01', '00:00', '2027-06-30T23:00:00Z'],
  ])('are UTC, and right on %s', (_day, on, starts, utc) => {
    const startsAt = londonInstant(on, starts)
    const text = calendarInvitation([{ ...invitation, startsAt, endsAt: londonInstant(on, '16:30') }])
    const { calendar, entry } = read(text)
    expect(text).toContain(`\r\nDTSTART:${utc.replace(/[-:]/g, '')}\r\n`)
    expect(calendar.getAllSubcomponents('vtimezone')).toEqual([])
    for (const [name, wall] of [
      ['dtstart', starts],
      ['dtend', '16:30'],
    ] as const) {
      expect((entry.getFirstPropertyValue(name) as ICAL.Time).zone).toBe(ICAL.Timezone.utcTimezone)
      const shown = Temporal.Instant.fromEpochMilliseconds(instant(entry, name)).toZonedDateTimeISO('Europe/London')
      expect(`${shown.toPlainDate()} ${shown.toPlainTime().toString({ smallestUnit: 'minute' })}`).toBe(`${on} ${wall}`)
    }
  })
})

/** Any words, with what has a meaning in a calendar thrown in. */
const anyWords = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        '\\',
        ';',
        ',',
        '\n',
        '\r\n',
        '\r',
        '\\n',
        '"',
        ':',
        '^n',
        '^',
        "^'",
        '\u2028',
        '\0',
        '\t',
        ' ',
        'é',
        '😀',
        '👩‍👧',
        'a'.repeat(74),
        'é'.repeat(40),
        '😀'.repeat(20),
        'END:VEVENT',
        '\r\nATTACH:http://evil.test/x',
        '\nBEGIN:VALARM',
        '\r\n ',
        ';CN=x',
        '=?utf-8?Q?a?=',
      ),
      { maxLength: 15 },
    )
    .map((parts) => parts.join('')),
)
/** What can be seen of it: of spaces and invisible characters, only that words stay apart may change. */
const visible = (words: string) => words.replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, '')
const methods = fc.constantFrom<CalendarMethod>('REQUEST', 'CANCEL', 'PUBLISH')

describe(`whatever the words are (SEED=${seed})`, () => {
  const texts = fc.record({ summary: anyWords, location: anyWords, description: anyWords, name: anyWords })

  it('a calendar reads them as they were written, and no property is added', () => {
    fc.assert(
      fc.property(texts, methods, ({ name, ...words }, method) => {
        const text = calendarInvitation([
          {
            ...invitation,
            ...words,
            method,
            attendee: { name, address: 'sam@example.org' },
            organiser: { name: `P${name}`, address: 'training@example.org' },
          },
        ])
        const { calendar, entries, entry } = read(text)
        expect(entries).toHaveLength(1)
        expect(calendar.getAllSubcomponents()).toHaveLength(1)
        expect(entry.getAllSubcomponents()).toEqual([])
        const isGiven = (one: string) =>
          !['summary', 'location', 'description'].includes(one) || entry.getFirstProperty(one) !== null
        expect(names(entry).sort()).toEqual(
          properties.filter((one) => isGiven(one) && (one !== 'attendee' || method !== 'PUBLISH')),
        )
        expect(names(calendar).sort()).toEqual(['calscale', 'method', 'prodid', 'version'])
        for (const [key, given] of Object.entries(words))
          expect(visible(String(entry.getFirstPropertyValue(key) ?? ''))).toBe(visible(given))
        expect(entry.getFirstPropertyValue('uid')).toBe(invitation.uid)
        expect(String(entry.getFirstPropertyValue('organizer'))).toMatch(/^mailto:training@example\.org$/i)
      }),
      { seed, numRuns },
    )
  })

  it('its lines end by CRLF, hold at most 75 octets, and split no character', () => {
    fc.assert(
      fc.property(texts, ({ name, ...words }) => {
        const text = calendarInvitation([
          { ...invitation, ...words, attendee: { name, address: `${'a'.repeat(60)}@${'b'.repeat(150)}.test` } },
        ])
        expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
        expect(text.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        for (const line of text.split('\r\n')) {
          expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
          expect(line.isWellFormed()).toBe(true)
        }
      }),
      { seed, numRuns },
    )
  })

  it('breaks of lines are kept, and plain words come back to the letter', () => {
    const words = 'Ask for “Sam”; bring: a case, and a pen \\ pencil.\nSecond line: 100% – naïve 😀\n\nFourth'
    const { entry } = read(calendarInvitation([{ ...invitation, description: words, location: words }]))
    expect(entry.getFirstPropertyValue('description')).toBe(words)
    expect(entry.getFirstPropertyValue('location')).toBe(words)
  })

  it('a name that somebody typed brings no link and no address into a calendar', () => {
    for (const name of ['Pay now http://evil.test', 'x@evil.test', 'www.evil.test', 'evil.test', 'http://evil.test']) {
      const text = calendarInvitation([{ ...invitation, attendee: { name, address: 'sam@example.org' } }])
      expect(text.replaceAll('\r\n ', '')).not.toMatch(/evil\.test|:\/\//)
      expect(read(text).entry.getFirstProperty('attendee')?.getFirstValue()).toMatch(/^mailto:sam@example\.org$/i)
    }
  })
})

describe('the entry that goes out with a booking', () => {
  it('holds none of the letter’s links and no token, so that a shared calendar gives nothing away', async () => {
    const world = await makeWorld()
    try {
      const bea = await world.as(world.stage.bea)
      const booked = await bea.post('/api/bookings', {
        eventId: await world.stage.event({ on: ['2026-10-22', '2026-10-29'] }),
        termsAccepted: true,
      })
      const message = { about: `booking:${booked.json.id}`, toPersonId: world.stage.bea } as Message
      const ready = await messages['booking-confirmation'](world.ctx(), message)
      if (!('letter' in ready)) throw new Error(JSON.stringify(ready))
      const text = ready.calendar?.content.replaceAll('\r\n ', '') ?? ''
      expect(read(text).entries).toHaveLength(2)
      for (const block of ready.letter.blocks)
        if (block.type === 'button' || block.type === 'link') expect(text).not.toContain(new URL(block.href).pathname)
      expect(text).not.toMatch(/ATTACH|X-ALT-DESC|\bURL[:;]|CONFERENCE|token/i)
      for (const address of text.match(/https?:[^\s\\,;]+/g) ?? []) expect(address).toBe(world.config.origin)
      // Nothing as long and as mixed as a secret.
      expect(text).not.toMatch(/[A-Za-z0-9_-]{32,}/)
    } finally {
      await world.close()
    }
  })
})

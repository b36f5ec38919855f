import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFile } from '#db/open-node.ts'
import {
  bounces,
  commitments,
  contacts,
  courses,
  eventCancellations,
  followUps,
  messages,
  people,
  suggestions,
  termDates,
  texts,
} from '#db/schema.ts'
import { addDays, londonInstant } from '#server/calendar.ts'
import { noteAsked } from '#server/surveys/asking.ts'
import { askingFacts } from '#server/surveys/asking-words.ts'
import { dispositionsOf } from '#server/surveys/follow-up.ts'
import { inviteDue, nextInvitation } from '#server/surveys/inviting.ts'
import { nextReminder, remindDue } from '#server/surveys/reminding.ts'
import { choreContext } from '#server/world.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, handOver, historyOf, messagesOf, press, remark, runAsking } from './facts.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

// Tuesday 15 September 2026; the target is Tuesday 15 December.
const day = '2026-09-15'
const asked = '2026-12-15'

const invited = async () => (await messagesOf(w, 'follow-up-invitation')).map(({ about }) => Number(about.slice(8)))
const reminded = async () => (await messagesOf(w, 'follow-up-reminder')).map(({ about }) => Number(about.slice(8)))
/** Runs the asking at 10:00 of every day, and the mail server takes everything at once. */
async function everyDay(from: string, to: string) {
  for (let on = from; on <= to; on = addDays(on, 1)) {
    at(w, on)
    await runAsking(w)
    await handOver(w)
  }
}
/** The last asking message owed. */
const messageOf = async () => (await messagesOf(w)).at(-1)!.id
const dispositionOf = async (bookingId: number) => {
  const eventIds = (await w.client.execute('select id from events')).rows.map(({ id }) => Number(id))
  const all = await dispositionsOf(w.store.read, { eventIds }, new Date(w.now()).toISOString().slice(0, 10))
  return all.find((one) => one.bookingId === bookingId)?.disposition
}

describe('the invitation', () => {
  it('goes at 10:00 on the day, not before, once', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, addDays(asked, -1))
    await runAsking(w)
    expect(await invited()).toEqual([])
    at(w, asked, '09:59')
    expect(await nextInvitation(w.ctx())).toBe(londonInstant(asked, '10:00'))
    await runAsking(w)
    expect(await invited()).toEqual([])
    at(w, asked, '10:00')
    await runAsking(w)
    await runAsking(w)
    expect(await invited()).toEqual([bookingId])
    expect(await nextInvitation(w.ctx())).toBeNull()
    expect(await dispositionOf(bookingId)).toBe('not-yet-due')
    await handOver(w)
    expect(await dispositionOf(bookingId)).toBe('still-being-asked')
    expect((await w.store.read.select().from(followUps))[0]).toMatchObject({ firstAskedOn: asked, lastAskedOn: asked })
  })

  it('is owed once by two runners at once on one file, to a thousand people', async () => {
    const eventId = await w.stage.event({ on: [day], capacity: 1000 })
    await w.store.write(async (db) => {
      await db.run(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
        insert into people (email, name, agency_id, role_group, workforce, made_at) select 'many' || i || '@council.test', 'Many ' || i, ${w.stage.agencies.council}, 'social-work', 'children', 0 from n`)
      await db.run(`insert into bookings (event_id, person_id, agency_id, sector_id, role_group, workforce, charge_tier, source, day_code, terms_version, at, state)
        select ${eventId}, id, agency_id, ${w.stage.sectors.councils}, 'social-work', 'children', 'partner', 'self', 'M' || id, '2026-04', 0, 'confirmed' from people where email like 'many%'`)
      await db.run(
        `insert into marks (event_session_id, booking_id, mark, at) select (select id from event_sessions where event_id = ${eventId}), id, 'present', 0 from bookings where event_id = ${eventId}`,
      )
    })
    at(w, asked)
    const second = await openFile(w.path, { thread: false })
    const other = { ...w.world, store: second }
    const run = async (world: typeof w.world) => {
      while (await inviteDue(choreContext(world), world));
    }
    await Promise.all([run(w.world), run(other)])
    await second.close()
    const about = await invited()
    expect(about).toHaveLength(1000)
    expect(new Set(about).size).toBe(1000)
    expect(await w.store.read.$count(contacts)).toBe(1000)
  })

  it('asks nobody who did not come, or whose course earns none', async () => {
    const eventId = await w.stage.event({ on: [day] })
    await attend(w, eventId, w.stage.bea, 'absent')
    await attend(w, eventId, w.stage.olu, null)
    const [{ id: _, ...course } = {} as never] = await w.store.read.select().from(courses)
    const [induction] = await w.store.write((db) =>
      db
        .insert(courses)
        .values({ ...course, code: 'IND', earns: 'none' })
        .returning(),
    )
    const none = await attend(w, await w.stage.event({ on: [day], courseId: induction!.id }), w.stage.ada)
    at(w, asked)
    await runAsking(w)
    expect(await invited()).toEqual([])
    expect(await dispositionOf(none)).toBe('not-asked-by-rule')
  })

  it('waits for schools until the holidays are over, and for someone away until they are back', async () => {
    const eventId = await w.stage.event({ on: [day] })
    await w.store.write(async (db) => {
      await db.insert(termDates).values({ name: 'Christmas', closedFrom: '2026-12-14', closedTo: '2027-01-08' })
      await db.update(people).set({ awayUntil: '2026-12-16' }).where(eq(people.id, w.stage.bea))
    })
    const bea = await attend(w, eventId, w.stage.bea)
    const olu = await attend(w, eventId, w.stage.olu)
    at(w, asked)
    await runAsking(w)
    expect(await invited()).toEqual([])
    at(w, '2026-12-17')
    await runAsking(w)
    expect(await invited()).toEqual([bea])
    at(w, '2027-01-12')
    await runAsking(w)
    expect(await invited()).toEqual([bea, olu])
  })

  it('is caught up after three weeks asleep on the next fitting day, and within its hours', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: ['2026-07-14'] }), w.stage.bea)
    // The day was Wednesday 14 October. Asleep until Friday 6 November, after hours on Tuesday the 10th.
    at(w, '2026-11-06')
    await runAsking(w)
    at(w, '2026-11-10', '16:00')
    await runAsking(w)
    expect(await invited()).toEqual([])
    at(w, '2026-11-11', '11:20')
    await runAsking(w)
    expect(await invited()).toEqual([bookingId])
  })

  it('is not owed any more eight weeks after the target: they could not be asked', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: ['2026-07-14'] }), w.stage.bea)
    at(w, '2026-12-10')
    await runAsking(w)
    expect(await invited()).toEqual([])
    expect(await dispositionOf(bookingId)).toBe('could-not-be-asked')
  })

  it('is not sent again when the clock is put back', async () => {
    await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await handOver(w)
    at(w, addDays(asked, -1))
    await runAsking(w)
    at(w, asked)
    await runAsking(w)
    expect(await messagesOf(w)).toHaveLength(1)
  })

  it('waits 28 days after the last, and leaves out by rule who had four in twelve months', async () => {
    const first = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    // Its own day is 6 January, 22 days after the first: too far apart to share a message.
    const second = await attend(w, await w.stage.event({ on: ['2026-09-29'] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await handOver(w)
    await everyDay('2026-12-16', '2027-01-11')
    expect(await invited()).toEqual([first])
    expect(await dispositionOf(second)).toBe('not-yet-due')
    await everyDay('2027-01-12', '2027-02-20')
    expect(await invited()).toEqual([first, second])
    const row = (await w.store.read.select().from(contacts)).find(({ bookingId }) => bookingId === second)
    expect(row).toMatchObject({ step: 'invitation', on: '2027-01-12' })
    expect(row?.why).toContain('not before Tuesday 12 January 2027')

    for (const on of ['2026-11-24', '2027-01-12']) {
      await attend(w, await w.stage.event({ on: [on] }), w.stage.bea)
      await everyDay(addDays(on, 90), addDays(on, 120))
    }
    expect(await invited()).toHaveLength(4)
    const fifth = await attend(w, await w.stage.event({ on: ['2027-03-02'] }), w.stage.bea)
    at(w, '2027-06-02')
    await runAsking(w)
    expect(await invited()).toHaveLength(4)
    expect(await dispositionOf(fifth)).toBe('not-asked-by-rule')
    expect((await historyOf(w, `booking:${fifth}`)).at(-1)).toMatchObject({ details: 'four-in-twelve-months' })
  })

  it('shares one message between two that fall due within 21 days, on the later day', async () => {
    const first = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    const second = await attend(w, await w.stage.event({ on: ['2026-09-16'] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    expect(await invited()).toEqual([])
    at(w, '2026-12-16')
    await runAsking(w)
    expect(await invited()).toEqual([first])
    const rows = await w.store.read.select().from(contacts).orderBy(contacts.bookingId)
    expect(rows.map(({ bookingId }) => bookingId)).toEqual([first, second])
    expect(new Set(rows.map(({ messageId }) => messageId)).size).toBe(1)
    expect(rows[0]?.why).toContain('together with another follow-up')
    await w.chores()
    expect(w.kept.at(-1)?.text).toContain(await answerPath(w, first))
    expect(w.kept.at(-1)?.text).toContain(await answerPath(w, second))
    expect(await dispositionOf(first)).toBe('still-being-asked')
    expect(await dispositionOf(second)).toBe('still-being-asked')

    // One is answered: the reminder asks about the other alone.
    at(w, '2026-12-17', '12:00')
    await press(w, await answerPath(w, first), 'once')
    at(w, '2026-12-22')
    await w.chores()
    const reminder = w.kept.findLast(({ subject }) => !subject.startsWith('What came of'))?.text
    expect(reminder).toContain(await answerPath(w, second))
    expect(reminder).not.toContain(await answerPath(w, first))
    expect(await reminded()).toEqual([second])
  })

  it('draws by hash which two of three share it; the third waits its 28 days', async () => {
    const three = [
      await attend(w, await w.stage.event({ on: [day] }), w.stage.bea),
      await attend(w, await w.stage.event({ on: [day] }), w.stage.bea),
      await attend(w, await w.stage.event({ on: [day] }), w.stage.bea),
    ]
    at(w, asked)
    await runAsking(w)
    await handOver(w)
    const rows = await w.store.read.select().from(contacts)
    expect(rows).toHaveLength(2)
    expect(new Set(rows.map(({ messageId }) => messageId)).size).toBe(1)
    const third = three.find((one) => !rows.some(({ bookingId }) => bookingId === one))!
    expect(await dispositionOf(third)).toBe('not-yet-due')
    await everyDay('2026-12-16', '2027-01-12')
    const row = (await w.store.read.select().from(contacts)).find(({ bookingId }) => bookingId === third)
    expect(row).toMatchObject({ step: 'invitation', on: '2027-01-12' })
  })

  it('that a mail server could not take in its hours leaves on the next day that fits', async () => {
    await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    at(w, asked, '19:30')
    await w.chores()
    const asking = () => w.kept.filter(({ headers }) => headers['List-Unsubscribe'])
    expect(asking()).toEqual([])
    at(w, '2026-12-16')
    await w.chores()
    expect(asking()).toHaveLength(1)
  })
})

describe('the reminder', () => {
  let bookingId: number
  beforeEach(async () => {
    bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await handOver(w)
  })

  it('goes four, nine and fourteen working days after the invitation was handed over, and then no more', async () => {
    at(w, '2026-12-18')
    await runAsking(w)
    expect(await reminded()).toEqual([])
    at(w, '2026-12-21', '09:00')
    expect(await nextReminder(w.ctx())).toBe(londonInstant('2026-12-21', '10:00'))
    for (let on = '2026-12-21'; on < '2027-03-01'; on = addDays(on, 1)) {
      at(w, on)
      await runAsking(w)
      await handOver(w)
    }
    const rows = await w.store.read.select().from(contacts).orderBy(contacts.id)
    expect(rows.map(({ step, on }) => `${step} ${on}`)).toEqual([
      'invitation 2026-12-15',
      'reminder-1 2026-12-21',
      'reminder-2 2026-12-30',
      'reminder-3 2027-01-07',
    ])
    expect(await reminded()).toEqual([bookingId, bookingId, bookingId])
    expect((await w.store.read.select().from(followUps))[0]).toMatchObject({ lastAskedOn: '2027-01-07' })
    expect(await dispositionOf(bookingId)).toBe('no-reply')
  })

  it('keeps five working days from the one before, however long the machine slept', async () => {
    at(w, '2027-01-06')
    await runAsking(w)
    await handOver(w)
    at(w, '2027-01-07')
    await runAsking(w)
    await handOver(w)
    expect(await reminded()).toHaveLength(1)
    at(w, '2027-01-13')
    await runAsking(w)
    expect(await reminded()).toHaveLength(2)
  })

  it('waits while the message before it waits for a mail server', async () => {
    at(w, '2026-12-21')
    await runAsking(w)
    at(w, '2026-12-30')
    await runAsking(w)
    expect(await reminded()).toHaveLength(1)
  })

  it('is not sent after an answer that counts, an opt-out, a bounce, a corrected attendance, a voided event or erasure', async () => {
    const others: number[] = []
    for (let n = 0; n < 5; n++)
      others.push(await attend(w, await w.stage.event({ on: [day] }), await w.stage.person(`Person ${n}`)))
    await runAsking(w)
    await handOver(w)
    at(w, asked, '12:00')
    const [bounced, corrected, voided, erased, stays] = others as [number, number, number, number, number]
    const rows = await w.client.execute('select id, event_id, person_id from bookings')
    const of = (id: number) => rows.rows.find((row) => Number(row.id) === id)!
    await press(w, await answerPath(w, bookingId), 'once')
    await w.store.write(async (db) => {
      const [person] = await db
        .select()
        .from(people)
        .where(eq(people.id, Number(of(bounced).person_id)))
      await db
        .insert(bounces)
        .values({ personId: person!.id, email: person!.email!, hard: true, reply: '550', at: w.now() })
      await db
        .insert(eventCancellations)
        .values({ eventId: Number(of(voided).event_id), at: w.now(), reason: 'Never took place' })
      await db
        .update(people)
        .set({ erasedAt: w.now() })
        .where(eq(people.id, Number(of(erased).person_id)))
    })
    await remark(w, corrected, 'absent')
    at(w, '2026-12-21')
    await runAsking(w)
    expect(await reminded()).toEqual([stays])
    const closed = new Map(
      (await w.store.read.select().from(followUps)).map((row) => [row.bookingId, row.closedBecause]),
    )
    expect(Object.fromEntries(closed)).toEqual({
      [bookingId]: 'answered',
      [bounced]: 'bounced',
      [corrected]: 'attendance-corrected',
      [voided]: 'event-voided',
      [erased]: 'bounced',
      [stays]: null,
    })
    expect(await dispositionOf(bounced)).toBe('could-not-be-asked')
    expect(await dispositionOf(corrected)).toBeUndefined()
  })

  it('is dropped when nobody was awake until they were no longer being asked', async () => {
    at(w, '2027-01-19')
    await runAsking(w)
    expect(await reminded()).toEqual([])
    expect(await dispositionOf(bookingId)).toBe('no-reply')
  })

  it('is owed once by two runners at once', async () => {
    at(w, '2026-12-21')
    await Promise.all([remindDue(w.ctx(), w.world), remindDue(w.ctx(), w.world), remindDue(w.ctx(), w.world)])
    expect(await reminded()).toEqual([bookingId])
    expect(await w.store.read.$count(contacts)).toBe(2)
  })
})

describe('an asking message', () => {
  it('is asked again at sending, and says why it is no longer needed', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    expect(await askingFacts(w.ctx(), 1)).toEqual({ cancelled: 'The follow-up is no longer owed' })
    at(w, asked)
    await runAsking(w)
    const facts = await askingFacts(w.ctx(), await messageOf())
    expect(facts).toMatchObject({
      to: { name: 'Bea Fern' },
      words: {
        firstName: 'Bea',
        about: [
          {
            wasThisYou: null,
            course: 'Recognising neglect',
            monthName: 'September',
            suggestion: null,
            ownWords: false,
          },
        ],
        deadline: 'Tuesday 5 January',
        remaining: 'three weeks',
      },
    })
    if (!('words' in facts)) throw new Error('It is owed')
    const [about] = facts.words.about
    expect(about?.choices).toHaveLength(8)
    expect(about?.choices[2]).toEqual({
      text: 'I have done it at least once',
      href: `${w.config.origin}${await answerPath(w, bookingId)}/once`,
    })
    await remark(w, bookingId, 'absent')
    expect(await askingFacts(w.ctx(), await messageOf())).toEqual({ cancelled: 'The register says they did not come' })
  })

  it('names a ready-made commitment and never own words', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await w.store.write(async (db) => {
      const [suggestion] = await db.select().from(suggestions)
      await db
        .insert(commitments)
        .values({ bookingId, position: 1, kind: 'suggestion', suggestionId: suggestion!.id, madeAt: 0 })
    })
    expect(await askingFacts(w.ctx(), await messageOf())).toMatchObject({
      words: { about: [{ suggestion: 'Use the neglect toolkit with one family', ownWords: false }] },
    })
    await w.store.write(async (db) => {
      const [text] = await db
        .insert(texts)
        .values({ bookingId, kind: 'commitment', original: 'CANARY', state: 'held', writtenAt: 0 })
        .returning()
      await db.update(commitments).set({ kind: 'own-words', suggestionId: null, textId: text!.id })
    })
    const facts = await askingFacts(w.ctx(), await messageOf())
    expect(facts).toMatchObject({ words: { about: [{ suggestion: null, ownWords: true }] } })
    expect(JSON.stringify(facts)).not.toContain('CANARY')
  })

  it('that a mail server refuses for the address ends the series and marks the address', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await w.store.write((db) => db.update(messages).set({ state: 'dead', reply: '550 recipient: no such mailbox' }))
    await runAsking(w)
    expect(await dispositionOf(bookingId)).toBe('could-not-be-asked')
    expect(await w.store.read.select().from(bounces)).toHaveLength(1)
    await runAsking(w)
    expect(await w.store.read.select().from(bounces)).toHaveLength(1)
  })

  it('that may have arrived counts as asked, one that never left does not', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const bea = await attend(w, eventId, w.stage.bea)
    const olu = await attend(w, eventId, w.stage.olu)
    at(w, asked)
    await runAsking(w)
    await w.store.write(async (db) => {
      await db
        .update(messages)
        .set({ state: 'uncertain' })
        .where(eq(messages.about, `booking:${bea}`))
      await db
        .update(messages)
        .set({ state: 'dead', reply: 'Not sent: its time had passed' })
        .where(eq(messages.about, `booking:${olu}`))
    })
    await noteAsked(w.ctx(), w.world)
    await runAsking(w)
    expect(await dispositionOf(bea)).toBe('still-being-asked')
    expect(await dispositionOf(olu)).toBe('could-not-be-asked')
  })
})

describe('the reminder after a doubted answer', () => {
  it('asks whether it was them', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await handOver(w)
    await press(w, await answerPath(w, bookingId), 'once')
    at(w, '2026-12-21')
    await runAsking(w)
    expect(await reminded()).toEqual([bookingId])
    const facts = await askingFacts(w.ctx(), await messageOf())
    if (!('words' in facts)) throw new Error('It is owed')
    expect(facts.words.about[0]?.wasThisYou).toBe(`${w.config.origin}${await answerPath(w, bookingId)}/check`)
    await w.chores()
    expect(w.kept.map(({ text }) => text).join()).toContain(`${await answerPath(w, bookingId)}/check`)
  })
})

describe('an attendance corrected and corrected back', () => {
  it('is invited after all when nothing had gone out', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await remark(w, bookingId, 'absent')
    await w.store.write((db) => db.update(messages).set({ state: 'cancelled' }))
    await runAsking(w)
    await remark(w, bookingId, 'present')
    await runAsking(w)
    at(w, addDays(asked, 1))
    await runAsking(w)
    expect((await messagesOf(w)).map(({ state }) => state)).toEqual(['cancelled', 'queued'])
  })

  it('goes on where it stood when they had been asked', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await handOver(w)
    await remark(w, bookingId, 'absent')
    await runAsking(w)
    await remark(w, bookingId, 'present')
    await runAsking(w)
    expect(await dispositionOf(bookingId)).toBe('still-being-asked')
    expect(await messagesOf(w)).toHaveLength(1)
  })
})

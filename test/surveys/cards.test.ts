import { eq } from 'drizzle-orm'
import ICAL from 'ical.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bounces, commitments, courses, pauses, people, suggestions, texts } from '#db/schema.ts'
import { addDays } from '#server/calendar.ts'
import { cardDue, nudgeDue } from '#server/surveys/cards.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { at, attend, messagesOf, optOutPath, remark } from './facts.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

// Thursday 17 September 2026: the next working day is Friday; four weeks on is Thursday 15 October; asked on Thursday 17 December.
const day = '2026-09-17'

async function plans(bookingId: number, kind: 'suggestion' | 'own-words', position = 1) {
  await w.store.write(async (db) => {
    const [suggestion] = await db.select().from(suggestions).where(eq(suggestions.position, position))
    const [text] =
      kind === 'own-words'
        ? await db
            .insert(texts)
            .values({ bookingId, kind: 'commitment', original: 'CANARY in my own words', state: 'held', writtenAt: 0 })
            .returning()
        : []
    await db.insert(commitments).values({
      bookingId,
      position: 1,
      kind,
      suggestionId: kind === 'suggestion' ? suggestion!.id : null,
      textId: text?.id ?? null,
      madeAt: 0,
    })
  })
}

const run = async () => {
  while ((await cardDue(w.ctx(), w.world)) || (await nudgeDue(w.ctx(), w.world)));
}
const owed = async (kind: string) => (await messagesOf(w, kind)).map(({ about }) => Number(about.slice(8)))
const letter = (subject: RegExp) => w.kept.find((one) => subject.test(one.subject))

describe('the commitment card', () => {
  it('goes on the next working day, once, with what they planned and a calendar entry for the day we ask', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await plans(bookingId, 'suggestion')
    at(w, day, '15:00')
    await run()
    expect(await owed('commitment-card')).toEqual([])
    at(w, '2026-09-18', '09:59')
    await run()
    expect(await owed('commitment-card')).toEqual([])
    at(w, '2026-09-18')
    await w.chores()
    await w.chores()
    expect(await owed('commitment-card')).toEqual([bookingId])
    const card = letter(/Your plan/)!
    expect(card.text).toContain('Use the neglect toolkit with one family')
    expect(card.text).toContain('Thursday 17 December 2026')
    expect(card.text).not.toContain('/answer/')
    const entry = new ICAL.Component(ICAL.parse(card.calendar!.content))
    expect(card.calendar!.method).toBe('PUBLISH')
    const event = new ICAL.Event(entry.getFirstSubcomponent('vevent')!)
    expect(event.summary).toBe('Three-month check: Use the neglect toolkit with one family')
    expect(event.startDate.toJSDate().toISOString()).toBe('2026-12-17T09:45:00.000Z')
    expect(card.calendar!.content).not.toMatch(/https?:|\/answer|opt-out/)
  })

  it('never holds own words, neither in the letter nor in the calendar', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await plans(bookingId, 'own-words')
    at(w, '2026-09-18')
    await w.chores()
    expect(JSON.stringify(w.kept)).not.toContain('CANARY')
    expect(letter(/Your plan/)!.calendar!.content).toContain('Three-month check: Recognising neglect')
  })

  it('goes after a late register within ten days, and then no more', async () => {
    const late = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea, null)
    at(w, '2026-09-25')
    await run()
    expect(await owed('commitment-card')).toEqual([])
    await w.store.write((db) =>
      db.run(
        `insert into marks (event_session_id, booking_id, mark, at) select s.id, ${late}, 'present', 0 from event_sessions s join bookings b on b.event_id = s.event_id where b.id = ${late}`,
      ),
    )
    await run()
    expect(await owed('commitment-card')).toEqual([late])
    await attend(w, await w.stage.event({ on: ['2026-09-14'] }), w.stage.olu)
    await run()
    expect(await owed('commitment-card')).toEqual([late])
  })

  it('goes to nobody who did not come, opted out, cannot be reached, or whose course earns no follow-up', async () => {
    const eventId = await w.stage.event({ on: [day] })
    await attend(w, eventId, w.stage.bea, 'absent')
    const olu = await attend(w, eventId, w.stage.olu)
    await w.visitor.form(await optOutPath(w, olu), { scope: 'course' })
    const bounced = await w.stage.person('Bo Hill')
    await attend(w, eventId, bounced)
    const [{ id: _, ...course } = {} as never] = await w.store.read.select().from(courses)
    const [none] = await w.store.write((db) =>
      db
        .insert(courses)
        .values({ ...course, code: 'IND', earns: 'none' })
        .returning(),
    )
    await attend(w, await w.stage.event({ on: [day], courseId: none!.id }), w.stage.ada)
    await w.store.write(async (db) => {
      const [person] = await db.select().from(people).where(eq(people.id, bounced))
      await db.insert(bounces).values({ personId: bounced, email: person!.email!, hard: true, reply: '550', at: 0 })
    })
    at(w, '2026-09-18')
    await run()
    expect(await owed('commitment-card')).toEqual([])
  })

  it('is owed once by two runners at once, and not sent when the register was corrected meanwhile', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, '2026-09-18')
    await Promise.all([cardDue(w.ctx(), w.world), cardDue(w.ctx(), w.world)])
    expect(await owed('commitment-card')).toEqual([bookingId])
    await remark(w, bookingId, 'absent')
    await w.chores()
    expect((await messagesOf(w, 'commitment-card')).map(({ state }) => state)).toEqual(['cancelled'])
  })
})

describe('the nudge', () => {
  it('goes four weeks on, asks nothing, and tells what others chose from ten who chose', async () => {
    const eventId = await w.stage.event({ on: [day] })
    const bea = await attend(w, eventId, w.stage.bea)
    await plans(bea, 'suggestion')
    await w.store.write((db) => db.update(courses).set({ resource: 'The toolkit’s short guide, in your welcome pack' }))
    for (let n = 0; n < 8; n++)
      await plans(await attend(w, eventId, await w.stage.person(`Person ${n}`)), 'suggestion', n < 5 ? 2 : 3)
    at(w, '2026-10-15')
    await w.chores()
    expect(await owed('nudge')).toHaveLength(9)
    const nine = w.kept.filter(({ text }) => text.includes('Nothing to answer'))
    expect(nine).toHaveLength(9)
    expect(nine[0]!.text).not.toContain('What others on the day chose')
    expect(nine[0]!.text).toContain('short guide')
    expect(nine[0]!.text).not.toContain('/answer/')

    const tenth = await w.stage.event({ on: ['2026-09-21'] })
    for (let n = 0; n < 10; n++)
      await plans(await attend(w, tenth, await w.stage.person(`Ten ${n}`)), 'suggestion', n < 6 ? 2 : 4)
    w.kept.length = 0
    at(w, '2026-10-19')
    await w.chores()
    const ten = w.kept.filter(({ text }) => text.includes('Nothing to answer'))
    expect(ten).toHaveLength(10)
    expect(ten[0]!.text).toContain('Raise neglect in my next supervision: 6 people')
  })

  it('waits out a pause, and is let go when it is two weeks late', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    await w.store.write((db) =>
      db
        .insert(pauses)
        .values({ scope: 'everyone', fromOn: '2026-10-12', toOn: '2026-10-20', because: 'incident', madeAt: 0 }),
    )
    at(w, '2026-10-15')
    await run()
    expect(await owed('nudge')).toEqual([])
    at(w, '2026-10-21')
    await run()
    expect(await owed('nudge')).toEqual([bookingId])
    const slept = await attend(w, await w.stage.event({ on: [addDays(day, -30)] }), w.stage.olu)
    await run()
    expect(await owed('nudge')).not.toContain(slept)
  })
})

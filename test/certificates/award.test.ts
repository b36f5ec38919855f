import { and, asc, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bookings } from '#db/bookings.ts'
import { certificates } from '#db/certificates.ts'
import { courses } from '#db/courses.ts'
import { history } from '#db/history.ts'
import { messages } from '#db/outbox.ts'
import { people } from '#db/people.ts'
import { instruments, responses, skips } from '#db/surveys.ts'
import { formatInstant, londonInstant } from '#server/calendar.ts'
import { awardDue, nextAwardDue } from '#server/certificates/award.ts'
import { certificateCode } from '#server/certificates/code.ts'
import { certificateFacts } from '#server/certificates/message-facts.ts'
import { readSnapshot } from '#server/certificates/snapshot.ts'
import { withdrawDue } from '#server/certificates/withdrawal.ts'
import { sha256 } from '#server/keys.ts'
import { engage, place, press, sessionsOf } from '../attendance/day.ts'
import { makeWorld, type TestWorld } from '../world.ts'

const today = '2026-09-14'
let world: TestWorld
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

/** The day's last event session has ended. */
const dayOver = londonInstant(today, '16:30')

const award = () => awardDue(world.ctx(), world.world)
const withdraw = () => withdrawDue(world.ctx(), world.world)
const all = () => world.store.read.select().from(certificates).orderBy(asc(certificates.id))
const standing = async () => (await all()).filter(({ withdrawnAt }) => withdrawnAt === null)

async function attended(on = [today], personId = world.stage.bea) {
  const eventId = await world.stage.event({ on })
  const bookingId = await place(world, eventId, personId)
  const sessions = await sessionsOf(world, eventId)
  return { eventId, bookingId, sessions, session: sessions[0]! }
}

async function answerEnd({ eventId, bookingId }: { eventId: number; bookingId: number }) {
  await world.store.write(async (db) => {
    const [instrument] = await db.select({ id: instruments.id }).from(instruments).where(eq(instruments.stage, 'end'))
    await db.insert(responses).values({
      bookingId,
      eventId,
      stage: 'end',
      instrumentId: instrument!.id,
      channel: 'page',
      startedAt: world.now(),
      coreAt: world.now(),
      finishedAt: world.now(),
    })
  })
}
const skip = (bookingId: number) => world.store.write((db) => db.insert(skips).values({ bookingId, at: world.now() }))

describe('a certificate is awarded', () => {
  it('once the end-of-day questions are answered', async () => {
    const day = await attended()
    await press(world, day.session, day.bookingId, 'present')
    expect(await award()).toBe(false)
    await answerEnd(day)
    expect(await award(), 'while the day goes on').toBe(false)
    world.setClock(dayOver)
    expect(await award()).toBe(true)
    expect(await award()).toBe(false)
    expect(await all()).toMatchObject([
      { bookingId: day.bookingId, because: 'survey', number: 'EX-2026-000001', awardedAt: world.now() },
    ])
  })

  it('once they are skipped', async () => {
    const day = await attended()
    await press(world, day.session, day.bookingId, 'late')
    await skip(day.bookingId)
    world.setClock(dayOver)
    await award()
    expect(await all()).toMatchObject([{ because: 'skip' }])
  })

  it.each([
    ['a Monday', '2026-09-14', 'Wednesday 16 September 2026, 9am'],
    ['a Thursday, past the weekend', '2026-09-17', 'Monday 21 September 2026, 9am'],
    ['a Saturday', '2026-09-19', 'Tuesday 22 September 2026, 9am'],
    ['Christmas Eve, past two bank holidays', '2026-12-24', 'Wednesday 30 December 2026, 9am'],
    ['Maundy Thursday, past Easter', '2027-03-25', 'Wednesday 31 March 2027, 9am'],
  ])('by itself on the second working day after %s', async (_, on, words) => {
    const day = await attended([on])
    world.setClock(londonInstant(on, '09:00'))
    await press(world, day.session, day.bookingId, 'present')
    const due = await nextAwardDue(world.ctx())
    expect(formatInstant(due!)).toBe(words)
    world.setClock(due! - 1)
    expect(await award()).toBe(false)
    world.setClock(due!)
    expect(await award()).toBe(true)
    expect(await all()).toMatchObject([{ because: 'two-working-days' }])
    expect(await nextAwardDue(world.ctx())).toBeNull()
  })

  it('at once when the register of an old event is taken late', async () => {
    const day = await attended(['2026-08-03'])
    await press(world, day.session, day.bookingId, 'present')
    expect(await award()).toBe(true)
  })

  it('for no mark but present and late', async () => {
    for (const [n, mark] of (['left-early', 'absent', 'excused'] as const).entries()) {
      const day = await attended([`2026-08-0${n + 3}`])
      await press(world, day.session, day.bookingId, mark)
    }
    const unmarked = await attended(['2026-08-06'])
    await skip(unmarked.bookingId)
    expect(await award()).toBe(false)
  })

  it('by the course’s rule: every event session, or any', async () => {
    const [first, last] = ['2026-09-09', '2026-09-10'] as [string, string]
    const every = await attended([first, last])
    await press(world, every.sessions[0]!, every.bookingId, 'present')
    world.later('P7D')
    expect(await award()).toBe(false)
    await world.store.write((db) =>
      db.update(courses).set({ attendanceRule: 'any' }).where(eq(courses.id, world.stage.course)),
    )
    expect(await award()).toBe(true)
    // It claims the day they were there and no other.
    expect(readSnapshot((await all())[0]!.snapshot).dates).toBe('Wednesday 9 September 2026')
  })

  it('not before the last day, whatever the rule', async () => {
    await world.store.write((db) =>
      db.update(courses).set({ attendanceRule: 'any' }).where(eq(courses.id, world.stage.course)),
    )
    const day = await attended([today, '2026-09-16'])
    await press(world, day.session, day.bookingId, 'present')
    await skip(day.bookingId)
    expect(await award()).toBe(false)
    world.setClock(londonInstant('2026-09-16', '16:30'))
    expect(await award()).toBe(true)
  })

  it('to nobody who was erased', async () => {
    const day = await attended(['2026-08-03'])
    await press(world, day.session, day.bookingId, 'present')
    await world.store.write((db) =>
      db.update(people).set({ erasedAt: world.now() }).where(eq(people.id, world.stage.bea)),
    )
    expect(await award()).toBe(false)
  })

  it('with every claim as it was that day, a code known only by its hash, a message and a line of history', async () => {
    const name = 'Nguyễn Thị Ánh'
    const day = await attended([today], await world.stage.person(name))
    const co = await world.stage.person('Rhys Pugh', { agencyId: world.stage.agencies.council })
    await engage(world, day.eventId, co, 'co-trainer')
    await engage(world, day.eventId, world.stage.tess)
    await press(world, day.session, day.bookingId, 'present')
    await skip(day.bookingId)
    world.setClock(dayOver)
    await award()
    const [certificate] = await all()
    expect(readSnapshot(certificate!.snapshot)).toEqual({
      partnership: 'Example Safeguarding Partnership',
      person: name,
      course: 'Recognising neglect',
      level: 'Group B',
      dates: 'Monday 14 September 2026',
      hours: 6,
      participatoryHours: 5,
      learningOutcomes: ['I can recognise the signs of neglect', 'I can use the neglect toolkit'],
      trainersAgencies: ['Riverside NHS Trust', 'Council children’s services'],
      signatory: { name: world.config.partnership.coordinator, job: 'Training coordinator' },
      number: 'EX-2026-000001',
      issuedOn: 'Monday 14 September 2026',
      example: true,
    })
    const code = await certificateCode(world.world.secrets, certificate!.id)
    expect(certificate!.codeHash).toBe(await sha256(code))
    expect(JSON.stringify(await all())).not.toContain(code)
    const owed = await world.store.read.select().from(messages).where(eq(messages.kind, 'certificate-ready'))
    expect(owed).toMatchObject([{ about: `booking:${day.bookingId}`, occurrence: '1' }])
    const facts = await certificateFacts(world.ctx(), day.bookingId)
    expect(facts).toMatchObject({
      firstName: 'Nguyễn',
      course: 'Recognising neglect',
      dates: 'Monday 14 September 2026',
      hours: '6 hours',
    })
    expect(
      await world.store.read
        .select({ what: history.what, actor: history.actor })
        .from(history)
        .where(eq(history.about, `certificate:${certificate!.id}`)),
    ).toEqual([{ what: 'certificate.awarded', actor: 'chore' }])
  })

  it('and keeps its claims when the facts change afterwards', async () => {
    const day = await attended(['2026-08-03'])
    await press(world, day.session, day.bookingId, 'present')
    await award()
    await world.store.write(async (db) => {
      await db.update(people).set({ name: 'Beatrix Fern-Ash' }).where(eq(people.id, world.stage.bea))
      await db.update(courses).set({ title: 'Neglect' }).where(eq(courses.id, world.stage.course))
    })
    await award()
    expect((await all()).map(({ snapshot }) => readSnapshot(snapshot))).toMatchObject([
      { person: 'Bea Fern', course: 'Recognising neglect' },
    ])
  })

  it('under a prefix of its own in a live installation', async () => {
    const live = await makeWorld({ mode: 'live' })
    const eventId = await live.stage.event({ on: ['2026-08-03'] })
    const bookingId = await place(live, eventId, live.stage.bea)
    await press(live, (await sessionsOf(live, eventId))[0]!, bookingId, 'present')
    await awardDue(live.ctx(), live.world)
    const [row] = await live.store.read.select().from(certificates)
    expect(row!.number).toBe('AF-2026-000001')
    expect(readSnapshot(row!.snapshot).example).toBe(false)
    await live.close()
  })

  it('in batches of 25, until all have one', async () => {
    const eventId = await world.stage.event({ on: ['2026-08-03'] })
    const [session] = await sessionsOf(world, eventId)
    for (let n = 0; n < 30; n++) {
      const bookingId = await place(world, eventId, await world.stage.person(`Person ${n}`))
      await press(world, session!, bookingId, 'present')
    }
    expect(await award()).toBe(true)
    expect(await all()).toHaveLength(25)
    await world.chores()
    expect(await standing()).toHaveLength(30)
    expect(new Set((await all()).map(({ number }) => number)).size).toBe(30)
  })
})

describe('a correction of the register', () => {
  async function certified() {
    const day = await attended(['2026-08-03'])
    await press(world, day.session, day.bookingId, 'present')
    await world.chores()
    return day
  }

  it('withdraws the certificate whose attendance no longer stands', async () => {
    const day = await certified()
    expect(await withdraw()).toBe(false)
    world.later('PT1H')
    await press(world, day.session, day.bookingId, 'absent')
    expect(await withdraw()).toBe(true)
    expect(await all()).toMatchObject([{ withdrawnAt: world.now(), withdrawnBecause: 'attendance-corrected' }])
    expect(await certificateFacts(world.ctx(), day.bookingId)).toBeNull()
    const [certificate] = await all()
    const written = await world.store.read
      .select({ what: history.what })
      .from(history)
      .where(and(eq(history.about, `certificate:${certificate!.id}`), eq(history.what, 'certificate.withdrawn')))
    expect(written).toHaveLength(1)
    expect(await withdraw()).toBe(false)
  })

  it('withdraws it too when the booking is cancelled afterwards, and leaves the others alone', async () => {
    const day = await certified()
    const other = await place(world, day.eventId, world.stage.olu)
    await press(world, day.session, other, 'absent')
    await press(world, day.session, other, 'present')
    await world.chores()
    await world.store.write((db) =>
      db.update(bookings).set({ state: 'cancelled' }).where(eq(bookings.id, day.bookingId)),
    )
    await world.chores()
    expect(await standing()).toMatchObject([{ bookingId: other }])
  })

  it('and another back awards a new one under a new number, with a message of its own', async () => {
    const day = await certified()
    await press(world, day.session, day.bookingId, 'absent')
    await world.chores()
    expect(await standing()).toEqual([])
    await press(world, day.session, day.bookingId, 'present')
    await world.chores()
    expect((await all()).map(({ number, withdrawnAt }) => [number, withdrawnAt === null])).toEqual([
      ['EX-2026-000001', false],
      ['EX-2026-000002', true],
    ])
    const owed = await world.store.read
      .select({ occurrence: messages.occurrence })
      .from(messages)
      .where(eq(messages.kind, 'certificate-ready'))
      .orderBy(asc(messages.id))
    expect(owed).toEqual([{ occurrence: '1' }, { occurrence: '2' }])
  })

  it('never gives a number twice, not even after certificates were removed', async () => {
    const day = await certified()
    await world.store.write((db) => db.delete(certificates))
    expect(await standing()).toEqual([])
    await award()
    expect((await all()).map(({ number, bookingId }) => [number, bookingId])).toEqual([
      ['EX-2026-000002', day.bookingId],
    ])
  })
})

describe('two runners at once', () => {
  it('award exactly one certificate and owe exactly one message', async () => {
    const day = await attended(['2026-08-03'])
    await press(world, day.session, day.bookingId, 'present')
    await Promise.all([award(), award(), award(), award()])
    expect(await all()).toHaveLength(1)
    const owed = await world.store.read.select().from(messages).where(eq(messages.kind, 'certificate-ready'))
    expect(owed).toHaveLength(1)
  })

  it('withdraw it once', async () => {
    const day = await attended(['2026-08-03'])
    await press(world, day.session, day.bookingId, 'present')
    await award()
    await press(world, day.session, day.bookingId, 'excused')
    const did = await Promise.all([withdraw(), withdraw(), withdraw()])
    expect(did.filter(Boolean)).toHaveLength(1)
    const written = await world.store.read.select().from(history).where(eq(history.what, 'certificate.withdrawn'))
    expect(written).toHaveLength(1)
  })
})

import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courses, eventCancellations, followUps, messages, optOuts, pauses, people, responses } from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import { nextResults, resultsDue } from '#server/impact/results.ts'
import { unheardLabels } from '#server/impact/shared/pictures.ts'
import { makeToken } from '#server/keys.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { type Attender, alike, attend, canary } from './attenders.ts'
import { inShort } from './reading.ts'

let w: TestWorld
let eventId: number
beforeEach(async () => {
  w = await makeWorld()
  eventId = await w.stage.event({ on: ['2026-01-30'], capacity: 40 })
})
afterEach(() => w.close())

// Asked from 30 April to 6 May 2026: still being asked until 5 June, a Friday.
const room: Attender[] = [
  ...alike(4, { practice: 'routine' }),
  ...alike(2, { practice: 'once' }),
  ...alike(1, { practice: 'started' }),
  ...alike(5, {}),
]
const monday = '2026-06-08'
const at = (on: string, clock = '10:00') => w.setClock(londonInstant(on, clock))

const told = async () =>
  (await w.store.read.select().from(messages).where(eq(messages.kind, 'results'))).map(({ about }) => about)
async function run(): Promise<number> {
  while (await resultsDue(w.ctx(), w.world));
  return (await told()).length
}
const page = async (id: number) => w.visitor.get(`/results/${await makeToken(w.world.secrets, 'results', id)}`)

describe('the results of an event', () => {
  it('go to everyone who came, also to the silent, once nobody is still being asked', async () => {
    const ids = await attend(w, eventId, [...room, ...alike(2, { absent: true })])
    at('2026-06-05')
    expect(await run()).toBe(0)
    at(monday)
    expect(await run()).toBe(12)
    expect((await told()).sort()).toEqual(
      ids
        .slice(0, 12)
        .map((id) => `booking:${id}`)
        .sort(),
    )
    at('2026-06-09')
    expect(await run()).toBe(12)
  })

  it('leave between 10:00 and 16:00 on a working day, and the clock of the example stops there', async () => {
    await attend(w, eventId, room)
    at('2026-06-06')
    expect(await run()).toBe(0)
    at(monday, '09:59')
    expect(await run()).toBe(0)
    expect(await nextResults(w.ctx())).toBe(londonInstant(monday, '10:00'))
    at(monday, '16:00')
    expect(await run()).toBe(0)
    at(monday, '15:59')
    expect(await run()).toBe(12)
    expect(await nextResults(w.ctx())).toBeNull()
  })

  it('are each sent once, whoever runs', async () => {
    await attend(w, eventId, room)
    at(monday)
    await Promise.all([resultsDue(w.ctx(), w.world), resultsDue(w.ctx(), w.world)])
    expect(await run()).toBe(12)
  })

  it('wait for whoever is still being asked, or not yet due', async () => {
    await attend(w, eventId, [...room, { asked: ['2026-04-30', '2026-05-20'] }])
    at(monday)
    expect(await run()).toBe(0)
    at('2026-06-22')
    expect(await run()).toBe(13)
    const later = await w.stage.event({ on: ['2026-03-30'] })
    await attend(w, later, [...alike(6, { practice: 'once', asked: ['2026-06-30', '2026-06-30'] }), { asked: null }])
    at('2026-08-17')
    expect(await run()).toBe(13)
  })

  it('wait a day after the last answer, which may still be changed', async () => {
    await attend(w, eventId, [...alike(6, { practice: 'once' }), { practice: 'routine' }])
    at(monday, '11:00')
    const last = { id: sql`(select max(id) from bookings)` }
    await w.store.write(async (db) => {
      await db.update(responses).set({ coreAt: w.now() }).where(eq(responses.bookingId, last.id))
      await db.update(followUps).set({ closedAt: w.now(), lastAskedOn: monday }).where(eq(followUps.bookingId, last.id))
    })
    expect(await run()).toBe(0)
    at('2026-06-09')
    expect(await run()).toBe(7)
  })

  it('do not tell of an event nobody was asked about, of one voided, nor of a course that earns no follow-up', async () => {
    await attend(w, eventId, alike(8, { asked: null, unreachable: true }))
    at(monday)
    expect(await run()).toBe(0)
    const other = await w.stage.event({ on: ['2026-01-29'] })
    await attend(w, other, room)
    await w.store.write((db) =>
      db.insert(eventCancellations).values({ eventId: other, at: 0, by: w.stage.ada, reason: 'x' }),
    )
    expect(await run()).toBe(0)
    await w.store.write((db) => db.delete(eventCancellations))
    await w.store.write((db) => db.update(courses).set({ earns: 'none' }))
    expect(await run()).toBe(0)
    await w.store.write((db) => db.update(courses).set({ earns: 'full' }))
    expect(await run()).toBe(12)
  })

  it('are not told of an event whose last follow-up became final more than 30 days ago, however late one answers', async () => {
    await attend(w, eventId, room)
    at('2026-07-07')
    expect(await run()).toBe(0)
    at('2026-07-06')
    expect(await run()).toBe(12)
  })

  it('go to nobody who was erased, has no address, bounced for good or opted out of everything', async () => {
    const ids = await attend(w, eventId, [...room, { unreachable: true }])
    const rows = await w.client.execute(
      'select id, person_id, (select email from people where people.id = person_id) as email from bookings order by id',
    )
    const personOf = (n: number) => Number(rows.rows.find(({ id }) => id === ids[n])!.person_id)
    await w.store.write(async (db) => {
      await db
        .update(people)
        .set({ erasedAt: 1, email: null })
        .where(eq(people.id, personOf(0)))
      await db.insert(optOuts).values([
        { personId: personOf(1), bookingId: ids[1]!, scope: 'all', at: 0 },
        { personId: personOf(2), bookingId: ids[2]!, scope: 'all', at: 0, undoneAt: 1 },
        // They wanted no more questions about it; this asks none.
        { personId: personOf(3), bookingId: ids[3]!, scope: 'course', at: 0 },
      ])
    })
    await w.client.execute({
      sql: "insert into bounces (person_id, email, hard, reply, at) values (?, (select email from people where id = ?), 1, '550', 0)",
      args: [personOf(4), personOf(4)],
    })
    at(monday)
    await run()
    const none = [0, 1, 4, 12].map((n) => `booking:${ids[n]}`)
    expect((await told()).sort()).toEqual(
      ids
        .map((id) => `booking:${id}`)
        .filter((about) => !none.includes(about))
        .sort(),
    )
  })

  it('wait for the end of a pause', async () => {
    await attend(w, eventId, room)
    await w.store.write((db) =>
      db.insert(pauses).values({ scope: 'everyone', fromOn: monday, toOn: '2026-06-12', because: 'other', madeAt: 0 }),
    )
    at(monday)
    expect(await run()).toBe(0)
    at('2026-06-15')
    expect(await run()).toBe(12)
  })
})

describe('the message', () => {
  const sent = async () => {
    at(monday)
    await w.chores()
    return w.kept.filter(({ subject }) => /What came of/.test(subject))
  }

  it('says how many told us, and leads who answered to their own page', async () => {
    await attend(w, eventId, room)
    const letters = await sent()
    expect(letters).toHaveLength(12)
    for (const letter of letters) {
      expect(letter.subject).toBe('What came of it: 7 of 12 people told us')
      expect(letter.text.replace(/\s+/g, ' ')).toContain('7 of the 12 people who came have told us what happened next.')
      expect(letter.headers['List-Unsubscribe']).toContain('/opt-out/')
    }
    expect(letters.filter(({ text }) => /\/answer\/[^/\s]+\/account/.test(text))).toHaveLength(7)
    expect(new Set(letters.map(({ text }) => /\/results\/\S+/.exec(text)?.[0])).size).toBe(1)
  })

  // Mail cannot be unsent: beside the page of a later day, which counts the answers given since, it would tell those few apart.
  it('never tells how answers fall, also where the page does', async () => {
    await attend(w, eventId, room)
    const letters = await sent()
    const { text } = await page(eventId)
    expect(text).toMatch(/<p><strong>Of 12 people who came, 7 told us[^<]* into practice/)
    for (const letter of letters)
      expect(`${letter.subject} ${letter.text} ${letter.html}`).not.toMatch(
        /into practice|part of how|started|already/i,
      )
  })

  it('says only how many told us, where the rule shows no more', async () => {
    await attend(w, eventId, [...alike(4, { practice: 'once' }), ...alike(8, {})])
    const [letter] = await sent()
    expect(letter!.text.replace(/\s+/g, ' ')).toContain('4 of the 12 people who came have told us what happened next.')
    expect(letter!.text).not.toContain('into practice')
  })

  it('is not sent to whoever opted out of everything meanwhile', async () => {
    const [first] = await attend(w, eventId, room)
    at(monday)
    await run()
    await w.client.execute({
      sql: "insert into opt_outs (person_id, scope, booking_id, at) select person_id, 'all', id, 0 from bookings where id = ?",
      args: [first!],
    })
    await w.chores()
    const rows = await w.store.read
      .select()
      .from(messages)
      .where(eq(messages.about, `booking:${first}`))
    expect(rows.find(({ kind }) => kind === 'results')).toMatchObject({ state: 'cancelled' })
  })
})

describe('the page of results', () => {
  const figures = async (path: string) =>
    inShort((await (await w.as(w.stage.sue, 'sub-group')).get(`/api/impact/${path}`)).json)

  it('shows the bar with its table and sentence, as the impact page has them', async () => {
    await attend(w, eventId, room)
    at(monday)
    const { status, text, headers } = await page(eventId)
    expect(status).toBe(200)
    const impact = await figures(`events/${eventId}`)
    expect(text).toContain(impact.wholeRoom!.sentence)
    expect(text).toContain(`aria-label="${impact.wholeRoom!.sentence}"`)
    const unheard: string[] = Object.values(unheardLabels)
    for (const [label, count] of impact.wholeRoom!.table)
      if (Number(count) > 0 || !unheard.includes(String(label)))
        expect(text).toMatch(new RegExp(`</svg> ${label}</th><td class="k">${count}</td>`))
    // Every answer has its row; a disposition of nobody has none.
    expect(text).toContain('No chance')
    expect(text).not.toContain('Not asked by rule</th>')
    expect(text).toContain('Hatched: 5 did not reply.')
    expect(text).not.toContain('%</td>')
    expect(text).not.toMatch(/<script|style="/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).not.toContain(canary)
    expect(new TextEncoder().encode(text).length).toBeLessThan(15_000)
  })

  it('shows the course over the year instead, where the day alone is too small', async () => {
    await attend(w, eventId, [...alike(4, { practice: 'once' }), ...alike(8, {})])
    const other = await w.stage.event({ on: ['2026-01-29'] })
    await attend(w, other, [
      ...alike(5, { practice: 'started' }),
      ...alike(5, { practice: 'routine' }),
      ...alike(2, {}),
    ])
    at(monday)
    const { text } = await page(eventId)
    expect(text).toContain('4 of the 12 people who came have told us what happened next.')
    expect(text).toContain('This course over the year')
    // Why is said once.
    expect(text.split('Answers are shown when at least ten came')).toHaveLength(2)
    const course = await figures('programmes/2025-26/courses/NEG1')
    const event = await figures(`events/${eventId}`)
    expect(event.wholeRoom).toBeNull()
    expect(course.wholeRoom === null || text.includes(course.wholeRoom.sentence)).toBe(true)
  })

  it('shows neither where nothing may be shown', async () => {
    await attend(w, eventId, [...alike(4, { practice: 'once' }), ...alike(8, {})])
    at(monday)
    const { text } = await page(eventId)
    expect(text).not.toMatch(/<svg|into practice/)
    expect(text).toContain('<th scope="row">Answered</th><td class="k">4</td>')
    expect(text).toContain('Answers are shown when at least ten came and five answered.')
  })

  it('is a 404 for another token, and for an event that was not held', async () => {
    const future = await w.stage.event()
    expect((await page(future)).status).toBe(404)
    expect((await page(999_999)).status).toBe(404)
    expect((await w.visitor.get(`/results/${await makeToken(w.world.secrets, 'answer', eventId)}`)).status).toBe(404)
  })
})

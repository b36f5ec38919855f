import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contacts, courses, followUps, pauses, people, postponements, programmes, settings } from '#db/schema.ts'
import { addDays, londonClock, londonInstant } from '#server/calendar.ts'
import type { AskingFacts } from '#server/surveys/due-dates.ts'
import { askingInstant } from '#server/surveys/due-dates.ts'
import { dispositionsOf } from '#server/surveys/follow-up.ts'
import { type AskedBefore, askingPlan, type Candidate, planOf } from '#server/surveys/plan.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { at, attend, handOver, messagesOf, runAsking } from './facts.ts'

const holidays = [
  { closedFrom: '2026-10-26', closedTo: '2026-10-30' },
  { closedFrom: '2026-12-21', closedTo: '2027-01-04' },
  { closedFrom: '2027-07-22', closedTo: '2027-09-01' },
]

let ids = 0
const came = (
  lastSessionOn: string,
  more: Partial<AskingFacts & Pick<Candidate, 'hash' | 'weekId'>> = {},
): Candidate => {
  const { hash, weekId, ...facts } = more
  const bookingId = ++ids
  return {
    bookingId,
    personId: 1,
    eventId: bookingId,
    facts: { lastSessionOn, education: false, termDates: holidays, pauses: [], ...facts },
    hash: hash ?? String(bookingId).padStart(4, '0'),
    weekId: weekId ?? null,
  }
}
const nothing: AskedBefore = { invitedOn: [], freeOn: null, weekIds: [] }

/** Each as the day and with whom, or the rule that leaves them out; and why. */
const told = (candidates: Candidate[], before: Partial<AskedBefore> = {}, today = '2026-01-01') => {
  const plan = planOf(candidates, { ...nothing, ...before }, today)
  return candidates.map(({ bookingId }) => {
    const one = plan.find((planned) => planned.bookingId === bookingId)
    const other = candidates.findIndex((each) => each.bookingId === one?.togetherWith)
    return {
      is: one?.on ? `${one.on}${other >= 0 ? ` with ${other}` : ''}` : `left out: ${one?.leftOut}`,
      why: one?.why ?? [],
    }
  })
}

describe('two follow-ups of one person', () => {
  const table: {
    what: string
    came: Candidate[]
    before?: Partial<AskedBefore>
    today?: string
    is: string[]
    why?: [number, string]
  }[] = [
    {
      what: 'eight days apart share the later day',
      came: [came('2026-03-17'), came('2026-03-25')],
      is: ['2026-06-25 with 1', '2026-06-25 with 0'],
      why: [0, 'Asked together with another follow-up of the same person'],
    },
    {
      what: 'twenty-one days apart share it still',
      came: [came('2026-03-17'), came('2026-04-07')],
      is: ['2026-07-07 with 1', '2026-07-07 with 0'],
    },
    {
      what: 'twenty-two days apart do not: the second waits its 28 days',
      came: [came('2026-03-17'), came('2026-04-09')],
      is: ['2026-06-17', '2026-07-15'],
      why: [1, 'not before Wednesday 15 July 2026'],
    },
    {
      what: 'one moved by Christmas and one not are as far apart as their days are',
      came: [came('2026-09-17'), came('2026-09-22')],
      is: ['2026-12-17 with 1', '2026-12-17 with 0'].map((_, n) => ['2027-01-06 with 1', '2027-01-06 with 0'][n]!),
      why: [1, 'no invitation goes out between 20 December and 5 January'],
    },
    {
      what: 'one of a school, one not: a day that fits both, after the holiday',
      came: [came('2026-07-21'), came('2026-07-27', { education: true })],
      is: ['2026-11-03 with 1', '2026-11-03 with 0'],
      why: [1, 'school holiday until Friday 30 October 2026'],
    },
    {
      what: 'one paused past the 35 days of the other is not waited for',
      came: [came('2026-03-17'), came('2026-03-25', { pauses: [{ from: '2026-06-20', to: '2026-08-20' }] })],
      is: ['2026-06-17', '2026-08-21'],
    },
    {
      what: 'one postponed by hand takes the other along when it still fits',
      came: [came('2026-03-17'), came('2026-03-18', { postponedTo: '2026-07-01' })],
      is: ['2026-07-01 with 1', '2026-07-01 with 0'],
      why: [1, 'Postponed to Wednesday 1 July 2026'],
    },
    {
      what: 'across the end of a month and a leap day',
      came: [came('2027-11-30'), came('2027-12-01')],
      is: ['2028-03-01 with 1', '2028-03-01 with 0'],
    },
    {
      what: 'across the change of the clocks in spring',
      came: [came('2026-12-22'), came('2026-12-30')],
      is: ['2027-03-30 with 1', '2027-03-30 with 0'],
    },
  ]
  for (const { what, came, before, today, is, why } of table)
    it(what, () => {
      const plan = told(came, before, today)
      expect(plan.map((one) => one.is)).toEqual(is)
      if (why) expect(plan[why[0]]?.why.join('. ')).toContain(why[1])
    })
})

it('one whose day went by does not wait for another that is paused longer than two may lie apart', () => {
  const plan = told(
    [came('2026-09-01', { pauses: [{ from: '2026-12-14', to: '2027-01-06' }] }), came('2026-09-01')],
    {},
    '2026-12-11',
  )
  expect(plan.map(({ is }) => is)).toEqual(['left out: within-28-days', '2026-12-15'])
})

describe('more than a person should be asked', () => {
  it('of three that fall together two share a message, drawn by hash, and the third waits', () => {
    const plan = told([
      came('2026-03-17', { hash: 'c' }),
      came('2026-03-18', { hash: 'a' }),
      came('2026-03-19', { hash: 'b' }),
    ])
    expect(plan.map(({ is }) => is)).toEqual(['2026-07-21', '2026-06-23 with 2', '2026-06-23 with 1'])
  })

  it('a third that cannot wait within its time is left out', () => {
    const held = { pauses: [{ from: '2026-07-10', to: '2026-08-30' }] }
    const plan = told([
      came('2026-03-17', { hash: 'c', ...held }),
      came('2026-03-18', { hash: 'a' }),
      came('2026-03-19', { hash: 'b' }),
    ])
    expect(plan[0]?.is).toBe('left out: within-28-days')
  })

  it('the fifth in twelve months is left out, and of two that share the last place the hash draws', () => {
    const invitedOn = ['2025-09-01', '2025-11-01', '2026-01-10', '2026-03-10']
    expect(told([came('2026-03-17')], { invitedOn })[0]?.is).toBe('left out: four-in-twelve-months')
    const two = told([came('2026-03-17', { hash: 'b' }), came('2026-03-18', { hash: 'a' })], {
      invitedOn: invitedOn.slice(1),
    })
    expect(two.map(({ is }) => is)).toEqual(['left out: four-in-twelve-months', '2026-06-18'])
  })

  it('a year after the first of four there is room again', () => {
    const invitedOn = ['2025-06-10', '2025-11-01', '2026-01-10', '2026-03-10']
    expect(told([came('2026-03-17')], { invitedOn })[0]?.is).toBe('2026-06-17')
  })

  it('waits while messages of a series are still to come', () => {
    const plan = told([came('2026-03-17')], { invitedOn: ['2026-05-13'], freeOn: '2026-06-24' })
    expect(plan[0]).toMatchObject({ is: '2026-06-24' })
    expect(plan[0]?.why.join()).toContain('Still being asked about something else')
  })

  it('of a Safeguarding Week one event is asked about, drawn by hash', () => {
    const plan = told([
      came('2026-03-17', { weekId: 7, hash: 'b' }),
      came('2026-03-18', { weekId: 7, hash: 'a' }),
      came('2026-03-24'),
    ])
    expect(plan.map(({ is }) => is)).toEqual(['left out: once-a-week', '2026-06-24 with 2', '2026-06-24 with 1'])
    expect(told([came('2026-03-19', { weekId: 7 })], { weekIds: [7] })[0]?.is).toBe('left out: once-a-week')
  })
})

describe('a day that went by unasked', () => {
  it('is made up on the next day that fits, and says so', () => {
    const plan = told([came('2026-03-17')], {}, '2026-06-19')
    expect(plan[0]).toEqual({
      is: '2026-06-23',
      why: expect.arrayContaining(['Wednesday 17 June 2026 went by unasked']),
    })
  })

  it('does not change who is asked together', () => {
    const both = () => [came('2026-03-17'), came('2026-03-26'), came('2026-04-21')]
    expect(told(both()).map(({ is }) => is)).toEqual(told(both(), {}, '2026-06-20').map(({ is }) => is))
  })
})

it('ten in the morning is ten in London on both sides of both clock changes', () => {
  for (const on of ['2027-03-25', '2027-03-30', '2026-10-22', '2026-10-27'])
    expect(londonClock(askingInstant(on))).toBe('10:00')
  expect(askingInstant('2027-03-30') - askingInstant('2027-03-25')).toBe(5 * 86_400_000 - 3_600_000)
})

describe('the plan from the facts', () => {
  let w: TestWorld
  beforeEach(async () => {
    w = await makeWorld()
  })
  afterEach(() => w.close())
  const dispositionOf = async (bookingId: number) => {
    const eventIds = (await w.client.execute('select id from events')).rows.map(({ id }) => Number(id))
    const all = await dispositionsOf(w.store.read, { eventIds }, new Date(w.now()).toISOString().slice(0, 10))
    return all.find((one) => one.bookingId === bookingId)?.disposition
  }

  it('says months ahead who is asked when, and why that day', async () => {
    const bea = await attend(w, await w.stage.event({ on: ['2026-09-17'] }), w.stage.bea)
    const olu = await attend(w, await w.stage.event({ on: ['2026-09-28'] }), w.stage.olu)
    at(w, '2026-10-01')
    const plan = await askingPlan(w.store.read, { today: '2026-10-01', from: '2026-12-01', to: '2027-01-31' })
    expect(plan.map(({ bookingId, on }) => [bookingId, on])).toEqual([
      [bea, '2026-12-17'],
      [olu, '2027-01-06'],
    ])
    expect(plan[1]?.why.join()).toContain('no invitation goes out between 20 December and 5 January')
    expect(await askingPlan(w.store.read, { today: '2026-10-01', from: '2026-11-01', to: '2026-11-30' })).toEqual([])
  })

  it('holds a pause for everyone, a sector, an agency, an event or a person, until it ends or is lifted', async () => {
    const eventId = await w.stage.event({ on: ['2026-09-15'] })
    const bea = await attend(w, eventId, w.stage.bea)
    const olu = await attend(w, eventId, w.stage.olu)
    const of = { sectorId: null, agencyId: null, eventId: null, personId: null }
    const cases = [
      { scope: 'everyone', ...of, holds: [bea, olu] },
      { scope: 'sector', ...of, sectorId: w.stage.sectors.education, holds: [olu] },
      { scope: 'agency', ...of, agencyId: w.stage.agencies.council, holds: [bea] },
      { scope: 'event', ...of, eventId, holds: [bea, olu] },
      { scope: 'person', ...of, personId: w.stage.bea, holds: [bea] },
    ] as const
    for (const { holds, ...pause } of cases) {
      const [made] = await w.store.write((db) =>
        db
          .insert(pauses)
          .values({ ...pause, fromOn: '2026-12-14', toOn: '2026-12-17', because: 'incident', madeAt: w.now() })
          .returning(),
      )
      const plan = await askingPlan(w.store.read, { today: '2026-12-01', from: '2026-12-01', to: '2027-01-31' })
      const held = plan.filter(({ on }) => on !== '2026-12-15').map(({ bookingId }) => bookingId)
      expect({ scope: pause.scope, held }).toEqual({ scope: pause.scope, held: [...holds] })
      expect(plan.find(({ bookingId }) => bookingId === held[0])?.why.join()).toContain('asking is paused')
      await w.store.write((db) => db.update(pauses).set({ liftedAt: w.now() }).where(eq(pauses.id, made!.id)))
    }
    at(w, '2026-12-15')
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-invitation')).toHaveLength(2)
  })

  it('holds the reminders of a series too, and what was postponed', async () => {
    const bea = await attend(w, await w.stage.event({ on: ['2026-09-15'] }), w.stage.bea)
    at(w, '2026-12-15')
    await runAsking(w)
    await handOver(w)
    await w.store.write((db) =>
      db.insert(postponements).values({ bookingId: bea, toOn: '2027-01-05', because: 'at-their-request', at: w.now() }),
    )
    for (let on = '2026-12-16'; on < '2027-01-05'; on = addDays(on, 1)) {
      at(w, on)
      await runAsking(w)
      await handOver(w)
    }
    expect(await w.store.read.$count(contacts)).toBe(1)
    at(w, '2027-01-05')
    await runAsking(w)
    expect(await w.store.read.$count(contacts)).toBe(2)
  })

  it('asks about a forum once a year, after the first that someone came to, since the day the setting names', async () => {
    const [{ id: _, ...course } = {} as never] = await w.store.read.select().from(courses)
    const [forum] = await w.store.write((db) =>
      db
        .insert(courses)
        .values({ ...course, code: 'DSL', title: 'Forum', earns: 'yearly' })
        .returning(),
    )
    const on = (date: string) => w.stage.event({ on: [date], courseId: forum!.id })
    const before = await attend(w, await on('2026-06-02'), w.stage.olu)
    const first = await attend(w, await on('2026-09-22'), w.stage.olu)
    const second = await attend(w, await on('2026-12-01'), w.stage.olu)
    const nextYear = await attend(w, await on('2027-05-04'), w.stage.olu)
    at(w, '2027-06-01')
    expect(await dispositionOf(before)).toBe('not-asked-by-rule')
    expect(await dispositionOf(second)).toBe('not-asked-by-rule')
    expect(await dispositionOf(nextYear)).toBe('not-yet-due')
    at(w, '2027-01-06')
    await runAsking(w)
    await handOver(w)
    expect((await w.store.read.select().from(followUps)).map(({ bookingId }) => bookingId)).toEqual([first])
    await w.store.write((db) => db.delete(settings))
    expect(await dispositionOf(second)).toBe('not-asked-by-rule')
    expect(await dispositionOf(nextYear)).toBe('not-asked-by-rule')
  })

  it('asks about one event of a Safeguarding Week, and closes the others by rule', async () => {
    const [{ id: _, ...course } = {} as never] = await w.store.read.select().from(courses)
    const [short] = await w.store.write((db) =>
      db
        .insert(courses)
        .values({ ...course, code: 'BITE', title: 'Briefing', earns: 'one-question' })
        .returning(),
    )
    await w.store.write((db) =>
      db
        .insert(programmes)
        .values({ name: 'Safeguarding Week 2026', kind: 'week', startsOn: '2026-09-14', endsOn: '2026-09-18' }),
    )
    const three: number[] = []
    for (const date of ['2026-09-15', '2026-09-16', '2026-09-17'])
      three.push(await attend(w, await w.stage.event({ on: [date], courseId: short!.id }), w.stage.bea))
    for (let on = '2026-12-15'; on < '2026-12-19'; on = addDays(on, 1)) {
      at(w, on)
      await runAsking(w)
      await handOver(w)
    }
    const standing = await Promise.all(three.map(dispositionOf))
    expect(standing.sort()).toEqual(['not-asked-by-rule', 'not-asked-by-rule', 'still-being-asked'])
    expect(await messagesOf(w, 'follow-up-invitation')).toHaveLength(1)
  })

  it('waits for someone away, and asks when they are back', async () => {
    await w.store.write((db) => db.update(people).set({ awayUntil: '2026-12-16' }).where(eq(people.id, w.stage.bea)))
    await attend(w, await w.stage.event({ on: ['2026-09-15'] }), w.stage.bea)
    const [one] = await askingPlan(w.store.read, { today: '2026-12-01', from: '2026-12-01', to: '2027-01-31' })
    expect(one).toMatchObject({ on: '2026-12-17', why: ['Away until Wednesday 16 December 2026'] })
    expect(londonInstant('2026-12-17', '10:00')).toBe(askingInstant(one!.on!))
  })
})

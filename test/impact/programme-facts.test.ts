import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exampleStart, fillExample } from '#db/example/fill.ts'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import { assignments, charges, eventCancellations, events, installation, trainers } from '#db/schema.ts'
import { followUpFigure } from '#server/impact/booking-facts.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { factsOf, rowOf, stood } from './programme-figures.ts'

describe('The programme figures of the example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'afterwards-facts-'))
  let store: Awaited<ReturnType<typeof openFile>>
  let year: Map<string, Figure>
  const number = async (query: string, ...args: (string | number)[]) =>
    Number(Object.values((await store.client.execute({ sql: query, args })).rows[0] ?? {})[0])

  beforeAll(async () => {
    store = await openFile(join(folder, 'example.db'))
    await migrate(store.client, 0)
    await store.write((db) =>
      db.insert(installation).values({ id: 1, mode: 'example', madeAt: 0, clockAt: exampleStart }),
    )
    await fillExample(store, { clockAt: exampleStart, certificateCode: (id) => `code ${id}` })
    year = await factsOf({ db: store.read, store, now: exampleStart }, '2025-26')
  }, 60_000)
  afterAll(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are the worked-out year: 59 events of 21 courses, 1,326 places, 905 attendances, 68.3% of capacity', () => {
    expect(year.get('events')?.sentence).toMatch(/^59 events of 21 courses were held\. None was cancelled\./)
    expect(rowOf(year.get('events'), 'Held')).toEqual([59])
    expect(rowOf(year.get('events'), 'Different courses held')).toEqual([21])
    expect(year.get('capacity')?.sentence).toBe(
      '1,326 places were offered and 905 attendances were counted: 68.3% of capacity.',
    )
    expect(rowOf(year.get('by-course'), 'All')).toEqual([59, 1326, 905, '68.3%', 320])
    expect(rowOf(year.get('by-course'), 'Introduction to Safeguarding')?.slice(0, 3)).toEqual([5, 110, 80])
    expect(rowOf(year.get('by-course'), 'Effective Supervision')?.slice(0, 3)).toEqual([4, 96, 73])
  })

  it('come from education 127 (14%) and children’s services 281 (31%), and four agencies of 5 to 8', () => {
    const agencies = year.get('by-agency')
    expect(rowOf(agencies, 'Ashmere Education Service')).toEqual([127, '14%'])
    expect(rowOf(agencies, 'Ashmere Children’s Services')).toEqual([281, '31%'])
    const few = agencies!.table!.rows.map(([, came]) => Number(came)).filter((came) => came <= 8)
    expect([few.length, few.reduce((a, b) => a + b)]).toEqual([4, 26])
    expect(rowOf(year.get('by-sector'), 'All')).toEqual([905, '100%'])
    expect(year.get('by-agency')?.picture).toMatchObject({ kind: 'mix' })
  })

  it('hold 320 of 905 answered beside 187 of 850, and 14 charges of £560 beside 44 of £1,760', () => {
    expect(year.get('follow-ups')?.sentence).toBe('Answered: 320 of 905 (35%). In 2024 to 2025: 187 of 850 (22%).')
    expect(rowOf(year.get('charges'), 'Not attending')).toEqual([14, '£560', 44, '£1,760'])
    expect(Number(rowOf(year.get('charges'), 'Cancelling late')?.[0])).toBeGreaterThan(0)
  })

  it('keep the forum, 55 of 60, and the conference, 80 came and 42 answered, under their own headings', () => {
    expect(year.get('kind-forum')?.sentence).toMatch(/Reached 55 of the 60 schools and colleges expected\.$/)
    expect(rowOf(year.get('coverage'), 'Forum alone')).toEqual([55, 60, '92%'])
    expect(year.get('kind-conference')?.table?.rows[0]?.slice(1)).toEqual([1, 100, 80, '80%', 42])
  })

  it('agree with counting the rows one by one', async () => {
    const taught = `events.programme_id = 2 and events.kind in ('course', 'learning-event') and events.id not in (select event_id from event_cancellations)`
    const came = `from attendances join events on events.id = attendances.event_id join bookings on bookings.id = attendances.booking_id where ${taught}`
    expect(await number(`select count(distinct attendances.person_id) ${came}`)).toBe(
      rowOf(year.get('people'), 'Different people')?.[0],
    )
    for (const [words, times] of [
      ['Once', '= 1'],
      ['Twice', '= 2'],
      ['Three times or more', '> 2'],
    ] as const)
      expect(
        await number(
          `select count(*) from (select attendances.person_id ${came} group by attendances.person_id having count(*) ${times})`,
        ),
      ).toBe(rowOf(year.get('people'), words)?.[0])
    const missed = await number(
      `select count(*) from bookings join events on events.id = bookings.event_id where ${taught} and bookings.state = 'confirmed' and bookings.id not in (select booking_id from attendances)`,
    )
    expect(rowOf(year.get('bookings'), 'Did not attend')).toEqual([missed])
    const cell = (name: string) => Number(rowOf(year.get('bookings'), name)?.[0])
    expect(
      cell('Did not attend: came for a part of it') +
        cell('Did not attend: excused') +
        cell('Did not attend: no reason known'),
    ).toBe(missed)
    expect(cell('Came') + missed + cell('Cancelled in time') + cell('Cancelled late')).toBe(cell('Bookings in all'))
    const cancelled = await number(
      `select count(*) from bookings join events on events.id = bookings.event_id where ${taught} and bookings.state = 'cancelled'
        and exists (select 1 from booking_steps where booking_id = bookings.id and step = 'confirmed')`,
    )
    expect(cell('Cancelled in time') + cell('Cancelled late')).toBe(cancelled)
    for (const [name, came_] of year.get('by-sector')!.table!.rows)
      expect(
        await number(
          `select count(*) ${came} and bookings.sector_id = (select id from sectors where name = ?)`,
          String(name),
        ),
      ).toBe(came_)
    const days = await number(
      `select sum(case when (substr(ends, 1, 2) * 60 + substr(ends, 4, 2)) - (substr(starts, 1, 2) * 60 + substr(starts, 4, 2)) > 240 then 2 else 1 end)
        from assignments join events on events.id = assignments.event_id join event_sessions on event_sessions.event_id = events.id
        where events.programme_id = 2`,
    )
    expect(year.get('trainers')!.table!.rows.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(days / 2)
  })

  it('have no label, stand in their two parts with keys of their own, and add no row of the wrong width', () => {
    const all = [...year.values()]
    expect(all.every(({ label, notShown }) => label === null && notShown === null)).toBe(true)
    expect(new Set(all.map(({ part }) => part))).toEqual(new Set(['programme', 'reach']))
    for (const { key, sentence, table } of all) {
      expect(sentence, key).toMatch(/^[A-Z0-9£].*\.$/)
      for (const row of [...(table?.rows ?? []), ...(table?.foot ? [table.foot] : [])])
        expect(row.length, key).toBe(table!.head.length)
    }
  })
})

describe('The programme figures', () => {
  let w: TestWorld
  beforeEach(async () => {
    w = await makeWorld()
  })
  afterEach(() => w.close())
  const facts = () => factsOf(w.ctx(), '2026-27')
  const said = async (key: string) => (await facts()).get(key)?.sentence

  it('read well of a programme in which nothing has happened', async () => {
    const all = await facts()
    expect(all.get('events')?.sentence).toBe('No course or learning event was held. None was cancelled.')
    for (const key of ['capacity', 'bookings', 'people', 'by-sector', 'delivered-by', 'follow-ups', 'charges'])
      expect([key, all.has(key)]).toEqual([key, false])
    expect(all.get('costs')?.sentence).toBe('No income and no cost has been entered.')
    expect(all.get('other-training')?.sentence).toBe('No training by others has been entered.')
  })

  it('give a percentage of those who answered from ten answers on, each year by its own', () => {
    const said = (now: [number, number], before: [number, number] | null, percentages = 10) => {
      const of = ([answered, attended]: [number, number]) => ({ answered, attended })
      const figure = followUpFigure(of(now), before && { programme: '2024-25', ...of(before) }, {
        attended: 10,
        answered: 5,
        percentages,
      })
      return [figure.sentence, ...figure.table!.rows.map((row) => row[3])]
    }
    expect(said([6, 10], [11, 14])).toEqual(['Answered: 6 of 10. In 2024 to 2025: 11 of 14 (79%).', '–', '79%'])
    expect(said([10, 12], [0, 3])).toEqual(['Answered: 10 of 12 (83%). In 2024 to 2025: none of 3.', '83%', '–'])
    expect(said([10, 12], null, 20)).toEqual(['Answered: 10 of 12.', '–'])
    expect(said([2, 2], null)).toEqual(['Answered: all 2.', '–'])
  })

  it('read well of one event to which one person came', async () => {
    const event = await w.stage.event({ on: ['2026-09-01'], capacity: 1 })
    await stood(w, event, w.stage.bea)
    const all = await facts()
    expect(all.get('events')?.sentence).toMatch(/^1 event of 1 course was held\. None was cancelled\./)
    expect(all.get('capacity')?.sentence).toBe('1 place was offered and 1 attendance was counted: 100% of capacity.')
    expect(all.get('by-course')?.sentence).toBe('One course was held: Recognising neglect (1 of 1 place, 100%).')
    expect(all.get('bookings')?.sentence).toBe(
      '1 place was booked: 1 was used; none was cancelled; none was left empty.',
    )
    expect(all.get('people')?.sentence).toBe('1 person came, once.')
    expect(all.get('by-agency')?.sentence).toBe('Everyone who came was from Council children’s services.')
    expect(all.get('delivered-by')?.sentence).toBe('The one event was delivered by the partnership’s own trainers.')
    expect(all.get('follow-ups')?.sentence).toBe('Nobody has been asked yet.')
  })

  it('tell why someone with a place did not attend, and who came without one', async () => {
    const event = await w.stage.event({ on: ['2026-09-01', '2026-09-02'] })
    const people = await Promise.all(['An', 'Bo', 'Cy', 'Di', 'Ed', 'Flo', 'Gil'].map((name) => w.stage.person(name)))
    const [an, bo, cy, di, ed, flo, gil] = people as [number, number, number, number, number, number, number]
    await stood(w, event, an, { marks: ['present', 'late'] })
    await stood(w, event, bo, { marks: ['present', 'absent'] })
    await stood(w, event, cy, { marks: ['left-early', 'absent'] })
    await stood(w, event, di, { marks: ['excused', 'absent'] })
    await stood(w, event, ed, { marks: ['absent', 'absent'] })
    await stood(w, event, flo, { marks: [] })
    const began = Date.parse('2026-09-01T08:30:00Z')
    await stood(w, event, gil, { at: began, source: 'coordinator' })
    const figure = (await facts()).get('bookings')
    const cell = (name: string) => rowOf(figure, name)?.[0]
    expect(cell('Came')).toBe(2)
    expect(cell('Did not attend')).toBe(4)
    expect(cell('Did not attend: came for a part of it')).toBe(2)
    expect(cell('Did not attend: excused')).toBe(1)
    expect(cell('Did not attend: no reason known')).toBe(1)
    expect(cell('Not in a register yet')).toBe(1)
    expect(cell('Came without a place booked beforehand')).toBe(1)
    expect(figure?.sentence).toBe(
      '7 places were booked: 2 were used; none was cancelled; 4 were not used: 2 by people who did not attend, 2 by people who came for a part of it. 1 is in no register yet. 1 of those who came had no place booked before the event began.',
    )
  })

  it('do not take what was imported afterwards for coming unannounced', async () => {
    const event = await w.stage.event({ on: ['2026-09-01'] })
    await stood(w, event, w.stage.bea, { at: w.now(), source: 'import' })
    expect(rowOf((await facts()).get('bookings'), 'Came without a place booked beforehand')).toEqual([0])
  })

  it('list why events were cancelled, of every kind, and count the taught alone', async () => {
    const taught = await w.stage.event({ on: ['2026-09-01'] })
    const conference = await w.stage.event({ on: ['2026-09-02'], kind: 'conference' })
    await w.store.write((db) =>
      db.insert(eventCancellations).values([
        { eventId: taught, at: w.now(), reason: 'Too few booked' },
        { eventId: conference, at: w.now(), reason: 'No funds' },
      ]),
    )
    const all = await facts()
    expect(all.get('events')?.sentence).toMatch(/^No course or learning event was held\. 1 was cancelled\./)
    expect(all.get('cancelled-events')?.sentence).toBe(
      '2 events of any kind were cancelled, for the reasons given then.',
    )
    expect(all.get('cancelled-events')?.table?.rows).toEqual([
      ['Recognising neglect', 'Course', '1 September 2026', 'Too few booked'],
      ['Recognising neglect', 'Conference', '2 September 2026', 'No funds'],
    ])
  })

  it('count a date as added when it was published once the programme had begun', async () => {
    const [early, late] = [await w.stage.event({ on: ['2026-09-01'] }), await w.stage.event({ on: ['2026-09-02'] })]
    const publish = (id: number, at: string) =>
      w.store.write((db) =>
        db
          .update(events)
          .set({ publishedAt: Date.parse(at) })
          .where(eq(events.id, id)),
      )
    // Midnight in London, an hour before midnight UTC.
    await publish(early, '2026-03-31T22:59:00Z')
    await publish(late, '2026-03-31T23:00:00Z')
    expect(rowOf((await facts()).get('events'), 'Dates added: published after the programme began')).toEqual([1])
  })

  it('add up events and days by the agency of the trainer, beside the days promised', async () => {
    const two = await w.stage.event({ on: ['2026-09-01', '2026-09-02'] })
    await w.store.write(async (db) => {
      await db.insert(trainers).values([
        { personId: w.stage.tess, daysPromised: 3 },
        { personId: w.stage.olu, daysPromised: 1 },
        { personId: w.stage.bea, daysPromised: 9, releasedUntil: '2026-03-31' },
      ])
      await db.insert(assignments).values({ eventId: two, trainerId: w.stage.tess, as: 'lead' })
    })
    const figure = (await facts()).get('trainers')
    expect(rowOf(figure, 'Riverside NHS Trust')).toEqual([1, 1, 2, 3])
    // The school counts under education; whose release was over before the programme began promised nothing in it.
    expect(rowOf(figure, 'Education')).toEqual([0, 0, 0, 1])
    expect(figure?.table?.rows).toHaveLength(2)
    expect(figure?.sentence).toBe('1 trainer from 1 agency gave 2 days. 4 days a year were promised.')
  })

  it('leave waived charges out of the money', async () => {
    const event = await w.stage.event({ on: ['2026-09-01'] })
    const [bea, olu] = [
      await stood(w, event, w.stage.bea, { marks: ['absent'] }),
      await stood(w, event, w.stage.olu, { marks: ['absent'] }),
    ]
    await w.store.write((db) =>
      db.insert(charges).values([
        { bookingId: bea, kind: 'non-attendance', sumPence: 4000, at: w.now() },
        { bookingId: olu, kind: 'non-attendance', sumPence: 4000, at: w.now(), waivedBecause: 'Ill' },
      ]),
    )
    expect(await said('charges')).toBe('Charged for not attending: 1 booking (£40). For cancelling late: nobody.')
    expect(rowOf((await facts()).get('costs'), 'Charged for not attending, any kind of event')).toEqual(['£40'])
  })
})

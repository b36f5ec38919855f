import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courseThemes, events, programmes, singleAgencyReturns, singleAgencyThemes, themes } from '#db/schema.ts'
import { monthsSince } from '#server/impact/gap-view.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { factsOf, rowOf, stood } from './programme-figures.ts'

let w: TestWorld
let neglect: number
let housing: number
beforeEach(async () => {
  w = await makeWorld()
  ;[neglect, housing] = await w.store.write(async (db) => {
    const rows = await db
      .insert(themes)
      .values([{ name: 'Neglect' }, { name: 'Housing' }])
      .returning()
    await db.insert(courseThemes).values({ courseId: w.stage.course, themeId: rows[0]!.id })
    return [rows[0]!.id, rows[1]!.id] as [number, number]
  })
})
afterEach(() => w.close())

const facts = (name = '2026-27') => factsOf(w.ctx(), name)

it('Months are whole, to the day', () => {
  expect(monthsSince('2026-09-14', '2026-09-14')).toBe(0)
  expect(monthsSince('2026-08-15', '2026-09-14')).toBe(0)
  expect(monthsSince('2026-08-14', '2026-09-14')).toBe(1)
  expect(monthsSince('2024-02-29', '2026-02-28')).toBe(23)
  expect(monthsSince('2025-12-31', '2026-01-30')).toBe(0)
})

describe('The gap view', () => {
  it('says how long ago each theme was last taught to each sector, over all programmes', async () => {
    const { councils, education, health } = w.stage.sectors
    await stood(w, await w.stage.event({ on: ['2025-01-10'] }), w.stage.bea, { sectorId: councils })
    await stood(w, await w.stage.event({ on: ['2026-08-14'] }), w.stage.bea, { sectorId: councils })
    await stood(w, await w.stage.event({ on: ['2025-05-20'] }), w.stage.olu, { sectorId: education })
    await stood(w, await w.stage.event({ on: ['2026-09-01'] }), w.stage.tess, { sectorId: health, marks: ['absent'] })
    const figure = (await facts()).get('gaps')
    expect(figure?.picture).toEqual({
      kind: 'gaps',
      columns: ['Councils', 'Education', 'Health'],
      rows: [
        { label: 'Housing', months: [null, null, null] },
        { label: 'Neglect', months: [1, 15, null] },
      ],
    })
    expect(rowOf(figure, 'Neglect')).toEqual([1, 15, 'Never'])
    expect(figure?.sentence).toBe(
      'Of 6 pairs of a theme and a sector, 1 was taught within the 12 months to 14 September 2026, 1 earlier and 4 never.',
    )
  })

  it('says it sector by sector of the themes that were a priority at the end of the period', async () => {
    await w.store.write((db) =>
      db.update(themes).set({ priorityFrom: '2026-04-01', priorityTo: '2026-09-14' }).where(eq(themes.id, neglect)),
    )
    await w.store.write((db) =>
      db.update(themes).set({ priorityFrom: '2026-09-15', priorityTo: '2027-03-31' }).where(eq(themes.id, housing)),
    )
    await stood(w, await w.stage.event({ on: ['2025-05-20'] }), w.stage.bea)
    expect((await facts()).get('gaps')?.sentence).toBe(
      'Of 6 pairs of a theme and a sector, 1 was taught 12 months or more before 14 September 2026 and 5 never. Of the priorities, counted back from 14 September 2026: Neglect was last taught to Councils 15 months before; never to Education and Health.',
    )
  })

  it('ends with the programme, so that what came after changes nothing of it', async () => {
    await stood(w, await w.stage.event({ on: ['2025-12-31'] }), w.stage.bea)
    const before = (await facts('2025-26')).get('gaps')
    expect(rowOf(before, 'Neglect')).toEqual([3, 'Never', 'Never'])
    await stood(w, await w.stage.event({ on: ['2026-04-01'] }), w.stage.bea)
    expect((await facts('2025-26')).get('gaps')).toEqual(before)
    expect(rowOf((await facts()).get('gaps'), 'Neglect')?.[0]).toBe(5)
  })

  it('does not take a forum for teaching', async () => {
    const event = await w.stage.event({ on: ['2026-09-01'] })
    await stood(w, event, w.stage.bea)
    expect(rowOf((await facts()).get('gaps'), 'Neglect')?.[0]).toBe(0)
    await w.store.write((db) => db.update(events).set({ kind: 'forum' }))
    expect(rowOf((await facts()).get('gaps'), 'Neglect')?.[0]).toBe('Never')
    expect((await facts()).get('gaps')?.sentence).toBe('No theme was ever taught to any sector.')
  })

  it('has beside it what agencies told us, by their sector the latest, and never put together', async () => {
    const [before, now] = await w.store.read.select().from(programmes).orderBy(programmes.id)
    const { council, school, trust } = w.stage.agencies
    const told = (agencyId: number, programmeId: number, themeId: number, lastOn: string, people: number) => ({
      agencyId,
      programmeId,
      themeId,
      lastOn,
      people,
    })
    await w.store.write(async (db) => {
      await db.insert(singleAgencyReturns).values(
        [council, school, trust].flatMap((agencyId) =>
          [before!, now!].map(({ id }) => ({
            agencyId,
            programmeId: id,
            askedAt: w.now(),
            toldAt: w.now(),
            staff: 90,
          })),
        ),
      )
      await db.insert(singleAgencyThemes).values([
        told(council, before!.id, neglect, '2025-02-01', 30),
        told(council, now!.id, neglect, '2026-02-01', 12),
        told(school, now!.id, housing, '2026-03-01', 5),
        // Later than the period: not told of it.
        told(trust, now!.id, neglect, '2026-10-01', 7),
      ])
    })
    await stood(w, await w.stage.event({ on: ['2025-05-20'] }), w.stage.bea)
    const all = await facts()
    expect(all.get('single-agency')?.table?.rows).toEqual([
      ['Housing', 'Education', 'Never', 'March 2026', 1, 5],
      ['Neglect', 'Councils', 15, 'February 2026', 1, 12],
    ])
    expect(all.get('single-agency')?.sentence).toBe(
      'Agencies told us of 2 pairs of a theme and a sector that they taught their own people; nobody has checked it. We taught none of them within the 12 months to 14 September 2026.',
    )
    expect(all.get('single-agency')?.table?.caption).toBe('Told to us, not checked')
    expect(rowOf(all.get('gaps'), 'Neglect')).toEqual([15, 'Never', 'Never'])
  })

  it('adds up, of several agencies of a sector, who said so and how many people', async () => {
    const [year] = await w.store.read.select().from(programmes)
    const { council } = w.stage.agencies
    const [other] = (
      await w.client.execute({
        sql: 'insert into agencies (name, sector_id) values (?, ?) returning id',
        args: ['Second council', w.stage.sectors.councils],
      })
    ).rows
    await w.store.write(async (db) => {
      for (const [agencyId, lastOn, people] of [
        [council, '2025-11-05', 4],
        [Number(other!.id), '2026-01-05', 6],
      ] as const) {
        await db
          .insert(singleAgencyReturns)
          .values({ agencyId, programmeId: year!.id, askedAt: w.now(), toldAt: w.now(), staff: 90 })
        await db
          .insert(singleAgencyThemes)
          .values({ agencyId, programmeId: year!.id, themeId: neglect, lastOn, people })
      }
    })
    expect((await facts()).get('single-agency')?.table?.rows).toEqual([
      ['Neglect', 'Councils', 'Never', 'January 2026', 2, 10],
    ])
  })
})

import { eq, inArray } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agencies, courses, courseThemes, themes } from '#db/schema.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { factsOf, rowOf, stood } from './programme-figures.ts'

let w: TestWorld
beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

const expectFrom = (on: string | null, ...ids: number[]) =>
  w.store.write((db) => db.update(agencies).set({ expectedFrom: on }).where(inArray(agencies.id, ids)))
const facts = (name = '2026-27') => factsOf(w.ctx(), name)
const held = (on: string, kind: 'course' | 'conference' = 'course') => w.stage.event({ on: [on], kind })

describe('Coverage', () => {
  it('says that nothing is known of who was missed while no list has been entered', async () => {
    const all = await facts()
    expect(all.get('coverage')?.sentence).toBe(
      'No list of who is expected has been entered, so who was missed is not known.',
    )
    expect(all.has('coverage-by-course')).toBe(false)
    expect(all.has('not-seen')).toBe(false)
  })

  it('counts the agencies expected by the end of the period of which anybody came', async () => {
    const { council, school, trust } = w.stage.agencies
    await expectFrom('2026-09-14', council, school)
    // Expected from tomorrow: not yet, while the programme lasts.
    await expectFrom('2026-09-15', trust)
    await stood(w, await held('2026-09-01'), w.stage.olu)
    const figure = (await facts()).get('coverage')
    expect(rowOf(figure, 'Courses and learning events')).toEqual([1, 2, '50%'])
    expect(figure?.sentence).toBe(
      '2 agencies are expected (the partnership’s list of who is expected). Courses and learning events: reached 1 of the 2 expected. All events: reached 1 of the 2 expected.',
    )
  })

  it('counts a school by itself where it is expected, and for the agency it belongs to where it is not', async () => {
    const { school } = w.stage.agencies
    const [schools] = await w.store.read.select().from(agencies).where(eq(agencies.name, 'Education'))
    await expectFrom('2020-04-01', schools!.id)
    await stood(w, await held('2026-09-01'), w.stage.olu)
    expect(rowOf((await facts()).get('coverage'), 'Courses and learning events')).toEqual([1, 1, '100%'])
    await expectFrom('2020-04-01', school)
    expect(rowOf((await facts()).get('coverage'), 'Courses and learning events')).toEqual([1, 2, '50%'])
  })

  it('does not count who was booked and did not come, nor where somebody works now', async () => {
    const { council, trust } = w.stage.agencies
    await expectFrom('2020-04-01', council, trust)
    const event = await held('2026-09-01')
    await stood(w, event, w.stage.bea, { marks: ['absent'] })
    await stood(w, event, w.stage.ada, { agencyId: trust })
    expect((await facts()).get('not-seen')?.table?.rows).toEqual([['Council children’s services', 'Never']])
  })

  it('stands by course, by theme and by kind, those that reached none too', async () => {
    await expectFrom('2020-04-01', w.stage.agencies.council, w.stage.agencies.school)
    const [neglect] = await w.store.write((db) => db.insert(themes).values({ name: 'Neglect' }).returning())
    await w.store.write((db) => db.insert(themes).values({ name: 'Housing' }))
    await w.store.write((db) => db.insert(courseThemes).values({ courseId: w.stage.course, themeId: neglect!.id }))
    const [stage] = await w.store.read.select().from(courses)
    const { id: _, ...copied } = stage!
    const [empty] = await w.store.write((db) =>
      db
        .insert(courses)
        .values({ ...copied, code: 'EMPTY', title: 'Nobody’s course' })
        .returning(),
    )
    await w.stage.event({ on: ['2026-09-03'], courseId: empty!.id })
    await stood(w, await held('2026-09-01'), w.stage.bea)
    await stood(w, await held('2026-09-02', 'conference'), w.stage.olu)
    const all = await facts()
    expect(all.get('coverage')?.table?.rows).toEqual([
      ['Courses and learning events', 1, 2, '50%'],
      ['Conference alone', 1, 2, '50%'],
      ['All events, of any kind', 2, 2, '100%'],
    ])
    expect(all.get('coverage')?.sentence).toMatch(/All events: reached both expected\.$/)
    expect(all.get('coverage-by-course')?.table?.rows).toEqual([
      ['Recognising neglect', 2, '100%'],
      ['Nobody’s course', 0, '0%'],
    ])
    expect(all.get('coverage-by-theme')?.table?.rows).toEqual([
      ['Neglect', 2, '100%'],
      ['Housing', 0, '0%'],
    ])
    expect(all.get('coverage-by-theme')?.sentence).toBe('Neglect reached the most, both expected. 1 reached none.')
  })
})

describe('Agencies not seen for 24 months', () => {
  it('are none where every one that was expected so long has sent somebody', async () => {
    const { council, school, trust } = w.stage.agencies
    const event = await held('2026-09-01')
    await stood(w, event, w.stage.bea)
    await stood(w, event, w.stage.olu)
    await stood(w, event, w.stage.sue)
    const said = async () => (await facts()).get('not-seen')?.sentence
    const rest = 'been expected for 24 months or more'
    await expectFrom('2020-04-01', council)
    expect(await said()).toBe(`The one that has ${rest} has sent somebody in that time.`)
    await expectFrom('2020-04-01', trust)
    expect(await said()).toBe(`Both that have ${rest} have sent somebody in that time.`)
    await expectFrom('2020-04-01', school)
    expect(await said()).toBe(`All 3 that have ${rest} have sent somebody in that time.`)
  })

  it('are those expected all that time of whom nobody came to any event, with the day they were last seen', async () => {
    const { council, school, trust } = w.stage.agencies
    await expectFrom('2020-04-01', council, school, trust)
    // Today is 14 September 2026: the 24 months begin on 15 September 2024.
    await stood(w, await held('2024-09-14'), w.stage.olu)
    await stood(w, await held('2024-09-15', 'conference'), w.stage.tess)
    const figure = (await facts()).get('not-seen')
    expect(figure?.table?.rows).toEqual([
      ['Council children’s services', 'Never'],
      ['Northfield Primary School', '14 September 2024'],
    ])
    expect(figure?.sentence).toBe(
      '2 of the 3 expected for 24 months or more have sent nobody to any event in that time.',
    )
  })

  it('are not those expected for less long', async () => {
    await expectFrom('2024-09-16', w.stage.agencies.council)
    expect((await facts()).get('not-seen')).toMatchObject({
      sentence: 'Nobody has been expected for 24 months yet.',
      table: null,
    })
    await expectFrom('2024-09-15', w.stage.agencies.council)
    expect((await facts()).get('not-seen')?.sentence).toBe(
      'The one expected for 24 months or more has sent nobody to any event in that time.',
    )
  })
})

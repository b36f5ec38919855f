import { and, eq, inArray } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, instruments, options, questions, responses } from '#db/schema.ts'
import { addedFigures, addedShown } from '#server/impact/added-figures.ts'
import type { Issued } from '#server/impact/issued.ts'
import type { PageRead } from '#server/impact/routes.ts'
import type { AddedQuestion } from '#server/surveys/input.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { alike, attend } from './attenders.ts'
import { issuedIn, reportRoom } from './report-room.ts'

let w: TestWorld
let event: number
let bookings: number[]
beforeEach(async () => {
  w = await makeWorld()
  event = await w.stage.event({ on: ['2026-06-01'], capacity: 60 })
  bookings = await attend(w, event, [
    ...alike(12, { practice: 'once' }),
    ...alike(2, { practice: 'once', doubted: true }),
  ])
})
afterEach(() => w.close())

const tool: AddedQuestion = {
  kind: 'one',
  text: 'Which tool did you use?',
  most: 1,
  options: ['The wheel', 'The checklist'],
}
const publish = async (seen: number, asked: AddedQuestion[]) =>
  (await w.as(w.stage.ada, 'coordinator')).post('/api/courses/NEG1/questions/follow-up', { seen, questions: asked })

/** These people chose this line of the question, as the newest version asks it. */
async function choose(people: number[], text: string, line: string | null) {
  await w.store.write(async (db) => {
    const [question] = (
      await db
        .select({ id: questions.id })
        .from(questions)
        .innerJoin(instruments, eq(instruments.id, questions.instrumentId))
        .where(eq(questions.text, text))
        .orderBy(questions.id)
    ).slice(-1)
    const [option] = line
      ? await db
          .select()
          .from(options)
          .where(and(eq(options.questionId, question!.id), eq(options.text, line)))
      : []
    const given = await db
      .select()
      .from(responses)
      .where(and(inArray(responses.bookingId, people), eq(responses.stage, 'follow-up')))
    await db.insert(answers).values(
      given.map(({ id }) => ({
        responseId: id,
        eventId: event,
        questionId: question!.id,
        optionId: option?.id ?? null,
      })),
    )
  })
}
const group = () => ({ key: 'course:1', level: 'course' as const, events: [{ id: event }] })
const figures = (shows = true) => addedFigures(w.ctx(), group(), shows)

describe('a question that was added to a course', () => {
  it('has no figure before anybody has answered it', async () => {
    await publish(0, [tool])
    expect(await figures()).toEqual([])
  })

  it('is counted by its words over its versions, with lines nobody chose, of those who came', async () => {
    await publish(0, [tool])
    await choose(bookings.slice(0, 4), tool.text, 'The wheel')
    await publish(1, [
      { ...tool, text: 'Another first' },
      { ...tool, options: [...tool.options, 'Neither'] },
    ])
    await choose(bookings.slice(4, 7), tool.text, 'The checklist')
    const [figure, ...others] = await figures()
    expect(others).toEqual([])
    expect(figure).toMatchObject({
      part: 'practice',
      label: 'do',
      title: tool.text,
      sentence: '7 people answered. Most often chosen: “The wheel”, 4.',
      base: { people: 7, of: 14 },
    })
    expect(figure?.table?.rows).toEqual([
      ['The wheel', 4],
      ['The checklist', 3],
      ['Neither', 0],
    ])
  })

  it('shows percentages from ten, and nothing of an answer that is doubted', async () => {
    await publish(0, [tool])
    await choose(bookings, tool.text, 'The wheel')
    expect((await figures())[0]).toMatchObject({
      sentence: '12 people answered. Most often chosen: “The wheel”, 12 (100%).',
      base: { people: 12 },
    })
  })

  it('is not shown below five answers, nor where the group may not show its own', async () => {
    await publish(0, [tool])
    await choose(bookings.slice(0, 4), tool.text, 'The wheel')
    expect((await figures())[0]).toMatchObject({ table: null, picture: null, base: { people: 4 } })
    expect((await figures())[0]?.notShown).toBe('Not shown: fewer than five answered this.')
    expect(await addedShown(w.ctx(), group(), true)).toEqual([])
    await choose(bookings.slice(4, 8), tool.text, 'The checklist')
    expect((await figures(false))[0]).toMatchObject({
      table: null,
      notShown: 'Not shown: nothing of how this group answered is shown.',
    })
    expect(await addedShown(w.ctx(), group(), false)).toEqual([])
    const shown = await addedShown(w.ctx(), group(), true)
    // One row of everyone who answered: a line that one person chose is no group of one.
    expect(shown).toHaveLength(1)
    expect(shown[0]?.units).toContain(`${bookings[0]}:The wheel`)
    expect(shown[0]?.units).toHaveLength(8)
    expect(shown[0]?.measure).toBe((await figures())[0]?.key)
  })

  it('counts nothing since an issued report, and is not shown where it differs from one by fewer than five', async () => {
    await publish(0, [tool])
    await choose(bookings.slice(0, 6), tool.text, 'The wheel')
    const [before] = await addedShown(w.ctx(), group(), true)
    const rows = [{ ...before!, row: `course:1/${before!.row}` }]
    const since = async (people: number[]) => {
      await choose(people, tool.text, 'The checklist')
      await w.store.write((db) =>
        db
          .update(responses)
          .set({ coreAt: w.now() + 1 })
          .where(and(inArray(responses.bookingId, people), eq(responses.stage, 'follow-up'))),
      )
    }
    await since(bookings.slice(6, 7))
    const live = { cutOffs: new Map([[event, w.now()]]), rows }
    const report = { cutOffs: new Map(), rows }
    const table = async (issued: Issued) => (await addedFigures(w.ctx(), group(), true, issued))[0]?.table?.rows
    const asIssued = [
      ['The wheel', 6],
      ['The checklist', 0],
    ]
    expect(await table(live)).toEqual(asIssued)
    expect(await table(report)).toBeUndefined()
    expect(await addedShown(w.ctx(), group(), true, report)).toEqual([])
    await since(bookings.slice(7, 11))
    expect(await table(live)).toEqual(asIssued)
    expect((await table(report))?.[1]).toEqual(['The checklist', 5])
    // Someone of the report who takes an answer away would be told by what is left.
    await w.store.write((db) => db.update(responses).set({ coreAt: null }).where(eq(responses.bookingId, bookings[0]!)))
    expect(await table(live)).toBeUndefined()
  })

  it('answered in words says how many wrote, and not what', async () => {
    const own: AddedQuestion = { kind: 'text', text: 'What did you change?', most: 1, options: [] }
    await publish(0, [own])
    await choose(bookings.slice(0, 3), own.text, null).catch(() => undefined)
    const [figure] = await figures()
    expect(figure?.sentence ?? '').toBe('3 people answered in their own words, which are read with the other texts.')
    expect(figure?.table).toBeNull()
  })
})

it('on the page of a course stays as an issued report counts it', async () => {
  await w.close()
  const room = await reportRoom()
  w = room
  event = room.event
  await publish(0, [tool])
  await choose(room.bookings.slice(0, 5), tool.text, 'The wheel')
  await choose(room.bookings.slice(5, 6), tool.text, 'The checklist')
  await issuedIn(room)
  const table = async () => {
    const { page } = (await room.sue.get('/api/impact/programmes/2025-26/courses/NEG1')).json as PageRead
    return page.figures.find(({ title }) => title === tool.text)?.table?.rows
  }
  expect(await table()).toEqual([
    ['The wheel', 5],
    ['The checklist', 1],
  ])
  await choose(room.bookings.slice(6, 7), tool.text, 'The checklist')
  expect(await table()).toBeUndefined()
})

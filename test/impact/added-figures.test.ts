import { and, eq, inArray } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, instruments, options, questions, responses } from '#db/schema.ts'
import { addedFigures, addedShown } from '#server/impact/added-figures.ts'
import type { AddedQuestion } from '#server/surveys/input.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { alike, attend } from './attenders.ts'

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
    expect((await figures())[0]?.notShown).toMatch(/^Not shown: too few/)
    expect(await addedShown(w.ctx(), group(), true)).toEqual([])
    await choose(bookings.slice(4, 8), tool.text, 'The checklist')
    expect((await figures(false))[0]?.table).toBeNull()
    expect(await addedShown(w.ctx(), group(), false)).toEqual([])
    const shown = await addedShown(w.ctx(), group(), true)
    expect(shown.map(({ row, units }) => [row, units.length]).sort()).toEqual([
      ['The checklist', 4],
      ['The wheel', 4],
    ])
    expect(shown[0]?.measure).toBe((await figures())[0]?.key)
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

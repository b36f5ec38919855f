/** What a course asks people about, kept up by the coordinator: words in use are retired, never changed. */
import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, commitments, courses, learningOutcomes, suggestions } from '#db/schema.ts'
import type { CourseUpkeep } from '#server/courses/upkeep.ts'
import { keepUp } from '#server/courses/upkeep.ts'
import { settingsOf } from '#server/settings.ts'
import { alike, attend as attended } from '#test/impact/attenders.ts'
import { inShort } from '#test/impact/reading.ts'
import { answerPath, at, attend, handOver, historyOf, nonceIn, press, runAsking } from '#test/surveys/facts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let w: TestWorld

beforeEach(async () => {
  w = await makeWorld()
})
afterEach(() => w.close())

const coordinator = () => w.as(w.stage.ada, 'coordinator')
const upkeep = async (): Promise<CourseUpkeep> => (await (await coordinator()).get('/api/courses/NEG1')).json
const changed = async (change: Record<string, unknown>) => {
  const { code: _, title: __, outcomes, suggestions, ...rest } = await upkeep()
  return (await coordinator()).put('/api/courses/NEG1', {
    ...rest,
    outcomes: outcomes.map(({ text }) => text),
    suggestions: suggestions.map(({ text }) => text),
    ...change,
  })
}
const rows = (table: typeof learningOutcomes | typeof suggestions) =>
  w.store.read.select().from(table).where(eq(table.courseId, w.stage.course)).orderBy(asc(table.id))
const asked = (table: typeof learningOutcomes | typeof suggestions) =>
  w.store.read
    .select({ id: table.id, text: table.text })
    .from(table)
    .where(and(eq(table.courseId, w.stage.course), isNull(table.retiredAt)))
    .orderBy(asc(table.position))

const signs = 'I can recognise the signs of neglect'
const toolkit = 'I can use the neglect toolkit'
const newWords = 'I can name the signs of neglect to a colleague'

/** Bea came and answered at the end of the day, by the day code. */
async function answeredEnd(day = '2026-09-14') {
  const eventId = await w.stage.event({ on: [day] })
  const bookingId = await attend(w, eventId, w.stage.bea)
  const { rows } = await w.client.execute({ sql: 'select day_code from bookings where id = ?', args: [bookingId] })
  const link = `/day/${eventId}/${rows[0]!.day_code}`
  at(w, day, '16:00')
  const [first, second] = await asked(learningOutcomes)
  const [ready] = await asked(suggestions)
  const sent = await w.visitor.form(link, {
    nonce: nonceIn((await w.visitor.get(link)).text),
    [`outcomes-${first!.id}`]: 'good',
    [`outcomes-${second!.id}`]: 'some',
    commitment: String(ready!.id),
  })
  expect(sent.status).toBe(303)
  return { bookingId, link, first: first!.id, second: second!.id, ready: ready! }
}

async function followUpOf(bookingId: number) {
  at(w, '2026-12-15')
  await runAsking(w)
  await handOver(w)
  at(w, '2026-12-15', '11:00')
  return answerPath(w, bookingId)
}

describe('the course', () => {
  it('is shown and listed with what people are asked about it', async () => {
    const list = await (await coordinator()).get('/api/courses')
    expect(list.json.courses).toEqual([
      { code: 'NEG1', title: 'Recognising neglect', earns: 'full', outcomes: 2, suggestions: 4 },
    ])
    expect(await upkeep()).toMatchObject({
      code: 'NEG1',
      outcomes: [
        { text: signs, isUsed: false },
        { text: toolkit, isUsed: false },
      ],
      keyBehaviour: 'Use the neglect toolkit with a family',
      earns: 'full',
      resource: '',
    })
  })

  it('keeps what is entered, and says in the history that it was changed, without its words', async () => {
    const { status, json } = await changed({
      keyBehaviour: 'Write down what the child said',
      earns: 'one-question',
      resource: 'The toolkit’s one-page summary',
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({ earns: 'one-question', resource: 'The toolkit’s one-page summary' })
    const [course] = await w.store.read.select().from(courses)
    expect(course).toMatchObject({ keyBehaviour: 'Write down what the child said', earns: 'one-question' })
    const said = await historyOf(w, `course:${w.stage.course}`)
    expect(said.map(({ what, details }) => [what, details])).toEqual([
      ['course.earns', 'full to one-question'],
      ['course.kept-up', null],
    ])
  })

  it('writes nothing when nothing was changed', async () => {
    expect((await changed({})).status).toBe(200)
    expect(await historyOf(w, `course:${w.stage.course}`)).toEqual([])
  })

  it('says every fault beside its field', async () => {
    const paths = async (change: Record<string, unknown>) =>
      (await changed(change)).json.errors.map(({ path }: { path: string }) => path)
    const ready = ['One', 'Two', 'Three', 'Four']
    expect(await paths({ outcomes: [signs, 'Knows the toolkit'] })).toEqual(['outcomes.1'])
    expect(await paths({ outcomes: [signs, '', ''] })).toEqual(['outcomes.1'])
    expect(await paths({ outcomes: [signs, signs, ''] })).toEqual(['outcomes.1'])
    expect(await paths({ outcomes: [signs, toolkit, newWords, 'I can do more'] })).toEqual(['outcomes'])
    expect(await paths({ suggestions: ready.slice(1) })).toEqual(['suggestions.0'])
    expect(await paths({ suggestions: [...ready, 'Five', 'Six', 'Seven'] })).toEqual(['suggestions'])
    expect(await paths({ suggestions: [...ready, 'x'.repeat(121)] })).toEqual(['suggestions.4'])
    expect(await paths({ keyBehaviour: ' ' })).toEqual(['keyBehaviour'])
    expect(await paths({ earns: 'sometimes' })).toEqual(['earns'])
    expect((await changed({ earns: 'none', outcomes: [], suggestions: [] })).status).toBe(200)
  })

  it('is the coordinator’s alone, and must exist', async () => {
    for (const [person, role] of [
      [w.stage.bea, 'delegate'],
      [w.stage.tess, 'trainer'],
      [w.stage.lena, 'agency-lead'],
      [w.stage.sue, 'sub-group'],
    ] as const) {
      const other = await w.as(person, role)
      expect((await other.get('/api/courses')).status).toBe(403)
      expect((await other.get('/api/courses/NEG1')).status).toBe(403)
      expect((await other.put('/api/courses/NEG1', {})).status).toBe(403)
      expect((await other.put('/api/yearly-asked-from', { from: '' })).status).toBe(403)
    }
    expect((await w.visitor.get('/api/courses')).status).toBe(401)
    expect((await (await coordinator()).get('/api/courses/NONE')).status).toBe(404)
  })

  it('lets one of two at once win and tells the other', async () => {
    const { code: _, title: __, outcomes, suggestions, ...rest } = await upkeep()
    const input = {
      ...rest,
      outcomes: outcomes.map(({ text }) => text),
      suggestions: suggestions.map(({ text }) => text),
    }
    const both = await Promise.allSettled([
      keepUp(w.ctx(), 'NEG1', { ...input, resource: 'One' }),
      keepUp(w.ctx(), 'NEG1', { ...input, keyBehaviour: 'Another' }),
    ])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    const told = await (await coordinator()).put('/api/courses/NEG1', { ...input, resource: 'Two' })
    expect({ status: told.status, code: told.json.code }).toEqual({ status: 409, code: 'changed-meanwhile' })
    expect(await upkeep()).toMatchObject({ resource: 'One', keyBehaviour: 'Use the neglect toolkit with a family' })
  })
})

describe('words that nobody used', () => {
  it('are simply changed, moved or taken away', async () => {
    const before = await rows(learningOutcomes)
    await changed({ outcomes: [newWords, toolkit] })
    expect((await rows(learningOutcomes)).map(({ id, text }) => [id, text])).toEqual([
      [before[0]!.id, newWords],
      [before[1]!.id, toolkit],
    ])
    await changed({ outcomes: [toolkit, newWords] })
    expect(await asked(learningOutcomes)).toEqual([
      { id: before[1]!.id, text: toolkit },
      { id: before[0]!.id, text: newWords },
    ])
    await changed({ suggestions: ['Use the neglect toolkit with one family', 'One', 'Two', 'Three', 'Four'] })
    expect(await rows(suggestions)).toHaveLength(5)
    await changed({ suggestions: ['One', 'Two', 'Three', 'Four'] })
    expect(await rows(suggestions)).toHaveLength(4)
  })
})

describe('words that people answered to', () => {
  it('are retired, and new ones take their place; the answers keep the old', async () => {
    const { first, second, ready } = await answeredEnd()
    expect((await upkeep()).outcomes.map(({ isUsed }) => isUsed)).toEqual([true, true])
    await changed({
      outcomes: [newWords, toolkit],
      suggestions: ['Show the toolkit to my manager', ...(await asked(suggestions)).slice(1).map(({ text }) => text)],
    })
    const outcomes = await rows(learningOutcomes)
    expect(outcomes.map(({ id, position, text, retiredAt }) => [id, position, text, retiredAt !== null])).toEqual([
      [first, 1, signs, true],
      [second, 2, toolkit, false],
      [expect.any(Number), 1, newWords, false],
    ])
    expect((await w.store.read.select({ id: answers.learningOutcomeId }).from(answers)).map(({ id }) => id)).toContain(
      first,
    )
    const [committed] = await w.store.read.select().from(commitments)
    expect(committed!.suggestionId).toBe(ready.id)
    const [retired] = (await rows(suggestions)).filter(({ retiredAt }) => retiredAt !== null)
    expect(retired).toMatchObject({ id: ready.id, position: 1 })
  })

  it('go back to the old words as a new beginning, and never take two places', async () => {
    await answeredEnd()
    await changed({ outcomes: [newWords, toolkit] })
    await changed({ outcomes: [signs, toolkit] })
    expect((await asked(learningOutcomes)).map(({ text }) => text)).toEqual([signs, toolkit])
    await changed({ outcomes: [toolkit, signs, newWords] })
    expect((await asked(learningOutcomes)).map(({ text }) => text)).toEqual([toolkit, signs, newWords])
    await expect(
      w.store.write((db) =>
        db.insert(learningOutcomes).values({ courseId: w.stage.course, position: 1, text: 'I can do it twice' }),
      ),
    ).rejects.toThrow()
  })

  it('are asked of nobody new: not before, not at the end of the day, not in the catalogue', async () => {
    const { link, ready } = await answeredEnd()
    await changed({
      outcomes: [newWords, toolkit],
      suggestions: ['Show the toolkit to my manager', ...(await asked(suggestions)).slice(1).map(({ text }) => text)],
    })
    const eventId = await w.stage.event({ on: ['2026-09-14'] })
    const other = await attend(w, eventId, w.stage.olu)
    const { rows } = await w.client.execute({ sql: 'select day_code from bookings where id = ?', args: [other] })
    const { text } = await w.visitor.get(`/day/${eventId}/${rows[0]!.day_code}`)
    expect(text).toContain(newWords)
    expect(text).not.toContain(signs)
    expect(text).toContain('Show the toolkit to my manager')
    expect(text).not.toContain(ready.text)
    const toCome = await w.stage.event()
    const booked = await attend(w, toCome, w.stage.olu, null)
    const before = await (await w.as(w.stage.olu)).get(`/api/bookings/${booked}/before`)
    expect(before.json.questions.outcomes.items.map(({ text }: { text: string }) => text)).toEqual([newWords, toolkit])
    expect((await w.visitor.get(`/api/events/${toCome}`)).json.learningOutcomes).toEqual([newWords, toolkit])
    // Whoever answered already changes their answers to the words they had.
    const again = (await w.visitor.get(link)).text
    expect(again).toContain(signs)
    expect(again).not.toContain(newWords)
  })

  it('are asked again three months on of whoever answered to them at the end of the day', async () => {
    const { bookingId, first, ready } = await answeredEnd()
    await changed({
      outcomes: [newWords, toolkit],
      suggestions: ['Show the toolkit to my manager', ...(await asked(suggestions)).slice(1).map(({ text }) => text)],
    })
    const link = await followUpOf(bookingId)
    expect((await w.visitor.get(link)).text).toContain(ready.text)
    await press(w, link, 'once')
    const { text } = await w.visitor.get(`${link}/now`)
    expect(text).toContain(signs)
    expect(text).toContain(toolkit)
    expect(text).not.toContain(newWords)
    const sent = await w.visitor.form(`${link}/now`, {
      nonce: nonceIn(text),
      [`outcomes-${first}`]: 'strong',
      next: 'on',
    })
    expect(sent.status).toBe(303)
  })

  it('give way to the present ones for whoever did not answer at the end of the day', async () => {
    const eventId = await w.stage.event({ on: ['2026-09-14'] })
    const olu = await attend(w, eventId, w.stage.olu)
    await answeredEnd()
    await changed({ outcomes: [newWords, toolkit] })
    const link = await followUpOf(olu)
    await press(w, link, 'once')
    const { text } = await w.visitor.get(`${link}/now`)
    expect(text).toContain(newWords)
    expect(text).not.toContain(signs)
  })

  it('stand on the impact page where they were answered, and nowhere else', async () => {
    const first = await w.stage.event({ on: ['2026-01-30'] })
    await attended(w, first, alike(12, { practice: 'once', before: [1, 1], now: [2, 2] }))
    await changed({ outcomes: [newWords, toolkit] })
    const outcomesOf = async (page: string) => {
      const sue = await w.as(w.stage.sue, 'sub-group')
      const { outcomes } = inShort((await sue.get(`/api/impact/${page}`)).json)
      return outcomes.map(({ outcome, matched, matrix }) => [outcome, matched, matrix !== null])
    }
    const course = 'programmes/2025-26/courses/NEG1'
    expect(await outcomesOf(course)).toEqual([
      [signs, 12, true],
      [newWords, 0, false],
      [toolkit, 12, true],
    ])
    // Three who answered to the new words: shown beside the sum, the old ones would give them away.
    const second = await w.stage.event({ on: ['2026-02-02'] })
    await attended(w, second, [
      ...alike(3, { practice: 'once', before: [1], now: [3] }),
      ...alike(9, { practice: 'once' }),
    ])
    const [newer] = await asked(learningOutcomes)
    await w.store.write((db) =>
      db
        .update(answers)
        .set({ learningOutcomeId: newer!.id })
        .where(and(eq(answers.eventId, second), isNotNull(answers.learningOutcomeId))),
    )
    expect(await outcomesOf(course)).toEqual([
      [signs, 12, false],
      [newWords, 3, false],
      [toolkit, 12, true],
    ])
    expect((await outcomesOf(`events/${second}`)).map(([outcome]) => outcome)).toEqual([newWords, toolkit])
  })
})

describe('forums', () => {
  it('are asked about from the day that is set, or not at all', async () => {
    const ada = await coordinator()
    expect((await ada.get('/api/courses')).json.yearlyAskedFrom).toBe('2026-09-14')
    expect((await ada.put('/api/yearly-asked-from', { from: '2026-31-12' })).status).toBe(422)
    expect((await ada.put('/api/yearly-asked-from', { from: '2027-04-01' })).status).toBe(200)
    expect(await settingsOf(w.ctx(), 'yearly-asked-from')).toEqual({ 'yearly-asked-from': '2027-04-01' })
    expect((await ada.put('/api/yearly-asked-from', { from: '' })).status).toBe(200)
    expect((await ada.get('/api/courses')).json.yearlyAskedFrom).toBe('')
    expect((await historyOf(w, 'setting:yearly-asked-from')).map(({ details }) => details)).toEqual([
      '2026-09-14 to 2027-04-01',
      '2027-04-01 to none',
    ])
  })
})

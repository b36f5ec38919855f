/** Questions that a coordinator adds to a course: what is published, who is asked what, and what becomes of the answers. */
import { and, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, courses, instruments, options, questions, responses, texts } from '#db/schema.ts'
import { base64url } from '#server/keys.ts'
import { publish } from '#server/surveys/added-questions.ts'
import type { AddedQuestion, AddedStage } from '#server/surveys/input.ts'
import { currentInstrument, instrument, optionsFor, question } from '#server/surveys/questions.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import {
  answerPath,
  at,
  attend,
  factsHash,
  handOver,
  historyOf,
  messagesOf,
  nonceIn,
  press,
  runAsking,
} from './facts.ts'

let w: TestWorld
let ada: Someone

beforeEach(async () => {
  w = await makeWorld()
  ada = await w.as(w.stage.ada, 'coordinator')
})
afterEach(() => w.close())

const tool: AddedQuestion = {
  kind: 'one',
  text: 'Is the toolkit to hand where you work?',
  most: 1,
  options: ['Yes', 'In another building', 'No'],
}
const uses: AddedQuestion = {
  kind: 'several',
  text: 'Where have you used it?',
  most: 2,
  options: ['At a visit', 'In supervision', 'In a meeting'],
}
const missing: AddedQuestion = { kind: 'text', text: 'What is missing from it?', most: 1, options: [] }

const path = (stage: AddedStage) => `/api/courses/NEG1/questions/${stage}`
/** Signed in anew, since the clock moves. */
const coordinator = () => w.as(w.stage.ada, 'coordinator')
const send = async (stage: AddedStage, seen: number, asked: AddedQuestion[]) =>
  (await coordinator()).post(path(stage), { seen, questions: asked })
const stageShown = async (stage: AddedStage) =>
  (await (await coordinator()).get('/api/courses/NEG1/questions')).json.stages.find(
    (one: { stage: string }) => one.stage === stage,
  )
const draft = (asked: unknown) => base64url(new TextEncoder().encode(JSON.stringify(asked)))

describe('publishing', () => {
  it('makes a new version with the general questions copied and the added ones after them', async () => {
    expect(await stageShown('end')).toMatchObject({ version: 0, publishedOn: null, added: [] })
    const { status, json } = await send('end', 0, [tool, missing])
    expect({ status, json }).toEqual({ status: 201, json: { version: 1, isNew: true } })
    const asked = await currentInstrument(w.ctx(), 'end', w.stage.course)
    const [general] = await w.store.read.select().from(instruments).where(eq(instruments.stage, 'end'))
    const copied = await instrument(w.ctx(), general!.id)
    expect([...asked.questions.keys()]).toEqual([...copied.questions.keys(), 'added-1', 'added-2'])
    expect(question(asked, 'added-1')).toMatchObject({ kind: 'one', text: tool.text, most: 1 })
    for (const [key, one] of copied.questions)
      expect(question(asked, key).options.map(({ key, text, family }) => ({ key, text, family }))).toEqual(
        one.options.map(({ key, text, family }) => ({ key, text, family })),
      )
    expect(await stageShown('end')).toMatchObject({ version: 1, isBehind: false, added: [tool, missing] })
    expect(await historyOf(w, `course:${w.stage.course}`)).toMatchObject([
      { what: 'questions.published', details: 'end 1' },
    ])
  })

  it('keeps the audience’s wording of the questions it copied', async () => {
    await send('follow-up', 0, [tool])
    const asked = await currentInstrument(w.ctx(), 'follow-up', w.stage.course)
    const worded = optionsFor(asked, question(asked, 'difference'), 'children')
    expect(worded[0]!.text).toBe('A worry about a child was noticed sooner')
    expect(optionsFor(asked, question(asked, 'difference'), 'adults')[0]!.text).toContain('an adult')
    expect(optionsFor(asked, question(asked, 'added-1'), 'children').map(({ text }) => text)).toEqual(tool.options)
  })

  it('makes no version when nothing was changed, and one without them when all are taken away', async () => {
    expect((await send('end', 0, [])).json).toEqual({ version: 0, isNew: false })
    await send('end', 0, [tool])
    expect((await send('end', 1, [tool])).json).toEqual({ version: 1, isNew: false })
    expect((await send('end', 1, [])).json).toEqual({ version: 2, isNew: true })
    expect((await currentInstrument(w.ctx(), 'end', w.stage.course)).questions.has('added-1')).toBe(false)
    expect(await w.store.read.select().from(instruments).where(eq(instruments.courseId, w.stage.course))).toHaveLength(
      2,
    )
  })

  it('never changes a version that stands', async () => {
    await send('end', 0, [tool])
    const first = await currentInstrument(w.ctx(), 'end', w.stage.course)
    const rows = async () => ({
      questions: await w.store.read.select().from(questions).where(eq(questions.instrumentId, first.id)),
      options: await w.store.read
        .select({ option: options })
        .from(options)
        .innerJoin(questions, eq(questions.id, options.questionId))
        .where(eq(questions.instrumentId, first.id)),
    })
    const before = await rows()
    await send('end', 1, [{ ...tool, text: 'Is it on your desk?' }, uses])
    expect(await rows()).toEqual(before)
  })

  it('concerns this course alone', async () => {
    await send('end', 0, [tool])
    const [other] = await w.store.write(async (db) => {
      const [{ id: _, ...neg }] = (await db.select().from(courses)) as [typeof courses.$inferSelect]
      return db
        .insert(courses)
        .values({ ...neg, code: 'NEG2' })
        .returning()
    })
    expect((await currentInstrument(w.ctx(), 'end', other!.id)).questions.has('added-1')).toBe(false)
  })

  it('says of newer general questions that they come with the next publishing', async () => {
    await send('end', 0, [tool])
    w.later('P1D')
    await w.store.write(async (db) => {
      const [newer] = await db
        .insert(instruments)
        .values({ stage: 'end', version: 2, publishedAt: w.now() })
        .returning()
      await db
        .insert(questions)
        .values({ instrumentId: newer!.id, key: 'suggestion', position: 1, kind: 'text', text: 'What now?', most: 1 })
    })
    expect(await stageShown('end')).toMatchObject({ version: 1, isBehind: true })
    expect((await currentInstrument(w.ctx(), 'end', w.stage.course)).questions.has('ready')).toBe(true)
    w.later('P1D')
    expect((await send('end', 1, [tool])).json).toEqual({ version: 2, isNew: true })
    const rebuilt = await currentInstrument(w.ctx(), 'end', w.stage.course)
    expect([...rebuilt.questions.keys()]).toEqual(['suggestion', 'added-1'])
    expect(await stageShown('end')).toMatchObject({ version: 2, isBehind: false })
  })

  it('lets one of two at once win and tells the other', async () => {
    const outcomes = await Promise.allSettled([
      publish(w.ctx(), { code: 'NEG1', stage: 'end' }, { seen: 0, questions: [tool] }),
      publish(w.ctx(), { code: 'NEG1', stage: 'end' }, { seen: 0, questions: [uses] }),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const said = await send('end', 0, [missing])
    expect(said.status).toBe(409)
    expect(said.json.code).toBe('published-meanwhile')
    // The database itself holds that there is one version of a number.
    await expect(
      w.store.write((db) =>
        db.insert(instruments).values({ stage: 'end', courseId: w.stage.course, version: 1, publishedAt: 0 }),
      ),
    ).rejects.toThrow()
  })

  it('says every fault beside its field', async () => {
    const long = 'x'.repeat(81)
    const faults = async (...asked: unknown[]) =>
      (await ada.post(path('end'), { seen: 0, questions: asked })).json.errors.map(({ path }: { path: string }) => path)
    expect(await faults({ ...tool, options: ['Only one'] })).toEqual(['questions.0.options'])
    expect(await faults({ ...tool, options: ['Yes', 'Yes'] })).toEqual(['questions.0.options'])
    expect(await faults({ ...tool, options: ['Yes', long] })).toEqual(['questions.0.options.1'])
    expect(await faults({ ...tool, options: '123456789'.split('') })).toEqual(['questions.0.options'])
    expect(await faults(tool, { ...uses, most: 1 })).toEqual(['questions.1.most'])
    expect(await faults(tool, { ...uses, most: 4 })).toEqual(['questions.1.most'])
    expect(await faults({ ...missing, options: ['Yes', 'No'] })).toEqual(['questions.0.options'])
    expect(await faults({ ...tool, text: ' ' }, tool)).toEqual(['questions.0.text'])
    expect(await faults(tool, tool)).toEqual(['questions.1.text'])
    expect(await faults({ ...tool, kind: 'outcomes' })).toEqual(['questions.0.kind'])
    expect(await faults(tool, uses, missing, { ...missing, text: 'And?' })).toEqual(['questions'])
  })

  it('is the coordinator’s alone, of a course and a stage that exist', async () => {
    for (const [person, role] of [
      [w.stage.bea, 'delegate'],
      [w.stage.tess, 'trainer'],
      [w.stage.sue, 'sub-group'],
      [w.stage.mo, 'administrator'],
    ] as const) {
      const other = await w.as(person, role)
      expect((await other.get('/api/courses/NEG1/questions')).status).toBe(403)
      expect((await other.post(path('end'), { seen: 0, questions: [] })).status).toBe(403)
      expect((await other.get(`${path('end')}/preview`)).status).toBe(403)
    }
    expect((await w.visitor.get(`${path('end')}/preview`)).status).toBe(401)
    expect((await ada.post('/api/courses/NONE/questions/end', { seen: 0, questions: [] })).status).toBe(404)
    expect((await ada.post('/api/courses/NEG1/questions/colleague', { seen: 0, questions: [] })).status).toBe(404)
    expect((await ada.get('/api/courses/NONE/questions')).status).toBe(404)
    expect((await ada.get('/api/courses/NONE/questions/end/preview')).status).toBe(404)
  })
})

describe('the follow-up', () => {
  const day = '2026-09-15'
  const asked = '2026-12-15'
  let bookingId: number
  let link: string

  const begin = async (added: AddedQuestion[]) => {
    if (added.length) await send('follow-up', 0, added)
    bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, asked)
    await runAsking(w)
    await handOver(w)
    link = await answerPath(w, bookingId)
    at(w, asked, '11:00')
    await press(w, link, 'once')
  }
  const fill = async (fields: Record<string, string | string[]>) =>
    w.visitor.form(`${link}/course`, { nonce: nonceIn((await w.visitor.get(`${link}/course`)).text), ...fields })
  const given = () =>
    w.store.read
      .select({ key: questions.key, option: options.text, text: texts.original, kind: texts.kind, state: texts.state })
      .from(answers)
      .innerJoin(questions, eq(questions.id, answers.questionId))
      .innerJoin(responses, eq(responses.id, answers.responseId))
      .leftJoin(options, eq(options.id, answers.optionId))
      .leftJoin(texts, eq(texts.id, answers.textId))
      .where(and(eq(responses.stage, 'follow-up'), eq(responses.bookingId, bookingId)))
      .orderBy(answers.id)

  it('asks them on a fifth page that may be left out, and none where there are none', async () => {
    await begin([tool, uses, missing])
    const example = await w.visitor.get(`${link}/example`)
    expect(example.text).toContain('Page 4 of 5')
    expect(example.text).toContain('Save and go on')
    const { text } = await w.visitor.get(`${link}/course`)
    expect(text).toContain('<h1>A few questions about this course</h1>')
    expect(text).toContain('Page 5 of 5')
    for (const { text: words, options } of [tool, uses, missing])
      for (const one of [words, ...options]) expect(text).toContain(one)
    expect(text).toContain('Choose up to 2.')
    expect(text).toContain('This form is not watched.')
    const done = await w.visitor.get(`${link}/done`)
    expect(done.text).toContain('A few questions about this course</a> (not answered)')
  })

  it('has four pages where the course added nothing', async () => {
    await begin([])
    expect((await w.visitor.get(`${link}/example`)).text).toContain('Page 4 of 4')
    expect((await w.visitor.get(`${link}/course`)).text).toContain('Thank you: your answer is in')
  })

  it('keeps the answers with the rest, the words held like any others', async () => {
    await begin([tool, uses, missing])
    const sent = await fill({
      'added-1': 'line-2',
      'added-2': ['line-1', 'line-3'],
      'added-3': 'A page for grandparents',
      next: 'on',
    })
    expect(sent.headers.get('location')).toBe(`${link}/done`)
    expect((await given()).slice(1)).toEqual([
      { key: 'added-1', option: 'In another building', text: null, kind: null, state: null },
      { key: 'added-2', option: 'At a visit', text: null, kind: null, state: null },
      { key: 'added-2', option: 'In a meeting', text: null, kind: null, state: null },
      { key: 'added-3', option: null, text: 'A page for grandparents', kind: 'added', state: 'held' },
    ])
    const { text } = await w.visitor.get(`${link}/course`)
    expect(text.match(/ checked/g)).toHaveLength(3)
    expect(text).toContain('>A page for grandparents</textarea>')
    expect((await w.visitor.get(`${link}/done`)).text).toContain('A few questions about this course</a> (saved)')
    ada = await coordinator()
    const held = await ada.get('/api/texts')
    expect(held.json.texts).toMatchObject([{ kind: 'added', text: 'A page for grandparents' }])
    expect((await ada.post(`/api/texts/${held.json.texts[0].id}/clearance`, {})).status).toBe(201)
    await fill({ 'added-1': 'line-1', 'added-3': '', next: 'on' })
    expect((await given()).slice(1).map(({ option, text }) => option ?? text)).toEqual(['Yes'])
  })

  it('keeps two boxes apart, and tells cover of urgent words in either', async () => {
    await begin([missing, { ...missing, text: 'What would you add?' }])
    await fill({ 'added-1': 'Nothing', 'added-2': 'A child is not safe tonight', next: 'on' })
    const written = await w.store.read.select().from(texts).orderBy(texts.id)
    expect(written.map(({ original, urgentAt }) => [original, urgentAt !== null])).toEqual([
      ['Nothing', false],
      ['A child is not safe tonight', true],
    ])
    expect(new Set(written.map(({ questionId }) => questionId)).size).toBe(2)
    expect((await messagesOf(w, 'urgent-words')).length).toBeGreaterThan(0)
    expect((await w.visitor.get(`${link}/done`)).text).toContain('Does someone need help now?')
  })

  it('refuses what was not offered and what is too long, and keeps what was typed', async () => {
    await begin([tool, uses, missing])
    const before = await factsHash(w)
    const sent = await fill({
      'added-1': 'line-9',
      'added-2': ['line-1', 'line-2', 'line-3'],
      'added-3': 'x'.repeat(301),
      next: 'on',
    })
    expect(sent.status).toBe(422)
    for (const key of ['added-1', 'added-2', 'added-3']) expect(sent.text).toContain(`href="#${key}"`)
    expect(sent.text).toContain('x'.repeat(301))
    expect(await factsHash(w)).toBe(before)
  })

  it('goes on with the questions it began with when others are published meanwhile', async () => {
    await begin([tool])
    await send('follow-up', 1, [missing])
    const { text } = await w.visitor.get(`${link}/course`)
    expect(text).toContain(tool.text)
    expect(text).not.toContain(missing.text)
    expect((await fill({ 'added-1': 'line-1', next: 'on' })).status).toBe(303)
  })

  it('saves an answer tapped in the background and shows nothing', async () => {
    await begin([tool])
    const sent = await fill({ 'added-1': 'line-1', next: 'stay' })
    expect({ status: sent.status, text: sent.text }).toEqual({ status: 204, text: '' })
    expect((await given()).at(-1)).toMatchObject({ key: 'added-1', option: 'Yes' })
    const [response] = await w.store.read.select().from(responses).where(eq(responses.stage, 'follow-up'))
    expect(response!.finishedAt).toBeNull()
  })
})

describe('the end of the day', () => {
  it('asks them too, and changes answers in the version they were given in', async () => {
    await send('end', 0, [tool, missing])
    const eventId = await w.stage.event({ on: ['2026-09-14'] })
    const bookingId = await attend(w, eventId, w.stage.bea)
    const [{ day_code: code }] = (
      await w.client.execute({ sql: 'select day_code from bookings where id = ?', args: [bookingId] })
    ).rows as unknown as [{ day_code: string }]
    const link = `/day/${eventId}/${code}`
    at(w, '2026-09-14', '16:00')
    const { text } = await w.visitor.get(link)
    for (const one of [tool.text, ...tool.options, missing.text]) expect(text).toContain(one)
    expect(text).toContain('id="urgent-added"')
    const save = async (fields: Record<string, string>) =>
      w.visitor.form(link, { nonce: nonceIn((await w.visitor.get(link)).text), commitment: 'nothing', ...fields })
    expect((await save({ 'added-1': 'line-1', 'added-2': 'A handout' })).status).toBe(303)
    await send('end', 1, [])
    const again = await w.visitor.get(link)
    expect(again.text).toContain('value="line-1" id="added-1" checked')
    expect(again.text).toContain('>A handout</textarea>')
    await save({ 'added-1': 'line-3', 'added-2': '' })
    const rows = await w.store.read
      .select({ text: options.text })
      .from(answers)
      .innerJoin(options, eq(options.id, answers.optionId))
      .innerJoin(questions, eq(questions.id, answers.questionId))
      .where(eq(questions.key, 'added-1'))
    expect(rows).toEqual([{ text: 'No' }])
    expect(await w.store.read.select().from(texts)).toEqual([])
  })
})

describe('before the day', () => {
  it('shows them with the confirmation and keeps what is said', async () => {
    await send('before', 0, [uses, missing])
    const bookingId = await attend(w, await w.stage.event(), w.stage.bea, null)
    const bea = await w.as(w.stage.bea)
    const { questions: shown } = (await bea.get(`/api/bookings/${bookingId}/before`)).json
    expect(shown.added).toMatchObject([
      { key: 'added-1', kind: 'several', most: 2, options: [{ value: 'line-1' }, {}, {}] },
      { key: 'added-2', kind: 'text', options: [] },
    ])
    const put = (added: unknown) => bea.put(`/api/bookings/${bookingId}/before`, { added })
    expect((await put([{ key: 'added-9', chosen: ['line-1'] }])).status).toBe(422)
    expect((await put([{ key: 'outcomes', chosen: ['good'] }])).status).toBe(422)
    expect((await put([{ key: 'added-2', words: 'x'.repeat(301) }])).status).toBe(422)
    expect((await put([{ key: 'added-1', chosen: ['line-1', 'line-2', 'line-3'] }])).status).toBe(422)
    const said = [
      { key: 'added-1', chosen: ['line-2'] },
      { key: 'added-2', words: 'How to say it' },
    ]
    expect((await put(said)).status).toBe(200)
    const rows = await w.store.read
      .select({ option: options.text, words: texts.original })
      .from(answers)
      .leftJoin(options, eq(options.id, answers.optionId))
      .leftJoin(texts, eq(texts.id, answers.textId))
      .orderBy(answers.id)
    expect(rows).toEqual([
      { option: 'In supervision', words: null },
      { option: null, words: 'How to say it' },
    ])
  })
})

describe('the preview', () => {
  it('shows every page of a draft by the functions that delegates get, and stores nothing', async () => {
    const before = await factsHash(w)
    const of = async (stage: AddedStage, page: string, asked?: unknown) =>
      ada.get(`${path(stage)}/preview?page=${page}${asked ? `&draft=${draft(asked)}` : ''}`)
    const end = await of('end', '', [tool, missing])
    expect(end.status).toBe(200)
    expect(end.text).toContain('Robin, two minutes before you go')
    for (const one of [tool.text, ...tool.options, missing.text, 'Use the neglect toolkit with one family'])
      expect(end.text).toContain(one)
    const question = await of('follow-up', 'question', [tool])
    expect(question.text).toContain('Use the neglect toolkit with one family')
    expect(question.text).toContain('Send my answer')
    expect((await of('follow-up', 'now', [tool])).text).toContain('I can recognise the signs of neglect')
    expect((await of('follow-up', 'now', [tool])).text).toContain('Page 1 of 5')
    expect((await of('follow-up', 'course', [tool])).text).toContain(tool.text)
    expect((await of('follow-up', 'difference')).text).toContain('A worry about a child was noticed sooner')
    expect((await of('follow-up', 'done')).text).toContain('Thank you: your answer is in')
    expect((await of('follow-up', 'course')).status).toBe(404)
    const shown = await ada.get(`/api/courses/NEG1/questions/before/shown?draft=${draft([uses])}`)
    expect(shown.json.added).toMatchObject([{ text: uses.text, most: 2 }])
    expect(await factsHash(w)).toBe(before)
  })

  it('shows what is published where there is no draft', async () => {
    await send('end', 0, [uses])
    expect((await ada.get(`${path('end')}/preview`)).text).toContain(uses.text)
  })

  it('is dead: no script, no form, no origin, and a token that opens nothing', async () => {
    const { headers, text } = await ada.get(`${path('follow-up')}/preview?page=question`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/sandbox;/)
    expect(policy).toContain("form-action 'none'")
    expect(policy).toContain("frame-ancestors 'self'")
    expect(policy).not.toMatch(/script-src|unsafe|allow-/)
    expect(text).toContain('action="/answer/preview"')
    expect((await w.visitor.form('/answer/preview', { nonce: nonceIn(text), practice: 'once' })).status).toBe(404)
  })

  it('says of a draft that is not finished what is left to do', async () => {
    const { text } = await ada.get(`${path('end')}/preview?draft=${draft([{ ...tool, options: [] }])}`)
    expect(text).toContain('Enter at least 2 lines')
    expect((await ada.get(`${path('end')}/preview?draft=rubbish`)).text).toContain('cannot be read')
    const shown = await ada.get(`/api/courses/NEG1/questions/before/shown?draft=${draft([{ ...uses, most: 9 }])}`)
    expect(shown.json.errors).toMatchObject([{ path: 'questions.0.most' }])
  })
})

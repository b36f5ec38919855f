import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commitments, responses, suggestions, texts } from '#db/schema.ts'
import { practiceAnswers } from '#server/surveys/input.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, factsHash, handOver, nonceIn, optOutPath, press, runAsking } from './facts.ts'

let w: TestWorld
let bookingId: number
let path: string

const asked = '2026-12-15'

beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-09-15'] }), w.stage.bea)
  await w.store.write(async (db) => {
    const [suggestion] = await db.select().from(suggestions).where(eq(suggestions.courseId, w.stage.course))
    await db
      .insert(commitments)
      .values({ bookingId, position: 1, kind: 'suggestion', suggestionId: suggestion!.id, madeAt: 0 })
  })
  at(w, asked)
  await runAsking(w)
  await handOver(w)
  path = await answerPath(w, bookingId)
  at(w, asked, '11:00')
})
afterEach(() => w.close())

const response = async () => (await w.store.read.select().from(responses).where(eq(responses.stage, 'follow-up')))[0]
const answerThere = async (practice: string) => {
  const nonce = nonceIn((await w.visitor.get(`${path}/supervision`)).text)
  return w.visitor.form(`${path}/supervision`, { practice, nonce })
}

describe('the supervision sheet', () => {
  it('has their commitment, four things to talk about, where to note it and question one, and tells of nobody', async () => {
    const { status, text } = await w.visitor.get(`${path}/supervision`)
    expect(status).toBe(200)
    expect(text).toContain('Use the neglect toolkit with one family')
    expect(text.match(/<li>/g)).toHaveLength(4)
    expect(text).toContain('Where to note it')
    expect(text.match(/type="radio" name="practice"/g)).toHaveLength(practiceAnswers.length)
    expect(text).toContain('Your manager sees this page while you talk, and nothing else')
    for (const canary of ['Bea', 'Fern', 'council.test', 'Council children']) expect(text).not.toContain(canary)
    expect((await w.visitor.get(path)).text).toContain(
      `<a href="${path}/supervision">Talk it through with your manager instead</a>`,
    )
  })

  it('shows neither own words nor an answer given before, since somebody is looking on', async () => {
    await press(w, path, 'not-yet')
    expect((await w.visitor.get(`${path}/supervision`)).text).not.toContain(' checked')
    await w.store.write(async (db) => {
      const [text] = await db
        .insert(texts)
        .values({
          bookingId,
          kind: 'commitment',
          original: 'Talk to my manager about him',
          state: 'held',
          writtenAt: 0,
        })
        .returning()
      await db
        .update(commitments)
        .set({ kind: 'own-words', suggestionId: null, textId: text!.id })
        .where(eq(commitments.bookingId, bookingId))
    })
    const { text } = await w.visitor.get(`${path}/supervision`)
    expect(text).not.toContain('about him')
    expect(text).toContain('you wrote down, in your own words')
  })

  it('records the answer as given in supervision: a core answer like any other', async () => {
    const sent = await answerThere('once')
    expect([sent.status, sent.headers.get('location')]).toEqual([303, `${path}/supervision?noted`])
    expect(await response()).toMatchObject({ channel: 'supervision', coreAt: w.now(), doubtedBecause: null, wave: 1 })
    const { text } = await w.visitor.get(`${path}/supervision?noted`)
    expect(text).toContain('Noted: you did this in supervision')
    expect(text).not.toContain('name="practice"')
    // Nobody reads over a shoulder what was answered, then or before.
    expect(text).not.toContain('done it at least once')
  })

  it('leaves the channel of an answer that already counts', async () => {
    await press(w, path, 'started')
    w.later('P2D')
    await answerThere('once')
    expect(await response()).toMatchObject({ channel: 'e-mail', coreAt: w.now() })
  })

  it('doubts what comes as a machine’s would', async () => {
    at(w, asked, '10:00')
    const sent = await answerThere('once')
    expect(sent.headers.get('location')).toBe(`${path}/check`)
    expect(await response()).toMatchObject({ doubtedBecause: 'within-60-seconds' })
  })

  it('writes nothing without its page, without an answer, or by GET', async () => {
    const before = await factsHash(w)
    const unseen = await w.visitor.form(`${path}/supervision`, { practice: 'once', nonce: 'a.b' })
    expect(unseen.status).toBe(422)
    expect(unseen.text).toMatch(/value="once" checked/)
    expect(unseen.text).toContain('<h1>Five minutes in supervision</h1>')
    for (const practice of ['', 'rubbish']) {
      const { status, text } = await answerThere(practice)
      expect(status).toBe(422)
      expect(text).toContain('Choose where it has got to')
    }
    expect((await w.visitor.get(`${path}/supervision?noted`)).text).toContain('name="practice"')
    expect(await factsHash(w)).toBe(before)
  })

  it('is not for a link of another purpose, nor when the time is over', async () => {
    const token = (await optOutPath(w, bookingId)).replace('/opt-out/', '')
    for (const tried of [`/answer/${token}`, '/answer/1.AAAAAAAAAAAAAAAAAAAAAA']) {
      expect((await w.visitor.get(`${tried}/supervision`)).status).toBe(404)
      expect((await w.visitor.form(`${tried}/supervision`, { practice: 'once', nonce: 'a.b' })).status).toBe(404)
    }
    at(w, '2027-06-01')
    expect((await w.visitor.get(`${path}/supervision`)).status).toBe(410)
    expect((await w.visitor.form(`${path}/supervision`, { practice: 'once', nonce: 'a.b' })).status).toBe(410)
  })
})

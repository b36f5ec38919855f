import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followUps, optOuts } from '#db/schema.ts'
import { askingFacts } from '#server/surveys/asking-words.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { at, attend, factsHash, handOver, messagesOf, optOutPath, runAsking } from './facts.ts'

let w: TestWorld
let bookingId: number
let path: string

beforeEach(async () => {
  w = await makeWorld()
  bookingId = await attend(w, await w.stage.event({ on: ['2026-09-15'] }), w.stage.bea)
  at(w, '2026-12-15')
  await runAsking(w)
  await handOver(w)
  path = await optOutPath(w, bookingId)
})
afterEach(() => w.close())

const standing = async () => (await w.store.read.select().from(optOuts)).filter(({ undoneAt }) => undoneAt === null)
const closed = async () => (await w.store.read.select().from(followUps))[0]?.closedBecause

describe('opting out', () => {
  it('is a form first: neither GET nor HEAD changes a thing', async () => {
    const before = await factsHash(w)
    const page = await w.visitor.get(path)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Only Recognising neglect')
    expect(page.text).not.toMatch(/Bea|Fern|council\.test/)
    await w.app.request(`${w.config.origin}${path}`, { method: 'HEAD' })
    await w.visitor.get(`${path}/one-click`)
    expect(await factsHash(w)).toBe(before)
  })

  it('stops the series, says so, and is undone by one press', async () => {
    const done = await w.visitor.form(path, { scope: 'course' })
    expect(done.status).toBe(200)
    expect(done.text).toContain('We have stopped asking')
    expect(await closed()).toBe('opted-out')
    at(w, '2026-12-21')
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-reminder')).toHaveLength(0)
    expect(await askingFacts(w.ctx(), bookingId)).toEqual({ cancelled: 'They asked us to stop' })

    await w.visitor.form(`${path}/undo`, {})
    expect(await standing()).toHaveLength(0)
    expect(await closed()).toBeNull()
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-reminder')).toHaveLength(1)
  })

  it('of all leaves out every later course, and of one course that course alone', async () => {
    const other = await attend(w, await w.stage.event({ on: ['2026-10-20'] }), w.stage.bea)
    await w.visitor.form(path, { scope: 'all' })
    at(w, '2027-01-20')
    await runAsking(w)
    expect((await messagesOf(w)).map(({ about }) => about)).toEqual([`booking:${bookingId}`])
    await w.visitor.form(`${path}/undo`, {})
    await runAsking(w)
    expect((await messagesOf(w)).map(({ about }) => about)).toEqual([`booking:${bookingId}`, `booking:${other}`])
  })

  it('by one click takes form and multipart without cookies, answers 200 without a redirect, and twice is once', async () => {
    const url = `${w.config.origin}${path}/one-click`
    const multipart = new FormData()
    multipart.append('List-Unsubscribe', 'One-Click')
    for (const body of [new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), multipart, null]) {
      const answer = await w.app.request(url, { method: 'POST', body })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('location')).toBeNull()
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
    expect(await standing()).toMatchObject([{ scope: 'course', bookingId }])
    const page = await w.visitor.get(path)
    expect(page.text).toContain('Ask me again after all')
  })

  it('needs the link of its own purpose', async () => {
    const answer = path.replace('/opt-out/', '/answer/')
    expect((await w.visitor.get(answer)).status).toBe(404)
    for (const step of ['', '/undo', '/one-click'])
      expect((await w.visitor.form(`/opt-out/1.AAAAAAAAAAAAAAAAAAAAAA${step}`, {})).status).toBe(404)
    expect(await standing()).toHaveLength(0)
  })

  it('leaves what was over as it was', async () => {
    at(w, '2027-02-01')
    await w.visitor.form(path, { scope: 'all' })
    expect(await closed()).toBeNull()
  })
})

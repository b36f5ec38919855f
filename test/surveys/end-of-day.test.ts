import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bookings, commitments, people, printedNames, responses, skips, suggestions, texts } from '#db/schema.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { at, attend, factsHash, messagesOf, nonceIn, outcomesOfStage } from './facts.ts'

let w: TestWorld
let eventId: number
let bookingId: number
let path: string
let code: string

beforeEach(async () => {
  w = await makeWorld()
  eventId = await w.stage.event({ on: ['2026-09-15', '2026-09-22'] })
  bookingId = await attend(w, eventId, w.stage.bea, null)
  code = (await w.store.read.select().from(bookings).where(eq(bookings.id, bookingId)))[0]!.dayCode
  path = `/day/${eventId}/${code}`
  at(w, '2026-09-22', '16:00')
})
afterEach(() => w.close())

const send = async (fields: Record<string, string | string[]>) =>
  w.visitor.form(path, { nonce: nonceIn((await w.visitor.get(path)).text), ...fields })

describe('a day code', () => {
  it('opens the forms of one person for one event, by first name only', async () => {
    const asked = await w.visitor.get(`/day/${eventId}`)
    expect(asked.text).toContain('Your day code')
    const sent = await w.visitor.form(`/day/${eventId}`, { code: ` ${code.toLowerCase().replace('0', 'o')} ` })
    expect(sent.headers.get('location')).toBe(path)
    const { text, status } = await w.visitor.get(path)
    expect(status).toBe(200)
    expect(text).toContain('Bea, two minutes before you go')
    for (const canary of ['Fern', 'council.test', 'Council children']) expect(text).not.toContain(canary)
    const other = await w.stage.event({ on: ['2026-09-22'] })
    expect((await w.visitor.get(`/day/${other}/${code}`)).status).toBe(422)
  })

  it('typed without its event finds the one that is open', async () => {
    expect((await w.visitor.form('/day', { code })).headers.get('location')).toBe(path)
    expect((await w.visitor.form('/day', { code: 'ZZZZZZ' })).status).toBe(422)
    at(w, '2026-09-25', '00:01')
    expect((await w.visitor.form('/day', { code })).status).toBe(422)
  })

  it('works from the last event session until two working days after it', async () => {
    at(w, '2026-09-15', '12:00')
    expect((await w.visitor.get(path)).text).toContain('Not open yet')
    at(w, '2026-09-24', '23:59')
    expect((await w.visitor.get(path)).text).toContain('two minutes before you go')
    at(w, '2026-09-25', '00:00')
    const closed = await w.visitor.get(path)
    expect(closed.status).toBe(410)
    expect((await w.visitor.form(path, { skip: 'yes' })).status).toBe(410)
    expect(await w.store.read.$count(skips)).toBe(0)
  })

  it('is not to be guessed: after 60 wrong ones in an hour the right one fails too', async () => {
    for (let n = 0; n < 60; n++)
      expect((await w.visitor.get(`/day/${eventId}/Z${String(n).padStart(5, '0')}`)).status).toBe(422)
    const right = await w.visitor.get(path)
    expect(right.status).toBe(429)
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await w.visitor.form(`/day/${eventId}`, { code })).status).toBe(429)
    w.later('PT1H')
    expect((await w.visitor.get(path)).status).toBe(200)
  })
})

describe('the end of the day', () => {
  it('is one plain form, saved by a POST and changed by another', async () => {
    const before = await factsHash(w)
    const page = await w.visitor.get(path)
    // Nothing but the hints beside its boxes, which it works without.
    expect(page.text.replace('<script type="module" src="/hints.js"></script>', '')).not.toMatch(/<script|<link|src=/)
    expect(new TextEncoder().encode(page.text).length).toBeLessThan(20_000)
    expect(await factsHash(w)).toBe(before)

    const [outcome] = await outcomesOfStage(w)
    const [suggestion] = await w.store.read.select().from(suggestions)
    const sent = await send({
      [`outcomes-${outcome!.id}`]: 'good',
      [`then-${outcome!.id}`]: 'some',
      ready: 'with-handout',
      commitment: String(suggestion!.id),
      'own-words': 'Ask about sleep',
      obstacle: ['time', 'systems'],
      suggestion: 'More breaks',
    })
    expect(sent.headers.get('location')).toBe(`${path}/done`)
    expect((await w.visitor.get(`${path}/done`)).text).toContain('Thank you, Bea')
    expect(await w.store.read.select().from(commitments)).toMatchObject([
      { kind: 'suggestion', suggestionId: suggestion!.id, position: 1 },
      { kind: 'own-words', position: 2 },
    ])
    expect((await w.store.read.select().from(texts)).map(({ kind, state }) => [kind, state])).toEqual([
      ['suggestion', 'held'],
      ['commitment', 'held'],
    ])
    expect(await w.store.read.select().from(responses)).toMatchObject([
      { stage: 'end', channel: 'day-code', finishedAt: w.now() },
    ])

    w.later('PT1H')
    expect((await send({ commitment: 'not-sure' })).status).toBe(303)
    expect(await w.store.read.select().from(commitments)).toMatchObject([{ kind: 'not-sure', textId: null }])
    expect(await w.store.read.$count(texts)).toBe(0)
    expect(await w.store.read.$count(responses)).toBe(1)
  })

  it('wants one or two commitments, or the line that says nothing or not sure, and keeps what was typed', async () => {
    const ids = (await w.store.read.select().from(suggestions)).map(({ id }) => String(id))
    const wrong: [Record<string, string | string[]>, string][] = [
      [{}, 'Choose what you will do differently'],
      [{ commitment: ids.slice(0, 3) }, 'Choose one or two'],
      [{ commitment: ids.slice(0, 2), 'own-words': 'And more' }, 'Choose one or two'],
      [{ commitment: [ids[0]!, 'nothing'] }, 'Choose either'],
      [{ commitment: '9999' }, 'Choose from the lines shown'],
      [{ commitment: 'nothing', 'own-words': 'y'.repeat(141) }, 'Write 140 characters or fewer'],
      [{ commitment: 'nothing', obstacle: ['time', 'systems', 'manager'] }, 'Choose no more than 2'],
      [{ commitment: 'nothing', ready: 'rubbish' }, 'Choose one of the lines shown'],
      [{ commitment: 'nothing', name: 'N'.repeat(201) }, 'A name must be 200 characters or fewer'],
      [{ commitment: 'nothing', name: 'https://evil.test' }, 'A name must not hold a web or email address'],
      [{ commitment: 'nothing', name: 'WWW.evil.test' }, 'A name must not hold a web or email address'],
      [{ commitment: 'nothing', name: 'sam@school.test' }, 'A name must not hold a web or email address'],
      [{ commitment: 'nothing', name: 'Sam <b>' }, 'A name must not hold line breaks'],
    ]
    for (const [fields, words] of wrong) {
      const { status, text } = await send({ suggestion: 'kept words', ...fields })
      expect(status, words).toBe(422)
      expect(text).toContain(words)
      expect(text).toContain('kept words')
    }
    expect(await w.store.read.$count(responses)).toBe(0)
    expect(await w.store.read.$count(texts)).toBe(0)
  })

  it('can be skipped for the certificate alone', async () => {
    expect((await send({ skip: 'yes' })).status).toBe(303)
    await send({ skip: 'yes' })
    expect(await w.store.read.select().from(skips)).toMatchObject([{ bookingId, at: w.now() }])
    expect(await w.store.read.$count(responses)).toBe(0)
    expect((await w.visitor.get(`${path}/done`)).text).toContain('Skipped, Bea')
  })

  it('keeps the name as it will be printed for this certificate alone: a day code renames nobody', async () => {
    await send({ commitment: 'nothing', name: 'Beatrice Fern-Øst' })
    expect((await w.store.read.select().from(printedNames)).map(({ name }) => name)).toEqual(['Beatrice Fern-Øst'])
    expect((await w.store.read.select().from(people).where(eq(people.id, w.stage.bea)))[0]?.name).toBe('Bea Fern')
  })

  it('takes nothing from a page that is not ours', async () => {
    const before = await factsHash(w)
    expect((await w.visitor.form(path, { commitment: 'nothing' })).status).toBe(422)
    expect((await w.visitor.form(path, { skip: 'yes' })).status).toBe(422)
    expect(await factsHash(w)).toBe(before)
  })

  it('shows whom to ring first, and tells cover, when words sound urgent', async () => {
    await send({ commitment: 'nothing', suggestion: 'A mother told me she is being beaten and is not safe tonight' })
    const { text } = await w.visitor.get(`${path}/done`)
    expect(text).toContain('Does someone need help now?')
    const told = await messagesOf(w, 'urgent-words')
    expect(told.map(({ toAddress }) => toAddress)).toEqual(w.world.config.cover.map(({ address }) => address))
    expect(told).toHaveLength(2)
    expect(JSON.stringify(told)).not.toContain('mother')
  })
})

import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bounces,
  colleagueRequests,
  colleagueTallies,
  commitments,
  events,
  optOuts,
  people,
  suggestions,
} from '#db/schema.ts'
import { makeToken } from '#server/keys.ts'
import { endColleagueRequests } from '#server/surveys/colleague.ts'
import type { PracticeAnswer } from '#server/surveys/input.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
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
  remark,
  runAsking,
} from './facts.ts'

let w: TestWorld
let eventId: number
let bookingId: number
let path: string
let colleague: string

// Tuesday 15 September 2026; three months on is a Tuesday too.
const day = '2026-09-15'
const asked = '2026-12-15'
const pat = { name: 'Pat Low', email: 'pat.low@school.test' }

beforeEach(async () => {
  w = await makeWorld()
  eventId = await w.stage.event({ on: [day], capacity: 40 })
  bookingId = await attend(w, eventId, w.stage.bea)
  await plan(bookingId)
  at(w, asked)
  await runAsking(w)
  await handOver(w)
  path = await answerPath(w, bookingId)
  colleague = `/colleague/${await makeToken(w.world.secrets, 'colleague', bookingId)}`
  at(w, asked, '11:00')
})
afterEach(() => w.close())

const plan = (bookingId: number) =>
  w.store.write(async (db) => {
    const [suggestion] = await db.select().from(suggestions).where(eq(suggestions.courseId, w.stage.course))
    await db
      .insert(commitments)
      .values({ bookingId, position: 1, kind: 'suggestion', suggestionId: suggestion!.id, madeAt: 0 })
  })

const request = async (id = bookingId) =>
  (await w.store.read.select().from(colleagueRequests).where(eq(colleagueRequests.bookingId, id)))[0]
const tallies = async () => (await w.store.read.select().from(colleagueTallies)).map(({ answer, n }) => ({ answer, n }))
const lettersTo = (address: string) => w.kept.filter(({ to }) => to.address === address)

/** Answers, and names a colleague on the page of thanks, as a person would. */
async function name(who: { name: string; email: string }, its = path) {
  const page = await w.visitor.get(`${its}/done`)
  return w.visitor.form(`${its}/colleague`, { ...who, nonce: nonceIn(offerIn(page.text)) })
}
const offerIn = (text: string) => text.slice(text.indexOf('id="colleague"'))

async function askColleague(practice: PracticeAnswer = 'once') {
  await press(w, path, practice)
  await name(pat)
  await w.chores()
  w.later('PT2M')
}

async function seen(answer: string, its = colleague) {
  const page = await w.visitor.get(its)
  return w.visitor.form(its, { seen: answer, nonce: nonceIn(page.text) })
}

describe('naming a colleague', () => {
  it('is offered once an answer counts, and says what they see', async () => {
    expect((await w.visitor.get(`${path}/done`)).text).not.toContain('one colleague')
    await press(w, path, 'once')
    const { text } = await w.visitor.get(`${path}/done`)
    expect(text).toContain('May we ask one colleague, or your manager, one question?')
    expect(text).toContain('never what you answered')
    expect(text).toContain('stored with no name')
    expect(text).toContain('<details id="colleague"><summary><h2>May we ask one colleague')
  })

  it('is not offered for a doubted answer, nor can it be forced', async () => {
    await press(w, path, 'once')
    const nonce = nonceIn(offerIn((await w.visitor.get(`${path}/done`)).text))
    w.later('PT20S')
    await press(w, path, 'routine')
    expect((await w.visitor.get(`${path}/done`)).text).not.toContain('one colleague')
    expect((await w.visitor.form(`${path}/colleague`, { ...pat, nonce })).status).toBe(303)
    expect(await request()).toBeUndefined()
  })

  it('owes them one message, however often it is pressed, and the history holds no name', async () => {
    await press(w, path, 'once')
    const nonce = nonceIn(offerIn((await w.visitor.get(`${path}/done`)).text))
    const pressed = await Promise.all([1, 2, 3].map(() => w.visitor.form(`${path}/colleague`, { ...pat, nonce })))
    expect(pressed.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(pressed[0]!.headers.get('location')).toBe(`${path}/done#colleague`)
    await w.visitor.form(`${path}/colleague`, { name: 'Another', email: 'another@school.test', nonce })
    expect(await messagesOf(w, 'colleague-view')).toMatchObject([{ toAddress: null, toPersonId: null }])
    await w.chores()
    expect(lettersTo(pat.email)).toHaveLength(1)
    expect(lettersTo('another@school.test')).toEqual([])
    expect(JSON.stringify(await historyOf(w, `booking:${bookingId}`))).not.toMatch(/Pat|school\.test/)
  })

  it('writes to them what was planned, in ready-made words, and nothing that was answered', async () => {
    await askColleague('not-yet')
    const [letter] = lettersTo(pat.email)
    expect(letter!.subject).toBe('One question about Bea Fern’s training')
    // A colleague does not know who “Bea” is; who named them has agreed to be named.
    expect(letter!.text.replace(/\s+/g, ' ')).toMatch(/Bea Fern \(Council children[^)]*\) gave us your name/)
    expect(letter!.text.replace(/\s+/g, ' ')).toContain(
      'Bea Fern planned to: “Use the neglect toolkit with one family”',
    )
    expect(letter!.text).toContain(colleague)
    expect(letter!.text).not.toMatch(/not yet/i)
  })

  it('never writes own words, and cleans both names of addresses', async () => {
    await w.store.write(async (db) => {
      await db.update(commitments).set({ kind: 'own-words', suggestionId: null })
      await db.update(people).set({ name: 'http://evil.test now' }).where(eq(people.id, w.stage.bea))
    })
    await press(w, path, 'once')
    await name({ name: 'evil.test pay', email: pat.email })
    await w.chores()
    const [letter] = lettersTo(pat.email)
    expect(`${letter!.subject} ${letter!.text} ${letter!.to.name}`).not.toContain('evil.')
    expect((await w.visitor.get(colleague)).text).not.toContain('evil')
  })

  it('refuses their own address, one that is none, and no name, in words', async () => {
    await press(w, path, 'once')
    for (const email of ['bea.fern@council.test', 'Bea.Fern@Council.test', 'bea.fern+x@council.test']) {
      const { status, text } = await name({ name: 'Pat', email })
      expect(status).toBe(422)
      expect(text).toContain('This is your own address')
      expect(text).toContain('There is a problem')
    }
    const { status, text } = await name({ name: ' ', email: 'nowhere' })
    expect(status).toBe(422)
    expect(text).toContain('Enter their name')
    expect(text).toContain('like name@example.org')
    for (const [typed, words] of [
      ['Pat <b>Low</b>', 'A name must not hold line breaks, invisible characters or &lt; and &gt;'],
      ['https://evil.test/pay', 'A name must not hold a web or email address'],
      ['www.evil.test', 'A name must not hold a web or email address'],
      ['pat@school.test', 'A name must not hold a web or email address'],
    ] as const) {
      const { status, text } = await name({ name: typed, email: pat.email })
      expect(status, typed).toBe(422)
      expect(text).toContain(words)
      // What is wrong must not be folded away.
      expect(text).toContain('<details id="colleague" open>')
    }
    expect(await request()).toBeUndefined()
  })

  it('asks for the page again without its nonce, keeping what was typed', async () => {
    await press(w, path, 'once')
    const { status, text } = await w.visitor.form(`${path}/colleague`, { ...pat, nonce: 'x.y' })
    expect(status).toBe(422)
    expect(text).toContain('Press once more')
    expect(text).toContain(pat.email)
    expect(await request()).toBeUndefined()
  })

  it('lets nobody have us write to one stranger more than three times in 30 days', async () => {
    const others = await Promise.all(
      Array.from({ length: 5 }, async (_, n) => attend(w, eventId, await w.stage.person(`Person ${n}`))),
    )
    const answering = async (id: number) => {
      const its = await answerPath(w, id)
      await press(w, its, 'once')
      return name(pat, its)
    }
    const statuses: number[] = []
    for (const id of others.slice(0, 3)) statuses.push((await answering(id)).status)
    const fourth = await answering(others[3]!)
    expect([...statuses, fourth.status]).toEqual([303, 303, 303, 422])
    expect(fourth.text).toContain('often enough this month')
    w.later('P31D')
    expect((await answering(others[4]!)).status).toBe(303)
  })

  it('is taken back with one press, and then for good', async () => {
    await askColleague()
    const page = await w.visitor.get(`${path}/done`)
    expect(page.text).toContain('We ask Pat Low our one question, once.')
    expect(page.text).toContain('Taking it back is for good')
    expect(page.text).not.toMatch(/school\.test|<details/)
    const back = await w.visitor.form(`${path}/colleague`, {
      'take-back': 'on',
      nonce: nonceIn(offerIn(page.text)),
    })
    expect(back.status).toBe(303)
    expect(await request()).toMatchObject({ name: null, email: null, endedAt: w.now() })
    expect((await w.visitor.get(colleague)).status).toBe(410)
    expect((await w.visitor.get(`${path}/done`)).text).toContain('That is closed')
    await name({ name: 'Another', email: 'another@school.test' })
    expect(await request()).toMatchObject({ email: null })
    expect(await messagesOf(w, 'colleague-view')).toHaveLength(1)
  })
})

describe('what is asked again at sending', () => {
  const why = async () => (await messagesOf(w, 'colleague-view')).map(({ state, reply }) => ({ state, reply }))

  it('sends nothing once it was taken back', async () => {
    await press(w, path, 'once')
    await name(pat)
    const nonce = nonceIn(offerIn((await w.visitor.get(`${path}/done`)).text))
    await w.visitor.form(`${path}/colleague`, { 'take-back': 'on', nonce })
    await w.chores()
    expect(await why()).toEqual([{ state: 'cancelled', reply: 'The request was taken back' }])
    expect(lettersTo(pat.email)).toEqual([])
  })

  it('sends nothing once the answer is doubted, and forgets who was named', async () => {
    await press(w, path, 'once')
    await name(pat)
    w.later('PT20S')
    await press(w, path, 'routine')
    await w.chores()
    expect(await why()).toEqual([{ state: 'cancelled', reply: 'The answer it came after no longer counts' }])
    expect(await request()).toMatchObject({ name: null, email: null })
  })

  it('sends nothing once they were erased, or their attendance corrected', async () => {
    await press(w, path, 'once')
    await name(pat)
    await remark(w, bookingId, 'absent')
    await w.chores()
    expect((await why())[0]!.state).toBe('cancelled')
    expect(await request()).toMatchObject({ name: null, email: null })
  })

  const email = 'olu.marsh@council.test'
  it('writes to nobody here who wants no questions', async () => {
    await press(w, path, 'once')
    await name({ name: 'Olu', email })
    const olus = await attend(w, eventId, w.stage.olu)
    await w.store.write((db) =>
      db.insert(optOuts).values({ personId: w.stage.olu, bookingId: olus, scope: 'all', at: 0 }),
    )
    // Somebody else, while they want none, is written to all the same.
    const mos = await attend(w, eventId, w.stage.mo)
    await press(w, await answerPath(w, mos), 'once')
    await name(pat, await answerPath(w, mos))
    await w.chores()
    expect((await why()).map(({ state }) => state)).toEqual(['cancelled', 'sent'])
    expect(w.kept.filter(({ subject }) => /^One question about/.test(subject)).map(({ to }) => to.address)).toEqual([
      pat.email,
    ])
  })

  it('writes to nobody here whose mailbox refuses mail', async () => {
    await press(w, path, 'once')
    await name({ name: 'Olu', email })
    await w.store.write((db) =>
      db.insert(bounces).values({ personId: w.stage.olu, email, hard: true, reply: '550', at: 0 }),
    )
    await w.chores()
    expect((await why())[0]!.state).toBe('cancelled')
  })
})

describe('the colleague’s page', () => {
  it('asks one question, with first names only, and a GET changes nothing', async () => {
    await askColleague('no-chance')
    const before = await factsHash(w)
    const { status, text, headers } = await w.visitor.get(colleague)
    expect(status).toBe(200)
    expect(text).toContain('After Recognising neglect in September, Bea planned to:')
    expect(text).toContain('Use the neglect toolkit with one family')
    expect(text.match(/type="radio" name="seen"/g)).toHaveLength(4)
    expect(text).not.toContain('<script')
    for (const canary of ['Fern', 'Pat', 'Low', 'school.test', 'council.test', 'No chance'])
      expect(text).not.toContain(canary)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(await factsHash(w)).toBe(before)
  })

  it('adds to the tally of the course and year, destroys name and address, and joins the two nowhere', async () => {
    await askColleague()
    const { status, text } = await seen('once')
    expect(status).toBe(200)
    expect(text).toContain('Thank you: your answer is in')
    const [event] = await w.store.read.select().from(events).where(eq(events.id, eventId))
    expect(await w.store.read.select().from(colleagueTallies)).toEqual([
      { courseId: w.stage.course, programmeId: event!.programmeId, answer: 'once', n: 1, shown: 0 },
    ])
    expect(await request()).toMatchObject({ name: null, email: null, endedAt: w.now() })
    expect(await historyOf(w, `course:${w.stage.course}`)).toMatchObject([
      { what: 'colleague.answered', actor: 'link', details: null },
    ])
    expect((await historyOf(w, `booking:${bookingId}`)).map(({ what }) => what)).not.toContain('colleague.answered')
  })

  it('counts one of two presses at once, and says so to the second', async () => {
    await askColleague()
    const nonce = nonceIn((await w.visitor.get(colleague)).text)
    const both = await Promise.all(
      ['once', 'not-yet'].map((answer) => w.visitor.form(colleague, { seen: answer, nonce })),
    )
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(both.filter(({ text }) => text.includes('is in already'))).toHaveLength(1)
    expect((await tallies()).reduce((sum, { n }) => sum + n, 0)).toBe(1)
    const again = await w.visitor.form(colleague, { seen: 'more-than-once', nonce })
    expect(again.text).toContain('Thank you, your answer is in already')
    expect((await tallies()).reduce((sum, { n }) => sum + n, 0)).toBe(1)
  })

  it('counts nothing within a minute of the email, and asks for another press', async () => {
    await press(w, path, 'once')
    await name(pat)
    const early = await seen('once')
    expect(early.status).toBe(409)
    await w.chores()
    w.later('PT59S')
    const { status, text } = await seen('more-than-once')
    expect(status).toBe(409)
    expect(text).toContain('Please press again in a minute')
    expect(text).toMatch(/value="more-than-once"[^>]* checked/)
    expect(await tallies()).toEqual([])
    w.later('PT2S')
    expect((await seen('more-than-once')).text).toContain('Thank you: your answer is in')
    expect(await tallies()).toEqual([{ answer: 'more-than-once', n: 1 }])
  })

  it('counts nothing without an answer, or without its nonce', async () => {
    await askColleague()
    expect((await seen('')).text).toContain('Choose what you have seen')
    expect((await seen('yes')).status).toBe(422)
    expect((await w.visitor.form(colleague, { seen: 'once', nonce: 'x.y' })).status).toBe(422)
    expect(await tallies()).toEqual([])
  })

  it('is a 404 for a token of another purpose, or of a booking that named nobody', async () => {
    expect((await w.visitor.get(colleague)).status).toBe(404)
    const [, token] = path.split('/answer/')
    await askColleague()
    expect((await w.visitor.get(`/colleague/${token}`)).status).toBe(404)
    expect((await w.visitor.get(`/answer/${colleague.split('/').at(-1)}`)).status).toBe(404)
  })

  it('is over after 60 days: name and address are gone, and an answer no longer counts', async () => {
    await askColleague()
    w.later('P60D')
    expect((await seen('once')).status).toBe(410)
    expect(await endColleagueRequests(w.ctx(), w.world)).toBe(true)
    expect(await endColleagueRequests(w.ctx(), w.world)).toBe(false)
    expect(await request()).toMatchObject({ name: null, email: null })
    const { status, text } = await w.visitor.get(colleague)
    expect(status).toBe(410)
    expect(text).toContain('This question is closed')
    expect(await tallies()).toEqual([])
  })

  it('is closed once who named them is erased', async () => {
    await askColleague()
    await w.store.write((db) =>
      db.update(people).set({ erasedAt: w.now(), email: null, name: '' }).where(eq(people.id, w.stage.bea)),
    )
    expect((await w.visitor.get(colleague)).status).toBe(410)
    await w.chores()
    expect(await request()).toMatchObject({ name: null, email: null })
  })
})

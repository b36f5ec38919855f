import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assignments, commitments, people, responses, suggestions, texts, trainers } from '#db/schema.ts'
import { addMonths, formatDate } from '#server/calendar.ts'
import { practiceAnswers } from '#server/surveys/input.ts'
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
  outcomesOfStage,
  press,
  remark,
  runAsking,
} from './facts.ts'

let w: TestWorld
let bookingId: number
let path: string

// Tuesday 15 September 2026; three months on is a Tuesday too.
const day = '2026-09-15'
const asked = '2026-12-15'

beforeEach(async () => {
  w = await makeWorld()
  const eventId = await w.stage.event({ on: [day] })
  bookingId = await attend(w, eventId, w.stage.bea)
  await w.store.write(async (db) => {
    await db.insert(trainers).values({ personId: w.stage.tess })
    await db.insert(assignments).values({ eventId, trainerId: w.stage.tess, as: 'lead' })
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
const disposition = async () =>
  (await w.client.execute('select closed_because from follow_ups')).rows[0]?.closed_because ?? null

describe('the answer page', () => {
  it('shows their own commitment and every answer, and nothing that tells who they are', async () => {
    const { status, text, headers } = await w.visitor.get(path)
    expect(status).toBe(200)
    expect(text).toContain('In September you planned to:')
    expect(text).toContain('Use the neglect toolkit with one family')
    expect(text.match(/type="radio" name="practice"/g)).toHaveLength(practiceAnswers.length)
    expect(text).toContain('Only the partnership’s training team sees your answer.')
    expect(text).toContain('Not sure it is us?')
    expect(text).toContain(`Recognising neglect, ${formatDate(day)}`)
    expect(text).toContain('with Tess.')
    for (const canary of ['Bea', 'Fern', 'council.test', 'Council children', 'Moor']) expect(text).not.toContain(canary)
    expect(headers.get('referrer-policy')).toBe('strict-origin')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-robots-tag')).toBe('noindex')
  })

  it('changes no fact by GET or HEAD, of any link', async () => {
    const before = await factsHash(w)
    for (const step of [
      '',
      ...practiceAnswers.map((key) => `/${key}`),
      '/now',
      '/difference',
      '/help',
      '/example',
      '/done',
      '/check',
      '/change',
      '/rubbish',
    ]) {
      expect((await w.visitor.get(path + step)).status).toBe(200)
      expect((await w.app.request(`${w.config.origin}${path}${step}`, { method: 'HEAD' })).status).toBe(200)
    }
    expect(await factsHash(w)).toBe(before)
  })

  it('has the answer of the pressed button chosen', async () => {
    const { text } = await w.visitor.get(`${path}/once`)
    expect(text).toMatch(/value="once" checked/)
    expect(text.match(/ checked/g)).toHaveLength(1)
  })

  it('takes one press as a core answer and stops asking', async () => {
    const sent = await press(w, path, 'once')
    expect(sent.status).toBe(303)
    expect(sent.headers.get('location')).toBe(`${path}/now`)
    expect(await response()).toMatchObject({
      coreAt: w.now(),
      doubtedBecause: null,
      wave: 1,
      channel: 'e-mail',
      late: false,
    })
    expect(await disposition()).toBe('answered')
    at(w, '2026-12-21')
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-reminder')).toHaveLength(0)
  })

  it('writes nothing for a POST that comes from no page of ours', async () => {
    const before = await factsHash(w)
    const sent = await w.visitor.form(path, { practice: 'once' })
    expect(sent.status).toBe(422)
    expect(sent.text).toContain('press once more')
    expect(sent.text).toMatch(/value="once" checked/)
    const other = await w.visitor.form(path, { practice: 'once', nonce: 'abc.def' })
    expect(other.status).toBe(422)
    expect((await w.visitor.post(path, { practice: 'once' })).status).toBe(422)
    expect(await factsHash(w)).toBe(before)
  })

  it('says what is missing when nothing is chosen', async () => {
    const page = await w.visitor.get(path)
    const sent = await w.visitor.form(path, { nonce: nonceIn(page.text) })
    expect(sent.status).toBe(422)
    expect(sent.text).toContain('<title>Error: ')
    expect(sent.text).toContain('There is a problem')
    expect(sent.text).toContain('href="#practice"')
  })

  it('is answered once however often it is pressed, and can be changed', async () => {
    await press(w, path, 'started')
    w.later('PT10S')
    await press(w, path, 'started')
    expect(await w.store.read.$count(responses)).toBe(1)
    expect(
      (await historyOf(w, `booking:${bookingId}`)).filter(({ what }) => what === 'follow-up.answered'),
    ).toHaveLength(1)
    w.later('PT1H')
    await press(w, path, 'routine')
    const done = await w.visitor.get(`${path}/done`)
    expect(done.text).toContain('It is now part of how I work')
    expect(await response()).toMatchObject({ doubtedBecause: null })
    expect((await historyOf(w, `booking:${bookingId}`)).map(({ details }) => details).join()).not.toMatch(
      /started|routine/,
    )
  })
})

describe('a doubted answer', () => {
  it('comes within 60 seconds of the hand-over, does not stop the reminder, and counts after one press', async () => {
    w.setClock(w.now() - 3_600_000 + 30_000)
    const sent = await press(w, path, 'once')
    expect(sent.headers.get('location')).toBe(`${path}/check`)
    expect(await response()).toMatchObject({ doubtedBecause: 'within-60-seconds', confirmedAt: null })
    expect(await disposition()).toBeNull()

    // What presses every button at once presses this one too.
    const early = await w.visitor.form(`${path}/confirm`, {
      nonce: nonceIn((await w.visitor.get(`${path}/check`)).text),
    })
    expect(early.status).toBe(409)
    expect(await response()).toMatchObject({ confirmedAt: null })

    at(w, '2026-12-21')
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-reminder')).toHaveLength(1)

    w.later('PT2H')
    const check = await w.visitor.get(path)
    expect(check.text).toContain('Was this you?')
    const confirmed = await w.visitor.form(`${path}/confirm`, { nonce: nonceIn(check.text) })
    expect(confirmed.status).toBe(303)
    expect(await response()).toMatchObject({ confirmedAt: w.now() })
    expect(await disposition()).toBe('answered')
  })

  it('comes beside a different one within a minute', async () => {
    await press(w, path, 'once')
    w.later('PT30S')
    await press(w, path, 'left')
    expect(await response()).toMatchObject({ doubtedBecause: 'two-answers', confirmedAt: null })
    expect(await disposition()).toBeNull()
    const check = await w.visitor.get(`${path}/check`)
    expect(check.text).toContain('different answers within a minute')
    // What presses every control would press this one too, as fast.
    await w.visitor.form(`${path}/confirm`, { nonce: nonceIn(check.text) })
    expect(await response()).toMatchObject({ confirmedAt: null })
    w.later('PT1M')
    await w.visitor.form(`${path}/confirm`, { nonce: nonceIn(check.text) })
    expect(await response()).toMatchObject({ confirmedAt: w.now() })
  })

  it('is replaced by a later answer of their own', async () => {
    w.setClock(w.now() - 3_600_000 + 5_000)
    await press(w, path, 'already')
    w.later('PT2H')
    await press(w, path, 'no-chance')
    expect(await response()).toMatchObject({ doubtedBecause: null })
    expect(await disposition()).toBe('answered')
  })

  it('is confirmed by the same answer given again later', async () => {
    w.setClock(w.now() - 3_600_000 + 5_000)
    await press(w, path, 'already')
    w.later('PT2H')
    await press(w, path, 'already')
    expect(await response()).toMatchObject({ confirmedAt: w.now() })
  })

  it('is all that a scanner pressing every control within the minute leaves', async () => {
    w.setClock(w.now() - 3_600_000 + 10_000)
    for (const key of practiceAnswers) await press(w, path, key)
    for (const step of ['confirm', 'now', 'difference', 'help', 'example']) {
      const { text } = await w.visitor.get(path)
      await w.visitor.form(`${path}/${step}`, { nonce: nonceIn(text) })
    }
    expect(await response()).toMatchObject({ doubtedBecause: 'two-answers', confirmedAt: null })
    expect(await disposition()).toBeNull()
  })

  it('among several is put right by one press on the person’s own, and not by a yes to the last', async () => {
    w.setClock(w.now() - 3_600_000 + 10_000)
    for (const key of ['started', 'left']) await press(w, path, key)
    const early = await w.visitor.get(`${path}/check`)
    expect(early.text).toContain('The button works a minute after')
    expect(early.text).not.toContain('Yes, this was me')
    w.later('PT2M')
    const page = await w.visitor.get(`${path}/check`)
    expect(page.text).not.toContain('The button works')
    expect(page.text.match(/<button class="s" name="practice"/g)).toHaveLength(practiceAnswers.length)
    await w.visitor.form(path, { practice: 'started', nonce: nonceIn(page.text) })
    expect(await response()).toMatchObject({ doubtedBecause: null })
    const done = await w.visitor.get(`${path}/done`)
    expect(done.text).toContain('I have started')
  })
})

describe('an answer chosen in the e-mail', () => {
  it('stands with its button before all others, and sends what it says', async () => {
    const page = await w.visitor.get(`${path}/started`)
    const first = /<form method="post" action="[^"]+">(.*?)<\/form>/s.exec(page.text)?.[1] ?? ''
    expect(first).toContain('You chose: <strong>I have started</strong>')
    expect(first).toContain('Send my answer')
    expect(page.text.indexOf('You chose')).toBeLessThan(page.text.indexOf('type="radio"'))
    await w.visitor.form(path, { practice: 'started', nonce: nonceIn(first) })
    expect((await w.visitor.get(`${path}/done`)).text).toContain('I have started')
    expect((await w.visitor.get(path)).text).not.toContain('You chose')
  })
})

describe('the optional rest', () => {
  it('is saved page by page, without script, and goes on from another device', async () => {
    await press(w, path, 'once')
    const [first, second] = await outcomesOfStage(w)
    let page = await w.visitor.get(`${path}/now`)
    // It saves each tap as well where script runs; nothing here needs it.
    expect(page.text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/answers.js">'])
    let sent = await w.visitor.form(`${path}/now`, {
      nonce: nonceIn(page.text),
      chance: 'most-weeks',
      [`outcomes-${first!.id}`]: 'good',
      next: 'on',
    })
    expect(sent.headers.get('location')).toBe(`${path}/difference`)
    expect(await response()).toMatchObject({ fullAt: w.now(), finishedAt: null })

    // Another device, two days later.
    w.later('P2D')
    page = await w.visitor.get(`${path}/now`)
    expect(page.text).toMatch(/name="chance" value="most-weeks" checked/)
    expect(page.text).toMatch(new RegExp(`name="outcomes-${first!.id}" value="good" checked`))
    expect(page.text).not.toMatch(new RegExp(`name="outcomes-${second!.id}" value="[a-z-]+" checked`))

    page = await w.visitor.get(`${path}/difference`)
    expect(page.text).toContain('A worry about a child was noticed sooner')
    sent = await w.visitor.form(`${path}/difference`, {
      nonce: nonceIn(page.text),
      difference: ['passed-on', 'knew-whom'],
      next: 'finish',
    })
    expect(sent.headers.get('location')).toBe(`${path}/done`)
    expect(await response()).toMatchObject({ finishedAt: w.now() })
    expect((await w.visitor.get(`${path}/done`)).text).toContain('Thank you: your answer is in')
  })

  it('keeps what was typed when something is wrong, and says what', async () => {
    await press(w, path, 'once')
    const page = await w.visitor.get(`${path}/help`)
    const sent = await w.visitor.form(`${path}/help`, {
      nonce: nonceIn(page.text),
      helped: ['time', 'team', 'manager'],
    })
    expect(sent.status).toBe(422)
    expect(sent.text).toContain('Choose no more than 2')
    expect(sent.text).toMatch(/name="helped" value="manager" checked/)
    const long = await w.visitor.form(`${path}/example`, { nonce: nonceIn(page.text), example: 'x'.repeat(301) })
    expect(long.status).toBe(422)
    expect(long.text).toContain('Write 300 characters or fewer; this is 301')
    expect(await w.store.read.$count(texts)).toBe(0)
    const strange = await w.visitor.form(`${path}/now`, {
      nonce: nonceIn(page.text),
      'outcomes-999': 'good',
      chance: 'never',
    })
    expect(strange.status).toBe(422)
  })

  it('holds free text, with the urgent lines beside the box', async () => {
    await press(w, path, 'once')
    const page = await w.visitor.get(`${path}/example`)
    expect(page.text).toContain('This form is not watched.')
    expect(page.text).toContain(w.config.routes.child)
    expect(page.text).toMatch(/<textarea [^>]*aria-describedby="example-hint urgent"/)
    await w.visitor.form(`${path}/example`, {
      nonce: nonceIn(page.text),
      example: 'I used the toolkit <b>at once</b>',
      quote: 'quote',
    })
    expect((await w.store.read.select().from(texts))[0]).toMatchObject({
      state: 'held',
      original: 'I used the toolkit <b>at once</b>',
      kind: 'example',
    })
    const again = await w.visitor.get(`${path}/example`)
    expect(again.text).toContain('I used the toolkit &lt;b&gt;at once&lt;/b&gt;')
    expect(again.text).toMatch(/name="quote" value="quote" checked/)
  })
})

describe('own words', () => {
  it('are shown only after a press, and writing nothing', async () => {
    await w.store.write(async (db) => {
      const [text] = await db
        .insert(texts)
        .values({ bookingId, kind: 'commitment', original: 'Ask Jordan’s school first', state: 'held', writtenAt: 0 })
        .returning({ id: texts.id })
      await db.update(commitments).set({ kind: 'own-words', suggestionId: null, textId: text!.id })
    })
    const page = await w.visitor.get(`${path}/once`)
    expect(page.text).toContain('Show what I wrote')
    expect(page.text).not.toContain('Jordan')
    const before = await factsHash(w)
    const shown = await w.visitor.form(`${path}/show`, { nonce: nonceIn(page.text), practice: 'once' })
    expect(shown.text).toContain('Ask Jordan’s school first')
    expect(shown.text).toMatch(/value="once" checked/)
    expect(await factsHash(w)).toBe(before)
    expect((await w.visitor.form(`${path}/show`, { practice: 'once' })).text).not.toContain('Jordan')
  })
})

describe('a link that cannot be used', () => {
  it('says which it is and what to do next', async () => {
    for (const token of ['nonsense', '1.AAAAAAAAAAAAAAAAAAAAAA', (await answerPath(w, 999)).slice(8)]) {
      const { status, text } = await w.visitor.get(`/answer/${token}`)
      expect(status).toBe(404)
      expect(text).toContain('This link does not work')
      expect(text).toContain(w.config.partnership.phone)
    }
  })

  it('closes 14 days after the last day of being asked', async () => {
    // Asked on 15 December: asked until 14 January, open until 28 January.
    at(w, '2027-01-28', '23:00')
    expect((await w.visitor.get(path)).status).toBe(200)
    const page = await w.visitor.get(path)
    at(w, '2027-01-29', '00:01')
    const closed = await w.visitor.get(path)
    expect(closed.status).toBe(410)
    expect(closed.text).toContain('The time to answer is over')
    expect(closed.text).toContain('Thursday 28 January 2027')
    expect((await w.visitor.form(path, { practice: 'once', nonce: nonceIn(page.text) })).status).toBe(410)
    expect(await w.store.read.$count(responses)).toBe(0)
  })

  it('says so when the attendance was corrected', async () => {
    await remark(w, bookingId, 'absent')
    const { status, text } = await w.visitor.get(path)
    expect(status).toBe(410)
    expect(text).toContain('not having come')
  })

  it('is as unknown as any after the person was erased', async () => {
    await w.store.write((db) => db.update(people).set({ erasedAt: 1 }).where(eq(people.id, w.stage.bea)))
    expect((await w.visitor.get(path)).status).toBe(404)
  })
})

describe('an answer later than eight weeks past the target', () => {
  it('is marked late and still counts', async () => {
    await w.store.write((db) => db.run(`update follow_ups set last_asked_on = '2027-01-10'`))
    at(w, '2027-02-09')
    expect(addMonths(day, 3)).toBe(asked)
    await press(w, path, 'once')
    expect(await response()).toMatchObject({ late: false })
    w.later('P1D')
    await press(w, path, 'routine')
    expect(await response()).toMatchObject({ late: true })
  })
})

describe('the weight', () => {
  it('of every page is under 15 kB and needs nothing else; question one may not even load a script', async () => {
    await press(w, path, 'once')
    for (const step of ['/once', '/now', '/difference', '/help', '/example', '/done']) {
      const { text, headers } = await w.visitor.get(path + step)
      expect(new TextEncoder().encode(text).length, step).toBeLessThan(15_000)
      expect(text).not.toMatch(/<link|<img/)
      const mayScript = !['/once', '/done'].includes(step)
      expect(/<script/.test(text), step).toBe(mayScript)
      expect(/script-src 'self'; connect-src 'self'/.test(headers.get('content-security-policy') ?? ''), step).toBe(
        mayScript,
      )
    }
  })
})

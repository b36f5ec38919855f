import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { serve } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reports, successors } from '#db/schema.ts'
import type { Email } from '#emails/message.ts'
import { addDays, londonDate, londonInstant } from '#server/calendar.ts'
import { transact } from '#server/context.ts'
import { canonical } from '#server/impact/report-body.ts'
import { assetsFrom } from '#server/node/files.ts'
import { messageKinds } from '#server/outbox/input.ts'
import { queue } from '#server/outbox/queue.ts'
import { contactSteps } from '#server/surveys/input.ts'
import { inShort } from './impact/reading.ts'
import { sampleBody } from './impact/sample-report.ts'
import { openBrowser } from './journeys/browser.ts'
import { fetchEach, linksIn, openEach, pressEverything } from './scanner.ts'
import { answerPath, attend, nonceIn, press } from './surveys/facts.ts'
import { makeWorld, type TestWorld } from './world.ts'

let w: TestWorld
let browser: Browser
let server: ReturnType<typeof serve>
let event: number
let beasBooking: number

/** A world behind a real port, with a clock that stands still unless moved: a minute lasts as long as a test needs it to. */
beforeAll(async () => {
  browser = await openBrowser()
  w = await makeWorld()
  w.world.asset = assetsFrom(new URL('../dist/web', import.meta.url).pathname)
  await new Promise<void>((resolve) => {
    server = serve({ fetch: w.app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve())
  })
  w.config.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await browser?.close()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  await w?.close()
})

const beas = 'bea.fern@council.test'
const lettersTo = (address: string, subject: RegExp) =>
  w.kept.filter(({ to, subject: its }) => to.address === address && subject.test(its))

function letter(address: string, subject: RegExp): Email {
  const found = lettersTo(address, subject).at(-1)
  if (!found) throw new Error(`No letter ${subject} to ${address}; there are: ${w.kept.map((one) => one.subject)}`)
  return found
}

/** Each table as it is in the file, by its hash; notes of traffic are no facts, nor are copies that are dropped when a fact changes. */
function facts(): Record<string, string> {
  const file = new DatabaseSync(w.path, { readOnly: true })
  try {
    const tables = file
      .prepare(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not in ('traffic', 'event_snapshots')",
      )
      .all() as { name: string }[]
    return Object.fromEntries(
      tables.map(({ name }) => {
        const rows = file.prepare(`select * from "${name}" order by rowid`).all()
        return [name, createHash('sha256').update(JSON.stringify(rows)).digest('hex')]
      }),
    )
  } finally {
    file.close()
  }
}

/** The tables that differ. */
const changedSince = (before: Record<string, string>) => {
  const now = facts()
  return Object.keys(now).filter((name) => now[name] !== before[name])
}

/** What counts of the answers; how many could be asked is another matter, which an opt-out may change. */
async function counted(eventId = event) {
  const { json } = await (await w.as(w.stage.sue, 'sub-group')).get(`/api/impact/events/${eventId}`)
  const { flow, wholeRoom } = inShort(json)
  const { answered, full, matched } = flow
  const { segments, answered: ofRoom } = wholeRoom?.room ?? {}
  return { answered, full, matched, segments, ofRoom }
}

const messageOf = ({ id }: Email) => Number(/^message-(\d+)-/.exec(id)?.[1])

/** What this file has had opened, and pressed all over: kinds of messages, and which reminder. */
const opened = new Set<string>()
const pressedAllOver = new Set<string>()
async function kindOf(message: Email): Promise<string> {
  const { rows } = await w.client.execute({
    sql: 'select kind, (select min(step) from contacts where message_id = messages.id) as step from messages where id = ?',
    args: [messageOf(message)],
  })
  return String(rows[0]?.step ?? rows[0]?.kind)
}

/** Presses everything behind a message, and behind more addresses that its pages lead to. @returns as `pressEverything` */
async function pressAll(message: Email, more: readonly string[] = []): Promise<string[]> {
  pressedAllOver.add(await kindOf(message))
  return pressEverything(browser, [...linksIn(message), ...more])
}

async function expectNoTraceOfScanning(message: Email) {
  opened.add(await kindOf(message))
  const links = linksIn(message)
  const before = facts()
  const statuses = await fetchEach(links)
  expect(statuses.filter((status) => status >= 500)).toEqual([])
  await openEach(browser, links)
  expect(changedSince(before)).toEqual([])
}

/** A person with a browser, for one errand. */
async function asPerson(path: string, errand: (page: Page) => Promise<void>) {
  const page = await browser.newPage()
  page.setDefaultTimeout(10_000)
  try {
    await page.goto(new URL(path, w.config.origin).href)
    await errand(page)
  } finally {
    await page.close()
  }
}

const pressed = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click()
const reads = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const pathOf = (message: Email, start: string) => {
  const link = linksIn(message).find((one) => new URL(one).pathname.startsWith(start))
  if (!link) throw new Error(`No link ${start} in “${message.subject}”`)
  return new URL(link).pathname
}

const at = (on: string, clock: string) => w.setClock(londonInstant(on, clock))

describe('a scanner that opens every message before its reader', () => {
  it('changes nothing by messages about signing in, booking, cancelling and certificates, whatever it presses', async () => {
    await w.visitor.post('/api/sign-in/codes', { email: beas })
    const next = await w.stage.event()
    const [bea, olu] = await Promise.all([w.as(w.stage.bea), w.as(w.stage.olu)])
    const book = (someone: typeof bea, repeatKey: string) =>
      someone.post('/api/bookings', { eventId: next, termsAccepted: true, repeatKey })
    expect((await book(bea, 'a'.repeat(32))).status).toBe(201)
    const olus = await book(olu, 'b'.repeat(32))
    expect(olus.status).toBe(201)
    const cancelled = await olu.post(`/api/bookings/${olus.json.id}/cancellation`, { repeatKey: 'c'.repeat(32) })
    expect(cancelled.status).toBeLessThan(300)
    await attend(w, await w.stage.event({ on: ['2026-09-09'] }), w.stage.bea)
    await w.chores()

    const messages = [
      letter(beas, /sign-in code/),
      letter(beas, /You have a place/),
      letter('olu.marsh@council.test', /Cancelled/),
      letter(beas, /Your certificate/),
    ]
    for (const message of messages) {
      await expectNoTraceOfScanning(message)
      const before = facts()
      await pressAll(message)
      expect(changedSince(before), message.subject).toEqual([])
    }

    await asPerson('/sign-in?next=/bookings', async (page) => {
      await page.getByLabel('Work email address').fill('sue.hale@council.test')
      await pressed(page, 'Send me a code')
      await reads(page, 'Type the code from your email')
      await w.chores()
      const code = /^\d{6}$/m.exec(letter('sue.hale@council.test', /sign-in code/).text)?.[0] ?? ''
      await page.getByLabel('Six-digit code').fill(code)
      await page.locator('main').getByRole('button', { name: 'Sign in' }).click()
      await reads(page, 'My bookings')
    })
    await asPerson(pathOf(letter(beas, /Your certificate/), '/certificates/'), (page) =>
      reads(page, 'Certificate of attendance'),
    )
  }, 600_000)

  it('changes nothing by the link of an agency’s return, whatever it presses, and leaves it to its reader', async () => {
    const { trust } = w.stage.agencies
    const asked = { programme: '2025-26', asked: { [trust]: 'training@trust.test' } }
    const ada = await w.as(w.stage.ada, 'coordinator')
    expect((await ada.post('/api/single-agency-returns', asked)).status).toBe(201)
    await w.chores()
    const message = letter('training@trust.test', /taught its own people/)
    await expectNoTraceOfScanning(message)
    const before = facts()
    const presses = await pressAll(message)
    expect(presses.filter((press) => press.includes('Send the return')).length).toBeGreaterThanOrEqual(2)
    expect(changedSince(before)).toEqual([])

    await asPerson(pathOf(message, '/agency-return/'), async (page) => {
      await page.getByLabel('How many people work there').fill('90')
      await page.getByLabel('Your name').fill('Pat Low')
      await pressed(page, 'Send the return')
      await reads(page, 'Thank you: your return is in')
    })
    expect(changedSince(before).sort()).toEqual(['history', 'single_agency_returns'])
  }, 120_000)

  it('changes nothing by joining instructions, whatever it presses, and leaves the questions before the day to their reader', async () => {
    const ida = await w.stage.person('Ida Moss')
    await attend(w, await w.stage.event({ on: ['2026-09-17'] }), ida, null)
    await w.chores()
    const [message] = w.kept.filter(({ to, html }) => to.name === 'Ida Moss' && html.includes('/before/'))
    await expectNoTraceOfScanning(message!)
    const before = facts()
    const presses = await pressAll(message!)
    expect(presses.filter((press) => press.includes('Save my answers')).length).toBeGreaterThanOrEqual(2)
    expect(changedSince(before)).toEqual([])

    w.later('PT2M')
    await asPerson(pathOf(message!, '/before/'), async (page) => {
      await page.getByRole('radio', { name: 'Most days' }).check()
      await pressed(page, 'Save my answers')
      await reads(page, 'Thank you, Ida')
    })
    expect(changedSince(before).sort()).toEqual(['answers', 'history', 'responses'])
  }, 600_000)

  it('changes nothing by opening an invitation and running its scripts', async () => {
    event = await w.stage.event({ on: ['2026-06-08'] })
    const others = await Promise.all(Array.from({ length: 11 }, (_, n) => w.stage.person(`Other Person ${n + 1}`)))
    for (const other of others) await attend(w, event, other)
    at('2026-09-15', '10:00')
    await w.chores()
    at('2026-09-15', '11:00')
    const invitations = w.kept.filter(({ html }) => html.includes('/answer/'))
    expect(invitations).toHaveLength(11)
    for (const invitation of invitations.slice(0, 6))
      await asPerson(pathOf(invitation, '/answer/'), async (page) => {
        await pressed(page, 'Send my answer')
        await reads(page, 'Where are you now?')
      })
    beasBooking = await attend(w, event, w.stage.bea)
    at('2026-09-16', '10:00')
    await w.chores()
    const invitation = letter(beas, /into practice/)
    expect((await counted()).answered).toBe(6)
    w.later('PT5S')
    await expectNoTraceOfScanning(invitation)
  }, 600_000)

  it('leaves at most a doubted answer and an opt-out by pressing everything; neither counts, one press undoes either', async () => {
    const before = await counted()
    const untouched = facts()
    const links = linksIn(letter(beas, /into practice/))
    const presses = await pressAll(letter(beas, /into practice/))
    const optOut = links.find((link) => link.includes('/opt-out/')) ?? ''
    await fetch(optOut, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
    expect(presses.filter((press) => press.includes('Send my answer')).length).toBeGreaterThanOrEqual(8)
    expect(presses.some((press) => /\/check: /.test(press))).toBe(true)
    const mayChange = ['answers', 'follow_ups', 'history', 'opt_outs', 'responses']
    expect(changedSince(untouched).filter((name) => !mayChange.includes(name))).toEqual([])
    expect(await counted()).toEqual(before)
    expect(await answerOf(beasBooking)).toMatchObject({ isDoubted: 1 })
    expect(await optOutsOf(w.stage.bea)).toBeGreaterThan(0)

    w.later('PT2M')
    const page = new URL(optOut).pathname
    await asPerson(page, async (page) => {
      await reads(page, 'We have stopped asking')
      await pressed(page, 'Ask me again after all')
      await reads(page, 'We will ask you again')
    })
    expect(await optOutsOf(w.stage.bea)).toBe(0)
  }, 600_000)

  it('does not stop the reminder, and the reminder, pressed all over, leaves the person everything to do', async () => {
    for (const on of ['2026-09-17', '2026-09-21', '2026-09-22', '2026-09-23', '2026-09-24']) {
      at(on, '10:00')
      await w.chores()
      if (lettersTo(beas, /what became of it/i).length) break
    }
    const reminder = letter(beas, /what became of it/i)
    expect(linksIn(reminder).some((link) => /\/answer\//.test(link))).toBe(true)
    w.later('PT5S')
    await expectNoTraceOfScanning(reminder)
    const before = await counted()
    await pressAll(reminder)
    expect(await counted()).toEqual(before)

    w.later('PT2M')
    if ((await optOutsOf(w.stage.bea)) > 0)
      await asPerson(pathOf(reminder, '/opt-out/'), (page) => pressed(page, 'Ask me again after all'))
    const answer = /^\/answer\/[^/]+/.exec(pathOf(reminder, '/answer/'))?.[0] ?? ''
    await asPerson(answer, async (page) => {
      await reads(page, 'Was this you?')
      await pressed(page, 'I have started')
      await reads(page, 'Where are you now?')
    })
    const after = await counted()
    expect(after.answered).toBe(before.answered + 1)
    expect(after.segments?.started).toBe(before.segments!.started + 1)
    expect(await optOutsOf(w.stage.bea)).toBe(0)
  }, 600_000)

  it('leaves a doubted answer that one press confirms', async () => {
    const cai = await w.stage.person('Cai Reed')
    await attend(w, event, cai)
    at('2026-09-29', '10:00')
    await w.chores()
    w.later('PT5S')
    const [invitation] = w.kept.filter(({ to, html }) => to.name === 'Cai Reed' && html.includes('/answer/')).slice(-1)
    const one = linksIn(invitation!).find((link) => link.endsWith('/once')) ?? ''
    const before = await counted()
    await pressEverything(browser, [one])
    expect(await counted()).toEqual(before)
    w.later('PT1M')
    await asPerson(new URL(one).pathname.replace(/\/once$/, ''), async (page) => {
      await reads(page, 'Was this you?')
      await pressed(page, 'I have done it at least once')
      await reads(page, 'Where are you now?')
    })
    expect((await counted()).answered).toBe(before.answered + 1)
  }, 600_000)

  it('leaves a doubted answer also when it presses while the mail server is still taking the message', async () => {
    const dan = await w.stage.person('Dan Pool')
    const booking = await attend(w, event, dan)
    const { transport } = w.world
    const kept: Email[] = []
    w.world.transport = {
      ...transport,
      async deliver(email, onTransmitting) {
        await onTransmitting?.()
        const path = email.to.name === 'Dan Pool' && /\/answer\/[\w.-]+/.exec(email.html)?.[0]
        if (path) {
          kept.push(email)
          const { text } = await w.visitor.get(`${path}/once`)
          const nonce = /name="nonce" value="([^"]+)"/.exec(text)?.[1] ?? ''
          await w.visitor.form(path, { practice: 'once', nonce })
        }
        return transport.deliver(email)
      },
    }
    at('2026-09-30', '10:00')
    await w.chores()
    w.world.transport = transport
    expect(kept).toHaveLength(1)
    expect(await answerOf(booking)).toMatchObject({ isDoubted: 1 })
  }, 60_000)

  it('changes nothing by a commitment card and a nudge but an opt-out that one press undoes; what follows still comes', async () => {
    const fay = await w.stage.person('Fay Lund')
    await attend(w, await w.stage.event({ on: ['2026-10-01'] }), fay)
    for (const [on, kind] of [
      ['2026-10-02', 'commitment-card'],
      ['2026-10-29', 'nudge'],
    ] as const) {
      at(on, '10:00')
      await w.chores()
      expect(await kindOf(lastTo('Fay Lund'))).toBe(kind)
      await expectLittleOfScanning(lastTo('Fay Lund'), fay)
    }
    await untilTold('Fay Lund', 'invitation')
  }, 600_000)

  it('lets the last reminder come after the second; no answer of either counts until one press says it was theirs', async () => {
    const gus = await w.stage.person('Gus Wren')
    const itsEvent = await w.stage.event({ on: ['2026-10-06'] })
    const booking = await attend(w, itsEvent, gus)
    const before = await doubtedOfAll()
    for (const step of ['reminder-2', 'reminder-3']) {
      await untilTold('Gus Wren', step)
      const presses = await expectLittleOfScanning(lastTo('Gus Wren'), gus)
      expect(presses.some((press) => press.includes('Send my answer'))).toBe(true)
      expect(await answerOf(booking)).toMatchObject({ isDoubted: 1 })
      expect(await counted(itsEvent)).toMatchObject({ answered: 0, full: 0 })
      expect(await doubtedOfAll()).toBe(before + 1)
    }
    const check = linksIn(lastTo('Gus Wren')).find((link) => link.endsWith('/check')) ?? ''
    await asPerson(new URL(check).pathname, async (page) => {
      await reads(page, 'Was this you?')
      await pressed(page, 'Not yet')
      await reads(page, 'Where are you now?')
    })
    expect(await counted(itsEvent)).toMatchObject({ answered: 1 })
    expect(await doubtedOfAll()).toBe(before)
  }, 600_000)

  it('leaves two doubted answers by a message about two courses; one press each makes them count', async () => {
    const hal = await w.stage.person('Hal Moor')
    const two = [await w.stage.event({ on: ['2026-10-27'] }), await w.stage.event({ on: ['2026-10-29'] })]
    const bookings = []
    for (const one of two) bookings.push(await attend(w, one, hal))
    await untilTold('Hal Moor', 'invitation')
    const message = lastTo('Hal Moor')
    await expectLittleOfScanning(message, hal)
    for (const [n, booking] of bookings.entries()) {
      const path = await answerPath(w, booking)
      expect(linksIn(message).some((link) => link.includes(path))).toBe(true)
      expect(await answerOf(booking)).toMatchObject({ isDoubted: 1 })
      expect(await counted(two[n]!)).toMatchObject({ answered: 0 })
      await asPerson(path, async (page) => {
        await pressed(page, 'I have started')
        await reads(page, 'Where are you now?')
      })
      expect(await counted(two[n]!)).toMatchObject({ answered: 1 })
    }
  }, 600_000)

  it('changes nothing that somebody who answered has said, given or asked for, by what we write to them and others afterwards', async () => {
    const ivy = await w.stage.person('Ivy Hart')
    const itsEvent = await w.stage.event({ on: ['2026-10-28'] })
    const booking = await attend(w, itsEvent, ivy)
    const path = await answerPath(w, booking)
    await untilTold('Ivy Hart', 'invitation')
    w.later('PT5M')
    await press(w, path, 'started')
    const send = async (step: string, fields: Record<string, string>) => {
      const { text } = await w.visitor.get(`${path}/${step === 'colleague' ? 'done' : step}`)
      const nonce = nonceIn(step === 'colleague' ? text.slice(text.indexOf('id="colleague"')) : text)
      expect((await w.visitor.form(`${path}/${step}`, { nonce, ...fields })).status).toBe(303)
    }
    await send('example', { example: 'A child was at risk now, and I rang at once', quote: 'quote', next: 'finish' })
    await send('colleague', { name: 'Pat Low', email: 'pat.low@school.test' })
    await w.chores()

    const toCover = w.kept.filter(({ subject }) => subject.includes('need someone now')).at(-1)!
    const toColleague = lastTo('Pat Low')
    await transact(w.ctx(), async (ctx) => {
      await ctx.db
        .insert(successors)
        .values({ bookingId: beasBooking, name: 'Nia Ford', email: 'nia.ford@council.test', enteredAt: ctx.now })
      const about = `booking:${beasBooking}`
      await queue(ctx, { kind: 'hand-over', about, occurrence: 'successor', toAddress: 'nia.ford@council.test' })
    })
    await w.chores()
    for (const message of [toCover, toColleague, lastTo('Nia Ford')]) {
      await expectNoTraceOfScanning(message)
      const before = facts()
      await pressAll(message)
      expect(changedSince(before), message.subject).toEqual([])
    }

    await untilTold('Ivy Hart', 'results')
    const behind = ['', '/done', '/change', '/example', '/now'].map((step) => w.config.origin + path + step)
    const presses = await expectLittleOfScanning(lastTo('Ivy Hart'), ivy, behind)
    await issueReport({ from: '2026-10-01', until: '2026-10-31' })
    await untilTold('Ivy Hart', 'report-summary')
    const summary = lastTo('Ivy Hart')
    await expectNoTraceOfScanning(summary)
    const untouched = facts()
    await pressAll(summary)
    // The way out of further messages stands in it, and one press undoes it.
    expect(changedSince(untouched).filter((name) => !['follow_ups', 'history', 'opt_outs'].includes(name))).toEqual([])
    w.later('PT2M')
    for (const words of ['Add this to my certificate', 'Take it back', 'Save and finish', 'Change my answer'])
      expect(presses.join(), words).toContain(words)
    expect(await counted(itsEvent)).toMatchObject({ answered: 1 })
    expect(await answerOf(booking)).toMatchObject({ isDoubted: 0 })

    // Ivy and her colleague come after it.
    const shown = () => w.client.execute('select count(*) as n from certificates where shows_follow_up_at is not null')
    expect((await shown()).rows).toMatchObject([{ n: 0 }])
    await asPerson(`${path}/account`, async (page) => {
      await pressed(page, 'Add this to my certificate')
      await page.getByText('Your certificate shows that you answered').waitFor()
    })
    expect((await shown()).rows).toMatchObject([{ n: 1 }])
    await asPerson(pathOf(toColleague, '/colleague/'), async (page) => {
      await page.getByRole('radio').first().check()
      await pressed(page, 'Send my answer')
      await reads(page, 'Thank you: your answer is in')
    })
  }, 600_000)

  it('was let at every kind of message there is, and at each reminder', () => {
    const all = Object.keys(messageKinds).flatMap((kind) => {
      if (kind === 'follow-up-invitation') return ['invitation']
      return kind === 'follow-up-reminder' ? contactSteps.filter((step) => step !== 'invitation') : [kind]
    })
    expect([...opened].sort()).toEqual(all.toSorted())
    expect([...pressedAllOver].sort()).toEqual(all.toSorted())
  })
})

/** A report of this period, issued now. */
async function issueReport({ from, until }: { from: string; until: string }) {
  const body = canonical(sampleBody())
  await w.store.write((db) =>
    db.insert(reports).values({
      scope: 'period',
      fromOn: from,
      untilOn: until,
      title: 'Impact report',
      state: 'issued',
      madeAt: w.now(),
      agreedOn: londonDate(w.now()),
      number: 1,
      issuedAt: w.now(),
      body,
      hash: 'a'.repeat(64),
      proof: 'It holds.',
    }),
  )
}

const lastTo = (name: string): Email => {
  const last = w.kept.filter(({ to }) => to.name === name).at(-1)
  if (!last) throw new Error(`There is no letter to ${name}`)
  return last
}

/** Days go by until the last letter in their mailbox is this one. */
async function untilTold(name: string, kind: string) {
  const is = async () => w.kept.some(({ to }) => to.name === name) && (await kindOf(lastTo(name))) === kind
  for (let days = 0; days < 150 && !(await is()); days++) {
    at(addDays(londonDate(w.now()), 1), '10:00')
    await w.chores()
  }
  expect(await is(), `${kind} to ${name}`).toBe(true)
}

const ofAskingMessages = ['answers', 'responses']
const ofEveryMessage = ['follow_ups', 'history', 'opt_outs']

/**
 * Opens and then presses everything of a message, within the minute; two minutes later one press undoes the opt-out. Only an
 * asking message may leave an answer, for the test to find doubted.
 * @param more addresses that pages behind the message lead to
 * @returns as `pressEverything`
 */
async function expectLittleOfScanning(message: Email, personId: number, more: readonly string[] = []) {
  w.later('PT5S')
  await expectNoTraceOfScanning(message)
  const kind = await kindOf(message)
  const isAsking = (contactSteps as readonly string[]).includes(kind)
  const before = facts()
  const presses = await pressAll(message, more)
  const optOut = linksIn(message).find((link) => link.includes('/opt-out/'))
  if (optOut) await fetch(optOut, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
  const mayChange = [...ofEveryMessage, ...(isAsking ? ofAskingMessages : [])]
  expect(
    changedSince(before).filter((name) => !mayChange.includes(name)),
    kind,
  ).toEqual([])
  w.later('PT2M')
  if (optOut) {
    expect(await optOutsOf(personId), kind).toBeGreaterThan(0)
    await asPerson(new URL(optOut).pathname, async (page) => {
      await pressed(page, 'Ask me again after all')
      await reads(page, 'We will ask you again')
    })
  }
  expect(await optOutsOf(personId), kind).toBe(0)
  return presses
}

async function doubtedOfAll(): Promise<number> {
  const years = ['2025-26', '2026-27'].map(async (year) => {
    const coordinator = await w.as(w.stage.ada, 'coordinator')
    const { json } = await coordinator.get(`/api/responses?programme=${year}`)
    return Number(json.whole.doubted)
  })
  return (await Promise.all(years)).reduce((sum, n) => sum + n, 0)
}

async function answerOf(bookingId: number) {
  const { rows } = await w.client.execute({
    sql: "select doubted_because is not null and confirmed_at is null as isDoubted from responses where booking_id = ? and stage = 'follow-up'",
    args: [bookingId],
  })
  return rows[0]
}

async function optOutsOf(personId: number): Promise<number> {
  const { rows } = await w.client.execute({
    sql: 'select count(*) as n from opt_outs where person_id = ? and undone_at is null',
    args: [personId],
  })
  return Number(rows[0]?.n)
}

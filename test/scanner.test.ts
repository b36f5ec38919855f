import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { serve } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Email } from '#emails/message.ts'
import { londonInstant } from '#server/calendar.ts'
import { assetsFrom } from '#server/node/files.ts'
import { openBrowser } from './journeys/browser.ts'
import { fetchEach, linksIn, openEach, pressEverything } from './scanner.ts'
import { attend } from './surveys/facts.ts'
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

/** Each table as it is in the file, by its hash; notes of traffic are no facts. */
function facts(): Record<string, string> {
  const file = new DatabaseSync(w.path, { readOnly: true })
  try {
    const tables = file
      .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'traffic'")
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
async function counted() {
  const { json } = await (await w.as(w.stage.sue, 'sub-group')).get(`/api/impact/events/${event}`)
  const { answered, full, matched } = json.flow
  return { answered, full, matched, segments: json.wholeRoom.room.segments, ofRoom: json.wholeRoom.room.answered }
}

async function expectNoTraceOfScanning(message: Email) {
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
      await pressEverything(browser, linksIn(message))
      expect(changedSince(before), message.subject).toEqual([])
    }

    await asPerson('/sign-in?next=/bookings', async (page) => {
      await page.getByLabel('Work e-mail address').fill('sue.hale@council.test')
      await pressed(page, 'Send me a code')
      await reads(page, 'Type the code from your e-mail')
      await w.chores()
      const code = /^\d{6}$/m.exec(letter('sue.hale@council.test', /sign-in code/).text)?.[0] ?? ''
      await page.getByLabel('Six-digit code').fill(code)
      await page.locator('main').getByRole('button', { name: 'Sign in' }).click()
      await reads(page, 'My bookings')
    })
    await asPerson(pathOf(letter(beas, /Your certificate/), '/certificates/'), (page) =>
      reads(page, 'Certificate of attendance'),
    )
  }, 240_000)

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
  }, 240_000)

  it('leaves at most a doubted answer and an opt-out by pressing everything; neither counts, one press undoes either', async () => {
    const before = await counted()
    const untouched = facts()
    const links = linksIn(letter(beas, /into practice/))
    const presses = await pressEverything(browser, links)
    const optOut = links.find((link) => link.includes('/opt-out/')) ?? ''
    await fetch(optOut, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
    expect(presses.filter((press) => press.includes('Send my answer')).length).toBeGreaterThanOrEqual(8)
    expect(presses.some((press) => press.includes('Yes, this was me'))).toBe(true)
    const mayChange = ['answers', 'follow_ups', 'history', 'opt_outs', 'responses']
    expect(changedSince(untouched).filter((name) => !mayChange.includes(name))).toEqual([])
    expect(await counted()).toEqual(before)
    expect(await beasAnswer()).toMatchObject({ isDoubted: 1 })
    expect(await beasOptOuts()).toBeGreaterThan(0)

    w.later('PT2M')
    const page = new URL(optOut).pathname
    await asPerson(page, async (page) => {
      await reads(page, 'We have stopped asking')
      await pressed(page, 'Ask me again after all')
      await reads(page, 'What should we stop asking about?')
    })
    expect(await beasOptOuts()).toBe(0)
  }, 240_000)

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
    await pressEverything(browser, linksIn(reminder))
    expect(await counted()).toEqual(before)

    w.later('PT2M')
    if ((await beasOptOuts()) > 0)
      await asPerson(pathOf(reminder, '/opt-out/'), (page) => pressed(page, 'Ask me again after all'))
    const answer = /^\/answer\/[^/]+/.exec(pathOf(reminder, '/answer/'))?.[0] ?? ''
    await asPerson(answer, async (page) => {
      await reads(page, 'Was this you?')
      await page.getByRole('link', { name: 'Choose another answer' }).click()
      await page.getByRole('radio', { name: 'I have started' }).check()
      await page.getByRole('button', { name: /answer/ }).click()
      await reads(page, 'Thank you: your answer is in')
    })
    const after = await counted()
    expect(after.answered).toBe(before.answered + 1)
    expect(after.segments.started).toBe(before.segments.started + 1)
    expect(await beasOptOuts()).toBe(0)
  }, 240_000)

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
      await pressed(page, 'Yes, this was me')
      await reads(page, 'Where are you now?')
    })
    expect((await counted()).answered).toBe(before.answered + 1)
  }, 240_000)
})

async function beasAnswer() {
  const { rows } = await w.client.execute({
    sql: "select doubted_because is not null and confirmed_at is null as isDoubted from responses where booking_id = ? and stage = 'follow-up'",
    args: [beasBooking],
  })
  return rows[0]
}

async function beasOptOuts(): Promise<number> {
  const { rows } = await w.client.execute({
    sql: 'select count(*) as n from opt_outs where person_id = ? and undone_at is null',
    args: [w.stage.bea],
  })
  return Number(rows[0]?.n)
}

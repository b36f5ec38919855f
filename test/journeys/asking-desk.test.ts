/** The desk of whoever coordinates the asking, worked without a mouse. One of the parts of the journeys. */
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { londonClock, londonDate } from '#server/calendar.ts'
import { makeToken } from '#server/keys.ts'
import { type Example, expectNothingStored, open, openBrowser, startExample, type Visitor, visit } from './browser.ts'

let browser: Browser
let example: Example
let visitor: Visitor
let page: Page

beforeAll(async () => {
  ;[browser, example] = await Promise.all([openBrowser(), startExample()])
  visitor = await visit(browser, example, { as: 'coordinator' })
  page = visitor.page
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await example?.stop()
})

const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 60) ?? '')
const has = (wanted: Locator) => wanted.evaluate((one) => one === document.activeElement)

/** Goes on with Tab, or back, until that has the focus. */
async function tabTo(wanted: Locator, key = 'Tab', most = 150) {
  await wanted.waitFor()
  for (let n = 0; n < most; n++) {
    if (await has(wanted)) return
    await page.keyboard.press(key)
  }
  throw new Error(`Tab never came to ${wanted}; the focus is on “${await focused()}”`)
}

async function enter(wanted: Locator) {
  await tabTo(wanted)
  await page.keyboard.press('Enter')
}

/** Something on the page has the focus, so that whoever sees nothing is not thrown back to its top. */
const expectFocusIn = (where: Locator) =>
  expect.poll(() => where.evaluate((one) => one.contains(document.activeElement)), { message: 'the focus' }).toBe(true)

/** What was done is said where the focus now is. */
async function expectSaid(words: string | RegExp) {
  const notice = page.getByRole('region', { name: 'Done' })
  await notice.getByText(words).waitFor()
  await expectFocusIn(notice)
}

async function type(...words: string[]) {
  for (const [n, word] of words.entries()) {
    if (n > 0) await page.keyboard.press('Tab')
    await page.keyboard.press('Control+A')
    await page.keyboard.type(word)
  }
}

const button = (name: string | RegExp) => page.locator('main').getByRole('button', { name }).first()

describe('by keyboard alone, a coordinator', () => {
  it('postpones a follow-up in the calendar', async () => {
    await open(page, '/asking?month=2026-10')
    const line = page.locator('.asking-line', { hasText: / to ask/ }).first()
    await enter(line.locator('summary'))
    const person = line.locator('.asking-person').first()
    await enter(person.getByRole('button', { name: 'Postpone' }))
    await expectFocusIn(person)
    await enter(person.getByRole('button', { name: 'Back' }))
    await expectFocusIn(person)
    await enter(person.getByRole('button', { name: 'Postpone' }))
    await tabTo(person.getByLabel('Day'))
    await type('29', '10', '2026')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expectSaid(/is not asked before Thursday 29 October 2026/)
  }, 60_000)

  it('makes a pause and lifts it', async () => {
    await open(page, '/asking/holds')
    await enter(page.locator('summary', { hasText: 'Make a pause' }))
    await tabTo(page.getByRole('radio', { name: 'Everyone', exact: true }))
    await page.keyboard.press('ArrowDown')
    await tabTo(page.getByLabel('Sector', { exact: true }))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await type('21', '9', '2026', '25', '9', '2026')
    await enter(button('Pause asking'))
    await expectSaid('The pause stands.')
    await enter(page.getByRole('button', { name: /^Lift it.*21 September 2026/ }))
    await expectSaid(/is lifted\./)
    // What was done is no longer said beside what was refused.
    await enter(page.locator('summary', { hasText: 'Make a pause' }))
    await enter(button('Pause asking'))
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
    expect(await page.getByRole('region', { name: 'Done' }).count()).toBe(0)
    // A form in a line’s place, and back.
    const kindOfFocus = () => page.evaluate(() => document.activeElement?.localName)
    await enter(button(/^Change\b/))
    await expect.poll(kindOfFocus).toBe('input')
    await enter(button('Back'))
    await expect.poll(focused).toMatch(/^Change: /)
  }, 60_000)

  it('settles urgent words, and keeps a text with something taken out', async () => {
    await writeUrgently()
    await example.forward('PT2M')
    await open(page, '/texts')
    const urgent = page.locator('.held-text', { hasText: 'May be urgent' }).first()
    const id = await urgent.locator('h3').getAttribute('id')
    const section = page.locator(`section[aria-labelledby="${id}"]`)
    await enter(section.getByRole('button', { name: 'Record where it was passed' }))
    await expectFocusIn(section)
    await tabTo(section.getByRole('radio').first())
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    const [year = '', month = '', day = ''] = londonDate(await example.now()).split('-')
    await type('Cornelius Adjaye-Finch', day, month, year, londonClock(await example.now()))
    await enter(section.getByRole('button', { name: 'Record it' }))
    await expectSaid('Recorded. Nobody is told of it again.')

    await enter(section.getByRole('button', { name: 'Take something out' }))
    await expectFocusIn(section)
    await type('Somebody at [place removed] was at risk, and I rang')
    await enter(section.getByRole('button', { name: 'Keep only this' }))
    await expectSaid('Only your version is kept.')
    const [kept] = example.rows('select state, original, cleared from texts where id = ?', String(id).slice(5))
    expect({ ...kept }).toEqual({
      state: 'redacted',
      original: null,
      cleared: 'Somebody at [place removed] was at risk, and I rang',
    })
  }, 60_000)

  it('publishes a question of a course’s own', async () => {
    await open(page, '/courses/NEG/questions?stage=follow-up')
    const slot = page.getByRole('group', { name: 'Added question 1' })
    await tabTo(slot.getByLabel('How it is answered'))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await type('Who did you do it with?', 'Alone\nWith a colleague')
    await enter(button('Show how it looks'))
    await page.getByRole('heading', { name: 'How your draft looks' }).waitFor()
    await expectFocusIn(page.getByRole('heading', { name: 'How your draft looks' }))
    await tabTo(slot.getByLabel('Question', { exact: true }), 'Shift+Tab')
    await type('With whom did you do it?')
    await enter(button('Publish'))
    await expectSaid(/Published as version \d/)
    await expectNothingStored(page)
    expect(visitor.faults).toEqual([])
  }, 60_000)
})

/** Somebody answers, and writes of one time in words that sound urgent. */
async function writeUrgently() {
  const secrets = [String(example.rows('select secret from installation')[0].secret)]
  const [{ id }] = example.rows(
    `select b.id from bookings b join events e on e.id = b.event_id join courses c on c.id = e.course_id
     join follow_ups f on f.booking_id = b.id and f.closed_because is null and f.last_asked_on > '2026-08-20'
     left join responses r on r.booking_id = b.id and r.stage = 'follow-up'
     where c.earns = 'full' and r.id is null order by b.id`,
  )
  const path = `${example.origin}/answer/${await makeToken(secrets, 'answer', id)}`
  const send = async (from: string, to: string, fields: Record<string, string>) => {
    const nonce = /name="nonce" value="([^"]+)"/.exec(await (await fetch(from)).text())?.[1] ?? ''
    const body = new URLSearchParams({ nonce, ...fields })
    const headers = { origin: example.origin }
    expect((await fetch(to, { method: 'POST', body, headers, redirect: 'manual' })).status).toBe(303)
  }
  await send(path, path, { practice: 'started' })
  await send(`${path}/example`, `${path}/example`, {
    example: 'Somebody at the school was at risk now, and I rang',
    quote: 'no-quote',
    next: 'finish',
  })
}

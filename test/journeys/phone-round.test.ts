/** The phone round, worked for 40 people without a mouse. One of the parts of the journeys. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inShort } from '../impact/reading.ts'
import {
  barriers,
  type Example,
  expectNothingStored,
  open,
  openBrowser,
  shoot,
  startExample,
  type Visitor,
  visit,
} from './browser.ts'

let browser: Browser
let example: Example
let visitor: Visitor
let page: Page

beforeAll(async () => {
  ;[browser, example] = await Promise.all([openBrowser(), startExample()])
  visitor = await visit(browser, example, { as: 'coordinator' })
  page = visitor.page
})
afterAll(async () => {
  await browser?.close()
  await example?.stop()
})

const people = 40

/** What has the focus, as a reader of the screen would hear it. */
const focused = () =>
  page.evaluate(() => {
    const one = document.activeElement
    return { id: one?.id ?? '', words: (one?.textContent ?? '').trim(), name: one?.getAttribute('value') ?? '' }
  })

/** Goes on with Tab, or back with Shift, until that has the focus. */
async function tabTo(isIt: (one: Awaited<ReturnType<typeof focused>>) => boolean, key = 'Tab') {
  for (let n = 0; n < 60; n++) {
    if (isIt(await focused())) return
    await page.keyboard.press(key)
  }
  throw new Error(`Tab never came to it; the focus is on ${JSON.stringify(await focused())}`)
}

const status = () => page.locator('.calls-count').textContent()
const nameShown = () => page.locator('#call-heading').textContent()
const ready = () => page.locator('.call-answers input').first().waitFor()

describe('the phone round', () => {
  it('is worked for 40 people by keyboard alone, and their answers stand in the impact page as given by telephone', async () => {
    const round = await example.get('/api/phone-round', 'coordinator')
    expect(round.total).toBeGreaterThanOrEqual(people)
    const eventOf = new Map(
      example
        .rows('select id, event_id as eventId from bookings')
        .map(({ id, eventId }) => [Number(id), Number(eventId)] as const),
    )

    await open(page, '/phone-round')
    await ready()
    // The keys work at once: the focus stands on the first person’s name.
    await expect.poll(focused).toMatchObject({ id: 'call-heading' })
    expect(await barriers(page, 'phone round')).toEqual([])
    await shoot(page, 'phone round')

    // The week’s ceiling, raised.
    await tabTo(({ words }) => words.startsWith('Calls a week: 20'), 'Shift+Tab')
    await page.keyboard.press('Enter')
    await tabTo(({ id }) => id === 'field-callsAWeek')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('60')
    await page.keyboard.press('Enter')
    await expect.poll(status).toContain('60 calls left this week')

    // The first person is skipped and comes back at the end.
    const skipped = await nameShown()
    await tabTo(({ name }) => name === 'answer-already')
    await tabTo(({ words }) => words === 'Skip for now')
    await page.keyboard.press('Enter')
    await expect.poll(nameShown).not.toBe(skipped)

    const answered: number[] = []
    const entries: { bookingId: number; name: string }[] = round.entries
    for (let n = 0; n < people; n++) {
      // After a save the focus stands on the next person’s name.
      await expect.poll(focused).toMatchObject({ id: 'call-heading', words: await nameShown() })
      await ready()
      const name = await nameShown()
      if (n % 10 === 4) {
        // Nobody picked up: by its key, or with the arrows, as any choice of one.
        await page.keyboard.press(n % 20 === 4 ? '9' : '8')
        if (n % 20 !== 4) await page.keyboard.press('ArrowDown')
        expect(await focused()).toMatchObject({ name: 'no-answer' })
      } else {
        await page.keyboard.press(String(1 + (n % 8)))
        const rung = entries.find((one) => one.name === name && !answered.includes(one.bookingId))!
        answered.push(rung.bookingId)
        if (n === 1 && (await page.locator('.call-outcomes').count())) {
          await page.keyboard.press('Tab')
          await page.keyboard.press('Space')
          await page.keyboard.press('ArrowDown')
        }
      }
      await page.keyboard.press('Enter')
      await expect.poll(status).toContain(`${n + 1} of `)
    }
    expect(await status()).toMatch(new RegExp(`^40 of \\d+ done · ${60 - people} calls left this week`))
    expect(await page.locator('.calls-next, .call').last().textContent()).toContain(skipped)
    expect(await barriers(page, 'phone round, later')).toEqual([])
    await shoot(page, 'phone round later')

    const given = example.rows(
      "select booking_id as id, full_at as fullAt from responses where stage = 'follow-up' and channel = 'phone'",
    )
    expect(given.map(({ id }) => Number(id)).sort()).toEqual([...answered].sort())
    const made = example.rows('select outcome, count(*) as n from calls group by outcome order by outcome')
    expect(made.map((row) => ({ ...row }))).toEqual([
      { outcome: 'answered', n: 36 },
      { outcome: 'no-answer', n: 4 },
    ])
    const byEvent = Map.groupBy(answered, (id) => eventOf.get(id)!)
    for (const [eventId, theirs] of byEvent) {
      const { method, flow } = inShort(await example.get(`/api/impact/events/${eventId}`, 'sub-group'))
      expect(method[1]).toContain(
        `Of the ${flow.answered} who answered, ${theirs.length} did so by telephone, to the training team.`,
      )
    }
    await expectNothingStored(page)
    expect(visitor.faults).toEqual([])
  }, 240_000)

  it('has its neighbours without barriers: typing in an answer in two presses, cards, and the short address', async () => {
    await open(page, '/answers')
    await page
      .getByRole('button', { name: /^Choose/ })
      .first()
      .waitFor()
    expect(await barriers(page, 'type in')).toEqual([])
    // Press one, press two.
    await page
      .getByRole('button', { name: /^Choose/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'I have started' }).click()
    await page.getByText('Saved: “I have started”').waitFor()
    expect(example.rows("select count(*) as n from responses where channel = 'reply'")[0].n).toBe(1)
    expect(await barriers(page, 'type in the rest')).toEqual([])
    await shoot(page, 'type in the rest')
    const [{ id }] = example.rows("select id from events where last_on < '2026-06-10' order by last_on desc")
    await open(page, `/events/${id}/cards`)
    expect(await barriers(page, 'cards')).toEqual([])
    await open(page, '/a')
    expect(await barriers(page, 'short address')).toEqual([])
    await page.getByLabel('Code on your card').fill('0000 0000 0000 0000')
    await page.keyboard.press('Enter')
    await page.getByText('There is a problem').waitFor()
    expect(await barriers(page, 'short address, wrong code')).toEqual([])
    expect(visitor.faults).toEqual([])
  }, 120_000)
})

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Example, type Letter, openBrowser, phone, shoot, startExample, type Visitor, visit } from './browser.ts'

let browser: Browser
let example: Example

beforeAll(async () => {
  ;[browser, example] = await Promise.all([openBrowser(), startExample()])
})
afterAll(async () => {
  await browser?.close()
  await example?.stop()
})

/** Someone’s phone: small, and its browser runs no script. */
const aPhone = (): Promise<Visitor> =>
  visit(browser, example, { javaScriptEnabled: false, viewport: phone, hasTouch: true, isMobile: true })

/** What came over the wire since, in bytes. */
async function weighing(page: Page): Promise<() => number> {
  const watch = await page.context().newCDPSession(page)
  await watch.send('Network.enable')
  let bytes = 0
  watch.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  return () => bytes
}

async function expectNoSidewaysScroll(page: Page, where: string) {
  const [room, content] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth])
  expect(content, where).toBeLessThanOrEqual(room ?? 0)
  expect(room, where).toBe(phone.width)
}

/** An invitation of today to a course that earns the full follow-up, not answered yet. */
async function anInvitation(): Promise<Letter> {
  await example.forward('P1DT3H')
  for (let days = 0; days < 7; days++) {
    for (const letter of await example.mail()) {
      const token = /\/answer\/([\w.-]+)\//.exec(letter.html)?.[1]
      if (!token) continue
      const answered = example.rows('select count(*) as n from responses where stage = ?', 'follow-up')[0].n
      const page = await (await fetch(`${example.origin}/answer/${token}`)).text()
      expect(example.rows('select count(*) as n from responses where stage = ?', 'follow-up')[0].n).toBe(answered)
      if (page.includes('Send my answer') && page.includes('you can add more')) return letter
    }
    await example.forward('P1D')
  }
  throw new Error('Nobody was invited in a week of the example')
}

it('lets a follow-up be answered on a phone without script: two presses, and the rest later on another device', async () => {
  const letter = await anInvitation()
  const first = await aPhone()
  const { page } = first
  let presses = 0
  const press = async (where: Page, role: 'link' | 'button' | 'radio' | 'checkbox', name: string | RegExp) => {
    presses++
    await where.getByRole(role, { name }).first().click()
  }

  await page.goto(`/example/mail/${letter.id}/html`)
  await expectNoSidewaysScroll(page, 'the letter')
  await shoot(page, 'no-script-letter')
  const weight = await weighing(page)
  await press(page, 'link', 'It is now part of how I work')
  await page.getByRole('button', { name: 'Send my answer' }).waitFor()
  expect(weight()).toBeGreaterThan(1_000)
  expect(weight()).toBeLessThan(15_000)
  await expectNoSidewaysScroll(page, 'question one')
  const answered = (practice: string) =>
    example.rows(
      `select count(*) as n from responses r join answers a on a.response_id = r.id join options o on o.id = a.option_id
       where r.stage = 'follow-up' and r.doubted_because is null and o.key = ?`,
      practice,
    )[0].n
  const before = answered('routine')
  await press(page, 'button', 'Send my answer')
  await page.getByRole('heading', { level: 1, name: 'Where are you now?' }).waitFor()
  expect(presses).toBe(2)
  expect(answered('routine')).toBe(before + 1)

  await expectNoSidewaysScroll(page, 'the optional rest')
  for (const question of await page.getByRole('group').all()) await question.getByRole('radio').nth(2).click()
  await press(page, 'button', 'Save and go on')
  await page.getByRole('heading', { level: 1, name: 'What has been different since?' }).waitFor()
  expect(presses).toBe(3)
  await first.close()

  const second = await aPhone()
  const link = /href="([^"]*\/answer\/[^"]*\/routine)"/.exec(letter.html)?.[1] ?? ''
  await second.page.goto(link.slice(link.indexOf('/answer/')))
  const change = second.page.getByRole('button', { name: 'Change my answer' })
  if (await change.isVisible()) await change.click()
  await second.page.getByRole('heading', { level: 1, name: 'Thank you: your answer is in' }).waitFor()
  expect(await second.page.getByRole('listitem').filter({ hasText: '(saved)' }).count()).toBe(1)
  await expectNoSidewaysScroll(second.page, 'what is in')
  await press(second.page, 'link', 'What has been different since?')
  await press(second.page, 'checkbox', /noticed|sooner/i)
  await press(second.page, 'button', 'Save and go on')
  await second.page.getByRole('heading', { level: 1, name: 'What helped, and what got in the way?' }).waitFor()
  await expectNoSidewaysScroll(second.page, 'what helped')
  await press(second.page, 'button', 'Save and go on')
  await second.page.getByRole('heading', { level: 1, name: 'Tell us about one time' }).waitFor()
  await expectNoSidewaysScroll(second.page, 'one time')
  await press(second.page, 'link', 'Back')
  await press(second.page, 'link', 'Back')
  expect(await second.page.getByRole('checkbox', { checked: true }).count()).toBe(1)
  await second.page.goto(`${link.slice(link.indexOf('/answer/'), link.lastIndexOf('/'))}/example`)
  await press(second.page, 'button', 'Save and finish')
  await second.page.getByRole('heading', { level: 1, name: 'Thank you: your answer is in' }).waitFor()
  expect(await second.page.getByRole('listitem').filter({ hasText: '(saved)' }).count()).toBeGreaterThanOrEqual(2)
  expect([...first.faults, ...second.faults]).toEqual([])
}, 120_000)

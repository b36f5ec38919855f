/** The answer that counts, on a small phone with a poor connection: two presses, little to load, and nothing lost on the way. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barriers, type Example, openBrowser, phone, shoot, startExample, type Visitor, visit } from './browser.ts'

/** What browsers call slow 4G: 400 ms there and back, 400 kbit/s each way. */
const slow4G = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 }

let browser: Browser
let example: Example
let links: string[]

beforeAll(async () => {
  ;[browser, example] = await Promise.all([openBrowser(), startExample()])
  links = await invitations(3)
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await example?.stop()
})

/** The addresses of the button "I have done it at least once" in emails of today, to people who may add more. */
async function invitations(wanted: number): Promise<string[]> {
  await example.forward('P1DT3H')
  const found = new Set<string>()
  for (let days = 0; days < 10; days++) {
    for (const { html } of await example.mail()) {
      const [, link] = /href="https?:\/\/[^/"]+(\/answer\/[\w.-]+\/once)"/.exec(html) ?? []
      if (!link || found.has(link)) continue
      const page = await (await fetch(`${example.origin}${link}`)).text()
      if (page.includes('Send my answer') && page.includes('you can add more')) found.add(link)
      if (found.size === wanted) return [...found]
    }
    await example.forward('P1D')
  }
  throw new Error(`Only ${found.size} people were invited in ten days of the example`)
}

const aPhone = (javaScriptEnabled: boolean): Promise<Visitor> =>
  visit(browser, example, { javaScriptEnabled, viewport: phone, hasTouch: true, isMobile: true })

/** Puts a page on a slow line. @returns how many bytes came over it so far */
async function onSlow4G(page: Page): Promise<() => number> {
  const line = await page.context().newCDPSession(page)
  await line.send('Network.enable')
  await line.send('Network.emulateNetworkConditions', slow4G)
  let bytes = 0
  line.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  return () => bytes
}

/** Answers that stand, of all optional questions together. */
const given = (): number =>
  example.rows(
    `select count(*) as n from answers join responses on responses.id = answers.response_id
     where responses.stage = 'follow-up'`,
  )[0].n

describe('a core answer', () => {
  it('takes two presses and less than 20 s at 320 px on slow 4G, without script, in less than 15 kB', async () => {
    const { page, faults, close } = await aPhone(false)
    const loaded = await onSlow4G(page)
    const before = given()
    let presses = 1 // The button in the email.
    const started = performance.now()
    await page.goto(links[0]!)
    await page.getByRole('button', { name: 'Send my answer' }).waitFor()
    const shown = performance.now()
    const weight = loaded()
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(1)
    await page.getByRole('button', { name: 'Send my answer' }).click()
    presses++
    await page.getByText('Your answer is in').first().waitFor()
    const answered = performance.now()
    expect(given()).toBe(before + 1)
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
    process.stdout.write(
      `Core answer on slow 4G at ${phone.width} px: question shown after ${seconds(shown - started)}, thanked after ${seconds(answered - started)}; ${weight} bytes over the wire, ${presses} presses\n`,
    )
    expect(presses).toBe(2)
    expect(answered - started).toBeLessThan(20_000)
    expect(weight).toBeGreaterThan(1_000)
    expect(weight).toBeLessThan(15_000)
    await shoot(page, 'core-answer-in')
    expect(faults).toEqual([])
    await close()
  }, 60_000)

  it('needs no script: its page loads none where script runs, and may load none', async () => {
    const { page, faults, close } = await aPhone(true)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const answer = await page.goto(links[1]!)
    expect(await answer?.headerValue('content-security-policy')).not.toContain('script-src')
    await page.getByRole('button', { name: 'Send my answer' }).waitFor()
    expect(asked.filter((path) => path !== '/favicon.ico')).toEqual([links[1]])
    expect(faults).toEqual([])
    await close()
  }, 60_000)
})

describe('the optional rest', () => {
  const sections = ['now', 'difference', 'help', 'example']

  it('stands when the tab is closed after each page, without script', async () => {
    const base = links[0]!.replace(/\/once$/, '')
    for (const section of sections) {
      const first = await aPhone(false)
      await first.page.goto(`${base}/${section}`)
      const groups = await first.page.getByRole('group').all()
      for (const group of groups) {
        const lines = group.getByRole('radio').or(group.getByRole('checkbox'))
        if (await lines.count()) await lines.first().check()
      }
      const ticked = await first.page.locator('input:checked').count()
      await first.page.locator('button[value=on]').click()
      await first.page.waitForURL((url) => !url.pathname.endsWith(`/${section}`))
      await first.close()
      const again = await aPhone(false)
      await again.page.goto(`${base}/${section}`)
      expect(await again.page.locator('input:checked').count(), section).toBe(ticked)
      expect(ticked).toBeGreaterThan(0)
      expect([...first.faults, ...again.faults]).toEqual([])
      await again.close()
    }
  }, 120_000)

  it('stands when the tab is closed after each tap, where script runs', async () => {
    const base = links[1]!.replace(/\/once$/, '')
    const opening = await aPhone(true)
    await opening.page.goto(links[1]!)
    await opening.page.getByRole('button', { name: 'Send my answer' }).click()
    await opening.page.getByRole('heading', { level: 1, name: 'Where are you now?' }).waitFor()
    expect(await barriers(opening.page, 'a page that saves each tap', ['320 px'])).toEqual([])
    await opening.close()
    for (const section of sections) {
      for (const name of await questionsOn(`${base}/${section}`)) {
        const tab = await aPhone(true)
        await tab.page.goto(`${base}/${section}`)
        // The second line of a choice; a consent is one line of its own.
        const lines = tab.page.locator(`input[name="${name}"]`)
        const line = (await lines.count()) > 1 ? lines.nth(1) : lines.first()
        const value = await line.getAttribute('value')
        const before = given()
        await line.check()
        await tab.page.close()
        // Consents to quote and to ring are kept elsewhere; every other tap is an answer.
        if (name !== 'quote' && name !== 'call') await expect.poll(given, { timeout: 10_000 }).toBe(before + 1)
        const again = await aPhone(true)
        await expect
          .poll(
            async () => {
              await again.page.goto(`${base}/${section}`)
              return again.page.locator(`input[name="${name}"][value="${value}"]`).isChecked()
            },
            { timeout: 10_000 },
          )
          .toBe(true)
        expect([...tab.faults, ...again.faults]).toEqual([])
        await tab.close()
        await again.close()
      }
    }
  }, 240_000)

  it('keeps words that were typed when the tab is left', async () => {
    const base = links[1]!.replace(/\/once$/, '')
    const tab = await aPhone(true)
    await tab.page.goto(`${base}/example`)
    await tab.page.getByRole('textbox').fill('We changed how we write it down')
    const saved = tab.page.waitForResponse((answer) => answer.request().method() === 'POST')
    await tab.page.getByRole('textbox').blur()
    expect((await saved).status()).toBe(204)
    await tab.close()
    const again = await aPhone(true)
    await again.page.goto(`${base}/example`)
    expect(await again.page.getByRole('textbox').inputValue()).toBe('We changed how we write it down')
    expect([...tab.faults, ...again.faults]).toEqual([])
    await again.close()
  }, 60_000)

  /** The names of the questions that are answered by a tap. */
  async function questionsOn(address: string): Promise<string[]> {
    const look = await aPhone(false)
    await look.page.goto(address)
    const taps = await look.page.locator('input[type=radio], input[type=checkbox]').all()
    const names = new Set(await Promise.all(taps.map((tap) => tap.getAttribute('name'))))
    await look.close()
    return [...names].filter((name) => name !== null)
  }
})

import { readFileSync } from 'node:fs'
import jsQR from 'jsqr'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addMonths, isWorkingDay, londonClock, londonDate, weekday } from '#server/calendar.ts'
import { qrOf, readPdf } from '../certificates/pdf.ts'
import { inShort } from '../impact/reading.ts'
import {
  barriers,
  type Example,
  expectNothingStored,
  type Letter,
  open,
  openBrowser,
  shoot,
  startExample,
  type Visitor,
  visit,
} from './browser.ts'

const me = { name: 'Isolde Marchbank-Oyelaran', email: 'isolde.marchbank@heronvalley.example' }

let browser: Browser
let example: Example
const visitors: Visitor[] = []

beforeAll(async () => {
  ;[browser, example] = await Promise.all([openBrowser(), startExample()])
})
afterAll(async () => {
  await browser?.close()
  await example?.stop()
})

async function person(as?: 'coordinator' | 'sub-group'): Promise<Visitor> {
  const visitor = await visit(browser, example, as ? { as } : {})
  visitors.push(visitor)
  return visitor
}

/** One step of the way, named when it fails. */
async function step<T>(words: string, walk: () => Promise<T>): Promise<T> {
  try {
    return await walk()
  } catch (error) {
    const where = visitors.map(({ page, faults }) => [page.url(), ...faults].join('\n  '))
    if (error instanceof Error) error.message = `When ${words}: ${error.message}\n${where.join('\n')}`
    throw error
  }
}

const found: string[] = []

/** Looked at in every condition, and kept for looking at by a person. What is found is said at the end, all of it. */
async function seen(page: Page, name: string) {
  found.push(...(await barriers(page, name)))
  await shoot(page, `main-${name}`)
}

async function letter(subject: RegExp): Promise<Letter> {
  const arrived = () => example.mail(me.email).then((all) => all.find((one) => subject.test(one.subject)))
  await expect.poll(arrived, { timeout: 10_000, message: `an e-mail called ${subject}` }).toBeDefined()
  return (await arrived())!
}

const linkIn = (page: Page, words: string | RegExp) => page.getByRole('link', { name: words }).first()

/** The link of a row, which says what it does and then, for those who hear it alone, to what. */
const rowLink = (page: Page, does: string, what: string) =>
  page.getByRole('link', { name: does }).filter({ hasText: what }).first()

/** Opens a kept letter as its reader sees it. */
async function read(page: Page, { id }: Letter) {
  await page.goto(`/example/mail/${id}/html`)
}

/** What a camera reads from a picture on the page. */
async function scanned(page: Page): Promise<string | undefined> {
  const picture = await page.locator('svg[role=img]').last().screenshot()
  const blank = await browser.newPage()
  const { width, height, pixels } = await blank.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob())
    const margin = 40
    const canvas = new OffscreenCanvas(image.width + 2 * margin, image.height + 2 * margin)
    const brush = canvas.getContext('2d')!
    brush.fillStyle = 'white'
    brush.fillRect(0, 0, canvas.width, canvas.height)
    brush.drawImage(image, margin, margin)
    const { data } = brush.getImageData(0, 0, canvas.width, canvas.height)
    return { width: canvas.width, height: canvas.height, pixels: [...data] }
  }, picture.toString('base64'))
  await blank.close()
  return jsQR.default(new Uint8ClampedArray(pixels), width, height)?.data
}

/**
 * A well-booked event soon, with a place left, whose course earns the full follow-up; and whose course’s earlier events were
 * answered by enough people or by nobody, so that the small-number rule will not hide it behind its course.
 */
async function anEvent(): Promise<{ id: number; title: string; on: string }> {
  const soon = example.rows(
    `select e.id, c.code, c.title, e.last_on as "on" from events e join courses c on c.id = e.course_id
     where c.earns = 'full' and e.last_on between '2026-09-20' and '2026-10-31'
     and (select count(*) from event_sessions s where s.event_id = e.id) = 1
     and (select count(*) from bookings b where b.event_id = e.id and b.state = 'confirmed') between 16 and e.capacity - 1
     order by e.last_on`,
  )
  for (const { id, code, title, on } of soon) {
    const { flow } = inShort(await example.get(`/api/impact/programmes/2026-27/courses/${code}`, 'coordinator'))
    const { answered } = flow
    if (answered === 0 || answered >= 5) return { id, title, on }
  }
  throw new Error('The example has no event for this journey')
}

describe('the main job', () => {
  it('is done end to end: booked, attended, certified, asked three months on, answered, and counted', async () => {
    const event = await anEvent()
    const { page } = await person()

    await step('a delegate finds the event and asks to book', async () => {
      await open(page, '/events')
      await page.getByLabel('Search by word or course code').fill(event.title)
      await page.getByRole('button', { name: 'Search' }).click()
      await expect.poll(() => page.url()).toContain('words=')
      await seen(page, 'catalogue')
      await rowLink(page, 'See and book', event.title).click()
      await page.getByRole('heading', { level: 1, name: event.title }).waitFor()
      await seen(page, 'event')
      await page.getByRole('link', { name: 'Book a place' }).click()
    })

    await step('they sign in with the code that comes by e-mail', async () => {
      await page.getByLabel('Work email address').fill(me.email)
      await seen(page, 'sign-in')
      await page.getByRole('button', { name: 'Send me a code' }).click()
      await page.getByRole('heading', { level: 1, name: 'Type the code from your email' }).waitFor()
      await seen(page, 'sign-in code')
      const code = /^\d{6}$/m.exec((await letter(/sign-in code/)).text)?.[0] ?? ''
      await page.getByLabel('Six-digit code').fill(`${code.slice(0, 3)} ${code.slice(3)}`)
      await page.getByRole('button', { name: 'Sign in' }).last().click()
    })

    await step('they say who they are, once, and check their answers', async () => {
      await page.getByLabel('Full name').fill(me.name)
      await page
        .getByLabel('School, service or organisation')
        .selectOption({ label: 'Children’s services' })
        .catch(() => page.getByLabel('School, service or organisation').selectOption({ index: 1 }))
      await page.getByLabel('Kind of work you do').selectOption({ index: 1 })
      await page.getByRole('radio').first().check()
      await seen(page, 'your details')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('heading', { level: 1, name: 'Check your answers before you book' }).waitFor()
      await seen(page, 'check your answers')
      await page.getByLabel('I accept the terms').check()
      await page.getByRole('button', { name: 'Confirm booking' }).click()
    })

    const bookingId = await step('they have a place', async () => {
      await page.getByRole('heading', { level: 1, name: 'You have a place' }).waitFor()
      await seen(page, 'confirmation')
      return Number(/\/bookings\/(\d+)/.exec(page.url())?.[1])
    })

    await step('they answer the questions before the day', async () => {
      for (const group of await page.locator('fieldset', { has: page.getByRole('radio') }).all())
        await group.getByRole('radio').first().check()
      await page.getByRole('button', { name: 'Save my answers' }).click()
      await page.getByText('Thank you. Your answers help us').waitFor()
    })

    await step('the e-mail has the calendar entry', async () => {
      const { text, attachments } = await letter(/You have a place/)
      expect(text).toContain(event.title)
      const entry = attachments.find(({ type }) => type.startsWith('text/calendar'))
      expect(entry?.type).toContain('method=REQUEST')
      const calendar = Buffer.from(entry?.content ?? '', 'base64').toString()
      expect(calendar).toMatch(/BEGIN:VEVENT[\s\S]*UID:[\s\S]*DTSTART/)
      await read(page, await letter(/You have a place/))
      await linkIn(page, 'See or change your booking').click()
      await page.getByRole('heading', { level: 1, name: 'You have a place' }).waitFor()
    })

    await step('the day comes', async () => {
      let now = await example.now()
      while (londonDate(now) < event.on) now = await example.forward('P1D')
      expect(londonDate(now)).toBe(event.on)
    })

    const dayCode = await step('the coordinator marks them present on the register', async () => {
      const coordinator = await person('coordinator')
      await open(coordinator.page, '/registers')
      await seen(coordinator.page, 'registers')
      await rowLink(coordinator.page, 'Take the register', event.title).click()
      const row = coordinator.page.getByRole('group', { name: me.name })
      await row.getByRole('radio', { name: 'Present' }).check()
      await row.getByText('Saved', { exact: true }).waitFor()
      await seen(coordinator.page, 'register')
      await expectNothingStored(coordinator.page)
      return /code ([A-Z0-9]{6})/.exec((await row.textContent()) ?? '')?.[1] ?? ''
    })

    await step('they type their day code and press “Skip: just my certificate”', async () => {
      await example.forward('PT7H')
      await page.goto(`/day/${event.id}`)
      await seen(page, 'day code')
      await page.getByLabel('Day code').fill(dayCode.toLowerCase())
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('heading', { level: 1, name: /Isolde, two minutes/ }).waitFor()
      await seen(page, 'end of the day')
      await page.getByRole('button', { name: 'Skip: just my certificate' }).click()
      await page.getByRole('heading', { level: 1, name: 'Skipped, Isolde' }).waitFor()
      await seen(page, 'skipped')
    })

    await step('their certificate comes, as a page and as a tagged PDF whose QR code leads to the check', async () => {
      await read(page, await letter(/Your certificate/))
      await linkIn(page, 'See and save your certificate').click()
      await page.getByRole('heading', { level: 1, name: 'Certificate of attendance' }).waitFor()
      await seen(page, 'certificate')
      expect(await page.locator('main').textContent()).toContain(me.name)
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Save it as a PDF' }).click(),
      ])
      const { source, contents, elements } = readPdf(readFileSync(await download.path()))
      expect(source).toContain('/StructTreeRoot')
      expect(source).toContain('/Lang (en-GB)')
      expect(elements).toEqual(expect.arrayContaining([me.name, event.title]))
      const address = qrOf(contents)
      expect(address).toMatch(new RegExp(`^${example.origin}/check/`))
      expect(await scanned(page)).toBe(address)
      await page.goto(address ?? '')
      await page.getByRole('heading', { level: 1, name: 'This certificate is valid' }).waitFor()
      expect(await page.locator('main').textContent()).toContain(me.name)
      await seen(page, 'check')
      await open(page, '/certificates')
      expect(await page.locator('main').textContent()).toContain(event.title)
      await seen(page, 'my certificates')
    })

    const invitation = await step('three months pass, then days until the invitation comes', async () => {
      const asked = async () => (await example.mail(me.email)).find(({ html }) => html.includes('/answer/'))
      await example.forward('P3M')
      for (let days = 0; days < 31 && !(await asked()); days++) await example.forward('P1D')
      return (await asked())!
    })

    await step('it came at 10am on a fitting day, no sooner than three months after', async () => {
      const on = londonDate(invitation.sentAt)
      expect([2, 3, 4]).toContain(weekday(on))
      expect(isWorkingDay(on)).toBe(true)
      expect(on >= addMonths(event.on, 3)).toBe(true)
      expect(londonClock(invitation.sentAt)).toBe('10:00')
      expect(invitation.subject).not.toMatch(/survey/i)
    })

    const impact = async () => inShort(await example.get(`/api/impact/events/${event.id}`, 'sub-group'))
    await step('others who came answer first, until the event may be shown', async () => {
      for (let days = 0; days < 28 && !(await impact()).wholeRoom; days++) await example.forward('P1D')
    })
    const before = await impact()
    expect(before.flow.came).toBeGreaterThanOrEqual(10)
    expect(before.flow.answered).toBeGreaterThanOrEqual(5)
    expect(before.wholeRoom).not.toBeNull()

    await step('the delegate presses an answer in the e-mail, and submits it', async () => {
      await read(page, invitation)
      await linkIn(page, 'I have done it at least once').click()
      await page.getByRole('radio', { name: 'I have done it at least once' }).waitFor()
      expect(await page.getByRole('radio', { name: 'I have done it at least once' }).isChecked()).toBe(true)
      await seen(page, 'question one')
      expect((await impact()).flow).toEqual(before.flow)
      await page.getByRole('button', { name: 'Send my answer' }).click()
      await page.getByRole('heading', { level: 1, name: 'Where are you now?' }).waitFor()
      await seen(page, 'where are you now')
      await page.getByRole('button', { name: 'Save and finish' }).click()
      await page.getByRole('heading', { level: 1, name: 'Thank you: your answer is in' }).waitFor()
      await seen(page, 'thank you')
    })

    await step('the event’s flow line and whole-room bar stand one answer higher', async () => {
      const after = await impact()
      expect(after.flow.answered).toBe(before.flow.answered + 1)
      expect(after.flow.came).toBe(before.flow.came)
      expect(after.wholeRoom!.room.answered).toBe(before.wholeRoom!.room.answered + 1)
      expect(after.wholeRoom!.room.segments).toEqual({
        ...before.wholeRoom!.room.segments,
        once: before.wholeRoom!.room.segments.once + 1,
      })
      const reader = (await person('sub-group')).page
      await open(reader, `/impact/events/${event.id}`)
      const said = (await reader.locator('main').textContent()) ?? ''
      expect(said).toContain(`Of ${after.flow.came} people who came, ${after.flow.answered} told us`)
      expect(
        await reader
          .locator('.flow-step', { hasText: /^Answered\d/ })
          .first()
          .textContent(),
      ).toContain(String(after.flow.answered))
      await seen(reader, 'impact of the event')
      for (const [name, path] of [
        ['impact', '/impact'],
        ['impact of the programme', `/impact/programmes/${after.page.programme!.name}`],
        ['impact of the course', after.crumbs.at(-1)!.href],
      ] as const) {
        await open(reader, path)
        await seen(reader, name)
      }
    })

    await step('all of it is over', async () => {
      await open(page, `/bookings/${bookingId}`)
      await expectNothingStored(page)
      expect(visitors.flatMap((one) => one.faults)).toEqual([])
      expect(found).toEqual([])
    })
  }, 300_000)
})

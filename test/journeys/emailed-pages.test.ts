/** The pages that the follow-up’s later emails and a printed card lead to, in each state: by axe, in 320 px, and without script. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeToken, type Purpose } from '#server/keys.ts'
import { answerCode } from '#server/surveys/short-address.ts'
import { barriers, type Example, openBrowser, phone, shoot, startExample, type Visitor, visit } from './browser.ts'

let browser: Browser
let example: Example
/** One browser that runs script, for axe, and one small phone that runs none, on which everything is done. */
let seeing: Visitor
let plain: Visitor
let page: Page
let secrets: string[]
let found: string[] = []

beforeAll(async () => {
  ;[browser, example] = await Promise.all([openBrowser(), startExample()])
  seeing = await visit(browser, example)
  plain = await visit(browser, example, { javaScriptEnabled: false, viewport: phone, hasTouch: true, isMobile: true })
  page = plain.page
  secrets = [String(example.rows('select secret from installation')[0].secret)]
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await example?.stop()
})

const expectNothingFound = () => {
  const all = [...found, ...seeing.faults.splice(0), ...plain.faults.splice(0)]
  found = []
  expect(all).toEqual([])
}

const one = (query: string, ...values: (string | number)[]) => {
  const [row] = example.rows(query, ...values)
  if (!row) throw new Error(`The example has no row for: ${query}`)
  return row
}
const link = async (purpose: Purpose, id: number) => `/${purpose}/${await makeToken(secrets, purpose, id)}`
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const press = (name: string | RegExp) => page.getByRole('button', { name }).first().click()

/** What stands on the phone now fits it; then the same address as axe sees it. What a form answered stands at no address of its own. */
async function look(name: string, isAnswer = false) {
  const [room = 0, content = 0] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth])
  if (room !== phone.width || content > room) found.push(`${name}, without script: ${content} px wide`)
  if (isAnswer) await seeing.page.setContent((await page.content()).replaceAll(/<script.*?<\/script>/gs, ''))
  else await seeing.page.goto(page.url())
  found.push(...(await barriers(seeing.page, name)))
  await shoot(seeing.page, `emailed-${name}`)
}

async function shown(name: string, path: string, h1: string | RegExp) {
  await page.goto(path)
  await heading(h1)
  await look(name)
}

async function refused(name: string) {
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
  for (const target of await page.locator('.e a').all()) {
    const id = ((await target.getAttribute('href')) ?? '').slice(1)
    expect(await page.locator(`[id="${id}"]`).count(), `${name}: ${id}`).toBe(1)
  }
  await look(`${name}, refused`, true)
}

/** Somebody who was asked, whose course earns the full follow-up, and who has not answered; asked long enough ago to press. */
const askedAndSilent = (n = 0) =>
  one(
    `select b.id, b.event_id as eventId from bookings b join events e on e.id = b.event_id join courses c on c.id = e.course_id
     join follow_ups f on f.booking_id = b.id and f.closed_because is null and f.last_asked_on is not null
     left join responses r on r.booking_id = b.id and r.stage = 'follow-up'
     where c.earns = 'full' and r.id is null and f.last_asked_on > '2026-08-20'
     and exists (select 1 from certificates k where k.booking_id = b.id and k.withdrawn_at is null)
     order by b.id limit 1 offset ?`,
    n,
  )

/** The offer to ask a colleague stands folded; it unfolds without script. */
const openOffer = () => page.locator('summary', { hasText: 'May we ask one colleague' }).click()

it('gives back an account and a line on the certificate, and lets one colleague be named and taken back', async () => {
  const { id } = askedAndSilent()
  const answer = await link('answer', id)
  await shown('account, not yet', `${answer}/account`, 'There is no account of this yet')
  await shown('account, no such link', '/answer/nobody/account', 'This link does not work')
  await page.goto(`${answer}/once`)
  await press('Send my answer')
  await heading('Where are you now?')
  await shown('thank you', `${answer}/done`, 'Thank you: your answer is in')
  await openOffer()
  await press('Ask them')
  await refused('colleague')
  await page.goto(`${answer}/done`)
  await openOffer()
  await page.getByLabel('Their name').fill('Perpetua Lowestoft-Abernathy')
  await page.getByLabel('Their work email').fill('perpetua.lowestoft-abernathy@heronvalley.example')
  await press('Ask them')
  await page.getByText('our one question, once').waitFor()
  await look('thank you, colleague named')

  const colleague = await link('colleague', id)
  await example.forward('PT3M')
  await shown('colleague', colleague, /^After |came to/)
  await press('Send my answer')
  await refused('colleague’s view')
  await page.goto(colleague)
  await page.getByRole('radio').first().check()
  await press('Send my answer')
  await heading('Thank you: your answer is in')
  await look('colleague, thank you', true)
  await shown('colleague, answered already', colleague, 'Thank you, your answer is in already')
  await shown('colleague, no such link', '/colleague/nobody', 'This link does not work')
  await shown('thank you, colleague answered', `${answer}/done`, 'Thank you: your answer is in')

  await shown('account', `${answer}/account`, /./)
  await press('Add this to my certificate')
  await page.getByText('Your certificate shows that you answered').waitFor()
  await look('thank you, on the certificate')
  await press('Take it off my certificate')
  await page.getByText('Add this to my certificate').waitFor()
  const over = one(
    `select b.id from bookings b join responses r on r.booking_id = b.id and r.stage = 'follow-up' and r.core_at is not null
     and r.doubted_because is null join events e on e.id = b.event_id where e.last_on < '2026-01-01' order by b.id`,
  ).id
  await shown('account, time is over', `${await link('answer', over)}/account`, /./)

  const other = await link('answer', askedAndSilent().id)
  await page.goto(`${other}/once`)
  await press('Send my answer')
  await page.goto(`${other}/done`)
  await openOffer()
  await page.getByLabel('Their name').fill('Pat Low')
  await page.getByLabel('Their work email').fill('pat.low@heronvalley.example')
  await press('Ask them')
  await page.getByText('our one question, once').waitFor()
  await example.forward('PT3M')
  await press('Take it back')
  await page.getByText('You named a colleague. That is closed').waitFor()
  await look('thank you, colleague taken back')
  const [closed] = example.rows('select booking_id as id from colleague_requests order by named_at desc')
  await shown('colleague, closed', await link('colleague', closed.id), 'This question is closed')
  expectNothingFound()
}, 180_000)

it('is talked through in supervision, and noted', async () => {
  const answer = await link('answer', askedAndSilent().id)
  await shown('supervision', `${answer}/supervision`, 'Five minutes in supervision')
  await press('We did this in supervision')
  await refused('supervision')
  await page.goto(`${answer}/supervision`)
  await page.getByRole('radio').nth(1).check()
  await press('We did this in supervision')
  await heading('Noted: you did this in supervision')
  await look('supervision, noted')
  expectNothingFound()
}, 120_000)

it('asks what a course added, in each stage', async () => {
  const { id, eventId } = askedAndSilent()
  const { code } = one('select c.code from courses c join events e on e.course_id = c.id where e.id = ?', eventId)
  const questions = [
    { kind: 'one', text: 'Who did you do it with?', most: 1, options: ['Alone', 'With a colleague'] },
    {
      kind: 'several',
      text: 'Where did you use it?',
      most: 2,
      options: ['At home visits', 'In school', 'On the phone'],
    },
    { kind: 'text', text: 'What is the one thing that we should change?', most: 1, options: [] },
  ]
  const { cookie } = await example.signIn('coordinator')
  for (const stage of ['before', 'follow-up']) {
    const { stages } = await example.get(`/api/courses/${code}/questions`, 'coordinator')
    const { version } = stages.find((one: { stage: string }) => one.stage === stage)
    const sent = await fetch(`${example.origin}/api/courses/${code}/questions/${stage}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, origin: example.origin },
      body: JSON.stringify({ seen: version, questions }),
    })
    expect(sent.status, await sent.text()).toBe(201)
  }
  const answer = await link('answer', id)
  await page.goto(`${answer}/started`)
  await press('Send my answer')
  await heading('Where are you now?')
  await shown('added questions', `${answer}/course`, 'A few questions about this course')
  await page.getByRole('textbox').fill('x'.repeat(2_000))
  await press(/^Save and/)
  await refused('added questions')
  await page.goto(`${answer}/course`)
  await page.getByRole('radio').last().check()
  await page.getByRole('textbox').fill('Show the toolkit on a phone')
  await press('Save and finish')
  await heading('Thank you: your answer is in')
  await look('thank you, with added questions')

  const soon = one(
    `select b.id, e.last_on as "on" from bookings b join events e on e.id = b.event_id join courses c on c.id = e.course_id
     where b.state = 'confirmed' and c.code = ? and e.starts_at > ?
     and not exists (select 1 from responses r where r.booking_id = b.id) order by e.starts_at`,
    String(code),
    await example.now(),
  )
  const before = await link('before', soon.id)
  await shown('before', before, /where are you today|before the day|before/i)
  await press('Save my answers')
  await refused('before')
  await page.goto(before)
  await page.getByRole('radio').first().check()
  await press('Save my answers')
  await heading(/^Thank you/)
  await look('before, saved')
  await shown('before, answered', before, /./)
  await shown('before, no such link', '/before/nobody', 'This link does not work')
  const past = one(
    "select b.id from bookings b join events e on e.id = b.event_id where b.state = 'confirmed' and e.last_on < '2026-09-01' order by e.last_on desc",
  ).id
  await shown('before, too late', await link('before', past), /./)
  expectNothingFound()
}, 180_000)

it('tells everyone what came of it, as a picture where there are enough and in words where there are not', async () => {
  const events = example.rows(
    "select id from events where last_on between '2025-09-01' and '2026-04-30' order by last_on desc",
  )
  const wanted = { 'results, with a picture': true, 'results, in words': false }
  for (const [name, hasPicture] of Object.entries(wanted)) {
    let path: string | undefined
    for (const { id } of events) {
      const address = await link('results', id)
      const answer = await fetch(example.origin + address)
      const text = await answer.text()
      if (answer.status === 200 && text.includes('<svg') === hasPicture) path = address
      if (path) break
    }
    expect(path, name).toBeDefined()
    await shown(name, path ?? '', /^What came of /)
  }
  await shown('results, no such link', '/results/nobody', 'This link does not work')
  expectNothingFound()
}, 120_000)

it('opens by the code on a card', async () => {
  await shown('short address', '/a', /./)
  await page.getByRole('textbox').fill('0000 0000 0000 0000')
  await page.getByRole('button').first().click()
  await refused('short address')
  await page.goto('/a')
  await page.getByRole('textbox').fill((await answerCode(secrets, askedAndSilent().id)).toLowerCase())
  await page.getByRole('button').first().click()
  await page.waitForURL(/\/answer\//)
  await look('answer, by a card')
  expectNothingFound()
}, 120_000)

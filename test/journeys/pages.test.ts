/** Every page in every state that can be reached, looked at by axe and walked by keyboard. One of the parts of the journeys. */
import { readFileSync } from 'node:fs'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { certificateCode } from '#server/certificates/code.ts'
import { makeDatedToken, makeToken } from '#server/keys.ts'
import type { Role } from '#server/people/input.ts'
import {
  barriers,
  type Condition,
  type Example,
  expectNothingStored,
  follow,
  open,
  openBrowser,
  phone,
  shoot,
  startExample,
  type Visitor,
  visit,
  wide,
} from './browser.ts'

let browser: Browser
let example: Example
let visitor: Visitor
let page: Page
let secrets: string[]
/** A draft of the last year, started by the coordinator. */
let report: number

/** What was found on the way of one test; all of it is said at its end. */
let found: string[] = []

beforeAll(async () => {
  ;[browser, example] = await Promise.all([openBrowser(), startExample()])
  visitor = await visit(browser, example)
  page = visitor.page
  secrets = [String(example.rows('select secret from installation')[0].secret)]
  const { cookie } = await example.signIn('coordinator')
  const started = await fetch(`${example.origin}/api/reports`, {
    method: 'POST',
    headers: { cookie, origin: example.origin, 'content-type': 'application/json' },
    body: JSON.stringify({ scope: 'course', programme: '2025-26', course: 'NEG' }),
  })
  report = (await started.json()).id
})
afterAll(async () => {
  await browser?.close()
  await example?.stop()
})

const expectNothingFound = () => {
  const all = [...found, ...visitor.faults.splice(0)]
  found = []
  expect(all).toEqual([])
}

const look = async (name: string, under?: readonly Condition[]) => {
  found.push(...(await barriers(page, name, under)))
  await shoot(page, `pages-${name}`)
}

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name })
const press = (name: string | RegExp) => page.getByRole('button', { name }).first().click()
const one = (query: string, ...values: (string | number)[]) => {
  const [row] = example.rows(query, ...values)
  if (!row) throw new Error(`The example has no row for: ${query}`)
  return row
}

/** A form that was refused says so on top, has the focus there, and leads to what is wrong (trust.md A8). */
async function expectErrorSummary(name: string) {
  const summary = page.locator('.govuk-error-summary, main .e')
  await summary.waitFor()
  await expect
    .poll(() => summary.evaluate((one) => one === document.activeElement || one.contains(document.activeElement)), {
      message: `${name}: the summary has the focus`,
    })
    .toBe(true)
  expect(await page.title(), name).toMatch(/^Error: /)
  expect(await summary.getByRole('heading', { name: 'There is a problem' }).count(), name).toBe(1)
  for (const link of await summary.getByRole('link').all()) {
    const target = (await link.getAttribute('href')) ?? ''
    expect(await page.locator(`[id="${target.slice(1)}"]`).count(), `${name}: ${target}`).toBe(1)
  }
  await look(`${name}, refused`)
}

it('asks “Was this you?” of an answer that came within a minute, and takes one press to confirm it', async () => {
  await example.forward('P1DT1H')
  const letter = (await example.mail()).find(({ html }) => html.includes('/answer/'))
  const link = /href="https?:\/\/[^/]+(\/answer\/[^"]*\/started)"/.exec(letter?.html ?? '')?.[1] ?? ''
  await page.goto(link)
  await press('Send my answer')
  await heading('Was this you?').waitFor()
  await press('Yes, this was me')
  await page.getByText('Please wait a minute, then press again').waitFor()
  await look('was this you, too soon')
  await page.goto(link.replace('/started', ''))
  await heading('Was this you?').waitFor()
  await look('was this you')
  await example.forward('PT2M')
  await press('Yes, this was me')
  await heading(/Where are you now|Thank you/).waitFor()
  expectNothingFound()
}, 900_000)

it('lets someone book by keyboard alone, the focus always to be seen', async () => {
  await visitor.become('delegate')
  await page.setViewportSize(wide)
  const { id, title } = (await example.get('/api/events')).events.find(
    (event: { kind: string; placesLeft: number; when: string[] }) => event.kind === 'course' && event.placesLeft > 5,
  )
  await open(page, '/events')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to main content')
  await page.keyboard.press('Enter')
  await tabTo(page.locator(`main a[href="/events/${id}"]`))
  await page.keyboard.press('Enter')
  await heading(title).waitFor()
  await tabTo(page.getByRole('link', { name: 'Book a place' }))
  await page.keyboard.press('Enter')
  await heading('Check your answers before you book').waitFor()
  await tabTo(page.getByRole('button', { name: 'Confirm booking' }))
  await page.keyboard.press('Enter')
  await expectErrorSummary('check your answers')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.getByLabel('I accept the terms').evaluate((box) => box === document.activeElement)).toBe(true)
  await page.keyboard.press('Space')
  await tabTo(page.getByRole('button', { name: 'Confirm booking' }))
  await page.keyboard.press('Enter')
  await heading('You have a place').waitFor()
  await expectNothingStored(page)
  expectNothingFound()
}, 900_000)

it('lets a coordinator mark a register on a phone by keyboard alone, nothing under the line at its foot', async () => {
  await visitor.become('coordinator')
  await page.setViewportSize(phone)
  const today = one("select id from events where last_on = '2026-09-15'").id
  await open(page, `/events/${today}/register`)
  await heading(/^Register:/).waitFor()
  for (const n of [0, 9]) {
    const person = page.locator('main').getByRole('group').nth(n)
    await tabTo(person.getByRole('radio').first())
    await page.keyboard.press('Space')
    await person.getByText('Saved', { exact: true }).waitFor()
    expect(await person.getByRole('radio', { name: 'Present' }).isChecked()).toBe(true)
  }
  await page.setViewportSize(wide)
  expectNothingFound()
}, 120_000)

/** Presses Tab until this has the focus; whatever has it on the way must be visible, on the screen and under nothing. */
async function tabTo(wanted: Locator) {
  const seen = new Set<string>()
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab')
    const { where, fault } = await page.evaluate(() => {
      const at = document.activeElement
      if (!at || at === document.body) return { where: '', fault: '' }
      const { left, right, top, bottom } = at.getBoundingClientRect()
      const where = `${at.localName} “${at.textContent?.trim().slice(0, 40)}”`
      const x = Math.min(Math.max((left + right) / 2, 0), innerWidth - 1)
      const y = Math.min(Math.max((top + bottom) / 2, 0), innerHeight - 1)
      if (bottom < 0 || top > innerHeight) return { where, fault: 'is off the screen' }
      const above = document.elementFromPoint(x, y)
      const label = at instanceof HTMLInputElement ? [...(at.labels ?? [])] : []
      const covered = above && !at.contains(above) && !above.contains(at) && !label.some((one) => one.contains(above))
      const ring = [at, ...label, at.parentElement, at.nextElementSibling].some((one) => {
        if (!one) return false
        return [getComputedStyle(one), getComputedStyle(one, '::before')].some(
          ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
        )
      })
      return { where, fault: covered ? `is covered by ${above.className}` : ring ? '' : 'shows no focus' }
    })
    if (fault) found.push(`${page.url()}: ${where} ${fault}`)
    if (await wanted.evaluate((one) => one === document.activeElement)) return
    seen.add(where)
  }
  throw new Error(`Tab never came to ${wanted}; it went to ${[...seen].join(', ')}`)
}

interface Place {
  /** As it stands in web/routes.tsx. */
  route: string
  path: string
  as: Role | null
  /** What the heading says, where it is always the same. */
  h1?: string | RegExp
  /** Asks the server for something of its own: then it can be slow, or fail. */
  asks?: boolean
  /** Only for people who have signed in. */
  closed?: boolean
  /** An address of the same page at which there is nothing. */
  missing?: string
  /** Somebody whose role may not see it. */
  refused?: Role
}

function places(): Place[] {
  const soon = one(
    'select id from events where starts_at > ? and published_at is not null order by starts_at',
    Date.UTC(2026, 9, 1),
  ).id
  const past = one(
    "select id from events where last_on < '2026-09-14' and last_on > '2026-08-20' order by last_on desc",
  ).id
  const mine = one(
    `select b.id from bookings b join people p on p.id = b.person_id join events e on e.id = b.event_id
     where p.email like 'saffron.%' and b.state = 'confirmed' and e.last_on > '2026-09-15'`,
  ).id
  const letter = one('select max(id) as id from kept_emails').id
  const at = { asks: true, closed: true }
  return [
    { route: '/', path: '/', as: null, h1: 'Safeguarding training' },
    { route: '/accessibility', path: '/accessibility', as: null, h1: 'Accessibility statement' },
    { route: '/privacy', path: '/privacy', as: null, h1: 'Privacy' },
    { route: '/sign-in', path: '/sign-in', as: null, h1: 'Sign in' },
    { route: '/second-factor', path: '/second-factor', as: 'coordinator', h1: 'No app is set up', ...at },
    { route: '/enrol/:token', path: '/enrol/nobody', as: null, h1: 'This invitation cannot be used', asks: true },
    { route: '/me', path: '/me', as: 'delegate', h1: 'Your details', ...at },
    { route: '/mailbox', path: '/mailbox', as: null, h1: 'Mailbox', asks: true },
    { route: '/mailbox/:id', path: `/mailbox/${letter}`, as: null, asks: true, missing: '/mailbox/999999' },
    { route: '/events', path: '/events', as: null, h1: 'Find training', asks: true },
    { route: '/events/:id', path: `/events/${soon}`, as: null, asks: true, missing: '/events/999999' },
    { route: '/courses', path: '/courses', as: 'coordinator', h1: 'Courses', ...at, refused: 'delegate' },
    {
      route: '/courses/:code',
      path: '/courses/NEG',
      as: 'coordinator',
      ...at,
      missing: '/courses/NONE',
      refused: 'trainer',
    },
    {
      route: '/courses/:code/questions',
      path: '/courses/NEG/questions',
      as: 'coordinator',
      h1: /^Questions of /,
      ...at,
      missing: '/courses/NONE/questions',
      refused: 'sub-group',
    },
    {
      route: '/events/:id/book/:part?',
      path: `/events/${soon}/book`,
      as: 'delegate',
      h1: 'Check your answers before you book',
      asks: true,
      missing: '/events/999999/book',
    },
    { route: '/bookings', path: '/bookings', as: 'delegate', h1: 'My bookings', ...at },
    { route: '/bookings/:id', path: `/bookings/${mine}`, as: 'delegate', ...at, missing: '/bookings/999999' },
    {
      route: '/bookings/:id/cancel',
      path: `/bookings/${mine}/cancel`,
      as: 'delegate',
      h1: /^Cancel your place/,
      ...at,
      missing: '/bookings/999999/cancel',
    },
    { route: '/asking', path: '/asking', as: 'coordinator', h1: 'Asking calendar', ...at, refused: 'trainer' },
    {
      route: '/asking/holds',
      path: '/asking/holds',
      as: 'coordinator',
      h1: 'Pauses and holidays',
      ...at,
      refused: 'delegate',
    },
    {
      route: '/asking/responses',
      path: '/asking/responses',
      as: 'coordinator',
      h1: 'Response',
      ...at,
      refused: 'sub-group',
    },
    {
      route: '/asking/reachability',
      path: '/asking/reachability',
      as: 'coordinator',
      h1: 'Could not be asked',
      ...at,
      refused: 'trainer',
    },
    {
      route: '/asking/agreements',
      path: '/asking/agreements',
      as: 'coordinator',
      h1: 'Agreements',
      ...at,
      refused: 'agency-lead',
    },
    {
      route: '/asking/agreements/template',
      path: '/asking/agreements/template',
      as: 'coordinator',
      h1: /^Agreement:/,
      ...at,
      refused: 'agency-lead',
    },
    {
      route: '/asking/experiments',
      path: '/asking/experiments',
      as: 'coordinator',
      h1: 'Experiments',
      ...at,
      refused: 'sub-group',
    },
    {
      route: '/who-answered',
      path: '/who-answered',
      as: 'agency-lead',
      h1: 'Who has answered',
      ...at,
      refused: 'delegate',
    },
    { route: '/supervision-sheet', path: '/supervision-sheet', as: 'agency-lead', h1: 'Ten minutes in month three' },
    { route: '/phone-round', path: '/phone-round', as: 'coordinator', h1: 'Phone round', ...at, refused: 'trainer' },
    { route: '/answers', path: '/answers', as: 'coordinator', h1: 'Type in an answer', ...at, refused: 'sub-group' },
    {
      route: '/events/:id/cards',
      path: `/events/${past}/cards`,
      as: 'coordinator',
      h1: /^Cards:/,
      ...at,
      missing: '/events/999999/cards',
      refused: 'delegate',
    },
    { route: '/texts', path: '/texts', as: 'coordinator', h1: 'Text to clear', ...at, refused: 'delegate' },
    { route: '/codebook', path: '/codebook', as: 'coordinator', h1: 'Codebook', ...at, refused: 'sub-group' },
    { route: '/coding', path: '/coding', as: 'coordinator', h1: 'Read and code', ...at, refused: 'sub-group' },
    { route: '/quotes', path: '/quotes', as: 'coordinator', h1: 'Quotes', ...at, refused: 'sub-group' },
    { route: '/accounts', path: '/accounts', as: 'coordinator', h1: 'Accounts to check', ...at, refused: 'sub-group' },
    { route: '/messages', path: '/messages', as: 'coordinator', h1: 'Messages', ...at, refused: 'trainer' },
    { route: '/registers', path: '/registers', as: 'coordinator', h1: 'Registers', ...at, refused: 'sub-group' },
    {
      route: '/events/:id/register',
      path: `/events/${past}/register`,
      as: 'coordinator',
      h1: /^Register:/,
      ...at,
      missing: '/events/999999/register',
      refused: 'delegate',
    },
    { route: '/certificates', path: '/certificates', as: 'delegate', h1: 'My certificates', ...at },
    { route: '/impact', path: '/impact', as: 'sub-group', h1: 'Impact', ...at, refused: 'delegate' },
    {
      route: '/impact/programmes/:name',
      path: '/impact/programmes/2025-26',
      as: 'sub-group',
      ...at,
      missing: '/impact/programmes/1999-00',
      refused: 'agency-lead',
    },
    {
      route: '/impact/programmes/:name/courses/:code',
      path: '/impact/programmes/2025-26/courses/NEG',
      as: 'sub-group',
      ...at,
      missing: '/impact/programmes/2025-26/courses/NONE',
      refused: 'trainer',
    },
    ...(['themes', 'sectors', 'agencies'] as const).map((level) => ({
      route: `/impact/programmes/:name/${level}/:id`,
      path: `/impact/programmes/2025-26/${level}/3`,
      as: 'sub-group' as const,
      ...at,
      missing: `/impact/programmes/2025-26/${level}/999999`,
      refused: 'agency-lead' as const,
    })),
    {
      route: '/impact/period',
      path: '/impact/period?from=2025-09-01&until=2025-12-31',
      as: 'sub-group',
      ...at,
      refused: 'trainer',
    },
    {
      route: '/settings',
      path: '/settings',
      as: 'administrator',
      h1: 'Settings of the impact pages',
      ...at,
      refused: 'trainer',
    },
    {
      route: '/impact/programmes/:name/costs',
      path: '/impact/programmes/2025-26/costs',
      as: 'coordinator',
      h1: 'Income and costs',
      ...at,
      missing: '/impact/programmes/1999-00/costs',
      refused: 'sub-group',
    },
    {
      route: '/impact/programmes/:name/other-training',
      path: '/impact/programmes/2025-26/other-training',
      as: 'coordinator',
      h1: 'What others taught',
      ...at,
      missing: '/impact/programmes/1999-00/other-training',
      refused: 'sub-group',
    },
    {
      route: '/impact/events/:id',
      path: `/impact/events/${past}`,
      as: 'sub-group',
      ...at,
      missing: '/impact/events/999999',
      refused: 'delegate',
    },
    { route: '/reports', path: '/reports', as: 'coordinator', h1: 'Reports', ...at, refused: 'delegate' },
    ...['', '/cover', '/summary'].map((part) => ({
      route: `/reports/:id${part}`,
      path: `/reports/${report}${part}`,
      as: 'coordinator' as const,
      ...at,
      missing: `/reports/999999${part}`,
      refused: 'trainer' as const,
    })),
    { route: '/actions', path: '/actions', as: 'coordinator', h1: 'Actions', ...at, refused: 'agency-lead' },
    {
      route: '/recommendations',
      path: '/recommendations',
      as: 'sub-group',
      h1: 'Recommendations',
      ...at,
      refused: 'delegate',
    },
    {
      route: '/recommendations/:id',
      path: '/recommendations/1',
      as: 'sub-group',
      ...at,
      missing: '/recommendations/999999',
      refused: 'agency-lead',
    },
    { route: '/evidence', path: '/evidence', as: 'coordinator', h1: 'Other evidence', ...at, refused: 'sub-group' },
    {
      route: '/returns',
      path: '/returns',
      as: 'coordinator',
      h1: 'Single-agency returns',
      ...at,
      refused: 'sub-group',
    },
  ]
}

/** The page is there: its heading stands, and nothing more is being loaded. */
const arrived = (path: string) =>
  page.waitForFunction(
    (path) =>
      location.pathname === path.split('?')[0] &&
      document.querySelector('main h1') !== null &&
      document.querySelector('main .loading') === null,
    path,
  )

const sameAsProgramme = new Set([
  '/impact/programmes/:name/themes/:id',
  '/impact/programmes/:name/sectors/:id',
  '/impact/programmes/:name/agencies/:id',
  '/impact/events/:id',
  '/impact/period',
])

it('shows every page well, and moves the focus to its heading when it is come to', async () => {
  const all = places()
  const source = readFileSync(new URL('../../web/routes.tsx', import.meta.url), 'utf8')
  const routes = [...source.matchAll(/^ {2}page\('([^']+)'/gm)].map(([, route]) => route)
  expect(all.map(({ route }) => route).sort()).toEqual(routes.sort())

  let as: Role | null = null
  await visitor.become(null)
  await open(page, '/privacy')
  for (const place of all) {
    if (place.as !== as) {
      as = place.as
      await visitor.become(as)
      await open(page, '/privacy')
    } else await follow(page, place.path === '/privacy' ? '/accessibility' : '/privacy')
    await follow(page, place.path)
    await arrived(place.path)
    if (place.h1) await heading(place.h1).waitFor()
    // The phone round is worked by keys: there it is on the heading of the first call.
    const target = place.route === '/phone-round' ? '#call-heading' : 'main h1'
    const focus = await page.evaluate((one) => document.activeElement === document.querySelector(one), target)
    if (!focus) found.push(`${place.path}: the focus is not on the heading`)
    // The levels of impact are one page about other people: looked at in every condition once, and at both widths each.
    await look(place.route, sameAsProgramme.has(place.route) ? ['1280 px', '320 px'] : undefined)
  }
  await follow(page, '/nothing/here')
  await heading('We cannot find that page').waitFor()
  await look('not found')
  expectNothingFound()
}, 900_000)

it('says what is so while a page is slow, when it fails, is not there, or is not theirs', async () => {
  const some: Condition[] = ['1280 px', '320 px']
  const all = places()
  for (const { route, path, as } of all.filter(({ asks }) => asks).sort(byRole)) {
    await visitor.become(as)
    const held = Promise.withResolvers<void>()
    const others = (url: URL) => /^\/(api|example)\//.test(url.pathname) && !/\/(me|cast)$/.test(url.pathname)
    await page.route(others, async (route) => {
      await held.promise
      await route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'fault', title: 'Something went wrong', status: 500, reference: 'r4nd0m' }),
      })
    })
    await page.goto(path)
    await page
      .getByText(/^Loading/)
      .first()
      .waitFor()
    // The heading may still be on its way.
    found.push(...(await barriers(page, `${route}, slow`, some)).filter((fault) => !fault.endsWith('has 0 h1')))
    held.resolve()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    found.push(...(await barriers(page, `${route}, failed`, some)))
    await page.unroute(others)
    // The page notes what failed for whoever looks into it.
    visitor.faults.splice(0)
  }

  const notThere = 'We cannot find that page'
  const away = all.flatMap(({ path, as, missing, refused, closed }) => [
    ...(missing ? [{ as, path: missing, h1: notThere }] : []),
    ...(refused ? [{ as: refused, path, h1: /You cannot see this page|We cannot find that page/ }] : []),
    ...(closed ? [{ as: null, path, h1: /^Sign in/ }] : []),
  ])
  // Each of these pages is one and the same on every address: looked at once for each sort of visitor.
  const looked = new Set<string>()
  let as: Role | null | undefined
  for (const one of away.sort(byRole)) {
    if (one.as === as) await follow(page, '/privacy')
    else {
      as = one.as
      await visitor.become(as)
      await open(page, '/privacy')
    }
    await heading('Privacy').waitFor()
    await follow(page, one.path)
    await heading(one.h1).waitFor()
    const sight = `${one.h1}, for ${as}`
    if (!looked.has(sight)) found.push(...(await barriers(page, sight, some)))
    looked.add(sight)
  }
  expectNothingFound()
}, 900_000)

const byRole = (a: { as: Role | null }, b: { as: Role | null }) => String(a.as).localeCompare(String(b.as))

/** Answers a GET of one address as the test says. */
async function withAnswer(path: string, body: unknown, walk: () => Promise<void>) {
  const its = (url: URL) => url.pathname === path
  await page.route(its, (route) =>
    route.request().method() === 'GET' ? route.fulfill({ json: body }) : route.fallback(),
  )
  await walk()
  await page.unroute(its)
}

it('says what would be here where there is nothing yet', async () => {
  await visitor.become(null)
  await open(page, '/events?words=nothing-is-called-so')
  await page.getByText('No event to come fits all of that.').waitFor()
  await look('events, nothing found')
  const full = (await example.get('/api/events')).events.find(({ bar }: { bar: unknown }) => bar)
  await open(page, `/events/${full.id}`)
  await look('event, full')
  await visitor.become('sub-group')
  for (const [path, words] of [
    ['/bookings', 'What you book will be here.'],
    ['/certificates', 'Your certificates will be here.'],
  ] as const) {
    await open(page, path)
    await page.getByText(words).waitFor()
    await look(`${path}, nothing yet`)
  }
  await visitor.become('coordinator')
  await open(page, '/messages?state=dead')
  await look('messages, none like this')
  await withAnswer('/api/texts', { urgent: [], texts: [], more: 0, longest: 600 }, async () => {
    await open(page, '/texts')
    await page.getByText('No text is waiting').waitFor()
    await look('texts, none')
  })
  const nobody = {
    entries: [],
    total: 0,
    toCall: 0,
    calledToday: [],
    paused: null,
    ceiling: 20,
    made: 0,
    left: 20,
    week: '14 to 20 September',
  }
  await withAnswer('/api/phone-round', nobody, async () => {
    await open(page, '/phone-round')
    await page.getByText('Nobody is to be rung today').waitFor()
    await look('phone round, nobody')
  })
  await open(page, '/answers?words=nobody-is-called-so')
  await page.getByText('Nobody by that name').waitFor()
  await look('type in, nobody found')
  await withAnswer('/api/registers', { registers: [], total: 0, page: 1, pages: 0 }, async () => {
    await open(page, '/registers')
    await page.getByText('Registers will be here.').waitFor()
    await look('registers, none')
  })
  await withAnswer('/example/mail', [], async () => {
    await open(page, '/mailbox')
    await page.getByText('Emails will be here.').waitFor()
    await look('mailbox, none')
  })
  expectNothingFound()
}, 900_000)

it('leads from a refused form to what is wrong, and keeps what was typed', async () => {
  await visitor.become(null)
  await open(page, '/sign-in')
  await page.getByLabel('Work email address').fill('not an address')
  await press('Send me a code')
  await expectErrorSummary('sign in')
  expect(await page.getByLabel('Work email address').inputValue()).toBe('not an address')
  await page.getByLabel('Work email address').fill('ottoline.newcomer@riverside.example')
  await press('Send me a code')
  await heading('Type the code from your email').waitFor()
  await page.getByLabel('Six-digit code').fill('12')
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click()
  await expectErrorSummary('sign-in code')
  const to = 'ottoline.newcomer@riverside.example'
  await expect.poll(async () => (await example.mail(to)).length).toBe(1)
  const code = /^\d{6}$/m.exec((await example.mail(to))[0]?.text ?? '')?.[0] ?? ''
  await page.getByLabel('Six-digit code').fill(`${code.slice(0, 2)} ${code.slice(2, 4)}-${code.slice(4)}`)
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
  await open(page, '/me')
  await page.getByText('We keep nothing else about you yet').waitFor()
  await look('your details, newcomer')
  const { id } = (await example.get('/api/events')).events.find(
    ({ bookingOpen }: { bookingOpen: boolean }) => bookingOpen,
  )
  await open(page, `/events/${id}/book`)
  await heading('Your details').waitFor()
  await press('Continue')
  await expectErrorSummary('details for booking')

  await open(page, '/events')
  await page.locator('summary').first().click()
  await look('events, filters open')
  await page.getByLabel('Year').first().fill('26')
  await press('Apply filters')
  await expectErrorSummary('filters')

  await visitor.become('coordinator')
  await open(page, '/texts')
  const many = await page.getByRole('button', { name: 'Take something out' }).count()
  if (many > 0) {
    await press('Take something out')
    await page.getByLabel('What may stand').fill('')
    await page
      .locator('form', { has: page.getByLabel('What may stand') })
      .getByRole('button')
      .first()
      .click()
    await expectErrorSummary('text to clear')
  }

  await withAnswer('/api/second-factor', { isEnrolled: true, recoveryCodesLeft: 10 }, async () => {
    await open(page, '/second-factor')
    await heading('Type the code from your app').waitFor()
    await look('second factor')
    await press('Go on')
    await expectErrorSummary('second factor')
  })
  const invitation = {
    role: 'coordinator',
    email: 'someone.else@riverside.example',
    isAccepted: false,
    needsFirstAgency: false,
  }
  await withAnswer('/api/enrolments/given', invitation, async () => {
    await open(page, '/enrol/given')
    await look('invitation, signed in as another')
  })
  const me = await example.get('/api/me', 'coordinator')
  await withAnswer('/api/enrolments/given', { ...invitation, email: me.email }, async () => {
    await open(page, '/enrol/given')
    await look('invitation')
  })
  await withAnswer('/api/enrolments/given', { ...invitation, email: me.email, isAccepted: true }, async () => {
    await open(page, '/enrol/given')
    await look('invitation, set up the app')
  })
  expectNothingFound()
}, 900_000)

it('says what was done with a draft, whose number is wrong, and that settings and periods were understood', async () => {
  const said = (words: string) => page.getByRole('region', { name: 'Done' }).getByText(words).waitFor()
  await visitor.become('coordinator')
  await open(page, `/reports/${report}`)
  await page.getByText('Write the decisions that the cover asks for').click()
  await page.getByLabel('Decision 1').fill('Go on with the neglect toolkit')
  await press('Save the decisions')
  await said('The decisions are written.')

  await page.getByText('Record that the sub-group agreed it').click()
  const hint = /^For example, (\d+ \d+ \d+)$/.exec((await page.locator('#field-on-hint').textContent()) ?? '')
  const boxes = ['#field-on', '#field-on-month', '#field-on-year']
  for (const [n, part] of (hint?.[1] ?? '').split(' ').entries()) await page.locator(boxes[n] ?? '').fill(part)
  const agency = page.locator('.present input').nth(3)
  const name = await page.locator('.present label').nth(3).textContent()
  await agency.fill('5x')
  await press('Record the agreement')
  await expectErrorSummary('agreement')
  const only = page.locator('.govuk-error-summary li')
  expect(await only.allTextContents()).toEqual([`${name}: Enter how many were there`])
  await only.getByRole('link').click()
  expect(await agency.evaluate((one) => one === document.activeElement)).toBe(true)

  await page.getByText('Throw the draft away').click()
  await press('Throw it away')
  await said('The draft is thrown away.')
  await page.reload()
  await heading('Reports').waitFor()
  expect(await page.getByRole('region', { name: 'Done' }).count()).toBe(0)

  await open(page, '/impact/period')
  await page.getByLabel('From the start of').selectOption({ index: 2 })
  await page.getByLabel('To the end of').selectOption({ index: 0 })
  await press('Show the period')
  await expectErrorSummary('period')

  await visitor.become('administrator')
  await open(page, '/settings')
  await press('Save')
  await said('Nothing was changed.')
  await page.getByLabel('People who must have come').fill('1e1')
  await press('Save')
  await expectErrorSummary('settings')
  await page.getByLabel('People who must have come').fill('12')
  await press('Save')
  await said('1 setting is changed.')
  expectNothingFound()
}, 900_000)

it('shows each page of an e-mail or a day code well, in each of its states', async () => {
  await visitor.become(null)
  const token = (purpose: 'answer' | 'opt-out' | 'certificate', id: number) => makeToken(secrets, purpose, id)
  await example.forward('PT1M')
  const shown = async (name: string, path: string, h1: string | RegExp) => {
    await page.goto(path)
    await heading(h1).waitFor()
    await look(name)
  }

  const [letter] = (await example.mail()).filter(({ html }) => /\/answer\/[^"]*\/routine"/.test(html)).slice(-1)
  const answer = /\/answer\/[\w.-]+/.exec(letter?.html ?? '')?.[0] ?? ''
  const optOut = /\/opt-out\/[\w.-]+/.exec(letter?.html ?? '')?.[0] ?? ''
  await shown('question one', `${answer}/once`, /^In |^Have/)
  await page.goto(answer)
  await press('Send my answer')
  await expectErrorSummary('question one')
  await page.goto(`${answer}/once`)
  await press('Send my answer')
  await heading('Where are you now?').waitFor()
  for (const section of ['now', 'difference', 'help', 'example']) {
    await page.goto(`${answer}/${section}`)
    await look(`answer, ${section}`)
  }
  await page.locator('textarea').fill('x'.repeat(2_000))
  await press('Save and finish')
  await expectErrorSummary('one time')
  await shown('thank you', `${answer}/done`, 'Thank you: your answer is in')
  await shown('change my answer', `${answer}/change`, /./)
  await shown('answer, no such link', '/answer/nobody/once', 'This link does not work')
  const over = one(
    "select b.id from bookings b join events e on e.id = b.event_id join follow_ups f on f.booking_id = b.id where e.last_on < '2026-01-01' and f.closed_because is null",
  ).id
  await shown('answer, time is over', `/answer/${await token('answer', over)}`, /over|no longer/)
  const absent = one(
    "select booking_id as id from marks where mark = 'absent' and replaced_at is null order by id desc",
  ).id
  await shown('answer, did not come', `/answer/${await token('answer', absent)}`, /not having come|nothing to answer/)

  await shown('opt-out', optOut, 'What should we stop asking about?')
  await press('Stop asking me')
  await heading('We have stopped asking').waitFor()
  await look('opted out')
  await press('Ask me again after all')
  await heading('We will ask you again').waitFor()
  await look('asked again')

  const { number, asked_at } = one(
    'select programme_id * 1000000 + agency_id as number, asked_at from single_agency_returns where told_at is null',
  )
  const agencyReturn = `/agency-return/${await makeDatedToken(secrets, 'single-agency-return', number, asked_at)}`
  await shown('agency’s return', agencyReturn, /taught its own people$/)
  await press('Send the return')
  await expectErrorSummary('agency’s return')
  await page.getByLabel('How many people work there').fill('90')
  await page.getByRole('textbox', { name: 'Neglect Month and year' }).fill('3 2026')
  await page.getByRole('textbox', { name: 'Neglect How many people' }).fill('40')
  await page.getByLabel('Your name').fill('Pat Low')
  await press('Send the return')
  await heading('Thank you: your return is in').waitFor()
  await look('agency’s return, told')
  await shown('agency’s return, no such link', '/agency-return/nobody', 'This link does not work')

  const certificate = one('select id from certificates where withdrawn_at is null order by id desc').id
  const certificatePath = `/certificates/${await token('certificate', certificate)}`
  await shown('certificate', certificatePath, 'Certificate of attendance')
  await shown('certificate, no such link', '/certificates/nobody', 'This link does not work')
  await shown('check', '/check', 'Check a certificate')
  await page.getByLabel('Code on the certificate').fill('ABC')
  await press('Check it')
  await expectErrorSummary('check')
  const code = await certificateCode(secrets, certificate)
  await shown('check, valid', `/check/${code}`, 'This certificate is valid')
  await shown('check, unknown', '/check/0000-0000-0000-0000', 'We hold no record of this certificate')

  const { booking, session } = one(
    `select c.booking_id as booking, m.event_session_id as session from certificates c
     join marks m on m.booking_id = c.booking_id and m.replaced_at is null where c.id = ?`,
    certificate,
  )
  await mark(session, booking, 'absent')
  await expect
    .poll(() => one('select withdrawn_at as at from certificates where id = ?', certificate).at)
    .not.toBeNull()
  await shown('certificate, withdrawn', certificatePath, 'Certificate of attendance')
  await shown('check, withdrawn', `/check/${code}`, 'This certificate was withdrawn')
  await mark(session, booking, 'present')
  await expect
    .poll(() => example.rows('select id from certificates where booking_id = ?', booking).length, { timeout: 20_000 })
    .toBe(2)
  await shown('certificate, replaced', certificatePath, 'Certificate of attendance')
  await shown('check, replaced', `/check/${code}`, 'This certificate was replaced')

  const today = one("select id from events where last_on = '2026-09-15'").id
  const later = one("select id from events where last_on > '2026-09-20' order by last_on").id
  const gone = one("select id from events where last_on < '2026-09-01' order by last_on desc").id
  await shown('day code, nowhere', '/day', 'Your day code')
  await shown('day code, early', `/day/${later}`, 'Your day code')
  const early = one("select day_code as code from bookings where event_id = ? and state = 'confirmed'", later).code
  await shown('end of the day, early', `/day/${later}/${early}`, 'Not open yet')
  await shown('day code, over', `/day/${gone}`, 'These questions are closed')
  await shown('day code', `/day/${today}`, 'Your day code')
  await page.getByLabel('Day code').fill('000000')
  await press('Go on')
  await expectErrorSummary('day code')
  const [mine, other] = example.rows(
    "select day_code as code from bookings where event_id = ? and state = 'confirmed'",
    today,
  )
  await shown('end of the day', `/day/${today}/${mine.code}`, /two minutes before you go/)
  await page.getByLabel('In your own words').fill('y'.repeat(2_000))
  await press('Save my answers')
  await expectErrorSummary('end of the day')
  await page.getByLabel('In your own words').fill('Ask about the other children in the house')
  await press('Save my answers')
  await heading(/^Thank you/).waitFor()
  await look('end of the day, saved')
  await page.goto(`/day/${today}/${other.code}`)
  await press('Skip: just my certificate')
  await heading(/^Skipped/).waitFor()
  expectNothingFound()
}, 900_000)

async function mark(session: number, bookingId: number, mark: string) {
  const { cookie } = await example.signIn('coordinator')
  const answer = await fetch(`${example.origin}/api/event-sessions/${session}/marks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, origin: example.origin },
    body: JSON.stringify({ marks: [{ bookingId, mark }] }),
  })
  expect(answer.ok, await answer.text()).toBe(true)
}

it('shows each kind of letter well, as its reader opens it', async () => {
  const kinds = new Map<string, string>()
  for (const { html, subject } of await example.mail())
    kinds.set(subject.replace(/^.* – |: .*$|^[^ ]+, /g, '').replace(/(after) .*/, '$1'), html)
  expect(kinds.size).toBeGreaterThanOrEqual(4)
  // Its frame runs no script, not even axe: the same letter on a page of its own.
  await page.goto('about:blank')
  for (const [kind, html] of kinds) {
    await page.setContent(html)
    found.push(...(await barriers(page, `letter “${kind}”`)).filter((fault) => !fault.endsWith('has 0 h1')))
    await shoot(page, `letter-${kind}`)
  }
  expectNothingFound()
}, 900_000)

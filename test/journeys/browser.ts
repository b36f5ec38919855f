/** A browser, the example to visit, and what every page must pass. One of the parts of the journeys. */
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Role } from '#server/people/input.ts'

const find = createRequire(import.meta.url)
const root = new URL('../..', import.meta.url).pathname

// Chromium

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const howToGetOne = `The browser journeys need Chromium, and none was found. Any one of these will do:
  - set CHROMIUM_PATH to the program of a Chromium or Chrome
  - install it: "apt-get install chromium" on Debian, or Google Chrome
  - "npm ci" with the development packages: @sparticuz/chromium brings one for Linux on x64`

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
]

/** The one from npm is a shell without windows: it takes a fifth of the work of a whole Chromium for each page that is opened. */
const isShellRunnable = process.platform === 'linux' && process.arch === 'x64'

/** Chromium of CHROMIUM_PATH, from npm where it runs, or of the system. @throws Error that says how to get one */
export async function openBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM_PATH
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is not there.\n${howToGetOne}`)
  const path = named || (isShellRunnable ? undefined : installed.find((one) => existsSync(one)))
  if (path) return chromium.launch({ executablePath: path, args: flags })
  const unpacked = await fromPackage()
  const env = {
    ...process.env,
    HOME: process.env.HOME ?? unpacked,
    FONTCONFIG_FILE: join(unpacked, 'fonts.conf'),
    LD_LIBRARY_PATH: [join(unpacked, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
  } as Record<string, string>
  try {
    return await chromium.launch({ executablePath: join(unpacked, 'chromium'), args: flags, env })
  } catch (error) {
    throw new Error(`The Chromium of @sparticuz/chromium did not start.\n${howToGetOne}`, { cause: error })
  }
}

/** Unpacks the one from npm, once a version, with the libraries and fonts that a bare machine lacks. */
async function fromPackage(): Promise<string> {
  let version: string
  try {
    const folder = new URL('../../node_modules/@sparticuz/chromium/', import.meta.url)
    version = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')).version
  } catch (cause) {
    throw new Error(howToGetOne, { cause })
  }
  const place = join(tmpdir(), `afterwards-chromium-shell-${version}`)
  if (existsSync(place)) return place
  const draft = mkdtempSync(`${place}-`)
  try {
    // The package unpacks into the temporary folder, and its libraries only where it thinks it is on Amazon Linux.
    const script = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    })
    writeFileSync(join(draft, 'fonts.conf'), fontsOf(place))
    renameSync(draft, place)
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true })
    // Two test files at once: the other was first.
    if (!existsSync(place)) throw new Error(`@sparticuz/chromium could not be unpacked.\n${howToGetOne}`, { cause })
  }
  return place
}

/** The fonts of the system where it has any, and those of the package, whose own list knows only Amazon's folders. */
const fontsOf = (place: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(place, 'fonts')}</dir>
  <cachedir>${join(place, 'fonts-cache')}</cachedir>
</fontconfig>
`

// The example

export interface Letter {
  id: number
  to: string
  subject: string
  sentAt: number
  html: string
  text: string
  headers: Record<string, string>
  attachments: { filename: string; type: string; content: string }[]
}

export interface Example {
  origin: string
  /** The mailbox, newest first: all, or of one address. */
  mail(to?: string): Promise<Letter[]>
  /** Moves the clock by an ISO duration; the new time in ms UTC. */
  forward(duration: string): Promise<number>
  now(): Promise<number>
  /** A GET of the API as one of the cast, or as whoever holds the cookie. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the route answered
  get(path: string, as?: Role | { cookie: string }): Promise<any>
  signIn(as: Role): Promise<{ cookie: string; person: { id: number; name: string } }>
  /** Rows of the file itself, read-only. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the row holds
  rows(query: string, ...values: (string | number)[]): any[]
  stop(): Promise<void>
}

/** Starts the example as `npm start` does after its build, in a folder and on a port of its own. */
export async function startExample(): Promise<Example> {
  if (!existsSync(join(root, 'dist/web/index.html')))
    throw new Error('The front end is not built: run "npm test", or "npm run build" before a single test file')
  const folder = mkdtempSync(join(tmpdir(), 'afterwards-journey-'))
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'server/node.ts'], {
    cwd: root,
    env: { PATH, HOME, PORT: '0', DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const origin = await new Promise<string>((resolve, reject) => {
    let said = ''
    const hear = (words: Buffer) => {
      said = (said + words).slice(-4000)
      const ready = /ready at (http:\S+)/.exec(said)?.[1]
      if (ready) resolve(ready)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', (code) => reject(new Error(`The example ended with ${code} before it was ready:\n${said}`)))
  })
  process.once('exit', () => child.kill())

  const post = async (path: string, body: unknown) => {
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`)
    return answer
  }
  const signedIn = new Map<Role, Promise<{ cookie: string; person: { id: number; name: string } }>>()
  const signIn = (as: Role) => {
    const before = signedIn.get(as)
    if (before) return before
    const now = post('/example/sign-in', { as }).then(async (answer) => ({
      cookie: answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])[0] ?? '',
      person: await answer.json(),
    }))
    signedIn.set(as, now)
    return now
  }
  const example: Example = {
    origin,
    async mail(to) {
      const all: Letter[] = await (await fetch(`${origin}/example/mail`)).json()
      return to ? all.filter((letter) => letter.to === to) : all
    },
    async forward(duration) {
      return (await (await post('/example/clock', { advance: duration })).json()).now
    },
    async now() {
      return (await (await fetch(`${origin}/api/me`)).json()).now
    },
    async get(path, as) {
      const { cookie } = as === undefined ? { cookie: '' } : typeof as === 'string' ? await signIn(as) : as
      const answer = await fetch(origin + path, { headers: { cookie } })
      if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`)
      return answer.json()
    },
    signIn,
    rows(query, ...values) {
      const file = new DatabaseSync(join(folder, 'example.db'), { readOnly: true })
      try {
        return file.prepare(query).all(...values)
      } finally {
        file.close()
      }
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.removeAllListeners('exit')
      child.once('exit', () => rmSync(folder, { recursive: true, force: true }))
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await Promise.race([ended, gone])
    },
  }
  return example
}

// Visitors

export interface Visitor {
  page: Page
  /** What no page may do: write an error, break its own policy, ask another host. */
  faults: string[]
  /** Signs this browser in as one of the cast, or out, without leaving the page. */
  become(as: Role | null): Promise<void>
  close(): Promise<void>
}

/** A browser of one person: its own cookies, watched throughout. */
export async function visit(
  browser: Browser,
  example: Pick<Example, 'origin' | 'signIn'>,
  options: BrowserContextOptions & { as?: Role } = {},
): Promise<Visitor> {
  const { as, ...rest } = options
  const context = await browser.newContext({
    baseURL: example.origin,
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: 'reduce',
    ...rest,
  })
  context.setDefaultTimeout(15_000)
  const faults: string[] = []
  context.on('console', (message) => {
    if (message.type() !== 'error') return
    // The browser's own note of an answer that says no; what the page makes of it is for the test.
    if (/^Failed to load resource: (the server responded with a status of|net::ERR_FAILED)/.test(message.text())) return
    faults.push(`${message.page()?.url()} wrote: ${message.text()}`)
  })
  context.on('weberror', (error) => faults.push(`${error.page()?.url()} threw: ${error.error().message}`))
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (/^https?:$/.test(url.protocol) && url.origin !== example.origin) faults.push(`asked another host: ${url}`)
  })
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`Content-Security-Policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
    )
  })
  const become = async (role: Role | null) => {
    await context.clearCookies()
    if (role === null) return
    const [name = '', value = ''] = (await example.signIn(role)).cookie.split('=')
    await context.addCookies([{ name, value, url: example.origin, httpOnly: true, sameSite: 'Lax' }])
  }
  if (as) await become(as)
  const page = await context.newPage()
  return { page, faults, become, close: () => context.close() }
}

/** Opens an address of the app and waits for the page: its own one h1, or the words of what went wrong. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('main h1').first().waitFor()
}

/** Goes there without loading anew, as a link of the app does. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.createElement('a')
    link.href = href
    link.setAttribute('link', '')
    document.querySelector('main')?.append(link)
    link.click()
    link.remove()
  }, path)
}

/** Nothing is kept in the browser but the sign-in cookie, which script cannot read, and how far pages were scrolled (trust.md S27). */
export async function expectNothingStored(page: Page): Promise<void> {
  const { session, ...rest } = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: (await indexedDB.databases()).map(({ name }) => name),
    cookies: document.cookie,
  }))
  const { 'solid-router:scroll': scrolled = '{}', ...others } = session
  expect(scrolled).toMatch(/^\{("\d+":\d+,?)*\}$/)
  expect({ ...rest, session: others }).toEqual({ local: {}, session: {}, databases: [], cookies: '' })
}

// What every page must pass

const axe = readFileSync(find.resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

export const conditions = ['1280 px', 'forced colours', '200 % text', '320 px'] as const
export type Condition = (typeof conditions)[number]

export const wide = { width: 1280, height: 900 }
export const phone = { width: 320, height: 640 }

/** What forced colours can spoil, and what larger text can: the page is the same one, looked at in full at both widths. */
const spoiltBy: Partial<Record<Condition, string[]>> = {
  'forced colours': ['color-contrast', 'link-in-text-block'],
  '200 % text': ['target-size', 'scrollable-region-focusable'],
}

/**
 * What axe finds, what scrolls sideways, and whether there is one h1 and a title, in each condition; nothing when all is well.
 * Leaves the page as it was.
 * @param name said with each
 */
export async function barriers(page: Page, name: string, under: readonly Condition[] = conditions): Promise<string[]> {
  const before = page.viewportSize() ?? wide
  const found: string[] = []
  for (const condition of under) {
    await resize(page, condition === '320 px' ? phone : wide)
    if (condition === 'forced colours') await page.emulateMedia({ forcedColors: 'active' })
    if (condition === '200 % text') await page.evaluate(enlarge).then(() => page.evaluate(drawn))
    found.push(...(await faultsOf(page, condition)).map((fault) => `${name}, ${condition}: ${fault}`))
    if (condition === 'forced colours') await page.emulateMedia({ forcedColors: 'none' })
    if (condition === '200 % text') await page.evaluate(restore)
  }
  await resize(page, before)
  return found
}

async function resize(page: Page, to: { width: number; height: number }): Promise<void> {
  const { width, height } = page.viewportSize() ?? {}
  if (width === to.width && height === to.height) return
  await page.setViewportSize(to)
  await page.evaluate(drawn)
}

/** In the page: what it does when sizes change is done. */
const drawn = () => new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)))

async function faultsOf(page: Page, condition: Condition): Promise<string[]> {
  const values = spoiltBy[condition]
  const runOnly = values ? { type: 'rule', values } : { type: 'tag', values: tags }
  const found = await page.evaluate(runAxe, runOnly)
  if (found) return found
  await page.evaluate(axe)
  await page.evaluate(readPaintedColour)
  return (await page.evaluate(runAxe, runOnly)) ?? ['axe did not start']
}

/** In the page; null where axe is not there yet. */
async function runAxe(runOnly: { type: string; values: readonly string[] }): Promise<string[] | null> {
  // biome-ignore lint/suspicious/noExplicitAny: put there before
  const { axe } = window as any
  if (!axe) return null
  const { violations } = await axe.run(document, {
    runOnly,
    resultTypes: ['violations'],
    elementRef: false,
    iframes: false,
  })
  const found: string[] = []
  for (const { id, nodes } of violations)
    for (const { target, failureSummary } of nodes) found.push(`${id} at ${target}: ${failureSummary}`)
  const room = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth > room) {
    const widest = [...document.querySelectorAll('body *')].filter((one) => {
      const { right, width } = one.getBoundingClientRect()
      return width > 0 && right > room + 1
    })
    const names = widest.slice(0, 3).map((one) => `<${one.localName} class="${one.getAttribute('class') ?? ''}">`)
    found.push(`scrolls sideways by ${document.documentElement.scrollWidth - room} px: ${names.join(' ')}`)
  }
  const headings = document.querySelectorAll('h1').length
  if (headings !== 1) found.push(`has ${headings} h1`)
  if (!document.title.trim()) found.push('has no title')
  if (document.documentElement.lang.slice(0, 2) !== 'en') found.push('has no lang')
  if (document.querySelector('[tabindex]:not([tabindex="0"],[tabindex="-1"])')) found.push('has a positive tabindex')
  return found
}

/**
 * axe takes the colour of a text from -webkit-text-fill-color, which Chromium reports as it was before colours were forced;
 * it paints the other one. No style of ours sets it.
 */
function readPaintedColour() {
  const { getPropertyValue } = CSSStyleDeclaration.prototype
  CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
    return getPropertyValue.call(this, name === '-webkit-text-fill-color' ? 'color' : name)
  }
}

/** Every text twice as large, as a browser that enlarges text alone does. */
function enlarge() {
  const all = [...document.querySelectorAll<HTMLElement>('body, body *')]
  const sizes = all.map((one) => Number.parseFloat(getComputedStyle(one).fontSize))
  for (const [n, one] of all.entries()) {
    if (one instanceof SVGElement) continue
    one.dataset.sizeBefore = one.style.fontSize
    one.style.fontSize = `${(sizes[n] ?? 16) * 2}px`
  }
}

function restore() {
  for (const one of document.querySelectorAll<HTMLElement>('[data-size-before]')) {
    one.style.fontSize = one.dataset.sizeBefore ?? ''
    if (one.getAttribute('style') === '') one.removeAttribute('style')
    delete one.dataset.sizeBefore
  }
}

/** Keeps a picture where SHOTS names a folder, for looking at; no test reads it. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  const before = page.viewportSize() ?? wide
  for (const size of [wide, phone]) {
    await page.setViewportSize(size)
    await page.screenshot({
      path: join(folder, `${name.replaceAll(/[^\w-]+/g, '-')}-${size.width}.png`),
      fullPage: true,
    })
  }
  await page.setViewportSize(before)
}

/**
 * A mail scanner as large organisations run them: it opens every link of a message before its reader does. The first kind
 * fetches and runs script; the second also presses every control it finds. What it does must change nothing that counts
 * (trust.md S16).
 */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'

/** What a scanner sees of a message. */
export interface Scanned {
  html: string
  text: string
  headers?: Record<string, string> | undefined
}

/** Every address in a message, wherever it stands: links, plain text, and the headers that mail programs act on. */
export function linksIn({ html, text, headers = {} }: Scanned): string[] {
  const plain = html.replaceAll('&amp;', '&')
  const found = [plain, text, ...Object.values(headers)].flatMap((part) => part.match(/https?:\/\/[^\s"'<>)]+/g) ?? [])
  return [...new Set(found)]
}

/** HEAD and two GETs of each, without cookies; the answers' statuses. */
export async function fetchEach(links: readonly string[]): Promise<number[]> {
  const statuses: number[] = []
  for (const link of links)
    for (const method of ['HEAD', 'GET', 'GET']) {
      const answer = await fetch(link, { method })
      await answer.arrayBuffer()
      statuses.push(answer.status)
    }
  return statuses
}

/** Opens each in a browser of its own that runs script, and stays ten seconds. */
export async function openEach(browser: Browser, links: readonly string[]): Promise<void> {
  await twoAtOnce(links, (link) => alone(browser, (page, traffic) => stay(page, traffic, link)))
}

/** A scanner has many hands; a test machine has two. */
async function twoAtOnce(links: readonly string[], visit: (link: string) => Promise<void>): Promise<void> {
  const left = [...links]
  const hand = async () => {
    for (let link = left.shift(); link !== undefined; link = left.shift()) await visit(link)
  }
  await Promise.all([hand(), hand()])
}

/**
 * Opens each and presses every control once: forms empty, forms with the first of everything, buttons. Then does the same
 * on the pages that those presses led to, as deep as `depth`.
 * @returns what was pressed, as `page path: words`
 */
export async function pressEverything(browser: Browser, links: readonly string[], depth = 2): Promise<string[]> {
  const pressed: string[] = []
  const known = new Set<string>()
  let open = [...links]
  for (let level = 0; level < depth && open.length > 0; level++) {
    const next: string[] = []
    const fresh = [...new Set(open)].filter((link) => !known.has(link))
    for (const link of fresh) known.add(link)
    await twoAtOnce(fresh, (link) =>
      alone(browser, async (page, traffic) => {
        await stay(page, traffic, link)
        let isFresh = true
        const count = await page.evaluate((all) => document.querySelectorAll(all).length, controls)
        for (let n = 0; n < count; n++)
          for (const way of ['empty', 'first of everything'] as const) {
            if (!isFresh) await stay(page, traffic, link)
            isFresh = false
            const control = await page.evaluate(prepare, { controls, n, way })
            if (!control) continue
            if (control.at) await page.mouse.click(...control.at)
            await settled(page, traffic)
            pressed.push(`${new URL(link).pathname}: ${control.words} (${way})`)
            next.push(page.url())
            // A scanner comes back with what the page left it, but a page of its own.
            await page.context().clearCookies()
            // Nothing to fill in: the other way would be the same press.
            if (!control.hasFields) break
          }
      }),
    )
    open = next.filter((url) => /^https?:/.test(url))
  }
  return pressed
}

const controls = 'button, input[type=submit], input[type=image], summary, [role=button]'

interface Control {
  words: string
  /** Whether there is anything to fill in on its page. */
  hasFields: boolean
  /** Where to press it; null when something lies over it, and it was pressed by script. */
  at: [x: number, y: number] | null
}

/** Fills the page in and finds its n-th control, in the page; nothing when it is not to be seen. */
function prepare(asked: { controls: string; n: number; way: 'empty' | 'first of everything' }): Control | null {
  const control = document.querySelectorAll<HTMLElement>(asked.controls)[asked.n]
  if (!control?.checkVisibility({ visibilityProperty: true })) return null
  const words = (control.textContent ?? '').trim()
  const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].filter(
    ({ type }) => type !== 'hidden' && type !== 'submit' && type !== 'image',
  )
  const choices = document.querySelectorAll('select')
  const isChoice = ({ type }: HTMLInputElement) => type === 'radio' || type === 'checkbox'
  for (const field of fields) {
    if (isChoice(field)) field.checked = false
    else field.value = asked.way === 'empty' ? '' : 'a'
  }
  if (asked.way === 'first of everything') {
    const named = new Set<string>()
    for (const field of fields.filter(isChoice)) {
      if (!named.has(field.name)) field.checked = true
      named.add(field.name)
    }
    for (const choice of choices) choice.selectedIndex = Math.min(1, choice.length - 1)
  }
  const hasFields = fields.length + choices.length > 0
  control.scrollIntoView({ block: 'center', behavior: 'instant' })
  const { left, top, width, height } = control.getBoundingClientRect()
  const at: Control['at'] = [left + width / 2, top + height / 2]
  if (control.contains(document.elementFromPoint(...at))) return { words, hasFields, at }
  control.click()
  return { words, hasFields, at: null }
}

async function alone(browser: Browser, visit: (page: Page, traffic: Traffic) => Promise<void>): Promise<void> {
  const context: BrowserContext = await browser.newContext({ acceptDownloads: false })
  context.setDefaultTimeout(15_000)
  await context.clock.install()
  const page = await context.newPage()
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined))
  try {
    await visit(page, watch(page))
  } finally {
    await context.close()
  }
}

/** What a page asks for. */
interface Traffic {
  /** How many requests so far. */
  asked: number
  open: Set<Request>
  /** When none is open. */
  answered(): Promise<void>
}

function watch(page: Page): Traffic {
  const waiting: (() => void)[] = []
  const traffic: Traffic = {
    asked: 0,
    open: new Set(),
    async answered() {
      if (traffic.open.size === 0) return
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      // One that its page left behind may never be said to end.
      const limit = setTimeout(() => {
        traffic.open.clear()
        resolve()
      }, 5_000)
      await promise
      clearTimeout(limit)
    },
  }
  const end = (request: Request) => {
    traffic.open.delete(request)
    if (traffic.open.size === 0) for (const resolve of waiting.splice(0)) resolve()
  }
  page.on('request', (request) => {
    traffic.asked++
    traffic.open.add(request)
  })
  page.on('requestfinished', end)
  page.on('requestfailed', end)
  return traffic
}

/** Ten seconds of the page's own time pass, so that whatever waits for a person has its turn. */
async function stay(page: Page, traffic: Traffic, link: string): Promise<void> {
  // A link to a file is a download, which ends the visit; its request is never said to end.
  const isPage = await page.goto(link).then(
    () => true,
    () => false,
  )
  if (!isPage) traffic.open.clear()
  const hasScript = await page.evaluate(() => document.scripts.length > 0).catch(() => true)
  if (hasScript) await settled(page, traffic)
  await page.clock.runFor(10_000).catch(() => undefined)
  if (hasScript) await settled(page, traffic)
}

/** Loaded, all answered, and nothing more asked for in a tenth of a second of the page's own thread. */
async function settled(page: Page, traffic: Traffic): Promise<void> {
  let asked: number
  do {
    asked = traffic.asked
    await traffic.answered()
    await page.waitForLoadState('load').catch(() => undefined)
    // A page that leaves meanwhile ends this, and has asked for another.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100))).catch(() => undefined)
  } while (traffic.asked !== asked || traffic.open.size > 0)
}

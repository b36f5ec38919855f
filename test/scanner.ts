/**
 * A mail scanner as large organisations run them: it opens every link of a message before its reader does. The first kind
 * fetches and runs script; the second also presses every control it finds. What it does must change nothing that counts
 * (trust.md S16).
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'

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
  await twoAtOnce(links, (link) => alone(browser, (page) => stay(page, link)))
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
      alone(browser, async (page) => {
        await stay(page, link)
        let isFresh = true
        const count = await controls(page).count()
        for (let n = 0; n < count; n++)
          for (const way of ['empty', 'first of everything'] as const) {
            if (!isFresh) await stay(page, link)
            isFresh = false
            const control = controls(page).nth(n)
            if (!(await control.isVisible().catch(() => false))) continue
            const words = ((await control.textContent()) ?? '').trim()
            await fillIn(page, way)
            await control.click({ timeout: 3_000 }).catch(() => undefined)
            await settled(page)
            pressed.push(`${new URL(link).pathname}: ${words} (${way})`)
            next.push(page.url())
            // A scanner comes back with what the page left it, but a page of its own.
            await page.context().clearCookies()
          }
      }),
    )
    open = next.filter((url) => /^https?:/.test(url))
  }
  return pressed
}

const controls = (page: Page) => page.locator('button, input[type=submit], input[type=image], summary, [role=button]')

async function fillIn(page: Page, way: 'empty' | 'first of everything'): Promise<void> {
  await page.evaluate((way) => {
    for (const field of document.querySelectorAll<HTMLInputElement>('input, textarea')) {
      const isChoice = field.type === 'radio' || field.type === 'checkbox'
      if (field.type === 'hidden') continue
      if (isChoice) field.checked = false
      else field.value = way === 'empty' ? '' : 'a'
    }
    if (way === 'empty') return
    const named = new Set<string>()
    for (const field of document.querySelectorAll<HTMLInputElement>('input[type=radio], input[type=checkbox]')) {
      if (!named.has(field.name)) field.checked = true
      named.add(field.name)
    }
    for (const choice of document.querySelectorAll('select')) choice.selectedIndex = Math.min(1, choice.length - 1)
  }, way)
}

async function alone(browser: Browser, visit: (page: Page) => Promise<void>): Promise<void> {
  const context: BrowserContext = await browser.newContext({ acceptDownloads: false })
  context.setDefaultTimeout(15_000)
  await context.clock.install()
  const page = await context.newPage()
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined))
  try {
    await visit(page)
  } finally {
    await context.close()
  }
}

/** Ten seconds of the page's own time pass, so that whatever waits for a person has its turn. */
async function stay(page: Page, link: string): Promise<void> {
  // A link to a file is a download, which ends the visit.
  await page.goto(link).catch(() => undefined)
  await settled(page)
  let asked = false
  const note = () => {
    asked = true
  }
  page.on('request', note)
  await page.clock.runFor(10_000).catch(() => undefined)
  page.off('request', note)
  if (asked) await settled(page)
}

/** Loaded; and where script runs, quiet. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load').catch(() => undefined)
  if ((await page.locator('script[src]').count()) > 0) await page.waitForLoadState('networkidle').catch(() => undefined)
}

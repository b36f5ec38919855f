/** The answer page in Chromium on a simulated slow 4G line: what it weighs and when the largest of it is painted. */
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

/** Chrome's own preset: 1.6 Mbit/s less a tenth, 150 ms round trips times 3.75 for one request. */
const slow4G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1.6 * 1_000_000 * 0.9) / 8,
  uploadThroughput: (0.75 * 1_000_000 * 0.9) / 8,
}

async function browserPath(): Promise<{ executablePath: string; args: string[] }> {
  for (const path of [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'])
    if (path && existsSync(path)) return { executablePath: path, args: [] }
  const { default: packaged } = await import('@sparticuz/chromium')
  return { executablePath: await packaged.executablePath(), args: packaged.args }
}

/** The median of five first visits: milliseconds until the largest paint, and bytes with all headers over every request. */
export async function largestPaint(url: string): Promise<{ paint: number; bytes: number }> {
  const browser = await chromium.launch({ ...(await browserPath()), headless: true })
  try {
    const visits: { paint: number; bytes: number }[] = []
    for (let n = 0; n < 5; n++) {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 })
      const page = await context.newPage()
      const line = await context.newCDPSession(page)
      await line.send('Network.enable')
      await line.send('Network.emulateNetworkConditions', slow4G)
      let bytes = 0
      line.on('Network.loadingFinished', ({ encodedDataLength }) => {
        bytes += encodedDataLength
      })
      await page.goto(url, { waitUntil: 'networkidle' })
      const paint = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({
              type: 'largest-contentful-paint',
              buffered: true,
            })
          }),
      )
      visits.push({ paint, bytes })
      await context.close()
    }
    const middle = (of: (visit: { paint: number; bytes: number }) => number) =>
      visits.map(of).toSorted((a, b) => a - b)[2] ?? 0
    return { paint: middle(({ paint }) => paint), bytes: middle(({ bytes }) => bytes) }
  } finally {
    await browser.close()
  }
}

/** The figures in a browser: drawings measured in the page's own type, and a figure as it is read, pressed and printed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { NodePackageImporter } from 'sass'
import { build } from 'vite'
import solid from 'vite-plugin-solid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawingWidths, drawSvg } from '#server/impact/shared/drawing.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import { asInTheYear, atTheEdges } from '../impact/sample-pictures.ts'
import { openBrowser } from './browser.ts'

const root = new URL('../..', import.meta.url).pathname
const out = mkdtempSync(join(tmpdir(), 'afterwards-figures-'))

const figureOf = (given: Partial<Figure> & Pick<Figure, 'key' | 'part' | 'title'>): Figure => ({
  label: 'do',
  sentence: 'Of 80 people who came, 42 told us what happened next.',
  base: { people: 42, of: 80, words: '42 of 80 who came (53%)' },
  definition: 'Everyone who came is counted once.',
  table: { caption: 'Everyone who came', head: ['Answer', 'People'], rows: [['Started', 1326]], foot: ['All', 1326] },
  picture: null,
  notShown: null,
  drillDown: ['95% interval: 53% to 85%, if the silent are like those who answered.'],
  ...given,
})
const figures: Figure[] = [
  ...Object.entries(asInTheYear).map(([title, picture], i) =>
    figureOf({ key: `figure-${i}`, part: i % 2 === 0 ? 'knowledge' : 'practice', title, picture }),
  ),
  figureOf({ key: 'table-alone', part: 'programme', title: 'Booked and came', label: null, base: null }),
  figureOf({
    key: 'hidden',
    part: 'reach',
    title: 'Who was reached',
    table: null,
    drillDown: [],
    notShown: 'Not shown: too few people answered.',
  }),
]

/** Builds a page of nothing but these figures, with the house's style sheet. */
async function builtPage(): Promise<string> {
  const entry = 'virtual:figures'
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [
      solid(),
      {
        name: 'page-of-figures',
        resolveId: (id) => (id === entry ? join(root, 'web/page-of-figures.js') : null),
        load: (id) =>
          id.endsWith('page-of-figures.js')
            ? `import { render, createComponent } from 'solid-js/web'
import '#web/styles/main.scss'
import { FigureList } from '#web/impact/FigureView.tsx'
render(() => createComponent(FigureList, { figures: ${JSON.stringify(figures)} }), document.querySelector('main'))`
            : null,
      },
    ],
    css: { preprocessorOptions: { scss: { importers: [new NodePackageImporter(root)], quietDeps: true } } },
    build: {
      outDir: out,
      emptyOutDir: true,
      assetsInlineLimit: 200_000,
      cssMinify: false,
      rollupOptions: { input: entry, output: { entryFileNames: 'page.js' } },
    },
  })
  const styles = readdirSync(join(out, 'assets')).find((name) => name.endsWith('.css'))
  const read = (name: string) => readFileSync(join(out, name), 'utf8')
  return `<!doctype html><html lang="en"><head><title>Figures</title><style>${read(`assets/${styles}`)}</style></head>
<body class="govuk-template__body"><div class="page"><main><h1>Figures</h1></main></div>
<script type="module">${read('page.js').replaceAll('</script', '<\\/script')}</script></body></html>`
}

describe('figures in a browser', () => {
  let browser: Browser
  let html: string
  beforeAll(async () => {
    ;[browser, html] = await Promise.all([openBrowser(), builtPage()])
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(out, { recursive: true, force: true })
  })

  const open = async (width: number): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    await page.setContent(html)
    await page.waitForSelector('.figure')
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    return page
  }

  it('every drawing is well-formed, and its words are apart and within its edges as the page’s type really falls', async () => {
    const page = await open(1280)
    for (const [name, picture] of Object.entries({ ...asInTheYear, ...atTheEdges }))
      for (const width of Object.values(drawingWidths)) {
        const svg = drawSvg(picture, { id: 'drawn', title: `<${name}> & so on`, width })
        const faults = await page.evaluate((source) => {
          if (new DOMParser().parseFromString(source, 'image/svg+xml').querySelector('parsererror')) return ['not XML']
          const main = document.querySelector('main')!
          main.innerHTML = source
          const drawing = main.querySelector('svg')!
          const { width, height } = drawing.viewBox.baseVal
          const boxes = [...drawing.querySelectorAll('text')].map((text) => ({
            words: text.textContent,
            size: Number(text.getAttribute('font-size')),
            box: text.getBBox(),
          }))
          const found: string[] = []
          for (const [i, { words, size, box }] of boxes.entries()) {
            // The box is as high as the line; letters fill less of it.
            const [top, bottom] = [box.y + size * 0.2, box.y + box.height - size * 0.15]
            if (box.x < -0.5 || box.x + box.width > width + 0.5 || top < 0 || bottom > height)
              found.push(`${words} is cut off`)
            for (const other of boxes.slice(i + 1)) {
              const [otherTop, otherBottom] = [
                other.box.y + other.size * 0.2,
                other.box.y + other.box.height - other.size * 0.15,
              ]
              if (
                box.x + box.width > other.box.x &&
                other.box.x + other.box.width > box.x &&
                bottom > otherTop &&
                otherBottom > top
              )
                found.push(`${words} overlaps ${other.words}`)
            }
          }
          return found
        }, svg)
        expect(faults, `${name} at ${width}`).toEqual([])
      }
    await page.close()
  })

  it('stand under their parts in the order in which they are read, each with its title, its label and what it rests on', async () => {
    const page = await open(1280)
    expect(await page.locator('h2').allTextContents()).toEqual([
      'What they did with it',
      'What they say they know',
      'The programme in figures',
      'Who was reached, and who was not',
    ])
    const first = page.locator('.figure').first()
    expect(await first.locator('.figure-label').textContent()).toBe('What they say they do · self-reported')
    expect(await first.textContent()).toContain('42 of 80 who came (53%)')
    expect(await page.locator('#figure-table-alone .figure-label').count()).toBe(0)
    expect(await page.locator('#figure-table-alone table').isVisible()).toBe(true)
    expect(await page.locator('#figure-table-alone td').first().textContent()).toBe('1,326')
    expect(await page.locator('#figure-hidden').textContent()).toContain('Not shown: too few people answered.')
    await page.close()
  })

  it('show one drawing of the two, the phone’s at 320 px, and nothing scrolls sideways', async () => {
    for (const [width, shown, hidden] of [
      [320, '.drawing-phone', '.drawing-desk'],
      [1280, '.drawing-desk', '.drawing-phone'],
    ] as const) {
      const page = await open(width)
      for (const picture of await page.locator('.figure-picture').all()) {
        expect(await picture.locator(shown).isVisible()).toBe(true)
        expect(await picture.locator(hidden).isVisible()).toBe(false)
        expect(await picture.getByRole('img').count()).toBe(1)
        // Never drawn smaller than it is: its type would shrink with it.
        const scale = await picture.locator(`${shown} svg`).evaluate((svg) => {
          const drawing = svg as SVGSVGElement
          return drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width
        })
        expect(scale).toBeGreaterThanOrEqual(0.94)
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      await page.close()
    }
  })

  it('give their table, definition and certainty to the keyboard alone', async () => {
    const page = await open(1280)
    const first = page.locator('.figure').first()
    for (const words of ['The figures as a table', 'How this is worked out', 'How sure is this?']) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(words)
      await page.keyboard.press('Enter')
    }
    expect(await first.getByRole('table', { name: 'Everyone who came' }).isVisible()).toBe(true)
    expect(await first.getByRole('columnheader').count()).toBe(2)
    expect(await first.getByRole('rowheader').count()).toBe(2)
    expect(await first.getByText('if the silent are like').isVisible()).toBe(true)
    await page.close()
  })

  it('pass axe at both widths', async () => {
    for (const width of [320, 1280]) {
      const page = await open(width)
      await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') })
      const faults = await page.evaluate(async () => {
        const axe = (window as unknown as { axe: { run: () => Promise<{ violations: { id: string }[] }> } }).axe
        return (await axe.run()).violations.map(({ id }) => id)
      })
      expect(faults).toEqual([])
      await page.close()
    }
  })

  it('are printed open and at desk width, even from a phone', async () => {
    const page = await open(320)
    await page.emulateMedia({ media: 'print' })
    await page.setViewportSize({ width: 720, height: 1000 })
    const first = page.locator('.figure').first()
    expect(await first.locator('.drawing-desk').isVisible()).toBe(true)
    expect(await first.locator('.drawing-phone').isVisible()).toBe(false)
    expect(
      await first.locator('table').evaluate((table) => table.checkVisibility({ contentVisibilityAuto: true })),
    ).toBe(true)
    expect(await first.locator('table').evaluate((table) => table.getBoundingClientRect().height)).toBeGreaterThan(40)
    expect(await first.getByText('if the silent are like').isVisible()).toBe(true)
    await page.close()
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser, startExample, visit, open, expectAccessible, follow, shoot, expectNothingStored } from './zz-browser.ts'
let browser, example
it('tries', async () => {
  let t = performance.now()
  const lap = (w) => { console.log(w, Math.round(performance.now() - t)); t = performance.now() }
  example = await startExample(); lap('start')
  browser = await openBrowser(); lap('browser')
  const v = await visit(browser, example); lap('visit')
  for (const p of ['/', '/events', '/events/149', '/sign-in', '/accessibility', '/day', '/check']) {
    await open(v.page, p); lap('open ' + p)
    try { await expectAccessible(v.page, p) } catch (e) { console.log(e.message.slice(0, 3000)) }
    lap('axe')
    await shoot(v.page, 'x' + p)
  }
  console.log(await v.page.evaluate(() => ({...sessionStorage})), v.page.context().browser().version())
  console.log(v.faults)
  await browser.close(); await example.stop(); lap('stop')
}, 200000)

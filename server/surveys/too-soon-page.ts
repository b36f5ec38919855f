import { html } from 'hono/html'
import type { Page } from '#server/pages/page.ts'

/** A press as fast as a machine's, in place of something that stands: nothing was changed. */
export const tooSoonPage = (why: string): Page => ({
  title: 'Press again in a minute',
  main: html`<h1>Press again in a minute</h1><p>${why}.</p><p>Go back one page with your browser: what you chose is still there.</p>`,
})

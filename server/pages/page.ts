import type { Context as HonoContext } from 'hono'
import { html, raw } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Config } from '#server/config.ts'
import type { Env } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import { styles, stylesHash } from './styles.ts'

export type Markup = ReturnType<typeof html>

const style = raw(`<style>${styles}</style>`)

export interface Page {
  title: string
  /** What the dark band says below the partnership's name: the course and its date. */
  about?: string
  /** Faults of the form that was sent: named in the title and on top of the page. */
  issues?: Issue[]
  main: Markup
  /** Our own scripts that make the page kinder; it works without them. A page without any may load none. */
  scripts?: readonly string[]
}

/** One page of the kit: works without script, from a single request. */
export function page(config: Config, { title, about, issues = [], main, scripts = [] }: Page): Markup {
  const { name, phone, email } = config.partnership
  return html`<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${issues.length ? 'Error: ' : ''}${title} – ${name}</title><meta name="robots" content="noindex">${style}${scripts.map((src) => html`<script type="module" src="${src}"></script>`)}</head><body><header><div><p><strong>${name}</strong></p>${about ? html`<p class="on">${about}</p>` : ''}</div></header><main>${errorSummary(issues)}${main}</main><footer>Not sure it is us? Ring ${phone} or write to <a href="mailto:${email}">${email}</a>.</footer></body></html>`
}

const policy = (hasScripts: boolean) =>
  `default-src 'none'; ${hasScripts ? "script-src 'self'; connect-src 'self'; " : ''}style-src '${stylesHash}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'`

/** Sends a page with what every page behind a token needs; the rest of the headers are set for all in middleware. */
export function show(
  c: HonoContext<Env>,
  shown: Page,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  c.header('X-Robots-Tag', 'noindex')
  c.header('Cache-Control', 'no-store')
  c.header('Content-Security-Policy', policy(Boolean(shown.scripts?.length)))
  return c.html(page(c.get('ctx').config, shown), shown.issues?.length && status === 200 ? 422 : status)
}

export function errorSummary(issues: Issue[]): Markup | '' {
  if (!issues.length) return ''
  return html`<div class="e" role="alert" tabindex="-1" autofocus><h2>There is a problem</h2><ul>${issues.map(({ path, message }) => html`<li><a href="#${path}">${message}</a></li>`)}</ul></div>`
}

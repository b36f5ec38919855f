import { html } from 'hono/html'
import type { Config } from '#server/config.ts'

/** Stands beside every box for free text, and is read out with it; where it stands a second time on a page it needs another `id`. */
export const urgentLines = ({ routes }: Config, id = 'urgent') =>
  html`<div class="u" id="${id}"><p><strong>This form is not watched.</strong> At risk now: <a href="tel:999">999</a>. A child: ${routes.child}. An adult: ${routes.adult}. Worried about someone who works with children: ${routes.allegation}. If today touched you personally: ${routes.support}.</p></div>`

/** Shown first when what was written sounded urgent. */
export const urgentFirst = (config: Config) =>
  html`<h2>Does someone need help now?</h2><p>What you wrote may mean that someone is at risk. Please do not wait for us: nobody watches this form all day.</p>${urgentLines(config)}`

export const leaveOut =
  'Leave out names, ages, dates, places and schools: nothing that could tell anyone who a child, an adult or a family is.'

/** The script that says, beside a box, what looks like an identifier; for pages that carry one, which work without it. */
export const hints = '/hints.js'

import { Hono } from 'hono'
import { html } from 'hono/html'
import { formatDate } from '#server/calendar.ts'
import { type Context, ctxOf, type Env } from '#server/context.ts'
import { readToken } from '#server/keys.ts'
import { type Markup, type Page, show } from '#server/pages/page.ts'
import { allow } from '#server/routing.ts'
import { barMarkup, barTable } from './bar-page.ts'
import { cannotTell } from './group-page.ts'
import { type Results, resultsOf, type Told } from './results.ts'
import { figure } from './shared/pictures.ts'

/** What came of an event, for everyone who came to it: behind the link of their message, the same for all of them. */
export const resultsPages = new Hono<Env>().get('/results/:token', allow('link'), async (c) => {
  const ctx = ctxOf(c)
  const eventId = await readToken(ctx.secrets, 'results', c.req.param('token'))
  const results = eventId === null ? null : await resultsOf(ctx, eventId)
  return results ? show(c, resultsPage(results)) : show(c, noResultsPage(ctx), 404)
})

function resultsPage(results: Results): Page {
  const { event, overYear, course, lastOn, sentence } = results
  const { flow, provisional, wholeRoom } = event
  const title = `What came of ${course}`
  return {
    title,
    about: `${course}, ${formatDate(lastOn)}`,
    main: html`<h1>${title}</h1>${provisional ? html`<p><strong>Provisional.</strong> ${provisional}</p>` : ''}${
      wholeRoom ? picture(wholeRoom, 'Everyone who came') : html`<p><strong>${sentence}</strong></p>`
    }${flowTable(flow)}${overYear ? ofTheYear(overYear, event.notShown) : ''}${
      wholeRoom || overYear ? '' : html`<p>${event.notShown}</p>`
    }<h2>What this cannot tell you</h2><ul>${cannotTell.map((words) => html`<li>${words}</li>`)}</ul><p class="small">It names nobody, and shows how a group’s answers fall only from ten people who came and five who answered. It changes if answers still come in.</p>`,
  }
}

/** How many were left at each step: figures of the programme, shown for a group of any size. */
function flowTable({ booked, came, reachable, asked, answered }: Told['flow']): Markup {
  const steps: [string, number][] = [
    ['Still booked on the day', booked],
    ['Came', came],
    ['Could be reached', reachable],
    ['Asked', asked],
    ['Answered', answered],
  ]
  return html`<table><caption>From the booking to the answer</caption><thead><tr><th scope="col">Step</th><th scope="col" class="k">People</th></tr></thead><tbody>${steps.map(([words, count]) => html`<tr><th scope="row">${words}</th><td class="k">${figure(count)}</td></tr>`)}</tbody></table>`
}

function picture(whole: NonNullable<Told['wholeRoom']>, caption: string): Markup {
  return html`<p><strong>${whole.sentence}</strong></p>${barMarkup(whole.room, whole.sentence)}<p>${whole.breakEven}</p>${barTable(whole.table, caption)}<p class="small">What they say they do: it is what people say of themselves.</p>`
}

/** The course over the year, where the event alone is too small to show. */
function ofTheYear({ wholeRoom, provisional }: Told, whyNotAlone: string | null): Markup | '' {
  if (!wholeRoom) return ''
  return html`<h2>This course over the year</h2><p>${whyNotAlone} All dates of the course together can be shown.</p>${provisional ? html`<p><strong>Provisional.</strong> ${provisional}</p>` : ''}${picture(wholeRoom, 'Everyone who came to the course in the year')}`
}

function noResultsPage({ config }: Pick<Context, 'config'>): Page {
  return {
    title: 'This link does not work',
    main: html`<h1>This link does not work</h1><p>It may have been cut short on its way. Open the email again and press the button there, or copy the whole address.</p><p>If you think this is wrong, ring ${config.partnership.phone}.</p>`,
  }
}

import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { reports } from '#db/impact.ts'
import { type Context, ctxOf, type Env } from '#server/context.ts'
import { readToken } from '#server/keys.ts'
import { type Page, show } from '#server/pages/page.ts'
import { allow } from '#server/routing.ts'
import { barMarkup, barTable } from './bar-page.ts'
import { frozenBody, type ReportBody } from './report-body.ts'
import { barOf, type Cover } from './report-cover.ts'
import { wholeRoomTable } from './shared/pictures.ts'

/** One page for everyone who came: what all of them told us together, and nobody's name. */
export interface Summary {
  title: string
  period: string
  /** Said where there is no bar: why how the answers fall is not shown. */
  sentence: string
  bar: Cover['bar']
  /** What helped, what got in the way, what is being done about it: a heading and its sentence each. */
  points: { title: string; sentence: string }[]
  cannotTell: string[]
}

export function summaryOf({ title, period, pages, cannotTell }: ReportBody): Summary {
  const figures = pages[0]?.figures ?? []
  const bar = barOf(figures)
  const shown = figures.filter(({ notShown }) => notShown === null)
  const points = [
    ...shown.filter(({ part }) => part === 'way').slice(0, 2),
    ...shown.filter(({ part }) => part === 'knowledge').slice(0, 1),
    ...shown.filter(({ key, table }) => key === 'you-said' && table !== null && table.rows.length > 0),
  ]
  return {
    title: title.replace(/^Impact report: /, 'What came of it: '),
    period,
    sentence: bar?.sentence ?? figures[0]?.sentence ?? '',
    bar,
    points: points.map(({ title, sentence }) => ({ title, sentence })),
    cannotTell,
  }
}

/** Behind the link of the message, the same for everyone; only of a report that is issued. */
export const summaryPages = new Hono<Env>().get('/summary/:token', allow('link'), async (c) => {
  const ctx = ctxOf(c)
  const id = await readToken(ctx.secrets, 'summary', c.req.param('token'))
  const [report] = id === null ? [] : await ctx.db.select().from(reports).where(eq(reports.id, id))
  if (report?.body == null) return show(c, noSummaryPage(ctx), 404)
  return show(c, summaryPage(frozenBody(report.body)))
})

function summaryPage(body: ReportBody): Page {
  const { title, period, sentence, bar, points, cannotTell } = summaryOf(body)
  const { issued } = body
  return {
    title,
    about: period,
    main: html`<h1>${title}</h1><p><strong>${sentence}</strong></p>${
      bar
        ? html`${barMarkup(bar.room, bar.sentence)}${barTable(wholeRoomTable(bar.room), 'Everyone who came')}<p class="small">${bar.about}</p>`
        : ''
    }${points.map((point) => html`<h2>${point.title}</h2><p>${point.sentence}</p>`)}<h2>What this cannot tell you</h2><ul>${cannotTell.map((words) => html`<li>${words}</li>`)}</ul>${
      issued
        ? html`<p class="small">From report ${issued.number}, issued on ${issued.words}. It names nobody, and it does not change any more.</p>`
        : ''
    }`,
  }
}

function noSummaryPage({ config }: Pick<Context, 'config'>): Page {
  return {
    title: 'This link does not work',
    main: html`<h1>This link does not work</h1><p>It may have been cut short on its way. Open the email again and press the button there, or copy the whole address.</p><p>If you think this is wrong, ring ${config.partnership.phone}.</p>`,
  }
}

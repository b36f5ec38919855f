/* One of the lists of this room's routes for the app: reports, their steps, documents and notes. */
import { Hono, type Context as HonoContext } from 'hono'
import * as v from 'valibot'
import { ctxOf, type Env } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { allow, idOf, idParam, valid } from '#server/routing.ts'
import { agreementOfReportInput, asksInput, issueInput, noteInput, reportInput } from './input.ts'
import { issue } from './issuing.ts'
import { pngOf, type Rasteriser } from './pixels.ts'
import { reportCsv } from './report-csv.ts'
import { reportDocument } from './report-document.ts'
import { takeNoteBack, writeNote } from './report-notes.ts'
import { bodyShown, reportPage } from './report-page.ts'
import { agree, discard, reportBy, reportsPage, startDraft, takeAgreementBack, writeAsks } from './reports.ts'

const readers = ['sub-group', 'coordinator', 'administrator'] as const
const nothing = v.strictObject({})

export const reportRoutes = new Hono<Env>()
  .get('/api/reports', allow(...readers), async (c) => c.json(await reportsPage(ctxOf(c))))
  .post('/api/reports', allow('coordinator'), valid('json', reportInput), async (c) =>
    c.json(await startDraft(ctxOf(c), c.req.valid('json')), 201),
  )
  .get('/api/reports/:id', allow(...readers), valid('param', idParam), async (c) =>
    c.json(await reportPage(ctxOf(c), c.req.valid('param').id)),
  )
  .delete('/api/reports/:id', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await discard(ctxOf(c), c.req.valid('param').id)),
  )
  .put('/api/reports/:id/asks', allow('coordinator'), valid('param', idParam), valid('json', asksInput), async (c) =>
    c.json(await writeAsks(ctxOf(c), c.req.valid('param').id, c.req.valid('json').asks)),
  )
  .post(
    '/api/reports/:id/agreement',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', agreementOfReportInput),
    async (c) => c.json(await agree(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .delete('/api/reports/:id/agreement', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await takeAgreementBack(ctxOf(c), c.req.valid('param').id)),
  )
  .post('/api/reports/:id/issue', allow('coordinator'), valid('param', idParam), valid('json', issueInput), async (c) =>
    c.json(await issue(ctxOf(c), c.req.valid('param').id, c.req.valid('json').seen), 201),
  )
  .post('/api/reports/:id/notes', allow(...readers), valid('param', idParam), valid('json', noteInput), async (c) =>
    c.json(await writeNote(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .post(
    '/api/report-notes/:id/removal',
    allow(...readers),
    valid('param', idParam),
    valid('json', nothing),
    async (c) => c.json(await takeNoteBack(ctxOf(c), c.req.valid('param').id)),
  )

export type ReportApi = typeof reportRoutes

/** The report as files: of a draft, marked as one; of an issued report, from its frozen body. */
export function reportFiles(world: Rasteriser) {
  return new Hono<Env>()
    .get('/api/reports/:id/document.docx', allow(...readers), async (c) => {
      const { body, hash } = await bodyShown(ctxOf(c), idOf(c))
      const only = c.req.query('page')
      if (only !== undefined && !body.pages.some(({ key }) => key === only)) throw new Missing()
      const bytes = await reportDocument(body, {
        hash,
        ...(only === undefined ? {} : { only }),
        partnership: ctxOf(c).config.partnership.name,
        pixels: (svg, width) => pngOf(svg, width, world),
      })
      const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
      return file(
        c,
        bytes as Uint8Array<ArrayBuffer>,
        type,
        `${named(body)}${only ? `-${only.replace(':', '-')}` : ''}.docx`,
      )
    })
    .get('/api/reports/:id/document.csv', allow(...readers), async (c) => {
      const { body, hash } = await bodyShown(ctxOf(c), idOf(c))
      return file(c, reportCsv(body, hash), 'text/csv; charset=utf-8', `${named(body)}.csv`)
    })
    .get('/api/reports/:id/document.json', allow(...readers), async (c) => {
      const report = await reportBy(ctxOf(c).db, idOf(c))
      if (report.body === null) throw new Missing()
      return file(c, report.body, 'application/json; charset=utf-8', `afterwards-report-${report.number}.json`)
    })
    .get('/api/reports/:id/proof.txt', allow(...readers), async (c) => {
      const report = await reportBy(ctxOf(c).db, idOf(c))
      if (report.proof === null) throw new Missing()
      return file(c, report.proof, 'text/plain; charset=utf-8', `afterwards-report-${report.number}-proof.txt`)
    })
}

const named = ({ issued }: { issued: { number: number } | null }) =>
  issued ? `afterwards-report-${issued.number}` : 'afterwards-report-DRAFT'

const file = (c: HonoContext<Env>, content: string | Uint8Array<ArrayBuffer>, type: string, name: string) =>
  c.body(content, 200, {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${name}"`,
    'Cache-Control': 'no-store',
  })

/* One of the lists of this room's routes for the app: reports, their steps, documents and notes. */
import { Hono, type Context as HonoContext } from 'hono'
import * as v from 'valibot'
import { ctxOf, type Env } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { allow, idOf, idParam, valid } from '#server/routing.ts'
import { agreementOfReportInput, asksInput, issueInput, noteInput, pageOfReport, reportInput } from './input.ts'
import { issue } from './issuing.ts'
import type { Rasteriser } from './pixels.ts'
import { reportFileAside, reportPage } from './report-aside.ts'
import { takeNoteBack, writeNote } from './report-notes.ts'
import { agree, discard, reportBy, reportsPage, startDraft, takeAgreementBack, writeAsks } from './reports.ts'

const readers = ['sub-group', 'coordinator', 'administrator'] as const
const nothing = v.strictObject({})

export const reportRoutes = new Hono<Env>()
  .get('/api/reports', allow(...readers), async (c) => c.json(await reportsPage(ctxOf(c))))
  .post('/api/reports', allow('coordinator'), valid('json', reportInput), async (c) =>
    c.json(await startDraft(ctxOf(c), c.req.valid('json')), 201),
  )
  .get('/api/reports/:id', allow(...readers), valid('param', idParam), valid('query', pageOfReport), async (c) =>
    c.json(await reportPage(ctxOf(c), { ...c.req.valid('param'), ...c.req.valid('query') })),
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
      const key = c.req.query('page')
      const which = key === undefined ? { as: 'paper' as const } : { as: 'page' as const, key }
      const { bytes, name } = await reportFileAside(ctxOf(c), { id: idOf(c), ...which }, world)
      return file(c, bytes, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', name)
    })
    .get('/api/reports/:id/document.csv', allow(...readers), async (c) => {
      const { bytes, name } = await reportFileAside(ctxOf(c), { id: idOf(c), as: 'csv' }, world)
      return file(c, bytes, 'text/csv; charset=utf-8', name)
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

const file = (c: HonoContext<Env>, content: string | Uint8Array<ArrayBuffer>, type: string, name: string) =>
  c.body(content, 200, {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${name}"`,
    'Cache-Control': 'no-store',
  })

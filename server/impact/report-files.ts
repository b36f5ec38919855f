import type { Context } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import type { Rasteriser } from './pixels.ts'
import { pngOf } from './pixels.ts'
import type { ReportBody } from './report-body.ts'
import { reportCsv } from './report-csv.ts'
import { pageDocument, paperDocument } from './report-document.ts'
import { type ReadsReport, reportShown } from './report-shown.ts'

/** A report as a file: the paper for the meeting, one page of it whole, or everything it shows. */
export type FileAsked = { id: number } & ({ as: 'paper' } | { as: 'csv' } | { as: 'page'; key: string })

export interface ReportFile {
  name: string
  bytes: Uint8Array<ArrayBuffer>
}

/** @throws Missing when there is no such report, or no such page in it */
export async function reportFile(
  ctx: Context,
  asked: FileAsked,
  world: Rasteriser,
  read: ReadsReport = reportShown,
): Promise<ReportFile> {
  const { report, body } = await read(ctx, asked.id)
  const { hash } = report
  const named = `afterwards-report-${body.issued ? body.issued.number : 'DRAFT'}`
  if (asked.as === 'csv') return { name: `${named}.csv`, bytes: new TextEncoder().encode(reportCsv(body, hash)) }
  const document = {
    hash,
    partnership: ctx.config.partnership.name,
    address: `${ctx.config.origin}/reports/${asked.id}`,
    pixels: (svg: string, width: number) => pngOf(svg, width, world),
  }
  if (asked.as === 'paper') return { name: `${named}.docx`, bytes: await paperDocument(body, document) }
  const page = pageIn(body, asked.key)
  return { name: `${named}-${page.key.replace(':', '-')}.docx`, bytes: await pageDocument(body, page, document) }
}

function pageIn(body: ReportBody, key: string): ReportBody['pages'][number] {
  const page = body.pages.find((one) => one.key === key)
  if (!page) throw new Missing()
  return page
}

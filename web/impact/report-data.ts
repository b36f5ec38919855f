import { action, query, reload } from '@solidjs/router'
import type { AgreementOfReport, NoteInput, ReportInput } from '#server/impact/input.ts'
import type { ReportApi, ReportPage, ReportsPage } from '#server/impact/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<ReportApi>().api
const of = (id: number | string) => ({ id: String(id) })

export const getReports = query((): Promise<ReportsPage> => api<ReportsPage>(client.reports.$get()), 'reports')

/** The client's own type of the answer is not taken: it goes through every kind of picture and does not come to an end. */
export const getReport = query(
  (id: string, page?: string): Promise<ReportPage> =>
    api<ReportPage>(
      client.reports[':id'].$get({ param: of(id), query: page ? { page } : {} }) as unknown as Parameters<
        typeof api<ReportPage>
      >[0],
    ),
  'report',
)

export const startReport = action(
  (input: ReportInput) => api<{ id: number }>(client.reports.$post({ json: input })),
  'start-report',
)

export const discardReport = action(async (id: number) => {
  await api(client.reports[':id'].$delete({ param: of(id) }))
  // The draft itself is not read again: it is gone.
  return reload({ revalidate: getReports.key })
}, 'discard-report')

export const writeReportAsks = action(
  (id: number, asks: string[]) => api(client.reports[':id'].asks.$put({ param: of(id), json: { asks } })),
  'write-report-asks',
)

export const agreeReport = action(
  (id: number, input: AgreementOfReport) => api(client.reports[':id'].agreement.$post({ param: of(id), json: input })),
  'agree-report',
)

export const takeReportAgreementBack = action(
  (id: number) => api(client.reports[':id'].agreement.$delete({ param: of(id) })),
  'take-report-agreement-back',
)

export const issueReport = action(
  (id: number, seen: string) =>
    api<{ number: number }>(client.reports[':id'].issue.$post({ param: of(id), json: { seen } })),
  'issue-report',
)

export const writeReportNote = action(
  (id: number, input: NoteInput) => api(client.reports[':id'].notes.$post({ param: of(id), json: input })),
  'write-report-note',
)

export const takeReportNoteBack = action(
  (id: number) => api(client['report-notes'][':id'].removal.$post({ param: of(id), json: {} })),
  'take-report-note-back',
)

export const reportHref = (id: number | string) => `/reports/${id}`

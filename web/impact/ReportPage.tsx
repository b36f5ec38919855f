import { createAsync, useParams, useSearchParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { ReportPage as Report } from '#server/impact/routes.ts'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Select } from '#web/parts/Select.tsx'
import { Page } from '#web/shell/Page.tsx'
import { ReportAbout } from './ReportAbout.tsx'
import { ReportContents, ReportLinks } from './ReportContents.tsx'
import { ReportFigures } from './ReportFigures.tsx'
import { ReportSteps } from './ReportSteps.tsx'
import { getReport } from './report-data.ts'

/** A report: a draft worked out anew each time, an issued one as it was frozen. One of its pages is shown at a time. */
export default function ReportPage() {
  const params = useParams<{ id: string }>()
  const [search] = useSearchParams<{ page?: string }>()
  const report = createAsync(() => getReport(params.id, search.page))
  return <Show when={report()}>{(report) => <Whole report={report()} />}</Show>
}

function Whole(props: { report: Report }) {
  const body = () => props.report.body
  const { done, settled } = createDone()
  const [search, setSearch] = useSearchParams<{ beside?: string; page?: string }>()
  const page = () => props.report.page
  const other = createAsync(async () => (search.beside ? getReport(search.beside, page()?.key) : undefined))
  return (
    <Page
      title={body().title}
      crumbs={[{ href: '/reports', words: 'Reports' }]}
      about={`${props.report.words} · ${body().period}`}
    >
      <Done words={done()} />
      <Show when={props.report.state !== 'issued'}>
        <p class="draft-mark">
          <strong>Draft.</strong> Its figures are worked out anew each time it is read, until it is issued.
        </p>
      </Show>
      <ReportLinks report={props.report} page={page()?.key} />
      <Show when={props.report.isMine && props.report.state !== 'issued'}>
        {/* Anew at each step, so that a form that was sent is gone. */}
        <Show when={props.report.state} keyed>
          <ReportSteps report={props.report} settled={settled} />
        </Show>
      </Show>
      <Show when={props.report.others.length > 0}>
        <div class="no-print">
          <Select
            name="beside"
            label="Read it beside an earlier report"
            blank="None"
            value={search.beside}
            options={props.report.others.map(({ id, words }) => ({ value: id, words }))}
            onChange={(value) => setSearch({ beside: value || undefined }, { replace: true, scroll: false })}
          />
        </div>
      </Show>
      <ReportContents report={props.report} shown={page()?.key} beside={search.beside} />
      <Show
        when={page()}
        keyed
        fallback={
          <Empty title="This report has no such page">
            <p>Choose one of those above.</p>
          </Empty>
        }
      >
        {(page) => (
          <ReportFigures
            page={page}
            report={props.report}
            settled={settled}
            before={other()?.page ?? undefined}
            beforeWords={other() ? `In report ${other()!.number}` : ''}
          />
        )}
      </Show>
      <ReportAbout report={props.report} />
    </Page>
  )
}

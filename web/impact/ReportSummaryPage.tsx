import { createAsync, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { wholeRoomTable } from '#server/impact/shared/pictures.ts'
import { Table } from '#web/parts/Table.tsx'
import { Page } from '#web/shell/Page.tsx'
import { Bar } from './ReportCoverPage.tsx'
import { getReport, reportHref } from './report-data.ts'

/** One page for everyone who attended, as they will read it behind the link of their message. */
export default function ReportSummaryPage() {
  const params = useParams<{ id: string }>()
  const report = createAsync(() => getReport(params.id))
  return (
    <Show when={report()}>
      {(report) => {
        const summary = () => report().summary
        return (
          <Page
            title={summary().title}
            crumbs={[
              { href: '/reports', words: 'Reports' },
              { href: reportHref(report().id), words: 'The report' },
            ]}
            about={summary().period}
          >
            <div class="report-sheet">
              <p class="lead">{summary().sentence}</p>
              <Show when={summary().bar}>
                {(bar) => (
                  <>
                    <Bar bar={bar()} id="summary" />
                    <p class="under-figures">{bar().about}</p>
                    <Table
                      caption="Everyone who came"
                      columns={[
                        { words: 'What they told us', cell: ([label]) => label },
                        { words: 'People', numeric: true, cell: ([, count]) => count.toLocaleString('en-GB') },
                      ]}
                      rows={wholeRoomTable(bar().room).filter(([, count]) => count > 0)}
                    />
                  </>
                )}
              </Show>
              <For each={summary().points}>
                {(point) => (
                  <>
                    <h2>{point.title}</h2>
                    <p>{point.sentence}</p>
                  </>
                )}
              </For>
              <h2>What this cannot tell you</h2>
              <ul>
                <For each={summary().cannotTell}>{(words) => <li>{words}</li>}</For>
              </ul>
              <Show
                when={report().summaryHref}
                fallback={
                  <p class="soft no-print">Once the report is issued, everyone who attended is sent this page.</p>
                }
              >
                {(href) => (
                  <p class="no-print">
                    Everyone who attended is sent the link to this page, and anyone who has it may read it:{' '}
                    <a href={href()} rel="external">
                      the page as they read it
                    </a>
                    .
                  </p>
                )}
              </Show>
            </div>
          </Page>
        )
      }}
    </Show>
  )
}

import { createAsync, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { drawingWidths, drawSvg } from '#server/impact/shared/drawing.ts'
import type { Room } from '#server/impact/shared/pictures.ts'
import { Page } from '#web/shell/Page.tsx'
import { getReport, reportHref } from './report-data.ts'

/** One page for the safeguarding partners: three sentences, the bar, three decisions asked for. */
export default function ReportCoverPage() {
  const params = useParams<{ id: string }>()
  const report = createAsync(() => getReport(params.id))
  return (
    <Show when={report()}>
      {(report) => (
        <Page
          title={report().body.title}
          crumbs={[
            { href: '/reports', words: 'Reports' },
            { href: reportHref(report().id), words: 'The report' },
          ]}
          about={`For the safeguarding partners · ${report().words} · ${report().body.period}`}
        >
          <div class="report-sheet">
            <For each={report().cover.sentences}>{(words) => <p class="lead">{words}</p>}</For>
            <Show when={report().cover.bar}>
              {(bar) => (
                <>
                  <Bar bar={bar()} id="cover" />
                  <p class="under-figures">{bar().about}</p>
                </>
              )}
            </Show>
            <h2>What we ask you to decide</h2>
            <Show
              when={report().cover.asks.length > 0}
              fallback={<p>No decision is asked for. The coordinator writes them in the draft.</p>}
            >
              <ol>
                <For each={report().cover.asks}>{(ask) => <li>{ask}</li>}</For>
              </ol>
            </Show>
            <Show when={report().hash} fallback={<p class="soft">A draft: its figures may still change.</p>}>
              {(hash) => (
                <p class="soft">
                  SHA-256 of the report’s frozen body: <code class="hash">{hash()}</code>
                </p>
              )}
            </Show>
          </div>
        </Page>
      )}
    </Show>
  )
}

/** The whole-room bar at both widths; the style sheet chooses. */
export function Bar(props: { bar: { room: Room; sentence: string }; id: string }) {
  const drawing = (at: keyof typeof drawingWidths) =>
    drawSvg(
      { kind: 'whole-room', room: props.bar.room },
      { id: `${props.id}-${at}`, title: props.bar.sentence, width: drawingWidths[at] },
    )
  return (
    <figure class="figure-picture">
      <div class="drawing-phone" innerHTML={drawing('phone')} />
      <div class="drawing-desk" innerHTML={drawing('desk')} />
    </figure>
  )
}

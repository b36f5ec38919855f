import { Show } from 'solid-js'
import type { Figure } from '#server/impact/shared/figures.ts'
import type { ImpactPage } from '#server/impact/shared/pages.ts'
import { FigureList, FigureView } from './FigureView.tsx'
import { Notes } from './ReportNotes.tsx'
import type { Settled } from './ReportSteps.tsx'

/** One page of a report, at each figure's foot what an earlier report said of it and what the sub-group wrote. */
export function ReportFigures(
  props: Settled & { page: ImpactPage; before: ImpactPage | undefined; beforeWords: string },
) {
  const foot = (figure: Figure) => (
    <>
      <Show when={props.beforeWords}>
        <Beside
          words={props.beforeWords}
          figure={props.before?.figures.find(({ key }) => key === figure.key)}
          idPrefix="before-"
        />
      </Show>
      <Notes report={props.report} settled={props.settled} page={props.page.key} figure={figure} />
    </>
  )
  return (
    <section
      class="report-page"
      classList={{ 'report-page-beside': props.beforeWords !== '' }}
      aria-label={props.page.title}
    >
      <p class="report-page-title">{props.page.title}</p>
      <Show when={props.page.lead}>{(lead) => <p class="lead">{lead()}</p>}</Show>
      <Show when={props.page.provisional}>
        {(words) => (
          <p class="provisional">
            <strong>Provisional.</strong> {words()}
          </p>
        )}
      </Show>
      <Show when={props.page.earlySigns}>
        <p class="provisional">
          <strong>Early signs.</strong> Few of those who came have answered.
        </p>
      </Show>
      <FigureList figures={props.page.figures} idPrefix="now-" foot={foot} />
    </section>
  )
}

function Beside(props: { words: string; figure: Figure | undefined; idPrefix: string }) {
  const and = (words: string) => `${words}, ${props.words.toLowerCase()}`
  return (
    <div class="beside">
      <p class="beside-words">{props.words}</p>
      <Show when={props.figure} fallback={<p class="soft">It did not have this figure.</p>}>
        {(figure) => (
          <FigureView
            figure={{
              ...figure(),
              title: and(figure().title),
              table: figure().table && { ...figure().table!, caption: and(figure().table!.caption) },
            }}
            idPrefix={props.idPrefix}
          />
        )}
      </Show>
    </div>
  )
}

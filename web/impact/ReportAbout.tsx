import { For, Show } from 'solid-js'
import type { ReportPage as Report } from '#server/impact/routes.ts'
import { Details } from '#web/parts/Details.tsx'

/** Those of a whole year are read by whoever wants them; as in the Word document, one alone is not folded away. */
const fewCorrections = (all: number) => (all > 7 ? 6 : all)

/** What stands at the end of a report: how it was counted, what was corrected, who agreed it, what was asked. */
export function ReportAbout(props: { report: Report }) {
  const body = () => props.report.body
  const few = () => fewCorrections(body().corrections.length)
  const more = () => body().corrections.length - few()
  return (
    <section class="method report-about" id="about-this-report" aria-labelledby="about-this-report-title">
      <h2 id="about-this-report-title">How this was counted, and who agreed it</h2>
      <For each={body().method}>{(words) => <p>{words}</p>}</For>
      <h3>What this cannot tell you</h3>
      <ul>
        <For each={body().cannotTell}>{(words) => <li>{words}</li>}</For>
      </ul>
      <h3>What was corrected</h3>
      <For each={body().corrections.slice(0, few())}>{(words) => <p>{words}</p>}</For>
      <Show when={more() > 0}>
        <div class="no-print">
          <Details summary={`What was corrected on ${more()} more pages`}>
            <For each={body().corrections.slice(few())}>{(words) => <p>{words}</p>}</For>
          </Details>
        </div>
        <p class="print-only">And {more()} more pages, each named on screen and in the CSV.</p>
      </Show>
      <h3>Who agreed it</h3>
      <Show when={body().agreed} fallback={<p>The sub-group has not agreed it yet.</p>}>
        {(agreed) => (
          <>
            <p>The sub-group, on {agreed().words}. There were:</p>
            <ul>
              <For each={agreed().present}>
                {({ agency, people }) => (
                  <li>
                    {people} of {agency}
                  </li>
                )}
              </For>
            </ul>
          </>
        )}
      </Show>
      <Show when={props.report.hash}>
        {(hash) => (
          <p>
            SHA-256 of its frozen body: <code class="hash">{hash()}</code>
          </p>
        )}
      </Show>
      <Details summary="What was asked, word for word">
        <For each={body().wordings}>
          {(wording) => (
            <section>
              <h3>
                {wording.stage}: {wording.course ?? 'every course'}, version {wording.version}
              </h3>
              <p class="soft">Published on {wording.publishedOn}</p>
              <dl>
                <For each={wording.questions}>
                  {(question) => (
                    <>
                      <dt>{question.text}</dt>
                      <dd class="soft">{question.options.join(' · ')}</dd>
                    </>
                  )}
                </For>
              </dl>
            </section>
          )}
        </For>
      </Details>
    </section>
  )
}

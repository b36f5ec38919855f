import { For, Show } from 'solid-js'
import type { GroupPage } from '#server/impact/routes.ts'
import { figure } from '#server/impact/shared/pictures.ts'
import { Details } from '#web/parts/Details.tsx'
import { FlowLine } from '#web/parts/FlowLine.tsx'
import { Table } from '#web/parts/Table.tsx'
import { TransitionMatrix } from '#web/parts/TransitionMatrix.tsx'
import { WholeRoomBar } from '#web/parts/WholeRoomBar.tsx'
import { Figures } from './Figures.tsx'

/** The headline of a group: its sentence, the whole-room bar and what must be so for it to be otherwise; or why it is not shown. */
export function Headline(props: { page: GroupPage; of: string }) {
  return (
    <>
      <Show when={props.page.provisional}>
        {(provisional) => (
          <p class="provisional">
            <strong>Provisional.</strong> {provisional().words}
          </p>
        )}
      </Show>
      <Show when={props.page.wholeRoom} fallback={<p class="govuk-inset-text">{props.page.notShown}</p>}>
        {(whole) => (
          <>
            <p class="headline">
              <Figures words={whole().sentence} />
            </p>
            <WholeRoomBar room={whole().room} sentence={whole().sentence} of={props.of} />
            <p class="govuk-inset-text">{whole().breakEven}</p>
            <Details summary="How sure is this?">
              <For each={whole().drillDown.words}>{(words) => <p>{words}</p>}</For>
            </Details>
          </>
        )}
      </Show>
    </>
  )
}

/** How many were left at each step from booking to a matched answer; a programme figure, shown for a group of any size. */
export function Flow(props: { page: GroupPage }) {
  const flow = () => props.page.flow
  return (
    <>
      <FlowLine
        steps={[
          { words: 'Booked', count: figure(flow().booked) },
          { words: 'Came', count: figure(flow().came) },
          { words: 'Could be reached', count: figure(flow().reachable) },
          { words: 'Asked', count: figure(flow().asked) },
          {
            words: 'Answered',
            count: figure(flow().answered),
            about: flow().answeredPercent === null ? undefined : `${flow().answeredPercent}% of those who came`,
          },
          { words: 'Answered fully', count: figure(flow().full) },
          { words: 'Matched', count: figure(flow().matched) },
        ]}
      />
      <p class="under-figures">
        <Show when={props.page.wholeRoom}>{(whole) => <>{whole().label}. </>}</Show>
        {props.page.method.asked} Matched: told us before the day and three months on.
      </p>
      <Show when={flow().came > 0}>
        <Details summary="Where everyone who came stands">
          <Table
            caption="Everyone who came, each in one place"
            columns={[
              { words: 'Where they stand', cell: (row) => row.words },
              { words: 'People', numeric: true, cell: (row) => figure(row.count) },
            ]}
            rows={flow().dispositions}
          />
        </Details>
      </Show>
    </>
  )
}

/** Before the day and three months on, one learning outcome beside the other. */
export function Outcomes(props: { page: GroupPage }) {
  return (
    <Show when={props.page.outcomes.length > 0}>
      <h2>What they say they know</h2>
      <div class="outcomes">
        <For each={props.page.outcomes}>
          {(outcome) => (
            <section class="outcome">
              <h3>“{outcome.outcome}”</h3>
              <Show
                when={outcome.matrix}
                fallback={
                  <p class="soft">
                    {outcome.sentence} {outcome.why}
                  </p>
                }
              >
                {(matrix) => (
                  <>
                    <TransitionMatrix matrix={matrix()} sentence={outcome.sentence} outcome={outcome.outcome} />
                    <Show when={outcome.test}>
                      <Details summary="How this was tested">
                        <p>{outcome.test}</p>
                      </Details>
                    </Show>
                  </>
                )}
              </Show>
            </section>
          )}
        </For>
      </div>
    </Show>
  )
}

/** How it was worked out, and what it cannot say. */
export function Method(props: { page: GroupPage }) {
  const method = () => props.page.method
  return (
    <section class="method" aria-labelledby="method">
      <h2 id="method">How this was worked out</h2>
      <p>
        {method().questions} {method().asked}
      </p>
      <p>{method().counted}</p>
      <p>{method().smallNumbers}</p>
      <p>{method().live}</p>
      <h3>What this cannot tell you</h3>
      <ul>
        <For each={props.page.cannotTell}>{(words) => <li>{words}</li>}</For>
      </ul>
    </section>
  )
}

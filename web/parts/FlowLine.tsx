import { For, type JSX, Show } from 'solid-js'

export type FlowStep = { words: string; count: string | number; about?: JSX.Element }

/** Booked, came, could be reached, asked, answered: how many were left at each step. */
export function FlowLine(props: { steps: readonly FlowStep[] }) {
  return (
    <dl class="flow">
      <For each={props.steps}>
        {(step) => (
          <div class="flow-step">
            <dt>{step.words}</dt>
            <dd>
              <span class="flow-count">{step.count}</span>
              <Show when={step.about}>
                <span class="flow-about">{step.about}</span>
              </Show>
            </dd>
          </div>
        )}
      </For>
    </dl>
  )
}

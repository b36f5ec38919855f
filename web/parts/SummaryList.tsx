import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'

export type SummaryRow = {
  key: JSX.Element
  /** Shown as "Not provided" when empty. */
  value: JSX.Element
  /** `what` completes "Change" for those who hear links out of place: "Change name". */
  change?: { href: string; what: string; words?: string }
}

/** Check answers, and any list of names and values. */
export function SummaryList(props: { rows: readonly SummaryRow[] }) {
  const hasChanges = () => props.rows.some((row) => row.change)
  return (
    <dl class="govuk-summary-list">
      <For each={props.rows}>
        {(row) => (
          <div
            class="govuk-summary-list__row"
            classList={{ 'govuk-summary-list__row--no-actions': hasChanges() && !row.change }}
          >
            <dt class="govuk-summary-list__key">{row.key}</dt>
            <dd class="govuk-summary-list__value">{row.value || <span class="soft">Not provided</span>}</dd>
            <Show when={row.change}>
              {(change) => (
                <dd class="govuk-summary-list__actions">
                  <A class="govuk-link" href={change().href}>
                    {change().words ?? 'Change'}
                    <span class="govuk-visually-hidden"> {change().what}</span>
                  </A>
                </dd>
              )}
            </Show>
          </div>
        )}
      </For>
    </dl>
  )
}

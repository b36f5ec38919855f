import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'

export type Row = {
  title: JSX.Element
  /** Said beside the title, only where something needs a person. */
  tag?: JSX.Element
  detail?: JSX.Element
  /** The whole row leads here; `link` says what happens there ("Confirm or waive"). */
  href?: string
  link?: string
  /** In place of a link: what can be pressed. */
  action?: JSX.Element
}

/** A list of things, each with what is the matter, why, and what the link does. */
export function Rows(props: { rows: readonly Row[] }) {
  return (
    <ul class="rows">
      <For each={props.rows}>
        {(row) => (
          <li class="row" classList={{ 'row-pressable': row.href !== undefined }}>
            <div class="row-words">
              <p class="row-title">
                {row.title} {row.tag}
              </p>
              <Show when={row.detail}>
                <p class="row-detail">{row.detail}</p>
              </Show>
            </div>
            <Show when={row.href} fallback={row.action}>
              {(href) => (
                <A class="row-link" href={href()}>
                  {row.link ?? 'Open'}
                  <span class="govuk-visually-hidden">: {row.title}</span>
                </A>
              )}
            </Show>
          </li>
        )}
      </For>
    </ul>
  )
}

import type { JSX } from 'solid-js'

/** Only where something needs a person, or just stopped needing one. */
export function Tag(props: { tone?: 'waiting' | 'urgent' | 'done'; children: JSX.Element }) {
  return <strong class={`govuk-tag tag-${props.tone ?? 'waiting'}`}>{props.children}</strong>
}

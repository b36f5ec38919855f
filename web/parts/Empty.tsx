import type { JSX } from 'solid-js'

/** An empty page says what would be here (`title`) and how to get it. */
export function Empty(props: { title: JSX.Element; children?: JSX.Element }) {
  return (
    <div class="empty">
      <p class="empty-title">{props.title}</p>
      {props.children}
    </div>
  )
}

import { createSignal, onCleanup, Show } from 'solid-js'

/** Says nothing at first: most pages are there before it would be read. */
export function Loading(props: { what?: string }) {
  const [isSlow, setSlow] = createSignal(false)
  const timer = setTimeout(() => setSlow(true), 400)
  onCleanup(() => clearTimeout(timer))
  return (
    <div class="loading" role="status">
      <Show when={isSlow()}>Loading {props.what ?? 'the page'}…</Show>
    </div>
  )
}

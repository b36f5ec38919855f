import { type JSX, onMount } from 'solid-js'

/** What was just done ("Saved", "12 people were written to"); it takes the focus so that it is heard. */
export function Notice(props: { children: JSX.Element }) {
  let notice: HTMLElement | undefined
  onMount(() => notice?.focus())
  return (
    <section class="notice" aria-label="Done" tabindex="-1" ref={notice}>
      {props.children}
    </section>
  )
}

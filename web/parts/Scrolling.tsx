import { createSignal, type JSX, onCleanup, onMount } from 'solid-js'

/** What may be wider than the screen scrolls within its own frame; only then can the keyboard reach the frame. */
export function Scrolling(props: { label: string; children: JSX.Element }) {
  const [isWide, setWide] = createSignal(false)
  let frame: HTMLElement | undefined
  onMount(() => {
    const watch = new ResizeObserver(() => setWide(frame!.scrollWidth > frame!.clientWidth + 1))
    watch.observe(frame!)
    onCleanup(() => watch.disconnect())
  })
  return (
    <section
      class="scrolling"
      ref={frame}
      tabindex={isWide() ? 0 : undefined}
      aria-label={isWide() ? `${props.label}, scrolls sideways` : undefined}
    >
      {props.children}
    </section>
  )
}

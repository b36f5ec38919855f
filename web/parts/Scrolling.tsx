import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'

/** What may be wider than the screen scrolls within its own frame, which then says so and can be reached by the keyboard. */
export function Scrolling(props: { label: string; children: JSX.Element }) {
  const [isWide, setWide] = createSignal(false)
  const [isMore, setMore] = createSignal({ left: false, right: false })
  let frame: HTMLElement | undefined
  const look = () => {
    const { scrollLeft, scrollWidth, clientWidth } = frame!
    setMore({ left: scrollLeft > 1, right: scrollLeft + clientWidth < scrollWidth - 1 })
  }
  onMount(() => {
    const watch = new ResizeObserver(() => {
      setWide(frame!.scrollWidth > frame!.clientWidth + 1)
      look()
    })
    watch.observe(frame!)
    onCleanup(() => watch.disconnect())
  })
  return (
    <>
      <Show when={isWide()}>
        <p class="scrolling-hint" aria-hidden="true">
          Scroll sideways to see all of it
        </p>
      </Show>
      <section
        class="scrolling"
        classList={{ 'more-left': isMore().left, 'more-right': isMore().right }}
        ref={frame}
        onScroll={look}
        tabindex={isWide() ? 0 : undefined}
        aria-label={isWide() ? `${props.label}, scrolls sideways` : undefined}
      >
        {props.children}
      </section>
    </>
  )
}

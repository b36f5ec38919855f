import { createEffect, type JSX, on, Show } from 'solid-js'

/** One thing in place of another at a press. What was pressed is gone then, so the focus goes on to what came. */
export function Swap(props: { isOpen: boolean; closed: JSX.Element; children: JSX.Element }) {
  let place: HTMLDivElement | undefined
  const goOn = (isOpen: boolean) => {
    // Words on what was done may have taken it already.
    if (document.activeElement !== document.body) return
    place?.querySelector<HTMLElement>(isOpen ? 'input, select, textarea, button' : 'button')?.focus()
  }
  createEffect(
    on(
      () => props.isOpen,
      (isOpen) => queueMicrotask(() => goOn(isOpen)),
      { defer: true },
    ),
  )
  return (
    <div ref={place}>
      <Show when={props.isOpen} fallback={props.closed}>
        {props.children}
      </Show>
    </div>
  )
}

import { createEffect, createSignal, on, Show } from 'solid-js'
import { refused } from './form-state.ts'
import { Notice } from './Notice.tsx'

/**
 * The words of what was last done on a page, and `settled`, which says them; what is not sent by a room's `action()` gives
 * how the page is read anew before, since an action is over only once that was done. They go when a form is refused: beside
 * its error they would read as if it had been done after all.
 */
export function createDone(readAnew: () => Promise<unknown> = async () => undefined) {
  const [done, setDone] = createSignal<string>()
  createEffect(on(refused, () => setDone(undefined), { defer: true }))
  const settled = async (words: string) => {
    setDone(undefined)
    await readAnew()
    setDone(words)
  }
  return { done, settled }
}

/** Those words, heard as soon as they stand there. */
export function Done(props: { words: string | undefined }) {
  return (
    <Show when={props.words} keyed>
      {(words) => (
        <Notice>
          <p>{words}</p>
        </Notice>
      )}
    </Show>
  )
}

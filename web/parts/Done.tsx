import { createSignal, Show } from 'solid-js'
import { Notice } from './Notice.tsx'

/** The words of what was last done on a page, and `settled`, which reads the page anew before it says them. */
export function createDone(readAnew: () => Promise<unknown>) {
  const [done, setDone] = createSignal<string>()
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

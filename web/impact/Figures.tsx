import { For } from 'solid-js'

/** A finished sentence with its figures in bold, so that the eye finds them. */
export function Figures(props: { words: string }) {
  return (
    <For each={props.words.split(/(\d[\d,.]*\d%?|\d%?)/)}>
      {(part, index) => (index() % 2 === 1 ? <strong>{part}</strong> : part)}
    </For>
  )
}

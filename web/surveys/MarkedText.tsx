import { For } from 'solid-js'
import { classWords, type Identifier } from '#server/surveys/shared/identifiers.ts'

/** What someone wrote, with what may tell who a person is marked and named. */
export function MarkedText(props: { text: string; found: readonly Identifier[] }) {
  const parts = () =>
    props.found.map((one, n) => ({
      before: props.text.slice(n === 0 ? 0 : props.found[n - 1]!.to, one.from),
      words: props.text.slice(one.from, one.to),
      is: classWords[one.is],
    }))
  return (
    <blockquote class="marked">
      <For each={parts()}>
        {(part) => (
          <>
            {part.before}
            <mark>
              {part.words} <small>({part.is}?)</small>
            </mark>
          </>
        )}
      </For>
      {props.text.slice(props.found.at(-1)?.to ?? 0)}
    </blockquote>
  )
}

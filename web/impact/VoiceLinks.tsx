import { A, useSearchParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { Select } from '#web/parts/Select.tsx'
import { useMe } from '#web/shell/me.ts'
import { yearWords } from './data.ts'

const pages = [
  { href: '/texts', words: 'Text to clear' },
  { href: '/coding', words: 'Read and code' },
  { href: '/codebook', words: 'Codebook' },
  { href: '/quotes', words: 'Quotes' },
  { href: '/accounts', words: 'Accounts to check' },
]

/** The pages about what people wrote, under the one link of the header. An administrator has the codebook alone. */
export function VoiceLinks() {
  const me = useMe()
  return (
    <Show when={me().role === 'coordinator'}>
      <nav aria-label="What people wrote">
        <ul class="plain filters">
          <For each={pages}>
            {(page) => (
              <li>
                <A href={page.href} end>
                  {page.words}
                </A>
              </li>
            )}
          </For>
        </ul>
      </nav>
    </Show>
  )
}

/** Which programme is looked at; it stands in the address. */
export function ProgrammeChoice(props: { programmes: string[]; programme: string }) {
  const [, setSearch] = useSearchParams()
  return (
    <Show when={props.programmes.length > 1}>
      <Select
        name="programme"
        label="Programme"
        options={props.programmes.map((name) => ({ value: name, words: yearWords(name) }))}
        value={props.programme}
        onChange={(programme) => setSearch({ programme })}
      />
    </Show>
  )
}

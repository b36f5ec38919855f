import { A } from '@solidjs/router'
import { For } from 'solid-js'
import { useMe } from '#web/shell/me.ts'

const everyones = [
  { href: '/actions', words: 'Actions' },
  { href: '/recommendations', words: 'Recommendations' },
]
const coordinators = [
  ...everyones,
  { href: '/evidence', words: 'Other evidence' },
  { href: '/returns', words: 'Single-agency returns' },
]

/** The pages on what is set beside the answers, under one link of the header. */
export function EvidenceLinks() {
  const me = useMe()
  return (
    <nav aria-label="Beside the answers">
      <ul class="plain filters">
        <For each={me().role === 'coordinator' ? coordinators : everyones}>
          {(link) => (
            <li>
              <A href={link.href}>{link.words}</A>
            </li>
          )}
        </For>
      </ul>
    </nav>
  )
}

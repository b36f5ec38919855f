import { A } from '@solidjs/router'
import { For } from 'solid-js'

const links = [
  { href: '/asking', words: 'Calendar' },
  { href: '/asking/holds', words: 'Pauses and holidays' },
  { href: '/phone-round', words: 'Phone round' },
  { href: '/answers', words: 'Type in an answer' },
  { href: '/asking/responses', words: 'Response' },
  { href: '/asking/reachability', words: 'Could not be asked' },
  { href: '/asking/agreements', words: 'Agreements' },
  { href: '/asking/experiments', words: 'Experiments' },
]

/** The pages about asking, under the one link of the header. */
export function AskingLinks() {
  return (
    <nav aria-label="Asking">
      <ul class="plain filters">
        <For each={links}>
          {(link) => (
            <li>
              <A href={link.href} end>
                {link.words}
              </A>
            </li>
          )}
        </For>
      </ul>
    </nav>
  )
}

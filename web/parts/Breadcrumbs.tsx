import { A } from '@solidjs/router'
import { For } from 'solid-js'

export type Crumb = { href: string; words: string }

/** The pages above this one; the page itself is its heading. */
export function Breadcrumbs(props: { crumbs: Crumb[] }) {
  return (
    <nav class="govuk-breadcrumbs" aria-label="Breadcrumb">
      <ol class="govuk-breadcrumbs__list">
        <For each={props.crumbs}>
          {(crumb) => (
            <li class="govuk-breadcrumbs__list-item">
              <A class="govuk-breadcrumbs__link" href={crumb.href}>
                {crumb.words}
              </A>
            </li>
          )}
        </For>
      </ol>
    </nav>
  )
}

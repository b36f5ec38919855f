import { A, createAsync } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { Tag } from '#web/parts/Tag.tsx'
import { paths } from '#web/routes.tsx'
import { getUrgentWords } from '#web/surveys/data.ts'
import { counted } from '#web/words.ts'
import { linksFor } from './links.ts'
import { Page } from './Page.tsx'

/** A coordinator's first page: what cannot wait, on top. */
export function Today() {
  const urgent = createAsync(() => getUrgentWords())
  return (
    <Page title="Today">
      <Show when={urgent()}>
        {(urgent) => (
          <Show
            when={urgent().waiting > 0}
            fallback={<p class="lead">No urgent words wait: somebody has recorded where each was passed.</p>}
          >
            <div class="govuk-inset-text">
              <p>
                <Tag tone="urgent">Urgent</Tag> <strong>Words that may be urgent wait for you.</strong>
              </p>
              <p>
                <A href="/texts">
                  Read {counted(urgent().waiting, 'text', 'texts')} and record where{' '}
                  {urgent().waiting === 1 ? 'it was' : 'they were'} passed
                </A>
              </p>
            </div>
          </Show>
        )}
      </Show>
      <h2>Your pages</h2>
      <ul>
        <For each={linksFor('coordinator', paths)}>
          {(link) => (
            <li>
              <A href={link.href}>{link.words}</A>
            </li>
          )}
        </For>
      </ul>
    </Page>
  )
}

import { A, createAsync, Navigate } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { Button } from '#web/parts/Button.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { paths } from '#web/routes.tsx'
import { getCast, signInAs } from './example.ts'
import { linksFor } from './links.ts'
import { useMe } from './me.ts'
import { Page } from './Page.tsx'
import { Today } from './Today.tsx'

/** Who is signed in goes to the first page of their role, a coordinator to Today; who is not reads what this is. */
export default function HomePage() {
  const me = useMe()
  const cast = createAsync(async () => (me().mode === 'example' ? getCast() : []))
  const first = () => (me().signedIn ? linksFor(me().role, paths)[0]?.href : undefined)
  return (
    <Show
      when={!first()}
      fallback={
        <Show when={me().role === 'coordinator'} fallback={<Navigate href={first()!} />}>
          <Today />
        </Show>
      }
    >
      <Page
        title="Safeguarding training"
        lead={`Courses, learning events, forums and the yearly conference of ${me().partnership.name}, for everyone who works with children, families and adults.`}
      >
        <Rows
          rows={linksFor(null, paths).map(({ href, words }) => ({
            title: words,
            detail: 'See what is coming up, and book a place in about a minute.',
            href,
            link: 'See the list',
          }))}
        />
        <h2>Three months on</h2>
        <p>
          After each course we ask everyone who came one question: what became of what you planned? It takes half a
          minute, and it is how the partnership learns what its training changes.
        </p>
        <Show when={cast()?.length}>
          <h2>Look round the example</h2>
          <p>
            Every person here is invented. Sign in as any of them with one press, then move the clock forward at the top
            and read the <A href="/mailbox">mailbox</A>.
          </p>
          <ul class="plain">
            <For each={cast()}>
              {(one) => (
                <li>
                  <Button look="link" onPress={() => signInAs(one.as)}>
                    {one.name}
                  </Button>
                  , {one.what}
                </li>
              )}
            </For>
          </ul>
        </Show>
      </Page>
    </Show>
  )
}

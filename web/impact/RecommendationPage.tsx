import { A, createAsync, revalidate, useParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { ChainLink, Recommendation } from '#server/impact/routes.ts'
import { recommendationSourceWords } from '#server/impact/shared/evidence-words.ts'
import { figureLabels } from '#server/impact/shared/figures.ts'
import { Button } from '#web/parts/Button.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Swap } from '#web/parts/Swap.tsx'
import { Table } from '#web/parts/Table.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { courseHref, yearWords } from './data.ts'
import { getRecommendation } from './evidence-data.ts'
import { RecommendationForm } from './RecommendationForm.tsx'

/** The chain of one recommendation, on one page: asked for, answered, reached, changed, remaining. */
export default function RecommendationPage() {
  const params = useParams<{ id: string }>()
  const it = createAsync(() => getRecommendation(params.id))
  const [isOpen, setOpen] = createSignal(false)
  const { done, settled } = createDone(async () => {
    await revalidate(getRecommendation.key)
    setOpen(false)
  })
  return (
    <Show when={it()}>
      {(it) => (
        <Page title={it().reference} back={{ href: '/recommendations', words: 'All recommendations' }}>
          <Done words={done()} />
          <h2>What was asked for</h2>
          <p>{it().text}</p>
          <p class="soft">
            {recommendationSourceWords[it().source]}, {it().made}
          </p>
          <h2>The courses that answer it</h2>
          <Show
            when={it().courses.length}
            fallback={
              <Empty title="No course answers it yet">
                <p>Once one does, who was reached and what changed stand below.</p>
              </Empty>
            }
          >
            <ul>
              <For each={it().courses}>
                {({ title, code }) => (
                  <li>
                    {title} ({code})
                  </li>
                )}
              </For>
            </ul>
          </Show>
          <h2>Who was reached</h2>
          <p>{reachedWords(it())}</p>
          <Show when={it().links.length}>
            <Table
              caption="Held since it was made, by course and year"
              columns={[
                { words: 'Course', cell: ({ title }: ChainLink) => title },
                { words: 'Year', cell: ({ programme }) => yearWords(programme) },
                { words: 'Events', cell: ({ events }) => events, numeric: true },
                { words: 'Attendances', cell: ({ attended }) => attended, numeric: true },
                { words: 'Different people', cell: ({ people }) => people, numeric: true },
              ]}
              rows={it().links}
            />
          </Show>
          <h2>What changed</h2>
          <Show when={it().links.length} fallback={<p>Nothing can be said of it before a course is held.</p>}>
            <p class="soft">{figureLabels.do}, self-reported: the sentence of each course’s page.</p>
            <For each={it().links}>
              {(link) => (
                <>
                  <h3>
                    {link.title}, {yearWords(link.programme)}
                  </h3>
                  <Show when={link.provisional}>
                    <p>
                      <strong>Provisional.</strong> {link.provisional}
                    </p>
                  </Show>
                  <p>{link.changed ?? link.notShown}</p>
                  <p>
                    <A href={courseHref(link.programme, link.code)}>
                      The page of {link.title}, {yearWords(link.programme)}
                    </A>
                  </p>
                </>
              )}
            </For>
          </Show>
          <h2>What remains</h2>
          <p>{it().met ? `Nothing: met on ${it().met}.` : (it().remains ?? 'That is not said yet.')}</p>
          <Show when={it().mayKeep}>
            <Swap
              isOpen={isOpen()}
              closed={
                <Button look="secondary" onPress={() => setOpen(true)}>
                  Change
                </Button>
              }
            >
              <h2>Change this recommendation</h2>
              <RecommendationForm courses={it().all} recommendation={it()} settled={settled} />
              <p>
                <Button look="link" onPress={() => setOpen(false)}>
                  Back
                </Button>
              </p>
            </Swap>
          </Show>
        </Page>
      )}
    </Show>
  )
}

function reachedWords({ reached, notHeld }: Recommendation): string {
  const words =
    reached.events === 0
      ? 'No course that answers it has been held since it was made.'
      : `Since it was made ${counted(reached.events, 'event was', 'events were')} held: ${counted(reached.attended, 'attendance', 'attendances')} by ${counted(reached.people, 'person', 'different people')}.`
  const titles = notHeld.map(({ title }) => title).join('; ')
  return reached.events && titles ? `${words} Not held since: ${titles}.` : words
}

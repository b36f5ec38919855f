import { createAsync, revalidate } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { RecommendationLine } from '#server/impact/routes.ts'
import { recommendationSourceWords } from '#server/impact/shared/evidence-words.ts'
import { Button } from '#web/parts/Button.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Swap } from '#web/parts/Swap.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { EvidenceLinks } from './EvidenceLinks.tsx'
import { getRecommendations } from './evidence-data.ts'
import { RecommendationForm } from './RecommendationForm.tsx'

/** What reviews, audits and inspections asked for, each a press away from what became of it. */
export default function RecommendationsPage() {
  const page = createAsync(() => getRecommendations())
  const [isOpen, setOpen] = createSignal(false)
  const { done, settled } = createDone(async () => {
    await revalidate(getRecommendations.key)
    setOpen(false)
  })
  return (
    <Page
      title="Recommendations"
      lead="What a review, an audit, an inspection or the law asked for, and the training that answers it: who was reached, what changed, and what remains."
    >
      <EvidenceLinks />
      <Done words={done()} />
      <Show when={page()}>
        {(page) => (
          <>
            <Show when={page().mayKeep}>
              <Swap isOpen={isOpen()} closed={<Button onPress={() => setOpen(true)}>Enter a recommendation</Button>}>
                <h2>Enter a recommendation</h2>
                <RecommendationForm courses={page().courses} settled={settled} />
                <p>
                  <Button look="link" onPress={() => setOpen(false)}>
                    Back
                  </Button>
                </p>
              </Swap>
            </Show>
            <Show
              when={page().recommendations.length}
              fallback={
                <Empty title="No recommendation is entered yet">
                  <p>A recommendation stands here with its reference and date, and the courses that answer it.</p>
                </Empty>
              }
            >
              <Rows
                rows={page().recommendations.map((one) => ({
                  title: one.reference,
                  tag: one.met ? <Tag tone="done">Met</Tag> : undefined,
                  detail: <For each={detailOf(one)}>{(line) => <span class="row-line">{line}</span>}</For>,
                  href: `/recommendations/${one.id}`,
                  link: 'See what became of it',
                }))}
              />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function detailOf({ source, made, text, courses, reached, remains, met }: RecommendationLine): string[] {
  return [
    `${recommendationSourceWords[source]}, ${made}. ${text}`,
    courses.length
      ? `Answered by ${courses.map(({ title }) => title).join('; ')}: ${counted(reached.people, 'person', 'people')} reached since.`
      : 'No course answers it yet.',
    met ? `Met on ${met}.` : remains ? `Remains: ${remains}` : 'What remains is not said yet.',
  ]
}

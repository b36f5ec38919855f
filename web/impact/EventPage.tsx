import { A, createAsync, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { ImpactView } from './Answers.tsx'
import { getEvent } from './data.ts'

export default function EventPage() {
  const params = useParams<{ id: string }>()
  const read = createAsync(() => getEvent(params.id))
  const course = () => read()?.crumbs.at(-1)
  const isHidden = () => read()?.page.figures.some(({ key, notShown }) => key === 'whole-room' && notShown !== null)
  return (
    <Show when={read()}>
      {(read) => (
        <ImpactView read={read()}>
          <Show when={isHidden() && course()}>
            {(course) => (
              <p>
                <A href={course().href}>See this course over the whole year</A>
              </p>
            )}
          </Show>
        </ImpactView>
      )}
    </Show>
  )
}

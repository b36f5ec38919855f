import { createAsync, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { ImpactView } from './Answers.tsx'
import { BarrierAction } from './BarrierAction.tsx'
import { getCourse } from './data.ts'

/** The home of the impact pages: a course over a year. */
export default function CoursePage() {
  const params = useParams<{ name: string; code: string }>()
  const read = createAsync(() => getCourse(params.name, params.code))
  return (
    <Show when={read()}>
      {(read) => (
        <ImpactView
          read={read()}
          foot={(figure) =>
            figure.key === 'in-the-way' ? <BarrierAction figure={figure} course={params.code} /> : undefined
          }
        />
      )}
    </Show>
  )
}

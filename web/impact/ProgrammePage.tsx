import { A, createAsync, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { useMe } from '#web/shell/me.ts'
import { ImpactView } from './Answers.tsx'
import { getProgramme, programmeHref } from './data.ts'

export default function ProgrammePage() {
  const params = useParams<{ name: string }>()
  const me = useMe()
  const read = createAsync(() => getProgramme(params.name))
  return (
    <Show when={read()}>
      {(read) => (
        <ImpactView read={read()}>
          <ul class="plain filters">
            <li>
              <A href="/impact/period">A free period</A>
            </li>
            <Show when={me().role === 'coordinator'}>
              <li>
                <A href={`${programmeHref(params.name)}/costs`}>Costs</A>
              </li>
              <li>
                <A href={`${programmeHref(params.name)}/other-training`}>Other training</A>
              </li>
            </Show>
          </ul>
        </ImpactView>
      )}
    </Show>
  )
}

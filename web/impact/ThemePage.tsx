import { createAsync, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { ImpactView } from './Answers.tsx'
import { getTheme } from './data.ts'

export default function ThemePage() {
  const params = useParams<{ name: string; id: string }>()
  const read = createAsync(() => getTheme(params.name, params.id))
  return <Show when={read()}>{(read) => <ImpactView read={read()} />}</Show>
}

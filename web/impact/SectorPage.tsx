import { createAsync, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { ImpactView } from './Answers.tsx'
import { getSector } from './data.ts'

export default function SectorPage() {
  const params = useParams<{ name: string; id: string }>()
  const read = createAsync(() => getSector(params.name, params.id))
  return <Show when={read()}>{(read) => <ImpactView read={read()} />}</Show>
}

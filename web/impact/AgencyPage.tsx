import { createAsync, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { ImpactView } from './Answers.tsx'
import { getAgency } from './data.ts'

export default function AgencyPage() {
  const params = useParams<{ name: string; id: string }>()
  const read = createAsync(() => getAgency(params.name, params.id))
  return <Show when={read()}>{(read) => <ImpactView read={read()} />}</Show>
}

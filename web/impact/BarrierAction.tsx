import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { barriers } from '#server/impact/shared/barriers.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import { useMe } from '#web/shell/me.ts'

/** Under what got in the way of a course: the barrier met most, one press from being an action. */
export function BarrierAction(props: { figure: Figure; course: string }) {
  const me = useMe()
  const most = () => {
    const { table } = props.figure
    const column = table?.head.findIndex((head) => head.startsWith('Met it')) ?? -1
    const met = (key: string) => Number(table?.rows.find(([label]) => label === key)?.[column] ?? 0)
    const [first] = barriers.toSorted((a, b) => met(b.label) - met(a.label))
    return column > 0 && first && met(first.label) > 0 ? first : null
  }
  return (
    <Show when={me().role !== 'trainer' && most()}>
      {(barrier) => (
        <p>
          <A href={`/actions?course=${encodeURIComponent(props.course)}&barrier=${barrier().key}`}>
            Make an action of “{barrier().label}”
          </A>
        </p>
      )}
    </Show>
  )
}

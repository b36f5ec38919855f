import { Show } from 'solid-js'
import type { Problem } from '#web/problem.ts'
import { useMe } from '#web/shell/me.ts'
import { Button } from './Button.tsx'

/** What did not work, in words, and the way to try again. */
export function Failed(props: { problem: Problem; again?: () => unknown }) {
  const me = useMe()
  return (
    <div class="failed">
      <p class="lead">{props.problem.detail ?? props.problem.title}</p>
      <Show when={props.again}>{(again) => <Button onPress={again()}>Try again</Button>}</Show>
      <p>
        If it goes on, ring {me().partnership.team} on {me().partnership.phone}
        <Show when={props.problem.reference}> and give the reference {props.problem.reference}</Show>.
      </p>
    </div>
  )
}

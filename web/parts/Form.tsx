import { createEffect, createSignal, type JSX, on, onCleanup, Show } from 'solid-js'
import { type Problem, problemOf } from '#web/problem.ts'
import { setFaulty } from '#web/shell/title.ts'
import { ErrorSummary } from './ErrorSummary.tsx'
import { type Fields, readFields } from './fields.ts'
import { errorFor, FormContext, tellRefused } from './form-state.ts'

/**
 * A form and what it says when the answer is no. `send` gets what stands in the fields and may throw: a problem's `errors`
 * go beside the fields of the same name and into the summary, which gets the focus; any other problem is said in the
 * summary alone. What was typed stays. Give `send` a room's `action()` through `useAction`; its `redirect()` goes on.
 */
export function Form(props: {
  send: (fields: Fields) => Promise<unknown>
  children: JSX.Element
  /** Words for refusals by their code, where the page knows better than the server's detail. */
  refusals?: Record<string, string>
  class?: string
  /** For a form that is a landmark of its own, such as filters: its name. */
  label?: string
}) {
  const [problem, setProblem] = createSignal<Problem>()
  const [isPending, setPending] = createSignal(false)
  let sentAt = Number.NEGATIVE_INFINITY

  const errors = () => problem()?.errors ?? []
  createEffect(on(problem, (now) => setFaulty(now !== undefined)))
  onCleanup(() => setFaulty(false))

  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    // The second half of a double click, which can come after a quick answer to the first; nothing was typed between them.
    if (isPending() || event.timeStamp - sentAt < 600) return
    sentAt = event.timeStamp
    const fields = readFields(new FormData(event.currentTarget, event.submitter))
    setPending(true)
    setProblem(undefined)
    try {
      await props.send(fields)
    } catch (error) {
      if (problemOf(error).status === 500) console.error(error)
      tellRefused()
      setProblem(problemOf(error))
    } finally {
      setPending(false)
    }
  }

  return (
    <FormContext.Provider value={{ isPending, errorOf: (name) => errorFor(errors(), name) }}>
      <form
        novalidate
        class={props.class}
        aria-label={props.label}
        onSubmit={submit}
        onInput={() => {
          sentAt = Number.NEGATIVE_INFINITY
        }}
      >
        <Show when={problem()} keyed>
          {(now) => <ErrorSummary problem={now} refusals={props.refusals ?? {}} />}
        </Show>
        {props.children}
        <p class="form-status" role="status">
          {isPending() ? 'Sending…' : ''}
        </p>
      </form>
    </FormContext.Provider>
  )
}

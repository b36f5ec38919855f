import { For, onMount, Show } from 'solid-js'
import type { Problem } from '#web/problem.ts'
import { useMe } from '#web/shell/me.ts'
import { fieldId } from './form-state.ts'

/** At the head of a form, with the focus: what is wrong, each with the way to its field. */
export function ErrorSummary(props: { problem: Problem; refusals?: Record<string, string> }) {
  const me = useMe()
  let summary: HTMLElement | undefined
  onMount(() => {
    summary?.focus()
    summary?.scrollIntoView({ block: 'start' })
  })

  const fieldOf = (path: string): HTMLElement | null => {
    const parts = path.split('.')
    for (let length = parts.length; length > 0; length--) {
      const field = document.getElementById(fieldId(parts.slice(0, length).join('.')))
      if (field) return field
    }
    return null
  }
  const words = () =>
    props.refusals?.[props.problem.code ?? ''] ?? props.problem.detail ?? `${props.problem.title.replace(/[.]$/, '')}.`

  return (
    <section class="govuk-error-summary" aria-labelledby="error-summary-title" tabindex="-1" ref={summary}>
      <h2 class="govuk-error-summary__title" id="error-summary-title">
        There is a problem
      </h2>
      <div class="govuk-error-summary__body">
        <Show when={props.problem.status === 401} fallback={<Reasons />}>
          <p>
            You have been signed out.{' '}
            <a href="/sign-in" target="_blank" rel="noopener">
              Sign in again in a new tab
            </a>
            , then come back here and press the button again. What you typed is still here.
          </p>
        </Show>
      </div>
    </section>
  )

  function Reasons() {
    return (
      <Show
        when={props.problem.errors?.length}
        fallback={
          <>
            <p>{words()}</p>
            <Show when={props.problem.reference}>
              <p>
                If you ring {me().partnership.team} on {me().partnership.phone}, give the reference{' '}
                {props.problem.reference}.
              </p>
            </Show>
          </>
        }
      >
        <ul class="govuk-list govuk-error-summary__list">
          <For each={props.problem.errors}>
            {(error) => (
              <li>
                <Show when={fieldOf(error.path)} fallback={error.message}>
                  {(field) => (
                    <a
                      href={`#${field().id}`}
                      onClick={(event) => {
                        event.preventDefault()
                        ;(field().closest('.govuk-form-group') ?? field()).scrollIntoView({ block: 'start' })
                        field().focus({ preventScroll: true })
                      }}
                    >
                      {error.message}
                    </a>
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    )
  }
}

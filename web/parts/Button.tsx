import { createSignal, type JSX } from 'solid-js'
import { useForm } from './form-state.ts'

const looks = {
  action: 'govuk-button',
  secondary: 'govuk-button govuk-button--secondary',
  warning: 'govuk-button govuk-button--warning',
  link: 'button-link',
}

/**
 * A button that says what it does. In a `Form` it sends the form; with `onPress` it does that instead. A second press
 * while the first still runs does nothing; it stays focusable throughout. What `onPress` throws is the caller's to show.
 */
export function Button(props: {
  children: JSX.Element
  look?: keyof typeof looks
  /** In place of a look: a class of its own. */
  class?: string
  name?: string
  value?: string
  onPress?: () => unknown
}) {
  const form = useForm()
  const [isBusy, setBusy] = createSignal(false)
  const isPending = () => isBusy() || (!props.onPress && (form?.isPending() ?? false))

  const press = async () => {
    if (isBusy()) return
    setBusy(true)
    try {
      await props.onPress?.()
    } finally {
      setBusy(false)
    }
  }

  return (
    <button
      type={props.onPress ? 'button' : 'submit'}
      class={props.class ?? looks[props.look ?? 'action']}
      name={props.name}
      value={props.value ?? ''}
      aria-disabled={isPending() ? 'true' : undefined}
      onClick={(event) => {
        if (!props.onPress) return
        event.preventDefault()
        void press()
      }}
    >
      {props.children}
    </button>
  )
}

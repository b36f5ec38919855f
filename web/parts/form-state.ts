import { createContext, createSignal, useContext } from 'solid-js'
import type { FieldError } from '#web/problem.ts'

export type FormState = {
  isPending: () => boolean
  /** The words beside a field, if it is faulty. */
  errorOf: (name: string) => string | undefined
}

export const FormContext = createContext<FormState>()

/** Told whenever a form on the page is refused: what was done before it is then no news any more. */
export const [refused, tellRefused] = createSignal<void>(undefined, { equals: false })

/** The form this part stands in, if any. */
export function useForm(): FormState | undefined {
  return useContext(FormContext)
}

/** A field's id: its name with what an address fragment cannot hold replaced. */
export function fieldId(name: string): string {
  return `field-${name.replaceAll(/[^\w-]+/g, '-')}`
}

/** The message for a field: its own path, or anything under it ("from.month" for "from"). */
export function errorFor(errors: readonly FieldError[], name: string): string | undefined {
  return (
    errors.find(({ path }) => path === name)?.message ?? errors.find(({ path }) => path.startsWith(`${name}.`))?.message
  )
}

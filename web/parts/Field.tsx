import { type JSX, Show } from 'solid-js'
import { fieldId, useForm } from './form-state.ts'

/** What every field has: a name (the API's path), a label above it, perhaps a hint, and the words of its error. */
export type FieldProps = {
  name: string
  label: JSX.Element
  hint?: JSX.Element | undefined
  /** The label is the page's question: it becomes the h1. Give the `Page` `ownHeading`. */
  isHeading?: boolean | undefined
  /** For a field outside a `Form`. */
  error?: string | undefined
}

export function fieldParts(props: FieldProps) {
  const form = useForm()
  const id = () => fieldId(props.name)
  const error = () => props.error ?? form?.errorOf(props.name)
  const describedBy = () =>
    [props.hint ? `${id()}-hint` : '', error() ? `${id()}-error` : ''].filter(Boolean).join(' ') || undefined
  return { id, error, describedBy }
}

export function Hint(props: { id: string; children: JSX.Element }) {
  return (
    <Show when={props.children}>
      <div class="govuk-hint" id={`${props.id}-hint`}>
        {props.children}
      </div>
    </Show>
  )
}

export function FieldErrorMessage(props: { id: string; error: string | undefined }) {
  return (
    <Show when={props.error}>
      <p class="govuk-error-message" id={`${props.id}-error`}>
        <span class="govuk-visually-hidden">Error: </span>
        {props.error}
      </p>
    </Show>
  )
}

/** A label, its hint and its error around one control. */
export function LabelledField(props: { field: FieldProps; children: JSX.Element }) {
  const { id, error } = fieldParts(props.field)
  const label = () => (
    <label class="govuk-label" classList={{ 'govuk-label--l': props.field.isHeading === true }} for={id()}>
      {props.field.label}
    </label>
  )
  return (
    <div class="govuk-form-group" classList={{ 'govuk-form-group--error': error() !== undefined }}>
      <Show when={props.field.isHeading} fallback={label()}>
        <h1 class="govuk-label-wrapper">{label()}</h1>
      </Show>
      <Hint id={id()}>{props.field.hint}</Hint>
      <FieldErrorMessage id={id()} error={error()} />
      {props.children}
    </div>
  )
}

/** A question with several controls under it: radios, checkboxes, the three boxes of a date. */
export function QuestionField(props: { field: FieldProps; class?: string; children: JSX.Element }) {
  const { id, error, describedBy } = fieldParts(props.field)
  return (
    <div class="govuk-form-group" classList={{ 'govuk-form-group--error': error() !== undefined }}>
      <fieldset class="govuk-fieldset" aria-describedby={describedBy()}>
        <legend
          class="govuk-fieldset__legend"
          classList={{ 'govuk-fieldset__legend--l': props.field.isHeading === true }}
        >
          <Show when={props.field.isHeading} fallback={props.field.label}>
            <h1 class="govuk-fieldset__heading">{props.field.label}</h1>
          </Show>
        </legend>
        <Hint id={id()}>{props.field.hint}</Hint>
        <FieldErrorMessage id={id()} error={error()} />
        {props.children}
      </fieldset>
    </div>
  )
}

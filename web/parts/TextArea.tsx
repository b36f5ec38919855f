import { type FieldProps, fieldParts, LabelledField } from './Field.tsx'

export function TextArea(
  props: FieldProps & {
    value?: string | undefined
    rows?: number
    maxlength?: number
    onInput?: (value: string) => void
  },
) {
  const { id, error, describedBy } = fieldParts(props)
  return (
    <LabelledField field={props}>
      <textarea
        class="govuk-textarea"
        classList={{ 'govuk-textarea--error': error() !== undefined }}
        id={id()}
        name={props.name}
        rows={props.rows ?? 4}
        maxlength={props.maxlength}
        value={props.value ?? ''}
        aria-describedby={describedBy()}
        aria-invalid={error() === undefined ? undefined : 'true'}
        onInput={(event) => props.onInput?.(event.currentTarget.value)}
      />
    </LabelledField>
  )
}

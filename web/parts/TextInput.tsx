import { type FieldProps, fieldParts, LabelledField } from './Field.tsx'

/**
 * One line of text. `width` in characters. For a name: `autocomplete="name" spellcheck={false}`; for a sign-in code:
 * `autocomplete="one-time-code" inputmode="numeric" width={10}`.
 */
export function TextInput(
  props: FieldProps & {
    value?: string | number | undefined
    type?: 'text' | 'email' | 'tel' | 'search' | 'url'
    inputmode?: 'numeric' | 'decimal' | 'text'
    autocomplete?: string
    spellcheck?: boolean
    width?: 2 | 3 | 4 | 5 | 10 | 20 | 30
    maxlength?: number
    onInput?: (value: string) => void
  },
) {
  const { id, error, describedBy } = fieldParts(props)
  return (
    <LabelledField field={props}>
      <input
        class="govuk-input"
        classList={{
          'govuk-input--error': error() !== undefined,
          [`govuk-input--width-${props.width ?? 30}`]: true,
          'govuk-input--extra-letter-spacing': props.autocomplete === 'one-time-code',
        }}
        id={id()}
        name={props.name}
        type={props.type ?? 'text'}
        value={props.value ?? ''}
        inputmode={props.inputmode}
        autocomplete={props.autocomplete}
        spellcheck={props.spellcheck}
        maxlength={props.maxlength}
        aria-describedby={describedBy()}
        aria-invalid={error() === undefined ? undefined : 'true'}
        onInput={(event) => props.onInput?.(event.currentTarget.value)}
      />
    </LabelledField>
  )
}

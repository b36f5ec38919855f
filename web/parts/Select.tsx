import { For, Show } from 'solid-js'
import { type FieldProps, fieldParts, LabelledField } from './Field.tsx'

export type Option = { value: string | number; words: string }

/** `blank`: the first, empty choice ("Choose a sector", "Any level"). */
export function Select(
  props: FieldProps & {
    options: readonly Option[]
    value?: string | number | undefined
    blank?: string
    onChange?: (value: string) => void
  },
) {
  const { id, error, describedBy } = fieldParts(props)
  return (
    <LabelledField field={props}>
      <select
        class="govuk-select"
        classList={{ 'govuk-select--error': error() !== undefined }}
        id={id()}
        name={props.name}
        aria-describedby={describedBy()}
        aria-invalid={error() === undefined ? undefined : 'true'}
        onChange={(event) => props.onChange?.(event.currentTarget.value)}
      >
        <Show when={props.blank !== undefined}>
          <option value="">{props.blank}</option>
        </Show>
        <For each={props.options}>
          {(option) => (
            <option value={option.value} selected={String(option.value) === String(props.value ?? '')}>
              {option.words}
            </option>
          )}
        </For>
      </select>
    </LabelledField>
  )
}

import { For } from 'solid-js'
import { type FieldProps, fieldParts, QuestionField } from './Field.tsx'

const boxes = [
  { part: 'day', words: 'Day', width: 2 },
  { part: 'month', words: 'Month', width: 4 },
  { part: 'year', words: 'Year', width: 4 },
]

/** A date typed as day, month (9, 09 or Sep) and year. Read it with `fields.date(name)`. `value` is YYYY-MM-DD. */
export function DateInput(props: FieldProps & { value?: string | undefined }) {
  const { id, error } = fieldParts(props)
  const given = () => {
    const [year = '', month = '', day = ''] = (props.value ?? '').split('-').map((part) => part.replace(/^0/, ''))
    return [day, month, year]
  }
  return (
    <QuestionField field={{ ...props, hint: props.hint ?? 'For example, 24 9 2026' }}>
      <div class="govuk-date-input">
        <For each={boxes}>
          {(box, index) => {
            const boxId = () => (index() === 0 ? id() : `${id()}-${box.part}`)
            return (
              <div class="govuk-date-input__item">
                <label class="govuk-label govuk-date-input__label" for={boxId()}>
                  {box.words}
                </label>
                <input
                  class={`govuk-input govuk-date-input__input govuk-input--width-${box.width}`}
                  classList={{ 'govuk-input--error': error() !== undefined }}
                  id={boxId()}
                  name={`${props.name}.${box.part}`}
                  type="text"
                  inputmode={box.part === 'month' ? undefined : 'numeric'}
                  value={given()[index()]}
                />
              </div>
            )
          }}
        </For>
      </div>
    </QuestionField>
  )
}

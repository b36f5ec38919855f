import { For } from 'solid-js'
import { type Me, useMe } from '#web/shell/me.ts'
import { type FieldProps, fieldParts, QuestionField } from './Field.tsx'

const boxes = [
  { part: 'day', words: 'Day', width: 2 },
  { part: 'month', words: 'Month', width: 4 },
  { part: 'year', words: 'Year', width: 4 },
]

const londonDay = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'numeric',
  year: 'numeric',
  timeZone: 'Europe/London',
})

/** Yesterday as it is typed, "23 9 2026": an example that a field for what is over takes. */
function exampleOf({ now }: Me): string {
  return londonDay
    .format(now - 86_400_000)
    .split('/')
    .map(Number)
    .join(' ')
}

/**
 * A date typed as day, month (9, 09 or Sep) and year. Read it with `fields.date(name)`. `value` is YYYY-MM-DD.
 * `isOver`: no day ahead is taken, so the example is none either; a `hint` then stands before it.
 */
export function DateInput(props: FieldProps & { value?: string | undefined; isOver?: boolean }) {
  const { id, error } = fieldParts(props)
  const hint = () => {
    if (!props.isOver) return props.hint ?? 'For example, 24 9 2026'
    return [props.hint, `For example, ${exampleOf(useMe()())}`].filter(Boolean).join(' ')
  }
  const given = () => {
    const [year = '', month = '', day = ''] = (props.value ?? '').split('-').map((part) => part.replace(/^0/, ''))
    return [day, month, year]
  }
  return (
    <QuestionField field={{ ...props, hint: hint() }}>
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

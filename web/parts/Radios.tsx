import { For, type JSX, Show } from 'solid-js'
import { type FieldProps, fieldParts, QuestionField } from './Field.tsx'

export type Choice = {
  value: string | number
  words: JSX.Element
  hint?: JSX.Element
  /** What stands under this choice while it is chosen: a field that only it needs. */
  more?: JSX.Element
}

/** One of several; the whole row can be pressed. `small` for filters and registers. */
export function Radios(
  props: FieldProps & {
    choices: readonly Choice[]
    value?: string | number | undefined
    small?: boolean
    inline?: boolean
    onChange?: (value: string) => void
  },
) {
  return <Choices {...props} kind="radio" chosen={props.value === undefined ? [] : [String(props.value)]} />
}

/** Several of several, or one to tick. */
export function Checkboxes(
  props: FieldProps & {
    choices: readonly Choice[]
    values?: readonly (string | number)[] | undefined
    small?: boolean
    inline?: boolean
    onChange?: (value: string, isTicked: boolean) => void
  },
) {
  return <Choices {...props} kind="checkbox" chosen={(props.values ?? []).map(String)} />
}

function Choices(
  props: FieldProps & {
    kind: 'radio' | 'checkbox'
    choices: readonly Choice[]
    chosen: string[]
    small?: boolean
    inline?: boolean
    onChange?: (value: string, isTicked: boolean) => void
  },
) {
  const { id } = fieldParts(props)
  const block = () => (props.kind === 'radio' ? 'govuk-radios' : 'govuk-checkboxes')
  return (
    <QuestionField field={props}>
      <div
        class={block()}
        classList={{
          [`${block()}--small`]: props.small === true,
          'choices-boxed': props.small !== true,
          'choices-inline': props.inline === true,
        }}
      >
        <For each={props.choices}>
          {(choice, index) => {
            // The summary's link leads to the first choice, so it carries the field's own id.
            const choiceId = () => (index() === 0 ? id() : `${id()}-${index() + 1}`)
            return (
              <>
                <div class={`${block()}__item`}>
                  <input
                    class={`${block()}__input`}
                    type={props.kind}
                    id={choiceId()}
                    name={props.name}
                    value={choice.value}
                    checked={props.chosen.includes(String(choice.value))}
                    aria-describedby={choice.hint ? `${choiceId()}-about` : undefined}
                    onChange={(event) => props.onChange?.(String(choice.value), event.currentTarget.checked)}
                  />
                  <label class={`govuk-label ${block()}__label`} for={choiceId()}>
                    {choice.words}
                  </label>
                  <Show when={choice.hint}>
                    <div class={`govuk-hint ${block()}__hint`} id={`${choiceId()}-about`}>
                      {choice.hint}
                    </div>
                  </Show>
                </div>
                <Show when={choice.more}>
                  <div class={`${block()}__conditional choice-more`}>{choice.more}</div>
                </Show>
              </>
            )
          }}
        </For>
      </div>
    </QuestionField>
  )
}

import { For, Show } from 'solid-js'
import type { Anchor, TypeInInput } from '#server/surveys/input.ts'
import type { AnswerForm } from '#server/surveys/routes.ts'
import { quoteConsent } from '#server/surveys/shared/instruments.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Checkboxes, Radios } from '#web/parts/Radios.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'

type RestGiven = Pick<TypeInInput, 'chosen' | 'outcomes' | 'example' | 'quote'>

/** The questions that may be left out, for whoever gave more. */
export function TypedInRest(props: { form: AnswerForm; send: (rest: RestGiven) => Promise<void> }) {
  const given = (fields: Fields): RestGiven => {
    const chosen = Object.fromEntries(
      props.form.rest.map(({ key }) => [key, fields.texts(key)] as const).filter(([, keys]) => keys.length),
    )
    const outcomes = (props.form.outcomes?.items ?? []).flatMap(({ id }) => {
      const anchor = fields.optional(`outcomes-${id}`)
      return anchor ? [{ learningOutcomeId: id, anchor: anchor as Anchor }] : []
    })
    const example = fields.optional('example')
    const quote = quoteConsent.options.find(({ key }) => key === fields.text('quote'))?.key
    return {
      ...(Object.keys(chosen).length ? { chosen } : {}),
      ...(outcomes.length ? { outcomes } : {}),
      ...(example ? { example } : {}),
      ...(quote ? { quote } : {}),
    }
  }
  return (
    <Show when={props.form.outcomes || props.form.rest.length}>
      <h3>If they gave more</h3>
      <Form send={(fields) => props.send(given(fields))}>
        <For each={props.form.outcomes?.items}>
          {(item) => (
            <Radios
              small
              name={`outcomes-${item.id}`}
              label={item.text}
              choices={props.form.outcomes!.anchors.map(({ key, text }) => ({ value: key, words: text }))}
            />
          )}
        </For>
        <For each={props.form.rest}>
          {(one) => {
            const field = {
              name: one.key,
              label: one.text,
              choices: one.options.map(({ key, text }) => ({ value: key, words: text })),
            }
            return one.most > 1 ? (
              <Checkboxes small hint={one.most < one.options.length ? `Up to ${one.most}` : undefined} {...field} />
            ) : (
              <Radios small {...field} />
            )
          }}
        </For>
        <Show when={props.form.example}>
          {(example) => (
            <>
              <TextArea
                name="example"
                label={example().text}
                hint={`Up to ${example().longest} characters. Leave out anything that could tell who someone is.`}
              />
              <Radios
                small
                name="quote"
                label="May we quote it?"
                hint="Only what they said themselves; without it, no."
                choices={quoteConsent.options.map(({ key, text }) => ({ value: key, words: text }))}
              />
            </>
          )}
        </Show>
        <Button>Save the rest</Button>
      </Form>
    </Show>
  )
}

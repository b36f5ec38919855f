import { createAsync, revalidate, useAction } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { Anchor } from '#server/surveys/input.ts'
import type { BeforeQuestions as Questions } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Notice } from '#web/parts/Notice.tsx'
import { Checkboxes, Radios } from '#web/parts/Radios.tsx'
import { getBeforeQuestions, sendBefore } from './data.ts'

/** The questions before the day, on the confirmation of a booking; nothing when they were answered or the day has begun. */
export function BeforeQuestions(props: { bookingId: number }) {
  const id = () => String(props.bookingId)
  const asked = createAsync(() => getBeforeQuestions(id()))
  const send = useAction(sendBefore)
  const [isSaved, setSaved] = createSignal(false)

  const save = async (questions: Questions, fields: Fields) => {
    await send(id(), {
      outcomes: questions.outcomes.items.flatMap((item) => {
        const anchor = fields.optional(`outcome-${item.id}`)
        return anchor ? [{ learningOutcomeId: item.id, anchor: anchor as Anchor }] : []
      }),
      chance: fields.optional('chance') ?? null,
      need: fields.texts('need'),
    })
    setSaved(true)
    await revalidate(getBeforeQuestions.keyFor(id()))
  }

  return (
    <Show
      when={!isSaved()}
      fallback={
        <Notice>
          <p>
            Thank you. We will ask the same at the end of the day and three months later, to see what the course
            changes.
          </p>
        </Notice>
      }
    >
      <Show when={asked()?.questions}>
        {(questions) => (
          <section aria-labelledby="before-heading">
            <h2 id="before-heading">Before the day: a few taps</h2>
            <p>Half a minute. Leave out whatever you like; only the training team sees your answers.</p>
            <Form send={(fields) => save(questions(), fields)}>
              <p class="lead">{questions().outcomes.text}</p>
              <For each={questions().outcomes.items}>
                {(item) => (
                  <Radios
                    name={`outcome-${item.id}`}
                    label={item.text}
                    choices={questions().outcomes.anchors.map(({ value, text }) => ({ value, words: text }))}
                  />
                )}
              </For>
              <Radios
                name="chance"
                label={questions().chance.text}
                hint={`“This” is: ${questions().chance.behaviour}`}
                choices={questions().chance.options.map(({ value, text }) => ({ value, words: text }))}
              />
              <Checkboxes
                name="need"
                label={questions().need.text}
                choices={questions().need.options.map(({ value, text }) => ({ value, words: text }))}
              />
              <Button>Save my answers</Button>
            </Form>
          </section>
        )}
      </Show>
    </Show>
  )
}

import { createAsync, revalidate, useAction } from '@solidjs/router'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { Anchor, BeforeInput } from '#server/surveys/input.ts'
import type { BeforeQuestions as Questions } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Notice } from '#web/parts/Notice.tsx'
import { Checkboxes, Radios } from '#web/parts/Radios.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { getBeforeQuestions, sendBefore } from './data.ts'

/** The questions before the day, on the confirmation of a booking; nothing when they were answered or the day has begun. */
export function BeforeQuestions(props: { bookingId: number }) {
  const id = () => String(props.bookingId)
  const asked = createAsync(() => getBeforeQuestions(id()))
  const send = useAction(sendBefore)
  const [isSaved, setSaved] = createSignal(false)

  const save = async (given: BeforeInput) => {
    await send(id(), given)
    setSaved(true)
    await revalidate(getBeforeQuestions.keyFor(id()))
  }

  return (
    <Show
      when={!isSaved()}
      fallback={
        <Notice>
          <p>Thank you. Your answers help us to see later what the course changes.</p>
        </Notice>
      }
    >
      <Show when={asked()?.questions}>{(questions) => <BeforeForm questions={questions()} save={save} />}</Show>
    </Show>
  )
}

/** The questions themselves; a preview shows them with a `save` that saves nothing. */
export function BeforeForm(props: { questions: Questions; save: (given: BeforeInput) => Promise<unknown> }) {
  const given = (fields: Fields): BeforeInput => ({
    outcomes: props.questions.outcomes.items.flatMap((item) => {
      const anchor = fields.optional(`outcome-${item.id}`)
      return anchor ? [{ learningOutcomeId: item.id, anchor: anchor as Anchor }] : []
    }),
    chance: fields.optional('chance') ?? null,
    need: fields.texts('need'),
    added: props.questions.added.map(({ key, kind }) =>
      kind === 'text'
        ? { key, chosen: [], words: fields.text(key) }
        : { key, chosen: fields.texts(key).filter(Boolean), words: '' },
    ),
  })
  const choices = (options: { value: string; text: string }[]) =>
    options.map(({ value, text }) => ({ value, words: text }))
  const firstBox = () => props.questions.added.find(({ kind }) => kind === 'text')?.key

  return (
    <section aria-labelledby="before-heading">
      <h2 id="before-heading">Before the day: a few taps</h2>
      <p>Half a minute. Leave out whatever you like; only the training team sees your answers.</p>
      <Form send={(fields) => props.save(given(fields))}>
        <p class="lead">{props.questions.outcomes.text}</p>
        <For each={props.questions.outcomes.items}>
          {(item) => (
            <Radios name={`outcome-${item.id}`} label={item.text} choices={choices(props.questions.outcomes.anchors)} />
          )}
        </For>
        <Radios
          name="chance"
          label={props.questions.chance.text}
          hint={`“This” is: ${props.questions.chance.behaviour}`}
          choices={choices(props.questions.chance.options)}
        />
        <Checkboxes name="need" label={props.questions.need.text} choices={choices(props.questions.need.options)} />
        <For each={props.questions.added}>
          {(added) => (
            <Switch>
              <Match when={added.kind === 'one'}>
                <Radios name={added.key} label={added.text} choices={choices(added.options)} />
              </Match>
              <Match when={added.kind === 'several'}>
                <Checkboxes
                  name={added.key}
                  label={added.text}
                  hint={added.most < added.options.length ? `Choose up to ${added.most}.` : 'Choose all that apply.'}
                  choices={choices(added.options)}
                />
              </Match>
              <Match when={added.kind === 'text'}>
                <Show when={firstBox() === added.key}>
                  <Urgent routes={props.questions.urgent} />
                </Show>
                <TextArea
                  name={added.key}
                  label={added.text}
                  hint={`Leave out names, ages, dates, places and schools: nothing that could tell anyone who a child, an adult or a family is. Up to ${props.questions.longest} characters.`}
                />
              </Match>
            </Switch>
          )}
        </For>
        <Button>Save my answers</Button>
      </Form>
    </section>
  )
}

function Urgent(props: { routes: Questions['urgent'] }) {
  return (
    <p>
      <strong>This form is not watched.</strong> At risk now: <a href="tel:999">999</a>. A child: {props.routes.child}.
      An adult: {props.routes.adult}. Worried about someone who works with children: {props.routes.allegation}. If today
      touched you personally: {props.routes.support}.
    </p>
  )
}

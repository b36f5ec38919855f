import { createAsync, revalidate, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show, Suspense } from 'solid-js'
import type { PracticeAnswer, TypedInChannel } from '#server/surveys/input.ts'
import { Button } from '#web/parts/Button.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Loading } from '#web/parts/Loading.tsx'
import { Notice } from '#web/parts/Notice.tsx'
import { Radios } from '#web/parts/Radios.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { AskingLinks } from './AskingLinks.tsx'
import { getAnswerForm, getWhoseAnswer, sendTypedIn } from './answers-data.ts'
import { TypedInRest } from './TypedInRest.tsx'

const channelChoices: { value: TypedInChannel; words: string }[] = [
  { value: 'reply', words: 'In a reply to our email' },
  { value: 'paper', words: 'On paper' },
  { value: 'phone', words: 'By telephone' },
]

/** Types in an answer that came another way: one press chooses the person, the second is the answer. */
export default function TypeInPage() {
  const [search, setSearch] = useSearchParams<{ words?: string }>()
  const words = () => [search.words].flat()[0] ?? ''
  const [channel, setChannel] = createSignal<TypedInChannel>('reply')
  const [chosen, setChosen] = createSignal<number>()
  const whose = createAsync(() => getWhoseAnswer(words()))
  const again = () => {
    setChosen(undefined)
    void revalidate(getWhoseAnswer.key)
    queueMicrotask(() => document.getElementById('field-words')?.focus())
  }

  return (
    <Page
      title="Type in an answer"
      lead="For an answer that came in a reply, on paper or by telephone. Choose the person, then press their answer."
    >
      <AskingLinks />
      <Radios
        inline
        small
        name="channel"
        label="How did it come?"
        value={channel()}
        choices={channelChoices}
        onChange={(value) => setChannel(value as TypedInChannel)}
      />
      <Show
        when={chosen()}
        keyed
        fallback={
          <>
            <Form
              label="Find a person"
              send={async (fields) => setSearch({ words: fields.text('words') || undefined })}
            >
              <TextInput name="words" label="Half a name" value={words()} autocomplete="off" spellcheck={false} />
              <Button look="secondary">Find</Button>
            </Form>
            <Show when={whose()}>
              {(whose) => (
                <>
                  <h2>{words() ? 'Found' : 'Asked last, no answer yet'}</h2>
                  <Show
                    when={whose().found.length}
                    fallback={
                      <Empty title={words() ? 'Nobody by that name' : 'Nobody is waiting for an answer'}>
                        <p>
                          {words()
                            ? 'We look among people who came to a course that ended three to nine months ago.'
                            : 'Find someone by half a name.'}
                        </p>
                      </Empty>
                    }
                  >
                    <Rows
                      rows={whose().found.map((one) => ({
                        title: one.name,
                        detail: `${one.agency}. ${one.course}, ${one.date}.${one.about ? ` ${one.about}.` : ''}`,
                        action: (
                          <Button look="secondary" onPress={() => setChosen(one.bookingId)}>
                            Choose
                            <span class="govuk-visually-hidden">
                              : {one.name}, {one.course}
                            </span>
                          </Button>
                        ),
                      }))}
                    />
                    <Show when={whose().isMore}>
                      <p>There are more: type more of the name.</p>
                    </Show>
                  </Show>
                </>
              )}
            </Show>
          </>
        }
      >
        {(bookingId) => (
          <Suspense fallback={<Loading />}>
            <Answer bookingId={bookingId} channel={channel()} again={again} />
          </Suspense>
        )}
      </Show>
    </Page>
  )
}

function Answer(props: { bookingId: number; channel: TypedInChannel; again: () => void }) {
  const form = createAsync(() => getAnswerForm(props.bookingId))
  /** What was saved in this visit: the rest may be added to it. */
  const [saved, setSaved] = createSignal<PracticeAnswer>()
  const [isComplete, setComplete] = createSignal(false)
  /** The new answer that would take the place of one that stands. */
  const [wanted, setWanted] = createSignal<PracticeAnswer>()

  const textOf = (key: PracticeAnswer | undefined) => form()?.practice.find((one) => one.key === key)?.text ?? ''
  const send = async (practice: PracticeAnswer) => {
    const stands = form()?.stands?.practice ?? null
    if (stands !== null && wanted() === undefined) return void setWanted(practice)
    try {
      await sendTypedIn(props.bookingId, { channel: props.channel, practice, instead: stands })
    } catch (error) {
      // An answer came while this one was typed in: show it, and ask.
      await revalidate(getAnswerForm.keyFor(props.bookingId))
      throw error
    }
    setSaved(practice)
  }

  return (
    <Show when={form()}>
      {(form) => (
        <section class="typed-in" aria-labelledby="typed-in-heading">
          <h2 id="typed-in-heading" tabindex="-1" ref={(heading) => queueMicrotask(() => heading.focus())}>
            {form().name}
          </h2>
          <p class="soft">
            {form().agency}. {form().course}, {form().date}.
          </p>
          <Show when={saved()}>
            {(practice) => (
              <Notice>
                <p>
                  Saved: “{textOf(practice())}”.{isComplete() ? ' The rest is saved too.' : ''}
                </p>
              </Notice>
            )}
          </Show>
          <Show when={form().closed}>
            {(why) => <p class="govuk-inset-text">{why()}, so nothing can be typed in.</p>}
          </Show>
          <Show when={!form().closed && saved() === undefined}>
            <Show when={form().stands}>
              {(stands) => (
                <p class="govuk-inset-text">
                  They have answered already, {stands().how}: “{stands().words}”. It stays unless you change it.
                </p>
              )}
            </Show>
            <p>
              {form().planned
                ? `In ${form().month} they planned to: ${form().planned}.`
                : form().wroteOwn
                  ? `In ${form().month} they wrote down what they would do differently.`
                  : ''}
            </p>
            <Form send={(fields) => send((fields.text('practice') || wanted()) as PracticeAnswer)}>
              <Show
                when={wanted()}
                fallback={
                  <fieldset class="call-choices">
                    <legend>{form().question}</legend>
                    <For each={form().practice}>
                      {(answer) => (
                        <Button class="answer-button" name="practice" value={answer.key}>
                          {answer.text}
                        </Button>
                      )}
                    </For>
                  </fieldset>
                }
              >
                {(wanted) => (
                  <>
                    <p>
                      Change it from “{form().stands?.words}” to “{textOf(wanted())}”?
                    </p>
                    <Button look="warning">Yes, change it</Button>{' '}
                    <Button look="secondary" onPress={() => setWanted(undefined)}>
                      No, leave it
                    </Button>
                  </>
                )}
              </Show>
            </Form>
          </Show>
          <Show when={!isComplete() && saved()}>
            {(practice) => (
              <TypedInRest
                form={form()}
                send={async (rest) => {
                  const practised = practice()
                  await sendTypedIn(props.bookingId, {
                    channel: props.channel,
                    practice: practised,
                    instead: practised,
                    ...rest,
                  })
                  setComplete(true)
                }}
              />
            )}
          </Show>
          <p>
            <Button look="link" onPress={props.again}>
              {saved() ? 'Type in another' : 'Choose someone else'}
            </Button>
          </p>
        </section>
      )}
    </Show>
  )
}

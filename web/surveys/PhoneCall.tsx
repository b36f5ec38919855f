import { createAsync, revalidate } from '@solidjs/router'
import { createSignal, For, onMount, Show, Suspense } from 'solid-js'
import { type Anchor, type CallOutcome, practiceAnswers } from '#server/surveys/input.ts'
import type { AnswerForm, CallEntry } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Loading } from '#web/parts/Loading.tsx'
import { Radios } from '#web/parts/Radios.tsx'
import { faulty } from '#web/problem.ts'
import { useMe } from '#web/shell/me.ts'
import { getAnswerForm, getPhoneRound, sendCall, showOwnWords } from './answers-data.ts'

/** As the caller chooses it; of these `answered` is chosen by pressing one of the eight answers. */
const outcomeWords: [Exclude<CallOutcome, 'answered'>, string, key?: string][] = [
  ['no-answer', 'Nobody picked up', '9'],
  ['call-back', 'Call again: they ask to be rung another day', '0'],
  ['would-rather-not', 'They would rather not be asked about this course'],
  ['wrong-number', 'The number is wrong'],
  ['left', 'They have left, or the post has gone'],
]

/** One call: whom, what to say, and what became of it. */
export function PhoneCall(props: {
  entry: CallEntry
  saved: (words: string, left: number) => void
  skip: (() => void) | undefined
}) {
  const form = createAsync(() => getAnswerForm(props.entry.bookingId))
  const [result, setResult] = createSignal('')
  let heading: HTMLHeadingElement | undefined
  let panel: HTMLElement | undefined
  // Once: a sheet that is read anew must not take the focus from the answer being chosen.
  // A moment later: whoever comes from another page of ours is first taken to the head of this one.
  onMount(() => queueMicrotask(() => heading?.focus()))

  // Only while the focus is in this panel and not in a box for words, so that no key of a reader's is taken (WCAG 2.1.4).
  const byNumber = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return
    const isForWords = 'input:not([type=radio], [type=checkbox]), textarea, select'
    if (event.target instanceof HTMLElement && event.target.matches(isForWords)) return
    const outcome = outcomeWords.find(([, , key]) => key === event.key)?.[0]
    const radio = outcome
      ? panel?.querySelector<HTMLInputElement>(`input[value=${outcome}]`)
      : panel?.querySelectorAll<HTMLInputElement>('.call-answers input')[Number(event.key) - 1]
    if (!radio) return
    event.preventDefault()
    radio.focus()
    radio.click()
  }

  const save = async (fields: Fields, form: AnswerForm) => {
    const chosen = fields.text('result')
    const number = props.entry.number as 1 | 2
    const other = outcomeWords.find(([outcome]) => outcome === chosen)
    const practice = practiceAnswers.find((answer) => `answer-${answer}` === chosen)
    if (!other && !practice)
      throw faulty({ path: 'result', message: 'Choose their answer, or what became of the call' })
    const outcomes = (form.outcomes?.items ?? []).flatMap(({ id }) => {
      const anchor = fields.optional(`outcomes-${id}`)
      return anchor ? [{ learningOutcomeId: id, anchor: anchor as Anchor }] : []
    })
    const { left } = await sendCall(
      props.entry.bookingId,
      other
        ? { number, outcome: other[0] }
        : { number, outcome: 'answered', practice, ...(outcomes.length ? { outcomes } : {}) },
    ).catch((error: unknown) => {
      // Someone else rang or heard from them: the sheet says so, and what was chosen stays.
      void revalidate(getPhoneRound.key)
      throw error
    })
    props.saved(`Saved for ${props.entry.name}`, left)
  }

  return (
    <section class="call" aria-labelledby="call-heading" ref={panel} onKeyDown={byNumber}>
      <h2 id="call-heading" tabindex="-1" ref={heading}>
        {props.entry.name}
      </h2>
      <p class="call-number">
        <Show
          when={props.entry.phone}
          fallback={<>No number: ring {props.entry.agency}, their school, service or organisation</>}
        >
          {(phone) => <a href={`tel:${phone().replaceAll(/[^+\d]/g, '')}`}>{phone()}</a>}
        </Show>
      </p>
      <p class="soft">
        {props.entry.agency}. {props.entry.course}, {props.entry.date}. Try {props.entry.number} of 2, until{' '}
        {props.entry.until}. {props.entry.why}.{props.entry.before ? ` ${props.entry.before}.` : ''}
      </p>
      <Suspense fallback={<Loading />}>
        <Show when={form()}>
          {(form) => (
            <>
              <Script entry={props.entry} form={form()} />
              <Form send={(fields) => save(fields, form())}>
                <fieldset class="call-choices call-answers" id="field-result" tabindex="-1">
                  <legend>{form().question} Press 1 to 8.</legend>
                  <For each={form().practice}>
                    {(answer, index) => (
                      <Choice value={`answer-${answer.key}`} choose={setResult} mark={String(index() + 1)}>
                        {answer.text}
                      </Choice>
                    )}
                  </For>
                </fieldset>
                <Show when={isAnswer(result()) && form().outcomes}>
                  {(outcomes) => (
                    <div class="call-outcomes">
                      <p>If they have another minute. {outcomes().text} Any can be left out.</p>
                      <For each={outcomes().items}>
                        {(item) => (
                          <Radios
                            small
                            inline
                            name={`outcomes-${item.id}`}
                            label={item.text}
                            choices={outcomes().anchors.map(({ key, text }) => ({ value: key, words: text }))}
                          />
                        )}
                      </For>
                    </div>
                  )}
                </Show>
                <fieldset class="call-choices">
                  <legend>Or: no answer today. Press 9 or 0 for the first two.</legend>
                  <For each={outcomeWords}>
                    {([outcome, words, key]) => (
                      <Choice value={outcome} choose={setResult} mark={key}>
                        {words}
                      </Choice>
                    )}
                  </For>
                </fieldset>
                <Button>Save and go on</Button>{' '}
                <Show when={props.skip}>
                  {(skip) => (
                    <Button look="secondary" onPress={skip()}>
                      Skip for now
                    </Button>
                  )}
                </Show>
              </Form>
            </>
          )}
        </Show>
      </Suspense>
    </section>
  )
}

const isAnswer = (result: string) => result.startsWith('answer-')

function Choice(props: {
  value: string
  choose: (value: string) => void
  mark?: string | undefined
  children: string
}) {
  return (
    <label>
      <input type="radio" name="result" value={props.value} onChange={() => props.choose(props.value)} />
      <span>
        <Show when={props.mark}>
          {(mark) => (
            <>
              <kbd>{mark()}</kbd>{' '}
            </>
          )}
        </Show>
        {props.children}
      </span>
    </label>
  )
}

/** What is read out: the same words to everyone, and what they planned. */
function Script(props: { entry: CallEntry; form: AnswerForm }) {
  const me = useMe()
  const [words, setWords] = createSignal<string>()
  return (
    <div class="call-script">
      <p>
        “Hello, is that {props.form.firstName}? I am ringing from {me().partnership.team} of {me().partnership.name},
        about {props.entry.course} on {props.entry.date}. I have one question, and it takes twenty seconds. Nobody
        outside the training team sees your answer: not your manager, and not your agency. May I?”
      </p>
      <Show
        when={props.entry.planned}
        fallback={
          <Show
            when={props.entry.wroteOwn}
            fallback={
              <p>
                “In {props.form.month} you came to {props.entry.course}. {props.form.question}”
              </p>
            }
          >
            <p>
              “In {props.form.month} you wrote down what you would do differently. {props.form.question}”
            </p>
            <Show
              when={words() !== undefined}
              fallback={
                <Button look="link" onPress={async () => setWords((await showOwnWords(props.entry.bookingId)).words)}>
                  Show what they wrote
                </Button>
              }
            >
              <blockquote>{words() || 'They have taken it back.'}</blockquote>
            </Show>
          </Show>
        }
      >
        {(planned) => (
          <p>
            “In {props.form.month} you planned to: {planned()}. {props.form.question}”
          </p>
        )}
      </Show>
    </div>
  )
}

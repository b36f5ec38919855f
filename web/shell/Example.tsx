import { A, createAsync, revalidate } from '@solidjs/router'
import { createSignal, createUniqueId, For, Show, Suspense } from 'solid-js'
import { Button } from '#web/parts/Button.tsx'
import { problemOf } from '#web/problem.ts'
import { getCast, moveClock, signInAs } from './example.ts'
import { useMe } from './me.ts'

const steps = [
  { advance: 'P1D', words: 'a day' },
  { advance: 'P1W', words: 'a week' },
  { advance: 'P3M', words: 'three months' },
]

/** The example's doors: the clock, the mailbox, and signing in as anyone. Live mode never shows them. */
export function Example() {
  const me = useMe()
  const cast = createAsync(() => getCast())
  const select = createUniqueId()
  const [isOpen, setOpen] = createSignal(false)
  const [words, setWords] = createSignal('')
  const [isMoving, setMoving] = createSignal(false)
  let as: HTMLSelectElement | undefined

  const forward = async (step: (typeof steps)[number]) => {
    if (isMoving()) return
    setMoving(true)
    setWords(
      `Moving ${step.words} forward: people book, come and answer, and the emails go out. This can take ten seconds.`,
    )
    try {
      const moved = await moveClock(step.advance)
      await revalidate()
      setWords(`Done. It is now ${moved.words}.`)
    } catch (error) {
      setWords(`The clock did not move. ${problemOf(error).detail ?? problemOf(error).title}`)
    } finally {
      setMoving(false)
    }
  }

  const signIn = async () => {
    try {
      await signInAs(as?.value ?? '')
    } catch (error) {
      setWords(`That did not work. ${problemOf(error).detail ?? problemOf(error).title}`)
    }
  }

  return (
    <section class="example" aria-label="Example">
      <div class="example-row">
        <p class="example-words">
          <strong>Example.</strong> Everything here is invented. It is {me().today}.
        </p>
        <button
          type="button"
          class="example-press example-toggle"
          aria-expanded={isOpen()}
          aria-controls="example-doors"
          onClick={() => setOpen(!isOpen())}
        >
          Clock, mailbox, people
        </button>
        <div id="example-doors" class="example-doors" classList={{ 'is-open': isOpen() }}>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand in line with its buttons */}
          <div class="example-clock" role="group" aria-label="Move the clock forward">
            <span aria-hidden="true">Forward:</span>
            <For each={steps}>
              {(step) => (
                <button type="button" class="example-press" aria-disabled={isMoving()} onClick={() => forward(step)}>
                  {step.words}
                </button>
              )}
            </For>
          </div>
          <A href="/mailbox" onClick={() => setOpen(false)}>
            Mailbox
          </A>
          <Suspense>
            <Show when={cast()?.length}>
              <div class="example-cast">
                <label for={select}>Sign in as</label>
                <select id={select} ref={as}>
                  <For each={cast()}>
                    {(one) => (
                      <option value={one.as} selected={one.as === me().role}>
                        {one.name}, {one.what}
                      </option>
                    )}
                  </For>
                </select>
                <Button class="example-press" onPress={signIn}>
                  Sign in
                </Button>
              </div>
            </Show>
          </Suspense>
        </div>
        <p class="example-status" role="status">
          {words()}
        </p>
      </div>
    </section>
  )
}

import { createAsync, revalidate } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { mostCodes } from '#server/impact/input.ts'
import type { Codebook } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { TextArea } from '#web/parts/TextArea.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { VoiceLinks } from './VoiceLinks.tsx'
import { getCodebook, sendCodebook } from './voice-data.ts'

/** The codes that texts are given: at most twelve, each with what belongs under it. A change makes the next version. */
export default function CodebookPage() {
  const book = createAsync(() => getCodebook())
  const { done, settled } = createDone(() => revalidate(getCodebook.key))
  return (
    <Page
      title="Codebook"
      lead={`What the texts people write may be about: ${mostCodes} codes at most, so that a reader can keep them in mind.`}
    >
      <VoiceLinks />
      <Done words={done()} />
      <Show when={book()}>
        {(book) => (
          <>
            <Show
              when={book().version}
              fallback={<p>There is no codebook yet. Texts can be read with codes as soon as it has one.</p>}
            >
              <p>
                Version {book().version}, made on {book().madeOn}. {counted(book().read, 'text was', 'texts were')} read
                with it.
                <Show when={book().read > 0}>
                  {' '}
                  It never changes: your change makes version {book().version + 1}, and every text is read again with
                  that.
                </Show>
              </p>
            </Show>
            <Show when={book().version + 1} keyed>
              <Codes book={book()} settled={settled} />
            </Show>
            <Show when={book().earlier.length}>
              <Details summary="Earlier versions">
                <ul>
                  <For each={book().earlier}>
                    {(one) => (
                      <li>
                        Version {one.version}, made on {one.madeOn}, {counted(one.read, 'text', 'texts')} read:{' '}
                        {one.names.join(', ')}
                      </li>
                    )}
                  </For>
                </ul>
              </Details>
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

type Line = { key: number; name: string; definition: string }

function Codes(props: { book: Codebook; settled: (words: string) => Promise<void> }) {
  let made = 0
  const empty = (): Line => ({ key: ++made, name: '', definition: '' })
  const [lines, setLines] = createSignal<Line[]>(
    props.book.codes.length ? props.book.codes.map((code) => ({ ...code, key: ++made })) : [empty()],
  )
  const add = () => {
    setLines([...lines(), empty()])
    queueMicrotask(() => document.querySelector<HTMLElement>('.code-line:last-of-type input')?.focus())
  }
  const remove = (key: number) => {
    setLines(lines().filter((line) => line.key !== key))
    queueMicrotask(() => document.getElementById('add-code')?.querySelector('button')?.focus())
  }
  const send = async (fields: Fields) => {
    const { version, isNew } = await sendCodebook({
      seen: props.book.version,
      codes: lines().map((_, n) => ({
        name: fields.text(`codes.${n}.name`),
        definition: fields.text(`codes.${n}.definition`),
      })),
    })
    await props.settled(isNew ? `This is version ${version} of the codebook.` : 'Nothing was changed.')
  }
  return (
    <Form send={send}>
      <For each={lines()}>
        {(line, n) => (
          <fieldset class="govuk-fieldset code-line">
            <legend class="govuk-fieldset__legend govuk-fieldset__legend--m">Code {n() + 1}</legend>
            <TextInput name={`codes.${n()}.name`} label="Name" value={line.name} maxlength={60} />
            <TextArea
              name={`codes.${n()}.definition`}
              label="What belongs under it, and what does not"
              value={line.definition}
              rows={3}
              maxlength={300}
            />
            <Show when={lines().length > 1}>
              <p>
                <Button look="link" onPress={() => remove(line.key)}>
                  Take out<span class="govuk-visually-hidden"> code {n() + 1}</span>
                </Button>
              </p>
            </Show>
          </fieldset>
        )}
      </For>
      <p id="add-code">
        <Show when={lines().length < mostCodes} fallback={<>{mostCodes} codes are the most. </>}>
          <Button look="secondary" onPress={add}>
            Add a code
          </Button>{' '}
        </Show>
        <Button>{props.book.version ? `Make version ${props.book.version + 1}` : 'Make the codebook'}</Button>
      </p>
    </Form>
  )
}

import { A, createAsync, revalidate, useSearchParams } from '@solidjs/router'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { QuotableText, QuotesPage as Quotes } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Checkboxes } from '#web/parts/Radios.tsx'
import { Select } from '#web/parts/Select.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { Page } from '#web/shell/Page.tsx'
import { ProgrammeChoice, VoiceLinks } from './VoiceLinks.tsx'
import { chooseQuote, getQuotes, unchooseQuote } from './voice-data.ts'

/** What may be quoted in the next report: cleared, allowed by whoever wrote it, of a course that shows its answers. */
export default function QuotesPage() {
  const [search] = useSearchParams<{ programme?: string }>()
  const quotes = createAsync(() => getQuotes(search.programme ?? ''))
  const { done, settled } = createDone(() => revalidate(getQuotes.key))
  return (
    <Page
      title="Quotes"
      lead="Choose what stands in the next report. Only cleared words are here whose writers allow it today; whoever takes that back is gone from here and from the next report."
    >
      <VoiceLinks />
      <Done words={done()} />
      <Show when={quotes()}>
        {(quotes) => (
          <>
            <ProgrammeChoice programmes={quotes().programmes} programme={quotes().programme} />
            <Show when={quotes().problem}>{(problem) => <p class="govuk-inset-text">{problem()}</p>}</Show>
            <Show
              when={quotes().texts.length}
              fallback={
                <Empty title="Nothing may be quoted here">
                  <p>
                    Words come here once they are cleared, their writer has said that we may quote them, and enough
                    people of the course came and answered.
                  </p>
                </Empty>
              }
            >
              <Lists quotes={quotes()} settled={settled} />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function Lists(props: { quotes: Quotes; settled: (words: string) => Promise<void> }) {
  const chosen = createMemo(() => props.quotes.texts.filter((text) => text.chosen))
  const open = createMemo(() => props.quotes.texts.filter((text) => !text.chosen))
  /** The one text that is being chosen, so that no two fields share a name. */
  const [openId, setOpenId] = createSignal<number>()
  const courses = createMemo(() => [...new Set(open().map(({ course }) => course))])
  return (
    <>
      <h2>Chosen</h2>
      <For each={chosen()} fallback={<p>No text is chosen yet.</p>}>
        {(text) => <Chosen text={text} settled={props.settled} />}
      </For>
      <h2>To choose from</h2>
      <Show when={!props.quotes.codes.length}>
        <p>
          A quote stands for a theme: <A href="/codebook">make the codebook</A> first.
        </p>
      </Show>
      <For each={courses()} fallback={<p>Everything that may be quoted is chosen.</p>}>
        {(course) => (
          <>
            <h3>{course}</h3>
            <For each={open().filter((text) => text.course === course)}>
              {(text) => (
                <Open
                  text={text}
                  codes={props.quotes.codes}
                  isOpen={openId() === text.id}
                  setOpen={(isOpen) => setOpenId(isOpen ? text.id : undefined)}
                  settled={props.settled}
                />
              )}
            </For>
          </>
        )}
      </For>
    </>
  )
}

function Words(props: { text: QuotableText }) {
  return (
    <>
      <blockquote>{props.text.text}</blockquote>
      <p class="soft">
        Printed as: {props.text.who}.{' '}
        <Show when={props.text.didNotWork}>
          <Tag>What they planned did not come about</Tag>
        </Show>
      </p>
    </>
  )
}

function Chosen(props: { text: QuotableText; settled: (words: string) => Promise<void> }) {
  return (
    <section class="held-text" aria-label="A quote that is chosen">
      <Words text={props.text} />
      <p>
        Stands for <strong>{props.text.chosen?.code || 'no theme'}</strong>.
        {props.text.chosen?.nonSuccess ? ' It tells of something that did not work.' : ''}
      </p>
      <Form
        send={async () => {
          await unchooseQuote(props.text.id)
          await props.settled('Taken out of the next report.')
        }}
      >
        <Button look="secondary">Take out</Button>
      </Form>
    </section>
  )
}

function Open(props: {
  text: QuotableText
  codes: { id: number; name: string }[]
  isOpen: boolean
  setOpen: (isOpen: boolean) => void
  settled: (words: string) => Promise<void>
}) {
  let section: HTMLElement | undefined
  const turn = (to: boolean) => {
    props.setOpen(to)
    queueMicrotask(() => section?.querySelector<HTMLElement>(to ? 'select' : 'button')?.focus())
  }
  return (
    <section class="held-text" aria-label="A text that may be quoted" ref={section}>
      <Words text={props.text} />
      <Show
        when={props.isOpen}
        fallback={
          <Show when={props.codes.length}>
            <p>
              <Button look="secondary" onPress={() => turn(true)}>
                Choose
              </Button>
            </p>
          </Show>
        }
      >
        <Form
          send={async (fields) => {
            await chooseQuote(props.text.id, {
              codeId: fields.number('codeId') ?? 0,
              nonSuccess: fields.has('nonSuccess'),
            })
            await props.settled('Chosen for the next report.')
          }}
        >
          <Select
            name="codeId"
            label="What it stands for"
            blank="Choose a theme"
            options={props.codes.map(({ id, name }) => ({ value: id, words: name }))}
          />
          <Checkboxes
            name="nonSuccess"
            label="What it tells"
            choices={[{ value: 'yes', words: 'It tells of something that did not work' }]}
            values={props.text.didNotWork ? ['yes'] : []}
          />
          <Button>Choose for the next report</Button>{' '}
          <Button look="link" onPress={() => turn(false)}>
            Back
          </Button>
        </Form>
      </Show>
    </section>
  )
}

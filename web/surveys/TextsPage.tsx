import { createAsync, revalidate } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { HeldText, UrgentText, Writer } from '#server/surveys/routes.ts'
import { VoiceLinks } from '#web/impact/VoiceLinks.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Notice } from '#web/parts/Notice.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { Page } from '#web/shell/Page.tsx'
import { getToday } from '#web/shell/today.ts'
import { counted, textKindWords } from '#web/words.ts'
import { getHeldTexts } from './data.ts'
import { MarkedText } from './MarkedText.tsx'
import { TextClearing } from './TextClearing.tsx'
import { TextSettling } from './TextSettling.tsx'
import { TextWriter } from './TextWriter.tsx'
import type { Desk, Opened } from './text-desk.ts'

/** Free text waiting for a person to read it: without the name, agency or date of whoever wrote it. */
export default function TextsPage() {
  const held = createAsync(() => getHeldTexts())
  const [done, setDone] = createSignal<string>()
  const [opened, open] = createSignal<Opened>()
  const [writers, setWriters] = createSignal<Record<number, Writer>>({})

  const desk: Desk = {
    opened,
    open: (next) => {
      const before = opened()
      setDone(undefined)
      open(next)
      // What was pressed is gone from the page: the focus goes on to what came in its place.
      queueMicrotask(() =>
        document
          .getElementById(`text-${next?.id ?? before?.id}`)
          ?.closest('section')
          ?.querySelector<HTMLElement>(next ? 'textarea, input, dl a' : 'button')
          ?.focus(),
      )
    },
    writer: (id) => writers()[id],
    setWriter: (id, writer) => setWriters((known) => ({ ...known, [id]: writer })),
    settled: async (words) => {
      setDone(undefined)
      open(undefined)
      await revalidate([getHeldTexts.key, getToday.key])
      setDone(words)
    },
  }

  return (
    <Page
      title="Text to clear"
      lead="Nothing people wrote leaves this page until someone has read it. Take out anything that could tell who a child, an adult, a family or the writer is."
    >
      <VoiceLinks />
      <Show when={done()}>
        {(words) => (
          <Notice>
            <p>{words()}</p>
          </Notice>
        )}
      </Show>
      <Show when={held()}>
        {(held) => (
          <>
            <Show when={held().urgent.length}>
              <h2>Words that may be urgent</h2>
              <p>
                Cover was told of {held().urgent.length === 1 ? 'this text' : 'these texts'}. Pass on first, then record
                it here: until then cover is told again, and the business manager after that.
              </p>
              <For each={held().urgent}>{(text) => <Urgent text={text} desk={desk} />}</For>
            </Show>
            <Show
              when={held().texts.length}
              fallback={
                <Empty title={held().urgent.length ? 'No other text is waiting' : 'No text is waiting'}>
                  <p>What people write at the end of the day or three months later appears here.</p>
                </Empty>
              }
            >
              <h2>{held().urgent.length ? 'Other text' : 'To read'}</h2>
              <p>
                {counted(held().texts.length + held().more, 'text', 'texts')} to read.
                <Show when={held().more > 0}> The first {held().texts.length} are shown.</Show> What is marked may tell
                who someone is. The marks miss things, and mark some words that tell nothing.
              </p>
              <For each={held().texts}>{(text) => <Held text={text} desk={desk} />}</For>
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function Held(props: { text: HeldText; desk: Desk }) {
  const heading = () => `text-${props.text.id}`
  return (
    <section aria-labelledby={heading()} class="held-text">
      <h3 id={heading()}>
        {textKindWords[props.text.kind]}{' '}
        <Show when={props.text.isUrgent}>
          <Tag tone="done">Urgent, and recorded</Tag>
        </Show>
      </h3>
      <MarkedText text={props.text.text} found={props.text.found} />
      <TextClearing text={props.text} desk={props.desk} />
      <TextWriter text={props.text} desk={props.desk} />
    </section>
  )
}

function Urgent(props: { text: UrgentText; desk: Desk }) {
  const heading = () => `text-${props.text.id}`
  return (
    <section aria-labelledby={heading()} class="held-text">
      <h3 id={heading()}>
        {textKindWords[props.text.kind]} <Tag tone="urgent">May be urgent</Tag>
      </h3>
      <MarkedText text={props.text.text} found={props.text.isHeld ? props.text.found : []} />
      <TextSettling text={props.text} desk={props.desk} />
      <Show when={props.text.isHeld}>
        <TextClearing text={props.text} desk={props.desk} isSecond />
      </Show>
      <TextWriter text={props.text} desk={props.desk} />
    </section>
  )
}

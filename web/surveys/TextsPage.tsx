import { createAsync, revalidate, useAction } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { TextKind } from '#server/surveys/input.ts'
import type { HeldText } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Notice } from '#web/parts/Notice.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { clearHeldText, getHeldTexts, redactHeldText } from './data.ts'

const kindWords: Record<TextKind, string> = {
  commitment: 'What they will do differently',
  example: 'One time they did it',
  suggestion: 'What we should change about the day',
  need: 'What would make it worth their day',
}

/** Free text waiting for a person to read it: without the name, agency or date of whoever wrote it. */
export default function TextsPage() {
  const held = createAsync(() => getHeldTexts())
  const [done, setDone] = createSignal<string>()

  const settled = async (words: string) => {
    setDone(undefined)
    await revalidate(getHeldTexts.key)
    setDone(words)
  }

  return (
    <Page
      title="Text to clear"
      lead="Nothing people wrote leaves this page until someone has read it. Take out anything that could tell who a child, an adult, a family or the writer is."
    >
      <Show when={done()}>
        {(words) => (
          <Notice>
            <p>{words()}</p>
          </Notice>
        )}
      </Show>
      <Show when={held()}>
        {(held) => (
          <Show
            when={held().texts.length}
            fallback={
              <Empty title="No text is waiting">
                <p>What people write at the end of the day or three months later appears here.</p>
              </Empty>
            }
          >
            <p>{counted(held().texts.length, 'text', 'texts')} to read.</p>
            <For each={held().texts}>{(text) => <Held text={text} settled={settled} />}</For>
          </Show>
        )}
      </Show>
    </Page>
  )
}

function Held(props: { text: HeldText; settled: (words: string) => Promise<void> }) {
  const clear = useAction(clearHeldText)
  const redact = useAction(redactHeldText)
  const [isEditing, setEditing] = createSignal(false)

  return (
    <section aria-labelledby={`text-${props.text.id}`}>
      <h2 id={`text-${props.text.id}`}>
        {kindWords[props.text.kind]}{' '}
        <Show when={props.text.isUrgent}>
          <Tag tone="urgent">May be urgent</Tag>
        </Show>
      </h2>
      <Show when={!isEditing()}>
        <blockquote>{props.text.text}</blockquote>
        <Form
          send={async (fields) => {
            if (fields.has('edit')) return void setEditing(true)
            await clear(props.text.id)
            await props.settled('Cleared as it stands.')
          }}
        >
          <Button>Clear as it stands</Button>{' '}
          <Button look="secondary" name="edit" value="yes">
            Take something out
          </Button>
        </Form>
      </Show>
      <Show when={isEditing()}>
        <Form
          send={async (fields) => {
            await redact(props.text.id, fields.text('text'))
            await props.settled('Only your version is kept. The original was destroyed.')
          }}
        >
          <TextArea
            name="text"
            label="What may stand"
            hint="Put a marker in place of what you take out, such as [name removed] or [school removed]. The original is destroyed at once and cannot be brought back."
            value={props.text.text}
            rows={4}
          />
          <Button look="warning">Keep only this</Button>{' '}
          <Button look="link" onPress={() => setEditing(false)}>
            Back
          </Button>
        </Form>
      </Show>
    </section>
  )
}

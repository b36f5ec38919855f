import { useAction } from '@solidjs/router'
import { type JSX, Match, Show, Switch } from 'solid-js'
import type { HeldText } from '#server/surveys/routes.ts'
import { withMarkers } from '#server/surveys/shared/identifiers.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { clearHeldText, redactHeldText } from './data.ts'
import type { Desk, Part } from './text-desk.ts'

/** What may become of the text: cleared as it stands, or kept only with something taken out. */
export function TextClearing(props: { text: HeldText; desk: Desk; isSecond?: boolean }) {
  const clear = useAction(clearHeldText)
  const redact = useAction(redactHeldText)
  const { desk } = props
  const part = () => {
    const opened = desk.opened()
    return opened?.id === props.text.id ? opened.part : undefined
  }
  const clearIt = async () => {
    await clear(props.text.id)
    await desk.settled('Cleared as it stands.')
  }
  const takeOut = (look: 'action' | 'secondary', words: JSX.Element, part: Part) => (
    <Button look={look} onPress={() => desk.open({ id: props.text.id, part })}>
      {words}
    </Button>
  )

  return (
    <Switch
      fallback={
        <Form send={clearIt}>
          <Show when={props.text.found.length}>
            {takeOut(
              props.isSecond ? 'secondary' : 'action',
              props.text.found.length === 1
                ? 'Show it with a marker'
                : `Show it with ${props.text.found.length} markers`,
              'markers',
            )}{' '}
          </Show>
          <Button look={props.text.found.length || props.isSecond ? 'secondary' : 'action'}>Clear as it stands</Button>{' '}
          {takeOut('secondary', 'Take something out', 'words')}
        </Form>
      }
    >
      <Match when={part() === 'words' || part() === 'markers'}>
        <Form
          send={async (fields) => {
            await redact(props.text.id, fields.text('text'))
            await desk.settled('Only your version is kept. The original was destroyed.')
          }}
        >
          <TextArea
            name="text"
            label="What may stand"
            hint="A marker stands in place of what is taken out, such as [name removed] or [date removed]. Change it as you like. The original is destroyed at once and cannot be brought back."
            value={part() === 'markers' ? withMarkers(props.text.text, props.text.found) : props.text.text}
            rows={5}
          />
          <Button look="warning">Keep only this</Button>{' '}
          <Button look="link" onPress={() => desk.open(undefined)}>
            Back
          </Button>
        </Form>
      </Match>
    </Switch>
  )
}

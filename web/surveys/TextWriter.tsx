import { useAction } from '@solidjs/router'
import { Match, Switch } from 'solid-js'
import { writerReasons } from '#server/surveys/input.ts'
import type { HeldText } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Radios } from '#web/parts/Radios.tsx'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { writerReasonWords } from '#web/words.ts'
import { openTextWriter } from './data.ts'
import type { Desk } from './text-desk.ts'

/** Name and telephone of the writer, for a reason that is kept. */
export function TextWriter(props: { text: HeldText; desk: Desk }) {
  const openWriter = useAction(openTextWriter)
  const { desk } = props
  const isOpen = () => desk.opened()?.id === props.text.id && desk.opened()?.part === 'writer'
  return (
    <Switch
      fallback={
        <p>
          <Button look="link" onPress={() => desk.open({ id: props.text.id, part: 'writer' })}>
            Open who wrote it
          </Button>
        </p>
      }
    >
      <Match when={desk.writer(props.text.id)}>
        {(writer) => (
          <SummaryList
            rows={[
              { key: 'Who wrote it', value: writer().name },
              { key: 'School, service or organisation', value: writer().agency },
              { key: 'Event', value: writer().event },
              { key: 'Phone', value: writer().phone && <a href={`tel:${writer().phone}`}>{writer().phone}</a> },
            ]}
          />
        )}
      </Match>
      <Match when={isOpen()}>
        <Form
          send={async (fields) => {
            const writer = await openWriter(props.text.id, fields.text('reason') as (typeof writerReasons)[number])
            desk.setWriter(props.text.id, writer)
            desk.open(undefined)
          }}
        >
          <Radios
            name="reason"
            label="Why do you need to know who wrote it?"
            hint="Your name and the reason go into the history."
            choices={writerReasons.map((value) => ({ value, words: writerReasonWords[value] }))}
          />
          <Button look="secondary">Open who wrote it</Button>{' '}
          <Button look="link" onPress={() => desk.open(undefined)}>
            Back
          </Button>
        </Form>
      </Match>
    </Switch>
  )
}

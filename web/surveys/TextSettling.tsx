import { useAction } from '@solidjs/router'
import { Show } from 'solid-js'
import { passedTo } from '#server/surveys/input.ts'
import type { UrgentText } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Radios } from '#web/parts/Radios.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { passedToWords } from '#web/words.ts'
import { settleUrgentText } from './data.ts'
import type { Desk } from './text-desk.ts'

/** Where urgent words were passed, by whom and when. */
export function TextSettling(props: { text: UrgentText; desk: Desk }) {
  const settle = useAction(settleUrgentText)
  const { desk } = props
  const isOpen = () => desk.opened()?.id === props.text.id && desk.opened()?.part === 'settlement'
  return (
    <Show
      when={isOpen()}
      fallback={
        <p>
          <Button onPress={() => desk.open({ id: props.text.id, part: 'settlement' })}>
            Record where it was passed
          </Button>
        </p>
      }
    >
      <Form
        send={async (fields) => {
          await settle(props.text.id, {
            passedTo: fields.text('passedTo') as (typeof passedTo)[number],
            passedBy: fields.text('passedBy'),
            on: fields.date('on') ?? '',
            clock: fields.text('clock'),
          })
          await desk.settled('Recorded. Nobody is told of it again.')
        }}
      >
        <Radios
          name="passedTo"
          label="Where was it passed?"
          choices={passedTo.map((value) => ({ value, words: passedToWords[value] }))}
        />
        <TextInput name="passedBy" label="Who passed it on?" autocomplete="name" spellcheck={false} />
        <DateInput name="on" label="On which day?" />
        <TextInput name="clock" label="At what time?" hint="By the 24-hour clock, such as 14:30" width={5} />
        <Button>Record it</Button>{' '}
        <Button look="link" onPress={() => desk.open(undefined)}>
          Back
        </Button>
      </Form>
    </Show>
  )
}

import { useAction } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import { type ActionOwner, type ActionSource, actionOwners, actionSources } from '#server/impact/input.ts'
import type { ActionLine, ActionsPage } from '#server/impact/routes.ts'
import { barrierOf, barriers } from '#server/impact/shared/barriers.ts'
import { actionSourceWords, ownerWords } from '#server/impact/shared/evidence-words.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Radios } from '#web/parts/Radios.tsx'
import { Select } from '#web/parts/Select.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { changeAction, makeAction } from './evidence-data.ts'

/** What stands in the address of a link from a figure or a decision. */
export type Start = { course: string; barrier: string; source: string; said: string }

/** Makes an action, or changes one that is not done. */
export function ActionForm(props: {
  actions: ActionsPage
  settled: (words: string) => Promise<void>
  action?: ActionLine
  start?: Start
}) {
  const make = useAction(makeAction)
  const change = useAction(changeAction)
  const sources = () => actionSources.filter((one) => props.actions.mayKeep || one === 'barrier' || one === 'decision')
  const from = barrierOf(props.start?.barrier ?? '')
  const named = () => actionSources.find((one) => one === props.start?.source)
  const [source, setSource] = createSignal<ActionSource>(
    props.action?.source ?? named() ?? (props.start?.said ? 'decision' : 'barrier'),
  )
  const [owner, setOwner] = createSignal<ActionOwner | undefined>(props.action?.owner ?? from?.owner)
  const [barrier, setBarrier] = createSignal(props.action?.barrier?.key ?? from?.key ?? '')
  const [said, setSaid] = createSignal(props.action?.said ?? (props.start?.said || from?.label || ''))
  const courseId = () =>
    props.action?.course?.id ?? props.actions.courses.find(({ code }) => code === props.start?.course)?.id
  const choose = (key: string) => {
    const chosen = barrierOf(key)
    // Words that were typed stay; those of another choice go.
    if (!said() || barriers.some(({ label }) => label === said())) setSaid(chosen?.label ?? '')
    setBarrier(key)
    if (chosen) setOwner(chosen.owner)
  }
  return (
    <Form
      send={async (fields) => {
        const input = {
          source: source(),
          said: fields.text('said'),
          text: fields.text('text'),
          owner: fields.text('owner') as ActionOwner,
          agencyId: fields.number('agencyId') ?? null,
          courseId: fields.number('courseId') ?? null,
          barrier: source() === 'barrier' ? fields.text('barrier') || null : null,
          who: fields.text('who'),
          dueOn: fields.date('dueOn') ?? '',
        }
        if (props.action) await change(props.action.id, input)
        else await make(input)
        await props.settled(props.action ? 'The action is changed.' : 'The action is made.')
      }}
    >
      <Select
        name="source"
        label="Where it came from"
        value={source()}
        options={sources().map((value) => ({ value, words: actionSourceWords[value] }))}
        onChange={(value) => setSource(value as ActionSource)}
      />
      <Show when={source() === 'barrier'}>
        <Select
          name="barrier"
          label="What got in the way"
          blank="Choose one"
          value={barrier()}
          options={barriers.map(({ key, label }) => ({ value: key, words: label }))}
          onChange={choose}
        />
      </Show>
      <TextArea
        name="said"
        label="What was said"
        hint="The “you said” of the report, in words that name nobody."
        value={said()}
        rows={2}
        onInput={setSaid}
      />
      <TextArea name="text" label="What is to be done" value={props.action?.text} rows={2} />
      <Radios
        name="owner"
        label="Whose is it to put right?"
        value={owner()}
        choices={actionOwners.map((value) => ({ value, words: ownerWords[value] }))}
        onChange={(value) => setOwner(value as ActionOwner)}
      />
      <Show when={owner() === 'agency'}>
        <Select
          name="agencyId"
          label="Agency"
          blank="Choose the agency"
          value={props.action?.agency?.id}
          options={props.actions.agencies.map(({ id, name }) => ({ value: id, words: name }))}
        />
      </Show>
      <Select
        name="courseId"
        label={owner() === 'course' ? 'Course' : 'Course that it came up at'}
        hint={owner() === 'course' ? undefined : 'Leave it open where it is about no one course.'}
        blank={owner() === 'course' ? 'Choose the course' : 'No one course'}
        value={courseId()}
        options={props.actions.courses.map(({ id, title, code }) => ({ value: id, words: `${title} (${code})` }))}
      />
      <TextInput
        name="who"
        label="Who sees to it"
        hint="A post, such as “Head of early help”. Only those who keep this list see it."
        value={props.action?.who ?? ''}
      />
      <DateInput name="dueOn" label="Due on" value={props.action?.dueOn} />
      <Button>{props.action ? 'Save' : 'Make the action'}</Button>
    </Form>
  )
}

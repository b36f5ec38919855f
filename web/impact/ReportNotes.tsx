import { A, useAction } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { NoteKind } from '#server/impact/input.ts'
import type { Note } from '#server/impact/routes.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Radios } from '#web/parts/Radios.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import type { Settled } from './ReportSteps.tsx'
import { takeReportNoteBack, writeReportNote } from './report-data.ts'

const kindWords: Record<NoteKind, string> = { comment: 'Comment', decision: 'Decision' }

/** Comments and decisions of the sub-group against one figure. */
export function Notes(props: Settled & { page: string; figure: Figure }) {
  const write = useAction(writeReportNote)
  const mine = () => props.report.notes.filter((note) => note.page === props.page && note.figure === props.figure.key)
  const name = (field: string) => `${field}-${props.page}-${props.figure.key}`
  const send = async (fields: Fields) => {
    await write(props.report.id, {
      page: props.page,
      figure: props.figure.key,
      kind: fields.text(name('kind')) as NoteKind,
      text: fields.text(name('text')),
    })
    await props.settled('It is written beside the figure.')
  }
  return (
    <div class="notes">
      <For each={mine()}>{(note) => <OneNote note={note} settled={props.settled} />}</For>
      <div class="no-print">
        <Details summary="Comment or decide">
          <Form send={send}>
            <Radios
              name={name('kind')}
              label="What is it?"
              small
              inline
              value="comment"
              choices={[
                { value: 'comment', words: 'A comment' },
                { value: 'decision', words: 'A decision' },
              ]}
            />
            <TextArea name={name('text')} label="In words that name nobody" rows={2} maxlength={600} />
            <Button look="secondary">
              Write it<span class="govuk-visually-hidden">: {props.figure.title}</span>
            </Button>
          </Form>
        </Details>
      </div>
    </div>
  )
}

function OneNote(props: { note: Note; settled: Settled['settled'] }) {
  const takeBack = useAction(takeReportNoteBack)
  return (
    <div class="note">
      <p>
        <strong>{kindWords[props.note.kind]}</strong> {props.note.text}
      </p>
      <p class="note-about">
        <span>
          {props.note.role ?? 'A former member'}, {props.note.words}
        </span>
        <Show when={props.note.kind === 'decision'}>
          <A class="no-print" href={`/actions?said=${encodeURIComponent(props.note.text)}`}>
            Make it an action
          </A>
        </Show>
      </p>
      <Show when={props.note.isMine}>
        <div class="no-print">
          <Form
            send={async () => {
              await takeBack(props.note.id)
              await props.settled('It is taken back.')
            }}
          >
            <button type="submit" class="link-button">
              Take it back<span class="govuk-visually-hidden">: {props.note.text}</span>
            </button>
          </Form>
        </div>
      </Show>
    </div>
  )
}

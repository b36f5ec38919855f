import { useAction, useNavigate } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ReportPage as Report } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Details } from '#web/parts/Details.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { TextArea } from '#web/parts/TextArea.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { errorsMoved } from '#web/problem.ts'
import { agreeReport, discardReport, issueReport, takeReportAgreementBack, writeReportAsks } from './report-data.ts'

/** A part of the page that changes the report: what it says when it is done, once the page was read anew. */
export type Settled = { report: Report; settled: (words: string) => Promise<void> }

/** What leads from a draft to its issue, for the coordinator. */
export function ReportSteps(props: Settled) {
  return (
    <section class="report-steps no-print" aria-labelledby="report-steps">
      <h2 id="report-steps">{props.report.state === 'draft' ? 'Before it is agreed' : 'Before it is issued'}</h2>
      <Show
        when={props.report.inTheWay.length > 0}
        fallback={<p>Nothing is in the way. Issuing proves it together with every report issued before.</p>}
      >
        <p>Still in the way of its issue:</p>
        <ul>
          <For each={props.report.inTheWay}>{(words) => <li>{words}</li>}</For>
        </ul>
      </Show>
      <Show when={props.report.state === 'draft'} fallback={<Agreed {...props} />}>
        <Details summary="Write the decisions that the cover asks for">
          <Asks {...props} />
        </Details>
        <Details summary="Record that the sub-group agreed it">
          <Agree {...props} />
        </Details>
        <Details summary="Throw the draft away">
          <Discard {...props} />
        </Details>
      </Show>
    </section>
  )
}

function Asks(props: Settled) {
  const write = useAction(writeReportAsks)
  const send = async (fields: Fields) => {
    await write(
      props.report.id,
      [0, 1, 2].map((n) => fields.text(`asks.${n}`)).filter((text) => text !== ''),
    )
    await props.settled('The decisions are written.')
  }
  return (
    <Form send={send}>
      <For each={[0, 1, 2]}>
        {(n) => (
          <TextArea
            name={`asks.${n}`}
            label={`Decision ${n + 1}`}
            hint={n === 0 ? 'What the safeguarding partners are asked to decide, in one sentence' : undefined}
            rows={2}
            maxlength={300}
            value={props.report.body.asks[n]}
          />
        )}
      </For>
      <Button look="secondary">Save the decisions</Button>
    </Form>
  )
}

function Agree(props: Settled) {
  const agree = useAction(agreeReport)
  const nameOf = (id: number) => props.report.agencies.find((agency) => agency.id === id)?.name ?? ''
  /** The server counts the lines that were sent; each error is said of its agency, beside its field, and of none beside the first. */
  const besideAgencies = (error: unknown, sent: number[]) =>
    errorsMoved(error, ({ path, message }) => {
      if (path === 'present') return { path: `people-${props.report.agencies[0]?.id}`, message }
      const id = sent[Number(/^present\.(\d+)/.exec(path)?.[1] ?? -1)]
      return id === undefined ? { path, message } : { path: `people-${id}`, message: `${nameOf(id)}: ${message}` }
    })
  const send = async (fields: Fields) => {
    const present = props.report.agencies.flatMap(({ id }) => {
      const people = fields.number(`people-${id}`)
      return people === undefined ? [] : [{ agencyId: id, people }]
    })
    try {
      await agree(props.report.id, { on: fields.date('on') ?? '', present })
    } catch (error) {
      throw besideAgencies(
        error,
        present.map(({ agencyId }) => agencyId),
      )
    }
    await props.settled('It is written down that the sub-group agreed it.')
  }
  return (
    <Form send={send}>
      <DateInput name="on" label="Day of the meeting" isOver />
      <fieldset class="govuk-fieldset">
        <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">
          How many people of each agency were there?
        </legend>
        <p class="govuk-hint">Numbers alone, no names. Leave those empty who were not there.</p>
        <div class="present">
          {/* By their ids, which stay the same when the page is read anew: so what was typed stays after a refusal. */}
          <For each={props.report.agencies.map(({ id }) => id)}>
            {(id) => <TextInput name={`people-${id}`} label={nameOf(id)} inputmode="numeric" width={3} />}
          </For>
        </div>
      </fieldset>
      <Button>Record the agreement</Button>
    </Form>
  )
}

function Discard(props: Settled) {
  const discard = useAction(discardReport)
  const navigate = useNavigate()
  return (
    <Form
      send={async () => {
        await discard(props.report.id)
        navigate('/reports', { state: { done: 'The draft is thrown away.' } })
      }}
    >
      <p>Its figures are not lost: they are on the impact pages. What is written for the cover is.</p>
      <Button look="warning">Throw it away</Button>
    </Form>
  )
}

function Agreed(props: Settled) {
  const issue = useAction(issueReport)
  const takeBack = useAction(takeReportAgreementBack)
  return (
    <>
      <Details summary="Issue it">
        <Form
          send={async () => {
            const { number } = await issue(props.report.id, props.report.seen ?? '')
            await props.settled(`It is issued as report ${number}. Everyone who attended will be sent the summary.`)
          }}
        >
          <p>
            Issuing numbers it and freezes it for good, and sends its summary to everyone who attended. None of that can
            be taken back. The proof takes up to a minute.
          </p>
          <Show when={props.report.body.agreed}>
            {(agreed) => (
              <p>
                It will say for good that the sub-group agreed it on {agreed().words}, with{' '}
                {agreed()
                  .present.map(({ agency, people }) => `${people} of ${agency}`)
                  .join(', ')}
                . If that is wrong, take the agreement back first.
              </p>
            )}
          </Show>
          <Button look="warning">Freeze and issue it</Button>
        </Form>
      </Details>
      <Details summary="Take the agreement back">
        <Form
          send={async () => {
            await takeBack(props.report.id)
            await props.settled('It is a draft again.')
          }}
        >
          <p>It becomes a draft again, and the meeting is taken out.</p>
          <Button look="secondary">Take it back</Button>
        </Form>
      </Details>
    </>
  )
}

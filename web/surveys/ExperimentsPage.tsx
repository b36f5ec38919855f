import { createAsync, revalidate, useAction } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { figure } from '#server/impact/shared/pictures.ts'
import { type ExperimentKind, experimentArms } from '#server/surveys/input.ts'
import type { ExperimentResult, ExperimentSize, ExperimentsPage as Experiments } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Checkboxes } from '#web/parts/Radios.tsx'
import { Table } from '#web/parts/Table.tsx'
import { Page } from '#web/shell/Page.tsx'
import { AskingLinks } from './AskingLinks.tsx'
import { endExperiment, getExperiments, startExperiment } from './agreement-data.ts'

const kindWords: Record<ExperimentKind, string> = {
  subject: 'The invitation’s subject',
  'reminder-1': 'The first reminder’s wording',
}
const sentWords: Record<ExperimentKind, string> = { subject: 'invitations', 'reminder-1': 'first reminders' }

/** Two wordings tried beside each other: what it takes, what runs, and what was found. */
export default function ExperimentsPage() {
  const page = createAsync(() => getExperiments())
  const { done, settled } = createDone(() => revalidate(getExperiments.key))
  return (
    <Page
      title="Experiments"
      lead="Two wordings, one for half of the people each, drawn by lot: which of them is answered more often? One at a time, and nothing is shown until it is over."
    >
      <AskingLinks />
      <Done words={done()} />
      <Show when={page()}>
        {(page) => (
          <>
            <Show when={page().running} fallback={<p>No experiment is running. Everyone gets wording A.</p>} keyed>
              {(running) => <Running running={running} settled={settled} />}
            </Show>
            <For each={page().kinds}>
              {(kind) => <Kind kind={kind} isRunning={page().running !== null} settled={settled} />}
            </For>
            <h2>Experiments that are over</h2>
            <Show
              when={page().ended.length}
              fallback={
                <Empty title="None has ended yet">
                  <p>What was found stands here, with what chance could have brought.</p>
                </Empty>
              }
            >
              <For each={page().ended}>{(one) => <Ended one={one} />}</For>
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

type Settled = { settled: (words: string) => Promise<void> }

function Running(props: Settled & { running: NonNullable<Experiments['running']> }) {
  const end = useAction(endExperiment)
  return (
    <section aria-label="Running now">
      <h2>Running: {kindWords[props.running.what].toLowerCase()}</h2>
      <p>
        Since {props.running.started}. The result is shown when {figure(props.running.needed)} people were sent each
        wording and all of them have had their time to answer. Until then nobody can see how it goes: whoever looks
        early stops when chance looks best.
      </p>
      <Details summary="End it early">
        <p>
          Who got which wording is thrown away at once, and there will be no result, now or later. Everyone gets wording
          A again.
        </p>
        <Form
          send={async () => {
            await end(props.running.id)
            await props.settled('The experiment is ended. There is no result.')
          }}
        >
          <Button look="warning">End it without a result</Button>
        </Form>
      </Details>
    </section>
  )
}

function Kind(props: Settled & { kind: Experiments['kinds'][number]; isRunning: boolean }) {
  const start = useAction(startExperiment)
  const size = () => props.kind.size
  return (
    <section aria-label={kindWords[props.kind.what]}>
      <h2>{kindWords[props.kind.what]}</h2>
      <p>
        <strong>About {figure(size().needed)} people in each wording;</strong> {whenWords(size(), props.kind.what)}
      </p>
      <p class="soft">
        So many are needed to find a difference of {size().points} points four times out of five, if there is one, from
        the {size().share}% who answer now
        {size().isPresumed ? ' (presumed: too few of our own follow-ups are over to know)' : ''}. A smaller difference
        would mostly be missed.
      </p>
      <Details summary="Both wordings in full">
        <div class="wordings">
          <For each={experimentArms}>
            {(arm) => (
              <section aria-label={`Wording ${arm.toUpperCase()}`}>
                <h3>Wording {arm.toUpperCase()}</h3>
                <p>
                  Subject: <strong>{props.kind.wordings[arm].subject}</strong>
                </p>
                <pre>{props.kind.wordings[arm].text}</pre>
              </section>
            )}
          </For>
        </div>
      </Details>
      <Show when={!props.isRunning}>
        <Form
          send={async (fields) => {
            await start({ what: props.kind.what, evenSo: fields.has(`evenSo-${props.kind.what}`) })
            await props.settled(`The experiment has started: ${kindWords[props.kind.what].toLowerCase()}.`)
          }}
        >
          <Show when={props.kind.isTooLong}>
            <div class="govuk-inset-text">
              That is longer than two years. We advise against it: courses, people and wordings change meanwhile, and
              the answer would come too late to use.
            </div>
            <Checkboxes
              name={`evenSo-${props.kind.what}`}
              label="Even so"
              small
              choices={[{ value: 'yes', words: 'Start it even so, though it takes longer than two years' }]}
            />
          </Show>
          <Button look={props.kind.isTooLong ? 'secondary' : 'action'}>
            Start it<span class="govuk-visually-hidden">: {kindWords[props.kind.what]}</span>
          </Button>
        </Form>
      </Show>
    </section>
  )
}

function whenWords({ askedBy, shownBy, monthly }: ExperimentSize, what: ExperimentKind): string {
  if (askedBy === null)
    return 'nobody has been asked so far and nobody is planned, so it cannot be said when that will be.'
  const pace = monthly
    ? `at ${figure(monthly)} ${sentWords[what]} a month`
    : `from the ${sentWords[what]} that are planned`
  return `${pace} that is about ${askedBy}. The result can be shown about ${shownBy}, when all of them have had their time to answer.`
}

function Ended(props: { one: Experiments['ended'][number] }) {
  return (
    <section class="experiment" aria-label={`${kindWords[props.one.what]}, ${props.one.started}`}>
      <h3>{kindWords[props.one.what]}</h3>
      <p class="soft">
        {props.one.started} to {props.one.ended}
      </p>
      <Show when={props.one.result} fallback={<p>Ended early, no result.</p>} keyed>
        {(result) => <Result result={result} />}
      </Show>
    </section>
  )
}

const signed = (value: number) => `${value}`.replace('-', '−')

function Result(props: { result: ExperimentResult }) {
  const difference = () => props.result.difference
  return (
    <>
      <p>
        <strong>{props.result.sentence}</strong>
      </p>
      <IntervalPicture {...difference()} />
      <Table
        caption="What was found"
        hideCaption
        columns={[
          { words: 'Wording', cell: (row) => row.arm.toUpperCase() },
          { words: 'People', numeric: true, cell: (row) => figure(row.n) },
          { words: 'Answered', numeric: true, cell: (row) => figure(row.answered) },
          { words: 'Per cent', numeric: true, cell: (row) => `${row.percent}%` },
        ]}
        rows={props.result.arms}
      />
      <p class="soft">
        B less A: {signed(difference().points)} points, 95% interval {signed(difference().low)} to{' '}
        {signed(difference().high)} (Newcombe’s hybrid score interval). Each person counts once, by the first message
        they were drawn for.
      </p>
    </>
  )
}

/** The difference and what chance leaves of it, on a scale around nothing; a picture beside its numbers. */
function IntervalPicture(props: { points: number; low: number; high: number }) {
  const reach = () => Math.max(10, Math.ceil(Math.max(Math.abs(props.low), Math.abs(props.high)) / 5) * 5)
  const at = (points: number) => 150 + (points * 140) / reach()
  return (
    <svg class="experiment-picture" viewBox="0 0 300 52" aria-hidden="true">
      <line x1="10" x2="290" y1="22" y2="22" stroke="#d5dce4" stroke-width="2" />
      <line x1="150" x2="150" y1="6" y2="38" stroke="#12243a" stroke-width="1.5" stroke-dasharray="3 3" />
      <line x1={at(props.low)} x2={at(props.high)} y1="22" y2="22" stroke="#0f7a78" stroke-width="6" />
      <circle cx={at(props.points)} cy="22" r="7" fill="#12243a" />
      <text x="10" y="50" font-size="12" fill="#12243a">
        A better
      </text>
      <text x="150" y="50" font-size="12" fill="#12243a" text-anchor="middle">
        no difference
      </text>
      <text x="290" y="50" font-size="12" fill="#12243a" text-anchor="end">
        B better
      </text>
    </svg>
  )
}

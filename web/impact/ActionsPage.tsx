import { createAsync, revalidate, useAction, useSearchParams } from '@solidjs/router'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { ActionLine, ActionsPage as Actions } from '#server/impact/routes.ts'
import { actionSourceWords, ownerWords } from '#server/impact/shared/evidence-words.ts'
import { Button } from '#web/parts/Button.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Swap } from '#web/parts/Swap.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { ActionForm, type Start } from './ActionForm.tsx'
import { EvidenceLinks } from './EvidenceLinks.tsx'
import { completeAction, escalateAction, getActions, reopenAction, takeActionBack } from './evidence-data.ts'

type Settled = (words: string) => Promise<void>
/** One form at a time: their fields have the same names. */
type Open = 'new' | { id: number; what: 'done' | 'escalate' | 'change' }

/** What is to be done about what was said: whose it is, by when, done or not. */
export default function ActionsPage() {
  const actions = createAsync(() => getActions())
  const [search, setSearch] = useSearchParams<Partial<Start>>()
  const given = (name: keyof Start) => [search[name]].flat()[0] ?? ''
  const start = (): Start => ({
    course: given('course'),
    barrier: given('barrier'),
    source: given('source'),
    said: given('said'),
  })
  const isGiven = () => Object.values(start()).some(Boolean)
  const [open, setOpen] = createSignal<Open | undefined>(isGiven() ? 'new' : undefined)
  const { done, settled } = createDone(async () => {
    await revalidate(getActions.key)
    setOpen(undefined)
    if (isGiven())
      setSearch({ course: undefined, barrier: undefined, source: undefined, said: undefined }, { replace: true })
  })
  return (
    <Page
      title="Actions"
      lead="What got in the way, was asked or was decided, made into something to be done: whose it is, by when, and what became of it. The next report ticks it or not."
    >
      <EvidenceLinks />
      <Done words={done()} />
      <Show when={actions()}>
        {(actions) => (
          <>
            <Swap isOpen={open() === 'new'} closed={<Button onPress={() => setOpen('new')}>Make an action</Button>}>
              <h2>Make an action</h2>
              <ActionForm actions={actions()} start={start()} settled={settled} />
              <p>
                <Button look="link" onPress={() => setOpen(undefined)}>
                  Back
                </Button>
              </p>
            </Swap>
            <h2>To be done</h2>
            <Show
              when={actions().open.length}
              fallback={
                <Empty title="No action is open">
                  <p>Make one from what got in the way: each course’s impact page lists it.</p>
                </Empty>
              }
            >
              <p>{openWords(actions().open)}</p>
              <Rows
                rows={actions().open.map((one) => ({
                  title: one.text,
                  tag: tagOf(one),
                  detail: <DetailOf action={one} />,
                  action: actions().mayKeep ? (
                    <Keep actions={actions()} action={one} settled={settled} open={open()} setOpen={setOpen} />
                  ) : undefined,
                }))}
              />
            </Show>
            <h2>You said, we did</h2>
            <Show
              when={actions().done.length}
              fallback={
                <Empty title="Nothing has been ticked yet">
                  <p>An action stands here once it is done, with what was done about it.</p>
                </Empty>
              }
            >
              <Rows
                rows={actions().done.map((one) => ({
                  title: one.done?.did,
                  detail: (
                    <>
                      <For each={[`You said: ${one.said}`, `${whoseOf(one)}. Done ${one.done?.on}.`]}>
                        {(line) => <span class="row-line">{line}</span>}
                      </For>
                    </>
                  ),
                  action: actions().mayKeep ? <Reopen action={one} settled={settled} /> : undefined,
                }))}
              />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function openWords(open: ActionLine[]): string {
  const overdue = open.filter(({ isOverdue }) => isOverdue).length
  const words = `${counted(open.length, 'action is', 'actions are')} open`
  if (overdue === 0) return `${words}, none of them overdue.`
  return `${words}, ${overdue.toLocaleString('en-GB')} of them overdue: ${overdue === 1 ? 'it stands' : 'they stand'} first.`
}

function tagOf({ isOverdue, escalated }: ActionLine) {
  if (isOverdue) return <Tag tone="urgent">Overdue</Tag>
  return escalated ? <Tag>Taken higher</Tag> : undefined
}

function DetailOf(props: { action: ActionLine }) {
  const lines = () => {
    const { said, source, barrier, who, due, escalated } = props.action
    return [
      `${barrier ? `What got in the way: ${barrier.label.toLowerCase()}` : actionSourceWords[source]}. “${said}”`,
      `${whoseOf(props.action)}${who ? `: ${who}` : ''}. Due ${due}.`,
      ...(escalated ? [`Taken to ${escalated.to} on ${escalated.on}.`] : []),
    ]
  }
  return <For each={lines()}>{(line) => <span class="row-line">{line}</span>}</For>
}

function whoseOf({ owner, agency, course }: ActionLine): string {
  const about = owner !== 'course' && course ? `, about ${course.title}` : ''
  if (owner === 'agency') return `${agency?.name ?? ''}${about}`
  return owner === 'course' ? `The course ${course?.title ?? ''}` : `${ownerWords.partnership}${about}`
}

function Keep(props: {
  actions: Actions
  action: ActionLine
  settled: Settled
  open: Open | undefined
  setOpen: (open: Open | undefined) => void
}) {
  const complete = useAction(completeAction)
  const escalate = useAction(escalateAction)
  const takeBack = useAction(takeActionBack)
  const its = () => (typeof props.open === 'object' && props.open.id === props.action.id ? props.open.what : undefined)
  const about = () => <span class="govuk-visually-hidden">: {props.action.text}</span>
  const show = (what: 'done' | 'escalate' | 'change') => props.setOpen({ id: props.action.id, what })
  return (
    <Swap
      isOpen={its() !== undefined}
      closed={
        <div class="row-presses">
          <Button look="link" onPress={() => show('done')}>
            Tick as done{about()}
          </Button>
          <Button look="link" onPress={() => show('escalate')}>
            Take it higher{about()}
          </Button>
          <Button look="link" onPress={() => show('change')}>
            Change{about()}
          </Button>
        </div>
      }
    >
      <Switch>
        <Match when={its() === 'done'}>
          <Form
            send={async (fields) => {
              await complete(props.action.id, fields.text('did'))
              await props.settled('The action is ticked. It stands under “You said, we did”.')
            }}
          >
            <TextArea
              name="did"
              label="What was done?"
              hint="The “we did” of the next report: one sentence that names nobody."
              rows={3}
            />
            <Button>Tick as done</Button>
          </Form>
        </Match>
        <Match when={its() === 'escalate'}>
          <Form
            send={async (fields) => {
              await escalate(props.action.id, fields.text('to'))
              await props.settled('The action is taken higher, and stays open until it is done.')
            }}
          >
            <TextInput
              name="to"
              label="To whom was it taken?"
              hint="A group or a post, such as “the partnership’s executive”. It stands in the report."
              value={props.action.escalated?.to}
            />
            <Button>Take it higher</Button>
          </Form>
        </Match>
        <Match when={its() === 'change'}>
          <ActionForm actions={props.actions} action={props.action} settled={props.settled} />
          <Form
            send={async () => {
              await takeBack(props.action.id)
              await props.settled('The action is taken back. It stands in no later report.')
            }}
          >
            <Button look="secondary">Take this action back</Button>
          </Form>
        </Match>
      </Switch>
      <Button look="link" onPress={() => props.setOpen(undefined)}>
        Back{about()}
      </Button>
    </Swap>
  )
}

function Reopen(props: { action: ActionLine; settled: Settled }) {
  const reopen = useAction(reopenAction)
  return (
    <Form
      send={async () => {
        await reopen(props.action.id)
        await props.settled('The tick is taken back: the action is open again.')
      }}
    >
      <button type="submit" class="link-button">
        Take the tick back<span class="govuk-visually-hidden">: {props.action.text}</span>
      </button>
    </Form>
  )
}

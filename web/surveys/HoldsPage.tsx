import { createAsync, revalidate, useAction } from '@solidjs/router'
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { HoldReason, PauseScope } from '#server/surveys/input.ts'
import type { Holds, Pause } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Details } from '#web/parts/Details.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Radios } from '#web/parts/Radios.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Select } from '#web/parts/Select.tsx'
import { Swap } from '#web/parts/Swap.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { AskingLinks } from './AskingLinks.tsx'
import { addTermDates, changeTermDates, getHolds, liftPause, makePause, removeTermDates } from './asking-data.ts'
import { holdReasonChoices, holdReasonWords } from './asking-words.ts'

/** What holds asking back: pauses and school holidays. */
export default function HoldsPage() {
  const holds = createAsync(() => getHolds())
  const { done, settled } = createDone(() => revalidate(getHolds.key))
  return (
    <Page
      title="Pauses and holidays"
      lead="While one of these lasts, nobody it is for is asked or reminded. What falls due meanwhile waits for the first fitting day after it."
    >
      <AskingLinks />
      <Done words={done()} />
      {/* Anew after each change, so that a form that was sent is empty and closed again. */}
      <Show when={holds()} keyed>
        {(holds) => (
          <>
            <Pauses holds={holds} settled={settled} />
            <Terms holds={holds} settled={settled} />
          </>
        )}
      </Show>
    </Page>
  )
}

type Section = { holds: Holds; settled: (words: string) => Promise<void> }

function Pauses(props: Section) {
  return (
    <>
      <h2>Pauses</h2>
      <Show
        when={props.holds.now.length}
        fallback={
          <Empty title="Nothing is paused">
            <p>In a week with a serious incident, pause asking for everyone, a sector or one organisation.</p>
          </Empty>
        }
      >
        <Rows
          rows={props.holds.now.map((pause) => ({
            title: pause.whom,
            tag: (
              <Tag tone={pause.state === 'standing' ? 'waiting' : 'done'}>
                {pause.state === 'standing' ? 'Paused now' : 'To come'}
              </Tag>
            ),
            detail: `${pause.from} to ${pause.to}. ${holdReasonWords[pause.because]}. ${followsWords(pause)}${pause.madeBy ? ` Made by ${pause.madeBy}.` : ''}`,
            action: <Lift pause={pause} settled={props.settled} />,
          }))}
        />
      </Show>
      <Details summary="Make a pause">
        <MakePause holds={props.holds} settled={props.settled} />
      </Details>
      <Show when={props.holds.past.length}>
        <Details summary={`Pauses that are over (${props.holds.past.length})`}>
          <Rows
            rows={props.holds.past.map((pause) => ({
              title: pause.whom,
              detail: `${pause.from} to ${pause.to}. ${holdReasonWords[pause.because]}.${pause.liftedAt ? ` Lifted ${pause.liftedAt}.` : ''}`,
            }))}
          />
        </Details>
      </Show>
    </>
  )
}

function followsWords({ follows, state }: Pause): string {
  const what = counted(follows ?? 0, 'follow-up', 'follow-ups')
  if (state === 'coming') return `While it lasts, ${what} would fall due.`
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} ${follows === 1 ? 'waits' : 'wait'} for it.`
}

function Lift(props: { pause: Pause; settled: (words: string) => Promise<void> }) {
  const lift = useAction(liftPause)
  return (
    <Form
      send={async () => {
        await lift(props.pause.id)
        await props.settled(`The pause for ${props.pause.whom} is lifted.`)
      }}
    >
      <button type="submit" class="link-button">
        Lift it
        <span class="govuk-visually-hidden">
          : {props.pause.whom}, {props.pause.from} to {props.pause.to}
        </span>
      </button>
    </Form>
  )
}

const scopeWords: { value: PauseScope; words: string }[] = [
  { value: 'everyone', words: 'Everyone' },
  { value: 'sector', words: 'A sector' },
  { value: 'agency', words: 'A school, service or organisation' },
  { value: 'event', words: 'Everyone who came to one event' },
  { value: 'person', words: 'One person' },
]

function MakePause(props: Section) {
  const make = useAction(makePause)
  const [scope, setScope] = createSignal<PauseScope>('everyone')
  const choices = (rows: { id: number; name: string }[]) => rows.map(({ id, name }) => ({ value: id, words: name }))
  const send = async (fields: Fields) => {
    const now = scope()
    await make({
      scope: now,
      ...(now === 'sector' ? { sectorId: fields.number('sectorId') ?? 0 } : {}),
      ...(now === 'agency' ? { agencyId: fields.number('agencyId') ?? 0 } : {}),
      ...(now === 'event' ? { eventId: fields.number('eventId') ?? 0 } : {}),
      ...(now === 'person' ? { person: fields.text('person') } : {}),
      from: fields.date('from') ?? '',
      to: fields.date('to') ?? '',
      because: fields.text('because') as HoldReason,
    })
    await props.settled('The pause stands.')
  }
  return (
    <Form send={send}>
      <Radios
        name="scope"
        label="Whom is it for?"
        value={scope()}
        choices={scopeWords}
        onChange={(value) => setScope(value as PauseScope)}
      />
      <Switch>
        <Match when={scope() === 'sector'}>
          <Select
            name="sectorId"
            label="Sector"
            blank="Choose a sector"
            options={choices(props.holds.choices.sectors)}
          />
        </Match>
        <Match when={scope() === 'agency'}>
          <Select
            name="agencyId"
            label="School, service or organisation"
            hint="Those that belong to it are paused with it."
            blank="Choose one"
            options={choices(props.holds.choices.agencies)}
          />
        </Match>
        <Match when={scope() === 'event'}>
          <Select name="eventId" label="Event" blank="Choose an event" options={choices(props.holds.choices.events)} />
        </Match>
        <Match when={scope() === 'person'}>
          <TextInput name="person" label="Their email address or full name" spellcheck={false} />
        </Match>
      </Switch>
      <DateInput name="from" label="First day" />
      <DateInput name="to" label="Last day" hint="A pause always has an end, a year on at the latest." />
      <Select name="because" label="Why" options={holdReasonChoices} value="incident" />
      <Button>Pause asking</Button>
    </Form>
  )
}

type Term = Holds['terms'][number]

function Terms(props: Section) {
  const now = () => props.holds.terms.filter(({ isOver }) => !isOver)
  const past = () => props.holds.terms.filter(({ isOver }) => isOver).reverse()
  const rows = (terms: Term[]) =>
    terms.map((term) => ({
      title: term.name,
      detail: term.words,
      action: <EditTerm term={term} settled={props.settled} />,
    }))
  return (
    <>
      <h2>School holidays</h2>
      <p>
        They hold back only people from education. A follow-up due in summer may run to the third week of September.
      </p>
      <Show
        when={now().length}
        fallback={
          <Empty title="No school holidays to come are entered">
            <p>Without them, school staff may be asked while their school is closed.</p>
          </Empty>
        }
      >
        <Rows rows={rows(now())} />
      </Show>
      <Details summary="Add a holiday">
        <TermForm button="Add it" settled={props.settled} />
      </Details>
      <Show when={past().length}>
        <Details summary={`Holidays that are over (${past().length})`}>
          <Rows rows={rows(past())} />
        </Details>
      </Show>
      <h2>Bank holidays</h2>
      <Show
        when={props.holds.yearsWithoutBankHolidays.length}
        fallback={<p>Nobody is asked on a bank holiday in England. This year’s and the next two years’ are known.</p>}
      >
        <p>
          Nobody is asked on a bank holiday in England. Those of {props.holds.yearsWithoutBankHolidays.join(' and ')}{' '}
          are not known yet: there, every Monday to Friday counts as a plain weekday.
        </p>
      </Show>
    </>
  )
}

function EditTerm(props: { term: Term; settled: (words: string) => Promise<void> }) {
  const remove = useAction(removeTermDates)
  const [isOpen, setOpen] = createSignal(false)
  const about = () => <span class="govuk-visually-hidden">: {props.term.name}</span>
  return (
    <Swap
      isOpen={isOpen()}
      closed={
        <Form
          send={async (fields) => {
            if (fields.has('change')) return void setOpen(true)
            await remove(props.term.id)
            await props.settled(`${props.term.name} is removed.`)
          }}
        >
          <button type="submit" class="link-button" name="change">
            Change{about()}
          </button>{' '}
          <button type="submit" class="link-button">
            Remove{about()}
          </button>
        </Form>
      }
    >
      <TermForm term={props.term} button="Save" settled={props.settled} />
      <Button look="link" onPress={() => setOpen(false)}>
        Back
      </Button>
    </Swap>
  )
}

function TermForm(props: { term?: Term; button: string; settled: (words: string) => Promise<void> }) {
  const add = useAction(addTermDates)
  const change = useAction(changeTermDates)
  return (
    <Form
      send={async (fields) => {
        const input = { name: fields.text('name'), from: fields.date('from') ?? '', to: fields.date('to') ?? '' }
        if (props.term) await change(props.term.id, input)
        else await add(input)
        await props.settled(`${input.name} is saved.`)
      }}
    >
      <TextInput name="name" label="Name" hint="For example, Christmas 2026" value={props.term?.name} />
      <DateInput name="from" label="First day without school" value={props.term?.from} />
      <DateInput name="to" label="Last day without school" value={props.term?.to} />
      <Button>{props.button}</Button>
    </Form>
  )
}

import { createAsync, revalidate, useAction, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { ReturnAsked, ReturnsPage as Returns } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Checkboxes } from '#web/parts/Radios.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { Table } from '#web/parts/Table.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { yearWords } from './data.ts'
import { EvidenceLinks } from './EvidenceLinks.tsx'
import { askForReturns, getReturns, remindOfReturn } from './evidence-data.ts'

type Settled = (words: string) => Promise<void>

/** Once a year: who is asked what they taught their own people, and what they told. */
export default function ReturnsPage() {
  const [search] = useSearchParams<{ programme?: string }>()
  const programme = () => [search.programme].flat()[0] ?? ''
  const page = createAsync(() => getReturns(programme()))
  const { done, settled } = createDone(() => revalidate(getReturns.key))
  return (
    <Page
      title="Single-agency returns"
      lead="Once a year each agency is asked by a link what it taught its own people. It stands beside when we last taught each theme, always as “Told to us, not checked”."
    >
      <EvidenceLinks />
      <Done words={done()} />
      <Show when={page()}>
        {(page) => (
          <>
            <nav aria-label="Years">
              <ul class="plain filters">
                <For each={page().programmes}>
                  {(name) => (
                    <li>
                      <a
                        href={`/returns?programme=${encodeURIComponent(name)}`}
                        aria-current={name === page().programme?.name ? 'page' : undefined}
                      >
                        {yearWords(name)}
                      </a>
                    </li>
                  )}
                </For>
              </ul>
            </nav>
            <Show when={page().programme} fallback={<Empty title="A year will be here once its first day has come" />}>
              {(programme) => (
                <>
                  <h2>{yearWords(programme().name)}</h2>
                  <p>
                    {programme().words}. {page().notNow ?? `It can be filled in and changed until ${page().until}.`}
                  </p>
                  <Asked page={page()} settled={settled} />
                  <Show when={!page().notNow && page().notAsked.length}>
                    <Ask page={page()} settled={settled} />
                  </Show>
                </>
              )}
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function Asked(props: { page: Returns; settled: Settled }) {
  const told = () => props.page.asked.filter((one) => one.told)
  const silent = () => props.page.asked.filter((one) => !one.told)
  return (
    <Show
      when={props.page.asked.length}
      fallback={
        <Empty title="Nobody has been asked about this year">
          <p>Once agencies are asked, who has told us and who has not stands here.</p>
        </Empty>
      }
    >
      <p>
        {counted(props.page.asked.length, 'agency was', 'agencies were')} asked;{' '}
        {counted(told().length, 'has told us', 'have told us')}, {counted(silent().length, 'has', 'have')} not yet.
      </p>
      <Show when={silent().length}>
        <h3>Not yet</h3>
        <Rows
          rows={silent().map((one) => ({
            title: one.agency,
            detail: `Asked on ${one.asked} at ${one.email}.${one.reminded ? ` Reminded on ${one.reminded}.` : ''}`,
            action: props.page.notNow ? undefined : <Remind page={props.page} one={one} settled={props.settled} />,
          }))}
        />
      </Show>
      <Show when={told().length}>
        <h3>Told us</h3>
        <p>
          <Tag>{props.page.label}</Tag>
        </p>
        <For each={told()}>{(one) => <Told one={one} label={props.page.label} />}</For>
      </Show>
    </Show>
  )
}

function Told(props: { one: ReturnAsked; label: string }) {
  const told = () => props.one.told!
  const taught = () => {
    const { taught, staff } = told()
    return taught === null
      ? `${staff.toLocaleString('en-GB')} people; how many were taught is not known`
      : `${taught.toLocaleString('en-GB')} of ${staff.toLocaleString('en-GB')} people taught`
  }
  return (
    <Details summary={`${props.one.agency}: ${taught()}`}>
      <SummaryList
        rows={[
          { key: 'Filled in by', value: `${told().by}, ${told().on}` },
          { key: 'How they know', value: told().evidence },
        ]}
      />
      <Table
        caption={`When each theme was last taught. ${props.label}`}
        columns={[
          { words: 'Theme', cell: ({ name }: { name: string; last: string; people: number }) => name },
          { words: 'Month', cell: ({ last }) => last },
          { words: 'People', cell: ({ people }) => people.toLocaleString('en-GB'), numeric: true },
        ]}
        rows={told().themes}
        empty="No theme is told of."
      />
    </Details>
  )
}

function Remind(props: { page: Returns; one: ReturnAsked; settled: Settled }) {
  const remind = useAction(remindOfReturn)
  return (
    <Form
      send={async () => {
        await remind(props.page.programme!.name, props.one.agencyId)
        await props.settled(`${props.one.agency} is reminded: the email goes out in the next minutes.`)
      }}
    >
      <button type="submit" class="link-button">
        Remind them<span class="govuk-visually-hidden">: {props.one.agency}</span>
      </button>
    </Form>
  )
}

function Ask(props: { page: Returns; settled: Settled }) {
  const ask = useAction(askForReturns)
  const [chosen, setChosen] = createSignal<readonly string[]>([])
  return (
    <>
      <h3>Ask</h3>
      <Form
        send={async (fields) => {
          const asked = Object.fromEntries(fields.texts('asked').map((id) => [id, fields.text(`asked.${id}`)]))
          const answer = await ask(props.page.programme!.name, asked)
          setChosen([])
          await props.settled(
            `${counted(answer.asked, 'agency is', 'agencies are')} asked: the emails go out in the next minutes.`,
          )
        }}
      >
        <Checkboxes
          name="asked"
          label="Which agencies shall be asked?"
          hint="Each gets one email with a link of its own."
          small
          values={chosen()}
          onChange={(value, isTicked) =>
            setChosen((before) => (isTicked ? [...before, value] : before.filter((one) => one !== value)))
          }
          choices={props.page.notAsked.map(({ id, name, mailbox }) => ({
            value: String(id),
            words: name,
            more: chosen().includes(String(id)) ? (
              <TextInput name={`asked.${id}`} label={`Email address of ${name}`} type="email" value={mailbox ?? ''} />
            ) : undefined,
          }))}
        />
        <Button>Ask the chosen agencies</Button>
      </Form>
    </>
  )
}

import { createAsync, revalidate, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { AccountKind, AccountOutcome } from '#server/impact/input.ts'
import type { AccountEntry, AccountsPage as Accounts } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Radios } from '#web/parts/Radios.tsx'
import { faulty } from '#web/problem.ts'
import { Page } from '#web/shell/Page.tsx'
import { counted, practiceAnswerWords } from '#web/words.ts'
import { ProgrammeChoice, VoiceLinks } from './VoiceLinks.tsx'
import { drawAccounts, getAccounts, sendAccount, showAccountWords } from './voice-data.ts'

const kindWords: Record<AccountKind, string> = {
  success: 'It came about',
  'non-success': 'It did not come about',
}

/** Whom to ring to hear whether what they answered holds: drawn by rule from both ends, never chosen. */
export default function AccountsPage() {
  const [search] = useSearchParams<{ programme?: string }>()
  const accounts = createAsync(() => getAccounts(search.programme ?? ''))
  const { done, settled } = createDone(() => revalidate(getAccounts.key))
  return (
    <Page
      title="Accounts to check"
      lead="Of those who said that we may ring them, two for whom it came about and two for whom it did not are drawn for each course. Nobody chooses whom."
    >
      <VoiceLinks />
      <Done words={done()} />
      <Show when={accounts()}>
        {(accounts) => (
          <>
            <div class="accounts-head">
              <ProgrammeChoice programmes={accounts().programmes} programme={accounts().programme} />
              <p>{standing(accounts())}</p>
              <Show when={accounts().toDraw}>
                <Form
                  send={async () => {
                    const { drawn } = await drawAccounts(accounts().programme)
                    await settled(drawn ? `${counted(drawn, 'person was', 'people were')} drawn.` : 'Nobody was added.')
                  }}
                >
                  <Button>Draw {counted(accounts().toDraw, 'person', 'people')}</Button>
                </Form>
              </Show>
            </div>
            <Show
              when={accounts().entries.length}
              fallback={
                <Empty title="Nobody is to be rung">
                  <p>
                    {accounts().toDraw
                      ? 'Draw, then whom to ring stands here.'
                      : 'People stand here once they have answered and said that we may ring them, and were drawn.'}
                  </p>
                </Empty>
              }
            >
              <p class="accounts-print">
                <Button look="secondary" onPress={() => window.print()}>
                  Print the call sheet
                </Button>
              </p>
              <For each={accounts().entries}>{(entry) => <Entry entry={entry} settled={settled} />}</For>
              <p class="print-only">Destroy this sheet once what is on it was typed in.</p>
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function standing({ counts, consenting }: Accounts): string {
  const checked = counts.verified + counts['not-verified']
  return [
    consenting
      ? `${counted(consenting, 'person', 'people')} said that we may ring them.`
      : 'Nobody has said that we may ring them.',
    checked
      ? `${counted(checked, 'account', 'accounts')} checked: ${counts.verified} verified, ${counts['not-verified']} not.`
      : 'No account has been checked.',
    counts['not-reached'] ? `${counts['not-reached']} not reached in two tries.` : '',
    counts.withdrawn ? `${counts.withdrawn} would rather not.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

const outcomes = (tries: 0 | 1): { value: AccountOutcome; words: string; hint?: string }[] => [
  { value: 'verified', words: 'Verified', hint: 'What they tell holds up what they answered' },
  { value: 'not-verified', words: 'Not verified', hint: 'It does not, or they cannot remember' },
  {
    value: 'not-reached',
    words: 'Not reached',
    hint: tries ? 'The second time: somebody else is drawn' : 'They stay on the sheet for one more try',
  },
  { value: 'withdrawn', words: 'They would rather not', hint: 'We do not ring again; somebody else is drawn' },
]

function Entry(props: { entry: AccountEntry; settled: (words: string) => Promise<void> }) {
  const [words, setWords] = createSignal<string>()
  const heading = () => `account-${props.entry.bookingId}`
  // Several of these forms stand on the page, and no two fields may share a name.
  const field = () => `outcome-${props.entry.bookingId}`
  const save = async (outcome: string) => {
    const chosen = outcomes(props.entry.tries).find(({ value }) => value === outcome)
    if (!chosen) throw faulty({ path: field(), message: 'Choose what the call said' })
    try {
      await sendAccount(props.entry.bookingId, { outcome: chosen.value, tries: props.entry.tries })
    } catch (error) {
      // Someone else rang, or they took it back: the sheet says so.
      void revalidate(getAccounts.key)
      throw error
    }
    await props.settled(`Saved for ${props.entry.name}: ${chosen.words.toLowerCase()}.`)
  }
  return (
    <section class="call account" aria-labelledby={heading()}>
      <h2 id={heading()}>{props.entry.name}</h2>
      <p class="call-number">
        <Show
          when={props.entry.phone}
          fallback={<>No number: ring {props.entry.agency}, their school, service or organisation</>}
        >
          {(phone) => <a href={`tel:${phone().replaceAll(/[^+\d]/g, '')}`}>{phone()}</a>}
        </Show>
      </p>
      <p class="soft">
        {kindWords[props.entry.kind]}. {props.entry.course}, {props.entry.date}.
        {props.entry.tries ? ' Rung once in vain.' : ''}
      </p>
      <Show when={props.entry.planned.length || props.entry.wroteOwn} fallback={<p>They planned nothing.</p>}>
        <p>They planned to:</p>
        <ul>
          <For each={props.entry.planned}>{(planned) => <li>{planned}</li>}</For>
          <Show when={props.entry.wroteOwn}>
            <li>
              <Show
                when={words() !== undefined}
                fallback={
                  <>
                    their own words{' '}
                    <Button
                      look="link"
                      onPress={async () => setWords((await showAccountWords(props.entry.bookingId)).words)}
                    >
                      Show what they wrote
                    </Button>
                  </>
                }
              >
                {words() || 'They have taken it back.'}
              </Show>
            </li>
          </Show>
        </ul>
      </Show>
      <p>They answered: “{practiceAnswerWords[props.entry.answered]}”</p>
      <p>Ask:</p>
      <ol class="account-questions">
        <For each={props.entry.questions}>{(question) => <li>{question}</li>}</For>
      </ol>
      <Form send={(fields) => save(fields.text(field()))}>
        <Radios name={field()} label="What the call said" small choices={outcomes(props.entry.tries)} />
        <Button>Save</Button>
      </Form>
      <p class="print-only">verified · not verified · not reached · would rather not</p>
    </section>
  )
}

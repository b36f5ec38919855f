import { A, createAsync, revalidate } from '@solidjs/router'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { CallEntry, PhoneRound } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { AskingLinks } from './AskingLinks.tsx'
import { getPhoneRound, setCeiling } from './answers-data.ts'
import { CallSheet } from './CallSheet.tsx'
import { PhoneCall } from './PhoneCall.tsx'

/** Whom to ring, one person at a time: worked by keyboard alone, with the focus on the next person after each save. */
export default function PhoneRoundPage() {
  const round = createAsync(() => getPhoneRound())
  return (
    <Page
      title="Phone round"
      lead="People who were asked by email to the end and have not answered, and people whom no email reaches. In the order of what a call would change."
    >
      <AskingLinks />
      <Show when={round()}>{(round) => <Round round={round()} />}</Show>
    </Page>
  )
}

function Round(props: { round: PhoneRound }) {
  const [handled, setHandled] = createSignal<ReadonlySet<number>>(new Set())
  const [skipped, setSkipped] = createSignal<readonly number[]>([])
  const [current, setCurrent] = createSignal(props.round.entries[0]?.bookingId)
  const [said, setSaid] = createSignal('')
  /** As the last save was told; the sheet that is read anew after it may still be on its way. */
  const [lastLeft, setLastLeft] = createSignal(Number.POSITIVE_INFINITY)
  const left = () => Math.min(lastLeft(), props.round.left)

  const waiting = createMemo(() => {
    const open = props.round.entries.filter(({ bookingId }) => !handled().has(bookingId))
    const isSkipped = ({ bookingId }: CallEntry) => skipped().includes(bookingId)
    return [...open.filter((one) => !isSkipped(one)), ...open.filter(isSkipped)]
  })
  // Someone else may have rung them while this call goes on: what is on the screen stays until it is saved.
  const entry = createMemo<CallEntry | undefined>((before) => {
    const id = current()
    return (
      props.round.entries.find(({ bookingId }) => bookingId === id) ?? (before?.bookingId === id ? before : undefined)
    )
  })
  /** Everyone rung today, also before this page was opened, or by someone else. */
  const called = createMemo(() => new Set([...props.round.calledToday, ...handled()]))
  const total = () => {
    const isOpen = ({ bookingId }: CallEntry) => !called().has(bookingId)
    const beyond = props.round.toCall - props.round.entries.filter(isNewToday).length
    return called().size + waiting().filter(isOpen).length + beyond
  }
  const isNewToday = ({ bookingId }: CallEntry) => !props.round.calledToday.includes(bookingId)
  const isNonePlanned = () => props.round.ceiling === 0
  // A call that goes on is not taken away by a pause that someone else makes meanwhile.
  const isPaused = () => props.round.paused !== null && !entry()
  const next = () => waiting().filter(({ bookingId }) => isNonePlanned() || bookingId !== current())

  const goOn = (from: number) => {
    const next = waiting().find(({ bookingId }) => bookingId !== from)
    setCurrent(next?.bookingId)
    if (!next) queueMicrotask(() => document.getElementById('round-over')?.focus())
  }
  const settle = (bookingId: number, words: string, left: number) => {
    setSaid(words)
    setLastLeft(left)
    setHandled(new Set([...handled(), bookingId]))
    goOn(bookingId)
    void revalidate(getPhoneRound.key)
  }
  const skip = (bookingId: number) => {
    setSaid('Skipped for now')
    setSkipped([...skipped().filter((one) => one !== bookingId), bookingId])
    goOn(bookingId)
  }

  return (
    <>
      <div class="calls-head">
        <p role="status" class="calls-count">
          <strong>
            {called().size} of {total()}
          </strong>{' '}
          done · {counted(left(), 'call', 'calls')} left this week{said() ? `. ${said()}.` : ''}
        </p>
        <Show when={props.round.entries.length > 0}>
          <Button look="secondary" onPress={() => window.print()}>
            Print the sheet
          </Button>
        </Show>
      </div>
      <Details summary={`Calls a week: ${props.round.ceiling}`}>
        <Form
          send={async (fields) => {
            await setCeiling(fields.number('callsAWeek') ?? Number.NaN)
            await revalidate(getPhoneRound.key)
            setLastLeft(Number.POSITIVE_INFINITY)
            setSaid('The number of calls was changed')
          }}
        >
          <TextInput
            name="callsAWeek"
            label="Calls a week, all callers together"
            hint={`From 0 to 200. ${props.round.made} made from ${props.round.week}.`}
            value={props.round.ceiling}
            inputmode="numeric"
            width={4}
          />
          <Button look="secondary">Change the number</Button>
        </Form>
      </Details>
      <Show when={!isPaused() && total() > 0} fallback={<Nobody round={props.round} />}>
        <Show when={left() === 0}>
          <p class="govuk-inset-text">
            {isNonePlanned()
              ? 'No calls are planned this week: the number is set to 0. Change it above to ring anyone.'
              : `The ${props.round.ceiling} calls of this week are used up. Go on next Monday, or change the number above.`}
          </p>
        </Show>
        <Show
          when={isNonePlanned() ? undefined : entry()?.bookingId}
          keyed
          fallback={
            <Show when={!isNonePlanned()}>
              <p id="round-over" class="govuk-inset-text" tabindex="-1">
                That is everyone for now. Whoever did not pick up can be tried once more on another day.
              </p>
            </Show>
          }
        >
          {(bookingId) => (
            <PhoneCall
              entry={entry()!}
              saved={(words, left) => settle(bookingId, words, left)}
              skip={waiting().some((one) => one.bookingId !== bookingId) ? () => skip(bookingId) : undefined}
            />
          )}
        </Show>
        <Show when={next().length}>
          <section class="calls-next" aria-labelledby="calls-next">
            <h2 id="calls-next">Who comes next</h2>
            <ol>
              <For each={next()}>
                {(one) => (
                  <li>
                    <Show when={!isNonePlanned()} fallback={one.name}>
                      <Button look="link" onPress={() => setCurrent(one.bookingId)}>
                        {one.name}
                      </Button>
                    </Show>
                    , {one.agency}: {one.course}
                    {skipped().includes(one.bookingId) ? ' (skipped)' : ''}
                    {one.before ? `. ${one.before}` : ''}
                  </li>
                )}
              </For>
            </ol>
            <Show when={props.round.total > props.round.entries.length}>
              <p>And {props.round.total - props.round.entries.length} more, once these are done.</p>
            </Show>
          </section>
        </Show>
      </Show>
      <CallSheet round={props.round} />
    </>
  )
}

function Nobody(props: { round: PhoneRound }) {
  return (
    <Show
      when={props.round.paused}
      fallback={
        <Empty title="Nobody is to be rung today">
          <p>People stand here after the last of four emails, for 30 days, and once they cannot be reached by email.</p>
        </Empty>
      }
    >
      {(paused) => (
        <Empty title={`Asking is paused for everyone until ${paused().until}, so nobody is rung`}>
          <p>
            {paused().wouldBeDue === 0
              ? 'Nobody would be on the list today.'
              : `Without the pause ${counted(paused().wouldBeDue, 'call', 'calls')} would be on the list today.`}{' '}
            <A href="/asking/holds">See what is paused</A>
          </p>
        </Empty>
      )}
    </Show>
  )
}

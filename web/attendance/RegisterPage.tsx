import { A, createAsync, useLocation, useParams, useSearchParams } from '@solidjs/router'
import { createMemo, For, onCleanup, Show } from 'solid-js'
import { type Mark, marks as markWords } from '#server/attendance/input.ts'
import type { RegisterPage as Register } from '#server/attendance/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { signInHref, useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { getRegister } from './data.ts'
import { createPresses } from './presses.ts'

type Session = Register['sessions'][number]
type Person = Register['people'][number]

/** As short as a button must be. */
const buttonWords: Record<Mark, string> = {
  present: 'Present',
  late: 'Late',
  'left-early': 'Left early',
  absent: 'Absent',
  excused: 'Excused',
}

export default function RegisterPage() {
  const params = useParams<{ id: string }>()
  const [search] = useSearchParams<{ session?: string }>()
  const register = createAsync(() => getRegister(params.id))
  const me = useMe()
  const session = createMemo(() => {
    const sessions = register()?.sessions ?? []
    // Without a choice: the last one that can be marked now, else the first.
    return (
      sessions.find(({ id }) => String(id) === search.session) ??
      sessions.findLast(({ isOpen }) => isOpen) ??
      sessions[0]
    )
  })

  return (
    <Show when={register()}>
      {(register) => (
        <Page
          title={`Register: ${register().title}`}
          about={register().dates}
          back={{ href: '/registers', words: 'Registers' }}
        >
          <Show when={register().sessions.length > 1}>
            <nav class="register-days" aria-label="Event sessions">
              <For each={register().sessions}>
                {(one) => (
                  // Not the router's own: it would take every event session of this page for the current one.
                  <a
                    href={`/events/${params.id}/register?session=${one.id}`}
                    aria-current={one.id === session()?.id ? 'true' : undefined}
                  >
                    {one.words}
                  </a>
                )}
              </For>
            </nav>
          </Show>
          <Show when={session()?.id} keyed>
            {(id) => <Marking register={register()} session={register().sessions.find((one) => one.id === id)!} />}
          </Show>
          <Show when={me().role === 'coordinator'}>
            <p>
              <A href={`/events/${params.id}/cards`}>Cards for people whom no email reaches</A>
            </p>
          </Show>
        </Page>
      )}
    </Show>
  )
}

function Marking(props: { register: Register; session: Session }) {
  const location = useLocation()
  const presses = createPresses(props.session.id)
  const markOf = (person: Person): Mark | undefined =>
    presses.of(person.bookingId)?.mark ??
    person.marks.find(({ eventSessionId }) => eventSessionId === props.session.id)?.mark
  const unmarked = () => props.register.people.filter((person) => markOf(person) === undefined)
  const counts = () => {
    const marked = props.register.people.length - unmarked().length
    const each = markWords.flatMap((mark) => {
      const count = props.register.people.filter((person) => markOf(person) === mark).length
      return count > 0 ? [`${count} ${buttonWords[mark].toLowerCase()}`] : []
    })
    return `${marked} of ${props.register.people.length} marked${each.length > 0 ? `: ${each.join(', ')}` : ''}.`
  }
  const gone = () =>
    presses.dropped().map((id) => props.register.people.find(({ bookingId }) => bookingId === id)?.name)

  // A phone that was put away may close the page without a word.
  const away = () => document.visibilityState === 'hidden' && presses.unsavedCount() > 0 && void presses.again()
  document.addEventListener('visibilitychange', away)
  onCleanup(() => document.removeEventListener('visibilitychange', away))

  return (
    <Show
      when={props.register.people.length > 0}
      fallback={
        <Empty title="Nobody has a confirmed place.">
          <p>Whoever books stands here at once.</p>
        </Empty>
      }
    >
      <Show when={props.session.closedWords}>{(words) => <p class="govuk-inset-text">{words()}</p>}</Show>
      <div class="register-head">
        <p class="register-about">Each press is saved at once. A later one corrects it.</p>
        <Show when={props.session.isOpen && unmarked().length > 0}>
          <Button
            look="secondary"
            onPress={() =>
              presses.press(
                unmarked().map(({ bookingId }) => ({ bookingId, mark: 'present' })),
                'rest',
              )
            }
          >
            {unmarked().length === props.register.people.length ? 'Mark everyone present' : 'Mark the rest present'}
          </Button>
        </Show>
      </div>
      <Show when={gone().length > 0}>
        <p class="govuk-inset-text" role="alert">
          {gone().join(', ')}: no place at this event any more, so no mark was kept.
        </p>
      </Show>
      <ul class="register">
        <For each={props.register.people}>
          {(person) => (
            <li>
              <PersonRow
                person={person}
                session={props.session}
                mark={markOf(person)}
                state={presses.of(person.bookingId)?.isSaved}
                press={(mark) => presses.press([{ bookingId: person.bookingId, mark }], 'pressed')}
              />
            </li>
          )}
        </For>
      </ul>
      <div class="register-saving" classList={{ 'is-failing': presses.problem() !== undefined }}>
        <p role="status">
          <Show when={presses.unsavedCount() > 0} fallback={`${presses.isAnySaved() ? 'Saved. ' : ''}${counts()}`}>
            <Show when={presses.problem()} fallback="Saving…">
              {(problem) => (
                <>
                  {counted(presses.unsavedCount(), 'mark is', 'marks are')} not saved yet, but kept on this device.{' '}
                  {problem().status === 401
                    ? 'You have been signed out.'
                    : problem().status >= 400 && problem().status < 500
                      ? problem().title
                      : 'We keep trying.'}
                </>
              )}
            </Show>
          </Show>
        </p>
        <Show when={presses.problem() && presses.unsavedCount() > 0}>
          <Show
            when={presses.problem()?.status === 401}
            fallback={
              <Button look="secondary" onPress={presses.again}>
                Try now
              </Button>
            }
          >
            <A class="govuk-button" href={signInHref(location.pathname + location.search)}>
              Sign in again
            </A>
          </Show>
        </Show>
      </div>
    </Show>
  )
}

function PersonRow(props: {
  person: Person
  session: Session
  mark: Mark | undefined
  /** Whether this visit's press was saved; undefined when there was none. */
  state: boolean | undefined
  press: (mark: Mark) => void
}) {
  return (
    <fieldset class="register-row" disabled={!props.session.isOpen}>
      <legend>
        <span class="register-name">{props.person.name}</span>{' '}
        <span class="register-about">
          {props.person.agency}, code {props.person.dayCode}
        </span>
      </legend>
      <span class="register-state" aria-hidden="true">
        {props.state === undefined ? '' : props.state ? 'Saved' : 'Saving…'}
      </span>
      <div class="register-marks">
        <For each={markWords}>
          {(mark) => (
            <label>
              <input
                type="radio"
                name={`mark-${props.session.id}-${props.person.bookingId}`}
                value={mark}
                checked={props.mark === mark}
                onChange={() => props.press(mark)}
              />
              <span>{buttonWords[mark]}</span>
            </label>
          )}
        </For>
      </div>
    </fieldset>
  )
}

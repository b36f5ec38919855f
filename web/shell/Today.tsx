import { A, createAsync } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Today as Waiting } from '#server/desk/routes.ts'
import type { PauseScope } from '#server/surveys/input.ts'
import { Tag } from '#web/parts/Tag.tsx'
import { paths } from '#web/routes.tsx'
import { counted } from '#web/words.ts'
import { linksFor } from './links.ts'
import { Page } from './Page.tsx'
import { getToday } from './today.ts'

/** A coordinator's first page: what waits for her, what cannot wait on top. */
export function Today() {
  const today = createAsync(() => getToday())
  return (
    <Page title="Today">
      <Show when={today()}>
        {(today) => (
          <>
            <Show when={today().urgent > 0}>
              <div class="govuk-inset-text">
                <p>
                  <Tag tone="urgent">Urgent</Tag> <strong>Words that may be urgent wait for you.</strong>
                </p>
                <p>
                  <A href="/texts">
                    Read {counted(today().urgent, 'text', 'texts')} and record where{' '}
                    {today().urgent === 1 ? 'it was' : 'they were'} passed
                  </A>
                </p>
              </div>
            </Show>
            <Show when={needs(today()).length}>
              <h2>What waits for you</h2>
              <Lines lines={needs(today())} />
            </Show>
            <Show when={today().urgent === 0 && !needs(today()).length}>
              <p class="lead">Nothing needs you now.</p>
            </Show>
            <Show when={holds(today()).length}>
              <h2>What is paused</h2>
              <Lines lines={holds(today())} />
            </Show>
          </>
        )}
      </Show>
      <h2>Your pages</h2>
      <ul>
        <For each={linksFor('coordinator', paths)}>
          {(link) => (
            <li>
              <A href={link.href}>{link.words}</A>
            </li>
          )}
        </For>
      </ul>
    </Page>
  )
}

type Line = { href: string; words: string }

function Lines(props: { lines: readonly Line[] }) {
  return (
    <ul>
      <For each={props.lines}>
        {({ href, words }) => (
          <li>
            <A href={href}>{words}</A>
          </li>
        )}
      </For>
    </ul>
  )
}

function needs({ texts, ringing, messages, outOfReach, actions }: Waiting): Line[] {
  return [
    { n: texts, href: '/texts', words: `${counted(texts, 'text', 'texts')} to clear` },
    {
      n: ringing.people,
      href: '/phone-round',
      words: `${counted(ringing.people, 'person', 'people')} to ring today, ${counted(ringing.left, 'call', 'calls')} left this week`,
    },
    {
      n: messages,
      href: '/messages?state=attention',
      words: `${counted(messages, 'message was', 'messages were')} not sent, or may not have arrived`,
    },
    {
      n: outOfReach,
      href: '/asking/reachability',
      words: `${counted(outOfReach, 'person', 'people')} could not be asked and can be, once the address is right`,
    },
    { n: actions, href: '/actions', words: `${counted(actions, 'action is', 'actions are')} overdue` },
  ].filter(({ n }) => n > 0)
}

const pausedWords: Record<PauseScope, [one: string, more: string]> = {
  everyone: ['everyone', 'everyone'],
  sector: ['a sector', 'sectors'],
  agency: ['a school, service or organisation', 'schools, services or organisations'],
  event: ['an event', 'events'],
  person: ['a person', 'people'],
}

function holds({ pauses }: Waiting): Line[] {
  return pauses.map(({ scope, n, until }) => {
    const [one, more] = pausedWords[scope]
    const isOne = n === 1 || scope === 'everyone'
    return {
      href: '/asking/holds',
      words: `Asking is paused for ${isOne ? one : `${n} ${more}`} until ${until}${isOne ? '' : ' at the latest'}`,
    }
  })
}

import { For, Show } from 'solid-js'
import type { EventPage } from '#server/courses/routes.ts'

/** Each event session with its place; the joining link where it is shown already. */
export function Sessions(props: { sessions: EventPage['sessions'] }) {
  return (
    <ul class="plain sessions">
      <For each={props.sessions}>
        {(session) => (
          <li>
            <strong>{session.words}</strong>
            <br />
            <Show when={session.venue} fallback={session.online ? 'Online' : 'The venue will be told by email'}>
              {session.venue}
              <Show when={session.address}>, {session.address}</Show>
              <Show when={session.online}>, and online</Show>
            </Show>
            <Show when={session.link}>
              {(link) => (
                <>
                  <br />
                  <a href={link()} rel="noreferrer">
                    Join the video meeting
                  </a>
                </>
              )}
            </Show>
          </li>
        )}
      </For>
    </ul>
  )
}

import { A, createAsync } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { BookingLine } from '#server/bookings/routes.ts'
import { Empty } from '#web/parts/Empty.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Page } from '#web/shell/Page.tsx'
import { getMyBookings } from './data.ts'

export default function BookingsPage() {
  const bookings = createAsync(() => getMyBookings())
  return (
    <Page title="My bookings">
      <Show when={bookings()}>
        {(bookings) => (
          <>
            <h2>Coming up</h2>
            <Show
              when={bookings().upcoming.length > 0}
              fallback={
                <Empty title="What you book will be here.">
                  <p>
                    <A href="/events">Find training</A> and book a place in about a minute.
                  </p>
                </Empty>
              }
            >
              <Rows rows={bookings().upcoming.map((line) => rowOf(line, line.canCancel ? 'See or cancel' : 'See'))} />
            </Show>
            <Show when={bookings().past.length > 0}>
              <h2>Past and cancelled</h2>
              <Rows rows={bookings().past.map((line) => rowOf(line, 'See'))} />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function rowOf(line: BookingLine, link: string) {
  return {
    title: line.title,
    detail: (
      <>
        <For each={line.when}>
          {(words) => (
            <>
              {words}
              <br />
            </>
          )}
        </For>
        {line.where}
        <br />
        {line.stateWords}, reference {line.reference}
      </>
    ),
    href: `/bookings/${line.id}`,
    link,
  }
}

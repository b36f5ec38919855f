import { A, createAsync, useAction, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { BookingPage } from '#server/bookings/routes.ts'
import { idempotencyKey } from '#web/api.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { cancelPlace, getBooking } from './data.ts'

export default function CancelPage() {
  const params = useParams<{ id: string }>()
  const booking = createAsync(() => getBooking(params.id))
  return (
    <Show when={booking()}>
      {(booking) => (
        <Show when={booking().canCancel} fallback={<Cannot booking={booking()} />}>
          <Ask booking={booking()} />
        </Show>
      )}
    </Show>
  )
}

function Ask(props: { booking: BookingPage }) {
  const cancel = useAction(cancelPlace)
  const repeatKey = idempotencyKey()
  return (
    <Page
      title={`Cancel your place on ${props.booking.title}?`}
      about={props.booking.sessions.map(({ words }) => words).join(' · ')}
      back={{ href: `/bookings/${props.booking.id}` }}
    >
      <p>If you cancel:</p>
      <ul>
        <li>your place is free for someone else at once, and you may not get it back</li>
        <li>we write to you, and the entry goes from your calendar</li>
        <li>
          <Show
            when={props.booking.cancellation.isLate}
            fallback={`nothing is charged: cancelling is free until ${props.booking.cancellation.freeUntil}`}
          >
            <strong>it may be charged to your agency</strong>, since cancelling was free until{' '}
            {props.booking.cancellation.freeUntil}
          </Show>
        </li>
      </ul>
      <Form send={() => cancel(props.booking.id, repeatKey)}>
        <Button look="warning">Cancel my place</Button>
        <p>
          <A href={`/bookings/${props.booking.id}`}>Keep my place</A>
        </p>
      </Form>
    </Page>
  )
}

function Cannot(props: { booking: BookingPage }) {
  const me = useMe()
  return (
    <Page title="This booking cannot be cancelled now" back={{ href: `/bookings/${props.booking.id}` }}>
      <p>
        {props.booking.stateWords === 'Booked' ? 'The event has begun.' : `It is marked: ${props.booking.stateWords}.`}{' '}
        If something is not right, ring {me().partnership.team} on {me().partnership.phone} and give the reference{' '}
        {props.booking.reference}.
      </p>
    </Page>
  )
}

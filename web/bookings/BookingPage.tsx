import { A, createAsync, useParams } from '@solidjs/router'
import { Match, Show, Switch } from 'solid-js'
import type { BookingPage as Booking } from '#server/bookings/routes.ts'
import { Sessions } from '#web/courses/Sessions.tsx'
import { Button } from '#web/parts/Button.tsx'
import { Panel } from '#web/parts/Panel.tsx'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { BeforeQuestions } from '#web/surveys/BeforeQuestions.tsx'
import { getBooking } from './data.ts'
import { Reach } from './Reach.tsx'

/** The confirmation, and later the same booking's state: it may be reloaded, kept and opened again. */
export default function BookingPage() {
  const params = useParams<{ id: string }>()
  const booking = createAsync(() => getBooking(params.id))
  return (
    <Show when={booking()}>
      {(booking) => (
        <Switch fallback={<Past booking={booking()} />}>
          <Match when={booking().canCancel && booking().state === 'confirmed'}>
            <Confirmed booking={booking()} />
          </Match>
        </Switch>
      )}
    </Show>
  )
}

const crumbs = [{ href: '/bookings', words: 'My bookings' }]

function Confirmed(props: { booking: Booking }) {
  return (
    <Page title="You have a place" ownHeading crumbs={crumbs}>
      <Panel title="You have a place">
        {props.booking.title}
        <br />
        Your reference: <strong>{props.booking.reference}</strong>
      </Panel>
      <BeforeQuestions bookingId={props.booking.id} />
      <Show when={props.booking.reach}>{(reach) => <Reach bookingId={props.booking.id} reach={reach()} />}</Show>
      <h2>When and where</h2>
      <Sessions sessions={props.booking.sessions} />
      <p>
        <a href={`/api/bookings/${props.booking.id}/calendar`} download={`${props.booking.reference}.ics`}>
          Add it to your calendar
        </a>
      </p>
      <h2>What happens next</h2>
      <ul>
        <Show when={props.booking.email}>
          {(email) => <li>An email with these details and a calendar entry goes to {email()} within a few minutes.</li>}
        </Show>
        <Show when={props.booking.linkFrom}>
          {(from) => <li>The link to join the video meeting is shown on this page from {from()}.</li>}
        </Show>
        <li>
          On the day the register is taken. Your day code is <strong>{props.booking.dayCode}</strong>: it opens the two
          minutes of questions at the end, and your certificate follows.
        </li>
        <Show when={props.booking.reach}>
          <li>Three months afterwards we ask you one question: what became of what you planned.</li>
        </Show>
      </ul>
      <Show when={props.booking.contentNotice}>
        {(notice) => (
          <>
            <h2>Difficult subjects on the day</h2>
            <p>
              {notice()} To talk to someone before or after the day, speak to {props.booking.support}.
            </p>
          </>
        )}
      </Show>
      <h2>If you cannot come</h2>
      <p>
        <Show
          when={props.booking.cancellation.isLate}
          fallback={`Cancelling is free until ${props.booking.cancellation.freeUntil}. After that it may be charged to your agency.`}
        >
          The event is less than five working days away, so cancelling may be charged to your agency. Cancel all the
          same: someone else may be able to come.
        </Show>
      </p>
      <p>
        <A href={`/bookings/${props.booking.id}/cancel`}>Cancel this booking</A>
      </p>
      <Record booking={props.booking} />
    </Page>
  )
}

function Past(props: { booking: Booking }) {
  return (
    <Page title={props.booking.title} crumbs={crumbs} lead={`${stateSentence(props.booking)}`}>
      <Show when={props.booking.endHref}>
        {(href) => (
          <p>
            <a class="govuk-button" href={href()}>
              End of the day: two minutes, then your certificate
            </a>
          </p>
        )}
      </Show>
      <Show when={props.booking.certificateId}>
        <p>
          Your certificate is under <A href="/certificates">My certificates</A>.
        </p>
      </Show>
      <h2>When and where</h2>
      <Sessions sessions={props.booking.sessions} />
      <Show when={props.booking.state === 'cancelled'}>
        <p>
          <A href={`/events?words=${encodeURIComponent(props.booking.code)}`}>See other dates of this course</A>
        </p>
      </Show>
      <Record booking={props.booking} />
    </Page>
  )
}

function stateSentence(booking: Booking): string {
  if (booking.stateWords === 'Event cancelled') return 'We are sorry: this event has been cancelled.'
  if (booking.cancelledOn)
    return `Your booking was cancelled on ${booking.cancelledOn}. Your place is free for someone else.`
  if (booking.stateWords === 'Booked')
    return 'You have a place. The event has begun, or is over and its register is not finished.'
  return `${booking.stateWords}.`
}

function Record(props: { booking: Booking }) {
  const me = useMe()
  return (
    <>
      <h2>Your booking</h2>
      <SummaryList
        rows={[
          { key: 'Reference', value: props.booking.reference },
          { key: 'Name', value: props.booking.name },
          { key: 'School, service or organisation', value: props.booking.agency },
          { key: 'Booked on', value: props.booking.bookedOn },
        ]}
      />
      <p>
        <Button look="link" onPress={() => window.print()}>
          Print or save this page
        </Button>
      </p>
      <p>
        Questions: ring {me().partnership.team} on {me().partnership.phone} and give the reference, or write to{' '}
        <a href={`mailto:${me().partnership.email}`}>{me().partnership.email}</a>.
      </p>
    </>
  )
}

import { A, createAsync, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { EventPage as Event } from '#server/courses/routes.ts'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { audienceWords, bookingStateWords, counted, eventKindWords } from '#web/words.ts'
import { getEvent, hrefOf } from './data.ts'
import { Sessions } from './Sessions.tsx'

export default function EventPage() {
  const params = useParams<{ id: string }>()
  const event = createAsync(() => getEvent(params.id))
  return <Show when={event()}>{(event) => <Whole event={event()} />}</Show>
}

function Whole(props: { event: Event }) {
  const me = useMe()
  return (
    <Page
      title={props.event.title}
      crumbs={[{ href: '/events', words: 'Find training' }]}
      about={aboutWords(props.event)}
      lead={props.event.aims}
    >
      <Booking event={props.event} />
      <Show when={me().role === 'coordinator'}>
        <Desk id={props.event.id} />
      </Show>

      <h2>When and where</h2>
      <Sessions sessions={props.event.sessions} />

      <h2>What you will be able to do</h2>
      <ul>
        <For each={props.event.learningOutcomes}>{(outcome) => <li>{outcome}</li>}</For>
      </ul>

      <Show when={props.event.contentNotice}>
        {(notice) => (
          <>
            <h2>Difficult subjects on the day</h2>
            <p>{notice()}</p>
            <p>
              If this touches your own life, you can step out at any time. To talk to someone before or after the day,
              speak to {props.event.support}, or ring {me().partnership.team} on {me().partnership.phone}.
            </p>
          </>
        )}
      </Show>

      <h2>About this event</h2>
      <SummaryList
        rows={[
          { key: 'Kind and code', value: `${eventKindWords[props.event.kind]}, ${props.event.code}` },
          { key: 'Who it is for', value: audienceWords[props.event.audience] },
          { key: 'Level', value: props.event.level },
          { key: 'Hours', value: `${props.event.hours}, of which ${props.event.participatoryHours} taking part` },
          { key: 'Before you come', value: props.event.prerequisites ?? 'Nothing is needed beforehand' },
          ...(props.event.themes.length ? [{ key: 'Themes', value: props.event.themes.join(', ') }] : []),
          { key: 'Price', value: props.event.price },
          ...(props.event.trainers ? [{ key: 'Trainers from', value: props.event.trainers }] : []),
          { key: 'Why we run it', value: props.event.why },
          ...(props.event.contentChecked ? [{ key: 'Content checked', value: props.event.contentChecked }] : []),
        ]}
      />
    </Page>
  )
}

/** "Thursday 24 September 2026, 9:30am to 4:30pm, and 1 more date · Civic Hall" */
function aboutWords({ sessions, where }: Event): string {
  const more = sessions.length - 1
  return `${sessions[0]?.words ?? ''}${more > 0 ? `, and ${counted(more, 'more date', 'more dates')}` : ''} · ${where}`
}

/** Whether one can book, said first; and for someone booked, the way to their booking. */
function Booking(props: { event: Event }) {
  const mine = () =>
    props.event.mine && !['cancelled', 'declined'].includes(props.event.mine.state) ? props.event.mine : null
  return (
    <>
      <Show when={props.event.cancelled !== null}>
        <div class="govuk-inset-text">
          <strong>This event has been cancelled.</strong> {props.event.cancelled}
        </div>
      </Show>
      <Show
        when={mine()}
        fallback={
          <Show
            when={props.event.bookingOpen}
            fallback={
              <Show when={!props.event.cancelled}>
                <div class="govuk-inset-text">
                  <strong>{props.event.bar?.words}.</strong>{' '}
                  <A href={hrefOf({ words: props.event.code })}>See other dates of this course</A>
                </div>
              </Show>
            }
          >
            <p>
              <strong>{props.event.placesWords}</strong> of {props.event.capacity}
              {props.event.price === 'Free' ? ', free' : `, ${props.event.price} each`}. Booking takes about a minute.
            </p>
            <A class="govuk-button" href={`/events/${props.event.id}/book`}>
              Book a place
            </A>
          </Show>
        }
      >
        {(mine) => (
          <div class="govuk-inset-text">
            <strong>
              {mine().state === 'confirmed' ? 'You have a place.' : `${bookingStateWords[mine().state]}.`}
            </strong>{' '}
            <A href={`/bookings/${mine().id}`}>See your booking</A>
          </div>
        )}
      </Show>
    </>
  )
}

/** Where a coordinator goes on from an event. */
function Desk(props: { id: number }) {
  const links = () => [
    { href: `/events/${props.id}/register`, words: 'Register' },
    { href: `/events/${props.id}/cards`, words: 'Printed cards' },
    { href: `/asking/responses?event=${props.id}`, words: 'Responses of this event' },
    { href: `/impact/events/${props.id}`, words: 'Impact of this event' },
  ]
  return (
    <nav aria-labelledby="desk-heading">
      <h2 id="desk-heading">Work on this event</h2>
      <ul>
        <For each={links()}>
          {(link) => (
            <li>
              <A href={link.href}>{link.words}</A>
            </li>
          )}
        </For>
      </ul>
    </nav>
  )
}

import { A, createAsync, Navigate, useAction, useNavigate, useParams } from '@solidjs/router'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { safeParse } from 'valibot'
import type { BeforeBooking } from '#server/bookings/routes.ts'
import { type PersonalDetails, personalDetails, roleGroups, workforces } from '#server/people/input.ts'
import { idempotencyKey } from '#web/api.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Checkboxes, Radios } from '#web/parts/Radios.tsx'
import { Select } from '#web/parts/Select.tsx'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { faulty } from '#web/problem.ts'
import { signInHref, useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { roleGroupWords, workforceWords } from '#web/words.ts'
import { bookPlace, getAgencies, getBeforeBooking } from './data.ts'

/** Details once, for someone new here; then the answers to check. What was typed lives as long as this page. */
export default function BookPage() {
  const me = useMe()
  const params = useParams<{ id: string; part?: string }>()
  return (
    <Show when={me().signedIn} fallback={<Navigate href={signInHref(`/events/${params.id}/book`)} />}>
      <Parts />
    </Show>
  )
}

function Parts() {
  const params = useParams<{ id: string; part?: string }>()
  const before = createAsync(() => getBeforeBooking(params.id))
  const [you, setYou] = createSignal<PersonalDetails>()
  return (
    <Show when={before()}>
      {(before) => (
        <Switch fallback={<Check before={before()} you={you()} />}>
          <Match when={before().refusal}>{(refusal) => <CannotBook before={before()} refusal={refusal()} />}</Match>
          <Match when={!before().you && params.part !== 'check'}>
            <YourDetails before={before()} you={you()} onGiven={setYou} />
          </Match>
          <Match when={!before().you && !you()}>
            <Navigate href={`/events/${params.id}/book`} />
          </Match>
        </Switch>
      )}
    </Show>
  )
}

function CannotBook(props: { before: BeforeBooking; refusal: NonNullable<BeforeBooking['refusal']> }) {
  return (
    <Page
      title={props.refusal.code === 'already-booked' ? 'You have a place already' : 'You cannot book this event now'}
      back={{ href: `/events/${props.before.event.id}` }}
      lead={`${props.refusal.words}.`}
    >
      <Show
        when={props.refusal.bookingId}
        fallback={<p>Nothing was booked. Other dates of the course may have places.</p>}
      >
        {(id) => (
          <p>
            <A href={`/bookings/${id()}`}>See your booking</A>
          </p>
        )}
      </Show>
      <p>
        <A href="/events">Find other training</A>
      </p>
    </Page>
  )
}

function YourDetails(props: {
  before: BeforeBooking
  you: PersonalDetails | undefined
  onGiven: (you: PersonalDetails) => void
}) {
  const me = useMe()
  const navigate = useNavigate()
  const agencies = createAsync(() => getAgencies())

  const given = async (fields: Fields) => {
    const parsed = safeParse(personalDetails, {
      name: fields.text('you.name'),
      agencyId: fields.number('you.agencyId'),
      roleGroup: fields.optional('you.roleGroup'),
      workforce: fields.optional('you.workforce'),
      ...(fields.optional('you.phone') ? { phone: fields.text('you.phone') } : {}),
    })
    if (!parsed.success) throw faulty(...faultsOf(parsed.issues))
    props.onGiven(parsed.output)
    navigate(`/events/${props.before.event.id}/book/check`)
  }

  return (
    <Page
      title="Your details"
      back={{ href: `/events/${props.before.event.id}` }}
      about={props.before.event.title}
      lead="We ask once. Next time your booking starts with these filled in."
    >
      <Form send={given}>
        <TextInput
          name="you.name"
          label="Full name"
          hint="As it should stand on your certificate"
          autocomplete="name"
          spellcheck={false}
          value={props.you?.name}
        />
        <Select
          name="you.agencyId"
          label="School, service or organisation"
          hint={`If yours is not in the list, ring ${me().partnership.phone}`}
          blank="Choose from the list"
          options={(agencies() ?? []).map(({ id, name }) => ({ value: id, words: name }))}
          value={props.you?.agencyId}
        />
        <Select
          name="you.roleGroup"
          label="Kind of work you do"
          blank="Choose from the list"
          options={roleGroups.map((value) => ({ value, words: roleGroupWords[value] }))}
          value={props.you?.roleGroup}
        />
        <Radios
          name="you.workforce"
          label="Who do you work with?"
          choices={workforces.map((value) => ({ value, words: workforceWords[value] }))}
          value={props.you?.workforce}
        />
        <TextInput
          name="you.phone"
          label="Phone number (optional)"
          hint="Only used when something changes on the day"
          type="tel"
          autocomplete="tel"
          width={20}
          value={props.you?.phone}
        />
        <Button>Continue</Button>
      </Form>
    </Page>
  )
}

function Check(props: { before: BeforeBooking; you: PersonalDetails | undefined }) {
  const me = useMe()
  const send = useAction(bookPlace)
  const agencies = createAsync(async () => (props.you ? await getAgencies() : []))
  const repeatKey = idempotencyKey()
  const event = () => props.before.event

  const confirm = async (fields: Fields) => {
    if (!fields.has('termsAccepted')) throw faulty({ path: 'termsAccepted', message: 'Accept the terms to book' })
    await send({ eventId: event().id, termsAccepted: true, repeatKey, ...(props.you ? { you: props.you } : {}) })
  }

  const details = () => {
    const known = props.before.you
    if (known) return { ...known, phone: known.phone ?? '' }
    const you = props.you
    return {
      name: you?.name ?? '',
      agency: agencies()?.find(({ id }) => id === you?.agencyId)?.name ?? '',
      roleGroup: you?.roleGroup,
      workforce: you?.workforce,
      phone: you?.phone ?? '',
    }
  }
  const hasAgreed = () => {
    const agencyId = props.before.you?.agencyId ?? props.you?.agencyId
    return agencyId !== undefined && props.before.agreedAgencyIds.includes(agencyId)
  }
  const change = (what: string) => (props.before.you ? {} : { change: { href: `/events/${event().id}/book`, what } })

  return (
    <Page
      title="Check your answers before you book"
      back={{ href: props.before.you ? `/events/${event().id}` : `/events/${event().id}/book` }}
    >
      <Form send={confirm}>
        <h2>The event</h2>
        <SummaryList
          rows={[
            { key: 'Event', value: event().title },
            { key: 'When', value: <Lines lines={event().when} /> },
            { key: 'Where', value: event().where },
            { key: 'Price', value: event().price },
            { key: 'Places', value: event().placesWords },
          ]}
        />
        <h2>You</h2>
        <SummaryList
          rows={[
            { key: 'Name', value: details().name, ...change('name') },
            { key: 'Email address', value: props.before.email },
            {
              key: 'School, service or organisation',
              value: details().agency,
              ...change('school, service or organisation'),
            },
            { key: 'Kind of work', value: wordsOf(roleGroupWords, details().roleGroup), ...change('kind of work') },
            {
              key: 'Who you work with',
              value: wordsOf(workforceWords, details().workforce),
              ...change('who you work with'),
            },
            { key: 'Phone number', value: details().phone, ...change('phone number') },
          ]}
        />
        <Show when={props.before.you}>
          <p>
            If any of this is out of date, ring {me().partnership.team} on {me().partnership.phone} before you book: a
            booking keeps the organisation it was made from.
          </p>
        </Show>
        <Details summary="Read the terms">
          <ul>
            <li>Come to every part of the event. A certificate is given for the whole of it.</li>
            <li>
              If you cannot come, cancel as soon as you know, so that someone else can have the place.{' '}
              <Show
                when={props.before.cancellation.isLate}
                fallback={`Cancelling is free until ${props.before.cancellation.freeUntil}; within ${props.before.cancellation.workingDays} working days of the event, or not coming, may be charged to your agency.`}
              >
                Not coming may be charged to your agency.
              </Show>
            </li>
            <li>
              Three months afterwards we ask you one question about what became of what you planned.{' '}
              <Show when={hasAgreed()}>
                Your school, service or organisation has agreed that answering is part of the course, with ten minutes
                for it in supervision or a staff meeting.{' '}
              </Show>
              You may say “please stop asking” at any time; your place and your certificate do not depend on it.
            </li>
          </ul>
        </Details>
        <Show when={props.before.cancellation.isLate}>
          <div class="govuk-inset-text">
            This event is less than {props.before.cancellation.workingDays} working days away: cancelling may be charged
            to your agency.
          </div>
        </Show>
        <Checkboxes name="termsAccepted" label="Terms" choices={[{ value: 'yes', words: 'I accept the terms' }]} />
        <Button>Confirm booking</Button>
      </Form>
    </Page>
  )
}

function Lines(props: { lines: string[] }) {
  return (
    <>
      {props.lines.map((line, n) => (
        <>
          {n > 0 ? <br /> : ''}
          {line}
        </>
      ))}
    </>
  )
}

const wordsOf = <Word extends string>(words: Record<Word, string>, word: Word | undefined): string =>
  word === undefined ? '' : words[word]

const faultsOf = (issues: readonly { path?: readonly { key: unknown }[] | undefined; message: string }[]) =>
  issues.map((issue) => ({ path: `you.${String(issue.path?.[0]?.key ?? '')}`, message: issue.message }))

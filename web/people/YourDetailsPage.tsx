import { A, createAsync, revalidate, useAction } from '@solidjs/router'
import { Show } from 'solid-js'
import type { Details } from '#server/people/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { actAs, useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { setMyAwayUntil } from '#web/surveys/asking-data.ts'
import { counted, roleGroupWords, roleWords, workforceWords } from '#web/words.ts'
import { getDetails, signOutEverywhere } from './data.ts'

export default function YourDetailsPage() {
  const me = useMe()
  const details = createAsync(async () => (me().signedIn && !me().person ? null : getDetails()))
  return (
    <Page title="Your details">
      <Show when={details()} fallback={<NotYet />}>
        {(now) => (
          <>
            <Kept details={now()} />
            <AwayUntil details={now()} />
            <Show when={now().roles.length > 1}>
              <h2>Roles</h2>
              <p>Each page acts under one role, shown at the top.</p>
              <Roles details={now()} />
            </Show>
          </>
        )}
      </Show>
      <h2>Signed in elsewhere?</h2>
      <p>
        If you left yourself signed in on another device, or think someone else can read your email, end every sign-in.
      </p>
      <Button look="secondary" onPress={signOutEverywhere}>
        Sign out everywhere
      </Button>
    </Page>
  )
}

/** Signed in, but not a person here yet. */
function NotYet() {
  const me = useMe()
  return (
    <Show when={me().signedIn && !me().person}>
      <p>
        You are signed in as {me().email}. We keep nothing else about you yet: your first booking asks for your name and
        organisation.
      </p>
      <p>
        <A href="/events">Find training</A>
      </p>
    </Show>
  )
}

function Kept(props: { details: Details }) {
  const me = useMe()
  const { partnership } = me()
  return (
    <>
      <SummaryList
        rows={[
          { key: 'Full name', value: props.details.name },
          { key: 'Email address', value: props.details.email },
          { key: 'Phone', value: props.details.phone },
          { key: 'School, service or organisation', value: props.details.agency },
          { key: 'Sector', value: props.details.sector },
          { key: 'Kind of work', value: roleGroupWords[props.details.roleGroup] },
          { key: 'Works with', value: workforceWords[props.details.workforce] },
          ...(props.details.secondFactor.isEnrolled
            ? [
                {
                  key: 'Second step',
                  value: `Authenticator app, and ${counted(props.details.secondFactor.recoveryCodesLeft, 'recovery code', 'recovery codes')} left`,
                },
              ]
            : []),
        ]}
      />
      <p>
        Something wrong? Ring {partnership.team} on {partnership.phone} or write to{' '}
        <a href={`mailto:${partnership.email}`}>{partnership.email}</a>.
      </p>
    </>
  )
}

/** Follow-ups wait for someone who is away. */
function AwayUntil(props: { details: Details }) {
  const say = useAction(setMyAwayUntil)
  const { done, settled } = createDone(() => revalidate(getDetails.key))
  const send = async (until: string | null, words: string) => {
    await say(until)
    await settled(words)
  }
  return (
    <>
      <h2>Away for a while?</h2>
      <p>We do not ask you what became of a course while you are away. Booking and joining emails still come.</p>
      <Done words={done()} />
      <Show
        when={props.details.awayUntil}
        fallback={
          <Form send={async (fields) => send(fields.date('until') ?? '', 'We wait until you are back.')}>
            <DateInput name="until" label="The last day you are away" />
            <Button look="secondary">Save</Button>
          </Form>
        }
      >
        {(until) => (
          <Form send={() => send(null, 'Welcome back.')}>
            <p>You are away until {until()}.</p>
            <Button look="secondary">I am back</Button>
          </Form>
        )}
      </Show>
    </>
  )
}

function Roles(props: { details: Details }) {
  const me = useMe()
  return (
    <Rows
      rows={props.details.roles.map((role) => ({
        title: roleWords[role],
        ...(role === me().role
          ? { detail: 'You act under this role now' }
          : me().roles.includes(role)
            ? {
                action: (
                  <Button look="link" onPress={() => actAs(role)}>
                    Act under this role
                    <span class="govuk-visually-hidden">: {roleWords[role]}</span>
                  </Button>
                ),
              }
            : {
                detail: 'Needs the code from your authenticator app first',
                href: '/second-factor?next=/me',
                link: 'Type the code',
              }),
      }))}
    />
  )
}

import { A, createAsync, useAction, useParams } from '@solidjs/router'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { Enrolment, Setup } from '#server/people/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Notice } from '#web/parts/Notice.tsx'
import { Select } from '#web/parts/Select.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import type { Problem } from '#web/problem.ts'
import { signInHref, signOut, useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { roleWords } from '#web/words.ts'
import { acceptEnrolment, confirmSetup, getAgencies, getEnrolment, startSetup } from './data.ts'

/** An invitation to a staff role, step by step: sign in by code, accept, set up the app, keep the recovery codes. */
export default function EnrolPage() {
  const me = useMe()
  const params = useParams<{ token: string }>()
  const answer = createAsync(() => getEnrolment(params.token))
  const [codes, setCodes] = createSignal<string[]>()
  const enrolment = () => {
    const now = answer()
    return now && !('problem' in now) ? now : undefined
  }
  const problem = () => {
    const now = answer()
    return now && 'problem' in now ? now.problem : undefined
  }

  return (
    <Switch>
      <Match when={codes()}>{(all) => <RecoveryCodes codes={all()} />}</Match>
      <Match when={problem()}>{(now) => <NotGood problem={now()} />}</Match>
      <Match when={enrolment()}>
        {(now) => (
          <Switch fallback={<SetUp token={params.token} enrolment={now()} done={setCodes} />}>
            <Match when={me().email !== now().email}>
              <SignInFirst token={params.token} enrolment={now()} />
            </Match>
            <Match when={!now().isAccepted}>
              <Accept token={params.token} enrolment={now()} />
            </Match>
          </Switch>
        )}
      </Match>
    </Switch>
  )
}

const titleOf = (enrolment: Enrolment) => `Your invitation: ${roleWords[enrolment.role].toLowerCase()}`

function NotGood(props: { problem: Problem }) {
  const me = useMe()
  return (
    <Page
      title="This invitation cannot be used"
      lead={
        props.problem.status === 404
          ? 'No invitation has this address. Check that the whole of it was copied.'
          : props.problem.title
      }
    >
      <p>
        For a new one ring {me().partnership.team} on {me().partnership.phone}.
      </p>
      <p>
        <A href="/sign-in">Sign in</A>
      </p>
    </Page>
  )
}

function SignInFirst(props: { token: string; enrolment: Enrolment }) {
  const me = useMe()
  return (
    <Page
      title={titleOf(props.enrolment)}
      lead={`First sign in with a code sent to ${props.enrolment.email}. You come back here by yourself.`}
    >
      <Show
        when={me().signedIn}
        fallback={
          <p>
            <A class="govuk-button" href={signInHref(`/enrol/${props.token}`)}>
              Sign in
            </A>
          </p>
        }
      >
        <p>You are signed in with another address, {me().email}. Sign out, then open the invitation again.</p>
        <Button onPress={signOut}>Sign out</Button>
      </Show>
    </Page>
  )
}

function Accept(props: { token: string; enrolment: Enrolment }) {
  const me = useMe()
  const accept = useAction(acceptEnrolment)
  const agencies = createAsync(() => (me().person ? Promise.resolve([]) : getAgencies()))
  const isNew = () => me().person === null
  return (
    <Page title={titleOf(props.enrolment)} lead="Accept it here. The next step sets up an app on your phone.">
      <Form
        send={(fields) =>
          accept(
            props.token,
            isNew()
              ? {
                  name: fields.text('name'),
                  ...(props.enrolment.needsFirstAgency
                    ? { agencyName: fields.text('agencyName') }
                    : { agencyId: fields.number('agencyId') }),
                }
              : {},
          )
        }
      >
        <Show when={isNew()} fallback={<p>You accept as {me().person?.name}.</p>}>
          <TextInput name="name" label="Full name" autocomplete="name" spellcheck={false} />
          <Show
            when={props.enrolment.needsFirstAgency}
            fallback={
              <Select
                name="agencyId"
                label="Your school, service or organisation"
                blank="Choose one"
                options={(agencies() ?? []).map(({ id, name }) => ({ value: id, words: name }))}
              />
            }
          >
            <TextInput
              name="agencyName"
              label="Your organisation"
              hint="It is the first here. Others can be added once you are in."
              autocomplete="organization"
            />
          </Show>
        </Show>
        <Button>Accept</Button>
      </Form>
    </Page>
  )
}

function SetUp(props: { token: string; enrolment: Enrolment; done: (codes: string[]) => void }) {
  const [setup, setSetup] = createSignal<Setup>()
  return (
    <Page
      title="Set up your authenticator app"
      lead="Staff sign in with a second step. Any authenticator app on your phone will do, such as the one your organisation uses."
    >
      <Show
        when={setup()}
        fallback={
          <Form send={async () => setSetup(await startSetup(props.token))}>
            <Button>I have an app: go on</Button>
          </Form>
        }
      >
        {(now) => (
          <Form
            send={async (fields) =>
              props.done(await confirmSetup({ token: props.token, setup: now().setup, code: fields.text('code') }))
            }
          >
            <h2>1. Add an account in the app by scanning this picture</h2>
            <img
              src={`data:image/svg+xml,${encodeURIComponent(now().qr)}`}
              alt="A QR code for your authenticator app. The same secret is in letters below."
              width="240"
              height="240"
            />
            <Details summary="I cannot scan it">
              <p>
                Type this key into the app, or <a href={now().uri}>open it in an app on this device</a>. Choose
                “time-based” if asked.
              </p>
              <p>
                <code>{now().secret.replace(/.{4}(?=.)/g, '$& ')}</code>
              </p>
            </Details>
            <h2>2. Type the code the app shows</h2>
            <TextInput
              name="code"
              label="Six-digit code"
              autocomplete="one-time-code"
              inputmode="numeric"
              spellcheck={false}
              width={10}
            />
            <Button>Finish</Button>
          </Form>
        )}
      </Show>
    </Page>
  )
}

function RecoveryCodes(props: { codes: string[] }) {
  return (
    <Page title="Keep these recovery codes">
      <Notice>Your app is set up, and you are signed in as staff.</Notice>
      <p>
        Each of these ten codes stands in for the app once, should you lose your phone. They are shown only now. Print
        them or keep them in your password manager, not on the phone.
      </p>
      <ul class="plain">
        <For each={props.codes}>
          {(code) => (
            <li>
              <code>{code}</code>
            </li>
          )}
        </For>
      </ul>
      <p>
        <Button look="secondary" onPress={() => print()}>
          Print this page
        </Button>
      </p>
      <p>
        <a class="govuk-button" href="/">
          I have kept them: go on
        </a>
      </p>
    </Page>
  )
}

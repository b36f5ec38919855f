import { createAsync, useSearchParams } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import { pageAfter } from '#server/people/shared/next.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Notice } from '#web/parts/Notice.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { paths } from '#web/routes.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { getSecondFactor, giveRecoveryCode, giveSecondFactor } from './data.ts'

export default function SecondFactorPage() {
  const me = useMe()
  const state = createAsync(() => getSecondFactor())
  const [search] = useSearchParams<{ next?: string }>()
  const [byRecovery, setByRecovery] = createSignal(false)
  const [left, setLeft] = createSignal<number>()
  const next = () => pageAfter(search.next, paths)

  return (
    <Show when={state()}>
      {(now) => (
        <Show when={now().isEnrolled} fallback={<NotSetUp />}>
          <Show when={left() === undefined} fallback={<Recovered left={left()!} next={next()} />}>
            <Show
              when={byRecovery()}
              fallback={
                <Page title="Type the code from your app" lead="Staff roles need a second step after the email code.">
                  <Form
                    send={async (fields) => {
                      await giveSecondFactor(fields.text('code'))
                      location.assign(next())
                    }}
                  >
                    <TextInput
                      name="code"
                      label="Six-digit code from your authenticator app"
                      hint={`Listed in the app under ${me().partnership.name}. It changes every half minute.`}
                      autocomplete="one-time-code"
                      inputmode="numeric"
                      spellcheck={false}
                      width={10}
                    />
                    <Button>Go on</Button>
                  </Form>
                  <p>
                    <Button look="link" onPress={() => setByRecovery(true)}>
                      I do not have my phone
                    </Button>
                  </p>
                  <p>
                    <a href={next()}>Go on without it</a>, as a delegate.
                  </p>
                </Page>
              }
            >
              <Page
                title="Use a recovery code"
                lead="One of the ten you were shown when you set up your app. Each works once."
              >
                <Form send={async (fields) => setLeft(await giveRecoveryCode(fields.text('recoveryCode')))}>
                  <TextInput
                    name="recoveryCode"
                    label="Recovery code"
                    hint="Five groups of five letters and digits"
                    autocomplete="off"
                    spellcheck={false}
                  />
                  <Button>Go on</Button>
                </Form>
                <p>
                  <Button look="link" onPress={() => setByRecovery(false)}>
                    Use the app instead
                  </Button>
                </p>
                <p>
                  No phone and no recovery codes? Ask an administrator for a new invitation, or ring{' '}
                  {me().partnership.team} on {me().partnership.phone}.
                </p>
              </Page>
            </Show>
          </Show>
        </Show>
      )}
    </Show>
  )
}

function Recovered(props: { left: number; next: string }) {
  return (
    <Page title="You are signed in">
      <Notice>
        That recovery code is used up; you have {counted(props.left, 'other', 'others')}. If your phone is lost, ask for
        a new invitation and set up another.
      </Notice>
      <p>
        <a class="govuk-button" href={props.next}>
          Go on
        </a>
      </p>
    </Page>
  )
}

function NotSetUp() {
  const me = useMe()
  return (
    <Page
      title="No app is set up"
      lead="Staff sign in with a second step on their phone. It is set up from an invitation, which is good for an hour."
    >
      <p>
        Ask an administrator for an invitation, or ring {me().partnership.team} on {me().partnership.phone}. Until then
        you can use everything a delegate can.
      </p>
      <p>
        <a href="/">Go on as a delegate</a>
      </p>
    </Page>
  )
}

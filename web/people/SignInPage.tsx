import { useSearchParams } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import { pageAfter } from '#server/people/shared/next.ts'
import { Button } from '#web/parts/Button.tsx'
import { Failed } from '#web/parts/Failed.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Notice } from '#web/parts/Notice.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { type Problem, problemOf } from '#web/problem.ts'
import { paths } from '#web/routes.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { askForCode, typeCode } from './data.ts'

type Asked = { email: string; minutes: number; times: number }

export default function SignInPage() {
  const [search] = useSearchParams<{ next?: string }>()
  const [asked, setAsked] = createSignal<Asked>()
  const [email, setEmail] = createSignal('')
  const next = () => pageAfter(search.next, paths)

  const ask = async (address: string) => {
    setEmail(address)
    const minutes = await askForCode(address)
    setAsked({ email: address, minutes, times: (asked()?.times ?? 0) + 1 })
  }

  return (
    <Show when={asked()} fallback={<AskForCode email={email()} ask={ask} next={next()} />}>
      {(now) => (
        <TypeCode asked={now()} again={() => ask(now().email)} another={() => setAsked(undefined)} next={next()} />
      )}
    </Show>
  )
}

function AskForCode(props: { email: string; ask: (email: string) => Promise<void>; next: string }) {
  const me = useMe()
  return (
    <Page title="Sign in" lead="We send a six-digit code to your email address. There is no password.">
      <Show when={me().signedIn}>
        <p>
          You are signed in as {me().person?.name ?? me().email}. <a href={props.next}>Go on</a>, or sign in with
          another address.
        </p>
      </Show>
      <Form send={(fields) => props.ask(fields.text('email'))}>
        <TextInput
          name="email"
          label="Work email address"
          hint="If you have never been here, use the address your certificates should go to."
          type="email"
          autocomplete="email"
          spellcheck={false}
          value={props.email}
        />
        <Button>Send me a code</Button>
      </Form>
    </Page>
  )
}

function TypeCode(props: { asked: Asked; again: () => Promise<void>; another: () => void; next: string }) {
  const me = useMe()
  const [problem, setProblem] = createSignal<Problem>()

  const send = async (code: string) => {
    const { needsSecondFactor } = await typeCode(code)
    location.assign(needsSecondFactor ? `/second-factor?next=${encodeURIComponent(props.next)}` : props.next)
  }
  const again = async () => {
    try {
      setProblem(undefined)
      await props.again()
    } catch (error) {
      setProblem(problemOf(error))
    }
  }

  return (
    <Page title="Type the code from your email">
      <Show when={props.asked.times} keyed>
        {(times) => (
          <Notice>
            <p>
              We have sent {times > 1 ? 'a new code' : 'a code'} to <strong>{props.asked.email}</strong>. It can take a
              few minutes, and it works for {props.asked.minutes} minutes, in this browser only.
              {times > 1 ? ' The one before works no longer.' : ''}
            </p>
            <Show when={me().mode === 'example'}>
              <p>
                This is the example, so the email is in the{' '}
                <a href="/mailbox" target="_blank" rel="noopener">
                  mailbox (opens in a new tab)
                </a>
                .
              </p>
            </Show>
          </Notice>
        )}
      </Show>
      <Show when={problem()}>{(now) => <Failed problem={now()} />}</Show>
      <Form send={(fields) => send(fields.text('code'))}>
        <TextInput
          name="code"
          label="Six-digit code"
          hint="For example 123456"
          autocomplete="one-time-code"
          inputmode="numeric"
          spellcheck={false}
          width={10}
        />
        <Button>Sign in</Button>
      </Form>
      <h2>No email yet?</h2>
      <p>
        Look in the junk folder. Then{' '}
        <Button look="link" onPress={again}>
          send a new code
        </Button>{' '}
        or{' '}
        <Button look="link" onPress={props.another}>
          use another address
        </Button>
        . If it goes on, ring {me().partnership.team} on {me().partnership.phone}.
      </p>
    </Page>
  )
}

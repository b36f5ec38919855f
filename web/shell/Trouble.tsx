import { A, revalidate, useLocation } from '@solidjs/router'
import { createEffect, Match, on, Switch } from 'solid-js'
import { Failed } from '#web/parts/Failed.tsx'
import { problemOf } from '#web/problem.ts'
import { signInHref, useMe } from './me.ts'
import { NotFound } from './NotFound.tsx'
import { Page } from './Page.tsx'
import { leave } from './title.ts'

/** What stands in the place of a page that could not be shown, and why. */
export function Trouble(props: { error: unknown; reset: () => void }) {
  const location = useLocation()
  const me = useMe()
  const problem = () => problemOf(props.error)
  const where = () => location.pathname + location.search

  if (problem().status === 500) console.error(props.error)
  createEffect(on(where, () => props.reset(), { defer: true }))

  return (
    <Switch
      fallback={
        <Page title={problem().title}>
          <Failed
            problem={problem()}
            again={async () => {
              await revalidate()
              leave()
              props.reset()
            }}
          />
        </Page>
      }
    >
      <Match when={problem().status === 401}>
        <Page
          title="Sign in to see this page"
          lead="We send a six-digit code to your email address. There is no password."
        >
          <p>
            <A class="govuk-button" href={signInHref(where())}>
              Sign in
            </A>
          </p>
        </Page>
      </Match>
      <Match when={problem().status === 403}>
        <Page title="You cannot see this page" lead={problem().detail ?? 'It is for people with another role.'}>
          <p>
            If you think you should, ring {me().partnership.team} on {me().partnership.phone}.
          </p>
        </Page>
      </Match>
      <Match when={problem().status === 404}>
        <NotFound />
      </Match>
    </Switch>
  )
}

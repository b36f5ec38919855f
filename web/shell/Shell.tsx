import { createAsync, type RouteSectionProps, useIsRouting } from '@solidjs/router'
import { createEffect, createSignal, ErrorBoundary, onCleanup, Show, Suspense } from 'solid-js'
import { Loading } from '#web/parts/Loading.tsx'
import { Example } from './Example.tsx'
import { Footer } from './Footer.tsx'
import { Header } from './Header.tsx'
import { getMe, type Me, MeContext } from './me.ts'
import { Trouble } from './Trouble.tsx'

export function Shell(props: RouteSectionProps) {
  return (
    <>
      <a href="#content" class="govuk-skip-link">
        Skip to main content
      </a>
      <ErrorBoundary fallback={(error, reset) => <WithoutMe error={error} reset={reset} />}>
        <Suspense fallback={<Header me={undefined} />}>
          <Known>{props.children}</Known>
        </Suspense>
      </ErrorBoundary>
    </>
  )
}

/** All that needs to know who is asking; it waits, once, for /api/me. */
function Known(props: { children?: RouteSectionProps['children'] }) {
  const me = createAsync(() => getMe())
  return (
    <Show when={me()}>
      <MeContext.Provider value={() => me() as Me}>
        <Show when={me()?.mode === 'example'}>
          <Example />
        </Show>
        <Header me={me()} />
        <Progress />
        <main id="content" class="page" tabindex="-1">
          <ErrorBoundary fallback={(error, reset) => <Trouble error={error} reset={reset} />}>
            <Suspense fallback={<Loading />}>{props.children}</Suspense>
          </ErrorBoundary>
        </main>
        <Footer />
      </MeContext.Provider>
    </Show>
  )
}

/** Not even /api/me answers: no names or numbers are known here, so plain words and a way to try again. */
function WithoutMe(props: { error: unknown; reset: () => void }) {
  console.error(props.error)
  return (
    <>
      <Header me={undefined} />
      <main id="content" class="page" tabindex="-1">
        <h1>We cannot show this page now</h1>
        <p>The server did not answer. Nothing you did is lost. Check your connection and try again in a minute.</p>
        <button type="button" class="govuk-button" onClick={() => location.reload()}>
          Try again
        </button>
      </main>
    </>
  )
}

/** Says that a slow page is coming; a quick one says nothing. */
function Progress() {
  const isRouting = useIsRouting()
  const [isSlow, setSlow] = createSignal(false)
  createEffect(() => {
    if (!isRouting()) return setSlow(false)
    const timer = setTimeout(() => setSlow(true), 400)
    onCleanup(() => clearTimeout(timer))
  })
  return (
    <div class="progress" role="status">
      <Show when={isSlow()}>Loading…</Show>
    </div>
  )
}

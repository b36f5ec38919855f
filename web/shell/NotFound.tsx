import { A } from '@solidjs/router'
import { useMe } from './me.ts'
import { Page } from './Page.tsx'

export function NotFound() {
  const me = useMe()
  return (
    <Page title="We cannot find that page">
      <p>If you typed the address, check it is right. If you pasted it, check you copied all of it.</p>
      <p>The page may also be one that only another person, or another role, can see.</p>
      <p>
        Go to <A href="/">the first page</A>, or ring {me().partnership.team} on {me().partnership.phone}.
      </p>
    </Page>
  )
}

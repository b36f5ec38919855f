import { A } from '@solidjs/router'

export function BackLink(props: { href: string; words: string }) {
  return (
    <A href={props.href} class="govuk-back-link">
      {props.words}
    </A>
  )
}

import type { JSX } from 'solid-js'

/** A confirmation. Its title is the page's h1: give the `Page` `ownHeading`. */
export function Panel(props: { title: string; children?: JSX.Element }) {
  return (
    <div class="govuk-panel govuk-panel--confirmation">
      <h1 class="govuk-panel__title">{props.title}</h1>
      <div class="govuk-panel__body">{props.children}</div>
    </div>
  )
}

import { useLocation } from '@solidjs/router'
import { createEffect, type JSX, on, Show } from 'solid-js'
import { BackLink } from '#web/parts/BackLink.tsx'
import { Breadcrumbs, type Crumb } from '#web/parts/Breadcrumbs.tsx'
import { useMe } from './me.ts'
import { arrive, isFaulty } from './title.ts'

/**
 * What every page is inside: its title, its one h1 (taken for the title unless `heading` differs), the line under it,
 * and the way back. `ownHeading`: the h1 stands in the page itself, as the legend of its question or in a panel.
 */
export function Page(props: {
  title: string
  heading?: JSX.Element
  ownHeading?: boolean
  lead?: JSX.Element
  /** The soft line under the heading: kind, date, venue. */
  about?: JSX.Element
  crumbs?: Crumb[]
  back?: { href: string; words?: string }
  children?: JSX.Element
}): JSX.Element {
  const me = useMe()
  const location = useLocation()

  createEffect(() => {
    document.title = `${isFaulty() ? 'Error: ' : ''}${props.title} – ${me().partnership.name}`
  })
  // The next page of a list is a place of its own; another filter or order is not.
  createEffect(on(() => `${location.pathname}?${location.query.page ?? ''}`, arrive))

  return (
    <>
      <Show when={props.crumbs}>{(crumbs) => <Breadcrumbs crumbs={crumbs()} />}</Show>
      <Show when={props.back}>{(back) => <BackLink href={back().href} words={back().words ?? 'Back'} />}</Show>
      <Show when={!props.ownHeading}>
        <h1>{props.heading ?? props.title}</h1>
      </Show>
      <Show when={props.about}>
        <p class="about">{props.about}</p>
      </Show>
      <Show when={props.lead}>
        <p class="lead">{props.lead}</p>
      </Show>
      {props.children}
    </>
  )
}

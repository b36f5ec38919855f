import { A, createAsync, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { EventImpact } from '#server/impact/routes.ts'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { eventKindWords } from '#web/words.ts'
import { Flow, Headline, Method, Outcomes } from './Answers.tsx'
import { courseHref, getEvent, programmeHref, yearWords } from './data.ts'

export default function EventPage() {
  const params = useParams<{ id: string }>()
  const impact = createAsync(() => getEvent(params.id))
  return <Show when={impact()}>{(impact) => <Whole impact={impact()} />}</Show>
}

function Whole(props: { impact: EventImpact }) {
  const me = useMe()
  /** A trainer reads their own events only. */
  const readsAll = () => me().role !== 'trainer'
  const course = () => courseHref(props.impact.programme.name, props.impact.course.code)
  return (
    <Page
      title={props.impact.course.title}
      {...(readsAll()
        ? {
            crumbs: [
              { href: '/impact', words: 'Impact' },
              { href: programmeHref(props.impact.programme.name), words: yearWords(props.impact.programme.name) },
              { href: course(), words: props.impact.course.code },
            ],
          }
        : {})}
      about={[eventKindWords[props.impact.event.kind], props.impact.event.when].join(' · ')}
    >
      <Show when={props.impact.event.state === 'cancelled'}>
        <p>This event was cancelled.</p>
      </Show>
      <Headline page={props.impact} of={`${props.impact.course.title}, ${props.impact.event.when}`} />
      <Show when={props.impact.notShown && props.impact.event.state === 'held' && readsAll()}>
        <p>
          <A href={course()}>See this course over the whole year</A>
        </p>
      </Show>
      <Flow page={props.impact} />
      <Outcomes page={props.impact} />
      <Method page={props.impact} />
    </Page>
  )
}

import { A, createAsync, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { CourseImpact } from '#server/impact/routes.ts'
import { figure } from '#server/impact/shared/pictures.ts'
import { Table } from '#web/parts/Table.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { Flow, Headline, Method, Outcomes } from './Answers.tsx'
import { getCourse, programmeHref, yearWords } from './data.ts'
import { Figures } from './Figures.tsx'

/** The home of the impact pages: a course over a year. */
export default function CoursePage() {
  const params = useParams<{ name: string; code: string }>()
  const impact = createAsync(() => getCourse(params.name, params.code))
  return <Show when={impact()}>{(impact) => <Whole impact={impact()} />}</Show>
}

function Whole(props: { impact: CourseImpact }) {
  const held = () => props.impact.events.filter(({ state }) => state === 'held').length
  return (
    <Page
      title={props.impact.course.title}
      crumbs={[
        { href: '/impact', words: 'Impact' },
        { href: programmeHref(props.impact.programme.name), words: yearWords(props.impact.programme.name) },
      ]}
      about={`${props.impact.course.code} · ${yearWords(props.impact.programme.name)} · ${counted(held(), 'event', 'events')} held`}
    >
      <Headline page={props.impact} of={props.impact.course.title} />
      <Flow page={props.impact} />
      <Outcomes page={props.impact} />
      <h2>{props.impact.others.label}</h2>
      <Show when={props.impact.others.table} fallback={<p class="soft">{props.impact.others.sentence}</p>}>
        {(rows) => (
          <>
            <p>
              <Figures words={props.impact.others.sentence} />
            </p>
            <Table
              caption="What colleagues saw, each asked one question by name"
              columns={[
                { words: 'What they told us', cell: ([label]) => label },
                { words: 'Colleagues', numeric: true, cell: ([, count]) => figure(count) },
                {
                  words: 'Of those who answered',
                  numeric: true,
                  cell: ([, , percent]) => (percent === null ? '–' : `${percent}%`),
                },
              ]}
              rows={rows()}
            />
            <p class="soft">
              They were named by people who had answered, and are not part of the figures above. Their answers are
              stored with no name.
            </p>
          </>
        )}
      </Show>
      <h2>Its events</h2>
      <Table
        caption="Its events"
        hideCaption
        columns={[
          {
            words: 'When',
            cell: (event) => (
              <Show when={event.state === 'held'} fallback={event.when}>
                <A href={`/impact/events/${event.id}`}>{event.when}</A>
              </Show>
            ),
          },
          { words: 'Places', numeric: true, cell: (event) => figure(event.places) },
          { words: 'Booked', numeric: true, cell: (event) => figure(event.booked) },
          { words: 'Came', numeric: true, cell: (event) => (event.state === 'held' ? figure(event.attended) : '–') },
          {
            words: 'Answered',
            numeric: true,
            cell: (event) => (event.state === 'held' ? figure(event.answered) : '–'),
          },
          {
            words: 'Answers',
            cell: (event) =>
              event.state === 'cancelled'
                ? 'Cancelled'
                : event.state === 'to-come'
                  ? 'To come'
                  : event.isShown
                    ? 'Shown'
                    : 'Only in the course’s total',
          },
        ]}
        rows={props.impact.events}
      />
      <Method page={props.impact} />
    </Page>
  )
}
